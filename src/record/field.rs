//! The fields that leapsync manages, each with its name, its place on the server and its longest text.

use serde::{Deserialize, Serialize};

/// Where the server keeps a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On the client itself.
    Client,
    /// On a contact.
    Contact,
    /// In a contact's address.
    Address,
}

/// A field of a client, a contact or an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The company's name.
    Name,
    /// A person's family name.
    FamilyName,
    /// A person's given name.
    GivenName,
    /// A person's title.
    Title,
    /// A person's department.
    Department,
    /// The e-mail address.
    Email,
    /// The telephone number.
    PhoneNumber,
    /// The fax number.
    FaxNumber,
    /// The postal code, `NNN-NNNN` in Japan.
    PostalCode,
    /// The country, two letters.
    Country,
    /// The region; in Japan the romaji key of a prefecture.
    Region,
    /// City, ward, town.
    Locality,
    /// Street and number.
    StreetAddress,
    /// Building and floor.
    ExtendedAddress,
    /// The language of the client's documents, `ja` or `en`.
    LangCode,
    /// The closing day, 1 to 31.
    DateCutoff,
    /// The qualified invoice issuer's number, `T` and 13 digits.
    TaxRegistrationNumber,
}

impl Field {
    /// Every field, in the order in which they are shown.
    pub const ALL: [Field; 17] = [
        Field::Name,
        Field::FamilyName,
        Field::GivenName,
        Field::Title,
        Field::Department,
        Field::Email,
        Field::PhoneNumber,
        Field::FaxNumber,
        Field::PostalCode,
        Field::Country,
        Field::Region,
        Field::Locality,
        Field::StreetAddress,
        Field::ExtendedAddress,
        Field::LangCode,
        Field::DateCutoff,
        Field::TaxRegistrationNumber,
    ];

    /// The server's name of the field, also used in the JSON that scripts read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::FamilyName => "family_name",
            Self::GivenName => "given_name",
            Self::Title => "title",
            Self::Department => "department",
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
            Self::FaxNumber => "fax_number",
            Self::PostalCode => "postal_code",
            Self::Country => "country",
            Self::Region => "region",
            Self::Locality => "locality",
            Self::StreetAddress => "street_address",
            Self::ExtendedAddress => "extended_address",
            Self::LangCode => "lang_code",
            Self::DateCutoff => "date_cutoff",
            Self::TaxRegistrationNumber => "tax_registration_number",
        }
    }

    /// Where the server keeps it.
    #[must_use]
    pub fn place(self) -> Place {
        match self {
            Self::LangCode | Self::DateCutoff | Self::TaxRegistrationNumber => Place::Client,
            Self::PostalCode
            | Self::Country
            | Self::Region
            | Self::Locality
            | Self::StreetAddress
            | Self::ExtendedAddress => Place::Address,
            Self::Name
            | Self::FamilyName
            | Self::GivenName
            | Self::Title
            | Self::Department
            | Self::Email
            | Self::PhoneNumber
            | Self::FaxNumber => Place::Contact,
        }
    }

    /// The longest text the server takes, in code points.
    #[must_use]
    pub fn longest(self) -> usize {
        match self {
            Self::Name
            | Self::Email
            | Self::Locality
            | Self::StreetAddress
            | Self::ExtendedAddress
            | Self::Region => 255,
            Self::FamilyName | Self::GivenName | Self::Title | Self::Department => 100,
            Self::PhoneNumber | Self::FaxNumber => 50,
            Self::PostalCode | Self::TaxRegistrationNumber => 20,
            Self::Country | Self::LangCode | Self::DateCutoff => 10,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_field_is_also_its_name_in_json() {
        for field in Field::ALL {
            let json = serde_json::to_string(&field).unwrap();
            assert_eq!(json, format!("\"{}\"", field.name()));
        }
    }
}
