//! The bundled list: two hundred new clients, a quiet night, small changes, and the next day.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::world::{TestWorld, contacts, mid};

/// The prefectures and their keys, written down apart from leapsync's own table.
const PREFECTURES: &str = "北海道 hokkaido 青森県 aomori 岩手県 iwate 宮城県 miyagi 秋田県 akita 山形県 yamagata \
    福島県 fukushima 茨城県 ibaraki 栃木県 tochigi 群馬県 gunma 埼玉県 saitama 千葉県 chiba 東京都 tokyo \
    神奈川県 kanagawa 新潟県 niigata 富山県 toyama 石川県 ishikawa 福井県 fukui 山梨県 yamanashi 長野県 nagano \
    岐阜県 gifu 静岡県 shizuoka 愛知県 aichi 三重県 mie 滋賀県 shiga 京都府 kyoto 大阪府 osaka 兵庫県 hyogo \
    奈良県 nara 和歌山県 wakayama 鳥取県 tottori 島根県 shimane 岡山県 okayama 広島県 hiroshima 山口県 yamaguchi \
    徳島県 tokushima 香川県 kagawa 愛媛県 ehime 高知県 kochi 福岡県 fukuoka 佐賀県 saga 長崎県 nagasaki \
    熊本県 kumamoto 大分県 oita 宮崎県 miyazaki 鹿児島県 kagoshima 沖縄県 okinawa";

/// Columns of an address, in the file and on the server.
const ADDRESS: [&str; 6] =
    ["postal_code", "country", "region", "locality", "street_address", "extended_address"];

type Cells = BTreeMap<String, String>;

pub(crate) fn sample(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).unwrap()
}

/// The rows of each client, read with nothing of leapsync's.
fn rows_by_client(csv: &str) -> BTreeMap<String, Vec<Cells>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let mut clients: BTreeMap<String, Vec<Cells>> = BTreeMap::new();
    for row in reader.deserialize() {
        let mut row: Cells = row.unwrap();
        row.retain(|_, cell| !cell.is_empty());
        clients.entry(row["client_external_id"].clone()).or_default().push(row);
    }
    clients
}

fn cell<'a>(row: &'a Cells, column: &str) -> &'a str {
    row.get(column).map(String::as_str).unwrap_or_default()
}

/// What some rows say of a column: the first cell that says anything.
fn said(rows: &[Cells], column: &str) -> String {
    rows.iter().map(|row| cell(row, column)).find(|text| !text.is_empty()).unwrap_or_default().to_owned()
}

fn is_person(row: &Cells) -> bool {
    row.contains_key("family_name") || row.contains_key("given_name")
}

/// The company's or lone person's address, as a person would expect to read it on the server.
fn address(rows: &[Cells]) -> Value {
    let mut parts: Cells = ADDRESS.iter().map(|part| ((*part).to_owned(), said(rows, part))).collect();
    if parts.values().all(String::is_empty) {
        return json!([]);
    }
    let words: Vec<&str> = PREFECTURES.split_whitespace().collect();
    let prefecture = words.chunks(2).find(|pair| pair[0] == parts["region"]);
    if let Some(pair) = prefecture {
        parts.insert("region".to_owned(), pair[1].to_owned());
    }
    if parts["country"].is_empty() {
        parts.insert("country".to_owned(), "JP".to_owned());
    }
    let mut address = json!(parts);
    address["format"] = "jp_default".into();
    json!([address])
}

fn email(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { json!({"address": text}) }
}

/// The contacts that the rows of one client ask for.
fn expected_contacts(rows: &[Cells]) -> Vec<Value> {
    let company_mail = rows.iter().filter(|row| !is_person(row)).cloned().collect::<Vec<_>>();
    let name = said(rows, "name");
    let mut expected = Vec::new();
    if !name.is_empty() {
        expected.push(json!({
            "contact_type": "organization", "name": name, "family_name": "", "given_name": "", "title": "",
            "department": "", "phone_number": said(rows, "phone_number"),
            "fax_number": said(rows, "fax_number"), "email": email(&said(&company_mail, "email")),
            "addresses": address(rows),
        }));
    }
    let mut seen = BTreeSet::new();
    for row in rows.iter().filter(|row| is_person(row)) {
        let columns = ["family_name", "given_name", "title", "department", "person_phone_number", "email"];
        let cells = columns.map(|column| cell(row, column).to_owned());
        if !seen.insert(cells.clone()) {
            continue;
        }
        let [family, given, title, department, phone, mail] = cells;
        let alone = name.is_empty() && expected.is_empty();
        let or_company = |own: String, column: &str| {
            if alone && own.is_empty() { said(rows, column) } else { own }
        };
        let mail = if alone && mail.is_empty() { said(&company_mail, "email") } else { mail };
        expected.push(json!({
            "contact_type": "person", "name": "", "family_name": family, "given_name": given, "title": title,
            "department": department, "phone_number": or_company(phone, "phone_number"),
            "fax_number": if alone { said(rows, "fax_number") } else { String::new() },
            "email": email(&mail), "addresses": if alone { address(rows) } else { json!([]) },
        }));
    }
    expected
}

/// The part of a contact that a file can speak of.
fn seen_contact(contact: &Value) -> Value {
    let mut seen = json!({});
    let fields = [
        "contact_type",
        "name",
        "family_name",
        "given_name",
        "title",
        "department",
        "phone_number",
        "fax_number",
        "email",
        "addresses",
    ];
    for field in fields {
        seen[field] = contact[field].clone();
    }
    seen
}

/// The server holds exactly what the file says, client by client and field by field.
#[track_caller]
fn assert_equals_file(world: &TestWorld, csv: &str, but: &[&str]) {
    for (id, rows) in rows_by_client(csv) {
        if but.contains(&id.as_str()) {
            continue;
        }
        let client = world.client(&id);
        let seen: Vec<Value> = contacts(&client).iter().map(seen_contact).collect();
        let mut expected = expected_contacts(&rows);
        for (seen, expected) in seen.iter().zip(&mut expected) {
            // The file does not speak of the format of an address.
            if let Some(format) = seen["addresses"].get(0).map(|address| address["format"].clone())
                && let Some(address) = expected["addresses"].get_mut(0)
            {
                address["format"] = format;
            }
        }
        assert_eq!(seen, expected, "{id}");
        let cutoff = said(&rows, "date_cutoff").parse::<u8>().map_or(Value::Null, Value::from);
        assert_eq!(client["date_cutoff"], cutoff, "{id}");
        assert_eq!(client["tax_registration_number"], said(&rows, "tax_registration_number"), "{id}");
        let language = said(&rows, "lang_code");
        assert_eq!(client["lang_code"], if language.is_empty() { "ja".to_owned() } else { language }, "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_hundred_new_clients_are_two_hundred_posts_and_the_server_holds_what_the_file_says() {
    let world = TestWorld::new();
    let csv = sample("clients.csv");
    let night = world.sync(&csv).await;
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    assert_eq!(night.result().created, 200);
    assert_eq!(night.count("POST /client/"), 200);
    assert_eq!(night.count("POST /user/oauth2/token/"), 1);
    assert_eq!(night.count("GET /api/partner/"), 1);
    // The empty list is read once: live, archived, and a last look at the live one.
    let lists: Vec<_> = night.log.iter().filter(|entry| entry.path.ends_with("/client/")).collect();
    let queries: Vec<bool> = lists
        .iter()
        .filter(|entry| entry.method == "GET")
        .map(|entry| entry.query.as_ref().unwrap().contains("archived=true"))
        .collect();
    assert_eq!(queries, [false, true, false]);
    // At most one reading shows in which order contacts are answered.
    let rest = night.log.len() - 205;
    assert!(rest <= 1, "{:?}", night.sent());
    assert_eq!(night.log.iter().filter(|entry| entry.path.ends_with("/contact/")).count(), rest);
    assert_eq!(world.sandbox.clients().len(), 200);
    assert_equals_file(&world, &csv, &[]);
}

#[tokio::test(start_paused = true)]
async fn a_second_night_with_the_same_file_asks_for_a_token_and_nothing_else() {
    let world = TestWorld::new();
    let csv = sample("clients.csv");
    world.sync(&csv).await;
    let before = world.sandbox.clients();
    let night = world.sync(&csv).await;
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    assert_eq!(night.result().unchanged, 200);
    assert_eq!(night.sent(), Vec::<String>::new());
    assert_eq!(night.log.len(), 1);
    assert_eq!(world.sandbox.clients(), before);
}

#[tokio::test(start_paused = true)]
async fn one_changed_mail_address_is_one_patch_of_that_contact() {
    let world = TestWorld::new();
    let csv = sample("clients.csv");
    world.sync(&csv).await;
    let contact = world.contact("001001", "仮橋");
    let night = world.sync(&csv.replace("t-karibashi@kakuu-dairy", "keiri@kakuu-dairy")).await;
    let patch = format!("PATCH /contact/{}/", mid(&contact));
    assert_eq!(night.sent(), [&*patch]);
    assert_eq!(*night.body(&patch), json!({"email": {"address": "keiri@kakuu-dairy.example.jp"}}));
    let mut expected = contact;
    expected["email"]["address"] = "keiri@kakuu-dairy.example.jp".into();
    assert_eq!(world.contact("001001", "仮橋"), expected);
}

#[tokio::test(start_paused = true)]
async fn one_new_company_name_is_one_patch_of_that_company() {
    let world = TestWorld::new();
    let csv = sample("clients.csv");
    world.sync(&csv).await;
    let patch = format!("PATCH /contact/{}/", mid(&world.contact("001001", "架空酪農株式会社")));
    let night = world.sync(&csv.replace("架空酪農株式会社", "架空乳業株式会社")).await;
    assert_eq!(night.sent(), [&*patch]);
    assert_eq!(*night.body(&patch), json!({"name": "架空乳業株式会社"}));
    assert_eq!(world.client("001001")["display_name"], "架空乳業株式会社");
}

#[tokio::test(start_paused = true)]
async fn the_next_day_costs_exactly_what_its_readme_says_and_the_night_after_it_nothing() {
    let world = TestWorld::new();
    world.sync(&sample("clients.csv")).await;
    let next_day = sample("clients-next-day.csv");
    let contact = |id, name| mid(&world.contact(id, name)).to_owned();
    let patched = [
        contact("001013", "みほん農業協同組合"),
        contact("001027", "髙見本酒造株式会社"),
        contact("001058", "南見本ガス株式会社"),
        contact("001077", "株式会社例示環境開発"),
        contact("001117", "仮野"),
    ];
    let joined = mid(&world.client("001065")).to_owned();
    let rejected = world.client("001022");
    let night = world.sync(&next_day).await;
    let mut expected: Vec<String> = patched.iter().map(|mid| format!("PATCH /contact/{mid}/")).collect();
    expected.push(format!("GET /contact/{}/", patched[1]));
    expected.push(format!("GET /client/{joined}/contact/"));
    expected.push(format!("PATCH /client/{joined}/"));
    expected.extend(["POST /client/"; 4].map(str::to_owned));
    expected.sort();
    let mut sent = night.sent();
    sent.sort();
    assert_eq!(sent, expected);
    assert_eq!(night.end(), (3, vec!["rejected"]));
    let result = night.result();
    assert_eq!((result.created, result.updated, result.unchanged, result.gone), (4, 6, 191, 2));
    assert_equals_file(&world, &next_day, &["001022"]);
    assert_eq!(world.client("001022"), rejected);
    assert_eq!((world.clients_of("001070").len(), world.clients_of("001099").len()), (1, 1));

    let night = world.sync(&next_day).await;
    assert_eq!(night.sent(), Vec::<String>::new());
    assert_eq!(night.end(), (3, vec!["rejected"]));
}
