//! Reading what the ledger knows of clients: the narrow lines in order, one client in full, and what is unfinished.
//!
//! In: an external id, or the one before. Out: values. Nothing here writes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Statement};

use super::column::{self, Count, Id, Json, Key, Time, Word};
use super::error::while_doing;
use super::stored::{Stored, StoredNames};
use super::{Ledger, LedgerError};
use crate::operation::State;
use crate::record::{
    Acknowledged, Answered, Desired, ExternalId, Fingerprint, Head, Known, KnownContact, Mid, Removal,
};

/// A create that was sent and whose outcome nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The client.
    pub external_id: ExternalId,
    /// When its last intent was committed.
    pub sent_at: Timestamp,
    /// The row that was sent.
    pub desired: Option<Desired>,
}

/// An update or a delete that a crash or a lost answer cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interrupted {
    /// The client.
    pub external_id: ExternalId,
    /// [`State::Patching`] or [`State::Removing`].
    pub state: State,
    /// The server's id.
    pub mid: Mid,
    /// When its last intent was committed.
    pub sent_at: Timestamp,
    /// The row of an update.
    pub desired: Option<Desired>,
}

const HEAD: &str = "SELECT external_id, state, mid, fingerprint, refused, acknowledged, removal_refused
    FROM client";

/// The states that clients are in; the table has one line for each state that ever was.
pub(super) const POPULATION: &str = "SELECT state, clients FROM population WHERE clients > 0";

impl Ledger {
    /// How many clients the server has, as far as is known.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn clients_on_server(&self) -> Result<u64, LedgerError> {
        let counts = self.counts()?;
        Ok(counts.iter().filter(|(state, _)| state.is_on_server()).map(|(_, count)| count).sum())
    }

    /// How many clients are in each state; a state without any is absent. They are counted as they change, so that
    /// nothing is counted now.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn counts(&self) -> Result<BTreeMap<State, u64>, LedgerError> {
        let counted = self.each(POPULATION, [], |row| {
            let (Word(state), Count(count)) = (row.get(0)?, row.get(1)?);
            Ok((state, count))
        });
        counted.map_err(while_doing("count the clients"))
    }

    /// The narrow lines that follow `after`, at most `limit`, in the byte order of their external ids. Tombstones
    /// of removed clients are among them.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn heads_after(&self, after: Option<&ExternalId>, limit: usize) -> Result<Vec<Head>, LedgerError> {
        let sql = format!("{HEAD} WHERE external_id > ?1 ORDER BY external_id LIMIT ?2");
        // No client has an empty id, so that it stands before all of them.
        let after = after.map_or("", ExternalId::as_str);
        self.each(&sql, (after, column::limit(limit)), head)
            .map_err(while_doing("read the lines of the clients"))
    }

    /// The narrow line of one client.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn head(&self, id: &ExternalId) -> Result<Option<Head>, LedgerError> {
        let doing = while_doing("read the line of a client");
        let mut statement =
            self.connection.prepare_cached(&format!("{HEAD} WHERE external_id = ?1")).map_err(doing)?;
        statement.query_row([id.as_str()], head).optional().map_err(doing)
    }

    /// What the server last confirmed of a client; `None` when it has no mid.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn known(&self, id: &ExternalId) -> Result<Option<Known>, LedgerError> {
        self.read_known(id).map_err(while_doing("read what is known of a client"))
    }

    fn read_known(&self, id: &ExternalId) -> rusqlite::Result<Option<Known>> {
        // One transaction: beside a run, the client and its contacts must be of the same moment.
        let alone = self.connection.is_autocommit();
        let _moment = alone.then(|| self.connection.unchecked_transaction()).transpose()?;
        let sql = "SELECT mid, own, archived FROM client JOIN detail USING (external_id)
            WHERE external_id = ?1 AND mid IS NOT NULL";
        let mut statement = self.connection.prepare_cached(sql)?;
        let client = statement.query_row([id.as_str()], |row| {
            let (Id(mid), Stored(own)) = (row.get(0)?, row.get(1)?);
            Ok(Known { mid, own, contacts: Vec::new(), archived: row.get(2)? })
        });
        let Some(known) = client.optional()? else { return Ok(None) };
        let sql = "SELECT mid, kind, ours, fields, other_addresses FROM contact
            WHERE external_id = ?1 ORDER BY position";
        let contacts = self.each(sql, [id.as_str()], contact)?;
        Ok(Some(Known { contacts, ..known }))
    }

    /// The fields that the rows of a client answer for; `None` when no run has told.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn answered(&self, id: &ExternalId) -> Result<Option<Answered>, LedgerError> {
        let doing = while_doing("read which fields a client's rows answer for");
        let sql = "SELECT answered FROM detail WHERE external_id = ?1 AND answered IS NOT NULL";
        let mut statement = self.connection.prepare_cached(sql).map_err(doing)?;
        let answered = statement.query_row([id.as_str()], |row| row.get(0)).optional().map_err(doing)?;
        Ok(answered.map(|StoredNames(answered)| answered))
    }

    /// The creates whose outcome nobody knows. While a run goes on, those in flight are among them.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn in_doubt(&self) -> Result<Vec<Doubt>, LedgerError> {
        // LEFT JOIN: a doubt without its time of sending is an error, not a doubt that nobody sees.
        let sql = "SELECT external_id, sent_at, desired FROM client LEFT JOIN unfinished USING (external_id)
            WHERE state = 'creating' ORDER BY external_id";
        let doubts = self.each(sql, [], |row| {
            let (Key(external_id), Time(sent_at)) = (row.get(0)?, row.get(1)?);
            let desired: Option<Json<Desired>> = row.get(2)?;
            Ok(Doubt { external_id, sent_at, desired: desired.map(|Json(desired)| desired) })
        });
        doubts.map_err(while_doing("read what is in doubt"))
    }

    /// The updates and deletes that were not ended.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn interrupted(&self) -> Result<Vec<Interrupted>, LedgerError> {
        let sql =
            "SELECT external_id, state, mid, sent_at, desired FROM client LEFT JOIN unfinished USING (external_id)
            WHERE state IN ('patching', 'removing') ORDER BY external_id";
        let interrupted = self.each(sql, [], |row| {
            let (Key(external_id), Word(state)) = (row.get(0)?, row.get(1)?);
            let (Id(mid), Time(sent_at)) = (row.get(2)?, row.get(3)?);
            let desired: Option<Json<Desired>> = row.get(4)?;
            let desired = desired.map(|Json(desired)| desired);
            Ok(Interrupted { external_id, state, mid, sent_at, desired })
        });
        interrupted.map_err(while_doing("read what was interrupted"))
    }

    /// Reads every row that `sql` finds.
    pub(super) fn each<T, C: FromIterator<T>>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<C> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let statement: &mut Statement<'_> = &mut statement;
        statement.query_map(values, read)?.collect()
    }
}

fn head(row: &Row<'_>) -> rusqlite::Result<Head> {
    let (Key(external_id), Word(state)) = (row.get(0)?, row.get(1)?);
    let mid: Option<Id> = row.get(2)?;
    let (fingerprint, refused): (Option<i64>, Option<i64>) = (row.get(3)?, row.get(4)?);
    Ok(Head {
        external_id,
        state,
        mid: mid.map(|Id(mid)| mid),
        fingerprint: fingerprint.map(Fingerprint),
        refused: refused.map(Fingerprint),
        acknowledged: if row.get(5)? { Acknowledged::Yes } else { Acknowledged::No },
        removal: if row.get(6)? { Removal::Refused } else { Removal::Open },
    })
}

fn contact(row: &Row<'_>) -> rusqlite::Result<KnownContact> {
    let (Id(mid), Word(kind)) = (row.get(0)?, row.get(1)?);
    let (Stored(fields), Json(other_addresses)) = (row.get(3)?, row.get(4)?);
    Ok(KnownContact { mid, kind, ours: row.get(2)?, fields, other_addresses })
}
