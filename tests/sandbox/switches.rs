//! The undocumented points of the API: each switch, the other way.

use leapsync::sandbox::{
    AddressNames, Archived, Archiving, ContactOrder, ErrorShape, ExternalIds, ListOrder, RateHeaders,
    Switches,
};
use serde_json::{Value, json};

use crate::world::{World, company, organization, person, text};

fn external_ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|client| text(client, "client_external_id")).collect()
}

#[tokio::test]
async fn archived_clients_can_be_in_the_plain_list() {
    let world = World::switched(Switches { archived: Archived::Shown, ..Switches::default() }).await;
    let shelved = world.create("C-1", "Shelved").await;
    world.create("C-2", "Kept").await;
    world.sandbox.archive_client(text(&shelved, "mid"));
    assert_eq!(external_ids(&world.get("/client/").await.response()), ["C-1", "C-2"]);
    assert_eq!(external_ids(&world.get("/client/?archived=true").await.response()), ["C-1"]);
    assert_eq!(external_ids(&world.get("/client/?archived=false").await.response()), ["C-2"]);
}

#[tokio::test]
async fn lists_can_come_newest_first() {
    for (list_order, expected) in
        [(ListOrder::OldestFirst, ["C-1", "C-2"]), (ListOrder::NewestFirst, ["C-2", "C-1"])]
    {
        let world = World::switched(Switches { list_order, ..Switches::default() }).await;
        world.create("C-1", "One").await;
        world.create("C-2", "Two").await;
        assert_eq!(external_ids(&world.get("/client/").await.response()), expected);
    }
}

#[tokio::test]
async fn an_address_can_call_its_country_otherwise_and_display_itself() {
    let world =
        World::switched(Switches { address_names: AddressNames::CountryName, ..Switches::default() }).await;
    let mut one = organization("Example");
    one["addresses"] =
        json!([{"country": "JP", "postal_code": "150-0001", "region": "tokyo", "locality": "渋谷区"}]);
    let client = world.post("/client/", &json!({"contacts": [one]})).await.response();
    let address = world.get(text(&client, "default_contact")).await.response()["default_address"].clone();
    assert_eq!(address["country_name"], "JP");
    assert_eq!(address["country"], Value::Null);
    assert_eq!(address["display"], "150-0001 東京都 渋谷区");
}

#[tokio::test]
async fn external_ids_can_be_unique() {
    let world = World::switched(Switches { external_ids: ExternalIds::Unique, ..Switches::default() }).await;
    let one = world.create("C-1", "One").await;
    let refused = world.post("/client/", &company("C-1", "Two")).await;
    let expected = json!({"client_external_id": ["Client with this client external id already exists."]});
    assert_eq!((refused.status, refused.json()), (400, expected));
    world.create("", "Three").await;
    world.create("", "Four").await;
    assert_eq!(world.patch(text(&one, "url"), &json!({"client_external_id": "C-1"})).await.status, 200);
    world.delete(text(&one, "url")).await;
    world.create("C-1", "Five").await;
}

#[tokio::test]
async fn errors_come_in_four_shapes() {
    let blank = "This field may not be blank.";
    let cases = [
        (ErrorShape::List, json!({"contacts": [{}, {"name": [blank]}]})),
        (ErrorShape::ByIndex, json!({"contacts": {"1": {"name": [blank]}}})),
        (ErrorShape::NonField, json!({"contacts": {"non_field_errors": [blank]}})),
        (
            ErrorShape::Enveloped,
            json!({"meta": {"status": 400}, "response": {"contacts": [{}, {"name": [blank]}]}}),
        ),
    ];
    for (error_shape, expected) in cases {
        let world = World::switched(Switches { error_shape, ..Switches::default() }).await;
        let answer =
            world.post("/client/", &json!({"contacts": [organization("Good"), organization("")]})).await;
        assert_eq!((answer.status, answer.json()), (400, expected));
    }
}

#[tokio::test]
async fn the_answer_to_a_create_can_turn_the_contacts_round() {
    let world =
        World::switched(Switches { contact_order: ContactOrder::Reversed, ..Switches::default() }).await;
    let body = json!({"contacts": [organization("Example"), person("Sato", "sato@example.com")]});
    let created = world.post("/client/", &body).await.response();
    let read = world.get(text(&created, "url")).await.response();
    assert_eq!(created["contacts"][0], read["contacts"][1]);
    assert_eq!(created["contacts"][1], read["contacts"][0]);
}

#[tokio::test]
async fn answers_can_tell_the_quota() {
    let world = World::switched(Switches { rate_headers: RateHeaders::On, ..Switches::default() }).await;
    let answer = world.get("/").await;
    assert_eq!(answer.header("x-ratelimit-limit-minute"), Some("120"));
    assert_eq!(answer.header("x-ratelimit-remaining-minute"), Some("118"));
    assert_eq!(answer.header("x-ratelimit-limit-day"), Some("5000"));
    assert_eq!(answer.header("x-ratelimit-remaining-day"), Some("4998"));
    assert_eq!(World::new().await.get("/").await.header("x-ratelimit-limit-minute"), None);
}

#[tokio::test]
async fn archiving_by_patch_can_be_ignored_as_a_read_only_field_is() {
    let world = World::switched(Switches { archiving: Archiving::ReadOnly, ..Switches::default() }).await;
    let client = world.create("C-1", "Example").await;
    let answer = world.patch(text(&client, "url"), &json!({"date_archived": "2026-01-01T00:00:00Z"})).await;
    assert_eq!((answer.status, answer.response()["date_archived"].clone()), (200, Value::Null));
    assert_eq!(world.options("/client/").await.json()["actions"]["POST"]["date_archived"]["read_only"], true);
}

#[tokio::test]
async fn a_plan_can_cap_the_number_of_active_clients() {
    let world = World::switched(Switches { active_clients: Some(1), ..Switches::default() }).await;
    let client = world.create("C-1", "Example").await;
    let refused = world.post("/client/", &company("C-2", "Example")).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("Your plan includes 1 active clients"), "{}", refused.text);
    world.sandbox.archive_client(text(&client, "mid"));
    world.create("C-2", "Example").await;
}
