//! The rows that name a client: brought together by client, however far apart they stand.
//!
//! In: rows in any order. Out: the clients they describe, in ascending order of external id.

use std::collections::BTreeMap;
use std::iter::Peekable;

use crate::mapping::{MappedRow, Mapping};
use crate::record::{ExternalId, Gathered};
use crate::spool::{Sorted, Sorter, SpoolError};

/// The rows that name a client.
pub(super) enum Named {
    /// As many as there are, in temporary storage.
    Many(Sorter<ExternalId, MappedRow>),
    /// The few that are looked at, in memory.
    Few(BTreeMap<ExternalId, Vec<MappedRow>>),
}

impl Named {
    pub(super) fn as_many_as_there_are() -> Self {
        Self::Many(Sorter::new())
    }

    pub(super) fn few() -> Self {
        Self::Few(BTreeMap::new())
    }

    pub(super) fn keep(&mut self, row: MappedRow) -> Result<(), SpoolError> {
        match self {
            Self::Many(rows) => rows.push(row.external_id.clone(), &row),
            Self::Few(rows) => {
                rows.entry(row.external_id.clone()).or_default().push(row);
                Ok(())
            }
        }
    }

    fn held(&self) -> impl Iterator<Item = (&ExternalId, &Vec<MappedRow>)> {
        let rows = if let Self::Few(rows) = self { Some(rows) } else { None };
        rows.into_iter().flatten()
    }

    /// The rows of each client that is held in memory.
    pub(super) fn in_memory(&self) -> impl Iterator<Item = Vec<MappedRow>> {
        self.held().map(|(_, rows)| ascending(rows.clone()))
    }

    /// Their ids.
    pub(super) fn ids_in_memory(&self) -> impl Iterator<Item = &ExternalId> {
        self.held().map(|(id, _)| id)
    }

    /// Every client, in ascending order of external id.
    pub(super) fn gathered(
        self,
        mapping: Mapping,
    ) -> Result<Box<dyn Iterator<Item = Result<Gathered, SpoolError>>>, SpoolError> {
        Ok(match self {
            Self::Many(rows) => Box::new(Groups { mapping, rows: rows.sorted()?.peekable() }),
            Self::Few(rows) => {
                Box::new(rows.into_values().map(move |rows| Ok(mapping.client(ascending(rows)))))
            }
        })
    }
}

/// Rows in the order of the file.
fn ascending(mut rows: Vec<MappedRow>) -> Vec<MappedRow> {
    rows.sort_by_key(|row| row.line);
    rows
}

/// Brings the rows of one id together.
struct Groups {
    mapping: Mapping,
    rows: Peekable<Sorted<ExternalId, MappedRow>>,
}

impl Iterator for Groups {
    type Item = Result<Gathered, SpoolError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (id, first) = match self.rows.next()? {
            Ok(pair) => pair,
            Err(error) => return Some(Err(error)),
        };
        let mut rows = vec![first];
        while let Some(next) = self.rows.next_if(|next| matches!(next, Ok((key, _)) if *key == id)) {
            match next {
                Ok((_, row)) => rows.push(row),
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Ok(self.mapping.client(rows)))
    }
}
