//! Connects a run: the quota with what earlier runs used, the token, the partner, and the ledger bound to both.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Remote, Run, SyncError};
use crate::client::{Book, Client, Limiter, Setup, Tally, UsedSlots};
use crate::clock::Clock;
use crate::ledger::{Binding, BlockId, Ledger, QuotaBook, Used};
use crate::settings::Pace;

/// The quota with what earlier runs used of it.
pub(super) fn limiter(pace: &Pace, ledger: &Ledger, clock: Clock) -> Result<Arc<Limiter>, SyncError> {
    let mut book = ledger.quota_book()?;
    let used = slots(&book.load(clock.now())?);
    Ok(Limiter::new(pace, clock, &used, Some(Box::new(WrittenBook(book)))))
}

/// The same for a ledger that nothing is written to: what is used now, the next run does not know.
pub(super) fn limiter_of_a_reader(
    pace: &Pace,
    ledger: Option<&Ledger>,
    clock: Clock,
) -> Result<Arc<Limiter>, SyncError> {
    let used = ledger.map(|ledger| ledger.quota_used(clock.now())).transpose()?.unwrap_or_default();
    Ok(Limiter::new(pace, clock, &slots(&used), None))
}

fn slots(used: &[Used]) -> Vec<UsedSlots> {
    used.iter().map(|used| UsedSlots { ended_at: used.ended_at, count: used.count }).collect()
}

/// Authenticates, finds the partner and makes sure that the ledger belongs to it.
pub(super) async fn connect(
    remote: Remote,
    ledger: &mut Ledger,
    clock: Clock,
    tally: &Arc<Tally>,
    limiter: &Arc<Limiter>,
) -> Result<Client, SyncError> {
    let origin = remote.origin.to_string();
    if let Some(bound) = ledger.binding()?
        && bound.origin != origin
    {
        // Another server needs no request to be told apart.
        ledger.bind(&Binding { origin, partner: bound.partner })?;
    }
    let setup = Setup {
        transport: remote.transport,
        origin: remote.origin.clone(),
        credentials: remote.credentials,
        partner: remote.partner,
        limiter: Arc::clone(limiter),
        tally: Arc::clone(tally),
        clock,
        seed: remote.seed,
    };
    let connected = setup.connect().await;
    limiter.finish();
    let client = connected?;
    let binding = Binding { origin: remote.origin.to_string(), partner: client.partner().clone() };
    ledger.bind(&binding)?;
    Ok(client)
}

/// The ledger's quota book as the limiter writes it.
struct WrittenBook(QuotaBook);

impl Book for WrittenBook {
    fn reserve(&mut self, count: u32, now: Timestamp) -> Result<i64, String> {
        self.0.reserve(count, now).map(|block| block.0).map_err(|error| in_full(&error))
    }

    fn close(&mut self, block: i64, used: u32, ended_at: Timestamp) -> Result<(), String> {
        self.0.close(BlockId(block), used, ended_at).map_err(|error| in_full(&error))
    }
}

/// An error with its causes, as one text.
fn in_full(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl Run<'_, '_> {
    /// Requests that this run has sent so far.
    pub(super) fn used_so_far(&self) -> u64 {
        self.client.tally().requests().total
    }
}
