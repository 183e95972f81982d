//! The quota: never more than the limit by the server's clock, and yet as fast as it allows.

use std::time::Duration;

use leapsync::journal::Outcome;
use leapsync::settings::{Adoption, Limits};

use crate::night::line;
use crate::world::{TestWorld, companies};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

#[tokio::test(start_paused = true)]
async fn three_hundred_creates_take_two_minutes_and_never_meet_the_limit() {
    let mut world = TestWorld::new();
    world.latency = Duration::from_millis(150);
    let night = world.sync(&companies(300)).await;
    assert_eq!(night.code(), 0);
    assert_eq!(world.sandbox.clients().len(), 300);
    assert!(night.log.iter().all(|entry| !entry.throttled));
    let most = world.sandbox.requests_in_any(MINUTE);
    assert!((100..=120).contains(&most), "{most}");
    assert!(night.seconds() <= 125.0, "{}", night.seconds());
}

#[tokio::test(start_paused = true)]
async fn eighty_changes_take_seconds() {
    let mut world = TestWorld::new();
    world.latency = Duration::from_millis(150);
    world.sync(&companies(80)).await;
    let changed = companies(80).replace("@example.jp", "@example.com");
    assert_eq!(world.sync(&changed).await.code(), 4, "one field for all of them");
    world.approve();
    world.pass(MINUTE).await;
    let night = world.sync(&changed).await;
    assert_eq!(night.writes().len(), 80);
    assert!(night.seconds() < 6.0, "{}", night.seconds());
}

#[tokio::test(start_paused = true)]
async fn two_runs_in_a_row_share_the_minute() {
    let world = TestWorld::new();
    world.sync(&companies(100)).await;
    let night = world.sync(&companies(200)).await;
    assert_eq!(night.result().created, 100);
    assert!(night.log.iter().all(|entry| !entry.throttled));
    // The minute that the first run filled has to pass first.
    assert!((50.0..=130.0).contains(&night.seconds()), "{}", night.seconds());
}

#[tokio::test(start_paused = true)]
async fn a_day_that_is_used_up_ends_the_run_and_the_next_day_goes_on_and_finishes() {
    let mut world = TestWorld::new();
    world.pace.limits = Limits { per_minute: Some(120), per_day: Some(50) };
    world.sandbox.set_limits(Some(120), Some(50));
    let csv = companies(80);
    let first = world.sync(&csv).await;
    assert_eq!(first.end(), (5, vec!["day_quota"]));
    let done = usize::try_from(first.result().created).unwrap();
    assert_eq!(world.sandbox.clients().len(), done);
    assert_eq!(first.result().remaining, 80 - first.result().created);
    assert!(done >= 45, "{done}");
    assert!(first.endings().any(|ending| ending.outcome == Outcome::Remaining));
    let wait = first.summary.exit.resume_at.unwrap().duration_since(first.summary.finished_at);
    assert!((23 * 3_600..=24 * 3_600).contains(&wait.as_secs()), "{wait}");

    let same_day = world.sync(&csv).await;
    assert_eq!(same_day.code(), 5);
    assert_eq!(same_day.writes(), Vec::<String>::new());

    world.pass(DAY).await;
    let second = world.sync(&csv).await;
    assert_eq!(second.end(), (0, vec!["in_sync"]));
    assert_eq!(world.sandbox.clients().len(), 80);
    assert!(world.sandbox.log().iter().all(|entry| !entry.throttled));
}

#[tokio::test(start_paused = true)]
async fn after_a_429_everything_waits_as_long_as_it_was_told() {
    let world = TestWorld::new();
    world.faults("429-storm:POST:/client/:nth=5:for=40s");
    let night = world.sync(&companies(20)).await;
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    assert_eq!(world.sandbox.clients().len(), 20);
    assert_eq!(night.count("POST /client/"), 21);
    let refused = night.log.iter().find(|entry| entry.throttled).unwrap().at;
    let told = jiff::SignedDuration::from_secs(40);
    // What was in flight already comes in at once; nothing else before the wait is over.
    let early = night.log.iter().filter(|entry| {
        let after = entry.at.duration_since(refused);
        after > jiff::SignedDuration::from_millis(100) && after < told
    });
    assert_eq!(early.count(), 0);
    assert!(night.seconds() >= 40.0);
}

#[tokio::test(start_paused = true)]
async fn a_429_of_every_shape_is_survived() {
    let shapes = ["429-storm-absent", "429-storm-negative", "429-storm-date"];
    for shape in shapes {
        let world = TestWorld::new();
        world.faults(&format!("{shape}:POST:/client/:every=4:times=3"));
        let night = world.sync(&companies(12)).await;
        assert_eq!(night.end(), (0, vec!["in_sync"]), "{shape}");
        assert_eq!(world.sandbox.clients().len(), 12, "{shape}");
        assert_eq!(night.count("POST /client/"), 15, "{shape}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_of_years_ends_the_run_at_once_and_says_so() {
    let world = TestWorld::new();
    world.faults("429-storm-huge:POST:/client/:nth=3");
    let night = world.sync(&companies(12)).await;
    assert_eq!(night.end(), (5, vec!["day_quota"]));
    assert!(night.seconds() < 60.0, "{}", night.seconds());
    world.faults("");
    assert_eq!(world.sync(&companies(12)).await.code(), 0);
    assert_eq!(world.sandbox.clients().len(), 12);
}

#[tokio::test(start_paused = true)]
async fn a_crash_does_not_make_the_next_run_forget_what_the_minute_holds() {
    let world = TestWorld::new();
    let csv = companies(150);
    assert!(world.run(&csv, crate::world::Cut::After(100)).await.is_none());
    let night = world.sync(&csv).await;
    assert!(night.log.iter().all(|entry| !entry.throttled));
    world.pass(world.settle).await;
    assert_eq!(world.sync(&csv).await.code(), 0);
    assert_eq!(world.sandbox.clients().len(), 150);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_allows_less_than_it_documents_is_served_all_the_same() {
    let world = TestWorld::new();
    world.sandbox.set_limits(Some(30), Some(5_000));
    let night = world.sync(&companies(70)).await;
    assert_eq!((night.code(), world.sandbox.clients().len()), (0, 70));
    assert_eq!(night.log.iter().filter(|entry| entry.committed && entry.method == "POST").count(), 70);
}

#[tokio::test(start_paused = true)]
async fn limits_that_are_lowered_midway_are_survived() {
    let world = TestWorld::new();
    world.faults("lower-limits:POST:/client/:nth=20:to=10");
    let night = world.sync(&companies(40)).await;
    world.faults("");
    if night.code() != 0 {
        world.pass(MINUTE).await;
        assert_eq!(world.sync(&companies(40)).await.code(), 0);
    }
    assert_eq!(world.sandbox.clients().len(), 40);
}

#[tokio::test(start_paused = true)]
async fn two_requests_a_minute_are_slow_and_enough() {
    let mut world = TestWorld::new();
    world.pace.limits.per_minute = Some(2);
    world.sandbox.set_limits(Some(2), None);
    let csv = "client_external_id,name,family_name\nA1,見本商事,佐藤\n";
    assert_eq!(world.sync(csv).await.code(), 0);
    let more = format!("{csv}A1,見本商事,鈴木\n");
    let in_time = tokio::time::timeout(DAY, world.sync(&more)).await;
    assert_eq!(in_time.unwrap().code(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_doubt_whose_list_the_day_does_not_allow_is_left_to_the_next_day_unread() {
    let mut world = TestWorld::new();
    world.pace.limits = Limits { per_minute: Some(120), per_day: Some(30) };
    world.adoption = Adoption::Skip;
    world.faults("lost-after:POST:/client/:nth=1");
    let first = world.sync_stopped(&companies(26), 28).await;
    assert_eq!(first.result().in_doubt, 1);
    world.pass(world.settle).await;
    let second = world.sync(&companies(26)).await;
    assert_eq!(second.end(), (5, vec!["in_doubt", "day_quota"]));
    let lists = second.log.iter().filter(|entry| line(entry).starts_with("GET /client/")).count();
    assert_eq!((lists, second.writes()), (0, Vec::<String>::new()));
    let wait = second.summary.exit.resume_at.unwrap().duration_since(second.summary.finished_at);
    world.pass(Duration::try_from(wait).unwrap()).await;
    world.pass(MINUTE).await;
    assert_eq!(world.sync(&companies(26)).await.code(), 0);
    assert_eq!(world.sandbox.clients().len(), 26);
}
