//! Seeded lives of the whole core against the sandbox, in one process and on virtual time: faults at random, crashes
//! at any request and any await, signals, days that are used up, people at work meanwhile. After each life the
//! server's own store and log say whether every client is there exactly once.
//!
//! `LEAPSYNC_SIMULATION_SEEDS=100000` runs that many seeds instead of the usual ones, `LEAPSYNC_SIMULATION_FROM=5000`
//! begins at another one, and `LEAPSYNC_SIMULATION_SEED=42` replays one. Seeds that failed once stand in
//! `tests/simulation.seeds` and run first.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a proof says how much it has looked at")]

#[path = "../shared/check.rs"]
mod check;
#[path = "../shared/night.rs"]
#[expect(dead_code, reason = "told stories ask a night more than simulated ones do")]
mod night;
#[path = "../shared/world.rs"]
#[expect(dead_code, reason = "told stories ask a world more than simulated ones do")]
mod world;

mod controls;
mod faults;
mod file;
mod judge;
mod lives;
mod people;
mod quota;
mod seeds;
mod way;
