//! The sandbox, asked with raw requests: every route, every switch, every fault, through both doors.
#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected ends there")]

#[path = "sandbox/served.rs"]
mod served;
#[path = "sandbox/world.rs"]
mod world;

#[path = "sandbox/clients.rs"]
mod clients;
#[path = "sandbox/contacts.rs"]
mod contacts;
#[path = "sandbox/control.rs"]
mod control;
#[path = "sandbox/doors.rs"]
mod doors;
#[path = "sandbox/faults.rs"]
mod faults;
#[path = "sandbox/files.rs"]
mod files;
#[path = "sandbox/gates.rs"]
mod gates;
#[path = "sandbox/pages.rs"]
mod pages;
#[path = "sandbox/switches.rs"]
mod switches;
