//! The small words of a page: texts from elsewhere, numbers, times, commands.

use maud::{Markup, Render, html};

use super::Reader;
use crate::record::{ExternalId, Line};
use crate::report::harmless::{quoted, safe};

/// A text of a file or a server: escaped by the template, without marks that turn the writing direction, and kept apart from
/// the words around it.
pub(super) struct Foreign<'a>(pub(super) &'a str);

impl Render for Foreign<'_> {
    fn render(&self) -> Markup {
        html! { bdi { (safe(self.0)) } }
    }
}

/// A sentence of ours about texts from elsewhere, which stand in it in backticks.
pub(super) struct Prose<'a>(pub(super) &'a str);

impl Render for Prose<'_> {
    fn render(&self) -> Markup {
        let text = safe(self.0);
        let parts: Vec<&str> = text.split('`').collect();
        // A value that holds a backtick itself would put words and values the wrong way round.
        if parts.len().is_multiple_of(2) {
            return Foreign(&text).render();
        }
        html! {
            bdi {
                @for (place, part) in parts.iter().enumerate() {
                    @if place % 2 == 1 { code { bdi { (part) } } } @else { (part) }
                }
            }
        }
    }
}

/// A code of a client, or the words for that there is none.
pub(super) fn code(reader: &Reader, id: Option<&ExternalId>) -> Markup {
    html! {
        @if let Some(id) = id { (Foreign(id.as_str())) } @else { span.empty { (reader.say("report-no-code")) } }
    }
}

/// The rows of a client: the first few, and how many more.
pub(super) fn rows(lines: &[Line], all: u64) -> String {
    let named: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let more = all.saturating_sub(lines.len() as u64);
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    format!("{}{more}", named.join(", "))
}

/// A command about one client, as it can be pasted into a shell; `behind` is what follows the client's code.
pub(super) fn command(name: &str, id: &ExternalId, behind: &str) -> String {
    let code = quoted(id.as_str());
    // A code that begins like a flag is none.
    let (before, behind) = if id.as_str().starts_with('-') {
        (format!("{behind} --").trim_start().to_owned() + " ", String::new())
    } else {
        (String::new(), format!(" {behind}"))
    };
    format!("leapsync {name} {before}{code}{}", behind.trim_end())
}

/// `12345` as `12,345`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (head, rest) = digits.split_at(first);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let head = Some(head.to_owned()).filter(|head| !head.is_empty());
    head.into_iter().chain(groups).collect::<Vec<_>>().join(",")
}

/// How long something took, in the unit that suits it.
pub(super) fn duration(reader: &Reader, seconds: f64) -> String {
    let with = |key, number: f64, digits| {
        let number = format!("{number:.digits$}");
        reader.texts.say_with(key, &[("number", number.trim_end_matches(".0").into())])
    };
    if seconds < 10.0 {
        with("report-seconds", seconds, 1)
    } else if seconds < 90.0 {
        with("report-seconds", seconds, 0)
    } else if seconds < 10.0 * 60.0 {
        with("report-minutes", seconds / 60.0, 1)
    } else if seconds < 90.0 * 60.0 {
        with("report-minutes", seconds / 60.0, 0)
    } else {
        with("report-hours", seconds / 3_600.0, 1)
    }
}

/// Milliseconds as seconds.
#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
pub(super) fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        assert_eq!([0, 12, 123, 1_234, 1_234_567].map(grouped), ["0", "12", "123", "1,234", "1,234,567"]);
    }

    #[test]
    fn a_command_can_be_pasted_whatever_the_code_is() {
        let told = |id: &str| command("retry", &ExternalId::new(id), "--recreate");
        assert_eq!(told("001022"), "leapsync retry 001022 --recreate");
        assert_eq!(told("a b'; rm"), "leapsync retry 'a b'\\''; rm' --recreate");
        assert_eq!(told("-1"), "leapsync retry --recreate -- -1");
        assert_eq!(command("ack", &ExternalId::new("-1"), ""), "leapsync ack -- -1");
        assert_eq!(command("ack", &ExternalId::new("7"), ""), "leapsync ack 7");
    }

    #[test]
    fn what_markup_means_and_what_turns_the_writing_stays_text() {
        let told = Foreign("<script>\"'&\u{202e}").render().into_string();
        assert_eq!(told, "<bdi>&lt;script&gt;&quot;'&amp;\u{fffd}</bdi>");
    }
}
