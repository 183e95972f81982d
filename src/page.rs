//! Pages: a report and a plan as one file each, for people who look at them in a browser, print them or pass them on.
//!
//! In: the account of a run, its figures, the runs before; or a plan, change by change. Out: text. A page is whole in itself:
//! it names no script, font, image or address from elsewhere, and forbids its reader's browser to fetch any. Every text of a
//! file or a server goes through `words::Foreign`: the template escapes what markup means, and what would turn the writing
//! direction becomes a visible mark. Nothing here writes a file, asks for the time or knows a time zone of its own.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::texts::Texts;

mod changes;
mod charts;
mod exceptions;
mod figures;
mod holds;
pub mod markdown;
mod nights;
mod plan;
mod proposal;
mod run;
mod words;

pub use plan::{PlanPart, plan};
pub use proposal::PlanHead;
pub use run::{End, RunPage, run};

/// Nothing is fetched, nothing runs; only the page's own style is used.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const STYLE: &str = include_str!("page/style.css");

/// Who reads a page: the language and the time zone.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The catalogue in the reader's language.
    pub texts: Texts,
    /// The zone in which times are told.
    pub zone: TimeZone,
}

impl Reader {
    fn say(&self, key: &str) -> String {
        self.texts.say(key)
    }

    /// A time to the minute.
    fn time(&self, time: Timestamp) -> String {
        time.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// The frame of every page.
fn framed(reader: &Reader, title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(reader.texts.language().code()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (body) } }
        }
    };
    page.into_string()
}
