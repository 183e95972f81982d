//! What makes two clients of a file suspicious: codes that lost their zeros, codes that differ in nothing that people
//! see, the same name and address twice.
//!
//! In: the clients of a file, brought into the order of a key that is made here. Out: what each of them is suspected
//! of, at most once for each kind. Only a few clients are held at a time, however many are alike.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::xxh3_64;

use crate::record::{
    Desired, Double, Doubles, ExternalId, Field, Fields, Line, Wanted, WarningKind, canonical, name_key,
    push_name_key,
};

/// So many of the clients that one is like are named.
const NAMED: usize = 3;
/// Name and address together mostly take fewer bytes.
const LONG: usize = 256;
/// Of so many codes the width of most can be told.
const FEWEST_CODES: u64 = 5;
/// So many of a hundred codes have the usual width at least.
const MOST_OF_HUNDRED: u64 = 80;

/// Whether zeros at the beginning of a code can have been lost and be put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zeros {
    /// The key is one column, so that they can.
    MayBeLost,
    /// The key has several parts: zeros inside of it are nobody's business.
    Belong,
}

/// Whether a client is itself told what it is suspected of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// It is, and it is named to others.
    Told,
    /// It is only named to others: it does not go in, or nobody asked for it.
    Named,
}

/// A client as it is compared and named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen(pub Line, pub ExternalId, pub Part);

/// What a client is suspected of.
pub type Finding = (Seen, WarningKind);

/// A code as it is compared: a hash of what it is without width, case and lost zeros, then how many digits it has; the
/// one with most digits comes first. It has none when it is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CodeKey(u64, Reverse<usize>);

impl CodeKey {
    /// The key of a code.
    #[must_use]
    pub fn of(code: &ExternalId, zeros: Zeros) -> Self {
        let text = folded(code.as_str());
        let digits = if zeros == Zeros::MayBeLost { digits(&text) } else { 0 };
        let bare = if digits > 0 { text.trim_start_matches('0') } else { &text };
        Self::new(xxh3_64(bare.as_bytes()), digits)
    }

    /// The key of this hash and so many digits.
    #[must_use]
    pub fn new(hash: u64, digits: usize) -> Self {
        Self(hash, Reverse(digits))
    }

    /// Its hash, which codes that are alike share, and its digits.
    #[must_use]
    pub fn parts(self) -> (u64, usize) {
        (self.0, self.1.0)
    }
}

/// What a client could be mistaken for: the code and the customer that it is compared as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Likeness {
    /// Its code; none when it does not take part.
    pub code: Option<CodeKey>,
    /// The customer, as [`customer_key`] tells it.
    pub customer: Option<u64>,
}

impl Likeness {
    /// What a client could be mistaken for; one that is inactive or outside of what the mapping asks for does not take
    /// part, and one that is rejected has only its code.
    #[must_use]
    pub fn of(wanted: &Wanted, zeros: Zeros) -> Self {
        let code = wanted.external_id().map(|id| CodeKey::of(id, zeros));
        match wanted {
            Wanted::Desired(desired) => Self { code, customer: customer_key(desired) },
            Wanted::Rejected(_) => Self { code, customer: None },
            Wanted::Inactive(_) | Wanted::Outside(_) => Self::default(),
        }
    }
}

/// A text without width, case and blanks at its ends.
fn folded(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::from(text);
    }
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    Cow::from(canonical(&folded).to_owned())
}

/// How many digits a text has that holds nothing else.
fn digits(text: &str) -> usize {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.len() } else { 0 }
}

/// Counts how many digits the codes of a file have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Widths {
    all: u64,
    numbers: BTreeMap<usize, u64>,
    /// Of each width how many codes begin with a zero.
    padded: BTreeMap<usize, u64>,
}

impl Widths {
    /// Counts one code and its key.
    pub fn count(&mut self, code: &ExternalId, key: CodeKey) {
        let CodeKey(_, Reverse(digits)) = key;
        self.all += 1;
        if digits > 0 {
            *self.numbers.entry(digits).or_default() += 1;
            if is_padded(code) {
                *self.padded.entry(digits).or_default() += 1;
            }
        }
    }

    /// Takes out a code that was counted.
    pub fn take_out(&mut self, code: &ExternalId, key: CodeKey) {
        let CodeKey(_, Reverse(digits)) = key;
        self.all -= 1;
        if digits > 0 {
            one_less(&mut self.numbers, digits);
            if is_padded(code) {
                one_less(&mut self.padded, digits);
            }
        }
    }

    /// How many digits most codes have; none when they are too few or too different to tell, or when none of them is
    /// filled up with zeros: numbers that were counted from 1 have lost nothing.
    #[must_use]
    pub fn usual(&self) -> Option<usize> {
        let (digits, count) = self.numbers.iter().max_by_key(|(_, count)| **count)?;
        let most = *count >= FEWEST_CODES && count * 100 >= self.all * MOST_OF_HUNDRED;
        (most && self.padded.contains_key(digits)).then_some(*digits)
    }
}

fn is_padded(code: &ExternalId) -> bool {
    code.as_str().starts_with(['0', '０'])
}

fn one_less(counts: &mut BTreeMap<usize, u64>, digits: usize) {
    if let Some(count) = counts.get_mut(&digits) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&digits);
        }
    }
}

/// Looks at all codes of a file, in ascending order of their keys.
#[derive(Debug)]
pub struct Codes {
    usual: Option<usize>,
    last: Option<CodeKey>,
    /// The client with the longest code of this value.
    longest: Option<(usize, Seen)>,
    alike: Alike,
}

impl Codes {
    /// Begins; `usual` is how many digits most codes have.
    #[must_use]
    pub fn new(usual: Option<usize>) -> Self {
        Self { usual, last: None, longest: None, alike: Alike::default() }
    }

    /// Looks at the next one; gives back what can be said by now.
    pub fn take(&mut self, key: CodeKey, seen: Seen) -> Vec<Finding> {
        let mut found = Vec::new();
        if self.last != Some(key) {
            found = self.end();
            if self.last.is_none_or(|last| last.0 != key.0) {
                self.longest = Some((key.1.0, seen.clone()));
            }
            self.last = Some(key);
        }
        found.extend(self.lost_zeros(key.1.0, &seen));
        found.extend(self.alike.take(seen).map(same_code));
        found
    }

    /// What can be said once all were looked at.
    pub fn end(&mut self) -> Vec<Finding> {
        self.alike.end().into_iter().map(same_code).collect()
    }

    fn lost_zeros(&self, digits: usize, seen: &Seen) -> Option<Finding> {
        let code = Some(folded(seen.1.as_str()).into_owned()).filter(|_| digits > 0)?;
        let (longest, other) = self.longest.as_ref()?;
        let kind = if *longest > digits {
            WarningKind::LostZeros { proposed: folded(other.1.as_str()).into_owned(), other: Some(other.0) }
        } else {
            let usual = self.usual.filter(|usual| *usual > digits)?;
            WarningKind::LostZeros { proposed: format!("{code:0>usual$}"), other: None }
        };
        Some((seen.clone(), kind))
    }
}

fn same_code((seen, others): (Seen, Doubles)) -> Finding {
    (seen, WarningKind::SameCode { others })
}

/// A customer as it is compared: a hash of name and address, without width, case and blanks. None when it has no name
/// or no address.
#[must_use]
pub fn customer_key(client: &Desired) -> Option<u64> {
    let field = |field| client.company.text(field);
    let place = [Field::Locality, Field::StreetAddress].map(field);
    let postal_code = field(Field::PostalCode);
    if postal_code.is_empty() && place.iter().all(|text| text.is_empty()) {
        return None;
    }
    let mut text = String::with_capacity(LONG);
    push_name_key(&mut text, &name(client));
    if text.is_empty() {
        return None;
    }
    text.push('\u{1f}');
    push_letters(&mut text, postal_code);
    for part in [field(Field::Region)].into_iter().chain(place) {
        text.push('\u{1f}');
        push_name_key(&mut text, part);
    }
    Some(xxh3_64(text.as_bytes()))
}

/// Appends letters and digits of a code, without width and case.
fn push_letters(text: &mut String, code: &str) {
    if code.is_ascii() {
        let letters = code.bytes().filter(u8::is_ascii_alphanumeric);
        text.extend(letters.map(|byte| char::from(byte.to_ascii_lowercase())));
    } else {
        text.extend(name_key(code).chars().filter(|c| c.is_alphanumeric()));
    }
}

/// The company's name, or that of the first person of a client without one.
fn name(client: &Desired) -> Cow<'_, str> {
    let company = client.company.text(Field::Name);
    let person = client.persons.first().filter(|_| company.is_empty());
    let full = |it: &Fields| format!("{}{}", it.text(Field::FamilyName), it.text(Field::GivenName));
    person.map_or(Cow::from(company), |it| Cow::from(full(it)))
}

/// Looks at all customers of a file, in ascending order of their keys.
#[derive(Debug, Default)]
pub struct Customers {
    last: Option<u64>,
    alike: Alike,
}

impl Customers {
    /// Looks at the next one; gives back what can be said by now.
    pub fn take(&mut self, key: u64, seen: Seen) -> Vec<Finding> {
        let mut found = Vec::new();
        if self.last != Some(key) {
            found = self.end();
            self.last = Some(key);
        }
        found.extend(self.alike.take(seen).map(same_customer));
        found
    }

    /// What can be said once all were looked at.
    pub fn end(&mut self) -> Vec<Finding> {
        self.alike.end().into_iter().map(same_customer).collect()
    }
}

fn same_customer((seen, others): (Seen, Doubles)) -> Finding {
    (seen, WarningKind::SameCustomer { others })
}

/// Clients that are alike: the first few, who are named to all others.
#[derive(Debug, Default)]
struct Alike {
    first: Vec<Seen>,
    more: bool,
}

impl Alike {
    /// Takes one more; one who comes late has seen enough others to be told at once.
    fn take(&mut self, seen: Seen) -> Option<(Seen, Doubles)> {
        if self.first.len() <= NAMED {
            self.first.push(seen);
            return None;
        }
        self.more = true;
        let named = self.first[..NAMED].iter().map(double).collect();
        Some((seen, Doubles { named, more: true }))
    }

    /// Tells the first few, and begins anew.
    fn end(&mut self) -> Vec<(Seen, Doubles)> {
        let (first, more) = (std::mem::take(&mut self.first), std::mem::take(&mut self.more));
        if first.len() < 2 {
            return Vec::new();
        }
        let others = |at: usize| {
            let named =
                first.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, seen)| double(seen));
            Doubles { named: named.take(NAMED).collect(), more }
        };
        (0..first.len()).map(|at| (first[at].clone(), others(at))).collect()
    }
}

fn double(Seen(line, external_id, _): &Seen) -> Double {
    Double { line: *line, external_id: external_id.clone() }
}

#[cfg(test)]
mod tests;
