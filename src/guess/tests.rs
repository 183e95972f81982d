//! What is guessed of small sheets, and that every guess is TOML.

use super::*;

fn sheet(headers: &[&str], rows: &[&[&str]]) -> Sheet {
    let texts = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    Sheet {
        path: "export.csv".into(),
        encoding: "UTF-8",
        delimiter: ',',
        header_row: Some(1),
        headers: texts(headers),
        rows: rows.iter().map(|row| texts(row)).collect(),
    }
}

fn value(draft: &Draft, path: &[&str]) -> toml::Value {
    let table: toml::Table = draft.toml().parse().unwrap();
    path.iter().fold(toml::Value::Table(table), |value, key| {
        value.get(*key).cloned().unwrap_or_else(|| panic!("{key}"))
    })
}

#[test]
fn a_code_that_is_unique_is_preferred_and_the_other_one_is_named() {
    let draft = guess(
        Texts::default(),
        &sheet(
            &["取引先コード", "Account ID", "会社名"],
            &[&["1", "x1", "見本"], &["1", "x2", "架空"], &["2", "x3", "例示"]],
        ),
    );
    assert_eq!(value(&draft, &["map", "client_external_id"]).as_str(), Some("Account ID"));
    assert!(
        draft.toml().contains("also possible: \"取引先コード\" (2 different values, 3 of 3 rows)"),
        "{}",
        draft.toml()
    );
    assert_eq!(draft.decisions().len(), 0);
}

#[test]
fn what_nobody_can_tell_is_marked_and_counted() {
    let draft =
        guess(Texts::default(), &sheet(&["memo", "使用区分"], &[&["a b", "0"], &["a b", "9"], &["", "0"]]));
    assert_eq!(draft.decisions().len(), 4, "{}", draft.toml());
    assert_eq!(value(&draft, &["input", "active", "active"]).as_array().map(Vec::len), Some(0));
    assert!(draft.toml().contains("\"0\" × 2, \"9\" × 1"), "{}", draft.toml());
}

#[test]
fn words_say_who_is_active() {
    let rows: &[&[&str]] = &[&["1", "見本", "使用する"], &["2", "架空", "使用しない"]];
    let draft = guess(Texts::default(), &sheet(&["取引先コード", "取引先名", "入力候補"], rows));
    let active = value(&draft, &["input", "active"]);
    assert_eq!(active["active"].as_array().unwrap(), &["使用する".into()]);
    assert_eq!(active["inactive"].as_array().unwrap(), &["使用しない".into()]);
    assert_eq!(draft.decisions().len(), 0);
}

#[test]
fn columns_without_a_known_header_are_known_by_their_values() {
    let rows: &[&[&str]] = &[
        &["K-1", "見本", "150-0001", "東京都渋谷区架空1-1", "03-0000-0001", "a@example.jp"],
        &["K-2", "架空", "530-0001", "大阪府大阪市北区架空1-1", "06-0000-0001", "b@example.jp"],
    ];
    let mut sheet = sheet(&["1", "2", "3", "4", "5", "6"], rows);
    sheet.header_row = None;
    let draft = guess(Texts::default(), &sheet);
    assert_eq!(value(&draft, &["map", "client_external_id"]).as_integer(), Some(1));
    assert_eq!(value(&draft, &["map", "postal_code", "column"]).as_integer(), Some(3));
    assert_eq!(value(&draft, &["map", "region", "transform"]).as_str(), Some("region"));
    assert_eq!(value(&draft, &["map", "street_address", "column"]).as_integer(), Some(4));
    assert_eq!(value(&draft, &["map", "phone_number", "column"]).as_integer(), Some(5));
    assert_eq!(value(&draft, &["map", "email", "column"]).as_integer(), Some(6));
    assert_eq!(value(&draft, &["input", "header"]).as_str(), Some("none"));
    // Who they are, no value says; and that a code is the customer's, a person has to say.
    assert_eq!(draft.decisions().len(), 2, "{}", draft.toml());
}

#[test]
fn a_header_that_stands_there_twice_is_named_by_its_number() {
    let rows: &[&[&str]] = &[&["1", "見本", "03-0000-0001", "03-0000-0002"]];
    let draft = guess(Texts::default(), &sheet(&["取引先コード", "取引先名", "TEL", "TEL"], rows));
    assert_eq!(value(&draft, &["map", "phone_number", "column"]).as_integer(), Some(3));
}

proptest::proptest! {
    #[test]
    fn whatever_the_cells_are_the_draft_is_toml(
        headers in proptest::collection::vec("\\PC{0,12}", 1..8),
        rows in proptest::collection::vec(proptest::collection::vec("(?s).{0,12}", 0..9), 0..6),
    ) {
        let mut sheet = sheet(&[], &[]);
        sheet.headers = headers;
        sheet.rows = rows;
        let text = guess(Texts::default(), &sheet).toml();
        proptest::prop_assert!(text.parse::<toml::Table>().is_ok(), "{}", text);
    }
}
