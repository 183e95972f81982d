//! Lays the clients of the file beside the lines of the ledger, both in ascending order of external id.

use std::cmp::Ordering;
use std::iter::Peekable;

use crate::record::{ExternalId, Gathered, Head};

/// One client as both sides have it; at least one side is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// What the file wants.
    pub wanted: Option<Gathered>,
    /// What the ledger knows.
    pub head: Option<Head>,
}

impl Pair {
    /// The client; none for a row without a usable id.
    #[must_use]
    pub fn external_id(&self) -> Option<&ExternalId> {
        let head = self.head.as_ref().map(|head| &head.external_id);
        self.wanted.as_ref().and_then(Gathered::external_id).or(head)
    }
}

/// Joins two ascending streams; an error of either side is handed on where it stands.
pub struct Merge<W: Iterator, H: Iterator> {
    wanted: Peekable<W>,
    heads: Peekable<H>,
}

impl<W, H, E> Merge<W, H>
where
    W: Iterator<Item = Result<Gathered, E>>,
    H: Iterator<Item = Result<Head, E>>,
{
    /// Starts the join of `wanted` and `heads`, both ascending by external id; rejected rows without an id come
    /// first.
    pub fn new(wanted: W, heads: H) -> Self {
        Self { wanted: wanted.peekable(), heads: heads.peekable() }
    }

    fn order(&mut self) -> Option<Ordering> {
        match (self.wanted.peek(), self.heads.peek()) {
            (None, None) => None,
            (Some(Ok(wanted)), Some(Ok(head))) => Some(wanted.external_id().cmp(&Some(&head.external_id))),
            (Some(_), None) | (Some(Err(_)), _) => Some(Ordering::Less),
            (None, Some(_)) | (_, Some(Err(_))) => Some(Ordering::Greater),
        }
    }
}

impl<W, H, E> Iterator for Merge<W, H>
where
    W: Iterator<Item = Result<Gathered, E>>,
    H: Iterator<Item = Result<Head, E>>,
{
    type Item = Result<Pair, E>;

    fn next(&mut self) -> Option<Self::Item> {
        let order = self.order()?;
        let wanted = if order.is_le() { self.wanted.next().transpose() } else { Ok(None) };
        let head = if order.is_ge() { self.heads.next().transpose() } else { Ok(None) };
        Some(wanted.and_then(|wanted| head.map(|head| Pair { wanted, head })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::State;
    use crate::record::{Acknowledged, ExternalId, Line, Rejection, Removal, Wanted};

    type Fallible<T> = Result<T, &'static str>;

    fn wanted(id: &str) -> Gathered {
        let external_id = (!id.is_empty()).then(|| ExternalId::new(id));
        Wanted::Rejected(Rejection { external_id, lines: vec![Line(2)], problems: Vec::new() }).into()
    }

    fn head(id: &str) -> Head {
        Head {
            external_id: ExternalId::new(id),
            state: State::Linked,
            mid: None,
            fingerprint: None,
            refused: None,
            acknowledged: Acknowledged::No,
            removal: Removal::Open,
        }
    }

    fn sides(pair: &Pair) -> (bool, bool) {
        (pair.wanted.is_some(), pair.head.is_some())
    }

    #[test]
    fn both_sides_of_one_client_meet_and_each_single_side_comes_alone() {
        let file = ["", "a", "c"].map(|id| Fallible::Ok(wanted(id)));
        let ledger = ["a", "b", "d"].map(|id| Ok(head(id)));
        let merge = Merge::new(file.into_iter(), ledger.into_iter());
        let pairs: Vec<(bool, bool)> = merge.map(|pair| sides(&pair.unwrap())).collect();
        assert_eq!(pairs, [(true, false), (true, true), (false, true), (true, false), (false, true)]);
    }

    #[test]
    fn an_error_of_either_side_reaches_the_reader() {
        let file = [Ok(wanted("a")), Err("input")];
        let mut broken = Merge::new(file.into_iter(), [Ok(head("b"))].into_iter());
        assert!(broken.any(|pair| pair == Err("input")));
        let mut broken = Merge::new([Ok(wanted("a"))].into_iter(), [Err("ledger")].into_iter());
        assert!(broken.any(|pair| pair == Err("ledger")));
    }
}
