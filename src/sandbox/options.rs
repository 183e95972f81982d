//! How a sandbox is set up: its seed, its quotas, its files, and the points of the API that nobody has documented.
//!
//! In: plain values from whoever starts it. Out: the same values, read by the rules. Nothing here acts.

use std::path::PathBuf;
use std::time::Duration;

use super::fault::FaultPlan;

/// The documented quota of one key: requests a minute.
pub const PER_MINUTE: u32 = 120;
/// The documented quota of one key: requests a day.
pub const PER_DAY: u32 = 5_000;
/// How long a token lives on the real server.
const TOKEN_LIFETIME: Duration = Duration::from_hours(10);

/// What a sandbox starts with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Decides every id, token, invented client and stroke of chance.
    pub seed: u64,
    /// Requests allowed in 60 seconds; `None` means no such limit.
    pub per_minute: Option<u32>,
    /// Requests allowed in 24 hours; `None` means no such limit.
    pub per_day: Option<u32>,
    /// How many invented clients the account holds at the start.
    pub seed_clients: u32,
    /// Where each request is appended as a JSON line.
    pub log_file: Option<PathBuf>,
    /// Where the account is kept between two lives of the sandbox.
    pub data_file: Option<PathBuf>,
    /// How the undocumented points of the API are decided.
    pub switches: Switches,
    /// What goes wrong, and when.
    pub faults: FaultPlan,
    /// How long a token is good for.
    pub token_lifetime: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            per_minute: Some(PER_MINUTE),
            per_day: Some(PER_DAY),
            seed_clients: 0,
            log_file: None,
            data_file: None,
            switches: Switches::default(),
            faults: FaultPlan::default(),
            token_lifetime: TOKEN_LIFETIME,
        }
    }
}

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
