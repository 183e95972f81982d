//! The book of the quota: how many requests were used when, durable across runs and crashes.
//!
//! In: blocks of requests, reserved before the first of them leaves and closed after the last has ended. Out: what
//! was used in the last 24 hours. A block that a crash left open counts in full, as if it had ended at the restart:
//! the book may count too much, never too little.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, TransactionBehavior};

use super::column::Time;
use super::error::while_doing;
use super::file::Lock;
use super::{Ledger, LedgerError};

/// The longest window of the server.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The quota that was used, in the file of the ledger.
#[derive(Debug)]
pub struct QuotaBook {
    connection: Connection,
    #[expect(dead_code, reason = "it is held as long as the book may write")]
    lock: Option<Arc<Lock>>,
}

/// Names a block of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(pub i64);

/// Requests that were used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// When the last of them ended, at the latest.
    pub ended_at: Timestamp,
    /// How many they are.
    pub count: u32,
}

impl Ledger {
    /// What was used in the 24 hours before `now`, as [`QuotaBook::load`] would count it; nothing is written.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn quota_used(&self, now: Timestamp) -> Result<Vec<Used>, LedgerError> {
        let since = now.saturating_sub(DAY).unwrap_or(Timestamp::MIN);
        let sql = "SELECT min(coalesce(ended_at, ?2), ?2), count FROM quota_block
            WHERE ended_at IS NULL OR ended_at >= ?1 ORDER BY 1, id";
        let used = self.each(sql, [Time(since), Time(now)], |row| {
            let Time(ended_at) = row.get(0)?;
            Ok(Used { ended_at, count: row.get(1)? })
        });
        used.map_err(while_doing("read the quota that was used"))
    }
}

impl QuotaBook {
    pub(super) fn new(connection: Connection, lock: Option<Arc<Lock>>) -> Self {
        Self { connection, lock }
    }

    /// What was used in the 24 hours before `now`, oldest first. Blocks that a crash left open, and those that
    /// ended in the future because the clock was set back, count as ended now, for good.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when the book cannot be read or written.
    pub fn load(&mut self, now: Timestamp) -> Result<Vec<Used>, LedgerError> {
        self.settle_and_read(now).map_err(while_doing("read the quota that was used"))
    }

    /// Reserves `count` requests. When it returns, they count, whatever happens.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be written: nothing may be sent then.
    pub fn reserve(&mut self, count: u32, now: Timestamp) -> Result<BlockId, LedgerError> {
        let doing = while_doing("reserve quota");
        let sql = "INSERT INTO quota_block (count, reserved_at) VALUES (?1, ?2)";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut insert| insert.execute((count, Time(now))))
            .map_err(doing)?;
        Ok(BlockId(self.connection.last_insert_rowid()))
    }

    /// Closes a block of which `used` requests left, the last of them ended at `ended_at`.
    ///
    /// # Errors
    /// [`LedgerError::NoSuchBlock`] when it is not open, [`LedgerError::Sqlite`] when it cannot be written.
    pub fn close(&mut self, block: BlockId, used: u32, ended_at: Timestamp) -> Result<(), LedgerError> {
        let sql = "UPDATE quota_block SET count = ?2, ended_at = ?3 WHERE id = ?1 AND ended_at IS NULL";
        let values = (block.0, used, Time(ended_at));
        let closed = self.connection.prepare_cached(sql).and_then(|mut update| update.execute(values));
        match closed.map_err(while_doing("close a block of quota"))? {
            0 => Err(LedgerError::NoSuchBlock),
            _ => Ok(()),
        }
    }

    fn settle_and_read(&mut self, now: Timestamp) -> rusqlite::Result<Vec<Used>> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let since = now.saturating_sub(DAY).unwrap_or(Timestamp::MIN).as_millisecond();
        transaction.execute("DELETE FROM quota_block WHERE ended_at < ?1 OR count = 0", [since])?;
        let sql = "UPDATE quota_block SET ended_at = ?1 WHERE ended_at IS NULL OR ended_at > ?1";
        transaction.execute(sql, [Time(now)])?;
        let used = read(&transaction)?;
        transaction.commit()?;
        Ok(used)
    }
}

fn read(connection: &Connection) -> rusqlite::Result<Vec<Used>> {
    let mut statement =
        connection.prepare("SELECT ended_at, count FROM quota_block ORDER BY ended_at, id")?;
    let used = statement.query_map([], |row| {
        let Time(ended_at) = row.get(0)?;
        Ok(Used { ended_at, count: row.get(1)? })
    })?;
    used.collect()
}
