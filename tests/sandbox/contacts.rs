//! Contacts: list, read, change, delete, and the partner's own among them.

use leapsync::sandbox::Options;
use serde_json::json;

use crate::world::{World, organization, person, text};

#[tokio::test]
async fn the_contact_list_holds_the_partners_own_contact_too() {
    let world = World::new().await;
    world.create("C-1", "Example").await;
    let list = world.get("/contact/").await;
    assert_eq!(list.json()["meta"]["count"], 2);
    let owners: Vec<_> =
        list.response().as_array().unwrap().iter().map(|one| text(one, "owner_type").to_owned()).collect();
    assert_eq!(owners, ["partner", "client"]);
    assert_eq!(list.response()[0]["owner"], world.url("/"));
}

#[tokio::test]
async fn contacts_are_not_created_at_their_list() {
    let world = World::new().await;
    let answer = world.post("/contact/", &organization("Example")).await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
    assert_eq!(answer.json(), json!({"detail": "Method \"POST\" not allowed."}));
}

#[tokio::test]
async fn a_patch_changes_the_named_fields_and_replaces_the_list_of_addresses() {
    let world = World::new().await;
    let mut one = organization("Example");
    one["phone_number"] = json!("03-0000-0000");
    one["addresses"] = json!([{"region": "tokyo"}, {"region": "osaka"}]);
    let client = world.post("/client/", &json!({"contacts": [one]})).await.response();
    let url = text(&client, "default_contact");
    let wish = json!({"name": " New\u{3000}", "email": {"address": "new@example.com"}, "addresses": [{"region": "kyoto"}]});
    let answer = world.patch(url, &wish).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let contact = world.get(url).await.response();
    assert_eq!(contact["name"], "New");
    assert_eq!(contact["email"], json!({"address": "new@example.com"}));
    assert_eq!(contact["addresses"].as_array().unwrap().len(), 1);
    assert_eq!(contact["default_address"]["region"], "kyoto");
    assert_eq!(contact["phone_number"], "03-0000-0000");
    assert_eq!(world.get(text(&client, "url")).await.response()["display_name"], "New");
    world.patch(url, &json!({"email": null})).await;
    assert_eq!(world.get(url).await.response()["email"], json!(null));
}

#[tokio::test]
async fn a_patch_that_breaks_the_rules_changes_nothing() {
    let world = World::new().await;
    let body = json!({"contacts": [organization("Example"), person("Sato", "sato@example.com")]});
    let client = world.post("/client/", &body).await.response();
    let (company, sato) = (client["contacts"][0].as_str().unwrap(), client["contacts"][1].as_str().unwrap());
    let blank = json!(["This field may not be blank."]);
    let cases = [
        (company, json!({"name": " ", "title": "x"}), json!({"name": blank})),
        (
            company,
            json!({"contact_type": "person"}),
            json!({"contact_type": ["The type of a contact cannot be changed."]}),
        ),
        (company, json!({"email": {"address": ""}}), json!({"email": {"address": blank}})),
        (
            company,
            json!({"email": {"address": "a..b@docomo.ne.jp"}}),
            json!({"email": {"address": ["Enter a valid email address."]}}),
        ),
        (
            company,
            json!({"email": "a@example.com"}),
            json!({"email": {"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]}}),
        ),
        (company, json!({"title": null}), json!({"title": ["This field may not be null."]})),
        (
            company,
            json!({"phone_number": "1".repeat(51)}),
            json!({"phone_number": ["Ensure this field has no more than 50 characters."]}),
        ),
        (
            company,
            json!({"addresses": {"region": "tokyo"}}),
            json!({"addresses": {"non_field_errors": ["Expected a list of items but got type \"dict\"."]}}),
        ),
        (
            sato,
            json!({"family_name": ""}),
            json!({"non_field_errors": ["A person needs a family name or a given name."]}),
        ),
        (
            sato,
            json!([]),
            json!({"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
        ),
    ];
    let before = world.sandbox.clients();
    for (url, wish, expected) in cases {
        let answer = world.patch(url, &wish).await;
        assert_eq!((answer.status, answer.json()), (400, expected), "{wish}");
    }
    assert_eq!(world.sandbox.clients(), before);
}

#[tokio::test]
async fn a_put_needs_what_a_create_needs() {
    let world = World::new().await;
    let client = world.create("C-1", "Example").await;
    let url = text(&client, "default_contact");
    let answer = world.put(url, &json!({"name": "New"})).await;
    assert_eq!(answer.json(), json!({"contact_type": ["This field is required."]}));
    let answer = world.put(url, &json!({"contact_type": "organization"})).await;
    assert_eq!(answer.json(), json!({"name": ["This field is required."]}));
    let answer = world.put(url, &json!({"contact_type": "organization", "name": "New"})).await;
    assert_eq!((answer.status, answer.response()["name"].clone()), (200, json!("New")));
}

#[tokio::test]
async fn a_contact_is_deleted_unless_a_document_uses_it() {
    let world = World::new().await;
    let body = json!({"contacts": [organization("Example"), person("Sato", "sato@example.com")]});
    let client = world.post("/client/", &body).await.response();
    let (company, sato) = (client["contacts"][0].as_str().unwrap(), client["contacts"][1].as_str().unwrap());
    assert_eq!(world.delete(sato).await.status, 204);
    assert_eq!(world.delete(sato).await.status, 404);
    assert_eq!(world.get(text(&client, "url")).await.response()["contacts"], json!([company]));
    world.sandbox.add_document(text(&client, "mid"));
    let refused = world.delete(company).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json(), json!(["This contact is used in a document and cannot be deleted."]));
}

#[tokio::test]
async fn documents_are_listed_with_the_client_and_contacts_they_refer_to() {
    let world = World::new().await;
    let client = world.create("C-1", "Example").await;
    world.sandbox.add_document(text(&client, "mid"));
    let listed = world.get("/document/").await.response();
    assert_eq!(listed[0]["client"], client["url"]);
    assert_eq!(listed[0]["client_contacts"], client["contacts"]);
    assert_eq!(world.get(text(&listed[0], "url")).await.response(), listed[0]);
}

#[tokio::test(start_paused = true)]
async fn people_change_the_account_without_quota_and_without_the_log() {
    let world = World::without_token(Options::default());
    let mid = world
        .sandbox
        .add_client(&json!({"client_external_id": "C-1", "contacts": [organization("Example")]}));
    assert!(world.sandbox.edit_client(&mid, &json!({"lang_code": "en"})));
    let client = world.sandbox.clients().remove(0);
    assert_eq!((text(&client, "mid"), text(&client, "lang_code")), (mid.as_str(), "en"));
    assert!(world.sandbox.edit_contact(text(&client["contacts"][0], "mid"), &json!({"name": "Renamed"})));
    assert!(!world.sandbox.edit_client(&mid, &json!({"lang_code": "fr"})));
    assert!(world.sandbox.archive_client(&mid));
    let client = world.sandbox.clients().remove(0);
    assert_eq!(client["display_name"], "Renamed");
    assert_eq!(client["date_archived"], "2026-03-01T00:00:00Z");
    assert!(world.sandbox.unarchive_client(&mid) && world.sandbox.add_document(&mid));
    assert!(!world.sandbox.delete_client(&mid));
    let other = world.sandbox.add_client(&json!({"contacts": [organization("Other")]}));
    assert!(world.sandbox.delete_client(&other) && !world.sandbox.delete_client(&other));
    assert!(world.sandbox.log().is_empty());
    assert_eq!(world.sandbox.requests_in_any(std::time::Duration::from_mins(1)), 0);
}
