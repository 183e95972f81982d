//! Where it is measured: the scratch folder, the program, how many rows and how many pairs.
//!
//! In: the arguments of the bench. Out: files, ledgers and commands. Whatever stands in the scratch folder is used again.

use std::fs;
use std::path::{Path, PathBuf};

use crate::measure::Program;
use crate::sheet::{Form, Sheet};

/// The program as it was built with this bench, in the same profile.
pub(crate) const LEAPSYNC: &str = env!("CARGO_BIN_EXE_leapsync");
/// Counts up when the customers or the files change, so that old ones are not taken for new ones.
const EDITION: u32 = 2;

/// What is common to all measurements.
pub(crate) struct Ground {
    pub(crate) rows: u64,
    pub(crate) pairs: usize,
    pub(crate) folder: PathBuf,
}

impl Ground {
    pub(crate) fn new(rows: u64, pairs: usize) -> anyhow::Result<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("reach-{EDITION}-{rows}"));
        fs::create_dir_all(&folder)?;
        Ok(Self { rows, pairs, folder })
    }

    /// The same with another number of rows.
    pub(crate) fn of(&self, rows: u64) -> anyhow::Result<Self> {
        Self::new(rows.max(1), self.pairs)
    }

    /// The file of the first night.
    pub(crate) fn sheet(&self, form: Form) -> Sheet {
        Sheet::first(form, self.rows)
    }

    /// leapsync with a ledger of this folder and the configuration of that form. It knows no server.
    pub(crate) fn leapsync(&self, command: &str, set: (Form, Pace), ledger: &str) -> anyhow::Result<Program> {
        let program = Program::new(LEAPSYNC, &self.folder).args([command, "--ledger", ledger]);
        let program = program.env("XDG_CONFIG_HOME", self.folder.join("no-configuration"));
        // Each ledger has a witness of its own: they are copies of each other.
        let program = program.env("XDG_STATE_HOME", self.folder.join(format!("state-of-{ledger}")));
        Ok(program.arg("--config").arg(self.configuration(set)?))
    }

    fn configuration(&self, (form, pace): (Form, Pace)) -> anyhow::Result<PathBuf> {
        let (name, map) = match form {
            Form::Own | Form::Cp932 => ("own", ""),
            Form::Export => ("export", include_str!("export.toml")),
        };
        let (suffix, quota) = match pace {
            Pace::Unpaced => ("", "[quota]\npace_per_second = 0\n"),
            Pace::Default => ("-paced", ""),
        };
        let path = self.folder.join(format!("{name}{suffix}.toml"));
        fs::write(&path, format!("{map}\n{quota}"))?;
        Ok(path)
    }
}

/// How fast a run may send where no limit keeps it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    Unpaced,
    /// leapsync's own: 20 requests a second.
    Default,
}

/// How many bytes a file has.
pub(crate) fn size(path: &Path) -> anyhow::Result<u64> {
    Ok(fs::metadata(path)?.len())
}
