//! Printing: to stdout and stderr, where a reader who has gone away is no error, and where no text from a file or a
//! server can move the cursor.

use std::io::{self, IsTerminal, Write};

/// Prints a block of text on stdout.
pub(crate) fn print(text: &str) {
    // A reader who has gone away, as with `| head`, is no error.
    let _ = io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush());
}

/// Prints a line on stderr.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Whether a person looks at stderr.
pub(crate) fn someone_watches() -> bool {
    io::stderr().is_terminal()
}

/// A text from a file or a server as a terminal may show it: control characters and those that turn the writing
/// direction become visible marks.
pub(crate) fn safe(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || turns(c) { '\u{fffd}' } else { c }).collect()
}

/// A path as it can be pasted into a shell, for the command that is to come next.
pub(crate) fn quoted(path: &str) -> String {
    let path = safe(path);
    let plain = |c: char| c.is_alphanumeric() || "-_./+,:@%=".contains(c);
    if !path.is_empty() && path.chars().all(plain) {
        return path;
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_blank_can_be_pasted_into_a_shell() {
        assert_eq!(quoted("out/clients-2.csv"), "out/clients-2.csv");
        assert_eq!(quoted("取引先.csv"), "取引先.csv");
        assert_eq!(quoted("my clients.csv"), "'my clients.csv'");
        assert_eq!(quoted("it's.csv"), "'it'\\''s.csv'");
    }

    #[test]
    fn escapes_and_direction_marks_do_not_reach_the_terminal() {
        assert_eq!(safe("a\u{1b}[2Jb\u{202e}c\n"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}");
        assert_eq!(safe("髙橋　商店"), "髙橋　商店");
    }
}
