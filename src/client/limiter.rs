//! The quota: a request may leave only while those in flight plus those that ended within the window are fewer than
//! the limit. Whatever the network does, the server then never sees more than the limit in any of its windows.
//!
//! In: limits, the requests of earlier runs, the server's word after a 429. Out: slots, one a request. Windows are
//! reserved in the [`Book`] before they are used, so that a crash never forgets a request.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::pace::Governor;
use crate::clock::Clock;
use crate::settings::{Limits, Pace, SetBy};
use others::Others;

mod others;

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);
/// How long everything waits after a 429 that does not say how long.
const UNSAID_WAIT: Duration = Duration::from_mins(1);
/// A wait that is longer ends the run cleanly instead: cron will come again.
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// Slots reserved at once when there is no limit.
const BLOCK_WITHOUT_LIMIT: u32 = 256;
/// Slots reserved at once at most under a limit: a crash makes that many count as used.
const LARGEST_BLOCK: u32 = 20;

/// Where used and reserved slots are written down; it outlives the run.
pub trait Book: Send {
    /// Reserves `count` slots; they are on disk when this returns.
    ///
    /// # Errors
    /// A text for people: then no slot is given.
    fn reserve(&mut self, count: u32, now: Timestamp) -> Result<i64, String>;
    /// Says how many slots of a block were used and when the last of them ended.
    ///
    /// # Errors
    /// A text for people: the block then counts in full after the next start.
    fn close(&mut self, block: i64, used: u32, ended_at: Timestamp) -> Result<(), String>;
}

/// Slots that earlier runs used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedSlots {
    /// When the last of them ended.
    pub ended_at: Timestamp,
    /// How many they are.
    pub count: u32,
}

/// Why no slot is given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSlot {
    /// The day's limit is used up, or the server asks for a long wait.
    #[error("the quota is used up until {until}")]
    Exhausted {
        /// When it can go on.
        until: Timestamp,
    },
    /// The run has sent as many requests as it may.
    #[error("the run has sent its {0} requests")]
    Spent(u64),
    /// The run has sent for as long as it may.
    #[error("the run has sent for {0:?}")]
    TimeUp(Duration),
    /// The slot could not be written down.
    #[error("the quota could not be written down: {0}")]
    NotRecorded(String),
}

/// Gives out slots.
pub struct Limiter {
    clock: Clock,
    state: Mutex<State>,
    freed: Notify,
}

struct State {
    limits: Limits,
    /// The limits as they were set, and by whom.
    pace: Pace,
    started: Instant,
    issued: u64,
    governor: Governor,
    in_flight: u32,
    /// When requests of the last minute ended.
    minute: VecDeque<Instant>,
    others: Others,
    /// Ends of requests of the last day, with how many ended then.
    day: VecDeque<(Timestamp, u32)>,
    day_used: u64,
    paused_until: Option<Instant>,
    book: Option<Box<dyn Book>>,
    blocks: BTreeMap<i64, Block>,
}

#[derive(Debug, Clone, Copy)]
struct Block {
    size: u32,
    issued: u32,
    ended: u32,
}

/// The right to send one request; the request counts as in flight until this is dropped.
pub struct Slot {
    limiter: Arc<Limiter>,
    block: Option<i64>,
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Slot")
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.limiter.ended(self.block);
    }
}

/// What stands in the way of a slot.
enum Obstacle {
    Until(Instant),
    InFlight,
}

impl Limiter {
    /// Starts with what earlier runs used; without a book nothing is written down.
    #[must_use]
    pub fn new(pace: &Pace, clock: Clock, used: &[UsedSlots], book: Option<Box<dyn Book>>) -> Arc<Self> {
        let now = Instant::now();
        let wall = clock.now();
        let mut minute = VecDeque::new();
        let mut day: Vec<(Timestamp, u32)> = used.iter().map(|u| (u.ended_at.min(wall), u.count)).collect();
        day.sort_unstable();
        for (ended_at, count) in &day {
            if let Some(at) = now.checked_sub(clock.since(*ended_at)).filter(|at| now - *at < MINUTE) {
                minute.extend(std::iter::repeat_n(at, *count as usize));
            }
        }
        let day_used = day.iter().map(|(_, count)| u64::from(*count)).sum();
        let state = State {
            limits: pace.limits,
            pace: pace.clone(),
            started: now,
            issued: 0,
            governor: Governor::new(pace.per_second.filter(|_| pace.limits.per_minute.is_some())),
            in_flight: 0,
            minute,
            others: Others::none_seen(),
            day: day.into(),
            day_used,
            paused_until: None,
            book,
            blocks: BTreeMap::new(),
        };
        Arc::new(Self { clock, state: Mutex::new(state), freed: Notify::new() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a request may leave.
    ///
    /// # Errors
    /// [`NoSlot`] when that would take longer than a run should wait.
    pub async fn slot(self: &Arc<Self>) -> Result<Slot, NoSlot> {
        loop {
            let freed = self.freed.notified();
            match self.try_slot()? {
                Ok(slot) => return Ok(slot),
                Err(Obstacle::InFlight) => freed.await,
                Err(Obstacle::Until(then)) => tokio::time::sleep_until(self.or_deadline(then)).await,
            }
        }
    }

    fn try_slot(self: &Arc<Self>) -> Result<Result<Slot, Obstacle>, NoSlot> {
        let mut state = self.state();
        state.forget_the_past(Instant::now(), self.clock.now());
        state.within_budget()?;
        if let Some(obstacle) = state.obstacle(&self.clock)? {
            return Ok(Err(obstacle));
        }
        let block = state.take_from_block(self.clock.now())?;
        state.in_flight += 1;
        state.issued += 1;
        Ok(Ok(Slot { limiter: Arc::clone(self), block }))
    }

    /// `then`, or the end of the run's time if that comes first.
    fn or_deadline(&self, then: Instant) -> Instant {
        self.state().deadline().map_or(then, |deadline| then.min(deadline))
    }

    /// What the server says of its limits: it lowers any limit, and raises a default.
    pub fn told(&self, per_minute: Option<u32>, per_day: Option<u32>) {
        let mut state = self.state();
        let (set, by) = (state.pace.limits, (state.pace.per_minute_set_by, state.pace.per_day_set_by));
        state.limits.per_minute = in_force(set.per_minute, by.0, per_minute, state.limits.per_minute);
        state.limits.per_day = in_force(set.per_day, by.1, per_day, state.limits.per_day);
    }

    /// When the next slot comes, if not at once; for the progress line.
    #[must_use]
    pub fn waits_until(&self) -> Option<Timestamp> {
        let mut state = self.state();
        state.forget_the_past(Instant::now(), self.clock.now());
        let then = match (state.paused_until, state.minute_obstacle()) {
            (Some(then), _) | (None, Some(Obstacle::Until(then))) => then,
            (None, Some(Obstacle::InFlight) | None) => return None,
        };
        self.clock.now().checked_add(then.saturating_duration_since(Instant::now())).ok()
    }

    fn ended(&self, block: Option<i64>) {
        let (now, wall) = (Instant::now(), self.clock.now());
        let mut state = self.state();
        state.in_flight -= 1;
        state.minute.push_back(now);
        match state.day.back_mut() {
            Some((ended_at, count)) if wall.duration_since(*ended_at).as_secs() < 1 => *count += 1,
            _ => state.day.push_back((wall, 1)),
        }
        state.day_used += 1;
        if let Some(id) = block {
            state.end_in_block(id, wall);
        }
        drop(state);
        self.freed.notify_waiters();
    }

    /// After a 429: everything waits as told, the pace is lower for a while, and others are left what they took.
    pub fn throttled(&self, told: Option<Duration>) {
        let now = Instant::now();
        let until = now + told.unwrap_or(UNSAID_WAIT).min(DAY);
        let mut state = self.state();
        state.forget_the_past(now, self.clock.now());
        let (limit, sent) = (state.limits.per_minute, state.minute.len() + state.in_flight as usize);
        state.others.refused(limit, told, sent, now);
        // What was on its way together is refused for one and the same reason.
        if state.paused_until.is_none() {
            state.governor.slow_down();
        }
        state.paused_until = Some(state.paused_until.map_or(until, |before| before.max(until)));
    }

    /// How many requests the last 24 hours hold, those in flight included.
    #[must_use]
    pub fn day_used(&self) -> u64 {
        let mut state = self.state();
        state.forget_the_past(Instant::now(), self.clock.now());
        state.day_used + u64::from(state.in_flight)
    }

    /// How many more the day allows; `None` without a limit.
    #[must_use]
    pub fn day_left(&self) -> Option<u64> {
        let used = self.day_used();
        let state = self.state();
        state.day_limit().map(|limit| limit.saturating_sub(used))
    }

    /// Whether the day allows so many requests more; more than a whole day allows are let go on.
    ///
    /// # Errors
    /// [`NoSlot::Exhausted`] with the time when it will.
    pub fn day_room(&self, count: u64) -> Result<(), NoSlot> {
        let mut state = self.state();
        state.forget_the_past(Instant::now(), self.clock.now());
        let Some(limit) = state.day_limit().filter(|limit| count <= *limit) else { return Ok(()) };
        let mut used = state.day_used + u64::from(state.in_flight);
        let mut day = state.day.iter();
        let mut freed_at = None;
        while used + count > limit {
            let Some((ended_at, freed)) = day.next() else { break };
            used = used.saturating_sub(u64::from(*freed));
            freed_at = Some(*ended_at);
        }
        match freed_at {
            Some(at) => Err(NoSlot::Exhausted { until: at.saturating_add(DAY).unwrap_or(Timestamp::MAX) }),
            None => Ok(()),
        }
    }

    /// The limits in force.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.state().limits
    }

    /// Writes down what was used; slots that are still in flight stay reserved.
    pub fn finish(&self) {
        let wall = self.clock.now();
        let mut state = self.state();
        let blocks: Vec<(i64, Block)> = state.blocks.iter().map(|(id, block)| (*id, *block)).collect();
        for (id, block) in blocks.into_iter().filter(|(_, block)| block.issued == block.ended) {
            state.close_block(id, block.issued, wall);
        }
    }
}

/// The limit that follows from what was set, by whom, and what the server says; without a word it stays.
fn in_force(set: Option<u32>, by: SetBy, told: Option<u32>, now: Option<u32>) -> Option<u32> {
    match (told, by) {
        (None, _) => now,
        (Some(told), SetBy::Default) => Some(told),
        (Some(told), SetBy::Person) => Some(set.map_or(told, |set| set.min(told))),
    }
}

impl State {
    fn day_limit(&self) -> Option<u64> {
        self.limits.per_day.map(|limit| u64::from(limit.saturating_sub(self.pace.reserve)))
    }

    fn deadline(&self) -> Option<Instant> {
        self.pace.budget.duration.map(|duration| self.started + duration)
    }

    fn within_budget(&self) -> Result<(), NoSlot> {
        if let Some(most) = self.pace.budget.requests.filter(|most| self.issued >= *most) {
            return Err(NoSlot::Spent(most));
        }
        match self.pace.budget.duration {
            Some(duration) if self.started.elapsed() >= duration => Err(NoSlot::TimeUp(duration)),
            _ => Ok(()),
        }
    }

    fn forget_the_past(&mut self, now: Instant, wall: Timestamp) {
        while self.minute.front().is_some_and(|ended| now.duration_since(*ended) >= MINUTE) {
            self.minute.pop_front();
        }
        while let Some((ended_at, count)) = self.day.front().copied() {
            if Duration::try_from(wall.duration_since(ended_at)).unwrap_or_default() < DAY {
                break;
            }
            self.day_used -= u64::from(count);
            self.day.pop_front();
        }
        self.others.forget_the_past(now);
        if self.paused_until.is_some_and(|until| until <= now) {
            self.paused_until = None;
        }
    }

    fn obstacle(&mut self, clock: &Clock) -> Result<Option<Obstacle>, NoSlot> {
        if self.day_limit().is_some_and(|limit| self.day_used + u64::from(self.in_flight) >= limit) {
            let first = self.day.front().map_or_else(|| clock.now(), |(ended_at, _)| *ended_at);
            return Err(NoSlot::Exhausted { until: first.saturating_add(DAY).unwrap_or(Timestamp::MAX) });
        }
        if let Some(until) = self.paused_until {
            let wait = until.saturating_duration_since(Instant::now());
            if wait > LONGEST_WAIT {
                let until = clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX);
                return Err(NoSlot::Exhausted { until });
            }
            return Ok(Some(Obstacle::Until(until)));
        }
        if let Some(obstacle) = self.minute_obstacle() {
            return Ok(Some(obstacle));
        }
        Ok(self.governor.check().map(Obstacle::Until))
    }

    fn minute_obstacle(&self) -> Option<Obstacle> {
        let limit = self.others.leave_of(self.limits.per_minute?) as usize;
        if self.minute.len() + self.in_flight as usize >= limit {
            let first = self.minute.front().map(|ended| *ended + MINUTE);
            return Some(first.map_or(Obstacle::InFlight, Obstacle::Until));
        }
        None
    }

    /// Takes a slot from the open block, after reserving a new one where the open one is used up.
    fn take_from_block(&mut self, now: Timestamp) -> Result<Option<i64>, NoSlot> {
        let Some(book) = &mut self.book else { return Ok(None) };
        if let Some((id, block)) = self.blocks.iter_mut().find(|(_, block)| block.issued < block.size) {
            block.issued += 1;
            return Ok(Some(*id));
        }
        let size = match self.limits.per_minute {
            Some(limit) => (limit / 10).clamp(1, LARGEST_BLOCK),
            None => BLOCK_WITHOUT_LIMIT,
        };
        let id = book.reserve(size, now).map_err(NoSlot::NotRecorded)?;
        self.blocks.insert(id, Block { size, issued: 1, ended: 0 });
        Ok(Some(id))
    }

    fn end_in_block(&mut self, id: i64, wall: Timestamp) {
        let Some(block) = self.blocks.get_mut(&id) else { return };
        block.ended += 1;
        let block = *block;
        if block.ended == block.size {
            self.close_block(id, block.size, wall);
        }
    }

    /// A block that cannot be closed counts in full after the next start: too much, never too little.
    fn close_block(&mut self, id: i64, used: u32, wall: Timestamp) {
        self.blocks.remove(&id);
        if let Some(book) = &mut self.book
            && let Err(message) = book.close(id, used, wall)
        {
            tracing::warn!(%message, "used quota could not be written down");
        }
    }
}

#[cfg(test)]
mod tests;
