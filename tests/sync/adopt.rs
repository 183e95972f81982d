//! A ledger that knows nothing, on an account that holds clients already: linked, never doubled.

use std::time::Duration;

use leapsync::journal::Outcome;
use leapsync::sandbox::{AddressNames, ContactOrder, ListOrder, Options, Switches};
use leapsync::settings::OnGone;
use serde_json::{Value, json};

use crate::first_import::sample;
use crate::world::{TestWorld, Twins, companies, contacts, mid};

const MINUTE: Duration = Duration::from_mins(1);

/// A company as people or another program made it.
fn company(id: &str, name: &str, mail: &str) -> Value {
    let email = if mail.is_empty() { Value::Null } else { json!({"address": mail}) };
    json!({"client_external_id": id, "contacts": [
        {"contact_type": "organization", "name": name, "addresses": [], "email": email}]})
}

#[tokio::test(start_paused = true)]
async fn clients_that_are_there_are_linked_and_only_differences_are_sent() {
    let world = TestWorld::new();
    world.sandbox.add_client(&company("C001", "見本商事1", "c1@example.jp"));
    world.sandbox.add_client(&company("C002", "見本商事2", "old@example.jp"));
    let night = world.sync(&companies(3)).await;
    assert_eq!(night.code(), 0);
    let patch = format!("PATCH /contact/{}/", mid(&world.contact("C002", "見本商事2")));
    let mut writes = night.writes();
    writes.sort();
    assert_eq!(writes, [patch, "POST /client/".to_owned()]);
    let result = night.result();
    assert_eq!((result.adopted, result.created, result.updated, result.unchanged), (2, 1, 1, 1));
    assert_eq!(world.contact("C002", "見本商事2")["email"]["address"], "c2@example.jp");
    assert_eq!(world.sync(&companies(3)).await.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_lost_ledger_finds_its_two_hundred_clients_again() {
    for (list_order, address_names) in
        [(ListOrder::OldestFirst, AddressNames::Country), (ListOrder::NewestFirst, AddressNames::CountryName)]
    {
        let switches = Switches { list_order, address_names, ..Switches::default() };
        let mut world = TestWorld::with(Options { switches, ..Options::default() });
        let csv = sample("clients.csv");
        world.sync(&csv).await;
        let before = world.sandbox.clients();
        world.lose_ledger();
        // With the ledger its book of requests is lost, and what the last minute held.
        world.pass(MINUTE).await;
        let night = world.sync(&csv).await;
        assert_eq!(night.end(), (0, vec!["in_sync"]));
        assert_eq!(night.writes(), Vec::<String>::new());
        assert_eq!((night.result().adopted, night.result().unchanged), (200, 200));
        assert_eq!(world.sandbox.clients(), before);
        assert_eq!(world.sync(&csv).await.sent(), Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_of_the_same_name_without_an_id_blocks_the_create_until_people_decide() {
    let world = TestWorld::new();
    let stranger = world.sandbox.add_client(&company("", "見本　商事２", ""));
    let night = world.sync(&companies(3)).await;
    assert_eq!(night.end(), (3, vec!["blocked"]));
    assert_eq!(night.outcome("C002"), Outcome::Blocked);
    assert!(format!("{:?}", night.ending("C002").reason).contains(&stranger));
    assert!(world.clients_of("C002").is_empty());
    assert_eq!(world.clients_of("C001").len(), 1);
    // People give it the id: it is linked, not created.
    assert!(world.sandbox.edit_client(&stranger, &json!({"client_external_id": "C002"})));
    let night = world.sync(&companies(3)).await;
    assert_eq!((night.code(), night.count("POST /client/")), (0, 0));
    assert_eq!(mid(&world.client("C002")), stranger);
    assert_eq!(world.client("C002")["display_name"], "見本商事2");
}

#[tokio::test(start_paused = true)]
async fn a_blocked_create_goes_through_when_people_rename_the_stranger() {
    let world = TestWorld::new();
    let stranger = world.sandbox.add_client(&company("", "見本商事2", ""));
    world.sync(&companies(2)).await;
    let contact = mid(&contacts(&world.clients_of("")[0])[0]).to_owned();
    assert!(world.sandbox.edit_contact(&contact, &json!({"name": "別の会社"})));
    let night = world.sync(&companies(2)).await;
    assert_eq!((night.code(), night.count("POST /client/")), (0, 1));
    assert_ne!(mid(&world.client("C002")), stranger);
}

#[tokio::test(start_paused = true)]
async fn twins_on_the_server_are_a_conflict_and_neither_is_written() {
    let mut world = TestWorld::new();
    world.twins = Twins::Made;
    let first = world.sandbox.add_client(&company("C001", "見本商事1", "x@example.jp"));
    let second = world.sandbox.add_client(&company("C001", "見本商事1", "y@example.jp"));
    let before = world.sandbox.clients();
    for _ in 0..2 {
        let night = world.sync(&companies(1)).await;
        assert_eq!(night.end(), (3, vec!["conflict"]));
        assert_eq!(night.writes(), Vec::<String>::new());
        assert_eq!(world.sandbox.clients(), before);
    }
    // People remove the twin: the next run links the one that is left.
    assert!(world.sandbox.delete_client(&second));
    world.twins = Twins::Forbidden;
    let night = world.sync(&companies(1)).await;
    assert_eq!(night.code(), 0);
    assert_eq!(night.count("POST /client/"), 0);
    assert_eq!(mid(&world.client("C001")), first);
    assert_eq!(world.contact("C001", "見本商事1")["email"]["address"], "c1@example.jp");
}

#[tokio::test(start_paused = true)]
async fn twins_of_which_one_is_archived_are_a_conflict_as_well() {
    let mut world = TestWorld::new();
    world.twins = Twins::Made;
    let first = world.sandbox.add_client(&company("C001", "見本商事1", ""));
    world.sandbox.add_client(&company("C001", "見本商事1", ""));
    assert!(world.sandbox.archive_client(&first));
    let night = world.sync(&companies(1)).await;
    assert_eq!((night.end(), night.writes()), ((3, vec!["conflict"]), Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn an_archived_client_is_linked_and_not_made_again() {
    let world = TestWorld::new();
    let archived = world.sandbox.add_client(&company("C001", "見本商事1", "c1@example.jp"));
    assert!(world.sandbox.archive_client(&archived));
    let night = world.sync(&companies(2)).await;
    assert_eq!((night.code(), night.writes()), (0, vec!["POST /client/".to_owned()]));
    assert_eq!(mid(&world.client("C001")), archived);
    assert!(!world.client("C001")["date_archived"].is_null());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_deleted_in_the_run_that_first_read_the_list() {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    world.sync(&companies(8)).await;
    world.lose_ledger();
    let csv = companies(7);
    let night = world.sync(&csv).await;
    assert_eq!((night.code(), night.writes()), (0, Vec::new()));
    assert_eq!((night.outcome("C008"), night.result().gone), (Outcome::Reported, 1));
    let night = world.sync(&csv).await;
    assert_eq!(night.result().deleted, 1);
    assert_eq!(world.sandbox.clients().len(), 7);
}

#[tokio::test(start_paused = true)]
async fn clients_that_people_made_without_an_id_are_nobodys_business() {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    world.sandbox.add_client(&company("", "よその会社", ""));
    let before = world.sandbox.clients();
    for _ in 0..2 {
        assert_eq!(world.sync(&companies(3)).await.code(), 0);
    }
    assert_eq!(world.sandbox.clients()[..1], before);
}

#[tokio::test(start_paused = true)]
async fn contacts_that_are_answered_the_other_way_round_are_told_apart() {
    let switches = Switches { contact_order: ContactOrder::Reversed, ..Switches::default() };
    let world = TestWorld::with(Options { switches, ..Options::default() });
    let header = "client_external_id,name,family_name,given_name,email\n";
    let rows = "A1,見本商事,佐藤,一郎,sato@example.jp\nA1,,鈴木,二郎,suzuki@example.jp\n\
        A2,架空工業,田中,三郎,tanaka@example.jp\nA2,,伊藤,四郎,ito@example.jp\n";
    let csv = format!("{header}{rows}");
    assert_eq!(world.sync(&csv).await.code(), 0);
    assert_eq!(world.sync(&csv).await.sent(), Vec::<String>::new());
    let patches = [("A1", "鈴木"), ("A2", "伊藤")]
        .map(|(id, name)| format!("PATCH /contact/{}/", mid(&world.contact(id, name))));
    let night = world.sync(&csv.replace("suzuki@", "s2@").replace("ito@", "i2@")).await;
    let mut sent = night.sent();
    sent.sort();
    let mut expected = patches.to_vec();
    expected.sort();
    assert_eq!(sent, expected);
    assert_eq!(world.contact("A1", "鈴木")["email"]["address"], "s2@example.jp");
    assert_eq!(world.contact("A2", "伊藤")["email"]["address"], "i2@example.jp");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_moves_while_it_is_read_is_read_again() {
    let mut world = TestWorld::new();
    let csv = companies(150);
    world.sync(&csv).await;
    world.lose_ledger();
    world.pass(MINUTE).await;
    world.faults("list-shift:GET:/client/:nth=2");
    let night = world.sync(&csv).await;
    assert_eq!((night.code(), night.count("POST /client/")), (0, 0));
    assert_eq!(night.result().adopted, 150);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_cannot_be_read_stops_the_run_before_the_first_create() {
    let mut world = TestWorld::new();
    let csv = companies(20);
    world.sync(&csv).await;
    world.lose_ledger();
    world.faults("html-502:GET:/client/");
    let night = world.sync(&csv).await;
    assert_eq!((night.end(), night.writes()), ((5, vec!["unreachable"]), Vec::new()));
    world.faults("");
    let night = world.sync(&csv).await;
    assert_eq!((night.code(), night.writes()), (0, Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn a_blocked_row_that_leaves_the_file_is_forgotten_and_the_list_is_not_read_every_night() {
    let world = TestWorld::new();
    world.sandbox.add_client(&company("", "見本商事2", ""));
    world.sync(&companies(2)).await;
    world.sync(&companies(1)).await;
    let night = world.sync(&companies(1)).await;
    assert_eq!((night.code(), night.sent()), (0, Vec::new()));
    assert_eq!(world.ledger().failures(10).unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_was_only_just_learnt_of_is_not_deleted_in_the_same_run() {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    world.sandbox.add_client(&company("", "見本商事2", ""));
    world.sync(&companies(2)).await;
    // Another program makes a client with an id that the file does not name; the blocked row has the list read.
    world.sandbox.add_client(&company("X1", "よその会社", ""));
    let night = world.sync(&companies(2)).await;
    assert_eq!(night.writes(), Vec::<String>::new());
    assert_eq!(night.outcome("X1"), Outcome::Reported);
}

#[tokio::test(start_paused = true)]
async fn where_nobody_is_to_be_linked_the_list_is_not_read() {
    let mut world = TestWorld::new();
    world.adoption = leapsync::settings::Adoption::Skip;
    let night = world.sync(&companies(3)).await;
    assert_eq!(night.sent(), ["POST /client/"; 3]);
}
