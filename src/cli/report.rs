//! `--report` and `leapsync report`: the page of a run, written when the run ends and again later from the ledger.
//!
//! In: a run's summary and account, as it ends or as the ledger kept them. Out: one HTML file for its owner, because it names
//! customers.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use leapsync::ledger::{Ledger, LedgerError, Run};
use leapsync::operation::RunId;
use leapsync::page::{self, End, Reader, RunPage};
use leapsync::report::past::Past;
use leapsync::report::{Account, Summary};
use serde_json::{Value, json};

use super::args::ReportArguments;
use super::files::{self, REPORT, Readers};
use super::output::{print, safe};
use super::{language, logs, place};

/// So many runs are told of: all that a ledger keeps.
const RUNS: usize = 30;
/// More runs than a ledger ever holds.
const ALL: usize = 1_000;

/// A report was asked for that cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReportError {
    /// The ledger does not know the run.
    #[error("the ledger has no run {0}; it keeps the last {RUNS}")]
    Unknown(i64),
    /// There was no run yet.
    #[error("the ledger has no run yet")]
    None,
}

/// Writes the page of a run that has just ended; one that never came to a number has none.
pub(crate) fn write(path: &Path, summary: &Summary, account: &Account, ledger: &Path) -> anyhow::Result<()> {
    let Some(id) = summary.run_id else { return Ok(()) };
    let runs = Ledger::open_to_read(ledger).and_then(|ledger| ledger.runs(RUNS)).unwrap_or_default();
    let past: Vec<Past> =
        runs.iter().map(|run| if run.id.0 == id { Past::ended(id, summary) } else { past(run) }).collect();
    let page = RunPage { summary, account, end: End::Reached, past: &past };
    Ok(files::write(REPORT, path, &page::run(&page, &reader()), Readers::Owner)?)
}

/// `leapsync report`.
pub(crate) fn report(arguments: &ReportArguments) -> anyhow::Result<u8> {
    logs::start(&arguments.place);
    let place = place::find(&arguments.place)?;
    let ledger = Ledger::open_to_read(&place.ledger)?;
    let runs = ledger.runs(ALL)?;
    let run = chosen(&runs, arguments.run)?;
    let account = kept(&ledger, run.id)?;
    if arguments.place.json {
        let summary: Option<Value> = run.summary.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let object = json!({
            "schema": "leapsync.report/1", "run_id": run.id, "command": run.command, "input": run.input,
            "started_at": run.started_at, "finished_at": run.finished_at, "summary": summary, "account": account,
        });
        print(&format!("{object}\n"));
        return Ok(0);
    }
    let (summary, end) = told(run, &place.ledger);
    let before = runs.iter().filter(|other| other.id <= run.id).take(RUNS);
    let past: Vec<Past> = before.map(past).collect();
    let page = RunPage { summary: &summary, account: &account.unwrap_or_default(), end, past: &past };
    let text = page::run(&page, &reader());
    let out =
        arguments.out.clone().unwrap_or_else(|| PathBuf::from(format!("leapsync-run-{}.html", run.id.0)));
    if out == Path::new("-") {
        print(&text);
        return Ok(0);
    }
    files::check_all(&[(REPORT, Some(&out))], &[&place.ledger])?;
    files::write(REPORT, &out, &text, Readers::Owner)?;
    let path = safe(&out.display().to_string());
    print(&(language::texts().say_with("report-wrote", &[("path", path.into())]) + "\n"));
    Ok(0)
}

fn chosen(runs: &[Run], number: Option<i64>) -> Result<&Run, ReportError> {
    match number {
        None => runs.first().ok_or(ReportError::None),
        Some(number) => runs.iter().find(|run| run.id.0 == number).ok_or(ReportError::Unknown(number)),
    }
}

/// The account that the ledger kept; none when the run did not end, or another version of leapsync wrote it.
fn kept(ledger: &Ledger, run: RunId) -> Result<Option<Account>, LedgerError> {
    let text = ledger.account(run)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// The summary of a run, and whether it came to its end.
fn told(run: &Run, ledger: &Path) -> (Summary, End) {
    if let Some(summary) = summary(run) {
        return (summary, End::Reached);
    }
    let mut summary = Summary::begin(&run.command, &run.input, run.started_at);
    summary.run_id = Some(run.id.0);
    summary.ledger = Some(ledger.display().to_string());
    summary.exit.code = run.exit_code.unwrap_or_default();
    (summary, if run.exit_code.is_some() { End::Reached } else { End::NotReached })
}

fn summary(run: &Run) -> Option<Summary> {
    serde_json::from_str(run.summary.as_deref()?).ok()
}

fn past(run: &Run) -> Past {
    match summary(run) {
        Some(summary) => Past::ended(run.id.0, &summary),
        None => Past { code: run.exit_code, ..Past::unfinished(run.id.0, &run.command, run.started_at) },
    }
}

/// Who reads a page: the language of this process, the time zone of this machine.
pub(crate) fn reader() -> Reader {
    Reader { texts: language::texts(), zone: TimeZone::system() }
}
