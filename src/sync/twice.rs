//! Tells at a glance which hashes may have come twice: nearly all come once, and need not be sorted to see that.
//!
//! In: hashes, all of them once. Out: for each whether another one like it came. "No" is certain; "yes" may be said of one that
//! only shares its bit, so whoever hears it looks closer.

/// Places for each hash that is expected: when all of them have come, one of nine shares its own.
const PLACES_EACH: u64 = 8;
/// The most places, and the fewest. With too few of them more hashes are looked at closer.
const MOST: u64 = 1 << 26;
const FEWEST: u64 = 1 << 10;
/// Each place has two bits: that a hash came, and that another one did.
const PLACES_OF_A_WORD: u64 = 32;
/// Hashes that are noted together: what each of them looks for in memory is then waited for at once.
const AT_ONCE: usize = 256;

/// What is known of all places.
#[derive(Debug)]
pub(super) struct Twice {
    words: Vec<u64>,
    /// Hashes that are about to be noted.
    waiting: Vec<u64>,
    /// Takes the place of a hash from its last bits.
    mask: u64,
}

impl Twice {
    /// Begins, with room for so many hashes.
    pub(super) fn among(expected: u64) -> Self {
        let places = expected.saturating_mul(PLACES_EACH).clamp(FEWEST, MOST).next_power_of_two();
        let words = vec![0; usize::try_from(places / PLACES_OF_A_WORD).unwrap_or_default()];
        Self { words, waiting: Vec::with_capacity(AT_ONCE), mask: places - 1 }
    }

    /// Notes that a hash came.
    pub(super) fn note(&mut self, hash: u64) {
        self.waiting.push(hash);
        if self.waiting.len() == AT_ONCE {
            self.note_waiting();
        }
    }

    fn note_waiting(&mut self) {
        for hash in self.waiting.drain(..) {
            let (word, came) = place(hash, self.mask);
            let word = &mut self.words[word];
            *word |= came | (*word & came) << 1;
        }
    }

    /// The answers, once all hashes have come.
    pub(super) fn told(mut self) -> impl Fn(u64) -> bool {
        self.note_waiting();
        move |hash| {
            let (word, came) = place(hash, self.mask);
            self.words[word] & came << 1 != 0
        }
    }
}

/// The word of a hash, and the first bit of its place.
fn place(hash: u64, mask: u64) -> (usize, u64) {
    let place = hash & mask;
    let word = usize::try_from(place / PLACES_OF_A_WORD).unwrap_or_default();
    (word, 1 << (place % PLACES_OF_A_WORD * 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_came_twice_is_never_missed(
            hashes in prop::collection::vec(prop_oneof![0_u64..40, any::<u64>()], 0..700), expected in 0_u64..100,
        ) {
            let mut twice = Twice::among(expected);
            for hash in &hashes {
                twice.note(*hash);
            }
            let came_twice = twice.told();
            for hash in &hashes {
                let times = hashes.iter().filter(|it| *it == hash).count();
                prop_assert!(times < 2 || came_twice(*hash));
            }
        }
    }

    #[test]
    fn what_came_once_is_hardly_ever_suspected() {
        let hash = |number: u64| xxhash_rust::xxh3::xxh3_64(&number.to_le_bytes());
        let mut twice = Twice::among(10_000);
        (0..10_000).for_each(|number| twice.note(hash(number)));
        twice.note(hash(7));
        let came_twice = twice.told();
        let suspected = (0..10_000).filter(|number| came_twice(hash(*number))).count();
        assert!((1..1_500).contains(&suspected), "{suspected}");
    }
}
