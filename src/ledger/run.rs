//! The runs: when each began and ended, what it was asked to do and what came of it.
//!
//! In: the start and the end of a run. Out: its number, and the list of runs. The end of a run is also when the
//! ledger sheds what it does not need any more.

use jiff::Timestamp;
use rusqlite::TransactionBehavior;

use super::column::{self, Time};
use super::error::while_doing;
use super::{Home, Ledger, LedgerError, pruning};
use crate::operation::RunId;

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Names it.
    pub id: RunId,
    /// The command.
    pub command: String,
    /// The file it read.
    pub input: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` while it goes on or after a crash.
    pub finished_at: Option<Timestamp>,
    /// The exit code it ended with.
    pub exit_code: Option<u8>,
    /// Its summary, as JSON.
    pub summary: Option<String>,
}

impl Ledger {
    /// Notes that a run begins; its number was never given before.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be written.
    pub fn start_run(&mut self, command: &str, input: &str, now: Timestamp) -> Result<RunId, LedgerError> {
        let sql = "INSERT INTO run (command, input, started_at) VALUES (?1, ?2, ?3)";
        let written = self.connection.execute(sql, (command, input, Time(now)));
        written.map_err(while_doing("note the start of a run"))?;
        Ok(RunId(self.connection.last_insert_rowid()))
    }

    /// Notes that a run ended, and forgets attempts and runs that are too old to be asked for.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be written.
    pub fn finish_run(
        &mut self,
        run: RunId,
        now: Timestamp,
        exit_code: u8,
        summary_json: &str,
    ) -> Result<(), LedgerError> {
        let doing = while_doing("note the end of a run");
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(doing)?;
        let sql = "UPDATE run SET finished_at = ?2, exit_code = ?3, summary = ?4 WHERE id = ?1";
        transaction.execute(sql, (run.0, Time(now), exit_code, summary_json)).map_err(doing)?;
        pruning::prune(&transaction, run).map_err(doing)?;
        transaction.commit().map_err(doing)?;
        match self.home {
            Home::Run { .. } => {
                // A disk without room for that is no failure of the run, and the next one tries again.
                let _ = pruning::give_back(&self.connection);
                pruning::empty_log(&self.connection).map_err(doing)
            }
            Home::Memory | Home::Reading { .. } => Ok(()),
        }
    }

    /// Keeps the account of a run, as JSON, until the run is forgotten.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be written.
    pub fn keep_account(&mut self, run: RunId, account_json: &str) -> Result<(), LedgerError> {
        let written =
            self.connection.execute("UPDATE run SET report = ?2 WHERE id = ?1", (run.0, account_json));
        written.map(drop).map_err(while_doing("keep the account of a run"))
    }

    /// The account that was kept of a run, as JSON; none when there is none, or the run is forgotten.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn account(&self, run: RunId) -> Result<Option<String>, LedgerError> {
        let accounts = self.each("SELECT report FROM run WHERE id = ?1", [run.0], |row| row.get(0));
        let accounts: Vec<Option<String>> = accounts.map_err(while_doing("read the account of a run"))?;
        Ok(accounts.into_iter().next().flatten())
    }

    /// The runs that were not pruned yet, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn runs(&self, limit: usize) -> Result<Vec<Run>, LedgerError> {
        let sql = "SELECT id, command, input, started_at, finished_at, exit_code, summary
            FROM run ORDER BY id DESC LIMIT ?1";
        let runs = self.each(sql, [column::limit(limit)], |row| {
            let (Time(started_at), finished_at): (_, Option<Time>) = (row.get(3)?, row.get(4)?);
            Ok(Run {
                id: RunId(row.get(0)?),
                command: row.get(1)?,
                input: row.get(2)?,
                started_at,
                finished_at: finished_at.map(|Time(time)| time),
                exit_code: row.get(5)?,
                summary: row.get(6)?,
            })
        });
        runs.map_err(while_doing("read the runs"))
    }
}
