//! The English words for what went wrong, made from typed values: the only place where such sentences are written.

use crate::event::{Ending, Why};
use crate::plan::Block;
use crate::record::{Acknowledged, Double, Doubles, Line, Problem, Reason, Warning, WarningKind};

/// The longest value that is repeated in a message, in characters.
const LONGEST_VALUE: usize = 60;

/// Why a client ended as it did; empty when there is nothing to say.
#[must_use]
pub fn why(why: &Why) -> String {
    match why {
        Why::Plain => String::new(),
        Why::Problems(problems) => problems.iter().map(problem).collect::<Vec<_>>().join("; "),
        Why::Block(reason) => block(reason),
        Why::Server { status: Some(status), message } => format!("HTTP {status}: {message}"),
        Why::Server { status: None, message } => message.clone(),
        Why::Stopped => "the run ended before its turn; run the same command again".to_owned(),
        Why::Limit => "the run changes no more clients than `--limit` says; run again for the next".to_owned(),
        Why::NotAskedFor => "the run was asked for other clients only".to_owned(),
        Why::Filtered => "outside of `[[input.where]]`".to_owned(),
        Why::Inactive(line) => format!("inactive in row {line}"),
        Why::Footer => "a footer below the rows, not a client".to_owned(),
        Why::RemovalRefusedBefore => {
            "the server refused to delete this client before, because documents refer to it; it is not tried again"
                .to_owned()
        }
        Why::Guard => "a guard held the run back: nothing was sent".to_owned(),
        Why::CountDisagrees => "deletes wait: the footer counts other rows than the file has, so some may be missing".to_owned(),
        Why::RowWithoutId => "deletes wait: a row without a usable id might be this client".to_owned(),
        Why::Hold(hold) => {
            format!("kept back by hold {hold}: `leapsync holds {hold}` shows it, `leapsync approve {hold}` lets it go")
        }
        Why::FirstAbsence => {
            "not in the file for the first time: it waits until it is absent from the next full run too, because nothing \
             tells that this file is complete"
                .to_owned()
        }
        Why::Archived => "it is archived".to_owned(),
        Why::FirstReading => {
            "deletes wait: the ledger has only just learnt of this client; the next run may delete it".to_owned()
        }
    }
}

/// Why one row of a client ended as it did: a rejected client's row is told what is wrong with it, or which other row
/// spoils it.
#[must_use]
pub fn of_row(ending: &Ending, line: Line) -> String {
    let Why::Problems(problems) = &ending.reason else { return why(&ending.reason) };
    let own: Vec<String> = problems.iter().filter(|it| it.line == line).map(problem).collect();
    if own.is_empty() {
        let first = problems.first().map(problem).unwrap_or_default();
        return format!("another row of this client is rejected: {first}");
    }
    own.join("; ")
}

/// Why nothing is sent for a client.
#[must_use]
pub fn block(block: &Block) -> String {
    match block {
        Block::RefusedBefore(Acknowledged::Yes) => {
            "the server refused this row before, which is acknowledged; it is tried again when the row changes".into()
        }
        Block::RefusedBefore(Acknowledged::No) => {
            "the server refused this row before; it is tried again when the row changes".into()
        }
        Block::SameName(mid) => format!(
            "a client of the same name without an external id exists (mid {mid}); `leapsync adopt --match name CSV \
             --write` gives it this external id, if it is the same client; else change one of the names"
        ),
        Block::Missing => "the client was deleted in MakeLeaps; it is not created again by itself".into(),
        Block::Conflict => {
            "several clients in MakeLeaps carry this external id; nothing is sent to any of them".into()
        }
        Block::InDoubt => "an earlier request is not settled yet; run again".into(),
    }
}

/// What is wrong with a row: where, what it holds, which rule it breaks.
#[must_use]
pub fn problem(problem: &Problem) -> String {
    let Problem { line, column, value, reason } = problem;
    let value = shortened(value);
    let rule = match reason {
        Reason::NoExternalId => "there is no external id".to_owned(),
        Reason::Nameless => "there is neither a company name nor a person's name".to_owned(),
        Reason::NobodyLeft => {
            "there is no company name and none of its persons is active; if the client is none any more, `[input.active]` \
             says so"
                .to_owned()
        }
        Reason::SeveralEmails { count } => format!(
            "`{value}` holds {count} e-mail addresses: keep one, or write `take = \"first\"` beside its transform"
        ),
        Reason::Activity { known } => {
            let known = known.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
            format!("`{value}` means neither active nor inactive: {known} are known")
        }
        Reason::Email => format!("`{value}` is not an e-mail address"),
        Reason::TooLong { length, longest } => {
            format!("`{value}` has {length} characters, the most is {longest}")
        }
        Reason::Country => format!("`{value}` is not a country: write its two letters, such as `JP`"),
        Reason::Region => format!("`{value}` is not a prefecture: write `東京都` or `tokyo`"),
        Reason::DateCutoff => format!("`{value}` is not a closing day: write 1 to 31"),
        Reason::LangCode => format!("`{value}` is not a language: write `ja` or `en`"),
        Reason::TaxRegistrationNumber => {
            format!("`{value}` is not a registration number: write T and 13 digits")
        }
        Reason::Disagrees { with, other } => {
            format!("`{value}` disagrees with row {with} of the same client, `{}`", shortened(other))
        }
        Reason::Ragged { cells, header } => format!("the row has {cells} cells, the header has {header}"),
        Reason::NumberCode => rewritten_code(&value, "a number"),
        Reason::DateCode => rewritten_code(&value, "a date"),
        Reason::Encoding => "the cell is not valid in the encoding of the file".to_owned(),
    };
    if column.is_empty() {
        format!("row {line}: {rule}")
    } else {
        format!("row {line}, column `{column}`: {rule}")
    }
}

/// What is said of a code that a spreadsheet has rewritten.
fn rewritten_code(value: &str, as_what: &str) -> String {
    format!(
        "`{value}` looks like {as_what} of a spreadsheet, not like a code: export the file anew, or write `allow_odd = true` \
         beside its column"
    )
}

/// What is odd about a row that goes in: where, what it holds, and what becomes of it.
#[must_use]
pub fn warning(warning: &Warning) -> String {
    let Warning { line, column, value, kind } = warning;
    let value = shortened(value);
    let what = match kind {
        WarningKind::PostalCodeShort { proposed } => format!(
            "`{value}` has six digits, so it is left out; if a leading zero was lost it is `{proposed}`: mend the file, or \
             write `pad = 7`"
        ),
        WarningKind::PostalCode => {
            format!("`{value}` is not a postal code of seven digits; it goes on as it stands")
        }
        WarningKind::ClosingDay => {
            format!("`{value}` is no closing day that is known; MakeLeaps keeps the one it has")
        }
        WarningKind::CheckDigit { expected } => {
            format!("the first digit of `{value}` should be {expected}; it goes on as it stands")
        }
        WarningKind::NoPrefecture => {
            format!("`{value}` does not begin with a prefecture; the region is left empty")
        }
        WarningKind::NoLocality => {
            format!("where the locality of `{value}` ends cannot be said; all of it is street")
        }
        WarningKind::Repeats { line } => format!("it says the same as row {line}"),
        WarningKind::PrivateLetter => {
            format!("`{value}` has a letter that only the machine it was written on knows; it prints blank")
        }
        WarningKind::LostLetter => {
            format!("`{value}` has the sign for a letter that was lost before the file was written")
        }
        WarningKind::QuoteAstray => format!("`{value}` has a quote that does not quote anything"),
        WarningKind::LostZeros { proposed, other } => lost_zeros(&value, proposed, *other),
        WarningKind::SameCode { others } => format!(
            "`{value}` differs only in width, case or blanks from {}: one customer twice, probably; keep one of the codes",
            doubles(others)
        ),
        WarningKind::SameCustomer { others } => format!(
            "`{value}` has the name and the address of {}: one customer twice, probably; keep one of the rows",
            doubles(others)
        ),
        WarningKind::NoPersonName => format!("`{value}` belongs to a person without a name; it is left out"),
    };
    match column {
        Some(column) => format!("row {line}, column `{column}`: {what}"),
        None => format!("row {line}: {what}"),
    }
}

fn lost_zeros(value: &str, proposed: &str, other: Option<Line>) -> String {
    let pad = proposed.chars().count();
    match other {
        Some(line) => format!(
            "`{value}` is `{proposed}` of row {line} without its zeros, perhaps: if both are one customer, `pad = {pad}` \
             beside its column under `[map]` puts lost zeros back"
        ),
        None => format!(
            "`{value}` is shorter than most codes; if it lost zeros it is `{proposed}`: mend the file, or write `pad = \
             {pad}` beside its column under `[map]`"
        ),
    }
}

/// The clients that another one is like.
fn doubles(others: &Doubles) -> String {
    let Doubles { named, more } = others;
    let named: Vec<String> = named
        .iter()
        .map(|Double { line, external_id }| format!("`{}` in row {line}", shortened(external_id.as_str())))
        .collect();
    let rest = if *more { " and others" } else { "" };
    format!("{}{rest}", named.join(", "))
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
        let text = problem(&Problem {
            line: Line(12),
            column: "メール".into(),
            value: "sato(at)example.com".into(),
            reason: Reason::Email,
        });
        assert_eq!(text, "row 12, column `メール`: `sato(at)example.com` is not an e-mail address");
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let text = problem(&Problem {
            line: Line(3),
            column: "name".into(),
            value: "あ".repeat(300),
            reason: Reason::TooLong { length: 300, longest: 255 },
        });
        assert!(text.contains(&format!("`{}…`", "あ".repeat(LONGEST_VALUE))), "{text}");
    }
}
