//! Weighs whole processes: how long one ran, how much memory it had at its peak, what it printed.
//!
//! In: a program with arguments, a folder and an environment. Out: what it cost. A process is started by a small one of
//! this same program that has no other child, so that the peak which the system tells is that process's own.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};

/// The mode in which this program starts another one and weighs it.
pub(crate) const WEIGH: &str = "--weigh";
/// What a child may know of the environment around it; anything else could change what it does.
const PASSED_ON: [&str; 4] = ["PATH", "TMPDIR", "LD_LIBRARY_PATH", "HOME"];

/// A program to be run.
#[derive(Clone)]
pub(crate) struct Program {
    exe: PathBuf,
    arguments: Vec<OsString>,
    folder: PathBuf,
    environment: Vec<(String, OsString)>,
}

/// What a run of it cost.
pub(crate) struct Weighed {
    pub(crate) wall: Duration,
    /// In bytes.
    pub(crate) peak: u64,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The same as the weighing process writes it down.
#[derive(Serialize, Deserialize)]
struct Note {
    nanoseconds: u64,
    peak: u64,
    code: Option<i32>,
}

impl Program {
    pub(crate) fn new(exe: impl Into<PathBuf>, folder: &Path) -> Self {
        let environment =
            PASSED_ON.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var_os(name)?)));
        Self {
            exe: exe.into(),
            arguments: Vec::new(),
            folder: folder.to_owned(),
            environment: environment.collect(),
        }
    }

    /// This program in one of its other modes.
    pub(crate) fn own(mode: &str, folder: &Path) -> anyhow::Result<Self> {
        Ok(Self::new(std::env::current_exe()?, folder).arg(mode))
    }

    pub(crate) fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub(crate) fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// The command in its folder and its environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.exe);
        self.prepare(command.args(&self.arguments));
        command
    }

    fn prepare(&self, command: &mut Command) {
        command.current_dir(&self.folder).env_clear();
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
    }

    /// Runs it to its end and weighs it.
    pub(crate) fn weigh(&self) -> anyhow::Result<Weighed> {
        // Not where the program runs: a bench that is broken off would leave it there.
        let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let [note, stdout, stderr] = ["note", "stdout", "stderr"].map(|name| scratch.path().join(name));
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(WEIGH).arg(&note).arg(&self.exe).args(&self.arguments);
        self.prepare(&mut command);
        command.stdin(Stdio::null()).stdout(File::create(&stdout)?).stderr(File::create(&stderr)?);
        ensure!(command.status()?.success(), "the weighing process failed");
        let Note { nanoseconds, peak, code } = serde_json::from_slice(&fs::read(&note)?)?;
        let [stdout, stderr] = [stdout, stderr].map(|path| fs::read(path).unwrap_or_default());
        Ok(Weighed {
            wall: Duration::from_nanos(nanoseconds),
            peak,
            code,
            stdout: String::from_utf8_lossy(&stdout).into_owned(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
        })
    }

    /// The same; another code than 0 is an error.
    pub(crate) fn weigh_well(&self) -> anyhow::Result<Weighed> {
        let weighed = self.weigh()?;
        if weighed.code != Some(0) {
            bail!("{} ended with {:?}:\n{}{}", self.line(), weighed.code, weighed.stdout, weighed.stderr);
        }
        Ok(weighed)
    }

    fn line(&self) -> String {
        let words = self.arguments.iter().map(|it| it.to_string_lossy());
        let words: Vec<_> = std::iter::once(self.exe.to_string_lossy()).chain(words).collect();
        words.join(" ")
    }
}

/// The weighing process: starts the program, waits for it, and writes down what it cost.
#[expect(clippy::disallowed_methods, reason = "a whole process is measured by the wall, from outside of it")]
pub(crate) fn weigh_child(note: &Path, exe: &Path, arguments: &[OsString]) -> anyhow::Result<()> {
    let begun = Instant::now();
    let status = Command::new(exe)
        .args(arguments)
        .status()
        .with_context(|| format!("cannot start {}", exe.display()))?;
    let wall = begun.elapsed();
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    let note_of = Note {
        nanoseconds: u64::try_from(wall.as_nanos())?,
        // Linux counts in KiB.
        peak: u64::try_from(peak)? * 1_024,
        code: status.code(),
    };
    Ok(fs::write(note, serde_json::to_vec(&note_of)?)?)
}
