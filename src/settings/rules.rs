//! The mapping as a person writes it: which columns of the file become which fields, which rows count, and who is
//! active. What the rules do is told in [`crate::mapping`].
//!
//! In: texts of `[map]` and `[input]`, understood by the configuration. Out: the same as typed values, with nothing
//! of any file in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::record::{Column, Field};

/// All rules of a mapping; columns without one are found by their own names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// Fields of the client, its company, and the person who stands in the row itself.
    pub columns: BTreeMap<Column, Rule>,
    /// Further persons of each row.
    pub persons: Vec<PersonRules>,
    /// Cells that count as empty, as they stand once they are trimmed.
    pub null_values: Vec<String>,
    /// What a row must fulfil to count; all of them.
    pub filters: Vec<Filter>,
    /// Which clients are active; without it all are.
    pub activity: Option<Activity>,
    /// Fields that people decide once a client exists: they are sent with a create only.
    pub yielded: BTreeSet<Field>,
}

impl Rules {
    /// Every column that a rule names.
    #[must_use]
    pub fn headers(&self) -> Vec<&Header> {
        let persons = self.persons.iter().flat_map(|person| person.fields.values());
        let texts = self.columns.values().chain(persons).map(|rule| &rule.text);
        let leave = self.persons.iter().filter_map(|person| person.activity.as_ref());
        let activities = leave.chain(&self.activity).map(|activity| &activity.column);
        let filters = self.filters.iter().map(|filter| &filter.column);
        texts.flat_map(TextFrom::headers).chain(activities).chain(filters).collect()
    }
}

impl TextFrom {
    fn headers(&self) -> Vec<&Header> {
        match self {
            Self::Columns { columns, .. } => columns.iter().collect(),
            Self::Template(Template(pieces)) => {
                let named = pieces.iter().filter_map(|piece| match piece {
                    Piece::Column(header) => Some(header),
                    Piece::Text(_) => None,
                });
                named.collect()
            }
            Self::Constant(_) => Vec::new(),
        }
    }
}

/// One person of each row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PersonRules {
    /// The person's fields.
    pub fields: BTreeMap<Field, Rule>,
    /// Which persons are active; without it all are.
    pub activity: Option<Activity>,
}

/// Where a field's text comes from and what is made of it. What is left at its default is not serialized, so that a
/// rule has the same hash in a version that knows more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Where the text comes from.
    pub text: TextFrom,
    /// Whether wide letters and digits become narrow ones.
    #[serde(skip_serializing_if = "is_default")]
    pub fold: Fold,
    /// To how many digits each column is filled up with zeros; 0 and a missing one mean not at all.
    #[serde(skip_serializing_if = "is_default")]
    pub pad: Vec<usize>,
    /// What is made of the text.
    #[serde(skip_serializing_if = "is_default")]
    pub transform: Option<Transform>,
    /// What an empty cell asks for.
    #[serde(skip_serializing_if = "is_default")]
    pub empty: OnEmpty,
    /// Which of several e-mail addresses is taken.
    #[serde(skip_serializing_if = "is_default")]
    pub take: Take,
    /// What becomes of a code that looks like a number or a date of a spreadsheet; it matters for the key only.
    #[serde(skip_serializing_if = "is_default")]
    pub odd: Odd,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Rule {
    /// The text of one column, as it stands.
    #[must_use]
    pub fn plain(header: Header) -> Self {
        Self::of(TextFrom::Columns { columns: vec![header], join: String::new() })
    }

    /// The text that comes from there, as it stands.
    #[must_use]
    pub fn of(text: TextFrom) -> Self {
        let (fold, empty, take) = (Fold::default(), OnEmpty::default(), Take::default());
        Self { text, fold, pad: Vec::new(), transform: None, empty, take, odd: Odd::default() }
    }

    /// Whether it is one column as it stands.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        match &self.text {
            TextFrom::Columns { columns, .. } => {
                matches!(columns.as_slice(), [header] if *self == Self::plain(header.clone()))
            }
            TextFrom::Template(_) | TextFrom::Constant(_) => false,
        }
    }
}

/// Where a text comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TextFrom {
    /// Columns, joined; empty ones are left out with their joiner.
    Columns {
        /// The columns, at least one.
        columns: Vec<Header>,
        /// What stands between two of them.
        join: String,
    },
    /// A text with columns in it.
    Template(Template),
    /// The same text in every row.
    Constant(String),
}

/// A column of the file: by its header, or by its number from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// By its header; width, case and blanks at its ends do not count.
    Named(String),
    /// By its number, from 1.
    At(usize),
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::At(number) => write!(f, "{number}"),
        }
    }
}

/// A text with columns in it: `{得意先名1} {得意先名2}`. Braces that are meant as such are written twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Template(pub Vec<Piece>);

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// Itself.
    Text(String),
    /// What a column holds.
    Column(Header),
}

/// Why a text is not a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A brace has no partner.
    #[error(
        "`{0}`: a brace is not closed, or not opened: write `{{header}}` for a column, `{{{{` and `}}}}` for braces"
    )]
    Unbalanced(String),
    /// Braces around nothing.
    #[error("`{0}`: there is no header between the braces")]
    Nameless(String),
    /// No column at all.
    #[error("`{0}` names no column: write `{{header}}` for one, or use `constant = \"{0}\"`")]
    NoColumn(String),
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let unbalanced = || TemplateError::Unbalanced(text.to_owned());
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '{' | '}' if rest.peek() == Some(&c) => plain.extend(rest.next()),
                '}' => return Err(unbalanced()),
                '{' => {
                    let mut name = String::new();
                    loop {
                        match rest.next() {
                            Some('}') => break,
                            None | Some('{') => return Err(unbalanced()),
                            Some(c) => name.push(c),
                        }
                    }
                    if name.trim().is_empty() {
                        return Err(TemplateError::Nameless(text.to_owned()));
                    }
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(Piece::Column(Header::Named(name)));
                }
                c => plain.push(c),
            }
        }
        if pieces.is_empty() {
            return Err(TemplateError::NoColumn(text.to_owned()));
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self(pieces))
    }
}

/// Whether wide letters and digits become narrow ones (NFKC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fold {
    /// They stay as they are.
    #[default]
    No,
    /// They do.
    Width,
}

/// What an empty cell asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnEmpty {
    /// Nothing: the server keeps what it has.
    #[default]
    Keep,
    /// The server's text is cleared.
    Clear,
}

/// Which of several e-mail addresses in one cell is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// Several are an error.
    #[default]
    Only,
    /// The first one.
    First,
}

/// What becomes of a code that looks like a number or a date of a spreadsheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Odd {
    /// Its row is rejected.
    #[default]
    Refused,
    /// It is a code like any other.
    Allowed,
}

/// What is made of a text; each is told with examples in [`crate::mapping`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// A person's name up to its first blank.
    FamilyName,
    /// A person's name behind its first blank.
    GivenName,
    /// The prefecture at the beginning of an address, as the API's key.
    Region,
    /// City, ward, town or village of an address.
    Locality,
    /// What an address holds behind its locality.
    Street,
    /// A prefecture in any writing, as the API's key.
    Prefecture,
    /// A postal code, as `NNN-NNNN`.
    PostalCode,
    /// A telephone number in narrow digits.
    Phone,
    /// A closing day, as a number from 1 to 31.
    ClosingDay,
    /// A registration number, as `T` and 13 digits.
    TaxRegistrationNumber,
    /// An e-mail address out of `"name" <address>`.
    Email,
    /// A country by its name, as two letters.
    Country,
}

impl Transform {
    /// Whether it takes one part of an address.
    #[must_use]
    pub fn splits_address(self) -> bool {
        matches!(self, Self::Region | Self::Locality | Self::Street)
    }
}

/// What a row must fulfil to count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// The column that is looked at.
    pub column: Header,
    /// The values it is compared with; width, case and blanks at the ends do not count.
    pub values: Vec<String>,
    /// Whether the cell must be one of them or none of them.
    pub sense: Sense,
}

/// How a cell must stand to the values of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sense {
    /// It is one of them.
    Is,
    /// It is none of them.
    IsNot,
}

/// Which values mean active and which inactive; any other is an error of the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Activity {
    /// The column that is looked at.
    pub column: Header,
    /// Values that mean active; width, case and blanks at the ends do not count.
    pub active: Vec<String>,
    /// Values that mean inactive.
    pub inactive: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str) -> Piece {
        Piece::Column(Header::Named(name.to_owned()))
    }

    #[test]
    fn a_template_is_texts_and_columns() {
        let pieces = |text: &str| text.parse::<Template>().map(|template| template.0);
        assert_eq!(pieces("{名1}{名2}"), Ok(vec![column("名1"), column("名2")]));
        let text = |text: &str| Piece::Text(text.to_owned());
        assert_eq!(pieces("{{{a}}} b"), Ok(vec![text("{"), column("a"), text("} b")]));
    }

    #[test]
    fn a_template_that_cannot_be_meant_is_told_so() {
        for bad in ["{a", "a}", "{a{b}}", "{}", "{ }", "plain", "", "{{a}}"] {
            assert!(bad.parse::<Template>().is_err(), "{bad}");
        }
    }
}
