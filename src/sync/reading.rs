//! How the input is read: row by row, or beside what the ledger remembers of the last file.
//!
//! In: the job. Out: the whole input, once nobody writes to the file any more.

use super::asleep::{Memory, Seen};
use super::input::Input;
use super::voice::Voice;
use super::{Stop, SyncError, footer, night, still};
use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::mapping::KnownHeaders;
use crate::settings::{Job, Skim};
use crate::source::{IsKnown, Manifest, Proof, Skimmed, Source, SourceError, Store};

/// Reads the file to its end, once nobody writes to it any more; a bad row is kept as data.
pub(super) async fn read(
    job: &Job,
    clock: Clock,
    stop: &mut Stop,
    voice: &mut Voice<'_>,
) -> Result<Input, SyncError> {
    let mut input = read_whole(job, clock, stop, voice).await?;
    input.tell(voice)?;
    Ok(input)
}

/// The input, unless somebody has stirred whose rows were passed over: then the file is read anew, row by row, and without a
/// word, because all of it has been said.
pub(super) async fn still_fitting(
    input: Input,
    ledger: &Ledger,
    job: &Job,
    clock: Clock,
    (stop, voice): (&mut Stop, &mut Voice<'_>),
) -> Result<Input, SyncError> {
    match &input.asleep {
        Some(asleep) if !asleep.holds(ledger)? => read_whole(job, clock, stop, voice).await,
        _ => Ok(input),
    }
}

async fn read_whole(
    job: &Job,
    clock: Clock,
    stop: &mut Stop,
    voice: &mut Voice<'_>,
) -> Result<Input, SyncError> {
    let read = |store, voice: &mut Voice<'_>| read_once(store, job, voice);
    still::read(job, clock, stop, voice, read).await
}

/// Reads the file to its end as [`read`] does, but passes over those whose rows are as the ledger remembers them.
pub(super) async fn read_beside(
    ledger: &Ledger,
    job: &Job,
    clock: Clock,
    stop: &mut Stop,
    voice: &mut Voice<'_>,
) -> Result<Input, SyncError> {
    let Some(memory) = Memory::of(ledger, job)? else { return read(job, clock, stop, voice).await };
    let read = |store: Store, voice: &mut Voice<'_>| {
        // Whatever is wrong with the file, a reading row by row tells it.
        match night::read(&store, job, (&memory, ledger), voice) {
            Ok(Some(input)) => Ok(input),
            Ok(None) => read_once(store, job, voice),
            Err(error) => {
                tracing::debug!(%error, "reading row by row");
                read_once(store, job, voice)
            }
        }
    };
    let mut input = still::read(job, clock, stop, voice, read).await?;
    input.tell(voice)?;
    Ok(input)
}

/// Reads the file once, in the form that its beginning has, while a second thread finds out whether all of it has; if it has not, or
/// nothing can be presumed, the form is found out first.
fn read_once(mut store: Store, job: &Job, voice: &mut Voice<'_>) -> Result<Input, SyncError> {
    let manifest = manifest(&mut store, job)?;
    let known = KnownHeaders::new(&job.rules);
    let is_known = |header: &str| known.holds(header);
    if let Some((source, proof)) = presumed(&store, job, &is_known) {
        let read =
            Rows::begin(source, job, manifest.as_ref()).and_then(|rows| rows.read_presumed(job, voice));
        // Without the proof even a failure says nothing.
        if let Some(digest) = proof.wait()
            && let Some(rows) = read?
        {
            return Ok(rows.end(job, Some(digest)));
        }
    }
    let digest = (job.reading.skim == Skim::Allowed).then(|| store.digest()).and_then(Result::ok);
    let source = Source::open(store, &job.reading, &is_known)?;
    let mut rows = Rows::begin(source, job, manifest.as_ref())?;
    while !matches!(rows.take_next(job, voice)?, Next::Nothing) {}
    Ok(rows.end(job, digest))
}

/// The file in the form that its beginning has, and the proof that all of it has. Whatever is wrong with it is told when it is read
/// without presuming anything.
fn presumed(store: &Store, job: &Job, known: IsKnown<'_>) -> Option<(Source, Proof)> {
    let form = store.likely_form(&job.reading)?;
    let source = Source::presume(store.once_more().ok()?, &job.reading, known, &form).ok()??;
    let proof = Proof::begin(store, &job.reading, &form, None).ok()?;
    Some((source, proof))
}

/// A reading row by row.
struct Rows {
    source: Source,
    input: Input,
    headers: Vec<String>,
}

/// What came next.
enum Next {
    Row,
    /// A row of which some bytes mean nothing.
    Damaged,
    Nothing,
}

impl Rows {
    fn begin(mut source: Source, job: &Job, manifest: Option<&Manifest>) -> Result<Self, SyncError> {
        let mut input = Input::begin(&source, job)?;
        input.believe(manifest);
        let headers = source.headers().to_vec();
        source.begin_to_skim(&input.mapping().key_columns(), footer::MOST_CELLS);
        Ok(Self { source, input, headers })
    }

    /// Takes in all rows; none when a damaged one shows that the form is another one.
    fn read_presumed(mut self, job: &Job, voice: &mut Voice<'_>) -> Result<Option<Self>, SyncError> {
        let refutes = self.source.is_found_out(&job.reading);
        loop {
            match self.take_next(job, voice)? {
                Next::Damaged if refutes => return Ok(None),
                Next::Row | Next::Damaged => {}
                Next::Nothing => return Ok(Some(self)),
            }
        }
    }

    /// Takes in one row.
    fn take_next(&mut self, job: &Job, voice: &mut Voice<'_>) -> Result<Next, SyncError> {
        let Self { source, input, headers } = self;
        let next = |undecodable: &[usize]| if undecodable.is_empty() { Next::Row } else { Next::Damaged };
        let place = match source.skim()? {
            None => return Ok(Next::Nothing),
            Some(Skimmed::Plain(row)) => {
                input.pass(row.place.line, row.ends_the_file, voice);
                input.release_footers()?;
                if input.wait(&row)? {
                    return Ok(Next::Row);
                }
                row.place
            }
            Some(Skimmed::Whole(row)) => {
                input.pass(row.line, row.ends_the_file, voice);
                if let Some(cells) = input.take(row, headers)? {
                    let (path, line) = (job.input.clone(), row.line);
                    return Err(SourceError::CutOff { path, line, cells, header: headers.len() }.into());
                }
                return Ok(next(row.undecodable));
            }
        };
        let row = source.again(place)?;
        input.take_plain(&row, headers)?;
        Ok(next(row.undecodable))
    }

    /// What was read, with what the next file is compared with.
    fn end(self, job: &Job, digest: Option<[u8; 16]>) -> Input {
        let Self { source, mut input, .. } = self;
        let digest = digest.filter(|_| job.reading.skim == Skim::Allowed);
        input.seen = digest.and_then(|digest| Seen::of(&source, job, digest));
        input.keep_rows(source, job);
        input
    }
}

/// The manifest of the file, checked, when the job names one.
pub(super) fn manifest(store: &mut Store, job: &Job) -> Result<Option<Manifest>, SourceError> {
    job.expected.manifest.as_ref().map(|named| Manifest::check(store, named)).transpose()
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::settings::rules::Rules;
    use crate::settings::{Adoption, Bounds, Expected, KeepRows, OnGone, OnNewMapping, Reading, Scope};

    fn job(input: &Path) -> Job {
        Job {
            input: input.to_owned(),
            reading: Reading::default(),
            rules: Rules::default(),
            on_new_mapping: OnNewMapping::Hold,
            on_gone: OnGone::Report,
            after_runs: 1,
            bounds: Bounds::default(),
            expected: Expected::default(),
            scope: Scope::Full,
            limit: None,
            adoption: Adoption::ReadFirst,
            settle: Duration::ZERO,
            witness: None,
        }
    }

    #[test]
    fn a_presumed_form_is_given_up_at_the_first_row_whose_bytes_mean_nothing_unless_the_file_names_it() {
        for (mark, goes_on) in [(&b""[..], false), (b"\xef\xbb\xbf", true)] {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            let bytes = [mark, b"client_external_id,name\nA-1,x\nA-2,\x8c\xa9\nA-3,y\n"].concat();
            file.write_all(&bytes).unwrap();
            let job = job(file.path());
            let store = Store::open(file.path(), KeepRows::Never).unwrap();
            let form = if mark.is_empty() { "UTF-8" } else { "UTF-8+mark" };
            let source = Source::presume(store, &job.reading, &|_| true, form).unwrap().unwrap();
            let mut listener = |_: &crate::event::Event| {};
            let mut voice = Voice::new("plan", &job, Clock::system(), &mut listener);
            let read = Rows::begin(source, &job, None).unwrap().read_presumed(&job, &mut voice).unwrap();
            assert_eq!(read.map(|rows| rows.input.rows), goes_on.then_some(3), "{form}");
        }
    }
}
