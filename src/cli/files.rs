//! Files that a run writes at its end, looked at before its beginning: that one cannot be written must come out before
//! anything is sent. A file is written beside its name and renamed, so that a reader never sees half of it.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// What a file is called in a message.
pub(crate) const RESULTS: &str = "results";
/// The same for the other ones.
pub(crate) const REJECTS: &str = "rejects";
/// The same.
pub(crate) const REPORT: &str = "report";
/// The same.
pub(crate) const PLAN: &str = "plan";
/// The same.
pub(crate) const PAGE: &str = "page";
/// The same.
pub(crate) const METRICS: &str = "metrics";

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner: it holds names and codes of clients.
    Owner,
    /// Everybody on this machine: it holds figures only, and who collects them is another user.
    Everybody,
}

/// Writes a whole file beside its name and renames it.
pub(crate) fn write(what: &'static str, path: &Path, text: &str, readers: Readers) -> Result<(), FileError> {
    let failed = |source| FileError::Write { what, path: path.to_owned(), source };
    let mut file = NamedTempFile::new_in(folder_of(path)).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    // A temporary file is its owner's alone until it is said otherwise.
    if readers == Readers::Everybody {
        file.as_file().set_permissions(Permissions::from_mode(0o644)).map_err(failed)?;
    }
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map(drop).map_err(|error| failed(error.error))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Why a file could not be written at the end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// The folder takes no new file.
    #[error("cannot write the {what} to `{}`", path.display())]
    Write {
        /// What it holds.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something else than a plain file has that name: a device, a link, a pipe. It would be replaced.
    #[error("cannot write the {what} to `{}`: that is not a plain file", path.display())]
    NotAFile {
        /// What it holds.
        what: &'static str,
        /// What has the name.
        path: PathBuf,
    },
    /// It would replace something that is needed.
    #[error("cannot write the {what} to `{}`: that is the input or the ledger", path.display())]
    Needed {
        /// What it holds.
        what: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// Two files have one name.
    #[error("cannot write both the {one} and the {other} to `{}`", path.display())]
    Twice {
        /// What the first one holds.
        one: &'static str,
        /// What the second one holds.
        other: &'static str,
        /// The file.
        path: PathBuf,
    },
}

/// Makes sure that all files can be written, each to a place of its own.
pub(crate) fn check_all(files: &[(&'static str, Option<&Path>)], needed: &[&Path]) -> Result<(), FileError> {
    let named: Vec<(&'static str, &Path)> =
        files.iter().filter_map(|(what, path)| Some((*what, (*path)?))).collect();
    for (index, (what, path)) in named.iter().enumerate() {
        check(what, path, needed)?;
        if let Some((one, _)) = named[..index].iter().find(|(_, other)| is_same(path, other)) {
            return Err(FileError::Twice { one, other: what, path: (*path).to_owned() });
        }
    }
    Ok(())
}

/// Whether two paths lead to one file, be it there or not.
fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => std::path::absolute(one).ok() == std::path::absolute(other).ok(),
    }
}

/// Makes sure that `path` can be written, and is none of the files that must stay.
fn check(what: &'static str, path: &Path, needed: &[&Path]) -> Result<(), FileError> {
    let failed = |source| FileError::Write { what, path: path.to_owned(), source };
    if path == Path::new("-")
        || fs::symlink_metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
    {
        return Err(FileError::NotAFile { what, path: path.to_owned() });
    }
    let folder = folder_of(path);
    // Files are written beside their name and renamed, so what counts is that the folder takes a new file.
    fs::read_dir(folder).map_err(failed)?;
    NamedTempFile::new_in(folder).map_err(failed)?;
    if fs::metadata(path).is_ok_and(|found| found.is_dir()) {
        return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    if needed.iter().any(|other| is_same(path, other)) {
        return Err(FileError::Needed { what, path: path.to_owned() });
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
            assert!(
                matches!(check(RESULTS, path, &[]), Err(FileError::NotAFile { .. })),
                "{}",
                path.display()
            );
        }
        assert!(check(RESULTS, &folder.path().join("results.csv"), &[]).is_ok());
    }
}
