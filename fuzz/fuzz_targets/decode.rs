//! Any bytes, read in any way: the first byte says how, the others are the file.

#![no_main]

use std::io::Write;

use leapsync::settings::{Delimiter, Encoding, Header, KeepRows, Reading};
use leapsync::source::{Source, Store};
use libfuzzer_sys::fuzz_target;

/// How a file is read, from five bits.
fn reading(choice: u8) -> Reading {
    let encodings = [
        None,
        Some(Encoding::Utf8),
        Some(Encoding::ShiftJis),
        Some(Encoding::Utf16Le),
        Some(Encoding::Utf16Be),
    ];
    let delimiters = [None, Some(Delimiter::Comma), Some(Delimiter::Tab)];
    let choice = usize::from(choice);
    Reading {
        encoding: encodings[choice % 5],
        delimiter: delimiters[choice / 5 % 3],
        header: if choice / 15 % 2 == 0 { Header::Auto } else { Header::Absent },
        rows: KeepRows::Never,
        ..Reading::default()
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("a write");
    let Ok(store) = Store::open(file.path(), KeepRows::Never) else { return };
    let known = |header: &str| header == "id" || header == "name";
    let Ok(mut source) = Source::open(store, &reading(*choice), &known) else { return };
    let (mut lines, mut letters) = (Vec::new(), 0);
    while let Ok(Some(row)) = source.next_row() {
        lines.push(row.line);
        letters += row.cells.iter().map(String::len).sum::<usize>();
    }
    assert!(lines.is_sorted() && lines.len() as u64 <= source.bytes());
    // A byte becomes three at most, when it is lost or a kana of half width.
    assert!(letters as u64 <= 3 * source.bytes());
    let (_, mut rows) = source.into_kept().rows().expect("the header again");
    for line in lines {
        assert!(rows.row(line, "again").expect("the row again").len() >= 7);
    }
});
