//! The quiet night: reads the file without taking its rows apart, and finds out from the imprint whose rows are other than
//! they were. Only these are looked at; all others are passed over in one sum.
//!
//! In: the file and the imprint. Out: the same input as [`super::input`] makes, but for those that sleep; or none, when the
//! file must be read row by row: because it is understood otherwise than last time, because too many clients are awake, or
//! because one that sleeps may now be like one that is awake.

use std::collections::{BTreeSet, HashSet};

use super::asleep::{Memory, Seen, terms};
use super::footer;
use super::input::Input;
use super::stirred::{Row as RowSeen, Rows, stirred};
use super::voice::Voice;
use super::{SyncError, reading};
use crate::imprint::{Code, Totals};
use crate::ledger::Ledger;
use crate::mapping::KnownHeaders;
use crate::mapping::suspicion::{CodeKey, Likeness};
use crate::record::{ExternalId, Line, canonical};
use crate::settings::Job;
use crate::source::{Proof, RowPlace, Skimmed, Source, SourceError, Store};

/// Reads the file as far as it is other than the last one; none when it must be read row by row.
pub(super) fn read(
    store: &Store,
    job: &Job,
    (memory, ledger): (&Memory, &Ledger),
    voice: &mut Voice<'_>,
) -> Result<Option<Input>, SyncError> {
    let again = || store.once_more().map_err(|source| unreadable(job, source));
    let manifest = reading::manifest(&mut again()?, job)?;
    let known = KnownHeaders::new(&job.rules);
    let presumed =
        Source::presume(again()?, &job.reading, &|header| known.holds(header), &memory.facts.form)?;
    let Some(source) = presumed.filter(|source| terms(source, job) == memory.imprint.terms) else {
        return Ok(None);
    };
    let proof = Proof::begin(store, &job.reading, &memory.facts.form, last_file(store, memory))
        .map_err(|source| unreadable(job, source))?;
    let mut night = Night { memory, ledger, input: Input::of_few(&source, job)?, source, proof };
    night.input.believe(manifest.as_ref());
    let mut rows = match night.skim(voice)? {
        Finding::Rows(rows) => rows,
        Finding::CutOff => return Ok(None),
        Finding::Same => {
            // What was taken in of it meanwhile is known already.
            let mut input = Input::of_few(&night.source, job)?;
            input.believe(manifest.as_ref());
            input.is_as_before(memory);
            input.keep_rows(night.source, job);
            return Ok(Some(input));
        }
    };
    let moment = ledger.moment()?;
    let Some(left) = night.wake(&mut rows)? else { return Ok(None) };
    let Night { source, mut input, proof, .. } = night;
    if !nobody_is_alike(&input, (memory, ledger), &left)? {
        return Ok(None);
    }
    drop(moment);
    let Some(digest) = proof.wait() else { return Ok(None) };
    input.seen = Seen::of(&source, job, digest);
    let awake = left.awake.into_iter().chain(input.ids()).chain(memory.awake.iter().cloned());
    input.asleep = Some(memory.asleep(left.totals, awake.collect()));
    input.keep_rows(source, job);
    Ok(Some(input))
}

fn unreadable(job: &Job, source: std::io::Error) -> SyncError {
    SourceError::Read { path: job.input.clone(), line: Line(1), source }.into()
}

/// The hash of the last file, when this one may be it, byte for byte, and nobody has to be looked at.
fn last_file(store: &Store, memory: &Memory) -> Option<[u8; 16]> {
    let before = &memory.imprint.file;
    let may_be = memory.awake.is_empty() && memory.facts.plain && store.bytes() == before.bytes;
    may_be.then_some(before.digest)
}

/// What is left of the totals, and who is no longer in them.
struct Left {
    totals: Totals,
    awake: BTreeSet<ExternalId>,
    /// Where those stood who are no longer in them.
    places: HashSet<(usize, usize)>,
}

/// A reading under way.
struct Night<'m> {
    memory: &'m Memory,
    ledger: &'m Ledger,
    source: Source,
    input: Input,
    proof: Proof,
}

/// How many rows are read between two questions whether the file is the last one.
const ROWS_BETWEEN_QUESTIONS: u64 = 1 << 10;

/// What came of skimming a file.
enum Finding {
    /// The rows of those who may sleep.
    Rows(Rows),
    /// It is the last file, byte for byte.
    Same,
    CutOff,
}

/// What becomes of a row that was skimmed.
enum Found {
    Sleeps,
    Awake(RowPlace),
    TakenIn,
    CutOff,
}

impl Night<'_> {
    /// Reads the file once, or until it is known to be the last one.
    fn skim(&mut self, voice: &mut Voice<'_>) -> Result<Finding, SyncError> {
        let awake: HashSet<Code> = self.memory.awake.iter().map(|id| Code::of(id.as_str())).collect();
        let headers = self.source.headers().to_vec();
        let columns = self.input.mapping().key_columns();
        self.source.begin_to_skim(&columns, footer::MOST_CELLS);
        let mut rows = Rows::default();
        // The last row that may sleep.
        let mut last: Option<RowSeen> = None;
        while let Some(skimmed) = self.source.skim()? {
            let found = match skimmed {
                Skimmed::Plain(row) => {
                    self.input.pass(row.place.line, row.ends_the_file, voice);
                    self.input.release_footers()?;
                    let text = self.input.mapping().code(row.cells);
                    let code = Code::of(canonical(&text));
                    if text.is_empty() || awake.contains(&code) {
                        Found::Awake(row.place)
                    } else {
                        let seen = RowSeen { code, print: row.print, place: row.place };
                        rows.push(seen.behind(last))?;
                        last = Some(seen);
                        Found::Sleeps
                    }
                }
                Skimmed::Whole(row) => {
                    self.input.pass(row.line, row.ends_the_file, voice);
                    if self.input.take(row, &headers)?.is_some() { Found::CutOff } else { Found::TakenIn }
                }
            };
            match found {
                Found::Sleeps | Found::TakenIn => {}
                Found::CutOff => return Ok(Finding::CutOff),
                Found::Awake(place) => self.input.take_plain(&self.source.again(place)?, &headers)?,
            }
            if self.input.rows.is_multiple_of(ROWS_BETWEEN_QUESTIONS) && self.proof.is_same_already() {
                return Ok(Finding::Same);
            }
        }
        Ok(if self.proof.is_same() { Finding::Same } else { Finding::Rows(rows) })
    }

    /// Takes in the rows of everybody whose rows are other than they were, or of whom a row was taken in already; none when
    /// they are too many.
    fn wake(&mut self, rows: &mut Rows) -> Result<Option<Left>, SyncError> {
        let mut totals = self.memory.imprint.totals.clone();
        let others = rows.sums.other_than(&self.memory.imprint.sums);
        // Those who were awake before have all of their rows in; others may have one beside rows that sleep.
        let roused = self.input.ids().filter(|id| !self.memory.awake.contains(id));
        let roused = roused.map(|id| Code::of(id.as_str())).collect();
        let Some(stirred) = stirred(&others, roused, rows, self.ledger)? else { return Ok(None) };
        let mut awake = BTreeSet::new();
        for sleeper in &stirred.sleepers {
            totals.take_out(sleeper);
            awake.insert(sleeper.external_id.clone());
        }
        let headers = self.source.headers().to_vec();
        for place in stirred.rows {
            self.input.take_plain(&self.source.again(place)?, &headers)?;
        }
        Ok(Some(Left { totals, awake, places: stirred.places }))
    }
}

/// Whether nobody who sleeps could be told something because of one who is awake: that it is the same customer, that its code
/// lost zeros.
fn nobody_is_alike(
    input: &Input,
    (memory, ledger): (&Memory, &Ledger),
    left: &Left,
) -> Result<bool, SyncError> {
    let zeros = input.mapping().zeros();
    let mut alike = Alike::default();
    let mut widths = left.totals.widths.clone();
    for gathered in input.few() {
        let likeness = Likeness::of(&gathered.wanted, zeros);
        if let (Some(id), Some(code)) = (gathered.external_id(), likeness.code) {
            widths.count(id, code);
        }
        alike.add(likeness);
    }
    // What is held back as a footer may turn out to be a row of its client.
    for id in input.ids() {
        alike.add(Likeness { code: Some(CodeKey::of(&id, zeros)), customer: None });
    }
    if widths.usual() != memory.facts.usual {
        return Ok(false);
    }
    let mut found = false;
    if !alike.is_empty() {
        ledger.each_imprint_keys(|bucket, keys| {
            let mut places = keys.enumerate().filter(|(_, likeness)| alike.holds(*likeness));
            found |= places.any(|(place, _)| !left.places.contains(&(bucket, place)));
            !found
        })?;
    }
    Ok(!found)
}

/// The likenesses of those who are awake.
#[derive(Default)]
struct Alike {
    codes: HashSet<u64>,
    customers: HashSet<u64>,
    /// Tells most of the others apart at a glance: a bit for the last bits of each.
    glance: Vec<u64>,
}

/// How many bits the glance has.
const GLANCE: usize = 1 << 16;

impl Alike {
    fn add(&mut self, likeness: Likeness) {
        self.glance.resize(GLANCE / 64, 0);
        let code = likeness.code.map(|code| code.parts().0);
        for hash in code.iter().chain(&likeness.customer) {
            let (word, bit) = place(*hash);
            self.glance[word] |= bit;
        }
        self.codes.extend(code);
        self.customers.extend(likeness.customer);
    }

    fn is_empty(&self) -> bool {
        self.codes.is_empty() && self.customers.is_empty()
    }

    #[inline]
    fn holds(&self, likeness: Likeness) -> bool {
        let seen = |hash: &u64| {
            let (word, bit) = place(*hash);
            self.glance[word] & bit != 0
        };
        let code = likeness.code.map(|code| code.parts().0).filter(seen);
        let customer = likeness.customer.filter(seen);
        code.is_some_and(|code| self.codes.contains(&code))
            || customer.is_some_and(|customer| self.customers.contains(&customer))
    }
}

#[inline]
fn place(hash: u64) -> (usize, u64) {
    let last = usize::try_from(hash % GLANCE as u64).unwrap_or_default();
    (last / 64, 1 << (last % 64))
}
