//! The rows that name a client, brought together by external id.
//!
//! In: rows in the order of the file. Out: every client of them, in ascending order of external id. A row that is like most rows
//! waits and is understood once the rows of its client stand together: of most files only its place waits, and it is read again;
//! where rows stand in no order its bytes wait too, since looking for each of them would take longer. Any other row is
//! understood before.

use std::collections::BTreeMap;
use std::iter::Peekable;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::SyncError;
use super::ahead::Ahead;
use crate::mapping::{MappedRow, Mapping};
use crate::record::{ExternalId, Gathered, Line, Print};
use crate::source::{Again, Plain, RowPlace};
use crate::spool::{Sorted, Sorter, SpoolError};

/// Where one row of so many, or more of them, stands below one with a higher id, rows are in no order.
const OUT_OF_ORDER: u64 = 8;

/// The rows that name a client.
pub(super) enum Named {
    /// As many as there are, in temporary storage.
    Many(Box<Sorter<ExternalId, Waiting>>, Order),
    /// The few that are looked at, in memory.
    Few(BTreeMap<ExternalId, Vec<MappedRow>>),
}

/// A row that waits for the others of its client.
#[derive(Serialize, Deserialize)]
pub(super) enum Waiting {
    /// In the file.
    Place(RowPlace, Print),
    /// As it stands in the file.
    Copy(Line, Bytes),
    Row(Box<MappedRow>),
}

/// How many rows stand in the order of their ids so far.
#[derive(Default)]
pub(super) struct Order {
    last: String,
    rows: u64,
    breaks: u64,
}

impl Order {
    /// Whether there is one, now that this row has come too.
    fn holds(&mut self, id: &ExternalId) -> bool {
        self.rows += 1;
        self.breaks += u64::from(self.last.as_str() > id.as_str());
        self.last.clear();
        self.last.push_str(id.as_str());
        self.breaks * OUT_OF_ORDER < self.rows
    }
}

impl Named {
    pub(super) fn as_many_as_there_are() -> Self {
        Self::Many(Box::default(), Order::default())
    }

    pub(super) fn few() -> Self {
        Self::Few(BTreeMap::new())
    }

    pub(super) fn keep(&mut self, row: MappedRow) -> Result<(), SpoolError> {
        match self {
            Self::Many(rows, _) => {
                let id = row.external_id.clone();
                rows.push(&id, &Waiting::Row(Box::new(row)))
            }
            Self::Few(rows) => {
                rows.entry(row.external_id.clone()).or_default().push(row);
                Ok(())
            }
        }
    }

    /// Lets a row of a client that [`Mapping::sure_code`] told wait; `false` when it is to be kept now, as those in memory
    /// are.
    pub(super) fn wait(&mut self, id: &ExternalId, row: &Plain<'_>) -> Result<bool, SpoolError> {
        let Self::Many(rows, order) = self else { return Ok(false) };
        let waiting = if order.holds(id) {
            Waiting::Place(row.place, row.print)
        } else {
            Waiting::Copy(row.place.line, Bytes::copy_from_slice(row.record()))
        };
        rows.push(id, &waiting)?;
        Ok(true)
    }

    fn held(&self) -> impl Iterator<Item = (&ExternalId, &Vec<MappedRow>)> {
        let rows = if let Self::Few(rows) = self { Some(rows) } else { None };
        rows.into_iter().flatten()
    }

    /// The rows of each client that is held in memory.
    pub(super) fn in_memory(&self) -> impl Iterator<Item = Vec<MappedRow>> {
        self.held().map(|(_, rows)| ascending(rows.clone()))
    }

    /// Their ids.
    pub(super) fn ids_in_memory(&self) -> impl Iterator<Item = &ExternalId> {
        self.held().map(|(id, _)| id)
    }

    /// Every client, in ascending order of external id; `again` reads the rows that wait.
    pub(super) fn gathered(
        self,
        mapping: Mapping,
        again: Again,
    ) -> Result<Box<dyn Iterator<Item = Result<Gathered, SyncError>>>, SyncError> {
        Ok(match self {
            Self::Many(rows, _) => {
                let rows = Understood { mapping: mapping.clone(), rows: rows.sorted()?, again };
                Box::new(Clients { mapping, rows: Ahead::of(rows).peekable() })
            }
            Self::Few(rows) => {
                Box::new(rows.into_values().map(move |rows| Ok(mapping.client(ascending(rows)))))
            }
        })
    }
}

/// Rows in the order of the file.
fn ascending(mut rows: Vec<MappedRow>) -> Vec<MappedRow> {
    rows.sort_by_key(|row| row.line);
    rows
}

/// Understands the rows, those of one id behind each other.
struct Understood {
    mapping: Mapping,
    rows: Sorted<ExternalId, Waiting>,
    again: Again,
}

impl Understood {
    fn understand(&mut self, id: ExternalId, row: Waiting) -> Result<MappedRow, SyncError> {
        let (line, print, cells) = match row {
            Waiting::Row(row) => return Ok(*row),
            Waiting::Place(place, print) => (place.line, print, self.again.cells(place, print)?),
            Waiting::Copy(line, record) => (line, Print::of(&record), self.again.cells_of(line, &record)?),
        };
        let mut row = self.mapping.named_row(line, id, cells);
        row.print = Some(print);
        Ok(row)
    }
}

impl Iterator for Understood {
    type Item = Result<MappedRow, SyncError>;

    fn next(&mut self) -> Option<Self::Item> {
        let pair = self.rows.next()?;
        Some(pair.map_err(SyncError::from).and_then(|(id, row)| self.understand(id, row)))
    }
}

/// Brings the rows of each client together.
struct Clients {
    mapping: Mapping,
    rows: Peekable<Ahead<Result<MappedRow, SyncError>>>,
}

impl Clients {
    /// The client whose first row was just taken. One of whom a row cannot be read any more is none.
    fn of(&mut self, first: MappedRow) -> Result<Gathered, SyncError> {
        let mut rows = vec![first];
        let is_of_it = |next: &Result<MappedRow, SyncError>, rows: &[MappedRow]| {
            next.as_ref().map_or(true, |next| next.external_id == rows[0].external_id)
        };
        while let Some(row) = self.rows.next_if(|next| is_of_it(next, &rows)) {
            rows.push(row?);
        }
        Ok(self.mapping.client(rows))
    }
}

impl Iterator for Clients {
    type Item = Result<Gathered, SyncError>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.rows.next()?;
        Some(first.and_then(|first| self.of(first)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::mapping::Mapped;
    use crate::settings::rules::Rules;
    use crate::settings::{KeepRows, Reading};
    use crate::source::{Skimmed, Source, Store};

    const IN_NO_ORDER: &str = "client_external_id,name,phone_number,email
B,見本商事,,
A,架空工業,03-1, \nB,見本商事,03-2,, \nC,短い
A,\"架空工業\",,keiri@kakuu.example
C,長い,,
B,見本商事,,b@mihon.example
";

    /// The clients of the file, and how many rows waited.
    fn gathered(text: &str, named: Named) -> (Vec<Gathered>, usize) {
        let (clients, waiting) = gathered_after(text, named, |_| {});
        (clients.collect::<Result<_, _>>().unwrap(), waiting)
    }

    /// The same, when something happens to the file after it was read.
    fn gathered_after(
        text: &str,
        mut named: Named,
        happens: impl FnOnce(&std::path::Path),
    ) -> (impl Iterator<Item = Result<Gathered, SyncError>>, usize) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let store = Store::open(file.path(), KeepRows::Never).unwrap();
        let mut source = Source::open(store, &Reading::default(), &|_| true).unwrap();
        let mapping = Mapping::new(source.headers(), &Rules::default()).unwrap();
        let (again, mut waiting) = (source.again_later().unwrap(), 0);
        source.begin_to_skim(&mapping.key_columns(), 0);
        loop {
            let place = match source.skim().unwrap() {
                None => break,
                Some(Skimmed::Whole(row)) => {
                    keep(&mut named, mapping.row(row.line, row.cells, &[]), row.print);
                    continue;
                }
                Some(Skimmed::Plain(row)) => {
                    let id = mapping.sure_code(row.cells).unwrap();
                    if named.wait(&id, &row).unwrap() {
                        waiting += 1;
                        continue;
                    }
                    row.place
                }
            };
            let row = source.again(place).unwrap();
            keep(&mut named, mapping.row(row.line, row.cells, &[]), row.print);
        }
        happens(file.path());
        (named.gathered(mapping, again).unwrap(), waiting)
    }

    fn keep(named: &mut Named, mapped: Mapped, print: Print) {
        let Mapped::Row(mut row) = mapped else { panic!("{mapped:?}") };
        row.print = Some(print);
        named.keep(row).unwrap();
    }

    #[test]
    fn rows_that_wait_and_rows_that_do_not_are_one_client_and_both_ways_tell_the_same() {
        let (many, waiting) = gathered(IN_NO_ORDER, Named::as_many_as_there_are());
        assert_eq!(waiting, 5);
        assert_eq!((many.clone(), 0), gathered(IN_NO_ORDER, Named::few()));
        let lines = |at: usize| many[at].wanted.lines().iter().map(|line| line.0).collect::<Vec<_>>();
        assert_eq!([lines(0), lines(1), lines(2)], [vec![3, 6], vec![2, 4, 8], vec![5, 7]]);
        // The rows of this one stand apart, those of the others too.
        assert!(many.iter().all(|gathered| gathered.print.is_none()));
    }

    /// A hundred rows with the ids of these numbers.
    fn numbered(numbers: impl Iterator<Item = usize>) -> String {
        let row = |number| format!("A-{number:03},\"見本商事 {number}\",03-{number},\n");
        let rows = numbers.map(row).collect::<Vec<_>>().concat();
        format!("client_external_id,name,phone_number,email\n{rows}")
    }

    #[test]
    fn rows_wait_in_the_file_or_as_they_stand_in_it_and_tell_the_same() {
        let prints = [numbered(0..100), numbered((0..100).rev())].map(|text| {
            let (many, waiting) = gathered(&text, Named::as_many_as_there_are());
            assert_eq!((many.len(), waiting), (100, 100));
            assert_eq!((many.clone(), 0), gathered(&text, Named::few()));
            many.iter().map(|client| client.print).collect::<Vec<_>>()
        });
        assert_eq!(prints[0], prints[1]);
    }

    #[test]
    fn only_a_file_in_no_order_may_be_written_over_once_it_was_read() {
        let empty = |path: &std::path::Path| std::fs::write(path, "").unwrap();
        let [in_order, in_none] = [numbered(0..100), numbered((0..100).rev())].map(|text| {
            let (clients, _) = gathered_after(&text, Named::as_many_as_there_are(), empty);
            clients.flatten().count()
        });
        // Its first row was in order, and has the highest id; the client before it may have had it.
        assert_eq!((in_order, in_none), (0, 98));
    }

    #[test]
    fn a_client_of_whom_a_row_is_gone_is_not_told_without_it() {
        let text = "client_external_id,name,family_name,given_name\nA,見本,佐藤,一\nA,見本,鈴木,二\n";
        let cut = |path: &std::path::Path| {
            let file = std::fs::File::options().write(true).open(path).unwrap();
            file.set_len(text.len() as u64 - 3).unwrap();
        };
        let (clients, waiting) = gathered_after(text, Named::as_many_as_there_are(), cut);
        assert_eq!(waiting, 2);
        let told: Vec<_> = clients.collect();
        assert!(matches!(&told[..], [Err(_)]), "{told:?}");
    }

    #[test]
    fn an_order_holds_as_long_as_few_rows_break_it() {
        let mut order = Order::default();
        let id = |number: u32| ExternalId::new(&format!("{number:03}"));
        assert!((0..20).all(|number| order.holds(&id(number))));
        assert!(order.holds(&id(3)) && order.holds(&id(4)) && order.holds(&id(2)));
        assert!(!order.holds(&id(1)));
    }
}
