//! Narrow places that a review found: each of them once made a twin, lost a person, hung or ended with a lie.

use std::time::Duration;

use leapsync::sandbox::{ContactOrder, Options, Switches};
use leapsync::settings::OnGone;
use leapsync::sync::Deleted;
use serde_json::json;

use crate::mend::{retry, stranger};
use crate::world::{Cut, TestWorld, Twins, companies, contacts, mid};

const PERSONS: &str = "client_external_id,name,family_name,given_name,email\n";

#[tokio::test(start_paused = true)]
async fn a_person_whom_people_made_by_hand_gets_no_twin() {
    let world = TestWorld::new();
    world.sandbox.add_client(&json!({"client_external_id": "", "contacts": [
        {"contact_type": "person", "family_name": "佐藤", "given_name": "一郎", "addresses": [], "email": null}]}));
    let night = world.sync(&format!("{PERSONS}P1,,佐藤,一郎,\n")).await;
    assert_eq!((night.end(), night.count("POST /client/")), ((3, vec!["blocked"]), 0));
}

#[tokio::test(start_paused = true)]
async fn a_row_that_lost_its_id_does_not_remove_the_person_it_names() {
    let world = TestWorld::new();
    let two = format!("{PERSONS}P1,見本商事,佐藤,一郎,\nP1,見本商事,鈴木,二郎,\n");
    world.sync(&two).await;
    let night = world.sync(&two.replace("P1,見本商事,鈴木", ",見本商事,鈴木")).await;
    assert_eq!((night.code(), night.writes()), (3, Vec::new()));
    assert_eq!(contacts(&world.client("P1")).len(), 3);
    // With its id back nothing has happened; really gone, the person goes.
    assert_eq!(world.sync(&two).await.writes(), Vec::<String>::new());
    let night = world.sync(&format!("{PERSONS}P1,見本商事,佐藤,一郎,\n")).await;
    assert_eq!((night.code(), night.writes().len()), (0, 1));
    assert_eq!(contacts(&world.client("P1")).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_people_made_again_is_linked_and_not_recreated_beside_it() {
    let world = TestWorld::new();
    world.sync(&companies(2)).await;
    world.sandbox.delete_client(mid(&world.client("C002")));
    let changed = companies(2).replace("見本商事2", "見本商事弐");
    // The first night learns that the contact is gone, the second that the client is.
    world.sync(&changed).await;
    world.sync(&changed).await;
    world.sandbox.add_client(&json!({"client_external_id": "C002", "contacts": [
        {"contact_type": "organization", "name": "見本商事2", "addresses": [], "email": null}]}));
    let summary = retry(&world, &["C002"], Deleted::Recreate).await;
    assert_eq!(summary.exit.reasons, ["in_sync"], "{summary:?}");
    assert_eq!(world.clients_of("C002").len(), 1);
    assert_eq!(world.sync(&changed).await.end(), (0, vec!["in_sync"]));
    assert_eq!(world.client("C002")["display_name"], "見本商事弐");
}

#[tokio::test(start_paused = true)]
async fn a_delete_in_doubt_that_was_not_done_is_done_in_the_same_night() {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    world.sync(&companies(20)).await;
    world.faults("503-before:DELETE:times=4");
    let night = world.sync(&companies(19)).await;
    assert_eq!((night.end(), night.result().deleted), ((0, vec!["in_sync"]), 1));
    assert!(world.clients_of("C020").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_conflict_whose_clients_people_removed_is_created_anew() {
    let mut world = TestWorld::new();
    world.twins = Twins::Made;
    for _ in 0..2 {
        let mut twin = stranger("見本商事1");
        twin["client_external_id"] = json!("C001");
        world.sandbox.add_client(&twin);
    }
    assert_eq!(world.sync(&companies(1)).await.end(), (3, vec!["conflict"]));
    for twin in world.clients_of("C001") {
        world.sandbox.delete_client(mid(&twin));
    }
    world.twins = Twins::Forbidden;
    assert_eq!(world.sync(&companies(1)).await.end(), (0, vec!["in_sync"]));
    assert_eq!(world.clients_of("C001").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_comparison_that_failed_is_made_up_for_before_anything_is_changed() {
    let switches = Switches { contact_order: ContactOrder::Reversed, ..Switches::default() };
    let world = TestWorld::with(Options { switches, ..Options::default() });
    let csv = format!("{PERSONS}P1,見本商事,佐藤,一郎,a@example.jp\n");
    world.faults("503-before:GET:/client/:nth=3:times=1");
    world.sync(&csv).await;
    world.faults("");
    let night = world.sync(&csv.replace("a@example.jp", "b@example.jp")).await;
    assert_eq!(night.code(), 0);
    let person =
        contacts(&world.client("P1")).iter().find(|it| it["contact_type"] == "person").cloned().unwrap();
    assert_eq!(person["email"]["address"], "b@example.jp");
    assert_eq!(contacts(&world.client("P1")).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn many_refused_connections_and_a_full_minute_leave_no_create_waiting_for_itself() {
    let mut world = TestWorld::new();
    world.pace.limits.per_minute = Some(5);
    world.sandbox.set_limits(Some(5), None);
    world.faults("no-connection:POST:/client/:every=2:times=6");
    let row = |n: u32| format!("P{n:02},見本商事{n},佐藤,一郎{n},\n");
    let csv = (0..12).fold(PERSONS.to_owned(), |csv, n| csv + &row(n));
    let night = world.sync(&csv).await;
    assert_eq!((night.code(), night.result().created), (0, 12));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_gone_or_stopped_after_a_while_is_simply_run_again() {
    for cut in [Cut::In(Duration::from_millis(700)), Cut::StopIn(Duration::from_millis(700))] {
        let world = TestWorld::new();
        world.run(&companies(60), cut).await;
        assert!(world.sandbox.clients().len() < 60, "it was cut short");
        assert_eq!(world.sync(&companies(60)).await.end(), (0, vec!["in_sync"]));
        assert_eq!(world.sandbox.clients().len(), 60);
    }
}
