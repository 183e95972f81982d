//! The points of the API that nobody has documented, each of which can be decided another way.
//!
//! In: a compact text such as `list-order=newest-first,active-clients=100`. Out: switches, and the same text again. The rules read
//! them; nothing here acts.

use std::fmt;
use std::str::FromStr;

/// The undocumented points of the API, each decided one way; the default is what is assumed of the real server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Switches {
    /// Whether the plain client list shows archived clients.
    pub archived: Archived,
    /// In which order lists come.
    pub list_order: ListOrder,
    /// How the keys of an address are called when it is read.
    pub address_names: AddressNames,
    /// Whether two clients may carry the same external id.
    pub external_ids: ExternalIds,
    /// How a 400 is laid out.
    pub error_shape: ErrorShape,
    /// In which order the answer to a create names the contacts.
    pub contact_order: ContactOrder,
    /// Whether answers tell the quota in `X-RateLimit-*` headers.
    pub rate_headers: RateHeaders,
    /// Whether a PATCH may archive a client.
    pub archiving: Archiving,
    /// What the key may do.
    pub key: KeyMay,
    /// Whether clients and contacts can be deleted.
    pub deletes: Deletes,
    /// How many active clients the plan allows; `None` means any number.
    pub active_clients: Option<u32>,
}

/// Whether the plain client list shows archived clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Archived {
    /// Only `archived=true` shows them.
    #[default]
    Hidden,
    /// The plain list holds everything.
    Shown,
}

/// In which order lists come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListOrder {
    /// What was made first comes first.
    #[default]
    OldestFirst,
    /// What was made last comes first, so that inserts push rows to later pages.
    NewestFirst,
}

/// How the keys of an address are called when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AddressNames {
    /// `country`, as it is written.
    #[default]
    Country,
    /// `country_name` in its place, and a read-only `display`.
    CountryName,
}

/// Whether two clients may carry the same external id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExternalIds {
    /// They may: a create sent twice makes two clients.
    #[default]
    Repeatable,
    /// The second one is refused with 400.
    Unique,
}

/// How a 400 is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ErrorShape {
    /// One entry for each item of a list: `{"contacts": [{}, {"name": ["…"]}]}`.
    #[default]
    List,
    /// Only the faulty items, by their index: `{"contacts": {"1": {"name": ["…"]}}}`.
    ByIndex,
    /// The bare messages: `{"contacts": {"non_field_errors": ["…"]}}`.
    NonField,
    /// As a list, but inside the envelope's `response`.
    Enveloped,
}

/// In which order the answer to a create names the contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContactOrder {
    /// As they were sent.
    #[default]
    Kept,
    /// The other way round.
    Reversed,
}

/// Whether answers tell the quota in `X-RateLimit-*` headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RateHeaders {
    /// They do not.
    #[default]
    Off,
    /// They tell limit and remainder of the minute and of the day.
    On,
}

/// Whether a PATCH may archive a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Archiving {
    /// `date_archived` can be written.
    #[default]
    Writable,
    /// `date_archived` is read only: what is sent is ignored, as for every read-only field.
    ReadOnly,
}

/// What the key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyMay {
    /// Read and write.
    #[default]
    Write,
    /// Read only: every write is refused with 403, and no route describes what could be written.
    Read,
}

/// Whether clients and contacts can be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Deletes {
    /// They can.
    #[default]
    Allowed,
    /// The routes know no DELETE.
    Forbidden,
}

/// Why a text is not a set of switches.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("switch `{0}` is not understood")]
pub struct SwitchesError(String);

/// Every switch that has names: how it is written, and what it does.
type Named = (&'static str, &'static str, fn(&mut Switches));

/// The switches away from what is assumed, and back.
const NAMES: [Named; 22] = [
    ("archived", "hidden", |switches| switches.archived = Archived::Hidden),
    ("archived", "shown", |switches| switches.archived = Archived::Shown),
    ("list-order", "oldest-first", |switches| switches.list_order = ListOrder::OldestFirst),
    ("list-order", "newest-first", |switches| switches.list_order = ListOrder::NewestFirst),
    ("address-names", "country", |switches| switches.address_names = AddressNames::Country),
    ("address-names", "country-name", |switches| switches.address_names = AddressNames::CountryName),
    ("external-ids", "repeatable", |switches| switches.external_ids = ExternalIds::Repeatable),
    ("external-ids", "unique", |switches| switches.external_ids = ExternalIds::Unique),
    ("error-shape", "list", |switches| switches.error_shape = ErrorShape::List),
    ("error-shape", "by-index", |switches| switches.error_shape = ErrorShape::ByIndex),
    ("error-shape", "non-field", |switches| switches.error_shape = ErrorShape::NonField),
    ("error-shape", "enveloped", |switches| switches.error_shape = ErrorShape::Enveloped),
    ("contact-order", "kept", |switches| switches.contact_order = ContactOrder::Kept),
    ("contact-order", "reversed", |switches| switches.contact_order = ContactOrder::Reversed),
    ("rate-headers", "off", |switches| switches.rate_headers = RateHeaders::Off),
    ("rate-headers", "on", |switches| switches.rate_headers = RateHeaders::On),
    ("archiving", "writable", |switches| switches.archiving = Archiving::Writable),
    ("archiving", "read-only", |switches| switches.archiving = Archiving::ReadOnly),
    ("key", "write", |switches| switches.key = KeyMay::Write),
    ("key", "read", |switches| switches.key = KeyMay::Read),
    ("deletes", "allowed", |switches| switches.deletes = Deletes::Allowed),
    ("deletes", "forbidden", |switches| switches.deletes = Deletes::Forbidden),
];

impl FromStr for Switches {
    type Err = SwitchesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut switches = Self::default();
        for part in text.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
            switches.take(part).ok_or_else(|| SwitchesError(part.to_owned()))?;
        }
        Ok(switches)
    }
}

impl Switches {
    fn take(&mut self, part: &str) -> Option<()> {
        let (name, value) = part.split_once('=')?;
        if name == "active-clients" {
            self.active_clients = Some(value.parse().ok()?);
            return Some(());
        }
        let (_, _, turn) = NAMES.iter().find(|(known, state, _)| *known == name && *state == value)?;
        turn(self);
        Some(())
    }
}

impl fmt::Display for Switches {
    /// Names only what differs from the default.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = Vec::new();
        let mut told = Self::default();
        for (name, value, turn) in NAMES {
            let mut turned = self.clone();
            turn(&mut turned);
            let mut one = told.clone();
            turn(&mut one);
            if turned == *self && one != told {
                parts.push(format!("{name}={value}"));
                told = one;
            }
        }
        parts.extend(self.active_clients.map(|cap| format!("active-clients={cap}")));
        f.write_str(&parts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_survive_their_text_form() {
        for text in [
            "",
            "archived=shown",
            "list-order=newest-first,address-names=country-name,external-ids=unique,error-shape=by-index",
            "error-shape=enveloped,contact-order=reversed,rate-headers=on,archiving=read-only,key=read,deletes=forbidden,active-clients=100",
        ] {
            let switches: Switches = text.parse().expect("switches");
            assert_eq!(switches.to_string(), text);
        }
    }

    #[test]
    fn nonsense_is_refused_with_its_own_words() {
        for part in ["archived", "archived=maybe", "active-clients=many", "x=y"] {
            assert_eq!(part.parse::<Switches>(), Err(SwitchesError(part.to_owned())));
        }
    }
}
