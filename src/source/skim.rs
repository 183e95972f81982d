//! Rows that are not taken apart: their bytes, their place, and the cells that were asked for.
//!
//! In: which columns are needed, and how many cells make a row a whole one. Out: rows as they stand, as long as they are like
//! most rows are; any other row is taken apart. What was skimmed can be read again.

use std::io;
use std::os::unix::fs::FileExt;

use memchr::{memchr, memchr_iter};
use serde::{Deserialize, Serialize};

use super::chunks::Unit;
use super::encoding::{Coding, Decoded, utf8};
use super::header::Sort;
use super::quotes::Quotes;
use super::{Row, Source, SourceError, holds_a_row};
use crate::record::{Line, Print, canonical};
use crate::settings::{Delimiter, Encoding};

/// A row, taken apart or not.
#[derive(Debug)]
pub enum Skimmed<'a> {
    /// It is like most rows are: as many cells as the header has, and more than a few of them hold something.
    Plain(Plain<'a>),
    /// Anything else.
    Whole(Row<'a>),
}

/// A row that was not taken apart.
#[derive(Debug, Clone, Copy)]
pub struct Plain<'a> {
    /// Where it stands.
    pub place: Place,
    /// The print of its bytes.
    pub print: Print,
    /// As many cells as the header has; those that were asked for hold their texts.
    pub cells: &'a [String],
    /// Whether the file ends behind it without a line end.
    pub ends_the_file: bool,
    record: &'a [u8],
    form: (Coding, Delimiter),
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The row as Excel numbers it.
    pub line: Line,
    /// Its first byte in the file.
    pub start: u64,
    /// How many bytes it has.
    pub length: usize,
}

/// What a skimming reader needs besides the source.
#[derive(Debug)]
pub(super) struct Skimmer {
    /// For each column whether its text is asked for.
    asked_for: Vec<bool>,
    /// No column behind this many is asked for.
    behind: usize,
    /// More cells than these must hold something.
    few: usize,
    texts: Vec<String>,
    again: Vec<u8>,
}

impl Source {
    /// From here on rows are skimmed: the texts of `columns`, counted from 0, are asked for, and a row is plain when more
    /// than `few` of its cells hold something.
    pub fn begin_to_skim(&mut self, columns: &[usize], few: usize) {
        let width = self.headers.len();
        let asked_for = (0..width).map(|column| columns.contains(&column)).collect();
        let behind = columns.iter().max().map_or(0, |last| last + 1);
        let texts = vec![String::new(); width];
        self.skimmer = Some(Skimmer { asked_for, behind, few, texts, again: Vec::new() });
    }

    /// The next row that is not blank; `None` at the end of the file.
    ///
    /// # Errors
    /// As [`Source::next_row`].
    pub fn skim(&mut self) -> Result<Option<Skimmed<'_>>, SourceError> {
        loop {
            let before = self.last;
            if !self.splitter.advance().map_err(|fault| fault.at(&self.path))? {
                return Ok(None);
            }
            let record = self.splitter.record();
            if record.is_empty() {
                continue;
            }
            let (quotes, form) = (self.splitter.quotes(), (self.coding, self.delimiter.byte()));
            let plain = self.coding.unit() == Unit::Byte
                && self.place.sort == Sort::Export
                && self.skimmer.as_mut().is_some_and(|it| it.take(record, quotes, form));
            if plain {
                self.last = self.splitter.line();
                return Ok(Some(Skimmed::Plain(self.plain())));
            }
            self.cells
                .parse(record, self.coding)
                .map_err(|fault| fault.at(&self.path, self.splitter.line()))?;
            if !self.is_blank() {
                return self.row(before).map(|row| Some(Skimmed::Whole(row)));
            }
        }
    }

    fn plain(&self) -> Plain<'_> {
        let record = self.splitter.record();
        let (line, start) = (self.splitter.line(), self.splitter.start());
        Plain {
            place: Place { line, start, length: record.len() },
            print: Print::of(record),
            cells: self.skimmer.as_ref().map(|it| it.texts.as_slice()).unwrap_or_default(),
            ends_the_file: self.splitter.line_end().is_empty(),
            record,
            form: (self.coding, self.delimiter),
        }
    }

    /// A plain row once more, taken apart.
    ///
    /// # Errors
    /// When it cannot be read again, or is no row.
    pub fn again(&mut self, place: Place) -> Result<Row<'_>, SourceError> {
        let Place { line, start, length } = place;
        let mut bytes = self.skimmer.as_mut().map(|it| std::mem::take(&mut it.again)).unwrap_or_default();
        bytes.resize(length, 0);
        let read = self.splitter.get_ref().read_exact_at(&mut bytes, start);
        read.map_err(|source| SourceError::Read { path: self.path.clone(), line, source })?;
        let (parsed, print) = (self.cells.parse(&bytes, self.coding), Print::of(&bytes));
        if let Some(skimmer) = &mut self.skimmer {
            skimmer.again = bytes;
        }
        parsed.map_err(|fault| fault.at(&self.path, line))?;
        self.taken_apart(line).map(|row| Row { print, ..row })
    }
}

impl Plain<'_> {
    /// Its bytes.
    #[must_use]
    pub fn record(&self) -> &[u8] {
        self.record
    }

    /// The text of the whole row; none when some of its bytes mean nothing, or a part of it reads like a row that a quote
    /// swallowed. It may be put into `decoded`.
    pub fn text<'t>(&'t self, decoded: &'t mut String) -> Option<&'t str> {
        let (coding, delimiter) = self.form;
        let text = if coding.encoding == Encoding::Utf8 {
            utf8(self.record).filter(|_| memchr(0, self.record).is_none())?
        } else {
            let whole = coding.decode(self.record, decoded) == Decoded::Whole;
            Some(decoded.as_str()).filter(|_| whole)?
        };
        (!holds_a_row(text, delimiter, self.cells.len())).then_some(text)
    }
}

impl Skimmer {
    /// Takes what is asked for from a record; `false` when the record is not like most are.
    #[inline]
    fn take(&mut self, record: &[u8], quotes: Quotes, (coding, delimiter): (Coding, u8)) -> bool {
        let (width, few) = (self.asked_for.len(), self.few);
        let mut look = Look { skimmer: self, coding, cells: 0, filled: 0, sound: true };
        match quotes {
            Quotes::None => look.leap(record, delimiter),
            Quotes::InPlace => each_cell(record, delimiter, |cell| look.take(cell)),
            Quotes::Astray => return false,
        }
        // Most rows have enough cells that begin with a letter of ASCII, which is seen at a glance.
        let (sound, cells, filled) = (look.sound, look.cells, look.filled);
        sound && cells == width && (filled > few || filled_cells(record, delimiter, coding) > few)
    }
}

/// A look at one record.
struct Look<'s> {
    skimmer: &'s mut Skimmer,
    coding: Coding,
    cells: usize,
    /// Cells that begin with a letter of ASCII which is no blank.
    filled: usize,
    /// Whether what is asked for lost nothing.
    sound: bool,
}

impl Look<'_> {
    #[inline]
    fn take(&mut self, cell: &[u8]) {
        let Skimmer { asked_for, texts, .. } = &mut *self.skimmer;
        // A cell such as `=""` holds nothing.
        self.filled += usize::from(cell.first().is_some_and(u8::is_ascii_graphic) && !is_dressed(cell));
        if let (Some(true), Some(text)) = (asked_for.get(self.cells), texts.get_mut(self.cells)) {
            self.sound &= self.coding.decode(cell, text) == Decoded::Whole;
        }
        self.cells += 1;
    }

    /// Looks at the cells of a record without quotes until all is known, and only counts the others.
    #[inline]
    fn leap(&mut self, record: &[u8], delimiter: u8) {
        let mut start = 0;
        for end in memchr_iter(delimiter, record) {
            self.take(&record[start..end]);
            start = end + 1;
            if self.cells >= self.skimmer.behind && self.filled > self.skimmer.few {
                self.cells += memchr_iter(delimiter, &record[start..]).count() + 1;
                return;
            }
        }
        self.take(&record[start..]);
    }
}

/// How many cells hold more than blanks.
#[cold]
fn filled_cells(record: &[u8], delimiter: u8, coding: Coding) -> usize {
    let (mut filled, mut text) = (0, String::new());
    each_cell(record, delimiter, |cell| {
        coding.decode(cell, &mut text);
        filled += usize::from(!canonical(&text).is_empty() && !is_dressed(cell));
    });
    filled
}

/// Whether a cell begins as one does that Excel was made to show as a text.
fn is_dressed(cell: &[u8]) -> bool {
    cell.starts_with(b"=\"")
}

/// Hands over each cell of a record whose quotes are in place, as it reads without them.
#[inline]
fn each_cell(record: &[u8], delimiter: u8, mut take: impl FnMut(&[u8])) {
    let mut rest = Some(record);
    while let Some(cells) = rest {
        rest = if cells.first() == Some(&b'"') {
            let end = closing_quote(cells);
            let inner = &cells[1..end.min(cells.len())];
            if memchr(b'"', inner).is_some() {
                take(&unescaped(inner));
            } else {
                take(inner);
            }
            cells
                .get(end + 1..)
                .filter(|behind| behind.first() == Some(&delimiter))
                .map(|behind| &behind[1..])
        } else {
            let end = memchr(delimiter, cells);
            take(&cells[..end.unwrap_or(cells.len())]);
            end.map(|end| &cells[end + 1..])
        };
    }
}

/// Where the quote stands that closes the cell which the first one opens.
fn closing_quote(cells: &[u8]) -> usize {
    let mut at = 1;
    while let Some(next) = cells.get(at..).and_then(|rest| memchr(b'"', rest)) {
        at += next;
        if cells.get(at + 1) != Some(&b'"') {
            return at;
        }
        at += 2;
    }
    cells.len()
}

fn unescaped(inner: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(inner.len());
    let mut quoted = false;
    for byte in inner {
        quoted = *byte == b'"' && !quoted;
        if !quoted {
            bytes.push(*byte);
        }
    }
    bytes
}

/// A file that is read beside whoever else reads it: with a place of its own.
#[derive(Debug)]
pub(super) struct Beside {
    file: std::fs::File,
    at: u64,
}

impl Beside {
    pub(super) fn new(file: &std::fs::File) -> io::Result<Self> {
        Ok(Self { file: file.try_clone()?, at: 0 })
    }
}

impl io::Read for Beside {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl io::Seek for Beside {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.at = match to {
            io::SeekFrom::Start(at) => Some(at),
            io::SeekFrom::Current(by) => self.at.checked_add_signed(by),
            io::SeekFrom::End(by) => self.file.metadata()?.len().checked_add_signed(by),
        }
        .ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Store;
    use super::super::cells::Cells;
    use super::super::chunks::Chunks;
    use super::super::encoding::UTF8_MARK;
    use super::super::split::Splitter;
    use super::*;
    use crate::settings::{KeepRows, Reading};

    #[test]
    fn cells_that_are_empty_in_their_dress_do_not_make_a_row_like_most() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let (empty, filled) = (r#""=""""""#, r#""=""x""""#);
        for row in
            ["a,b,c,d,e".to_owned(), format!("A,{}", [empty; 4].join(",")), format!("1,2,3,4,{filled}")]
        {
            std::io::Write::write_all(&mut file, format!("{row}\n").as_bytes()).unwrap();
        }
        let store = Store::open(file.path(), KeepRows::Never).unwrap();
        let mut source = Source::open(store, &Reading::default(), &|_| true).unwrap();
        source.begin_to_skim(&[0], 3);
        let first = source.skim().unwrap();
        assert!(
            matches!(&first, Some(Skimmed::Whole(row)) if row.cells == ["A", "", "", "", ""]),
            "{first:?}"
        );
        assert!(matches!(source.skim().unwrap(), Some(Skimmed::Plain(_))));
    }

    proptest! {
        #[test]
        fn the_cells_of_a_plain_row_are_those_of_the_csv_crate(
            texts in prop::collection::vec((any::<bool>(), "[ab,\" 見]{0,6}"), 1..6),
        ) {
            let written = texts.iter().map(|(quoted, text)| {
                if *quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.replace([',', '"'], "") }
            });
            let record = std::iter::once("x".to_owned()).chain(written).collect::<Vec<_>>().join(",");
            let coding = Coding { encoding: Encoding::Utf8, mark: &UTF8_MARK[..0] };
            let mut splitter = Splitter::new(Chunks::new(record.as_bytes()), Unit::Byte, b',', 0);
            prop_assert!(matches!(splitter.advance(), Ok(true)));
            prop_assert_ne!(splitter.quotes(), Quotes::Astray);
            let mut cells = Cells::new(b',');
            cells.parse(splitter.record(), coding).unwrap();
            let mut found = Vec::new();
            each_cell(splitter.record(), b',', |cell| found.push(String::from_utf8(cell.to_vec()).unwrap()));
            prop_assert_eq!(found.as_slice(), cells.texts());
        }

        #[test]
        fn nothing_comes_out_of_a_row_with_a_text_that_the_text_did_not_tell(
            parts in prop::collection::vec(
                prop::sample::select(vec![&b","[..], b"\"", b"\n", b"a", b"=", b"\0", "見".as_bytes(), b"\x8c\xa9", b"\x81"]),
                0..30,
            ),
            encoding in prop::sample::select(vec![Encoding::Utf8, Encoding::ShiftJis]),
            width in 3_usize..5,
        ) {
            let (bytes, coding) = (parts.concat(), Coding { encoding, mark: b"" });
            let mut splitter = Splitter::new(Chunks::new(bytes.as_slice()), Unit::Byte, b',', 0);
            if !matches!(splitter.advance(), Ok(true)) || splitter.quotes() == Quotes::Astray {
                return Ok(());
            }
            let record = splitter.record();
            let place = Place { line: Line(2), start: 0, length: record.len() };
            let (cells, form) = (vec![String::new(); width], (coding, Delimiter::Comma));
            let plain =
                Plain { place, print: Print::of(record), cells: &cells, ends_the_file: false, record, form };
            let mut decoded = String::new();
            if let Some(text) = plain.text(&mut decoded) {
                let mut cells = Cells::new(b',');
                cells.parse(record, coding).unwrap();
                prop_assert!(cells.undecodable().is_empty());
                prop_assert!(!cells.texts().iter().any(|cell| holds_a_row(cell, Delimiter::Comma, width)));
                prop_assert!(cells.unwrapped().is_empty() || text.contains("=\""));
            }
        }
    }
}
