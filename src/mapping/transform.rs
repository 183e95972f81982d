//! The transforms: what is made of one trimmed text.
//!
//! In: a text that is not empty. Out: another text, an empty one where the cell certainly holds nothing of that kind,
//! none where the server's value is to be kept; and at most one remark. Names and addresses keep their letters; only
//! codes and numbers are written in narrow ones.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::record::{REGIONS, Reason, WarningKind, canonical};
use crate::settings::rules::{Take, Transform};

use super::address::split;

mod codes;
mod country;

pub(super) use codes::folded;

use codes::{closing_day, phone, postal_code, tax_registration_number};

/// What a rule makes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made<'a> {
    /// The text; empty to say that there is none, none to leave the server's as it is.
    pub(super) text: Option<Cow<'a, str>>,
    /// What is to be said about it.
    pub(super) remark: Option<Remark>,
}

/// What is to be said about a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Remark {
    /// It cannot be used.
    Fault(Reason),
    /// It is worth a look.
    Warning(WarningKind),
}

impl<'a> Made<'a> {
    pub(super) fn of(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: Some(text.into()), remark: None }
    }

    /// The server's value is kept.
    pub(super) fn kept() -> Self {
        Self { text: None, remark: None }
    }

    fn warned(mut self, kind: WarningKind) -> Self {
        self.remark = Some(Remark::Warning(kind));
        self
    }
}

/// Whether the row's country is another one than Japan, so that Japan's forms do not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Abroad {
    /// It is, by the row's own word.
    Yes,
    /// It is not, or the row does not say.
    No,
}

/// Makes of a text what a rule asks for.
pub(super) fn apply(transform: Transform, take: Take, abroad: Abroad, text: Cow<'_, str>) -> Made<'_> {
    match transform {
        Transform::FamilyName => part(text, |text| name(text).0),
        Transform::GivenName => part(text, |text| name(text).1),
        Transform::Prefecture => Made { text: Some(prefecture(text)), remark: None },
        Transform::Region | Transform::Locality if abroad == Abroad::Yes => Made::of(""),
        Transform::Street | Transform::PostalCode if abroad == Abroad::Yes => Made::of(text),
        Transform::Region => match split(&text).region {
            "" => Made::of("").warned(WarningKind::NoPrefecture),
            region => Made::of(region),
        },
        Transform::Locality => match split(&text).locality {
            "" => Made::of("").warned(WarningKind::NoLocality),
            _ => part(text, |text| split(text).locality),
        },
        Transform::Street => part(text, |text| split(text).street),
        Transform::PostalCode => postal_code(&text),
        Transform::Phone => Made::of(phone(&text)),
        Transform::ClosingDay => closing_day(&text),
        Transform::TaxRegistrationNumber if abroad == Abroad::Yes => Made::kept(),
        Transform::TaxRegistrationNumber => tax_registration_number(&text),
        Transform::Email => email(&text, take),
        Transform::Country => match country::country(&text) {
            Some(code) => Made::of(code),
            None => Made { text: None, remark: Some(Remark::Fault(Reason::Country)) },
        },
    }
}

/// A part of a text, borrowed where the text is.
fn part(text: Cow<'_, str>, take: impl Fn(&str) -> &str) -> Made<'_> {
    Made::of(match text {
        Cow::Borrowed(text) => Cow::Borrowed(borrowed(text, &take)),
        Cow::Owned(text) => Cow::Owned(take(&text).to_owned()),
    })
}

fn borrowed<'a>(text: &'a str, take: &impl Fn(&str) -> &str) -> &'a str {
    take(text)
}

/// Family name and given name: split at the first blank, never guessed.
fn name(text: &str) -> (&str, &str) {
    text.split_once(char::is_whitespace).map_or((text, ""), |(family, given)| (family, canonical(given)))
}

/// The API's key of a prefecture in kanji, with or without its last letter, or in letters; else the text itself.
fn prefecture(text: Cow<'_, str>) -> Cow<'_, str> {
    // Long vowels are written in more than one way: Hokkaidō, Ōsaka.
    let folded: String = folded(&text).to_lowercase().nfd().filter(|c| *c != MACRON).nfc().collect();
    let romaji =
        ["-ken", "-to", "-fu"].iter().find_map(|ending| folded.strip_suffix(ending)).unwrap_or(&folded);
    let is = |(kanji, key): &&(&str, &'static str)| {
        let short = kanji.strip_suffix(['都', '府', '県']).unwrap_or(kanji);
        *key == romaji || *kanji == folded || short == folded
    };
    REGIONS.iter().find(is).map_or(text, |(_, key)| Cow::Borrowed(*key))
}

/// The mark of a long vowel, once it is taken apart from its letter.
const MACRON: char = '\u{304}';

/// What stands between two addresses in one cell.
const BETWEEN_ADDRESSES: [char; 7] = [';', ',', '、', '；', '\n', '\r', '\t'];

fn email(text: &str, take: Take) -> Made<'static> {
    let narrow = folded(text);
    let addresses: Vec<&str> =
        outside_quotes(&narrow).filter(|part| part.contains('@')).map(unwrapped).collect();
    match (addresses.as_slice(), take) {
        ([], _) => Made::of(narrow.clone()),
        ([one], _) | ([one, ..], Take::First) => Made::of((*one).to_owned()),
        (several, Take::Only) => {
            Made { text: None, remark: Some(Remark::Fault(Reason::SeveralEmails { count: several.len() })) }
        }
    }
}

/// The parts of a cell between separators that do not stand in quotes.
fn outside_quotes(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        !quoted && BETWEEN_ADDRESSES.contains(&c)
    })
}

/// The address in `"name" <address>`, or the text itself.
fn unwrapped(text: &str) -> &str {
    let text = canonical(text);
    let inner = text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')).map(|(_, address)| address);
    canonical(inner.unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Transform; 12] = [
        Transform::FamilyName,
        Transform::GivenName,
        Transform::Region,
        Transform::Locality,
        Transform::Street,
        Transform::Prefecture,
        Transform::PostalCode,
        Transform::Phone,
        Transform::ClosingDay,
        Transform::TaxRegistrationNumber,
        Transform::Email,
        Transform::Country,
    ];

    fn made(transform: Transform, text: &str) -> (Option<String>, Option<Remark>) {
        let made = apply(transform, Take::Only, Abroad::No, Cow::from(text));
        (made.text.map(Cow::into_owned), made.remark)
    }

    /// Each text becomes another one, without a remark.
    #[track_caller]
    fn becomes(transform: Transform, cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(made(transform, text), (Some((*expected).to_owned()), None), "{text}");
        }
    }

    fn warning(kind: WarningKind) -> Remark {
        Remark::Warning(kind)
    }

    #[test]
    fn a_name_is_split_at_its_first_blank_and_nowhere_else() {
        let family = [
            ("見本\u{3000}一郎", "見本"),
            ("見本 二子", "見本"),
            ("見本三郎", "見本三郎"),
            ("Beispiel, Erika", "Beispiel,"),
            ("Prince", "Prince"),
        ];
        becomes(Transform::FamilyName, &family);
        let given = [
            ("見本\u{3000}一郎", "一郎"),
            ("見本三郎", ""),
            ("Max von Muster", "von Muster"),
            ("見本  二子", "二子"),
        ];
        becomes(Transform::GivenName, &given);
    }

    #[test]
    fn a_prefecture_is_known_in_every_writing() {
        let cases = [
            ("東京都", "tokyo"),
            ("東京", "tokyo"),
            ("tokyo", "tokyo"),
            ("Ｔｏｋｙｏ", "tokyo"),
            ("Kochi", "kochi"),
            ("香川", "kagawa"),
            ("北海道", "hokkaido"),
            ("京都", "kyoto"),
            ("Osaka-fu", "osaka"),
            ("江戸", "江戸"),
            ("東京都東京都", "東京都東京都"),
        ];
        becomes(Transform::Prefecture, &cases);
    }

    #[test]
    fn the_parts_of_an_address_come_from_one_cell() {
        becomes(Transform::Region, &[("東京都千代田区架空町1", "tokyo")]);
        becomes(Transform::Locality, &[("東京都千代田区架空町1", "千代田区")]);
        becomes(Transform::Street, &[("東京都千代田区架空町１", "架空町１"), ("錦町1-2", "錦町1-2")]);
        assert_eq!(
            made(Transform::Region, "錦町1"),
            (Some(String::new()), Some(warning(WarningKind::NoPrefecture)))
        );
        assert_eq!(
            made(Transform::Locality, "錦町1"),
            (Some(String::new()), Some(warning(WarningKind::NoLocality)))
        );
    }

    #[test]
    fn abroad_an_address_is_all_street_and_a_postal_code_stays_as_it_is() {
        let abroad = |transform, text| apply(transform, Take::Only, Abroad::Yes, Cow::from(text));
        assert_eq!(abroad(Transform::Region, "Musterstrasse 1"), Made::of(""));
        assert_eq!(abroad(Transform::Locality, "Musterstrasse 1"), Made::of(""));
        assert_eq!(abroad(Transform::Street, "Musterstrasse 1"), Made::of("Musterstrasse 1"));
        assert_eq!(abroad(Transform::PostalCode, "560001"), Made::of("560001"));
    }

    #[test]
    fn an_address_is_taken_out_of_its_wrapping() {
        let cases = [
            ("keiri＠example.jp", "keiri@example.jp"),
            ("\"髙見本 花子\" <hanako@example.jp>", "hanako@example.jp"),
            ("Beispiel, Erika <erika@example.com>", "erika@example.com"),
            ("\"A, B; C\" <a@example.com>", "a@example.com"),
            ("<a@example.com>;", "a@example.com"),
            ("keiri", "keiri"),
        ];
        becomes(Transform::Email, &cases);
    }

    #[test]
    fn of_several_addresses_the_first_is_taken_only_when_that_is_asked_for() {
        let text = "jiro@example.jp; \"x\" <hanako@example.jp>";
        let several = Some(Remark::Fault(Reason::SeveralEmails { count: 2 }));
        assert_eq!(made(Transform::Email, text), (None, several));
        let first = apply(Transform::Email, Take::First, Abroad::No, Cow::from(text));
        assert_eq!(first, Made::of("jiro@example.jp"));
    }

    proptest! {
        #[test]
        fn no_text_stops_a_transform(text in ".*", japanese in "[0-9０-９TＴ〒ー－@<>\";、市区町村郡東京都末日 \u{3000}]{0,20}") {
            for text in [text, japanese] {
                for transform in ALL {
                    for abroad in [Abroad::Yes, Abroad::No] {
                        let _ = apply(transform, Take::First, abroad, Cow::from(text.as_str()));
                    }
                }
            }
        }
    }
}
