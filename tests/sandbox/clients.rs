//! Clients: create, read, list, change, delete.

use leapsync::sandbox::Options;
use serde_json::{Value, json};

use crate::world::{World, company, organization, person, text};

#[tokio::test]
async fn a_create_answers_201_with_the_whole_client_and_its_contacts_in_the_order_sent() {
    let world = World::new().await;
    let body = json!({
        "client_external_id": " C-1\u{3000}",
        "lang_code": "en", "date_cutoff": 20, "tax_registration_number": "T1234567890123",
        "contacts": [person("Sato", "sato@example.com"), organization("\u{3000}Example Co ")],
    });
    let answer = world.post("/client/", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.json()["meta"]["status"], 201);
    let client = answer.response();
    assert_eq!(client["client_external_id"], "C-1");
    assert_eq!(client["display_name"], "Example Co");
    assert_eq!(client["is_organization"], true);
    assert_eq!(client["date_cutoff"], 20);
    assert_eq!(text(&client, "mid").len(), 19);
    assert_eq!(text(&client, "url"), world.url(&format!("/client/{}/", text(&client, "mid"))));
    let first = world.get(client["contacts"][0].as_str().unwrap()).await.response();
    assert_eq!(first["family_name"], "Sato");
    assert_eq!(first["email"], json!({"address": "sato@example.com"}));
    assert_eq!(first["owner"], client["url"]);
    assert_eq!(client["default_contact"], client["contacts"][1]);
}

#[tokio::test]
async fn a_client_of_persons_alone_is_no_organisation() {
    let world = World::new().await;
    let mut one = person("佐藤", "sato@example.com");
    one["given_name"] = json!("一郎");
    let client = world.post("/client/", &json!({"contacts": [one]})).await.response();
    assert_eq!(client["is_organization"], false);
    assert_eq!(client["display_name"], "一郎 佐藤");
    assert_eq!(client["client_external_id"], "");
}

#[tokio::test]
async fn the_same_external_id_twice_makes_two_clients() {
    let world = World::new().await;
    let (one, two) = (world.create("C-1", "One").await, world.create("C-1", "One").await);
    assert_ne!(one["mid"], two["mid"]);
}

#[tokio::test]
async fn faults_in_a_body_are_told_by_field_and_by_item() {
    let world = World::new().await;
    let body = json!({
        "client_external_id": "x".repeat(256), "lang_code": "fr", "date_cutoff": 32, "tax_registration_number": "T12",
        "contacts": [organization("Good"), organization("  "), {"contact_type": "person"},
                     {"contact_type": "person", "family_name": "A", "email": {"address": ""}},
                     {"contact_type": "organization", "name": "B", "addresses": [{"country": "JP", "region": "東京都"}]}],
    });
    let answer = world.post("/client/", &body).await;
    assert_eq!(answer.status, 400);
    let expected = json!({
        "client_external_id": ["Ensure this field has no more than 255 characters."],
        "lang_code": ["\"fr\" is not a valid choice."],
        "date_cutoff": ["Ensure this value is less than or equal to 31."],
        "tax_registration_number": ["Enter \"T\" followed by 13 digits."],
        "contacts": [
            {},
            {"name": ["This field may not be blank."]},
            {"non_field_errors": ["A person needs a family name or a given name."]},
            {"email": {"address": ["This field may not be blank."]}},
            {"addresses": [{"region": ["\"東京都\" is not a valid choice."]}]},
        ],
    });
    assert_eq!(answer.json(), expected);
    assert!(world.sandbox.clients().is_empty());
}

#[tokio::test]
async fn lengths_are_counted_in_code_points_after_trimming() {
    let world = World::new().await;
    let name = "株".repeat(255);
    let answer = world.post("/client/", &company("C-1", &format!("\u{3000}{name} "))).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.response()["display_name"], name);
    assert_eq!(world.post("/client/", &company("C-2", &"株".repeat(256))).await.status, 400);
}

#[tokio::test]
async fn an_address_list_gives_its_first_entry_as_default_address() {
    let world = World::new().await;
    let mut one = organization("Example");
    one["addresses"] = json!([
        {"country": "JP", "postal_code": "150-0001", "region": "tokyo", "locality": "渋谷区", "street_address": "神宮前1-2-3"},
        {"country": "US", "region": "California"},
    ]);
    let client = world.post("/client/", &json!({"contacts": [one]})).await.response();
    let contact = world.get(text(&client, "default_contact")).await.response();
    assert_eq!(contact["default_address"], contact["addresses"][0]);
    assert_eq!(contact["addresses"][0]["format"], "jp_default");
    assert_eq!(contact["addresses"][0]["extended_address"], "");
    assert_eq!(contact["addresses"][1]["region"], "California");
}

#[tokio::test]
async fn a_list_comes_in_pages_and_a_page_past_the_end_is_missing() {
    let world = World::new().await;
    for number in 0..25 {
        world.create(&format!("C-{number}"), "Example").await;
    }
    let first = world.get("/client/").await;
    assert_eq!(first.response().as_array().unwrap().len(), 20);
    let meta = first.json()["meta"].clone();
    assert_eq!(meta["count"], 25);
    assert_eq!(meta["prev"], Value::Null);
    let second = world.get(text(&meta, "next")).await;
    assert_eq!(second.response().as_array().unwrap().len(), 5);
    assert_eq!(second.json()["meta"]["next"], Value::Null);
    let past = world.get("/client/?page=3").await;
    assert_eq!((past.status, past.json()), (404, json!({"detail": "Invalid page."})));
    for size in ["page_size=100", "per_page=100", "page_size=5000", "page_size=100&per_page=3"] {
        assert_eq!(
            world.get(&format!("/client/?{size}")).await.response().as_array().unwrap().len(),
            25,
            "{size}"
        );
    }
    assert_eq!(world.get("/client/?client_external_id=C-3").await.json()["meta"]["count"], 25);
}

#[tokio::test]
async fn a_page_holds_a_hundred_rows_at_most_and_its_links_keep_the_rest_of_the_query() {
    let world = World::with(Options { seed_clients: 250, ..Options::default() }).await;
    let second = world.get("/client/?page=2&search=&page_size=5000").await;
    assert_eq!(second.response().as_array().unwrap().len(), 100);
    let meta = second.json()["meta"].clone();
    assert_eq!(text(&meta, "next"), world.url("/client/?search=&page_size=5000&page=3"));
    assert_eq!(text(&meta, "prev"), world.url("/client/?search=&page_size=5000&page=1"));
    assert_eq!(world.get("/client/?page=9&page=2").await.json()["meta"]["page"], 2);
    assert_eq!(world.get("/client/?page=last&page_size=100").await.json()["meta"]["page"], 3);
}

#[tokio::test]
async fn archived_clients_are_only_in_the_archived_list() {
    let world = World::new().await;
    let (kept, shelved) = (world.create("C-1", "Kept").await, world.create("C-2", "Shelved").await);
    let answer =
        world.patch(text(&shelved, "url"), &json!({"date_archived": "2026-02-01T00:00:00+09:00"})).await;
    assert_eq!(answer.response()["date_archived"], "2026-01-31T15:00:00Z");
    for (query, expected) in [("", &kept), ("?archived=false", &kept), ("?archived=true", &shelved)] {
        let listed = world.get(&format!("/client/{query}")).await.response();
        assert_eq!(listed.as_array().unwrap().len(), 1, "{query}");
        assert_eq!(listed[0]["mid"], expected["mid"], "{query}");
    }
    world.patch(text(&shelved, "url"), &json!({"date_archived": null})).await;
    assert_eq!(world.get("/client/").await.json()["meta"]["count"], 2);
}

#[tokio::test]
async fn a_search_looks_at_the_name_only() {
    let world = World::new().await;
    world.create("Alpha-1", "Beta 商事").await;
    world.create("C-2", "Alpha 商事").await;
    let found = world.get("/client/?search=alpha").await.response();
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(found[0]["client_external_id"], "C-2");
}

#[tokio::test]
async fn expanding_contacts_shows_them_in_full() {
    let world = World::new().await;
    let client = world.create("C-1", "Example").await;
    let shown = world.get(&format!("{}?expand=contacts", text(&client, "url"))).await.response();
    assert_eq!(shown["contacts"][0]["name"], "Example");
    let listed = world.get("/client/?expand=contacts").await.response();
    assert_eq!(listed[0]["contacts"][0]["name"], "Example");
}

#[tokio::test]
async fn a_patch_of_contacts_keeps_urls_adds_objects_and_deletes_the_rest() {
    let world = World::new().await;
    let body = json!({"contacts": [organization("Example"), person("Sato", "a@example.com"), person("Ito", "b@example.com")]});
    let client = world.post("/client/", &body).await.response();
    let urls = client["contacts"].as_array().unwrap();
    let wish = json!({"contacts": [urls[0], person("Abe", "c@example.com"), urls[2]]});
    let answer = world.patch(text(&client, "url"), &wish).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let changed = answer.response();
    assert_eq!(changed["contacts"][0], urls[0]);
    assert_eq!(changed["contacts"][2], urls[2]);
    let added = world.get(changed["contacts"][1].as_str().unwrap()).await.response();
    assert_eq!(added["family_name"], "Abe");
    assert_eq!(world.get(urls[1].as_str().unwrap()).await.status, 404);
}

#[tokio::test]
async fn a_patch_that_leaves_out_a_contact_of_a_document_is_refused_as_a_whole() {
    let world = World::new().await;
    let body = json!({"client_external_id": "old", "contacts": [organization("Example"), person("Sato", "a@example.com")]});
    let client = world.post("/client/", &body).await.response();
    assert!(world.sandbox.add_document(text(&client, "mid")));
    let wish = json!({"client_external_id": "new", "contacts": [client["contacts"][0]]});
    let answer = world.patch(text(&client, "url"), &wish).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json(),
        json!({"contacts": ["This contact is used in a document and cannot be deleted."]})
    );
    let kept = &world.sandbox.clients()[0];
    assert_eq!(kept["client_external_id"], "old");
    assert_eq!(kept["contacts"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn contacts_of_others_and_broken_urls_are_not_accepted() {
    let world = World::new().await;
    let (one, two) = (world.create("C-1", "One").await, world.create("C-2", "Two").await);
    let answer = world.patch(text(&one, "url"), &json!({"contacts": [two["contacts"][0]]})).await;
    let expected =
        json!({"contacts": [{"non_field_errors": ["Invalid hyperlink - Object does not exist."]}]});
    assert_eq!((answer.status, answer.json()), (400, expected));
    let answer = world
        .patch(text(&one, "url"), &json!({"contacts": ["nonsense"], "default_contact": two["contacts"][0]}))
        .await;
    let expected = json!({
        "contacts": [{"non_field_errors": ["Invalid hyperlink - No URL match."]}],
        "default_contact": ["Invalid hyperlink - Object does not exist."],
    });
    assert_eq!((answer.status, answer.json()), (400, expected));
    let answer = world.patch(text(&one, "url"), &json!({"contacts": []})).await;
    assert_eq!(answer.json(), json!({"contacts": {"non_field_errors": ["This list may not be empty."]}}));
}

#[tokio::test]
async fn a_patch_touches_only_what_it_names_and_a_put_needs_the_contacts() {
    let world = World::new().await;
    let client = world.create("C-1", "Example").await;
    let changed = world.patch(text(&client, "url"), &json!({"lang_code": "en", "mid": "1"})).await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.response()["lang_code"], "en");
    assert_eq!(changed.response()["client_external_id"], "C-1");
    assert_eq!(changed.response()["mid"], client["mid"]);
    let refused = world.put(text(&client, "url"), &json!({"lang_code": "ja"})).await;
    assert_eq!((refused.status, refused.json()), (400, json!({"contacts": ["This field is required."]})));
    let put =
        world.put(text(&client, "url"), &json!({"lang_code": "ja", "contacts": client["contacts"]})).await;
    assert_eq!(put.status, 200);
    assert_eq!(put.response()["lang_code"], "ja");
}

#[tokio::test]
async fn a_delete_answers_204_once_and_400_when_a_document_refers_to_the_client() {
    let world = World::new().await;
    let (free, used) = (world.create("C-1", "Free").await, world.create("C-2", "Used").await);
    world.sandbox.add_document(text(&used, "mid"));
    assert_eq!(world.delete(text(&free, "url")).await.status, 204);
    assert_eq!(world.delete(text(&free, "url")).await.status, 404);
    assert_eq!(world.get(free["contacts"][0].as_str().unwrap()).await.status, 404);
    let refused = world.delete(text(&used, "url")).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json(), json!(["This client is used in a document and cannot be deleted."]));
    assert_eq!(world.sandbox.clients().len(), 1);
}

#[tokio::test]
async fn a_client_tells_its_contacts_and_its_sending_settings() {
    let world = World::new().await;
    let client = world.create("C-1", "Example").await;
    let wish = json!({"contacts": [client["contacts"][0], person("Sato", "sato@example.com")]});
    world.patch(text(&client, "url"), &wish).await;
    let contacts = world.get(&format!("{}contact/", text(&client, "url"))).await;
    assert_eq!(contacts.json()["meta"]["count"], 2);
    let told: Vec<_> =
        contacts.response().as_array().unwrap().iter().map(|one| one["is_default"].clone()).collect();
    assert_eq!(told, [true, false]);
    assert_eq!(contacts.response()[1]["family_name"], "Sato");
    let settings = text(&client, "settings");
    assert_eq!(world.get(settings).await.response()["sending_method"], "email");
    let changed = world.patch(settings, &json!({"sending_method": "post"})).await;
    assert_eq!((changed.status, changed.response()["sending_method"].clone()), (200, json!("post")));
    assert_eq!(world.put(settings, &json!({"sending_method": "pigeon"})).await.status, 400);
    assert_eq!(world.get(settings).await.response()["sending_method"], "post");
}
