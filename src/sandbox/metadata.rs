//! What every route says about itself when it is asked with OPTIONS, as Django REST Framework's `SimpleMetadata` says it.
//!
//! In: a route and the field tables. Out: JSON. It describes the same tables that validation reads, so the two cannot disagree.

use serde_json::{Map, Value, json};

use super::fields::{ADDRESS, CLIENT, CONTACT, EMAIL, Field, Kind, SETTINGS};
use super::regions::REGIONS;
use super::route::Route;
use super::switches::{Archiving, Switches};

/// The description of a route.
pub(super) fn describe(route: Route, switches: &Switches) -> Value {
    let (name, actions) = match route {
        Route::Token => ("Token", None),
        Route::Revoke => ("Revoke Token", None),
        Route::Root => ("Api Root", None),
        Route::Partners => ("Partner List", None),
        Route::Partner => ("Partner Instance", None),
        Route::Clients => ("Client List", Some(("POST", CLIENT))),
        Route::Client(_) => ("Client Instance", Some(("PUT", CLIENT))),
        Route::ClientContacts(_) => ("Client Contact List", None),
        Route::ClientSettings(_) => ("Client Settings", Some(("PUT", SETTINGS))),
        Route::Contacts => ("Contact List", None),
        Route::Contact(_) => ("Contact Instance", Some(("PUT", CONTACT))),
        Route::Documents => ("Document List", None),
        Route::Document(_) => ("Document Instance", None),
    };
    let mut described = json!({
        "name": name,
        "description": "",
        "renders": ["application/json"],
        "parses": ["application/json"],
    });
    if let Some((method, table)) = actions {
        described["actions"] = json!({method: fields(table, switches)});
    }
    described
}

fn fields(table: &[Field], switches: &Switches) -> Value {
    let described = table.iter().map(|field| {
        let fixed = field.name == "date_archived" && switches.archiving == Archiving::ReadOnly;
        (field.name.to_owned(), one(field, field.read_only || fixed, switches))
    });
    Value::Object(described.collect())
}

fn one(field: &Field, read_only: bool, switches: &Switches) -> Value {
    let mut described = Map::new();
    described.insert("type".into(), type_name(field.kind).into());
    described.insert("required".into(), field.required.into());
    described.insert("read_only".into(), read_only.into());
    described.insert("label".into(), field.label.into());
    let more = match field.kind {
        Kind::Text { max } | Kind::Name { max } => Some(("max_length", max.into())),
        Kind::TaxNumber => Some(("max_length", 14.into())),
        Kind::Country => Some(("max_length", 2.into())),
        Kind::Choice(choices) => Some(("choices", named(choices))),
        Kind::Region => Some(("choices", named(&REGIONS))),
        Kind::Email => Some(("children", fields(EMAIL, switches))),
        Kind::Addresses => Some(("child", nested(ADDRESS, switches))),
        Kind::Contacts => Some(("child", nested(CONTACT, switches))),
        Kind::Integer { min, max } => {
            described.insert("min_value".into(), min.into());
            Some(("max_value", max.into()))
        }
        Kind::Flag | Kind::Time | Kind::Link | Kind::Opaque => None,
    };
    described.extend(more.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(described)
}

fn nested(table: &[Field], switches: &Switches) -> Value {
    json!({"type": "nested object", "required": true, "read_only": false, "children": fields(table, switches)})
}

fn named(choices: &[(&str, &str)]) -> Value {
    choices.iter().map(|(value, label)| json!({"value": value, "display_name": label})).collect()
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text { .. } | Kind::Name { .. } | Kind::TaxNumber | Kind::Country => "string",
        Kind::Choice(_) | Kind::Region => "choice",
        Kind::Integer { .. } => "integer",
        Kind::Flag => "boolean",
        Kind::Time => "datetime",
        Kind::Email => "nested object",
        Kind::Addresses | Kind::Contacts => "list",
        Kind::Link | Kind::Opaque => "field",
    }
}
