//! Names and codes as they are compared where two of them may mean one customer.

use std::borrow::Cow;

use super::ExternalId;

/// A name as it is compared between a row and a client that people made: width, case and blanks do not count.
#[must_use]
pub fn name_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    push_name_key(&mut key, name);
    key
}

/// Appends the [`name_key`] of a name.
pub fn push_name_key(key: &mut String, name: &str) {
    // Nearly all names are made of these letters alone, and most are compared as they are.
    let (bytes, mut at, mut as_it_is) = (name.as_bytes(), 0, true);
    while let Some(first) = bytes.get(at) {
        at += match first {
            b'!'..=b'@' | b'['..=b'~' => 1,
            // With these begin kanji, of three bytes, and nothing else.
            0xe5..=0xe9 => 3,
            _ => match name[at..].chars().next() {
                Some(c) if is_plain(c) => {
                    as_it_is &= c != ' ' && !c.is_ascii_uppercase();
                    c.len_utf8()
                }
                _ => return key.push_str(&normalized(name)),
            },
        };
    }
    if as_it_is {
        key.push_str(name);
    } else {
        key.extend(name.chars().filter(|c| *c != ' ').map(|c| c.to_ascii_lowercase()));
    }
}

fn normalized(name: &str) -> String {
    use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
    let folded = |letters: &mut dyn Iterator<Item = char>| {
        letters.filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
    };
    // Most names are in that form already, which is seen sooner than it is made.
    match is_nfkc_quick(name.chars()) {
        IsNormalized::Yes => folded(&mut name.chars()),
        IsNormalized::No | IsNormalized::Maybe => folded(&mut name.nfkc()),
    }
}

/// Whether a letter is already as it is compared but for its case, whatever stands beside it: ASCII, kana and kanji.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | 'ー' | '\u{4e00}'..='\u{9fff}')
}

/// A code as it is compared between a new client and one that is gone: width, case, blanks and leading zeros do not count.
#[must_use]
pub fn code_key(id: &ExternalId) -> Cow<'_, str> {
    let text = id.as_str();
    if text.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()) {
        return Cow::from(text.trim_start_matches('0'));
    }
    Cow::from(name_key(text).trim_start_matches('0').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_width_case_and_blanks() {
        assert_eq!(name_key("ＡＢＣ 商事"), name_key("abc商事"));
        assert_ne!(name_key("見本商事"), name_key("見本商店"));
    }

    #[test]
    fn plain_letters_are_compared_as_all_others_are() {
        for c in ('\0'..='\u{ffff}').filter(|c| is_plain(*c)) {
            for text in [c.to_string(), format!("か{c}ア")] {
                assert_eq!(name_key(&text), normalized(&text), "{c:?}");
            }
        }
        assert!(!is_plain('\u{3099}'), "it joins the letter before");
    }

    #[test]
    fn codes_are_compared_without_leading_zeros_too() {
        let key = |code: &str| code_key(&ExternalId::new(code)).into_owned();
        assert_eq!(key("000012"), key("12"));
        assert_eq!(key("Ａ０17"), key("a017"));
        assert_ne!(key("A017"), key("A17"), "only zeros in front are lost by a spreadsheet");
    }
}
