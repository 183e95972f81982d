//! An iterator that runs ahead of its reader, on a thread of its own.
//!
//! In: an iterator. Out: the same items in the same order. A few batches are made in advance, never all of them, and an item that
//! weighs much is a batch of its own.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};
use std::vec;

/// What a batch weighs at most, unless it is one item.
const AT_ONCE: usize = 128;
/// Batches that wait to be read.
const WAITING: usize = 4;

/// The reader's end.
pub(super) struct Ahead<T> {
    batches: Receiver<Vec<T>>,
    batch: vec::IntoIter<T>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Ahead<T> {
    /// Starts; `weight` says how much of a batch an item is.
    pub(super) fn of(
        items: impl Iterator<Item = T> + Send + 'static,
        weight: impl Fn(&T) -> usize + Send + 'static,
    ) -> Self {
        let (to, batches) = sync_channel(WAITING);
        let thread = thread::spawn(move || {
            let mut items = items.peekable();
            while let Some(first) = items.next() {
                let mut filled = weight(&first);
                let mut batch = vec![first];
                while let Some(more) = items.next_if(|more| filled + weight(more) <= AT_ONCE) {
                    filled += weight(&more);
                    batch.push(more);
                }
                // Nobody reads any more.
                if to.send(batch).is_err() {
                    return;
                }
            }
        });
        Self { batches, batch: Vec::new().into_iter(), thread: Some(thread) }
    }
}

impl<T> Iterator for Ahead<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        if let Some(item) = self.batch.next() {
            return Some(item);
        }
        if let Ok(batch) = self.batches.recv() {
            self.batch = batch.into_iter();
            return self.batch.next();
        }
        // An end that is none would pass for clients that are gone.
        if let Some(Err(panicked)) = self.thread.take().map(JoinHandle::join) {
            resume_unwind(panicked);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn items_come_in_their_order_and_end_once() {
        for count in [0, 1, AT_ONCE, 10 * AT_ONCE + 3] {
            let mut ahead = Ahead::of(0..count, |_| 1);
            assert!(ahead.by_ref().eq(0..count));
            assert_eq!(ahead.next(), None);
        }
    }

    #[test]
    fn a_reader_that_stops_early_keeps_nobody_waiting() {
        let thread = {
            let mut ahead = Ahead::of(0.., |_| 1);
            assert_eq!(ahead.next(), Some(0));
            ahead.thread.take().unwrap()
        };
        thread.join().unwrap();
    }

    #[test]
    #[should_panic(expected = "on its way")]
    fn what_goes_wrong_ahead_is_no_end() {
        let broken = (0..1_000).inspect(|at| assert!(*at < 700, "on its way"));
        Ahead::of(broken, |_| 1).for_each(drop);
    }

    #[test]
    fn few_items_that_weigh_much_are_made_in_advance() {
        let made = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&made);
        let heavy = (0..1_000).inspect(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let mut ahead = Ahead::of(heavy, |_| AT_ONCE);
        assert_eq!(ahead.next(), Some(0));
        assert!(ahead.by_ref().take(100).eq(1..101));
        // One is read, some wait, one is in the sender's hand, and one was looked at.
        assert!(made.load(Ordering::SeqCst) <= 101 + WAITING + 3);
    }
}
