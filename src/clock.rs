//! The one clock: wall time for the record, derived from tokio's time so that tests can make it virtual.
//!
//! In: the wall time at the start, read once. Out: timestamps. Nothing else in the project asks the system for the time.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// Tells the wall time as the time at its creation plus what tokio's clock has counted since.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    wall: Timestamp,
    origin: Instant,
}

impl Clock {
    /// Starts from the system's wall time.
    #[must_use]
    pub fn system() -> Self {
        Self::starting_at(Timestamp::now())
    }

    /// Starts from a given wall time, for tests and simulations.
    #[must_use]
    pub fn starting_at(wall: Timestamp) -> Self {
        Self { wall, origin: Instant::now() }
    }

    /// The wall time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let elapsed = Instant::now().saturating_duration_since(self.origin);
        self.wall.saturating_add(elapsed).unwrap_or(Timestamp::MAX)
    }

    /// How long ago `then` was; zero when it lies in the future (a clock that was set back).
    #[must_use]
    pub fn since(&self, then: Timestamp) -> Duration {
        Duration::try_from(self.now().duration_since(then)).unwrap_or(Duration::ZERO)
    }

    /// The tokio instant at which the wall clock will show `then`; now when that is past.
    #[must_use]
    pub fn instant_of(&self, then: Timestamp) -> Instant {
        let ahead = Duration::try_from(then.duration_since(self.now())).unwrap_or(Duration::ZERO);
        Instant::now() + ahead
    }
}
