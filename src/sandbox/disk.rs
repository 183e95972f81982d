//! The account on disk: read once at the start, written again when it has changed.
//!
//! In: a store, or the path of a data file. Out: the file's bytes, or a store. A reader never sees half a file: it is written beside its name and renamed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::SandboxError;
use super::objects::{Client, Contact, Document};
use super::store::Store;

/// The name of the format, so that no other JSON file is taken for one.
const FORMAT: &str = "leapsync.sandbox/1";

/// What a data file holds.
#[derive(Debug, Deserialize)]
pub(super) struct Kept {
    format: String,
    pub(super) given: u64,
    pub(super) next_place: i64,
    pub(super) first_place: i64,
    pub(super) clients: Vec<Client>,
    pub(super) contacts: Vec<Contact>,
    pub(super) documents: BTreeMap<i64, Document>,
}

/// The same, lent by a store.
#[derive(Debug, Serialize)]
pub(super) struct Lent<'a> {
    format: &'static str,
    given: u64,
    next_place: i64,
    first_place: i64,
    clients: Vec<&'a Client>,
    contacts: Vec<&'a Contact>,
    documents: &'a BTreeMap<i64, Document>,
}

impl<'a> Lent<'a> {
    pub(super) fn new(
        (given, next_place, first_place): (u64, i64, i64),
        clients: Vec<&'a Client>,
        contacts: Vec<&'a Contact>,
        documents: &'a BTreeMap<i64, Document>,
    ) -> Self {
        Self { format: FORMAT, given, next_place, first_place, clients, contacts, documents }
    }
}

/// Reads the store that a data file holds; `None` when there is no file yet.
pub(super) fn load(path: &Path, seed: u64) -> Result<Option<Store>, SandboxError> {
    let failed = |source: io::Error| SandboxError::DataFile { path: path.to_owned(), source };
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let kept: Kept = serde_json::from_slice(&bytes).map_err(|error| failed(error.into()))?;
    if kept.format != FORMAT {
        return Err(failed(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("`{}` is not `{FORMAT}`", kept.format),
        )));
    }
    Ok(Some(Store::from_kept(seed, kept)))
}

/// The bytes of a data file.
pub(super) fn image(store: &Store) -> io::Result<Vec<u8>> {
    serde_json::to_vec(&store.lend()).map_err(io::Error::from)
}

/// Puts the bytes in place of the file.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, bytes)?;
    fs::rename(&beside, path)
}
