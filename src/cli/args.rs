//! The arguments, as `--help` shows them.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use leapsync::config::Span;
use leapsync::settings::{Bound, OnGone};
use leapsync::texts::Language;

/// Makes the client list of MakeLeaps equal to a CSV export: safely, resumably, under a quota.
#[derive(Debug, Parser)]
#[command(name = "leapsync", version = version(), about, after_help = AFTER_HELP, subcommand_required = true)]
#[command(arg_required_else_help = true, disable_help_subcommand = true, help_template = TEMPLATE)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Speak English or Japanese: en, ja [default: as the locale says]
    // It is looked for by hand, before all else; here it is only known.
    #[arg(long, value_name = "LANGUAGE", global = true)]
    pub(crate) lang: Option<Language>,
}

/// Version, commit and SQLite, in one line.
fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let (version, commit) = (env!("CARGO_PKG_VERSION"), env!("LEAPSYNC_COMMIT"));
        format!("{version} (commit {commit}, SQLite {})", leapsync::ledger::sqlite_version())
    });
    &VERSION
}

/// What it is, examples, then the rest.
const TEMPLATE: &str = "{about}{after-help}\n\n{usage-heading} {usage}\n\n{all-args}";

const AFTER_HELP: &str = "\
Examples:
  leapsync plan clients.csv                      what would be sent, and what it costs
  leapsync sync clients.csv                      send it
  leapsync sync clients.csv --delete delete      also delete clients that are gone from the file
  leapsync failures                              what is not in sync, and why
  leapsync doctor                                the first thing to run when something is odd
  leapsync sandbox                               a server like the API, to rehearse against

The account comes from MAKELEAPS_CLIENT_ID and MAKELEAPS_CLIENT_SECRET (or MAKELEAPS_CLIENT_SECRET_FILE).";

mod check;
mod hold;
mod outputs;
mod sandbox;

pub(crate) use check::{DoctorArguments, VerifyArguments};
pub(crate) use hold::{ApplyArguments, ApproveArguments, HoldsArguments};
pub(crate) use outputs::{FileArguments, PageArguments, ReportArguments};
pub(crate) use sandbox::SandboxArguments;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show three days of a client list against a local sandbox; needs no account and no network
    Demo(DemoArguments),
    /// Read the CSV, compare it with the ledger, send what differs, and report
    Sync(Box<SyncArguments>),
    /// Show what `sync` would send and what it would cost; change nothing
    Plan(Box<PlanArguments>),
    /// Send exactly what a saved plan holds, or refuse when ledger, mapping or input have changed since
    Apply(Box<ApplyArguments>),
    /// Write a first leapsync.toml for a file, guessed from its headers and values
    Init(InitArguments),
    /// Show the last runs, the quota and how many clients are in which state
    Status(LookArguments),
    /// Show the runs, newest first: what each did and how it ended
    History(HistoryArguments),
    /// Show what is not in sync, and why
    Failures(LookArguments),
    /// Write the report of a run again: one HTML page for people
    Report(ReportArguments),
    /// Tell the whole story of one client: state, attempts, answers, and what to do next
    Why(ClientArguments),
    /// Show what guards have held back, or the exact list of one hold
    Holds(HoldsArguments),
    /// Let the next run do exactly what a hold names; the approval lasts seven days
    Approve(ApproveArguments),
    /// Try again what was attempted and did not end, without a CSV
    Retry(Box<RetryArguments>),
    /// Mark a refusal as known: it no longer makes the night end with 3 until the row changes
    Ack(ClientArguments),
    /// Link the clients that the account already holds
    Adopt(Box<AdoptArguments>),
    /// Compare MakeLeaps with the ledger: what people changed there, and who wins
    Verify(Box<VerifyArguments>),
    /// Check everything that a run needs: configuration, file, ledger, key, clock, quota, the server's contract
    Doctor(Box<DoctorArguments>),
    /// Keep the ledger safe
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Print what a shell needs to complete leapsync's commands
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page: `leapsync man > leapsync.1`
    Man,
    /// Serve a local API with quotas and faults, to rehearse against
    Sandbox(Box<SandboxArguments>),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct DemoArguments {
    /// Leave the sandbox running afterwards, until Ctrl-C
    #[arg(long)]
    pub(crate) keep: bool,
}

#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, after_help = "\
Examples:
  leapsync init export.csv                       writes leapsync.toml, with a reason for every line
  leapsync init export.csv --config erp.toml     writes erp.toml
  leapsync plan export.csv                       then: look at what it makes of the file")]
pub(crate) struct InitArguments {
    /// The clients, as the other system exports them
    #[arg(value_name = "CSV")]
    pub(crate) csv: PathBuf,
    /// The file to write; it must not be there yet
    #[arg(long, value_name = "FILE", default_value = leapsync::config::FILE_NAME)]
    pub(crate) config: PathBuf,
}

/// What becomes of clients that are gone from the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Gone {
    // They are listed.
    Report,
    // They are archived, where the server allows that.
    Archive,
    // They are deleted; a guard holds them back when they are too many.
    Delete,
}

impl Gone {
    /// What it means for a run.
    pub(crate) fn how(self) -> OnGone {
        match self {
            Self::Report => OnGone::Report,
            Self::Archive => OnGone::Archive,
            Self::Delete => OnGone::Delete,
        }
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    // For people.
    Text,
    // One JSON object a line.
    Json,
}

/// What every command that looks at a ledger takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct PlaceArguments {
    /// The ledger [default: leapsync.db beside the leapsync.toml in use, else in the working directory]
    #[arg(long, value_name = "FILE", env = "LEAPSYNC_LEDGER", hide_env_values = true)]
    pub(crate) ledger: Option<PathBuf>,
    /// The configuration [default: ./leapsync.toml, else leapsync/leapsync.toml in your configuration folder]
    #[arg(long, value_name = "FILE", env = "LEAPSYNC_CONFIG", hide_env_values = true)]
    pub(crate) config: Option<PathBuf>,
    /// Print one JSON object on stdout and nothing else there
    #[arg(long)]
    pub(crate) json: bool,
    /// How log lines are written: text, or json with one object a line
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text", hide_possible_values = true)]
    pub(crate) log_format: LogFormat,
    /// Say more: -v what is done, -vv every request
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say nothing when all is well
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct LookArguments {
    #[command(flatten)]
    pub(crate) place: PlaceArguments,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct HistoryArguments {
    /// So many runs at most
    #[arg(short = 'n', long, value_name = "N", default_value_t = 30)]
    pub(crate) last: usize,
    #[command(flatten)]
    pub(crate) place: PlaceArguments,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ClientArguments {
    /// The client's external id
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) place: PlaceArguments,
}

#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, after_help = "\
Examples:
  leapsync retry                          everything that did not end
  leapsync retry 001022 001077            these two
  leapsync retry 001077 --recreate        create it again, though people deleted it")]
pub(crate) struct RetryArguments {
    /// The clients' external ids; everything that did not end when there are none
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Create clients again that people deleted
    #[arg(long, requires = "ids")]
    pub(crate) recreate: bool,
    #[command(flatten)]
    pub(crate) pages: PageArguments,
    #[command(flatten)]
    pub(crate) pace: PaceArguments,
    #[command(flatten)]
    pub(crate) place: PlaceArguments,
}

/// By what clients without an external id are matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MatchBy {
    Name,
}

#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, after_help = "\
Examples:
  leapsync adopt                                      link clients by their external id
  leapsync adopt --match name clients.csv             propose links for clients without one
  leapsync adopt --match name clients.csv --write     and set their external ids")]
pub(crate) struct AdoptArguments {
    /// Also match clients without an external id with the rows of the CSV
    #[arg(long = "match", value_enum, value_name = "BY", requires = "input")]
    pub(crate) match_by: Option<MatchBy>,
    /// The rows to match with
    #[arg(value_name = "CSV", requires = "match_by")]
    pub(crate) input: Option<PathBuf>,
    /// Set the external ids of certain matches
    #[arg(long, requires = "match_by")]
    pub(crate) write: bool,
    #[command(flatten)]
    pub(crate) pace: PaceArguments,
    #[command(flatten)]
    pub(crate) place: PlaceArguments,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Copy the ledger to a new file, consistent even while a run goes on
    Backup(BackupArguments),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct BackupArguments {
    /// The new file
    #[arg(value_name = "FILE")]
    pub(crate) to: PathBuf,
    #[command(flatten)]
    pub(crate) place: PlaceArguments,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| *n > 0).ok_or_else(|| format!("`{text}` is not a number from 1 on"))
}

fn some_time(text: &str) -> Result<Span, String> {
    let span: Span = text.parse()?;
    if span.0.is_zero() { Err(format!("`{text}` is no time at all")) } else { Ok(span) }
}

/// How fast and how much at once.
#[derive(Debug, Clone, Args)]
pub(crate) struct PaceArguments {
    /// Requests in any 60 seconds; 0 for no limit [default: 120]
    #[arg(long, value_name = "N")]
    pub(crate) per_minute: Option<u32>,
    /// Requests in any 24 hours; 0 for no limit [default: 5000]
    #[arg(long, value_name = "N")]
    pub(crate) per_day: Option<u32>,
    /// End after so many requests, with code 5; the next run goes on
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max_requests: Option<u64>,
    /// End after so long, such as 90m, with code 5; the next run goes on
    #[arg(long, value_name = "TIME", value_parser = some_time)]
    pub(crate) max_duration: Option<Span>,
    /// Requests in flight at once [default: 8]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) concurrency: Option<usize>,
    /// The longest a request may take, such as 30s [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = some_time)]
    pub(crate) timeout: Option<Span>,
    /// How long after it was sent a create may still land; longer than the time-out [default: 120s]
    #[arg(long, value_name = "TIME", value_parser = some_time)]
    pub(crate) settle: Option<Span>,
}

/// What `sync` and `plan` share.
#[derive(Debug, Clone, Args)]
pub(crate) struct JobArguments {
    /// The clients, as CSV; `-` reads standard input
    #[arg(value_name = "CSV")]
    pub(crate) input: PathBuf,
    /// What becomes of clients that are gone from the file: they are listed, archived or deleted [default: report]
    #[arg(long, value_enum, value_name = "HOW")]
    pub(crate) delete: Option<Gone>,
    /// Hold all deletes back when there are more: a number or a share, such as 20 or 5% [default: 10, or 5% if more]
    #[arg(long, value_name = "N|P%")]
    pub(crate) max_deletes: Option<Bound>,
    /// Hold the run back when it changes more clients: a number or a share [default: 20, or 30% if more]
    #[arg(long, value_name = "N|P%")]
    pub(crate) max_updates: Option<Bound>,
    /// The file is not the whole list: clients that are not in it are not gone
    #[arg(long)]
    pub(crate) partial: bool,
    /// Look at this client only; may be given several times
    #[arg(long, value_name = "ID", conflicts_with = "partial")]
    pub(crate) only: Vec<String>,
    /// Create or change at most so many clients; nothing is deleted
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
    /// Do not read the remote list before the first create of a new ledger: for empty sandboxes only
    #[arg(long)]
    pub(crate) no_adopt: bool,
    /// Go on though the mapping changed since the last run; look at the plan first
    #[arg(long)]
    pub(crate) accept_mapping: bool,
    #[command(flatten)]
    pub(crate) pace: PaceArguments,
    #[command(flatten)]
    pub(crate) place: PlaceArguments,
}

#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, after_help = "\
Examples:
  leapsync sync clients.csv
  leapsync sync clients.csv --results results.csv     one line for each row: what became of it
  leapsync sync clients.csv --delete delete           also delete what is gone from the file
  leapsync sync clients.csv -q --json >> nightly.log  for cron

A run that was stopped, by a signal or by the day's quota, is simply started again.")]
pub(crate) struct SyncArguments {
    #[command(flatten)]
    pub(crate) files: FileArguments,
    /// Plan only: the same as `leapsync plan`
    #[arg(long, conflicts_with_all = ["results", "rejects", "report", "metrics"])]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) job: JobArguments,
}

#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, after_help = "\
Examples:
  leapsync plan clients.csv
  leapsync plan clients.csv -v               every change, not only the first of each kind
  leapsync plan clients.csv --html plan.html a page for those who decide
  leapsync plan clients.csv --exit-code      ends with 6 when there are changes")]
pub(crate) struct PlanArguments {
    /// Save the plan to this file, to be approved and applied later by `leapsync apply FILE`
    #[arg(long, value_name = "FILE", conflicts_with = "limit")]
    pub(crate) out: Option<PathBuf>,
    /// End with code 6 when there are changes
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Print the plan as Markdown, for a pull request or a mail
    #[arg(long, conflicts_with = "json")]
    pub(crate) markdown: bool,
    /// Write the plan to this file: one HTML page, to look at or to print
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) job: JobArguments,
}
