//! The manifest: a small file beside the input by which the exporting system says what it wrote.
//!
//! In: the name that the configuration gives, and the bytes of the input as they lie on the disk. Out: the number of rows
//! that the manifest states, once size and hash are seen to agree. It may be JSON (`{"rows": 45, "bytes": 9120,
//! "sha256": "…"}`, each of them optional), the output of `sha256sum`, or a bare SHA-256.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{SourceError, Store};

/// What stands for the name of the input in the name of its manifest.
const NAME: &str = "{}";
/// The digits of a SHA-256.
const DIGITS: usize = 64;
/// Bytes that are hashed at once.
const CHUNK: usize = 64 << 10;

/// What a manifest says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Manifest {
    rows: Option<u64>,
    bytes: Option<u64>,
    sha256: Option<String>,
}

impl Manifest {
    /// Reads the manifest of `input` whose name is `named`, and holds the input against it.
    ///
    /// # Errors
    /// [`SourceError::NoManifest`] when it is not there, [`SourceError::OddManifest`] when it says nothing that can be
    /// understood, and [`SourceError::NotAsStated`] when the input is not what it says.
    pub fn check(store: &mut Store, named: &str) -> Result<Self, SourceError> {
        let input = store.path.clone();
        let name = name_of(&input);
        let path = manifest_path(&input, named);
        let text = fs::read_to_string(&path)
            .map_err(|source| SourceError::NoManifest { path: path.clone(), source })?;
        let manifest = Self::parse(&text, &name).ok_or(SourceError::OddManifest { path: path.clone() })?;
        let (bytes, sha256) =
            hash(store).map_err(|source| SourceError::Open { path: input.clone(), source })?;
        let other = |what, stated: String, found: String| {
            Err(SourceError::NotAsStated { path: input.clone(), manifest: path.clone(), what, stated, found })
        };
        match &manifest {
            Self { bytes: Some(stated), .. } if *stated != bytes => {
                other("bytes", stated.to_string(), bytes.to_string())
            }
            Self { sha256: Some(stated), .. } if !stated.eq_ignore_ascii_case(&sha256) => {
                other("sha256", stated.clone(), sha256)
            }
            Self { .. } => Ok(manifest),
        }
    }

    /// The SHA-256 of the input's bytes as they lie on the disk.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn sha256(store: &mut Store) -> io::Result<String> {
        hash(store).map(|(_, sha256)| sha256)
    }

    /// The data rows that it states.
    #[must_use]
    pub fn rows(&self) -> Option<u64> {
        self.rows
    }

    /// Whether it tells by itself that the file is whole.
    #[must_use]
    pub fn tells_the_bytes(&self) -> bool {
        self.bytes.is_some() || self.sha256.is_some()
    }

    fn parse(text: &str, name: &str) -> Option<Self> {
        if text.trim_start().starts_with('{') {
            let manifest: Self = serde_json::from_str(text).ok()?;
            return (manifest != Self::default()).then_some(manifest);
        }
        let lines = || text.lines().filter_map(line);
        let named = lines().find(|(_, of)| of.is_some_and(|of| of == name));
        // A line without a name, or the only one, is about the file beside which it lies.
        let (hash, _) = named.or_else(|| {
            let mut all = lines();
            let only = all.next()?;
            (all.next().is_none() && only.1.is_none()).then_some(only)
        })?;
        Some(Self { sha256: Some(hash.to_owned()), ..Self::default() })
    }
}

/// A hash and the file name behind it, without its folder.
fn line(line: &str) -> Option<(&str, Option<&str>)> {
    let line = line.trim();
    let (hash, rest) = line.split_at_checked(DIGITS)?;
    if !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let name = rest.trim_start().trim_start_matches('*');
    let name = name.rsplit('/').next().filter(|name| !name.is_empty());
    Some((hash, name))
}

/// The size and the SHA-256 of the bytes on the disk.
fn hash(store: &mut Store) -> io::Result<(u64, String)> {
    let file = store.as_it_lies()?;
    let (mut hasher, mut bytes, mut chunk) = (Sha256::new(), 0, vec![0; CHUNK]);
    loop {
        let read = (&*file).read(&mut chunk)?;
        if read == 0 {
            break;
        }
        hasher.update(&chunk[..read]);
        bytes += read as u64;
    }
    let digits = hasher.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    Ok((bytes, digits))
}

/// Where a manifest of this name would lie.
#[must_use]
pub fn manifest_path(input: &Path, named: &str) -> PathBuf {
    input.parent().unwrap_or_else(|| Path::new("")).join(named.replace(NAME, &name_of(input)))
}

fn name_of(input: &Path) -> String {
    input.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The SHA-256 of `abc`.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn check(manifest: &str) -> Result<Manifest, SourceError> {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("clients.csv");
        fs::write(&input, "abc").unwrap();
        fs::write(folder.path().join("clients.csv.sha256"), manifest).unwrap();
        let mut store = Store::open(&input, crate::settings::KeepRows::Never).unwrap();
        let checked = Manifest::check(&mut store, "{}.sha256")?;
        let mut rest = String::new();
        store.file.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "abc", "the input is read from its beginning afterwards");
        Ok(checked)
    }

    #[test]
    fn every_form_of_a_manifest_is_understood() {
        for text in [
            ABC.to_owned(),
            format!("{}\n", ABC.to_uppercase()),
            format!("{ABC}  clients.csv\n"),
            format!("{}  other.csv\n{ABC} *out/clients.csv\n", "0".repeat(64)),
            format!("{{\"sha256\": \"{ABC}\", \"bytes\": 3, \"rows\": 1}}"),
        ] {
            assert!(check(&text).unwrap().tells_the_bytes(), "{text}");
        }
        assert_eq!(check("{\"rows\": 45}").unwrap().rows(), Some(45));
    }

    #[test]
    fn an_input_that_is_not_what_it_says_is_refused() {
        for text in ["0".repeat(64), "{\"bytes\": 4}".to_owned(), format!("{}  clients.csv", "1".repeat(64))]
        {
            assert!(matches!(check(&text), Err(SourceError::NotAsStated { .. })), "{text}");
        }
    }

    #[test]
    fn a_manifest_that_says_nothing_of_the_input_is_refused() {
        for text in [String::new(), "{}".to_owned(), "done".to_owned(), format!("{ABC}  other.csv")] {
            assert!(matches!(check(&text), Err(SourceError::OddManifest { .. })), "{text}");
        }
    }
}
