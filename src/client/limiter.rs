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

    /// After a 429: everything waits as told, and the pace is lower for a while.
    pub fn throttled(&self, told: Option<Duration>) {
        let until = Instant::now() + told.unwrap_or(UNSAID_WAIT).min(DAY);
        let mut state = self.state();
        state.paused_until = Some(state.paused_until.map_or(until, |before| before.max(until)));
        state.governor.slow_down();
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
        let limit = self.limits.per_minute? as usize;
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
mod tests {
    use super::*;
    use crate::settings::Budget;

    fn pace(per_minute: u32, per_day: u32) -> Pace {
        let limits = Limits { per_minute: Some(per_minute), per_day: Some(per_day) };
        Pace { limits, ..Pace::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_slot_is_free_again_sixty_seconds_after_the_answer_not_after_the_request() {
        let start = Instant::now();
        let limiter = Limiter::new(&pace(1, 100), Clock::system(), &[], None);
        let slot = limiter.slot().await.unwrap();
        tokio::time::sleep(Duration::from_secs(10)).await;
        drop(slot);
        let _second = limiter.slot().await.unwrap();
        assert_eq!(start.elapsed(), Duration::from_secs(70));
    }

    #[tokio::test(start_paused = true)]
    async fn the_days_end_is_told_with_the_time_when_it_can_go_on() {
        let clock = Clock::system();
        let limiter = Limiter::new(&pace(120, 2), clock, &[], None);
        drop(limiter.slot().await.unwrap());
        let first_end = clock.now();
        tokio::time::sleep(Duration::from_secs(5)).await;
        drop(limiter.slot().await.unwrap());
        let Err(NoSlot::Exhausted { until }) = limiter.slot().await else { panic!("the day is used up") };
        assert_eq!(until, first_end + DAY);
        tokio::time::sleep(DAY).await;
        assert!(limiter.slot().await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn what_an_earlier_run_used_counts() {
        let clock = Clock::system();
        let used = UsedSlots { ended_at: clock.now() - Duration::from_secs(20), count: 3 };
        let start = Instant::now();
        let limiter = Limiter::new(&pace(3, 100), clock, &[used], None);
        assert_eq!(limiter.day_used(), 3);
        let _slot = limiter.slot().await.unwrap();
        assert_eq!(start.elapsed(), Duration::from_secs(40));
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_429_everything_waits_as_told_and_a_long_wait_ends_the_run() {
        let start = Instant::now();
        let limiter = Limiter::new(&pace(120, 100), Clock::system(), &[], None);
        limiter.throttled(Some(Duration::from_secs(53)));
        drop(limiter.slot().await.unwrap());
        assert_eq!(start.elapsed(), Duration::from_secs(53));
        limiter.throttled(Some(Duration::from_hours(168)));
        assert!(matches!(limiter.slot().await, Err(NoSlot::Exhausted { .. })));
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_ends_when_its_requests_or_its_time_are_used_up() {
        let budget = Budget { requests: Some(2), duration: None };
        let limiter = Limiter::new(&Pace { budget, ..pace(120, 100) }, Clock::system(), &[], None);
        drop(limiter.slot().await.unwrap());
        drop(limiter.slot().await.unwrap());
        assert_eq!(limiter.slot().await.err(), Some(NoSlot::Spent(2)));
        let start = Instant::now();
        let minute = Duration::from_secs(30);
        let budget = Budget { requests: None, duration: Some(minute) };
        let limiter = Limiter::new(&Pace { budget, ..pace(1, 100) }, Clock::system(), &[], None);
        drop(limiter.slot().await.unwrap());
        assert_eq!(limiter.slot().await.err(), Some(NoSlot::TimeUp(minute)));
        assert_eq!(start.elapsed(), minute);
    }

    #[tokio::test(start_paused = true)]
    async fn the_server_lowers_any_limit_and_raises_a_default_only() {
        let limits = |pace: Pace, minute, day| {
            let limiter = Limiter::new(&pace, Clock::system(), &[], None);
            limiter.told(minute, day);
            (limiter.limits().per_minute, limiter.limits().per_day)
        };
        assert_eq!(limits(Pace::default(), Some(250), Some(20_000)), (Some(250), Some(20_000)));
        assert_eq!(limits(Pace::default(), Some(60), None), (Some(60), Some(5_000)));
        let set =
            Pace { per_minute_set_by: SetBy::Person, per_day_set_by: SetBy::Person, ..pace(100, 1_000) };
        assert_eq!(limits(set.clone(), Some(250), Some(20_000)), (Some(100), Some(1_000)));
        assert_eq!(limits(set, Some(50), Some(500)), (Some(50), Some(500)));
    }

    struct Notes(Arc<Mutex<Vec<String>>>);

    impl Book for Notes {
        fn reserve(&mut self, count: u32, _: Timestamp) -> Result<i64, String> {
            let mut notes = self.0.lock().map_err(|_| "poisoned")?;
            notes.push(format!("reserve {count}"));
            Ok(i64::try_from(notes.len()).unwrap_or_default())
        }

        fn close(&mut self, block: i64, used: u32, _: Timestamp) -> Result<(), String> {
            self.0.lock().map_err(|_| "poisoned")?.push(format!("close {block} {used}"));
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn slots_are_reserved_before_they_are_used_and_closed_when_they_ended() {
        let notes = Arc::new(Mutex::new(Vec::new()));
        let book = Box::new(Notes(Arc::clone(&notes)));
        let limiter = Limiter::new(&pace(20, 100), Clock::system(), &[], Some(book));
        for _ in 0..3 {
            drop(limiter.slot().await.unwrap());
        }
        limiter.finish();
        assert_eq!(*notes.lock().unwrap(), ["reserve 2", "close 1 2", "reserve 2", "close 3 1"]);
    }
}
