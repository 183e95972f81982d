//! What the ledger forgets by itself: old attempts, old runs, and the traces of what was deleted.
//!
//! In: the run that ends. Out: a ledger whose size follows the number of clients, not of nights. An operation that
//! is under way keeps its time and its row apart from the attempts and is never touched here.

use rusqlite::Connection;

use crate::operation::RunId;

/// How many attempts of one client are kept.
const ATTEMPTS_OF_A_CLIENT: u32 = 20;

/// How many runs are kept, with their attempts: a month of nights.
const RUNS: u32 = 30;

/// Forgets the attempts that are too many of a client touched in `run`, and everything of runs that are too old.
pub(super) fn prune(ledger: &Connection, run: RunId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM attempt WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY external_id ORDER BY id DESC) AS place
            FROM attempt WHERE external_id IN (SELECT external_id FROM attempt WHERE run = ?1))
        WHERE place > ?2)";
    ledger.execute(sql, (run.0, ATTEMPTS_OF_A_CLIENT))?;
    let oldest_kept = "(SELECT min(id) FROM (SELECT id FROM run ORDER BY id DESC LIMIT ?1))";
    ledger.execute(&format!("DELETE FROM attempt WHERE run < {oldest_kept}"), [RUNS])?;
    ledger.execute(&format!("DELETE FROM run WHERE id < {oldest_kept}"), [RUNS])?;
    Ok(())
}

/// Moves the write-ahead log into the file and cuts it to nothing: it may still hold what was deleted. A reader in
/// its midst only delays that until a later run.
pub(super) fn empty_log(ledger: &Connection) -> rusqlite::Result<()> {
    ledger.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}
