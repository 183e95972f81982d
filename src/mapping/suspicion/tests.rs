//! Which clients are suspected of what.

use std::collections::BTreeSet;

use super::*;

fn seen(line: u64, id: &str) -> Seen {
    Seen(Line(line), ExternalId::new(id), Part::Told)
}

/// Rows from 2 on with these codes: row, what it is suspected of, in the order of the rows.
fn codes(ids: &[&str], zeros: Zeros) -> Vec<(u64, WarningKind)> {
    let mut widths = Widths::default();
    let mut pairs = Vec::new();
    for (line, id) in (2..).zip(ids) {
        let key = CodeKey::of(&ExternalId::new(id), zeros);
        widths.count(&ExternalId::new(id), key);
        pairs.push((key, seen(line, id)));
    }
    pairs.sort_by_key(|(key, _)| *key);
    let mut codes = Codes::new(widths.usual());
    let mut found: Vec<Finding> = pairs.into_iter().flat_map(|(key, seen)| codes.take(key, seen)).collect();
    found.extend(codes.end());
    found.sort_by_key(|(Seen(line, ..), _)| *line);
    found.into_iter().map(|(Seen(line, ..), kind)| (line.0, kind)).collect()
}

fn lost(proposed: &str, other: Option<u64>) -> WarningKind {
    WarningKind::LostZeros { proposed: proposed.to_owned(), other: other.map(Line) }
}

fn doubles(named: &[(u64, &str)], more: bool) -> Doubles {
    let double = |(line, id): &(u64, &str)| Double { line: Line(*line), external_id: ExternalId::new(id) };
    Doubles { named: named.iter().map(double).collect(), more }
}

fn same(named: &[(u64, &str)], more: bool) -> WarningKind {
    WarningKind::SameCode { others: doubles(named, more) }
}

#[test]
fn a_code_that_is_there_with_its_zeros_too_names_the_other_row() {
    let found = codes(&["12", "A", "000012", "0012"], Zeros::MayBeLost);
    assert_eq!(found, [(2, lost("000012", Some(4))), (5, lost("000012", Some(4)))]);
    assert_eq!(codes(&["12", "A", "000012"], Zeros::Belong), []);
}

#[test]
fn of_codes_that_mostly_have_one_width_the_shorter_ones_are_told() {
    let four = ["000001", "000002", "000003", "000004", "77"];
    assert_eq!(codes(&four, Zeros::MayBeLost), [], "four codes are too few");
    let five = ["000001", "000002", "000003", "000004", "000005", "77"];
    assert_eq!(codes(&five, Zeros::MayBeLost), [(7, lost("000077", None))]);
    let words = ["000001", "000002", "000003", "000004", "000005", "77", "A"];
    assert_eq!(codes(&words, Zeros::MayBeLost), [], "five of seven are not most");
    let longer = ["000001", "000002", "000003", "000004", "000005", "1234567"];
    assert_eq!(codes(&longer, Zeros::MayBeLost), []);
    let counted: Vec<String> = (95..=200).map(|number| number.to_string()).collect();
    let counted: Vec<&str> = counted.iter().map(String::as_str).collect();
    assert_eq!(codes(&counted, Zeros::MayBeLost), [], "numbers that were counted up have lost no zero");
}

#[test]
fn codes_that_differ_in_width_and_case_only_name_each_other() {
    let found = codes(&["Ａ０００１７", "B", "A00017", "a00017"], Zeros::MayBeLost);
    let (wide, capital, small) = ((2, "Ａ０００１７"), (4, "A00017"), (5, "a00017"));
    let expected = [
        (2, same(&[capital, small], false)),
        (4, same(&[wide, small], false)),
        (5, same(&[wide, capital], false)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_code_in_wide_digits_is_the_same_code_and_lost_its_zeros_like_any_other() {
    let found = codes(&["１２", "12", "0012"], Zeros::MayBeLost);
    let expected = [
        (2, lost("0012", Some(4))),
        (2, same(&[(3, "12")], false)),
        (3, lost("0012", Some(4))),
        (3, same(&[(2, "１２")], false)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn of_many_that_are_alike_each_is_told_once_and_few_are_named() {
    let ids: Vec<String> = (0..32_u8)
        .map(|bits| (0..5).map(|at| if bits >> at & 1 == 0 { 'a' } else { 'A' }).collect())
        .collect();
    let found = codes(&ids.iter().map(String::as_str).collect::<Vec<_>>(), Zeros::MayBeLost);
    let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, (2..34).collect::<Vec<_>>());
    for (line, kind) in found {
        let WarningKind::SameCode { others: Doubles { named, more } } = kind else { panic!("{kind:?}") };
        assert!(more && named.len() == NAMED && named.iter().all(|it| it.line.0 != line), "{line} {named:?}");
    }
}

fn client(pairs: &[(Field, &str)]) -> Desired {
    Desired {
        external_id: ExternalId::new("A"),
        lines: vec![Line(2)],
        own: Fields::new(),
        company: pairs.iter().map(|(field, text)| (*field, (*text).to_owned())).collect(),
        persons: Vec::new(),
        departed: Vec::new(),
        yielded: BTreeSet::new(),
    }
}

#[test]
fn a_customer_is_its_name_and_its_address_without_width_case_and_blanks() {
    let one = client(&[(Field::Name, "ABC 商事"), (Field::PostalCode, "100-0000"), (Field::Region, "tokyo")]);
    let two =
        client(&[(Field::Name, "ａｂｃ商事"), (Field::PostalCode, "１０００000"), (Field::Region, "tokyo")]);
    assert!(customer_key(&one).is_some());
    assert_eq!(customer_key(&one), customer_key(&two));
    let moved =
        client(&[(Field::Name, "ABC商事"), (Field::PostalCode, "100-0000"), (Field::Locality, "tokyo")]);
    assert_ne!(customer_key(&one), customer_key(&moved));
}

#[test]
fn without_name_or_address_nobody_is_compared() {
    assert_eq!(customer_key(&client(&[(Field::Name, "見本商事"), (Field::Region, "tokyo")])), None);
    assert_eq!(customer_key(&client(&[(Field::StreetAddress, "架空町1")])), None);
    let mut person = client(&[(Field::StreetAddress, "架空町1")]);
    person.persons = vec![[(Field::FamilyName, "見本".to_owned())].into()];
    assert!(customer_key(&person).is_some());
}

#[test]
fn two_customers_name_each_other() {
    let mut customers = Customers::default();
    let mut found = Vec::new();
    for (key, seen) in [(1, seen(2, "A")), (7, seen(3, "B")), (7, seen(9, "C")), (8, seen(4, "D"))] {
        found.extend(customers.take(key, seen));
    }
    found.extend(customers.end());
    let same = |named: &[(u64, &str)]| WarningKind::SameCustomer { others: doubles(named, false) };
    assert_eq!(found, [(seen(3, "B"), same(&[(9, "C")])), (seen(9, "C"), same(&[(3, "B")]))]);
}
