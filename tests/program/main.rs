//! The shipped program against the sandbox as a process, over real HTTP: what people see, what scripts read, what
//! files hold, and what is left after signals and kills.
#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected ends there")]

mod exposition;
mod redact;
mod rejects;
mod server;
mod station;

mod codes;
mod doctor;
mod doubles;
mod exports;
mod freee;
mod inputs;
mod japanese;
mod kill;
mod metrics;
mod pipes;
mod report;
mod results;
mod screens;
mod secrets;
mod signals;
mod summary;
mod verify;
