//! What is odd about a cell, though its row is used.

use serde::{Deserialize, Serialize};

use crate::record::Line;

/// A cell that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The row as Excel shows it.
    pub line: Line,
    /// The column's header.
    pub column: String,
    /// What the cell holds.
    pub value: String,
    /// What is odd about it.
    pub oddity: Oddity,
}

/// What can be odd about a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Oddity {
    /// A letter that exists only on the machines of one company (外字, U+E000 to U+F8FF): it prints blank elsewhere.
    PrivateLetter,
    /// The sign for a letter that was lost before the file was written (U+FFFD).
    LostLetter,
    /// A quote behind a blank or inside an unquoted text: it does not quote anything.
    QuoteAstray,
}
