//! What a plan counts and what it costs: requests, minutes and days.

use serde::{Deserialize, Serialize};

use super::{Act, Change, Reach, Update};
use crate::settings::Limits;

/// How many clients need what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Clients to be created.
    pub create: u64,
    /// Clients to be changed.
    pub update: u64,
    /// Clients that are as they should be.
    pub unchanged: u64,
    /// Clients for which nothing is sent, though they are not as they should be.
    pub blocked: u64,
    /// Clients of the file whose change an earlier run held back.
    #[serde(default)]
    pub held: u64,
    /// Clients whose rows are unusable, and rows without a usable id.
    pub rejected: u64,
    /// Clients of the ledger that the file no longer names.
    pub gone: u64,
    /// Those of the gone that are to be deleted.
    pub delete: u64,
    /// Contacts of ours to be removed from clients that stay.
    pub contacts_removed: u64,
    /// Requests for all of it, without what a run needs to begin.
    pub requests: u64,
}

impl Counts {
    /// Counts one more change.
    pub fn add(&mut self, change: &Change) {
        self.requests += change.requests();
        match &change.act {
            Act::Create(_) => self.create += 1,
            Act::Update(update) => {
                self.update += 1;
                self.contacts_removed += update.remove.len() as u64;
            }
            Act::Unchanged(_) => self.unchanged += 1,
            Act::Rejected(_) => self.rejected += 1,
            Act::Blocked(..) => self.blocked += 1,
            Act::Held(..) => self.held += 1,
            Act::Gone(gone) => {
                self.gone += 1;
                self.delete += u64::from(gone.fate.sends());
            }
        }
    }

    /// Clients that the file names, usable or not; a row without an id counts as one.
    #[must_use]
    pub fn named(&self) -> u64 {
        self.create + self.update + self.unchanged + self.blocked + self.held + self.rejected
    }

    /// Whether anything would be sent.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.create + self.update + self.delete > 0
    }
}

impl Change {
    /// How many requests it takes.
    #[must_use]
    pub fn requests(&self) -> u64 {
        match &self.act {
            Act::Create(_) => 1,
            Act::Update(update) => update.requests(),
            Act::Gone(gone) => u64::from(gone.fate.sends()),
            Act::Unchanged(_) | Act::Rejected(_) | Act::Blocked(..) | Act::Held(..) => 0,
        }
    }
}

/// A reading of the client's contacts and the PATCH that adds to them: who is left out of it is deleted, so that the list is
/// read just before, whatever the ledger knows.
const REQUESTS_TO_ADD_CONTACTS: usize = 2;

impl Update {
    /// How many requests it takes.
    #[must_use]
    pub fn requests(&self) -> u64 {
        let adding = if self.add.is_empty() { 0 } else { REQUESTS_TO_ADD_CONTACTS };
        let own = usize::from(!self.own.is_empty());
        // The server replaces addresses whole, and neither a condition nor the answer to the PATCH would tell of one that people
        // added since the ledger last saw them: it would be gone without a trace.
        let readings = self.contacts.iter().filter(|edit| edit.address.is_some()).count();
        let removals = if self.reach == Reach::Drift { 0 } else { self.remove.len() };
        (readings + self.contacts.len() + adding + own + removals) as u64
    }
}

/// What a plan costs under the limits in force.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Requests, with what a run needs to begin.
    pub requests: u64,
    /// Minutes at the limit of requests a minute.
    pub minutes: f64,
    /// Days at the limit of requests a day: 0 when nothing is sent, 1 when it fits into what is left today.
    pub days: u64,
    /// Those of the requests that today still allows.
    pub today: u64,
}

impl Cost {
    /// Reckons the cost of `requests`; `left_today` is what the day still allows.
    #[must_use]
    pub fn of(requests: u64, limits: Limits, left_today: Option<u64>) -> Self {
        let minutes = limits.per_minute.map_or(0.0, |limit| minutes(requests, limit));
        let days = match (requests, limits.per_day, left_today) {
            (0, _, _) => 0,
            (_, Some(limit), Some(left)) if requests > left => {
                1 + (requests - left).div_ceil(u64::from(limit.max(1)))
            }
            _ => 1,
        };
        let today = if days > 1 { left_today.map_or(requests, |left| left.min(requests)) } else { requests };
        Self { requests, minutes, days, today }
    }

    /// About how many of the changes that `counts` counts land today: creates leave first, then updates, then deletes.
    /// Updates take different numbers of requests, so that of a part of them only a share can be told.
    #[must_use]
    pub fn changes_today(&self, counts: &Counts) -> u64 {
        let to_begin = self.requests.saturating_sub(counts.requests);
        let mut left = self.today.saturating_sub(to_begin);
        let creates = counts.create.min(left);
        left -= creates;
        let for_updates = counts.requests.saturating_sub(counts.create + counts.delete);
        let updates =
            if left >= for_updates { counts.update } else { counts.update * left / for_updates.max(1) };
        left = left.saturating_sub(for_updates);
        creates + updates + counts.delete.min(left)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people, rounded to a tenth")]
fn minutes(requests: u64, per_minute: u32) -> f64 {
    (requests as f64 / f64::from(per_minute.max(1)) * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::DOCUMENTED;

    #[test]
    fn nineteen_requests_take_a_fifth_of_a_minute_of_one_day() {
        let cost = Cost::of(19, DOCUMENTED, Some(5_000));
        assert!((cost.minutes - 0.2).abs() < f64::EPSILON);
        assert_eq!(cost.days, 1);
    }

    #[test]
    fn of_a_plan_of_several_days_it_is_told_what_lands_today() {
        let counts =
            Counts { create: 100, update: 50, delete: 10, requests: 100 + 100 + 10, ..Counts::default() };
        let landing = |left| Cost::of(212, DOCUMENTED, Some(left)).changes_today(&counts);
        assert_eq!(
            [0, 2, 52, 102, 152, 202, 207, 212, 5_000].map(landing),
            [0, 0, 50, 100, 125, 150, 155, 160, 160]
        );
    }

    #[test]
    fn what_today_does_not_allow_goes_on_the_days_after() {
        let days = |requests, left| Cost::of(requests, DOCUMENTED, Some(left)).days;
        assert_eq!(days(0, 5_000), 0);
        assert_eq!(days(5_000, 5_000), 1);
        assert_eq!(days(5_001, 5_000), 2);
        assert_eq!(days(5_001, 0), 3);
    }
}
