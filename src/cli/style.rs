//! Colours, where a terminal shows them; `NO_COLOR` and pipes get plain text.

use std::io::Write;

use anstyle::{AnsiColor, Style};

/// Things that were made.
pub(crate) const MADE: Style = AnsiColor::Green.on_default().bold();
/// Things that were changed.
pub(crate) const CHANGED: Style = AnsiColor::Yellow.on_default().bold();
/// Things that were taken away.
pub(crate) const GONE: Style = AnsiColor::Magenta.on_default().bold();
/// Things that need a person.
pub(crate) const WRONG: Style = AnsiColor::Red.on_default().bold();
/// Headings.
pub(crate) const HEADING: Style = Style::new().bold();
/// What matters less.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// `text` in `style`.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Prints styled text on stdout, without the styles where nobody sees them.
pub(crate) fn print(text: &str) {
    // A reader who has gone away is no error.
    let mut out = anstream::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
