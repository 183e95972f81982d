//! The report of one run: one sentence, what was asked, the figures, what needs a person, what changed, what it cost.

use maud::{Markup, html};

use super::figures::{State, figures};
use super::words::{Foreign, Prose, duration};
use super::{Reader, changes, charts, exceptions, framed, nights};
use crate::report::account::{Account, Breadth};
use crate::report::past::Past;
use crate::report::{Rows, Summary};
use crate::settings::OnGone;

/// Whether a run came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It did.
    Reached,
    /// It goes on, or was interrupted.
    NotReached,
}

/// All that the report of a run tells.
#[derive(Debug, Clone, Copy)]
pub struct RunPage<'a> {
    /// The figures.
    pub summary: &'a Summary,
    /// What is told besides.
    pub account: &'a Account,
    /// Whether it came to its end.
    pub end: End,
    /// The runs up to this one, newest first.
    pub past: &'a [Past],
}

/// The report of a run as one page.
#[must_use]
pub fn run(page: &RunPage<'_>, reader: &Reader) -> String {
    let number = page.summary.run_id.map_or_else(|| "–".to_owned(), |id| id.to_string());
    let title = reader.texts.say_with("report-title", &[("run", (&number).into())]);
    let body = html! {
        header {
            (origin(page, reader, &number))
            (State::of(page).shown(reader))
            h1 { (headline(page, reader)) }
            (asked(page, reader))
        }
        (figures(page, reader))
        (exceptions::section(page, reader))
        (changes::section(page.account, reader))
        (charts::section(page, reader))
        (nights::section(page, reader))
        (foot(page.summary, reader))
    };
    framed(reader, &title, &body)
}

/// Which run it was, and when.
fn origin(page: &RunPage<'_>, reader: &Reader, number: &str) -> Markup {
    let Summary { command, started_at, finished_at, duration_s, .. } = page.summary;
    let run = [("run", number.into()), ("command", command.into())];
    let started = reader.time(*started_at);
    html! {
        div.run {
            span { (reader.texts.say_with("report-run", &run)) }
            span {
                time datetime=(started_at) { (started) }
                @if page.end == End::Reached {
                    @let finished = reader.time(*finished_at);
                    @if finished != started { " – " time datetime=(finished_at) { (&finished[started.len() - 5..]) } }
                    " (" (duration(reader, *duration_s)) ")"
                }
            }
        }
    }
}

/// The reasons for which nothing at all was sent.
const STOPS_ALL: [&str; 2] = ["run_held", "mapping_changed"];

/// What happened, in one sentence.
fn headline(page: &RunPage<'_>, reader: &Reader) -> String {
    let Summary { rows, result, plan, exit, .. } = page.summary;
    let counted = |key, arguments: &[(&str, u64)]| {
        let arguments: Vec<_> = arguments.iter().map(|(name, value)| (*name, (*value).into())).collect();
        reader.texts.say_with(key, &arguments)
    };
    let result_of = result.unwrap_or_default();
    let done = result_of.created + result_of.updated + result_of.deleted + result_of.archived;
    let planned = plan.map_or(0, |plan| plan.create + plan.update + plan.delete);
    let clients = rows.map_or(0, |rows| rows.clients);
    match (State::of(page), result.is_some()) {
        (State::Unfinished, _) => reader.say("report-headline-unfinished"),
        (State::InSync, _) if result_of.remaining > 0 => {
            counted("report-headline-limited", &[("changes", done), ("remaining", result_of.remaining)])
        }
        (State::InSync, _) if rows.is_none() => counted("report-headline-mended", &[("changes", done)]),
        (State::InSync, _) if done == 0 => counted("report-headline-nothing", &[("clients", clients)]),
        (State::InSync, _) => counted("report-headline-done", &[("clients", clients), ("changes", done)]),
        (State::Attention, _) => {
            counted("report-headline-attention", &[("exceptions", page.not_in_sync()), ("changes", done)])
        }
        (State::Held, _) if exit.reasons.iter().any(|reason| STOPS_ALL.contains(&reason.as_str())) => {
            counted("report-headline-held", &[("planned", planned)])
        }
        (State::Held, _) => {
            let held: u64 = page.account.held.iter().map(|held| held.changes).sum();
            counted("report-headline-part-held", &[("held", held.max(result_of.held))])
        }
        (State::Early, true) if done >= planned && planned > 0 => {
            counted("report-headline-all-but", &[("changes", done)])
        }
        (State::Early, true) => counted("report-headline-early", &[("done", done), ("planned", planned)]),
        (State::Early | State::Failed, _) => reader.say("report-headline-failed"),
    }
}

/// What was asked, and of which file.
fn asked(page: &RunPage<'_>, reader: &Reader) -> Markup {
    let Summary { input, rows, exit, .. } = page.summary;
    let reasons: Vec<String> = exit.reasons.iter().filter_map(|reason| why_so(reader, reason)).collect();
    let gap = reader.say("report-gap");
    html! {
        @if !reasons.is_empty() { p.lead { (reasons.join(&gap)) } }
        @if let Some(then) = exit.resume_at {
            p.lead { (reader.texts.say_with("report-resume", &[("time", reader.time(then).into())])) }
        }
        @if let Some(error) = &page.account.error { p.lead { samp lang="en" { (Prose(error)) } } }
        @if !input.path.is_empty() {
            p.lead {
                (reader.say("report-asked")) " "
                b { (Foreign(&input.path)) }
                @if let Some(rows) = rows { (gap) (read(rows, reader)) }
                (gap) (wish(page.account, reader))
            }
        }
    }
}

/// What the file held.
fn read(rows: &Rows, reader: &Reader) -> String {
    let given = [("rows", rows.read.into()), ("clients", rows.clients.into())];
    let mut text = reader.texts.say_with("report-read", &given);
    let left_out = [
        ("report-read-rejected", rows.rejected),
        ("report-read-skipped", rows.skipped),
        ("report-read-footer", rows.footer),
    ];
    for (key, number) in left_out.into_iter().filter(|(_, number)| *number > 0) {
        text.push_str(&reader.texts.say_with(key, &[("rows", number.into())]));
    }
    text + &reader.say("report-read-end")
}

/// What was to become of whom.
fn wish(account: &Account, reader: &Reader) -> String {
    let breadth = match account.asked.breadth {
        Breadth::Full => None,
        Breadth::Partial => Some(reader.say("report-asked-partial")),
        Breadth::Only(clients) => {
            Some(reader.texts.say_with("report-asked-only", &[("clients", clients.into())]))
        }
    };
    let gone = match account.asked.on_gone {
        OnGone::Report => reader.say("report-asked-report"),
        OnGone::Archive => reader.say("report-asked-archive"),
        OnGone::Delete => reader.say("report-asked-delete"),
    };
    let limit = account
        .asked
        .limit
        .map(|limit| reader.texts.say_with("report-asked-limit", &[("limit", limit.into())]));
    let parts = [breadth.or(Some(gone)), limit].into_iter().flatten();
    parts.collect::<Vec<_>>().join(&reader.say("report-gap"))
}

/// The sentence for a reason, where the headline does not say it yet.
fn why_so(reader: &Reader, reason: &str) -> Option<String> {
    let key = match reason {
        "mapping_changed" => "report-reason-mapping-changed",
        held if held.ends_with("_held") => "report-reason-held",
        "day_quota" => "report-reason-day-quota",
        "max_requests" => "report-reason-max-requests",
        "max_duration" => "report-reason-max-duration",
        "signal" => "report-reason-signal",
        "unreachable" => "report-reason-unreachable",
        "credentials" | "credentials_refused" => "report-reason-credentials",
        "doubtful" => "report-reason-doubtful",
        "refused_alike" => "report-reason-refused-alike",
        "ledger_failed" | "ledger" | "temporary_storage" => "report-reason-storage",
        "list_unread" => "report-reason-list-unread",
        "results_not_written" | "rejects_not_written" | "metrics_not_written" | "report_not_written" => {
            "report-reason-file"
        }
        "partner" | "other_account" => "report-reason-account",
        "input" => "report-reason-input",
        "mapping" | "configuration" => "report-reason-configuration",
        _ => return None,
    };
    Some(reader.say(key))
}

fn foot(summary: &Summary, reader: &Reader) -> Markup {
    html! {
        footer {
            @if let Some(ledger) = &summary.ledger {
                p { (reader.say("report-ledger")) " " code { (Foreign(ledger)) } }
            }
            p { (reader.say("report-private")) }
        }
    }
}
