//! What is wrong with a row, as data: where it stands, what it holds and which rule it breaks.

use serde::{Deserialize, Serialize};

use super::{Desired, ExternalId, Field, Line, Print, Warning};

/// One fault in one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The row as Excel shows it.
    pub line: Line,
    /// The column's header as the file writes it; empty when the fault is not one column's.
    pub column: String,
    /// What the cell holds.
    pub value: String,
    /// The rule it breaks.
    pub reason: Reason,
}

/// The rules that a row can break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The external id is empty.
    NoExternalId,
    /// There is neither a company name nor a person's name.
    Nameless,
    /// There is no company name, and all of its persons are marked as no longer active.
    NobodyLeft,
    /// Not an e-mail address: exactly one `@`, something on both sides, no blank or separator.
    Email,
    /// Several e-mail addresses in one cell.
    SeveralEmails {
        /// How many.
        count: usize,
    },
    /// More code points than the server takes.
    TooLong {
        /// What the cell has.
        length: usize,
        /// What the server takes.
        longest: usize,
    },
    /// Not a country.
    Country,
    /// Neither a prefecture in kanji nor the API's key for one.
    Region,
    /// Not a day from 1 to 31.
    DateCutoff,
    /// Neither `ja` nor `en`.
    LangCode,
    /// Not `T` and 13 digits.
    TaxRegistrationNumber,
    /// Neither a value that means active nor one that means inactive.
    Activity {
        /// The values that are known.
        known: Vec<String>,
    },
    /// Another row of the same client says something else of the same client-level field.
    Disagrees {
        /// The other row.
        with: Line,
        /// What the other row holds.
        other: String,
    },
    /// The row has fewer cells than the header, or more that are not empty.
    Ragged {
        /// Cells in the row.
        cells: usize,
        /// Cells in the header.
        header: usize,
    },
    /// The cell is not valid in the encoding of the file.
    Encoding,
    /// A code that looks like a number which a spreadsheet rewrote, `1.00E+05` or `12345.0`.
    NumberCode,
    /// A code that looks like a date which a spreadsheet made of it, `4月1日` or `1-Apr`.
    DateCode,
}

/// A client of the file that cannot be used: none of its rows are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Its external id, when it has a usable one; it then still counts as present.
    pub external_id: Option<ExternalId>,
    /// All its rows, ascending.
    pub lines: Vec<Line>,
    /// What is wrong, at least one entry.
    pub problems: Vec<Problem>,
}

/// One client of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// As it should be on the server.
    Desired(Box<Desired>),
    /// Unusable.
    Rejected(Rejection),
    /// Marked as no longer active: it is gone.
    Inactive(Mention),
    /// All its rows lie outside of what the mapping asks for: it is neither gone nor updated.
    Outside(Mention),
}

/// A client of the file of which nothing is wanted but that it is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Its external id; none for a row without one.
    pub external_id: Option<ExternalId>,
    /// Its rows, ascending.
    pub lines: Vec<Line>,
}

/// All rows of one client, brought together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered {
    /// What they want.
    pub wanted: Wanted,
    /// Further rows of it that lie outside of what the mapping asks for, ascending.
    pub outside: Vec<Line>,
    /// What is worth a look in its rows.
    pub warnings: Vec<Warning>,
    /// The print of all of its rows; none when they are to be looked at each time.
    pub print: Option<Print>,
}

impl Gathered {
    /// Its external id, when it has a usable one.
    #[must_use]
    pub fn external_id(&self) -> Option<&ExternalId> {
        self.wanted.external_id()
    }
}

impl From<Wanted> for Gathered {
    fn from(wanted: Wanted) -> Self {
        Self { wanted, outside: Vec::new(), warnings: Vec::new(), print: None }
    }
}

impl Wanted {
    /// Its external id, when it has a usable one.
    #[must_use]
    pub fn external_id(&self) -> Option<&ExternalId> {
        match self {
            Self::Desired(desired) => Some(&desired.external_id),
            Self::Rejected(rejection) => rejection.external_id.as_ref(),
            Self::Inactive(mention) | Self::Outside(mention) => mention.external_id.as_ref(),
        }
    }

    /// Its rows, ascending.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        match self {
            Self::Desired(desired) => &desired.lines,
            Self::Rejected(rejection) => &rejection.lines,
            Self::Inactive(mention) | Self::Outside(mention) => &mention.lines,
        }
    }
}

/// A column of the input that leapsync understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The key.
    ExternalId,
    /// A field of the company or of the client itself.
    Client(Field),
    /// A field of the person in this row.
    Person(Field),
    /// The e-mail address: the person's when the row names one, else the company's.
    Email,
}

impl Column {
    /// Every column with its default header.
    pub const ALL: [(&'static str, Column); 19] = [
        ("client_external_id", Column::ExternalId),
        ("name", Column::Client(Field::Name)),
        ("postal_code", Column::Client(Field::PostalCode)),
        ("country", Column::Client(Field::Country)),
        ("region", Column::Client(Field::Region)),
        ("locality", Column::Client(Field::Locality)),
        ("street_address", Column::Client(Field::StreetAddress)),
        ("extended_address", Column::Client(Field::ExtendedAddress)),
        ("phone_number", Column::Client(Field::PhoneNumber)),
        ("fax_number", Column::Client(Field::FaxNumber)),
        ("tax_registration_number", Column::Client(Field::TaxRegistrationNumber)),
        ("lang_code", Column::Client(Field::LangCode)),
        ("date_cutoff", Column::Client(Field::DateCutoff)),
        ("family_name", Column::Person(Field::FamilyName)),
        ("given_name", Column::Person(Field::GivenName)),
        ("title", Column::Person(Field::Title)),
        ("department", Column::Person(Field::Department)),
        ("person_phone_number", Column::Person(Field::PhoneNumber)),
        ("email", Column::Email),
    ];

    /// Its default header.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, column)| *column == self).map_or("", |(default, _)| default)
    }

    /// The column of that default name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(default, _)| *default == name).map(|(_, column)| *column)
    }
}
