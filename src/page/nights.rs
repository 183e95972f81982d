//! How the nights went: the last runs as a small chart and as a table.

use maud::{Markup, html};

use super::Reader;
use super::run::RunPage;
use super::words::{duration, grouped};
use crate::report::past::Past;

/// The width that the chart gives to one run; the bar takes most of it.
const STEP: usize = 10;
const BAR: usize = 7;
/// The height of the chart.
const HEIGHT: f64 = 100.0;
/// The lowest bar of a run that changed something.
const LOWEST: f64 = 3.0;

/// The section of the runs before, this one last in the chart and first in the table; nothing when it is the only one.
pub(super) fn section(page: &RunPage<'_>, reader: &Reader) -> Markup {
    if page.past.len() < 2 {
        return Markup::default();
    }
    html! {
        section.nights {
            h2 { (reader.texts.say_with("report-nights", &[("runs", page.past.len().into())])) }
            (chart(page.past, reader))
            (table(page, reader))
        }
    }
}

fn chart(past: &[Past], reader: &Reader) -> Markup {
    let most = past.iter().map(Past::changes).max().unwrap_or(0);
    let said = reader.texts.say_with("report-nights-said", &[("most", most.into())]);
    let columns = past.len().max(10);
    html! {
        figure {
            div.plot {
                span.top aria-hidden="true" { (grouped(most)) }
                svg viewBox=(format!("0 0 {} {HEIGHT}", columns * STEP)) preserveAspectRatio="none" role="img"
                    aria-labelledby="nights-title nights-desc" {
                    title id="nights-title" { (reader.say("report-nights-chart")) }
                    desc id="nights-desc" { (&said) }
                    line.grid x1="0" x2=(columns * STEP) y1="0" y2="0" {}
                    @for (place, run) in past.iter().rev().enumerate() {
                        @let tall = tall(run.changes(), most);
                        rect.(class(run.code)) x=(place * STEP + (STEP - BAR) / 2) y=(HEIGHT - tall) width=(BAR)
                            height=(tall) {}
                    }
                }
            }
            div.marks aria-hidden="true" style=(format!("grid-template-columns: repeat({columns}, 1fr)")) {
                @for run in past.iter().rev() { span.(colour(run.code)) { (glyph(run.code)) } }
            }
            figcaption.legend {
                span { (&said) }
                @for (code, key) in LEGEND {
                    @if past.iter().any(|run| same(run.code, code)) {
                        span { span.(colour(code)) { (glyph(code)) } " " (reader.say(key)) }
                    }
                }
            }
        }
    }
}

const LEGEND: [(Option<u8>, &str); 6] = [
    (Some(0), "report-state-in-sync"),
    (Some(3), "report-state-attention"),
    (Some(4), "report-state-held"),
    (Some(5), "report-state-early"),
    (Some(1), "report-state-failed"),
    (None, "report-state-unfinished"),
];

/// Whether two ends look the same.
fn same(one: Option<u8>, other: Option<u8>) -> bool {
    glyph(one) == glyph(other)
}

/// The mark of an end, another one for each, because there may be no colour.
fn glyph(code: Option<u8>) -> &'static str {
    match code {
        Some(0) => "●",
        Some(3) => "▲",
        Some(4) => "■",
        Some(5) => "◐",
        Some(_) => "✕",
        None => "○",
    }
}

fn class(code: Option<u8>) -> &'static str {
    match code {
        Some(0) => "n-0",
        Some(3) => "n-3",
        Some(4) => "n-4",
        Some(5) => "n-5",
        Some(_) | None => "n-1",
    }
}

fn colour(code: Option<u8>) -> &'static str {
    match code {
        Some(0) => "calm",
        Some(3..=5) => "mark",
        Some(_) | None => "grave",
    }
}

/// How tall a bar is: by the logarithm, so that an ordinary night is seen beside a first import.
#[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
fn tall(changes: u64, most: u64) -> f64 {
    if changes == 0 {
        return 0.0;
    }
    let share = (changes as f64).ln_1p() / (most as f64).ln_1p();
    (share * HEIGHT).max(LOWEST).round()
}

fn table(page: &RunPage<'_>, reader: &Reader) -> Markup {
    html! {
        div.wide {
            table {
                thead {
                    tr {
                        th.n scope="col" { (reader.say("report-run-number")) }
                        th scope="col" { (reader.say("report-started")) }
                        th.n scope="col" { (reader.say("report-took")) }
                        th scope="col" { (reader.say("report-end")) }
                        th.n scope="col" { (reader.say("report-figure-created")) }
                        th.n scope="col" { (reader.say("report-figure-updated")) }
                        th.n scope="col" { (reader.say("report-figure-deleted")) }
                        th.n scope="col" { (reader.say("report-figure-exceptions")) }
                        th.n scope="col" { (reader.say("report-figure-requests")) }
                    }
                }
                tbody { @for run in page.past { (row(run, page, reader)) } }
            }
        }
    }
}

fn row(run: &Past, page: &RunPage<'_>, reader: &Reader) -> Markup {
    let is_this = page.summary.run_id == Some(run.id);
    let state = LEGEND.iter().find(|(code, _)| same(*code, run.code)).map(|(_, key)| reader.say(key));
    html! {
        tr class=[is_this.then_some("now")] aria-current=[is_this.then_some("true")] {
            td.n { (run.id) }
            td { time datetime=(run.started_at) { (reader.time(run.started_at)) } }
            td.n { @if let Some(took) = run.duration_s { (duration(reader, took)) } @else { "–" } }
            td { span.(colour(run.code)) aria-hidden="true" { (glyph(run.code)) } " " (state.unwrap_or_default()) }
            td.n { (number(run.created)) }
            td.n { (number(run.updated)) }
            td.n { (number(run.deleted)) }
            td.n { (number(run.not_in_sync)) }
            td.n { (number(run.requests)) }
        }
    }
}

/// A number; nought is faint, so that the others are seen.
fn number(number: u64) -> Markup {
    html! { @if number == 0 { span.empty { "0" } } @else { (grouped(number)) } }
}
