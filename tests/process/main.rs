//! Every client exactly once, whatever happens: proofs on the shipped program as a process, against the sandbox as
//! another one. The judge is the server's own store and request log, and the ledger as it lies on the disk.
//!
//! Each harness prints how many trials it made, and has a control: a trial that must fail. `LEAPSYNC_LONG=5` makes
//! five times as many trials; a trial that fails prints the command that repeats it alone. `LEAPSYNC_REAL_MINUTES=15` looks
//! at the quota for a quarter of an hour of real time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
mod judge;
mod rows;
mod shim;
mod station;
mod trials;

mod kills;
mod ledger_io;
mod power_loss;
mod real_time;
mod two_runs;
mod wire;
mod wire_cells;
