//! The attempts: one line for each request that was about to leave, with what came of it.
//!
//! In: an intent, later its answer. Out: the attempts of a client, for people and for proofs.

use jiff::Timestamp;
use rusqlite::{Connection, Params};

use super::column::{Time, Word};
use super::commit::Moment;
use super::error::while_doing;
use super::{Ledger, LedgerError};
use crate::operation::{AttemptId, RunId, Verdict};
use crate::record::ExternalId;

/// One request, with its intent and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptLine {
    /// Names it.
    pub id: AttemptId,
    /// The run that made it.
    pub run: RunId,
    /// Method and path.
    pub request: String,
    /// When its intent was committed.
    pub sent_at: Timestamp,
    /// When its answer was committed; `None` while it is in flight or after a crash.
    pub answered_at: Option<Timestamp>,
    /// What the answer meant.
    pub verdict: Option<Verdict>,
    /// The HTTP status, when there was one.
    pub status: Option<u16>,
    /// The server's words; empty when all went well, and when the client was removed since.
    pub message: String,
}

impl Ledger {
    /// The first attempt number that was never given; the caller counts on from it.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn next_attempt(&self) -> Result<AttemptId, LedgerError> {
        let sql = "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'attempt'";
        let next = self.connection.query_row(sql, [], |row| row.get(0));
        next.map(AttemptId).map_err(while_doing("number the attempts"))
    }

    /// The attempts of a client that were not pruned yet, newest first.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn attempts(&self, id: &ExternalId) -> Result<Vec<AttemptLine>, LedgerError> {
        let sql = "SELECT id, run, request, sent_at, answered_at, verdict, status, message
            FROM attempt WHERE external_id = ?1 ORDER BY id DESC";
        let attempts = self.each(sql, [id.as_str()], |row| {
            let Time(sent_at) = row.get(3)?;
            let (answered_at, verdict): (Option<Time>, Option<Word<_>>) = (row.get(4)?, row.get(5)?);
            Ok(AttemptLine {
                id: AttemptId(row.get(0)?),
                run: RunId(row.get(1)?),
                request: row.get(2)?,
                sent_at,
                answered_at: answered_at.map(|Time(time)| time),
                verdict: verdict.map(|Word(verdict)| verdict),
                status: row.get(6)?,
                message: row.get(7)?,
            })
        });
        attempts.map_err(while_doing("read the attempts of a client"))
    }
}

/// Writes the line of a request that is about to leave.
pub(super) fn begin(
    ledger: &Connection,
    moment: Moment,
    attempt: AttemptId,
    id: &ExternalId,
    request: &str,
) -> Result<(), LedgerError> {
    let sql = "INSERT INTO attempt (id, run, external_id, request, sent_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    write(ledger, sql, (attempt.0, moment.run.0, id.as_str(), request, Time(moment.now))).map(drop)
}

/// Completes the line with what came of the request.
pub(super) fn end(
    ledger: &Connection,
    moment: Moment,
    attempt: AttemptId,
    verdict: Verdict,
    status: Option<u16>,
    message: &str,
) -> Result<(), LedgerError> {
    let sql = "UPDATE attempt SET answered_at = ?2, verdict = ?3, status = ?4, message = ?5 WHERE id = ?1";
    match write(ledger, sql, (attempt.0, Time(moment.now), verdict.name(), status, message))? {
        0 => Err(LedgerError::NoSuchAttempt { attempt }),
        _ => Ok(()),
    }
}

/// Forgets the server's words about a client: they may quote its data.
pub(super) fn forget_messages(ledger: &Connection, id: &ExternalId) -> Result<(), LedgerError> {
    write(ledger, "UPDATE attempt SET message = '' WHERE external_id = ?1", [id.as_str()]).map(drop)
}

fn write(ledger: &Connection, sql: &str, values: impl Params) -> Result<usize, LedgerError> {
    let done = ledger.prepare_cached(sql).and_then(|mut statement| statement.execute(values));
    done.map_err(while_doing("write an attempt"))
}
