//! The program `leapsync`: reads the command line, calls the library, prints what comes back.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    cli::main()
}
