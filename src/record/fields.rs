//! Managed fields with their texts, in one piece of memory: there are two or three of these for every row of a file.

use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Field;

/// How many fields there are.
const COUNT: usize = Field::ALL.len();

/// Managed fields and their canonical texts; an empty text asks for the field to be cleared.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fields {
    /// The texts in the order of their fields.
    text: String,
    /// Where the text of each field ends; that of a field that is not there ends where the one before does.
    ends: [u32; COUNT],
    /// A bit for each field that is there.
    there: u32,
}

impl Fields {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: String::new(), ends: [0; COUNT], there: 0 }
    }

    /// None, with room for texts of so many bytes.
    #[must_use]
    pub fn with_room(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ..Self::new() }
    }

    /// The text of a field; none when the field is not there.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&str> {
        self.contains(field).then(|| &self.text[self.place(field)])
    }

    /// The text of a field; empty when the field is not there.
    #[must_use]
    pub fn text(&self, field: Field) -> &str {
        &self.text[self.place(field)]
    }

    /// Whether the field is there, with a text or to be cleared.
    #[must_use]
    pub fn contains(&self, field: Field) -> bool {
        self.there & bit(field) != 0
    }

    /// Whether no field is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.there == 0
    }

    /// Puts a text in the place of what the field held.
    pub fn insert(&mut self, field: Field, text: impl AsRef<str>) {
        let (place, text) = (self.place(field), text.as_ref());
        self.there |= bit(field);
        if place.start == self.text.len() {
            // Behind it there is no text, so that all end where it does.
            self.text.push_str(text);
            self.ends[field as usize..].fill(offset(self.text.len()));
        } else {
            self.text.replace_range(place.clone(), text);
            self.move_ends(field, place.start + text.len());
        }
    }

    /// Takes a field out, whether it is there or not.
    pub fn remove(&mut self, field: Field) {
        let place = self.place(field);
        let start = place.start;
        self.text.replace_range(place, "");
        self.there &= !bit(field);
        self.move_ends(field, start);
    }

    /// Takes out the fields that `keep` does not ask for.
    pub fn retain(&mut self, mut keep: impl FnMut(Field, &str) -> bool) {
        for field in Field::ALL {
            if self.get(field).is_some_and(|text| !keep(field, text)) {
                self.remove(field);
            }
        }
    }

    /// Takes out `field` and all that stand behind it, and gives them back.
    #[must_use]
    pub fn split_off(&mut self, field: Field) -> Self {
        let start = self.place(field).start;
        let behind = !(bit(field) - 1);
        let mut rest = Self { text: self.text.split_off(start), ends: self.ends, there: self.there & behind };
        rest.ends.iter_mut().for_each(|end| *end = end.saturating_sub(offset(start)));
        self.ends[field as usize..].fill(offset(start));
        self.there &= !behind;
        rest
    }

    /// The fields that are there, in their order, with their texts.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        self.keys().map(|field| (field, self.text(field)))
    }

    /// The fields that are there, in their order.
    pub fn keys(&self) -> impl Iterator<Item = Field> + use<> {
        let there = self.there;
        Field::ALL.into_iter().filter(move |field| there & bit(*field) != 0)
    }

    /// The texts, in the order of their fields.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.keys().map(|field| self.text(field))
    }

    /// Where the text of a field stands, or would stand.
    fn place(&self, field: Field) -> Range<usize> {
        let at = field as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        start as usize..self.ends[at] as usize
    }

    /// Lets the text of a field end at `end`, and moves all texts behind it.
    fn move_ends(&mut self, field: Field, end: usize) {
        let (at, end) = (field as usize, offset(end));
        let before = self.ends[at];
        self.ends[at] = end;
        for later in &mut self.ends[at + 1..] {
            *later = *later - before + end;
        }
    }
}

fn bit(field: Field) -> u32 {
    1 << field as u32
}

/// A cell is no longer than a record, and a record no longer than a mebibyte; other texts are the server's.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("the texts of one contact are shorter than 4 GiB")
}

impl<S: AsRef<str>> FromIterator<(Field, S)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Field, S)>>(pairs: I) -> Self {
        let mut fields = Self::new();
        fields.extend(pairs);
        fields
    }
}

impl<S: AsRef<str>> Extend<(Field, S)> for Fields {
    fn extend<I: IntoIterator<Item = (Field, S)>>(&mut self, pairs: I) {
        pairs.into_iter().for_each(|(field, text)| self.insert(field, text));
    }
}

impl<S: AsRef<str>, const N: usize> From<[(Field, S); N]> for Fields {
    fn from(pairs: [(Field, S); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// For people it is an object of names and texts; between two steps of a run it is the piece of memory.
impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_map(self.iter());
        }
        let lengths = Lengths(Field::ALL.map(|field| offset(self.text(field).len())));
        (self.there, lengths, &self.text).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_map(Named);
        }
        let (there, Lengths(mut ends), text) = <(u32, Lengths, String)>::deserialize(deserializer)?;
        let mut end = 0_u32;
        for (field, length) in Field::ALL.into_iter().zip(&mut ends) {
            if *length > 0 && there & bit(field) == 0 {
                return Err(D::Error::custom("a text of no field"));
            }
            end = end.checked_add(*length).ok_or_else(|| D::Error::custom("texts without end"))?;
            if !text.is_char_boundary(end as usize) {
                return Err(D::Error::custom("a text that ends inside a letter"));
            }
            *length = end;
        }
        if there >> COUNT != 0 || end as usize != text.len() {
            return Err(D::Error::custom("more than the fields that there are"));
        }
        Ok(Self { text, ends, there })
    }
}

/// How long the text of each field is: a number below 128 takes one byte.
#[derive(Serialize, Deserialize)]
struct Lengths([u32; COUNT]);

/// Reads an object of names and texts.
struct Named;

impl<'de> Visitor<'de> for Named {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fields with their texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields::new();
        while let Some(field) = map.next_key()? {
            map.next_value_seed(Into(field, &mut fields))?;
        }
        Ok(fields)
    }
}

/// Reads a text into its field.
struct Into<'a>(Field, &'a mut Fields);

impl<'de> DeserializeSeed<'de> for Into<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Into<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.1.insert(self.0, text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn like(map: &BTreeMap<Field, String>) -> Fields {
        map.iter().map(|(field, text)| (*field, text)).collect()
    }

    #[test]
    fn a_field_that_is_to_be_cleared_is_there_and_one_of_which_nothing_is_said_is_not() {
        let fields = Fields::from([(Field::Title, ""), (Field::Name, "見本商事")]);
        assert_eq!((fields.get(Field::Title), fields.get(Field::Email)), (Some(""), None));
        assert_ne!(fields, Fields::from([(Field::Name, "見本商事")]));
        assert_eq!(format!("{fields:?}"), r#"{Name: "見本商事", Title: ""}"#);
        let json = serde_json::to_string(&fields).unwrap();
        assert_eq!(json, r#"{"name":"見本商事","title":""}"#);
    }

    #[test]
    fn bytes_that_are_no_fields_are_refused() {
        let whole = postcard::to_allocvec(&Fields::from([(Field::Name, "見本")])).unwrap();
        assert!(postcard::from_bytes::<Fields>(&whole).is_ok());
        // The bits, then the length of the first text, of the second, and so on.
        for (at, byte) in [(0, 0), (0, 2), (1, 2), (1, 3), (2, 1), (3, 9)] {
            let mut other = whole.clone();
            other[at] = byte;
            assert!(postcard::from_bytes::<Fields>(&other).is_err(), "{at}: {byte}");
        }
        assert!(serde_json::from_str::<Fields>(r#"{"name":7}"#).is_err());
        assert!(serde_json::from_str::<Fields>(r#"{"nick":"x"}"#).is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_put_in_and_taken_out_it_holds_what_a_map_of_the_library_holds(
            acts in prop::collection::vec((0_usize..COUNT, prop::option::of("[aあ]{0,3}")), 0..40),
        ) {
            let (mut map, mut fields) = (BTreeMap::new(), Fields::new());
            for (field, text) in acts {
                let field = Field::ALL[field];
                if let Some(text) = text {
                    fields.insert(field, &text);
                    map.insert(field, text);
                } else {
                    fields.remove(field);
                    map.remove(&field);
                }
            }
            prop_assert_eq!(&fields, &like(&map));
            prop_assert!(fields.iter().eq(map.iter().map(|(field, text)| (*field, text.as_str()))));
            let json = serde_json::to_string(&fields).unwrap();
            prop_assert_eq!(&json, &serde_json::to_string(&map).unwrap());
            prop_assert_eq!(&serde_json::from_str::<Fields>(&json).unwrap(), &fields);
            let bytes = postcard::to_allocvec(&fields).unwrap();
            prop_assert_eq!(&postcard::from_bytes::<Fields>(&bytes).unwrap(), &fields);
            for field in Field::ALL {
                let mut front = fields.clone();
                let mut before = map.clone();
                prop_assert_eq!(front.split_off(field), like(&before.split_off(&field)));
                prop_assert_eq!(front, like(&before));
            }
            fields.retain(|_, text| text.is_empty());
            map.retain(|_, text| text.is_empty());
            prop_assert_eq!(fields, like(&map));
        }
    }
}
