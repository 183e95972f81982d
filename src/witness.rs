//! The witness: a number outside the ledger that says how far the ledger had come, so that one restored from a backup
//! is recognised and reads the remote list before it creates anything.
//!
//! In: a folder, the account, the number of the run. Out: whether a later run has been seen. It holds no names and no
//! ids of clients; when it cannot be read or written the run goes on without it, and says so in the log.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::operation::RunId;

/// The witness of one account's ledger.
#[derive(Debug, Clone)]
pub struct Witness {
    path: PathBuf,
}

/// What the witness says of a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Testimony {
    /// No later run has been seen.
    Current,
    /// A later run has been seen: the ledger is older than it should be.
    Older,
}

impl Witness {
    /// The witness in `folder` for the partner at the origin; the folder is made when it is first written.
    #[must_use]
    pub fn of(folder: &Path, origin: &str, partner: &str) -> Self {
        let account = xxhash_rust::xxh3::xxh3_64(format!("{origin}\n{partner}").as_bytes());
        Self { path: folder.join(format!("{account:016x}.run")) }
    }

    /// Whether a run as late as `run`, or later, has been seen before this one.
    #[must_use]
    pub fn hear(&self, run: RunId) -> Testimony {
        let seen = match fs::read_to_string(&self.path) {
            Ok(text) => text.trim().parse::<i64>().ok(),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(path = %self.path.display(), %error, "the witness cannot be read");
                None
            }
        };
        if seen.is_some_and(|seen| seen >= run.0) { Testimony::Older } else { Testimony::Current }
    }

    /// Remembers `run`.
    pub fn remember(&self, run: RunId) {
        if let Err(error) = self.write(run) {
            tracing::warn!(path = %self.path.display(), %error, "the witness cannot be written");
        }
    }

    fn write(&self, run: RunId) -> std::io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = NamedTempFile::new_in(folder)?;
        writeln!(file, "{}", run.0)?;
        file.persist(&self.path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_that_went_back_in_time_is_recognised_and_one_that_went_on_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let witness = Witness::of(&folder.path().join("state"), "https://api.example.com", "1");
        assert_eq!(witness.hear(RunId(1)), Testimony::Current);
        witness.remember(RunId(7));
        assert_eq!(witness.hear(RunId(8)), Testimony::Current);
        assert_eq!(witness.hear(RunId(7)), Testimony::Older);
        let other = Witness::of(&folder.path().join("state"), "https://api.example.com", "2");
        assert_eq!(other.hear(RunId(1)), Testimony::Current);
    }
}
