//! What is not in sync, and why: one line for each client, and one for each row that names none, replaced by what is
//! learnt later.
//!
//! In: failures, and the news that there is none any more. Out: the list that `failures` and `status` show.

use std::collections::BTreeMap;

use rusqlite::{Connection, Params};

use super::column::{self, Count, Json, Key, LineOrNone, Word};
use super::error::while_doing;
use super::{Ledger, LedgerError};
use crate::journal::{Failure, Outcome};
use crate::record::ExternalId;

/// Counts by the index of outcomes alone.
pub(super) const COUNTS: &str = "SELECT outcome, count(*) FROM failure GROUP BY outcome";

impl Ledger {
    /// What is not in sync, at most `limit` lines, by external id and line.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn failures(&self, limit: usize) -> Result<Vec<Failure>, LedgerError> {
        let sql = "SELECT external_id, line, action, outcome, status, message, desired, reason
            FROM failure ORDER BY external_id, line LIMIT ?1";
        let failures = self.each(sql, [column::limit(limit)], |row| {
            let (Key(external_id), LineOrNone(line)) = (row.get(0)?, row.get(1)?);
            let (Word(action), Word(outcome)) = (row.get(2)?, row.get(3)?);
            let (status, message, desired) = (row.get(4)?, row.get(5)?, row.get::<_, Option<Json<_>>>(6)?);
            let desired = desired.map(|Json(desired)| desired);
            let reason = row.get(7)?;
            Ok(Failure { external_id, line, action, outcome, status, message, reason, desired })
        });
        failures.map_err(while_doing("read what is not in sync"))
    }

    /// How many lines there are of each outcome; an outcome without any is absent.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn failure_counts(&self) -> Result<BTreeMap<Outcome, u64>, LedgerError> {
        let counts = self.each(COUNTS, [], |row| {
            let (Word(outcome), Count(count)) = (row.get(0)?, row.get(1)?);
            Ok((outcome, count))
        });
        counts.map_err(while_doing("count what is not in sync"))
    }
}

/// Replaces what was said of the same client, in whatever row it stood, or of the same row without one.
pub(super) fn put(ledger: &Connection, failure: &Failure) -> Result<(), LedgerError> {
    let forget = "DELETE FROM failure WHERE external_id = ?1 AND external_id <> ''";
    write(ledger, forget, [failure.external_id.as_str()])?;
    let Failure { external_id, line, action, outcome, status, message, reason, desired } = failure;
    let sql = "INSERT OR REPLACE INTO failure (external_id, line, action, outcome, status, message, desired, reason)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let key = (external_id.as_str(), LineOrNone(*line));
    let desired = desired.as_ref().map(Json);
    write(ledger, sql, (key.0, key.1, action.name(), outcome.name(), status, message, desired, reason))
}

/// Keeps what was said of the client before, in the row in which it stands now; says it anew when nothing was.
pub(super) fn keep(ledger: &Connection, failure: &Failure) -> Result<(), LedgerError> {
    let doing = while_doing("write what is not in sync");
    let sql = "UPDATE failure SET line = ?2, desired = ?4 WHERE external_id = ?1 AND outcome = ?3";
    let (id, line, outcome) = (failure.external_id.as_str(), failure.line, failure.outcome.name());
    let values = (id, LineOrNone(line), outcome, failure.desired.as_ref().map(Json));
    let kept =
        ledger.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).map_err(doing)?;
    if kept == 0 { put(ledger, failure) } else { Ok(()) }
}

/// Forgets what was said of the client.
pub(super) fn clear(ledger: &Connection, id: &ExternalId) -> Result<(), LedgerError> {
    write(ledger, "DELETE FROM failure WHERE external_id = ?1 AND external_id <> ''", [id.as_str()])
}

/// Forgets what earlier runs said of rows and clients that each run tells anew, as long as the file names them.
pub(super) fn forget_told_anew(ledger: &Connection) -> Result<(), LedgerError> {
    let told_anew = [Outcome::Rejected, Outcome::Blocked, Outcome::Conflict, Outcome::Missing];
    let sql = "DELETE FROM failure WHERE outcome IN (?1, ?2, ?3, ?4)";
    write(ledger, sql, told_anew.map(Outcome::name))
}

/// Forgets everything that was said of the client.
pub(super) fn forget(ledger: &Connection, id: &ExternalId) -> Result<(), LedgerError> {
    write(ledger, "DELETE FROM failure WHERE external_id = ?1", [id.as_str()])
}

fn write(ledger: &Connection, sql: &str, values: impl Params) -> Result<(), LedgerError> {
    let done = ledger.prepare_cached(sql).and_then(|mut statement| statement.execute(values));
    done.map(drop).map_err(while_doing("write what is not in sync"))
}
