//! A first `leapsync.toml` for a file nobody has described yet: what its headers and its values say of its columns.
//!
//! In: the file's headers and rows, and how it was read. Out: a [`Draft`], in which every line has its reason and three
//! values of its column. What cannot be decided is marked and left to a person; nothing is invented. No file is read or
//! written here.

mod activity;
mod column;
mod dictionary;
mod draft;
#[cfg(test)]
mod tests;

pub use draft::{Draft, MARK};

use std::collections::{BTreeMap, BTreeSet};

use crate::texts::Texts;

use column::{Column, Look};
use dictionary::{Entry, Meaning, look_up};
use draft::{Rule, Table};

/// A file as it was looked at.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Its path, for the comment at the top.
    pub path: String,
    /// What it was read as.
    pub encoding: &'static str,
    /// What stands between its cells.
    pub delimiter: char,
    /// The row of its header as Excel shows it; none when it has no header.
    pub header_row: Option<u64>,
    /// Its headers.
    pub headers: Vec<String>,
    /// Its rows, as many as were looked at.
    pub rows: Vec<Vec<String>>,
}

/// Cells that systems write for "nothing".
const NULLS: [&str; 5] = ["- None -", "#N/A", "N/A", "NULL", "null"];

/// What a column was taken for, and why.
struct Found<'a> {
    texts: Texts,
    column: &'a Column,
    reason: String,
}

/// The columns of a file and what each of them is taken for.
struct Columns {
    texts: Texts,
    all: Vec<Column>,
    rows: usize,
    /// Headers that stand there twice, or not at all, name nothing.
    unnamed: BTreeSet<usize>,
}

/// Whether a header is one that some system writes.
#[must_use]
pub fn is_known(header: &str) -> bool {
    look_up(header).next().is_some()
}

/// Whether the cells of what was taken for a header are values, so that the file has none.
#[must_use]
pub fn is_data(header: &[String]) -> bool {
    !header.iter().any(|cell| is_known(cell)) && header.iter().any(|cell| column::is_value(cell))
}

/// Guesses the configuration for a file; its comments are told by `texts`.
#[must_use]
pub fn guess(texts: Texts, sheet: &Sheet) -> Draft {
    let columns = Columns::of(texts, sheet);
    let mut draft = Draft::new(texts, sheet);
    draft.nulls(nulls(sheet));
    let mut used = key(&columns, &mut draft);
    name(&columns, &mut used, &mut draft);
    address(&columns, &mut used, &mut draft);
    company(&columns, &mut used, &mut draft);
    person(&columns, &mut used, &mut draft);
    rows_that_count(&columns, &mut used, &mut draft);
    let by_its_own_name =
        |column: &Column| crate::record::Column::named(&dictionary::folded(&column.header)).is_some();
    let left = columns
        .all
        .iter()
        .filter(|column| !used.contains(&column.place) && column.filled > 0 && !by_its_own_name(column));
    draft.unused(left.map(|column| columns.shown(column)).collect());
    draft
}

type Used = BTreeSet<usize>;

impl Columns {
    fn of(texts: Texts, sheet: &Sheet) -> Self {
        let cell = |row: &'_ Vec<String>, place: usize| {
            row.get(place).map(String::as_str).unwrap_or_default().to_owned()
        };
        let all: Vec<Column> = sheet
            .headers
            .iter()
            .enumerate()
            .map(|(place, header)| {
                let cells: Vec<String> = sheet.rows.iter().map(|row| cell(row, place)).collect();
                Column::of(header, place, cells.iter().map(String::as_str))
            })
            .collect();
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for column in &all {
            places.entry(dictionary::key(&column.header)).or_default().push(column.place);
        }
        let nameless = |(header, places): &(String, Vec<usize>)| {
            sheet.header_row.is_none() || header.is_empty() || places.len() > 1
        };
        let unnamed = places.into_iter().filter(nameless).flat_map(|(_, places)| places).collect();
        Self { texts, all, rows: sheet.rows.len(), unnamed }
    }

    /// How the configuration names a column: by its header, or by its number where that names nothing.
    fn name(&self, column: &Column) -> String {
        if self.unnamed.contains(&column.place) {
            (column.place + 1).to_string()
        } else {
            draft::quoted(&column.header)
        }
    }

    /// A column as a person recognises it: one without a header of its own by its values.
    fn shown(&self, column: &Column) -> String {
        if self.unnamed.contains(&column.place) {
            format!("{} ({})", self.name(column), column.samples.join(" | "))
        } else {
            self.name(column)
        }
    }

    fn found<'a>(&self, column: &'a Column, reason: String) -> Found<'a> {
        Found { texts: self.texts, column, reason }
    }

    /// Every column that its header says means `meaning`, the most usual first.
    fn named(&self, meaning: Meaning) -> Vec<Found<'_>> {
        let known = |column: &Column| -> Option<(usize, &'static Entry)> {
            look_up(&column.header).find(|(_, entry)| entry.meaning == meaning)
        };
        let mut found: Vec<_> =
            self.all.iter().filter_map(|column| known(column).map(|known| (known, column))).collect();
        found.sort_by_key(|((rank, _), column)| (column.filled == 0, *rank, column.place));
        let found = found.into_iter().map(|((_, entry), column)| {
            let reason = self.texts.say_with("guess-of-header", &[("system", entry.system.into())]);
            self.found(column, reason)
        });
        found.collect()
    }

    /// The column that means `meaning`: by its header, or else the only unused one whose values look like it.
    fn find(&self, meaning: Meaning, look: Option<Look>, used: &Used) -> Option<Found<'_>> {
        let by_header = self.named(meaning).into_iter().find(|found| !used.contains(&found.column.place));
        by_header.or_else(|| {
            let look = look?;
            let free = |column: &&Column| !used.contains(&column.place) && column.looks_like(look);
            let mut alike = self.all.iter().filter(free);
            let (column, None) = (alike.next()?, alike.next()) else { return None };
            Some(self.found(column, self.texts.say("guess-by-values")))
        })
    }

    /// Adds the rule for `field` when there is a column for it.
    fn map(
        &self,
        field: &str,
        meaning: Meaning,
        look: Option<Look>,
        how: &str,
        used: &mut Used,
        to: &mut Table,
    ) {
        if let Some(found) = self.find(meaning, look, used) {
            used.insert(found.column.place);
            to.push(self.rule(field, &found, how));
        }
    }

    fn rule(&self, field: &str, found: &Found<'_>, transform: &str) -> Rule {
        let name = self.name(found.column);
        let value = match transform {
            "" => name,
            _ => format!("{{ column = {name}, transform = \"{transform}\" }}"),
        };
        Rule::new(field, &value, found, &found.reason)
    }
}

/// The key: the most usual code that every row has and that is nowhere twice, or else the most usual one.
fn key(columns: &Columns, draft: &mut Draft) -> Used {
    let unique = |column: &Column| column.filled == columns.rows && column.distinct == columns.rows;
    let mut codes = columns.named(Meaning::Code);
    if codes.is_empty() {
        let is_code =
            |column: &&Column| unique(column) && column.looks_like(Look::Code) && !is_known(&column.header);
        let alike = columns.all.iter().filter(is_code);
        codes = alike.map(|column| columns.found(column, columns.texts.say("guess-own-code"))).collect();
    }
    let branch = columns.named(Meaning::Branch).into_iter().next();
    let best = codes.iter().position(|found| unique(found.column)).unwrap_or(0);
    let Some(found) = codes.get(best) else {
        draft.map.push(Rule::open("client_external_id", "\"\"", &columns.texts.say("guess-no-key")));
        return Used::new();
    };
    let figures = [
        ("reason", found.reason.as_str().into()),
        ("distinct", found.column.distinct.to_string().into()),
        ("rows", columns.rows.to_string().into()),
    ];
    let figures = columns.texts.say_with("guess-figures", &figures);
    let mut used = Used::from([found.column.place]);
    let value = match &branch {
        Some(branch) => {
            used.insert(branch.column.place);
            let (code, branch) = (columns.name(found.column), columns.name(branch.column));
            format!("{{ columns = [{code}, {branch}], join = \"-\" }}")
        }
        None => columns.name(found.column),
    };
    let mut rule = Rule::new("client_external_id", &value, found, &figures);
    for (_, other) in codes.iter().enumerate().filter(|(at, _)| *at != best) {
        let Column { filled, distinct, .. } = other.column;
        let figures = [
            ("column", columns.name(other.column).into()),
            ("distinct", distinct.to_string().into()),
            ("filled", filled.to_string().into()),
            ("rows", columns.rows.to_string().into()),
        ];
        rule.note(columns.texts.say_with("guess-also-possible-code", &figures));
    }
    rule.notes_on_code(found);
    if !is_known(&found.column.header) {
        rule.mark(columns.texts.say("guess-is-it-the-code"));
    }
    draft.map.push(rule);
    used
}

/// The name that is printed; one that is cut in two is joined.
fn name(columns: &Columns, used: &mut Used, draft: &mut Draft) {
    let Some(found) = columns.find(Meaning::Name, None, used) else {
        draft.map.push(Rule::open("name", "\"\"", &columns.texts.say("guess-no-name")));
        return;
    };
    used.insert(found.column.place);
    let rest = columns.find(Meaning::NameRest, None, used).filter(|rest| rest.column.filled > 0);
    let mut rule = match rest {
        None => columns.rule("name", &found, ""),
        Some(rest) => {
            used.insert(rest.column.place);
            let (first, second) = (columns.name(found.column), columns.name(rest.column));
            let value = format!("{{ columns = [{first}, {second}], join = \" \" }}");
            let mut rule = Rule::new("name", &value, &found, &found.reason);
            let joined = rest.column.samples.join(", ");
            let arguments = [("column", second.into()), ("values", joined.into())];
            rule.mark(columns.texts.say_with("guess-rest-of-name", &arguments));
            rule
        }
    };
    for other in columns.named(Meaning::Name).iter().filter(|other| !used.contains(&other.column.place)) {
        let column = columns.name(other.column);
        rule.note(columns.texts.say_with("guess-also-possible", &[("column", column.into())]));
    }
    draft.map.push(rule);
}

/// The address: in columns of its own, or cut out of one that holds all of it.
fn address(columns: &Columns, used: &mut Used, draft: &mut Draft) {
    let map = &mut draft.map;
    columns.map("postal_code", Meaning::PostalCode, Some(Look::PostalCode), "postal_code", used, map);
    columns.map("country", Meaning::Country, None, "country", used, map);
    let region = columns.find(Meaning::Region, Some(Look::Prefecture), used);
    if let Some(region) = &region {
        used.insert(region.column.place);
        map.push(columns.rule("region", region, "prefecture"));
    }
    let locality = columns.find(Meaning::Locality, None, used);
    if let Some(locality) = &locality {
        used.insert(locality.column.place);
        map.push(columns.rule("locality", locality, ""));
    }
    if let Some(street) = columns.find(Meaning::Street, Some(Look::Address), used) {
        used.insert(street.column.place);
        let mut rules = Vec::new();
        if region.is_none() && street.column.looks_like(Look::Address) {
            rules.push(("region", "region"));
        }
        match locality {
            Some(_) => rules.push(("street_address", "")),
            None => rules.extend([("locality", "locality"), ("street_address", "street")]),
        }
        for (at, (field, transform)) in rules.into_iter().enumerate() {
            let rule = columns.rule(field, &street, transform);
            map.push(if at == 0 { rule } else { rule.without_reason() });
        }
    }
    columns.map("extended_address", Meaning::Building, None, "", used, map);
}

fn company(columns: &Columns, used: &mut Used, draft: &mut Draft) {
    let map = &mut draft.map;
    columns.map("phone_number", Meaning::Phone, Some(Look::Phone), "phone", used, map);
    columns.map("fax_number", Meaning::Fax, None, "phone", used, map);
    let number = "tax_registration_number";
    columns.map(number, Meaning::TaxNumber, Some(Look::TaxNumber), number, used, map);
    columns.map("date_cutoff", Meaning::ClosingDay, None, "closing_day", used, map);
}

/// The person of a row; a block of its own when a column says whether the person is still there.
fn person(columns: &Columns, used: &mut Used, draft: &mut Draft) {
    let mut table = Table::default();
    let family = columns.find(Meaning::FamilyName, None, used);
    let whole = columns.find(Meaning::Person, None, used);
    if family.is_some() {
        columns.map("family_name", Meaning::FamilyName, None, "", used, &mut table);
        columns.map("given_name", Meaning::GivenName, None, "", used, &mut table);
    } else if let Some(whole) = &whole {
        used.insert(whole.column.place);
        table.push(columns.rule("family_name", whole, "family_name"));
        table.push(columns.rule("given_name", whole, "given_name").without_reason());
    }
    if family.is_some() || whole.is_some() {
        columns.map("title", Meaning::Title, None, "", used, &mut table);
        columns.map("department", Meaning::Department, None, "", used, &mut table);
    }
    columns.map("email", Meaning::Email, Some(Look::Email), "email", used, &mut table);
    let leaves =
        columns.find(Meaning::PersonActivity, None, used).filter(|_| family.is_some() || whole.is_some());
    match leaves {
        Some(found) => {
            used.insert(found.column.place);
            table.push(activity::of_person(&columns.name(found.column), &found));
            draft.persons.push(table);
        }
        None => draft.map.extend(table),
    }
}

/// Which rows are customers, and which of those still are.
fn rows_that_count(columns: &Columns, used: &mut Used, draft: &mut Draft) {
    for found in columns.named(Meaning::Filter) {
        if let Some(rules) = activity::filter(&columns.name(found.column), &found) {
            used.insert(found.column.place);
            draft.filters.push(rules);
        }
    }
    if let Some(found) = columns.find(Meaning::Activity, None, used)
        && let Some(rules) = activity::of_client(&columns.name(found.column), &found)
    {
        used.insert(found.column.place);
        draft.activity = rules;
    }
}

fn nulls(sheet: &Sheet) -> Vec<&'static str> {
    let there = |null: &&str| sheet.rows.iter().flatten().any(|cell| cell.trim() == *null);
    NULLS.into_iter().filter(there).collect()
}
