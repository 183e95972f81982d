//! Writing what the server confirmed of a client: its own fields and its contacts.
//!
//! In: a whole reading, or one part of it. Out: the detail rows. A part is refused for a client without a mid.

use rusqlite::{Connection, Params};

use super::line::must_have_mid;
use crate::ledger::LedgerError;
use crate::ledger::column::{Id, Json, kind_name};
use crate::ledger::error::while_doing;
use crate::ledger::stored::{Stored, StoredNames};
use crate::record::{Answered, ExternalId, Fields, Known, KnownContact, Mid};

/// Replaces all that is known of the client.
pub(super) fn replace(ledger: &Connection, id: &ExternalId, known: &Known) -> Result<(), LedgerError> {
    let Known { mid, own, contacts, archived } = known;
    write(ledger, "UPDATE client SET mid = ?2 WHERE external_id = ?1", [id.as_str(), mid.as_str()])?;
    // What its rows answer for does not depend on what the server holds.
    let sql = "INSERT INTO detail (external_id, own, archived) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET own = excluded.own, archived = excluded.archived";
    write(ledger, sql, (id.as_str(), Stored(own), archived))?;
    write(ledger, "DELETE FROM contact WHERE external_id = ?1", [id.as_str()])?;
    contacts.iter().try_for_each(|contact| insert(ledger, id, contact))
}

/// Replaces what is known of a client that has a mid.
pub(super) fn take_over(ledger: &Connection, id: &ExternalId, known: &Known) -> Result<(), LedgerError> {
    must_have_mid(ledger, id)?;
    replace(ledger, id, known)
}

/// Notes which fields the rows of the client answer for.
pub(super) fn note_answered(
    ledger: &Connection,
    id: &ExternalId,
    answered: &Answered,
) -> Result<(), LedgerError> {
    write(
        ledger,
        "UPDATE detail SET answered = ?2 WHERE external_id = ?1",
        (id.as_str(), StoredNames(answered)),
    )
}

/// Adds own fields to those that are known.
pub(super) fn merge_own(ledger: &Connection, id: &ExternalId, fields: &Fields) -> Result<(), LedgerError> {
    must_have_mid(ledger, id)?;
    let doing = while_doing("read the fields of a client");
    let sql = "SELECT own FROM detail WHERE external_id = ?1";
    let mut statement = ledger.prepare_cached(sql).map_err(doing)?;
    let Stored(mut own): Stored<Fields> =
        statement.query_row([id.as_str()], |row| row.get(0)).map_err(doing)?;
    own.extend(fields.iter());
    write(ledger, "UPDATE detail SET own = ?2 WHERE external_id = ?1", (id.as_str(), Stored(&own)))
}

/// Replaces the contact of that mid in its place, or adds it behind the others.
pub(super) fn put_contact(
    ledger: &Connection,
    id: &ExternalId,
    contact: &KnownContact,
) -> Result<(), LedgerError> {
    must_have_mid(ledger, id)?;
    insert(ledger, id, contact)
}

/// Forgets the contact of that mid.
pub(super) fn drop_contact(ledger: &Connection, id: &ExternalId, mid: &Mid) -> Result<(), LedgerError> {
    must_have_mid(ledger, id)?;
    let sql = "DELETE FROM contact WHERE external_id = ?1 AND mid = ?2";
    write(ledger, sql, [id.as_str(), mid.as_str()])
}

/// The contacts that the CSV answers for.
pub(super) fn ours(ledger: &Connection, id: &ExternalId) -> Result<Vec<Mid>, LedgerError> {
    let sql = "SELECT mid FROM contact WHERE external_id = ?1 AND ours";
    let read = ledger.prepare_cached(sql).and_then(|mut statement| {
        let mids = statement.query_map([id.as_str()], |row| row.get(0))?;
        mids.map(|mid| mid.map(|Id(mid)| mid)).collect()
    });
    read.map_err(while_doing("read the contacts of a client"))
}

/// Lets the CSV answer for these contacts from now on, as far as they are there.
pub(super) fn mark_ours(ledger: &Connection, id: &ExternalId, ours: &[Mid]) -> Result<(), LedgerError> {
    let sql = "UPDATE contact SET ours = 1 WHERE external_id = ?1 AND mid = ?2";
    ours.iter().try_for_each(|mid| write(ledger, sql, [id.as_str(), mid.as_str()]))
}

/// The client is archived now.
pub(super) fn note_archived(ledger: &Connection, id: &ExternalId) -> Result<(), LedgerError> {
    write(ledger, "UPDATE detail SET archived = 1 WHERE external_id = ?1", [id.as_str()])
}

/// Forgets all that the server ever confirmed of the client.
pub(super) fn forget(ledger: &Connection, id: &ExternalId) -> Result<(), LedgerError> {
    write(ledger, "DELETE FROM contact WHERE external_id = ?1", [id.as_str()])?;
    write(ledger, "DELETE FROM detail WHERE external_id = ?1", [id.as_str()])
}

fn insert(ledger: &Connection, id: &ExternalId, contact: &KnownContact) -> Result<(), LedgerError> {
    let KnownContact { mid, kind, ours, fields, other_addresses } = contact;
    let sql = "INSERT INTO contact (external_id, mid, position, kind, ours, fields, other_addresses)
        VALUES (?1, ?2, (SELECT coalesce(max(position) + 1, 0) FROM contact WHERE external_id = ?1), ?3, ?4, ?5, ?6)
        ON CONFLICT DO UPDATE SET kind = excluded.kind, ours = excluded.ours, fields = excluded.fields,
            other_addresses = excluded.other_addresses";
    let (fields, others) = (Stored(fields), Json(other_addresses));
    write(ledger, sql, (id.as_str(), mid.as_str(), kind_name(*kind), ours, fields, others))
}

fn write(ledger: &Connection, sql: &str, values: impl Params) -> Result<(), LedgerError> {
    let done = ledger.prepare_cached(sql).and_then(|mut statement| statement.execute(values));
    done.map(drop).map_err(while_doing("write what is known of a client"))
}
