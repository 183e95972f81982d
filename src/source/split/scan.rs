//! Looks for the line end that ends a record, in one buffer at a time.
//!
//! In: bytes, and what the record has shown so far. Out: how many of them belong to it, and why the look ended. Bytes are
//! leapt through from quote to line end, because nothing else changes what a line end means; units of two bytes are walked.

use memchr::{memchr, memchr2, memchr3};

use super::super::chunks::Unit;
use super::super::error::{LONGEST_QUOTED, MOST_LINES_IN_QUOTES};
use super::super::quotes::{At, Quotes};

/// What a record has shown so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan {
    pub(super) at: At,
    /// Line ends in the quoted cell.
    lines: usize,
    /// Where in the record the quoted cell begins, in bytes.
    cell: usize,
    pub(super) quotes: Quotes,
}

impl Default for Scan {
    fn default() -> Self {
        Self { at: At::CellStart, lines: 0, cell: 0, quotes: Quotes::None }
    }
}

/// What one look into the buffer gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    EndOfFile,
    /// The buffer is used up in the middle of a record.
    More,
    EndOfRecord,
    /// A CR ended the record; an LF behind it belongs to it.
    EndOfRecordAtCr,
    /// A quoted cell holds more than any cell does.
    Swallowed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Bytes that belong to the record.
    pub(super) text: usize,
    /// Bytes of the line end behind them.
    pub(super) line_end: usize,
    pub(super) step: Step,
}

impl Scan {
    /// Takes in one letter that is `before` bytes into the record; a step when the look ends in front of it.
    #[inline]
    fn take(&mut self, byte: u8, before: usize, delimiter: u8) -> Option<Step> {
        if matches!(byte, b'\r' | b'\n') {
            if self.at != At::Quoted {
                return Some(if byte == b'\r' { Step::EndOfRecordAtCr } else { Step::EndOfRecord });
            }
            self.lines += usize::from(byte == b'\n');
            if self.lines > MOST_LINES_IN_QUOTES || before - self.cell > LONGEST_QUOTED {
                return Some(Step::Swallowed);
            }
        }
        let next = self.at.after(byte, delimiter);
        match (self.at, next) {
            (At::CellStart, At::Quoted) => {
                (self.lines, self.cell) = (0, before);
                if self.quotes == Quotes::None {
                    self.quotes = Quotes::InPlace;
                }
            }
            (At::QuoteInQuoted, At::Cell) => {
                self.quotes = Quotes::Astray;
                if self.lines > 0 && byte != b' ' {
                    // The quote that seems to close this cell opens another one, some rows further down.
                    return Some(Step::Swallowed);
                }
            }
            (At::Cell, At::Cell) if byte == b'"' => self.quotes = Quotes::Astray,
            _ => {}
        }
        self.at = next;
        None
    }
}

/// Walks through units of two bytes; `before` bytes of the record came earlier.
pub(super) fn walk(buffer: &[u8], unit: Unit, before: usize, scan: &mut Scan, delimiter: u8) -> Found {
    let width = unit.width();
    let mut text = 0;
    for letter in buffer.chunks_exact(width) {
        if let Some(step) = scan.take(unit.letter(letter), before + text, delimiter) {
            return ended(text, width, step);
        }
        text += width;
    }
    ended(text, width, Step::More)
}

/// Leaps through single bytes; `before` bytes of the record came earlier.
pub(super) fn leap(buffer: &[u8], before: usize, scan: &mut Scan, delimiter: u8) -> Found {
    let mut text = 0;
    while text < buffer.len() {
        let rest = &buffer[text..];
        let plain = match scan.at {
            At::Quoted => next_in_quotes(rest),
            At::QuoteInQuoted => Some(0),
            At::CellStart | At::Cell => memchr3(b'"', b'\r', b'\n', rest),
        };
        let leapt = plain.unwrap_or(rest.len());
        if leapt > 0 && scan.at != At::Quoted {
            scan.at = if rest[leapt - 1] == delimiter { At::CellStart } else { At::Cell };
        }
        text += leapt;
        let Some(byte) = buffer.get(text) else { break };
        if let Some(step) = scan.take(*byte, before + text, delimiter) {
            return ended(text, 1, step);
        }
        text += 1;
    }
    ended(text, 1, Step::More)
}

/// The next quote or line end inside of quotes.
fn next_in_quotes(rest: &[u8]) -> Option<usize> {
    // Most quoted cells are short and end in the same line.
    let quote = memchr(b'"', rest);
    let before = &rest[..quote.unwrap_or(rest.len())];
    memchr2(b'\r', b'\n', before).or(quote)
}

fn ended(text: usize, width: usize, step: Step) -> Found {
    let line_end = if matches!(step, Step::EndOfRecord | Step::EndOfRecordAtCr) { width } else { 0 };
    Found { text, line_end, step }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Walks through single bytes, as `leap` must not differ from.
    fn step_by_step(buffer: &[u8], before: usize, scan: &mut Scan) -> Found {
        for (text, byte) in buffer.iter().enumerate() {
            if let Some(step) = scan.take(*byte, before + text, b',') {
                return ended(text, 1, step);
            }
        }
        ended(buffer.len(), 1, Step::More)
    }

    proptest! {
        #[test]
        fn leaping_finds_what_walking_finds(text in "[a,\"\r\n ]{0,40}", cut in 0_usize..40) {
            let (first, second) = text.as_bytes().split_at(cut.min(text.len()));
            let (mut leapt, mut walked) = (Scan::default(), Scan::default());
            let mut before = 0;
            for part in [first, second] {
                let found = leap(part, before, &mut leapt, b',');
                prop_assert_eq!(found, step_by_step(part, before, &mut walked));
                prop_assert_eq!((leapt.at, leapt.quotes), (walked.at, walked.quotes));
                if found.step != Step::More {
                    break;
                }
                before += found.text;
            }
        }
    }
}
