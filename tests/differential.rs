//! The same days through both doors of the sandbox, in process and over HTTP: the client must behave alike, request by
//! request, whatever goes wrong on the way.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use leapsync::client::{HttpTransport, TransportSetup, UseProxy};
use leapsync::clock::Clock;
use leapsync::event::Event;
use leapsync::report::Summary;
use leapsync::sandbox::{Options, Sandbox};
use leapsync::secret::Secret;
use leapsync::settings::rules::Rules;
use leapsync::settings::{Adoption, Credentials, Job, Limits, OnGone, OnNewMapping, Pace, Reading, Scope};
use leapsync::sync::{self, Order, Remote, Stop};
use leapsync::wire::Transport;
use serde_json::Value;
use tokio::net::TcpListener;

/// Longer than any answer takes, shorter than a person waits.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What a server saw and what a run said of it.
#[derive(Debug, PartialEq)]
struct Story {
    requests: Vec<(String, String, u16, Option<Value>)>,
    ends: Vec<(u8, Vec<String>)>,
    clients: Vec<Value>,
}

fn pace() -> Pace {
    // One request at a time, so that there is one order.
    let limits = Limits { per_minute: None, per_day: None };
    Pace { limits, per_second: None, concurrency: 1, timeout: TIMEOUT, ..Pace::default() }
}

async fn night(
    sandbox: &Sandbox,
    door: &Arc<dyn Transport>,
    url: &str,
    file: &str,
    ledger: &Path,
) -> Summary {
    let job = Job {
        input: Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(file),
        reading: Reading { patience: Duration::ZERO, ..Reading::default() },
        rules: Rules::default(),
        on_new_mapping: OnNewMapping::Hold,
        on_gone: OnGone::Delete,
        after_runs: 1,
        bounds: leapsync::settings::Bounds::default(),
        expected: leapsync::settings::Expected::default(),
        scope: Scope::Full,
        limit: None,
        adoption: Adoption::ReadFirst,
        settle: TIMEOUT + Duration::from_millis(1),
        witness: None,
    };
    let remote = Remote {
        transport: Arc::clone(door),
        origin: url.parse().unwrap(),
        credentials: Credentials {
            client_id: Secret::new(sandbox.client_id()),
            client_secret: Secret::new(sandbox.client_secret()),
        },
        partner: None,
        pace: pace(),
        seed: 7,
    };
    let mut listener = |_: &Event| {};
    let order = Order { job: &job, clock: Clock::system(), stop: Stop::new().1, listener: &mut listener };
    sync::sync(order, remote, ledger).await.summary
}

async fn story(sandbox: Arc<Sandbox>, door: Arc<dyn Transport>, url: &str, faults: &str) -> Story {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("leapsync.db");
    let mut ends = Vec::new();
    for (file, faults) in
        [("clients.csv", ""), ("clients-next-day.csv", faults), ("clients-next-day.csv", "")]
    {
        sandbox.set_faults(faults.parse().unwrap());
        let summary = night(&sandbox, &door, url, file, &ledger).await;
        ends.push((summary.exit.code, summary.exit.reasons));
    }
    // The port is the only thing that may differ.
    let placeless = |value: &Value| serde_json::from_str(&value.to_string().replace(url, "SERVER")).unwrap();
    let requests = sandbox.log().into_iter().map(|seen| {
        let body = seen.body.as_ref().map(placeless);
        (seen.method, seen.path, seen.status, body)
    });
    Story { requests: requests.collect(), ends, clients: sandbox.clients().iter().map(placeless).collect() }
}

fn sandbox() -> Arc<Sandbox> {
    let options = Options { per_minute: None, per_day: None, ..Options::default() };
    Arc::new(Sandbox::new(options, Clock::system()).unwrap())
}

async fn in_process(faults: &str) -> Story {
    let sandbox = sandbox();
    let door = Arc::new(sandbox.local(Duration::ZERO).with_timeout(TIMEOUT));
    story(Arc::clone(&sandbox), door, "http://127.0.0.1:1", faults).await
}

async fn over_http(faults: &str) -> Story {
    let sandbox = sandbox();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(Arc::clone(&sandbox).serve(listener, std::future::pending()));
    let setup = TransportSetup { timeout: TIMEOUT, proxy: UseProxy::Never };
    let door = Arc::new(HttpTransport::new(&setup).unwrap());
    story(sandbox, door, &url, faults).await
}

async fn both_doors_tell_the_same(faults: &str) -> Story {
    let (inside, outside) = (in_process(faults).await, over_http(faults).await);
    for (ours, theirs) in inside.requests.iter().zip(&outside.requests) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(inside, outside);
    inside
}

#[tokio::test]
async fn without_faults_both_doors_tell_the_same() {
    let story = both_doors_tell_the_same("").await;
    assert_eq!(story.ends[0].0, 0);
    assert!(story.requests.len() > 200);
}

#[tokio::test]
async fn with_refused_and_broken_answers_both_doors_tell_the_same() {
    let faults =
        "503-before:PATCH:nth=1,html-502:GET:nth=1,garbled:PATCH:nth=2,revoke-token:POST:/client/:nth=2";
    let story = both_doors_tell_the_same(faults).await;
    assert!(story.requests.iter().any(|(_, _, status, _)| *status == 401), "the token was taken back");
}

#[tokio::test]
async fn with_lost_answers_both_doors_tell_the_same() {
    let story = both_doors_tell_the_same("lost-after:POST:/client/:nth=2,lost-after:PATCH:nth=3").await;
    // The create that was in doubt was settled by reading the list.
    let lists =
        story.requests.iter().filter(|(method, path, ..)| method == "GET" && path.ends_with("/client/"));
    assert!(lists.count() > 2);
}

#[tokio::test]
async fn the_comparison_can_fail() {
    let (plain, faulty) = (in_process("").await, in_process("503-before:PATCH:nth=1").await);
    assert_ne!(plain, faulty);
}
