//! The input as a run meets it: the number of each row, the files that cannot be used, and memory that stays bounded.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use leapsync::source::{Quote, Source, SourceError};
use leapsync::spool::Sorter;
use proptest::prelude::*;
use tempfile::TempDir;

struct Files {
    folder: TempDir,
}

impl Files {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join("clients.csv");
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// Each row's number and its cells, joined.
fn rows(path: &Path) -> Result<Vec<(u64, String)>, SourceError> {
    let mut source = Source::open(path)?;
    let mut rows = Vec::new();
    while let Some(row) = source.next_row()? {
        rows.push((row.line.0, row.cells.join("|")));
    }
    assert_eq!(source.bytes(), fs::metadata(path).unwrap().len());
    Ok(rows)
}

/// What a user is told of a file with these bytes, without the folder's path.
fn message(bytes: &[u8]) -> String {
    let files = Files::new();
    let error = rows(&files.file(bytes)).unwrap_err().to_string();
    error.replace(&format!("{}/", files.folder.path().display()), "")
}

#[test]
fn rows_have_the_numbers_that_a_spreadsheet_shows() {
    let files = Files::new();
    let cases: [(&str, &[(u64, &str)]); 9] = [
        ("id,name\nA,見本\nB,例\n", &[(2, "A|見本"), (3, "B|例")]),
        ("id,name\r\nA,見本\r\nB,例\r\n", &[(2, "A|見本"), (3, "B|例")]),
        ("id,name\rA,見本\rB,例", &[(2, "A|見本"), (3, "B|例")]),
        ("\u{feff}id,name\r\nA,見本", &[(2, "A|見本")]),
        ("\r\n\r\nid\r\n\r\nA\r\n\r\n\r\nB", &[(5, "A"), (8, "B")]),
        ("id,name\n,\n\"\", \u{3000}\nA,見本\n", &[(4, "A|見本")]),
        ("id,name\r\nA,\"見本\r\n営業部\n\n\"\r\nB,例", &[(2, "A|見本\r\n営業部\n\n"), (3, "B|例")]),
        ("id,name\nA,\"見\"\"本, 例\"\nB,5\" x\n", &[(2, "A|見\"本, 例"), (3, "B|5\" x")]),
        ("id,name\nA,見本\nB\nC,例,,x\n\u{1a}", &[(2, "A|見本"), (3, "B"), (4, "C|例||x")]),
    ];
    for (text, expected) in cases {
        let found = rows(&files.file(text.as_bytes())).unwrap();
        let found: Vec<(u64, &str)> = found.iter().map(|(line, cells)| (*line, cells.as_str())).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn the_header_is_trimmed_and_the_facts_of_the_file_are_known() {
    let files = Files::new();
    let source = Source::open(&files.file("\u{feff}\n\" id\",name \n".as_bytes())).unwrap();
    assert_eq!(source.headers(), ["id", "name"]);
    assert_eq!((source.encoding(), source.delimiter()), ("UTF-8", ','));
}

#[test]
fn a_row_that_is_not_utf_8_comes_with_the_cells_that_lost_bytes() {
    let files = Files::new();
    let mut source = Source::open(&files.file(b"id,name,note\nA,\x8c\xa9\x96\x7b,x\nB,ok,y\n")).unwrap();
    let row = source.next_row().unwrap().unwrap();
    assert_eq!((row.line.0, row.cells[0].as_str(), row.undecodable), (2, "A", [1].as_slice()));
    assert!(row.cells[1].contains('\u{fffd}'));
    assert!(source.next_row().unwrap().unwrap().undecodable.is_empty());
    assert_eq!(source.next_row().unwrap(), None);
    assert_eq!(source.next_row().unwrap(), None);
}

#[test]
fn a_file_that_is_not_there_or_is_a_folder_cannot_be_used() {
    let files = Files::new();
    let missing = files.folder.path().join("missing.csv");
    let Err(SourceError::Open { path, source }) = Source::open(&missing) else { panic!("opened") };
    assert_eq!((path, source.kind()), (missing, io::ErrorKind::NotFound));
    assert!(matches!(Source::open(files.folder.path()), Err(SourceError::Directory { .. })));
}

#[test]
fn a_file_that_cannot_be_used_is_told_with_its_position() {
    let cases: [(&[u8], &str); 8] = [
        (b"", "`clients.csv` is empty (0 bytes)"),
        (b"\r\n\r\n,,\r\n", "`clients.csv` has no header: all its rows are blank"),
        (b"\xef\xbb\xbf", "`clients.csv` has no header: all its rows are blank"),
        (
            b"\xff\xfei\0d\0\n\0",
            "`clients.csv` looks like UTF-16 (\"Unicode text\" in Excel): save it as \"CSV UTF-8\"",
        ),
        (
            b"i\0d\0\n\0",
            "`clients.csv` looks like UTF-16 (\"Unicode text\" in Excel): save it as \"CSV UTF-8\"",
        ),
        (
            b"\nid,\x96\xbc\x91\x4f\nA,x\n",
            "clients.csv:2: the header's cell 2 is not valid UTF-8: save the file as \"CSV UTF-8\"",
        ),
        (
            b"id,name\nA,x\nB,\"y\nC,z\n",
            "clients.csv:3: ends in the middle of a record: the quote that opens in this row is never closed",
        ),
        (
            b"id,\"name\nA,x\n",
            "clients.csv:1: ends in the middle of a record: the quote that opens in this row is never closed",
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(message(bytes), expected);
    }
}

#[test]
fn a_record_without_end_is_told_long_before_the_file_has_been_read() {
    const SIZE: u64 = 1 << 30;
    let files = Files::new();
    // NUL bytes among the first ones would make it a file in UTF-16.
    let start = format!("id,name\nA,{}\nB,", "x".repeat(100));
    for (cell, expected) in [("", Quote::Closed), ("\"", Quote::Open)] {
        let path = files.file(format!("{start}{cell}").as_bytes());
        // A sparse file: a gibibyte that takes no room on the disk and would take a gibibyte in memory.
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(SIZE).unwrap();
        let mut source = Source::open(&path).unwrap();
        source.next_row().unwrap();
        match source.next_row() {
            Err(SourceError::TooLong { line, quote, .. }) => assert_eq!((line.0, quote), (3, expected)),
            other => panic!("{other:?}"),
        }
        assert!(source.bytes() < 2 << 20, "{} bytes were read", source.bytes());
    }
}

#[test]
fn a_long_record_within_the_limit_is_read() {
    let files = Files::new();
    let path = files.folder.path().join("clients.csv");
    let mut file = fs::File::create(&path).unwrap();
    write!(file, "id,name\nA,\"{}\"\nB,x\n", "長".repeat(300_000)).unwrap();
    let rows = rows(&path).unwrap();
    assert_eq!(rows[0].1.chars().count(), 300_002);
    assert_eq!(rows[1], (3, "B|x".to_owned()));
}

#[test]
fn a_sort_larger_than_its_buffer_keeps_all_rows_and_the_order_of_equal_keys() {
    let mut sorter = Sorter::new();
    let long = "長".repeat(100);
    let pairs = 60_000_u64;
    for n in 0..pairs {
        // 7,919 is a prime: the keys come in no order, each of them several times.
        sorter.push((n * 7_919) % 10_007, &(n, long.clone())).unwrap();
    }
    let mut last = None;
    let mut count = 0;
    for pair in sorter.sorted().unwrap() {
        let (key, (n, text)) = pair.unwrap();
        assert!(last < Some((key, n)), "{last:?} before {key}, {n}");
        assert_eq!(text, long);
        last = Some((key, n));
        count += 1;
    }
    assert_eq!(count, pairs);
}

proptest! {
    #[test]
    fn a_sort_gives_what_the_standard_library_gives(keys in prop::collection::vec(".{0,3}", 0..100)) {
        let mut expected: Vec<(String, usize)> = keys.iter().cloned().zip(0..).collect();
        let mut sorter = Sorter::new();
        for (key, n) in &expected {
            sorter.push(key.clone(), n).unwrap();
        }
        let found: Vec<(String, usize)> = sorter.sorted().unwrap().map(Result::unwrap).collect();
        expected.sort();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn no_bytes_make_the_source_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let files = Files::new();
        let _ = rows(&files.file(&bytes));
    }
}
