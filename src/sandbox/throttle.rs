//! The two throttles, counted as Django REST Framework's `SimpleRateThrottle` counts.
//!
//! In: the time of each request that got past authentication. Out: whether it may pass, and when to come back. Both throttles are asked
//! every time: what the minute refuses still enters the day's log, and the other way round.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The short window.
pub(super) const MINUTE: Duration = Duration::from_mins(1);
/// The long window.
pub(super) const DAY: Duration = Duration::from_hours(24);

/// What the throttles say to a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Verdict {
    Pass,
    /// Refused; the wait is missing when a limit was lowered below what its log already holds.
    Refuse(Option<u64>),
}

/// Limit and use of one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gauge {
    pub(super) limit: Option<u32>,
    pub(super) used: usize,
}

impl Gauge {
    /// What is left, zero when the limit was lowered below the use.
    pub(super) fn remaining(self) -> Option<usize> {
        self.limit.map(|limit| (limit as usize).saturating_sub(self.used))
    }
}

/// One throttle: the requests of its window, oldest first.
#[derive(Debug)]
struct Window {
    length: Duration,
    limit: Option<u32>,
    log: VecDeque<Timestamp>,
}

impl Window {
    fn new(length: Duration, limit: Option<u32>) -> Self {
        Self { length, limit, log: VecDeque::new() }
    }

    fn forget_before(&mut self, now: Timestamp) {
        while self.log.front().is_some_and(|oldest| age(now, *oldest) >= self.length) {
            self.log.pop_front();
        }
    }

    /// `Ok` lets the request pass and notes it; `Err` carries the wait in seconds, if there is one.
    fn ask(&mut self, now: Timestamp) -> Result<(), Option<f64>> {
        self.forget_before(now);
        let held = self.log.len();
        if let Some(limit) = self.limit.map(|limit| limit as usize)
            && held >= limit
        {
            return Err(self.wait(now, limit, held));
        }
        self.log.push_back(now);
        Ok(())
    }

    fn wait(&self, now: Timestamp, limit: usize, held: usize) -> Option<f64> {
        if held > limit {
            return None;
        }
        let waited = self.log.front().map_or(Duration::ZERO, |oldest| age(now, *oldest));
        Some(self.length.saturating_sub(waited).as_secs_f64())
    }
}

/// How old a log entry is.
fn age(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(then)).unwrap_or(Duration::ZERO)
}

/// The minute's and the day's throttle of the one key.
#[derive(Debug)]
pub(super) struct Throttles {
    minute: Window,
    day: Window,
    /// Every request that was ever asked about, refused ones too: the evidence for quota invariants.
    asked: Vec<Timestamp>,
}

impl Throttles {
    pub(super) fn new(per_minute: Option<u32>, per_day: Option<u32>) -> Self {
        Self { minute: Window::new(MINUTE, per_minute), day: Window::new(DAY, per_day), asked: Vec::new() }
    }

    pub(super) fn set_limits(&mut self, per_minute: Option<u32>, per_day: Option<u32>) {
        self.minute.limit = per_minute;
        self.day.limit = per_day;
    }

    pub(super) fn limits(&self) -> (Option<u32>, Option<u32>) {
        (self.minute.limit, self.day.limit)
    }

    /// Asks both throttles about a request that came in at `now`.
    pub(super) fn ask(&mut self, now: Timestamp) -> Verdict {
        self.asked.push(now);
        let answers = [self.minute.ask(now), self.day.ask(now)];
        if answers.iter().all(Result::is_ok) {
            return Verdict::Pass;
        }
        let longest = answers.into_iter().filter_map(Result::err).flatten().reduce(f64::max);
        Verdict::Refuse(longest.map(whole_seconds))
    }

    /// The state of the minute and of the day at `now`.
    pub(super) fn gauges(&mut self, now: Timestamp) -> [Gauge; 2] {
        [&mut self.minute, &mut self.day].map(|window| {
            window.forget_before(now);
            Gauge { limit: window.limit, used: window.log.len() }
        })
    }

    /// The largest number of requests in any window of this length.
    pub(super) fn most_in_any(&self, window: Duration) -> usize {
        let length = SignedDuration::try_from(window).unwrap_or(SignedDuration::MAX);
        let mut first = 0;
        let mut most = 0;
        for (last, at) in self.asked.iter().enumerate() {
            while at.duration_since(self.asked[first]) >= length && first < last {
                first += 1;
            }
            most = most.max(last + 1 - first);
        }
        most
    }
}

/// Rounds up, as the framework does for `Retry-After`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a wait lies between 0 and 86,400 seconds"
)]
fn whole_seconds(wait: f64) -> u64 {
    wait.ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time")
    }

    #[test]
    fn a_request_refused_by_the_minute_still_burns_the_day() {
        let mut throttles = Throttles::new(Some(2), Some(5));
        assert_eq!(throttles.ask(at(0)), Verdict::Pass);
        assert_eq!(throttles.ask(at(10)), Verdict::Pass);
        assert_eq!(throttles.ask(at(20)), Verdict::Refuse(Some(40)));
        assert_eq!(throttles.gauges(at(20))[1].used, 3);
    }

    #[test]
    fn the_window_opens_again_exactly_when_its_oldest_request_is_sixty_seconds_old() {
        let mut throttles = Throttles::new(Some(1), None);
        assert_eq!(throttles.ask(at(0)), Verdict::Pass);
        assert_eq!(throttles.ask(at(59)), Verdict::Refuse(Some(1)));
        assert_eq!(throttles.ask(at(60)), Verdict::Pass);
    }

    #[test]
    fn a_limit_lowered_below_the_log_refuses_without_a_wait() {
        let mut throttles = Throttles::new(Some(5), None);
        for second in 0..4 {
            throttles.ask(at(second));
        }
        throttles.set_limits(Some(2), None);
        assert_eq!(throttles.ask(at(5)), Verdict::Refuse(None));
    }

    #[test]
    fn the_fullest_window_is_found_and_its_far_end_is_outside() {
        let mut throttles = Throttles::new(None, None);
        for second in [0, 30, 60, 61, 119, 300] {
            throttles.ask(at(second));
        }
        assert_eq!(throttles.most_in_any(MINUTE), 3);
    }
}
