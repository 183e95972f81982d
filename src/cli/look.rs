//! `status` and `failures`: what the ledger knows, for people and for scripts.

use leapsync::ledger::{Ledger, Run};
use leapsync::operation::State;
use leapsync::report::Summary;
use serde_json::{Value, json};

use super::args::{HistoryArguments, LookArguments, PlaceArguments};
use super::next::Next;
use super::numbers::{day_left, duration, grouped, local};
use super::output::{print, safe};
use super::table::aligned;
use super::{language, logs, place};

/// So many runs are shown.
const RUNS: usize = 5;
/// So many failures are read at most.
const FAILURES: usize = 100_000;

fn open(arguments: &PlaceArguments) -> anyhow::Result<Ledger> {
    logs::start(arguments);
    let place = place::find(arguments)?;
    Ok(Ledger::open_to_read(&place.ledger)?)
}

/// `leapsync status`.
pub(crate) fn status(arguments: &LookArguments) -> anyhow::Result<u8> {
    let ledger = open(&arguments.place)?;
    let runs = ledger.runs(RUNS)?;
    let counts = ledger.counts()?;
    let failures: u64 = ledger.failure_counts()?.values().sum();
    let path = ledger.path().map(|path| path.display().to_string()).unwrap_or_default();
    if arguments.place.json {
        let clients: Value = counts.iter().map(|(state, n)| (state.name().to_owned(), json!(n))).collect();
        let runs: Vec<Value> = runs.iter().map(run_json).collect();
        let value = json!({
            "schema": "leapsync.status/1", "ledger": path, "clients": clients, "failures": failures, "runs": runs,
        });
        print(&format!("{value}\n"));
        return Ok(0);
    }
    let mut text = format!("ledger: {path}\n");
    match ledger.binding()? {
        Some(account) => {
            text.push_str(&format!("account: partner {} at {}\n", account.partner, account.origin));
        }
        None => text.push_str("account: none yet\n"),
    }
    let is_open = |state: &State| matches!(state, State::Creating | State::Patching | State::Removing);
    let open: u64 = counts.iter().filter(|(state, _)| is_open(state)).map(|(_, n)| n).sum();
    let known: u64 = counts.values().sum();
    let unfinished = runs.first().is_some_and(|run| run.finished_at.is_none());
    text.push_str(&format!("clients: {}\n", states(&counts.into_iter().collect::<Vec<_>>())));
    if let Some(quota) = runs.iter().find_map(|run| summary(run)?.quota) {
        text.push_str(&format!(
            "quota of the day at the end of the last run: {} used, {}\n",
            grouped(quota.day_used),
            day_left(language::texts(), quota.day_left)
        ));
    }
    text.push_str("last runs:\n");
    text.push_str(&aligned(&runs.iter().map(|run| run_row(run).to_vec()).collect::<Vec<_>>(), "  "));
    text.push_str(&match failures {
        0 if open > 0 || unfinished => {
            "not finished: a run goes on, or was interrupted and can simply be started again\n".to_owned()
        }
        0 if known == 0 => "no client is known yet\n".to_owned(),
        0 => "all known clients are in sync\n".to_owned(),
        n => format!("{} not in sync\nnext: {}\n", grouped(n), Next::from_command_line().look("failures")),
    });
    print(&text);
    Ok(0)
}

fn states(counts: &[(State, u64)]) -> String {
    if counts.is_empty() {
        return "none yet".to_owned();
    }
    let parts: Vec<String> = counts.iter().map(|(state, n)| format!("{} {state}", grouped(*n))).collect();
    parts.join(", ")
}

fn summary(run: &Run) -> Option<Summary> {
    serde_json::from_str(run.summary.as_deref()?).ok()
}

fn run_row(run: &Run) -> [String; 6] {
    let what = summary(run).and_then(|summary| summary.result).map_or_else(String::new, |result| {
        format!(
            "{} created, {} updated, {} deleted",
            grouped(result.created),
            grouped(result.updated),
            grouped(result.deleted)
        )
    });
    let end = run.exit_code.map_or_else(|| "did not end".to_owned(), |code| format!("code {code}"));
    [run.id.0.to_string(), local(run.started_at), run.command.clone(), safe(&run.input), end, what]
}

fn run_json(run: &Run) -> Value {
    let summary = run.summary.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    json!({
        "run_id": run.id, "command": run.command, "input": run.input, "started_at": run.started_at,
        "finished_at": run.finished_at, "exit_code": run.exit_code, "summary": summary,
    })
}

/// `leapsync history`.
pub(crate) fn history(arguments: &HistoryArguments) -> anyhow::Result<u8> {
    let ledger = open(&arguments.place)?;
    let runs = ledger.runs(arguments.last)?;
    if arguments.place.json {
        let runs: Vec<Value> = runs.iter().map(run_json).collect();
        print(&format!("{}\n", json!({"schema": "leapsync.history/1", "runs": runs})));
        return Ok(0);
    }
    if runs.is_empty() {
        print("no runs yet\nnext: leapsync plan CSV\n");
        return Ok(0);
    }
    let heads = ["run", "started", "took", "command", "input", "end", "what happened"];
    let heads = heads.iter().map(|head| (*head).to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(heads).chain(runs.iter().map(history_row)).collect();
    print(&aligned(&rows, ""));
    print(&format!("next: {}\n", Next::from_command_line().look("failures")));
    Ok(0)
}

fn history_row(run: &Run) -> Vec<String> {
    let [id, started, command, input, end, what] = run_row(run);
    let took = summary(run)
        .map_or_else(|| "-".to_owned(), |summary| duration(language::texts(), summary.duration_s));
    let reasons = summary(run).map(|summary| summary.exit.reasons.join(", ").replace('_', " "));
    let end = reasons.map_or_else(|| end.clone(), |reasons| format!("{end}: {reasons}"));
    vec![id, started, took, command, input, end, what]
}

/// `leapsync failures`.
pub(crate) fn failures(arguments: &LookArguments) -> anyhow::Result<u8> {
    let ledger = open(&arguments.place)?;
    let failures = ledger.failures(FAILURES)?;
    if arguments.place.json {
        let list: Vec<Value> = failures
            .iter()
            .map(|failure| {
                json!({
                    "client_external_id": failure.external_id, "line": failure.line,
                    "action": failure.action, "outcome": failure.outcome,
                    "http_status": failure.status, "message": failure.message,
                })
            })
            .collect();
        print(&format!("{}\n", json!({"schema": "leapsync.failures/1", "failures": list})));
        return Ok(0);
    }
    if failures.is_empty() {
        print("nothing failed: all known clients are in sync\n");
        return Ok(0);
    }
    let mut text = String::new();
    for failure in &failures {
        let id = if failure.external_id.is_empty() { "(no id)" } else { failure.external_id.as_str() };
        let row = failure.line.map(|line| format!(", row {line}")).unwrap_or_default();
        let outcome = failure.outcome.name().replace('_', " ");
        let (id, message) = (safe(id), safe(&failure.message));
        let action = match failure.action.name() {
            "none" => String::new(),
            name => format!("{name} "),
        };
        text.push_str(&format!("{id}{row}: {action}{outcome}\n    {message}\n"));
    }
    text.push_str(&format!("{} not in sync\n", grouped(failures.len() as u64)));
    text.push_str(
        "next: mend the rows or the clients named above, then run the same `leapsync sync` again\n",
    );
    print(&text);
    Ok(0)
}
