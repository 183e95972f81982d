//! Who was absent from the last files, and what the last whole file was like.
//!
//! In: the clients and persons that a whole file does not name. Out: from how many such files in a row each was absent.
//! A file that a guard stopped counts for nothing here.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::column::Count;
use super::error::while_doing;
use super::{Ledger, LedgerError};
use crate::operation::RunId;
use crate::record::{ExternalId, Mid};

/// The last whole file that no guard stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastFull {
    /// Clients that it named.
    pub clients: u64,
    /// Whether it ended with a line end.
    pub line_end: bool,
}

impl Ledger {
    /// The last whole file; `None` before there was one.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn last_full(&self) -> Result<Option<LastFull>, LedgerError> {
        let sql = "SELECT full_clients, full_line_end FROM book WHERE full_run IS NOT NULL";
        let found = self.connection.query_row(sql, [], |row| {
            let Count(clients) = row.get(0)?;
            Ok(LastFull { clients, line_end: row.get(1)? })
        });
        found.optional().map_err(while_doing("read what the last file was like"))
    }

    /// In how many whole files in a row before this one a client, or a person of it, was absent.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn absences(&self, id: &ExternalId, mid: Option<&Mid>) -> Result<u32, LedgerError> {
        let doing = while_doing("read how long a client is gone");
        let sql = "SELECT runs FROM absence JOIN book ON full_run = run WHERE external_id = ?1 AND mid = ?2";
        let mut statement = self.connection.prepare_cached(sql).map_err(doing)?;
        let runs = statement.query_row([id.as_str(), mid.map_or("", Mid::as_str)], |row| row.get(0));
        Ok(runs.optional().map_err(doing)?.unwrap_or_default())
    }

    /// Notes a whole file that no guard stopped, and who is absent from it.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be written, or whatever `absent` fails with.
    pub fn note_full<E: From<LedgerError>>(
        &mut self,
        run: RunId,
        last: LastFull,
        absent: impl Iterator<Item = Result<(ExternalId, Option<Mid>), E>>,
    ) -> Result<(), E> {
        let doing = while_doing("note who is absent");
        let failed = |error| E::from(doing(error));
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        for one in absent {
            let (id, mid) = one?;
            note(&transaction, run, &id, mid.as_ref()).map_err(failed)?;
        }
        let LastFull { clients, line_end } = last;
        let sql = "UPDATE book SET full_run = ?1, full_clients = ?2, full_line_end = ?3";
        transaction.execute(sql, (run.0, clients.cast_signed(), line_end)).map_err(failed)?;
        transaction.execute("DELETE FROM absence WHERE run <> ?1", [run.0]).map_err(failed)?;
        transaction.commit().map_err(failed)
    }
}

/// One more absence, if the last whole file did not name it either; else the first one.
fn note(ledger: &Connection, run: RunId, id: &ExternalId, mid: Option<&Mid>) -> rusqlite::Result<()> {
    let sql = "INSERT INTO absence (external_id, mid, runs, run) VALUES (?1, ?2, 1, ?3)
        ON CONFLICT DO UPDATE SET run = excluded.run,
            runs = iif(run = (SELECT full_run FROM book), min(runs, 1000) + 1, 1)";
    ledger.prepare_cached(sql)?.execute((id.as_str(), mid.map_or("", Mid::as_str), run.0)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(ledger: &mut Ledger, absent: &[&str]) {
        let run = ledger.start_run("sync", "", jiff::Timestamp::UNIX_EPOCH).unwrap();
        let last = LastFull { clients: 3, line_end: true };
        let absent = absent.iter().map(|id| Ok::<_, LedgerError>((ExternalId::new(id), None)));
        ledger.note_full(run, last, absent).unwrap();
    }

    #[test]
    fn only_files_in_a_row_count() {
        let mut ledger = Ledger::in_memory().unwrap();
        let runs = |ledger: &Ledger, id: &str| ledger.absences(&ExternalId::new(id), None).unwrap();
        assert_eq!(ledger.last_full().unwrap(), None);
        full(&mut ledger, &["a", "b"]);
        full(&mut ledger, &["a"]);
        assert_eq!((runs(&ledger, "a"), runs(&ledger, "b"), runs(&ledger, "c")), (2, 0, 0));
        full(&mut ledger, &["a", "b"]);
        assert_eq!((runs(&ledger, "a"), runs(&ledger, "b")), (3, 1));
        assert_eq!(ledger.last_full().unwrap(), Some(LastFull { clients: 3, line_end: true }));
    }

    #[test]
    fn a_person_is_counted_apart_from_its_client() {
        let mut ledger = Ledger::in_memory().unwrap();
        let run = ledger.start_run("sync", "", jiff::Timestamp::UNIX_EPOCH).unwrap();
        let (id, mid) = (ExternalId::new("a"), Mid::parse("5"));
        let absent = std::iter::once(Ok::<_, LedgerError>((id.clone(), mid.clone())));
        ledger.note_full(run, LastFull { clients: 1, line_end: true }, absent).unwrap();
        assert_eq!(ledger.absences(&id, mid.as_ref()).unwrap(), 1);
        assert_eq!(ledger.absences(&id, None).unwrap(), 0);
    }
}
