//! The command line: the only part of the project that reads the environment, prints and exits.

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

mod args;
mod demo;
mod doctor;
mod errors;
mod files;
mod help;
mod hold_screen;
mod holds;
mod init;
mod json_list;
mod language;
mod logs;
mod look;
mod manual;
mod mend;
mod metrics;
mod next;
mod numbers;
mod output;
mod place;
mod plan_json;
mod plan_pages;
mod plan_screen;
mod progress;
mod report;
mod run;
mod run_files;
mod sandbox;
mod signals;
mod style;
mod summary_screen;
mod table;
mod usage;
mod verify;
mod verify_screen;
mod why;
mod wording;

use args::{Arguments, Command, LedgerCommand};

/// Wrong usage.
const USAGE: u8 = 2;

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let texts = language::texts();
    let command = help::in_language(texts, Arguments::command());
    let parsed = command.try_get_matches().and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            usage::show(texts, &error);
            return ExitCode::from(if error.use_stderr() { USAGE } else { 0 });
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return ExitCode::from(errors::show(&error.into())),
    };
    let code = runtime.block_on(async {
        match arguments.command {
            Command::Demo(arguments) => Box::pin(demo::run(arguments)).await,
            Command::Sync(arguments) => Box::pin(run::sync(arguments)).await,
            Command::Plan(arguments) => Box::pin(run::plan(arguments)).await,
            Command::Sandbox(arguments) => sandbox::serve(arguments).await,
            Command::Init(arguments) => init::init(&arguments),
            Command::Completions { shell } => Ok(manual::completions(shell)),
            Command::Man => manual::man(),
            Command::Status(arguments) => look::status(&arguments),
            Command::History(arguments) => look::history(&arguments),
            Command::Why(arguments) => why::why(&arguments),
            Command::Apply(arguments) => Box::pin(mend::apply(arguments)).await,
            Command::Holds(arguments) => holds::holds(&arguments),
            Command::Approve(arguments) => holds::approve(&arguments),
            Command::Retry(arguments) => mend::retry(arguments).await,
            Command::Ack(arguments) => mend::acknowledge(&arguments),
            Command::Adopt(arguments) => mend::adopt(arguments).await,
            Command::Verify(arguments) => verify::verify(arguments).await,
            Command::Doctor(arguments) => doctor::doctor(arguments).await,
            Command::Ledger(LedgerCommand::Backup(arguments)) => mend::back_up(&arguments),
            Command::Failures(arguments) => look::failures(&arguments),
            Command::Report(arguments) => report::report(&arguments),
        }
    });
    runtime.shutdown_background();
    ExitCode::from(code.unwrap_or_else(|error| errors::show(&error)))
}
