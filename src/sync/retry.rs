//! Tries again, without a file, what was attempted and did not end: refused rows, doubts, halves, refused deletes.

use std::path::Path;

use super::leavers::Leavers;
use super::opened::Opened;
use super::planning::{Lookups, Planned};
use super::recover::Scope;
use super::voice::Voice;
use super::{Finished, Order, Remote, Run, SyncError};
use crate::event::Event;
use crate::journal::{Action, Entry, Failure};
use crate::operation::State;
use crate::plan::{Act, Change, Counts, Fate, Gone, Removals, decide};
use crate::record::{Acknowledged, ExternalId, Removal};
use crate::settings::{Adoption, Job};

/// So many failures are tried again at most in one run.
const MOST: usize = 1_000_000;

/// What to try again.
#[derive(Debug, Clone)]
pub struct Again {
    /// These clients; all of them when there are none.
    pub only: Vec<ExternalId>,
    /// Whether a client that people deleted is created again.
    pub deleted: Deleted,
}

/// What becomes of clients that people deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// They stay deleted.
    Stay,
    /// They are created again.
    Recreate,
}

/// Tries again what did not end, from the rows that the ledger kept.
pub async fn retry(order: Order<'_>, remote: Remote, ledger: &Path, again: &Again) -> Finished {
    let Order { job, clock, stop, listener } = order;
    let mut voice = Voice::new("retry", job, clock, listener);
    let ended = match Opened::open(ledger, &mut voice, clock, stop, "") {
        Ok(opened) => {
            opened.tell(remote, &mut voice, job.settle, async |run| run.try_again(job, again).await).await
        }
        Err(error) => Err(error),
    };
    voice.finish(ended)
}

impl Run<'_, '_> {
    async fn try_again(&mut self, job: &Job, again: &Again) -> Result<(), SyncError> {
        self.leavers = Leavers { removals: Removals::Now, after_runs: job.after_runs };
        self.recover(&Job { adoption: Adoption::Skip, ..job.clone() }).await?;
        if again.deleted == Deleted::Recreate && !self.breakers.halted {
            // People may have made it again themselves.
            self.read_list(Scope::Everyone).await?;
        }
        let failures = self.ledger.failures(MOST)?;
        let chosen = failures
            .into_iter()
            .filter(|failure| again.only.is_empty() || again.only.contains(&failure.external_id));
        let mut plan = Planned::default();
        let (mut rows, mut clients) = (0, 0);
        let mut counts = Counts::default();
        for failure in chosen {
            let Some(change) = self.tried_again(failure, again.deleted)? else { continue };
            rows += change.lines.len() as u64;
            clients += u64::from(!change.lines.is_empty());
            counts.add(&change);
            plan.keep(&change)?;
        }
        let unused = Vec::new();
        self.voice.tell(&Event::InputRead { rows, rejected: 0, skipped: 0, footer: 0, clients, unused });
        let limiter = std::sync::Arc::clone(self.client.limiter());
        self.voice.planned(&counts, self.used_so_far(), limiter.limits(), limiter.day_left());
        self.carry_out_plan(&mut plan).await;
        Ok(())
    }

    /// What trying again means for one failure; none when there is nothing to try.
    fn tried_again(&mut self, failure: Failure, deleted: Deleted) -> Result<Option<Change>, SyncError> {
        let id = failure.external_id;
        let Some(mut head) = self.ledger.head(&id)? else { return Ok(None) };
        if failure.action == Action::Delete {
            let (State::Linked, Some(mid)) = (head.state, head.mid) else { return Ok(None) };
            let act = Act::Gone(Gone { mid, fate: Fate::Delete });
            let label = self.ledger.known(&id)?.map(|known| known.label()).unwrap_or_default();
            return Ok(Some(Change { external_id: Some(id), lines: Vec::new(), label, act }));
        }
        let Some(desired) = failure.desired else { return Ok(None) };
        if head.state == State::Missing && deleted == Deleted::Recreate && !self.breakers.halted {
            self.commit(&[Entry::LetGo(id.clone())])?;
            head.state = State::New;
            head.mid = None;
        }
        head.refused = None;
        head.acknowledged = Acknowledged::No;
        head.removal = Removal::Open;
        let change = decide(desired, Some(&head), &Lookups::new(&self.ledger)?)?;
        self.leavers.judged(change, &self.ledger).map(Some)
    }
}
