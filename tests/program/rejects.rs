//! The rejects file: the rows that did not get through, byte for byte, and what becomes of it when it is fed back.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use crate::station::{Ran, Station};

/// A file in one form, and how its configuration reads it.
struct Form {
    config: &'static str,
    encode: fn(&str) -> Vec<u8>,
    header: Option<&'static str>,
    delimiter: char,
}

const MAP: &str = "[map]\nclient_external_id = \"コード\"\nname = \"名前\"\nemail = \"メール\"\n";
const MAP_BY_NUMBER: &str =
    "[input]\nheader = \"none\"\n[map]\nclient_external_id = \"1\"\nname = \"2\"\nemail = \"3\"\n";

fn shift_jis(text: &str) -> Vec<u8> {
    encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
}

fn utf8_with_a_mark(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").into_bytes()
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

const FORMS: [Form; 4] = [
    Form {
        config: MAP, encode: shift_jis, header: Some("\"コード\",名前,メール\r\n"), delimiter: ','
    },
    Form {
        config: MAP, encode: utf8_with_a_mark, header: Some("コード,名前,メール\n"), delimiter: ';'
    },
    Form { config: MAP, encode: utf16, header: Some("コード,\"名前\",メール\r\n"), delimiter: '\t' },
    Form { config: MAP_BY_NUMBER, encode: shift_jis, header: None, delimiter: ',' },
];

impl Form {
    /// The text with this form's delimiter, as bytes.
    fn bytes(&self, text: &str) -> Vec<u8> {
        (self.encode)(&text.replace(',', &self.delimiter.to_string()))
    }
}

/// Runs `sync` with results in Japanese cells that a server refuses or leapsync rejects.
fn sync(station: &Station, file: &str) -> Ran {
    station.sync(&[file, "--rejects", "rejects.csv"])
}

#[test]
fn rows_come_back_byte_for_byte_in_every_form_and_go_in_once_they_are_mended() {
    let good = "A,㈱表見本,a@example.jp\r\n";
    let two_rows = ["B,\"能見本\r\n営業部\",b＠example.jp\n", "B,,\r\n"];
    let refused = "C,\"ソ \"\"見本\"\"\",a..b@docomo.ne.jp";
    for form in FORMS {
        let station = Station::open();
        station.write("leapsync.toml", form.config);
        let header = form.header.unwrap_or_default();
        let first = if form.header.is_some() { 2 } else { 1 };
        let text = [header, good, two_rows[0], two_rows[1], refused].concat();
        station.write("clients.csv", form.bytes(&text));
        sync(&station, "clients.csv").expect(3);

        let column = if form.header.is_some() { "メール" } else { "3" };
        let problem =
            format!("row {}, column `{column}`: `b＠example.jp` is not an e-mail address", first + 1);
        let found = fs::read(station.path("rejects.csv")).unwrap();
        let reason_of_the_server = {
            let shown = station.run(&["why", "C"]).expect(0).stdout;
            let at = shown.find("HTTP 400: ").unwrap();
            shown[at..].lines().next().unwrap().trim_end().to_owned()
        };
        let quoted = |text: &str| {
            let quotes = text.contains([form.delimiter, '"']);
            if quotes { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
        };
        let header = form.header.unwrap_or("1,2,3\r\n");
        let d = form.delimiter;
        let swap = |text: &str| text.replace(',', &d.to_string());
        let expected = [
            format!("leapsync_line{d}leapsync_reason{d}{}", swap(header)),
            format!("{}{d}{}{d}{}", first + 1, quoted(&problem), swap(two_rows[0])),
            format!(
                "{}{d}{}{d}{}",
                first + 2,
                quoted(&format!("another row of this client is rejected: {problem}")),
                swap(two_rows[1])
            ),
            format!(
                "{}{d}{}{d}{}{}",
                first + 3,
                quoted(&reason_of_the_server),
                swap(refused),
                if header.ends_with("\r\n") { "\r\n" } else { "\n" }
            ),
        ]
        .concat();
        assert_eq!(found, (form.encode)(&expected), "{expected}");

        let mended = expected.replace("b＠", "b@").replace("a..b@", "a.b@");
        station.write("mended.csv", (form.encode)(&mended));
        let ran = sync(&station, "mended.csv").expect(0);
        assert!(ran.stdout.contains("2 created"), "{}", ran.screen());
        assert!(!ran.stdout.contains("gone"), "{}", ran.screen());
        let nothing = format!("leapsync_line{d}leapsync_reason{d}{}", swap(header));
        assert_eq!(fs::read(station.path("rejects.csv")).unwrap(), (form.encode)(&nothing));
    }
}

#[test]
fn the_file_is_for_its_owner_and_replaces_the_one_of_an_earlier_night() {
    let station = Station::open();
    station.write("rejects.csv", "of an earlier night");
    station.write("clients.csv", "client_external_id,name\nA,Sample\n");
    sync(&station, "clients.csv").expect(0);
    assert_eq!(station.read("rejects.csv"), "leapsync_line,leapsync_reason,client_external_id,name\n");
    let mode = fs::metadata(station.path("rejects.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    station.write("clients.csv", "");
    sync(&station, "clients.csv").expect(1);
    assert!(station.read("rejects.csv").starts_with("leapsync_line,"), "nothing is known of an empty file");
}

#[test]
fn standard_input_and_compressed_files_have_rejects_too() {
    let station = Station::open();
    let csv = "client_external_id,name,email\nA,Sample,a@example.com\nB,Other,nobody\n";
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, csv.as_bytes()).unwrap();
    station.write("clients.csv.gz", encoder.finish().unwrap());
    station.write("clients.csv", csv);
    let expected = "leapsync_line,leapsync_reason,client_external_id,name,email\n\
        3,\"row 3, column `email`: `nobody` is not an e-mail address\",B,Other,nobody\n";
    for name in ["clients.csv", "clients.csv.gz"] {
        let mut command = station.job(&["sync", "-", "--json", "--rejects", "rejects.csv"]);
        let input = fs::File::open(station.path(name)).unwrap();
        let output = command.stdin(Stdio::from(input)).output().unwrap();
        let ran = station.ran(&["sync", "-"], &output).expect(3);
        assert_eq!((&ran.json()["input"]["path"], &ran.json()["rows"]["read"]), (&"-".into(), &2.into()));
        assert_eq!(station.read("rejects.csv"), expected, "{name}");
        fs::remove_file(station.path("rejects.csv")).unwrap();
    }
    sync(&station, "clients.csv.gz").expect(3);
    assert_eq!(station.read("rejects.csv"), expected);
}

#[test]
fn rejects_need_a_place_of_their_own() {
    let station = Station::open();
    station.write("clients.csv", "client_external_id,name\nA,Sample\n");
    for (arguments, message) in [
        (
            ["--rejects", "clients.csv", "-v", "-v"],
            "cannot write the rejects to `clients.csv`: that is the input",
        ),
        (["--rejects", "x.csv", "--results", "./x.csv"], "cannot write both the results and the rejects to"),
    ] {
        let ran = station.sync(&[&["clients.csv"], &arguments[..]].concat()).expect(1);
        assert!(ran.stderr.contains(message), "{}", ran.screen());
    }
    assert_eq!(station.requests().len(), 0);
}
