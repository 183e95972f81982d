//! Reads the input: row by row into a sorter, so that the rows of one client come together however far apart they
//! stand, and never all of them in memory.

use std::iter::Peekable;

use super::SyncError;
use super::voice::Voice;
use crate::event::{Event, Notice};
use crate::mapping::{Mapped, MappedRow, Mapping};
use crate::record::{ExternalId, Gathered, Rejection, Wanted};
use crate::settings::Job;
use crate::source::Source;
use crate::spool::{Sorted, Sorter, Spool, SpoolError};

/// How many rows pass between two tellings of progress.
const ROWS_BETWEEN_TELLINGS: u64 = 10_000;

/// The whole input, in temporary storage.
pub(super) struct Input {
    mapping: Mapping,
    sorted: Sorter<ExternalId, MappedRow>,
    unnamed: Spool<Rejection>,
    pub(super) rows: u64,
    pub(super) unused: Vec<String>,
}

/// Reads the file to its end; a bad row is kept as data.
pub(super) fn read(job: &Job, voice: &mut Voice<'_>) -> Result<Input, SyncError> {
    let mut source = Source::open(&job.input)?;
    let mapping = Mapping::new(source.headers(), &job.rules)?;
    let unused = mapping.unused_headers().map(str::to_owned).collect();
    let mut input = Input { mapping, sorted: Sorter::new(), unnamed: Spool::new(), rows: 0, unused };
    while let Some(row) = source.next_row()? {
        input.rows += 1;
        match input.mapping.row(row.line, row.cells, row.undecodable) {
            Mapped::Row(row) => input.sorted.push(row.external_id.clone(), &row)?,
            Mapped::Rejected(rejection) => input.unnamed.push(&rejection)?,
        }
        if input.rows.is_multiple_of(ROWS_BETWEEN_TELLINGS) {
            voice.tell(&Event::RowsRead(input.rows));
        }
    }
    let (bytes, encoding, delimiter) = (source.bytes(), source.encoding(), source.delimiter());
    voice.tell(&Event::InputOpened { bytes, encoding, delimiter });
    if input.rows == 0 {
        voice.tell(&Event::Notice(Notice::NoRows));
    }
    Ok(input)
}

impl Input {
    /// The mapping by which it is understood.
    pub(super) fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// Whether a row without a usable id was among them.
    pub(super) fn has_unnamed_rows(&self) -> bool {
        !self.unnamed.is_empty()
    }

    /// Every client of the file in ascending order of external id, after the rows without one.
    pub(super) fn for_each(
        self,
        take: impl FnOnce(&mut dyn Iterator<Item = Result<Gathered, SyncError>>) -> Result<(), SyncError>,
    ) -> Result<(), SyncError> {
        let Self { mapping, sorted, mut unnamed, rows: _, unused: _ } = self;
        let groups = Groups { mapping, rows: sorted.sorted()?.peekable() };
        let unnamed = unnamed.read()?.map(|rejection| rejection.map(|it| Wanted::Rejected(it).into()));
        take(&mut unnamed.chain(groups).map(|gathered| gathered.map_err(SyncError::from)))
    }
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
