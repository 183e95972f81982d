//! The arguments of `sandbox`.

use std::path::PathBuf;

use clap::Args;
use leapsync::sandbox::{FaultPlan, Switches};

use super::TEMPLATE;

#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, after_help = "\
Example:
  leapsync sandbox --port 8787
  # in another terminal, with the four lines that it prints exported:
  leapsync sync samples/clients.csv

Its page at http://127.0.0.1:8787/ shows clients, documents, requests and quota, and lets people edit and delete.
The sandbox listens on this machine only. Its ids and its key are the same for the same --seed.")]
pub(crate) struct SandboxArguments {
    /// The port; 0 lets the system choose
    #[arg(long, default_value_t = 8787)]
    pub(crate) port: u16,
    /// Requests in any 60 seconds; 0 for no limit
    #[arg(long, value_name = "N", default_value_t = 120)]
    pub(crate) per_minute: u32,
    /// Requests in any 24 hours; 0 for no limit
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    pub(crate) per_day: u32,
    /// The seed of its ids, its key and its faults
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Begin with so many invented clients
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed_clients: u32,
    /// Keep the account in this file between two lives of the sandbox
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// Append every request to this file, as JSON lines
    #[arg(long, value_name = "FILE")]
    pub(crate) request_log: Option<PathBuf>,
    /// Act out faults: `lost-after:POST:every=7,503-before:p=0.1`; what each part means is in the README
    #[arg(long, value_name = "PLAN", default_value = "", hide_default_value = true)]
    pub(crate) fault: FaultPlan,
    /// Decide open points of the API otherwise: `list-order=newest-first,external-ids=unique`
    #[arg(long, value_name = "SWITCHES", default_value = "", hide_default_value = true)]
    pub(crate) switch: Switches,
}
