//! The contract: what leapsync assumes of the server, as data, beside what the server says of itself when it is asked with
//! OPTIONS.
//!
//! In: the descriptions of the client list, of a client and of a contact, as Django REST Framework writes them. Out: the
//! differences, each with its weight. The lengths are those by which rows are judged, from one place for both. Nothing
//! here sends.

use serde_json::Value;

mod assumed;
mod described;

pub use assumed::Part;
pub use described::{Contract, Described, Route};

use assumed::{Assumed, Need, Shape, assumed};
use described::Described as Said;

/// How much a difference matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Worth knowing; nothing is refused for it.
    Remark,
    /// Some rows or some changes will be refused.
    Limits,
    /// No run can do its work.
    Stops,
}

/// One difference between the server and what is assumed of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deviation {
    /// The route gave no description.
    Undescribed {
        /// Which.
        route: Route,
        /// The HTTP status, when there was one.
        status: Option<u16>,
        /// What came instead, in the server's words.
        said: String,
    },
    /// The route does not let this key write.
    ReadOnlyKey(Route),
    /// The route does not know a method.
    NoMethod {
        /// Which route.
        route: Route,
        /// The method.
        method: &'static str,
    },
    /// A field is not there.
    NoField(Part, &'static str),
    /// A field cannot be written.
    ReadOnly(Part, &'static str),
    /// A field must be there, and leapsync does not always send it.
    Required {
        /// Whose field.
        part: Part,
        /// The field.
        field: String,
        /// Whether a column of the file could fill it.
        can_be_sent: Sendable,
    },
    /// The server takes shorter texts.
    Shorter {
        /// Whose field.
        part: Part,
        /// The field.
        field: &'static str,
        /// What the server takes, in characters.
        server: u64,
        /// What leapsync lets through.
        ours: u64,
    },
    /// The server takes longer texts.
    Longer {
        /// Whose field.
        part: Part,
        /// The field.
        field: &'static str,
        /// What the server takes, in characters.
        server: u64,
        /// What leapsync lets through.
        ours: u64,
    },
    /// A field holds something else than is written to it.
    OtherType {
        /// Whose field.
        part: Part,
        /// The field.
        field: &'static str,
        /// The server's word for what it holds.
        server: String,
    },
    /// The server does not list values that leapsync writes.
    NoValues {
        /// Whose field.
        part: Part,
        /// The field.
        field: &'static str,
        /// The values.
        values: Vec<String>,
    },
    /// Clients cannot be archived.
    NoArchive,
    /// The server says that external ids are unique.
    UniqueIds,
    /// The fields of a part are not described, so that they cannot be compared.
    PartUndescribed(Part),
}

/// Whether a column of the file could fill a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sendable {
    /// It could, and a row may leave it empty.
    Sometimes,
    /// leapsync does not know it.
    Never,
}

impl Deviation {
    /// How much it matters.
    #[must_use]
    pub fn weight(&self) -> Weight {
        match self {
            Self::Undescribed { .. }
            | Self::Longer { .. }
            | Self::NoArchive
            | Self::UniqueIds
            | Self::PartUndescribed(_) => Weight::Remark,
            Self::ReadOnlyKey(_)
            | Self::Required { can_be_sent: Sendable::Never, .. }
            | Self::NoMethod { method: "GET" | "POST" | "PATCH", .. }
            | Self::NoField(Part::Client, "client_external_id" | "contacts")
            | Self::ReadOnly(Part::Client, "client_external_id" | "contacts")
            | Self::NoField(Part::Contact, "contact_type")
            | Self::ReadOnly(Part::Contact, "contact_type") => Weight::Stops,
            Self::NoMethod { .. }
            | Self::NoField(..)
            | Self::ReadOnly(..)
            | Self::Required { .. }
            | Self::Shorter { .. }
            | Self::OtherType { .. }
            | Self::NoValues { .. } => Weight::Limits,
        }
    }
}

impl Contract {
    /// What differs from what is assumed; each thing once, ordered by route and field.
    #[must_use]
    pub fn deviations(&self) -> Vec<Deviation> {
        let Self { list, client, contact } = self;
        let mut found = Vec::new();
        let list_fields = route(Route::Clients, list, &mut found);
        if let Some(fields) = list_fields {
            found.extend(required(Part::Client, fields));
            found.extend(compare(Part::Client, fields));
        }
        if let Some(fields) = client.as_ref().and_then(|client| route(Route::Client, client, &mut found)) {
            found.extend(compare(Part::Client, fields));
        }
        if let Some(fields) = contact.as_ref().and_then(|contact| route(Route::Contact, contact, &mut found))
        {
            found.extend(compare_contact(fields));
        }
        found.sort();
        found.dedup();
        // A key that may not create may not change either; once is enough.
        if found.contains(&Deviation::ReadOnlyKey(Route::Clients)) {
            found.retain(|it| !matches!(it, Deviation::ReadOnlyKey(Route::Client | Route::Contact)));
        }
        // Of a part that is described in one place it does not matter that another one is silent.
        let is_described = |part: Part| match part {
            Part::Client => true,
            Part::Contact => contact.as_ref().is_some_and(|it| it.fields(Route::Contact).is_some()),
            Part::Email | Part::Address => false,
        };
        found.retain(|it| !matches!(it, Deviation::PartUndescribed(part) if is_described(*part)));
        found
    }
}

/// The fields that a route describes; what is wrong with the route itself is told.
fn route<'a>(route: Route, said: &'a Said, found: &mut Vec<Deviation>) -> Option<&'a Value> {
    if said.document.is_none() {
        found.push(Deviation::Undescribed { route, status: said.status, said: said.words.clone() });
        return None;
    }
    if let Some(allow) = &said.allow {
        let lacks = |method: &&&'static str| !allow.iter().any(|known| known == **method);
        found
            .extend(route.methods().iter().filter(lacks).map(|method| Deviation::NoMethod { route, method }));
    }
    let fields = said.fields(route);
    let may_write = said.allow.as_ref().is_none_or(|allow| allow.iter().any(|it| it == route.describes()));
    if fields.is_none() && may_write {
        found.push(Deviation::ReadOnlyKey(route));
    }
    fields
}

/// Fields without which the server refuses a create, and which are not always sent.
fn required(part: Part, fields: &Value) -> Vec<Deviation> {
    let mut found = Vec::new();
    let ours = assumed(part);
    for (name, said) in fields.as_object().into_iter().flatten() {
        let own = ours.iter().find(|it| it.name == name);
        let writable = said["read_only"] != true;
        if said["required"] == true && writable && own.is_none_or(|it| it.need != Need::Always) {
            let can_be_sent = if own.is_some_and(|it| it.need == Need::Sometimes) {
                Sendable::Sometimes
            } else {
                Sendable::Never
            };
            found.push(Deviation::Required { part, field: name.clone(), can_be_sent });
        }
        if let Some(inner) = own.and_then(|own| Some((own.inner()?, children(said)?))) {
            found.extend(required(inner.0, inner.1));
        }
    }
    found
}

fn compare_contact(fields: &Value) -> Vec<Deviation> {
    // What kind a contact is cannot be changed any more, and is not.
    let mut found = compare(Part::Contact, fields);
    found.retain(|it| !matches!(it, Deviation::ReadOnly(Part::Contact, "contact_type")));
    found
}

fn compare(part: Part, fields: &Value) -> Vec<Deviation> {
    assumed(part).iter().flat_map(|own| field(part, own, fields.get(own.name))).collect()
}

fn field(part: Part, own: &Assumed, said: Option<&Value>) -> Vec<Deviation> {
    let archives = own.need == Need::Archive;
    let Some(said) = said.filter(|said| said.is_object()) else {
        return vec![if archives { Deviation::NoArchive } else { Deviation::NoField(part, own.name) }];
    };
    if said["read_only"] == true {
        return vec![if archives { Deviation::NoArchive } else { Deviation::ReadOnly(part, own.name) }];
    }
    let mut found = Vec::new();
    let kind = said["type"].as_str().unwrap_or_default();
    if !own.shape.accepts(kind) {
        found.push(Deviation::OtherType { part, field: own.name, server: kind.to_owned() });
    }
    if let (Some(ours), Some(server)) = (own.longest, said["max_length"].as_u64()) {
        let (field, ours) = (own.name, ours as u64);
        match server {
            server if server < ours => found.push(Deviation::Shorter { part, field, server, ours }),
            // A field whose texts have one form needs no more room.
            server if server > ours && own.shape == Shape::Text => {
                found.push(Deviation::Longer { part, field, server, ours });
            }
            _ => {}
        }
    }
    found.extend(values(part, own, said));
    if own.name == "client_external_id" && says_unique(said) {
        found.push(Deviation::UniqueIds);
    }
    if let Some(inner) = own.inner() {
        match children(said) {
            Some(fields) => found.extend(compare(inner, fields)),
            None => found.push(Deviation::PartUndescribed(inner)),
        }
    }
    found
}

/// Values that are written and that the server does not list. A list that is left out is no list.
fn values(part: Part, own: &Assumed, said: &Value) -> Option<Deviation> {
    let listed = said["choices"].as_array().filter(|listed| !listed.is_empty())?;
    let is_listed =
        |value: &str| listed.iter().any(|choice| choice["value"].as_str().or(choice.as_str()) == Some(value));
    let values: Vec<String> =
        own.values.iter().filter(|it| !is_listed(it)).map(|it| (*it).to_owned()).collect();
    (!values.is_empty()).then_some(Deviation::NoValues { part, field: own.name, values })
}

/// The fields inside a field: of the one object, or of each of a list.
fn children(said: &Value) -> Option<&Value> {
    said.get("children").or_else(|| said.get("child")?.get("children")).filter(|fields| fields.is_object())
}

fn says_unique(said: &Value) -> bool {
    let texts = ["help_text", "label"].iter().filter_map(|key| said[*key].as_str());
    said["unique"] == true || texts.into_iter().any(|text| text.to_lowercase().contains("unique"))
}
