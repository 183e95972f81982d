//! The first day: a plan of nothing but creates, and what a client costs in the ledger.
//!
//! In: the ground. Out: lines of the table.

use rusqlite::{Connection, OpenFlags};

use crate::apply::Workplace;
use crate::ground::{Ground, LEAPSYNC, Pace, size};
use crate::measure::Weighed;
use crate::nights::count;
use crate::pairs::compare;
use crate::plan::{Known, plan};
use crate::server::Server;
use crate::sheet::{Form, Sheet};
use crate::table::{Line, Target, mebibytes};

/// Runs after which the attempts of the import are forgotten.
const NIGHTS: usize = 31;

/// Plans of a file whose clients nobody knows.
pub(crate) fn plans(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let sheet = ground.sheet(Form::Own);
    let mut lines = Vec::new();
    let orders = [("in the order of its keys", sheet, 8.0), ("shuffled", sheet.shuffled(), 10.0)];
    for (order, sheet, most) in orders {
        let compared = compare(ground.pairs, || first(ground, sheet), || count(ground, sheet))?;
        lines.push(Line::compared(format!("first plan, {order} ÷ (a)"), Target::AtMost(most), &compared));
    }
    lines.extend(bytes_of_a_client(ground)?);
    Ok(lines)
}

fn first(ground: &Ground, sheet: Sheet) -> anyhow::Result<Weighed> {
    plan(ground, sheet, Known::Nobody)
}

/// The ledger after a real import, and after so many nights that its attempts are forgotten.
fn bytes_of_a_client(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let place = Workplace::new(ground)?;
    let server = Server::anywhere(LEAPSYNC.as_ref(), &ground.folder)?;
    place.import(&server, Pace::Unpaced)?;
    let imported = bytes_each(&place)?;
    for _ in 0..NIGHTS {
        place.quiet_night(&server)?;
    }
    let pruned = bytes_each(&place)?;
    Ok(vec![
        Line::number("ledger after an import, bytes a client", Target::Told, imported.0, "")
            .beside(format!("{:.0} of them in use", imported.1), ""),
        Line::number("… after pruning", Target::AtMost(600.0), pruned.0, "")
            .beside(format!("{:.0} of them in use", pruned.1), ""),
    ])
}

/// Bytes of the file for each client, and those of them in pages that are used.
fn bytes_each(place: &Workplace<'_>) -> anyhow::Result<(f64, f64)> {
    let path = place.ledger();
    let whole = mebibytes(size(&path)?) / mebibytes(place.rows());
    let connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, u32>(0));
    let (pages, free) = (number("page_count")?, number("freelist_count")?);
    Ok((whole, whole * f64::from(pages - free) / f64::from(pages)))
}
