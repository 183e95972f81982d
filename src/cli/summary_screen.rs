//! The end of a run as a person reads it: what happened, what it cost, what is not in sync, and the next command.

use leapsync::event::{Ending, Event, Why};
use leapsync::journal::Outcome;
use leapsync::report::{Results, Summary, words};

use super::next::Next;
use super::numbers::{count, day_left, duration, grouped, local};
use super::output::safe;
use super::table::cut;

/// So many clients that are not in sync are shown.
const SHOWN: usize = 10;
/// The longest line for one of them.
const WIDTH: usize = 160;

/// Gathers what is not in sync.
#[derive(Default)]
pub(crate) struct Exceptions {
    lines: Vec<String>,
    all: u64,
}

impl Exceptions {
    /// Takes in one event.
    pub(crate) fn absorb(&mut self, event: &Event) {
        let Event::Ended(ending) = event else { return };
        if !is_exception(ending) {
            return;
        }
        self.all += 1;
        if self.lines.len() < SHOWN {
            self.lines.push(cut(&exception(ending), WIDTH));
        }
    }

    /// The exceptions as text; empty when there are none.
    pub(crate) fn text(&self) -> String {
        if self.all == 0 {
            return String::new();
        }
        let mut text = String::from("not in sync:\n");
        for line in &self.lines {
            text.push_str(&format!("  {line}\n"));
        }
        if self.all > self.lines.len() as u64 {
            let more = self.all - self.lines.len() as u64;
            text.push_str(&format!("  … and {} more\n", grouped(more)));
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

fn exception(ending: &Ending) -> String {
    let id = ending.external_id.as_ref().map_or_else(|| "(no id)".to_owned(), |id| safe(id.as_str()));
    let why = safe(&words::why(&ending.reason));
    if let Why::Problems(_) = ending.reason {
        // The problems name their rows themselves.
        return format!("{id}: rejected: {why}");
    }
    let row = ending.lines.first().map(|line| format!(" (row {line})")).unwrap_or_default();
    let action = if ending.is_gone() { "delete " } else { "" };
    format!("{id}{row}: {action}{}: {why}", ending.outcome.name().replace('_', " "))
}

/// The summary as text.
pub(crate) fn text(summary: &Summary, exceptions: &Exceptions, next: &Next) -> String {
    let mut text = String::new();
    if let Some(rows) = &summary.rows {
        let name = if summary.input.path.is_empty() { &summary.command } else { &summary.input.path };
        let footer = match rows.footer {
            0 => String::new(),
            footer => format!(", {} of a footer", count(footer, "row")),
        };
        let skipped = match rows.skipped {
            0 => String::new(),
            skipped => format!(", {} skipped", grouped(skipped)),
        };
        text.push_str(&format!(
            "{}: {}, {}, {} rejected{skipped}{footer}\n",
            safe(name),
            count(rows.read, "row"),
            count(rows.clients, "client"),
            count(rows.rejected, "row"),
        ));
    }
    if let Some(result) = &summary.result {
        text.push_str(&format!("{}\n", results(result)));
    }
    text.push_str(&cost_line(summary));
    text.push_str(&exceptions.text());
    if let Some(ledger) = &summary.ledger {
        text.push_str(&format!("ledger: {ledger}\n"));
    }
    text.push_str(&last_line(summary, next));
    text
}

/// What a run sent and used of the quota; empty when it never reached the server.
pub(crate) fn cost_line(summary: &Summary) -> String {
    let (Some(requests), Some(quota)) = (&summary.requests, &summary.quota) else { return String::new() };
    format!(
        "{} in {}, at most {} in any 60 s; quota of the day: {} used, {}\n",
        count(requests.total, "request"),
        lasted(summary.duration_s),
        grouped(requests.max_in_60s),
        grouped(quota.day_used),
        day_left(quota.day_left),
    )
}

/// A short run to a tenth of a second, a longer one as it suits it.
fn lasted(seconds: f64) -> String {
    if seconds < 10.0 { format!("{seconds:.1} s") } else { duration(seconds) }
}

fn results(result: &Results) -> String {
    let mut parts = vec![
        format!("{} created", grouped(result.created)),
        format!("{} updated", grouped(result.updated)),
        format!("{} unchanged", grouped(result.unchanged)),
    ];
    let further = [
        (result.failed, "failed"),
        (result.in_doubt, "in doubt"),
        (result.remaining, "remaining"),
        (result.gone, "gone from the file"),
        (result.deleted, "deleted"),
        (result.delete_refused, "deletes refused"),
        (result.held, "deletes held"),
        (result.settled, "settled"),
        (result.adopted, "adopted"),
    ];
    parts.extend(further.iter().filter(|(n, _)| *n > 0).map(|(n, name)| format!("{} {name}", grouped(*n))));
    parts.join(", ")
}

fn last_line(summary: &Summary, next: &Next) -> String {
    let reasons = summary.exit.reasons.join(", ").replace('_', " ");
    match summary.exit.code {
        0 if !summary.exit.reasons.iter().any(|reason| reason == "in_sync") => {
            format!("done as far as asked for ({reasons})\nnext: {}\n", next.again())
        }
        0 if summary.result.is_some_and(|result| result.failed > 0) => {
            "in sync, but for what is acknowledged\n".to_owned()
        }
        0 => "in sync\n".to_owned(),
        3 => format!("finished, but not all is in sync ({reasons})\nnext: {}\n", next.look("failures")),
        4 => format!("held back by a guard ({reasons})\nnext: {}\n", next.look("holds")),
        5 => match summary.exit.resume_at {
            Some(then) => format!(
                "stopped early ({reasons}); it can go on at {}\nnext: {}, then\n",
                local(then),
                next.again()
            ),
            None => format!("stopped early ({reasons})\nnext: {}\n", next.again()),
        },
        code => format!("ended with code {code} ({reasons})\n"),
    }
}
