//! Files that a run writes at its end, looked at before its beginning: that one cannot be written must come out before
//! anything is sent.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why a file could not be written at the end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// The folder takes no new file.
    #[error("cannot write the results to `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It would replace something that is needed.
    #[error("cannot write the results to `{}`: that is the input or the ledger", path.display())]
    Needed {
        /// The file.
        path: PathBuf,
    },
}

/// Makes sure that `path` can be written, and is none of the files that must stay.
pub(crate) fn check(path: &Path, needed: &[&Path]) -> Result<(), FileError> {
    let failed = |source| FileError::Write { path: path.to_owned(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The results are written beside their name and renamed, so what counts is that the folder takes a new file.
    fs::read_dir(folder).map_err(failed)?;
    tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    if fs::metadata(path).is_ok_and(|found| found.is_dir()) {
        return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    let same = |other: &&Path| match (fs::canonicalize(path), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => std::path::absolute(path).ok() == std::path::absolute(other).ok(),
    };
    if needed.iter().any(same) {
        return Err(FileError::Needed { path: path.to_owned() });
    }
    Ok(())
}
