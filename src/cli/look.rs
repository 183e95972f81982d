//! `status` and `failures`: what the ledger knows, for people and for scripts.

use leapsync::journal::{Action, Failure};
use leapsync::ledger::{Ledger, Run};
use leapsync::operation::State;
use leapsync::report::{Summary, names, words};
use leapsync::texts::Texts;
use serde_json::{Value, json};

use super::args::{HistoryArguments, LookArguments, PlaceArguments};
use super::next::Next;
use super::numbers::{day_left, duration, local};
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
    let texts = language::texts();
    let mut lines = vec![texts.say_with("look-ledger", &[("path", path.into())])];
    lines.push(match ledger.binding()? {
        Some(account) => {
            let arguments =
                [("partner", account.partner.to_string().into()), ("origin", account.origin.into())];
            texts.say_with("look-account", &arguments)
        }
        None => texts.say("look-no-account"),
    });
    let is_open = |state: &State| matches!(state, State::Creating | State::Patching | State::Removing);
    let open: u64 = counts.iter().filter(|(state, _)| is_open(state)).map(|(_, n)| n).sum();
    let known: u64 = counts.values().sum();
    let unfinished = runs.first().is_some_and(|run| run.finished_at.is_none());
    let states = states(texts, &counts.into_iter().collect::<Vec<_>>());
    lines.push(texts.say_with("look-clients", &[("states", states.into())]));
    if let Some(quota) = runs.iter().find_map(|run| summary(run)?.quota) {
        let left = day_left(texts, quota.day_left);
        lines.push(texts.say_with("look-quota", &[("used", quota.day_used.into()), ("left", left.into())]));
    }
    lines.push(texts.say("look-last-runs"));
    let rows = runs.iter().map(|run| run_row(texts, run).to_vec()).collect::<Vec<_>>();
    lines.push(aligned(&rows, "  ").trim_end_matches('\n').to_owned());
    lines.push(match failures {
        0 if open > 0 || unfinished => texts.say("look-not-finished"),
        0 if known == 0 => texts.say("look-no-client-known"),
        0 => texts.say("look-all-in-sync"),
        n => format!("{}\n{}", texts.say_with("look-not-in-sync", &[("count", n.into())]), next(texts)),
    });
    lines.retain(|line| !line.is_empty());
    print(&lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect::<String>());
    Ok(0)
}

/// What is not in sync is told by another command.
fn next(texts: Texts) -> String {
    let command = Next::from_command_line().look("failures");
    texts.say_with("look-next", &[("command", command.into())])
}

fn states(texts: Texts, counts: &[(State, u64)]) -> String {
    if counts.is_empty() {
        return texts.say("look-no-clients");
    }
    let state = |(state, count): &(State, u64)| {
        let state = names::state(texts, *state);
        texts.say_with("look-state", &[("count", (*count).into()), ("state", state.into())])
    };
    counts.iter().map(state).collect::<Vec<_>>().join(&texts.say("words-comma"))
}

fn summary(run: &Run) -> Option<Summary> {
    serde_json::from_str(run.summary.as_deref()?).ok()
}

fn run_row(texts: Texts, run: &Run) -> [String; 6] {
    let what = summary(run).and_then(|summary| summary.result).map_or_else(String::new, |result| {
        let figures = [
            ("created", result.created.into()),
            ("updated", result.updated.into()),
            ("deleted", result.deleted.into()),
        ];
        texts.say_with("look-run-did", &figures)
    });
    let end = match run.exit_code {
        Some(code) => texts.say_with("look-code", &[("code", code.to_string().into())]),
        None => texts.say("look-did-not-end"),
    };
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
    let texts = language::texts();
    if runs.is_empty() {
        let next = [("command", "leapsync plan CSV".into())];
        print(&format!("{}\n{}\n", texts.say("look-no-runs"), texts.say_with("look-next", &next)));
        return Ok(0);
    }
    let heads = [
        "look-head-run",
        "look-head-started",
        "look-head-took",
        "look-head-command",
        "look-head-input",
        "look-head-end",
        "look-head-what",
    ];
    let heads = heads.iter().map(|head| texts.say(head)).collect();
    let rows = runs.iter().map(|run| history_row(texts, run));
    let rows: Vec<Vec<String>> = std::iter::once(heads).chain(rows).collect();
    print(&format!("{}{}\n", aligned(&rows, ""), next(texts)));
    Ok(0)
}

fn history_row(texts: Texts, run: &Run) -> Vec<String> {
    let [id, started, command, input, mut end, what] = run_row(texts, run);
    let summary = summary(run);
    let took = summary.as_ref().map_or_else(|| "-".to_owned(), |it| duration(texts, it.duration_s));
    if let Some(summary) = &summary {
        let reasons = names::reasons(texts, &summary.exit.reasons);
        end = texts.say_with("look-code-because", &[("end", end.into()), ("reasons", reasons.into())]);
    }
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
    let texts = language::texts();
    if failures.is_empty() {
        print(&(texts.say("look-nothing-failed") + "\n"));
        return Ok(0);
    }
    let mut text: String = failures.iter().map(|failure| failure_lines(texts, failure)).collect();
    let count = [("count", failures.len().into())];
    text.push_str(&format!("{}\n{}\n", texts.say_with("look-not-in-sync", &count), texts.say("look-mend")));
    print(&text);
    Ok(0)
}

fn failure_lines(texts: Texts, failure: &Failure) -> String {
    let id = match failure.external_id.as_str() {
        "" => texts.say("look-no-id"),
        id => safe(id),
    };
    let mut what = names::outcome(texts, failure.outcome);
    if failure.action != Action::None {
        let action = names::action(texts, failure.action);
        what = texts.say_with("look-action", &[("action", action.into()), ("outcome", what.into())]);
    }
    let (id, what) = (("id", id.into()), ("what", what.into()));
    let head = match failure.line {
        Some(line) => texts.say_with("look-failure-in-row", &[id, ("line", line.to_string().into()), what]),
        None => texts.say_with("look-failure", &[id, what]),
    };
    format!("{head}\n    {}\n", safe(&words::failure(texts, failure)))
}
