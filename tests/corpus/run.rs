//! Runs a file through the library, against a sandbox in the same process and on virtual time.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use leapsync::clock::Clock;
use leapsync::config::File;
use leapsync::event::{Event, Notice};
use leapsync::journal::Outcome;
use leapsync::rejects::Rejects;
use leapsync::report::Rows;
use leapsync::sandbox::{Options, Sandbox};
use leapsync::secret::Secret;
use leapsync::settings::{
    Adoption, Credentials, Job, KeepRows, Limits, OnGone, OnNewMapping, Pace, Reading, Scope,
};
use leapsync::sync::{self, Order, Remote, Stop};
use serde_json::Value;
use tempfile::TempDir;

/// What became of a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) code: u8,
    pub(crate) error: Option<String>,
    pub(crate) encoding: String,
    pub(crate) delimiter: String,
    pub(crate) rows: Rows,
    /// Warnings and notices by name.
    pub(crate) said: Vec<&'static str>,
    /// What the server then holds of each client.
    pub(crate) clients: BTreeMap<String, String>,
    /// Each client's rows and outcome.
    pub(crate) ended: Vec<(Vec<u64>, Outcome)>,
    /// The rejects file.
    pub(crate) rejects: Option<Vec<u8>>,
    /// Requests of this run.
    pub(crate) requests: u64,
}

impl Seen {
    pub(crate) fn count(&self, word: &str) -> usize {
        self.said.iter().filter(|said| **said == word).count()
    }

    /// How many of what was said are warnings about rows.
    pub(crate) fn warnings(&self) -> usize {
        self.said.iter().filter(|said| said.starts_with('~')).count()
    }

    /// The rows that did not get through, ascending.
    pub(crate) fn not_through(&self) -> Vec<u64> {
        let bad = self.ended.iter().filter(|(_, it)| matches!(it, Outcome::Rejected | Outcome::Refused));
        let mut lines: Vec<u64> = bad.flat_map(|(lines, _)| lines.clone()).collect();
        lines.sort_unstable();
        lines
    }
}

/// An account and a ledger.
pub(crate) struct Account {
    sandbox: Arc<Sandbox>,
    clock: Clock,
    folder: TempDir,
    runtime: tokio::runtime::Runtime,
}

impl Account {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        let runtime = runtime.unwrap();
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        let (sandbox, clock) = runtime.block_on(async {
            let clock = Clock::starting_at("2026-04-01T18:00:00Z".parse().unwrap());
            let options = Options { per_minute: None, per_day: None, ..Options::default() };
            (Arc::new(Sandbox::new(options, clock).unwrap()), clock)
        });
        Self { sandbox, clock, folder: folder.unwrap(), runtime }
    }

    /// Runs `sync` on a file with these bytes; whatever is gone is deleted.
    pub(crate) fn sync(&self, bytes: &[u8], config: &str) -> Seen {
        self.runtime.block_on(self.run(bytes, config))
    }

    async fn run(&self, bytes: &[u8], config: &str) -> Seen {
        let job = self.job(bytes, config);
        let mut seen = Seen::default();
        let mut rejects = Rejects::default();
        let mut listener = |event: &Event| {
            rejects.absorb(event);
            seen.hear(event);
        };
        let (_handle, stop) = Stop::new();
        let order = Order { job: &job, clock: self.clock, stop, listener: &mut listener };
        let finished = sync::sync(order, self.remote(), &self.folder.path().join("leapsync.db")).await;
        let summary = finished.summary;
        seen.code = summary.exit.code;
        seen.rows = summary.rows.unwrap_or_default();
        seen.encoding = summary.input.encoding.unwrap_or_default();
        seen.delimiter = summary.input.delimiter.unwrap_or_default();
        seen.requests = summary.requests.map(|requests| requests.total).unwrap_or_default();
        let folder = format!("{}/", self.folder.path().display());
        seen.error = finished.error.map(|error| error.to_string().replace(&folder, ""));
        seen.clients = self.sandbox.clients().iter().map(held).collect();
        seen.rejects = finished.kept.map(|kept| {
            let path = self.folder.path().join("rejects.csv");
            rejects.write(&path, kept).unwrap();
            fs::read(&path).unwrap()
        });
        seen
    }

    fn job(&self, bytes: &[u8], config: &str) -> Job {
        let input = self.folder.path().join("clients.csv");
        fs::write(&input, bytes).unwrap();
        let path = self.folder.path().join("leapsync.toml");
        fs::write(&path, config).unwrap();
        let file = File::read(&path).unwrap();
        let rows = KeepRows::UntilTheEnd;
        Job {
            input,
            reading: Reading { rows, patience: Duration::ZERO, ..file.input.reading() },
            rules: file.rules(),
            on_new_mapping: OnNewMapping::Hold,
            on_gone: OnGone::Delete,
            after_runs: 1,
            bounds: leapsync::settings::Bounds::default(),
            expected: leapsync::settings::Expected::default(),
            scope: Scope::Full,
            limit: None,
            adoption: Adoption::ReadFirst,
            settle: Duration::from_mins(2),
            witness: None,
        }
    }

    fn remote(&self) -> Remote {
        Remote {
            transport: Arc::new(self.sandbox.local(Duration::ZERO)),
            origin: "http://127.0.0.1:8787".parse().unwrap(),
            credentials: Credentials {
                client_id: Secret::new(self.sandbox.client_id()),
                client_secret: Secret::new(self.sandbox.client_secret()),
            },
            partner: None,
            pace: Pace {
                limits: Limits { per_minute: None, per_day: None },
                per_second: None,
                ..Pace::default()
            },
            seed: 7,
        }
    }
}

impl Seen {
    fn hear(&mut self, event: &Event) {
        match event {
            Event::Warned(warning) => self.said.push(warned(&warning.kind)),
            Event::Notice(notice) => self.said.extend(noticed(notice)),
            Event::Ended(ending) => {
                self.ended.push((ending.lines.iter().map(|line| line.0).collect(), ending.outcome));
            }
            _ => {}
        }
    }
}

fn warned(kind: &leapsync::record::WarningKind) -> &'static str {
    use leapsync::record::WarningKind::{
        CheckDigit, ClosingDay, LostLetter, LostZeros, NoLocality, NoPersonName, NoPrefecture, PostalCode,
        PostalCodeShort, PrivateLetter, QuoteAstray, Repeats, SameCode, SameCustomer,
    };
    match kind {
        PostalCodeShort { .. } => "~short postal code",
        PostalCode => "~postal code",
        ClosingDay => "~closing day",
        CheckDigit { .. } => "~check digit",
        NoPrefecture => "~no prefecture",
        NoLocality => "~no locality",
        Repeats { .. } => "~repeats",
        PrivateLetter => "~private letter",
        LostLetter => "~lost letter",
        QuoteAstray => "~quote astray",
        NoPersonName => "~no person",
        LostZeros { .. } => "~lost zeros",
        SameCode { .. } => "~same code",
        SameCustomer { .. } => "~same customer",
    }
}

fn noticed(notice: &Notice) -> Option<&'static str> {
    match notice {
        Notice::NoRows => Some("no rows"),
        Notice::RejectsFile => Some("rejects file"),
        Notice::SameFile(_) => Some("same file"),
        Notice::Unwrapped { .. } => Some("unwrapped"),
        Notice::CountDisagrees { .. } => Some("count disagrees"),
        _ => None,
    }
}

/// A client of the server by its external id, without what the server gives it.
fn held(client: &Value) -> (String, String) {
    let id = client["client_external_id"].as_str().unwrap_or_default().to_owned();
    let mut bare = client.clone();
    strip(&mut bare);
    (id, bare.to_string())
}

/// Takes ids and addresses of the API away, and puts lists in an order.
fn strip(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let is_address =
                |value: &Value| value.as_str().is_some_and(|text| text.starts_with("http://127.0.0.1/api/"));
            object.retain(|name, value| name != "mid" && !is_address(value));
            object.values_mut().for_each(strip);
        }
        Value::Array(list) => {
            list.iter_mut().for_each(strip);
            list.sort_by_key(Value::to_string);
        }
        _ => {}
    }
}
