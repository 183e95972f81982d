//! The quiet night over sizes: whether twice the rows take twice the time.
//!
//! In: the ground. Out: lines of the table, and a chart in letters.

use crate::ground::Ground;
use crate::nights::beside_counting;
use crate::sheet::{Change, Form};
use crate::table::{Line, Target, wall};

/// Sizes, as multiples of the rows: numerator and denominator.
const SIZES: [(u64, u64); 4] = [(1, 100), (1, 10), (1, 1), (5, 1)];
/// The widest bar of the chart.
const WIDTH: f64 = 60.0;

/// Measures all sizes. The chart shows the time of one row: bars of one length are what is hoped for.
pub(crate) fn sizes(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let (mut lines, mut bars) = (Vec::new(), Vec::new());
    for (by, of) in SIZES {
        let ground = ground.of(ground.rows * by / of)?;
        let compared = beside_counting(&ground, ground.sheet(Form::Own).with(Change::One))?;
        let name = format!("quiet night of {} rows ÷ (a)", ground.rows);
        lines.push(Line::compared(name, Target::Told, &compared));
        let rows = u32::try_from(ground.rows)?;
        bars.push((rows, compared.ours.wall, compared.ours.wall.as_secs_f64() * 1e6 / f64::from(rows)));
    }
    let longest = bars.iter().map(|(.., row)| *row).fold(0.0, f64::max);
    println!("\nrows, wall, and microseconds for each row:\n");
    for (rows, whole, row) in bars {
        println!("{rows:>9} {:>9} {row:6.2} {}", wall(whole), bar(row / longest));
    }
    println!();
    Ok(lines)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the chart's width")]
fn bar(share: f64) -> String {
    "█".repeat((share * WIDTH).round() as usize)
}
