//! Codes and numbers in narrow digits: postal codes, telephone numbers, closing days, registration numbers.
//!
//! In: a text as people and programs write it. Out: the one form of it, or a remark that says why there is none.

use unicode_normalization::UnicodeNormalization;

use crate::record::{Reason, WarningKind, canonical};

use super::{Made, Remark};

/// Wide letters and digits as narrow ones, without blanks at the ends.
pub(in crate::mapping) fn folded(text: &str) -> String {
    canonical(&text.nfkc().collect::<String>()).to_owned()
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2500}' | '\u{fe63}')
}

/// Dashes of all kinds as `-`; the sign of a long vowel only between digits.
fn dashed(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let digit = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit);
    let fold = |(at, c): (usize, &char)| {
        let long_vowel = *c == 'ー' && digit(at.checked_sub(1)) && digit(Some(at + 1));
        if is_dash(*c) || long_vowel { '-' } else { *c }
    };
    letters.iter().enumerate().map(fold).collect()
}

pub(super) fn phone(text: &str) -> String {
    dashed(&folded(text))
}

pub(super) fn postal_code(text: &str) -> Made<'static> {
    let narrow = dashed(&folded(text));
    let bare = canonical(narrow.trim_start_matches('〒'));
    let digits: String = bare.chars().filter(|c| *c != '-' && !c.is_whitespace()).collect();
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    match (is_number, digits.len()) {
        (true, 7) => Made::of(format!("{}-{}", &digits[..3], &digits[3..])),
        (true, 6) => {
            let proposed = format!("0{}-{}", &digits[..2], &digits[2..]);
            Made::kept().warned(WarningKind::PostalCodeShort { proposed })
        }
        _ => Made::of(bare.to_owned()).warned(WarningKind::PostalCode),
    }
}

/// The last closing day; the server takes it for the last day of any month.
const LAST_DAY: u8 = 31;

pub(super) fn closing_day(text: &str) -> Made<'static> {
    let narrow = folded(text);
    if matches!(
        narrow.as_str(),
        "末" | "末日" | "月末" | "月末日" | "末締め" | "末日締め" | "月末締め" | "99"
    ) {
        return Made::of(LAST_DAY.to_string());
    }
    let number = narrow.trim_end_matches('め').trim_end_matches('締').trim_end_matches('日');
    let day =
        number.parse::<u8>().ok().filter(|day| !number.starts_with('+') && (1..=LAST_DAY).contains(day));
    day.map_or_else(|| Made::kept().warned(WarningKind::ClosingDay), |day| Made::of(day.to_string()))
}

/// Digits behind the `T` of a registration number.
const TAX_DIGITS: usize = 13;

pub(super) fn tax_registration_number(text: &str) -> Made<'static> {
    let narrow = dashed(&folded(text)).to_uppercase();
    let digits: String =
        narrow.trim_start_matches('T').chars().filter(|c| *c != '-' && !c.is_whitespace()).collect();
    if digits.len() != TAX_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Made { text: None, remark: Some(Remark::Fault(Reason::TaxRegistrationNumber)) };
    }
    let expected = check_digit(&digits);
    let made = Made::of(format!("T{digits}"));
    if digits.bytes().next() == Some(b'0' + expected) {
        made
    } else {
        made.warned(WarningKind::CheckDigit { expected })
    }
}

/// The first of 13 digits, as the other twelve demand it: 9 less the rest by 9 of their sum, in which every second
/// one from the right counts twice.
fn check_digit(digits: &str) -> u8 {
    let weighed = digits.bytes().skip(1).rev().zip([1, 2].into_iter().cycle());
    let sum: u32 = weighed.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    u8::try_from(9 - sum % 9).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    type Transform<'a> = &'a dyn Fn(&str) -> Made<'static>;

    fn made(transform: Transform<'_>, text: &str) -> (Option<String>, Option<Remark>) {
        let made = transform(text);
        (made.text.map(Cow::into_owned), made.remark)
    }

    /// Each text becomes another one, without a remark.
    #[track_caller]
    fn becomes(transform: Transform<'_>, cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(made(transform, text), (Some((*expected).to_owned()), None), "{text}");
        }
    }

    fn warning(kind: WarningKind) -> Remark {
        Remark::Warning(kind)
    }

    #[test]
    fn a_postal_code_has_seven_digits_and_a_dash() {
        let cases = [
            ("100-0000", "100-0000"),
            ("〒530-0000", "530-0000"),
            ("0600000", "060-0000"),
            ("１５０－００００", "150-0000"),
            ("〒 150 0000", "150-0000"),
            ("150ー0000", "150-0000"),
        ];
        becomes(&postal_code, &cases);
        let proposed = "060-0000".to_owned();
        let short = warning(WarningKind::PostalCodeShort { proposed });
        assert_eq!(made(&postal_code, "600000"), (None, Some(short)));
        let other = (Some("15O-0001".to_owned()), Some(warning(WarningKind::PostalCode)));
        assert_eq!(made(&postal_code, "15O-0001"), other);
    }

    #[test]
    fn a_phone_number_gets_narrow_digits_and_no_dash_of_its_own() {
        let cases = [
            ("０３－０１２３－４５０６", "03-0123-4506"),
            ("03‐0123−4506", "03-0123-4506"),
            ("03ー0123ー4506", "03-0123-4506"),
            ("06(0123)4503", "06(0123)4503"),
            ("026-012-3434(内線センター12)", "026-012-3434(内線センター12)"),
            ("0601234503", "0601234503"),
            ("+1-202-555-0123", "+1-202-555-0123"),
        ];
        becomes(&|text| Made::of(phone(text)), &cases);
    }

    #[test]
    fn a_closing_day_is_a_number_or_the_last_day() {
        let cases = [
            ("99", "31"),
            ("末", "31"),
            ("末日", "31"),
            ("月末", "31"),
            ("31", "31"),
            ("20日", "20"),
            ("２０", "20"),
            ("05", "5"),
            ("15日締め", "15"),
        ];
        becomes(&closing_day, &cases);
        for text in ["0", "32", "随時", "翌月末", "+5", "日", "-1"] {
            assert_eq!(made(&closing_day, text), (None, Some(warning(WarningKind::ClosingDay))), "{text}");
        }
    }

    #[test]
    fn a_registration_number_is_written_with_its_t_and_its_check_digit_is_looked_at() {
        let cases = [
            ("T5999000000037", "T5999000000037"),
            ("Ｔ１９９９００００００１４８", "T1999000000148"),
            ("6999000000333", "T6999000000333"),
            ("t5999-0000-00037", "T5999000000037"),
        ];
        becomes(&tax_registration_number, &cases);
        let (text, remark) = made(&tax_registration_number, "T3999000000444");
        assert_eq!(text.as_deref(), Some("T3999000000444"));
        assert!(matches!(remark, Some(Remark::Warning(WarningKind::CheckDigit { .. }))), "{remark:?}");
        for text in ["T899900000062", "T59990000000370", "T599900000003X", "T"] {
            let fault = Some(Remark::Fault(Reason::TaxRegistrationNumber));
            assert_eq!(made(&tax_registration_number, text), (None, fault), "{text}");
        }
    }
}
