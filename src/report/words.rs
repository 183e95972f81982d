//! The words for what went wrong, made from typed values in the reader's language.

use crate::event::{Ending, Why};
use crate::journal::Failure;
use crate::plan::Block;
use crate::record::{Acknowledged, Double, Doubles, Line, Problem, Reason, Warning, WarningKind};
use crate::texts::{Texts, Value};

/// The longest value that is repeated in a message, in characters.
const LONGEST_VALUE: usize = 60;

/// Why a client ended as it did; empty when there is nothing to say.
#[must_use]
pub fn why(texts: Texts, why: &Why) -> String {
    match why {
        Why::Plain => String::new(),
        Why::Problems(of_rows) => problems(texts, of_rows),
        Why::Block(reason) => block(texts, reason),
        Why::Server { status: Some(status), message } => {
            let message = of_transport(texts, message);
            let arguments = [("status", status.to_string().into()), ("message", message.into())];
            texts.say_with("words-http", &arguments)
        }
        Why::Server { status: None, message } => of_transport(texts, message),
        Why::Unwritten { .. } => texts.say("words-unwritten"),
        Why::ContactDeleted => texts.say("words-contact-deleted"),
        Why::Stopped => texts.say("words-stopped"),
        Why::Limit => texts.say("words-limit"),
        Why::NotAskedFor => texts.say("words-not-asked-for"),
        Why::Filtered => texts.say("words-filtered"),
        Why::Inactive(line) => texts.say_with("words-inactive", &[("line", line.to_string().into())]),
        Why::Footer => texts.say("words-footer"),
        Why::RemovalRefusedBefore => texts.say("words-removal-refused"),
        Why::Guard => texts.say("words-guard"),
        Why::CountDisagrees => texts.say("words-count-disagrees"),
        Why::RowWithoutId => texts.say("words-row-without-id"),
        Why::Hold(hold) => texts.say_with("words-hold", &[("hold", hold.to_string().into())]),
        Why::FirstAbsence => texts.say("words-first-absence"),
        Why::Archived => texts.say("words-archived"),
        Why::FirstReading => texts.say("words-first-reading"),
    }
}

/// What came instead of the server's words; the ledger keeps it as a text, so it is known by how it begins. The server's own
/// words stand as they came.
#[must_use]
pub fn of_transport(texts: Texts, message: &str) -> String {
    const WHOLE: [(&str, &str); 3] = [
        ("no answer in time", "words-no-answer"),
        ("the answer does not show the client that was sent", "words-not-shown"),
        ("the server took the request and did not archive the client", "words-not-archived"),
    ];
    if let Some((_, key)) = WHOLE.iter().find(|(text, _)| *text == message) {
        return texts.say(key);
    }
    if let Some(why) = message.strip_prefix("no connection: ") {
        return texts.say_with("words-no-connection", &[("why", why.into())]);
    }
    if let Some(why) = message.strip_prefix("the answer was lost: ") {
        return texts.say_with("words-answer-lost", &[("why", why.into())]);
    }
    let between = |before: &str, behind: &str| message.strip_prefix(before)?.strip_suffix(behind);
    if let Some(bytes) = between("the answer is larger than ", " bytes") {
        return texts.say_with("words-answer-too-large", &[("bytes", bytes.into())]);
    }
    match between("HTTP ", " without JSON") {
        Some(status) => texts.say_with("words-without-json", &[("status", status.into())]),
        None => message.to_owned(),
    }
}

/// What is wrong with the rows of a client.
#[must_use]
pub fn problems(texts: Texts, problems: &[Problem]) -> String {
    several(texts, problems.iter())
}

fn several<'a>(texts: Texts, problems: impl Iterator<Item = &'a Problem>) -> String {
    problems.map(|it| problem(texts, it)).collect::<Vec<_>>().join(&texts.say("words-between"))
}

/// Why something is not in sync, as the ledger keeps it.
#[must_use]
pub fn failure(texts: Texts, failure: &Failure) -> String {
    let reason = failure.reason.as_deref().and_then(|reason| serde_json::from_str(reason).ok());
    // What an older version wrote down is there in English only.
    reason.map_or_else(|| failure.message.clone(), |reason| why(texts, &reason))
}

/// Why one row of a client ended as it did: a rejected client's row is told what is wrong with it, or which other row
/// spoils it.
#[must_use]
pub fn of_row(texts: Texts, ending: &Ending, line: Line) -> String {
    let Why::Problems(problems) = &ending.reason else { return why(texts, &ending.reason) };
    let own = several(texts, problems.iter().filter(|it| it.line == line));
    if own.is_empty() {
        let first = problems.first().map(|first| problem(texts, first)).unwrap_or_default();
        return texts.say_with("words-other-row", &[("problem", first.into())]);
    }
    own
}

/// Why nothing is sent for a client.
#[must_use]
pub fn block(texts: Texts, block: &Block) -> String {
    match block {
        Block::RefusedBefore(Acknowledged::Yes) => texts.say("words-refused-acknowledged"),
        Block::RefusedBefore(Acknowledged::No) => texts.say("words-refused-before"),
        Block::SameName(mid) => texts.say_with("words-same-name", &[("mid", mid.as_str().into())]),
        Block::Missing => texts.say("words-missing"),
        Block::Conflict => texts.say("words-conflict"),
        Block::InDoubt => texts.say("words-in-doubt"),
    }
}

/// What is wrong with a row: where, what it holds, which rule it breaks.
#[must_use]
pub fn problem(texts: Texts, problem: &Problem) -> String {
    let Problem { line, column, value, reason } = problem;
    let column = Some(column.as_str()).filter(|column| !column.is_empty());
    located(texts, *line, column, &rule(texts, &shortened(value), reason))
}

/// The rule that `value` breaks.
fn rule(texts: Texts, value: &str, reason: &Reason) -> String {
    let of_value = |key: &str| texts.say_with(key, &[("value", value.into())]);
    match reason {
        Reason::NoExternalId => texts.say("words-no-external-id"),
        Reason::Nameless => texts.say("words-nameless"),
        Reason::NobodyLeft => texts.say("words-nobody-left"),
        Reason::SeveralEmails { count } => {
            texts.say_with("words-several-emails", &[("value", value.into()), ("count", (*count).into())])
        }
        Reason::Activity { known } => {
            let known = known.iter().map(|value| texts.say_with("words-quoted", &[("value", value.into())]));
            let known = known.collect::<Vec<_>>().join(&texts.say("words-comma"));
            texts.say_with("words-activity", &[("value", value.into()), ("known", known.into())])
        }
        Reason::Email => of_value("words-email"),
        Reason::TooLong { length, longest } => {
            let arguments =
                [("value", value.into()), ("length", (*length).into()), ("longest", (*longest).into())];
            texts.say_with("words-too-long", &arguments)
        }
        Reason::Country => of_value("words-country"),
        Reason::Region => of_value("words-region"),
        Reason::DateCutoff => of_value("words-date-cutoff"),
        Reason::LangCode => of_value("words-lang-code"),
        Reason::TaxRegistrationNumber => of_value("words-tax-number"),
        Reason::Disagrees { with, other } => {
            let other = shortened(other);
            let arguments =
                [("value", value.into()), ("line", with.to_string().into()), ("other", other.into())];
            texts.say_with("words-disagrees", &arguments)
        }
        Reason::Ragged { cells, header } => {
            texts.say_with("words-ragged", &[("cells", (*cells).into()), ("header", (*header).into())])
        }
        Reason::NumberCode => of_value("words-number-code"),
        Reason::DateCode => of_value("words-date-code"),
        Reason::Encoding => texts.say("words-encoding"),
    }
}

/// What is odd about a row that goes in: where, what it holds, and what becomes of it.
#[must_use]
pub fn warning(texts: Texts, warning: &Warning) -> String {
    let Warning { line, column, value, kind } = warning;
    located(texts, *line, column.as_deref(), &oddity(texts, &shortened(value), kind))
}

fn oddity(texts: Texts, value: &str, kind: &WarningKind) -> String {
    let of_value = |key: &str| texts.say_with(key, &[("value", value.into())]);
    let with = |key: &str, name: &str, it: String| {
        texts.say_with(key, &[("value", value.into()), (name, it.into())])
    };
    match kind {
        WarningKind::PostalCodeShort { proposed } => {
            with("words-postal-code-short", "proposed", proposed.clone())
        }
        WarningKind::PostalCode => of_value("words-postal-code"),
        WarningKind::ClosingDay => of_value("words-closing-day"),
        WarningKind::CheckDigit { expected } => with("words-check-digit", "expected", expected.to_string()),
        WarningKind::NoPrefecture => of_value("words-no-prefecture"),
        WarningKind::NoLocality => of_value("words-no-locality"),
        WarningKind::Repeats { line } => {
            texts.say_with("words-repeats", &[("line", line.to_string().into())])
        }
        WarningKind::PrivateLetter => of_value("words-private-letter"),
        WarningKind::LostLetter => of_value("words-lost-letter"),
        WarningKind::QuoteAstray => of_value("words-quote-astray"),
        WarningKind::LostZeros { proposed, other } => lost_zeros(texts, value, proposed, *other),
        WarningKind::SameCode { others } => with("words-same-code", "others", doubles(texts, others)),
        WarningKind::SameCustomer { others } => with("words-same-customer", "others", doubles(texts, others)),
        WarningKind::NoPersonName => of_value("words-no-person-name"),
    }
}

/// `what` behind the place it is about.
fn located(texts: Texts, line: Line, column: Option<&str>, what: &str) -> String {
    let (line, what) = (("line", Value::from(line.to_string())), ("what", what.into()));
    match column {
        Some(column) => texts.say_with("words-at-cell", &[line, ("column", column.into()), what]),
        None => texts.say_with("words-at-row", &[line, what]),
    }
}

fn lost_zeros(texts: Texts, value: &str, proposed: &str, other: Option<Line>) -> String {
    let pad = ("pad", proposed.chars().count().into());
    let (value, proposed) = (("value", value.into()), ("proposed", proposed.into()));
    match other {
        Some(line) => {
            texts.say_with("words-lost-zeros-of", &[value, proposed, ("line", line.to_string().into()), pad])
        }
        None => texts.say_with("words-lost-zeros", &[value, proposed, pad]),
    }
}

/// The clients that another one is like.
fn doubles(texts: Texts, others: &Doubles) -> String {
    let Doubles { named, more } = others;
    let one = |Double { line, external_id }: &Double| {
        let id = shortened(external_id.as_str());
        texts.say_with("words-double", &[("id", id.into()), ("line", line.to_string().into())])
    };
    let named = named.iter().map(one).collect::<Vec<_>>().join(&texts.say("words-comma"));
    if *more { texts.say_with("words-and-others", &[("named", named.into())]) } else { named }
}

fn shortened(value: &str) -> String {
    match value.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_row_column_value_and_rule() {
        let text = problem(
            Texts::default(),
            &Problem {
                line: Line(12),
                column: "メール".into(),
                value: "sato(at)example.com".into(),
                reason: Reason::Email,
            },
        );
        assert_eq!(text, "row 12, column `メール`: `sato(at)example.com` is not an e-mail address");
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let text = problem(
            Texts::default(),
            &Problem {
                line: Line(3),
                column: "name".into(),
                value: "あ".repeat(300),
                reason: Reason::TooLong { length: 300, longest: 255 },
            },
        );
        assert!(text.contains(&format!("`{}…`", "あ".repeat(LONGEST_VALUE))), "{text}");
    }
}
