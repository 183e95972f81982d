//! Mutations that leave no list, or a part of one: nothing may be sent of a file that cannot be believed.

use crate::draft::Draft;
use crate::forms::Mutation;
use crate::grid::{Cell, Code, Record, gzip};

pub(crate) const BROKEN: [Mutation; 22] = [
    ("empty", |it| {
        it.last = |_, _| Vec::new();
        it.fatal("is empty (0 bytes)");
    }),
    ("only-blank-rows", |it| {
        it.grid.header.clear();
        it.grid.rows = vec![Record::new(); 5];
        (it.grid.title, it.grid.footer) = (Vec::new(), Vec::new());
        it.fatal("all its rows are blank");
    }),
    ("only-the-header", |it| {
        it.promise.touched = it.grid.rows.iter().map(|row| it.sample.id_of(row)).collect();
        it.promise.rows = -i64::try_from(it.grid.rows.len()).unwrap();
        it.promise.footer = -i64::try_from(it.sample.footer).unwrap();
        it.promise.notices.push("no rows");
        it.promise.partly = true;
        it.grid.rows.clear();
        it.grid.footer.clear();
    }),
    ("cut-behind-a-row", |it| it.lose_the_rest()),
    ("cut-behind-the-code", |it| cut(it, |it, good| cell_ends(it, good)[it.sample.column(it.sample.key)])),
    ("cut-behind-the-code-below-a-blank-row", |it| {
        let row = it.sample.good_row();
        it.grid.rows.insert(row, Record::new());
        // The blank row stands where the good one stood.
        cut(it, |it, good| {
            // Of a code in two columns the second one is there, too: without it, nothing is named.
            let last = it.sample.column(it.sample.key) + usize::from(!it.sample.branch.is_empty());
            good.len() + cell_ends(it, &it.after_good())[last]
        });
    }),
    ("cut-behind-a-delimiter", |it| cut(it, |it, good| cell_ends(it, good)[1] + it.form.code.width())),
    ("cut-in-the-middle-of-a-row", |it| {
        cut(it, |it, good| good.len() / 2 / it.form.code.width() * it.form.code.width());
    }),
    ("cut-before-the-last-cell", |it| {
        cut(it, |it, good| {
            let ends = cell_ends(it, good);
            ends[ends.len() - 2]
        });
    }),
    ("cut-in-a-letter-of-two-bytes", |it| {
        it.applies = it.form.code.width() == 2;
        cut(it, |_, good| good.len() / 4 * 2 + 1);
    }),
    ("quote-never-closed", |it| {
        *it.grid.rows[10].last_mut().unwrap() = Cell::raw("\"never closed");
        // Without another quote behind it, it is open at the end; with one, it swallowed a row.
        it.fatal("");
    }),
    ("nul-in-a-cell", |it| {
        it.name().text.push('\0');
        if it.form.code.width() == 1 && !it.form.mark {
            it.fatal("under `[input]` in leapsync.toml");
        } else {
            it.reject(1);
        }
    }),
    ("utf-16-that-nobody-named", |it| {
        (it.form.code, it.form.mark) = (Code::Little, false);
        // What looks like letters of one byte is not taken for any.
        it.fatal("");
    }),
    ("workbook", |it| {
        it.last = |_, bytes| [b"PK\x03\x04", bytes.as_slice()].concat();
        it.fatal("save it as \"CSV UTF-8\"");
    }),
    ("gzip-cut-off", |it| {
        it.last = |_, bytes| {
            let packed = gzip(&bytes);
            packed[..packed.len() - 20].to_vec()
        };
        it.fatal("but is cut off or damaged");
    }),
    ("a-cell-without-end", |it| {
        it.name().text = "x".repeat(2 << 20);
        it.fatal("");
    }),
    ("no-column-of-codes", |it| {
        let key = it.sample.column(it.sample.key);
        it.grid.header[key] = Cell::plain("something else");
        it.fatal("");
    }),
    ("column-of-codes-twice", |it| {
        let key = it.grid.header[it.sample.column(it.sample.key)].clone();
        it.grid.header.push(key);
        it.grid.rows.iter_mut().for_each(|row| row.push(Cell::plain("1")));
        it.fatal("");
    }),
    ("a-row-of-another-encoding", |it| {
        it.applies = it.form.code.width() == 1 && !it.form.mark;
        *it.name() = Cell::plain("架空通常見本");
        it.last = |it, bytes| {
            let name = "架空通常見本";
            let other = if it.form.code == Code::Cp932 { Code::Utf8 } else { Code::Cp932 };
            crate::rows::replace(&bytes, &it.form.code.bytes(name), &other.bytes(name))
        };
        // Bytes of UTF-8 may be letters of Shift_JIS, though other ones: a file that is Shift_JIS throughout is believed.
        if it.form.code == Code::Cp932 {
            it.touch();
        } else {
            it.fatal("");
        }
    }),
    ("header-row-behind-the-end", |it| {
        it.input.push_str("header = 900\n");
        it.fatal("row 900 is blank or behind its end");
    }),
    ("another-delimiter-named", |it| {
        it.input.push_str("delimiter = \";\"\n");
        it.fatal("");
    }),
    ("row-swallowed-by-a-quote", |it| {
        // The third cell opens a quote that the first cell of the next row closes: one row with too many cells.
        it.grid.rows[10][2] = Cell::raw("\"open");
        it.grid.rows[11][0] = Cell::raw("closed\"");
        // Both are of the client 010005.
        it.applies = it.sample.name == "contacts";
        it.promise.touched.insert("010005-00".to_owned());
        it.promise.rejected += 1;
        it.more(-1);
    }),
];

/// Cuts the file off within the good row.
fn cut(draft: &mut Draft<'_>, at: fn(&Draft<'_>, &[u8]) -> usize) {
    let (before, good) = draft.until_good();
    draft.cut_at = before.len() + at(draft, &good);
    draft.last = |it, bytes| bytes[..it.cut_at].to_vec();
    draft.fatal("");
}

/// Where each cell of a record ends.
fn cell_ends(draft: &Draft<'_>, record: &[u8]) -> Vec<usize> {
    let code = draft.form.code;
    let delimiter = code.bytes(&draft.form.delimiter.to_string());
    let line_end = code.bytes("\n");
    let (mut ends, mut open) = (Vec::new(), false);
    for (index, unit) in record.chunks(code.width()).enumerate() {
        open ^= unit == code.bytes("\"");
        if !open && (unit == delimiter || unit == line_end) {
            ends.push(index * code.width());
        }
    }
    ends
}
