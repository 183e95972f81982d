//! A plan as Markdown, for a pull request or a mail: the same parts in tables that render well and can be read as they are.
//!
//! In: the head of a plan, and its changes one by one. Out: pieces of text, in the order in which they are printed. A text of
//! a file stays one cell of one row, whatever it holds.

use super::Reader;
use super::changes::field_name;
use super::proposal::{PlanHead, has_details, name, part_name, sentences, update_of};
use super::words::grouped;
use crate::plan::Change;
use crate::report::difference::{Difference, differences};
use crate::report::harmless::safe;
use crate::report::proposal::Part;

/// So many rows of one client are named.
const ROWS: usize = 5;

/// What stands above the parts.
#[must_use]
pub fn opening(head: &PlanHead<'_>, reader: &Reader) -> String {
    let figures: Vec<String> = head
        .figures()
        .into_iter()
        .map(|(name, number)| format!("{} {}", reader.say(name), grouped(number)))
        .collect();
    let mut text = format!(
        "## {}\n\n{} {}. {}\n\n{}\n",
        head.headline(reader),
        reader.say("proposal-of"),
        code(&head.summary.input.path),
        head.price(reader),
        figures.join(" · ")
    );
    for held in head.held {
        text.push_str(&format!(
            "\n> **{}** {}\n",
            reader.say("report-hold-unnumbered"),
            prose(&super::holds::reason(&held.stop, reader))
        ));
    }
    text
}

/// The head of a part and of its table.
#[must_use]
pub fn part(part: Part, total: u64, reader: &Reader) -> String {
    let heads = [reader.say("report-row"), reader.say("report-code"), reader.say("report-name")];
    let details = has_details(part).then(|| reader.say("proposal-details"));
    let heads: Vec<String> = heads.into_iter().chain(details).collect();
    let rule = heads.iter().enumerate().map(|(place, _)| if place == 0 { "---:" } else { "---" });
    format!(
        "\n### {} {} ({})\n\n| {} |\n| {} |\n",
        part.mark(),
        part_name(part, reader),
        grouped(total),
        heads.join(" | "),
        rule.collect::<Vec<_>>().join(" | ")
    )
}

/// One change as one row of the table.
#[must_use]
pub fn entry(part: Part, change: &Change, reader: &Reader) -> String {
    let first = &change.lines[..change.lines.len().min(ROWS)];
    let rows = super::words::rows(first, change.lines.len() as u64);
    let id =
        change.external_id.as_ref().map_or_else(|| reader.say("report-no-code"), |id| escaped(id.as_str()));
    let cells = [rows, id, escaped(name(change))];
    let details = has_details(part).then(|| details(change, reader));
    // In a table a pipe ends a cell wherever it stands, in code, too.
    let cells = cells.into_iter().chain(details).map(|cell| cell.replace('|', "\\|"));
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

/// How many changes of a part are not shown.
#[must_use]
pub fn rest(count: u64, reader: &Reader) -> String {
    format!("\n{}\n", prose(&reader.texts.say_with("proposal-more", &[("count", count.into())])))
}

/// What stands below the parts.
#[must_use]
pub fn closing(head: &PlanHead<'_>, reader: &Reader) -> String {
    if head.changes() == 0 || head.is_stopped() {
        return String::new();
    }
    format!("\n{} {}\n", reader.say("proposal-next"), code(head.next))
}

fn details(change: &Change, reader: &Reader) -> String {
    let mut lines: Vec<String> = sentences(change, reader).iter().map(|sentence| prose(sentence)).collect();
    if let Some(update) = update_of(&change.act) {
        lines.extend(differences(update).iter().map(|difference| edit(difference, reader)));
    }
    lines.join("<br>")
}

fn edit(difference: &Difference, reader: &Reader) -> String {
    let shown = |text: &str| {
        if text.is_empty() { format!("*{}*", reader.say("report-empty")) } else { escaped(text) }
    };
    let contact = || reader.say("report-contact");
    match difference {
        Difference::Field { whose, field, from, to } => {
            let whose = whose.as_ref().map(|whose| format!("{}, ", escaped(whose))).unwrap_or_default();
            format!("{whose}{}: {} → {}", field_name(*field, reader), shown(from), shown(to))
        }
        Difference::Added(who) => format!("{}: \\+ {}", contact(), escaped(who)),
        Difference::Removed(who) => format!("{}: − {}", contact(), escaped(who)),
    }
}

/// A sentence of ours in which values stand in backticks.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // A value that holds a backtick itself would put words and values the wrong way round.
    if parts.len().is_multiple_of(2) {
        return escaped(text);
    }
    let shown =
        parts.iter().enumerate().map(|(place, part)| if place % 2 == 1 { code(part) } else { escaped(part) });
    shown.collect()
}

/// A text as code; a code that holds a backtick, or nothing at all, is shown as text.
fn code(text: &str) -> String {
    let text = one_line(text);
    if text.contains('`') || text.is_empty() || text.starts_with(' ') || text.ends_with(' ') {
        return escaped(&text);
    }
    format!("`{text}`")
}

fn one_line(text: &str) -> String {
    safe(&text.replace(['\r', '\n'], " "))
}

/// A text in which nothing means anything: no markup, no table, no link, nobody who is called.
fn escaped(text: &str) -> String {
    let text = one_line(text);
    let mut shown = String::with_capacity(text.len());
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let means = match c {
            // A name behind an `@` is called, unless it belongs to an address.
            '@' => !before.is_alphanumeric(),
            // A colon within a word makes an address a link.
            ':' => characters.peek().is_some_and(|next| !next.is_whitespace()),
            _ => "\\`*_{}[]<>~&#+$".contains(c),
        };
        if means {
            shown.push('\\');
        }
        shown.push(c);
        before = c;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_a_cell_stays_in_it() {
        assert_eq!(
            escaped("a|b\n<b>*x*</b> @team a@example.com"),
            "a|b \\<b\\>\\*x\\*\\</b\\> \\@team a@example.com"
        );
        assert_eq!(prose("column `a|b`: `x` is odd"), "column `a|b`: `x` is odd");
        assert_eq!(prose("column `a: `` is odd"), "column \\`a: \\`\\` is odd");
    }
}
