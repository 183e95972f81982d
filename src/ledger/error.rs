//! What can go wrong with the ledger, as data for the edge that words it for people.

use std::path::PathBuf;

use super::account::Binding;
use crate::operation::{AttemptId, Illegal};
use crate::record::ExternalId;

/// Why the ledger could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The ledger would lie on a network file system.
    #[error("`{}` is on a network file system, where a ledger cannot be kept safely", path.display())]
    OnNetwork {
        /// The ledger.
        path: PathBuf,
    },
    /// Another run holds it.
    #[error("the ledger `{}` is in use by another run", path.display())]
    Locked {
        /// The ledger.
        path: PathBuf,
    },
    /// There is no ledger to read.
    #[error("there is no ledger at `{}`", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The folder that should hold it does not exist.
    #[error("the folder of the ledger `{}` does not exist", path.display())]
    NoFolder {
        /// The ledger that was to be opened.
        path: PathBuf,
    },
    /// The path, or its lock file, leads elsewhere.
    #[error("`{}` is a symbolic link, which a ledger must not be", path.display())]
    Symlink {
        /// The link.
        path: PathBuf,
    },
    /// A folder or a device stands where the ledger should be.
    #[error("`{}` is not a regular file", path.display())]
    NotAFile {
        /// What stands there.
        path: PathBuf,
    },
    /// The file is a database, but of another program.
    #[error("`{}` is a database of another program", path.display())]
    NotALedger {
        /// The database.
        path: PathBuf,
    },
    /// A newer leapsync wrote it.
    #[error("the ledger was written by a newer leapsync: its format is {found}, the newest known is {known}")]
    FromTheFuture {
        /// The format of the file.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
    },
    /// An older leapsync wrote it and no run has brought it up to date yet.
    #[error(
        "the ledger was written by an older leapsync: its format is {found}, the next run makes it {known}"
    )]
    FromThePast {
        /// The format of the file.
        found: u32,
        /// The format that this program reads.
        known: u32,
    },
    /// The ledger belongs to another account.
    #[error("the ledger belongs to partner `{}` at `{}`, not to partner `{}` at `{}`",
        ledger.partner, ledger.origin, asked.partner, asked.origin)]
    OtherAccount {
        /// The account it is bound to.
        ledger: Binding,
        /// The account that was asked for.
        asked: Binding,
    },
    /// The file is damaged, or no database at all.
    #[error("the ledger `{}` is damaged or not a ledger", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What `SQLite` says.
        source: rusqlite::Error,
    },
    /// The protocol does not allow what was to be written; nothing was.
    #[error("the ledger refuses a change")]
    Illegal(#[from] Illegal),
    /// A confirmation concerns a client of which no mid is known.
    #[error("client `{external_id}`: the server confirmed a part of a client that was never linked")]
    NeverLinked {
        /// The client.
        external_id: ExternalId,
    },
    /// An answer refers to an attempt without an intent.
    #[error("attempt {} was answered without having been made", attempt.0)]
    NoSuchAttempt {
        /// The attempt.
        attempt: AttemptId,
    },
    /// A quota block was closed that is not open.
    #[error("a quota block was closed that is not open")]
    NoSuchBlock,
    /// The ledger was opened to be read.
    #[error("the ledger was opened to be read only")]
    ReadOnly,
    /// The file system does not give what an acknowledged commit must survive.
    #[error("the ledger cannot be made durable here: {setting} is `{found}`, not `{wanted}`")]
    NotDurable {
        /// The setting of `SQLite`.
        setting: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it stays at.
        found: String,
    },
    /// The operating system failed.
    #[error("cannot use `{}`", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// `SQLite` failed: the disk is full, cannot be written, or worse.
    #[error("failed to {doing}")]
    Sqlite {
        /// What was being done.
        doing: &'static str,
        /// What `SQLite` says.
        source: rusqlite::Error,
    },
}

/// Says what was being done when `SQLite` failed.
pub(super) fn while_doing(doing: &'static str) -> impl Fn(rusqlite::Error) -> LedgerError + Copy {
    move |source| LedgerError::Sqlite { doing, source }
}
