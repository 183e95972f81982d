//! The program `leapsync`: reads the command line, calls the library, prints what comes back.

use std::process::ExitCode;

use mimalloc::MiMalloc;

mod cli;

/// Clients are made on one thread and let go on another, which the system's allocator makes both wait for.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
