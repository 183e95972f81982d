//! An export of freee goes in, and what the server then holds is what the file says, field by field: the file is read
//! here once more, by another reader.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use serde_json::Value;

use crate::redact::redact;
use crate::server::{Server, text};
use crate::station::Station;

/// One client, flat: `company.name`, `person.email`; what is empty is left out.
type Flat = BTreeMap<String, String>;

/// Rows of the sample that cannot be used, as its own tests explain.
const REJECTED: [usize; 10] = [6, 7, 16, 17, 18, 21, 23, 28, 29, 31];

/// The prefectures of the rows that go in, as the API calls them.
const PREFECTURES: [(&str, &str); 22] = [
    ("北海道", "hokkaido"),
    ("青森県", "aomori"),
    ("岩手県", "iwate"),
    ("秋田県", "akita"),
    ("山形県", "yamagata"),
    ("福島県", "fukushima"),
    ("東京都", "tokyo"),
    ("新潟県", "niigata"),
    ("富山県", "toyama"),
    ("福井県", "fukui"),
    ("愛知県", "aichi"),
    ("京都府", "kyoto"),
    ("大阪府", "osaka"),
    ("奈良県", "nara"),
    ("和歌山県", "wakayama"),
    ("鳥取県", "tottori"),
    ("島根県", "shimane"),
    ("徳島県", "tokushima"),
    ("佐賀県", "saga"),
    ("長崎県", "nagasaki"),
    ("大分県", "oita"),
    ("沖縄県", "okinawa"),
];

const ADDRESS: [(&str, &str); 4] = [
    ("postal_code", "郵便番号"),
    ("region", "都道府県"),
    ("street_address", "市区町村・番地"),
    ("extended_address", "建物名・部屋番号など"),
];

/// Columns as they stand, so that another reader can say what must arrive.
const PLAIN: &str = "
[map]
client_external_id = \"取引先コード\"
name = \"正式名称（帳票出力時に使用される名称）\"
postal_code = \"郵便番号\"
region = \"都道府県\"
street_address = \"市区町村・番地\"
extended_address = \"建物名・部屋番号など\"
phone_number = \"電話番号\"
tax_registration_number = \"適格請求書発行事業者の登録番号\"
family_name = \"営業担当者名\"
department = \"取引先担当者部署\"
email = \"営業担当者メールアドレス\"
";

#[test]
fn the_server_holds_what_the_export_says() {
    let station = Station::open();
    station.sample("freee-export.csv");
    station.write("plain.toml", PLAIN);
    let arguments =
        ["freee-export.csv", "--config", "plain.toml", "--ledger", "freee.db", "--results", "results.csv"];
    let ran = station.sync(&arguments).expect(3);
    assert_snapshot!("sync", ran.screen());
    assert_snapshot!("results", redact(&station.read("results.csv").replace('\r', "␍"), "no folder"));
    let on_server = on_server(&Server::of(&station));
    let in_file = in_file(&station);
    assert_eq!(on_server.len(), 30);
    for (id, wanted) in &in_file {
        assert_eq!(on_server.get(id), Some(wanted), "client {id}");
    }
    assert_eq!(on_server, in_file);
    // And nothing of it is sent twice.
    let again = station.sync(&arguments).expect(3);
    assert!(again.stdout.contains("0 created, 0 updated, 30 unchanged"), "{}", again.screen());
}

fn in_file(station: &Station) -> BTreeMap<String, Flat> {
    let text = station.read("freee-export.csv");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers = reader.headers().unwrap().clone();
    let mut clients = BTreeMap::new();
    for (index, row) in reader.records().enumerate() {
        let row = row.unwrap();
        let cell = |header: &str| {
            let column = headers.iter().position(|known| wide(known) == wide(header));
            row[column.unwrap_or_else(|| panic!("no column {header}"))].trim().to_owned()
        };
        if !REJECTED.contains(&(index + 2)) {
            clients.insert(cell("取引先コード"), wanted(&cell));
        }
    }
    clients
}

/// Brackets in a header may be wide or narrow.
fn wide(header: &str) -> String {
    header.replace('(', "（").replace(')', "）")
}

fn wanted(cell: &dyn Fn(&str) -> String) -> Flat {
    let person = cell("営業担当者名");
    let mail = if person.is_empty() { "company.email" } else { "person.email" };
    let mut client = Flat::from([
        ("tax_registration_number".to_owned(), cell("適格請求書発行事業者の登録番号")),
        ("lang_code".to_owned(), "ja".to_owned()),
        ("company.name".to_owned(), cell("正式名称（帳票出力時に使用される名称）")),
        ("company.phone_number".to_owned(), cell("電話番号")),
        ("person.family_name".to_owned(), person),
        ("person.department".to_owned(), cell("取引先担当者部署")),
        (mail.to_owned(), cell("営業担当者メールアドレス")),
    ]);
    for (field, header) in ADDRESS {
        let text = cell(header);
        let slug = PREFECTURES.iter().find(|(kanji, _)| field == "region" && *kanji == text);
        client.insert(format!("company.{field}"), slug.map_or(text, |(_, slug)| (*slug).to_owned()));
    }
    if ADDRESS.iter().any(|(field, _)| !client[&format!("company.{field}")].is_empty()) {
        client.insert("company.country".to_owned(), "JP".to_owned());
    }
    client.retain(|_, text| !text.is_empty());
    client
}

fn on_server(server: &Server) -> BTreeMap<String, Flat> {
    let contacts = server.contacts();
    let mut clients = BTreeMap::new();
    for client in server.clients() {
        let mut flat = Flat::new();
        for field in ["tax_registration_number", "lang_code", "date_cutoff"] {
            flat.insert(field.to_owned(), text(&client[field]));
        }
        for contact in contacts.iter().filter(|contact| contact["owner"] == client["url"]) {
            let prefix = if contact["contact_type"] == "person" { "person" } else { "company" };
            flatten(contact, prefix, &mut flat);
        }
        flat.retain(|_, text| !text.is_empty());
        assert!(clients.insert(text(&client["client_external_id"]), flat).is_none(), "a twin: {client}");
    }
    clients
}

fn flatten(contact: &Value, prefix: &str, flat: &mut Flat) {
    let mut take = |field: &str, value: &Value| {
        let before = flat.insert(format!("{prefix}.{field}"), text(value));
        assert!(before.is_none(), "two contacts of one kind: {contact}");
    };
    for field in ["name", "family_name", "given_name", "title", "department", "phone_number", "fax_number"] {
        take(field, &contact[field]);
    }
    take("email", &contact["email"]["address"]);
    for field in ["country", "postal_code", "region", "locality", "street_address", "extended_address"] {
        take(field, &contact["addresses"][0][field]);
    }
    assert!(contact["addresses"].as_array().unwrap().len() <= 1, "{contact}");
}
