//! The arguments of `apply`, `holds` and `approve`.

use std::path::PathBuf;

use clap::Args;

use super::{PaceArguments, PageArguments, PlaceArguments, TEMPLATE};

#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, after_help = "\
Examples:
  leapsync holds                          what is held back, since when and why
  leapsync holds 3                        every change that hold 3 names
  leapsync holds --all                    closed ones too")]
pub(crate) struct HoldsArguments {
    /// The hold's number, or the beginning of its digest
    #[arg(value_name = "HOLD")]
    pub(crate) hold: Option<String>,
    /// Also holds that are closed
    #[arg(long, conflicts_with = "hold")]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) place: PlaceArguments,
}

#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, after_help = "\
Examples:
  leapsync approve 3                      hold 3, as `leapsync holds 3` shows it
  leapsync approve 5d41c0e9a7b3f210       the hold of this digest, and no other

What the file asks for besides, or asks for otherwise since, is not approved.")]
pub(crate) struct ApproveArguments {
    /// The hold's number, or its digest
    #[arg(value_name = "HOLD")]
    pub(crate) hold: String,
    #[command(flatten)]
    pub(crate) place: PlaceArguments,
}

#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, after_help = "\
Examples:
  leapsync plan clients.csv --out plan.json     looks, saves and prints the digest of the plan
  leapsync apply plan.json                      sends exactly that")]
pub(crate) struct ApplyArguments {
    /// The plan, as `leapsync plan --out` saved it
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    #[command(flatten)]
    pub(crate) pages: PageArguments,
    #[command(flatten)]
    pub(crate) pace: PaceArguments,
    #[command(flatten)]
    pub(crate) place: PlaceArguments,
}
