//! `plan`, with its counts checked: a measurement of something else than was meant is none.
//!
//! In: a file, a ledger, and what the plan must come to. Out: what it cost, or an error that says what it came to instead.

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::ground::{Ground, Pace};
use crate::measure::Weighed;
use crate::sheet::Sheet;

/// Whose clients the ledger knows.
#[derive(Clone, Copy)]
pub(crate) enum Known<'a> {
    /// Nobody: there is no ledger.
    Nobody,
    /// Those of the first night, in this ledger.
    FirstNight(&'a str),
}

/// Counts that a plan must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) rows: u64,
    pub(crate) create: u64,
    pub(crate) update: u64,
    pub(crate) unchanged: u64,
}

impl Counts {
    /// What the file comes to.
    pub(crate) fn of(sheet: Sheet, known: Known<'_>) -> Self {
        let (rows, update) = (sheet.rows, sheet.changed());
        match known {
            Known::Nobody => Self { rows, create: rows, update: 0, unchanged: 0 },
            Known::FirstNight(_) => Self { rows, create: 0, update, unchanged: rows - update },
        }
    }

    /// What a summary says.
    pub(crate) fn told(summary: &Value) -> anyhow::Result<Self> {
        let count =
            |place: &str| summary.pointer(place).and_then(Value::as_u64).context("a count is missing");
        let odd = count("/warnings")?
            + count("/rows/rejected")?
            + count("/rows/skipped")?
            + count("/plan/blocked")?;
        ensure!(odd + count("/plan/gone")? == 0, "something is odd about the rows: {summary}");
        Ok(Self {
            rows: count("/rows/read")?,
            create: count("/plan/create")?,
            update: count("/plan/update")?,
            unchanged: count("/plan/unchanged")?,
        })
    }
}

/// Plans the night of that file.
pub(crate) fn plan(ground: &Ground, sheet: Sheet, known: Known<'_>) -> anyhow::Result<Weighed> {
    plan_expecting(ground, sheet, known, Counts::of(sheet, known))
}

/// The same with other counts expected.
pub(crate) fn plan_expecting(
    ground: &Ground,
    sheet: Sheet,
    known: Known<'_>,
    expected: Counts,
) -> anyhow::Result<Weighed> {
    let ledger = match known {
        Known::Nobody => "none.db",
        Known::FirstNight(ledger) => ledger,
    };
    let program =
        ground.leapsync("plan", (sheet.form, Pace::Unpaced), ledger)?.arg(sheet.file(&ground.folder)?);
    // A list of all creates as JSON is longer than the file: nobody asks for it on the first day.
    let program = if matches!(known, Known::Nobody) { program } else { program.arg("--json") };
    let weighed = program.weigh_well()?;
    if matches!(known, Known::Nobody) {
        let told = weighed.stdout.replace([',', '_'], "");
        ensure!(told.contains(&format!("{} to create", expected.create)), "not {expected:?}: {told}");
    } else {
        let told = Counts::told(&serde_json::from_str(&weighed.stdout)?)?;
        ensure!(told == expected, "{sheet}: expected {expected:?}, told {told:?}");
    }
    Ok(weighed)
}

/// A check that cannot fail would prove nothing: with a count that is wrong by one it must.
pub(crate) fn control(ground: &Ground, sheet: Sheet, known: Known<'_>) -> anyhow::Result<()> {
    let right = Counts::of(sheet, known);
    plan_expecting(ground, sheet, known, right)?;
    let wrong = Counts { create: right.create + 1, unchanged: right.unchanged + 1, ..right };
    ensure!(plan_expecting(ground, sheet, known, wrong).is_err(), "the check of the counts is blind");
    Ok(())
}
