//! One rule of `[map]`: a header, a number, or a table that says where a text comes from and what is made of it.
//!
//! In: TOML. Out: a [`Rule`], or what would be allowed.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};

use crate::record::canonical;
use crate::settings::rules::{Fold, Header, Odd, OnEmpty, Rule, Take, TextFrom, Transform};

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(HeaderVisitor)
    }
}

struct HeaderVisitor;

impl Visitor<'_> for HeaderVisitor {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a header, or the number of a column from 1")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Header, E> {
        Ok(Header::Named(text.to_owned()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Header, E> {
        let place = usize::try_from(number).ok().filter(|number| *number > 0);
        place.map(Header::At).ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(RuleVisitor)
    }
}

struct RuleVisitor;

impl<'de> Visitor<'de> for RuleVisitor {
    type Value = Rule;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a header, the number of a column from 1, or a table such as `{ column = \"header\" }`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Rule, E> {
        HeaderVisitor.visit_str(text).map(Rule::plain)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Rule, E> {
        HeaderVisitor.visit_i64(number).map(Rule::plain)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Rule, A::Error> {
        RuleTable::deserialize(MapAccessDeserializer::new(map))?.rule().map_err(A::Error::custom)
    }
}

/// A rule as a table.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    column: Option<Header>,
    columns: Option<Vec<Header>>,
    template: Option<String>,
    constant: Option<String>,
    join: Option<String>,
    pad: Option<Pad>,
    #[serde(default)]
    fold: bool,
    transform: Option<Transform>,
    empty: Option<OnEmpty>,
    take: Option<Take>,
    #[serde(default)]
    allow_odd: bool,
}

/// One width for the first column, or one for each.
#[derive(serde::Deserialize)]
#[serde(
    untagged,
    expecting = "`pad` is a number of digits, such as 6, or one for each column, such as [6, 2]"
)]
enum Pad {
    First(u8),
    Each(Vec<u8>),
}

impl RuleTable {
    fn rule(self) -> Result<Rule, String> {
        if let Some(misfit) = self.misfit() {
            return Err(misfit);
        }
        let pad: Vec<usize> = match &self.pad {
            None => Vec::new(),
            Some(Pad::First(digits)) => vec![usize::from(*digits)],
            Some(Pad::Each(each)) => each.iter().map(|digits| usize::from(*digits)).collect(),
        };
        let columns = usize::from(self.column.is_some()) + self.columns.as_ref().map_or(0, Vec::len);
        if pad.len() > columns {
            return Err(format!("`pad` has {} widths for {columns} columns", pad.len()));
        }
        let fold = if self.fold { Fold::Width } else { Fold::No };
        let odd = if self.allow_odd { Odd::Allowed } else { Odd::Refused };
        let (transform, empty, take) =
            (self.transform, self.empty.unwrap_or_default(), self.take.unwrap_or_default());
        Ok(Rule { text: self.text()?, fold, pad, transform, empty, take, odd })
    }

    /// Keys that do not go together.
    fn misfit(&self) -> Option<String> {
        let changes = self.pad.is_some() || self.fold || self.transform.is_some();
        let what = if self.constant.is_some() && (changes || self.empty.is_some() || self.take.is_some()) {
            "`constant` stands alone: the same text goes into every row"
        } else if self.join.is_some() && self.columns.is_none() {
            "`join` stands between several columns: write `columns = [\"…\", \"…\"]`"
        } else if self.take.is_some() && self.transform != Some(Transform::Email) {
            "`take` is for several addresses in one cell: it needs `transform = \"email\"`"
        } else {
            return None;
        };
        Some(what.to_owned())
    }

    fn text(self) -> Result<TextFrom, String> {
        let join = self.join.unwrap_or_default();
        match (self.column, self.columns, self.template, self.constant) {
            (Some(header), None, None, None) => Ok(TextFrom::Columns { columns: vec![header], join }),
            (None, Some(columns), None, None) if !columns.is_empty() => Ok(TextFrom::Columns { columns, join }),
            (None, None, Some(template), None) => {
                template.parse().map(TextFrom::Template).map_err(|error| format!("`template`: {error}"))
            }
            (None, None, None, Some(constant)) if !canonical(&constant).is_empty() => {
                Ok(TextFrom::Constant(canonical(&constant).to_owned()))
            }
            _ => Err("exactly one of `column`, `columns`, `template` and `constant` says where the text comes from, and \
                      it must not be empty"
                .to_owned()),
        }
    }
}
