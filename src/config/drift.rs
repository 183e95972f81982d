//! The section `[drift]`: who wins where people changed a field on the server.
//!
//! In: `prefer = "…"` for all fields, and the same word for single fields under `[drift.fields]`. Out: [`Drift`], or a
//! message that names the key, the value and what would be allowed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::record::{Field, nearest};
use crate::settings::{Drift, Preference};

/// `[drift]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DriftSection {
    /// For every field that has no word of its own, and for whole contacts.
    #[serde(deserialize_with = "preference")]
    prefer: Preference,
    /// `[drift.fields]`.
    #[serde(deserialize_with = "fields")]
    fields: BTreeMap<Field, Preference>,
}

impl DriftSection {
    /// Who wins for which field.
    #[must_use]
    pub fn drift(&self) -> Drift {
        Drift { prefer: self.prefer, fields: self.fields.clone() }
    }
}

fn preference<'de, D: Deserializer<'de>>(from: D) -> Result<Preference, D::Error> {
    named("prefer", &String::deserialize(from)?)
}

fn fields<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Field, Preference>, D::Error> {
    let written = BTreeMap::<String, String>::deserialize(from)?;
    let read = |(key, word): (String, String)| Ok((field(&key)?, named(&key, &word)?));
    written.into_iter().map(read).collect()
}

fn field<E: Error>(key: &str) -> Result<Field, E> {
    let own = || Field::ALL.into_iter().map(Field::name);
    Field::ALL.into_iter().find(|field| field.name() == key).ok_or_else(|| {
        let meant = nearest(key, own()).map(|name| format!("did you mean `{name}`? ")).unwrap_or_default();
        let own = own().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        E::custom(format!("`[drift.fields]` has no field `{key}`; {meant}its fields are {own}"))
    })
}

fn named<E: Error>(key: &str, word: &str) -> Result<Preference, E> {
    Preference::named(word).ok_or_else(|| {
        E::custom(format!("`{key}` cannot be `{word}`: write `\"csv\"`, `\"remote\"` or `\"report\"`"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::*;

    fn drift(text: &str) -> Result<Drift, String> {
        toml::from_str::<File>(text).map(|file| file.drift.drift()).map_err(|error| error.to_string())
    }

    #[test]
    fn one_word_is_for_all_fields_and_single_fields_may_differ() {
        let drift = drift("[drift]\nprefer = \"csv\"\n[drift.fields]\nphone_number = \"remote\"").unwrap();
        assert_eq!(drift.of(Field::Email), Preference::Csv);
        assert_eq!(drift.of(Field::PhoneNumber), Preference::Remote);
    }

    #[test]
    fn without_the_section_differences_are_only_listed() {
        assert_eq!(drift("").unwrap(), Drift::default());
        assert_eq!(Drift::default().of(Field::Name), Preference::Report);
    }

    #[test]
    fn what_does_not_exist_is_named() {
        let error = |text: &str| drift(text).unwrap_err();
        assert!(error("[drift]\nprefer = \"server\"").contains("`prefer` cannot be `server`"));
        let unknown = error("[drift.fields]\nphone_numbr = \"csv\"");
        assert!(unknown.contains("no field `phone_numbr`; did you mean `phone_number`?"), "{unknown}");
        assert!(error("[drift.fields]\nname = \"me\"").contains("`name` cannot be `me`"));
        assert!(error("[drift]\nprefers = \"csv\"").contains("prefers"));
    }
}
