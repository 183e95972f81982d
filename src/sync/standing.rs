//! What earlier holds say of the changes of this plan: which of them a person approved, which stay kept back.
//!
//! In: the open holds and one change after the other. Out: the change as it stands now. A change is compared by what it
//! would send, so that a row that changed since is judged anew.

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::guard::Reach;
use crate::ledger::{Hold, Ledger, LedgerError};
use crate::operation::HoldId;
use crate::plan::{Act, Change, Departure, Fate};

/// The open holds, and how many changes of this plan each of them names.
pub(super) struct Standing<'a> {
    ledger: &'a Ledger,
    now: Timestamp,
    open: BTreeMap<HoldId, Hold>,
    met: RefCell<BTreeMap<HoldId, Count>>,
}

/// How many changes of this plan a hold names, and how many of them it keeps back.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    named: u64,
    kept: u64,
}

/// An open hold, and what this plan has of it.
#[derive(Debug)]
pub(super) struct Met {
    pub(super) hold: Hold,
    /// Changes that it names, whatever becomes of them in this run.
    pub(super) named: u64,
    /// Those of them that it keeps back.
    pub(super) kept: u64,
}

/// How a change stands.
pub(super) enum Stands {
    /// No hold names it.
    Free,
    /// A person approved it.
    Approved,
}

impl<'a> Standing<'a> {
    pub(super) fn of(ledger: &'a Ledger, now: Timestamp) -> Result<Self, LedgerError> {
        let open = ledger.open_holds()?.into_iter().map(|hold| (hold.id, hold)).collect();
        Ok(Self { ledger, now, open, met: RefCell::default() })
    }

    /// The change as the holds leave it: with what is kept back marked so.
    pub(super) fn look(&self, change: Box<Change>) -> Result<(Box<Change>, Stands), LedgerError> {
        let (Some(id), false) = (&change.external_id, self.open.is_empty()) else {
            return Ok((change, Stands::Free));
        };
        let (whole, removals) = (change.digest(), change.digest_of_removals());
        let waiting = change.digests_of_going();
        if whole.is_none() && removals.is_none() && waiting.is_empty() {
            return Ok((change, Stands::Free));
        }
        let listed = self.ledger.held(id)?;
        if !waiting.is_empty() {
            // It is still gone, though this run would not delete it: the hold, and an approval of it, stay.
            let naming = listed.iter().filter(|(_, digest)| waiting.contains(digest));
            naming.for_each(|(hold, _)| self.meet(*hold));
            return Ok((change, Stands::Free));
        }
        let naming = |digest: &Option<_>| -> Vec<&Hold> {
            let named = listed.iter().filter(|(_, other)| digest.as_ref() == Some(other));
            named.filter_map(|(hold, _)| self.open.get(hold)).inspect(|hold| self.meet(hold.id)).collect()
        };
        let (whole, removals) = (naming(&whole), naming(&removals));
        let mut change = Box::new(self.with_removals(*change, &removals));
        if whole.iter().any(|hold| hold.is_approved(self.now)) {
            return Ok((change, Stands::Approved));
        }
        let keeper = whole.into_iter().find(|hold| hold.reason.reach() != Reach::File);
        if let Some(hold) = keeper {
            self.keep(hold.id);
            change.act = kept_back(change.act, hold.id);
        }
        Ok((change, Stands::Free))
    }

    fn with_removals(&self, mut change: Change, holds: &[&Hold]) -> Change {
        let Some(first) = holds.first() else { return change };
        let Some(approved) = holds.iter().find(|hold| hold.is_approved(self.now)) else {
            tracing::debug!(hold = %first.id, "removals stay kept back");
            self.keep(first.id);
            return change.removing(|_| false);
        };
        if let Act::Update(update) = &mut change.act {
            update.remove.iter_mut().for_each(|gone| gone.cause = Departure::Approved(approved.id));
        }
        change
    }

    fn meet(&self, hold: HoldId) {
        self.met.borrow_mut().entry(hold).or_default().named += 1;
    }

    fn keep(&self, hold: HoldId) {
        self.met.borrow_mut().entry(hold).or_default().kept += 1;
    }

    /// The open holds, and what this plan has of each of them.
    pub(super) fn met(self) -> Vec<Met> {
        let met = self.met.into_inner();
        let with = |hold: Hold| {
            let Count { named, kept } = met.get(&hold.id).copied().unwrap_or_default();
            Met { hold, named, kept }
        };
        self.open.into_values().map(with).collect()
    }
}

fn kept_back(act: Act, hold: HoldId) -> Act {
    match act {
        Act::Gone(mut gone) => {
            gone.fate = Fate::Held(hold);
            Act::Gone(gone)
        }
        act => Act::Held(hold, Box::new(act)),
    }
}
