//! What must hold after every run, read from the server's own store and log wherever it can be; and the proof that
//! each of these checks can fail.

use std::collections::BTreeMap;
use std::time::Duration;
use std::{fs, iter};

use leapsync::ledger::AttemptLine;
use leapsync::record::ExternalId;
use leapsync::results::Results;
use serde_json::Value;

use crate::night::{Night, line};
use crate::world::{Cut, TestWorld, Twins, companies};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// Everything that is wrong after a run that came to its end.
pub(crate) fn faults(world: &TestWorld, night: &Night) -> Vec<String> {
    let mut faults = faults_of_world(world);
    faults.extend(night.summary.contradictions());
    if night.error.is_none() {
        faults.extend(uncovered_rows(night));
        faults.extend(uncovered_lines(world, night));
    }
    let spoken = format!("{}{:?}", serde_json::to_string(&night.summary).unwrap(), night.events);
    faults.extend(secrets_in(world, "summary or events", spoken.as_bytes()));
    faults
}

/// Everything that is wrong with the account, the server's log and the ledger.
pub(crate) fn faults_of_world(world: &TestWorld) -> Vec<String> {
    let mut faults = Vec::new();
    faults.extend(twins(world));
    faults.extend(too_many_requests(world));
    if world.ledger_path().exists() && fs::metadata(world.ledger_path()).unwrap().len() > 0 {
        faults.extend(world.ledger().integrity().unwrap());
        faults.extend(posts_without_intent(world));
        for suffix in ["", "-wal", "-shm"] {
            let path = world.folder().join(format!("leapsync.db{suffix}"));
            faults.extend(secrets_in(world, "ledger", &fs::read(path).unwrap_or_default()));
        }
    }
    faults
}

/// The rows of a file as Excel numbers them, by a reading of its own.
fn rows_of(csv: &str) -> Vec<u64> {
    let reader = csv::ReaderBuilder::new().flexible(true).from_reader(csv.as_bytes());
    (2..).take(reader.into_records().map(Result::unwrap).count()).collect()
}

fn uncovered_rows(night: &Night) -> Vec<String> {
    let mut ended: Vec<u64> = night.endings().flat_map(|ending| &ending.lines).map(|line| line.0).collect();
    ended.sort_unstable();
    let rows = rows_of(&night.csv);
    if ended == rows { Vec::new() } else { vec![format!("rows {rows:?} ended as {ended:?}")] }
}

/// The results file has one line for each row, and one without a row for each client that is gone.
fn uncovered_lines(world: &TestWorld, night: &Night) -> Vec<String> {
    let path = world.folder().join("results.csv");
    let mut results = Results::default();
    night.events.iter().for_each(|event| results.absorb(event));
    results.write(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let records = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes()).into_records();
    let lines: Vec<String> = records.map(|record| record.unwrap()[0].to_owned()).collect();
    let gone = night.endings().filter(|ending| ending.lines.is_empty()).count();
    let numbers = rows_of(&night.csv).into_iter().map(|row| row.to_string());
    let expected: Vec<String> = numbers.chain(iter::repeat_n(String::new(), gone)).collect();
    if lines == expected { Vec::new() } else { vec![format!("result lines {lines:?}, not {expected:?}")] }
}

fn twins(world: &TestWorld) -> Vec<String> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for client in world.sandbox.clients() {
        *counts.entry(client["client_external_id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts.remove("");
    counts.retain(|_, count| *count > 1 && world.twins == Twins::Forbidden);
    counts.into_keys().map(|id| format!("two clients carry {id}")).collect()
}

fn too_many_requests(world: &TestWorld) -> Vec<String> {
    let limits = [(MINUTE, world.pace.limits.per_minute), (DAY, world.pace.limits.per_day)];
    let over = limits.into_iter().filter_map(|(window, limit)| {
        let seen = world.sandbox.requests_in_any(window);
        limit.filter(|limit| seen > *limit as usize).map(|limit| format!("{seen} of {limit} in {window:?}"))
    });
    over.collect()
}

/// Each POST of a client has an earlier intent of its own, and each intent that was answered by the server has its POST.
fn posts_without_intent(world: &TestWorld) -> Vec<String> {
    let ledger = world.ledger();
    let mut posts: BTreeMap<String, Vec<jiff::Timestamp>> = BTreeMap::new();
    let log = world.sandbox.log().split_off(world.ledger_begins);
    for entry in log.iter().filter(|entry| line(entry) == "POST /client/") {
        let id = entry.body.as_ref().and_then(|body| body["client_external_id"].as_str());
        posts.entry(id.unwrap_or_default().to_owned()).or_default().push(entry.at);
    }
    let mut faults = Vec::new();
    for (id, posts) in posts {
        let attempts = ledger.attempts(&ExternalId::new(&id)).unwrap();
        let intents: Vec<&AttemptLine> =
            attempts.iter().rev().filter(|attempt| attempt.request.starts_with("POST ")).collect();
        for (index, at) in posts.iter().enumerate() {
            if intents.iter().filter(|intent| intent.sent_at <= *at).count() <= index {
                faults.push(format!("POST {} of {id} had no intent", index + 1));
            }
        }
        let answered = intents.iter().filter(|intent| intent.status.is_some()).count();
        if answered > posts.len() {
            faults.push(format!("{answered} POSTs of {id} were answered, {} were sent", posts.len()));
        }
    }
    faults
}

fn secrets_in(world: &TestWorld, place: &str, bytes: &[u8]) -> Vec<String> {
    let mut secrets = world.secrets.lock().unwrap().clone();
    secrets.sort();
    secrets.dedup();
    let holds = |secret: &String| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
    secrets.iter().filter(|secret| holds(secret)).map(|_| format!("a secret stands in {place}")).collect()
}

/// A night that is all right, to be spoilt.
async fn good_night(world: &TestWorld) -> Night {
    world.sync(&companies(3)).await
}

#[tokio::test(start_paused = true)]
async fn a_row_that_did_not_end_is_seen() {
    let world = TestWorld::new();
    let mut night = good_night(&world).await;
    let at = night.events.iter().position(|event| matches!(event, leapsync::event::Event::Ended(_)));
    night.events.remove(at.unwrap());
    let faults = faults(&world, &night);
    assert!(faults[0].starts_with("rows [2, 3, 4] ended as"), "{faults:?}");
    assert!(faults[1].starts_with("result lines"), "{faults:?}");
}

#[tokio::test(start_paused = true)]
async fn figures_that_do_not_add_up_are_seen() {
    let world = TestWorld::new();
    let mut night = good_night(&world).await;
    night.summary.result.as_mut().unwrap().created = 2;
    assert_eq!(faults(&world, &night), ["clients of the file and their ends: 3 is not 2"]);
}

#[tokio::test(start_paused = true)]
async fn a_secret_in_the_summary_is_seen() {
    let world = TestWorld::new();
    let mut night = good_night(&world).await;
    night.summary.command = world.secrets.lock().unwrap().last().unwrap().clone();
    assert_eq!(faults(&world, &night), ["a secret stands in summary or events"]);
}

#[tokio::test(start_paused = true)]
async fn a_twin_is_seen() {
    let world = TestWorld::new();
    good_night(&world).await;
    let contact = serde_json::json!({"contact_type": "organization", "name": "見本商事1"});
    world.sandbox.add_client(&serde_json::json!({"client_external_id": "C001", "contacts": [contact]}));
    assert_eq!(faults_of_world(&world), ["two clients carry C001"]);
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_was_not_kept_is_seen() {
    let mut world = TestWorld::new();
    good_night(&world).await;
    world.pace.limits.per_minute = Some(6);
    assert_eq!(faults_of_world(&world), ["7 of 6 in 60s"]);
}

#[tokio::test(start_paused = true)]
async fn a_post_without_an_intent_is_seen() {
    let world = TestWorld::new();
    good_night(&world).await;
    let secret = world.secrets.lock().unwrap().last().unwrap().clone();
    let post = http::Request::post(format!(
        "http://127.0.0.1:8787/api/partner/{}/client/",
        world.sandbox.partner_mid()
    ));
    let body = serde_json::json!({"client_external_id": "C001", "contacts": Value::Null});
    let post = post
        .header("authorization", format!("Bearer {secret}"))
        .header("content-type", "application/json")
        .body(body.to_string().into());
    world.sandbox.answer(&post.unwrap());
    assert_eq!(faults_of_world(&world), ["POST 2 of C001 had no intent"]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_cut_off_leaves_no_night() {
    let world = TestWorld::new();
    assert!(world.run(&companies(3), Cut::Before(6)).await.is_none());
    assert_eq!(world.sandbox.clients().len(), 0);
}
