//! Recovers what earlier runs left open, before anything is planned: interrupted updates and deletes are read again,
//! creates in doubt are settled by reading the list, and a new ledger learns whom the server already has.
//!
//! Nothing is ever sent again to find out.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::watch::watched;
use super::{Run, SyncError};
use crate::client::{Along, Client, Listing, ReadError, RemoteClient};
use crate::event::{Event, ExitReason, Notice, Wait};
use crate::journal::{Entry, Outcome, Stranger};
use crate::ledger::Doubt;
use crate::operation::State;
use crate::plan::{Act, diff};
use crate::record::{Desired, ExternalId, Known, name_key};
use crate::settings::{Adoption, Job};
use crate::witness::{Testimony, Witness};

/// What was learnt before planning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recovered {
    /// Whether the ledger learnt of clients on the server only now.
    pub(super) first_reading: bool,
}

/// So many failures are looked through for conflicts at most.
const CONFLICTS: usize = 1_000_000;

/// How a reading links what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Every client of the server that carries an external id.
    Everyone,
    /// Those only that are in doubt or in conflict.
    Open,
}

impl Run<'_, '_> {
    /// Settles what can be settled without waiting; what is younger than the settle time waits for the run's end.
    pub(super) async fn recover(&mut self, job: &Job) -> Result<Recovered, SyncError> {
        self.reread_interrupted().await?;
        let witness = job.witness.as_ref().map(|folder| self.witness(folder));
        let older = witness.as_ref().is_some_and(|witness| witness.hear(self.id) == Testimony::Older);
        let new = !self.ledger.was_read()?;
        let first_reading = older || job.adoption == Adoption::ReadFirst && new;
        let ripe = self.ledger.in_doubt()?.iter().any(|doubt| self.is_ripe(doubt.sent_at));
        let failures = self.ledger.failure_counts()?;
        let open = [Outcome::Blocked, Outcome::Conflict].iter().any(|kind| failures.contains_key(kind));
        if first_reading {
            self.voice.tell(&Event::Notice(if new { Notice::FirstReading } else { Notice::OlderLedger }));
        }
        if first_reading || ripe || open {
            // A client to which people gave an id since is linked too: else its row would be created beside it.
            self.read_list(Scope::Everyone).await?;
        }
        if let Some(witness) = witness.filter(|_| !self.breakers.halted) {
            witness.remember(self.id);
        }
        let learnt = self.voice.summary.result.is_some_and(|result| result.adopted > 0);
        Ok(Recovered { first_reading: first_reading || learnt })
    }

    fn witness(&self, folder: &Path) -> Witness {
        Witness::of(folder, &self.client.origin().to_string(), self.client.partner().as_str())
    }

    /// Waits until the youngest open request can be settled, then settles all of them.
    pub(super) async fn settle_all(&mut self) -> Result<(), SyncError> {
        let doubts = self.ledger.in_doubt()?;
        let interrupted = self.ledger.interrupted()?;
        let sent = doubts.iter().map(|doubt| doubt.sent_at);
        let sent = sent.chain(interrupted.iter().map(|one| one.sent_at));
        let Some(last) = sent.map(|at| self.not_ahead(at)).max() else { return Ok(()) };
        if !self.wait_until(last.saturating_add(self.settle).unwrap_or(Timestamp::MAX)).await {
            return Ok(());
        }
        self.reread_interrupted().await?;
        if doubts.is_empty() || self.breakers.halted { Ok(()) } else { self.read_list(Scope::Open).await }
    }

    fn is_ripe(&self, sent_at: Timestamp) -> bool {
        self.clock.since(self.not_ahead(sent_at)) >= self.settle
    }

    /// A time that lies ahead is of a clock that was set back since: it cannot have been later than this run's start.
    fn not_ahead(&self, sent_at: Timestamp) -> Timestamp {
        if sent_at > self.clock.now() { self.voice.summary.started_at } else { sent_at }
    }

    /// Waits; whether it waited to the end, and was not asked to stop.
    async fn wait_until(&mut self, until: Timestamp) -> bool {
        if until > self.clock.now() {
            self.voice.tell(&Event::Waiting { until, reason: Wait::Settle });
        }
        let then = self.clock.instant_of(until);
        tokio::select! {
            biased;
            () = self.stop.requested() => {
                self.halt(ExitReason::Signal);
                false
            }
            () = tokio::time::sleep_until(then) => true,
        }
    }

    /// Reads the clients again whose update or delete was interrupted and can no longer land.
    async fn reread_interrupted(&mut self) -> Result<(), SyncError> {
        for one in self.ledger.interrupted()? {
            if !self.is_ripe(one.sent_at) {
                continue;
            }
            let id = one.external_id.clone();
            let entry = match (self.client.client(&one.mid).await, one.state) {
                (Err(error), _) => {
                    self.cannot_read(&error);
                    return Ok(());
                }
                (Ok(None), State::Removing) => Entry::Removed(id),
                (Ok(None), _) => Entry::Vanished(id),
                (Ok(Some(_)), State::Removing) => Entry::StillThere(id),
                (Ok(Some(known)), _) => {
                    let before = self.ledger.known(&id)?;
                    Entry::Reread(id, with_ours(known, before.as_ref(), one.desired))
                }
            };
            self.commit(&[entry])?;
        }
        Ok(())
    }

    /// Reads the whole list, live and archived, and learns from it.
    pub(super) async fn read_list(&mut self, scope: Scope) -> Result<(), SyncError> {
        // A ledger without clients will want to know all of them, contacts included.
        let all_are_new = scope == Scope::Everyone && self.ledger.clients_on_server()? == 0;
        let along = if all_are_new { Along::ContactsOf(u64::MAX) } else { Along::Nothing };
        let Some(listing) = self.listing(along).await? else { return Ok(()) };
        let mut entries = self.settled(&listing)?;
        let Some(linked) = self.links_in(&listing, scope).await? else { return Ok(()) };
        entries.extend(linked);
        let strangers = strangers(&listing);
        if !strangers.is_empty() && scope == Scope::Everyone {
            self.voice.tell(&Event::Notice(Notice::Strangers(strangers.len() as u64)));
        }
        if scope == Scope::Everyone {
            entries.push(Entry::ListRead(strangers));
        }
        self.commit(&entries)
    }

    /// The whole list, live and archived; none when it could not be read, which ends the sending.
    pub(super) async fn listing(&mut self, along: Along) -> Result<Option<Listing>, SyncError> {
        // Half a reading proves nothing, and would cost the day what is left of it.
        let clients = self.ledger.clients_on_server()? + self.ledger.strangers()?.len() as u64;
        if let Err(no_slot) = self.client.limiter().day_room(Client::requests_to_read(clients, along)) {
            self.halt_for(&no_slot);
            return Ok(None);
        }
        let client = Arc::clone(&self.client);
        self.watch_reading(client.read_clients(along)).await
    }

    /// What a reading brings; none when it could not be made or the run was asked to stop, which ends the sending.
    pub(super) async fn watch_reading<T>(
        &mut self,
        reading: impl Future<Output = Result<T, ReadError>>,
    ) -> Result<Option<T>, SyncError> {
        let limiter = Arc::clone(self.client.limiter());
        let Some(reading) = watched(reading, &limiter, &mut self.stop, self.voice).await else {
            self.halt(ExitReason::Signal);
            return Ok(None);
        };
        match reading {
            Ok(read) => Ok(Some(read)),
            Err(error) => {
                self.cannot_read(&error);
                Ok(None)
            }
        }
    }

    /// What the list says of creates in doubt that it does not hold.
    fn settled(&mut self, listing: &Listing) -> Result<Vec<Entry>, SyncError> {
        let mut entries = Vec::new();
        for Doubt { external_id, sent_at, .. } in self.ledger.in_doubt()? {
            if self.is_ripe(sent_at) && listing.with_id(&external_id).is_empty() {
                self.voice.tell(&Event::Settled { external_id: external_id.clone(), found: false });
                entries.push(Entry::NotCreated(external_id));
            }
        }
        for failure in self.ledger.failures(CONFLICTS)? {
            let gone = listing.with_id(&failure.external_id).is_empty();
            let state = self.ledger.head(&failure.external_id)?.map(|head| head.state);
            if gone && state == Some(State::Conflict) {
                // People removed both twins.
                entries.push(Entry::LetGo(failure.external_id));
            }
        }
        Ok(entries)
    }

    /// Links what the list holds once, and marks what it holds twice; none when contacts could not be read.
    async fn links_in(&mut self, listing: &Listing, scope: Scope) -> Result<Option<Vec<Entry>>, SyncError> {
        let mut entries = Vec::new();
        let mut found: Vec<(ExternalId, &RemoteClient)> = Vec::new();
        for (id, clients) in listing.by_external_id() {
            let state = self.ledger.head(id)?.map_or(State::New, |head| head.state);
            let wanted = match state {
                State::Creating | State::Conflict => true,
                State::New | State::Refused | State::Removed | State::Missing => scope == Scope::Everyone,
                State::Linked | State::Patching | State::Removing => false,
            };
            // A twin that came after all, by people or by a request that landed too late, is never silent.
            let twins = wanted && state != State::Conflict || matches!(state, State::Linked | State::Missing);
            match clients.as_slice() {
                [client] if wanted => found.push((id.clone(), client)),
                [_, _, ..] if twins => {
                    entries.push(Entry::Duplicated(id.clone()));
                }
                _ => {}
            }
        }
        let clients = found.iter().map(|(_, client)| *client).collect();
        let known = match self.client.with_contacts(listing, clients).await {
            Ok(known) => known,
            Err(error) => {
                self.cannot_read(&error);
                return Ok(None);
            }
        };
        let mut doubts: BTreeMap<ExternalId, Option<Desired>> =
            self.ledger.in_doubt()?.into_iter().map(|doubt| (doubt.external_id, doubt.desired)).collect();
        for ((id, _), known) in found.into_iter().zip(known) {
            let doubt = doubts.remove(&id);
            let in_doubt = doubt.is_some();
            let known = with_ours(known, None, doubt.flatten());
            self.voice.tell(&if in_doubt {
                Event::Settled { external_id: id.clone(), found: true }
            } else {
                Event::Adopted { external_id: id.clone() }
            });
            entries.push(Entry::Linked { external_id: id, known, fingerprint: None });
        }
        Ok(Some(entries))
    }

    /// A reading that fails leaves everything as it was; nothing is sent on top of what is not known.
    pub(super) fn cannot_read(&mut self, error: &ReadError) {
        tracing::warn!(%error, "a reading failed");
        match error {
            ReadError::NoSlot(no_slot) => self.halt_for(no_slot),
            ReadError::Unusable { .. } | ReadError::Absent { .. } | ReadError::NeverComplete { .. } => {
                self.halt(ExitReason::Unreachable);
            }
        }
    }
}

/// Marks what was ours before, and the contacts that the row which was sent made or changed: they are ours whatever
/// the file says by now, so that a person who has left it since is removed like any other.
fn with_ours(mut known: Known, before: Option<&Known>, sent: Option<Desired>) -> Known {
    let before = before.map(|known| known.contacts.as_slice()).unwrap_or_default();
    for contact in &mut known.contacts {
        contact.ours |= before.iter().any(|other| other.ours && other.mid == contact.mid);
    }
    let claims = match sent.map(|sent| diff(sent, &known)) {
        Some(Act::Update(update)) => update.claims,
        Some(Act::Unchanged(Some(refresh))) => refresh.claims,
        _ => return known,
    };
    for contact in known.contacts.iter_mut().filter(|contact| claims.contains(&contact.mid)) {
        contact.ours = true;
    }
    known
}

fn strangers(listing: &Listing) -> Vec<Stranger> {
    let clients = listing.clients.values().filter(|client| client.external_id.is_empty());
    clients
        .map(|client| Stranger { mid: client.known.mid.clone(), name_key: name_key(&client.name) })
        .filter(|stranger| !stranger.name_key.is_empty())
        .collect()
}
