//! What a mapping does to a file, in a form that a ledger can keep: so that a change of it is seen before it is sent.
//!
//! In: the rules as they were laid over the headers. Out: a hash for each part. Headers count as they are compared, so
//! that a file whose columns moved, or are written in other widths, has the same mapping as before.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::record::Column;
use crate::settings::rules::{Activity, Header, Piece, Rule, Rules, TextFrom};

use super::headers::fold;

/// The parts of a mapping by name, each with its hash.
pub type Parts = BTreeMap<String, String>;

/// Gathers the parts.
#[derive(Debug, Default)]
pub(super) struct Effective(Parts);

impl Effective {
    /// A field and where it comes from.
    pub(super) fn field(&mut self, column: Column, rule: &Rule) {
        self.put(column.name(), &compared(rule));
    }

    /// What concerns whole rows; also its absence is a part, so that it is seen when it goes.
    pub(super) fn structure(&mut self, rules: &Rules) {
        let mut persons = rules.persons.clone();
        for person in &mut persons {
            person.fields.values_mut().for_each(|rule| *rule = compared(rule));
            person.activity = person.activity.as_ref().map(switched);
        }
        let mut filters = rules.filters.clone();
        for filter in &mut filters {
            filter.column = same(&filter.column);
        }
        self.put("person", &persons);
        self.put("null_values", &rules.null_values);
        self.put("where", &filters);
        self.put("active", &rules.activity.as_ref().map(switched));
    }

    pub(super) fn parts(self) -> Parts {
        self.0
    }

    fn put(&mut self, name: &str, part: &impl Serialize) {
        let text = serde_json::to_string(part).unwrap_or_default();
        let hash = xxhash_rust::xxh3::xxh3_64(text.as_bytes());
        self.0.insert(name.to_owned(), format!("{hash:016x}"));
    }
}

fn same(header: &Header) -> Header {
    match header {
        Header::Named(name) => Header::Named(fold(name)),
        Header::At(number) => Header::At(*number),
    }
}

fn switched(activity: &Activity) -> Activity {
    Activity { column: same(&activity.column), ..activity.clone() }
}

/// The rule with its headers as they are compared.
fn compared(rule: &Rule) -> Rule {
    let mut rule = rule.clone();
    match &mut rule.text {
        TextFrom::Columns { columns, .. } => columns.iter_mut().for_each(|it| *it = same(it)),
        TextFrom::Template(template) => {
            for piece in &mut template.0 {
                if let Piece::Column(header) = piece {
                    *header = same(header);
                }
            }
        }
        TextFrom::Constant(_) => {}
    }
    rule
}

#[cfg(test)]
mod tests {
    use super::super::Mapping;
    use super::*;
    use crate::settings::rules::OnEmpty;

    fn parts(headers: &[&str], rules: &Rules) -> Parts {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        Mapping::new(&headers, rules).unwrap().parts().clone()
    }

    #[test]
    fn moved_columns_and_other_widths_are_the_same_mapping() {
        let rules = Rules::default();
        let one = parts(&["client_external_id", "name", "備考"], &rules);
        assert_eq!(parts(&["Ｎａｍｅ", "client_external_id"], &rules), one);
        let mut renamed = Rules::default();
        renamed.columns.insert(Column::named("name").unwrap(), Rule::plain(Header::Named("ＮＡＭＥ".into())));
        assert_eq!(parts(&["client_external_id", "name"], &renamed), one);
    }

    #[test]
    fn a_field_that_comes_to_be_managed_and_every_rule_change_the_parts() {
        let headers = ["client_external_id", "name", "a"];
        let rules = Rules::default();
        let one = parts(&headers, &rules);
        let with_email = parts(&["client_external_id", "name", "email"], &rules);
        assert!(with_email.contains_key("email") && !one.contains_key("email"));
        let mut clearing = rules.clone();
        let rule = Rule { empty: OnEmpty::Clear, ..Rule::plain(Header::Named("a".into())) };
        clearing.columns.insert(Column::Email, rule.clone());
        let mut keeping = rules.clone();
        keeping.columns.insert(Column::Email, Rule { empty: OnEmpty::Keep, ..rule });
        assert_ne!(parts(&headers, &clearing)["email"], parts(&headers, &keeping)["email"]);
        let values = |text: &str| vec![text.to_owned()];
        let activity = Activity { column: Header::At(3), active: values("1"), inactive: values("0") };
        let switched = Rules { activity: Some(activity), ..rules };
        assert_ne!(parts(&headers, &switched)["active"], one["active"]);
        assert_eq!(parts(&headers, &switched)["name"], one["name"]);
    }

    #[test]
    fn the_hash_of_a_rule_is_the_same_in_every_version() {
        let one = parts(&["client_external_id", "name"], &Rules::default());
        let shown: Vec<String> = one.iter().map(|(name, hash)| format!("{name} {hash}")).collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        active b785b6ec423c44e1
        client_external_id 1256027074b82087
        name 33c062c9c8629352
        null_values 831154110e30ac6a
        person 831154110e30ac6a
        where 831154110e30ac6a
        ");
    }
}
