//! Counts the requests of a run as they leave.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Method;
use serde::Serialize;
use tokio::time::Instant;

mod rhythm;

pub use rhythm::Rhythm;

/// Requests by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Requests {
    /// All of them, the token call included.
    pub total: u64,
    /// POST requests.
    pub post: u64,
    /// PATCH requests.
    pub patch: u64,
    /// DELETE requests.
    pub delete: u64,
    /// GET requests.
    pub get: u64,
    /// OPTIONS requests.
    pub options: u64,
    /// Answers 429.
    pub throttled: u64,
    /// Requests that were sent again.
    pub retried: u64,
    /// The most that left within any 60 seconds.
    pub max_in_60s: u64,
}

/// Counts requests; shared by everything that sends.
#[derive(Debug, Default)]
pub struct Tally {
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    requests: Requests,
    /// When the requests of the last minute left.
    recent: VecDeque<Instant>,
    rhythm: Rhythm,
}

impl Tally {
    /// What was counted so far.
    #[must_use]
    pub fn requests(&self) -> Requests {
        self.counts().requests
    }

    /// When they left.
    #[must_use]
    pub fn rhythm(&self) -> Rhythm {
        self.counts().rhythm.clone()
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn count(&self, method: &Method) {
        let now = Instant::now();
        let mut counts = self.counts();
        let Counts { requests, recent, rhythm } = &mut *counts;
        rhythm.count(now);
        requests.total += 1;
        match method.as_str() {
            "POST" => requests.post += 1,
            "PATCH" => requests.patch += 1,
            "DELETE" => requests.delete += 1,
            "OPTIONS" => requests.options += 1,
            _ => requests.get += 1,
        }
        recent.push_back(now);
        while recent.front().is_some_and(|sent| now.duration_since(*sent) >= Duration::from_mins(1)) {
            recent.pop_front();
        }
        requests.max_in_60s = requests.max_in_60s.max(recent.len() as u64);
    }

    pub(super) fn count_throttled(&self) {
        self.counts().requests.throttled += 1;
    }

    /// Counts one request that is sent again.
    pub fn count_retried(&self) {
        self.counts().requests.retried += 1;
    }
}
