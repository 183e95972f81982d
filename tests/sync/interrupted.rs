//! Runs that are asked to stop, and runs that are simply gone: the next one finds its way.

use std::time::Duration;

use leapsync::journal::Outcome;
use leapsync::settings::OnGone;

use crate::first_import::sample;
use crate::world::{Cut, TestWorld, companies};

#[tokio::test(start_paused = true)]
async fn a_run_that_is_asked_to_stop_finishes_what_is_in_flight_and_the_next_one_does_the_rest() {
    let world = TestWorld::new();
    let csv = companies(60);
    let night = world.sync_stopped(&csv, 30).await;
    assert_eq!(night.end(), (5, vec!["signal"]));
    let result = night.result();
    assert_eq!((result.in_doubt, result.created + result.remaining), (0, 60));
    // What had left by then was answered, recorded and counted.
    assert_eq!(usize::try_from(result.created).unwrap(), world.sandbox.clients().len());
    assert!((20..=40).contains(&result.created), "{}", result.created);
    let night = world.sync(&csv).await;
    assert_eq!((night.code(), night.result().created), (0, 60 - result.created));
    assert_eq!(world.sandbox.clients().len(), 60);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_asked_to_stop_while_it_waits_for_quota_stops_at_once() {
    let world = TestWorld::new();
    let csv = companies(200);
    let night = world.sync_stopped(&csv, 118).await;
    assert_eq!(night.code(), 5);
    assert!(night.seconds() < 15.0, "{}", night.seconds());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_asked_to_stop_before_its_first_write_writes_nothing() {
    let world = TestWorld::new();
    let night = world.sync_stopped(&companies(5), 1).await;
    assert_eq!((night.code(), night.writes()), (5, Vec::new()));
    assert!(night.endings().all(|ending| ending.outcome == Outcome::Remaining));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_gone_at_any_request_leaves_everything_to_be_found_once() {
    let csv = companies(12);
    for nth in 1..=16 {
        for cut in [Cut::Before(nth), Cut::After(nth)] {
            let world = TestWorld::new();
            assert!(world.run(&csv, cut).await.is_none(), "{cut:?}");
            world.pass(world.settle).await;
            let night = world.sync(&csv).await;
            assert_eq!(night.code(), 0, "{cut:?}");
            assert_eq!(world.sandbox.clients().len(), 12, "{cut:?}");
            assert_eq!(world.sync(&csv).await.sent(), Vec::<String>::new(), "{cut:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_right_after_a_crash_waits_for_the_settle_time_by_itself() {
    let world = TestWorld::new();
    let csv = companies(12);
    assert!(world.run(&csv, Cut::After(10)).await.is_none());
    let night = world.sync(&csv).await;
    assert_eq!(night.code(), 0);
    assert!(night.seconds() > 100.0, "{}", night.seconds());
    assert_eq!(world.sandbox.clients().len(), 12);
}

#[tokio::test(start_paused = true)]
async fn updates_and_deletes_that_are_cut_off_anywhere_converge() {
    let first = "client_external_id,name,date_cutoff,family_name,given_name\n\
        A1,見本商事,31,佐藤,一郎\nA1,見本商事,31,鈴木,二郎\nA2,架空工業,,,\nA3,例示商店,,,\n";
    let second = "client_external_id,name,date_cutoff,family_name,given_name\n\
        A1,見本物産,20,佐藤,一郎\nA1,見本物産,20,伊藤,四郎\nA1,見本物産,20,加藤,五郎\nA2,架空電気,,,\n";
    for nth in 1..=11 {
        let cuts = [Cut::Before(nth), Cut::After(nth)];
        // The next run comes when what was cut off can land no more, or at once.
        for (cut, later) in cuts.into_iter().flat_map(|cut| [(cut, true), (cut, false)]) {
            let mut world = TestWorld::new();
            world.on_gone = OnGone::Delete;
            world.pace.concurrency = 1;
            world.sync(first).await;
            world.run(second, cut).await;
            if later {
                world.pass(world.settle).await;
            }
            let night = world.sync(second).await;
            assert_eq!(night.code(), 0, "{cut:?}");
            assert_eq!(world.sync(second).await.sent(), Vec::<String>::new(), "{cut:?}");
            let client = world.client("A1");
            let mut names: Vec<&str> = crate::world::contacts(&client)
                .iter()
                .map(|contact| contact["display_name"].as_str().unwrap())
                .collect();
            names.sort_unstable();
            assert_eq!(names, ["一郎 佐藤", "五郎 加藤", "四郎 伊藤", "見本物産"], "{cut:?}");
            assert_eq!(client["date_cutoff"], 20, "{cut:?}");
            assert_eq!(world.client("A2")["display_name"], "架空電気", "{cut:?}");
            assert!(world.clients_of("A3").is_empty(), "{cut:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_bundled_list_survives_ten_crashes_in_a_row() {
    let world = TestWorld::new();
    let csv = sample("clients.csv");
    for life in 1..=10 {
        world.run(&csv, if life % 2 == 0 { Cut::Before(20 + life) } else { Cut::After(20 + life) }).await;
        world.pass(world.settle).await;
    }
    let night = world.sync(&csv).await;
    assert_eq!(night.code(), 0);
    assert_eq!(world.sandbox.clients().len(), 200);
    assert_eq!(world.sync(&csv).await.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_asked_to_stop_while_the_list_is_read_writes_nothing() {
    let mut world = TestWorld::new();
    world.sync(&companies(150)).await;
    world.lose_ledger();
    let night = world.sync_stopped(&companies(160), 4).await;
    assert_eq!((night.code(), night.writes()), (5, Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_asked_to_stop_while_it_settles_leaves_the_doubt_to_the_next_one() {
    let world = TestWorld::new();
    world.faults("lost-after:POST:/client/:nth=3");
    let csv = companies(3);
    // The seventh request is the last of the three creates, whose answer is lost.
    let night = world.sync_stopped(&csv, 7).await;
    assert_eq!((night.code(), night.result().in_doubt), (5, 1));
    world.pass(world.settle).await;
    let night = world.sync(&csv).await;
    assert_eq!((night.code(), night.result().settled), (0, 1));
    assert_eq!(world.sandbox.clients().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_gone_or_asked_to_stop_at_any_time_leaves_everything_to_be_found_once() {
    let csv = companies(12);
    for time in (20..700).step_by(40).map(Duration::from_millis) {
        for cut in [Cut::In(time), Cut::StopIn(time)] {
            let world = TestWorld::new();
            world.run(&csv, cut).await;
            world.pass(world.settle).await;
            assert_eq!(world.sync(&csv).await.code(), 0, "{cut:?}");
            assert_eq!(world.sandbox.clients().len(), 12, "{cut:?}");
        }
    }
}
