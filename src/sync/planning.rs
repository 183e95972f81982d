//! Makes the plan: lays the file beside the ledger, decides for each client, and sorts the changes by what they need.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::SyncError;
use super::asleep::{Asleep, Facts, Seen, sleeps_as};
use super::doubles::Doubles;
use super::eye::{Eye, Settled, Told, asked_for, footer};
use super::input::Input;
use super::leavers::Leavers;
use super::standing::{Met as MetHold, Standing, Stands};
use super::voice::Voice;
use crate::event::{Ending, Event, Notice, Why};
use crate::guard::Candidates;
use crate::imprint::{Code, Share, Sleeper};
use crate::journal::{Action, Outcome};
use crate::ledger::{FileSeen, Ledger, LedgerError};
use crate::mapping::suspicion::{Likeness, Part, Widths};
use crate::plan::{Act, Change, Counts, Fate, Lookup, Merge};
use crate::record::{ExternalId, Head, Known, Line, Mid, Print};
use crate::settings::{OnGone, Scope};
use crate::spool::{Sorter, Spool};

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
    /// From how many whole files in a row a client must be absent, unless the input is known to be complete.
    pub(super) after_runs: u32,
    /// Whether it is told who sleeps from now on, and who is awake: the next file is then compared with this one.
    pub(super) remembers: bool,
    /// The time by which approvals are judged.
    pub(super) now: Timestamp,
}

/// What a plan came to.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// What it counts.
    pub(super) counts: Counts,
    /// What is new in it, for the guard.
    pub(super) candidates: Candidates,
    /// The last row, when it may be cut off and something would be sent for it.
    pub(super) last_row: Option<Line>,
    /// The open holds, and what the plan has of each of them.
    pub(super) holds: Vec<MetHold>,
    /// What was found about persons whose rows are gone.
    pub(super) leavers: Option<Leavers>,
    /// What the next file is to be compared with, and who was looked at when not everybody was.
    pub(super) memory: Option<Remembered>,
}

/// What is kept of a file for the next one.
#[derive(Debug)]
pub(super) struct Remembered {
    pub(super) terms: String,
    pub(super) file: FileSeen,
    /// Those who were looked at; none when everybody was.
    pub(super) looked_at: Option<BTreeSet<ExternalId>>,
}

impl Remembered {
    fn of(seen: Seen, facts: &Facts, asleep: Option<Asleep>) -> Self {
        let looked_at = asleep.map(|asleep| asleep.awake);
        Self { file: seen.file(facts), terms: seen.terms, looked_at }
    }
}

/// The plan: counts, and the changes in the order in which they are carried out.
#[derive(Default)]
pub(super) struct Planned {
    pub(super) tally: Tally,
    pub(super) creates: Spool<Change>,
    pub(super) updates: Spool<Change>,
    pub(super) gone: Spool<Change>,
    /// Changes that a guard had held back, and a person approved.
    pub(super) approved: Spool<Change>,
    /// Changes for which nothing is sent.
    pub(super) quiet: Spool<Change>,
    /// Clients that never came to the server and have left the file: there is nothing to be said of them any more.
    pub(super) left: Spool<ExternalId>,
    /// Clients, and persons of clients, that the file does not name.
    pub(super) absent: Spool<(ExternalId, Option<Mid>)>,
    /// Who sleeps from now on, by bucket.
    pub(super) sleeping: Sorter<u64, Sleeper>,
    /// Who was looked at and stays awake.
    pub(super) awake: Spool<ExternalId>,
}

/// What the walk along file and ledger comes upon.
pub(super) enum Met {
    Change(Box<Change>, Stands),
    /// A client of the server, or a person of one, that the file does not name.
    Absent(ExternalId, Option<Mid>),
    /// A client that never came to the server and has left the file.
    Left(ExternalId),
    /// A client of which nothing is to be said until its rows or its line in the ledger change.
    Sleeps(Sleeper),
    /// Any other client that something was said of.
    Awake(ExternalId),
}

impl Met {
    /// A client that sleeps from now on, or does not.
    fn at_rest(external_id: ExternalId, sleeps: Option<(Print, Share)>, likeness: Likeness) -> Self {
        match sleeps {
            Some((print, share)) => Self::Sleeps(Sleeper { external_id, print, likeness, share }),
            None => Self::Awake(external_id),
        }
    }
}

impl Planned {
    pub(super) fn keep(&mut self, change: &Change) -> Result<(), SyncError> {
        let spool = match &change.act {
            Act::Create(_) => &mut self.creates,
            Act::Update(_) => &mut self.updates,
            Act::Gone(gone) if matches!(gone.fate, Fate::Delete | Fate::Archive) => &mut self.gone,
            Act::Gone(_) | Act::Unchanged(_) | Act::Rejected(_) | Act::Blocked(..) | Act::Held(..) => {
                &mut self.quiet
            }
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
    let asleep = input.asleep.as_ref().map(|asleep| asleep.totals.clients);
    let mut left = sight.limit;
    let tally = each_change(input, ledger, sight, voice, |met, voice| {
        let (change, stands) = match met {
            Met::Change(change, stands) => (change, stands),
            Met::Absent(id, mid) => return Ok(planned.absent.push(&(id, mid))?),
            Met::Left(id) => return Ok(planned.left.push(&id)?),
            Met::Sleeps(sleeper) => {
                let bucket = Code::of(sleeper.external_id.as_str()).bucket();
                return Ok(planned.sleeping.push(&(bucket as u64), &sleeper)?);
            }
            Met::Awake(id) => return Ok(planned.awake.push(&id)?),
        };
        let action = match change.act {
            Act::Unchanged(None) => {
                voice.tell(&ended(*change, Action::None, Outcome::Unchanged, Why::Plain));
                return Ok(());
            }
            Act::Create(_) => Action::Create,
            Act::Update(_) => {
                // Its end will not say what it changed.
                voice.tell(&Event::Change(change.clone()));
                Action::Update
            }
            Act::Gone(_) if matches!(stands, Stands::Approved) => {
                return Ok(planned.approved.push(&change)?);
            }
            Act::Unchanged(Some(_)) | Act::Rejected(_) | Act::Blocked(..) | Act::Held(..) | Act::Gone(_) => {
                return planned.keep(&change);
            }
        };
        if left == Some(0) {
            voice.tell(&ended(*change, action, Outcome::Remaining, Why::Limit));
            return Ok(());
        }
        left = left.map(|left| left - 1);
        match stands {
            Stands::Approved => Ok(planned.approved.push(&change)?),
            Stands::Free => planned.keep(&change),
        }
    })?;
    if let Some(asleep) = asleep {
        voice.tell(&Event::Unchanged(asleep));
    }
    planned.tally = tally;
    Ok(planned)
}

pub(super) fn ended(change: Change, action: Action, outcome: Outcome, reason: Why) -> Event {
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
) -> Result<Tally, SyncError> {
    let footers = input.settle_footers(|id| Ok(ledger.head(id)?.is_some()), voice)?;
    for line in &footers {
        voice.tell(&footer(*line));
    }
    let _moment = ledger.moment()?;
    let standing = Standing::of(ledger, sight.now)?;
    let suspect = ledger.last_full()?.filter(|last| last.line_end).and_then(|_| input.last_row_without_end());
    let eye = Eye::new(sight, &input, ledger)?;
    let leavers = eye.leavers();
    let (rows, unused) = (input.rows, input.unused.clone());
    let mut tally = Tally::default();
    let mut told = Told::default();
    let asleep = input.asleep.take();
    let looked_at = asleep.as_ref().map_or(rows, |asleep| asleep.awake.len() as u64);
    let mut doubles = Doubles::new(input.mapping(), widths(asleep.as_ref()), looked_at);
    let seen = input.facts(footers.len(), None);
    input.for_each(|wanted| {
        for pair in Merge::new(wanted, lines(ledger, asleep.as_ref())) {
            let pair = pair?;
            let mut likeness = Likeness::default();
            if let Some(gathered) = &pair.wanted {
                let asked_for = asked_for(sight.scope, &gathered.wanted);
                likeness =
                    doubles.look(&gathered.wanted, if asked_for { Part::Told } else { Part::Named })?;
            }
            let id = pair.external_id().filter(|_| sight.remembers).cloned();
            let (sleeps, left) = (sleeps_as(&pair), eye.left(&pair));
            let (change, settled) = eye.look(pair, &mut told, voice)?;
            let sleeps = sleeps.filter(|_| settled == Settled::Yes && left.is_none());
            let state = id.map(|id| Met::at_rest(id, sleeps, likeness));
            for met in state.into_iter().chain(left.map(Met::Left)) {
                take(met, voice)?;
            }
            if let Some(change) = change {
                tally.candidates.meet(&change);
                let change = eye.waiting(change, &mut |id, mid| take(Met::Absent(id, mid), voice))?;
                let (change, stands) = standing.look(change)?;
                tally.add(&change, &stands, suspect);
                take(Met::Change(change, stands), voice)?;
            }
        }
        Ok(())
    })?;
    let usual = doubles.usual();
    doubles.tell(voice)?;
    if let Some(asleep) = &asleep {
        told.pass_over(&asleep.totals);
        tally.counts.unchanged += asleep.totals.clients;
    }
    tally.memory = seen.map(|(seen, facts)| Remembered::of(seen, &Facts { usual, ..facts }, asleep));
    let Told { rejected, skipped, clients, asked_for } = told;
    if let Scope::Only(ids) = sight.scope {
        let absent = ids.iter().filter(|id| !asked_for.contains(id));
        absent.for_each(|id| voice.tell(&Event::Notice(Notice::NotInFile(id.clone()))));
    }
    let footer = footers.len() as u64;
    voice.tell(&Event::InputRead { rows, rejected, skipped, footer, clients, unused });
    tally.holds = standing.met();
    tally.leavers = Some(leavers);
    Ok(tally)
}

impl Tally {
    pub(super) fn add(&mut self, change: &Change, stands: &Stands, suspect: Option<Line>) {
        self.counts.add(change);
        match stands {
            Stands::Approved => self.candidates.add_removals(change),
            Stands::Free => {
                self.candidates.add(change);
                let sends = matches!(change.act, Act::Create(_) | Act::Update(_));
                self.last_row = self.last_row.or(suspect.filter(|line| sends && change.lines.contains(line)));
            }
        }
    }
}

/// The lines of the ledger that are to be looked at, in ascending order.
fn lines<'l>(
    ledger: &'l Ledger,
    asleep: Option<&'l Asleep>,
) -> Box<dyn Iterator<Item = Result<Head, SyncError>> + 'l> {
    match asleep {
        None => Box::new(heads(ledger)),
        Some(asleep) => {
            let head = |id| ledger.head(id).map_err(SyncError::from).transpose();
            Box::new(asleep.awake.iter().filter_map(head))
        }
    }
}

fn widths(asleep: Option<&Asleep>) -> Widths {
    asleep.map(|asleep| asleep.totals.widths.clone()).unwrap_or_default()
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
pub(super) struct Lookups<'a> {
    pub(super) ledger: &'a Ledger,
    /// Whether there is any client without an external id.
    strangers: bool,
}

impl<'a> Lookups<'a> {
    pub(super) fn new(ledger: &'a Ledger) -> Result<Self, LedgerError> {
        Ok(Self { ledger, strangers: ledger.has_strangers()? })
    }
}

impl Lookup for Lookups<'_> {
    type Error = LedgerError;

    fn known(&self, id: &ExternalId) -> Result<Option<Known>, LedgerError> {
        self.ledger.known(id)
    }

    fn stranger(&self, name_key: &str) -> Result<Option<Mid>, LedgerError> {
        self.ledger.stranger_named(name_key)
    }

    fn has_strangers(&self) -> bool {
        self.strangers
    }
}
