//! The files of the ledger on the disk: private to their owner, never reached through a link, locked by one run.
//!
//! In: the path that a person gave. Out: a spot that `SQLite` may open, and the lock. `SQLite` gives its companions
//! (`-wal`, `-shm`) the permissions of the file, so the file gets them before `SQLite` first sees it.

use std::fs::{self, File, Metadata, OpenOptions, Permissions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::LedgerError;

/// Readable and writable by the owner, by nobody else.
const PRIVATE: u32 = 0o600;

/// Everything that people other than the owner could do with a file.
pub(super) const OTHERS: u32 = 0o077;

/// Where the ledger lies: the path as it was asked for, and the same without links in its folders.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    asked: PathBuf,
    real: PathBuf,
}

/// The lock of a run; the system frees it when the file is closed, even by a crash.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "it is held, never read")] File);

impl Spot {
    /// Resolves the folder, which may be reached through links; `SQLite` itself refuses every link in a path.
    pub(super) fn find(path: &Path) -> Result<Self, LedgerError> {
        let name = path.file_name().ok_or_else(|| LedgerError::NotAFile { path: path.to_owned() })?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let real = folder.unwrap_or(Path::new(".")).canonicalize().map_err(|source| match source.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => LedgerError::NoFolder { path: path.to_owned() },
            _ => io(path)(source),
        })?;
        refuse_network(&real, path)?;
        Ok(Self { asked: path.to_owned(), real: real.join(name) })
    }

    /// The path as a person wrote it.
    pub(super) fn asked(&self) -> &Path {
        &self.asked
    }

    /// The path that `SQLite` opens.
    pub(super) fn real(&self) -> &Path {
        &self.real
    }

    /// Whether the file is there; a link, a folder or a device in its place is an error.
    pub(super) fn holds_a_file(&self) -> Result<bool, LedgerError> {
        Ok(look(&self.real)?.is_some())
    }

    /// Takes the lock of the run, on a file beside the ledger: closing the ledger itself would free `SQLite`'s locks.
    pub(super) fn lock(&self) -> Result<Lock, LedgerError> {
        let path = self.beside(".lock");
        look(&path)?;
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(PRIVATE)
            .open(&path)
            .map_err(io(&path))?;
        let (opened, named) = (file.metadata(), fs::symlink_metadata(&path));
        let (opened, named) = (opened.map_err(io(&path))?, named.map_err(io(&path))?);
        if (opened.dev(), opened.ino()) != (named.dev(), named.ino()) {
            return Err(LedgerError::Symlink { path });
        }
        match file.try_lock() {
            Ok(()) => Ok(Lock(file)),
            Err(TryLockError::WouldBlock) => Err(LedgerError::Locked { path: self.asked.clone() }),
            Err(TryLockError::Error(source)) => Err(LedgerError::Io { path, source }),
        }
    }

    /// Creates the file, empty and private; one that is there, perhaps copied back by a person, is made private.
    pub(super) fn create_private(&self) -> Result<(), LedgerError> {
        let created = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(&self.real);
        match created {
            Ok(_) => self.remember_in_folder(),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let companions = [self.beside("-wal"), self.beside("-shm")];
                make_private(&self.real)?;
                companions.iter().try_for_each(|path| make_private(path))
            }
            Err(source) => Err(io(&self.real)(source)),
        }
    }

    /// Makes the new name survive a power loss: `SQLite` does so only for the files that it creates itself.
    fn remember_in_folder(&self) -> Result<(), LedgerError> {
        let folder = self.real.parent().unwrap_or(Path::new("/"));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(io(folder))
    }

    pub(super) fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.real.clone().into_os_string();
        name.push(ending);
        PathBuf::from(name)
    }
}

/// File systems of other machines, by the magic numbers of `statfs`: NFS, SMB and CIFS, AFS, Ceph, Coda, 9P.
#[cfg(target_os = "linux")]
const OF_OTHER_MACHINES: [u32; 8] =
    [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x5346_414F, 0x00C3_6400, 0x7375_7245, 0x0102_1997];

/// Refuses a folder that another machine keeps: locks and the order of writes cannot be trusted there.
#[cfg(target_os = "linux")]
fn refuse_network(folder: &Path, asked: &Path) -> Result<(), LedgerError> {
    let found = rustix::fs::statfs(folder).map_err(|error| io(folder)(error.into()))?;
    // The kernel's numbers are 32 bits wide, whatever the width of the field that carries them.
    let kind = u32::try_from(found.f_type & 0xFFFF_FFFF).unwrap_or_default();
    if OF_OTHER_MACHINES.contains(&kind) {
        return Err(LedgerError::OnNetwork { path: asked.to_owned() });
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn refuse_network(_: &Path, _: &Path) -> Result<(), LedgerError> {
    Ok(())
}

/// What is known of the regular file at `path`, if there is one.
pub(super) fn look(path: &Path) -> Result<Option<Metadata>, LedgerError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => Err(LedgerError::Symlink { path: path.to_owned() }),
        Ok(found) if found.is_file() => Ok(Some(found)),
        Ok(_) => Err(LedgerError::NotAFile { path: path.to_owned() }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(io(path)(source)),
    }
}

fn make_private(path: &Path) -> Result<(), LedgerError> {
    match look(path)? {
        Some(found) if found.mode() & OTHERS != 0 => {
            fs::set_permissions(path, Permissions::from_mode(PRIVATE)).map_err(io(path))
        }
        _ => Ok(()),
    }
}

fn io(path: &Path) -> impl Fn(std::io::Error) -> LedgerError {
    move |source| LedgerError::Io { path: path.to_owned(), source }
}
