//! One account, one ledger and one clock: everything a test needs to run night after night.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use leapsync::clock::Clock;
use leapsync::config::File;
use leapsync::event::Event;
use leapsync::ledger::Ledger;
use leapsync::sandbox::{Local, Options, Sandbox};
use leapsync::saved::{Draft, SavedPlan};
use leapsync::secret::Secret;
use leapsync::settings::{
    Adoption, Bounds, Credentials, Job, OnGone, OnNewMapping, Pace, Reading, Scope, Skim,
};
use leapsync::sync::{self, Finished, Order, Remote, Stop, StopHandle};
use leapsync::wire::{Request, Sending, Transport};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::Notify;

use crate::check;
use crate::night::Night;

/// How long a request takes there and back.
const LATENCY: Duration = Duration::from_millis(50);

/// What cuts a run short; requests are counted from 1 within the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Nothing does.
    Never,
    /// A signal asks it to stop when this request is about to leave.
    Stop(u32),
    /// It is gone before this request leaves.
    Before(u32),
    /// It is gone when this request was answered, before it learns of the answer.
    After(u32),
    /// It is gone after this time, wherever it is then.
    In(Duration),
    /// A signal asks it to stop after this time.
    StopIn(Duration),
}

/// What stands between a run and the server: gets the way to the server and gives back what the run is given.
pub(crate) type Between = Arc<dyn Fn(Local) -> Arc<dyn Transport>>;

/// Whether two clients of the account may carry one external id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Twins {
    /// They may not: that would be leapsync's fault.
    Forbidden,
    /// The test made some.
    Made,
}

/// An account, a ledger and what a run is told.
pub(crate) struct TestWorld {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) clock: Clock,
    pub(crate) latency: Duration,
    pub(crate) pace: Pace,
    pub(crate) on_gone: OnGone,
    pub(crate) after_runs: u32,
    pub(crate) bounds: Bounds,
    pub(crate) adoption: Adoption,
    pub(crate) scope: Scope,
    /// Whether rows that are as they were may be passed over.
    pub(crate) skim: Skim,
    /// The mapping, as it would stand in `leapsync.toml`.
    pub(crate) config: String,
    pub(crate) on_new_mapping: OnNewMapping,
    pub(crate) settle: Duration,
    /// How long a file that is still being written is waited for; zero does not look.
    pub(crate) patience: Duration,
    /// How long ago the file was written when a run begins.
    pub(crate) file_age: Duration,
    pub(crate) origin: String,
    /// The secret half of the key, as the run is told it.
    pub(crate) secret: String,
    pub(crate) twins: Twins,
    /// Requests before this one belong to a ledger that is gone.
    pub(crate) ledger_begins: usize,
    /// Every token and secret that must never be seen.
    pub(crate) secrets: Arc<Mutex<Vec<String>>>,
    /// What passes between a run and the server, when it is not all that is said.
    pub(crate) between: Option<Between>,
    folder: TempDir,
}

impl TestWorld {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        let clock = Clock::starting_at("2026-03-01T18:00:00Z".parse::<Timestamp>().unwrap());
        let sandbox = Arc::new(Sandbox::new(options, clock).unwrap());
        let secrets = vec![sandbox.client_id().to_owned(), sandbox.client_secret().to_owned()];
        Self {
            secret: sandbox.client_secret().to_owned(),
            sandbox,
            clock,
            latency: LATENCY,
            pace: Pace::default(),
            on_gone: OnGone::Report,
            after_runs: 1,
            bounds: Bounds::default(),
            adoption: Adoption::ReadFirst,
            scope: Scope::Full,
            skim: Skim::Never,
            config: String::new(),
            on_new_mapping: OnNewMapping::Hold,
            settle: Duration::from_mins(2),
            patience: Duration::ZERO,
            file_age: Duration::ZERO,
            origin: "http://127.0.0.1:8787".to_owned(),
            twins: Twins::Forbidden,
            ledger_begins: 0,
            secrets: Arc::new(Mutex::new(secrets)),
            between: None,
            folder: in_memory_folder(),
        }
    }

    pub(crate) fn ledger_path(&self) -> PathBuf {
        self.folder.path().join("leapsync.db")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::open_to_read(&self.ledger_path()).unwrap()
    }

    /// Deletes the ledger, as people do.
    pub(crate) fn lose_ledger(&mut self) {
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_str().unwrap().starts_with("leapsync.db") {
                fs::remove_file(path).unwrap();
            }
        }
        self.ledger_begins = self.sandbox.log().len();
    }

    /// Begins a fault plan; an empty text ends it.
    pub(crate) fn faults(&self, plan: &str) {
        self.sandbox.set_faults(plan.parse().unwrap());
    }

    /// Runs `sync` to its end and checks what must hold after every run.
    pub(crate) async fn sync(&self, csv: &str) -> Night {
        self.run(csv, Cut::Never).await.unwrap()
    }

    /// Runs `sync` and asks it to stop when its request number `nth` is about to leave.
    pub(crate) async fn sync_stopped(&self, csv: &str, nth: u32) -> Night {
        self.run(csv, Cut::Stop(nth)).await.unwrap()
    }

    /// Runs `sync` until it is cut off; `None` when it was, and the checks that need no summary are made.
    pub(crate) async fn run(&self, csv: &str, cut: Cut) -> Option<Night> {
        let night = self.run_unchecked(csv, cut).await;
        match &night {
            Some(night) => assert_eq!(check::faults(self, night), Vec::<String>::new()),
            None => assert_eq!(check::faults_of_world(self), Vec::<String>::new()),
        }
        night
    }

    pub(crate) async fn run_unchecked(&self, csv: &str, cut: Cut) -> Option<Night> {
        let before = self.sandbox.log().len();
        let job = self.job(csv.as_bytes());
        let (handle, stop) = Stop::new();
        if let Cut::StopIn(time) = cut {
            let handle = handle.clone();
            tokio::spawn(async move {
                tokio::time::sleep(time).await;
                handle.stop();
            });
        }
        let (remote, crash) = self.remote(cut, handle);
        let mut events = Vec::new();
        let mut listener = |event: &Event| events.push(event.clone());
        let order = Order { job: &job, clock: self.clock, stop, listener: &mut listener };
        let path = self.ledger_path();
        let run = sync::sync(order, remote, &path);
        let finished = tokio::select! {
            biased;
            () = crash.notified() => None,
            () = after(cut) => None,
            finished = run => Some(finished),
        };
        finished.map(|finished| self.night(csv, finished, events, before))
    }

    /// Runs `plan`.
    pub(crate) async fn plan(&self, csv: &str) -> Night {
        self.plan_of(csv.as_bytes(), None).await
    }

    /// Runs `plan` on bytes that need not be text, and saves it if a draft is given.
    pub(crate) async fn plan_of(&self, csv: &[u8], draft: Option<&mut Draft>) -> Night {
        let before = self.sandbox.log().len();
        let job = self.job(csv);
        let (handle, stop) = Stop::new();
        let (remote, _) = self.remote(Cut::Never, handle);
        let mut events = Vec::new();
        let mut listener = |event: &Event| events.push(event.clone());
        let order = Order { job: &job, clock: self.clock, stop, listener: &mut listener };
        let finished = sync::preview(order, Some(remote), &self.pace, &self.ledger_path(), draft).await;
        self.night(&String::from_utf8_lossy(csv), finished, events, before)
    }

    /// The same with a ledger that knows its clients, so that nothing is asked of the server and its log is not looked at.
    pub(crate) async fn plan_offline(&self, csv: &[u8]) -> Night {
        let job = self.job(csv);
        let mut events = Vec::new();
        let mut listener = |event: &Event| events.push(event.clone());
        let order = Order { job: &job, clock: self.clock, stop: Stop::new().1, listener: &mut listener };
        let Finished { summary, error, .. } =
            sync::preview(order, None, &self.pace, &self.ledger_path(), None).await;
        Night { csv: String::new(), summary, error, events, log: Vec::new() }
    }

    /// Applies a saved plan; the input is left as it lies.
    pub(crate) async fn apply(&self, plan: SavedPlan) -> Night {
        let before = self.sandbox.log().len();
        let job = Job { input: PathBuf::new(), ..self.job_without_input() };
        let (handle, stop) = Stop::new();
        let (remote, _) = self.remote(Cut::Never, handle);
        let mut events = Vec::new();
        let mut listener = |event: &Event| events.push(event.clone());
        let order = Order { job: &job, clock: self.clock, stop, listener: &mut listener };
        let finished = sync::apply(order, remote, &self.ledger_path(), plan).await;
        let night = self.night("", finished, events, before);
        assert_eq!(check::faults_of_world(self), Vec::<String>::new());
        night
    }

    pub(crate) fn input_path(&self) -> PathBuf {
        self.folder.path().join("clients.csv")
    }

    /// Approves every hold that is open.
    pub(crate) fn approve(&self) {
        let mut ledger = Ledger::open(&self.ledger_path()).unwrap();
        for hold in ledger.open_holds().unwrap() {
            ledger.approve(hold.id, self.clock.now()).unwrap();
        }
    }

    pub(crate) fn configuration(&self) -> File {
        let path = self.folder.path().join("leapsync.toml");
        fs::write(&path, &self.config).unwrap();
        File::read(&path).unwrap()
    }

    fn job(&self, csv: &[u8]) -> Job {
        fs::write(self.input_path(), csv).unwrap();
        touch(&self.input_path(), self.clock.now() - self.file_age);
        self.job_without_input()
    }

    pub(crate) fn job_without_input(&self) -> Job {
        let input = self.input_path();
        let file = if self.config.is_empty() { File::default() } else { self.configuration() };
        let (rules, expected) = (file.rules(), file.input.expected());
        let on_new_mapping = self.on_new_mapping;
        let (on_gone, adoption, settle) = (self.on_gone, self.adoption, self.settle);
        let (scope, limit, witness) = (self.scope.clone(), None, Some(self.folder.path().join("state")));
        let reading = Reading { patience: self.patience, skim: self.skim, ..Reading::default() };
        let (after_runs, bounds) = (self.after_runs, self.bounds);
        Job {
            input,
            reading,
            rules,
            on_new_mapping,
            on_gone,
            after_runs,
            bounds,
            expected,
            scope,
            limit,
            adoption,
            settle,
            witness,
        }
    }

    pub(crate) fn remote(&self, cut: Cut, handle: StopHandle) -> (Remote, Arc<Notify>) {
        let crash = Arc::new(Notify::new());
        let way = self.sandbox.local(self.latency);
        let door = Door {
            inner: self
                .between
                .as_ref()
                .map_or_else(|| Arc::new(way.clone()) as _, |between| between(way.clone())),
            cut,
            sent: Mutex::new(0),
            handle,
            crash: Arc::clone(&crash),
            secrets: Arc::clone(&self.secrets),
        };
        let remote = Remote {
            transport: Arc::new(door),
            origin: self.origin.parse().unwrap(),
            credentials: Credentials {
                client_id: Secret::new(self.sandbox.client_id()),
                client_secret: Secret::new(&self.secret),
            },
            partner: None,
            pace: self.pace.clone(),
            seed: 7,
        };
        (remote, crash)
    }

    pub(crate) fn night(&self, csv: &str, finished: Finished, events: Vec<Event>, before: usize) -> Night {
        let Finished { summary, error, .. } = finished;
        let log = self.sandbox.log().split_off(before);
        Night { csv: csv.to_owned(), summary, error, events, log }
    }

    /// Lets time pass.
    pub(crate) async fn pass(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    /// Every client of the account that carries `id`.
    pub(crate) fn clients_of(&self, id: &str) -> Vec<Value> {
        let clients = self.sandbox.clients();
        clients.into_iter().filter(|client| client["client_external_id"] == id).collect()
    }

    /// The one client of the account that carries `id`.
    #[track_caller]
    pub(crate) fn client(&self, id: &str) -> Value {
        let mut found = self.clients_of(id);
        assert_eq!(found.len(), 1, "clients with the external id {id}");
        found.remove(0)
    }

    /// The contact of a client that is called `name`: a company's name or a family name.
    #[track_caller]
    pub(crate) fn contact(&self, id: &str, name: &str) -> Value {
        let client = self.client(id);
        let called = |contact: &&Value| contact["name"] == name || contact["family_name"] == name;
        contacts(&client).iter().find(called).unwrap_or_else(|| panic!("no {name} in {client}")).clone()
    }
}

/// The contacts of a client, in full.
pub(crate) fn contacts(client: &Value) -> &[Value] {
    client["contacts"].as_array().unwrap()
}

/// The mid of a client or a contact.
pub(crate) fn mid(object: &Value) -> &str {
    object["mid"].as_str().unwrap()
}

/// Companies `C001` to `C{count}` with a name and an e-mail each, as a file.
pub(crate) fn companies(count: u32) -> String {
    let rows = (1..=count).map(|n| format!("C{n:03},見本商事{n},c{n}@example.jp\n"));
    format!("client_external_id,name,email\n{}", rows.collect::<String>())
}

/// Comes back when a run that is cut off after some time is gone; never for the others.
async fn after(cut: Cut) {
    match cut {
        Cut::In(time) => tokio::time::sleep(time).await,
        _ => std::future::pending().await,
    }
}

/// Gives a file the world's time, which is not the system's.
pub(crate) fn touch(path: &Path, time: Timestamp) {
    let file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.set_modified(time.into()).unwrap();
}

fn in_memory_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// The door to the sandbox, where a test can watch what passes and cut a run short.
struct Door {
    inner: Arc<dyn Transport>,
    cut: Cut,
    sent: Mutex<u32>,
    handle: StopHandle,
    crash: Arc<Notify>,
    secrets: Arc<Mutex<Vec<String>>>,
}

impl Door {
    fn watch(&self, request: &Request) -> u32 {
        if let Some(header) = request.headers().get("authorization") {
            let secret = header.to_str().unwrap().split(' ').next_back().unwrap().to_owned();
            self.secrets.lock().unwrap().push(secret);
        }
        let mut sent = self.sent.lock().unwrap();
        *sent += 1;
        *sent
    }

    async fn crash(&self) {
        self.crash.notify_one();
        std::future::pending::<()>().await;
    }
}

impl Transport for Door {
    fn send(&self, request: Request, cap: usize) -> Sending<'_> {
        let nth = self.watch(&request);
        Box::pin(async move {
            match self.cut {
                Cut::Stop(at) if at == nth => self.handle.stop(),
                Cut::Before(at) if at == nth => self.crash().await,
                _ => {}
            }
            let answer = self.inner.send(request, cap).await;
            if self.cut == Cut::After(nth) {
                self.crash().await;
            }
            answer
        })
    }
}
