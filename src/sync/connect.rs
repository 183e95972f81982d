//! Connects a run: the quota with what earlier runs used, the token, the partner, and the ledger bound to both.
//!
//! One API key sees one partner, so that a key which was seen to belong to the ledger's partner is not asked for it again.
//! Another key is, and a run that could not get through makes the next one ask.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Remote, Run, SyncError};
use crate::client::{Book, Client, Limiter, Setup, Tally, UsedSlots, key_mark};
use crate::clock::Clock;
use crate::ledger::{Binding, BlockId, Ledger, LedgerError, QuotaBook, Used};
use crate::record::Mid;
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

/// The token, and the partner.
const REQUESTS_TO_BEGIN: u64 = 2;
/// The token alone, with a key that was seen to belong to the partner.
const REQUESTS_TO_BEGIN_AGAIN: u64 = 1;

/// Requests that the next run needs to begin; where no key is told, it will be the one that was used before.
pub(super) fn requests_to_begin(
    ledger: Option<&Ledger>,
    remote: Option<&Remote>,
) -> Result<u64, LedgerError> {
    let spared = match (ledger, remote) {
        (None, _) => false,
        (Some(ledger), Some(remote)) => partner_of_key(ledger, remote)?.is_some(),
        (Some(ledger), None) => ledger.key_mark()?.is_some(),
    };
    Ok(if spared { REQUESTS_TO_BEGIN_AGAIN } else { REQUESTS_TO_BEGIN })
}

/// The partner that the key was seen to belong to, unless another one is asked for.
fn partner_of_key(ledger: &Ledger, remote: &Remote) -> Result<Option<Mid>, LedgerError> {
    let (Some(bound), Some(mark)) = (ledger.binding()?, ledger.key_mark()?) else { return Ok(None) };
    let asked = remote.partner.as_ref().is_none_or(|asked| *asked == bound.partner);
    let same = key_mark(&remote.credentials, &remote.origin, &bound.partner).as_str() == mark;
    Ok((asked && same).then_some(bound.partner))
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
    let seen = partner_of_key(ledger, &remote)?;
    let setup = Setup {
        transport: remote.transport,
        origin: remote.origin.clone(),
        credentials: remote.credentials.clone(),
        partner: remote.partner,
        seen,
        concurrency: remote.pace.concurrency,
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
    let mark = key_mark(&remote.credentials, &remote.origin, client.partner());
    if ledger.key_mark()?.as_deref() != Some(mark.as_str()) {
        ledger.note_key(Some(mark.as_str()))?;
    }
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
