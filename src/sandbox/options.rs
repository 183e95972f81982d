//! How a sandbox is set up: its seed, its quotas, its files, its switches and its faults.
//!
//! In: plain values from whoever starts it. Out: the same values, read by the rules. Nothing here acts.

use std::path::PathBuf;
use std::time::Duration;

use super::fault::FaultPlan;
use super::switches::Switches;

/// The documented quota of one key: requests a minute.
pub const PER_MINUTE: u32 = 120;
/// The documented quota of one key: requests a day.
pub const PER_DAY: u32 = 5_000;
/// How long a token lives on the real server.
const TOKEN_LIFETIME: Duration = Duration::from_hours(10);

/// What a sandbox starts with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Decides every id, token, invented client and stroke of chance.
    pub seed: u64,
    /// Requests allowed in 60 seconds; `None` means no such limit.
    pub per_minute: Option<u32>,
    /// Requests allowed in 24 hours; `None` means no such limit.
    pub per_day: Option<u32>,
    /// How many invented clients the account holds at the start.
    pub seed_clients: u32,
    /// Where each request is appended as a JSON line.
    pub log_file: Option<PathBuf>,
    /// Where the account is kept between two lives of the sandbox.
    pub data_file: Option<PathBuf>,
    /// How the undocumented points of the API are decided.
    pub switches: Switches,
    /// What goes wrong, and when.
    pub faults: FaultPlan,
    /// How long a token is good for.
    pub token_lifetime: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            per_minute: Some(PER_MINUTE),
            per_day: Some(PER_DAY),
            seed_clients: 0,
            log_file: None,
            data_file: None,
            switches: Switches::default(),
            faults: FaultPlan::default(),
            token_lifetime: TOKEN_LIFETIME,
        }
    }
}
