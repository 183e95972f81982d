//! Saved plans: a plan in a file, to be looked at and approved, and applied later exactly as it stands or not at all.
//!
//! In: the terms under which a plan was made, and its changes. Out: a file of JSON lines that ends with the digest of all
//! of them, readable by its owner only; and the same plan back, once the digest is seen to agree.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::plan::{Change, Counts, Digest, Digester};
use crate::record::{ExternalId, Mid};
use crate::settings::{Bounds, OnGone, Scope};
use crate::spool::{Spool, SpoolError};

/// The name of the file's form.
const SCHEMA: &str = "leapsync.plan/1";

/// Why a plan cannot be saved or read.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// The file cannot be written.
    #[error("cannot write the plan to `{}`", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file cannot be read.
    #[error("cannot read the plan `{}`", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is no plan, or one of another leapsync.
    #[error("`{}` is not a plan of this leapsync", .path.display())]
    NotAPlan {
        /// The file.
        path: PathBuf,
    },
    /// It was changed or cut off after it was saved.
    #[error("the plan `{}` is not as it was saved: its digest disagrees", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Temporary storage failed.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

/// Under what a plan was made: when one of these is another, it is another plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    schema: String,
    version: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The input's path; `-` was standard input.
    pub input: PathBuf,
    /// The SHA-256 of the input; none for standard input.
    pub input_sha256: Option<String>,
    /// Data rows of the input: read, rejected, skipped, of a footer; and usable clients.
    pub rows: [u64; 5],
    /// Whether the input ends with a line end.
    pub line_end: bool,
    /// The server, when one was known.
    pub origin: Option<String>,
    /// The partner, when one was known.
    pub partner: Option<Mid>,
    /// The ledger's generation; none when the ledger knew nothing.
    pub generation: Option<i64>,
    /// The digest of the mapping.
    pub mapping: Digest,
    /// The parts of the mapping, each with its hash.
    pub parts: std::collections::BTreeMap<String, String>,
    /// What becomes of clients that are gone.
    pub on_gone: OnGone,
    /// How much may change without a person.
    pub bounds: Bounds,
    /// Which clients it is about.
    pub scope: Scope,
    /// What it counts.
    pub counts: Counts,
}

/// One line of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// A change.
    Change(Box<Change>),
    /// A client, or a person of one, that the input does not name.
    Absent(ExternalId, Option<Mid>),
}

/// A plan that is about to be saved.
#[derive(Debug, Default)]
pub struct Draft {
    items: Spool<Item>,
    terms: Option<Terms>,
}

impl Terms {
    /// The terms of a plan that is made now; the rest is filled in by whoever makes it.
    #[must_use]
    pub fn new(made_at: Timestamp, input: &Path, mapping: Digest) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            input: input.to_owned(),
            input_sha256: None,
            rows: [0; 5],
            line_end: true,
            origin: None,
            partner: None,
            generation: None,
            mapping,
            parts: std::collections::BTreeMap::new(),
            on_gone: OnGone::Report,
            bounds: Bounds::default(),
            scope: Scope::Full,
            counts: Counts::default(),
        }
    }
}

impl Draft {
    /// Takes in one line.
    ///
    /// # Errors
    /// When temporary storage fails.
    pub fn add(&mut self, item: &Item) -> Result<(), SpoolError> {
        self.items.push(item)
    }

    /// Takes in the terms.
    pub fn set_terms(&mut self, terms: Terms) {
        self.terms = Some(terms);
    }

    /// Whether there is a plan to be saved.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.terms.is_some()
    }

    /// Writes the file beside its final name and renames it; gives back its digest.
    ///
    /// # Errors
    /// When there is no plan, the file cannot be written or temporary storage fails; then there is no file.
    pub fn write(mut self, path: &Path) -> Result<Digest, SavedError> {
        let failed = |source| SavedError::Write { path: path.to_owned(), source };
        let terms = self.terms.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(failed)?;
        let mut writer = BufWriter::new(&mut file);
        let mut digester = Digester::default();
        let mut put = |line: &str| {
            digester.add(line);
            writer.write_all(line.as_bytes()).and_then(|()| writer.write_all(b"\n"))
        };
        put(&json(&terms)).map_err(failed)?;
        for item in self.items.read()? {
            put(&json(&item?)).map_err(failed)?;
        }
        let digest = digester.finish();
        writeln!(writer, "{}", json(&End { digest: digest.clone() })).map_err(failed)?;
        writer.flush().map_err(failed)?;
        drop(writer);
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(digest)
    }
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    digest: Digest,
}

/// A plan that was saved.
#[derive(Debug)]
pub struct SavedPlan {
    /// Under what it was made.
    pub terms: Terms,
    /// The digest of all of it.
    pub digest: Digest,
    items: Spool<Item>,
}

impl SavedPlan {
    /// Reads a plan, and makes sure that it is as it was saved.
    ///
    /// # Errors
    /// When it cannot be read, is no plan of this leapsync, or is not as it was saved.
    pub fn read(path: &Path) -> Result<Self, SavedError> {
        let failed = |source| SavedError::Read { path: path.to_owned(), source };
        let damaged = || SavedError::Damaged { path: path.to_owned() };
        let mut lines = BufReader::new(File::open(path).map_err(failed)?).lines();
        let first = lines.next().transpose().map_err(failed)?.unwrap_or_default();
        let terms: Terms = serde_json::from_str(&first)
            .ok()
            .filter(|terms: &Terms| terms.schema == SCHEMA && terms.version == env!("CARGO_PKG_VERSION"))
            .ok_or_else(|| SavedError::NotAPlan { path: path.to_owned() })?;
        let mut digester = Digester::default();
        digester.add(&first);
        let mut items = Spool::new();
        while let Some(line) = lines.next().transpose().map_err(failed)? {
            if let Ok(End { digest }) = serde_json::from_str(&line) {
                let whole = digest == digester.finish() && lines.next().is_none();
                return if whole { Ok(Self { terms, digest, items }) } else { Err(damaged()) };
            }
            digester.add(&line);
            items.push(&serde_json::from_str(&line).map_err(|_| damaged())?)?;
        }
        Err(damaged())
    }

    /// Its lines, in their order.
    ///
    /// # Errors
    /// When temporary storage fails.
    pub fn items(&mut self) -> Result<impl Iterator<Item = Result<Item, SpoolError>>, SpoolError> {
        self.items.read()
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn save(path: &Path) -> Digest {
        let mut draft = Draft::default();
        draft.add(&Item::Absent(ExternalId::new("A-1"), None)).unwrap();
        let mapping = Digester::default().finish();
        draft.set_terms(Terms::new(Timestamp::UNIX_EPOCH, Path::new("clients.csv"), mapping));
        draft.write(path).unwrap()
    }

    #[test]
    fn a_plan_is_read_back_as_it_was_saved_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        let digest = save(&path);
        let mut plan = SavedPlan::read(&path).unwrap();
        assert_eq!(plan.digest, digest);
        assert_eq!(plan.items().unwrap().count(), 1);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_plan_that_was_touched_or_cut_off_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        save(&path);
        let whole = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = whole.lines().collect();
        for other in [
            whole.replace("A-1", "A-2"),
            whole.replace("clients.csv", "others.csv"),
            lines[..2].join("\n"),
            format!("{}\n{}\n", lines[0], lines[2]),
            format!("{whole}{}\n", lines[1]),
        ] {
            std::fs::write(&path, &other).unwrap();
            assert!(matches!(SavedPlan::read(&path), Err(SavedError::Damaged { .. })), "{other}");
        }
        std::fs::write(&path, "{}").unwrap();
        assert!(matches!(SavedPlan::read(&path), Err(SavedError::NotAPlan { .. })));
    }
}
