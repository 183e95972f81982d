//! Compares the server with the ledger, and mends the drift where that is asked for.
//!
//! The whole list and the contacts are read first, then every linked client is laid beside what the ledger knows of it.
//! Without a repair nothing is sent and the ledger learns nothing. With one, what the file's side wins goes the way of
//! every update: intents first, under the quota, settled when in doubt. Nothing is created for a client that is gone,
//! and nobody else's client or contact is touched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::land::failure;
use super::opened::Opened;
use super::planning::{Lookups, Planned, heads};
use super::voice::Voice;
use super::{Finished, Order, Remote, Run, SyncError};
use crate::client::{Along, Client, Listing, RemoteClient};
use crate::drift::{self, Finding, Tally, What};
use crate::event::{Comparison, Ending, Event, ExitReason, Repair, Why};
use crate::journal::{Action, Entry, Failure, Outcome};
use crate::ledger::{Interrupted, Ledger, LedgerError};
use crate::operation::State;
use crate::plan::{Act, Block, Change, Counts, Removals, decide};
use crate::record::{Desired, ExternalId, Known, Mid};
use crate::settings::{Adoption, Drift, Job, Preference};

/// What a comparison is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Whether the drift is mended.
    pub mend: Mend,
    /// Who wins for which field.
    pub drift: Drift,
    /// These clients; all of them when there are none.
    pub only: Vec<ExternalId>,
}

/// Whether the drift is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mend {
    /// It is only told.
    No,
    /// It is mended where somebody wins.
    Yes,
}

/// Compares the server with the ledger.
pub async fn verify(order: Order<'_>, remote: Remote, ledger: &Path, asked: &Asked) -> Finished {
    let Order { job, clock, stop, listener } = order;
    let mut voice = Voice::new("verify", job, clock, listener);
    let opened = is_there(ledger).and_then(|()| Opened::open(ledger, &mut voice, clock, stop, ""));
    let ended = match opened {
        Ok(opened) => {
            opened.tell(remote, &mut voice, job.settle, async |run| run.compare(job, asked).await).await
        }
        Err(error) => Err(error),
    };
    voice.finish(ended)
}

/// A ledger that is made only now knows nothing to compare with.
fn is_there(path: &Path) -> Result<(), SyncError> {
    match Ledger::open_to_read(path) {
        // The run brings it up to date.
        Ok(_) | Err(LedgerError::FromThePast { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What was found, and what a repair would make of it.
#[derive(Default)]
struct Sighted {
    tally: Tally,
    plan: Planned,
    counts: Counts,
    entries: Vec<Entry>,
    reasons: BTreeSet<ExitReason>,
}

/// A linked client, laid beside its counterpart on the server.
struct Linked<'l> {
    id: ExternalId,
    client: &'l RemoteClient,
}

impl Run<'_, '_> {
    async fn compare(&mut self, job: &Job, asked: &Asked) -> Result<(), SyncError> {
        let cut_off = match asked.mend {
            Mend::No => Vec::new(),
            Mend::Yes => {
                let cut_off = self.ledger.interrupted()?;
                self.recover(&Job { adoption: Adoption::Skip, ..job.clone() }).await?;
                cut_off
            }
        };
        if self.breakers.halted {
            return Ok(());
        }
        let all = self.ledger.clients_on_server()?;
        let compared = if asked.only.is_empty() { all } else { asked.only.len() as u64 };
        let Some(listing) = self.listing(Along::ContactsOf(compared)).await? else { return Ok(()) };
        let mut sighted = Sighted::default();
        let linked = self.lay_beside(&listing, asked, &mut sighted)?;
        let Some(known) = self.with_contacts(&listing, &linked).await? else { return Ok(()) };
        for (linked, now) in linked.iter().zip(&known) {
            self.look_at(linked, now, asked, &mut sighted)?;
        }
        self.conclude(asked, sighted, cut_off).await
    }

    /// Lays the ledger beside the list, and tells of everything but what the linked clients hold.
    fn lay_beside<'l>(
        &mut self,
        listing: &'l Listing,
        asked: &Asked,
        sighted: &mut Sighted,
    ) -> Result<Vec<Linked<'l>>, SyncError> {
        let groups = listing.by_external_id();
        let mut left: BTreeMap<&ExternalId, &Vec<&RemoteClient>> =
            groups.iter().map(|(id, it)| (*id, it)).collect();
        sighted.tally.remote = listing.clients.len() as u64;
        sighted.tally.remote_archived =
            listing.clients.values().filter(|it| it.known.archived).count() as u64;
        let mut linked = Vec::new();
        let mut ours = BTreeSet::new();
        let mut found = Vec::new();
        for head in heads(&self.ledger) {
            let head = head?;
            let id = head.external_id;
            sighted.tally.linked += u64::from(head.state.is_on_server());
            ours.extend(head.mid.clone());
            let group = left.remove(&id).map(Vec::as_slice).unwrap_or_default();
            if !asked.only.is_empty() && !asked.only.contains(&id) {
                continue;
            }
            match (sight(head.state, head.mid.as_ref(), &id, group, listing), head.mid) {
                (Sight::Nothing, _) => {}
                (Sight::Beside(client), _) => linked.push(Linked { id, client }),
                (Sight::Found(what), mid) => {
                    let label = self.ledger.known(&id)?.map(|known| known.label());
                    found.push((head.state, finding(id, mid, group, label, what)));
                }
            }
        }
        // A client that is linked is known, whatever id it carries now.
        left.retain(|_, group| !group.iter().all(|client| ours.contains(&client.known.mid)));
        for (id, group) in left.into_iter().filter(|(id, _)| asked.only.is_empty() || asked.only.contains(id))
        {
            let what = if group.len() > 1 { What::Duplicate } else { What::Unknown };
            found.push((State::New, finding(id.clone(), None, group, None, what)));
        }
        for (state, finding) in found {
            self.note(state, &finding, sighted)?;
        }
        let strangers = listing.clients.values().filter(|client| client.external_id.is_empty());
        for client in strangers.filter(|client| asked.only.is_empty() && !ours.contains(&client.known.mid)) {
            let mids = vec![client.known.mid.clone()];
            let stranger =
                Finding { external_id: None, mids, label: client.name.clone(), what: What::Stranger };
            self.tell_of(stranger, sighted);
        }
        Ok(linked)
    }

    /// Tells of something that is not a matter of fields, and says what a repair writes into the ledger about it.
    fn note(&mut self, state: State, finding: &Finding, sighted: &mut Sighted) -> Result<(), SyncError> {
        let Some(id) = finding.external_id.clone() else { return Ok(()) };
        sighted.reasons.insert(match finding.what {
            What::Missing { .. } => ExitReason::Missing,
            What::Duplicate => ExitReason::Conflict,
            What::Unsettled => ExitReason::InDoubt,
            What::Drifted(_) | What::OtherId(_) | What::Unknown | What::Stranger => ExitReason::Drift,
        });
        match finding.what {
            What::Missing { .. } if state == State::Linked => {
                let desired = self.as_it_was(&id)?;
                sighted.entries.push(Entry::Vanished(id.clone()));
                sighted.entries.push(Entry::Failed(waits(id, Block::Missing, desired.as_ref())));
            }
            What::Duplicate if !matches!(state, State::Conflict | State::Creating) => {
                sighted.entries.push(Entry::Duplicated(id.clone()));
                sighted.entries.push(Entry::Failed(waits(id, Block::Conflict, None)));
            }
            _ => {}
        }
        self.tell_of(finding.clone(), sighted);
        Ok(())
    }

    fn tell_of(&mut self, finding: Finding, sighted: &mut Sighted) {
        sighted.tally.add(&finding);
        self.voice.tell(&Event::Found(Box::new(finding)));
    }

    /// A client as its rows said when it was last brought to the server.
    fn as_it_was(&self, id: &ExternalId) -> Result<Option<Desired>, SyncError> {
        let (known, answered) = (self.ledger.known(id)?, self.ledger.answered(id)?);
        Ok(known.zip(answered).map(|(known, answered)| drift::lost(id, &known, &answered)))
    }

    /// The linked clients with their contacts, as the server holds them; none when they could not be read.
    async fn with_contacts(
        &mut self,
        listing: &Listing,
        linked: &[Linked<'_>],
    ) -> Result<Option<Vec<Known>>, SyncError> {
        if let Err(no_slot) =
            self.client.limiter().day_room(Client::requests_for_contacts(listing, linked.len()))
        {
            self.halt_for(&no_slot);
            return Ok(None);
        }
        let client = Arc::clone(&self.client);
        let clients = linked.iter().map(|linked| linked.client).collect();
        self.watch_reading(client.with_contacts(listing, clients)).await
    }

    /// Compares one client, and says what a repair makes of it.
    fn look_at(
        &mut self,
        linked: &Linked<'_>,
        now: &Known,
        asked: &Asked,
        sighted: &mut Sighted,
    ) -> Result<(), SyncError> {
        let id = &linked.id;
        let Some(known) = self.ledger.known(id)? else { return Ok(()) };
        let answered = self.ledger.answered(id)?.unwrap_or_default();
        sighted.tally.compared += 1;
        let differences = drift::compare(&known, &answered, now, &asked.drift);
        if differences.is_empty() {
            sighted.tally.equal += 1;
            return Ok(());
        }
        let mending = drift::mend(id, &known, &answered, now, &differences);
        let lists = |preference| differences.iter().any(|it| it.prefer() == preference);
        if asked.mend == Mend::No || lists(Preference::Report) {
            sighted.reasons.insert(ExitReason::Drift);
        }
        sighted.entries.extend(mending.learnt.map(|known| Entry::TakenOver(id.clone(), known)));
        if let Some(update) = mending.update {
            let act = Act::Update(Box::new(update));
            let (lines, label) = (Vec::new(), known.label());
            let change = Change { external_id: Some(id.clone()), lines, label, act };
            sighted.counts.add(&change);
            sighted.plan.keep(&change)?;
        }
        let (mids, what) = (vec![known.mid.clone()], What::Drifted(differences));
        self.tell_of(Finding { external_id: Some(id.clone()), mids, label: known.label(), what }, sighted);
        Ok(())
    }

    /// Tells what the comparison counts, and mends.
    async fn conclude(
        &mut self,
        asked: &Asked,
        sighted: Sighted,
        cut_off: Vec<Interrupted>,
    ) -> Result<(), SyncError> {
        let Sighted { tally, mut plan, mut counts, entries, reasons } = sighted;
        let repair = match asked.mend {
            Mend::No => Repair::NotAsked,
            Mend::Yes if tally.is_a_wave() => Repair::Held { most: tally.most_repairs() },
            Mend::Yes => Repair::Begun,
        };
        self.voice.reasons.extend(reasons);
        if let Repair::Held { .. } = repair {
            self.voice.reasons.extend([ExitReason::RepairHeld, ExitReason::Drift]);
        }
        self.voice.tell(&Event::Compared(Box::new(Comparison { tally, repair })));
        if repair != Repair::Begun {
            return Ok(());
        }
        for change in self.finish_what_was_cut_off(cut_off)? {
            counts.add(&change);
            plan.keep(&change)?;
        }
        self.commit(&entries)?;
        let limiter = Arc::clone(self.client.limiter());
        self.voice.planned(&counts, self.used_so_far(), limiter.limits(), limiter.day_left());
        self.carry_out_plan(&mut plan).await;
        Ok(())
    }

    /// Updates that were cut off before this run and were read again at its start: what they have still to bring. Their
    /// contacts are not removed, which needs the file.
    fn finish_what_was_cut_off(&self, cut_off: Vec<Interrupted>) -> Result<Vec<Change>, SyncError> {
        let mut changes = Vec::new();
        for Interrupted { external_id, desired, .. } in cut_off {
            let head = self.ledger.head(&external_id)?;
            let (Some(desired), Some(head)) = (desired, head.filter(|head| head.state == State::Linked))
            else {
                continue;
            };
            let change = decide(Box::new(desired), Some(&head), &Lookups::new(&self.ledger)?)?
                .allowing(Removals::Wait);
            if matches!(change.act, Act::Update(_)) {
                changes.push(change);
            }
        }
        Ok(changes)
    }
}

/// What one line of the ledger shows beside the list.
enum Sight<'l> {
    /// It is not on the server, and neither does the ledger say so.
    Nothing,
    /// It is there, to be compared.
    Beside(&'l RemoteClient),
    /// Something else.
    Found(What),
}

fn sight<'l>(
    state: State,
    mid: Option<&Mid>,
    id: &ExternalId,
    group: &[&'l RemoteClient],
    listing: &'l Listing,
) -> Sight<'l> {
    let first = || group.first().map(|client| client.known.mid.clone());
    match (state, group.len()) {
        (State::Creating | State::Patching | State::Removing, _) => Sight::Found(What::Unsettled),
        (_, 2..) => Sight::Found(What::Duplicate),
        (State::Linked, _) => match mid.and_then(|mid| listing.clients.get(mid)) {
            None => Sight::Found(What::Missing { instead: first() }),
            Some(client) if client.external_id == *id => Sight::Beside(client),
            Some(client) => Sight::Found(What::OtherId(client.external_id.clone())),
        },
        (State::Missing, _) => Sight::Found(What::Missing { instead: first() }),
        // People removed the twins; the next run learns it.
        (State::Conflict, _) => Sight::Found(What::Unsettled),
        (State::New | State::Refused | State::Removed, 0) => Sight::Nothing,
        (State::New | State::Refused | State::Removed, _) => Sight::Found(What::Unknown),
    }
}

/// A finding about the clients of `group`, or about the one that the ledger knows.
fn finding(
    id: ExternalId,
    mid: Option<Mid>,
    group: &[&RemoteClient],
    label: Option<String>,
    what: What,
) -> Finding {
    let mids: Vec<Mid> = match what {
        What::Duplicate | What::Unknown => group.iter().map(|client| client.known.mid.clone()).collect(),
        _ => mid.into_iter().collect(),
    };
    let shown = || group.first().map(|client| client.name.clone()).unwrap_or_default();
    let label = label.filter(|label| !label.is_empty()).unwrap_or_else(shown);
    Finding { external_id: Some(id), mids, label, what }
}

/// What the ledger keeps of a client that waits for a person.
fn waits(external_id: ExternalId, block: Block, desired: Option<&Desired>) -> Failure {
    let outcome = if block == Block::Missing { Outcome::Missing } else { Outcome::Conflict };
    let (lines, label, action, mid) = (Vec::new(), String::new(), Action::Update, None);
    let (external_id, reason) = (Some(external_id), Why::Block(block));
    failure(&Ending { external_id, lines, label, action, outcome, mid, reason }, desired)
}
