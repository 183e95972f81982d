//! How the words of the project stand in the columns of the ledger, and how they are read back.
//!
//! In: values. Out: texts and integers, and the same values again. A text that no word answers to is an error,
//! never a guess.

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::Serialize;
use serde::de::value::{Error as NoSuchWord, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::journal::ContactOrder;
use crate::record::{ExternalId, Kind, Line, Mid};

/// A word that is kept by its name: a state, a verdict, an action, an outcome, a kind.
pub(super) struct Word<T>(pub(super) T);

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name: StrDeserializer<'_, NoSuchWord> = value.as_str()?.into_deserializer();
        T::deserialize(name).map(Self).map_err(FromSqlError::other)
    }
}

/// A value that is kept as JSON.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Self).map_err(FromSqlError::other)
    }
}

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0);
        Ok(text.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?.into())
    }
}

/// A time in whole milliseconds, rounded up: whoever waits from a time that was stored never waits too short.
pub(super) struct Time(pub(super) Timestamp);

impl Time {
    pub(super) fn milliseconds(&self) -> i64 {
        let floor = self.0.as_millisecond();
        let cut = Timestamp::from_millisecond(floor).is_ok_and(|kept| kept < self.0);
        (floor + i64::from(cut)).min(Timestamp::MAX.as_second() * 1_000)
    }
}

impl FromSql for Time {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Timestamp::from_millisecond(value.as_i64()?).map(Self).map_err(FromSqlError::other)
    }
}

impl ToSql for Time {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.milliseconds().into())
    }
}

/// An external id.
pub(super) struct Key(pub(super) ExternalId);

impl FromSql for Key {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(ExternalId::new(value.as_str()?)))
    }
}

/// A mid.
pub(super) struct Id(pub(super) Mid);

impl FromSql for Id {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Mid::parse(value.as_str()?).map(Self).ok_or(FromSqlError::InvalidType)
    }
}

/// The line of a failure that concerns no line; Excel's begin at 1.
const NO_LINE: i64 = -1;

/// The line of a failure, or none: a column of a primary key cannot be NULL.
pub(super) struct LineOrNone(pub(super) Option<Line>);

impl FromSql for LineOrNone {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(u64::try_from(value.as_i64()?).ok().map(Line)))
    }
}

impl ToSql for LineOrNone {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let line = self.0.map_or(NO_LINE, |Line(line)| i64::try_from(line).unwrap_or(i64::MAX));
        Ok(line.into())
    }
}

/// A count, which `SQLite` keeps signed.
pub(super) struct Count(pub(super) u64);

impl FromSql for Count {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let count = value.as_i64()?;
        u64::try_from(count).map(Self).map_err(|_| FromSqlError::OutOfRange(count))
    }
}

/// The name of a kind of contact.
pub(super) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Organization => "organization",
        Kind::Person => "person",
    }
}

/// The name under which the order of contacts is kept.
pub(super) fn order_name(order: ContactOrder) -> &'static str {
    match order {
        ContactOrder::Unknown => "unknown",
        ContactOrder::Kept => "kept",
        ContactOrder::NotKept => "not_kept",
    }
}

/// What is known about the order of contacts.
pub(super) struct Order(pub(super) ContactOrder);

impl FromSql for Order {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        let orders = [ContactOrder::Unknown, ContactOrder::Kept, ContactOrder::NotKept];
        let found = orders.into_iter().find(|order| order_name(*order) == name);
        found.map(Self).ok_or(FromSqlError::InvalidType)
    }
}

/// A limit as `SQLite` takes it.
pub(super) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Action, Outcome};
    use crate::operation::{State, Verdict};

    fn read<T: DeserializeOwned>(name: &str) -> T {
        let Word(word) = Word::column_result(ValueRef::Text(name.as_bytes())).unwrap();
        word
    }

    #[test]
    fn every_word_is_read_back_from_its_name() {
        for state in State::ALL {
            assert_eq!(read::<State>(state.name()), state);
        }
        for outcome in Outcome::ALL {
            assert_eq!(read::<Outcome>(outcome.name()), outcome);
        }
        for action in [Action::Create, Action::Update, Action::None, Action::Delete] {
            assert_eq!(read::<Action>(action.name()), action);
        }
        for kind in [Kind::Organization, Kind::Person] {
            assert_eq!(read::<Kind>(kind_name(kind)), kind);
        }
        let verdicts = [Verdict::Done, Verdict::NotDone, Verdict::Refused, Verdict::Absent, Verdict::InDoubt];
        for verdict in verdicts {
            assert_eq!(read::<Verdict>(verdict.name()), verdict);
        }
    }

    #[test]
    fn an_unknown_word_is_an_error() {
        assert!(Word::<State>::column_result(ValueRef::Text(b"lost")).is_err());
    }

    #[test]
    fn a_time_is_never_stored_as_an_earlier_one() {
        let time = Timestamp::new(1, 1).unwrap();
        assert_eq!(Time(time).milliseconds(), 1_001);
        assert_eq!(Time(Timestamp::new(1, 0).unwrap()).milliseconds(), 1_000);
        assert_eq!(Time(Timestamp::new(-1, -1).unwrap()).milliseconds(), -1_000);
        assert!(Timestamp::from_millisecond(Time(Timestamp::MAX).milliseconds()).is_ok());
    }
}
