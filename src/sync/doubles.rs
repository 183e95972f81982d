//! Clients that may be one customer, and codes that may have lost zeros: gathered while the plan is made, told before it.
//!
//! In: the clients of the file, one at a time. Out: warnings in the order of the rows. What is suspicious is decided in
//! [`crate::mapping::suspicion`]; here clients that may be alike are brought together outside of memory. Most clients are like
//! no other, which is seen at a glance; of the rest hashes are sorted, and told apart by name those whose hashes met and short codes.

use super::SyncError;
use super::twice::Twice;
use super::voice::Voice;
use crate::event::Event;
use crate::mapping::Mapping;
use crate::mapping::suspicion::{CodeKey, Codes, Customers, Finding, Likeness, Part, Seen, Widths, Zeros};
use crate::record::{Line, Wanted, Warning};
use crate::spool::{Numbers, Sorter, Spool, SpoolError};

/// What each of the sorters holds in memory, in bytes.
const BUFFER: usize = 1 << 20;

/// The clients that were seen so far; each has a number, in the order of their coming.
pub(super) struct Doubles {
    column: String,
    zeros: Zeros,
    widths: Widths,
    seen: Spool<Seen>,
    /// Of each the hash of its code, how many digits it has, and the customer or zero.
    keys: Numbers<3>,
    /// Both kinds of hashes.
    twice: Twice,
}

/// Those who are looked at more closely, by number.
type Doubtful = Sorter<u64, Doubt>;

/// Why one of them is: its code, or name and address.
#[derive(Clone, Copy, serde::Serialize, serde::Deserialize)]
enum Doubt {
    Code(CodeKey),
    Customer(u64),
}

impl Doubles {
    /// Begins; `widths` are those of the codes that are not looked at, and so many clients are about to be.
    pub(super) fn new(mapping: &Mapping, widths: Widths, expected: u64) -> Self {
        Self {
            column: mapping.key_label().to_owned(),
            zeros: mapping.zeros(),
            widths,
            seen: Spool::new(),
            keys: Numbers::new(),
            twice: Twice::among(2 * expected),
        }
    }

    /// Looks at one client; one that is inactive or outside of what the mapping asks for does not take part, and one
    /// that is rejected is only named to others.
    pub(super) fn look(&mut self, wanted: &Wanted, part: Part) -> Result<Likeness, SyncError> {
        let likeness = Likeness::of(wanted, self.zeros);
        let (Some(external_id), Some(line)) = (wanted.external_id(), wanted.lines().first()) else {
            return Ok(likeness);
        };
        let Likeness { code: Some(code), customer } = likeness else { return Ok(likeness) };
        let part = if matches!(wanted, Wanted::Rejected(_)) { Part::Named } else { part };
        self.seen.push(&Seen(*line, external_id.clone(), part))?;
        self.widths.count(external_id, code);
        let (hash, digits) = code.parts();
        self.keys.push([hash, digits as u64, customer.unwrap_or_default()])?;
        self.twice.note(hash);
        if let Some(customer) = customer {
            self.twice.note(customer);
        }
        Ok(likeness)
    }

    /// How many digits most codes have.
    pub(super) fn usual(&self) -> Option<usize> {
        self.widths.usual()
    }

    /// Tells what was found.
    pub(super) fn tell(self, voice: &mut Voice<'_>) -> Result<(), SyncError> {
        let usual = self.widths.usual();
        let Self { column, seen, keys, twice, .. } = self;
        let doubtful = doubtful(keys, &twice.told(), usual)?;
        if doubtful.is_empty() {
            return Ok(());
        }
        let mut found = Found { column, warnings: Sorter::holding(BUFFER) };
        found.look(seen, doubtful, usual)?;
        for warning in found.warnings.sorted()? {
            voice.tell(&Event::Warned(warning?.1));
        }
        Ok(())
    }
}

/// Those whose hashes met, and short codes.
fn doubtful(
    mut keys: Numbers<3>,
    came_twice: &impl Fn(u64) -> bool,
    usual: Option<usize>,
) -> Result<Doubtful, SpoolError> {
    let is_short = |digits: usize| digits > 0 && usual.is_some_and(|usual| usual > digits);
    let mut codes: Sorter<u64, (u64, usize)> = Sorter::holding(BUFFER);
    let mut customers: Sorter<u64, u64> = Sorter::holding(BUFFER);
    let mut number = 0;
    keys.each(|[hash, digits, customer]| {
        let digits = usize::try_from(digits).unwrap_or_default();
        if is_short(digits) || came_twice(hash) {
            codes.push(&hash, &(number, digits))?;
        }
        if customer != 0 && came_twice(customer) {
            customers.push(&customer, &number)?;
        }
        number += 1;
        Ok::<_, SpoolError>(())
    })?;
    let mut doubtful = Doubtful::holding(BUFFER);
    each_doubtful(
        codes,
        |(_, digits)| is_short(*digits),
        |hash, (number, digits)| doubtful.push(&number, &Doubt::Code(CodeKey::new(hash, digits))),
    )?;
    each_doubtful(customers, |_| false, |key, number| doubtful.push(&number, &Doubt::Customer(key)))?;
    Ok(doubtful)
}

/// Hands on what shares its key with others, and what is doubtful alone.
fn each_doubtful<T: Copy + serde::Serialize + serde::de::DeserializeOwned>(
    sorter: Sorter<u64, T>,
    alone: impl Fn(&T) -> bool,
    mut take: impl FnMut(u64, T) -> Result<(), SpoolError>,
) -> Result<(), SpoolError> {
    let mut pairs = sorter.sorted()?.peekable();
    let mut before = None;
    while let Some(pair) = pairs.next() {
        let (key, item) = pair?;
        let follows = matches!(pairs.peek(), Some(Ok((next, _))) if *next == key);
        if before == Some(key) || follows || alone(&item) {
            take(key, item)?;
        }
        before = Some(key);
    }
    Ok(())
}

/// The warnings, on their way into the order of the rows.
struct Found {
    column: String,
    warnings: Sorter<Line, Warning>,
}

impl Found {
    /// Looks at those in doubt, by code and by customer.
    fn look(
        &mut self,
        mut seen: Spool<Seen>,
        doubtful: Doubtful,
        usual: Option<usize>,
    ) -> Result<(), SyncError> {
        // Of one value the code with most digits comes first.
        let mut by_code: Sorter<(u64, u64), Seen> = Sorter::holding(BUFFER);
        let mut by_customer: Sorter<u64, Seen> = Sorter::holding(BUFFER);
        let mut doubtful = doubtful.sorted()?.peekable();
        for (number, seen) in (0_u64..).zip(seen.read()?) {
            let seen = seen?;
            while let Some(pair) = doubtful.next_if(|next| !matches!(next, Ok((it, _)) if *it > number)) {
                match pair?.1 {
                    Doubt::Code(key) => by_code.push(&ordered(key), &seen)?,
                    Doubt::Customer(key) => by_customer.push(&key, &seen)?,
                }
            }
        }
        let mut codes = Codes::new(usual);
        for pair in by_code.sorted()? {
            let ((hash, shortness), seen) = pair?;
            self.keep(codes.take(key_of(hash, shortness), seen))?;
        }
        self.keep(codes.end())?;
        let mut customers = Customers::default();
        for pair in by_customer.sorted()? {
            let (key, seen) = pair?;
            self.keep(customers.take(key, seen))?;
        }
        self.keep(customers.end())
    }

    fn keep(&mut self, findings: Vec<Finding>) -> Result<(), SyncError> {
        for (Seen(line, external_id, part), kind) in findings {
            if part == Part::Told {
                let (column, value) = (Some(self.column.clone()), external_id.as_str().to_owned());
                self.warnings.push(&line, &Warning { line, column, value, kind })?;
            }
        }
        Ok(())
    }
}

/// A code's key as a sorter orders it.
fn ordered(key: CodeKey) -> (u64, u64) {
    let (hash, digits) = key.parts();
    (hash, u64::MAX - digits as u64)
}

fn key_of(hash: u64, shortness: u64) -> CodeKey {
    CodeKey::new(hash, usize::try_from(u64::MAX - shortness).unwrap_or(usize::MAX))
}
