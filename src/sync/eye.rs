//! Looks at one client after the other: what the file wants of it, and what must wait because nothing tells that the file
//! is complete.

use super::SyncError;
use super::input::Input;
use super::leavers::Leavers;
use super::planning::{Lookups, Sight, ended};
use super::voice::Voice;
use crate::event::{Event, Why};
use crate::imprint::Totals;
use crate::journal::{Action, Outcome};
use crate::ledger::{Ledger, LedgerError};
use crate::operation::State;
use crate::plan::{Act, Change, Departure, Fate, Lookup, Pair, Removals, decide, gone, rejected};
use crate::record::{ExternalId, Gathered, Head, Line, Mention, Mid, Wanted};
use crate::settings::{OnGone, Scope};

/// What the input turned out to hold.
#[derive(Default)]
pub(super) struct Told {
    pub(super) rejected: u64,
    pub(super) skipped: u64,
    pub(super) clients: u64,
    /// With `--only`, the clients that are in the file.
    pub(super) asked_for: Vec<ExternalId>,
}

/// Whether the same is to be said of a client as long as its rows and its line in the ledger stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    Yes,
    No,
}

/// Looks at one client after the other.
pub(super) struct Eye<'a> {
    sight: Sight<'a>,
    fate: Fate,
    removals: Removals,
    known: Lookups<'a>,
    /// Whether somebody who is not named in the file is absent from it, as far as can be said.
    absence_counts: bool,
    /// Whether the input is known to be complete.
    complete: bool,
}

impl<'a> Eye<'a> {
    pub(super) fn new(sight: Sight<'a>, input: &Input, ledger: &'a Ledger) -> Result<Self, LedgerError> {
        let doubtful = input.has_unnamed_rows() || input.count_disagrees() || input.is_partial();
        Ok(Self {
            sight,
            fate: fate(sight, input),
            removals: sight.removals(input),
            known: Lookups::new(ledger)?,
            absence_counts: sight.sees_gone() && !doubtful,
            complete: input.is_complete() || sight.after_runs <= 1,
        })
    }

    pub(super) fn leavers(&self) -> Leavers {
        let after_runs = if self.complete { 1 } else { self.sight.after_runs };
        Leavers { removals: self.removals, after_runs }
    }

    /// The change without what must wait until it was absent from more files; tells who is absent from this one.
    pub(super) fn waiting(
        &self,
        mut change: Box<Change>,
        absent: &mut dyn FnMut(ExternalId, Option<Mid>) -> Result<(), SyncError>,
    ) -> Result<Box<Change>, SyncError> {
        if !matches!(change.act, Act::Gone(_) | Act::Update(_)) {
            return Ok(change);
        }
        let Some(id) = change.external_id.clone() else { return Ok(change) };
        let enough = |mid: Option<&Mid>| {
            let before =
                if self.complete { return Ok(true) } else { self.known.ledger.absences(&id, mid)? };
            Ok::<_, LedgerError>(before.saturating_add(1) >= self.sight.after_runs)
        };
        let Change { lines, act, .. } = &mut *change;
        match act {
            Act::Gone(gone) if lines.is_empty() => {
                if matches!(gone.fate, Fate::Delete | Fate::Archive | Fate::DeleteOnceSettled)
                    && !enough(None)?
                {
                    gone.fate = Fate::FirstAbsence;
                }
                if self.absence_counts {
                    absent(id, None)?;
                }
            }
            Act::Update(update) => {
                let mut wait = Vec::new();
                for gone in update.remove.iter().filter(|gone| gone.cause == Departure::Absent) {
                    if !enough(Some(&gone.mid))? {
                        wait.push(gone.mid.clone());
                    }
                    if self.absence_counts {
                        absent(id.clone(), Some(gone.mid.clone()))?;
                    }
                }
                *change = change.removing(|gone| !wait.contains(&gone.mid));
            }
            _ => {}
        }
        Ok(change)
    }

    /// A client of which the file wants nothing any more, so that what was refused of its rows is no failure: it never
    /// came to the server, or its rows do not count.
    pub(super) fn left(&self, pair: &Pair) -> Option<ExternalId> {
        let head = pair.head.as_ref().filter(|_| self.sight.sees_gone())?;
        let left = match pair.wanted.as_ref().map(|gathered| &gathered.wanted) {
            None | Some(Wanted::Inactive(_)) => matches!(head.state, State::New | State::Refused),
            Some(Wanted::Outside(_)) => matches!(head.state, State::New | State::Refused | State::Linked),
            Some(Wanted::Desired(_) | Wanted::Rejected(_)) => false,
        };
        left.then(|| head.external_id.clone())
    }

    /// What a client needs, none when there is nothing more to be said of it; and whether that stays so as long as its rows
    /// and its line in the ledger do.
    pub(super) fn look(
        &self,
        pair: Pair,
        told: &mut Told,
        voice: &mut Voice<'_>,
    ) -> Result<(Option<Box<Change>>, Settled), SyncError> {
        let Some(Gathered { wanted, outside, warnings, print: _ }) = pair.wanted else {
            let head = pair.head.filter(|_| self.sight.sees_gone());
            let gone = head.map(|head| gone(&head, Vec::new(), self.fate, &self.known)).transpose()?;
            return Ok((gone.flatten().map(Box::new), Settled::No));
        };
        // A row that does not count now may name a person who is still there.
        let removals = if outside.is_empty() { self.removals } else { Removals::Wait };
        if !outside.is_empty() {
            let external_id = wanted.external_id().cloned();
            told.leave_out(Mention { external_id, lines: outside }, Why::Filtered, voice);
        }
        if !asked_for(self.sight.scope, &wanted) {
            let mention =
                Mention { external_id: wanted.external_id().cloned(), lines: wanted.lines().to_vec() };
            told.leave_out(mention, Why::NotAskedFor, voice);
            return Ok((None, Settled::No));
        }
        if let Scope::Only(_) = self.sight.scope {
            told.asked_for.extend(wanted.external_id().cloned());
        }
        for warning in warnings {
            voice.tell(&Event::Warned(warning));
        }
        match wanted {
            Wanted::Desired(desired) => {
                told.clients += 1;
                let change = decide(desired, pair.head.as_ref(), &self.known)?;
                // What must wait is no longer seen in the change once it is taken out of it.
                let settled = if change.act == Act::Unchanged(None) { Settled::Yes } else { Settled::No };
                Ok((Some(Box::new(change.allowing(removals))), settled))
            }
            Wanted::Rejected(rejection) => {
                told.rejected += rejection.lines.len() as u64;
                let mut change = rejected(rejection);
                // Its rows cannot be used: people know it by the name that the server has.
                if let (Some(id), true) = (&change.external_id, pair.head.is_some()) {
                    change.label = self.known.known(id)?.map(|known| known.label()).unwrap_or_default();
                }
                Ok((Some(Box::new(change)), Settled::No))
            }
            Wanted::Outside(mention) => {
                told.leave_out(mention, Why::Filtered, voice);
                Ok((None, Settled::Yes))
            }
            Wanted::Inactive(mention) => {
                let gone = self.inactive(mention, pair.head.as_ref(), told, voice)?;
                let settled = if gone.is_none() { Settled::Yes } else { Settled::No };
                Ok((gone.map(Box::new), settled))
            }
        }
    }

    /// An inactive client is gone; one that the server does not have is passed over. Only a run over the whole file
    /// deletes, because only there the guard judges how many.
    fn inactive(
        &self,
        mention: Mention,
        head: Option<&Head>,
        told: &mut Told,
        voice: &mut Voice<'_>,
    ) -> Result<Option<Change>, SyncError> {
        let fate = if self.sight.sees_gone() { self.fate } else { Fate::Report };
        let gone =
            head.map(|head| gone(head, mention.lines.clone(), fate, &self.known)).transpose()?.flatten();
        if gone.is_none() {
            let why = mention.lines.first().copied().map_or(Why::Plain, Why::Inactive);
            told.leave_out(mention, why, voice);
        }
        Ok(gone)
    }
}

impl Told {
    /// Counts those who were passed over.
    pub(super) fn pass_over(&mut self, totals: &Totals) {
        self.clients += totals.clients;
        self.skipped += totals.skipped;
    }

    /// Ends rows of which nothing is wanted.
    fn leave_out(&mut self, mention: Mention, why: Why, voice: &mut Voice<'_>) {
        let Mention { external_id, lines } = mention;
        self.skipped += lines.len() as u64;
        let change = Change { external_id, lines, label: String::new(), act: Act::Unchanged(None) };
        voice.tell(&ended(change, Action::None, Outcome::Skipped, why));
    }
}

impl Sight<'_> {
    /// Whether the file is the whole list, so that who is not in it is gone.
    fn sees_gone(&self) -> bool {
        *self.scope == Scope::Full && self.limit.is_none()
    }
}

impl Sight<'_> {
    /// Whether persons whose rows are gone may be removed.
    fn removals(&self, input: &Input) -> Removals {
        // With `--only`, all rows of these clients are still in the file, unless that is a part of one itself.
        let partial = *self.scope == Scope::Partial || self.limit.is_some() || input.is_partial();
        if partial || input.has_unnamed_rows() || input.count_disagrees() {
            Removals::Wait
        } else {
            Removals::Now
        }
    }
}

/// Whether the run is about this client; rows without an id belong to nobody it could be about.
pub(super) fn asked_for(scope: &Scope, wanted: &Wanted) -> bool {
    match scope {
        Scope::Full | Scope::Partial => true,
        Scope::Only(ids) => wanted.external_id().is_some_and(|id| ids.contains(id)),
    }
}

pub(super) fn footer(line: Line) -> Event {
    let (label, act) = (String::new(), Act::Unchanged(None));
    let change = Change { external_id: None, lines: vec![line], label, act };
    ended(change, Action::None, Outcome::Skipped, Why::Footer)
}

fn fate(sight: Sight<'_>, input: &Input) -> Fate {
    match sight.on_gone {
        OnGone::Report => Fate::Report,
        OnGone::Archive | OnGone::Delete if sight.first_reading => Fate::WaitsForNextRun,
        OnGone::Archive | OnGone::Delete if input.has_unnamed_rows() => Fate::WaitsForRow,
        OnGone::Archive | OnGone::Delete if input.count_disagrees() => Fate::WaitsForCount,
        OnGone::Archive => Fate::Archive,
        OnGone::Delete => Fate::Delete,
    }
}
