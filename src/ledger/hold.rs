//! The holds: what guards have kept back, each with its reason, its digest and its exact list.
//!
//! In: a new hold with its changes, and a person's approval. Out: the holds that are open, and what one of them says of
//! a change. A hold that is closed keeps its line and loses its list, which is personal data.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior};
use serde::{Deserialize, Serialize};

use super::column::{Count, Json, Time};
use super::error::while_doing;
use super::{Ledger, LedgerError};
use crate::guard::Stop;
use crate::operation::{HoldId, RunId};
use crate::plan::{Change, Digest};
use crate::record::ExternalId;

/// How long an approval lasts.
const APPROVAL: Duration = Duration::from_hours(7 * 24);
/// How many closed holds are kept.
const CLOSED: u32 = 50;

/// One hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// Names it.
    pub id: HoldId,
    /// Why.
    pub reason: Stop,
    /// Over everything that it names.
    pub digest: Digest,
    /// Changes that it names.
    pub items: u64,
    /// The run that made it.
    pub run: RunId,
    /// When.
    pub made_at: Timestamp,
    /// When a person approved it.
    pub approved_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Why it was closed.
    pub ending: Option<Closing>,
}

/// Whether a hold lets its changes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approved {
    /// Nobody has approved it.
    No,
    /// A person has, until then.
    Until(Timestamp),
    /// A person had, and it has expired.
    Expired,
}

impl Hold {
    /// Whether it lets its changes go at `now`.
    #[must_use]
    pub fn approved(&self, now: Timestamp) -> Approved {
        let Some(at) = self.approved_at else { return Approved::No };
        let until = at.saturating_add(APPROVAL).unwrap_or(Timestamp::MAX);
        if now < until { Approved::Until(until) } else { Approved::Expired }
    }

    /// Whether it lets its changes go at `now`, as a plain answer.
    #[must_use]
    pub fn is_approved(&self, now: Timestamp) -> bool {
        matches!(self.approved(now), Approved::Until(_))
    }
}

/// Why a hold is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// It was approved, and everything that it named is done.
    Done,
    /// Another hold over the same file took its place.
    Superseded,
    /// Nothing of what it named is to be done any more.
    Vanished,
}

/// A hold to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHold {
    /// Why.
    pub reason: Stop,
    /// Over everything that it names.
    pub digest: Digest,
    /// Changes that it names.
    pub items: u64,
}

const HOLD: &str = "SELECT id, reason, digest, items, run, made_at, approved_at, closed_at, ending FROM hold";

impl Ledger {
    /// The holds that are open, the oldest first.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn open_holds(&self) -> Result<Vec<Hold>, LedgerError> {
        let sql = format!("{HOLD} WHERE closed_at IS NULL ORDER BY id");
        self.each(&sql, [], hold).map_err(while_doing("read the holds"))
    }

    /// The holds that were not forgotten, open or closed, the newest first.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn holds(&self) -> Result<Vec<Hold>, LedgerError> {
        self.each(&format!("{HOLD} ORDER BY id DESC"), [], hold).map_err(while_doing("read the holds"))
    }

    /// What the open holds say of a client: each hold with the digest of the change that it names.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn held(&self, id: &ExternalId) -> Result<Vec<(HoldId, Digest)>, LedgerError> {
        let sql = "SELECT hold, held.digest FROM held JOIN hold ON hold.id = hold
            WHERE external_id = ?1 AND closed_at IS NULL ORDER BY hold";
        let found = self.each(sql, [id.as_str()], |row| {
            Ok((HoldId(row.get(0)?), Digest::written(&row.get::<_, String>(1)?)))
        });
        found.map_err(while_doing("read what is held of a client"))
    }

    /// The exact list of a hold: its changes in the order of their external ids, at most `limit`.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn held_changes(&self, hold: HoldId, limit: usize) -> Result<Vec<Change>, LedgerError> {
        let sql = "SELECT change FROM held WHERE hold = ?1 ORDER BY external_id LIMIT ?2";
        let found = self.each(sql, (hold.0, super::column::limit(limit)), |row| {
            row.get(0).map(|Json(change): Json<Change>| change)
        });
        found.map_err(while_doing("read the list of a hold"))
    }

    /// Makes a hold with all that it names; each change comes with its digest.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be written, or whatever `changes` fails with.
    pub fn make_hold<E: From<LedgerError>>(
        &mut self,
        run: RunId,
        now: Timestamp,
        new: &NewHold,
        changes: impl Iterator<Item = Result<(Change, Digest), E>>,
    ) -> Result<HoldId, E> {
        let doing = while_doing("write a hold");
        let failed = |error| E::from(doing(error));
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let NewHold { reason, digest, items } = new;
        let sql = "INSERT INTO hold (reason, digest, items, run, made_at) VALUES (?1, ?2, ?3, ?4, ?5)";
        let values = (Json(reason), digest.as_str(), items.cast_signed(), run.0, Time(now));
        transaction.execute(sql, values).map_err(failed)?;
        let id = transaction.last_insert_rowid();
        let sql = "INSERT OR REPLACE INTO held (hold, external_id, digest, change) VALUES (?1, ?2, ?3, ?4)";
        for one in changes {
            let (change, digest) = one?;
            let client = change.external_id.as_ref().map(ExternalId::as_str).unwrap_or_default();
            let mut insert = transaction.prepare_cached(sql).map_err(failed)?;
            insert.execute((id, client, digest.as_str(), Json(&change))).map_err(failed)?;
        }
        transaction.commit().map_err(failed)?;
        Ok(HoldId(id))
    }

    /// Approves a hold: what it names may be sent for seven days.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be written.
    pub fn approve(&mut self, hold: HoldId, now: Timestamp) -> Result<(), LedgerError> {
        let sql = "UPDATE hold SET approved_at = ?2 WHERE id = ?1 AND closed_at IS NULL";
        self.connection.execute(sql, (hold.0, Time(now))).map(drop).map_err(while_doing("approve a hold"))
    }

    /// Closes a hold for a reason; its list is forgotten.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be written.
    pub fn close_hold(&mut self, hold: HoldId, now: Timestamp, ending: Closing) -> Result<(), LedgerError> {
        let doing = while_doing("close a hold");
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(doing)?;
        close(&transaction, hold, now, ending).map_err(doing)?;
        transaction.commit().map_err(doing)
    }
}

fn close(ledger: &Connection, hold: HoldId, now: Timestamp, ending: Closing) -> rusqlite::Result<()> {
    ledger.execute("DELETE FROM held WHERE hold = ?1", [hold.0])?;
    ledger.execute(
        "UPDATE hold SET closed_at = ?2, ending = ?3 WHERE id = ?1",
        (hold.0, Time(now), Json(ending)),
    )?;
    let oldest = "SELECT id FROM hold WHERE closed_at IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ?1";
    let oldest: Option<i64> = ledger.query_row(oldest, [CLOSED], |row| row.get(0)).optional()?;
    ledger.execute("DELETE FROM hold WHERE closed_at IS NOT NULL AND id <= ?1", [oldest]).map(drop)
}

fn hold(row: &Row<'_>) -> rusqlite::Result<Hold> {
    let (Json(reason), digest): (_, String) = (row.get(1)?, row.get(2)?);
    let (Count(items), Time(made_at)) = (row.get(3)?, row.get(5)?);
    let (approved_at, closed_at): (Option<Time>, Option<Time>) = (row.get(6)?, row.get(7)?);
    Ok(Hold {
        id: HoldId(row.get(0)?),
        reason,
        digest: Digest::written(&digest),
        items,
        run: RunId(row.get(4)?),
        made_at,
        approved_at: approved_at.map(|Time(time)| time),
        closed_at: closed_at.map(|Time(time)| time),
        ending: row.get::<_, Option<Json<Closing>>>(8)?.map(|Json(ending)| ending),
    })
}
