//! Which fields of a client its rows answer for: the columns that are there, the cells that are filled.
//!
//! In: a client as the file wants it. Out: its fields by where they stand. A field that no cell named is other people's
//! business, whatever the ledger happens to know of it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Desired, Field, Fields, HasOrganization, Kind};

/// The fields that the rows of a client answered for when it was last brought to the server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answered {
    /// The client's own fields.
    pub own: BTreeSet<Field>,
    /// Those of the company's contact.
    pub company: BTreeSet<Field>,
    /// Those of its persons, of all of them together.
    pub persons: BTreeSet<Field>,
}

impl Answered {
    /// The fields of a contact of that kind.
    #[must_use]
    pub fn of(&self, kind: Kind) -> &BTreeSet<Field> {
        match kind {
            Kind::Organization => &self.company,
            Kind::Person => &self.persons,
        }
    }
}

impl Desired {
    /// The fields that the rows answer for; `with_organization` as in [`Desired::contacts`].
    #[must_use]
    pub fn answered(&self, with_organization: HasOrganization) -> Answered {
        let contacts = self.contacts(with_organization);
        let named = |kind: Kind| {
            let contacts = contacts.iter().filter(|contact| contact.kind == kind);
            contacts.flat_map(|contact| names(&contact.fields)).collect()
        };
        Answered {
            own: names(&self.own).collect(),
            company: named(Kind::Organization),
            persons: named(Kind::Person),
        }
    }
}

fn names(fields: &Fields) -> impl Iterator<Item = Field> {
    fields.keys()
}
