//! A list as records and cells: taken apart by a reader of the test's own, changed, and written in any form.
//!
//! Nothing here uses the program: what the corpus says of a file must not rest on the code that it tests.

use std::io::Write;

/// One cell, and whether it stands in quotes in the sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) quoted: bool,
    /// Whether it is written as it stands, right or wrong.
    pub(crate) raw: bool,
}

impl Cell {
    pub(crate) fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), quoted: false, raw: false }
    }

    pub(crate) fn raw(text: &str) -> Self {
        Self { text: text.to_owned(), quoted: false, raw: true }
    }
}

/// The cells of one record; a blank line has none.
pub(crate) type Record = Vec<Cell>;

/// A sample in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) title: Vec<Record>,
    pub(crate) header: Record,
    pub(crate) rows: Vec<Record>,
    pub(crate) footer: Vec<Record>,
}

impl Grid {
    /// Every record in the order of the file.
    pub(crate) fn records(&self) -> Vec<&Record> {
        let header = std::iter::once(&self.header).filter(|header| !header.is_empty());
        self.title.iter().chain(header).chain(&self.rows).chain(&self.footer).collect()
    }

    /// Every record that has cells, to be changed.
    pub(crate) fn lists(&mut self) -> impl Iterator<Item = &mut Record> {
        std::iter::once(&mut self.header).chain(&mut self.rows)
    }
}

/// Takes a text apart; a line end is CRLF or LF.
pub(crate) fn parse(text: &str, delimiter: char) -> Vec<Record> {
    let mut records = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut record = Record::new();
        loop {
            let (cell, behind) = parse_cell(rest, delimiter);
            record.push(cell);
            if let Some(behind) = behind.strip_prefix(delimiter) {
                rest = behind;
                continue;
            }
            rest = behind.strip_prefix("\r\n").or_else(|| behind.strip_prefix('\n')).unwrap_or(behind);
            break;
        }
        let is_blank = record.len() == 1 && record[0] == Cell::plain("");
        records.push(if is_blank { Record::new() } else { record });
    }
    records
}

fn parse_cell(text: &str, delimiter: char) -> (Cell, &str) {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find([delimiter, '\r', '\n']).unwrap_or(text.len());
        return (Cell::plain(&text[..end]), &text[end..]);
    };
    let mut end = 0;
    while let Some(quote) = inside[end..].find('"') {
        end += quote;
        if !inside[end + 1..].starts_with('"') {
            break;
        }
        end += 2;
    }
    let text = inside[..end].replace("\"\"", "\"");
    (Cell { text, quoted: true, raw: false }, &inside[end + 1..])
}

/// How letters become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    Utf8,
    Cp932,
    Little,
    Big,
}

impl Code {
    /// Bytes of the smallest unit.
    pub(crate) fn width(self) -> usize {
        match self {
            Self::Utf8 | Self::Cp932 => 1,
            Self::Little | Self::Big => 2,
        }
    }

    pub(crate) fn bytes(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Cp932 => text.chars().flat_map(|c| cp932(c).unwrap_or_else(|| b"?".to_vec())).collect(),
            Self::Little => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Big => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

/// A letter in code page 932, the letters of one company only (外字) among them; none when it has no place there.
pub(crate) fn cp932(c: char) -> Option<Vec<u8>> {
    // 外字 stand from F040 on, 188 in a lead byte; the trail byte leaves out 7F.
    if let index @ 0..1_880 = u32::from(c).wrapping_sub(0xe000) {
        let [lead, trail] = [0xf0 + index / 188, index % 188].map(|number| number.to_le_bytes()[0]);
        return Some(vec![lead, trail + if trail < 0x3f { 0x40 } else { 0x41 }]);
    }
    // The letters that NEC and IBM both added have two forms; the sample has NEC's, as older systems write it.
    match c {
        '髙' => return Some(vec![0xee, 0xe0]),
        '﨑' => return Some(vec![0xed, 0x95]),
        _ => {}
    }
    let text = c.to_string();
    let (bytes, _, unmappable) = encoding_rs::SHIFT_JIS.encode(&text);
    (!unmappable).then(|| bytes.into_owned())
}

/// Which cells stand in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoting {
    AsFound,
    All,
    Minimal,
}

/// How a list is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) code: Code,
    pub(crate) mark: bool,
    pub(crate) delimiter: char,
    /// Used in turn.
    pub(crate) line_ends: &'static [&'static str],
    pub(crate) quoting: Quoting,
    /// Whether the last record has a line end, too.
    pub(crate) ended: bool,
    /// What stands behind the last record.
    pub(crate) tail: &'static str,
}

/// Writes a list.
pub(crate) fn write(records: &[&Record], form: &Form) -> Vec<u8> {
    let mut text = String::from(if form.mark { "\u{feff}" } else { "" });
    for (index, record) in records.iter().enumerate() {
        let cells: Vec<String> = record.iter().map(|cell| written(cell, form)).collect();
        text.push_str(&cells.join(&form.delimiter.to_string()));
        if form.ended || index + 1 < records.len() {
            text.push_str(form.line_ends[index % form.line_ends.len()]);
        }
    }
    text.push_str(form.tail);
    form.code.bytes(&text)
}

fn written(cell: &Cell, form: &Form) -> String {
    let text = &cell.text;
    let must = text.contains([form.delimiter, '"', '\r', '\n']);
    let quoted = match form.quoting {
        Quoting::AsFound => cell.quoted || must,
        Quoting::All => true,
        Quoting::Minimal => must,
    };
    if cell.raw || !quoted { text.clone() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

/// The same bytes compressed.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Splits bytes into records and their line ends, one unit after the other: a quote opens at the start of a cell only.
pub(crate) fn split(bytes: &[u8], code: Code, delimiter: char) -> Vec<(&[u8], &[u8])> {
    let (width, mut records) = (code.width(), Vec::new());
    let letter = |at: usize| match code {
        Code::Utf8 | Code::Cp932 => u16::from(bytes[at]),
        Code::Little => u16::from_le_bytes([bytes[at], bytes[at + 1]]),
        Code::Big => u16::from_be_bytes([bytes[at], bytes[at + 1]]),
    };
    let is = |at: usize, c: char| at + width <= bytes.len() && u32::from(letter(at)) == u32::from(c);
    let (mut start, mut at) = (marked(bytes, code), marked(bytes, code));
    let (mut open, mut fresh) = (false, true);
    while at + width <= bytes.len() {
        let line_end = if is(at, '\r') && is(at + width, '\n') {
            2 * width
        } else {
            usize::from(is(at, '\r') || is(at, '\n')) * width
        };
        if line_end > 0 && !open {
            records.push((&bytes[start..at], &bytes[at..at + line_end]));
            at += line_end;
            (start, fresh) = (at, true);
            continue;
        }
        if open && is(at, '"') && is(at + width, '"') {
            at += width;
        } else if open {
            open = !is(at, '"');
        } else {
            open = fresh && is(at, '"');
            fresh = is(at, delimiter);
        }
        at += width;
    }
    let mut end = bytes.len();
    while end > start && is(end - width, '\u{1a}') {
        end -= width;
    }
    if end > start {
        records.push((&bytes[start..end], &bytes[end..end]));
    }
    records
}

/// How many bytes the mark in front takes.
fn marked(bytes: &[u8], code: Code) -> usize {
    let mark = code.bytes("\u{feff}");
    if code != Code::Cp932 && bytes.starts_with(&mark) { mark.len() } else { 0 }
}
