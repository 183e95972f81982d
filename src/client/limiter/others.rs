//! What others who use the same key take of the minute, learnt from refusals: nothing else tells it.
//!
//! In: a refusal, and how many of our own requests the minute held. Out: how much of the limit is ours. What others take
//! is left to them for a while; it never makes more of a limit than it is.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::MINUTE;

/// How long others are left what they took before half of it is tried again. Whoever works beside a run goes on, and each
/// trial that comes too early costs refusals.
const LEFT_FOR: Duration = Duration::from_mins(30);
/// Others do not send evenly: they are left one request more than they were seen to take.
const MARGIN: usize = 1;
/// The least that stays ours: a reading and the write behind it are two.
const LEAST: u32 = 2;

/// What is left to others.
#[derive(Debug)]
pub(super) struct Others {
    take: u32,
    since: Instant,
    /// When requests of ours were refused in the last minute: the server does not count them against its minute.
    refused: VecDeque<Instant>,
}

impl Others {
    pub(super) fn none_seen() -> Self {
        Self { take: 0, since: Instant::now(), refused: VecDeque::new() }
    }

    /// What is ours of `limit`.
    pub(super) fn leave_of(&self, limit: u32) -> u32 {
        limit.saturating_sub(self.take).max(limit / 2).max(limit.min(LEAST))
    }

    /// A request was refused while `sent` requests of ours were in the minute, or on their way. Others are not the cause
    /// where those of ours that were let in are fewer than half of the limit, and the minute is not where the server tells
    /// to wait for longer.
    pub(super) fn refused(&mut self, limit: Option<u32>, told: Option<Duration>, sent: usize, now: Instant) {
        self.refused.push_back(now);
        let Some(limit) = limit.map(|limit| limit as usize) else { return };
        let let_in = sent.saturating_sub(self.refused.len());
        if let_in * 2 < limit || told.is_some_and(|told| told > MINUTE) {
            return;
        }
        let take = limit.saturating_sub(let_in) + MARGIN;
        self.take = self.take.max(u32::try_from(take).unwrap_or(u32::MAX));
        self.since = now;
    }

    pub(super) fn forget_the_past(&mut self, now: Instant) {
        while self.refused.front().is_some_and(|at| now.duration_since(*at) >= MINUTE) {
            self.refused.pop_front();
        }
        if self.take > 0 && now.duration_since(self.since) >= LEFT_FOR {
            self.take /= 2;
            self.since = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_others_take_is_what_ours_do_not_fill() {
        let mut others = Others::none_seen();
        assert_eq!(others.leave_of(120), 120);
        // Five were on their way together: the last of them shows how many were let in.
        for refused in 0..5 {
            others.refused(Some(120), None, 115, Instant::now());
            assert_eq!(
                others.leave_of(120),
                120 - 1 - (120 - 115 + refused + 1),
                "after {refused} before it"
            );
        }
        assert_eq!(others.leave_of(120), 109);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_that_others_do_not_explain_takes_nothing_away() {
        let mut others = Others::none_seen();
        others.refused(Some(120), None, 40, Instant::now());
        others.refused(Some(120), Some(MINUTE * 10), 115, Instant::now());
        others.refused(None, None, 115, Instant::now());
        assert_eq!(others.leave_of(120), 120);
    }

    #[tokio::test(start_paused = true)]
    async fn others_who_are_gone_are_left_less_and_less() {
        let mut others = Others::none_seen();
        others.refused(Some(120), Some(MINUTE), 111, Instant::now());
        let mut left = vec![others.leave_of(120)];
        for _ in 0..4 {
            tokio::time::sleep(LEFT_FOR).await;
            others.forget_the_past(Instant::now());
            left.push(others.leave_of(120));
        }
        assert_eq!(left, [109, 115, 118, 119, 120]);
    }

    #[tokio::test(start_paused = true)]
    async fn half_of_a_limit_stays_ours_and_two_of_the_smallest() {
        let mut others = Others::none_seen();
        others.refused(Some(120), None, 61, Instant::now());
        assert_eq!(others.leave_of(120), 60);
        assert_eq!([4, 3, 2, 1].map(|limit| others.leave_of(limit)), [2, 2, 2, 1]);
    }
}
