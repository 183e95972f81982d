//! Quiet nights and nearly quiet ones: `plan` of a file in which almost nothing changed, beside counting its rows.
//!
//! In: the ground. Out: lines of the table.

use crate::baseline;
use crate::ground::{Ground, size};
use crate::ledger::ready;
use crate::measure::{Program, Weighed};
use crate::pairs::{Compared, compare};
use crate::plan::{Known, control, plan};
use crate::sheet::{Change, Form, Sheet};
use crate::table::{Line, Target, mebibytes};

/// The mode in which this program counts rows.
pub(crate) const COUNT: &str = "--count";
/// A smaller night, by whose memory the large one is judged.
const SMALLER: u64 = 10;

/// The file in the last run's order. One row differs, or it would be the last run's file itself.
pub(crate) fn in_order(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let sheet = ground.sheet(Form::Own).with(Change::One);
    let ledger = ready(ground, Form::Own)?;
    control(ground, sheet, Known::FirstNight(&ledger))?;
    let mut lines = night(ground, "quiet night in the last run's order ÷ (a)", sheet, 1.6)?;
    lines.push(bytes_of_a_row(ground)?);
    Ok(lines)
}

/// The same rows in any order.
pub(crate) fn any_order(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let sheet = ground.sheet(Form::Own).with(Change::One).shuffled();
    night(ground, "quiet night in any order ÷ (a)", sheet, 2.0)
}

/// The very same file.
pub(crate) fn same_file(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let compared = beside_counting(ground, ground.sheet(Form::Own))?;
    Ok(vec![Line::compared("the last run's file again ÷ (a)", Target::AtMost(0.35), &compared)])
}

fn night(ground: &Ground, name: &str, sheet: Sheet, most: f64) -> anyhow::Result<Vec<Line>> {
    let compared = beside_counting(ground, sheet)?;
    let smaller = ground.of(ground.rows / SMALLER)?;
    let small = beside_counting(&smaller, Sheet { rows: smaller.rows, ..sheet })?;
    let [peak, less] = [compared.ours.peak, small.ours.peak].map(mebibytes);
    let beside = format!("{less:.1} MiB at {} rows", smaller.rows);
    Ok(vec![
        Line::compared(name, Target::AtMost(most), &compared),
        Line::number("… its peak memory", Target::AtMost(24.0), peak, " MiB"),
        Line::number("… beside a tenth of the rows", Target::AtMost(1.25), peak / less, "×")
            .beside(format!("{peak:.1} MiB"), beside),
    ])
}

fn bytes_of_a_row(ground: &Ground) -> anyhow::Result<Line> {
    let bytes = size(&ground.sheet(Form::Own).file(&ground.folder)?)?;
    let row = mebibytes(bytes) / mebibytes(ground.rows);
    Ok(Line::number(format!("bytes of a row, of {} rows", ground.rows), Target::Told, row, ""))
}

/// `plan` of the sheet beside (a).
pub(crate) fn beside_counting(ground: &Ground, sheet: Sheet) -> anyhow::Result<Compared> {
    let ledger = ready(ground, sheet.form)?;
    let known = Known::FirstNight(&ledger);
    compare(ground.pairs, || plan(ground, sheet, known), || count(ground, sheet))
}

/// (a): a process that counts the rows.
pub(crate) fn count(ground: &Ground, sheet: Sheet) -> anyhow::Result<Weighed> {
    let weighed = Program::own(COUNT, &ground.folder)?.arg(sheet.file(&ground.folder)?).weigh_well()?;
    anyhow::ensure!(weighed.stdout.trim() == sheet.rows.to_string(), "(a) counted {}", weighed.stdout);
    Ok(weighed)
}

/// Counts the rows of a file and prints the number.
pub(crate) fn counting_child(path: &std::path::Path) -> anyhow::Result<()> {
    println!("{}", baseline::count(path)?);
    Ok(())
}

/// A tenth of a percent changed.
pub(crate) fn changed(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let sheet = ground.sheet(Form::Own).with(Change::Some);
    beside_quiet(ground, "0.1 % changed ÷ its quiet night", sheet, 1.2)
}

/// Another encoding.
pub(crate) fn cp932(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let sheet = ground.sheet(Form::Cp932).with(Change::One);
    beside_quiet(ground, "code page 932 ÷ the same in UTF-8", sheet, 1.6)
}

/// Another system's export, with a mapping.
pub(crate) fn mapping(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let sheet = ground.sheet(Form::Export).with(Change::One);
    beside_quiet(ground, "an export with a mapping ÷ plain columns", sheet, 1.2)
}

/// A night beside the quiet one of the plain file.
fn beside_quiet(ground: &Ground, name: &str, sheet: Sheet, most: f64) -> anyhow::Result<Vec<Line>> {
    let (ledger, plain) = (ready(ground, sheet.form)?, ready(ground, Form::Own)?);
    let quiet = ground.sheet(Form::Own).with(Change::One);
    let compared = compare(
        ground.pairs,
        || plan(ground, sheet, Known::FirstNight(&ledger)),
        || plan(ground, quiet, Known::FirstNight(&plain)),
    )?;
    Ok(vec![Line::compared(name, Target::AtMost(most), &compared)])
}
