//! A station: a folder of its own, a sandbox as a process, and the program with a clean environment.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use tempfile::TempDir;

use crate::redact::redact;

const PROGRAM: &str = env!("CARGO_BIN_EXE_leapsync");
/// Files live in memory where the system has such a place.
const IN_MEMORY: &str = "/dev/shm";
/// Longer than anything here takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
/// A time since 1970 that is past on every machine.
const LONG_AGO: Duration = Duration::from_secs(1_000_000_000);
const REQUEST_LOG: &str = "requests.jsonl";
/// No limits, so that nothing waits for a quota.
const UNLIMITED: [&str; 4] = ["--per-minute", "0", "--per-day", "0"];

/// A folder, a sandbox, and the environment that leads from one to the other.
pub(crate) struct Station {
    folder: TempDir,
    sandbox: Option<Sandbox>,
    pub(crate) environment: Vec<(String, String)>,
}

/// A sandbox as a process; it ends with this value.
pub(crate) struct Sandbox {
    process: Child,
    _stdout: BufReader<ChildStdout>,
    pub(crate) variables: Vec<(String, String)>,
}

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    command: String,
    folder: String,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

impl Station {
    /// A sandbox without limits and faults.
    pub(crate) fn open() -> Self {
        Self::with(&[])
    }

    /// A sandbox without limits, with more arguments.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let mut station = Self::alone();
        let sandbox = station.another_sandbox(arguments);
        station.environment.extend(sandbox.variables.clone());
        station.sandbox = Some(sandbox);
        station
    }

    /// No sandbox, no credentials.
    pub(crate) fn alone() -> Self {
        let parent = Path::new(IN_MEMORY);
        let parent = if parent.is_dir() { parent.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("leapsync-").tempdir_in(parent).unwrap();
        let text = folder.path().display().to_string();
        let environment = ["PATH", "HOME", "TMPDIR"].map(|name| (name.to_owned(), text.clone()));
        let mut environment: Vec<_> = environment.into();
        environment.push(("TZ".to_owned(), "UTC".to_owned()));
        Self { folder, sandbox: None, environment }
    }

    /// Starts one more sandbox beside the station's own.
    pub(crate) fn another_sandbox(&self, arguments: &[&str]) -> Sandbox {
        let mut command = self.command(&["sandbox", "--port", "0", "--request-log", REQUEST_LOG]);
        command.args(UNLIMITED).args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let variables = (0..4).map(|_| {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            let (name, value) = line.trim_end().split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        });
        let variables = variables.collect();
        Sandbox { process, _stdout: stdout, variables }
    }

    /// Ends the station's sandbox; nobody listens on its port any more.
    pub(crate) fn close_sandbox(&mut self) {
        self.sandbox = None;
    }

    /// Sets a variable for the commands to come.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn variable(&self, name: &str) -> &str {
        &self.environment.iter().find(|(known, _)| known == name).unwrap().1
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
        self.age(name);
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Makes a file look as if it had been there for long: a fresh one is watched for two seconds.
    pub(crate) fn age(&self, name: &str) {
        let file = fs::OpenOptions::new().write(true).open(self.path(name)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + LONG_AGO).unwrap();
    }

    /// Says in the configuration that whoever is absent from one file is gone.
    pub(crate) fn deletes_at_once(&self) {
        self.write("leapsync.toml", "[delete]\nafter_runs = 1\n");
    }

    /// Copies a file of `samples` into the folder.
    pub(crate) fn sample(&self, name: &str) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
        fs::copy(from, self.path(name)).unwrap();
        self.age(name);
    }

    /// The program with these arguments, in the folder, with nothing but the station's environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.envs(self.environment.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
        command
    }

    /// The same for `sync` and `plan`, without limits.
    pub(crate) fn job(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        command.args(UNLIMITED);
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        self.ran(arguments, &output)
    }

    /// Runs `sync` without limits.
    pub(crate) fn sync(&self, arguments: &[&str]) -> Ran {
        self.run_job(&[&["sync"], arguments].concat())
    }

    /// Runs `plan` without limits.
    pub(crate) fn plan(&self, arguments: &[&str]) -> Ran {
        self.run_job(&[&["plan"], arguments].concat())
    }

    fn run_job(&self, arguments: &[&str]) -> Ran {
        let output = self.job(arguments).output().unwrap();
        self.ran(arguments, &output)
    }

    pub(crate) fn ran(&self, arguments: &[&str], output: &Output) -> Ran {
        Ran {
            command: arguments.join(" "),
            folder: self.folder.path().display().to_string(),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
            code: output.status.code(),
        }
    }

    /// Every request that a sandbox of this station has seen.
    pub(crate) fn requests(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path(REQUEST_LOG)).unwrap_or_default();
        let whole_lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        whole_lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The requests that wanted to change something; the token call does not.
    pub(crate) fn writes(&self) -> Vec<Value> {
        let mut requests = self.requests();
        requests.retain(|request| {
            request["method"] != "GET"
                && request["path"].as_str().is_some_and(|path| path.starts_with("/api/"))
        });
        requests
    }

    /// Waits until the sandbox has seen so many writes.
    pub(crate) fn wait_for_writes(&self, number: usize) {
        wait_until("so many writes", || self.writes().len() >= number);
    }
}

/// Starts a command in the background.
pub(crate) fn start(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits for something that another process does.
#[expect(clippy::disallowed_methods, reason = "another process has no virtual time")]
pub(crate) fn wait_until(what: &str, mut happened: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !happened() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

impl Sandbox {
    pub(crate) fn variable(&self, name: &str) -> &str {
        &self.variables.iter().find(|(known, _)| known == name).unwrap().1
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Ran {
    /// The whole screen: what was typed, both outputs and the code, without what changes from run to run.
    pub(crate) fn screen(&self) -> String {
        let mut text = format!("$ leapsync {}\n{}", self.command, self.stdout);
        if !self.stderr.is_empty() {
            text.push_str(&format!("--- on stderr\n{}", self.stderr));
        }
        let code = self.code.map_or("killed".to_owned(), |code| code.to_string());
        redact(&format!("{text}--- code {code}\n"), &self.folder)
    }

    /// Goes on only after a certain code.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.screen());
        self
    }

    /// The one JSON object on stdout.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.screen()))
    }
}
