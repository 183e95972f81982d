//! The input as a run meets it: the number of each row, the files that cannot be used, and memory that stays bounded.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use leapsync::mapping::KnownHeaders;
use leapsync::record::Column;
use leapsync::settings::rules::{self, Rule, Rules};
use leapsync::settings::{Encoding, Header, KeepRows, Reading};
use leapsync::source::{Quote, Source, SourceError, Store};
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

/// Opens a file as a run does that knows leapsync's own headers and `得意先コード`.
fn open_as(path: &Path, reading: &Reading) -> Result<Source, SourceError> {
    let key = Rule::plain(rules::Header::Named("得意先コード".to_owned()));
    let rules = Rules { columns: [(Column::ExternalId, key)].into(), ..Rules::default() };
    let known = KnownHeaders::new(&rules);
    Source::open(Store::open(path, KeepRows::Never)?, reading, &|header| known.holds(header))
}

fn open(path: &Path) -> Result<Source, SourceError> {
    open_as(path, &Reading::default())
}

/// Each row's number and its cells, joined.
fn rows(path: &Path) -> Result<Vec<(u64, String)>, SourceError> {
    let mut source = open(path)?;
    let mut rows = Vec::new();
    while let Some(row) = source.next_row()? {
        rows.push((row.line.0, row.cells.join("|")));
    }
    assert_eq!(source.bytes(), fs::metadata(path).unwrap().len());
    assert_eq!(source.bytes_read(), source.bytes());
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
    let source = open(&files.file("\u{feff}\n\" id\",name \n".as_bytes())).unwrap();
    assert_eq!(source.headers(), ["id", "name"]);
    assert_eq!((source.encoding(), source.delimiter()), ("UTF-8", ','));
}

fn named(encoding: Encoding) -> Reading {
    Reading { encoding: Some(encoding), ..Reading::default() }
}

#[test]
fn a_row_that_is_not_utf_8_comes_with_the_cells_that_lost_bytes() {
    let files = Files::new();
    let path = files.file(b"id,name,note\nA,\x8c\xa9\x96\x7b,x\nB,ok,y\n");
    let mut source = open_as(&path, &named(Encoding::Utf8)).unwrap();
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
    let Err(SourceError::Open { path, source }) = open(&missing) else { panic!("opened") };
    assert_eq!((path, source.kind()), (missing, io::ErrorKind::NotFound));
    assert!(matches!(open(files.folder.path()), Err(SourceError::Directory { .. })));
}

#[test]
fn a_file_that_cannot_be_used_is_told_with_its_position() {
    let cases: [(&[u8], &str); 12] = [
        (b"", "`clients.csv` is empty (0 bytes)"),
        (b"\r\n\r\n,,\r\n", "`clients.csv` has no header: all its rows are blank"),
        (b"\xef\xbb\xbf", "`clients.csv` has no header: all its rows are blank"),
        (
            b"i\0d\0\n\0",
            "clients.csv:1: holds NUL bytes: is this UTF-16? save it as \"CSV UTF-8\", or write `encoding = \"UTF-16LE\"` \
             under `[input]` in leapsync.toml",
        ),
        (b"PK\x03\x04\x14\0", "`clients.csv` is an Excel workbook or another zip: save it as \"CSV UTF-8\""),
        (
            b"\xef\xbb\xbf\nid,\x96\xbc\x91\x4f\nA,x\n",
            "clients.csv:2: the header's cell 2 is not valid UTF-8: another `encoding` may fit, under `[input]` in \
             leapsync.toml",
        ),
        (
            b"id,name\nA,\x96\xbc\x91\x4f\nB,\xa0\n",
            "`clients.csv` is neither UTF-8 (row 2 is not) nor Shift_JIS (row 3 is not): save it as \"CSV UTF-8\", or write \
             `encoding = …` under `[input]` in leapsync.toml, then only the rows that do not fit are rejected",
        ),
        (
            "id,name\nA,見本\nB,架空\n".as_bytes().split_last().unwrap().1.split_last().unwrap().1,
            "clients.csv:3: this row is not UTF-8, though most of the file is: write `encoding = \"UTF-8\"` under `[input]` \
             in leapsync.toml to reject such rows and take the others, or `encoding = \"Shift_JIS\"` if that is what it is",
        ),
        (
            b"id,name\nA,x\nB,\"y\nC,z\nD,\"E\",x\n",
            "clients.csv:3: a quote that was never closed swallowed the rows after it: it opens in this row",
        ),
        (
            b"id,name,x,y\nA,x,1,2\nB,\"y,1,2\nC,z,3,4\"\nD,x,1,2\n",
            "clients.csv:3: a quote that was never closed swallowed the rows after it: it opens in this row",
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

/// The facts of a file, and its rows as `line: cells`.
fn read(bytes: &[u8], reading: &Reading) -> (&'static str, char, Option<u64>, String) {
    let files = Files::new();
    let mut source = open_as(&files.file(bytes), reading).unwrap();
    let (encoding, delimiter) = (source.encoding(), source.delimiter());
    let header = source.header_line().map(|line| line.0);
    let mut text = format!("{}\n", source.headers().join("|"));
    while let Some(row) = source.next_row().unwrap() {
        assert_eq!(row.undecodable, [] as [usize; 0]);
        text.push_str(&format!("{}: {}\n", row.line, row.cells.join("|")));
    }
    (encoding, delimiter, header, text)
}

/// A text in each encoding that leapsync reads.
fn in_every_encoding(text: &str) -> [(&'static str, Vec<u8>); 5] {
    let utf16 = |mark: u16, bytes: fn(u16) -> [u8; 2]| {
        let units = std::iter::once(mark).chain(text.encode_utf16());
        units.flat_map(bytes).collect::<Vec<u8>>()
    };
    [
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8", format!("\u{feff}{text}").into_bytes()),
        ("Shift_JIS", encoding_rs::SHIFT_JIS.encode(text).0.into_owned()),
        ("UTF-16LE", utf16(0xfeff, u16::to_le_bytes)),
        ("UTF-16BE", utf16(0xfeff, u16::to_be_bytes)),
    ]
}

#[test]
fn a_file_reads_the_same_in_every_encoding_and_with_every_delimiter() {
    // 表, ソ and 能 end in 0x5C in Shift_JIS.
    let text = "得意先台帳\r\n\r\n得意先コード,name,\"x\"\r\nA,\"表ソ能\"\"\r\n㈱髙﨑～－\",1\r\n\r\nB,ｱｵｿﾞﾗ,=\"02\"\r\n\u{1a}";
    let expected = "得意先コード|name|x\n4: A|表ソ能\"\r\n㈱髙﨑～－|1\n6: B|ｱｵｿﾞﾗ|02\n";
    for delimiter in [',', '\t', ';'] {
        for (encoding, bytes) in in_every_encoding(&text.replace(',', &delimiter.to_string())) {
            let found = read(&bytes, &Reading::default());
            assert_eq!(found, (encoding, delimiter, Some(3), expected.to_owned()));
        }
    }
}

#[test]
fn the_header_is_where_a_person_says_it_is() {
    let text = b"a,b\nclient_external_id,name\nc,d\n";
    let header = |header| Reading { header, ..Reading::default() };
    let row = |row| header(Header::Row(std::num::NonZeroU64::new(row).unwrap()));
    assert_eq!(read(text, &Reading::default()).3, "client_external_id|name\n3: c|d\n");
    assert_eq!(read(text, &row(1)).3, "a|b\n2: client_external_id|name\n3: c|d\n");
    assert_eq!(read(text, &row(3)).3, "c|d\n");
    let without = read(text, &header(Header::Absent));
    assert_eq!((without.2, without.3.as_str()), (None, "1|2\n1: a|b\n2: client_external_id|name\n3: c|d\n"));
    let files = Files::new();
    let Err(error) = open_as(&files.file(text), &row(4)) else { panic!("opened") };
    assert!(
        error.to_string().ends_with("has no header in row 4: row 4 is blank or behind its end"),
        "{error}"
    );
}

#[test]
fn titles_above_the_header_are_passed_over_and_only_far_above() {
    let titles = |count| "title,of,a,list\n".repeat(count) + "得意先コード,name\nA,x\n";
    assert_eq!(read(titles(19).as_bytes(), &Reading::default()).2, Some(20));
    assert_eq!(read(titles(20).as_bytes(), &Reading::default()).2, Some(1));
    assert_eq!(read(b"list\n\nunknown,names\nA,x\n", &Reading::default()).2, Some(3));
    assert_eq!(read(b"\nid\nA\n", &Reading::default()).2, Some(2));
}

#[test]
fn a_rejects_file_loses_its_first_two_columns() {
    let reading = Reading { header: Header::Absent, ..Reading::default() };
    let text = b"leapsync_line,leapsync_reason,1,2\n17,\"bad, bad\",A,x\n18,,,\n19,worse,B\n";
    assert_eq!(read(text, &reading).3, "1|2\n2: A|x\n4: B\n");
    let files = Files::new();
    let mut source = open_as(&files.file(text), &reading).unwrap();
    assert!(source.is_rejects_file());
    assert_eq!(source.next_row().unwrap().unwrap().cells, ["A", "x"]);
    assert!(!open(&files.file(b"leapsync_line,name\nA,x\n")).unwrap().is_rejects_file());
}

#[test]
fn cells_that_are_odd_are_told_with_their_row() {
    let files = Files::new();
    let text = b"id,name,x\nA,5\" x,\nB, \"y\",z\nC,\"5\"\" x\",\nD,=\"01\",=\"02\"\n\nE,a,b";
    let mut source = open(&files.file(text)).unwrap();
    let mut found = Vec::new();
    while let Some(row) = source.next_row().unwrap() {
        found.push((row.line.0, row.quote_astray, row.unwrapped, row.behind_blank, row.ends_the_file));
    }
    let expected = [
        (2, Some(1), 0, false, false),
        (3, Some(1), 0, false, false),
        (4, None, 0, false, false),
        (5, None, 2, false, false),
        (7, None, 0, true, true),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_compressed_file_is_known_by_its_first_bytes() {
    let files = Files::new();
    let text = "得意先コード,name\nA,見本\n";
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let mut source = open(&files.file(&packed)).unwrap();
    assert_eq!(source.bytes(), text.len() as u64);
    assert_eq!(source.next_row().unwrap().unwrap().cells, ["A", "見本"]);
    for cut in [3, packed.len() - 9, packed.len() - 1] {
        let error = open(&files.file(&packed[..cut])).unwrap_err();
        assert!(matches!(error, SourceError::Gzip { .. }), "{cut}: {error:?}");
    }
}

#[test]
fn a_record_without_end_is_told_long_before_the_file_has_been_read() {
    const SIZE: u64 = 1 << 30;
    let files = Files::new();
    // NUL bytes among the first ones would make it a file in UTF-16.
    let start = format!("client_external_id,name\nA,{}\nB,", "x".repeat(100));
    for (cell, expected) in [("", Quote::Closed), ("\"", Quote::Open)] {
        let path = files.file(format!("{start}{cell}").as_bytes());
        // A sparse file: a gibibyte that takes no room on the disk and would take a gibibyte in memory.
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(SIZE).unwrap();
        // With an encoding that is named nothing is read beforehand.
        let mut source = open_as(&path, &named(Encoding::Utf8)).unwrap();
        source.next_row().unwrap();
        match source.next_row() {
            Err(SourceError::TooLong { line, quote, .. }) => assert_eq!((line.0, quote), (3, expected)),
            other => panic!("{other:?}"),
        }
        assert!(source.bytes_read() < 2 << 20, "{} bytes were read", source.bytes_read());
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
        sorter.push(&((n * 7_919) % 10_007), &(n, long.clone())).unwrap();
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
            sorter.push(key, n).unwrap();
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

#[test]
fn a_file_that_has_become_utf_8_is_not_read_as_the_encoding_that_was_named() {
    let files = Files::new();
    let named = Reading { encoding: Some(Encoding::ShiftJis), ..Reading::default() };
    let utf8 = files.file("client_external_id,name\nA,会社\n".as_bytes());
    assert!(matches!(open_as(&utf8, &named), Err(SourceError::NotShiftJis { .. })));
    let ascii = files.file(b"client_external_id,name\nA,Example\n");
    assert!(open_as(&ascii, &named).is_ok());
    let shift_jis = files.file(b"client_external_id,name\nA,\x89\xef\x8e\xd0\n");
    assert!(open_as(&shift_jis, &named).is_ok());
}
