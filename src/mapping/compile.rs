//! Lays the rules over the headers of a file: every rule then knows where its columns stand.
//!
//! In: headers and rules. Out: a [`Mapping`], or why the two do not fit. A column without a rule is found by its own
//! name, unless its header is one that a rule has claimed.

use crate::record::{Column, Field};
use crate::settings::rules::{Header, PersonRules, Piece, Rule, Rules, TextFrom, Transform};

use super::effective::Effective;
use super::headers::Headers;
use super::reader::{Part, Reader, Supply};
use super::standing::{Sieve, Switch};
use super::{Block, Mapping, MappingError};

/// Finds everything that the rules name.
pub(super) fn compile(written: &[String], rules: &Rules) -> Result<Mapping, MappingError> {
    let headers = Headers::new(written);
    shared_headers(rules)?;
    let mut effective = Effective::default();
    let mut columns = Vec::new();
    for (column, rule) in &rules.columns {
        columns.push((*column, reader(&headers, rule, &key_of("[map]", column.name()))?));
        effective.field(*column, rule);
    }
    let persons = blocks(&headers, &rules.persons)?;
    let claimed: Vec<usize> = columns
        .iter()
        .map(|(_, reader)| reader)
        .chain(persons.iter().flat_map(Block::readers))
        .flat_map(Reader::cells)
        .collect();
    for (name, column) in Column::ALL {
        if rules.columns.contains_key(&column) || !headers.has(name) {
            continue;
        }
        let rule = Rule::plain(Header::Named(name.to_owned()));
        match reader(&headers, &rule, name) {
            Ok(reader) if reader.cells().any(|cell| claimed.contains(&cell)) => {}
            // A header over two columns, of which a rule has claimed one by its number.
            Err(MappingError::HeaderTwice { first, second, .. })
                if claimed.contains(&(first - 1)) || claimed.contains(&(second - 1)) => {}
            Ok(reader) => {
                columns.push((column, reader));
                effective.field(column, &rule);
            }
            Err(error) => return Err(error),
        }
    }
    columns.sort_by_key(|(column, _)| *column);
    nothing_is_lost(rules, &columns)?;
    let key = columns.iter().position(|(column, _)| *column == Column::ExternalId);
    let key = key.ok_or_else(|| MappingError::NoKey { seen: written.to_vec() })?;
    let (_, key) = columns.remove(key);
    effective.structure(rules);
    Ok(Mapping {
        headers: written.to_vec(),
        key,
        columns,
        persons,
        null_values: rules.null_values.clone(),
        sieves: rules.filters.iter().map(|filter| Sieve::find(&headers, filter)).collect::<Result<_, _>>()?,
        switch: rules
            .activity
            .as_ref()
            .map(|it| Switch::find(&headers, it, "`[input.active]`"))
            .transpose()?,
        effective: effective.parts(),
        yielded: rules.yielded.clone(),
    })
}

fn key_of(table: &str, field: &str) -> String {
    format!("`{table}` {field}")
}

fn blocks(headers: &Headers<'_>, persons: &[PersonRules]) -> Result<Vec<Block>, MappingError> {
    let mut blocks = Vec::new();
    for (number, person) in (1..).zip(persons) {
        let table = format!("[[map.person]] {number}");
        let mut fields = Vec::new();
        for (field, rule) in &person.fields {
            fields.push((*field, reader(headers, rule, &key_of(&table, field.name()))?));
        }
        let activity = person.activity.as_ref();
        let switch = activity.map(|it| Switch::find(headers, it, &key_of(&table, "active"))).transpose()?;
        blocks.push(Block { fields, switch });
    }
    Ok(blocks)
}

fn reader(headers: &Headers<'_>, rule: &Rule, key: &str) -> Result<Reader, MappingError> {
    let find = |header: &Header| headers.find(header, key);
    let supply = match &rule.text {
        TextFrom::Columns { columns, join } => {
            let cells = columns.iter().map(find).collect::<Result<_, _>>()?;
            Supply::Cells { cells, join: join.clone() }
        }
        TextFrom::Template(template) => {
            let part = |piece: &Piece| match piece {
                Piece::Text(text) => Ok(Part::Text(text.clone())),
                Piece::Column(header) => find(header).map(Part::Cell),
            };
            Supply::Template(template.0.iter().map(part).collect::<Result<_, _>>()?)
        }
        TextFrom::Constant(text) => Supply::Constant(text.clone()),
    };
    let Rule { text: _, fold, ref pad, transform, empty, take, odd } = *rule;
    let (label, pad) = (String::new(), pad.clone());
    let mut reader = Reader { supply, label, fold, pad, transform, empty, take, odd };
    let labels: Vec<&str> = reader.cells().map(|cell| headers.written[cell].as_str()).collect();
    reader.label = labels.join(" + ");
    Ok(reader)
}

/// Two columns that take the same header as it stands: a slip of the hand.
fn shared_headers(rules: &Rules) -> Result<(), MappingError> {
    let plain = |rule: &Rule| match &rule.text {
        TextFrom::Columns { columns, .. } if rule.is_plain() => columns.first().map(|header| match header {
            Header::Named(name) => super::headers::fold(name),
            Header::At(number) => format!("\u{1f}{number}"),
        }),
        _ => None,
    };
    let mut seen: Vec<(String, Column)> = Vec::new();
    for (column, rule) in &rules.columns {
        let Some(header) = plain(rule) else { continue };
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == header) {
            let (first, second) = (first.name().to_owned(), column.name().to_owned());
            let written = match &rule.text {
                TextFrom::Columns { columns, .. } => columns[0].to_string(),
                TextFrom::Template(_) | TextFrom::Constant(_) => header,
            };
            return Err(MappingError::SharedHeader { first, second, header: written });
        }
        seen.push((header, *column));
    }
    Ok(())
}

/// Where a street is split off, the locality must go somewhere, and where a locality is, the region must.
fn nothing_is_lost(rules: &Rules, columns: &[(Column, Reader)]) -> Result<(), MappingError> {
    let maps = |field| columns.iter().any(|(column, _)| *column == Column::Client(field));
    let same_cell_gives = |rule: &Rule, transform| {
        rules.columns.values().any(|other| other.transform == Some(transform) && other.text == rule.text)
    };
    for (column, rule) in &rules.columns {
        let lost = match rule.transform {
            Some(Transform::Street) if !same_cell_gives(rule, Transform::Locality) => Field::Locality.name(),
            Some(Transform::Street | Transform::Locality) if !maps(Field::Region) => Field::Region.name(),
            _ => continue,
        };
        let header = match &rule.text {
            TextFrom::Columns { columns, .. } => {
                columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ")
            }
            TextFrom::Template(_) | TextFrom::Constant(_) => column.name().to_owned(),
        };
        return Err(MappingError::PartLost { key: key_of("[map]", column.name()), header, lost });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::rules::Template;

    fn found(headers: &[&str], rules: &[(Column, Rule)]) -> Result<Vec<(Column, String)>, String> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        let rules = Rules { columns: rules.iter().cloned().collect(), ..Rules::default() };
        let mapping = compile(&headers, &rules).map_err(|error| error.to_string())?;
        Ok(mapping.columns.into_iter().map(|(column, reader)| (column, reader.label)).collect())
    }

    fn key() -> (Column, Rule) {
        (Column::ExternalId, Rule::plain(Header::At(1)))
    }

    fn named(column: Column, header: &str) -> (Column, Rule) {
        (column, Rule::plain(Header::Named(header.to_owned())))
    }

    const NAME: Column = Column::Client(Field::Name);
    const FAMILY: Column = Column::Person(Field::FamilyName);

    #[test]
    fn a_column_is_found_by_its_own_name_or_by_the_one_it_has_in_the_file() {
        let columns = found(&["id", "Ｎａｍｅ ", "氏名", "備考"], &[key(), named(FAMILY, "氏名")]);
        assert_eq!(columns.unwrap(), [(NAME, "Ｎａｍｅ ".to_owned()), (FAMILY, "氏名".to_owned())]);
    }

    #[test]
    fn a_header_that_a_rule_claims_is_not_also_taken_by_its_own_name() {
        let columns = found(&["id", "name", "company"], &[key(), named(FAMILY, "name")]);
        assert_eq!(columns.unwrap(), [(FAMILY, "name".to_owned())]);
        let columns = found(&["id", "name", "company"], &[key(), named(NAME, "company")]);
        assert_eq!(columns.unwrap(), [(NAME, "company".to_owned())]);
    }

    #[test]
    fn a_header_over_two_columns_is_settled_by_a_number() {
        let error = found(&["id", "name", "Name"], &[key()]).unwrap_err();
        assert!(error.starts_with("the header `name` stands over two columns"), "{error}");
        let columns = found(&["id", "name", "Name"], &[key(), (NAME, Rule::plain(Header::At(3)))]);
        assert_eq!(columns.unwrap(), [(NAME, "Name".to_owned())]);
        assert!(found(&["id", "", "", "備考", "備考"], &[key()]).is_ok());
    }

    #[test]
    fn two_columns_from_one_header_must_be_meant() {
        let same = [key(), named(NAME, "a"), named(FAMILY, "Ａ")];
        let error = found(&["id", "a"], &same).unwrap_err();
        assert!(
            error.starts_with("`[map]` gives the columns `name` and `family_name` the same header `Ａ`"),
            "{error}"
        );
        let meant = Rule::of(TextFrom::Template("{a}".parse::<Template>().unwrap()));
        assert!(found(&["id", "a"], &[key(), named(NAME, "a"), (FAMILY, meant)]).is_ok());
    }

    #[test]
    fn a_part_of_an_address_that_nothing_takes_is_told() {
        let part = |field, transform| {
            let rule = Rule { transform: Some(transform), ..Rule::plain(Header::Named("住所".to_owned())) };
            (Column::Client(field), rule)
        };
        let street = part(Field::StreetAddress, Transform::Street);
        let locality = part(Field::Locality, Transform::Locality);
        let error = found(&["id", "住所"], &[key(), street.clone()]).unwrap_err();
        assert!(error.contains("its locality would be lost"), "{error}");
        let error = found(&["id", "住所"], &[key(), street.clone(), locality.clone()]).unwrap_err();
        assert!(error.contains("its region would be lost"), "{error}");
        let region = part(Field::Region, Transform::Region);
        assert!(found(&["id", "住所"], &[key(), street.clone(), locality.clone(), region]).is_ok());
        assert!(found(&["id", "住所", "region"], &[key(), street, locality]).is_ok());
    }
}
