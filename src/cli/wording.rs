//! The lines that a run prints while it goes on, from its typed events.

use leapsync::event::{Event, Match, Notice, Wait};
use leapsync::record::{ExternalId, Line, Mid};
use leapsync::report::words;

use super::hold_screen;
use super::numbers::{count, grouped, local};
use super::output::safe;

/// The line for an event, if it is worth one.
pub(crate) fn line(event: &Event) -> Option<String> {
    match event {
        Event::Notice(notice) => notice_line(notice),
        Event::Waiting { until, reason } => {
            let what = match reason {
                Wait::Quota => "for quota",
                Wait::Settle => "until requests in doubt can no longer land",
                Wait::Input => "for the file, which is still being written",
            };
            Some(format!("waiting {what}, until {}", local(*until)))
        }
        Event::Held(held) => Some(hold_screen::line(held)),
        Event::Warned(warning) => Some(format!("warning: {}", safe(&words::warning(warning)))),
        Event::Settled { external_id, found } => {
            let result =
                if *found { "found on the server, linked" } else { "not on the server, may be created" };
            Some(format!("settled {}: {result}", safe(external_id.as_str())))
        }
        Event::Matched { external_id, lines, label, mids, found } => {
            Some(matched(external_id, lines, label, mids, found))
        }
        Event::InputOpened { encoding, delimiter, header, .. } => form(encoding, *delimiter, *header),
        Event::FooterCount { .. }
        | Event::RowsRead(_)
        | Event::InputRead { .. }
        | Event::Change(_)
        | Event::Planned { .. }
        | Event::InFlight(_)
        | Event::Ended(_)
        | Event::Found(_)
        | Event::Compared(_)
        | Event::Adopted { .. } => None,
    }
}

/// How the file was read; nothing when it is what one expects.
fn form(encoding: &str, delimiter: char, header: Option<Line>) -> Option<String> {
    if encoding == "UTF-8" && delimiter == ',' && header.is_some_and(|line| line == Line(1)) {
        return None;
    }
    let delimiter = match delimiter {
        ',' => "commas",
        ';' => "semicolons",
        _ => "tabs",
    };
    let header = header.map_or("without a header".to_owned(), |line| format!("header in row {line}"));
    Some(format!("the file is read as {encoding}, with {delimiter}, {header}"))
}

fn matched(id: &ExternalId, lines: &[Line], label: &str, mids: &[Mid], found: &Match) -> String {
    let mids = mids.iter().map(Mid::as_str).collect::<Vec<_>>().join(", ");
    let row = lines.first().map(|line| format!(" (row {line})")).unwrap_or_default();
    let result = match found {
        Match::Proposed => "proposed; `--write` sets the external id".to_owned(),
        Match::Written => "linked".to_owned(),
        Match::Refused(words) => format!("refused: {}", safe(words)),
        Match::Ambiguous => {
            "several rows or clients of this name: set the external id in MakeLeaps by hand".to_owned()
        }
    };
    format!("{}{row} {} = client {mids}: {result}", safe(id.as_str()), safe(label))
}

fn notice_line(notice: &Notice) -> Option<String> {
    Some(match notice {
        Notice::Ledger(_) => return None,
        Notice::RejectsFile => {
            "this is a rejects file of leapsync: clients that are not in it are not gone".to_owned()
        }
        Notice::Unwrapped { cells, first } => format!(
            "{} like =\"00123\" read as 00123, the first in row {first}",
            count(*cells, "cell")
        ),
        Notice::CountDisagrees { line, stated, rows } => format!(
            "warning: the footer in row {line} says {}, but {} read: is the file complete?",
            count(*stated, "row"),
            if *rows == 1 { "1 was".to_owned() } else { format!("{} were", grouped(*rows)) }
        ),
        Notice::OtherRows { expected, rows } => format!(
            "warning: `expect_rows` says {}, but {} read: is the file complete?",
            count(*expected, "row"),
            if *rows == 1 { "1 was".to_owned() } else { format!("{} were", grouped(*rows)) }
        ),
        Notice::NoRows => "warning: the file has a header and no rows".to_owned(),
        Notice::AssumingEmptyAccount => {
            "no ledger and no credentials: assuming an empty account, so every client counts as new"
                .to_owned()
        }
        Notice::FirstReading => "the ledger is new: reading the client list of the account first".to_owned(),
        Notice::OlderLedger => {
            "the ledger is older than one used before, perhaps restored from a backup: reading the client list first"
                .to_owned()
        }
        Notice::Strangers(number) => format!(
            "{} in the account without an external id; a row of the same name is held back instead of making a twin",
            count(*number, "client")
        ),
        Notice::ContactsLost { external_id, contacts } => format!(
            "warning: client {}: people changed its contacts while one was added; {} may be lost, look at the client",
            safe(external_id.as_str()),
            count(contacts.len() as u64, "contact")
        ),
        Notice::NotInFile(id) => format!("warning: `--only {0}`: the file does not name `{0}`", safe(id.as_str())),
        Notice::Stopping => "stopping: finishing what is in flight".to_owned(),
    })
}
