//! `[map]`, `[[input.where]]` and `[input.active]` as they are written become [`Rules`].
//!
//! In: TOML. Out: rules, or an error that shows the line and names the key, the value and what would be allowed.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::InputSection;
use crate::record::{Column, Field, Place, nearest};
use crate::settings::rules::{
    Activity, Filter, Header, Odd, OnEmpty, PersonRules, Rule, Rules, Sense, TextFrom,
};

/// Fields without which a contact is none; they are never cleared.
const NAMES: [Column; 3] =
    [Column::ExternalId, Column::Client(Field::Name), Column::Person(Field::FamilyName)];

/// `[map]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MapSection {
    /// Fields of the client, its company, and the person who stands in the row itself.
    pub columns: BTreeMap<Column, Rule>,
    /// `[[map.person]]`.
    pub persons: Vec<PersonRules>,
    /// `null_values`.
    pub null_values: Vec<String>,
}

/// The rules of a file.
pub(super) fn rules(map: &MapSection, input: &InputSection) -> Rules {
    let MapSection { columns, persons, null_values } = map.clone();
    let InputSection { filters, active, .. } = input.clone();
    Rules { columns, persons, null_values, filters, activity: active, ..Rules::default() }
}

impl<'de> Deserialize<'de> for MapSection {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(MapVisitor)
    }
}

struct MapVisitor;

impl<'de> Visitor<'de> for MapVisitor {
    type Value = MapSection;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MapSection, A::Error> {
        let mut section = MapSection::default();
        while let Some(key) = map.next_key::<String>()? {
            match (key.as_str(), Column::named(&key)) {
                ("null_values", _) => section.null_values = trimmed(&map.next_value::<Vec<String>>()?),
                ("person", _) => section.persons = map.next_value()?,
                (_, Some(column)) => {
                    let rule = map.next_value()?;
                    may_be_cleared(&rule, NAMES.contains(&column), &key)?;
                    may_be_odd(&rule, column == Column::ExternalId, &key)?;
                    if column == Column::ExternalId {
                        keeps_customers_apart(&rule)?;
                    }
                    section.columns.insert(column, rule);
                }
                (_, None) => {
                    let own = Column::ALL.iter().map(|(name, _)| *name).chain(["null_values", "person"]);
                    return Err(A::Error::custom(unknown("[map]", &key, own)));
                }
            }
        }
        Ok(section)
    }
}

impl<'de> Deserialize<'de> for PersonRules {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(PersonVisitor)
    }
}

struct PersonVisitor;

impl<'de> Visitor<'de> for PersonVisitor {
    type Value = PersonRules;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of a person's fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PersonRules, A::Error> {
        let own = || Field::ALL.into_iter().filter(|it| it.place() == Place::Contact && *it != Field::Name);
        let mut person = PersonRules::default();
        while let Some(key) = map.next_key::<String>()? {
            let field = own().find(|field| field.name() == key);
            match (key.as_str(), field) {
                ("active", _) => person.activity = Some(map.next_value()?),
                (_, Some(field)) => {
                    let rule = map.next_value()?;
                    may_be_cleared(&rule, NAMES.contains(&Column::Person(field)), &key)?;
                    may_be_odd(&rule, false, &key)?;
                    person.fields.insert(field, rule);
                }
                (_, None) => {
                    let own = own().map(Field::name).chain(["active"]);
                    return Err(A::Error::custom(unknown("[[map.person]]", &key, own)));
                }
            }
        }
        if !person.fields.keys().any(|field| matches!(field, Field::FamilyName | Field::GivenName)) {
            let rule = "`[[map.person]]` needs `family_name` or `given_name`: who has no name is no person";
            return Err(A::Error::custom(rule));
        }
        Ok(person)
    }
}

/// What is said of a key that does not exist.
fn unknown<'a>(table: &str, key: &str, own: impl Iterator<Item = &'a str> + Clone) -> String {
    let meant = nearest(key, own.clone()).map(|name| format!("did you mean `{name}`? ")).unwrap_or_default();
    let own = own.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    format!("`{table}` has no field `{key}`; {meant}its fields are {own}")
}

fn may_be_cleared<E: Error>(rule: &Rule, is_name: bool, key: &str) -> Result<(), E> {
    if is_name && rule.empty == OnEmpty::Clear {
        return Err(E::custom(format!(
            "`{key}` cannot be cleared: only `empty = \"keep\"` is possible here"
        )));
    }
    Ok(())
}

fn may_be_odd<E: Error>(rule: &Rule, is_key: bool, key: &str) -> Result<(), E> {
    if rule.odd == Odd::Allowed && !is_key {
        return Err(E::custom(format!("`allow_odd` is for `client_external_id`; `{key}` takes every text")));
    }
    Ok(())
}

/// A key of several columns needs something between them, or a fixed width of each: else `1` and `12` are `11` and `2`.
fn keeps_customers_apart<E: Error>(rule: &Rule) -> Result<(), E> {
    match &rule.text {
        TextFrom::Columns { columns, join }
            if columns.len() > 1 && join.is_empty() && rule.pad.len() < columns.len() =>
        {
            let why = "`client_external_id` needs a `join` between its columns, such as `join = \"-\"`: `1` and `12` would be \
                       the same customer as `11` and `2`";
            Err(E::custom(why))
        }
        _ => Ok(()),
    }
}

fn trimmed(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| crate::record::canonical(text).to_owned()).collect()
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            column: Header,
            is: Option<Vec<String>>,
            is_not: Option<Vec<String>>,
        }
        let Table { column, is, is_not } = Table::deserialize(from)?;
        match (is, is_not) {
            (Some(values), None) if !values.is_empty() => Ok(Self { column, values, sense: Sense::Is }),
            (None, Some(values)) if !values.is_empty() => Ok(Self { column, values, sense: Sense::IsNot }),
            _ => Err(D::Error::custom(format!(
                "`[[input.where]]` of `{column}` needs either `is` or `is_not`, with at least one value, such as \
                 `is = [\"使用する\"]`"
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for Activity {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            column: Header,
            active: Vec<String>,
            inactive: Vec<String>,
        }
        let Table { column, active, inactive } = Table::deserialize(from)?;
        if active.is_empty() || inactive.is_empty() {
            let rule =
                "needs at least one value each for `active` and `inactive`: any other is an error of its row";
            return Err(D::Error::custom(format!("`{column}` {rule}")));
        }
        if let Some(both) = active.iter().find(|value| inactive.contains(value)) {
            return Err(D::Error::custom(format!("`{column}`: `{both}` cannot mean active and inactive")));
        }
        Ok(Self { column, active, inactive })
    }
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::*;
    use crate::settings::rules::{Fold, Take, Transform};

    fn read(text: &str) -> Result<Rules, String> {
        toml::from_str::<File>(text).map(|file| file.rules()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_way_of_saying_where_a_text_comes_from_is_understood() {
        let rules = read(
            r#"
            [map]
            client_external_id = { columns = ["得意先コード", "枝番"], join = "-", pad = 6, fold = true }
            name = { template = "{得意先名1}{得意先名2}" }
            country = { constant = "JP" }
            phone_number = 7
            email = { column = "メール", transform = "email", take = "first", empty = "clear" }
            null_values = [" #N/A "]

            [[map.person]]
            family_name = { column = "担当者名", transform = "family_name" }
            active = { column = "退職", active = ["", "0"], inactive = ["1"] }

            [[input.where]]
            column = "利用"
            is_not = ["利用しない"]

            [input.active]
            column = 22
            active = ["0"]
            inactive = ["1", "9"]
            "#,
        )
        .unwrap();
        let key = &rules.columns[&Column::ExternalId];
        assert_eq!((key.fold, &key.pad), (Fold::Width, &vec![6]));
        assert_eq!(rules.columns[&Column::Client(Field::PhoneNumber)], Rule::plain(Header::At(7)));
        let email = &rules.columns[&Column::Email];
        assert_eq!(
            (email.transform, email.take, email.empty),
            (Some(Transform::Email), Take::First, OnEmpty::Clear)
        );
        assert_eq!(rules.null_values, ["#N/A"]);
        assert_eq!(rules.persons.len(), 1);
        assert_eq!(rules.filters[0].sense, Sense::IsNot);
        assert_eq!(rules.activity.unwrap().column, Header::At(22));
    }

    /// A text, and what the message must hold.
    #[test]
    fn what_cannot_be_meant_is_told_with_key_value_and_what_is_allowed() {
        let cases = [
            ("[map]\npostal_cod = \"〒\"", "`[map]` has no field `postal_cod`; did you mean `postal_code`?"),
            (
                "[map]\nname = 0",
                "invalid value: integer `0`, expected a header, or the number of a column from 1",
            ),
            ("[map]\nname = true", "expected a header, the number of a column from 1, or a table such as"),
            ("[map]\nname = { colum = \"a\" }", "unknown field `colum`, expected one of `column`, `columns`"),
            (
                "[map]\nname = { column = \"a\", constant = \"b\" }",
                "exactly one of `column`, `columns`, `template`",
            ),
            ("[map]\nname = { columns = [] }", "exactly one of `column`, `columns`, `template`"),
            ("[map]\nname = { template = \"{a\" }", "`template`: `{a`: a brace is not closed"),
            ("[map]\nname = { column = \"a\", empty = \"clear\" }", "`name` cannot be cleared"),
            ("[map]\nname = { column = \"a\", join = \"-\" }", "`join` stands between several columns"),
            ("[map]\nname = { column = \"a\", pad = [1, 2] }", "`pad` has 2 widths for 1 columns"),
            ("[map]\nname = { column = \"a\", pad = \"6\" }", "`pad` is a number of digits"),
            ("[map]\nname = { column = \"a\", take = \"first\" }", "it needs `transform = \"email\"`"),
            (
                "[map]\nregion = { column = \"a\", transform = \"regoin\" }",
                "unknown variant `regoin`, expected one of",
            ),
            ("[map]\ncountry = { constant = \"JP\", fold = true }", "`constant` stands alone"),
            (
                "[map]\nname = { column = \"a\", allow_odd = true }",
                "`allow_odd` is for `client_external_id`; `name` takes every text",
            ),
            ("[[map.person]]\nname = \"a\"", "`[[map.person]]` has no field `name`"),
            ("[[map.person]]\nemail = \"a\"", "needs `family_name` or `given_name`"),
            ("[[input.where]]\ncolumn = \"a\"", "needs either `is` or `is_not`"),
            ("[[input.where]]\ncolumn = \"a\"\nis = []", "needs either `is` or `is_not`"),
            ("[input.active]\ncolumn = \"a\"\nactive = [\"1\"]\ninactive = []", "at least one value each"),
            (
                "[input.active]\ncolumn = \"a\"\nactive = [\"1\"]\ninactive = [\"1\"]",
                "`1` cannot mean active and",
            ),
            ("[input.active]\ncolumn = \"a\"\nactive = [\"1\"]", "missing field `inactive`"),
        ];
        for (text, message) in cases {
            let error = read(text).unwrap_err();
            assert!(error.contains(message), "{text}\n{error}");
            assert!(error.contains("at line"), "{error}");
        }
    }
}
