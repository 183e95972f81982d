//! When the requests of a run left: counts in stretches of equal length.
//!
//! In: the time of each request. Out: the counts since the first one. A long run has longer stretches, so that what is kept
//! stays small; each length is a whole number of the one before it.

use std::time::Duration;

use tokio::time::Instant;

/// The lengths of a stretch, in seconds. Up to a minute each divides a minute, so that stretches add up to minutes.
const LENGTHS: [u64; 5] = [5, 15, 60, 300, 1_800];
/// So many stretches are kept: half an hour at the first length, a day at the fourth.
const MOST: usize = 360;

/// How many requests left when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rhythm {
    begun: Option<Instant>,
    /// Which of the lengths is in use.
    length: usize,
    counts: Vec<u32>,
}

impl Rhythm {
    /// How long each stretch is.
    #[must_use]
    pub fn stretch(&self) -> Duration {
        Duration::from_secs(LENGTHS[self.length])
    }

    /// The requests of each stretch, the first one beginning with the first request.
    #[must_use]
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// Takes in one request.
    pub(super) fn count(&mut self, now: Instant) {
        let begun = *self.begun.get_or_insert(now);
        let seconds = now.saturating_duration_since(begun).as_secs();
        let place = |length: usize| usize::try_from(seconds / LENGTHS[length]).unwrap_or(usize::MAX);
        while place(self.length) >= MOST && self.length + 1 < LENGTHS.len() {
            self.lengthen();
        }
        // Nothing runs for a week; if it did, the last stretch would be the long one.
        let place = place(self.length).min(MOST - 1);
        if self.counts.len() <= place {
            self.counts.resize(place + 1, 0);
        }
        self.counts[place] += 1;
    }

    fn lengthen(&mut self) {
        let together = usize::try_from(LENGTHS[self.length + 1] / LENGTHS[self.length]).unwrap_or(1);
        self.counts = self.counts.chunks(together).map(|chunk| chunk.iter().sum()).collect();
        self.length += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: &[u64]) -> Rhythm {
        let begun = Instant::now();
        let mut rhythm = Rhythm::default();
        for second in seconds {
            rhythm.count(begun + Duration::from_secs(*second));
        }
        rhythm
    }

    #[tokio::test(start_paused = true)]
    async fn a_short_run_is_told_in_stretches_of_five_seconds() {
        let rhythm = after(&[0, 1, 4, 5, 17]);
        assert_eq!((rhythm.stretch().as_secs(), rhythm.counts()), (5, &[3, 1, 0, 1][..]));
        assert_eq!(Rhythm::default().counts(), &[0_u32; 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_run_has_longer_stretches_and_loses_no_request() {
        for (hours, stretch) in [(1, 15), (5, 60), (23, 300), (100, 1_800)] {
            let seconds: Vec<u64> = (0..hours * 60).map(|minute| minute * 60).collect();
            let rhythm = after(&seconds);
            assert_eq!(rhythm.stretch().as_secs(), stretch, "{hours} hours");
            assert!(rhythm.counts().len() <= MOST);
            assert_eq!(rhythm.counts().iter().sum::<u32>() as usize, seconds.len());
        }
    }
}
