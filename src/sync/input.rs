//! Reads the input: row by row into a sorter, so that the rows of one client come together however far apart they
//! stand, and never all of them in memory.

use std::iter::Peekable;

use super::footer::{self, Footers};
use super::oddities::Oddities;
use super::still;
use super::voice::Voice;
use super::{Stop, SyncError};
use crate::clock::Clock;
use crate::event::{Event, Notice};
use crate::mapping::{KnownHeaders, Mapped, MappedRow, Mapping};
use crate::record::{ExternalId, Gathered, Line, Rejection, Wanted};
use crate::settings::{Expected, Footer, Job, KeepRows, Scope};
use crate::source::{Kept, Manifest, Row, Source, SourceError, Store};
use crate::spool::{Sorted, Sorter, Spool, SpoolError};

/// How many rows pass between two tellings of progress.
const ROWS_BETWEEN_TELLINGS: u64 = 10_000;

/// The whole input, in temporary storage.
pub(super) struct Input {
    mapping: Mapping,
    sorted: Sorter<ExternalId, MappedRow>,
    unnamed: Spool<Rejection>,
    footers: Footers,
    oddities: Oddities,
    form: Form,
    count_disagrees: bool,
    /// Whether something tells that no row is missing: a footer that counts, the configuration, or a manifest.
    complete: bool,
    expected: Expected,
    /// The last row, and whether the file ends behind it without a line end.
    last: Option<(Line, Ends)>,
    /// Whether a footer may be a client's row that was cut off.
    may_be_cut: bool,
    pub(super) rows: u64,
    pub(super) unused: Vec<String>,
    /// What gives the bytes of the rows again, when they are needed.
    pub(super) kept: Option<Kept>,
}

/// How the file ends behind its last row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    WithLineEnd,
    WithoutOne,
    /// Without one, and the row is a footer: no client's row is cut off.
    InAFooter,
}

/// How the file was read.
struct Form {
    bytes: u64,
    encoding: &'static str,
    delimiter: char,
    header: Option<Line>,
    is_rejects_file: bool,
}

/// Reads the file to its end, once nobody writes to it any more; a bad row is kept as data.
pub(super) async fn read(
    job: &Job,
    clock: Clock,
    stop: &mut Stop,
    voice: &mut Voice<'_>,
) -> Result<Input, SyncError> {
    let read = |store, voice: &mut Voice<'_>| read_once(store, job, voice);
    let mut input = still::read(job, clock, stop, voice, read).await?;
    input.tell(voice)?;
    Ok(input)
}

fn read_once(mut store: Store, job: &Job, voice: &mut Voice<'_>) -> Result<Input, SyncError> {
    let manifest = job.expected.manifest.as_ref();
    let manifest = manifest.map(|named| Manifest::check(&mut store, named)).transpose()?;
    let known = KnownHeaders::new(&job.rules);
    let mut source = Source::open(store, &job.reading, &|header| known.holds(header))?;
    let mut input = Input::begin(&source, job)?;
    if let Some(manifest) = manifest {
        input.complete = manifest.tells_the_bytes();
        input.expected.rows = manifest.rows().or(input.expected.rows);
    }
    let width = source.headers().len();
    let headers = source.headers().to_vec();
    while let Some(row) = source.next_row()? {
        input.rows += 1;
        input.last = Some((row.line, if row.ends_the_file { Ends::WithoutOne } else { Ends::WithLineEnd }));
        input.oddities.look(&row, &headers)?;
        if let Some(cells) = input.take(row, width)? {
            let (path, line) = (job.input.clone(), row.line);
            return Err(SourceError::CutOff { path, line, cells, header: width }.into());
        }
        if input.rows.is_multiple_of(ROWS_BETWEEN_TELLINGS) {
            voice.tell(&Event::RowsRead(input.rows));
        }
    }
    if job.reading.rows == KeepRows::UntilTheEnd {
        input.kept = Some(source.into_kept());
    }
    Ok(input)
}

impl Input {
    /// The mapping by which it is understood.
    pub(super) fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    fn begin(source: &Source, job: &Job) -> Result<Self, SyncError> {
        let mapping = Mapping::new(source.headers(), &job.rules)?;
        let unused: Vec<String> = mapping.unused_headers().map(str::to_owned).collect();
        // Every row of a rejects file was a row before.
        let footer = if source.is_rejects_file() { Footer::Absent } else { job.reading.footer };
        Ok(Self {
            mapping,
            sorted: Sorter::new(),
            unnamed: Spool::new(),
            footers: Footers::new(footer),
            oddities: Oddities::new(source.headers(), &unused),
            form: Form {
                bytes: source.bytes(),
                encoding: source.encoding(),
                delimiter: source.delimiter(),
                header: source.header_line(),
                is_rejects_file: source.is_rejects_file(),
            },
            count_disagrees: false,
            complete: false,
            expected: job.expected.clone(),
            last: None,
            may_be_cut: false,
            rows: 0,
            unused,
            kept: None,
        })
    }

    /// Takes in one row; gives back how many cells it has when the file was cut off in it.
    fn take(&mut self, row: Row<'_>, width: usize) -> Result<Option<usize>, SyncError> {
        let mapped = self.mapping.row(row.line, row.cells, row.undecodable);
        let named = matches!(mapped, Mapped::Row(_));
        let could_be = self.footers.could_be_one(&mapped, row.cells, width);
        // The first letters of a row that was cut off name a client and have no line end: that is no footer.
        let is_cut = row.ends_the_file && named;
        let below_others = row.behind_blank && !is_cut || !self.footers.is_empty();
        // A row with something in its key that stands right below the others is a client's row that is too short.
        let filled = row.cells.iter().filter(|text| !text.trim().is_empty()).count();
        let alone = filled == 1;
        let short_row = named && filled > 1 && footer::reads_like_a_code(row.cells);
        let states_count = footer::stated_count(row.cells).is_some();
        let candidate = could_be && (!named || states_count || !short_row && (alone || below_others));
        let is_footer = candidate && (below_others || states_count);
        if row.ends_the_file && row.cells.len() < width && !is_footer {
            return Ok(Some(row.cells.len()));
        }
        if candidate {
            for released in self.footers.hold(row.line, mapped, row.cells) {
                self.keep(released)?;
            }
        } else {
            for released in self.footers.release() {
                self.keep(released)?;
            }
            self.keep(mapped)?;
        }
        Ok(None)
    }

    fn keep(&mut self, mapped: Mapped) -> Result<(), SyncError> {
        match mapped {
            Mapped::Row(row) => self.sorted.push(row.external_id.clone(), &row)?,
            Mapped::Rejected(rejection) => self.unnamed.push(&rejection)?,
        }
        Ok(())
    }

    /// Tells what was found out while reading.
    fn tell(&mut self, voice: &mut Voice<'_>) -> Result<(), SyncError> {
        let Form { bytes, encoding, delimiter, header, is_rejects_file } = self.form;
        voice.tell(&Event::InputOpened { bytes, encoding, delimiter, header });
        if is_rejects_file {
            voice.tell(&Event::Notice(Notice::RejectsFile));
        }
        self.oddities.tell(voice)?;
        if self.rows == 0 {
            voice.tell(&Event::Notice(Notice::NoRows));
        }
        Ok(())
    }

    /// The job as this file lets it be: a file that holds some of the clients only says nothing of the others.
    pub(super) fn narrowed(&self, job: &Job) -> Job {
        let mut job = job.clone();
        if self.form.is_rejects_file && job.scope == Scope::Full {
            job.scope = Scope::Partial;
        }
        job
    }

    /// Parts the footers from the rows for good, and tells what they say. A row that names a client which the ledger
    /// knows is that client's row, cut short, and no footer.
    pub(super) fn settle_footers(
        &mut self,
        is_known: impl Fn(&ExternalId) -> Result<bool, SyncError>,
        voice: &mut Voice<'_>,
    ) -> Result<Vec<Line>, SyncError> {
        let mut lines = Vec::new();
        let mut counts = Vec::new();
        for held in self.footers.take() {
            let named = match &held.mapped {
                Mapped::Row(row) => is_known(&row.external_id)?,
                Mapped::Rejected(_) => false,
            };
            if named {
                self.keep(held.mapped)?;
                continue;
            }
            lines.push(held.line);
            self.may_be_cut |= held.may_be_cut && held.stated.is_none();
            counts.extend(held.stated.map(|stated| (held.line, stated)));
        }
        let rows = self.rows - lines.len() as u64;
        for (line, stated) in counts {
            voice.tell(&Event::FooterCount { line, stated, rows });
            // A number of customers is smaller than that of their rows, and says nothing of rows that are missing.
            self.count_disagrees |= stated > rows;
            self.complete |= stated == rows;
            if stated != rows {
                voice.tell(&Event::Notice(Notice::CountDisagrees { line, stated, rows }));
            }
        }
        if let Some(expected) = self.expected.rows {
            self.count_disagrees |= expected != rows;
            self.complete |= expected == rows;
            if expected != rows {
                voice.tell(&Event::Notice(Notice::OtherRows { expected, rows }));
            }
        }
        if let Some((line, ends @ Ends::WithoutOne)) = &mut self.last
            && lines.contains(line)
        {
            *ends = Ends::InAFooter;
        }
        Ok(lines)
    }

    /// Whether no row is missing, for certain.
    pub(super) fn is_complete(&self) -> bool {
        self.complete && !self.count_disagrees
    }

    /// Whether the file ends with a line end.
    pub(super) fn has_line_end(&self) -> bool {
        self.last.is_none_or(|(_, ends)| ends == Ends::WithLineEnd)
    }

    /// The last row, when the file ends behind it without a line end.
    pub(super) fn last_row_without_end(&self) -> Option<Line> {
        let (line, ends) = self.last?;
        (ends == Ends::WithoutOne).then_some(line)
    }

    /// Whether the file holds some of the clients only, by its own word.
    pub(super) fn is_partial(&self) -> bool {
        self.form.is_rejects_file
    }

    /// Whether a footer counts other rows than were read, so that some may be missing.
    pub(super) fn count_disagrees(&self) -> bool {
        self.count_disagrees
    }

    /// Whether a row without a usable id was among them.
    pub(super) fn has_unnamed_rows(&self) -> bool {
        !self.unnamed.is_empty() || self.may_be_cut
    }

    /// Every client of the file in ascending order of external id, after the rows without one.
    pub(super) fn for_each(
        self,
        take: impl FnOnce(&mut dyn Iterator<Item = Result<Gathered, SyncError>>) -> Result<(), SyncError>,
    ) -> Result<(), SyncError> {
        let Self { mapping, sorted, mut unnamed, .. } = self;
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
