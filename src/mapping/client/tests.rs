//! Rows that are one client, or what is wrong with them.

use super::*;
use crate::mapping::Mapped;
use crate::settings::rules::Rules;

const HEADERS: [&str; 12] = [
    "client_external_id",
    "name",
    "region",
    "country",
    "phone_number",
    "date_cutoff",
    "tax_registration_number",
    "family_name",
    "given_name",
    "title",
    "person_phone_number",
    "email",
];

/// The client `A-1` of rows 2, 3, … which hold the given cells under the given headers and nothing else.
fn client(rows: &[&[(&str, &str)]]) -> Wanted {
    let headers: Vec<String> = HEADERS.map(str::to_owned).to_vec();
    let mapping = Mapping::new(&headers, &Rules::default()).unwrap();
    let mapped = (2..).map(Line).zip(rows).map(|(line, filled)| {
        let cell = |header: &&str| {
            let found = filled.iter().find(|(name, _)| name == header).map(|(_, text)| *text);
            found.unwrap_or(if *header == "client_external_id" { "A-1" } else { "" }).to_owned()
        };
        let cells: Vec<String> = HEADERS.iter().map(cell).collect();
        match mapping.row(line, &cells, &[]) {
            Mapped::Row(row) => row,
            Mapped::Rejected(rejection) => panic!("{rejection:?}"),
        }
    });
    mapping.client(mapped.collect()).wanted
}

fn desired(rows: &[&[(&str, &str)]]) -> Desired {
    match client(rows) {
        Wanted::Desired(desired) => *desired,
        other => panic!("{other:?}"),
    }
}

/// Line, column and reason of each problem.
fn problems(rows: &[&[(&str, &str)]]) -> Vec<(u64, String, Reason)> {
    match client(rows) {
        Wanted::Rejected(Rejection { problems, .. }) => {
            problems.into_iter().map(|problem| (problem.line.0, problem.column, problem.reason)).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_fields_of_the_client_itself_stand_behind_all_others() {
    for field in Field::ALL {
        assert_eq!(field.place() == Place::Client, field >= FIRST_OWN, "{field:?}");
    }
}

fn fields(pairs: &[(Field, &str)]) -> Fields {
    pairs.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
}

#[test]
fn company_client_and_person_get_their_own_fields() {
    let client = desired(&[&[
        ("name", "見本商事"),
        ("phone_number", "03-0000-0001"),
        ("date_cutoff", "05"),
        ("family_name", "例"),
        ("title", "部長"),
        ("person_phone_number", "090-0000-0001"),
        ("email", "rei@example.jp"),
    ]]);
    assert_eq!(client.own, fields(&[(Field::DateCutoff, "5")]));
    assert_eq!(client.company, fields(&[(Field::Name, "見本商事"), (Field::PhoneNumber, "03-0000-0001")]));
    let person = [
        (Field::FamilyName, "例"),
        (Field::Title, "部長"),
        (Field::PhoneNumber, "090-0000-0001"),
        (Field::Email, "rei@example.jp"),
    ];
    assert_eq!(client.persons, [fields(&person)]);
}

#[test]
fn an_email_without_a_person_belongs_to_the_company() {
    let client = desired(&[&[("name", "見本商事"), ("email", "info@example.jp")]]);
    assert_eq!(client.company.text(Field::Email), "info@example.jp");
    assert!(client.persons.is_empty());
}

#[test]
fn rows_of_one_client_add_up_and_repeated_ones_collapse() {
    let client = desired(&[
        &[("name", "見本商事"), ("family_name", "例"), ("given_name", "一子")],
        &[("phone_number", "03-0000-0001"), ("family_name", "例"), ("given_name", "二子")],
        &[("name", "見本商事"), ("family_name", "例"), ("given_name", "一子")],
    ]);
    assert_eq!(client.lines, [Line(2), Line(3), Line(4)]);
    assert_eq!(client.company, fields(&[(Field::Name, "見本商事"), (Field::PhoneNumber, "03-0000-0001")]));
    let given: Vec<&str> = client.persons.iter().map(|person| person.text(Field::GivenName)).collect();
    assert_eq!(given, ["一子", "二子"]);
}

#[test]
fn a_client_may_be_a_person_alone() {
    let client = desired(&[&[("family_name", "架空"), ("phone_number", "03-0000-0001")]]);
    assert_eq!(client.persons.len(), 1);
    assert_eq!(client.company, fields(&[(Field::PhoneNumber, "03-0000-0001")]));
}

#[test]
fn a_client_without_any_name_is_rejected_once() {
    let found = problems(&[&[("phone_number", "03-0000-0001")], &[("email", "info@example.jp")]]);
    assert_eq!(found, [(2, String::new(), Reason::Nameless)]);
}

#[test]
fn a_name_that_is_too_long_is_still_a_name() {
    let found = problems(&[&[("name", &"長".repeat(256))]]);
    assert_eq!(found, [(2, "name".to_owned(), Reason::TooLong { length: 256, longest: 255 })]);
}

#[test]
fn a_prefecture_is_known_in_both_writings() {
    let client =
        desired(&[&[("name", "見本商事"), ("region", "東京都")], &[("region", "tokyo"), ("country", "jp")]]);
    assert_eq!(client.company.text(Field::Region), "tokyo");
    assert_eq!(client.company.text(Field::Country), "JP");
}

#[test]
fn only_a_region_in_japan_is_judged_also_when_another_row_names_the_country() {
    let client = desired(&[&[("name", "Beispiel GmbH"), ("region", "Bayern")], &[("country", "de")]]);
    assert_eq!(client.company.text(Field::Region), "Bayern");
    let found = problems(&[&[("name", "見本商事"), ("region", "香川")]]);
    assert_eq!(found, [(2, "region".to_owned(), Reason::Region)]);
}

#[test]
fn rows_that_contradict_each_other_are_told_with_both_rows() {
    let found = problems(&[
        &[("name", "見本商事"), ("date_cutoff", "20")],
        &[("date_cutoff", "20")],
        &[("name", "見本商店"), ("date_cutoff", "31")],
    ]);
    let disagrees = |other: &str| Reason::Disagrees { with: Line(2), other: other.to_owned() };
    let expected = [("name", "見本商事"), ("date_cutoff", "20")];
    assert_eq!(found, expected.map(|(column, other)| (4, column.to_owned(), disagrees(other))));
}

#[test]
fn everything_that_is_wrong_is_told_in_the_order_of_the_rows() {
    let found = problems(&[
        &[("name", "見本商事"), ("region", "江戸"), ("email", "keiri")],
        &[("title", "部長"), ("date_cutoff", "末"), ("tax_registration_number", "9123456789012")],
    ]);
    let expected = [
        (2, "email", Reason::Email),
        (2, "region", Reason::Region),
        (3, "date_cutoff", Reason::DateCutoff),
        (3, "tax_registration_number", Reason::TaxRegistrationNumber),
        (3, "title", Reason::Nameless),
    ];
    assert_eq!(found, expected.map(|(line, column, reason)| (line, column.to_owned(), reason)));
}
