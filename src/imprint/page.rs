//! The clients of one bucket as bytes: their lines, read only when the bucket is looked into, and their keys, by which a
//! new client finds out whom it is like.
//!
//! In: the clients of a bucket. Out: two texts of bytes of the same order, and the clients again. What is no page gives none.

use crate::mapping::suspicion::{CodeKey, Likeness};
use crate::record::{ExternalId, Print};

use super::{Share, Sleeper};

/// What the keys of one client take: the number of its code, how many digits it has, the number of the customer.
const KEY: usize = 8 + 2 + 8;
/// What stands in a key for no code.
const NO_CODE: u16 = u16::MAX;

/// The lines of the clients: each is the length of its code, the code, the print, and its share.
#[must_use]
pub fn lines(sleepers: &[Sleeper]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for Sleeper { external_id, print, share, likeness: _ } in sleepers {
        let code = external_id.as_str().as_bytes();
        bytes.extend(u16::try_from(code.len()).unwrap_or_default().to_le_bytes());
        bytes.extend(code);
        bytes.extend(print.0.to_le_bytes());
        bytes.extend(share.rows.to_le_bytes());
        bytes.extend(share.skipped.to_le_bytes());
    }
    bytes
}

/// The keys of the clients, in the same order.
#[must_use]
pub fn keys(sleepers: &[Sleeper]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(sleepers.len() * KEY);
    for Sleeper { likeness: Likeness { code, customer }, .. } in sleepers {
        let (hash, digits) = code.map(CodeKey::parts).unwrap_or_default();
        let digits = code.map_or(NO_CODE, |_| u16::try_from(digits).unwrap_or(NO_CODE - 1));
        bytes.extend(hash.to_le_bytes());
        bytes.extend(digits.to_le_bytes());
        bytes.extend(customer.unwrap_or_default().to_le_bytes());
    }
    bytes
}

/// The clients of a page that are asked for, and where in it each of them stands; none when its bytes are no page.
#[must_use]
pub fn sleepers(
    lines: &[u8],
    keys: &[u8],
    asked_for: impl Fn(&str) -> bool,
) -> Option<Vec<(usize, Sleeper)>> {
    let mut keys = Keys(keys).enumerate();
    let mut sleepers = Vec::new();
    for line in Lines(lines) {
        let SleeperLine { code, print, share } = line?;
        let (place, likeness) = keys.next()?;
        if asked_for(code) {
            sleepers.push((place, Sleeper { external_id: ExternalId::new(code), print, likeness, share }));
        }
    }
    keys.next().is_none().then_some(sleepers)
}

/// A client as its line tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SleeperLine<'a> {
    /// Its code.
    pub code: &'a str,
    /// The print of all of its rows.
    pub print: Print,
    /// What it adds to the totals.
    pub share: Share,
}

/// Reads the lines of a page, one after the other. What is no line gives none, and ends it.
#[derive(Debug)]
pub struct Lines<'a>(pub &'a [u8]);

impl<'a> Iterator for Lines<'a> {
    type Item = Option<SleeperLine<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut rest = std::mem::take(&mut self.0);
        (!rest.is_empty()).then(|| {
            let length = u16::from_le_bytes(take(&mut rest)?).into();
            let code;
            (code, rest) = rest.split_at_checked(length)?;
            let code = std::str::from_utf8(code).ok()?;
            let print = Print(u64::from_le_bytes(take(&mut rest)?));
            let [rows, skipped] = [take(&mut rest)?, take(&mut rest)?].map(u32::from_le_bytes);
            self.0 = rest;
            Some(SleeperLine { code, print, share: Share { rows, skipped } })
        })
    }
}

/// Reads the keys of a page, one after the other.
#[derive(Debug)]
pub struct Keys<'a>(pub &'a [u8]);

impl Iterator for Keys<'_> {
    type Item = Likeness;

    #[inline]
    fn next(&mut self) -> Option<Likeness> {
        let hash = u64::from_le_bytes(take(&mut self.0)?);
        let digits = u16::from_le_bytes(take(&mut self.0)?);
        let customer = u64::from_le_bytes(take(&mut self.0)?);
        let code = (digits != NO_CODE).then(|| CodeKey::new(hash, digits.into()));
        Some(Likeness { code, customer: (customer != 0).then_some(customer) })
    }
}

#[inline]
fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::suspicion::Zeros;

    fn page() -> Vec<Sleeper> {
        let code = |id: &str| Some(CodeKey::of(&ExternalId::new(id), Zeros::MayBeLost));
        let sleeper = |id: &str, likeness| Sleeper {
            external_id: ExternalId::new(id),
            print: Print::of(id.as_bytes()),
            likeness,
            share: Share { rows: 2, skipped: 1 },
        };
        vec![
            sleeper("000123", Likeness { code: code("000123"), customer: Some(7) }),
            sleeper("見本-1", Likeness { code: code("見本-1"), customer: None }),
            sleeper("x", Likeness::default()),
        ]
    }

    #[test]
    fn a_page_comes_back_as_it_was() {
        let page = page();
        let (lines, keys) = (lines(&page), keys(&page));
        let all: Vec<(usize, Sleeper)> = page.into_iter().enumerate().collect();
        assert_eq!(sleepers(&lines, &keys, |_| true).as_ref(), Some(&all));
        assert_eq!(sleepers(&lines, &keys, |code| code == "見本-1"), Some(vec![all[1].clone()]));
    }

    #[test]
    fn bytes_that_were_cut_are_no_page() {
        let (lines, keys) = (lines(&page()), keys(&page()));
        let sleepers = |lines: &[u8], keys: &[u8]| sleepers(lines, keys, |_| false);
        assert!(sleepers(&lines, &keys).is_some());
        assert!(sleepers(&lines[..lines.len() - 1], &keys).is_none());
        assert!(sleepers(&lines, &keys[..keys.len() - 1]).is_none());
        assert!(sleepers(&lines, &[]).is_none());
        assert!(sleepers(&[], &keys).is_none());
    }
}
