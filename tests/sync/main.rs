//! A whole run against the sandbox, in one process and on virtual time: what it sends, what it leaves alone, and how it
//! comes through faults, stops and crashes. The judge is the server's own store and log.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../shared/check.rs"]
mod check;
#[path = "../shared/night.rs"]
mod night;
#[path = "../shared/world.rs"]
mod world;

mod adopt;
mod broken_off;
mod contacts;
mod controls;
mod doors;
mod doubles;
mod edges;
mod faults;
mod fields;
mod first_import;
mod form;
mod gone;
mod holds;
mod interrupted;
mod mapping;
mod mend;
mod model;
mod preview;
mod quiet;
mod quota;
mod reasons;
mod refused;
mod requests;
mod rows;
mod saved;
mod verify;
