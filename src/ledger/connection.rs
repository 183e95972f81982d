//! The connections to the file: how they are opened, and the proof that what they acknowledge is durable.
//!
//! In: a spot. Out: a connection whose settings were read back.

use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::LedgerError;
use super::error::while_doing;
use super::file::Spot;

/// How long a connection waits for the other one of the same run; a commit takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// More than the ledger has different statements, so that each is prepared once.
const STATEMENTS: usize = 96;

/// Opens the file for a run; it must exist.
pub(super) fn to_write(spot: &Spot) -> Result<Connection, LedgerError> {
    let connection = open(spot, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    make_durable(&connection).map_err(|error| blame_the_file(error, spot))?;
    Ok(connection)
}

/// Opens the file so that nothing can be written through the connection.
pub(super) fn to_read(spot: &Spot) -> Result<Connection, LedgerError> {
    let connection = open(spot, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let settle = connection.pragma_update(None, "query_only", true);
    settle.map_err(while_doing("open the ledger")).map_err(|error| blame_the_file(error, spot))?;
    Ok(connection)
}

/// What every connection needs, in a file or in memory.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "foreign_keys", true)?;
    // A statement that is prepared once stays prepared, whatever values are bound to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // What is deleted is overwritten: the personal data of removed clients must not stay in free pages.
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))
}

/// Tells a damaged file from a disk that fails.
pub(super) fn blame(source: rusqlite::Error, spot: &std::path::Path) -> LedgerError {
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            LedgerError::Corrupt { path: spot.to_owned(), source }
        }
        _ => LedgerError::Sqlite { doing: "open the ledger", source },
    }
}

fn blame_the_file(error: LedgerError, spot: &Spot) -> LedgerError {
    match error {
        LedgerError::Sqlite { source, .. } => blame(source, spot.asked()),
        other => other,
    }
}

fn open(spot: &Spot, access: OpenFlags) -> Result<Connection, LedgerError> {
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection =
        Connection::open_with_flags(spot.real(), flags).map_err(|error| blame(error, spot.asked()))?;
    prepare(&connection).map_err(|error| blame(error, spot.asked()))?;
    Ok(connection)
}

/// Asks for a write-ahead log that is synced at every commit. WAL with NORMAL would lose acknowledged commits on
/// a power loss, and with them intents of requests that were sent.
fn make_durable(connection: &Connection) -> Result<(), LedgerError> {
    let doing = while_doing("make the ledger durable");
    // Before anything is in the file: pages that become free can be given back.
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).map_err(doing)?;
    if pages == 0 {
        connection.pragma_update(None, "auto_vacuum", "incremental").map_err(doing)?;
    }
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).map_err(doing)?;
    connection.pragma_update(None, "synchronous", "full").map_err(doing)?;
    // macOS: without these, a sync does not reach the medium. They change nothing elsewhere.
    connection.pragma_update(None, "fullfsync", true).map_err(doing)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true).map_err(doing)?;
    prove_durable(connection)
}

fn prove_durable(connection: &Connection) -> Result<(), LedgerError> {
    let doing = while_doing("read back how durable the ledger is");
    let mode: String =
        connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(doing)?;
    if mode != "wal" {
        return Err(LedgerError::NotDurable { setting: "journal_mode", wanted: "wal", found: mode });
    }
    let level: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).map_err(doing)?;
    if level != 2 {
        let found = level.to_string();
        return Err(LedgerError::NotDurable { setting: "synchronous", wanted: "2 (FULL)", found });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let spot = Spot::find(&folder.path().join("clients.ledger")).unwrap();
        spot.create_private().unwrap();
        let connection = to_write(&spot).unwrap();
        (folder, connection)
    }

    #[test]
    fn a_connection_of_a_run_syncs_every_commit() {
        let (_folder, connection) = written();
        let level: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        assert_eq!(level, 2);
    }

    #[test]
    fn a_connection_that_syncs_less_is_found_out() {
        let (_folder, connection) = written();
        connection.pragma_update(None, "synchronous", "normal").unwrap();
        let error = prove_durable(&connection).unwrap_err();
        assert!(matches!(error, LedgerError::NotDurable { setting: "synchronous", .. }), "{error}");
    }

    #[test]
    fn a_connection_without_a_write_ahead_log_is_found_out() {
        let error = make_durable(&Connection::open_in_memory().unwrap()).unwrap_err();
        assert!(matches!(error, LedgerError::NotDurable { setting: "journal_mode", .. }), "{error}");
    }
}
