//! Printing: to stdout and stderr, where a reader who has gone away is no error, and where no text from a file or a
//! server can move the cursor.

use std::io::{self, IsTerminal, Write};

pub(crate) use leapsync::report::harmless::{quoted, safe};

/// Prints a block of text on stdout.
pub(crate) fn print(block: &(impl AsRef<[u8]> + ?Sized)) {
    // A reader who has gone away, as with `| head`, is no error.
    let _ = io::stdout().write_all(block.as_ref()).and_then(|()| io::stdout().flush());
}

/// Prints a line on stderr.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Whether a person looks at stderr.
pub(crate) fn someone_watches() -> bool {
    io::stderr().is_terminal()
}
