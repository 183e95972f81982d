//! Finds the columns that the rules name among the headers of a file.
//!
//! In: the headers and the rules. Out: where each column stands, or why that cannot be said.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use crate::record::{Column, canonical, nearest};
use crate::settings::rules::{Header, Rules};

/// How many headers a message shows.
const SHOWN: usize = 12;
/// So many characters of each.
const LONGEST_SHOWN: usize = 60;

/// Why a file's headers cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// No column holds the external ids.
    #[error(
        "no column `client_external_id` among the headers {}: name it under `[map]` in leapsync.toml, \
         such as `client_external_id = \"得意先コード\"`",
        shown(.seen)
    )]
    NoKey {
        /// The headers of the file.
        seen: Vec<String>,
    },
    /// The configuration names a header that the file lacks.
    #[error("{key} names the column `{header}`, but the file's headers are {}{}", shown(.seen), meant(.header, .seen))]
    NoSuchHeader {
        /// Where in the configuration: `[map] name`.
        key: String,
        /// The header it names.
        header: String,
        /// The headers of the file.
        seen: Vec<String>,
    },
    /// The configuration names a column by a number that the file does not have.
    #[error("{key} names the column number {number}, but the file has {columns} columns")]
    NoSuchColumn {
        /// Where in the configuration.
        key: String,
        /// The number, from 1.
        number: usize,
        /// How many columns the file has.
        columns: usize,
    },
    /// The configuration takes two columns from the same header, as it stands.
    #[error(
        "`[map]` gives the columns `{first}` and `{second}` the same header `{header}`; if that is meant, write \
         `{second} = {{ template = \"{{{header}}}\" }}`"
    )]
    SharedHeader {
        /// The one column.
        first: String,
        /// The other column.
        second: String,
        /// The header.
        header: String,
    },
    /// A header that is needed stands over two columns, so that nobody can say which one is meant.
    #[error(
        "the header `{header}` stands over two columns of the file, {first} and {second}; name one of them by its \
         number, such as `{first}` without quotes"
    )]
    HeaderTwice {
        /// The header.
        header: String,
        /// The one column's number in the file, from 1.
        first: usize,
        /// The other column's number.
        second: usize,
    },
    /// A part of an address is split off, and nothing takes another part.
    #[error(
        "{key} takes a part of `{header}`, and its {lost} would be lost: add `{lost}` to `[map]`, such as `{lost} = {{ \
         column = \"{header}\", transform = \"{lost}\" }}`"
    )]
    PartLost {
        /// Where in the configuration.
        key: String,
        /// The column that is split.
        header: String,
        /// The field that takes the part.
        lost: &'static str,
    },
}

/// The headers that mean something: those that the rules name, and leapsync's own.
#[derive(Debug, Clone)]
pub struct KnownHeaders(BTreeSet<String>);

impl KnownHeaders {
    /// Gathers them.
    #[must_use]
    pub fn new(rules: &Rules) -> Self {
        let named = rules.headers().into_iter().filter_map(|header| match header {
            Header::Named(name) => Some(fold(name)),
            Header::At(_) => None,
        });
        Self(named.chain(Column::ALL.map(|(name, _)| name.to_owned())).collect())
    }

    /// Whether a text is one of them, without regard to width, case and blanks at its ends.
    #[must_use]
    pub fn holds(&self, header: &str) -> bool {
        self.0.contains(&fold(header))
    }
}

/// The headers of a file, as they are written and as they are compared.
#[derive(Debug)]
pub(super) struct Headers<'a> {
    pub(super) written: &'a [String],
    folded: Vec<String>,
}

impl<'a> Headers<'a> {
    pub(super) fn new(written: &'a [String]) -> Self {
        Self { written, folded: written.iter().map(|header| fold(header)).collect() }
    }

    /// Whether a column has that header.
    pub(super) fn has(&self, header: &str) -> bool {
        self.folded.contains(&fold(header))
    }

    /// Where the column that `key` names stands, from 0.
    pub(super) fn find(&self, header: &Header, key: &str) -> Result<usize, MappingError> {
        let (columns, key) = (self.written.len(), key.to_owned());
        match header {
            Header::At(number) if (1..=columns).contains(number) => Ok(number - 1),
            Header::At(number) => Err(MappingError::NoSuchColumn { key, number: *number, columns }),
            Header::Named(name) => {
                let folded = fold(name);
                let mut places = (0..columns).filter(|&index| self.folded[index] == folded);
                match (places.next(), places.next()) {
                    (Some(place), None) => Ok(place),
                    (Some(first), Some(second)) => Err(MappingError::HeaderTwice {
                        header: self.written[first].clone(),
                        first: first + 1,
                        second: second + 1,
                    }),
                    (None, _) => {
                        let (header, seen) = (name.clone(), self.written.to_vec());
                        Err(MappingError::NoSuchHeader { key, header, seen })
                    }
                }
            }
        }
    }
}

/// A text as headers and the values of filters are compared: width, case and blanks at the ends do not count.
pub(super) fn fold(text: &str) -> String {
    let narrow: String = canonical(text).nfkc().flat_map(char::to_lowercase).collect();
    canonical(&narrow).to_owned()
}

fn shown(headers: &[String]) -> String {
    let mut list: Vec<String> =
        headers.iter().take(SHOWN).map(|header| format!("`{}`", shortened(header))).collect();
    if headers.len() > SHOWN {
        list.push(format!("and {} more", headers.len() - SHOWN));
    }
    list.join(", ")
}

/// A header as far as it is shown: with the wrong delimiter a whole row of the file stands in one.
fn shortened(header: &str) -> String {
    match header.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &header[..end]),
        None => header.to_owned(),
    }
}

fn meant(header: &str, seen: &[String]) -> String {
    let found = nearest(header, seen.iter().map(String::as_str));
    found.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(headers: &[&str], header: &Header) -> Result<usize, String> {
        let written: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        Headers::new(&written).find(header, "`[map]` name").map_err(|error| error.to_string())
    }

    fn named(name: &str) -> Header {
        Header::Named(name.to_owned())
    }

    #[test]
    fn a_header_is_known_by_its_own_name_and_by_the_one_of_the_configuration() {
        let rule = crate::settings::rules::Rule::plain(named("得意先名(1)"));
        let columns = [(Column::Client(crate::record::Field::Name), rule)].into();
        let known = KnownHeaders::new(&Rules { columns, ..Rules::default() });
        for (header, expected) in
            [("得意先名（１）", true), (" EMAIL ", true), ("name", true), ("備考", false)]
        {
            assert_eq!(known.holds(header), expected, "{header}");
        }
    }

    #[test]
    fn width_and_case_of_a_header_do_not_count() {
        assert_eq!(find(&["名前（通称）", "ﾒｰﾙ"], &named("名前(通称)")), Ok(0));
        assert_eq!(find(&["名前（通称）", "ﾒｰﾙ"], &named("メール")), Ok(1));
        assert_eq!(find(&["Ｎａｍｅ "], &named("name")), Ok(0));
    }

    #[test]
    fn a_column_may_be_named_by_its_number() {
        assert_eq!(find(&["a", "a"], &Header::At(2)), Ok(1));
        let error = find(&["a", "a"], &Header::At(3)).unwrap_err();
        assert_eq!(error, "`[map]` name names the column number 3, but the file has 2 columns");
    }

    #[test]
    fn a_header_that_is_not_there_is_told_with_the_one_that_may_be_meant() {
        let error = find(&["得意先コード", "備考"], &named("得意先コート")).unwrap_err();
        assert_eq!(
            error,
            "`[map]` name names the column `得意先コート`, but the file's headers are `得意先コード`, `備考`; did you \
             mean `得意先コード`?"
        );
    }

    #[test]
    fn a_header_that_is_a_whole_row_is_not_shown_whole() {
        let row = "氏名,".repeat(100);
        let error = find(&[row.as_str()], &named("code")).unwrap_err();
        assert!(error.ends_with(&format!("headers are `{}…`", "氏名,".repeat(20))), "{error}");
    }

    #[test]
    fn a_header_over_two_columns_names_neither() {
        let error = find(&["email", "x", "Email"], &named("email")).unwrap_err();
        assert!(
            error.starts_with("the header `email` stands over two columns of the file, 1 and 3"),
            "{error}"
        );
    }
}
