//! The pace below the windows: so many requests a second, fewer after a 429, and back again.
//!
//! The windows are the guarantee, this is manners. governor's own waiting ignores tokio's paused time, so it is only
//! asked, and the limiter waits.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

/// How long the pace stays lowered before it doubles again.
const RECOVERY: Duration = Duration::from_mins(1);

type Paced = RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Duration>>;

/// Tokio's time as governor wants to read it.
#[derive(Debug, Clone, Copy)]
struct TokioClock {
    origin: Instant,
}

impl GovernorClock for TokioClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.origin.elapsed()
    }
}

/// Holds the pace.
pub(super) struct Governor {
    full: Option<NonZeroU32>,
    rate: Option<NonZeroU32>,
    changed_at: Instant,
    paced: Option<Paced>,
    clock: TokioClock,
}

impl Governor {
    /// Starts at `per_second`; `None` is unpaced.
    pub(super) fn new(per_second: Option<u32>) -> Self {
        let origin = Instant::now();
        let full = per_second.and_then(NonZeroU32::new);
        let mut governor =
            Self { full, rate: None, changed_at: origin, paced: None, clock: TokioClock { origin } };
        governor.set(full);
        governor
    }

    fn set(&mut self, rate: Option<NonZeroU32>) {
        self.rate = rate;
        self.changed_at = Instant::now();
        self.paced = rate.map(|rate| RateLimiter::direct_with_clock(Quota::per_second(rate), self.clock));
    }

    /// Takes one request at the present pace; when it is too early, the time at which to ask again.
    pub(super) fn check(&mut self) -> Option<Instant> {
        if self.rate < self.full && self.changed_at.elapsed() >= RECOVERY {
            let doubled = self.rate.map(|rate| rate.saturating_mul(NonZeroU32::MIN.saturating_add(1)));
            self.set(doubled.min(self.full));
        }
        let too_early = self.paced.as_ref()?.check().err()?;
        Some(Instant::now() + too_early.wait_time_from(self.clock.now()))
    }

    /// Halves the pace.
    pub(super) fn slow_down(&mut self) {
        let half = self.rate.map(|rate| NonZeroU32::new(rate.get() / 2).unwrap_or(NonZeroU32::MIN));
        self.set(half);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many requests leave within a second of asking as soon as allowed, after the first burst.
    async fn in_a_second(governor: &mut Governor) -> u32 {
        while governor.check().is_none() {}
        let end = Instant::now() + Duration::from_secs(1);
        let mut sent = 0;
        while Instant::now() < end {
            match governor.check() {
                Some(then) => tokio::time::sleep_until(then).await,
                None => sent += 1,
            }
        }
        sent
    }

    #[tokio::test(start_paused = true)]
    async fn the_pace_halves_after_a_429_and_comes_back_after_a_minute() {
        let mut governor = Governor::new(Some(20));
        assert!((19..=21).contains(&in_a_second(&mut governor).await));
        governor.slow_down();
        assert!((9..=11).contains(&in_a_second(&mut governor).await));
        tokio::time::sleep(RECOVERY).await;
        assert!((19..=21).contains(&in_a_second(&mut governor).await));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_pace_nothing_waits() {
        let mut governor = Governor::new(None);
        assert!((0..1_000).all(|_| governor.check().is_none()));
    }
}
