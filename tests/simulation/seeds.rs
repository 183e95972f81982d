//! Many seeds: those that failed once first, then as many as asked for, on two threads.

use std::env;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::lives::{Story, live};
use crate::way::Spoilt;

/// As many as fit into the time of a usual test run.
const USUAL: u64 = 2_000;
/// Longer than all that the lives of a seed wait for, by far.
const LONGEST: Duration = Duration::from_hours(24 * 100);
/// So many failures are told; more would only repeat them.
const MOST_TOLD: usize = 10;

/// Runs one seed in a time of its own.
pub(crate) fn outcome(seed: u64, spoilt: Spoilt) -> Result<Story, String> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().unwrap();
    let ended = runtime.block_on(async { tokio::time::timeout(LONGEST, Box::pin(live(seed, spoilt))).await });
    ended.unwrap_or_else(|_| Err("a run never ends".to_owned()))
}

/// Runs all of `seeds` on two threads and gives back what each of them came to.
pub(crate) fn outcomes(seeds: &[u64], spoilt: Spoilt) -> Vec<(u64, Result<Story, String>)> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = outcome(*seed, spoilt);
                    found.lock().unwrap().push((*seed, outcome));
                }
            });
        }
    });
    found.into_inner().unwrap()
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap())
}

/// Seeds that failed once, one a line; what stands behind `#` says why.
fn failed_once() -> Vec<u64> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/simulation.seeds");
    let text = fs::read_to_string(path).unwrap();
    let seeds = text.lines().map(|line| line.split('#').next().unwrap().trim());
    seeds.filter(|seed| !seed.is_empty()).map(|seed| seed.parse().unwrap()).collect()
}

fn chosen() -> Vec<u64> {
    if let Some(seed) = number("LEAPSYNC_SIMULATION_SEED") {
        return vec![seed];
    }
    let from = number("LEAPSYNC_SIMULATION_FROM").unwrap_or(1);
    let count = number("LEAPSYNC_SIMULATION_SEEDS").unwrap_or(USUAL);
    failed_once().into_iter().chain(from..from + count).collect()
}

#[test]
fn every_client_is_there_exactly_once_whatever_happens() {
    let seeds = chosen();
    let outcomes = outcomes(&seeds, Spoilt::Nothing);
    let mut sum = Story::default();
    let mut failures = Vec::new();
    for (seed, outcome) in outcomes {
        match outcome {
            Ok(Story { lives, cut_off, requests, struck, clients, held }) => {
                sum.lives += lives;
                sum.cut_off += cut_off;
                sum.requests += requests;
                sum.struck += struck;
                sum.clients += clients;
                sum.held += held;
            }
            Err(fault) => failures.push((seed, fault)),
        }
    }
    println!("{} seeds: {sum:?}", seeds.len());
    for (seed, fault) in failures.iter().take(MOST_TOLD) {
        println!("seed {seed}: {fault}");
        println!("    LEAPSYNC_SIMULATION_SEED={seed} cargo nextest run --test simulation exactly_once");
    }
    assert!(failures.is_empty(), "{} of {} seeds failed", failures.len(), seeds.len());
}
