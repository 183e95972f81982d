//! The format of the file: its numbered migrations, and what must hold in it beyond what `SQLite` can check.
//!
//! In: a connection. Out: a file of the newest format. A format only moves forward, one transaction for each step.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::LedgerError;
use super::connection::{blame, prepare};
use super::error::while_doing;

/// Every step of the format; the number of a step is the format it leads to.
const MIGRATIONS: [&str; 9] = [
    include_str!("../../migrations/0001_ledger.sql"),
    include_str!("../../migrations/0002_mapping.sql"),
    include_str!("../../migrations/0003_holds.sql"),
    include_str!("../../migrations/0004_reasons.sql"),
    include_str!("../../migrations/0005_report.sql"),
    include_str!("../../migrations/0006_answered.sql"),
    include_str!("../../migrations/0007_spared.sql"),
    include_str!("../../migrations/0008_imprint.sql"),
    include_str!("../../migrations/0009_imprint_pages.sql"),
];

/// `LEAP` in ASCII: marks the file as a ledger.
const OURS: i64 = 0x4C45_4150;

/// What a file is before anything is done with it.
enum Found {
    Empty,
    Ledger { format: u32 },
    Foreign,
}

/// Brings the file to the newest format.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), LedgerError> {
    let known = newest();
    let format = match inspect(connection).map_err(|error| blame(error, path))? {
        Found::Foreign => return Err(LedgerError::NotALedger { path: path.to_owned() }),
        Found::Ledger { format: found } if found > known => {
            return Err(LedgerError::FromTheFuture { found, known });
        }
        Found::Ledger { format } => format,
        Found::Empty => 0,
    };
    climb(connection, format).map_err(|error| blame(error, path))
}

/// Refuses a file that is not of the newest format.
pub(super) fn accept(connection: &Connection, path: &Path) -> Result<(), LedgerError> {
    let known = newest();
    match inspect(connection).map_err(|error| blame(error, path))? {
        Found::Empty => Err(LedgerError::Missing { path: path.to_owned() }),
        Found::Foreign => Err(LedgerError::NotALedger { path: path.to_owned() }),
        Found::Ledger { format: found } if found > known => Err(LedgerError::FromTheFuture { found, known }),
        Found::Ledger { format: found } if found < known => Err(LedgerError::FromThePast { found, known }),
        Found::Ledger { .. } => Ok(()),
    }
}

/// A connection to an empty ledger in memory.
pub(super) fn in_memory() -> Result<Connection, LedgerError> {
    let doing = while_doing("make a ledger in memory");
    let mut connection = Connection::open_in_memory().map_err(doing)?;
    prepare(&connection).map_err(doing)?;
    climb(&mut connection, 0).map_err(doing)?;
    Ok(connection)
}

/// Everything that is wrong with the file: pages, references, and the rules between the tables.
pub(super) fn faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut faults = Vec::new();
    for sql in ["PRAGMA integrity_check", DANGLING, CONTRADICTIONS, MISCOUNTS, HALF_PAGES] {
        let mut statement = connection.prepare(sql)?;
        let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
        for line in lines {
            faults.push(line?);
        }
    }
    faults.retain(|line| line != "ok");
    Ok(faults)
}

const DANGLING: &str =
    "SELECT \"table\" || ' refers to a missing row of ' || parent FROM pragma_foreign_key_check";

/// An operation is under way exactly for the three states that say so, and a client on the server has a mid.
const CONTRADICTIONS: &str = "
    SELECT 'client ' || external_id || ' is ' || state || iif(u.external_id IS NULL, ' without', ' with')
        || ' an operation under way'
    FROM client LEFT JOIN unfinished AS u USING (external_id)
    WHERE (state IN ('creating', 'patching', 'removing')) <> (u.external_id IS NOT NULL)
    UNION ALL
    SELECT 'client ' || external_id || ' is ' || state || iif(mid IS NULL, ' without', ' with') || ' a mid'
    FROM client
    WHERE (state IN ('linked', 'patching', 'removing', 'missing') AND mid IS NULL)
        OR (state IN ('new', 'creating', 'refused', 'removed') AND mid IS NOT NULL)
    UNION ALL
    SELECT 'client ' || external_id || iif(mid IS NULL, ' has details without a mid', ' has no details')
    FROM client LEFT JOIN detail AS d USING (external_id)
    WHERE (mid IS NOT NULL) <> (d.external_id IS NOT NULL)";

/// The clients that are counted beside the table are those that are in it.
const MISCOUNTS: &str = "
    WITH counted AS (SELECT state, count(*) AS clients FROM client GROUP BY state)
    SELECT coalesce(p.clients, 0) || ' clients are counted as ' || state || ', ' || coalesce(c.clients, 0) || ' are'
    FROM counted AS c FULL JOIN population AS p USING (state)
    WHERE coalesce(c.clients, 0) <> coalesce(p.clients, 0) ORDER BY state";

/// Each bucket of the last file has lines and keys.
const HALF_PAGES: &str = "
    SELECT 'bucket ' || bucket || ' of the last file has no ' || iif(lines IS NULL, 'lines', 'keys')
    FROM imprint_lines FULL JOIN imprint_keys USING (bucket) WHERE lines IS NULL OR keys IS NULL";

fn newest() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

fn inspect(connection: &Connection) -> rusqlite::Result<Found> {
    let format: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let owner: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match u32::try_from(format) {
        Ok(format) if owner == OURS => Found::Ledger { format },
        Ok(0) if owner == 0 && tables == 0 => Found::Empty,
        _ => Found::Foreign,
    })
}

fn climb(connection: &mut Connection, from: u32) -> rusqlite::Result<()> {
    for (migration, format) in MIGRATIONS.iter().zip(1..).skip(from as usize) {
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        step.execute_batch(migration)?;
        step.pragma_update(None, "user_version", format)?;
        step.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
