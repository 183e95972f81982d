//! The words for how much may change without a person, and for what tells that an input is complete.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A number of clients, or a share of those that the ledger has linked: `10`, `5%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// So many.
    Count(u64),
    /// So many in a hundred.
    Percent(u64),
}

impl Bound {
    /// The most that passes when so many clients are linked.
    #[must_use]
    pub fn of(self, linked: u64) -> u64 {
        match self {
            Self::Count(count) => count,
            Self::Percent(percent) => linked.saturating_mul(percent) / 100,
        }
    }
}

impl FromStr for Bound {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("`{text}` is neither a number nor a share: write `10` or `5%`");
        match text.trim().strip_suffix('%') {
            Some(share) => {
                let percent = share.trim_end().parse().ok().filter(|percent| *percent <= 100);
                percent.map(Self::Percent).ok_or_else(refused)
            }
            None => text.trim().parse().map(Self::Count).map_err(|_| refused()),
        }
    }
}

/// How much may change without a person; `None` is the default of the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bounds {
    /// Clients deleted or archived.
    pub deletes: Option<Bound>,
    /// Clients changed.
    pub updates: Option<Bound>,
}

/// What a person says of a complete input.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expected {
    /// It has exactly so many data rows.
    pub rows: Option<u64>,
    /// A file beside it says what it is: the name, in which `{}` stands for the name of the input.
    pub manifest: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_a_number_or_a_share() {
        assert_eq!("10".parse(), Ok(Bound::Count(10)));
        assert_eq!("5%".parse(), Ok(Bound::Percent(5)));
        assert_eq!(" 7 % ".parse(), Ok(Bound::Percent(7)));
        for text in ["", "%", "-1", "101%", "5,0", "all"] {
            assert!(text.parse::<Bound>().unwrap_err().contains(text), "{text}");
        }
        assert_eq!(Bound::Percent(5).of(1_019), 50);
        assert_eq!(Bound::Count(7).of(3), 7);
    }
}
