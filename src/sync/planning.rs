//! Makes the plan: lays the file beside the ledger, decides for each client, and sorts the changes by what they need.

use super::SyncError;
use super::input::Input;
use super::voice::Voice;
use crate::event::{Ending, Event, Why};
use crate::journal::{Action, Outcome};
use crate::ledger::{Ledger, LedgerError};
use crate::plan::{Act, Change, Counts, Fate, Lookup, Merge, Pair, decide, gone};
use crate::record::{ExternalId, Head, Known, Mid, Wanted};
use crate::settings::OnGone;
use crate::spool::Spool;

/// Lines of the ledger that are read at once.
const HEADS_AT_ONCE: usize = 4_096;

/// What the plan has to know besides file and ledger.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight {
    /// What becomes of clients that are gone.
    pub(super) on_gone: OnGone,
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
    fn keep(&mut self, change: &Change) -> Result<(), SyncError> {
        let spool = match &change.act {
            Act::Create(_) => &mut self.creates,
            Act::Update(_) => &mut self.updates,
            Act::Gone(gone) if gone.fate == Fate::Delete => &mut self.gone,
            Act::Gone(_) | Act::Unchanged(_) | Act::Rejected(_) | Act::Blocked(_) => &mut self.quiet,
        };
        Ok(spool.push(change)?)
    }
}

/// Plans a run. A client of which nothing at all has to be said ends here and now.
pub(super) fn plan(
    input: Input,
    ledger: &Ledger,
    sight: Sight,
    voice: &mut Voice<'_>,
) -> Result<Planned, SyncError> {
    let mut planned = Planned::default();
    let counts = each_change(input, ledger, sight, voice, |change, voice| {
        if matches!(change.act, Act::Unchanged(None)) {
            voice.tell(&Event::Ended(Box::new(unchanged(change))));
            return Ok(());
        }
        planned.keep(&change)
    })?;
    planned.counts = counts;
    Ok(planned)
}

fn unchanged(change: Change) -> Ending {
    Ending {
        external_id: change.external_id,
        lines: change.lines,
        label: change.label,
        action: Action::None,
        outcome: Outcome::Unchanged,
        mid: None,
        reason: Why::Plain,
    }
}

/// Decides for every client of file and ledger and hands each change to `take`; tells what the input held.
pub(super) fn each_change<'a>(
    input: Input,
    ledger: &Ledger,
    sight: Sight,
    voice: &mut Voice<'a>,
    mut take: impl FnMut(Change, &mut Voice<'a>) -> Result<(), SyncError>,
) -> Result<Counts, SyncError> {
    let fate = fate(sight, &input);
    let (rows, unused) = (input.rows, input.unused.clone());
    let mut counts = Counts::default();
    let (mut rejected, mut clients) = (0, 0);
    let known = Lookups(ledger);
    input.for_each(|wanted| {
        for pair in Merge::new(wanted, heads(ledger)) {
            let Pair { wanted, head } = pair?;
            match &wanted {
                Some(Wanted::Desired(_)) => clients += 1,
                Some(Wanted::Rejected(rejection)) => rejected += rejection.lines.len() as u64,
                None => {}
            }
            let change = match (wanted, head) {
                (Some(wanted), head) => Some(decide(wanted, head.as_ref(), &known)?),
                (None, Some(head)) => gone(&head, fate, &known)?,
                (None, None) => None,
            };
            if let Some(change) = change {
                counts.add(&change);
                take(change, voice)?;
            }
        }
        Ok(())
    })?;
    voice.tell(&Event::InputRead { rows, rejected, clients, unused });
    Ok(counts)
}

fn fate(sight: Sight, input: &Input) -> Fate {
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
