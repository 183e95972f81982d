//! What the account holds: clients, contacts and documents, as they are stored.
//!
//! In: fields that have been checked. Out: the same fields, and what follows from them. How they look in the API is not known here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::check::Fields;
use super::mids::Mid;

/// A client, without its contacts' contents.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Client {
    pub(super) mid: Mid,
    /// Its place in lists.
    pub(super) place: i64,
    pub(super) fields: Fields,
    pub(super) contacts: Vec<Mid>,
    pub(super) default_contact: Option<Mid>,
    pub(super) settings: Fields,
}

impl Client {
    pub(super) fn external_id(&self) -> &str {
        self.fields.get("client_external_id").and_then(|id| id.as_str()).unwrap_or_default()
    }

    pub(super) fn is_archived(&self) -> bool {
        self.fields.get("date_archived").is_some_and(|date| !date.is_null())
    }
}

/// Whose contact it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Owner {
    Client(Mid),
    Partner,
}

/// A contact of a client, or of the partner itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Contact {
    pub(super) mid: Mid,
    pub(super) place: i64,
    pub(super) owner: Owner,
    pub(super) fields: Fields,
}

impl Contact {
    /// A text field; empty when it was never set.
    pub(super) fn text(&self, name: &str) -> &str {
        self.fields.get(name).and_then(|value| value.as_str()).unwrap_or_default()
    }

    pub(super) fn is_organization(&self) -> bool {
        self.text("contact_type") == "organization"
    }

    /// What a person reads: the organisation's name, or "given family".
    pub(super) fn display_name(&self) -> String {
        if self.is_organization() {
            return self.text("name").to_owned();
        }
        format!("{} {}", self.text("given_name"), self.text("family_name")).trim().to_owned()
    }
}

/// A document that refers to a client and to the contacts it had at the time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Document {
    pub(super) mid: Mid,
    pub(super) number: String,
    pub(super) client: Mid,
    pub(super) contacts: Vec<Mid>,
    pub(super) issued: Timestamp,
}
