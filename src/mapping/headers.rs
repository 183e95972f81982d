//! Finds leapsync's columns among the headers of a file.
//!
//! In: the headers and the renames. Out: what each column of the file is, or why that cannot be said.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

use crate::record::{Column, canonical};

/// How many headers a message shows.
const SHOWN: usize = 12;

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
    #[error("`[map]` says `{column} = \"{header}\"`, but the file's headers are {}", shown(.seen))]
    NoSuchHeader {
        /// The column.
        column: String,
        /// The header it should have.
        header: String,
        /// The headers of the file.
        seen: Vec<String>,
    },
    /// The configuration renames a column that leapsync does not have.
    #[error(
        "`[map]` names a column `{column}`, which leapsync does not have: its columns are {}",
        all_columns()
    )]
    NoSuchColumn {
        /// The name.
        column: String,
    },
    /// The configuration gives one column two headers.
    #[error("`[map]` gives the column `{column}` two headers")]
    RenamedTwice {
        /// The column.
        column: String,
    },
    /// The configuration gives two columns the same header.
    #[error("`[map]` gives the columns `{first}` and `{second}` the same header `{header}`")]
    SharedHeader {
        /// The one column.
        first: String,
        /// The other column.
        second: String,
        /// The header.
        header: String,
    },
    /// A header that is needed stands over two columns, so that nobody can say which one is meant.
    #[error("the header `{header}` stands over two columns of the file, {first} and {second}")]
    HeaderTwice {
        /// The header.
        header: String,
        /// The one column's number in the file, from 1.
        first: usize,
        /// The other column's number.
        second: usize,
    },
}

/// The headers that mean something: those that the configuration names, and leapsync's own.
#[derive(Debug, Clone)]
pub struct KnownHeaders(BTreeSet<String>);

impl KnownHeaders {
    /// Gathers them.
    #[must_use]
    pub fn new(renames: &[(String, String)]) -> Self {
        let theirs = renames.iter().map(|(_, header)| fold(header));
        Self(theirs.chain(Column::ALL.map(|(name, _)| name.to_owned())).collect())
    }

    /// Whether a text is one of them, without regard to width, case and blanks at its ends.
    #[must_use]
    pub fn holds(&self, header: &str) -> bool {
        self.0.contains(&fold(header))
    }
}

/// What each column of the file is, in the file's order.
pub(super) fn columns(
    headers: &[String],
    renames: &[(String, String)],
) -> Result<Vec<Option<Column>>, MappingError> {
    let folded: Vec<String> = headers.iter().map(|header| fold(header)).collect();
    let claimed = claimed(headers, &folded, renames)?;
    let mut columns = vec![None; headers.len()];
    for (header, (_, column)) in &claimed {
        columns[place(headers, &folded, header)?] = Some(*column);
    }
    for (name, column) in Column::ALL {
        let taken = claimed.contains_key(name) || claimed.values().any(|(_, other)| *other == column);
        if !taken && folded.iter().any(|header| header == name) {
            columns[place(headers, &folded, name)?] = Some(column);
        }
    }
    Ok(columns)
}

/// The columns that the configuration renames, by the folded header that each one has in the file.
fn claimed<'a>(
    headers: &[String],
    folded: &[String],
    renames: &'a [(String, String)],
) -> Result<BTreeMap<String, (&'a str, Column)>, MappingError> {
    let mut claimed: BTreeMap<String, (&str, Column)> = BTreeMap::new();
    for (name, header) in renames {
        let column =
            Column::named(name).ok_or_else(|| MappingError::NoSuchColumn { column: name.clone() })?;
        if claimed.values().any(|(_, other)| *other == column) {
            return Err(MappingError::RenamedTwice { column: name.clone() });
        }
        let key = fold(header);
        if !folded.contains(&key) {
            let (column, header) = (name.clone(), header.clone());
            return Err(MappingError::NoSuchHeader { column, header, seen: headers.to_vec() });
        }
        if let Some((first, _)) = claimed.insert(key, (name, column)) {
            let (first, second) = (first.to_owned(), name.clone());
            return Err(MappingError::SharedHeader { first, second, header: header.clone() });
        }
    }
    Ok(claimed)
}

/// Where the only column with that folded header stands.
fn place(headers: &[String], folded: &[String], header: &str) -> Result<usize, MappingError> {
    let mut places = (0..folded.len()).filter(|&index| folded[index] == header);
    let first = places.next().unwrap_or_default();
    match places.next() {
        None => Ok(first),
        Some(second) => Err(MappingError::HeaderTwice {
            header: headers[first].clone(),
            first: first + 1,
            second: second + 1,
        }),
    }
}

/// A header as it is compared: full-width and half-width, capital and small letters are the same.
fn fold(header: &str) -> String {
    let narrow: String = canonical(header).nfkc().flat_map(char::to_lowercase).collect();
    canonical(&narrow).to_owned()
}

fn shown(headers: &[String]) -> String {
    let mut list: Vec<String> = headers.iter().take(SHOWN).map(|header| format!("`{header}`")).collect();
    if headers.len() > SHOWN {
        list.push(format!("and {} more", headers.len() - SHOWN));
    }
    list.join(", ")
}

fn all_columns() -> String {
    Column::ALL.map(|(name, _)| format!("`{name}`")).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Field;

    fn found(headers: &[&str], renames: &[(&str, &str)]) -> Result<Vec<Option<Column>>, MappingError> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        let renames: Vec<_> = renames.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        columns(&headers, &renames)
    }

    #[test]
    fn a_column_is_found_by_its_own_name_or_by_the_one_it_has_in_the_file() {
        let columns =
            found(&["Ｎａｍｅ ", "得意先コード", "備考"], &[("client_external_id", "得意先コード")]);
        let expected = [Some(Column::Client(Field::Name)), Some(Column::ExternalId), None];
        assert_eq!(columns.unwrap(), expected);
    }

    #[test]
    fn a_header_is_known_by_its_own_name_and_by_the_one_of_the_configuration() {
        let known = KnownHeaders::new(&[("name".to_owned(), "得意先名(1)".to_owned())]);
        for (header, expected) in
            [("得意先名（１）", true), (" EMAIL ", true), ("name", true), ("備考", false)]
        {
            assert_eq!(known.holds(header), expected, "{header}");
        }
    }

    #[test]
    fn width_and_case_of_a_header_do_not_count() {
        let columns = found(&["名前（通称）", "ﾒｰﾙ"], &[("name", "名前(通称)"), ("email", "メール")]);
        assert_eq!(columns.unwrap(), [Some(Column::Client(Field::Name)), Some(Column::Email)]);
    }

    #[test]
    fn a_header_that_the_configuration_claims_is_not_also_taken_by_its_own_name() {
        let columns = found(&["name", "company"], &[("family_name", "name")]);
        assert_eq!(columns.unwrap(), [Some(Column::Person(Field::FamilyName)), None]);
    }

    #[test]
    fn a_column_that_is_renamed_is_not_also_found_by_its_own_name() {
        let columns = found(&["name", "company"], &[("name", "company")]);
        assert_eq!(columns.unwrap(), [None, Some(Column::Client(Field::Name))]);
    }

    /// Headers, renames and how the message begins.
    type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str);

    #[test]
    fn what_cannot_be_found_or_told_apart_is_an_error() {
        let cases: [Case; 5] = [
            (&["a"], &[("name", "b")], "`[map]` says `name = \"b\"`, but the file's headers are `a`"),
            (&["a"], &[("names", "a")], "`[map]` names a column `names`, which leapsync does not have"),
            (&["a", "b"], &[("name", "a"), ("name", "b")], "`[map]` gives the column `name` two headers"),
            (
                &["a"],
                &[("name", "a"), ("email", "Ａ")],
                "`[map]` gives the columns `name` and `email` the same header `Ａ`",
            ),
            (
                &["email", "x", "Email"],
                &[],
                "the header `email` stands over two columns of the file, 1 and 3",
            ),
        ];
        for (headers, renames, message) in cases {
            let error = found(headers, renames).unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        }
    }

    #[test]
    fn headers_without_a_meaning_may_be_there_twice() {
        assert!(found(&["name", "", "", "備考", "備考"], &[]).is_ok());
    }
}
