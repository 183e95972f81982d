//! Clients that may be one customer, and codes that may have lost zeros: gathered while the plan is made, told before it.
//!
//! In: the clients of the file, one at a time. Out: warnings in the order of the rows. What is suspicious is decided in
//! [`crate::mapping::suspicion`]; here clients that may be alike are brought together outside of memory.

use super::SyncError;
use super::voice::Voice;
use crate::event::Event;
use crate::mapping::Mapping;
use crate::mapping::suspicion::{CodeKey, Codes, Customers, Finding, Likeness, Part, Seen, Widths, Zeros};
use crate::record::{Line, Wanted, Warning};
use crate::spool::Sorter;

/// What each of the three sorters holds in memory, in bytes: they work beside that of the rows.
const BUFFER: usize = 1 << 20;

/// The clients that were seen so far.
pub(super) struct Doubles {
    column: String,
    zeros: Zeros,
    widths: Widths,
    codes: Sorter<CodeKey, Seen>,
    customers: Sorter<u64, Seen>,
}

impl Doubles {
    /// Begins; `widths` are those of the codes that are not looked at.
    pub(super) fn new(mapping: &Mapping, widths: Widths) -> Self {
        Self {
            column: mapping.key_label().to_owned(),
            zeros: mapping.zeros(),
            widths,
            codes: Sorter::holding(BUFFER),
            customers: Sorter::holding(BUFFER),
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
        let seen = Seen(*line, external_id.clone(), part);
        self.widths.count(external_id, code);
        self.codes.push(code, &seen)?;
        if let Some(customer) = customer {
            self.customers.push(customer, &seen)?;
        }
        Ok(likeness)
    }

    /// How many digits most codes have.
    pub(super) fn usual(&self) -> Option<usize> {
        self.widths.usual()
    }

    /// Tells what was found.
    pub(super) fn tell(self, voice: &mut Voice<'_>) -> Result<(), SyncError> {
        let mut found = Found { column: self.column, warnings: Sorter::holding(BUFFER) };
        let mut codes = Codes::new(self.widths.usual());
        for pair in self.codes.sorted()? {
            let (key, seen) = pair?;
            found.keep(codes.take(key, seen))?;
        }
        found.keep(codes.end())?;
        let mut customers = Customers::default();
        for pair in self.customers.sorted()? {
            let (key, seen) = pair?;
            found.keep(customers.take(key, seen))?;
        }
        found.keep(customers.end())?;
        for warning in found.warnings.sorted()? {
            voice.tell(&Event::Warned(warning?.1));
        }
        Ok(())
    }
}

/// The warnings, on their way into the order of the rows.
struct Found {
    column: String,
    warnings: Sorter<Line, Warning>,
}

impl Found {
    fn keep(&mut self, findings: Vec<Finding>) -> Result<(), SyncError> {
        for (Seen(line, external_id, part), kind) in findings {
            if part == Part::Told {
                let (column, value) = (Some(self.column.clone()), external_id.as_str().to_owned());
                self.warnings.push(line, &Warning { line, column, value, kind })?;
            }
        }
        Ok(())
    }
}
