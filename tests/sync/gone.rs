//! Clients that the file no longer names: reported, or deleted, and never too many of them.

use leapsync::journal::Outcome;
use leapsync::settings::OnGone;

use crate::world::{TestWorld, companies, mid};

const EMPTY: &str = "client_external_id,name,email\n";

/// A world that deletes what is gone, with `count` clients in it.
async fn world(count: u32) -> TestWorld {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    assert_eq!(world.sync(&companies(count)).await.code(), 0);
    world
}

/// The companies without the first `gone` of them.
fn without_first(gone: u32, count: u32) -> String {
    let all = companies(count);
    let header = all.lines().take(1);
    let kept = all.lines().skip(1 + gone as usize);
    header.chain(kept).collect::<Vec<_>>().join("\n") + "\n"
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_gone_is_reported_every_night_and_nothing_is_sent() {
    let world = TestWorld::new();
    world.sync(&companies(5)).await;
    for _ in 0..2 {
        let night = world.sync(&without_first(1, 5)).await;
        assert_eq!((night.end(), night.sent()), ((0, vec!["in_sync"]), Vec::new()));
        assert_eq!(night.outcome("C001"), Outcome::Reported);
        assert_eq!(night.result().gone, 1);
    }
    assert_eq!(world.sandbox.clients().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn where_it_is_asked_for_a_client_that_is_gone_is_deleted_once() {
    let world = world(5).await;
    let gone = mid(&world.client("C001")).to_owned();
    let night = world.sync(&without_first(1, 5)).await;
    assert_eq!(night.sent(), [format!("DELETE /client/{gone}/")]);
    assert_eq!((night.code(), night.result().deleted), (0, 1));
    assert_eq!(world.sandbox.clients().len(), 4);
    let night = world.sync(&without_first(1, 5)).await;
    assert_eq!((night.result().gone, night.sent()), (0, Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn a_deleted_client_that_comes_back_is_created_anew() {
    let world = world(5).await;
    world.sync(&without_first(1, 5)).await;
    let night = world.sync(&companies(5)).await;
    assert_eq!(night.sent(), ["POST /client/"]);
    assert_eq!((night.code(), world.clients_of("C001").len()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_a_document_names_is_refused_once_and_then_only_listed() {
    let world = world(5).await;
    let used = mid(&world.client("C001")).to_owned();
    assert!(world.sandbox.add_document(&used));
    let night = world.sync(&without_first(1, 5)).await;
    assert_eq!(night.end(), (3, vec!["refused"]));
    assert_eq!((night.result().delete_refused, night.result().gone), (1, 1));
    assert_eq!(night.outcome("C001"), Outcome::Refused);
    let night = world.sync(&without_first(1, 5)).await;
    assert_eq!((night.end(), night.sent()), ((0, vec!["in_sync"]), Vec::new()));
    assert_eq!(night.outcome("C001"), Outcome::Reported);
    assert_eq!(world.clients_of("C001").len(), 1);
    // It is listed still, and it is in sync again when the file names it again.
    assert_eq!(world.ledger().failures(10).unwrap().len(), 1);
    let night = world.sync(&companies(5)).await;
    assert_eq!((night.code(), night.sent()), (0, Vec::new()));
    assert!(world.ledger().failures(10).unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_people_deleted_already_counts_as_deleted() {
    let world = world(5).await;
    let gone = mid(&world.client("C001")).to_owned();
    assert!(world.sandbox.delete_client(&gone));
    let night = world.sync(&without_first(1, 5)).await;
    assert_eq!((night.code(), night.result().deleted), (0, 1));
    assert_eq!(night.log.last().unwrap().status, 404);
}

#[tokio::test(start_paused = true)]
async fn ten_of_two_hundred_are_deleted_and_of_eleven_none_is_while_the_rest_goes_on() {
    let world = world(200).await;
    let changed = |csv: String| csv.replace("c200@example.jp", "new@example.jp");
    let night = world.sync(&changed(without_first(11, 200))).await;
    assert_eq!((night.end(), night.sent().len()), ((4, vec!["deletes_held"]), 1));
    assert_eq!((night.result().held, night.result().updated), (11, 1));
    assert_eq!(world.sandbox.clients().len(), 200);
    let world = self::world(200).await;
    let night = world.sync(&changed(without_first(10, 200))).await;
    assert_eq!((night.code(), night.result().deleted, night.result().updated), (0, 10, 1));
    assert_eq!(world.sandbox.clients().len(), 190);
}

#[tokio::test(start_paused = true)]
async fn half_of_the_clients_are_never_deleted_and_one_less_than_half_is() {
    for (gone, code) in [(3, 0), (4, 4)] {
        let world = world(8).await;
        // The file is no shorter for it.
        let others = (1..=gone)
            .map(|n| format!("N{n:03},新規{n:03},n{n:03}@example.jp\n"))
            .collect::<Vec<_>>()
            .concat();
        let night = world.sync(&(without_first(gone, 8) + &others)).await;
        let deleted = if code == 0 { u64::from(gone) } else { 0 };
        assert_eq!((night.code(), night.result().deleted), (code, deleted), "{gone} of 8");
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_names_none_of_the_clients_deletes_none_of_them() {
    let world = world(4).await;
    let csv = companies(4).replace("\nC", "\nX");
    let night = world.sync(&csv).await;
    assert_eq!((night.code(), night.sent()), (4, Vec::new()));
    assert_eq!((night.result().held, night.result().remaining), (4, 4));
    assert_eq!(world.sandbox.clients().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_file_without_rows_holds_the_run_when_there_are_clients_to_lose() {
    for on_gone in [OnGone::Report, OnGone::Delete] {
        let mut world = world(3).await;
        world.on_gone = on_gone;
        let night = world.sync(EMPTY).await;
        assert_eq!((night.code(), night.sent()), (4, Vec::new()), "{on_gone:?}");
        assert_eq!(world.sandbox.clients().len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_without_rows_is_fine_where_there_is_nobody() {
    let world = TestWorld::new();
    let night = world.sync(EMPTY).await;
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    assert_eq!(night.writes(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn what_a_partly_deleted_night_left_is_deleted_in_the_next_one() {
    let mut world = world(24).await;
    world.pace.concurrency = 1;
    let night = world.sync_stopped(&without_first(4, 24), 4).await;
    assert_eq!(night.code(), 5);
    let deleted = night.result().deleted;
    assert!((1..4).contains(&deleted), "{deleted}");
    let night = world.sync(&without_first(4, 24)).await;
    assert_eq!((night.code(), night.result().deleted), (0, 4 - deleted));
    assert_eq!(world.sandbox.clients().len(), 20);
}
