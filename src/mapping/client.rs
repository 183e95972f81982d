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
        let external_id = rows.first().map_or_else(|| ExternalId::new(""), |row| row.external_id.clone());
        let print = print(&rows);
        let mut rows = rows;
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
    let prints: Option<Vec<Print>> = rows.iter().map(|row| row.print).collect();
    prints.filter(|_| together).map(Print::of_rows)
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
        persons.extend(row.persons.into_iter().filter(&mut is_new));
        departed.extend(row.departed);
    }
    departed.retain(is_new);
    let yielded = BTreeSet::new();
    Desired { external_id, lines, own, company, persons, departed, yielded }
}

/// What the only row of a client says: of the client itself, and of its company.
fn apart(mut company: Fields, home: Home) -> (Fields, Fields) {
    let own = company.split_off(FIRST_OWN);
    let said = company.text(Field::Region);
    let meant = home.meaning(Field::Region, said);
    if meant != said {
        let meant = meant.into_owned();
        company.insert(Field::Region, meant);
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
mod tests {
    use super::*;
    use crate::mapping::Mapped;
    use crate::settings::rules::Rules;

    const HEADERS: [&str; 12] = [
        "client_external_id",
        "name",
        "region",
        "country",
        "phone_number",
        "date_cutoff",
        "tax_registration_number",
        "family_name",
        "given_name",
        "title",
        "person_phone_number",
        "email",
    ];

    /// The client `A-1` of rows 2, 3, … which hold the given cells under the given headers and nothing else.
    fn client(rows: &[&[(&str, &str)]]) -> Wanted {
        let headers: Vec<String> = HEADERS.map(str::to_owned).to_vec();
        let mapping = Mapping::new(&headers, &Rules::default()).unwrap();
        let mapped = (2..).map(Line).zip(rows).map(|(line, filled)| {
            let cell = |header: &&str| {
                let found = filled.iter().find(|(name, _)| name == header).map(|(_, text)| *text);
                found.unwrap_or(if *header == "client_external_id" { "A-1" } else { "" }).to_owned()
            };
            let cells: Vec<String> = HEADERS.iter().map(cell).collect();
            match mapping.row(line, &cells, &[]) {
                Mapped::Row(row) => row,
                Mapped::Rejected(rejection) => panic!("{rejection:?}"),
            }
        });
        mapping.client(mapped.collect()).wanted
    }

    fn desired(rows: &[&[(&str, &str)]]) -> Desired {
        match client(rows) {
            Wanted::Desired(desired) => *desired,
            other => panic!("{other:?}"),
        }
    }

    /// Line, column and reason of each problem.
    fn problems(rows: &[&[(&str, &str)]]) -> Vec<(u64, String, Reason)> {
        match client(rows) {
            Wanted::Rejected(Rejection { problems, .. }) => {
                problems.into_iter().map(|problem| (problem.line.0, problem.column, problem.reason)).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_fields_of_the_client_itself_stand_behind_all_others() {
        for field in Field::ALL {
            assert_eq!(field.place() == Place::Client, field >= FIRST_OWN, "{field:?}");
        }
    }

    fn fields(pairs: &[(Field, &str)]) -> Fields {
        pairs.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
    }

    #[test]
    fn company_client_and_person_get_their_own_fields() {
        let client = desired(&[&[
            ("name", "見本商事"),
            ("phone_number", "03-0000-0001"),
            ("date_cutoff", "05"),
            ("family_name", "例"),
            ("title", "部長"),
            ("person_phone_number", "090-0000-0001"),
            ("email", "rei@example.jp"),
        ]]);
        assert_eq!(client.own, fields(&[(Field::DateCutoff, "5")]));
        assert_eq!(
            client.company,
            fields(&[(Field::Name, "見本商事"), (Field::PhoneNumber, "03-0000-0001")])
        );
        let person = [
            (Field::FamilyName, "例"),
            (Field::Title, "部長"),
            (Field::PhoneNumber, "090-0000-0001"),
            (Field::Email, "rei@example.jp"),
        ];
        assert_eq!(client.persons, [fields(&person)]);
    }

    #[test]
    fn an_email_without_a_person_belongs_to_the_company() {
        let client = desired(&[&[("name", "見本商事"), ("email", "info@example.jp")]]);
        assert_eq!(client.company.text(Field::Email), "info@example.jp");
        assert!(client.persons.is_empty());
    }

    #[test]
    fn rows_of_one_client_add_up_and_repeated_ones_collapse() {
        let client = desired(&[
            &[("name", "見本商事"), ("family_name", "例"), ("given_name", "一子")],
            &[("phone_number", "03-0000-0001"), ("family_name", "例"), ("given_name", "二子")],
            &[("name", "見本商事"), ("family_name", "例"), ("given_name", "一子")],
        ]);
        assert_eq!(client.lines, [Line(2), Line(3), Line(4)]);
        assert_eq!(
            client.company,
            fields(&[(Field::Name, "見本商事"), (Field::PhoneNumber, "03-0000-0001")])
        );
        let given: Vec<&str> = client.persons.iter().map(|person| person.text(Field::GivenName)).collect();
        assert_eq!(given, ["一子", "二子"]);
    }

    #[test]
    fn a_client_may_be_a_person_alone() {
        let client = desired(&[&[("family_name", "架空"), ("phone_number", "03-0000-0001")]]);
        assert_eq!(client.persons.len(), 1);
        assert_eq!(client.company, fields(&[(Field::PhoneNumber, "03-0000-0001")]));
    }

    #[test]
    fn a_client_without_any_name_is_rejected_once() {
        let found = problems(&[&[("phone_number", "03-0000-0001")], &[("email", "info@example.jp")]]);
        assert_eq!(found, [(2, String::new(), Reason::Nameless)]);
    }

    #[test]
    fn a_name_that_is_too_long_is_still_a_name() {
        let found = problems(&[&[("name", &"長".repeat(256))]]);
        assert_eq!(found, [(2, "name".to_owned(), Reason::TooLong { length: 256, longest: 255 })]);
    }

    #[test]
    fn a_prefecture_is_known_in_both_writings() {
        let client = desired(&[
            &[("name", "見本商事"), ("region", "東京都")],
            &[("region", "tokyo"), ("country", "jp")],
        ]);
        assert_eq!(client.company.text(Field::Region), "tokyo");
        assert_eq!(client.company.text(Field::Country), "JP");
    }

    #[test]
    fn only_a_region_in_japan_is_judged_also_when_another_row_names_the_country() {
        let client = desired(&[&[("name", "Beispiel GmbH"), ("region", "Bayern")], &[("country", "de")]]);
        assert_eq!(client.company.text(Field::Region), "Bayern");
        let found = problems(&[&[("name", "見本商事"), ("region", "香川")]]);
        assert_eq!(found, [(2, "region".to_owned(), Reason::Region)]);
    }

    #[test]
    fn rows_that_contradict_each_other_are_told_with_both_rows() {
        let found = problems(&[
            &[("name", "見本商事"), ("date_cutoff", "20")],
            &[("date_cutoff", "20")],
            &[("name", "見本商店"), ("date_cutoff", "31")],
        ]);
        let disagrees = |other: &str| Reason::Disagrees { with: Line(2), other: other.to_owned() };
        let expected = [("name", "見本商事"), ("date_cutoff", "20")];
        assert_eq!(found, expected.map(|(column, other)| (4, column.to_owned(), disagrees(other))));
    }

    #[test]
    fn everything_that_is_wrong_is_told_in_the_order_of_the_rows() {
        let found = problems(&[
            &[("name", "見本商事"), ("region", "江戸"), ("email", "keiri")],
            &[("title", "部長"), ("date_cutoff", "末"), ("tax_registration_number", "9123456789012")],
        ]);
        let expected = [
            (2, "email", Reason::Email),
            (2, "region", Reason::Region),
            (3, "date_cutoff", Reason::DateCutoff),
            (3, "tax_registration_number", Reason::TaxRegistrationNumber),
            (3, "title", Reason::Nameless),
        ];
        assert_eq!(found, expected.map(|(line, column, reason)| (line, column.to_owned(), reason)));
    }
}
