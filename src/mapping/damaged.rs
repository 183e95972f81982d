//! Codes that a spreadsheet has rewritten when somebody opened the file in it and saved it again.
//!
//! In: one cell of a key. Out: what it was taken for, when it looks like that. Only forms that spreadsheets write are
//! known here: `1E5` and `4/1` are codes.

use crate::record::Reason;

use super::transform::folded;

/// Months as spreadsheets shorten them.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// What a code was rewritten as, if it was.
pub(super) fn rewritten(code: &str) -> Option<Reason> {
    // Most codes hold none of the signs that all of these forms need.
    if !code.is_ascii() || code.contains(['.', '+', '-', '/']) {
        let narrow = folded(code).to_lowercase();
        if is_number(&narrow) {
            return Some(Reason::NumberCode);
        }
        if is_date(&narrow) {
            return Some(Reason::DateCode);
        }
    }
    None
}

/// `1.00e+05`, `1e-05`, `12345.0`: with a point or with a signed exponent, else it is a number of digits.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once('e').map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let is_signed = |exponent: &str| exponent.strip_prefix(['-', '+']).is_some_and(is_digits);
    is_digits(whole)
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(is_signed)
        && (fraction.is_some() || exponent.is_some())
}

/// `4月1日`, `2026年4月1日`, `2026/4/1`, `2026-04-01`, `1-apr`, `apr-01`, `1-apr-26`, with or without a time behind it.
fn is_date(text: &str) -> bool {
    let date = text.split_once(' ').filter(|(_, time)| is_time(time)).map_or(text, |(date, _)| date);
    is_japanese(date) || is_numeric(date, '/') || is_numeric(date, '-') || is_named(date)
}

fn is_time(text: &str) -> bool {
    text.contains(':') && text.split(':').all(is_digits)
}

fn is_japanese(text: &str) -> bool {
    let rest = match text.split_once('年') {
        Some((year, rest)) if is_year(year) => rest,
        Some(_) => return false,
        None => text,
    };
    let parts = rest.split_once('月').and_then(|(month, day)| Some((month, day.strip_suffix('日')?)));
    parts.is_some_and(|(month, day)| is_up_to(month, 12) && is_up_to(day, 31))
}

fn is_numeric(text: &str, sign: char) -> bool {
    let parts: Vec<&str> = text.split(sign).collect();
    matches!(parts.as_slice(), [year, month, day] if is_year(year) && is_up_to(month, 12) && is_up_to(day, 31))
}

fn is_named(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        [month, number] if MONTHS.contains(month) => is_digits(number) && number.len() == 2,
        [day, month] => is_up_to(day, 31) && MONTHS.contains(month),
        [day, month, year] => {
            is_up_to(day, 31) && MONTHS.contains(month) && is_digits(year) && matches!(year.len(), 2 | 4)
        }
        _ => false,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && is_digits(text) && (text.starts_with("19") || text.starts_with("20"))
}

fn is_up_to(text: &str, most: u8) -> bool {
    is_digits(text) && text.len() <= 2 && text.parse::<u8>().is_ok_and(|number| (1..=most).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_makes_of_codes_is_recognised() {
        for code in ["1.00E+05", "1E+05", "1.2e-7", "12345.0", "１２３４５．０", "-1.00E+05", "12.5"] {
            assert_eq!(rewritten(code), Some(Reason::NumberCode), "{code}");
        }
        let dates = [
            "4月1日",
            "４月１日",
            "12月31日",
            "2026年4月1日",
            "2026/4/1",
            "2026/04/01 0:00",
            "2026-04-01",
            "1-Apr",
            "Apr-01",
            "1-Apr-26",
            "01-Apr-2026",
        ];
        for code in dates {
            assert_eq!(rewritten(code), Some(Reason::DateCode), "{code}");
        }
    }

    #[test]
    fn codes_stay_codes() {
        let codes = [
            "",
            "000012",
            "12",
            "1E5",
            "12E05",
            "A-1",
            "A.1",
            "1.",
            ".5",
            "1.2.3",
            "4/1",
            "4-1",
            "1-1-1",
            "13月1日",
            "4月",
            "4月1",
            "1月店",
            "0月0日",
            "2026/13/1",
            "1234/1/1",
            "202-4-1",
            "32-Apr",
            "Apr-1",
            "Apr-A",
            "April-01",
            "見本-1",
            "e+5",
            "+",
            "-",
            "1e+",
            "000012-01",
            "03-0123-4501",
            "Ａ０００１７",
        ];
        for code in codes {
            assert_eq!(rewritten(code), None, "{code}");
        }
    }
}
