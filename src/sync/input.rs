//! The input as it is read: row by row into a sorter, so that the rows of one client come together however far apart they
//! stand, and never all of them in memory.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::SyncError;
use super::asleep::{Asleep, Facts, Memory, Seen};
use super::footer::{self, Footers};
use super::named::Named;
use super::oddities::{Odd, Oddities, is_nothing_odd};
use super::voice::Voice;
use crate::event::{Event, Notice};
use crate::mapping::{Mapped, Mapping};
use crate::operation::RunId;
use crate::record::{ExternalId, Gathered, Line, Rejection, Wanted};
use crate::settings::{Expected, Footer, Job, KeepRows, Scope};
use crate::source::{Again, Kept, Manifest, Plain, Row, Source};
use crate::spool::Sorter;

/// How many rows pass between two tellings of progress.
const ROWS_BETWEEN_TELLINGS: u64 = 10_000;

/// What the sorter of the rows without an id holds in memory, in bytes: there are few of them.
const BUFFER_OF_UNNAMED: usize = 1 << 20;

/// The whole input, in temporary storage.
pub(super) struct Input {
    mapping: Mapping,
    named: Named,
    unnamed: Sorter<Line, Rejection>,
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
    /// What the rows were read as, for the next file to be compared with; none when that cannot be.
    pub(super) seen: Option<Seen>,
    /// Those that sleep, whose rows were passed over; none when each row was looked at.
    pub(super) asleep: Option<Asleep>,
    /// What reads the rows again that wait.
    again: Again,
    /// Serves every row that is decoded as a whole.
    decoded: String,
    /// The run that read the very same file.
    same_as: Option<RunId>,
}

/// How the file ends behind its last row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Ends {
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

impl Input {
    /// The mapping by which it is understood.
    pub(super) fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    pub(super) fn begin(source: &Source, job: &Job) -> Result<Self, SyncError> {
        let mapping = Mapping::new(source.headers(), &job.rules)?;
        let unused: Vec<String> = mapping.unused_headers().map(str::to_owned).collect();
        // Every row of a rejects file was a row before.
        let footer = if source.is_rejects_file() { Footer::Absent } else { job.reading.footer };
        Ok(Self {
            mapping,
            named: Named::as_many_as_there_are(),
            unnamed: Sorter::holding(BUFFER_OF_UNNAMED),
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
            seen: None,
            asleep: None,
            again: source.again_later()?,
            decoded: String::new(),
            same_as: None,
        })
    }

    /// Begins one that holds the rows of a few clients in memory.
    pub(super) fn of_few(source: &Source, job: &Job) -> Result<Self, SyncError> {
        Ok(Self { named: Named::few(), ..Self::begin(source, job)? })
    }

    /// Is the file of the imprint, byte for byte: nobody stirs, and there is nothing to be noted of it.
    pub(super) fn is_as_before(&mut self, memory: &Memory) {
        (self.rows, self.last) = (memory.facts.rows, memory.facts.last);
        self.asleep = Some(memory.asleep(memory.imprint.totals.clone(), BTreeSet::new()));
        self.same_as = Some(memory.imprint.run);
    }

    /// Keeps what gives the bytes of the rows again, when they are needed.
    pub(super) fn keep_rows(&mut self, source: Source, job: &Job) {
        if job.reading.rows == KeepRows::UntilTheEnd {
            self.kept = Some(source.into_kept());
        }
    }

    /// The file as it was read, once its footers are settled.
    pub(super) fn facts(&self, footers: usize, usual: Option<usize>) -> Option<(Seen, Facts)> {
        let seen = self.seen.clone()?;
        let plain = footers == 0 && !self.has_unnamed_rows();
        let facts = Facts { form: seen.form.clone(), rows: self.rows, last: self.last, plain, usual };
        Some((seen, facts))
    }

    /// Believes what a manifest says.
    pub(super) fn believe(&mut self, manifest: Option<&Manifest>) {
        if let Some(manifest) = manifest {
            self.complete = manifest.tells_the_bytes();
            self.expected.rows = manifest.rows().or(self.expected.rows);
        }
    }

    /// Counts one more row.
    pub(super) fn pass(&mut self, line: Line, ends_the_file: bool, voice: &mut Voice<'_>) {
        self.rows += 1;
        self.last = Some((line, if ends_the_file { Ends::WithoutOne } else { Ends::WithLineEnd }));
        if self.rows.is_multiple_of(ROWS_BETWEEN_TELLINGS) {
            voice.tell(&Event::RowsRead(self.rows));
        }
    }

    /// Understands a row. One in which something is odd is looked at each time.
    fn map(&mut self, row: &Row<'_>, headers: &[String]) -> Result<Mapped, SyncError> {
        let odd = self.oddities.look(row, headers)?;
        let mut mapped = self.mapping.row(row.line, row.cells, row.undecodable);
        if let Mapped::Row(mapped) = &mut mapped {
            mapped.print = (odd == Odd::No).then_some(row.print);
        }
        Ok(mapped)
    }

    /// Lets a row wait that is like most are, when it names its client beyond doubt and nothing is odd about it; `false` when
    /// it is to be looked at now.
    pub(super) fn wait(&mut self, row: &Plain<'_>) -> Result<bool, SyncError> {
        let Some(id) = self.mapping.sure_code(row.cells) else { return Ok(false) };
        if !row.text(&mut self.decoded).is_some_and(is_nothing_odd) {
            return Ok(false);
        }
        Ok(self.named.wait(&id, row)?)
    }

    /// Takes in a row that is like most are: a client's, and no footer.
    pub(super) fn take_plain(&mut self, row: &Row<'_>, headers: &[String]) -> Result<(), SyncError> {
        let mapped = self.map(row, headers)?;
        self.keep(mapped)
    }

    /// Lets the rows go that were held back, because a client's row stands below them.
    #[inline]
    pub(super) fn release_footers(&mut self) -> Result<(), SyncError> {
        if self.footers.is_at_rest() {
            return Ok(());
        }
        for released in self.footers.release() {
            self.keep(released)?;
        }
        Ok(())
    }

    /// Takes in one row; gives back how many cells it has when the file was cut off in it.
    pub(super) fn take(&mut self, row: Row<'_>, headers: &[String]) -> Result<Option<usize>, SyncError> {
        let width = headers.len();
        let mapped = self.map(&row, headers)?;
        let cells = row.cells.len();
        if !self.footers.could_be_one(&mapped, row.cells, width) {
            if row.ends_the_file && cells < width {
                return Ok(Some(cells));
            }
            self.release_footers()?;
            self.keep(mapped)?;
            return Ok(None);
        }
        let named = matches!(mapped, Mapped::Row(_));
        // The first letters of a row that was cut off name a client and have no line end: that is no footer.
        let is_cut = row.ends_the_file && named;
        let below_others = row.behind_blank && !is_cut || !self.footers.is_empty();
        // A row with something in its key that stands right below the others is a client's row that is too short.
        let filled = row.cells.iter().filter(|text| !text.trim().is_empty()).count();
        let alone = filled == 1;
        let short_row = named && filled > 1 && footer::reads_like_a_code(row.cells);
        let states_count = footer::stated_count(row.cells).is_some();
        let candidate = !named || states_count || !short_row && (alone || below_others);
        let is_footer = candidate && (below_others || states_count);
        if row.ends_the_file && cells < width && !is_footer {
            return Ok(Some(cells));
        }
        if candidate {
            for released in self.footers.hold(row.line, mapped, row.cells) {
                self.keep(released)?;
            }
        } else {
            self.release_footers()?;
            self.keep(mapped)?;
        }
        Ok(None)
    }

    fn keep(&mut self, mapped: Mapped) -> Result<(), SyncError> {
        match mapped {
            Mapped::Row(row) => self.named.keep(row)?,
            Mapped::Rejected(rejection) => {
                let line = rejection.lines.first().copied().unwrap_or(Line(0));
                self.unnamed.push(&line, &rejection)?;
            }
        }
        Ok(())
    }

    /// The clients whose rows are held in memory.
    pub(super) fn few(&self) -> impl Iterator<Item = Gathered> {
        self.named.in_memory().map(|rows| self.mapping.client(rows))
    }

    /// Their ids, and those of the rows that are held back as footers.
    pub(super) fn ids(&self) -> impl Iterator<Item = ExternalId> {
        let ids = self.named.ids_in_memory().chain(self.footers.named()).cloned();
        ids.filter(|id| !id.is_empty())
    }

    /// Tells what was found out while reading.
    pub(super) fn tell(&mut self, voice: &mut Voice<'_>) -> Result<(), SyncError> {
        let Form { bytes, encoding, delimiter, header, is_rejects_file } = self.form;
        voice.tell(&Event::InputOpened { bytes, encoding, delimiter, header });
        if is_rejects_file {
            voice.tell(&Event::Notice(Notice::RejectsFile));
        }
        if let Some(run) = self.same_as {
            voice.tell(&Event::Notice(Notice::SameFile(run)));
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
        let Self { mapping, named, unnamed, again, .. } = self;
        let unnamed = unnamed.sorted()?.map(|pair| Ok(Wanted::Rejected(pair?.1).into()));
        take(&mut unnamed.chain(named.gathered(mapping, again)?))
    }
}
