//! The lines that a run prints while it goes on, from its typed events.

use leapsync::event::{Event, Match, Notice, Wait};
use leapsync::record::{ExternalId, Line, Mid};
use leapsync::report::words;
use leapsync::texts::{Texts, Value};

use super::hold_screen;
use super::numbers::local;
use super::output::safe;

/// The line for an event, if it is worth one.
pub(crate) fn line(texts: Texts, event: &Event) -> Option<String> {
    match event {
        Event::Notice(notice) => notice_line(texts, notice),
        Event::Waiting { until, reason } => {
            let key = match reason {
                Wait::Quota => "event-waiting-for-quota",
                Wait::Settle => "event-waiting-to-settle",
                Wait::Input => "event-waiting-for-input",
            };
            Some(texts.say_with(key, &[("until", local(*until).into())]))
        }
        Event::Held(held) => Some(hold_screen::line(texts, held)),
        Event::Warned(warning) => {
            let warning = safe(&words::warning(texts, warning));
            Some(texts.say_with("event-warning", &[("warning", warning.into())]))
        }
        Event::Settled { external_id, found } => {
            let key = if *found { "event-settled-found" } else { "event-settled-absent" };
            Some(texts.say_with(key, &[("id", safe(external_id.as_str()).into())]))
        }
        Event::Matched { external_id, lines, label, mids, found } => {
            Some(matched(texts, external_id, lines, label, mids, found))
        }
        Event::InputOpened { encoding, delimiter, header, .. } => form(texts, encoding, *delimiter, *header),
        Event::FooterCount { .. }
        | Event::RowsRead(_)
        | Event::InputRead { .. }
        | Event::Change(_)
        | Event::Unchanged(_)
        | Event::Planned { .. }
        | Event::InFlight(_)
        | Event::Ended(_)
        | Event::Found(_)
        | Event::Compared(_)
        | Event::Adopted { .. } => None,
    }
}

/// A row's number stands as it is, however long it is.
fn row(line: Line) -> (&'static str, Value<'static>) {
    ("line", line.to_string().into())
}

/// How the file was read; nothing when it is what one expects.
fn form(texts: Texts, encoding: &str, delimiter: char, header: Option<Line>) -> Option<String> {
    if encoding == "UTF-8" && delimiter == ',' && header.is_some_and(|line| line == Line(1)) {
        return None;
    }
    let delimiter = texts.say(match delimiter {
        ',' => "event-commas",
        ';' => "event-semicolons",
        _ => "event-tabs",
    });
    let header = match header {
        Some(line) => texts.say_with("event-header-in", &[row(line)]),
        None => texts.say("event-no-header"),
    };
    let arguments =
        [("encoding", encoding.into()), ("delimiter", delimiter.into()), ("header", header.into())];
    Some(texts.say_with("event-form", &arguments))
}

fn matched(
    texts: Texts,
    id: &ExternalId,
    lines: &[Line],
    label: &str,
    mids: &[Mid],
    found: &Match,
) -> String {
    let mids = mids.iter().map(Mid::as_str).collect::<Vec<_>>().join(&texts.say("words-comma"));
    let result = match found {
        Match::Proposed => texts.say("event-match-proposed"),
        Match::Written => texts.say("event-match-written"),
        Match::Refused(words) => texts.say_with("event-match-refused", &[("message", safe(words).into())]),
        Match::Ambiguous => texts.say("event-match-ambiguous"),
    };
    let (id, label) = (("id", Value::from(safe(id.as_str()))), ("label", safe(label).into()));
    let (mids, result) = (("mids", mids.into()), ("result", result.into()));
    match lines.first() {
        Some(line) => texts.say_with("event-matched-row", &[id, row(*line), label, mids, result]),
        None => texts.say_with("event-matched", &[id, label, mids, result]),
    }
}

fn notice_line(texts: Texts, notice: &Notice) -> Option<String> {
    Some(match notice {
        Notice::Ledger(_) => return None,
        Notice::RejectsFile => texts.say("event-rejects-file"),
        Notice::SameFile(run) => texts.say_with("event-same-file", &[("run", run.0.to_string().into())]),
        Notice::Unwrapped { cells, first } => {
            texts.say_with("event-unwrapped", &[("cells", (*cells).into()), row(*first)])
        }
        Notice::CountDisagrees { line, stated, rows } => {
            let arguments = [row(*line), ("stated", (*stated).into()), ("rows", (*rows).into())];
            texts.say_with("event-count-disagrees", &arguments)
        }
        Notice::OtherRows { expected, rows } => {
            let arguments = [("expected", (*expected).into()), ("rows", (*rows).into())];
            texts.say_with("event-other-rows", &arguments)
        }
        Notice::NoRows => texts.say("event-no-rows"),
        Notice::AssumingEmptyAccount => texts.say("event-assuming-empty"),
        Notice::FirstReading => texts.say("event-first-reading"),
        Notice::OlderLedger => texts.say("event-older-ledger"),
        Notice::Strangers(number) => texts.say_with("event-strangers", &[("clients", (*number).into())]),
        Notice::ContactsLost { external_id, contacts } => {
            let arguments = [("id", safe(external_id.as_str()).into()), ("contacts", contacts.len().into())];
            texts.say_with("event-contacts-lost", &arguments)
        }
        Notice::NotInFile(id) => texts.say_with("event-not-in-file", &[("id", safe(id.as_str()).into())]),
        Notice::Stopping => texts.say("event-stopping"),
    })
}
