//! The section `[input]`: what a person says of the file's form, and of which rows count.
//!
//! In: its keys as they are written. Out: [`Reading`], or a message that names what cannot be.

use std::num::NonZeroU64;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::Error;

use crate::settings::rules::{Activity, Filter};
use crate::settings::{Expected, Footer, Header, Reading};

/// What stands for "find it out".
const AUTO: &str = "auto";
/// What stands for "there is none".
const NONE: &str = "none";

/// `[input]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InputSection {
    /// `"auto"`, or an encoding's name.
    encoding: Rule<crate::settings::Encoding>,
    /// `"auto"`, `","`, `"tab"` or `";"`.
    delimiter: Rule<crate::settings::Delimiter>,
    /// `"auto"`, the number of its row, or `"none"`.
    header: HeaderRule,
    /// `"auto"` or `"none"`.
    footer: FooterRule,
    /// How many data rows the file has.
    expect_rows: Option<u64>,
    /// A file beside the input that says what it is.
    manifest: Option<String>,
    /// `[[input.where]]`.
    #[serde(rename = "where")]
    pub(super) filters: Vec<Filter>,
    /// `[input.active]`.
    pub(super) active: Option<Activity>,
}

impl InputSection {
    /// What the input must be to be complete.
    #[must_use]
    pub fn expected(&self) -> Expected {
        Expected { rows: self.expect_rows, manifest: self.manifest.clone() }
    }

    /// How the input is read.
    #[must_use]
    pub fn reading(&self) -> Reading {
        Reading {
            encoding: self.encoding.0,
            delimiter: self.delimiter.0,
            header: self.header.0,
            footer: self.footer.0,
            ..Reading::default()
        }
    }
}

/// A value, or `"auto"`.
#[derive(Debug, Clone, Copy)]
struct Rule<T>(Option<T>);

impl<T> Default for Rule<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: FromStr<Err = String>> Deserialize<'de> for Rule<T> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == AUTO { Ok(Self(None)) } else { text.parse().map(Some).map(Self).map_err(D::Error::custom) }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct HeaderRule(Header);

/// What may stand behind `header =`.
#[derive(Deserialize)]
#[serde(untagged, expecting = "write \"auto\", \"none\" or the number of the row")]
enum HeaderText {
    Row(NonZeroU64),
    Word(String),
}

impl<'de> Deserialize<'de> for HeaderRule {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match HeaderText::deserialize(from)? {
            HeaderText::Row(row) => Ok(Self(Header::Row(row))),
            HeaderText::Word(word) if word == AUTO => Ok(Self(Header::Auto)),
            HeaderText::Word(word) if word == NONE => Ok(Self(Header::Absent)),
            HeaderText::Word(word) => Err(D::Error::custom(format!(
                "`{word}` says nothing of a header: write \"auto\", \"none\" or the number of the row"
            ))),
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct FooterRule(Footer);

impl<'de> Deserialize<'de> for FooterRule {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match String::deserialize(from)?.as_str() {
            AUTO => Ok(Self(Footer::Auto)),
            NONE => Ok(Self(Footer::Absent)),
            word => Err(D::Error::custom(format!(
                "`{word}` says nothing of a footer: write \"auto\" or \"none\""
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Delimiter, Encoding};

    fn reading(text: &str) -> Result<Reading, String> {
        toml::from_str::<InputSection>(text)
            .map(|section| section.reading())
            .map_err(|error| error.message().to_owned())
    }

    #[test]
    fn everything_is_found_out_unless_it_is_said() {
        assert_eq!(reading("").unwrap(), Reading::default());
        let said = "encoding = \"auto\"\ndelimiter = \"auto\"\nheader = \"auto\"\nfooter = \"auto\"";
        assert_eq!(reading(said).unwrap(), Reading::default());
    }

    #[test]
    fn what_is_said_is_taken() {
        let said = "encoding = \"cp932\"\ndelimiter = \"\\t\"\nheader = 4\nfooter = \"none\"";
        let expected = Reading {
            encoding: Some(Encoding::ShiftJis),
            delimiter: Some(Delimiter::Tab),
            header: Header::Row(NonZeroU64::new(4).unwrap()),
            footer: Footer::Absent,
            ..Reading::default()
        };
        assert_eq!(reading(said).unwrap(), expected);
        assert_eq!(reading("header = \"none\"").unwrap().header, Header::Absent);
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (said, message) in [
            ("encoding = \"latin1\"", "`latin1` is not an encoding"),
            ("delimiter = \"|\"", "`|` is not a delimiter"),
            ("header = 0", "write \"auto\", \"none\" or the number of the row"),
            ("header = \"first\"", "`first` says nothing of a header"),
            ("footer = 3", "expected a string"),
            ("quote = \"'\"", "unknown field `quote`"),
        ] {
            let error = reading(said).unwrap_err();
            assert!(error.contains(message), "{said}: {error}");
        }
    }
}
