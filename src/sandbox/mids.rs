//! Identifiers: mids, tokens and credentials that look opaque and are the same for the same seed.
//!
//! In: the seed and a running number. Out: numbers and texts. Nothing here remembers what it gave away.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Mids have 19 decimal digits, so the smallest is this.
const SMALLEST: u64 = 1_000_000_000_000_000_000;
/// How many numbers of 19 digits there are.
const SPAN: u64 = 9_000_000_000_000_000_000;
/// How many digits a mid has.
const DIGITS: usize = 19;

/// The `MakeLeaps` id of one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Mid(u64);

impl Mid {
    /// Reads a mid from a URL; `None` when it is not even made of digits. A number of another length is a mid that
    /// no object has.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if text.len() != DIGITS {
            return Some(Self(0));
        }
        Some(Self(text.parse().unwrap_or(0)))
    }
}

impl fmt::Display for Mid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Spreads a number over all 64 bits (the finalizer of `SplitMix64`).
pub(super) fn spread(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The mid that `seed` gives to running number `number`.
pub(super) fn mid(seed: u64, number: u64) -> Mid {
    Mid(SMALLEST + spread(spread(seed) ^ number) % SPAN)
}

/// The mid of the one partner of a seed.
pub(super) fn partner(seed: u64) -> Mid {
    mid(seed ^ 0x7061_7274, 0)
}

/// A text of 48 hexadecimal digits for a purpose (`salt`) and a running number.
pub(super) fn opaque(seed: u64, salt: u64, number: u64) -> String {
    let first = spread(spread(seed ^ salt) ^ number);
    let second = spread(first ^ salt);
    let third = spread(second ^ number);
    format!("{first:016x}{second:016x}{third:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mid_has_nineteen_digits_and_survives_its_text_form() {
        for number in 0..1_000 {
            let text = mid(7, number).to_string();
            assert_eq!(text.len(), DIGITS, "{text}");
            assert_eq!(Mid::parse(&text), Some(mid(7, number)));
        }
    }

    #[test]
    fn a_number_of_another_length_is_a_mid_that_nothing_has() {
        assert_eq!(Mid::parse("42"), Some(Mid(0)));
        assert_eq!(Mid::parse("4x"), None);
        assert_eq!(Mid::parse(""), None);
    }
}
