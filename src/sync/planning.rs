//! Makes the plan: lays the file beside the ledger, decides for each client, and sorts the changes by what they need.

use super::SyncError;
use super::input::Input;
use super::voice::Voice;
use crate::event::{Ending, Event, Why};
use crate::journal::{Action, Outcome};
use crate::ledger::{Ledger, LedgerError};
use crate::plan::{Act, Change, Counts, Fate, Lookup, Merge, Pair, Removals, decide, gone};
use crate::record::{ExternalId, Head, Known, Line, Mid, Wanted};
use crate::settings::{OnGone, Scope};
use crate::spool::Spool;

/// Lines of the ledger that are read at once.
const HEADS_AT_ONCE: usize = 4_096;

/// What the plan has to know besides file and ledger.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight<'a> {
    /// What becomes of clients that are gone.
    pub(super) on_gone: OnGone,
    /// Which clients it is about.
    pub(super) scope: &'a Scope,
    /// At most so many clients are created or changed.
    pub(super) limit: Option<u64>,
    /// Whether the ledger learnt of its clients only in this run.
    pub(super) first_reading: bool,
}

/// The plan: counts, and the changes in the order in which they are carried out.
#[derive(Default)]
pub(super) struct Planned {
    pub(super) counts: Counts,
    pub(super) creates: Spool<Change>,
    pub(super) updates: Spool<Change>,
    pub(super) gone: Spool<Change>,
    /// Changes for which nothing is sent.
    pub(super) quiet: Spool<Change>,
}

impl Planned {
    pub(super) fn keep(&mut self, change: &Change) -> Result<(), SyncError> {
        let spool = match &change.act {
            Act::Create(_) => &mut self.creates,
            Act::Update(_) => &mut self.updates,
            Act::Gone(gone) if gone.fate == Fate::Delete => &mut self.gone,
            Act::Gone(_) | Act::Unchanged(_) | Act::Rejected(_) | Act::Blocked(..) => &mut self.quiet,
        };
        Ok(spool.push(change)?)
    }
}

/// Plans a run. A client of which nothing at all has to be said ends here and now.
pub(super) fn plan(
    input: Input,
    ledger: &Ledger,
    sight: Sight<'_>,
    voice: &mut Voice<'_>,
) -> Result<Planned, SyncError> {
    let mut planned = Planned::default();
    let mut left = sight.limit;
    let counts = each_change(input, ledger, sight, voice, |change, voice| {
        let action = match change.act {
            Act::Unchanged(None) => {
                voice.tell(&ended(change, Action::None, Outcome::Unchanged, Why::Plain));
                return Ok(());
            }
            Act::Create(_) => Action::Create,
            Act::Update(_) => Action::Update,
            Act::Unchanged(Some(_)) | Act::Rejected(_) | Act::Blocked(..) | Act::Gone(_) => {
                return planned.keep(&change);
            }
        };
        if left == Some(0) {
            voice.tell(&ended(change, action, Outcome::Remaining, Why::Limit));
            return Ok(());
        }
        left = left.map(|left| left - 1);
        planned.keep(&change)
    })?;
    planned.counts = counts;
    Ok(planned)
}

fn ended(change: Change, action: Action, outcome: Outcome, reason: Why) -> Event {
    let Change { external_id, lines, label, act: _ } = change;
    Event::Ended(Box::new(Ending { external_id, lines, label, action, outcome, mid: None, reason }))
}

/// Decides for every client of file and ledger and hands each change to `take`; tells what the input held.
pub(super) fn each_change<'a>(
    mut input: Input,
    ledger: &Ledger,
    sight: Sight<'_>,
    voice: &mut Voice<'a>,
    mut take: impl FnMut(Change, &mut Voice<'a>) -> Result<(), SyncError>,
) -> Result<Counts, SyncError> {
    let footers = input.settle_footers(|id| Ok(ledger.head(id)?.is_some()), voice)?;
    for line in &footers {
        voice.tell(&footer(*line));
    }
    let fate = fate(sight, &input);
    let removals = sight.removals(&input);
    let (rows, unused) = (input.rows, input.unused.clone());
    let mut counts = Counts::default();
    let (mut rejected, mut skipped, mut clients) = (0, 0, 0);
    let known = Lookups(ledger);
    input.for_each(|wanted| {
        for pair in Merge::new(wanted, heads(ledger)) {
            let Pair { wanted, head } = pair?;
            if !asked_for(sight.scope, wanted.as_ref()) {
                if let Some(wanted) = wanted {
                    skipped += wanted.lines().len() as u64;
                    voice.tell(&left_out(wanted));
                }
                continue;
            }
            match &wanted {
                Some(Wanted::Desired(_)) => clients += 1,
                Some(Wanted::Rejected(rejection)) => rejected += rejection.lines.len() as u64,
                None => {}
            }
            let change = match (wanted, head) {
                (Some(wanted), head) => Some(decide(wanted, head.as_ref(), &known)?.allowing(removals)),
                (None, Some(head)) if sight.sees_gone() => gone(&head, fate, &known)?,
                (None, _) => None,
            };
            if let Some(change) = change {
                counts.add(&change);
                take(change, voice)?;
            }
        }
        Ok(())
    })?;
    let footer = footers.len() as u64;
    voice.tell(&Event::InputRead { rows, rejected, skipped, footer, clients, unused });
    Ok(counts)
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
        // With `--only`, all rows of these clients are still in the file.
        let partial = *self.scope == Scope::Partial || self.limit.is_some();
        if partial || input.has_unnamed_rows() { Removals::Wait } else { Removals::Now }
    }
}

/// Whether the run is about this client; rows without an id belong to nobody it could be about.
fn asked_for(scope: &Scope, wanted: Option<&Wanted>) -> bool {
    match (scope, wanted) {
        (Scope::Full | Scope::Partial, _) | (Scope::Only(_), None) => true,
        (Scope::Only(ids), Some(wanted)) => wanted.external_id().is_some_and(|id| ids.contains(id)),
    }
}

fn left_out(wanted: Wanted) -> Event {
    let (external_id, lines) = match wanted {
        Wanted::Desired(desired) => (Some(desired.external_id), desired.lines),
        Wanted::Rejected(rejection) => (rejection.external_id, rejection.lines),
    };
    let change = Change { external_id, lines, label: String::new(), act: Act::Unchanged(None) };
    ended(change, Action::None, Outcome::Skipped, Why::NotAskedFor)
}

fn footer(line: Line) -> Event {
    let (label, act) = (String::new(), Act::Unchanged(None));
    let change = Change { external_id: None, lines: vec![line], label, act };
    ended(change, Action::None, Outcome::Skipped, Why::Footer)
}

fn fate(sight: Sight<'_>, input: &Input) -> Fate {
    match sight.on_gone {
        OnGone::Report => Fate::Report,
        OnGone::Delete if sight.first_reading => Fate::WaitsForNextRun,
        OnGone::Delete if input.has_unnamed_rows() => Fate::WaitsForRow,
        OnGone::Delete => Fate::Delete,
    }
}

/// The ledger's lines in ascending order, read a few thousand at a time.
fn heads(ledger: &Ledger) -> impl Iterator<Item = Result<Head, SyncError>> {
    let mut last: Option<ExternalId> = None;
    let mut page: std::vec::IntoIter<Head> = Vec::new().into_iter();
    let mut at_end = false;
    std::iter::from_fn(move || {
        if page.len() == 0 && !at_end {
            match ledger.heads_after(last.as_ref(), HEADS_AT_ONCE) {
                Ok(heads) => {
                    at_end = heads.len() < HEADS_AT_ONCE;
                    last = heads.last().map(|head| head.external_id.clone());
                    page = heads.into_iter();
                }
                Err(error) => {
                    at_end = true;
                    return Some(Err(error.into()));
                }
            }
        }
        page.next().map(Ok)
    })
}

/// The ledger as the plan looks things up in it.
pub(super) struct Lookups<'a>(pub(super) &'a Ledger);

impl Lookup for Lookups<'_> {
    type Error = LedgerError;

    fn known(&self, id: &ExternalId) -> Result<Option<Known>, LedgerError> {
        self.0.known(id)
    }

    fn stranger(&self, name_key: &str) -> Result<Option<Mid>, LedgerError> {
        self.0.stranger_named(name_key)
    }
}
