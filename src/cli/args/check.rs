//! The arguments of `verify` and `doctor`.

use std::path::PathBuf;

use clap::Args;

use super::{PaceArguments, PlaceArguments, TEMPLATE};

#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, after_help = "\
Examples:
  leapsync verify                         what people changed in MakeLeaps, field by field; changes nothing
  leapsync verify --repair                set right what somebody wins, as `[drift]` in leapsync.toml says
  leapsync verify --repair --only 001022  this client only
  leapsync verify --json                  for scripts; the code is 3 when there is drift")]
pub(crate) struct VerifyArguments {
    /// Write back what the file's side wins, and let the ledger learn what MakeLeaps wins
    #[arg(long)]
    pub(crate) repair: bool,
    /// Look at this client only; may be given several times
    #[arg(long, value_name = "ID")]
    pub(crate) only: Vec<String>,
    #[command(flatten)]
    pub(crate) pace: PaceArguments,
    #[command(flatten)]
    pub(crate) place: PlaceArguments,
}

#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, after_help = "\
Examples:
  leapsync doctor                         configuration, ledger, key, clock, quota, and the server's own contract
  leapsync doctor clients.csv             also the file: its form, its columns, its first problems
  leapsync doctor -v                      every setting, and where it comes from
  leapsync doctor --json                  for scripts

It takes six requests, sends no write, and shows no key. Code 1: no run works; 3: the server differs from what leapsync
assumes, so that some rows will be refused.")]
pub(crate) struct DoctorArguments {
    /// The clients, as CSV, to be looked at too; `-` reads standard input
    #[arg(value_name = "CSV")]
    pub(crate) input: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) pace: PaceArguments,
    #[command(flatten)]
    pub(crate) place: PlaceArguments,
}
