//! Odd cells: noticed row by row while reading, told once reading is done.
//!
//! In: rows. Out: warnings and notices. Only cells that are used are looked at.

use super::SyncError;
use super::voice::Voice;
use crate::event::{Event, Notice};
use crate::record::{Line, Warning, WarningKind};
use crate::source::Row;
use crate::spool::Sorter;

/// What the sorter of the warnings holds in memory, in bytes.
const BUFFER: usize = 1 << 20;

/// Whether something was odd about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Odd {
    No,
    Yes,
}

/// What was noticed so far.
pub(super) struct Oddities {
    /// For each column of the file whether it is used.
    used: Vec<bool>,
    warnings: Sorter<Line, Warning>,
    unwrapped: u64,
    first_unwrapped: Option<Line>,
}

impl Oddities {
    pub(super) fn new(headers: &[String], unused: &[String]) -> Self {
        let used = headers.iter().map(|header| !unused.contains(header)).collect();
        Self { used, warnings: Sorter::holding(BUFFER), unwrapped: 0, first_unwrapped: None }
    }

    /// Looks at one row.
    pub(super) fn look(&mut self, row: &Row<'_>, headers: &[String]) -> Result<Odd, SyncError> {
        let mut odd = if row.unwrapped > 0 { Odd::Yes } else { Odd::No };
        if row.unwrapped > 0 {
            self.unwrapped += row.unwrapped as u64;
            let first = self.first_unwrapped.map_or(row.line, |first| first.min(row.line));
            self.first_unwrapped = Some(first);
        }
        let mut warn = |cell: usize, kind| {
            let text = |texts: &[String]| texts.get(cell).cloned().unwrap_or_default();
            let (column, value) = (Some(text(headers)), text(row.cells));
            odd = Odd::Yes;
            self.warnings.push(&row.line, &Warning { line: row.line, column, value, kind })
        };
        for (cell, text) in row.cells.iter().enumerate() {
            let used = self.used.get(cell).copied().unwrap_or_default();
            if let Some(kind) = odd_letter(text).filter(|_| used && !row.undecodable.contains(&cell)) {
                warn(cell, kind)?;
            }
        }
        if let Some(cell) = row.quote_astray {
            warn(cell, WarningKind::QuoteAstray)?;
        }
        Ok(odd)
    }

    /// Tells it.
    pub(super) fn tell(&mut self, voice: &mut Voice<'_>) -> Result<(), SyncError> {
        for warning in std::mem::take(&mut self.warnings).sorted()? {
            voice.tell(&Event::Warned(warning?.1));
        }
        if let Some(first) = self.first_unwrapped {
            voice.tell(&Event::Notice(Notice::Unwrapped { cells: self.unwrapped, first }));
        }
        Ok(())
    }
}

/// Whether nothing is odd about a whole row whose quotes are where they belong.
pub(super) fn is_nothing_odd(row: &str) -> bool {
    // Most rows have no quotes, and no odd letters either.
    let plain = has_none(row, |byte| matches!(byte, b'"' | 0xee | 0xef));
    // A cell such as `="00123"`; one that is quoted itself doubles its quotes.
    plain || odd_letter(row).is_none() && !row.contains("=\"")
}

/// Whether no byte is among these: without branches, so that many of them are looked at at once.
fn has_none(text: &str, is_among: impl Fn(u8) -> bool) -> bool {
    !text.bytes().fold(false, |found, byte| found | is_among(byte))
}

/// The first letter of a text that nobody else can read.
fn odd_letter(text: &str) -> Option<WarningKind> {
    // All of them begin with one of these two bytes, which most texts do not have.
    if has_none(text, |byte| matches!(byte, 0xee | 0xef)) {
        return None;
    }
    text.chars().find_map(|c| match c {
        '\u{e000}'..='\u{f8ff}' => Some(WarningKind::PrivateLetter),
        char::REPLACEMENT_CHARACTER => Some(WarningKind::LostLetter),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_nobody_else_can_read_are_found() {
        assert_eq!(odd_letter("見本\u{e000}"), Some(WarningKind::PrivateLetter));
        assert_eq!(odd_letter("\u{f8ff}"), Some(WarningKind::PrivateLetter));
        assert_eq!(odd_letter("見\u{fffd}"), Some(WarningKind::LostLetter));
        assert_eq!(odd_letter("ｱｵｿﾞﾗ ㈱髙﨑（株）"), None);
    }

    #[test]
    fn a_row_in_which_something_is_odd_is_seen_as_a_whole() {
        for odd in ["A-1,見本\u{e000},x", "A-1,=\"00123\",x", "A-1,\"=\"\"00123\"\"\",x", "A-1,\u{fffd},x"]
        {
            assert!(!is_nothing_odd(odd), "{odd}");
        }
        assert!(is_nothing_odd("A-1,\"見本\"\"（株）\",a=b,=1+1"));
    }
}
