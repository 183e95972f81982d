//! Any bytes as a file, any text as a configuration, any cells as a row: nothing panics, nothing grows out of bounds.
//!
//! `fuzz/` holds the same three as targets for hours; here each gets some hundred tries in every run.

use std::path::Path;

use leapsync::config::File;
use leapsync::mapping::{Mapped, Mapping};
use leapsync::record::{Fields, Line, Wanted};
use leapsync::settings::{Delimiter, Encoding, Header, KeepRows, Reading};
use leapsync::source::{Source, Store};
use proptest::prelude::*;

use crate::samples;

/// Everything that `[map]` can say.
const REFERENCE: &str = include_str!("../../samples/mapping-reference.toml");
/// The columns that it names.
const HEADERS: [&str; 26] = [
    "得意先コード",
    "枝番",
    "得意先名１",
    "得意先名２",
    "住所１",
    "住所２",
    "郵便番号",
    "電話番号",
    "締日",
    "登録番号",
    "国",
    "代表メール",
    "氏名",
    "役職",
    "部署",
    "担当者TEL",
    "担当者名２",
    "役職２",
    "部署２",
    "担当者メール２",
    "退職フラグ２",
    "使用区分",
    "担当者TEL２",
    "担当者FAX２",
    "取引区分",
    "得意先として利用する",
];
/// A letter becomes so many at most when it is folded (ﷺ is the longest), and a cell goes into so many fields.
const MOST_OF_ONE: usize = 18 * 4;

/// Bytes that mean something to a reader, more often than others.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let telling: Vec<&'static [u8]> = vec![
        b"\"",
        b"\"\"",
        b",",
        b"\t",
        b";",
        b"\n",
        b"\r\n",
        b"\r",
        b"\0",
        b"\x1a",
        b"=\"01\"",
        b"\x82\xa0",
        b"\xf0\x40",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\xe3\x81\x82",
        b"id,name\n",
        b"i\0d\0,\0",
        b"\x00\xd8",
        b"\x81",
        b"leapsync_line,leapsync_reason,id\n",
        b"\x1f\x8b",
        b"PK\x03\x04",
    ];
    let piece = prop_oneof![
        4 => prop::sample::select(telling).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// A part of a sample with some bytes changed.
fn spoilt() -> impl Strategy<Value = Vec<u8>> {
    let files = ["01-hanbai.csv", "freee-export.csv", "03-salesforce.csv", "04-contacts.txt"];
    let whole = prop::sample::select(files.map(samples::bytes).to_vec());
    let strokes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8);
    (whole, any::<prop::sample::Index>(), strokes).prop_map(|(mut bytes, end, strokes)| {
        bytes.truncate(end.index(bytes.len()).max(1));
        for (at, byte) in strokes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes
    })
}

fn reading() -> impl Strategy<Value = Reading> {
    let encodings = [
        None,
        Some(Encoding::Utf8),
        Some(Encoding::ShiftJis),
        Some(Encoding::Utf16Le),
        Some(Encoding::Utf16Be),
    ];
    let delimiters = [None, Some(Delimiter::Comma), Some(Delimiter::Tab), Some(Delimiter::Semicolon)];
    let second = Header::Row(std::num::NonZeroU64::MIN.saturating_add(1));
    let headers = [Header::Auto, Header::Absent, second];
    let choice = (prop::sample::select(encodings.to_vec()), prop::sample::select(delimiters.to_vec()));
    (choice, prop::sample::select(headers.to_vec())).prop_map(|((encoding, delimiter), header)| Reading {
        encoding,
        delimiter,
        header,
        ..Reading::default()
    })
}

/// Reads a file to where it can be read, and its rows once more; gives how many rows it has.
fn read(path: &Path, reading: &Reading) -> usize {
    let Ok(store) = Store::open(path, KeepRows::Never) else { return 0 };
    let known = |header: &str| ["id", "name", "得意先コード", "取引先コード"].contains(&header);
    let Ok(mut source) = Source::open(store, reading, &known) else { return 0 };
    let (mut lines, mut letters) = (Vec::new(), 0);
    while let Ok(Some(row)) = source.next_row() {
        lines.push(row.line);
        letters += row.cells.iter().map(String::len).sum::<usize>();
    }
    let size = usize::try_from(source.bytes()).unwrap();
    assert!(lines.is_sorted_by(|one, other| one < other) && lines.len() <= size);
    // A byte becomes three at most: when it is lost, or a kana of half width.
    assert!(letters <= 3 * size, "{letters} bytes of text from {size}");
    let (_, mut rows) = source.into_kept().rows().unwrap();
    for line in &lines {
        let again = rows.row(*line, "again").unwrap().len();
        assert!(again <= size + 40, "row {line} has {again} bytes in a file of {size}");
    }
    lines.len()
}

fn mapping() -> Mapping {
    let file: File = toml::from_str(REFERENCE).unwrap();
    Mapping::new(&HEADERS.map(str::to_owned), &file.rules()).unwrap()
}

/// A cell: what rules look at, and anything.
fn cell() -> impl Strategy<Value = String> {
    let telling = [
        "",
        " ",
        "0",
        "1",
        "末日",
        "20日",
        "A-1",
        "Ａ１",
        "見本　一郎",
        "東京都千代田区架空町1",
        "a@example.jp",
        "#N/A",
        "〒100-0000",
        "0600000",
        "60000",
        "T5999000000037",
        "\"名前\" <a@example.jp>",
        "a@b, c@d",
        "1:掛売上",
        "９９９",
        "ﷺ",
        "\u{3099}",
        "\u{e000}",
        "京都府京都市",
        "北海道余市郡余市町",
        "四日市市",
    ];
    let telling = prop::sample::select(telling.to_vec()).prop_map(str::to_owned);
    prop_oneof![3 => telling, 1 => ".{0,20}"]
}

fn letters(fields: &Fields) -> usize {
    fields.values().map(str::len).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop_oneof![bytes(), spoilt()], reading in reading()) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        read(file.path(), &reading);
    }

    #[test]
    fn any_text_is_a_configuration_or_none(
        at in any::<prop::sample::Index>(),
        length in 0_usize..40,
        piece in prop_oneof!["[\\[\\]{}=\",.#'a-z0-9_ \n-]{0,20}", ".{0,10}"],
    ) {
        let letters: Vec<char> = REFERENCE.chars().collect();
        let at = at.index(letters.len());
        let rest = letters[at..].iter().skip(length);
        let text: String = letters[..at].iter().copied().chain(piece.chars()).chain(rest.copied()).collect();
        for text in [&text, &piece] {
            if let Ok(file) = toml::from_str::<File>(text) {
                let _reading = file.input.reading();
                let headers = HEADERS.map(str::to_owned);
                if let Ok(mapping) = Mapping::new(&headers, &file.rules()) {
                    prop_assert!(mapping.unused_headers().count() <= headers.len());
                }
            }
        }
    }

    #[test]
    fn any_cells_are_a_client_or_rejected(
        rows in prop::collection::vec(prop::collection::vec(cell(), 0..27), 1..6),
        wide in any::<bool>(),
    ) {
        let mapping = mapping();
        let size: usize = rows.iter().flatten().map(String::len).sum();
        let mut taken = Vec::new();
        for (number, mut cells) in (1..).zip(rows) {
            // Of two tries one has as many cells as the header.
            if wide {
                cells.resize(HEADERS.len(), String::new());
                cells[0] = "A-1".to_owned();
            }
            if let Mapped::Row(row) = mapping.row(Line(number), &cells, &[]) {
                taken.push(row);
            }
        }
        let Some(first) = taken.first() else { return Ok(()) };
        let id = first.external_id.clone();
        taken.retain(|row| row.external_id == id);
        let count = taken.len();
        if let Wanted::Desired(client) = mapping.client(taken).wanted {
            let persons: usize = client.persons.iter().map(letters).sum();
            let all = letters(&client.own) + letters(&client.company) + persons;
            prop_assert!(all <= MOST_OF_ONE * (size + 100), "{} bytes from {}", all, size);
            prop_assert!(client.persons.len() <= 2 * count && client.lines.len() == count);
        }
    }
}

#[test]
fn the_tries_reach_what_they_are_for() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), samples::bytes("04-contacts.txt")).unwrap();
    assert_eq!(read(file.path(), &Reading::default()), 44);
    let mut cells = vec![String::new(); HEADERS.len()];
    for (column, text) in [(0, "1"), (1, "2"), (2, "見本"), (21, "0"), (24, "1:掛売上"), (25, "利用する")]
    {
        cells[column] = text.to_owned();
    }
    let mapping = mapping();
    let Mapped::Row(row) = mapping.row(Line(1), &cells, &[]) else { panic!("rejected") };
    let Wanted::Desired(client) = mapping.client(vec![row]).wanted else { panic!("no client") };
    assert_eq!((client.external_id.as_str(), client.lines.len()), ("000001-02", 1));
}
