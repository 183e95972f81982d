//! Who is no longer as the imprint knows them: looks into the buckets whose sums are others.
//!
//! In: the rows of the file as numbers, and the pages with the clients of these buckets. Out: everybody whose rows changed, came
//! or went, and where these rows stand. Buckets are looked into a few at a time, and the pages of those who stirred once more,
//! so that it takes little memory however many there are.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use super::SyncError;
use super::asleep::MOST_AWAKE;
use crate::imprint::{BUCKETS, Code, Sleeper, SleeperLine, Sums};
use crate::ledger::{Ledger, LedgerError};
use crate::record::{Line, Print};
use crate::source::RowPlace;
use crate::spool::{Numbers, SpoolError};

/// Buckets whose clients have so many rows together are tallied at once.
const TALLIED_AT_ONCE: u64 = 1 << 16;
/// So many rows in the file may be theirs: with more, too many have stirred, or one has too many rows.
const MOST_ROWS: usize = 1 << 17;
/// How many bits the length of a row takes beside its number: no record is longer.
const LENGTH_BITS: u32 = 24;

/// A row of the file that may belong to one who sleeps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) code: Code,
    pub(super) print: Print,
    pub(super) place: RowPlace,
}

/// The rows of the file, and their sums.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) sums: Sums,
    rows: Numbers<4>,
}

/// Those who are no longer as they were.
pub(super) struct Stirred {
    codes: Codes,
    /// As the imprint knows them, those whom it knows.
    pub(super) sleepers: Vec<Sleeper>,
    /// Where they stand in their pages.
    pub(super) places: HashSet<(usize, usize)>,
    /// Where their rows stand, in the order of the file.
    pub(super) rows: Vec<RowPlace>,
}

/// Codes, which are hashes already.
pub(super) type Codes = HashSet<Code, BuildHasherDefault<Through>>;

impl Row {
    /// The row with the print that it has behind `last`, if that is a row of the same client right above it.
    #[inline]
    pub(super) fn behind(self, last: Option<Self>) -> Self {
        let above = last.filter(|it| it.code == self.code && it.place.line.0 + 1 == self.place.line.0);
        Self { print: above.map_or(self.print, |above| self.print.behind(above.print)), ..self }
    }
}

impl Rows {
    #[inline]
    pub(super) fn push(&mut self, row: Row) -> Result<(), SpoolError> {
        let Row { code, print, place: RowPlace { line, start, length } } = row;
        self.sums.add(code, print, 1);
        self.rows.push([code.0, print.0, start, line.0 << LENGTH_BITS | length as u64])
    }
}

/// The place of a row out of two of its numbers.
fn place(start: u64, line: u64) -> RowPlace {
    let length = usize::try_from(line & ((1 << LENGTH_BITS) - 1)).unwrap_or_default();
    RowPlace { line: Line(line >> LENGTH_BITS), start, length }
}

/// Looks into these buckets, and into those of whoever is `roused` in any case; none when a page was damaged, or when there
/// are too many of those who stirred.
pub(super) fn stirred(
    others: &BTreeSet<usize>,
    roused: Codes,
    rows: &mut Rows,
    ledger: &Ledger,
) -> Result<Option<Stirred>, SyncError> {
    tallied(TALLIED_AT_ONCE, others, roused, (rows, ledger))
}

fn tallied(
    at_once: u64,
    others: &BTreeSet<usize>,
    roused: Codes,
    (rows, ledger): (&mut Rows, &Ledger),
) -> Result<Option<Stirred>, SyncError> {
    let of_roused = roused.iter().map(|code| code.bucket());
    let buckets: BTreeSet<usize> = others.iter().copied().chain(of_roused).collect();
    let (sleepers, places) = (Vec::new(), HashSet::new());
    let mut stirred = Stirred { codes: roused, sleepers, places, rows: Vec::new() };
    let room = (buckets.len() as u64 * rows.rows.count() / BUCKETS as u64).min(at_once);
    let new_group = || Group::with_room(room);
    let mut group = new_group();
    for bucket in buckets {
        let whole = group.add(bucket, ledger)?.is_some();
        let is_full = group.rows > at_once;
        let full = is_full.then(|| std::mem::replace(&mut group, new_group()));
        if !whole || !full.map_or(Ok(true), |full| full.tell(rows, &mut stirred, ledger))? {
            return Ok(None);
        }
    }
    let told = group.tell(rows, &mut stirred, ledger)?;
    stirred.rows.sort_unstable_by_key(|place| place.line);
    Ok(told.then_some(stirred))
}

/// A few buckets, and what the file has more of than they know.
struct Group {
    buckets: Vec<usize>,
    /// For each bucket whether it is among them.
    holds: Vec<bool>,
    tallies: HashMap<Code, Tally, BuildHasherDefault<Through>>,
    /// How many rows its clients had.
    rows: u64,
}

/// Whether those who stirred are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Many {
    No,
    TooMany,
}

/// What the file has more than the page: nothing, when a client is as it was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    print: u64,
    rows: u64,
}

impl Group {
    /// An empty one, with room for so many clients.
    fn with_room(room: u64) -> Self {
        let room = usize::try_from(room).unwrap_or_default();
        let tallies = HashMap::with_capacity_and_hasher(room, BuildHasherDefault::default());
        Self { buckets: Vec::new(), holds: vec![false; BUCKETS], tallies, rows: 0 }
    }

    fn hold(&mut self, bucket: usize) {
        self.buckets.push(bucket);
        self.holds[bucket] = true;
    }

    /// Takes in the clients of a bucket; none when the page was damaged.
    fn add(&mut self, bucket: usize, ledger: &Ledger) -> Result<Option<()>, LedgerError> {
        self.hold(bucket);
        ledger.each_imprint_line(bucket, |SleeperLine { code, print, share }| {
            let tally = self.tallies.entry(Code::of(code)).or_default();
            tally.print = tally.print.wrapping_sub(print.0);
            tally.rows = tally.rows.wrapping_sub(u64::from(share.rows));
            self.rows += u64::from(share.rows);
        })
    }

    /// Tells who of them stirred; `false` when they are too many or a page was damaged.
    fn tell(mut self, rows: &mut Rows, stirred: &mut Stirred, ledger: &Ledger) -> Result<bool, SyncError> {
        Ok(self.look(rows, stirred)? == Many::No && self.add_sleepers(stirred, ledger)?.is_some())
    }

    /// Finds those whose rows are others than their pages know.
    fn look(&mut self, rows: &mut Rows, stirred: &mut Stirred) -> Result<Many, SpoolError> {
        if self.buckets.is_empty() {
            return Ok(Many::No);
        }
        let mut held = Vec::with_capacity(usize::try_from(self.rows).unwrap_or_default().min(MOST_ROWS));
        rows.rows.each(|[code, print, start, line]| {
            let code = Code(code);
            if self.holds[code.bucket()] && held.len() <= MOST_ROWS {
                let tally = self.tallies.entry(code).or_default();
                tally.print = tally.print.wrapping_add(print);
                tally.rows = tally.rows.wrapping_add(1);
                held.push((code, place(start, line)));
            }
            Ok::<_, SpoolError>(())
        })?;
        if held.len() > MOST_ROWS {
            return Ok(Many::TooMany);
        }
        let others = self.tallies.iter().filter(|(_, tally)| **tally != Tally::default());
        stirred.codes.extend(others.map(|(code, _)| code));
        let theirs = held.into_iter().filter(|(code, _)| stirred.codes.contains(code));
        stirred.rows.extend(theirs.map(|(_, place)| place));
        let too_many = stirred.codes.len() > MOST_AWAKE || stirred.rows.len() > MOST_AWAKE;
        Ok(if too_many { Many::TooMany } else { Many::No })
    }

    /// Reads once more the pages of those who stirred, so that nobody else need be held; none when a page was damaged.
    fn add_sleepers(&self, stirred: &mut Stirred, ledger: &Ledger) -> Result<Option<()>, LedgerError> {
        let with_somebody: HashSet<usize> = stirred.codes.iter().map(|code| code.bucket()).collect();
        for bucket in self.buckets.iter().filter(|bucket| with_somebody.contains(bucket)) {
            let page = ledger.imprint_page(*bucket, |code| stirred.codes.contains(&Code::of(code)))?;
            let Some(page) = page else { return Ok(None) };
            for (place, sleeper) in page {
                stirred.places.insert((*bucket, place));
                stirred.sleepers.push(sleeper);
            }
        }
        Ok(Some(()))
    }
}

/// Hands a hash through as it is.
#[derive(Debug, Default)]
pub(super) struct Through(u64);

impl Hasher for Through {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0 << 8 ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imprint::Share;
    use crate::ledger::{FileSeen, NewImprint};
    use crate::mapping::suspicion::Likeness;
    use crate::operation::RunId;
    use crate::record::ExternalId;

    /// Looks at so many rows of clients whom no page knows, each with so many rows, among rows of somebody who is not asked for.
    fn look(count: u64, rows_each: u64) -> (Many, Stirred) {
        // Those who are asked for have even numbers, and so do their buckets.
        let code = |client: u64| Code(client << 50 | client >> 13);
        let mut rows = Rows::default();
        for line in 0..count {
            let place = RowPlace { line: Line(line), start: 90 * line, length: 80 };
            for code in [code(line / rows_each * 2), code(1)] {
                rows.push(Row { code, print: Print(line + 1), place }).unwrap();
            }
        }
        let mut group = Group::with_room(0);
        (0..BUCKETS).step_by(2).for_each(|bucket| group.hold(bucket));
        let (sleepers, places) = (Vec::new(), HashSet::new());
        let mut stirred = Stirred { codes: Codes::default(), sleepers, places, rows: Vec::new() };
        let many = group.look(&mut rows, &mut stirred).unwrap();
        (many, stirred)
    }

    #[test]
    fn rows_of_those_who_stirred_are_found_with_their_places() {
        let (many, stirred) = look(3, 3);
        assert_eq!((many, stirred.codes), (Many::No, Codes::from_iter([Code(0)])));
        let place = |line| RowPlace { line: Line(line), start: 90 * line, length: 80 };
        assert_eq!(stirred.rows, [place(0), place(1), place(2)]);
    }

    #[test]
    fn too_many_who_stirred_end_the_look_before_they_fill_the_memory() {
        let most = MOST_AWAKE as u64;
        assert_eq!(look(most, 1).0, Many::No);
        assert_eq!(look(most + 1, 1).0, Many::TooMany);
        assert_eq!(look(most + 1, 2).0, Many::TooMany, "few with many rows");
        let (many, stirred) = look(MOST_ROWS as u64 + 1, 1);
        assert_eq!((many, stirred.codes.len()), (Many::TooMany, 0), "nobody is noted of so many");
    }

    /// Clients of whom some stand in one bucket.
    fn ids() -> Vec<String> {
        (1..=60).chain([4954, 5809, 7657, 5085, 8208]).map(|id| format!("{id:06}")).collect()
    }

    /// A ledger in whose imprint they sleep, each with one row.
    fn ledger() -> Ledger {
        let mut ledger = Ledger::in_memory().unwrap();
        let file = FileSeen { bytes: 0, digest: [0; 16], form: String::new() };
        let new = NewImprint { run: RunId(1), terms: "", file: &file, looked_at: None };
        let share = Share { rows: 1, skipped: 0 };
        let mut ids = ids();
        ids.sort_unstable_by_key(|id| Code::of(id).bucket());
        let sleepers = ids.iter().map(|id| Sleeper {
            external_id: ExternalId::new(id),
            print: Print::of(id.as_bytes()),
            likeness: Likeness::default(),
            share,
        });
        ledger.note_imprint::<LedgerError>(&new, sleepers.map(Ok), std::iter::empty()).unwrap();
        ledger
    }

    #[test]
    fn who_stirred_is_the_same_however_many_are_tallied_at_once() {
        let ledger = ledger();
        for at_once in [0, 1, 7, TALLIED_AT_ONCE] {
            let mut rows = Rows::default();
            let mut lines = Vec::new();
            for (line, id) in (2..).zip(ids()) {
                let print = if id == "004954" { Print::of(b"other") } else { Print::of(id.as_bytes()) };
                let place = RowPlace { line: Line(line), start: 90 * line, length: 80 };
                // One is gone, one has a row more, one changed; of one something is known from elsewhere.
                for _ in 0..if id == "007657" { 0 } else { 1 + u64::from(id == "000024") } {
                    rows.push(Row { code: Code::of(&id), print, place }).unwrap();
                    lines.extend(["004954", "000024", "000005"].contains(&id.as_str()).then_some(line));
                }
            }
            let roused = Codes::from_iter([Code::of("000005")]);
            let all = (0..BUCKETS).collect();
            let stirred = tallied(at_once, &all, roused, (&mut rows, &ledger)).unwrap().unwrap();
            let mut ids: Vec<&str> = stirred.sleepers.iter().map(|it| it.external_id.as_str()).collect();
            ids.sort_unstable();
            assert_eq!(ids, ["000005", "000024", "004954", "007657"], "{at_once} at once");
            assert_eq!(stirred.rows.iter().map(|row| row.line.0).collect::<Vec<_>>(), lines);
            for sleeper in &stirred.sleepers {
                let code = sleeper.external_id.as_str();
                let bucket = Code::of(code).bucket();
                let page = ledger.imprint_page(bucket, |it| it == code).unwrap().unwrap();
                assert!(stirred.places.contains(&(bucket, page[0].0)), "{code}");
            }
            assert_eq!(stirred.places.len(), ids.len());
        }
    }
}
