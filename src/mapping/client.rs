//! Brings the rows of one client together.
//!
//! In: all rows of one external id, ascending. Out: the client they describe, or everything that is wrong with it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::record::{
    Column, Desired, ExternalId, Field, Fields, Gathered, Line, Mention, Place, Print, Problem, Reason,
    Rejection, Wanted, Warning, WarningKind, region_key,
};

use super::standing::Standing;
use super::{MappedRow, Mapping};

/// The fields of the client itself stand behind all others.
const FIRST_OWN: Field = Field::LangCode;

/// The country whose regions are prefectures.
const JAPAN: &str = "JP";

impl Mapping {
    /// Judges all rows of one external id, at least one and ascending, as one client. Rows outside of what is asked
    /// for are set apart. Of the others, those that say the same collapse; an empty cell agrees with anything; what is
    /// wrong with one row rejects the whole client.
    #[must_use]
    pub fn client(&self, rows: Vec<MappedRow>) -> Gathered {
        let print = print(&rows);
        let mut rows = rows;
        // From here on it is known whose rows they are.
        let id = rows.first_mut().map(|row| &mut row.external_id);
        let external_id = id.map_or_else(ExternalId::default, std::mem::take);
        let outside =
            rows.extract_if(.., |row| row.standing == Standing::Outside).map(|row| row.line).collect();
        let lines: Vec<Line> = rows.iter().map(|row| row.line).collect();
        if rows.is_empty() {
            let external_id = Some(external_id).filter(|id| !id.is_empty());
            let wanted = Wanted::Outside(Mention { external_id, lines: outside });
            return Gathered { print, ..wanted.into() };
        }
        let problems = self.problems(&rows);
        if !problems.is_empty() {
            let wanted = Wanted::Rejected(Rejection { external_id: Some(external_id), lines, problems });
            return Gathered { outside, ..wanted.into() };
        }
        let warnings = warnings(&mut rows);
        // They agree, so one speaks for all.
        let wanted = if rows.iter().all(|row| row.standing == Standing::Inactive) {
            Wanted::Inactive(Mention { external_id: Some(external_id), lines })
        } else {
            let desired = desired(external_id, lines, rows);
            Wanted::Desired(Box::new(Desired { yielded: self.yielded.clone(), ..desired }))
        };
        Gathered { wanted, outside, warnings, print }
    }

    /// Everything that is wrong with the rows of one client, in the order of the rows.
    pub(super) fn problems(&self, rows: &[MappedRow]) -> Vec<Problem> {
        let home = Home::of(rows);
        let mut problems: Vec<Problem> = rows.iter().flat_map(|row| row.problems.iter().cloned()).collect();
        problems.extend(nameless(rows));
        problems.extend(self.strange_regions(rows, home));
        // One row agrees with itself.
        if rows.len() > 1 {
            problems.extend(self.half_active(rows));
            for field in Field::ALL {
                problems.extend(self.disagreements(rows, field, home));
            }
        }
        problems.sort_by_key(|problem| problem.line);
        problems
    }

    fn strange_regions(&self, rows: &[MappedRow], home: Home) -> impl Iterator<Item = Problem> {
        said(rows, Field::Region)
            .filter(move |(_, text)| home == Home::Japan && region_key(text).is_none())
            .map(|(line, text)| {
                let column = self.label(Column::Client(Field::Region));
                Problem { line, column, value: text.to_owned(), reason: Reason::Region }
            })
    }

    /// The rows that say something else of a field than the first row that says anything.
    fn disagreements(&self, rows: &[MappedRow], field: Field, home: Home) -> Vec<Problem> {
        let mut said = said(rows, field);
        let Some((with, other)) = said.next() else { return Vec::new() };
        let column = if field == Field::Email { Column::Email } else { Column::Client(field) };
        said.filter(|(_, text)| home.meaning(field, text) != home.meaning(field, other))
            .map(|(line, text)| {
                let reason = Reason::Disagrees { with, other: other.to_owned() };
                Problem { line, column: self.label(column), value: text.to_owned(), reason }
            })
            .collect()
    }

    /// The rows that do not agree with the first one on whether the client is active.
    fn half_active(&self, rows: &[MappedRow]) -> Vec<Problem> {
        let (Some(switch), Some(first)) = (&self.switch, rows.first()) else { return Vec::new() };
        let word = |standing| if standing == Standing::Inactive { "inactive" } else { "active" }.to_owned();
        let others = rows.iter().filter(|row| row.standing != first.standing);
        // A damaged row says nothing about it.
        others
            .filter(|row| row.problems.is_empty() && first.problems.is_empty())
            .map(|row| {
                let reason = Reason::Disagrees { with: first.line, other: word(first.standing) };
                Problem { line: row.line, column: switch.label.clone(), value: word(row.standing), reason }
            })
            .collect()
    }
}

/// The print of all rows of a client; none when others stand between them, because their order is not seen then.
fn print(rows: &[MappedRow]) -> Option<Print> {
    let together = rows.windows(2).all(|two| two[0].line.0 + 1 == two[1].line.0);
    let all = rows.iter().all(|row| row.print.is_some());
    (together && all).then(|| Print::of_rows(rows.iter().filter_map(|row| row.print)))
}

/// What rows say of a field of the client; empty texts say nothing.
fn said(rows: &[MappedRow], field: Field) -> impl Iterator<Item = (Line, &str)> {
    let texts = rows.iter().map(move |row| (row.line, row.client.text(field)));
    texts.filter(|(_, text)| !text.is_empty())
}

/// The client that the rows describe.
fn desired(external_id: ExternalId, lines: Vec<Line>, rows: Vec<MappedRow>) -> Desired {
    let home = Home::of(&rows);
    let (mut own, mut company) = (Fields::new(), Fields::new());
    let (mut persons, mut departed) = (Vec::new(), Vec::new());
    // Nearly all clients have one person or none.
    let one = rows.iter().map(|row| row.persons.len() + row.departed.len()).sum::<usize>() <= 1;
    let mut seen = BTreeSet::new();
    let mut is_new = |person: &Fields| one || seen.insert(person.clone());
    for mut row in rows {
        if lines.len() == 1 {
            (own, company) = apart(std::mem::take(&mut row.client), home);
        }
        for (field, text) in row.client.iter() {
            let place = match field.place() {
                Place::Client => &mut own,
                Place::Contact | Place::Address => &mut company,
            };
            // An empty text clears the field only when no other row says anything.
            if place.text(field).is_empty() {
                place.insert(field, home.meaning(field, text));
            }
        }
        if one && persons.is_empty() {
            persons = row.persons;
        } else {
            persons.extend(row.persons.into_iter().filter(&mut is_new));
        }
        departed.extend(row.departed);
    }
    departed.retain(is_new);
    let yielded = BTreeSet::new();
    Desired { external_id, lines, own, company, persons, departed, yielded }
}

/// What the only row of a client says: of the client itself, and of its company.
fn apart(mut company: Fields, home: Home) -> (Fields, Fields) {
    let own = company.split_off(FIRST_OWN);
    let key = region_key(company.text(Field::Region)).filter(|_| home == Home::Japan);
    if let Some(key) = key.filter(|key| *key != company.text(Field::Region)) {
        company.insert(Field::Region, key);
    }
    (own, company)
}

/// What is odd about the rows, each thing once: rows of one client often repeat its cells.
fn warnings(rows: &mut [MappedRow]) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = Vec::new();
    for warning in rows.iter_mut().flat_map(|row| std::mem::take(&mut row.warnings)) {
        let same = |other: &Warning| {
            (&other.column, &other.value, &other.kind) == (&warning.column, &warning.value, &warning.kind)
        };
        if !warnings.iter().any(same) {
            warnings.push(warning);
        }
    }
    warnings.extend(repeated(rows));
    warnings
}

/// The rows that say the same as an earlier one.
fn repeated(rows: &[MappedRow]) -> Vec<Warning> {
    if rows.len() < 2 {
        return Vec::new();
    }
    let mut seen = BTreeMap::new();
    let mut warnings = Vec::new();
    for row in rows {
        match seen.get(&(&row.client, &row.persons, &row.departed)) {
            Some(line) => {
                let kind = WarningKind::Repeats { line: *line };
                warnings.push(Warning { line: row.line, column: None, value: String::new(), kind });
            }
            None => {
                seen.insert((&row.client, &row.persons, &row.departed), row.line);
            }
        }
    }
    warnings
}

/// The fault of a client that no row names, or only by persons who have left.
fn nameless(rows: &[MappedRow]) -> Option<Problem> {
    let first = rows.first()?;
    let left = rows.iter().any(|row| !row.departed.is_empty());
    let reason = if left { Reason::NobodyLeft } else { Reason::Nameless };
    let fault = Problem { line: first.line, column: String::new(), value: String::new(), reason };
    rows.iter().all(|row| row.standing == Standing::Counts && row.is_nameless()).then_some(fault)
}

/// Where a client is at home: its regions are prefectures, or anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Home {
    Japan,
    Abroad,
}

impl Home {
    /// The country that the rows name; Japan when they name none.
    fn of(rows: &[MappedRow]) -> Self {
        match rows.iter().find_map(|row| row.client.get(Field::Country)) {
            Some(country) if country != JAPAN => Self::Abroad,
            _ => Self::Japan,
        }
    }

    /// The text that goes to the server: a prefecture's key for its name, anything else as it is.
    fn meaning(self, field: Field, text: &str) -> Cow<'_, str> {
        match (self, field) {
            (Self::Japan, Field::Region) => Cow::from(region_key(text).unwrap_or(text)),
            _ => Cow::from(text),
        }
    }
}

#[cfg(test)]
mod tests;
