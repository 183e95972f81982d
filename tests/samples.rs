//! The samples do what their README says: which rows are accepted, which are not and why, and what a day changes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use leapsync::config::File;
use leapsync::mapping::{KnownHeaders, Mapped, Mapping};
use leapsync::record::{Column, Desired, Field, Problem, Rejection, Wanted};
use leapsync::settings::rules::Rules;
use leapsync::settings::{KeepRows, Reading};
use leapsync::source::{Source, Store};
use leapsync::spool::Sorter;

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

fn rules(name: &str) -> Rules {
    File::read(&sample(name)).unwrap().rules()
}

/// What a file asks for.
#[derive(Default)]
struct Asked {
    rows: usize,
    clients: BTreeMap<String, Desired>,
    rejections: Vec<Rejection>,
}

impl Asked {
    fn take(&mut self, wanted: Wanted) {
        match wanted {
            Wanted::Desired(client) => {
                self.clients.insert(client.external_id.to_string(), *client);
            }
            Wanted::Rejected(rejection) => self.rejections.push(rejection),
            Wanted::Inactive(_) | Wanted::Outside(_) => {}
        }
    }

    /// Each problem as `line id column reason`, in the order of the rows.
    fn problems(&self) -> String {
        let mut problems: Vec<(&Rejection, &Problem)> = Vec::new();
        for rejection in &self.rejections {
            problems.extend(rejection.problems.iter().map(|problem| (rejection, problem)));
        }
        problems.sort_by_key(|(_, problem)| problem.line);
        let mut text = String::new();
        for (rejection, Problem { line, column, value, reason }) in problems {
            let id = rejection.external_id.as_ref().map_or("-", |id| id.as_str());
            writeln!(text, "{line} {id} {column} {value:?} {reason:?}").unwrap();
        }
        text
    }
}

/// Reads a sample as a run does: row by row, sorted by external id, all rows of an id together.
fn asked(name: &str, rules: &Rules) -> Asked {
    let store = Store::open(&sample(name), KeepRows::Never).unwrap();
    let known = KnownHeaders::new(rules);
    let mut source = Source::open(store, &Reading::default(), &|header| known.holds(header)).unwrap();
    let mapping = Mapping::new(source.headers(), rules).unwrap();
    let mut sorter = Sorter::new();
    let mut asked = Asked::default();
    while let Some(row) = source.next_row().unwrap() {
        asked.rows += 1;
        match mapping.row(row.line, row.cells, row.undecodable) {
            Mapped::Row(row) => sorter.push(&row.external_id, &row).unwrap(),
            Mapped::Rejected(rejection) => asked.rejections.push(rejection),
        }
    }
    let mut pairs = sorter.sorted().unwrap().map(Result::unwrap).peekable();
    while let Some((id, first)) = pairs.next() {
        let mut rows = vec![first];
        while let Some((_, row)) = pairs.next_if(|(next, _)| *next == id) {
            rows.push(row);
        }
        asked.take(mapping.client(rows).wanted);
    }
    asked
}

#[test]
fn every_row_of_the_clients_is_accepted() {
    let asked = asked("clients.csv", &Rules::default());
    assert_eq!(asked.problems(), "");
    assert_eq!((asked.rows, asked.clients.len()), (230, 200));
}

#[test]
fn the_clients_are_of_every_sort_that_there_is() {
    let clients = asked("clients.csv", &Rules::default()).clients;
    let count = |sort: fn(&Desired) -> bool| clients.values().filter(|client| sort(client)).count();
    assert_eq!(count(|client| !client.company.contains(Field::Name)), 37);
    assert_eq!(count(|client| client.persons.len() > 1), 24);
    assert_eq!(count(|client| client.lines.windows(2).any(|pair| pair[1].0 > pair[0].0 + 1)), 8);
    assert_eq!(count(|client| client.company.get(Field::Country).is_some_and(|c| c != "JP")), 10);
}

#[test]
fn the_next_day_differs_as_its_readme_says() {
    let before = asked("clients.csv", &Rules::default()).clients;
    let after = asked("clients-next-day.csv", &Rules::default());
    let changed = after
        .clients
        .iter()
        .filter(|(id, client)| before.get(*id).is_some_and(|old| old.fingerprint() != client.fingerprint()));
    let changed: Vec<&String> = changed.map(|(id, _)| id).collect();
    let new: Vec<&String> = after.clients.keys().filter(|id| !before.contains_key(*id)).collect();
    let rejected: Vec<&str> = after
        .rejections
        .iter()
        .filter_map(|rejection| Some(rejection.external_id.as_ref()?.as_str()))
        .collect();
    let gone: Vec<&String> = before
        .keys()
        .filter(|id| !after.clients.contains_key(*id) && !rejected.contains(&id.as_str()))
        .collect();
    assert_eq!(changed, ["001013", "001027", "001058", "001065", "001077", "001117"]);
    assert_eq!(new, ["001425", "001426", "001427", "E1428"]);
    assert_eq!(gone, ["001070", "001099"]);
    assert_eq!(after.problems(), "11 001022 email \"takamihon＠mihon-toen.example.jp\" Email\n");
    let readme = fs::read_to_string(sample("README.md")).unwrap();
    for id in changed.iter().chain(&new).chain(&gone).map(|id| id.as_str()).chain(rejected) {
        assert!(readme.contains(id), "{id} is missing in the README");
    }
}

/// What is found out about a file by itself: encoding, delimiter, the header's row, the number of columns, the number of
/// rows below it.
fn form(name: &str, known: &[&str]) -> (&'static str, char, Option<u64>, usize, usize) {
    let store = Store::open(&sample(name), KeepRows::Never).unwrap();
    let mut source = Source::open(store, &Reading::default(), &|header| known.contains(&header)).unwrap();
    let mut rows = 0;
    while let Some(row) = source.next_row().unwrap() {
        assert!(row.undecodable.is_empty() && row.quote_astray.is_none(), "{row:?}");
        rows += 1;
    }
    let header = source.header_line().map(|line| line.0);
    (source.encoding(), source.delimiter(), header, source.headers().len(), rows)
}

#[test]
fn the_form_of_an_export_is_found_out() {
    // 45 rows and a footer of one.
    let hanbai = form("01-hanbai.csv", &["得意先コード", "得意先名１"]);
    assert_eq!(hanbai, ("Shift_JIS", ',', Some(4), 26, 46));
    let freee = form("freee-export.csv", &["取引先コード", "郵便番号"]);
    assert_eq!(freee, ("UTF-8", ',', Some(1), 57, 40));
    // 41 rows and a footer of five.
    let salesforce = form("03-salesforce.csv", &["Account Number", "Account Name"]);
    assert_eq!(salesforce, ("UTF-8", ',', Some(1), 20, 46));
    let contacts = form("04-contacts.txt", &["取引先コード", "取引先名"]);
    assert_eq!(contacts, ("UTF-16LE", '\t', Some(1), 24, 44));
}

#[test]
fn the_reference_of_the_mapping_is_understood_and_names_everything() {
    let text = fs::read_to_string(sample("mapping-reference.toml")).unwrap();
    let rules = rules("mapping-reference.toml");
    for (name, column) in Column::ALL {
        assert!(rules.columns.contains_key(&column), "{name} is missing");
    }
    let transforms = [
        "family_name",
        "given_name",
        "region",
        "locality",
        "street",
        "prefecture",
        "postal_code",
        "phone",
        "closing_day",
        "tax_registration_number",
        "email",
        "country",
    ];
    for transform in transforms {
        assert!(text.contains(&format!("transform = \"{transform}\"")), "{transform} is missing");
    }
    assert_eq!((rules.persons.len(), rules.filters.len(), rules.activity.is_some()), (1, 2, true));
}

#[test]
fn an_export_of_freee_goes_in_with_its_faults_named() {
    let asked = asked("freee-export.csv", &rules("02-freee.toml"));
    assert_eq!((asked.rows, asked.clients.len(), asked.rejections.len()), (40, 32, 6));
    insta::assert_snapshot!(asked.problems(), @r#"
    6 - 取引先コード "1.00E+05" NumberCode
    7 - 取引先コード "4月1日" DateCode
    18 C0017 適格請求書発行事業者の登録番号 "T899900000062" TaxRegistrationNumber
    28 - 取引先コード "" NoExternalId
    29 - 取引先コード "" NoExternalId
    31 C0030  "" Nameless
    "#);
    let shown = |id: &str| {
        let client = &asked.clients[id];
        let fields = [&client.own, &client.company].into_iter().chain(&client.persons);
        let fields = fields.map(|fields| fields.values().collect::<Vec<_>>().join(" | "));
        fields.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    };
    // A company with a person, one with an address of its own, one abroad.
    insta::assert_snapshot!(["C0001", "C0007", "C0011"].map(shown).join("\n\n"), @"
    31 | T5999000000037
    株式会社青空見本商事 | 03-0123-4501 | 100-0000 | tokyo | 千代田区 | 架空町1-2-3 | 架空ビル5F
    見本 | 一郎 | 経理部 | keiri@aozora.example.jp

    31
    絵文字商店☕ | cafe@example.com | 075-012-3407 | 604-0000 | kyoto | 京都市中京区 | 絵文字町1

    31
    Sample Overseas GmbH | +49 30 23125 012 | 10115 |  | Musterstrasse 1, 10115 Berlin, Germany
    Erika | Beispiel | erika@overseas.example.com
    ");
    // What nobody can judge goes on as it stands: a line end in a name, and a name that a spreadsheet would run.
    assert_eq!(asked.clients["C0024"].company.text(Field::Name), "株式会社改行見本\r\n営業本部");
    assert!(asked.clients["C0029"].company.text(Field::Name).starts_with("=HYPERLINK("));
}
