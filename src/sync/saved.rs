//! Applies a saved plan: exactly as it stands, or not at all.
//!
//! In: a plan that was read back. Out: a run like any other, once account, ledger, mapping and input are seen to be what they
//! were when the plan was made, and every change still fits what the ledger knows. Guards judge it as they judge a file.

use std::path::Path;

use super::opened::Opened;
use super::planning::{Planned, Tally};
use super::standing::{Standing, Stands};
use super::voice::Voice;
use super::{Extent, Finished, Order, Remote, Run, SyncError, held};
use crate::event::Event;
use crate::ledger::Ledger;
use crate::operation::State;
use crate::plan::{Act, Change, Counts, Digest, Digester, Fate};
use crate::saved::{Item, SavedPlan, Terms};
use crate::settings::rules::Rules;
use crate::settings::{Job, KeepRows, OnGone, OnNewMapping, Scope};
use crate::source::{Manifest, Store};

/// What is not as it was when the plan was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// The ledger belongs to another account.
    Account,
    /// A run, or a person, has changed what the ledger knows.
    Ledger,
    /// The mapping is another one.
    Mapping,
    /// The input holds something else.
    Input,
}

/// Applies a saved plan.
pub async fn apply(order: Order<'_>, remote: Remote, ledger: &Path, plan: SavedPlan) -> Finished {
    let Order { job, clock, stop, listener } = order;
    let terms = &plan.terms;
    let job = &Job {
        input: terms.input.clone(),
        on_gone: terms.on_gone,
        on_new_mapping: OnNewMapping::Hold,
        bounds: terms.bounds,
        scope: terms.scope.clone(),
        limit: None,
        ..job.clone()
    };
    let mut voice = Voice::new("apply", job, clock, listener);
    let ended = match Opened::open(ledger, &mut voice, clock, stop, &terms.input.display().to_string()) {
        Ok(opened) => match still_fits(terms, &opened.ledger, &job.rules) {
            Ok(()) => {
                opened
                    .tell(remote, &mut voice, job.settle, async |run| run.apply_saved(job, plan).await)
                    .await
            }
            Err(error) => opened.end_early(&mut voice, error),
        },
        Err(error) => Err(error),
    };
    voice.finish(ended)
}

/// The digest by which a saved plan names the mapping.
pub(super) fn mapping_digest(rules: &Rules) -> Digest {
    let mut digester = Digester::default();
    digester.add(&format!("{rules:?}"));
    digester.finish()
}

/// The SHA-256 of a file's bytes; none for standard input and for what is not there.
pub(super) fn input_digest(input: &Path) -> Option<String> {
    let mut store = input.is_file().then(|| Store::open(input, KeepRows::Never).ok()).flatten()?;
    Manifest::sha256(&mut store).ok()
}

/// What can be told before anything is asked of the server.
fn still_fits(terms: &Terms, ledger: &Ledger, rules: &Rules) -> Result<(), SyncError> {
    let stale = |what| Err(SyncError::Stale(what));
    if let (Some(bound), Some(origin), Some(partner)) = (ledger.binding()?, &terms.origin, &terms.partner)
        && (bound.origin != *origin || bound.partner != *partner)
    {
        return stale(Stale::Account);
    }
    if terms.generation.is_some_and(|then| ledger.generation().is_ok_and(|now| now != then)) {
        return stale(Stale::Ledger);
    }
    if terms.mapping != mapping_digest(rules) {
        return stale(Stale::Mapping);
    }
    if let Some(then) = &terms.input_sha256
        && terms.input.exists()
        && input_digest(&terms.input).as_ref() != Some(then)
    {
        return stale(Stale::Input);
    }
    Ok(())
}

impl Run<'_, '_> {
    async fn apply_saved(&mut self, job: &Job, mut saved: SavedPlan) -> Result<(), SyncError> {
        self.recover(job).await?;
        let moved =
            saved.terms.generation.is_some_and(|then| self.ledger.generation().is_ok_and(|now| now != then));
        if moved || saved.terms.origin.as_deref().is_some_and(|then| then != self.client.origin().to_string())
        {
            return Err(SyncError::Stale(if moved { Stale::Ledger } else { Stale::Account }));
        }
        let linked = self.ledger.clients_on_server()?;
        let used = self.used_so_far();
        let limiter = std::sync::Arc::clone(self.client.limiter());
        let mut plan = self.planned_again(&mut saved)?;
        let [rows, rejected, skipped, footer, clients] = saved.terms.rows;
        let unused = Vec::new();
        self.voice.tell(&Event::InputRead { rows, rejected, skipped, footer, clients, unused });
        self.voice.planned(&plan.tally.counts, used, limiter.limits(), limiter.day_left());
        self.count_unchanged(&saved.terms, &mut plan)?;
        let parts = saved.terms.parts.clone();
        let extent = if job.scope == Scope::Full { Extent::Whole } else { Extent::Part };
        let stops = held::stops(&self.ledger, job, &parts, &plan.tally, linked)?;
        self.hold_back(&mut plan, &stops, extent)?;
        if !self.breakers.halted {
            self.note_file(&mut plan, parts, extent, saved.terms.line_end)?;
        }
        self.carry_out_plan(&mut plan).await;
        Ok(())
    }

    /// The saved changes as a plan, each of them seen to fit what the ledger knows.
    fn planned_again(&mut self, saved: &mut SavedPlan) -> Result<Planned, SyncError> {
        let mut plan = Planned::default();
        let standing = Standing::of(&self.ledger, self.clock.now())?;
        let unchanged = saved.terms.counts.unchanged;
        let mut tally = Tally { counts: Counts { unchanged, ..Counts::default() }, ..Tally::default() };
        let on_gone = saved.terms.on_gone;
        let mut quiet = 0;
        for item in saved.items()? {
            let change = match item? {
                Item::Absent(id, mid) => {
                    plan.absent.push(&(id, mid))?;
                    continue;
                }
                Item::Change(change) => Box::new(judged_anew(*change, on_gone)),
            };
            if !fits(&change, &self.ledger)? {
                return Err(SyncError::Stale(Stale::Ledger));
            }
            tally.candidates.meet(&change);
            let (change, stands) = standing.look(change)?;
            if let Act::Update(_) = change.act {
                // Its end will not say what it changed.
                self.voice.tell(&Event::Change(change.clone()));
            }
            quiet += u64::from(matches!(change.act, Act::Unchanged(_)));
            tally.add(&change, &stands, None);
            match stands {
                Stands::Approved => plan.approved.push(&change)?,
                Stands::Free => plan.keep(&change)?,
            }
        }
        tally.counts.unchanged -= quiet.min(tally.counts.unchanged);
        tally.holds = standing.met();
        plan.tally = tally;
        Ok(plan)
    }

    /// Clients that were as they should be are in no saved plan, and still count.
    fn count_unchanged(&mut self, terms: &Terms, plan: &mut Planned) -> Result<(), SyncError> {
        let mut told = 0;
        for change in plan.quiet.read()? {
            told += u64::from(matches!(change?.act, Act::Unchanged(_)));
        }
        let result = self.voice.summary.result.get_or_insert_default();
        result.unchanged += terms.counts.unchanged.saturating_sub(told);
        Ok(())
    }
}

/// The change as it was before a hold of then kept it back: what holds say now is asked anew.
fn judged_anew(change: Change, on_gone: OnGone) -> Change {
    let act = match change.act {
        Act::Held(_, act) => *act,
        Act::Gone(mut gone) => {
            if let Fate::Held(_) = gone.fate {
                gone.fate = if on_gone == OnGone::Archive { Fate::Archive } else { Fate::Delete };
            }
            Act::Gone(gone)
        }
        act => act,
    };
    Change { act, ..change }
}

/// Whether the ledger knows of the client what it knew when the change was planned.
fn fits(change: &Change, ledger: &Ledger) -> Result<bool, SyncError> {
    let Some(id) = &change.external_id else { return Ok(true) };
    let head = ledger.head(id)?;
    let state = head.as_ref().map_or(State::New, |head| head.state);
    let mid = head.and_then(|head| head.mid);
    Ok(match &change.act {
        Act::Create(_) => matches!(state, State::New | State::Refused | State::Removed),
        Act::Update(update) => {
            let known = ledger.known(id)?;
            let as_planned = known.is_some_and(|known| {
                update.own.iter().all(|edit| known.own.get(edit.field).is_none_or(|now| now == edit.from))
                    && update.contacts.iter().all(|edit| known.contacts.iter().any(|it| it.mid == edit.mid))
            });
            state == State::Linked && mid.as_ref() == Some(&update.mid) && as_planned
        }
        Act::Gone(gone) if gone.fate.sends() => state.is_on_server() && mid.as_ref() == Some(&gone.mid),
        Act::Gone(_) | Act::Unchanged(_) | Act::Rejected(_) | Act::Blocked(..) | Act::Held(..) => true,
    })
}
