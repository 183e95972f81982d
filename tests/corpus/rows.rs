//! Mutations of the rows: something is there that was not, or the other way round, and nothing else may follow from it.

use crate::draft::Draft;
use crate::forms::{Mutation, wide};
use crate::grid::{Cell, Code, Record};

pub(crate) const ROWS: [Mutation; 29] = [
    ("rows-rotated", |it| it.grid.rows.rotate_left(7)),
    ("row-removed", |it| {
        it.grid.rows.remove(it.sample.good_row());
        it.touch();
        it.more(-1);
    }),
    ("row-twice", |it| {
        it.grid.rows.insert(3, it.good());
        it.more(1);
        it.promise.warnings.push("~repeats");
    }),
    ("row-twice-with-another-name", |it| {
        it.grid.rows.push(it.good());
        it.name().text.push_str(" 2");
        it.more(1);
        it.reject(2);
    }),
    ("new-row", |it| {
        let (mut row, key) = (it.good(), it.sample.column(it.sample.key));
        row[key] = Cell::plain("ZZ-9");
        row[it.sample.column(it.sample.names[0])] = Cell::plain("New One");
        it.grid.rows.push(row);
        it.promise.touched.insert(it.sample.id("ZZ-9"));
        it.more(1);
    }),
    ("no-code", |it| {
        it.cell(it.sample.key).text.clear();
        // Where a branch stands beside it, the branch alone is the code.
        if it.sample.branch.is_empty() {
            it.reject(1);
        } else {
            it.applies = false;
        }
    }),
    ("no-name", |it| {
        for name in it.sample.names {
            it.cell(name).text.clear();
        }
        it.reject(1);
    }),
    ("two-at-signs", |it| {
        *it.cell(it.sample.email) = Cell::plain("a@@example.jp");
        it.reject(1);
    }),
    ("code-in-wide-letters", |it| {
        let code: String = it.sample.good.chars().map(wide).collect();
        it.touch();
        it.promise.touched.insert(it.sample.id(&code));
        it.cell(it.sample.key).text = code;
    }),
    ("name-changed", |it| {
        it.name().text.push('新');
        it.touch();
    }),
    ("private-letter", |it| {
        it.name().text.push('\u{e000}');
        it.touch();
        it.promise.warnings.push("~private letter");
    }),
    ("lost-letter", |it| {
        if it.form.code == Code::Cp932 {
            it.form.code = Code::Utf8;
        }
        it.name().text.push('\u{fffd}');
        it.touch();
        it.promise.warnings.push("~lost letter");
    }),
    ("bytes-of-no-letter", |it| {
        it.name().text.push_str(MARK);
        it.last = |it, bytes| replace(&bytes, &it.form.code.bytes(MARK), broken(it.form.code));
        let name = match it.form.code {
            Code::Utf8 => "UTF-8",
            Code::Cp932 => "cp932",
            Code::Little => "UTF-16LE",
            Code::Big => "UTF-16BE",
        };
        it.input = format!("encoding = {name:?}\n");
        it.reject(1);
    }),
    ("inch-mark", |it| {
        *it.name() = Cell::raw("5\" Disks");
        it.touch();
        it.promise.warnings.push("~quote astray");
    }),
    ("blank-before-a-quote", |it| {
        let text = it.name().text.clone();
        *it.name() = Cell::raw(&format!(" \"{text}\""));
        it.touch();
        it.promise.warnings.push("~quote astray");
    }),
    ("quote-in-a-quoted-cell", |it| {
        it.name().quoted = true;
        it.name().text.push_str(" \"Sample\"");
        it.touch();
    }),
    ("delimiter-in-a-quoted-cell", |it| {
        let delimiter = it.form.delimiter;
        it.name().text.extend([delimiter, 'x']);
        it.touch();
    }),
    ("line-ends-in-a-cell", |it| {
        it.name().text.push_str("\r\nx\ny");
        it.touch();
    }),
    ("a-cell-too-few", |it| {
        let row = it.sample.good_row();
        it.grid.rows[row].pop();
        it.reject(1);
    }),
    ("a-cell-too-many", |it| {
        let row = it.sample.good_row();
        it.grid.rows[row].push(Cell::plain("x"));
        it.reject(1);
    }),
    ("a-word-between-the-rows", |it| {
        it.grid.rows.insert(9, vec![Cell::plain("小計")]);
        it.more(1);
        it.promise.rejected += 1;
    }),
    ("header-again-between-the-rows", |it| {
        it.grid.rows.insert(9, it.grid.header.clone());
        it.more(1);
        it.promise.rejected += 1;
        // Where `where` names what passes, the words of the header do not.
        if it.sample.name == "salesforce" {
            (it.promise.rejected, it.promise.skipped) = (0, 1);
        }
    }),
    ("name-far-too-long", |it| {
        it.name().text = "長".repeat(5_000);
        it.reject(1);
    }),
    ("footer-removed", |it| {
        it.applies = it.sample.footer > 0;
        it.grid.footer.clear();
        it.promise.footer = -footer(it);
    }),
    ("footer-that-counts-right", |it| {
        let count = format!("{}件", it.sample.rows);
        count_rows(it, &count);
    }),
    ("footer-that-counts-wrong", |it| {
        count_rows(it, "99件");
        it.promise.notices.push("count disagrees");
    }),
    ("footer-behind-blank-rows", |it| {
        let words = [Record::new(), Record::new(), vec![Cell::plain("End of list")]];
        it.grid.footer.extend(words);
        it.promise.footer += 1;
    }),
    ("no-footer-allowed", |it| {
        it.applies = it.sample.footer > 0;
        it.input.push_str("footer = \"none\"\n");
        (it.promise.rejected, it.promise.footer) = (footer(it), -footer(it));
        it.promise.rows = footer(it);
    }),
    ("footer-between-the-rows", |it| {
        it.applies = it.sample.footer > 0;
        let words = std::mem::take(&mut it.grid.footer);
        it.grid.rows.splice(20..20, words);
        (it.promise.rejected, it.promise.footer) = (footer(it), -footer(it));
        it.promise.rows = footer(it);
    }),
];

/// What stands where the broken bytes come.
const MARK: &str = "@BROKEN@";

fn footer(draft: &Draft<'_>) -> i64 {
    i64::try_from(draft.sample.footer).unwrap()
}

fn count_rows(draft: &mut Draft<'_>, count: &str) {
    draft.grid.footer = vec![vec![Cell::plain("合計件数"), Cell::plain(count)]];
    draft.promise.footer = 1 - footer(draft);
}

fn broken(code: Code) -> &'static [u8] {
    match code {
        Code::Utf8 | Code::Cp932 => b"\xff",
        Code::Little => b"\x00\xd8",
        Code::Big => b"\xd8\x00",
    }
}

pub(crate) fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}
