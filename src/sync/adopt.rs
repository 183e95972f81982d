//! Links what the account already holds: clients by their external id, and, where asked, clients without one by their
//! name.

use std::collections::BTreeMap;
use std::path::Path;

use super::opened::Opened;
use super::recover::Scope;
use super::voice::Voice;
use super::{Finished, Order, Remote, Run, SyncError, input, reading};
use crate::event::{Event, ExitReason, Match};
use crate::journal::Entry;
use crate::operation::{State, Verdict};
use crate::record::{Desired, Mid, Wanted};
use crate::settings::Job;

/// How clients without an external id are matched with rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// They are not.
    Off,
    /// By name; matches are only proposed.
    Propose,
    /// By name; the external ids of certain matches are written to the server.
    Write,
}

/// Reads the client list and links; matches by name with the rows of the job's input.
pub async fn adopt(order: Order<'_>, remote: Remote, ledger: &Path, matching: Matching) -> Finished {
    let Order { job, clock, stop, listener } = order;
    let mut voice = Voice::new("adopt", job, clock, listener);
    let ended = match Opened::open(ledger, &mut voice, clock, stop, "") {
        Ok(opened) => {
            let story = async |run: &mut Run<'_, '_>| run.link(job, matching).await;
            opened.tell(remote, &mut voice, job.settle, story).await
        }
        Err(error) => Err(error),
    };
    voice.finish(ended)
}

impl Run<'_, '_> {
    async fn link(&mut self, job: &Job, matching: Matching) -> Result<(), SyncError> {
        let candidates = match matching {
            Matching::Off => Vec::new(),
            Matching::Propose | Matching::Write => {
                unlinked(reading::read(job, self.clock, &mut self.stop, self.voice).await?)?
            }
        };
        self.read_list(Scope::Everyone).await?;
        if self.breakers.halted {
            return Ok(());
        }
        let mut strangers: BTreeMap<String, Vec<Mid>> = BTreeMap::new();
        for stranger in self.ledger.strangers()? {
            strangers.entry(stranger.name_key).or_default().push(stranger.mid);
        }
        let mut rows: BTreeMap<String, Vec<Desired>> = BTreeMap::new();
        for desired in candidates {
            let state = self.ledger.head(&desired.external_id)?.map_or(State::New, |head| head.state);
            if matches!(state, State::New | State::Refused | State::Removed) {
                let known = |name: &String| strangers.contains_key(name);
                if let Some(name) = desired.name_keys().into_iter().find(known) {
                    rows.entry(name).or_default().push(desired);
                }
            }
        }
        for (name, rows) in rows {
            if let Some(mids) = strangers.get(&name) {
                self.match_by_name(&rows, mids, matching).await?;
            }
        }
        Ok(())
    }

    /// One row and one client of a name are a match; anything else is for a person to tell apart.
    async fn match_by_name(
        &mut self,
        rows: &[Desired],
        mids: &[Mid],
        matching: Matching,
    ) -> Result<(), SyncError> {
        let certain = match (rows, mids) {
            ([row], [mid]) => Some((row, mid)),
            _ => None,
        };
        for row in rows {
            let found = match certain {
                None => Match::Ambiguous,
                Some((row, mid)) if matching == Matching::Write => self.write_id(row, mid).await?,
                Some(_) => Match::Proposed,
            };
            if found == Match::Ambiguous {
                self.voice.reasons.insert(ExitReason::Blocked);
            }
            self.voice.tell(&Event::Matched {
                external_id: row.external_id.clone(),
                lines: row.lines.clone(),
                label: row.label(),
                mids: mids.to_vec(),
                found,
            });
        }
        Ok(())
    }

    async fn write_id(&mut self, row: &Desired, mid: &Mid) -> Result<Match, SyncError> {
        if self.breakers.halted || self.stop.is_requested() {
            return Ok(Match::Proposed);
        }
        let written = async {
            let slot = self.client.limiter().slot().await?;
            let answer = self.client.set_external_id(slot, mid, &row.external_id).await?;
            let known = match answer.verdict {
                Verdict::Done => self.client.client(mid).await?,
                _ => None,
            };
            Ok((answer, known))
        };
        match written.await {
            Ok((_, Some(known))) => {
                let external_id = row.external_id.clone();
                self.commit(&[Entry::Linked { external_id, known, fingerprint: None }])?;
                Ok(Match::Written)
            }
            Ok((answer, None)) => {
                self.voice.reasons.insert(ExitReason::Refused);
                Ok(Match::Refused(answer.message))
            }
            Err(error) => {
                self.cannot_read(&error);
                Ok(Match::Proposed)
            }
        }
    }
}

/// The usable clients of the file; a list to be adopted by name is one that people made, and fits into memory.
fn unlinked(input: input::Input) -> Result<Vec<Desired>, SyncError> {
    let mut found = Vec::new();
    input.for_each(|wanted| {
        for wanted in wanted {
            if let Wanted::Desired(desired) = wanted?.wanted {
                found.push(*desired);
            }
        }
        Ok(())
    })?;
    Ok(found)
}
