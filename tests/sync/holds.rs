//! What guards keep back: holds with an exact list, approvals that allow no more than they name, and nights that go on
//! beside them.

use std::time::Duration;

use leapsync::guard::Stop;
use leapsync::journal::Outcome;
use leapsync::ledger::{Closing, Hold};
use leapsync::sandbox::Options;
use leapsync::settings::OnGone;

use crate::world::{TestWorld, companies};

const HEADER: &str = "client_external_id,name,email\n";

/// Rows of the clients with these numbers.
fn rows(numbers: impl IntoIterator<Item = u32>) -> String {
    let rows = numbers.into_iter().map(|n| format!("C{n:03},見本{n:03},c{n:03}@example.jp\n"));
    rows.collect::<Vec<_>>().concat()
}

fn file(numbers: impl IntoIterator<Item = u32>) -> String {
    HEADER.to_owned() + &rows(numbers)
}

/// A world that deletes at once what is gone, with the first `count` clients in it.
async fn world(count: u32) -> TestWorld {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    assert_eq!(world.sync(&file(1..=count)).await.code(), 0);
    world
}

fn open(world: &TestWorld) -> Vec<Hold> {
    world.ledger().open_holds().unwrap()
}

#[tokio::test(start_paused = true)]
async fn deletes_that_are_held_wait_for_an_approval_while_every_night_goes_on() {
    let world = world(100).await;
    let night = world.sync(&file(12..=101)).await;
    assert_eq!(night.end(), (4, vec!["deletes_held"]));
    assert_eq!((night.result().held, night.result().created), (11, 1), "the rest goes on");
    let [hold] = open(&world).try_into().unwrap();
    assert_eq!((hold.items, hold.reason.kind()), (11, "deletes"));
    let listed = world.ledger().held_changes(hold.id, 100).unwrap();
    let ids: Vec<&str> = listed.iter().map(|it| it.external_id.as_ref().unwrap().as_str()).collect();
    assert_eq!(ids.first().zip(ids.last()), Some((&"C001", &"C011")));

    // Two more go the next night: they are judged alone, and the eleven do not leak.
    let night = world.sync(&file(14..=102)).await;
    assert_eq!((night.code(), night.result().deleted, night.result().held), (4, 2, 11));
    assert_eq!(open(&world), std::slice::from_ref(&hold));

    world.approve();
    let night = world.sync(&file(14..=102)).await;
    assert_eq!((night.end(), night.result().deleted), ((0, vec!["in_sync"]), 11));
    assert_eq!(world.sync(&file(14..=102)).await.end(), (0, vec!["in_sync"]));
    let closed = world.ledger().holds().unwrap();
    assert_eq!((closed.len(), closed[0].ending), (1, Some(Closing::Done)));
    assert!(world.ledger().held_changes(hold.id, 100).unwrap().is_empty(), "its list is personal data");
}

#[tokio::test(start_paused = true)]
async fn an_approval_allows_what_it_names_and_nothing_that_came_later() {
    let world = world(100).await;
    let changed = |from: u32, name: &str| file(1..=100).replace("見本0", &format!("{name}{from}"));
    assert_eq!(world.sync(&changed(0, "架空")).await.end(), (4, vec!["run_held"]));
    world.approve();
    // Meanwhile the rows have changed once more.
    let night = world.sync(&changed(0, "例示")).await;
    assert_eq!((night.end(), night.writes()), ((4, vec!["run_held"]), Vec::new()));
    assert_eq!(open(&world).len(), 1, "nothing of the first one is asked for any more");
    assert_eq!(world.client("C001")["display_name"], "見本001");
    world.approve();
    assert_eq!(world.sync(&changed(0, "例示")).await.result().updated, 99);
}

#[tokio::test(start_paused = true)]
async fn an_approval_expires_after_seven_days() {
    let day = Duration::from_hours(24);
    for (wait, deleted) in [(day * 6, 11), (day * 8, 0)] {
        let world = world(100).await;
        world.sync(&file(12..=101)).await;
        world.approve();
        world.pass(wait).await;
        assert_eq!(world.sync(&file(12..=101)).await.result().deleted, deleted, "{wait:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_approval_of_deletes_waits_for_a_run_that_deletes() {
    let mut world = world(100).await;
    world.sync(&file(12..=101)).await;
    world.on_gone = OnGone::Report;
    let night = world.sync(&file(12..=101)).await;
    assert_eq!(
        (night.end(), open(&world).len()),
        ((0, vec!["in_sync"]), 1),
        "nothing is kept back in this run"
    );
    world.approve();
    assert_eq!(world.sync(&file(12..=101)).await.result().deleted, 0);
    world.on_gone = OnGone::Delete;
    assert_eq!(world.sync(&file(12..=101)).await.result().deleted, 11);
    assert!(world.sync(&file(12..=101)).await.sent().is_empty() && open(&world).is_empty());
}

#[tokio::test(start_paused = true)]
async fn who_is_back_in_the_file_is_no_longer_held() {
    let world = world(100).await;
    world.sync(&file(12..=101)).await;
    let night = world.sync(&file(2..=101)).await;
    assert_eq!((night.code(), night.result().held, night.result().deleted), (4, 1, 0));
    let night = world.sync(&file(1..=101)).await;
    assert_eq!((night.code(), open(&world).len()), (0, 0));
    assert_eq!(world.ledger().holds().unwrap()[0].ending, Some(Closing::Vanished));
}

#[tokio::test(start_paused = true)]
async fn a_file_that_shrank_holds_every_run_until_it_is_whole_again_or_approved() {
    let mut world = TestWorld::new();
    world.sync(&file(1..=100)).await;
    let short = file(1..=79).replace("見本001", "架空001");
    for _ in 0..3 {
        let night = world.sync(&short).await;
        assert_eq!((night.end(), night.sent()), ((4, vec!["run_held"]), Vec::new()));
        assert_eq!(open(&world).len(), 1, "one hold, however many nights");
    }
    assert_eq!(world.sync(&file(1..=80)).await.code(), 0, "a fifth may be missing");
    assert!(open(&world).is_empty());

    world.on_gone = OnGone::Delete;
    let world = self::world(100).await;
    world.sync(&short).await;
    assert!(matches!(open(&world)[0].reason, Stop::Shrunk { clients: 79, before: 100 }));
    world.approve();
    // The deletes are too many by themselves, and were approved by name.
    let night = world.sync(&short).await;
    assert_eq!((night.code(), night.result().deleted, night.result().updated), (0, 21, 1));
}

#[tokio::test(start_paused = true)]
async fn other_codes_for_the_same_customers_are_no_new_customers() {
    let world = world(30).await;
    let night = world.sync(&file(1..=30).replace("\nC0", "\nK0")).await;
    assert_eq!((night.end(), night.writes()), ((4, vec!["deletes_held", "run_held"]), Vec::new()));
    let kinds: Vec<&str> = open(&world).iter().map(|hold| hold.reason.kind()).collect();
    assert_eq!(kinds, ["rekeyed", "deletes"]);
    assert_eq!(world.sandbox.clients().len(), 30);
}

#[tokio::test(start_paused = true)]
async fn codes_that_lost_their_zeros_make_no_twins() {
    let zeros = |text: String| text.replace("\nC0", "\n00");
    let world = TestWorld::new();
    world.sync(&zeros(file(1..=60))).await;
    // A spreadsheet has been at three of them.
    let damaged =
        zeros(file(1..=60)).replace("\n0007,", "\n7,").replace("\n0008,", "\n8,").replace("\n0009,", "\n9,");
    let night = world.sync(&damaged).await;
    assert_eq!((night.end(), night.writes()), ((4, vec!["run_held"]), Vec::new()));
    assert_eq!(open(&world)[0].reason, Stop::Respelled { clients: 3, gone: 3 });
}

#[tokio::test(start_paused = true)]
async fn the_threshold_of_changes_can_be_moved_and_a_field_that_changes_for_most_is_held_all_the_same() {
    let mut world = world(100).await;
    world.bounds.updates = Some("100%".parse().unwrap());
    let some = file(1..=100).replace("c00", "d00").replace("c01", "d01").replace("c02", "d02");
    assert_eq!(world.sync(&some).await.result().updated, 29);
    let most = file(1..=100).replace("@example.jp", "@example.com");
    assert_eq!(world.sync(&most).await.end(), (4, vec!["run_held"]));
    assert!(matches!(open(&world)[0].reason, Stop::FieldChanged { clients: 100, .. }));
    world.bounds.updates = Some("5".parse().unwrap());
    let world = self::world(100).await;
    let six = file(1..=100).replace("c00", "d00");
    assert_eq!(world.sync(&six).await.code(), 0, "nine of a hundred");
}

#[tokio::test(start_paused = true)]
async fn a_last_row_without_its_line_end_is_kept_back_and_the_rest_goes_on() {
    let world = world(30).await;
    let cut = file(1..=31) + "C032,見本商事株式";
    let cut = cut + ",c032@exa";
    let night = world.sync(&cut).await;
    assert_eq!((night.end(), night.result().created), ((4, vec!["changes_held"]), 1));
    assert_eq!((night.outcome("C032"), world.clients_of("C032").len()), (Outcome::Remaining, 0));
    // It is the same hold the next night, and whoever follows in the file is not held with it.
    let night = world.sync(&(file(1..=31) + "C032,見本商事株式会社,c032@example.jp\n")).await;
    assert_eq!((night.code(), night.result().created), (0, 1));
    assert!(open(&world).is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_export_that_ends_without_a_line_end_from_now_on_is_approved_once() {
    let world = world(3).await;
    let without = file(1..=4).trim_end().to_owned();
    assert_eq!(world.sync(&without).await.end(), (4, vec!["changes_held"]));
    assert_eq!(world.sync(&without).await.end(), (4, vec!["changes_held"]));
    world.approve();
    assert_eq!(world.sync(&without).await.result().created, 1);
    assert_eq!(world.sync(file(1..=5).trim_end()).await.end(), (0, vec!["in_sync"]));
}

#[tokio::test(start_paused = true)]
async fn without_evidence_a_client_is_deleted_once_two_files_in_a_row_do_not_name_it() {
    let mut world = world(30).await;
    world.after_runs = 2;
    let night = world.sync(&file(2..=30)).await;
    assert_eq!((night.end(), night.outcome("C001")), ((0, vec!["in_sync"]), Outcome::Reported));
    // It was only a bad night.
    assert_eq!(world.sync(&file(1..=30)).await.sent().len(), 0);
    assert_eq!(world.sync(&file(2..=30)).await.sent().len(), 0);
    let night = world.sync(&file(2..=30)).await;
    assert_eq!((night.code(), night.result().deleted), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_run_over_a_part_of_the_list_is_no_second_absence() {
    let mut world = world(30).await;
    world.after_runs = 2;
    world.sync(&file(2..=30)).await;
    world.scope = leapsync::settings::Scope::Partial;
    world.sync(&file(5..=9)).await;
    world.scope = leapsync::settings::Scope::Full;
    assert_eq!(world.sync(&file(1..=30)).await.result().gone, 0);
    assert_eq!(world.sync(&file(2..=30)).await.result().deleted, 0, "absent once since it was back");
}

#[tokio::test(start_paused = true)]
async fn with_evidence_a_client_is_deleted_in_the_first_night() {
    for (footer, config) in [("合計件数,29件,\n", ""), ("", "[input]\nexpect_rows = 29\n")] {
        let mut world = world(30).await;
        world.after_runs = 2;
        world.config = config.to_owned();
        let night = world.sync(&(file(2..=30) + footer)).await;
        assert_eq!((night.code(), night.result().deleted), (0, 1), "{footer}{config}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_with_other_rows_than_it_should_have_deletes_nobody() {
    let mut world = world(30).await;
    world.config = "[input]\nexpect_rows = 30\n".to_owned();
    let night = world.sync(&file(2..=30)).await;
    assert_eq!((night.end(), night.outcome("C001")), ((4, vec!["deletes_held"]), Outcome::Held));
    assert_eq!(night.sent().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_person_is_removed_once_two_files_in_a_row_do_not_name_them() {
    let mut world = TestWorld::new();
    let header = "client_external_id,name,family_name,given_name\n";
    let both = format!("{header}A1,見本商事,佐藤,一郎\nA1,見本商事,鈴木,二郎\n");
    let one = format!("{header}A1,見本商事,佐藤,一郎\n");
    world.sync(&both).await;
    world.after_runs = 2;
    let persons = |world: &TestWorld| crate::world::contacts(&world.client("A1")).len() - 1;
    assert_eq!((world.sync(&one).await.code(), persons(&world)), (0, 2));
    assert_eq!((world.sync(&one).await.code(), persons(&world)), (0, 1));
    assert_eq!(world.sync(&one).await.sent().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn clients_are_archived_where_the_server_allows_that_and_no_further() {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Archive;
    world.sync(&companies(20)).await;
    let fewer = companies(20).replace("C003,", "C900,").replace("C900,", "C021,");
    let night = world.sync(&fewer).await;
    assert_eq!((night.code(), night.result().archived, night.result().created), (0, 1, 1));
    assert!(!world.client("C003")["date_archived"].is_null());
    let night = world.sync(&fewer).await;
    assert_eq!((night.code(), night.sent().len(), night.outcome("C003")), (0, 0, Outcome::Reported));
    // The next rung.
    world.on_gone = OnGone::Delete;
    assert_eq!(world.sync(&fewer).await.result().deleted, 1);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_archive_is_asked_once_for_each_client() {
    let switches = "archiving=read-only".parse().unwrap();
    let mut world = TestWorld::with(Options { switches, ..Options::default() });
    world.on_gone = OnGone::Archive;
    world.sync(&companies(20)).await;
    let fewer: String = companies(20)
        .lines()
        .filter(|row| !row.starts_with("C003"))
        .fold(String::new(), |text, row| text + row + "\n");
    let night = world.sync(&fewer).await;
    assert_eq!((night.code(), night.result().archived, night.result().delete_refused), (3, 0, 1));
    assert_eq!(world.sync(&fewer).await.end(), (0, vec!["in_sync"]));
}

#[tokio::test(start_paused = true)]
async fn a_plan_names_what_is_held_and_makes_no_hold() {
    let world = world(100).await;
    let plan = world.plan(&file(12..=101)).await;
    assert_eq!(plan.end().0, 4);
    assert!(open(&world).is_empty());
    world.sync(&file(12..=101)).await;
    let plan = world.plan(&file(12..=101)).await;
    assert_eq!(plan.end(), (4, vec!["deletes_held"]));
    world.approve();
    assert_eq!(world.plan(&file(12..=101)).await.end(), (6, vec!["changes"]));
}
