//! The arguments that name what a run writes, and those of `report`, which writes it again.

use std::path::PathBuf;

use clap::Args;

use super::{PlaceArguments, TEMPLATE};

/// What a run over a file writes.
#[derive(Debug, Clone, Args)]
pub(crate) struct FileArguments {
    /// Write what became of each row to this CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) results: Option<PathBuf>,
    /// Write the rows that were rejected or refused to this file, as they are, to be mended and fed back
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) pages: PageArguments,
}

/// What every run writes that sends something.
#[derive(Debug, Clone, Args)]
pub(crate) struct PageArguments {
    /// Write what happened to this file: one HTML page for people, to look at or to print
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Write the figures of the run to this file, for Prometheus' node exporter
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics: Option<PathBuf>,
}

#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, after_help = "\
Examples:
  leapsync report                           the last run, as leapsync-run-42.html
  leapsync report 41 --out tuesday.html     an earlier one, as long as the ledger keeps it
  leapsync report --out - > last.html       on standard output")]
pub(crate) struct ReportArguments {
    /// The run's number, as `leapsync history` shows it [default: the last run]
    #[arg(value_name = "RUN")]
    pub(crate) run: Option<i64>,
    /// The file to write; `-` is standard output [default: leapsync-run-RUN.html]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: PlaceArguments,
}
