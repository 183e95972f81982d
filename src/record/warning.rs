//! What is worth a look in a row that is used all the same, as data: where it stands, what it holds and why.

use serde::{Deserialize, Serialize};

use super::{ExternalId, Line};

/// Something about a row that a person should know, though the row goes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The row as Excel shows it.
    pub line: Line,
    /// The column's header as the file writes it; none when it is not one column's.
    pub column: Option<String>,
    /// What the cell holds.
    pub value: String,
    /// What about it.
    pub kind: WarningKind,
}

/// What can be odd about a row that goes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// A postal code of six digits: a leading zero was lost, perhaps. The server's value is kept.
    PostalCodeShort {
        /// The postal code with the zero.
        proposed: String,
    },
    /// Not seven digits; it goes on as it stands.
    PostalCode,
    /// No closing day that leapsync knows. The server's value is kept.
    ClosingDay,
    /// The check digit of a registration number is another one; it goes on.
    CheckDigit {
        /// The digit that it should be.
        expected: u8,
    },
    /// An address does not begin with a prefecture.
    NoPrefecture,
    /// Where the locality of an address ends cannot be said: all of it is street.
    NoLocality,
    /// The row says the same as another one of its client.
    Repeats {
        /// The other row.
        line: Line,
    },
    /// A letter that exists only on the machines of one company (外字, U+E000 to U+F8FF): it prints blank elsewhere.
    PrivateLetter,
    /// The sign for a letter that was lost before the file was written (U+FFFD).
    LostLetter,
    /// A quote behind a blank or inside an unquoted text: it does not quote anything.
    QuoteAstray,
    /// A person's field without a person's name; it is left out.
    NoPersonName,
    /// The code is a number and has fewer digits than another code of the same value, or than most codes.
    LostZeros {
        /// The code with the zeros.
        proposed: String,
        /// The row of the client that has this code; none when it is only as long as most codes.
        other: Option<Line>,
    },
    /// The code differs from other clients' codes only in width, case or blanks.
    SameCode {
        /// The other clients.
        others: Doubles,
    },
    /// Other clients have the same name and the same address.
    SameCustomer {
        /// The other clients.
        others: Doubles,
    },
}

/// Clients that are like the one that is told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubles {
    /// The first few of them, at least one.
    pub named: Vec<Double>,
    /// Whether there are more.
    pub more: bool,
}

/// A client that is like another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Double {
    /// Its first row.
    pub line: Line,
    /// Its external id.
    pub external_id: ExternalId,
}
