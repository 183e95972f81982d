//! What is to become of a field that people changed on the server: the section `[drift]`.
//!
//! In: one word for all fields, and one for each field that is another case. Out: who wins. Nothing here compares.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::record::Field;

/// Who wins where the server holds something else than leapsync wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// The file's side: a repair writes it back.
    Csv,
    /// The server's side: a repair lets the ledger learn it, and no run writes the field to a client that exists.
    Remote,
    /// Nobody: the difference is listed.
    #[default]
    Report,
}

impl Preference {
    /// Every preference.
    pub const ALL: [Preference; 3] = [Preference::Csv, Preference::Remote, Preference::Report];

    /// The word for it in the configuration and in what scripts read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Remote => "remote",
            Self::Report => "report",
        }
    }

    /// The preference of that word.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preference| preference.name() == name)
    }
}

/// Who wins for which field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drift {
    /// For every field that has no word of its own, and for whole contacts.
    pub prefer: Preference,
    /// Fields that are another case.
    pub fields: BTreeMap<Field, Preference>,
}

impl Drift {
    /// Who wins for this field.
    #[must_use]
    pub fn of(&self, field: Field) -> Preference {
        self.fields.get(&field).copied().unwrap_or(self.prefer)
    }

    /// The fields that people decide once a client exists.
    #[must_use]
    pub fn yielded(&self) -> BTreeSet<Field> {
        Field::ALL.into_iter().filter(|field| self.of(*field) == Preference::Remote).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_without_a_word_of_its_own_follows_the_word_for_all() {
        let fields = BTreeMap::from([(Field::PhoneNumber, Preference::Remote)]);
        let drift = Drift { prefer: Preference::Csv, fields };
        assert_eq!(drift.of(Field::Name), Preference::Csv);
        assert_eq!(drift.of(Field::PhoneNumber), Preference::Remote);
        assert_eq!(drift.yielded(), BTreeSet::from([Field::PhoneNumber]));
    }

    #[test]
    fn every_preference_is_found_by_its_word() {
        for preference in Preference::ALL {
            assert_eq!(Preference::named(preference.name()), Some(preference));
        }
    }
}
