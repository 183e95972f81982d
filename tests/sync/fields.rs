//! What a change of one client sends: only what differs, in the request that can change it.

use std::time::Duration;

use leapsync::settings::Limits;
use serde_json::json;

use crate::world::{TestWorld, contacts, mid};

const HEADER: &str = "client_external_id,name,postal_code,region,locality,street_address,phone_number,date_cutoff,tax_registration_number\n";
const ROW: &str = "A1,見本商事,150-0001,東京都,渋谷区,神宮前1-2-3,03-0000-0001,31,T1234567890123\n";

fn file(rows: &str) -> String {
    format!("{HEADER}{rows}")
}

/// A world in which the one client is there.
async fn world() -> TestWorld {
    let world = TestWorld::new();
    assert_eq!(world.sync(&file(ROW)).await.code(), 0);
    world
}

#[tokio::test(start_paused = true)]
async fn a_new_closing_day_and_tax_number_are_one_patch_of_the_client() {
    let world = world().await;
    let patch = format!("PATCH /client/{}/", mid(&world.client("A1")));
    let night = world.sync(&file(&ROW.replace(",31,", ",20,").replace("T123", "T923"))).await;
    assert_eq!(night.sent(), [&*patch]);
    let expected = json!({"date_cutoff": 20, "tax_registration_number": "T9234567890123"});
    assert_eq!(*night.body(&patch), expected);
    assert_eq!(world.client("A1")["date_cutoff"], 20);
    assert_eq!(night.result().updated, 1);
}

#[tokio::test(start_paused = true)]
async fn a_part_of_an_address_is_sent_with_the_whole_of_it_and_with_the_addresses_that_people_added() {
    let mut world = TestWorld::new();
    world.sync(&file(ROW)).await;
    let company = world.contact("A1", "見本商事");
    let store = json!({"format": "jp_default", "country": "JP", "postal_code": "530-0001", "region": "osaka",
        "locality": "大阪市北区", "street_address": "倉庫1", "extended_address": ""});
    let both = json!({"addresses": [company["addresses"][0], store]});
    assert!(world.sandbox.edit_contact(mid(&company), &both));
    // Only a reading can know what people added, so the ledger begins anew.
    world.lose_ledger();
    let night = world.sync(&file(&ROW.replace("神宮前1-2-3", "神南4-5-6"))).await;
    assert_eq!(night.writes(), [format!("PATCH /contact/{}/", mid(&company))]);
    let addresses = world.contact("A1", "見本商事")["addresses"].clone();
    let mut moved = company["addresses"][0].clone();
    moved["street_address"] = "神南4-5-6".into();
    assert_eq!(addresses, json!([moved, store]));
}

#[tokio::test(start_paused = true)]
async fn an_empty_cell_keeps_what_the_server_has() {
    let world = world().await;
    let before = world.client("A1");
    let night = world.sync(&file("A1,見本商事,,,,,,,\n")).await;
    assert_eq!((night.sent(), night.code()), (Vec::new(), 0));
    assert_eq!(world.client("A1"), before);
}

#[tokio::test(start_paused = true)]
async fn a_column_that_the_file_lacks_is_nobodys_business() {
    let world = world().await;
    let company = world.contact("A1", "見本商事");
    assert!(world.sandbox.edit_contact(mid(&company), &json!({"fax_number": "03-0000-0009"})));
    let night = world.sync("client_external_id,name\nA1,見本物産\n").await;
    assert_eq!(night.writes().len(), 1);
    let mut expected = company;
    expected["fax_number"] = "03-0000-0009".into();
    expected["name"] = "見本物産".into();
    expected["display_name"] = "見本物産".into();
    assert_eq!(world.contact("A1", "見本物産"), expected);
    assert_eq!(world.client("A1")["date_cutoff"], 31);
}

#[tokio::test(start_paused = true)]
async fn a_text_that_the_server_trims_is_not_sent_again_every_night() {
    let world = TestWorld::new();
    let csv = "client_external_id,name,phone_number\nA1,\u{3000}見本商事 , 03-0000-0001\u{3000}\n";
    world.sync(csv).await;
    assert_eq!(world.client("A1")["display_name"], "見本商事");
    let night = world.sync(csv).await;
    assert_eq!(night.sent(), Vec::<String>::new());
    let night = world.sync("client_external_id,name,phone_number\nA1,見本商事,03-0000-0001\n").await;
    assert_eq!(night.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_a_person_alone_is_created_and_changed_as_a_person() {
    let world = TestWorld::new();
    let header = "client_external_id,name,phone_number,family_name,given_name,email\n";
    world.sync(&format!("{header}P1,,03-0000-0001,架空,花子,hanako@example.jp\n")).await;
    let client = world.client("P1");
    assert_eq!(client["is_organization"], false);
    assert_eq!(contacts(&client).len(), 1);
    let night = world.sync(&format!("{header}P1,,03-0000-0002,架空,花子,hanako@example.jp\n")).await;
    assert_eq!(night.sent(), [format!("PATCH /contact/{}/", mid(&contacts(&client)[0]))]);
    assert_eq!(world.contact("P1", "架空")["phone_number"], "03-0000-0002");
}

#[tokio::test(start_paused = true)]
async fn without_limits_the_pace_is_the_servers() {
    let mut world = TestWorld::new();
    world.sandbox.set_limits(None, None);
    world.pace.limits = Limits { per_minute: None, per_day: None };
    world.latency = Duration::from_millis(5);
    let night = world.sync(&crate::world::companies(300)).await;
    assert_eq!(night.result().created, 300);
    assert!(night.seconds() < 2.0, "{}", night.seconds());
}
