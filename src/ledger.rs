//! The ledger: what leapsync knows of every client, durable in one `SQLite` file.
//!
//! In: entries of the journal, committed several at a time. Out: the narrow lines of the clients in order, what the
//! server last confirmed of each, what is in doubt, what is not in sync, and the quota that was used. A commit that
//! returned survives a crash and a power loss. Nothing here sends, decides or asks the system for the time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

mod absence;
mod account;
mod attempt;
mod backup;
mod client;
mod column;
mod commit;
mod connection;
mod error;
mod failure;
mod file;
mod hold;
mod imprint;
mod look;
mod pruning;
mod quota;
mod run;
mod schema;
mod stored;
#[cfg(test)]
mod trial;

pub use absence::LastFull;
pub use account::Binding;
pub use attempt::AttemptLine;
pub use client::{Doubt, Interrupted};
pub use error::LedgerError;
pub use hold::{Approved, Closing, Hold, NewHold};
pub use imprint::{FileSeen, Imprint, NewImprint};
pub use look::{Surroundings, surroundings};
pub use quota::{BlockId, QuotaBook, Used};
pub use run::Run;

use error::while_doing;
use file::{Lock, Spot};

/// The ledger of one account. While one is open for a run, no other run can open it.
#[derive(Debug)]
pub struct Ledger {
    connection: Connection,
    home: Home,
}

/// Where the ledger lives and what it may do there.
#[derive(Debug)]
enum Home {
    /// In memory, for plans without a ledger and for tests.
    Memory,
    /// In a file that is only read.
    Reading { path: PathBuf },
    /// In a file that this run alone may write. The quota book shares the lock, because it writes too.
    Run { spot: Spot, lock: Arc<Lock> },
}

/// A moment of the ledger that is read; it ends when this is dropped.
#[derive(Debug)]
pub struct Moment<'a>(#[expect(dead_code, reason = "it is held, not looked at")] rusqlite::Transaction<'a>);

/// The version of the `SQLite` that is built in.
#[must_use]
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

impl Ledger {
    /// Opens the ledger for a run, or creates it. The file, its lock file and `SQLite`'s companions are readable
    /// by their owner only, and none of them is reached through a symbolic link.
    ///
    /// # Errors
    /// [`LedgerError::Locked`] while another run holds it; otherwise whatever keeps it from being a durable ledger
    /// of a format that this program knows.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let spot = Spot::find(path)?;
        spot.holds_a_file()?;
        let lock = Arc::new(spot.lock()?);
        spot.create_private()?;
        let mut connection = connection::to_write(&spot)?;
        schema::migrate(&mut connection, path)?;
        Ok(Self { connection, home: Home::Run { spot, lock } })
    }

    /// Opens the ledger for `status`, `failures` and `plan`: nothing is written, no lock is taken, and a run may
    /// go on beside it.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] when there is none; otherwise whatever keeps it from being read.
    pub fn open_to_read(path: &Path) -> Result<Self, LedgerError> {
        let spot = match Spot::find(path) {
            Err(LedgerError::NoFolder { path }) => return Err(LedgerError::Missing { path }),
            found => found?,
        };
        if !spot.holds_a_file()? {
            return Err(LedgerError::Missing { path: path.to_owned() });
        }
        let connection = connection::to_read(&spot)?;
        schema::accept(&connection, path)?;
        Ok(Self { connection, home: Home::Reading { path: path.to_owned() } })
    }

    /// Makes a ledger that lives in memory and is gone when it is dropped.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when there is no memory for it.
    pub fn in_memory() -> Result<Self, LedgerError> {
        Ok(Self { connection: schema::in_memory()?, home: Home::Memory })
    }

    /// Where the ledger lies, as it was asked for; `None` in memory.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.home {
            Home::Memory => None,
            Home::Reading { path } => Some(path),
            Home::Run { spot, .. } => Some(spot.asked()),
        }
    }

    /// What `SQLite` and the ledger's own rules find wrong with the file, one line each; empty when all is well.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when the file cannot be read.
    pub fn integrity(&self) -> Result<Vec<String>, LedgerError> {
        schema::faults(&self.connection).map_err(while_doing("check the ledger"))
    }

    /// One moment of the ledger: while it is held, all that is read is of that moment, and is read faster. Nothing may be
    /// written meanwhile.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when the file cannot be read.
    pub fn moment(&self) -> Result<Moment<'_>, LedgerError> {
        self.connection.unchecked_transaction().map(Moment).map_err(while_doing("begin to read the ledger"))
    }

    /// The book of the quota, with a connection of its own so that another task can keep it. It shares the lock of
    /// the run: the ledger is free again when both are dropped.
    ///
    /// # Errors
    /// [`LedgerError::ReadOnly`] for a ledger that was opened to be read.
    pub fn quota_book(&self) -> Result<QuotaBook, LedgerError> {
        match &self.home {
            Home::Memory => Ok(QuotaBook::new(schema::in_memory()?, None)),
            Home::Reading { .. } => Err(LedgerError::ReadOnly),
            Home::Run { spot, lock } => {
                Ok(QuotaBook::new(connection::to_write(spot)?, Some(Arc::clone(lock))))
            }
        }
    }
}
