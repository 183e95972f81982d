//! What the ledger forgets by itself: old attempts, old runs, the traces of what was deleted, and the room that it took.
//!
//! In: the run that ends. Out: a ledger whose size follows the number of clients, not of nights. An operation that
//! is under way keeps its time and its row apart from the attempts and is never touched here.

use rusqlite::Connection;

use crate::operation::RunId;

/// How many attempts of one client are kept.
const ATTEMPTS_OF_A_CLIENT: u32 = 20;

/// How many runs are kept, with their attempts: a month of nights.
const RUNS: u32 = 30;

/// Of so many pages one may be free: the next nights need some, and to move pages takes time.
const ONE_FREE_OF: i64 = 20;

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

/// Gives the pages back to the system that nothing stands in any more, once they are too many. A ledger that was made
/// before this could be asked for keeps them for itself.
pub(super) fn give_back(ledger: &Connection) -> rusqlite::Result<()> {
    let count = |what| ledger.pragma_query_value(None, what, |row| row.get::<_, i64>(0));
    if count("freelist_count")? <= count("page_count")? / ONE_FREE_OF {
        return Ok(());
    }
    // Each step gives back one page.
    let mut statement = ledger.prepare("PRAGMA incremental_vacuum")?;
    let mut steps = statement.query([])?;
    while steps.next()?.is_some() {}
    Ok(())
}

/// Moves the write-ahead log into the file and cuts it to nothing: it may still hold what was deleted. A reader in
/// its midst only delays that until a later run.
pub(super) fn empty_log(ledger: &Connection) -> rusqlite::Result<()> {
    ledger.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

#[cfg(test)]
mod tests {
    use super::super::connection;
    use super::super::file::Spot;
    use super::*;

    #[test]
    fn what_was_deleted_takes_no_room_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clients.ledger");
        let spot = Spot::find(&path).unwrap();
        spot.create_private().unwrap();
        let ledger = connection::to_write(&spot).unwrap();
        let size = || {
            empty_log(&ledger).unwrap();
            std::fs::metadata(&path).unwrap().len()
        };
        ledger.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)").unwrap();
        let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
            INSERT INTO t SELECT i, printf('%0500d', i) FROM n";
        ledger.execute(rows, []).unwrap();
        let full = size();
        // A few free pages are kept for the next night.
        ledger.execute("DELETE FROM t WHERE id <= 20", []).unwrap();
        give_back(&ledger).unwrap();
        assert_eq!(size(), full);
        ledger.execute("DELETE FROM t WHERE id % 1000 > 300", []).unwrap();
        assert_eq!(size(), full);
        give_back(&ledger).unwrap();
        assert!(size() < full / 2, "{} of {full}", size());
        let kept: i64 = ledger.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 281);
    }
}
