//! The end of a run as a person reads it: what happened, what it cost, what is not in sync, and the next command.

use leapsync::event::{Ending, Event, Why};
use leapsync::journal::Outcome;
use leapsync::report::{Results, Rows, Summary, names, words};
use leapsync::texts::{Texts, Value};

use super::next::Next;
use super::numbers::{day_left, lasted, local};
use super::output::safe;
use super::table::cut;

/// So many clients that are not in sync are shown.
const SHOWN: usize = 10;
/// The longest line for one of them.
const WIDTH: usize = 160;

/// Gathers what is not in sync.
#[derive(Default)]
pub(crate) struct Exceptions {
    texts: Texts,
    lines: Vec<String>,
    all: u64,
}

impl Exceptions {
    /// None yet; they are told by `texts`.
    pub(crate) fn new(texts: Texts) -> Self {
        Self { texts, ..Self::default() }
    }

    /// Takes in one event.
    pub(crate) fn absorb(&mut self, event: &Event) {
        let Event::Ended(ending) = event else { return };
        if !is_exception(ending) {
            return;
        }
        self.all += 1;
        if self.lines.len() < SHOWN {
            self.lines.push(cut(&exception(self.texts, ending), WIDTH));
        }
    }

    /// The exceptions as text; empty when there are none.
    pub(crate) fn text(&self) -> String {
        if self.all == 0 {
            return String::new();
        }
        let mut text = self.texts.say("summary-not-in-sync") + "\n";
        for line in &self.lines {
            text.push_str(&format!("  {line}\n"));
        }
        if self.all > self.lines.len() as u64 {
            let more = self.all - self.lines.len() as u64;
            text.push_str(&format!("  {}\n", self.texts.say_with("summary-more", &[("count", more.into())])));
        }
        text
    }
}

fn is_exception(ending: &Ending) -> bool {
    match ending.outcome {
        Outcome::Done | Outcome::Unchanged | Outcome::Skipped | Outcome::Reported | Outcome::Remaining => {
            false
        }
        // The guard has said so itself, once for all of them.
        Outcome::Held if matches!(ending.reason, Why::Guard | Why::Hold(_)) => false,
        Outcome::Rejected
        | Outcome::Refused
        | Outcome::Blocked
        | Outcome::Conflict
        | Outcome::Missing
        | Outcome::InDoubt
        | Outcome::Held => true,
    }
}

fn exception(texts: Texts, ending: &Ending) -> String {
    let id = ending.external_id.as_ref();
    let id = id.map_or_else(|| texts.say("summary-no-id"), |id| safe(id.as_str()));
    let mut outcome = names::outcome(texts, ending.outcome);
    // Problems name their rows themselves, and nobody asked for a delete of rows that cannot be used.
    let is_rejected = matches!(ending.reason, Why::Problems(_));
    if ending.is_gone() && !is_rejected {
        outcome = texts.say_with("summary-delete", &[("outcome", outcome.into())]);
    }
    let why = safe(&words::why(texts, &ending.reason));
    let (id, outcome, why) = (("id", Value::from(id)), ("outcome", outcome.into()), ("why", why.into()));
    match ending.lines.first().filter(|_| !is_rejected) {
        Some(line) => {
            let line = ("line", line.to_string().into());
            texts.say_with("summary-exception-in-row", &[id, line, outcome, why])
        }
        None => texts.say_with("summary-exception", &[id, outcome, why]),
    }
}

/// The summary as text.
pub(crate) fn text(texts: Texts, summary: &Summary, exceptions: &Exceptions, next: &Next) -> String {
    let mut lines = Vec::new();
    if let Some(rows) = &summary.rows {
        let name = if summary.input.path.is_empty() { &summary.command } else { &summary.input.path };
        let arguments = [("name", safe(name).into()), ("parts", input(texts, rows).into())];
        lines.push(texts.say_with("summary-input", &arguments));
    }
    if let Some(result) = &summary.result {
        lines.push(results(texts, result));
    }
    lines.extend(cost_line(texts, summary));
    let mut text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    text.push_str(&exceptions.text());
    if let Some(ledger) = &summary.ledger {
        text.push_str(&texts.say_with("summary-ledger", &[("path", ledger.into())]));
        text.push('\n');
    }
    text + &last_lines(texts, summary, next) + "\n"
}

/// What a run sent and used of the quota; none when it never reached the server.
pub(crate) fn cost_line(texts: Texts, summary: &Summary) -> Option<String> {
    let (requests, quota) = summary.requests.as_ref().zip(summary.quota.as_ref())?;
    let arguments = [
        ("requests", requests.total.into()),
        ("time", lasted(texts, summary.duration_s).into()),
        ("most", requests.max_in_60s.into()),
        ("used", quota.day_used.into()),
        ("left", day_left(texts, quota.day_left).into()),
    ];
    Some(texts.say_with("summary-quota", &arguments))
}

/// What the file held.
fn input(texts: Texts, rows: &Rows) -> String {
    let counted = |key: &str, count: u64| texts.say_with(key, &[("count", count.into())]);
    let mut parts = vec![
        counted("number-rows", rows.read),
        counted("number-clients", rows.clients),
        counted("summary-rejected-rows", rows.rejected),
    ];
    let further = [("summary-skipped", rows.skipped), ("summary-footer", rows.footer)];
    parts.extend(further.iter().filter(|(_, n)| *n > 0).map(|(key, n)| counted(key, *n)));
    parts.join(&texts.say("words-comma"))
}

fn results(texts: Texts, result: &Results) -> String {
    let counted = |key: &str, count: u64| texts.say_with(key, &[("count", count.into())]);
    let mut parts = vec![
        counted("summary-created", result.created),
        counted("summary-updated", result.updated),
        counted("summary-unchanged", result.unchanged),
    ];
    let further = [
        ("summary-failed", result.failed),
        ("summary-in-doubt", result.in_doubt),
        ("summary-remaining", result.remaining),
        ("summary-gone", result.gone),
        ("summary-deleted", result.deleted),
        ("summary-archived", result.archived),
        ("summary-delete-refused", result.delete_refused),
        ("summary-held", result.held),
        ("summary-settled", result.settled),
        ("summary-adopted", result.adopted),
    ];
    parts.extend(further.iter().filter(|(_, n)| *n > 0).map(|(key, n)| counted(key, *n)));
    parts.join(&texts.say("words-comma"))
}

/// How it ended, and the next command if there is one.
fn last_lines(texts: Texts, summary: &Summary, next: &Next) -> String {
    let reasons = ("reasons", Value::from(names::reasons(texts, &summary.exit.reasons)));
    let followed_by = |ending: String, key: &str, command: String| {
        format!("{ending}\n{}", texts.say_with(key, &[("command", command.into())]))
    };
    match summary.exit.code {
        0 if !summary.exit.reasons.iter().any(|reason| reason == "in_sync") => {
            followed_by(texts.say_with("summary-as-asked", &[reasons]), "summary-next", next.again())
        }
        0 if summary.result.is_some_and(|result| result.failed > 0) => texts.say("summary-acknowledged"),
        0 => texts.say("summary-in-sync"),
        3 => {
            followed_by(texts.say_with("summary-not-all", &[reasons]), "summary-next", next.look("failures"))
        }
        4 => followed_by(texts.say_with("summary-held-back", &[reasons]), "summary-next", next.look("holds")),
        5 => match summary.exit.resume_at {
            Some(then) => {
                let ending =
                    texts.say_with("summary-stopped-until", &[reasons, ("until", local(then).into())]);
                followed_by(ending, "summary-next-then", next.again())
            }
            None => followed_by(texts.say_with("summary-stopped", &[reasons]), "summary-next", next.again()),
        },
        code => texts.say_with("summary-ended", &[("code", code.to_string().into()), reasons]),
    }
}
