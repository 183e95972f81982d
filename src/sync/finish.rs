//! The end of a run: what was used of the quota, the summary, and the run's line in the ledger.

use super::voice::Voice;
use super::{Run, SyncError};
use crate::client::Tally;
use crate::event::{Event, ExitReason, QuotaUse};
use crate::ledger::Ledger;
use crate::operation::RunId;

impl Run<'_, '_> {
    /// Writes everything down; the error that ended the run, if one did, is handed on.
    pub(super) fn close(mut self, tally: &Tally, ended: Result<(), SyncError>) -> Result<(), SyncError> {
        let unwritten = self.breakers.unwritten.take().map(SyncError::QuotaFailed);
        let ended = match self.broken.take().or(unwritten) {
            Some(error) => ended.and(Err(error)),
            None => ended,
        };
        if matches!(ended, Err(SyncError::LedgerFailed(_))) {
            self.voice.reasons.insert(ExitReason::LedgerFailed);
        }
        let limiter = self.client.limiter();
        limiter.finish();
        self.voice.count_requests(tally);
        self.voice.count_quota(QuotaUse {
            limits: limiter.limits(),
            day_used: limiter.day_used(),
            day_left: limiter.day_left(),
        });
        self.voice.tell(&Event::InFlight(0));
        self.doubt_key();
        write_line(&mut self.ledger, self.id, self.voice, ended)
    }

    /// Where the server did not let the run through, the key may not belong to the partner any more: the next run asks.
    fn doubt_key(&mut self) {
        let doubts = [ExitReason::CredentialsRefused, ExitReason::Unreachable];
        if doubts.iter().any(|doubt| self.voice.reasons.contains(doubt))
            && let Err(error) = self.ledger.note_key(None)
        {
            tracing::warn!(%error, "the key could not be forgotten");
        }
    }
}

/// Ends a run that never reached the server.
pub(super) fn without_connection(
    mut ledger: Ledger,
    id: RunId,
    voice: &mut Voice<'_>,
    error: SyncError,
) -> Result<(), SyncError> {
    write_line(&mut ledger, id, voice, Err(error))
}

fn write_line(
    ledger: &mut Ledger,
    id: RunId,
    voice: &mut Voice<'_>,
    ended: Result<(), SyncError>,
) -> Result<(), SyncError> {
    voice.end(&ended);
    let summary = &voice.summary;
    let json = serde_json::to_string(summary).unwrap_or_default();
    let account = serde_json::to_string(&voice.account).unwrap_or_default();
    // Before the end: a run that has ended has its account.
    let kept = ledger.keep_account(id, &account);
    let written = kept.and_then(|()| ledger.finish_run(id, summary.finished_at, summary.exit.code, &json));
    ended.and(written.map_err(SyncError::LedgerFailed))
}
