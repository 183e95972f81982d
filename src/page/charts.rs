//! What the run cost, as charts: requests against the limit of a minute, the use of the day, and where the time went.
//!
//! Shapes are drawn as SVG that stretches to the width there is; words and numbers stand beside them as text, so that they
//! keep their size on a phone and on paper. Each chart says in words what it shows.

use std::fmt::Write;

use maud::{Markup, html};

use super::Reader;
use super::run::RunPage;
use super::words::{duration, grouped, seconds};
use crate::report::account::{Rhythm, Waits};
use crate::report::{QuotaFigures, RequestFigures};

/// The seconds that the limit of a minute counts.
const MINUTE: u64 = 60;
/// The height of a plot; its unit is a hundredth of the plot.
const HEIGHT: f64 = 100.0;
/// A limit that is so much higher than the peak is not drawn: the run would lie flat at the bottom.
const FAR_ABOVE: u64 = 5;

/// The section of requests and time; nothing when no request left.
pub(super) fn section(page: &RunPage<'_>, reader: &Reader) -> Markup {
    let Some(requests) = page.summary.requests.filter(|requests| requests.total > 0) else {
        return Markup::default();
    };
    html! {
        section {
            h2 { (reader.say("report-cost")) }
            div.charts {
                (minutes(&page.account.rhythm, &requests, page.summary.quota, reader))
                @if let Some(quota) = page.summary.quota { (day(&quota, requests.total, reader)) }
            }
            (facts(page, &requests, reader))
        }
    }
}

/// Requests in the minute before each moment, against the limit.
fn minutes(
    rhythm: &Rhythm,
    requests: &RequestFigures,
    quota: Option<QuotaFigures>,
    reader: &Reader,
) -> Markup {
    let limit = quota.and_then(|quota| quota.per_minute).map(u64::from);
    let values = in_a_minute(rhythm);
    let peak = requests.max_in_60s.max(values.iter().copied().max().unwrap_or(0));
    let told = [("peak", peak.into()), ("total", requests.total.into())];
    let said = match limit {
        Some(limit) => {
            let told = [("peak", peak.into()), ("total", requests.total.into()), ("limit", limit.into())];
            reader.texts.say_with("report-minutes-limited", &told)
        }
        None => reader.texts.say_with("report-minutes-unlimited", &told),
    };
    html! {
        figure {
            figcaption { (reader.say("report-per-minute")) span { (&said) } }
            // Within its first minute a run is one number: how near it came to the limit.
            @if span_of(rhythm) > MINUTE {
                (plot(&values, rhythm, (peak, limit), &said, reader))
            } @else if let Some(limit) = limit {
                (gauge("minutes", &reader.say("report-per-minute"), &said, (limit, 0, peak)))
            }
        }
    }
}

fn plot(
    values: &[u64],
    rhythm: &Rhythm,
    (peak, limit): (u64, Option<u64>),
    said: &str,
    reader: &Reader,
) -> Markup {
    let near = limit.filter(|limit| *limit <= peak.saturating_mul(FAR_ABOVE));
    let top = near.unwrap_or(peak).max(peak).max(1);
    let (area, edge) = outline(values, top);
    let at_limit = near.map(|limit| height(limit, top));
    let label = match near {
        Some(limit) => reader.texts.say_with("report-limit", &[("limit", limit.into())]),
        None => grouped(top),
    };
    let width = values.len();
    let length = seconds(span_of(rhythm) * 1_000);
    html! {
        div.plot {
            span.top aria-hidden="true" { (label) }
            svg viewBox=(format!("0 0 {width} {HEIGHT}")) preserveAspectRatio="none" role="img"
                aria-labelledby="minutes-title minutes-desc" {
                title id="minutes-title" { (reader.say("report-per-minute")) }
                desc id="minutes-desc" { (said) }
                line.grid x1="0" x2=(width) y1="50" y2="50" {}
                path.area d=(area) {}
                path.edge d=(edge) {}
                @match at_limit {
                    Some(y) => line.limit x1="0" x2=(width) y1=(y) y2=(y) {},
                    None => line.grid x1="0" x2=(width) y1="0" y2="0" {},
                }
            }
        }
        div.axis aria-hidden="true" {
            span { "0" }
            span { (duration(reader, length / 2.0)) }
            span { (duration(reader, length)) }
        }
    }
}

/// The steps of a curve: closed to an area, and its upper edge alone.
fn outline(values: &[u64], top: u64) -> (String, String) {
    let mut edge = String::new();
    for (place, value) in values.iter().enumerate() {
        let start = if place == 0 { 'M' } else { 'L' };
        // Writing to a text cannot fail.
        let _ = write!(edge, "{start}{place} {:.1}H{}", height(*value, top), place + 1);
    }
    let area = format!("{edge}V{HEIGHT}H0Z");
    (area, edge)
}

/// How far from the top of the plot a value lies.
#[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
fn height(value: u64, top: u64) -> f64 {
    (HEIGHT - value as f64 / top as f64 * HEIGHT).max(0.0)
}

/// For each stretch the requests of the minute that ends with it; for longer stretches their average.
fn in_a_minute(rhythm: &Rhythm) -> Vec<u64> {
    let counts = &rhythm.counts;
    let stretch = rhythm.stretch_s.max(1);
    if stretch > MINUTE {
        return counts.iter().map(|count| (u64::from(*count) * MINUTE).div_ceil(stretch)).collect();
    }
    let together = usize::try_from(MINUTE / stretch).unwrap_or(1);
    let ends = 1..=counts.len();
    ends.map(|end| counts[end.saturating_sub(together)..end].iter().map(|count| u64::from(*count)).sum())
        .collect()
}

fn span_of(rhythm: &Rhythm) -> u64 {
    rhythm.stretch_s * rhythm.counts.len() as u64
}

/// The use of the day: before this run, by this run, left.
fn day(quota: &QuotaFigures, own: u64, reader: &Reader) -> Markup {
    let own = own.min(quota.day_used);
    let before = quota.day_used - own;
    let rows = [("report-day-before", before, "k-before"), ("report-day-own", own, "k-own")];
    let said = match quota.per_day {
        Some(limit) => {
            let told = [("used", quota.day_used.into()), ("limit", limit.into())];
            reader.texts.say_with("report-day-limited", &told)
        }
        None => reader.texts.say_with("report-day-unlimited", &[("used", quota.day_used.into())]),
    };
    html! {
        figure {
            figcaption { (reader.say("report-day")) span { (&said) } }
            @if let Some(limit) = quota.per_day {
                (gauge("day", &reader.say("report-day"), &said, (limit.into(), before, own)))
            }
            dl.key {
                @for (name, number, class) in rows {
                    dt { i.(class) aria-hidden="true" {} span { (reader.say(name)) } }
                    dd { (grouped(number)) }
                }
                @if let Some(left) = quota.day_left {
                    dt { i.k-left aria-hidden="true" {} span { (reader.say("report-day-left")) } }
                    dd { (grouped(left)) }
                }
            }
        }
    }
}

/// A bar of a limit: what was used before, what this run used, and what is left.
fn gauge(name: &str, title: &str, said: &str, (limit, before, own): (u64, u64, u64)) -> Markup {
    let whole = limit.max(before + own).max(1);
    html! {
        svg.bar viewBox=(format!("0 0 {whole} 10")) preserveAspectRatio="none" role="img"
            aria-labelledby=(format!("{name}-title {name}-desc")) {
            title id=(format!("{name}-title")) { (title) }
            desc id=(format!("{name}-desc")) { (said) }
            rect.track x="0" y="0" width=(whole) height="10" {}
            rect.before x="0" y="0" width=(before) height="10" {}
            rect.own x=(before) y="0" width=(own) height="10" {}
        }
    }
}

/// Where the time went, and what was sent.
fn facts(page: &RunPage<'_>, requests: &RequestFigures, reader: &Reader) -> Markup {
    let Waits { quota_ms, settle_ms, input_ms } = page.account.waits;
    let waits =
        [("report-wait-quota", quota_ms), ("report-wait-settle", settle_ms), ("report-wait-input", input_ms)];
    let kinds = [
        ("report-posts", requests.post),
        ("report-patches", requests.patch),
        ("report-deletes", requests.delete),
        ("report-reads", requests.get + requests.options),
        ("report-throttled", requests.throttled),
        ("report-retried", requests.retried),
    ];
    html! {
        dl.facts {
            div { dt { (reader.say("report-took")) } dd { (duration(reader, page.summary.duration_s)) } }
            @for (name, waited) in waits {
                @if waited > 0 { div { dt { (reader.say(name)) } dd { (duration(reader, seconds(waited))) } } }
            }
            @for (name, number) in kinds {
                @if number > 0 { div { dt { (reader.say(name)) } dd { (grouped(number)) } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_the_sum_of_the_minute_before() {
        let rhythm = |stretch_s, counts: &[u32]| Rhythm { stretch_s, counts: counts.to_vec() };
        let quarter = rhythm(15, &[10, 0, 5, 5, 20, 0]);
        assert_eq!(in_a_minute(&quarter), [10, 10, 15, 20, 30, 30]);
        assert_eq!(in_a_minute(&rhythm(60, &[120, 7])), [120, 7]);
        assert_eq!(in_a_minute(&rhythm(300, &[600, 3])), [120, 1]);
        assert!(in_a_minute(&Rhythm::default()).is_empty());
    }

    #[test]
    fn an_outline_begins_at_the_first_step_and_closes_at_the_bottom() {
        let (area, edge) = outline(&[0, 60, 120], 120);
        assert_eq!(edge, "M0 100.0H1L1 50.0H2L2 0.0H3");
        assert_eq!(area, format!("{edge}V100H0Z"));
    }
}
