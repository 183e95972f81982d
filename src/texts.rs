//! The catalogue: every sentence that people read, in English and in Japanese, by its key.
//!
//! In: a language, a key, arguments. Out: text. A catalogue is parsed when its first text is asked for, so that a command
//! that says nothing costs nothing. A key that is missing shows itself; nothing here fails. Keys begin with the name of
//! their file: `src/texts/en/plan.ftl` and `src/texts/ja/plan.ftl` hold the keys `plan-…`.

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The files of both languages, one pair for each screen.
macro_rules! screens {
    ($($name:literal,)*) => {
        const ENGLISH: &[&str] = &[$(include_str!(concat!("texts/en/", $name, ".ftl")),)*];
        const JAPANESE: &[&str] = &[
            $(include_str!(concat!("texts/ja/", $name, ".ftl")),)*
            // In English the help stands beside the arguments.
            include_str!("texts/ja/help.ftl"),
        ];
    };
}

screens! {
    "demo",
    "doctor",
    "error",
    "event",
    "guess",
    "hint",
    "hold",
    "init",
    "look",
    "mend",
    "name",
    "number",
    "plan",
    "progress",
    "proposal",
    "report",
    "sandbox",
    "summary",
    "verify",
    "why",
    "words",
}

/// A language that leapsync speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Japanese.
    Japanese,
}

impl Language {
    /// Both, English first.
    pub const ALL: [Self; 2] = [Self::English, Self::Japanese];

    /// Its code: `en` or `ja`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// The language of a locale such as `ja_JP.UTF-8`; English for every locale that is not Japanese.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("ja") { Self::Japanese } else { Self::English }
    }
}

/// No language has this code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the languages are `en` and `ja`")]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(code: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.into_iter().find(|language| language.code() == code).ok_or(UnknownLanguage)
    }
}

/// What is put into a text: a count, which is grouped by thousands and chooses between singular and plural, or a text that
/// stands as it is, such as the number of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A count.
    Count(u64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<u32> for Value<'_> {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<usize> for Value<'_> {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

type Bundle = FluentBundle<FluentResource>;

/// The texts of one language; copied freely.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Texts {
    language: Language,
}

impl Texts {
    /// The texts in `language`.
    #[must_use]
    pub const fn in_language(language: Language) -> Self {
        Self { language }
    }

    /// Their language.
    #[must_use]
    pub const fn language(self) -> Language {
        self.language
    }

    /// The text of `key`, which takes no arguments.
    #[must_use]
    pub fn say(self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// The text of `key` with its arguments put in.
    #[must_use]
    pub fn say_with(self, key: &str, arguments: &[(&str, Value<'_>)]) -> String {
        let found = self.find_with(key, arguments);
        debug_assert!(found.is_some(), "the catalogue has no text `{key}`");
        found.unwrap_or_else(|| key.to_owned())
    }

    /// The text of `key`, if there is one.
    #[must_use]
    pub fn find(self, key: &str) -> Option<String> {
        self.find_with(key, &[])
    }

    fn find_with(self, key: &str, arguments: &[(&str, Value<'_>)]) -> Option<String> {
        static IN_ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English, ENGLISH));
        static IN_JAPANESE: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Japanese, JAPANESE));
        let bundle: &Bundle = match self.language {
            Language::English => &IN_ENGLISH,
            Language::Japanese => &IN_JAPANESE,
        };
        let pattern = bundle.get_message(key)?.value()?;
        let mut given = FluentArgs::with_capacity(arguments.len());
        for (name, value) in arguments {
            match value {
                Value::Text(text) => given.set(*name, FluentValue::String(Cow::Borrowed(text))),
                Value::Count(count) => given.set(*name, *count),
            }
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&given), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "the text `{key}`: {errors:?}");
        Some(text)
    }
}

fn bundle(language: Language, files: &[&str]) -> Bundle {
    let locale: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Marks that keep right-to-left text apart would only stand in the way of copying a value.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => Some(grouped(&number.as_string())),
        _ => None,
    }));
    for file in files {
        // What is broken in a file is left out and its keys show themselves; a test looks that nothing is.
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(resource, _)| resource);
        let told = bundle.add_resource(resource);
        debug_assert!(told.is_ok(), "{told:?}");
    }
    bundle
}

/// `12345` as `12,345`.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_and_choose_the_form_of_the_word() {
        let texts = Texts::in_language(Language::English);
        let rows = |count: u64| texts.say_with("number-rows", &[("count", count.into())]);
        assert_eq!([rows(0), rows(1), rows(12_345)], ["0 rows", "1 row", "12,345 rows"]);
        let texts = Texts::in_language(Language::Japanese);
        assert_eq!(texts.say_with("number-rows", &[("count", 12_345_u64.into())]), "12,345 行");
    }

    #[test]
    fn a_locale_names_its_language() {
        for locale in ["ja", "ja_JP.UTF-8", "ja_JP.eucJP", "JA", "ja-JP"] {
            assert_eq!(Language::of_locale(locale), Language::Japanese, "{locale}");
        }
        for locale in ["", "C", "POSIX", "en_US.UTF-8", "de_DE", "C.UTF-8"] {
            assert_eq!(Language::of_locale(locale), Language::English, "{locale}");
        }
        assert_eq!("ja".parse(), Ok(Language::Japanese));
        assert_eq!("fr".parse::<Language>(), Err(UnknownLanguage));
    }
}
