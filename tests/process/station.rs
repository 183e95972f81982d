//! A station: a folder in memory, a sandbox as a process, and the program with a clean environment.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_leapsync");
/// Files live in memory where the system has such a place.
const IN_MEMORY: &str = "/dev/shm";
/// Longer than anything here takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);
const REQUEST_LOG: &str = "requests.jsonl";
/// The file name of the ledger.
pub(crate) const LEDGER: &str = "leapsync.db";
/// No limits, so that nothing waits for a quota; what is used is written down nevertheless.
const UNLIMITED: [&str; 4] = ["--per-minute", "0", "--per-day", "0"];
/// A request that is not answered is given up soon, and can be settled soon after.
const HASTE: [&str; 4] = ["--timeout", "1s", "--settle", "2s"];
/// Half of the list changes in one day, so that there is something to disturb.
const MUCH_CHANGES: [&str; 2] = ["--max-updates", "100%"];

/// A folder, a sandbox, and the environment that leads from one to the other.
pub(crate) struct Station {
    folder: TempDir,
    sandbox: Child,
    _stdout: BufReader<ChildStdout>,
    environment: Vec<(String, String)>,
}

/// What a command left behind.
#[derive(Debug, Clone)]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// None when it was killed.
    pub(crate) code: Option<i32>,
}

impl Station {
    /// A sandbox without limits, with the ids of `seed` and more arguments.
    pub(crate) fn open(seed: u64, arguments: &[&str]) -> Self {
        let parent = Path::new(IN_MEMORY);
        let parent = if parent.is_dir() { parent.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("leapsync-").tempdir_in(parent).unwrap();
        let place = folder.path().canonicalize().unwrap().display().to_string();
        let mut environment: Vec<_> =
            ["PATH", "HOME", "TMPDIR"].map(|name| (name.to_owned(), place.clone())).into();
        environment.push(("TZ".to_owned(), "UTC".to_owned()));
        let mut command = Command::new(PROGRAM);
        command.args(["sandbox", "--port", "0", "--request-log", REQUEST_LOG, "--per-minute", "0"]);
        command.args(["--per-day", "0", "--seed", &seed.to_string()]).args(arguments);
        command.current_dir(folder.path()).env_clear().envs(environment.iter().cloned());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut sandbox = command.spawn().unwrap();
        let mut stdout = BufReader::new(sandbox.stdout.take().unwrap());
        for _ in 0..4 {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            let (name, value) = line.trim_end().split_once('=').unwrap();
            environment.push((name.to_owned(), value.to_owned()));
        }
        // The stories of these suites delete in the first night.
        fs::write(folder.path().join("leapsync.toml"), "[delete]\nafter_runs = 1\n").unwrap();
        Self { folder, sandbox, _stdout: stdout, environment }
    }

    pub(crate) fn variable(&self, name: &str) -> &str {
        &self.environment.iter().find(|(known, _)| known == name).unwrap().1
    }

    /// The folder, without links in its path.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.path(LEDGER)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        // A fresh file is watched for two seconds.
        let file = fs::OpenOptions::new().write(true).open(self.path(name)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
    }

    /// `sync` of a file with these arguments, with nothing but the station's environment.
    pub(crate) fn job(&self, file: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(["sync", file]).args(HASTE).args(MUCH_CHANGES).args(arguments);
        if !arguments.contains(&"--per-minute") {
            command.args(UNLIMITED);
        }
        command.current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs `sync` to its end.
    pub(crate) fn sync(&self, file: &str, arguments: &[&str]) -> Ran {
        Ran::of(&self.job(file, arguments).output().unwrap())
    }

    /// Every request that the sandbox has seen.
    pub(crate) fn requests(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path(REQUEST_LOG)).unwrap_or_default();
        let whole_lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let mut requests: Vec<Value> = whole_lines.map(|line| serde_json::from_str(line).unwrap()).collect();
        // A late commit has a second line when it lands.
        requests.retain(|request| request["landed_at"].is_null());
        requests
    }

    /// The requests that wanted to change something; the token call does not.
    pub(crate) fn writes(&self) -> Vec<Value> {
        let mut requests = self.requests();
        requests.retain(|request| request["method"] != "GET" && text(request, "path").starts_with("/api/"));
        requests
    }

    /// How many lines the request log has; cheap enough to be asked again and again.
    pub(crate) fn requests_so_far(&self) -> usize {
        fs::read(self.path(REQUEST_LOG)).map_or(0, |bytes| bytes.split(|byte| *byte == b'\n').count() - 1)
    }

    /// Forgets what leapsync knows: the ledger and the witness beside it.
    pub(crate) fn lose_the_ledger(&self) {
        for ending in ["", "-wal", "-shm", ".lock"] {
            let _ = fs::remove_file(self.path(&format!("{LEDGER}{ending}")));
        }
        self.lose_the_witness();
    }

    /// Forgets what leapsync remembers outside the ledger.
    pub(crate) fn lose_the_witness(&self) {
        let _ = fs::remove_dir_all(self.path(".local"));
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.sandbox.kill();
        let _ = self.sandbox.wait();
    }
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            code: output.status.code(),
        }
    }

    /// Whether it ended with this code; otherwise what it said.
    pub(crate) fn expect(&self, code: i32, what: &str) -> Result<(), String> {
        self.expect_one_of(&[code], what)
    }

    /// Whether it ended with one of these codes; otherwise what it said.
    pub(crate) fn expect_one_of(&self, codes: &[i32], what: &str) -> Result<(), String> {
        if self.code.is_some_and(|code| codes.contains(&code)) {
            return Ok(());
        }
        Err(format!("{what} ended with {:?}, not {codes:?}\n{}\n{}", self.code, self.stdout, self.stderr))
    }
}

/// A text in a JSON object; empty when it is not there.
pub(crate) fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap_or_default()
}

/// Starts a command in the background; what it says is thrown away.
pub(crate) fn start(command: &mut Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
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

/// Lets another process go on for a while.
#[expect(clippy::disallowed_methods, reason = "another process has no virtual time")]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}
