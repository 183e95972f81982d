//! How fields stand in the ledger: short, because there are some of them for every client.
//!
//! In: fields with their texts, or sets of fields. Out: columns, and the same fields again. A field that is known to be empty
//! is a bit, which is not the same as a field of which nothing is known.

use std::collections::BTreeSet;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde_json::Value;

use crate::record::{Answered, Field, Fields};

/// What the empty fields stand under, beside the places of the others.
const EMPTY: &str = "empty";

/// Fields with their texts: a JSON object of those that hold something, each under the place of its bit, and the bits of
/// those that are empty.
pub(super) struct Stored<F>(pub(super) F);

/// The fields that rows answer for: the bits of the client's own, of the company's and of the persons'.
pub(super) struct StoredNames<A>(pub(super) A);

impl ToSql for Stored<&Fields> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let filled = self.0.iter().filter(|(_, text)| !text.is_empty());
        let mut object: serde_json::Map<String, Value> =
            filled.map(|(field, text)| (place(field).to_string(), text.into())).collect();
        let empty = bits(self.0.iter().filter(|(_, text)| text.is_empty()).map(|(field, _)| field));
        if empty != 0 {
            object.insert(EMPTY.to_owned(), empty.into());
        }
        Ok(Value::Object(object).to_string().into())
    }
}

impl FromSql for Stored<Fields> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let mut object: serde_json::Map<String, Value> =
            serde_json::from_str(value.as_str()?).map_err(FromSqlError::other)?;
        let empty = object.remove(EMPTY).and_then(|bits| bits.as_u64()).unwrap_or_default();
        let mut fields: Fields = fields_of(empty).map(|field| (field, "")).collect();
        for (key, text) in &object {
            let field = match key.parse::<u32>() {
                Ok(place) => fields_of(1_u64.checked_shl(place).unwrap_or_default()).next(),
                // An older ledger has them by their names.
                Err(_) => Field::ALL.into_iter().find(|field| field.name() == key),
            };
            let (Some(field), Some(text)) = (field, text.as_str()) else {
                return Err(FromSqlError::InvalidType);
            };
            fields.insert(field, text);
        }
        Ok(Self(fields))
    }
}

impl ToSql for StoredNames<&Answered> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let Answered { own, company, persons } = self.0;
        let numbers = [own, company, persons].map(|fields| bits(fields.iter().copied()).to_string());
        Ok(numbers.join(" ").into())
    }
}

impl FromSql for StoredNames<Answered> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        // An older ledger has them by their names.
        if text.starts_with('{') {
            return serde_json::from_str(text).map(Self).map_err(FromSqlError::other);
        }
        let mut numbers = text.split(' ').map(|number| number.parse().map_err(FromSqlError::other));
        let mut next = || numbers.next().ok_or(FromSqlError::InvalidType)?.map(named);
        Ok(Self(Answered { own: next()?, company: next()?, persons: next()? }))
    }
}

fn named(bits: u64) -> BTreeSet<Field> {
    fields_of(bits).collect()
}

fn bits(fields: impl Iterator<Item = Field>) -> u64 {
    fields.fold(0, |bits, field| bits | bit(field))
}

fn fields_of(bits: u64) -> impl Iterator<Item = Field> {
    Field::ALL.into_iter().filter(move |field| bits & bit(*field) != 0)
}

fn bit(field: Field) -> u64 {
    1 << place(field)
}

/// The place of a field's bit, which stays its own for the life of all ledgers: a new field gets a new one.
fn place(field: Field) -> u32 {
    match field {
        Field::Name => 0,
        Field::FamilyName => 1,
        Field::GivenName => 2,
        Field::Title => 3,
        Field::Department => 4,
        Field::Email => 5,
        Field::PhoneNumber => 6,
        Field::FaxNumber => 7,
        Field::PostalCode => 8,
        Field::Country => 9,
        Field::Region => 10,
        Field::Locality => 11,
        Field::StreetAddress => 12,
        Field::ExtendedAddress => 13,
        Field::LangCode => 14,
        Field::DateCutoff => 15,
        Field::TaxRegistrationNumber => 16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &impl ToSql) -> String {
        match value.to_sql().unwrap() {
            ToSqlOutput::Owned(rusqlite::types::Value::Text(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    fn read<T: FromSql>(text: &str) -> T {
        T::column_result(ValueRef::Text(text.as_bytes())).unwrap()
    }

    #[test]
    fn what_is_empty_comes_back_as_empty_and_what_is_unknown_as_unknown() {
        let mut fields = Fields::from([(Field::Name, "見本商事".to_owned())]);
        let Stored(back) = read(&text(&Stored(&fields)));
        assert_eq!(back, fields);
        fields.insert(Field::Title, "");
        fields.insert(Field::TaxRegistrationNumber, "");
        let stored = text(&Stored(&fields));
        assert_eq!(stored, r#"{"0":"見本商事","empty":65544}"#);
        let Stored(back) = read(&stored);
        assert_eq!(back, fields);
    }

    #[test]
    fn an_older_ledger_is_read_as_it_is() {
        let Stored(fields) = read::<Stored<Fields>>(r#"{"name":"見本","title":""}"#);
        assert_eq!(fields.text(Field::Title), "");
        let StoredNames(answered) =
            read::<StoredNames<Answered>>(r#"{"own":["date_cutoff"],"company":["name"],"persons":[]}"#);
        let StoredNames(back) = read(&text(&StoredNames(&answered)));
        assert_eq!(back, answered);
        assert_eq!(text(&StoredNames(&answered)), "32768 1 0");
    }

    #[test]
    fn fields_that_nobody_knows_are_no_fields() {
        for strange in [r#"{"17":"x"}"#, r#"{"99":"x"}"#, r#"{"nick":"x"}"#, r#"{"0":7}"#] {
            assert!(
                Stored::<Fields>::column_result(ValueRef::Text(strange.as_bytes())).is_err(),
                "{strange}"
            );
        }
    }

    #[test]
    fn no_two_fields_share_a_bit() {
        let all = Field::ALL.iter().fold(0, |bits, field| bits + bit(*field));
        assert_eq!(all, bits(Field::ALL.into_iter()));
        assert!(fields_of(all).eq(Field::ALL));
    }
}
