//! The persons of a client: added, changed and removed one by one, and other people's never touched.

use leapsync::journal::Outcome;
use leapsync::sandbox::Options;
use serde_json::json;

use crate::world::{TestWorld, contacts, mid};

const HEADER: &str = "client_external_id,name,family_name,given_name,title,email\n";
const SATO: &str = "A1,見本商事,佐藤,一郎,部長,sato@example.jp\n";
const SUZUKI: &str = "A1,見本商事,鈴木,二郎,,suzuki@example.jp\n";
const TANAKA: &str = "A1,見本商事,田中,三郎,,tanaka@example.jp\n";
const ITO: &str = "A1,見本商事,伊藤,四郎,,ito@example.jp\n";

fn file(rows: &[&str]) -> String {
    format!("{HEADER}{}", rows.concat())
}

async fn world(rows: &[&str]) -> TestWorld {
    let world = TestWorld::new();
    assert_eq!(world.sync(&file(rows)).await.code(), 0);
    world
}

/// Adds a person as people do in the web application; gives back the mid.
fn add_by_hand(world: &TestWorld, id: &str, family: &str) -> String {
    let client = world.client(id);
    let mut all: Vec<_> = contacts(&client).iter().map(|contact| contact["url"].clone()).collect();
    all.push(json!({"contact_type": "person", "family_name": family, "addresses": [], "email": null}));
    assert!(world.sandbox.edit_client(mid(&client), &json!({"contacts": all})));
    mid(&world.contact(id, family)).to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_new_person_joins_those_that_are_there() {
    let world = world(&[SATO]).await;
    let client = world.client("A1");
    let before = contacts(&client).to_vec();
    let night = world.sync(&file(&[SATO, SUZUKI])).await;
    let (get, patch) =
        (format!("GET /client/{}/contact/", mid(&client)), format!("PATCH /client/{}/", mid(&client)));
    assert_eq!(night.sent(), [get, patch.clone()]);
    let sent = night.body(&patch)["contacts"].as_array().unwrap().clone();
    assert_eq!(sent.len(), before.len() + 1);
    for (url, contact) in sent.iter().zip(&before) {
        assert!(url.as_str().unwrap().ends_with(&format!("/contact/{}/", mid(contact))), "{url}");
    }
    let after = world.client("A1");
    assert_eq!(contacts(&after)[..before.len()], before);
    assert_eq!(contacts(&after)[before.len()]["email"]["address"], "suzuki@example.jp");
    assert_eq!(world.sync(&file(&[SATO, SUZUKI])).await.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_person_whose_row_is_gone_is_deleted_and_nobody_else() {
    let world = world(&[SATO, SUZUKI]).await;
    let gone = world.contact("A1", "鈴木");
    let night = world.sync(&file(&[SATO])).await;
    assert_eq!(night.sent(), [format!("DELETE /contact/{}/", mid(&gone))]);
    assert_eq!(night.result().updated, 1);
    let names: Vec<_> = contacts(&world.client("A1")).iter().map(|c| c["display_name"].clone()).collect();
    assert_eq!(names, ["見本商事", "一郎 佐藤"]);
}

#[tokio::test(start_paused = true)]
async fn one_renamed_one_gone_and_one_new_person_need_exactly_their_requests() {
    let world = world(&[SATO, SUZUKI, TANAKA]).await;
    let (renamed, gone) = (world.contact("A1", "佐藤"), world.contact("A1", "鈴木"));
    let client = mid(&world.client("A1")).to_owned();
    let night = world.sync(&file(&[&SATO.replace("佐藤", "高橋"), TANAKA, ITO])).await;
    // The e-mail tells who was renamed; of those left over, one goes and one comes, and so it is one change.
    let sent = night.sent();
    let takes_name = format!("PATCH /contact/{}/", mid(&renamed));
    let takes_place = format!("PATCH /contact/{}/", mid(&gone));
    assert_eq!(sent, [takes_name, takes_place]);
    let names: Vec<_> = contacts(&world.client("A1")).iter().map(|c| c["display_name"].clone()).collect();
    assert_eq!(names, ["見本商事", "一郎 高橋", "四郎 伊藤", "三郎 田中"]);
    assert_eq!(mid(&world.client("A1")), client);
}

#[tokio::test(start_paused = true)]
async fn several_persons_come_and_go_at_once() {
    let world = world(&[SATO, SUZUKI, TANAKA]).await;
    let (suzuki, tanaka) = (world.contact("A1", "鈴木"), world.contact("A1", "田中"));
    let client = mid(&world.client("A1")).to_owned();
    let kato = "A1,見本商事,加藤,五郎,,kato@example.jp\n";
    let night = world.sync(&file(&[SATO, ITO, kato])).await;
    let expected = [
        format!("GET /client/{client}/contact/"),
        format!("PATCH /client/{client}/"),
        format!("DELETE /contact/{}/", mid(&suzuki)),
        format!("DELETE /contact/{}/", mid(&tanaka)),
    ];
    assert_eq!(night.sent(), expected);
    let names: Vec<_> = contacts(&world.client("A1")).iter().map(|c| c["display_name"].clone()).collect();
    assert_eq!(names, ["見本商事", "一郎 佐藤", "四郎 伊藤", "五郎 加藤"]);
}

#[tokio::test(start_paused = true)]
async fn a_person_whom_people_added_is_never_touched() {
    let world = world(&[SATO, SUZUKI]).await;
    let watanabe = add_by_hand(&world, "A1", "渡辺");
    let before = world.contact("A1", "渡辺");
    for rows in [&[SATO, SUZUKI, TANAKA][..], &[SATO][..], &[ITO][..], &[SATO, ITO, TANAKA][..]] {
        let night = world.sync(&file(rows)).await;
        assert_eq!(night.code(), 0);
        assert!(night.sent().iter().all(|line| !line.contains(&watanabe)), "{:?}", night.sent());
        assert_eq!(world.contact("A1", "渡辺"), before);
    }
    assert_eq!(contacts(&world.client("A1")).len(), 5);
}

#[tokio::test(start_paused = true)]
async fn rows_that_name_nobody_keep_the_persons_that_are_there() {
    let world = world(&[SATO, SUZUKI]).await;
    let before = world.client("A1");
    let night = world.sync(&file(&["A1,見本商事,,,,\n"])).await;
    assert_eq!(night.sent(), Vec::<String>::new());
    assert_eq!(world.client("A1"), before);
}

#[tokio::test(start_paused = true)]
async fn a_contact_that_people_deleted_is_told_and_comes_back_in_the_next_run() {
    let world = world(&[SATO, SUZUKI]).await;
    let client = world.client("A1");
    let kept: Vec<_> = contacts(&client)
        .iter()
        .filter(|contact| contact["family_name"] != "鈴木")
        .map(|contact| contact["url"].clone())
        .collect();
    assert!(world.sandbox.edit_client(mid(&client), &json!({"contacts": kept})));
    let csv = file(&[SATO, &SUZUKI.replace("suzuki@", "s.suzuki@")]);
    let night = world.sync(&csv).await;
    assert_eq!(night.code(), 3);
    assert_eq!(night.result().failed, 1);
    let night = world.sync(&csv).await;
    assert_eq!(night.code(), 0);
    assert_eq!(world.contact("A1", "鈴木")["email"]["address"], "s.suzuki@example.jp");
    assert_eq!(world.sync(&csv).await.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_person_whom_a_document_names_stays_and_the_refusal_is_told_once() {
    let world = world(&[SATO, SUZUKI]).await;
    let gone = mid(&world.contact("A1", "鈴木")).to_owned();
    assert!(world.sandbox.add_document(mid(&world.client("A1"))));
    let csv = file(&[&SATO.replace("部長", "本部長")]);
    let night = world.sync(&csv).await;
    assert_eq!(night.end(), (3, vec!["refused"]));
    assert_eq!(night.outcome("A1"), Outcome::Refused);
    // The rest of the change is done all the same.
    assert_eq!(world.contact("A1", "佐藤")["title"], "本部長");
    assert_eq!(night.count(&format!("DELETE /contact/{gone}/")), 1);
    let night = world.sync(&csv).await;
    assert_eq!(night.writes(), Vec::<String>::new());
    assert_eq!(mid(&world.contact("A1", "鈴木")), gone);
    // A changed row is tried again.
    let night = world.sync(&csv.replace("本部長", "相談役")).await;
    assert_eq!(world.contact("A1", "佐藤")["title"], "相談役");
    assert_eq!(night.code(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_last_contact_of_ours_is_changed_never_deleted() {
    let world = TestWorld::new();
    let header = "client_external_id,name,family_name,given_name\n";
    world.sync(&format!("{header}P1,,架空,花子\n")).await;
    let before = mid(&contacts(&world.client("P1"))[0]).to_owned();
    let night = world.sync(&format!("{header}P1,,仮名,太郎\n")).await;
    assert_eq!(night.sent(), [format!("PATCH /contact/{before}/")]);
}

#[tokio::test(start_paused = true)]
async fn a_client_of_a_person_gets_a_company_when_the_file_names_one() {
    let world = TestWorld::new();
    let header = "client_external_id,name,family_name,given_name\n";
    world.sync(&format!("{header}P1,,架空,花子\n")).await;
    let night = world.sync(&format!("{header}P1,架空商店,架空,花子\n")).await;
    assert_eq!(night.code(), 0);
    let client = world.client("P1");
    assert_eq!(client["is_organization"], true);
    assert_eq!(contacts(&client).len(), 2);
    assert_eq!(world.sync(&format!("{header}P1,架空商店,架空,花子\n")).await.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn an_address_that_people_added_survives_a_change_of_ours() {
    let world = TestWorld::new();
    let header = "client_external_id,name,postal_code,region,street_address,phone_number\n";
    let csv = format!("{header}A1,見本商事,150-0001,tokyo,神宮前1-1,03-0000-0001\n");
    world.sync(&csv).await;
    let company = mid(&world.contact("A1", "見本商事")).to_owned();
    let ours = world.contact("A1", "見本商事")["addresses"][0].clone();
    let store =
        json!({"format": "jp_default", "country": "JP", "region": "chiba", "street_address": "倉庫1"});
    // People add a warehouse behind our address, and a line to our address that the file does not speak of.
    let mut with_building = ours.clone();
    with_building["extended_address"] = "見本ビル5F".into();
    assert!(world.sandbox.edit_contact(&company, &json!({"addresses": [with_building, store]})));
    let moved = csv.replace("神宮前1-1", "神宮前2-2");
    let night = world.sync(&moved).await;
    assert_eq!(night.sent(), [format!("GET /contact/{company}/"), format!("PATCH /contact/{company}/")]);
    let after = world.contact("A1", "見本商事");
    assert_eq!(after["addresses"][0]["street_address"], "神宮前2-2");
    assert_eq!(after["addresses"][0]["extended_address"], "見本ビル5F");
    assert_eq!(after["addresses"][1]["street_address"], "倉庫1");
    assert_eq!(world.sync(&moved).await.sent(), Vec::<String>::new());
    // A change that leaves the address alone needs no reading.
    let night = world.sync(&moved.replace("0000-0001", "0000-0002")).await;
    assert_eq!(night.sent(), [format!("PATCH /contact/{company}/")]);
}

#[tokio::test(start_paused = true)]
async fn two_new_persons_are_told_apart_where_the_server_reorders_them() {
    let switches = "contact-order=reversed".parse().unwrap();
    let world = TestWorld::with(Options { switches, ..Options::default() });
    world.sync(&file(&[SATO])).await;
    let night = world.sync(&file(&[SATO, SUZUKI, TANAKA])).await;
    assert_eq!(night.code(), 0);
    assert_eq!(night.sent().len(), 3, "{:?}", night.sent());
    let night = world
        .sync(&file(&[SATO, &SUZUKI.replace("suzuki@", "s2@"), &TANAKA.replace("tanaka@", "t2@")]))
        .await;
    assert_eq!(night.sent().len(), 2, "{:?}", night.sent());
    assert_eq!(world.contact("A1", "鈴木")["email"]["address"], "s2@example.jp");
    assert_eq!(world.contact("A1", "田中")["email"]["address"], "t2@example.jp");
}

#[tokio::test(start_paused = true)]
async fn a_night_that_would_remove_many_persons_is_held() {
    let world = TestWorld::new();
    let rows = |both: bool| {
        let one = |n: u32| format!("C{n:02},見本{n:02},佐藤,{n},,\n");
        let other = |n: u32| format!("C{n:02},見本{n:02},鈴木,{n},,\n");
        (1..=11).map(|n| one(n) + &if both { other(n) } else { String::new() }).collect::<Vec<_>>().concat()
    };
    assert_eq!(world.sync(&format!("{HEADER}{}", rows(true))).await.code(), 0);
    let night = world.sync(&format!("{HEADER}{}", rows(false))).await;
    assert_eq!((night.end(), night.writes()), ((4, vec!["changes_held"]), Vec::new()));
    // Ten pass, where nothing was held back before.
    let world = TestWorld::new();
    assert_eq!(world.sync(&format!("{HEADER}{}", rows(true))).await.code(), 0);
    let ten = rows(false) + "C11,見本11,鈴木,11,,\n";
    let night = world.sync(&format!("{HEADER}{ten}")).await;
    assert_eq!((night.code(), night.writes().len()), (0, 10));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_refuses_an_addition_for_ever_is_asked_five_times() {
    let world = world(&[SATO]).await;
    world.faults("429-storm:PATCH:/client/");
    let night = world.sync(&file(&[SATO, SUZUKI])).await;
    assert_eq!(night.code(), 5);
    assert_eq!(night.writes().len(), 5, "{:?}", night.sent());
    world.faults("");
    assert_eq!(world.sync(&file(&[SATO, SUZUKI])).await.code(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_lowered_while_addresses_are_read_does_not_wedge_the_run() {
    let mut world = TestWorld::new();
    let row = |n: u32, street: &str| format!("C{n:02},見本{n:02},150-0001,tokyo,{street}\n");
    let csv = |street: &str| {
        let rows: String = (1..=16).map(|n| row(n, street)).collect::<Vec<_>>().concat();
        format!("client_external_id,name,postal_code,region,street_address\n{rows}")
    };
    world.sync(&csv("神宮前1-1")).await;
    world.pass(std::time::Duration::from_hours(1)).await;
    world.pace.concurrency = 8;
    // A street that changes for all of them must be approved.
    assert_eq!(world.sync(&csv("神宮前2-2")).await.code(), 4);
    world.approve();
    world.faults("lower-limits:GET:/contact/:nth=1:to=4");
    let night = world.sync(&csv("神宮前2-2")).await;
    let done = usize::try_from(night.result().updated).unwrap();
    assert!(night.code() == 0 || night.code() == 5, "{:?}", night.end());
    world.faults("");
    world.sandbox.set_limits(Some(120), None);
    world.pass(std::time::Duration::from_hours(1)).await;
    let night = world.sync(&csv("神宮前2-2")).await;
    assert_eq!((night.code(), usize::try_from(night.result().updated).unwrap() + done), (0, 16));
}
