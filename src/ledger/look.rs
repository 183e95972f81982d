//! Looks at the ledger's file from outside: whether a run holds it, who may read it, how much room its disk has.
//!
//! In: a path. Out: what the system says. The ledger is not opened and nothing is made.

use std::fs::OpenOptions;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::LedgerError;
use super::file::{OTHERS, Spot, look};

/// What the system says of a ledger's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether the file is there.
    pub is_there: bool,
    /// Whether another run holds it.
    pub is_held: bool,
    /// Whether only its owner may read it; true for one that is not there, because it is made so.
    pub is_private: bool,
    /// Bytes that are free on its disk.
    pub free: u64,
}

/// Looks at the file of a ledger.
///
/// # Errors
/// What would also keep a run from opening it: no folder, a network file system, a link or a folder in its place.
pub fn surroundings(path: &Path) -> Result<Surroundings, LedgerError> {
    let spot = Spot::find(path)?;
    let found = look(spot.real())?;
    let folder = spot.real().parent().unwrap_or(Path::new("/"));
    let disk = rustix::fs::statvfs(folder)
        .map_err(|error| LedgerError::Io { path: folder.to_owned(), source: error.into() })?;
    Ok(Surroundings {
        is_there: found.is_some(),
        is_held: is_held(&spot),
        is_private: found.is_none_or(|found| found.mode() & OTHERS == 0),
        free: disk.f_bavail.saturating_mul(disk.f_frsize),
    })
}

/// Whether the lock is taken. It is tried and let go at once, and a lock file that is not there is not made.
fn is_held(spot: &Spot) -> bool {
    let Ok(file) = OpenOptions::new().write(true).open(spot.beside(".lock")) else { return false };
    file.try_lock().is_err()
}
