//! leapsync makes the client list of `MakeLeaps` equal to a CSV export: safely, resumably, under a quota.

pub mod clock;
pub mod journal;
pub mod mapping;
pub mod operation;
pub mod record;
pub mod sandbox;
pub mod secret;
pub mod settings;
pub mod source;
pub mod spool;
pub mod wire;
