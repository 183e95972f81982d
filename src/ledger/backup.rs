//! A consistent copy of the ledger, taken while a run may go on.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::error::while_doing;
use super::{Ledger, LedgerError};

impl Ledger {
    /// Copies the ledger into a new file at `to`, as it is at one moment. Only its owner may read the copy.
    ///
    /// # Errors
    /// [`LedgerError::Io`] when there is a file already or none can be made, [`LedgerError::Sqlite`] when the copy
    /// fails; an unfinished copy is removed.
    pub fn back_up(&self, to: &Path) -> Result<(), LedgerError> {
        let failed = |source| LedgerError::Io { path: to.to_owned(), source };
        // Made empty and private first: SQLite then writes into it and does not change its mode.
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(failed)?;
        let copied = self.copy_pages(to).map_err(while_doing("copy the ledger"));
        if copied.is_err() {
            // The copy's own error says more than a failure to clear up after it.
            let _ = std::fs::remove_file(to);
        }
        copied
    }

    /// All pages at once: a run that writes meanwhile waits for as long as that takes, and no page is of another moment.
    fn copy_pages(&self, to: &Path) -> rusqlite::Result<()> {
        let mut copy = Connection::open(to)?;
        Backup::new(&self.connection, &mut copy)?.step(-1)?;
        copy.close().map_err(|(_, error)| error)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_copy_is_private_sound_and_never_replaces_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(&folder.path().join("a.db")).unwrap();
        let copy = folder.path().join("copy.db");
        ledger.back_up(&copy).unwrap();
        assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(Ledger::open_to_read(&copy).unwrap().integrity().unwrap(), Vec::<String>::new());
        assert!(matches!(ledger.back_up(&copy), Err(LedgerError::Io { .. })));
    }
}
