//! Watches work that waits by itself, such as connecting or reading a list: says what it waits for, and hears the wish to
//! stop. Only work that sends no write may be dropped in this way.

use std::future::Future;
use std::time::Duration;

use super::Stop;
use super::voice::Voice;
use crate::client::Limiter;
use crate::event::{Event, Wait};

/// How often it is looked at.
const GLANCE: Duration = Duration::from_secs(1);

/// Waits for `work`; none when the run was asked to stop meanwhile, and the work was dropped.
pub(super) async fn watched<T>(
    work: impl Future<Output = T>,
    limiter: &Limiter,
    stop: &mut Stop,
    voice: &mut Voice<'_>,
) -> Option<T> {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            biased;
            () = stop.requested() => return None,
            done = &mut work => return Some(done),
            () = tokio::time::sleep(GLANCE) => {
                if let Some(until) = limiter.waits_until() {
                    voice.tell(&Event::Waiting { until, reason: Wait::Quota });
                }
            }
        }
    }
}
