//! Writing the narrow line of one client, and the operation that is under way for it.
//!
//! In: what happened. Out: the line as it follows. The state is changed in one place only, [`step`].

use rusqlite::{Connection, OptionalExtension, Params};

use super::Moment;
use crate::ledger::LedgerError;
use crate::ledger::column::{Json, Time, Word};
use crate::ledger::error::while_doing;
use crate::operation::{AttemptId, Happening, State, next};
use crate::record::{Desired, ExternalId, Fingerprint, Mid};

/// The state of a client; one without a line is new.
pub(super) fn state(ledger: &Connection, id: &ExternalId) -> Result<State, LedgerError> {
    let doing = while_doing("read the state of a client");
    let mut statement =
        ledger.prepare_cached("SELECT state FROM client WHERE external_id = ?1").map_err(doing)?;
    let state = statement.query_row([id.as_str()], |row| row.get(0)).optional().map_err(doing)?;
    Ok(state.map_or(State::New, |Word(state)| state))
}

/// Lets `happening` befall the client. An operation that has ended thereby takes its row with it.
pub(super) fn step(ledger: &Connection, id: &ExternalId, happening: Happening) -> Result<(), LedgerError> {
    let state = next(state(ledger, id)?, happening)?;
    let sql = "INSERT INTO client (external_id, state) VALUES (?1, ?2)
        ON CONFLICT DO UPDATE SET state = excluded.state";
    write(ledger, sql, [id.as_str(), state.name()])?;
    if !is_under_way(state) {
        write(ledger, "DELETE FROM unfinished WHERE external_id = ?1", [id.as_str()])?;
    }
    Ok(())
}

fn is_under_way(state: State) -> bool {
    match state {
        State::Creating | State::Patching | State::Removing => true,
        State::New | State::Linked | State::Refused | State::Missing | State::Conflict | State::Removed => {
            false
        }
    }
}

/// Keeps the operation that is about to begin, or its next step.
pub(super) fn note_unfinished(
    ledger: &Connection,
    moment: Moment,
    id: &ExternalId,
    desired: Option<&Desired>,
) -> Result<(), LedgerError> {
    let sql = "INSERT OR REPLACE INTO unfinished (external_id, sent_at, desired) VALUES (?1, ?2, ?3)";
    write(ledger, sql, (id.as_str(), Time(moment.now), desired.map(Json))).map(drop)
}

/// The request of this attempt may have been sent as late as now.
pub(super) fn note_last_try(
    ledger: &Connection,
    moment: Moment,
    attempt: AttemptId,
) -> Result<(), LedgerError> {
    let sql = "UPDATE unfinished SET sent_at = ?2
        WHERE external_id = (SELECT external_id FROM attempt WHERE id = ?1)";
    write(ledger, sql, (attempt.0, Time(moment.now))).map(drop)
}

/// The client exists under this mid, and equals the row if one is given.
pub(super) fn link(
    ledger: &Connection,
    id: &ExternalId,
    mid: &Mid,
    row: Option<Fingerprint>,
) -> Result<(), LedgerError> {
    let sql =
        "UPDATE client SET mid = ?2, fingerprint = ?3, refused = NULL, acknowledged = 0, removal_refused = 0
        WHERE external_id = ?1";
    write(ledger, sql, (id.as_str(), mid.as_str(), row.map(|row| row.0))).map(drop)
}

/// The client equals the row, which is in the file: nothing is refused of it any more.
pub(super) fn equals(ledger: &Connection, id: &ExternalId, row: Fingerprint) -> Result<(), LedgerError> {
    let sql = "UPDATE client SET fingerprint = ?2, refused = NULL, acknowledged = 0, removal_refused = 0
        WHERE external_id = ?1 AND mid IS NOT NULL";
    found(write(ledger, sql, (id.as_str(), row.0))?, id)
}

/// The client may differ from its row, which is in the file: the next plan looks closer.
pub(super) fn differs(
    ledger: &Connection,
    id: &ExternalId,
    refused: Option<Fingerprint>,
) -> Result<(), LedgerError> {
    let sql = "UPDATE client SET fingerprint = NULL, removal_refused = 0,
            acknowledged = acknowledged AND coalesce(?2, refused) IS refused, refused = coalesce(?2, refused)
        WHERE external_id = ?1";
    write(ledger, sql, (id.as_str(), refused.map(|row| row.0))).map(drop)
}

/// The server refused this row.
pub(super) fn note_refused_row(
    ledger: &Connection,
    id: &ExternalId,
    row: Fingerprint,
) -> Result<(), LedgerError> {
    let sql = "UPDATE client SET acknowledged = acknowledged AND refused IS ?2, refused = ?2
        WHERE external_id = ?1";
    write(ledger, sql, (id.as_str(), row.0)).map(drop)
}

/// A person knows of the refusal.
pub(super) fn acknowledge(ledger: &Connection, id: &ExternalId) -> Result<(), LedgerError> {
    let sql = "UPDATE client SET acknowledged = 1 WHERE external_id = ?1 AND refused IS NOT NULL";
    write(ledger, sql, [id.as_str()]).map(drop)
}

/// The server refused to delete the client.
pub(super) fn note_refused_removal(ledger: &Connection, id: &ExternalId) -> Result<(), LedgerError> {
    write(ledger, "UPDATE client SET removal_refused = 1 WHERE external_id = ?1", [id.as_str()]).map(drop)
}

/// Makes the line a tombstone.
pub(super) fn bury(ledger: &Connection, id: &ExternalId) -> Result<(), LedgerError> {
    let sql = "UPDATE client SET mid = NULL, fingerprint = NULL, refused = NULL, acknowledged = 0,
            removal_refused = 0
        WHERE external_id = ?1";
    write(ledger, sql, [id.as_str()]).map(drop)
}

/// Refuses a confirmation for a client of which no mid is known.
pub(super) fn must_have_mid(ledger: &Connection, id: &ExternalId) -> Result<(), LedgerError> {
    let doing = while_doing("look for the mid of a client");
    let sql = "SELECT 1 FROM client WHERE external_id = ?1 AND mid IS NOT NULL";
    let mut statement = ledger.prepare_cached(sql).map_err(doing)?;
    found(usize::from(statement.exists([id.as_str()]).map_err(doing)?), id)
}

fn found(rows: usize, id: &ExternalId) -> Result<(), LedgerError> {
    if rows == 0 { Err(LedgerError::NeverLinked { external_id: id.clone() }) } else { Ok(()) }
}

fn write(ledger: &Connection, sql: &str, values: impl Params) -> Result<usize, LedgerError> {
    let done = ledger.prepare_cached(sql).and_then(|mut statement| statement.execute(values));
    done.map_err(while_doing("write the line of a client"))
}
