//! Mutations of the form: the same list, written in another way. None of them may change anything.

use std::fmt::Write;

use unicode_normalization::UnicodeNormalization;

use crate::draft::Draft;
use crate::grid::{Cell, Code, Quoting, Record, gzip};

/// A mutation: its name, and what it does.
pub(crate) type Mutation = (&'static str, fn(&mut Draft<'_>));

pub(crate) const FORMS: [Mutation; 50] = [
    ("as-it-is", |_| {}),
    ("utf-8", |it| code(it, Code::Utf8, false)),
    ("utf-8-bom", |it| code(it, Code::Utf8, true)),
    ("cp932", |it| it.lose_letters()),
    ("utf-16le", |it| code(it, Code::Little, true)),
    ("utf-16be", |it| code(it, Code::Big, true)),
    ("utf-16le-without-mark", |it| named(it, Code::Little, "UTF-16LE")),
    ("utf-16be-without-mark", |it| named(it, Code::Big, "UTF-16BE")),
    ("utf-8-named", |it| named(it, Code::Utf8, "UTF-8")),
    ("cp932-named", |it| {
        it.lose_letters();
        it.input.push_str("encoding = \"cp932\"\n");
    }),
    ("lf", |it| it.form.line_ends = &["\n"]),
    ("crlf", |it| it.form.line_ends = &["\r\n"]),
    ("cr", |it| it.form.line_ends = &["\r"]),
    ("mixed-line-ends", |it| it.form.line_ends = &["\r\n", "\n", "\r\n", "\r\n", "\n"]),
    ("comma", |it| it.form.delimiter = ','),
    ("tab", |it| it.form.delimiter = '\t'),
    ("semicolon", |it| it.form.delimiter = ';'),
    ("semicolon-named", |it| {
        it.form.delimiter = ';';
        it.input.push_str("delimiter = \";\"\n");
    }),
    ("quotes-everywhere", |it| it.form.quoting = Quoting::All),
    ("quotes-where-needed", |it| it.form.quoting = Quoting::Minimal),
    ("no-last-line-end", |it| it.form.ended = false),
    ("end-mark", |it| it.form.tail = "\u{1a}"),
    ("two-end-marks", |it| it.form.tail = "\u{1a}\u{1a}"),
    ("end-mark-in-the-last-row", |it| (it.form.ended, it.form.tail) = (false, "\u{1a}")),
    ("gzip", |it| it.last = |_, bytes| gzip(&bytes)),
    ("gzip-in-two-members", |it| {
        it.last = |_, bytes| {
            let (front, back) = bytes.split_at(bytes.len() / 2);
            [gzip(front), gzip(back)].concat()
        };
    }),
    ("utf-8-tab-quotes-lf", |it| {
        code(it, Code::Utf8, true);
        (it.form.delimiter, it.form.quoting, it.form.line_ends) = ('\t', Quoting::All, &["\n"]);
    }),
    ("utf-16be-semicolon-cr-gzip", |it| {
        code(it, Code::Big, true);
        (it.form.delimiter, it.form.line_ends) = (';', &["\r"]);
        it.last = |_, bytes| gzip(&bytes);
    }),
    ("cp932-semicolon-cr", |it| {
        it.lose_letters();
        (it.form.delimiter, it.form.line_ends) = (';', &["\r"]);
    }),
    ("blank-rows-in-front", |it| drop(it.grid.title.splice(..0, vec![Record::new(); 3]))),
    ("blank-rows-between", |it| between(it, &Record::new())),
    ("empty-cells-between", |it| between(it, &vec![Cell::plain(""); it.grid.header.len()])),
    ("wide-blanks-between", |it| between(it, &vec![Cell::plain("\u{3000}"), Cell::plain(" ")])),
    ("blank-rows-at-the-end", |it| it.grid.footer.extend([Record::new(), Record::new()])),
    ("a-title", |it| it.grid.title = vec![vec![Cell::plain("得意先台帳 2026-04")]]),
    ("five-titles", |it| {
        let title = |n: usize| vec![Cell::plain("条件"), Cell::plain(["全件", "有効"][n % 2])];
        it.grid.title = (0..5).map(title).chain([Record::new()]).collect();
    }),
    ("no-title", |it| it.grid.title.clear()),
    ("header-row-named", |it| {
        let row = it.grid.title.len() + 1;
        writeln!(it.input, "header = {row}").unwrap();
    }),
    ("no-header", |it| {
        (it.grid.title, it.grid.header) = (Vec::new(), Vec::new());
        it.by_numbers = true;
        it.input.push_str("header = \"none\"\n");
    }),
    ("columns-reversed", |it| it.grid.lists().for_each(|record| record.reverse())),
    ("columns-rotated", |it| it.grid.lists().for_each(|record| record.rotate_left(5))),
    ("empty-columns-behind", |it| {
        it.grid.lists().for_each(|record| record.extend([Cell::plain(""), Cell::plain("")]));
    }),
    ("a-column-in-front", |it| {
        it.grid.header.insert(0, Cell::plain("No."));
        for (number, row) in it.grid.rows.iter_mut().enumerate() {
            row.insert(0, Cell::plain(&number.to_string()));
        }
    }),
    ("a-delimiter-behind-each-row", |it| {
        it.grid.rows.iter_mut().for_each(|row| row.push(Cell::plain("")));
    }),
    ("header-narrow", |it| dress(it, |text| text.nfkc().collect())),
    ("header-wide", |it| dress(it, |text| text.chars().map(wide).collect())),
    ("letters-in-ibms-form", |it| {
        it.applies = it.form.code == Code::Cp932;
        it.last = |_, bytes| {
            let letters = [(b"\xee\xe0", b"\xfb\xfc"), (b"\xed\x95", b"\xfa\xb1")];
            letters.iter().fold(bytes, |bytes, (nec, ibm)| crate::rows::replace(&bytes, *nec, *ibm))
        };
    }),
    ("codes-as-excel-texts", excel_texts),
    ("blanks-around", |it| {
        let cells = it.grid.rows.iter_mut().flatten().filter(|cell| !cell.text.is_empty());
        cells.for_each(|cell| cell.text = format!(" {}\u{3000}", cell.text));
    }),
    ("a-long-cell-that-is-not-used", |it| it.cell(it.sample.unused).text = "長".repeat(100_000)),
];

fn code(draft: &mut Draft<'_>, code: Code, mark: bool) {
    (draft.form.code, draft.form.mark) = (code, mark);
}

fn named(draft: &mut Draft<'_>, code: Code, name: &str) {
    (draft.form.code, draft.form.mark) = (code, false);
    writeln!(draft.input, "encoding = {name:?}").unwrap();
}

fn between(draft: &mut Draft<'_>, blank: &Record) {
    let rows = std::mem::take(&mut draft.grid.rows);
    draft.grid.rows = rows.into_iter().flat_map(|row| [row, blank.clone()]).collect();
}

fn dress(draft: &mut Draft<'_>, change: fn(&str) -> String) {
    draft.grid.header.iter_mut().for_each(|cell| cell.text = change(&cell.text));
}

/// A letter as East Asian writing makes it wide.
pub(crate) fn wide(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
        other => other,
    }
}

fn excel_texts(draft: &mut Draft<'_>) {
    let key = draft.sample.column(draft.sample.key);
    for row in &mut draft.grid.rows {
        if !row[key].text.is_empty() {
            row[key] = Cell::raw(&format!("=\"{}\"", row[key].text));
        }
    }
    draft.promise.notices.push("unwrapped");
}
