//! What the forms of the page do to the account, by the same rules that the API keeps.
//!
//! In: a form body. Out: where to go next, or what was wrong, in words.

use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::super::Sandbox;
use super::super::check::Extent;
use super::super::mids::Mid;

/// The fields of an address in a form.
const ADDRESS: [&str; 6] =
    ["country", "postal_code", "region", "locality", "street_address", "extended_address"];

/// Where to go after a form.
pub(in super::super) enum Next {
    Client,
    List,
}

/// Acts on a client.
pub(in super::super) fn on_client(
    sandbox: &Sandbox,
    mid: Mid,
    act: &str,
    body: &[u8],
) -> Result<Next, String> {
    let text = mid.to_string();
    let done = match act {
        "edit" => return edit_client(sandbox, mid, body),
        "document" => sandbox.add_document(&text),
        "archive" => sandbox.archive_client(&text),
        "unarchive" => sandbox.unarchive_client(&text),
        "delete" if sandbox.delete_client(&text) => return Ok(Next::List),
        "delete" => return Err("A document refers to this client, so it cannot be deleted.".into()),
        _ => return Err("There is no such action.".into()),
    };
    if done { Ok(Next::Client) } else { Err("This client is gone.".into()) }
}

fn edit_client(sandbox: &Sandbox, mid: Mid, body: &[u8]) -> Result<Next, String> {
    let mut wish = form(body);
    if wish.get("date_cutoff").is_some_and(|day| *day == "") {
        wish.insert("date_cutoff".into(), Value::Null);
    }
    let wish = Value::Object(wish);
    let applied = sandbox.by_person(|rules| match rules.store.client(mid) {
        Some(_) => rules.apply_to_client(mid, &wish, Extent::Partial),
        None => Err("This client is gone.".into()),
    });
    applied.map(|()| Next::Client).map_err(|errors| in_words(&errors))
}

/// Acts on a contact: its fields, its e-mail and its first address.
pub(in super::super) fn on_contact(sandbox: &Sandbox, mid: Mid, body: &[u8]) -> Result<Next, String> {
    let mut wish = form(body);
    if let Some(email) = wish.remove("email") {
        wish.insert("email".into(), if email == "" { Value::Null } else { json!({"address": email}) });
    }
    let lines: Map<String, Value> = ADDRESS.iter().filter_map(|name| wish.remove_entry(*name)).collect();
    let applied = sandbox.by_person(|rules| {
        let Some(contact) = rules.store.contact(mid) else { return Err("This contact is gone.".into()) };
        let mut addresses =
            contact.fields.get("addresses").and_then(Value::as_array).cloned().unwrap_or_default();
        if let Some(first) = addresses.first_mut().and_then(Value::as_object_mut) {
            first.extend(lines);
        } else if lines.values().any(|line| *line != "") {
            addresses.push(Value::Object(lines));
        }
        wish.insert("addresses".into(), addresses.into());
        rules.apply_to_contact(mid, &Value::Object(wish), Extent::Partial)
    });
    applied.map(|()| Next::Client).map_err(|errors| in_words(&errors))
}

fn form(body: &[u8]) -> Map<String, Value> {
    form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
        .collect()
}

/// Errors by field, as lines.
fn in_words(errors: &Value) -> String {
    match errors {
        Value::Object(fields) => {
            let lines = fields.iter().map(|(name, error)| match name.as_str() {
                "non_field_errors" => in_words(error),
                _ => format!("{name}: {}", in_words(error)),
            });
            lines.collect::<Vec<_>>().join("; ")
        }
        Value::Array(items) => {
            items.iter().map(in_words).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
