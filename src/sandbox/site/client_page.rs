//! One client: its fields, contacts, addresses and documents, each with a form.
//!
//! In: a mid, and what was wrong with the form before. Out: HTML, or nothing when there is no such client.

use std::fmt::Write as _;

use super::super::Sandbox;
use super::super::mids::Mid;
use super::super::objects::{Client, Contact};
use super::super::regions::REGIONS;
use super::super::store::Store;
use super::clients_page::first_address;
use super::layout::{Esc, Refresh, document};

/// The page of a client.
pub(in super::super) fn show(sandbox: &Sandbox, mid: Mid, problem: &str) -> Option<String> {
    let (name, main) = {
        let desk = sandbox.desk();
        let client = desk.store.client(mid)?;
        (desk.store.display_name(client), render(&desk.store, client, problem))
    };
    Some(document(sandbox, &name, Refresh::Never, &main))
}

fn render(store: &Store, client: &Client, problem: &str) -> String {
    let mut html = String::new();
    if !problem.is_empty() {
        let _ = write!(html, "<p class=\"problem\">{}</p>", Esc(problem));
    }
    let archived = if client.is_archived() { "<span class=\"badge\">archived</span>" } else { "" };
    let _ = write!(
        html,
        "<h1>{}{archived}</h1><p class=\"mid\">mid {}</p>",
        Esc(&store.display_name(client)),
        client.mid
    );
    html.push_str(&actions(client));
    html.push_str(&client_form(client));
    for contact in store.contacts_of(client) {
        html.push_str(&contact_form(client, contact));
    }
    html.push_str(&documents(store, client));
    html
}

fn actions(client: &Client) -> String {
    let mid = client.mid;
    let (act, label) = if client.is_archived() { ("unarchive", "Unarchive") } else { ("archive", "Archive") };
    let button = |act: &str, label: &str, class: &str| {
        format!(
            "<form method=\"post\" action=\"/web/client/{mid}/{act}\"><button class=\"{class}\">{label}</button></form>"
        )
    };
    format!(
        "<div class=\"actions\">{}{}{}</div>",
        button("document", "Issue a document", ""),
        button(act, label, ""),
        button("delete", "Delete", "danger")
    )
}

fn client_form(client: &Client) -> String {
    let text = |name: &str| client.fields.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let cutoff = client.fields.get("date_cutoff").and_then(serde_json::Value::as_i64);
    let english = if text("lang_code") == "en" { " selected" } else { "" };
    format!(
        "<form class=\"card\" method=\"post\" action=\"/web/client/{mid}/edit\"><h2>Client</h2><div class=\"fields\">{id}\
         <label>Language<select name=\"lang_code\"><option value=\"ja\">日本語</option>\
         <option value=\"en\"{english}>English</option></select></label>{cutoff}{tax}</div><button>Save</button></form>",
        mid = client.mid,
        id = input("client_external_id", "External id", client.external_id()),
        cutoff = input("date_cutoff", "Cut-off day", &cutoff.map(|day| day.to_string()).unwrap_or_default()),
        tax = input("tax_registration_number", "Tax registration number", text("tax_registration_number")),
    )
}

fn contact_form(client: &Client, contact: &Contact) -> String {
    let (title, names): (_, &[(&str, &str)]) = if contact.is_organization() {
        ("Organisation", &[("name", "Name")])
    } else {
        ("Person", &[("family_name", "Family name"), ("given_name", "Given name")])
    };
    let more =
        [("title", "Title"), ("department", "Department"), ("phone_number", "Phone"), ("fax_number", "Fax")];
    let inputs: String =
        names.iter().chain(&more).map(|(name, label)| input(name, label, contact.text(name))).collect();
    let email =
        contact.fields.get("email").and_then(|email| email.get("address")).and_then(|text| text.as_str());
    format!(
        "<form class=\"card\" method=\"post\" action=\"/web/client/{mid}/contact/{contact_mid}\"><h2>{title}</h2>\
         <div class=\"fields\">{inputs}{email}</div>{address}<button>Save</button></form>",
        mid = client.mid,
        contact_mid = contact.mid,
        email = input("email", "E-mail", email.unwrap_or_default()),
        address = address_fields(contact),
    )
}

fn address_fields(contact: &Contact) -> String {
    let text = |name: &str| {
        first_address(contact)
            .and_then(|address| address.get(name))
            .and_then(|text| text.as_str())
            .unwrap_or_default()
    };
    let country = text("country");
    let region = if matches!(country, "" | "JP") {
        region_choice(text("region"))
    } else {
        input("region", "Region", text("region"))
    };
    let inputs = [
        input("country", "Country", country),
        input("postal_code", "Postal code", text("postal_code")),
        region,
        input("locality", "City", text("locality")),
        input("street_address", "Street", text("street_address")),
        input("extended_address", "Building", text("extended_address")),
    ];
    format!("<h3>Address</h3><div class=\"fields\">{}</div>", inputs.concat())
}

fn region_choice(chosen: &str) -> String {
    let mut options = String::from("<option value=\"\"></option>");
    for (slug, name) in REGIONS {
        let selected = if slug == chosen { " selected" } else { "" };
        let _ = write!(options, "<option value=\"{slug}\"{selected}>{name}</option>");
    }
    format!("<label>Region<select name=\"region\">{options}</select></label>")
}

fn input(name: &str, label: &str, value: &str) -> String {
    format!("<label>{label}<input name=\"{name}\" value=\"{}\"></label>", Esc(value))
}

fn documents(store: &Store, client: &Client) -> String {
    let mut items = String::new();
    for document in store.documents().filter(|document| document.client == client.mid) {
        let date = document.issued.strftime("%F %T");
        let _ = write!(items, "<li><b>{}</b> <small>issued {date} UTC</small></li>", Esc(&document.number));
    }
    if items.is_empty() {
        items.push_str("<li class=\"empty\">None. A client without documents can be deleted.</li>");
    }
    format!("<section class=\"card\"><h2>Documents</h2><ul>{items}</ul></section>")
}
