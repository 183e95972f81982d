//! What must hold after every run, read from the server's own store and log wherever it can be.

use std::collections::BTreeMap;
use std::time::Duration;
use std::{fs, iter};

use leapsync::event::Event;
use leapsync::ledger::{AttemptLine, Ledger};
use leapsync::record::ExternalId;
use leapsync::results::Results;
use leapsync::sandbox::LogEntry;

use crate::night::{Night, line};
use crate::world::{TestWorld, Twins};

const MINUTE: Duration = Duration::from_mins(1);
/// So many runs the ledger keeps.
const KEPT_RUNS: usize = 30;
const DAY: Duration = Duration::from_hours(24);

/// Everything that is wrong after a run that came to its end.
pub(crate) fn faults(world: &TestWorld, night: &Night) -> Vec<String> {
    let mut faults = faults_of_world(world);
    faults.extend(night.summary.contradictions());
    if night.error.is_none() {
        faults.extend(uncovered_rows(night));
        if !passes_over(night) {
            faults.extend(uncovered_lines(world, night));
        }
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

/// Whether rows that are as they were were passed over.
fn passes_over(night: &Night) -> bool {
    night.events.iter().any(|event| matches!(event, Event::Unchanged(_)))
}

/// Each row ends once; of those that are passed over none does.
fn uncovered_rows(night: &Night) -> Vec<String> {
    let mut ended: Vec<u64> = night.endings().flat_map(|ending| &ending.lines).map(|line| line.0).collect();
    ended.sort_unstable();
    let mut rows = rows_of(&night.csv);
    if passes_over(night) {
        rows.retain(|row| ended.contains(row));
    }
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
    let since = remembered_since(&ledger);
    let is_post = |entry: &&LogEntry| line(entry) == "POST /client/" && entry.at >= since;
    for entry in log.iter().filter(is_post) {
        let id = entry.body.as_ref().and_then(|body| body["client_external_id"].as_str());
        posts.entry(id.unwrap_or_default().to_owned()).or_default().push(entry.at);
    }
    let mut faults = Vec::new();
    for (id, posts) in posts {
        let attempts = ledger.attempts(&ExternalId::new(&id)).unwrap();
        let is_post =
            |attempt: &&AttemptLine| attempt.request.starts_with("POST ") && attempt.sent_at >= since;
        let intents: Vec<&AttemptLine> = attempts.iter().rev().filter(is_post).collect();
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

/// Since when the ledger still has all attempts: those of runs before the last few are pruned with them.
fn remembered_since(ledger: &Ledger) -> jiff::Timestamp {
    let runs = ledger.runs(KEPT_RUNS).unwrap();
    let oldest = runs.last().filter(|_| runs.len() == KEPT_RUNS);
    oldest.map_or(jiff::Timestamp::MIN, |run| run.started_at)
}

fn secrets_in(world: &TestWorld, place: &str, bytes: &[u8]) -> Vec<String> {
    let mut secrets = world.secrets.lock().unwrap().clone();
    secrets.sort();
    secrets.dedup();
    let text = String::from_utf8_lossy(bytes);
    let holds = |secret: &String| text.contains(secret.as_str());
    secrets.iter().filter(|secret| holds(secret)).map(|_| format!("a secret stands in {place}")).collect()
}
