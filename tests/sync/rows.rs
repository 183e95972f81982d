//! Rows as files have them: several of one client, some that disagree, some that are no good.

use leapsync::journal::Outcome;
use leapsync::settings::OnGone;

use crate::world::{TestWorld, contacts};

const HEADER: &str = "client_external_id,name,phone_number,family_name,given_name,email\n";

fn file(rows: &[&str]) -> String {
    format!("{HEADER}{}\n", rows.join("\n"))
}

#[tokio::test(start_paused = true)]
async fn rows_of_one_client_that_stand_apart_make_one_client() {
    let world = TestWorld::new();
    let csv = file(&[
        "A1,見本商事,03-0000-0001,佐藤,一郎,",
        "B1,架空工業,,,,",
        "A1,,,鈴木,二郎,",
        "C1,例示商店,,,,",
        "A1,見本商事,,佐藤,一郎,",
    ]);
    let night = world.sync(&csv).await;
    assert_eq!(night.count("POST /client/"), 3);
    let names: Vec<_> = contacts(&world.client("A1")).iter().map(|c| c["display_name"].clone()).collect();
    assert_eq!(names, ["見本商事", "一郎 佐藤", "二郎 鈴木"]);
    let lines: Vec<u64> = night.ending("A1").lines.iter().map(|line| line.0).collect();
    assert_eq!(lines, [2, 4, 6]);
}

#[tokio::test(start_paused = true)]
async fn rows_that_disagree_are_both_rejected_and_both_named() {
    let world = TestWorld::new();
    let csv = file(&["A1,見本商事,,佐藤,,", "B1,架空工業,,,,", "A1,見本物産,,鈴木,,"]);
    let night = world.sync(&csv).await;
    assert_eq!(night.end(), (3, vec!["rejected"]));
    assert!(world.clients_of("A1").is_empty());
    assert_eq!(world.clients_of("B1").len(), 1);
    assert_eq!(night.summary.rows.unwrap().rejected, 2);
    let ending = night.ending("A1");
    assert_eq!(ending.lines.iter().map(|line| line.0).collect::<Vec<_>>(), [2, 4]);
    let message = leapsync::report::words::why(leapsync::texts::Texts::default(), &ending.reason);
    assert!(message.contains("row 4") && message.contains("row 2"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn a_client_whose_row_is_no_good_any_more_is_left_as_it_is_and_is_not_gone() {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    world.sync(&file(&["A1,見本商事,,,,a@example.jp", "B1,架空工業,,,,"])).await;
    let before = world.sandbox.clients();
    let night = world.sync(&file(&["A1,見本商事,,,,a＠example.jp", "B1,架空工業,,,,"])).await;
    assert_eq!(night.end(), (3, vec!["rejected"]));
    assert_eq!((night.result().gone, night.sent()), (0, Vec::new()));
    assert_eq!(world.sandbox.clients(), before);
}

#[tokio::test(start_paused = true)]
async fn a_row_without_an_id_makes_deletes_wait() {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    let all = ["A1,見本商事,,,,", "B1,架空工業,,,,", "C1,例示商店,,,,", "D1,仮物産,,,,"];
    world.sync(&file(&all)).await;
    let night = world.sync(&file(&[all[0], all[1], all[2], ",仮物産,,,,"])).await;
    assert_eq!(night.code(), 4);
    assert_eq!(night.outcome("D1"), Outcome::Held);
    assert_eq!((night.result().gone, night.result().held), (1, 1));
    assert_eq!(night.writes(), Vec::<String>::new());
    assert_eq!(world.sandbox.clients().len(), 4);
    // Without that row the delete goes through.
    let night = world.sync(&file(&all[..3])).await;
    assert_eq!(night.code(), 0);
    assert!(world.clients_of("D1").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_row_that_is_mended_is_done_and_nothing_is_left_to_tell() {
    let world = TestWorld::new();
    world.sync(&file(&["A1,見本商事,,,,a＠example.jp"])).await;
    assert_eq!(world.ledger().failures(10).unwrap().len(), 1);
    let night = world.sync(&file(&["A1,見本商事,,,,a@example.jp"])).await;
    assert_eq!(night.code(), 0);
    assert_eq!(world.client("A1")["contacts"][0]["email"]["address"], "a@example.jp");
    assert!(world.ledger().failures(10).unwrap().is_empty());
}
