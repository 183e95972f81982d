//! The words for what differs between the server and what leapsync assumes, and what each means for a user.

use leapsync::client::contract::{Deviation, Part, Route, Sendable, Weight};
use leapsync::texts::{Texts, Value};
use serde_json::json;

use crate::cli::output::safe;

/// So many values that the server does not list are named.
const VALUES: usize = 5;

/// What differs, and what it means.
pub(super) fn sentence(texts: Texts, deviation: &Deviation) -> String {
    let of_field = |key, part: &Part, field: &str| {
        texts.say_with(key, &[("part", of(texts, *part).into()), ("field", field.into())])
    };
    let of_route =
        |key, route: &Route| texts.say_with(key, &[("route", texts.say(route_key(*route)).into())]);
    match deviation {
        Deviation::Undescribed { route, status, said } => {
            let status =
                status.map_or_else(|| texts.say("doctor-no-answer"), |status| format!("HTTP {status}"));
            let arguments: [(&str, Value<'_>); 3] = [
                ("route", texts.say(route_key(*route)).into()),
                ("status", status.into()),
                ("said", safe(said).into()),
            ];
            texts.say_with("doctor-undescribed", &arguments)
        }
        Deviation::ReadOnlyKey(route) => of_route("doctor-read-only-key", route),
        Deviation::NoMethod { route, method } => of_route(method_key(*route, method), route),
        Deviation::NoField(part, field) => of_field("doctor-no-field", part, field),
        Deviation::ReadOnly(part, field) => of_field("doctor-read-only", part, field),
        Deviation::Required { part, field, can_be_sent: Sendable::Sometimes } => {
            of_field("doctor-required", part, &safe(field))
        }
        Deviation::Required { part, field, can_be_sent: Sendable::Never } => {
            of_field("doctor-required-unknown", part, &safe(field))
        }
        Deviation::Shorter { part, field, server, ours } => {
            length(texts, "doctor-shorter", *part, field, (*server, *ours))
        }
        Deviation::Longer { part, field, server, ours } => {
            length(texts, "doctor-longer", *part, field, (*server, *ours))
        }
        Deviation::OtherType { part, field, server } => {
            let part = of(texts, *part);
            let arguments =
                [("part", part.into()), ("field", (*field).into()), ("type", safe(server).into())];
            texts.say_with("doctor-other-type", &arguments)
        }
        Deviation::NoValues { part, field, values } => {
            let named: Vec<String> = values.iter().take(VALUES).map(|value| format!("`{value}`")).collect();
            let arguments = [
                ("part", of(texts, *part).into()),
                ("field", (*field).into()),
                ("count", values.len().into()),
                ("values", named.join(", ").into()),
            ];
            texts.say_with("doctor-no-values", &arguments)
        }
        Deviation::NoArchive => texts.say("doctor-no-archive"),
        Deviation::UniqueIds => texts.say("doctor-unique-ids"),
        Deviation::PartUndescribed(part) => {
            texts.say_with("doctor-part-undescribed", &[("part", of(texts, *part).into())])
        }
    }
}

fn method_key(route: Route, method: &str) -> &'static str {
    match (route, method) {
        (_, "DELETE") => "doctor-no-delete",
        (_, "GET") => "doctor-no-get",
        (Route::Clients, _) => "doctor-no-create",
        (Route::Client | Route::Contact, _) => "doctor-no-change",
    }
}

fn length(texts: Texts, key: &str, part: Part, field: &str, (server, ours): (u64, u64)) -> String {
    let part = of(texts, part);
    let arguments =
        [("part", part.into()), ("field", field.into()), ("server", server.into()), ("ours", ours.into())];
    texts.say_with(key, &arguments)
}

fn of(texts: Texts, part: Part) -> String {
    texts.say(match part {
        Part::Client => "doctor-part-client",
        Part::Contact => "doctor-part-contact",
        Part::Email => "doctor-part-email",
        Part::Address => "doctor-part-address",
    })
}

fn route_key(route: Route) -> &'static str {
    match route {
        Route::Clients => "doctor-route-clients",
        Route::Client => "doctor-route-client",
        Route::Contact => "doctor-route-contact",
    }
}

/// The difference as scripts read it.
pub(super) fn object(texts: Texts, deviation: &Deviation) -> serde_json::Value {
    let weight = match deviation.weight() {
        Weight::Stops => "stops",
        Weight::Limits => "limits",
        Weight::Remark => "remark",
    };
    let (kind, place, field) = match deviation {
        Deviation::Undescribed { route, .. } => ("undescribed", route.name(), None),
        Deviation::ReadOnlyKey(route) => ("read_only_key", route.name(), None),
        Deviation::NoMethod { route, method } => ("no_method", route.name(), Some(*method)),
        Deviation::NoField(part, field) => ("no_field", part.name(), Some(*field)),
        Deviation::ReadOnly(part, field) => ("read_only", part.name(), Some(*field)),
        Deviation::Required { part, field, .. } => ("required", part.name(), Some(field.as_str())),
        Deviation::Shorter { part, field, .. } => ("shorter", part.name(), Some(*field)),
        Deviation::Longer { part, field, .. } => ("longer", part.name(), Some(*field)),
        Deviation::OtherType { part, field, .. } => ("other_type", part.name(), Some(*field)),
        Deviation::NoValues { part, field, .. } => ("no_values", part.name(), Some(*field)),
        Deviation::NoArchive => ("no_archive", Part::Client.name(), Some("date_archived")),
        Deviation::UniqueIds => ("unique_ids", Part::Client.name(), Some("client_external_id")),
        Deviation::PartUndescribed(part) => ("part_undescribed", part.name(), None),
    };
    json!({
        "kind": kind, "weight": weight, "place": place, "field": field, "said": sentence(texts, deviation),
    })
}
