//! The account of a run: what its report tells beyond the figures of the summary.
//!
//! In: the events of the run, in order. Out: what is not in sync and why, what was changed and how, what a guard held back,
//! how long was waited for what, and when requests left. Lists are cut off and go on counting, texts are clipped, so that an
//! account stays small whatever the run. The ledger keeps it as JSON with the run and forgets it with the run: it holds
//! names and codes of clients and the old and new texts of changed fields. Of a client that was deleted or a person that
//! was removed it keeps the name and nothing else.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::clipped;
use super::difference::{Difference, differences};
use super::exception::{Exception, Kind};
use super::listed::Listed;
use crate::event::{Ending, Event, HeldBack, Wait, Why};
use crate::journal::{Action, Outcome};
use crate::plan::{Act, Change};
use crate::record::{ExternalId, Line};
use crate::settings::{Job, OnGone, Scope};

/// The account of one run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// What the run was asked to do.
    pub asked: Asked,
    /// What a guard held back.
    pub held: Vec<HeldBack>,
    /// The error that ended the run, with its causes.
    pub error: Option<String>,
    /// What is not in sync, by kind, the most urgent kind first.
    pub exceptions: BTreeMap<Kind, Listed<Exception>>,
    /// Clients that were created.
    pub created: Listed<Touched>,
    /// Clients that were changed.
    pub updated: Listed<Touched>,
    /// Clients that were deleted.
    pub deleted: Listed<Touched>,
    /// Clients that were archived.
    pub archived: Listed<Touched>,
    /// Clients that are gone from the file and were left as they are.
    pub gone: Listed<Touched>,
    /// How long the run waited.
    pub waits: Waits,
    /// When requests left.
    pub rhythm: Rhythm,
    /// What the plan changes, until it is done; not kept.
    #[serde(skip)]
    planned: BTreeMap<ExternalId, Vec<Difference>>,
    /// The wait that goes on: since when, until when, for what; not kept.
    #[serde(skip)]
    waiting: Option<(Timestamp, Timestamp, Wait)>,
}

/// What a run was asked to do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What becomes of clients that are gone.
    pub on_gone: OnGone,
    /// Which clients it was about.
    pub breadth: Breadth,
    /// At most so many clients were to be changed.
    pub limit: Option<u64>,
}

/// Which clients a run was about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breadth {
    /// All of them.
    #[default]
    Full,
    /// Those in the file.
    Partial,
    /// So many that were named.
    Only(u64),
}

/// A client that was changed, or is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// The client.
    pub external_id: Option<ExternalId>,
    /// Its name.
    pub name: String,
    /// Its first row; none when it is not in the file.
    pub line: Option<Line>,
    /// What was changed of it, as far as that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// Why it was left as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}

/// How long a run waited, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Waits {
    /// For the quota.
    pub quota_ms: u64,
    /// Until requests in doubt could no longer land.
    pub settle_ms: u64,
    /// For the input to stand still.
    pub input_ms: u64,
}

/// When requests left: counts of equal stretches, the first one beginning with the first request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rhythm {
    /// How long a stretch is, in seconds.
    pub stretch_s: u64,
    /// The requests of each.
    pub counts: Vec<u32>,
}

impl Account {
    /// Begins the account of a run that is to do this job.
    #[must_use]
    pub fn begin(job: &Job) -> Self {
        let breadth = match &job.scope {
            Scope::Full => Breadth::Full,
            Scope::Partial => Breadth::Partial,
            Scope::Only(ids) => Breadth::Only(ids.len() as u64),
        };
        let asked = Asked { on_gone: job.on_gone, breadth, limit: job.limit };
        Self { asked, ..Self::default() }
    }

    /// Takes in one event.
    pub fn absorb(&mut self, event: &Event) {
        match event {
            Event::Change(change) => self.plan(change),
            Event::Held(held) => self.held.push((**held).clone()),
            Event::Ended(ending) => self.end(ending),
            Event::InputOpened { .. }
            | Event::RowsRead(_)
            | Event::Unchanged(_)
            | Event::InputRead { .. }
            | Event::FooterCount { .. }
            | Event::Notice(_)
            | Event::Warned(_)
            | Event::Waiting { .. }
            | Event::Planned { .. }
            | Event::InFlight(_)
            | Event::Settled { .. }
            | Event::Matched { .. }
            | Event::Found(_)
            | Event::Compared(_)
            | Event::Adopted { .. } => {}
        }
    }

    /// Remembers what an update is to change: when it ends, its end does not tell any more.
    fn plan(&mut self, change: &Change) {
        if let (Act::Update(update), Some(id)) = (&change.act, &change.external_id)
            && self.planned.len() < Listed::<Touched>::MOST
        {
            self.planned.insert(id.clone(), differences(update));
        }
    }

    fn end(&mut self, ending: &Ending) {
        if let Some(kind) = Kind::of(ending) {
            self.exceptions.entry(kind).or_default().push(|| Exception::of(ending));
        }
        let touched = || Touched::of(ending);
        match (ending.action, ending.outcome) {
            (Action::Create, Outcome::Done) => self.created.push(touched),
            (Action::Update, Outcome::Done) => self.updated(ending),
            (Action::Delete, Outcome::Done) => self.deleted.push(touched),
            (Action::Archive, Outcome::Done) => self.archived.push(touched),
            (_, Outcome::Reported) => {
                self.gone.push(|| Touched { why: Some(ending.reason.clone()), ..Touched::of(ending) });
            }
            _ => {}
        }
    }

    /// An update of which nobody knows what it changed is only counted, unless there is nothing to be known.
    fn updated(&mut self, ending: &Ending) {
        let planned = ending.external_id.as_ref().and_then(|id| self.planned.remove(id));
        match planned {
            Some(differences) => self.updated.push(|| Touched { differences, ..Touched::of(ending) }),
            None if self.updated.first.len() < Listed::<Touched>::MOST => {
                self.updated.push(|| Touched::of(ending));
            }
            None => self.updated.pass(),
        }
    }

    /// Notes that the run begins to wait at `now`. A wait that is told again goes on.
    pub fn wait(&mut self, now: Timestamp, until: Timestamp, reason: Wait) {
        self.stop_waiting(now);
        self.waiting = Some((now, until, reason));
    }

    fn stop_waiting(&mut self, now: Timestamp) {
        let Some((since, until, reason)) = self.waiting.take() else { return };
        let waited = until.min(now).duration_since(since).as_millis();
        let waited = u64::try_from(waited).unwrap_or_default();
        match reason {
            Wait::Quota => self.waits.quota_ms += waited,
            Wait::Settle => self.waits.settle_ms += waited,
            Wait::Input => self.waits.input_ms += waited,
        }
    }

    /// Ends the account, with the error that ended the run, if one did.
    pub fn finish(&mut self, now: Timestamp, error: Option<&(dyn std::error::Error + 'static)>) {
        self.stop_waiting(now);
        self.planned.clear();
        self.error = error.map(|error| {
            let causes = std::iter::successors(Some(error), |error| error.source());
            clipped(&causes.map(ToString::to_string).collect::<Vec<_>>().join(": "))
        });
    }

    /// How many exceptions there are of all kinds, those that are acknowledged left out.
    #[must_use]
    pub fn open_exceptions(&self) -> u64 {
        let open = self.exceptions.iter().filter(|(kind, _)| **kind != Kind::Acknowledged);
        open.map(|(_, list)| list.total).sum()
    }
}

impl Touched {
    fn of(ending: &Ending) -> Self {
        Self {
            external_id: ending.external_id.as_ref().map(|id| ExternalId::new(&clipped(id.as_str()))),
            name: clipped(&ending.label),
            line: ending.lines.first().copied(),
            differences: Vec::new(),
            why: None,
        }
    }
}
