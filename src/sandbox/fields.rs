//! The fields of clients, contacts, addresses and settings: one table that both validation and OPTIONS read.
//!
//! In: nothing. Out: constant tables. Nothing here validates or describes; it only says what there is.

/// What a field may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text of at most `max` code points, trimmed at both ends.
    Text { max: usize },
    /// A text that may not be empty.
    Name { max: usize },
    /// One of these values, each with its label.
    Choice(&'static [(&'static str, &'static str)]),
    /// A whole number in a range, or null.
    Integer { min: i64, max: i64 },
    /// `T` and 13 digits, or nothing.
    TaxNumber,
    /// Two letters, or nothing.
    Country,
    /// A Japanese region's slug where the country is Japan, a free text elsewhere.
    Region,
    /// True or false.
    Flag,
    /// A time, or null.
    Time,
    /// Null, or an object with an address.
    Email,
    /// A list of address objects.
    Addresses,
    /// Contact URLs and new contact objects.
    Contacts,
    /// The URL of another object.
    Link,
    /// Something that only the server writes.
    Opaque,
}

/// One field of an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) label: &'static str,
    pub(super) required: bool,
    pub(super) read_only: bool,
}

const fn open(name: &'static str, kind: Kind, label: &'static str) -> Field {
    Field { name, kind, label, required: false, read_only: false }
}

const fn required(name: &'static str, kind: Kind, label: &'static str) -> Field {
    Field { name, kind, label, required: true, read_only: false }
}

const fn fixed(name: &'static str, kind: Kind, label: &'static str) -> Field {
    Field { name, kind, label, required: false, read_only: true }
}

const LONG: Kind = Kind::Text { max: 255 };
const SHORT: Kind = Kind::Text { max: 100 };
const PHONE: Kind = Kind::Text { max: 50 };

/// The two languages of a client's documents.
const LANGUAGES: &[(&str, &str)] = &[("ja", "日本語"), ("en", "English")];

/// The two kinds of contact.
const CONTACT_TYPES: &[(&str, &str)] = &[("organization", "Organization"), ("person", "Person")];

/// How documents can be sent to a client.
const SENDING_METHODS: &[(&str, &str)] =
    &[("email", "Secure send"), ("post", "Send by post"), ("none", "Not sent")];

/// A client.
pub(super) const CLIENT: &[Field] = &[
    fixed("url", Kind::Link, "Url"),
    fixed("mid", Kind::Opaque, "Mid"),
    fixed("display_name", LONG, "Display name"),
    fixed("organization_type", Kind::Opaque, "Organization type"),
    fixed("is_organization", Kind::Flag, "Is organization"),
    open("date_archived", Kind::Time, "Date archived"),
    open("client_external_id", LONG, "Client external id"),
    required("contacts", Kind::Contacts, "Contacts"),
    open("default_contact", Kind::Link, "Default contact"),
    fixed("managing_teams", Kind::Opaque, "Managing teams"),
    fixed("default_presets", Kind::Opaque, "Default presets"),
    fixed("integrations", Kind::Opaque, "Integrations"),
    open("lang_code", Kind::Choice(LANGUAGES), "Lang code"),
    fixed("settings", Kind::Link, "Settings"),
    open("date_cutoff", Kind::Integer { min: 1, max: 31 }, "Date cutoff"),
    open("tax_registration_number", Kind::TaxNumber, "Tax registration number"),
    fixed("virtual_bank_accounts", Kind::Opaque, "Virtual bank accounts"),
];

/// A contact.
pub(super) const CONTACT: &[Field] = &[
    fixed("url", Kind::Link, "Url"),
    fixed("mid", Kind::Opaque, "Mid"),
    fixed("owner", Kind::Link, "Owner"),
    fixed("owner_type", Kind::Opaque, "Owner type"),
    required("contact_type", Kind::Choice(CONTACT_TYPES), "Contact type"),
    open("name", LONG, "Name"),
    open("family_name", SHORT, "Family name"),
    open("given_name", SHORT, "Given name"),
    fixed("display_name", LONG, "Display name"),
    open("title", SHORT, "Title"),
    open("department", SHORT, "Department"),
    fixed("format", Kind::Opaque, "Format"),
    open("phone_number", PHONE, "Phone number"),
    open("fax_number", PHONE, "Fax number"),
    fixed("is_default", Kind::Flag, "Is default"),
    open("email", Kind::Email, "Email"),
    open("addresses", Kind::Addresses, "Addresses"),
    fixed("default_address", Kind::Opaque, "Default address"),
    fixed("integrations", Kind::Opaque, "Integrations"),
];

/// The one field inside an e-mail.
pub(super) const EMAIL: &[Field] = &[required("address", Kind::Name { max: 255 }, "Address")];

/// An address of a contact.
pub(super) const ADDRESS: &[Field] = &[
    open("format", SHORT, "Format"),
    open("country", Kind::Country, "Country"),
    open("postal_code", Kind::Text { max: 20 }, "Postal code"),
    open("region", Kind::Region, "Region"),
    open("locality", LONG, "Locality"),
    open("street_address", LONG, "Street address"),
    open("extended_address", LONG, "Extended address"),
];

/// The sending settings of a client.
pub(super) const SETTINGS: &[Field] = &[
    fixed("url", Kind::Link, "Url"),
    fixed("client", Kind::Link, "Client"),
    open("sending_method", Kind::Choice(SENDING_METHODS), "Sending method"),
    open("email_subject", LONG, "Email subject"),
    open("email_message", Kind::Text { max: 2_000 }, "Email message"),
    open("include_stamp", Kind::Flag, "Include stamp"),
];
