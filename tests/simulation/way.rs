//! The way between a run and the sandbox: latencies that differ, requests that go on when their run is gone, and the
//! layers that a control puts where none may be.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;
use http::Method;
use leapsync::sandbox::Local;
use leapsync::wire::{Request, Response, Sending, Transport, TransportError};

use crate::world::Between;

/// How long the client waits for an answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// A list that holds nothing.
const NOTHING: &str = r#"{"meta":{"status":200,"page":1,"count":0,"next":null,"prev":null},"response":[]}"#;

/// What a control spoils.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoilt {
    /// Nothing.
    Nothing,
    /// A POST whose answer is lost is sent again by a layer that means well.
    LostPostsSentAgain,
    /// The archived list shows nothing.
    ArchivedListUnread,
    /// Nothing is waited for before a reading counts as proof.
    SettleTime,
}

struct Way {
    local: Local,
    chance: Mutex<Rng>,
    spoilt: Spoilt,
}

/// A way of which every latency is drawn from `seed`.
pub(crate) fn between(seed: u64, spoilt: Spoilt) -> Between {
    let lives = Mutex::new(0);
    Arc::new(move |local: Local| {
        let mut life = lives.lock().unwrap();
        *life += 1;
        let chance = Mutex::new(Rng::with_seed(seed.wrapping_mul(1_000).wrapping_add(*life)));
        Arc::new(Way { local: local.with_timeout(TIMEOUT), chance, spoilt })
    })
}

impl Transport for Way {
    fn send(&self, request: Request, cap: usize) -> Sending<'_> {
        let pause = {
            let mut chance = self.chance.lock().unwrap();
            if chance.u8(0..100) == 0 { chance.u64(1_000..20_000) } else { chance.u64(0..200) }
        };
        let carried = carry(self.local.clone(), self.spoilt, Duration::from_millis(pause), request, cap);
        // What has left arrives, even when nobody waits for the answer any more.
        let arriving = tokio::spawn(carried);
        Box::pin(async move { arriving.await.unwrap() })
    }
}

async fn carry(
    local: Local,
    spoilt: Spoilt,
    pause: Duration,
    request: Request,
    cap: usize,
) -> Result<Response, TransportError> {
    tokio::time::sleep(pause).await;
    let (posts, archived) = {
        let uri = request.uri();
        let posts = request.method() == Method::POST && uri.path().ends_with("/client/");
        (posts, uri.query().is_some_and(|query| query.contains("archived=true")))
    };
    if spoilt == Spoilt::ArchivedListUnread && archived {
        return Ok(Response::new(Bytes::from_static(NOTHING.as_bytes())));
    }
    let answer = local.send(request.clone(), cap).await;
    let lost = matches!(answer, Err(TransportError::Lost(_) | TransportError::TimedOut));
    if spoilt == Spoilt::LostPostsSentAgain && posts && lost {
        local.send(request, cap).await
    } else {
        answer
    }
}
