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
    /// Something else than a plain file has that name: a device, a link, a pipe. It would be replaced by the results.
    #[error("cannot write the results to `{}`: that is not a plain file", path.display())]
    NotAFile {
        /// What has the name.
        path: PathBuf,
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
    if path == Path::new("-")
        || fs::symlink_metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
    {
        return Err(FileError::NotAFile { path: path.to_owned() });
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_a_link_and_a_dash_are_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link.csv");
        std::os::unix::fs::symlink(folder.path().join("target.csv"), &link).unwrap();
        for path in [Path::new("/dev/null"), Path::new("/dev/stdout"), Path::new("-"), link.as_path()] {
            assert!(matches!(check(path, &[]), Err(FileError::NotAFile { .. })), "{}", path.display());
        }
        assert!(check(&folder.path().join("results.csv"), &[]).is_ok());
    }
}
