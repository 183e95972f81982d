//! Makes the plan: lays the file beside the ledger, decides for each client, and sorts the changes by what they need.

use super::SyncError;
use super::doubles::Doubles;
use super::input::Input;
use super::voice::Voice;
use crate::event::{Ending, Event, Notice, Why};
use crate::journal::{Action, Outcome};
use crate::ledger::{Ledger, LedgerError};
use crate::mapping::suspicion::Part;
use crate::operation::State;
use crate::plan::{Act, Change, Counts, Fate, Lookup, Merge, Pair, Removals, decide, gone, rejected};
use crate::record::{ExternalId, Gathered, Head, Known, Line, Mention, Mid, Wanted};
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
    /// Clients that never came to the server and have left the file: there is nothing to be said of them any more.
    pub(super) left: Spool<ExternalId>,
}

/// What the walk along file and ledger comes upon.
pub(super) enum Met {
    Change(Change),
    /// A client that never came to the server and has left the file.
    Left(ExternalId),
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
    let counts = each_change(input, ledger, sight, voice, |met, voice| {
        let change = match met {
            Met::Change(change) => change,
            Met::Left(id) => return Ok(planned.left.push(&id)?),
        };
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

/// Decides for every client of file and ledger and hands what it meets to `take`; tells what the input held.
pub(super) fn each_change<'a>(
    mut input: Input,
    ledger: &Ledger,
    sight: Sight<'_>,
    voice: &mut Voice<'a>,
    mut take: impl FnMut(Met, &mut Voice<'a>) -> Result<(), SyncError>,
) -> Result<Counts, SyncError> {
    let footers = input.settle_footers(|id| Ok(ledger.head(id)?.is_some()), voice)?;
    for line in &footers {
        voice.tell(&footer(*line));
    }
    let eye =
        Eye { sight, fate: fate(sight, &input), removals: sight.removals(&input), known: Lookups(ledger) };
    let (rows, unused) = (input.rows, input.unused.clone());
    let mut counts = Counts::default();
    let mut told = Told::default();
    let mut doubles = Doubles::new(input.mapping());
    input.for_each(|wanted| {
        for pair in Merge::new(wanted, heads(ledger)) {
            let pair = pair?;
            if let Some(gathered) = &pair.wanted {
                let asked_for = asked_for(sight.scope, &gathered.wanted);
                doubles.look(&gathered.wanted, if asked_for { Part::Told } else { Part::Named })?;
            }
            if let Some(id) = eye.left(&pair) {
                take(Met::Left(id), voice)?;
            }
            if let Some(change) = eye.look(pair, &mut told, voice)? {
                counts.add(&change);
                take(Met::Change(change), voice)?;
            }
        }
        Ok(())
    })?;
    doubles.tell(voice)?;
    let Told { rejected, skipped, clients, asked_for } = told;
    if let Scope::Only(ids) = sight.scope {
        let absent = ids.iter().filter(|id| !asked_for.contains(id));
        absent.for_each(|id| voice.tell(&Event::Notice(Notice::NotInFile(id.clone()))));
    }
    let footer = footers.len() as u64;
    voice.tell(&Event::InputRead { rows, rejected, skipped, footer, clients, unused });
    Ok(counts)
}

/// What the input turned out to hold.
#[derive(Default)]
struct Told {
    rejected: u64,
    skipped: u64,
    clients: u64,
    /// With `--only`, the clients that are in the file.
    asked_for: Vec<ExternalId>,
}

/// Looks at one client after the other.
struct Eye<'a> {
    sight: Sight<'a>,
    fate: Fate,
    removals: Removals,
    known: Lookups<'a>,
}

impl Eye<'_> {
    /// A client of which the file wants nothing any more, so that what was refused of its rows is no failure: it never
    /// came to the server, or its rows do not count.
    fn left(&self, pair: &Pair) -> Option<ExternalId> {
        let head = pair.head.as_ref().filter(|_| self.sight.sees_gone())?;
        let left = match pair.wanted.as_ref().map(|gathered| &gathered.wanted) {
            None | Some(Wanted::Inactive(_)) => matches!(head.state, State::New | State::Refused),
            Some(Wanted::Outside(_)) => matches!(head.state, State::New | State::Refused | State::Linked),
            Some(Wanted::Desired(_) | Wanted::Rejected(_)) => false,
        };
        left.then(|| head.external_id.clone())
    }

    /// What a client needs; none when there is nothing more to be said of it.
    fn look(&self, pair: Pair, told: &mut Told, voice: &mut Voice<'_>) -> Result<Option<Change>, SyncError> {
        let Some(Gathered { wanted, outside, warnings }) = pair.wanted else {
            let head = pair.head.filter(|_| self.sight.sees_gone());
            return Ok(head
                .map(|head| gone(&head, Vec::new(), self.fate, &self.known))
                .transpose()?
                .flatten());
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
            return Ok(None);
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
                Ok(Some(decide(desired, pair.head.as_ref(), &self.known)?.allowing(removals)))
            }
            Wanted::Rejected(rejection) => {
                told.rejected += rejection.lines.len() as u64;
                Ok(Some(rejected(rejection)))
            }
            Wanted::Outside(mention) => {
                told.leave_out(mention, Why::Filtered, voice);
                Ok(None)
            }
            Wanted::Inactive(mention) => self.inactive(mention, pair.head.as_ref(), told, voice),
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
fn asked_for(scope: &Scope, wanted: &Wanted) -> bool {
    match scope {
        Scope::Full | Scope::Partial => true,
        Scope::Only(ids) => wanted.external_id().is_some_and(|id| ids.contains(id)),
    }
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
        OnGone::Delete if input.count_disagrees() => Fate::WaitsForCount,
        OnGone::Delete => Fate::Delete,
    }
}

/// The ledger's lines in ascending order, read a few thousand at a time.
pub(super) fn heads(ledger: &Ledger) -> impl Iterator<Item = Result<Head, SyncError>> {
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
