//! What an update changes, one field or one person at a time: the same list for every screen, page and file that shows it.

use serde::{Deserialize, Serialize};

use super::clipped;
use crate::plan::{Edit, Update};
use crate::record::{Field, Kind};

/// One thing that an update changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// A field, from what to what.
    Field {
        /// The person whose field it is; none for the company's and the client's own.
        whose: Option<String>,
        /// The field.
        field: Field,
        /// What the server last confirmed; empty when it has nothing.
        from: String,
        /// What the file wants; empty to clear it.
        to: String,
    },
    /// A person or company is added, by name.
    Added(String),
    /// A person or company is removed, by name.
    Removed(String),
}

/// What an update changes, in the order in which it is shown; long texts are clipped.
#[must_use]
pub fn differences(update: &Update) -> Vec<Difference> {
    let field = |whose: Option<&str>, edit: &Edit| Difference::Field {
        whose: whose.map(clipped),
        field: edit.field,
        from: clipped(&edit.from),
        to: clipped(&edit.to),
    };
    let mut found: Vec<Difference> = update.own.iter().map(|edit| field(None, edit)).collect();
    for contact in &update.contacts {
        let whose = match contact.kind {
            Kind::Organization => None,
            Kind::Person => Some(contact.label.as_str()),
        };
        found.extend(contact.edits.iter().map(|edit| field(whose, edit)));
    }
    found.extend(update.add.iter().map(|contact| Difference::Added(clipped(&contact.label()))));
    found.extend(update.remove.iter().map(|contact| Difference::Removed(clipped(&contact.label))));
    found
}
