//! Many trials, several at once: each has a number that is also its seed. `LEAPSYNC_LONG=5` makes five times as many,
//! `LEAPSYNC_TRIAL=17` makes that one only.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// So many failures are shown.
const SHOWN: usize = 5;

/// How much longer than usual the suite may run.
pub(crate) fn longer() -> u64 {
    variable("LEAPSYNC_LONG").unwrap_or(1).max(1)
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Makes trials 0 to `count`, `at_once` of them at a time; says how many there were and which failed.
#[expect(clippy::disallowed_methods, reason = "the time that processes take is no virtual time")]
pub(crate) fn each(test: &str, count: u64, at_once: usize, trial: impl Fn(u64) -> Result<(), String> + Sync) {
    let begun = Instant::now();
    let (from, to) = variable("LEAPSYNC_TRIAL").map_or((0, count), |one| (one, one + 1));
    let next = AtomicU64::new(from);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= to {
                        break;
                    }
                    let outcome = catch_unwind(AssertUnwindSafe(|| trial(number)));
                    let outcome = outcome.unwrap_or_else(|_| Err("it panicked, see above".to_owned()));
                    if let Err(why) = outcome {
                        failures.lock().unwrap().push((number, why));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    say(&format!("{test}: {} trials in {:.0} s", to - from, begun.elapsed().as_secs_f64()));
    let shown = failures.iter().take(SHOWN).map(|(number, why)| {
        format!("trial {number}: {why}\nagain: LEAPSYNC_TRIAL={number} cargo test --test process {test}\n")
    });
    assert!(failures.is_empty(), "{} trials failed\n{}", failures.len(), shown.collect::<String>());
}

/// Says something that a reader of the test's output wants to know.
#[expect(clippy::print_stderr, reason = "tests have no other way to say what they did")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}
