//! Understands one row: whether it counts, whose it is, and what it says.
//!
//! In: the cells of a row. Out: the row with its texts sorted into client and persons, or what makes it unusable.

use std::borrow::Cow;

use crate::record::{
    Column, ExternalId, Field, Fields, Line, Problem, Reason, Rejection, Warning, WarningKind,
};
use crate::settings::rules::Odd;

use super::damaged;
use super::reader::{Cells, Reader};
use super::standing::{Standing, Switch, Verdict};
use super::transform::{Abroad, Remark};
use super::{Block, Mapped, MappedRow, Mapping, texts};

/// The texts of a row that are used mostly take fewer bytes.
const ROOM_OF_ROW: usize = 512;
/// The texts of one person mostly take fewer bytes.
const ROOM: usize = 96;

/// The country whose forms of addresses are known.
const JAPAN: &str = "JP";

/// A field's text, checked.
enum Checked<'a> {
    Text(Cow<'a, str>),
    /// Nothing; the server's text is kept.
    Kept,
}

impl Mapping {
    /// Understands one row. `undecodable` names the cells, from 0, that are not valid in the file's encoding.
    #[must_use]
    pub fn row(&self, line: Line, cells: &[String], undecodable: &[usize]) -> Mapped {
        let damage = self.damage(line, cells, undecodable);
        let row = Cells { cells, null_values: &self.null_values };
        let mut lost_key = !undecodable.is_empty() && self.key.cells().any(|it| undecodable.contains(&it));
        let key = if lost_key { Cow::from("") } else { self.key.key(row) };
        let id = ExternalId::new(&key);
        // The cells of a damaged row may have moved: only its id is taken, so that the client counts as present.
        let mut mapped = if damage.is_empty() {
            self.whole_row(line, id, row, &key)
        } else {
            MappedRow::new(line, id, damage)
        };
        if mapped.standing == Standing::Outside {
            return Mapped::Row(mapped);
        }
        // A code that a spreadsheet rewrote is no id: whose row it is nobody can say, and nobody is gone meanwhile.
        if mapped.standing == Standing::Counts && self.has_rewritten_key(&mut mapped, row) {
            mapped.external_id = ExternalId::new("");
            lost_key = true;
        }
        if !mapped.external_id.is_empty() {
            return Mapped::Row(mapped);
        }
        if !lost_key {
            let column = self.key.label.clone();
            mapped
                .problems
                .insert(0, Problem { line, column, value: String::new(), reason: Reason::NoExternalId });
        }
        let problems = self.problems(std::slice::from_ref(&mapped));
        Mapped::Rejected(Rejection { external_id: None, lines: vec![line], problems })
    }

    /// The client that a row names beyond doubt: it has a cell for each header, and a code that no spreadsheet rewrote.
    #[must_use]
    pub fn sure_code(&self, cells: &[String]) -> Option<ExternalId> {
        let row = Cells { cells, null_values: &self.null_values };
        let rewritten = |cell| damaged::rewritten(row.at(cell)).is_some();
        if cells.len() != self.headers.len()
            || self.key.odd != Odd::Allowed && self.key.cells().any(rewritten)
        {
            return None;
        }
        Some(ExternalId::new(&self.key.key(row))).filter(|id| !id.is_empty())
    }

    /// Understands a row with a [`sure_code`](Self::sure_code), of which no cell lost bytes.
    #[must_use]
    pub fn named_row(&self, line: Line, id: ExternalId, cells: &[String]) -> MappedRow {
        let row = Cells { cells, null_values: &self.null_values };
        self.whole_row(line, id, row, &self.key.key(row))
    }

    /// Understands a row whose cells are all where they belong.
    fn whole_row(&self, line: Line, id: ExternalId, row: Cells<'_>, key: &str) -> MappedRow {
        let mut mapped = MappedRow::new(line, id, Vec::new());
        if !self.sieves.iter().all(|sieve| sieve.passes(row.cells)) {
            mapped.standing = Standing::Outside;
            return mapped;
        }
        mapped.standing = self.standing(&mut mapped, row.cells);
        if mapped.standing == Standing::Counts {
            self.take_fields(&mut mapped, row, key);
        }
        mapped
    }

    /// Notes each column of the key that a spreadsheet has rewritten, unless that is allowed.
    fn has_rewritten_key(&self, mapped: &mut MappedRow, row: Cells<'_>) -> bool {
        if self.key.odd == Odd::Allowed {
            return false;
        }
        let before = mapped.problems.len();
        for cell in self.key.cells() {
            let value = row.at(cell);
            if let Some(reason) = damaged::rewritten(value) {
                let (line, value) = (mapped.line, value.to_owned());
                let column = self.headers.get(cell).cloned().unwrap_or_default();
                mapped.problems.push(Problem { line, column, value, reason });
            }
        }
        mapped.problems.len() > before
    }

    /// What makes the row as a whole unusable: lost bytes, cells that are missing or too many.
    fn damage(&self, line: Line, cells: &[String], undecodable: &[usize]) -> Vec<Problem> {
        let header = |cell: usize| self.headers.get(cell).cloned().unwrap_or_default();
        let text = |cell: usize| cells.get(cell).cloned().unwrap_or_default();
        let mut problems: Vec<Problem> = undecodable
            .iter()
            .map(|&cell| Problem { line, column: header(cell), value: text(cell), reason: Reason::Encoding })
            .collect();
        let expected = self.headers.len();
        let surplus = cells.iter().skip(expected).find(|cell| !texts::is_blank(cell));
        if cells.len() < expected || surplus.is_some() {
            let value = surplus.cloned().unwrap_or_default();
            let reason = Reason::Ragged { cells: cells.len(), header: expected };
            problems.push(Problem { line, column: String::new(), value, reason });
        }
        problems
    }

    /// Whether the row's client is active; what nobody named is a fault, and the row then counts.
    fn standing(&self, mapped: &mut MappedRow, cells: &[String]) -> Standing {
        let Some(switch) = &self.switch else { return Standing::Counts };
        match switch.judge(cells) {
            Verdict::Active => Standing::Counts,
            Verdict::Inactive => Standing::Inactive,
            Verdict::Unknown(value) => {
                mapped.problems.push(unknown_activity(mapped.line, switch, value));
                Standing::Counts
            }
        }
    }

    /// Sorts the row's texts into client and persons and checks each of them.
    fn take_fields(&self, mapped: &mut MappedRow, row: Cells<'_>, key: &str) {
        if let (_, Some(reason)) = texts::check(Column::ExternalId, key) {
            mapped.fault(&self.key, key, reason);
        }
        let abroad = self.abroad(row);
        let is_name = |column| matches!(column, Column::Person(Field::FamilyName | Field::GivenName));
        let names = self.columns.iter().filter(|(column, reader)| is_name(*column) && !reader.is_constant());
        let has_person = names.into_iter().any(|(_, reader)| !reader.text(row).is_empty());
        mapped.client = Fields::with_room(row.cells.iter().map(String::len).sum::<usize>().min(ROOM_OF_ROW));
        let mut person = if has_person { Fields::with_room(ROOM) } else { Fields::new() };
        for (column, reader) in &self.columns {
            let Checked::Text(text) = mapped.checked(*column, reader, row, abroad) else { continue };
            let (fields, field) = match column {
                Column::Client(field) => (&mut mapped.client, *field),
                Column::Person(field) if has_person => (&mut person, *field),
                Column::Email if has_person => (&mut person, Field::Email),
                Column::Email => (&mut mapped.client, Field::Email),
                Column::Person(_) if text.is_empty() || reader.is_constant() => continue,
                Column::Person(_) => {
                    mapped.fault(reader, &text, Reason::Nameless);
                    continue;
                }
                Column::ExternalId => continue,
            };
            fields.insert(field, text);
        }
        if !person.is_empty() {
            // Most rows name one.
            mapped.persons.reserve_exact(1);
            mapped.persons.push(person);
        }
        for block in &self.persons {
            mapped.take_person(block, row, abroad);
        }
    }

    /// Whether the row itself names another country than Japan.
    fn abroad(&self, row: Cells<'_>) -> Abroad {
        let country = Column::Client(Field::Country);
        let reader = self.columns.iter().find(|(column, _)| *column == country).map(|(_, reader)| reader);
        let text = reader.and_then(|reader| reader.make(row, Abroad::No).text).unwrap_or_default();
        if text.is_empty() || text.eq_ignore_ascii_case(JAPAN) { Abroad::No } else { Abroad::Yes }
    }

    /// The header of a column, for messages.
    pub(super) fn label(&self, column: Column) -> String {
        let reader = self.columns.iter().find(|(other, _)| *other == column);
        reader.map(|(_, reader)| reader.label.clone()).unwrap_or_default()
    }
}

fn unknown_activity(line: Line, switch: &Switch, value: &str) -> Problem {
    let reason = Reason::Activity { known: switch.known() };
    Problem { line, column: switch.label.clone(), value: value.to_owned(), reason }
}

impl MappedRow {
    fn new(line: Line, external_id: ExternalId, problems: Vec<Problem>) -> Self {
        Self {
            line,
            external_id,
            standing: Standing::Counts,
            client: Fields::new(),
            persons: Vec::new(),
            departed: Vec::new(),
            problems,
            warnings: Vec::new(),
            print: None,
        }
    }

    fn fault(&mut self, reader: &Reader, value: &str, reason: Reason) {
        let (line, column, value) = (self.line, reader.label.clone(), value.to_owned());
        self.problems.push(Problem { line, column, value, reason });
    }

    fn warn(&mut self, reader: &Reader, value: &str, kind: WarningKind) {
        let column = Some(reader.label.clone()).filter(|label| !label.is_empty());
        self.warnings.push(Warning { line: self.line, column, value: value.to_owned(), kind });
    }

    /// A field's text in the form in which it goes on; what is wrong with it, or odd about it, is noted.
    fn checked<'a>(
        &mut self,
        column: Column,
        reader: &'a Reader,
        row: Cells<'a>,
        abroad: Abroad,
    ) -> Checked<'a> {
        // Nearly all cells are of this kind.
        if let Some(text) = reader.as_it_stands(row)
            && !text.is_empty()
            && texts::is_free(column, text)
        {
            return Checked::Text(Cow::from(text));
        }
        let made = reader.make(row, abroad);
        match made.remark {
            Some(Remark::Fault(reason)) => {
                self.fault(reader, &reader.text(row), reason);
                return Checked::Kept;
            }
            Some(Remark::Warning(kind)) => self.warn(reader, &reader.text(row), kind),
            None => {}
        }
        match made.text {
            None => Checked::Kept,
            Some(text) if text.is_empty() || texts::is_free(column, &text) => Checked::Text(text),
            Some(text) => {
                let (checked, fault) = texts::check(column, &text);
                if let Some(reason) = fault {
                    self.fault(reader, &text, reason);
                }
                let other = if let Cow::Owned(other) = checked { Some(other) } else { None };
                Checked::Text(other.map_or(text, Cow::from))
            }
        }
    }

    /// Takes the person of a block. Without a name there is none, and the e-mail is the company's.
    fn take_person(&mut self, block: &Block, row: Cells<'_>, abroad: Abroad) {
        let is_name = |field| matches!(field, Field::FamilyName | Field::GivenName);
        let names = block.fields.iter().filter(|(field, reader)| is_name(*field) && !reader.is_constant());
        let has_name = names.into_iter().any(|(_, reader)| !reader.text(row).is_empty());
        let verdict = block.switch.as_ref().map_or(Verdict::Active, |switch| switch.judge(row.cells));
        match verdict {
            Verdict::Active if has_name => {
                let mut person = Fields::new();
                for (field, reader) in &block.fields {
                    if let Checked::Text(text) = self.checked(Column::Person(*field), reader, row, abroad) {
                        person.insert(*field, text);
                    }
                }
                self.persons.push(person);
            }
            Verdict::Active => self.take_nobody(block, row, abroad),
            // What is wrong with somebody who has left does not matter.
            Verdict::Inactive if has_name => {
                let texts = block.fields.iter().filter_map(|(field, reader)| {
                    Some((*field, reader.make(row, abroad).text?.into_owned()))
                });
                self.departed.push(texts.filter(|(_, text)| !text.is_empty()).collect());
            }
            Verdict::Unknown(value) if has_name || !value.is_empty() => {
                let Some(switch) = &block.switch else { return };
                self.problems.push(unknown_activity(self.line, switch, value));
            }
            Verdict::Inactive | Verdict::Unknown(_) => {}
        }
    }

    fn take_nobody(&mut self, block: &Block, row: Cells<'_>, abroad: Abroad) {
        for (field, reader) in block.fields.iter().filter(|(_, reader)| !reader.is_constant()) {
            let given = reader.text(row);
            if given.is_empty() {
                continue;
            }
            if *field == Field::Email && self.client.text(Field::Email).is_empty() {
                if let Checked::Text(text) = self.checked(Column::Email, reader, row, abroad) {
                    self.client.insert(Field::Email, text);
                }
            } else {
                self.warn(reader, &given, WarningKind::NoPersonName);
            }
        }
    }

    /// Whether the row was whole and yet names neither a company nor a person.
    pub(super) fn is_nameless(&self) -> bool {
        let damaged = |problem: &Problem| matches!(problem.reason, Reason::Encoding | Reason::Ragged { .. });
        !self.is_named() && !self.problems.iter().any(damaged)
    }

    fn is_named(&self) -> bool {
        !self.client.text(Field::Name).is_empty() || !self.persons.is_empty()
    }
}
