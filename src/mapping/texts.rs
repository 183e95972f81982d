//! The rules for single cells: the form in which a text goes on, and what is wrong with it.
//!
//! In: what a cell holds and which column it stands in. Out: its canonical form and, at most, one fault. What
//! depends on other cells, such as the region, is not judged here.

use std::borrow::Cow;

use crate::record::{Column, ExternalId, Field, Reason, canonical};

/// Characters that never stand in one address but between two, or around one.
const SEPARATORS: [char; 6] = [',', ';', '、', '<', '>', '；'];

/// The last closing day; the server takes it for the last day of any month.
const LAST_DAY: u8 = 31;

/// Digits behind the `T` of a registration number.
const TAX_DIGITS: usize = 13;

/// Whether a cell holds nothing.
pub(super) fn is_blank(cell: &str) -> bool {
    canonical(cell).is_empty()
}

/// The form in which a trimmed text goes on, borrowed only when it is the very same, and what is wrong with it; a faulty text
/// goes on as it is.
pub(super) fn check(column: Column, text: &str) -> (Cow<'_, str>, Option<Reason>) {
    let (longest, checked) = match column {
        Column::ExternalId => (ExternalId::LONGEST, Ok(Cow::from(text))),
        Column::Email => (Field::Email.longest(), email(text)),
        Column::Client(field) | Column::Person(field) => (field.longest(), field_text(field, text)),
    };
    let checked = checked.and_then(|text| within(longest, text));
    match checked {
        Ok(text) => (text, None),
        Err(reason) => (Cow::from(text), Some(reason)),
    }
}

/// Whether a trimmed text goes on as it is, as nearly all do: it is short, in a column that may hold anything.
#[inline]
pub(super) fn is_free(column: Column, text: &str) -> bool {
    let (Column::Client(field) | Column::Person(field)) = column else { return false };
    let has_a_form = matches!(
        field,
        Field::Email | Field::Country | Field::LangCode | Field::DateCutoff | Field::TaxRegistrationNumber
    );
    !has_a_form && text.len() <= field.longest()
}

fn field_text(field: Field, text: &str) -> Result<Cow<'_, str>, Reason> {
    match field {
        Field::Email => email(text),
        Field::Country => Ok(country(text)),
        Field::LangCode => lang_code(text),
        Field::DateCutoff => date_cutoff(text),
        Field::TaxRegistrationNumber => tax_registration_number(text),
        Field::Name
        | Field::FamilyName
        | Field::GivenName
        | Field::Title
        | Field::Department
        | Field::PhoneNumber
        | Field::FaxNumber
        | Field::PostalCode
        | Field::Region
        | Field::Locality
        | Field::StreetAddress
        | Field::ExtendedAddress => Ok(Cow::from(text)),
    }
}

fn within(longest: usize, text: Cow<'_, str>) -> Result<Cow<'_, str>, Reason> {
    // A letter takes a byte at least.
    let length = if text.len() > longest { text.chars().count() } else { 0 };
    if length > longest { Err(Reason::TooLong { length, longest }) } else { Ok(text) }
}

/// Only what no server could take is refused; the rest is the server's judgement.
fn email(text: &str) -> Result<Cow<'_, str>, Reason> {
    let strange = |c: char| !c.is_ascii_alphanumeric() && (c.is_whitespace() || SEPARATORS.contains(&c));
    match text.split_once('@') {
        Some((user, host))
            if !user.is_empty() && !host.is_empty() && !host.contains('@') && !text.contains(strange) =>
        {
            Ok(Cow::from(text))
        }
        _ => Err(Reason::Email),
    }
}

fn country(text: &str) -> Cow<'_, str> {
    let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_code { Cow::from(text.to_ascii_uppercase()) } else { Cow::from(text) }
}

fn lang_code(text: &str) -> Result<Cow<'_, str>, Reason> {
    if matches!(text, "ja" | "en") { Ok(Cow::from(text)) } else { Err(Reason::LangCode) }
}

fn date_cutoff(text: &str) -> Result<Cow<'_, str>, Reason> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let day = text.parse::<u8>().ok().filter(|day| is_number && (1..=LAST_DAY).contains(day));
    let plain = |day: u8| if text.starts_with('0') { Cow::from(day.to_string()) } else { Cow::from(text) };
    day.map(plain).ok_or(Reason::DateCutoff)
}

fn tax_registration_number(text: &str) -> Result<Cow<'_, str>, Reason> {
    let digits = text.strip_prefix('T').unwrap_or_default();
    let is_number = digits.len() == TAX_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { Ok(Cow::from(text)) } else { Err(Reason::TaxRegistrationNumber) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(column: Column, text: &str) -> Option<Reason> {
        check(column, text).1
    }

    #[test]
    fn an_address_has_one_at_sign_and_something_on_both_sides() {
        for good in ["keiri@example.com", "a..b@example.jp", "見本@example.co.jp", "a@b"] {
            assert_eq!(fault(Column::Email, good), None, "{good}");
        }
        let bad = ["", "keiri", "@example.com", "keiri@", "a@b@c", "a b@example.com", "a@x.jp,b@x.jp"];
        let more = ["a@x.jp;", "a@x.jp、b", "見本 <a@x.jp>", "a＠x.jp", "a@x\u{3000}.jp", "a@x\n.jp"];
        for bad in bad.into_iter().chain(more) {
            assert_eq!(fault(Column::Email, bad), Some(Reason::Email), "{bad}");
        }
    }

    #[test]
    fn a_closing_day_becomes_a_plain_number() {
        let column = Column::Client(Field::DateCutoff);
        for (text, day) in [("1", "1"), ("05", "5"), ("31", "31"), ("031", "31")] {
            assert_eq!(check(column, text), (Cow::from(day), None));
        }
        for bad in ["0", "32", "99", "末", "20日", "+5", "-1", "1.0", "２０", "256", "99999999999"] {
            assert_eq!(fault(column, bad), Some(Reason::DateCutoff), "{bad}");
        }
    }

    #[test]
    fn a_registration_number_is_t_and_13_digits() {
        let column = Column::Client(Field::TaxRegistrationNumber);
        assert_eq!(fault(column, "T9123456789012"), None);
        for bad in ["9123456789012", "T912345678901", "T91234567890123", "t9123456789012", "Ｔ9123456789012"]
        {
            assert_eq!(fault(column, bad), Some(Reason::TaxRegistrationNumber), "{bad}");
        }
    }

    #[test]
    fn a_language_is_ja_or_en() {
        let column = Column::Client(Field::LangCode);
        assert_eq!(fault(column, "ja"), None);
        assert_eq!(fault(column, "en"), None);
        assert_eq!(fault(column, "JA"), Some(Reason::LangCode));
        assert_eq!(fault(column, "日本語"), Some(Reason::LangCode));
    }

    #[test]
    fn a_country_of_two_letters_is_written_in_capitals() {
        let column = Column::Client(Field::Country);
        for (text, country) in [("jp", "JP"), ("De", "DE"), ("Japan", "Japan"), ("日本", "日本")] {
            assert_eq!(check(column, text), (Cow::from(country), None));
        }
    }

    #[test]
    fn what_is_free_goes_on_as_it_is() {
        for column in Field::ALL.into_iter().flat_map(|field| [Column::Client(field), Column::Person(field)])
        {
            for text in ["", "x", "見本 ０３－", "#N/A", &"長".repeat(300)] {
                let (checked, fault) = check(column, text);
                let as_it_is = matches!(checked, Cow::Borrowed(same) if same == text) && fault.is_none();
                assert!(!is_free(column, text) || as_it_is, "{column:?} {text}");
            }
        }
        assert!(is_free(Column::Client(Field::Name), "見本商事"));
        assert!(!is_free(Column::Email, "x") && !is_free(Column::ExternalId, "x"));
    }

    #[test]
    fn a_text_is_measured_in_code_points() {
        let cases = [
            (Column::ExternalId, 255),
            (Column::Client(Field::Name), 255),
            (Column::Person(Field::FamilyName), 100),
            (Column::Client(Field::PostalCode), 20),
        ];
        for (column, longest) in cases {
            assert_eq!(fault(column, &"長".repeat(longest)), None);
            let expected = Reason::TooLong { length: longest + 1, longest };
            assert_eq!(fault(column, &"長".repeat(longest + 1)), Some(expected));
        }
    }
}
