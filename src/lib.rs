//! leapsync makes the client list of `MakeLeaps` equal to a CSV export: safely, resumably, under a quota.

pub mod client;
pub mod clock;
pub mod config;
pub mod event;
pub mod guard;
pub mod guess;
pub mod journal;
pub mod ledger;
pub mod mapping;
pub mod operation;
pub mod page;
pub mod plan;
pub mod record;
pub mod rejects;
pub mod report;
pub mod results;
pub mod sandbox;
pub mod saved;
pub mod secret;
pub mod settings;
pub mod source;
pub mod spool;
pub mod sync;
pub mod texts;
pub mod wire;
pub mod witness;
