//! Who is no longer as the imprint knows them: looks at those whose sums are others.
//!
//! In: the rows of the file as numbers, and the pages with the clients of these sums. Out: the codes of everybody whose rows
//! changed, came or went. Pages are looked into a few at a time, so that it takes little memory however many there are.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use super::SyncError;
use super::asleep::MOST_AWAKE;
use crate::imprint::{Code, SUMS, Sleeper, Sums, bucket_of, sums_of};
use crate::ledger::Ledger;
use crate::record::{Line, Print};
use crate::source::RowPlace;
use crate::spool::{Numbers, SpoolError};

/// So many clients of pages are held at once.
const HELD_AT_ONCE: usize = 1 << 16;
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
    pub(super) codes: Codes,
    /// As the imprint knows them, those whom it knows.
    pub(super) sleepers: Vec<Sleeper>,
    /// Where they stand in their pages.
    pub(super) places: HashSet<(usize, usize)>,
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

    /// Where the rows of these codes stand, in the order of the file.
    pub(super) fn of(&mut self, codes: &Codes) -> Result<Vec<RowPlace>, SyncError> {
        let mut places = Vec::new();
        if codes.is_empty() {
            return Ok(places);
        }
        self.rows.each(|[code, _, start, line]| {
            if codes.contains(&Code(code)) {
                let length = usize::try_from(line & ((1 << LENGTH_BITS) - 1)).unwrap_or_default();
                places.push(RowPlace { line: Line(line >> LENGTH_BITS), start, length });
            }
            Ok::<_, SpoolError>(())
        })?;
        Ok(places)
    }
}

/// Looks at the clients of these sums, and at those of whoever is `roused` in any case; none when a page was damaged, or when
/// there are too many of those who stirred.
pub(super) fn stirred(
    others: &BTreeSet<usize>,
    roused: Codes,
    rows: &mut Rows,
    ledger: &Ledger,
) -> Result<Option<Stirred>, SyncError> {
    let sums = others.iter().copied().chain(roused.iter().map(|code| code.sum()));
    let (mut buckets, mut asked_for) = (BTreeSet::new(), vec![false; SUMS]);
    for sum in sums {
        buckets.insert(bucket_of(sum));
        asked_for[sum] = true;
    }
    let mut stirred = Stirred { codes: roused, sleepers: Vec::new(), places: HashSet::new() };
    let mut group = Group::new();
    for bucket in buckets {
        let page = ledger.imprint_page(bucket, |code| asked_for[Code::of(code).sum()])?;
        let Some(page) = page else { return Ok(None) };
        for sum in sums_of(bucket) {
            group.holds[sum] = asked_for[sum];
        }
        group.add(bucket, page);
        if group.tallies.len() > HELD_AT_ONCE {
            std::mem::replace(&mut group, Group::new()).look(rows, &mut stirred)?;
        }
        if stirred.codes.len() > MOST_AWAKE {
            return Ok(None);
        }
    }
    group.look(rows, &mut stirred)?;
    Ok((stirred.codes.len() <= MOST_AWAKE).then_some(stirred))
}

/// A few pages, and what the file has more of than they know.
struct Group {
    /// The clients by bucket, with their places in its page.
    pages: Vec<(usize, Vec<(usize, Sleeper)>)>,
    /// For each sum whether its clients are among them.
    holds: Vec<bool>,
    tallies: HashMap<Code, Tally, BuildHasherDefault<Through>>,
}

/// What the file has more than the page: nothing, when a client is as it was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    print: u64,
    rows: u64,
}

impl Group {
    fn new() -> Self {
        Self { pages: Vec::new(), holds: vec![false; SUMS], tallies: HashMap::default() }
    }

    fn add(&mut self, bucket: usize, page: Vec<(usize, Sleeper)>) {
        for (_, sleeper) in &page {
            let tally = self.tallies.entry(Code::of(sleeper.external_id.as_str())).or_default();
            tally.print = tally.print.wrapping_sub(sleeper.print.0);
            tally.rows = tally.rows.wrapping_sub(u64::from(sleeper.share.rows));
        }
        self.pages.push((bucket, page));
    }

    fn look(mut self, rows: &mut Rows, stirred: &mut Stirred) -> Result<(), SyncError> {
        if self.pages.is_empty() {
            return Ok(());
        }
        rows.rows.each(|[code, print, ..]| {
            let code = Code(code);
            if self.holds[code.sum()] {
                let tally = self.tallies.entry(code).or_default();
                tally.print = tally.print.wrapping_add(print);
                tally.rows = tally.rows.wrapping_add(1);
            }
            Ok::<_, SpoolError>(())
        })?;
        let others = self.tallies.into_iter().filter(|(_, tally)| *tally != Tally::default());
        stirred.codes.extend(others.map(|(code, _)| code));
        for (bucket, page) in self.pages {
            for (place, sleeper) in page {
                if stirred.codes.contains(&Code::of(sleeper.external_id.as_str())) {
                    stirred.places.insert((bucket, place));
                    stirred.sleepers.push(sleeper);
                }
            }
        }
        Ok(())
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
