//! Where the bytes come from: a file, standard input, or either of them compressed.
//!
//! In: a path. Out: a file that can be read several times. What cannot be read twice, or must not change under a run, is
//! first copied to an unlinked file, which nobody else can open and which is gone when the program is.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use xxhash_rust::xxh3::Xxh3;

use super::SourceError;
use super::skim::Beside;
use crate::settings::KeepRows;

/// How gzip begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// The most that a compressed file may become, in bytes: more is no list of customers but a bomb.
const LARGEST: u64 = 4 << 30;
/// Bytes that are hashed at once.
const DIGESTED_AT_ONCE: usize = 256 << 10;
/// The path that stands for standard input.
const STANDARD_INPUT: &str = "-";

/// The bytes of an input, which can be read again.
#[derive(Debug)]
pub struct Store {
    pub(super) path: PathBuf,
    pub(super) file: File,
    pub(super) size: u64,
    /// The bytes as they lie on the disk, perhaps compressed.
    raw: File,
    watch: Option<Watch>,
}

impl Store {
    /// Opens the file, or reads standard input when the path is `-`.
    ///
    /// # Errors
    /// When there is no such file, or it cannot be read, unpacked or copied.
    pub fn open(path: &Path, keep: KeepRows) -> Result<Self, SourceError> {
        let failed = |source| SourceError::Open { path: path.to_owned(), source };
        let copying = |source| SourceError::Copy { path: path.to_owned(), source };
        let (mut file, watch) = if path == Path::new(STANDARD_INPUT) {
            (copy(&mut io::stdin().lock()).map_err(copying)?, None)
        } else {
            let mut file = File::open(path).map_err(failed)?;
            let found = file.metadata().map_err(failed)?;
            if found.is_dir() {
                return Err(SourceError::Directory { path: path.to_owned() });
            }
            if found.is_file() {
                let watch = Watch { seen: Look::of(&found), file: file.try_clone().map_err(failed)? };
                (file, Some(watch))
            } else {
                // A pipe or a device can be read only once.
                (copy(&mut file).map_err(copying)?, None)
            }
        };
        let raw = file.try_clone().map_err(failed)?;
        if opening(&mut file, GZIP.len()).map_err(failed)? == GZIP {
            file = unpacked(&file, path)?;
        } else if watch.is_some() && keep == KeepRows::UntilTheEnd {
            file = copy(&mut file).map_err(copying)?;
        }
        let size = file.metadata().map_err(failed)?.len();
        Ok(Self { path: path.to_owned(), file, size, raw, watch })
    }

    /// The bytes as they lie on the disk, from the beginning; the input is at its beginning again when it is dropped.
    pub(super) fn as_it_lies(&mut self) -> io::Result<Rewinding<'_>> {
        self.raw.rewind()?;
        Ok(Rewinding(self))
    }

    /// The size of the file, unpacked if it was compressed.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.size
    }

    /// The hash of the bytes of the file, unpacked if it was compressed.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn digest(&self) -> io::Result<[u8; 16]> {
        digest(&mut Beside::new(&self.file)?)
    }

    /// The same file once more, for whoever may have to begin anew.
    ///
    /// # Errors
    /// When the system gives no second handle.
    pub fn once_more(&self) -> io::Result<Self> {
        let (file, raw) = (self.file.try_clone()?, self.raw.try_clone()?);
        Ok(Self { path: self.path.clone(), file, size: self.size, raw, watch: None })
    }

    /// What tells whether the file changes while it is read; none for what nobody else can write to.
    pub fn watch(&mut self) -> Option<Watch> {
        self.watch.take()
    }
}

/// The raw bytes of a store while they are read.
pub(super) struct Rewinding<'a>(&'a mut Store);

impl std::ops::Deref for Rewinding<'_> {
    type Target = File;

    fn deref(&self) -> &File {
        &self.0.raw
    }
}

impl Drop for Rewinding<'_> {
    fn drop(&mut self) {
        // Where both are one file they share their place in it. Whoever reads on looks whether that succeeded.
        let _ = self.0.file.rewind();
    }
}

/// Tells whether a file is the same as at its opening.
#[derive(Debug)]
pub struct Watch {
    file: File,
    seen: Look,
}

/// What changes when somebody writes to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    size: u64,
    seconds: i64,
    nanoseconds: i64,
}

impl Look {
    fn of(found: &Metadata) -> Self {
        Self { size: found.size(), seconds: found.mtime(), nanoseconds: found.mtime_nsec() }
    }
}

impl Watch {
    /// When it was last written to: seconds and nanoseconds since 1970.
    #[must_use]
    pub fn written(&self) -> (i64, i64) {
        (self.seen.seconds, self.seen.nanoseconds)
    }

    /// Whether it has been written to since.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn has_moved(&self) -> io::Result<bool> {
        Ok(Look::of(&self.file.metadata()?) != self.seen)
    }
}

/// The first bytes of a file, which is then at its beginning again.
pub(super) fn opening(file: &mut (impl Read + Seek), size: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.by_ref().take(size as u64).read_to_end(&mut bytes)?;
    file.rewind()?;
    Ok(bytes)
}

/// The hash of a stream to its end.
pub(super) fn digest(stream: &mut impl Read) -> io::Result<[u8; 16]> {
    let mut hash = Xxh3::new();
    let mut buffer = vec![0; DIGESTED_AT_ONCE];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(hash.digest128().to_le_bytes()),
            Ok(count) => hash.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Copies a stream to an unlinked file.
fn copy(from: &mut impl Read) -> io::Result<File> {
    let mut to = tempfile::tempfile()?;
    io::copy(from, &mut to)?;
    to.flush()?;
    to.rewind()?;
    Ok(to)
}

fn unpacked(file: &File, path: &Path) -> Result<File, SourceError> {
    let mut decoder = MultiGzDecoder::new(file).take(LARGEST + 1);
    let unpacked =
        copy(&mut decoder).map_err(|source| SourceError::Gzip { path: path.to_owned(), source })?;
    if decoder.limit() == 0 {
        return Err(SourceError::Bomb { path: path.to_owned() });
    }
    Ok(unpacked)
}
