//! An iterator that runs ahead of its reader, on a thread of its own.
//!
//! In: an iterator. Out: the same items in the same order. A few batches are made in advance, never all of them.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};
use std::vec;

/// Items of a batch.
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
    /// Starts.
    pub(super) fn of(mut items: impl Iterator<Item = T> + Send + 'static) -> Self {
        let (to, batches) = sync_channel(WAITING);
        let thread = thread::spawn(move || {
            loop {
                let mut batch = Vec::with_capacity(AT_ONCE);
                batch.extend(items.by_ref().take(AT_ONCE));
                let is_last = batch.len() < AT_ONCE;
                // Else nobody reads any more.
                let is_read = batch.is_empty() || to.send(batch).is_ok();
                if is_last || !is_read {
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
            let mut ahead = Ahead::of(0..count);
            assert!(ahead.by_ref().eq(0..count));
            assert_eq!(ahead.next(), None);
        }
    }

    #[test]
    fn a_reader_that_stops_early_keeps_nobody_waiting() {
        let thread = {
            let mut ahead = Ahead::of(0..);
            assert_eq!(ahead.next(), Some(0));
            ahead.thread.take().unwrap()
        };
        thread.join().unwrap();
    }

    #[test]
    #[should_panic(expected = "on its way")]
    fn what_goes_wrong_ahead_is_no_end() {
        let broken = (0..1_000).inspect(|at| assert!(*at < 700, "on its way"));
        Ahead::of(broken).for_each(drop);
    }

    #[test]
    fn a_few_batches_are_made_in_advance() {
        let made = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&made);
        let items = (0..100 * AT_ONCE).inspect(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let mut ahead = Ahead::of(items);
        assert!(ahead.by_ref().take(AT_ONCE).eq(0..AT_ONCE));
        // One is read, some wait, one is in the sender's hand.
        let most = AT_ONCE * (WAITING + 2);
        // Whoever makes more, or less, would be seen after a while.
        let made_so_far = || {
            thread::yield_now();
            made.load(Ordering::SeqCst)
        };
        (0..1_000_000).find(|_| made_so_far() >= most);
        (0..1_000).find(|_| made_so_far() > most);
        assert_eq!(made.load(Ordering::SeqCst), most);
    }
}
