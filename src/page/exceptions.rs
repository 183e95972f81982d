//! What needs a person, before everything else: kind by kind, each client with its row, its code, its name, the reason and
//! the next step.

use maud::{Markup, html};

use super::figures::{CROSS, RING, SQUARE, TRIANGLE, mark};
use super::run::RunPage;
use super::words::{Foreign, Prose, code, command, grouped, rows};
use super::{Reader, holds};
use crate::event::Why;
use crate::plan::Block;
use crate::record::ExternalId;
use crate::report::exception::{Exception, Kind};
use crate::report::harmless::quoted;
use crate::report::listed::Listed;
use crate::report::words;

/// How a kind of trouble is shown: the keys of its name and its advice, its colour, its mark.
struct Face {
    name: &'static str,
    advice: &'static str,
    class: &'static str,
    shape: &'static str,
}

/// The section of everything that needs a person; a calm line when nothing does.
pub(super) fn section(page: &RunPage<'_>, reader: &Reader) -> Markup {
    let account = page.account;
    let whole = account.exceptions.is_empty() && account.held.is_empty();
    html! {
        section {
            h2 { (reader.say("report-exceptions")) }
            @for held in &account.held { (holds::notice(held, reader)) }
            @if whole {
                @let said = reader.say(if page.not_in_sync() == 0 { "report-none" } else { "report-not-kept" });
                p.advice { (Prose(&said)) }
            }
            @for (kind, list) in &account.exceptions {
                (group(*kind, list, page, reader))
            }
        }
    }
}

fn group(kind: Kind, list: &Listed<Exception>, page: &RunPage<'_>, reader: &Reader) -> Markup {
    let Face { name, advice, class, shape } = face(kind);
    let (by_hand, gap) = (by_hand(kind), reader.say("report-gap"));
    html! {
        h3.(class) { (mark(shape)) span { (reader.say(name)) } span.many { (grouped(list.total)) } }
        p.advice {
            (reader.say(advice))
            @if let Some(step) = by_hand { (gap) b { (reader.say("report-next-is")) } (gap) (reader.say(step)) }
        }
        table.fold {
            thead {
                tr {
                    th.row scope="col" { (reader.say("report-row")) }
                    th.code scope="col" { (reader.say("report-code")) }
                    th.name scope="col" { (reader.say("report-name")) }
                    th.why scope="col" { (reader.say("report-why")) }
                    @if by_hand.is_none() { th.step scope="col" { (reader.say("report-next")) } }
                }
            }
            tbody { @for exception in &list.first { (line(kind, exception, page, reader)) } }
        }
        @if list.rest() > 0 {
            @let more = reader.texts.say_with("report-more-exceptions", &[("count", list.rest().into())]);
            p.rest { (Prose(&more)) }
        }
    }
}

fn line(kind: Kind, exception: &Exception, page: &RunPage<'_>, reader: &Reader) -> Markup {
    let Exception { external_id, name, lines, rows: all, mid: _, why, more_problems } = exception;
    html! {
        tr {
            td.row data-label=(reader.say("report-row")) { (rows(lines, *all)) }
            td.code { (code(reader, external_id.as_ref())) }
            td.name { (Foreign(name)) }
            td.why {
                @for reason in reasons(why, reader) { p { (Prose(&reason)) } }
                @if *more_problems > 0 {
                    p { (reader.texts.say_with("report-more-problems", &[("count", (*more_problems).into())])) }
                }
            }
            @if by_hand(kind).is_none() { td.step { (step(kind, exception, page, reader)) } }
        }
    }
}

fn reasons(why: &Why, reader: &Reader) -> Vec<String> {
    match why {
        Why::Problems(problems) => problems.iter().map(|it| words::problem(reader.texts, it)).collect(),
        other => vec![words::why(reader.texts, other)],
    }
}

/// What is done by hand, the same for every client of a kind; other kinds have a command for each.
fn by_hand(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::InDoubt => Some("report-step-again"),
        Kind::Conflict => Some("report-step-conflict"),
        Kind::Rejected => Some("report-step-rejected"),
        Kind::Acknowledged => Some("report-step-acknowledged"),
        Kind::Missing | Kind::Refused | Kind::DeleteRefused | Kind::Blocked | Kind::Held => None,
    }
}

/// The command that helps.
fn step(kind: Kind, exception: &Exception, page: &RunPage<'_>, reader: &Reader) -> Markup {
    let of_client = |name: &str, behind: &str| {
        let told = exception.external_id.as_ref().map(|id: &ExternalId| command(name, id, behind));
        html! { @if let Some(told) = told { code { (told) } } }
    };
    match (kind, &exception.why) {
        (Kind::Missing, _) => of_client("retry", "--recreate"),
        (Kind::Refused | Kind::DeleteRefused, _) => of_client("retry", ""),
        (Kind::Blocked, Why::Block(Block::SameName(_))) => {
            let file = quoted(&page.summary.input.path);
            html! { code { "leapsync adopt --match name " (file) " --write" } }
        }
        (Kind::Held, Why::Hold(hold)) => html! { code { "leapsync approve " (hold) } },
        (Kind::Held, _) => html! { (reader.say("report-step-held")) },
        _ => of_client("why", ""),
    }
}

fn face(kind: Kind) -> Face {
    let (name, advice, class, shape) = match kind {
        Kind::InDoubt => ("report-in-doubt", "report-advice-in-doubt", "grave", RING),
        Kind::Conflict => ("report-conflict", "report-advice-conflict", "grave", CROSS),
        Kind::Missing => ("report-missing", "report-advice-missing", "grave", CROSS),
        Kind::Refused => ("report-refused", "report-advice-refused", "mark", TRIANGLE),
        Kind::DeleteRefused => ("report-delete-refused", "report-advice-delete-refused", "mark", TRIANGLE),
        Kind::Rejected => ("report-rejected", "report-advice-rejected", "mark", TRIANGLE),
        Kind::Blocked => ("report-blocked", "report-advice-blocked", "mark", SQUARE),
        Kind::Held => ("report-held", "report-advice-held", "mark", SQUARE),
        Kind::Acknowledged => ("report-acknowledged", "report-advice-acknowledged", "calm", RING),
    };
    Face { name, advice, class, shape }
}
