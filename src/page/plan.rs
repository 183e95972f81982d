//! A plan as one page: what would be done to whom, what it costs, what waits for a person.

use maud::{Markup, PreEscaped, html};

use super::changes::edits;
use super::figures::{CHECK, DIAMOND, SQUARE, mark};
use super::proposal::{PlanHead, has_details, name, part_name, sentences, update_of};
use super::words::{Foreign, Prose, code, grouped, rows};
use super::{Reader, framed, holds};
use crate::plan::Change;
use crate::report::difference::differences;
use crate::report::proposal::Part;

/// So many rows of one client are named.
const ROWS: usize = 5;

/// A part of a plan on its page; rows are rendered as they come, so that changes need not be held.
#[derive(Debug)]
pub struct PlanPart {
    part: Part,
    total: u64,
    shown: u64,
    rows: String,
}

impl PlanPart {
    /// A part of which there are `total` changes.
    #[must_use]
    pub fn new(part: Part, total: u64) -> Self {
        Self { part, total, shown: 0, rows: String::new() }
    }

    /// Shows one change.
    pub fn push(&mut self, change: &Change, reader: &Reader) {
        self.shown += 1;
        self.rows.push_str(&row(self.part, change, reader).into_string());
    }

    fn rendered(&self, reader: &Reader) -> Markup {
        let rest = self.total.saturating_sub(self.shown);
        let class = (self.part.mark() == '!').then_some("mark");
        html! {
            h3.(class.unwrap_or("part")) {
                span.sign aria-hidden="true" { (sign(self.part)) }
                span { (part_name(self.part, reader)) }
                span.many { (grouped(self.total)) }
            }
            table.fold {
                thead {
                    tr {
                        th.row scope="col" { (reader.say("report-row")) }
                        th.code scope="col" { (reader.say("report-code")) }
                        th.name scope="col" { (reader.say("report-name")) }
                        @if has_details(self.part) { th scope="col" { (reader.say("proposal-details")) } }
                    }
                }
                tbody { (PreEscaped(&self.rows)) }
            }
            @if rest > 0 {
                p.rest { (Prose(&reader.texts.say_with("proposal-more", &[("count", rest.into())]))) }
            }
        }
    }
}

/// The mark of a part as type sets it.
fn sign(part: Part) -> &'static str {
    match part {
        Part::Create => "+",
        Part::Update => "~",
        Part::Gone => "−",
        Part::Held | Part::Blocked | Part::Rejected => "!",
    }
}

fn row(part: Part, change: &Change, reader: &Reader) -> Markup {
    let first = &change.lines[..change.lines.len().min(ROWS)];
    html! {
        tr {
            td.row data-label=(reader.say("report-row")) { (rows(first, change.lines.len() as u64)) }
            td.code { (code(reader, change.external_id.as_ref())) }
            td.name { (Foreign(name(change))) }
            @if has_details(part) {
                td.why {
                    @for sentence in sentences(change, reader) { p { (Prose(&sentence)) } }
                    @if let Some(update) = update_of(&change.act) { (edits(&differences(update), reader)) }
                }
            }
        }
    }
}

/// A plan as one page.
#[must_use]
pub fn plan(head: &PlanHead<'_>, parts: &[PlanPart], reader: &Reader) -> String {
    let input = &head.summary.input.path;
    let title = reader.say("proposal-title");
    let body = html! {
        header {
            div.run {
                span { "leapsync plan" }
                span { time datetime=(head.summary.started_at) { (reader.time(head.summary.started_at)) } }
            }
            (state(head, reader))
            h1 { (head.headline(reader)) }
            p.lead { (reader.say("proposal-of")) " " b { (Foreign(input)) } ". " (head.price(reader)) }
        }
        dl.figures {
            @for (name, number) in head.figures() {
                div class=[(number == 0).then_some("none")] { dt { (reader.say(name)) } dd { (grouped(number)) } }
            }
        }
        @if !head.held.is_empty() {
            section {
                h2 { (reader.say("proposal-part-held")) }
                @for held in head.held { (holds::notice(held, reader)) }
            }
        }
        @if !parts.is_empty() {
            section { h2 { (reader.say("proposal-changes")) } @for part in parts { (part.rendered(reader)) } }
        }
        (foot(head, reader))
    };
    framed(reader, &title, &body)
}

fn state(head: &PlanHead<'_>, reader: &Reader) -> Markup {
    let (class, shape, word) = if head.is_stopped() {
        ("mark", SQUARE, "proposal-state-stopped")
    } else if head.changes() == 0 {
        ("calm", CHECK, "proposal-state-nothing")
    } else {
        ("calm", DIAMOND, "proposal-state-changes")
    };
    html! { p.state.(class) { (mark(shape)) span { (reader.say(word)) } } }
}

fn foot(head: &PlanHead<'_>, reader: &Reader) -> Markup {
    html! {
        footer {
            @if head.changes() > 0 && !head.is_stopped() {
                p { (reader.say("proposal-next")) " " code { (Foreign(head.next)) } }
            }
            @if let Some(ledger) = &head.summary.ledger {
                p { (reader.say("report-ledger")) " " code { (Foreign(ledger)) } }
            }
            p { (reader.say("proposal-nothing-sent")) " " (reader.say("report-private")) }
        }
    }
}
