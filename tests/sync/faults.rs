//! Answers that are lost, late or broken: at the end there is one client for each id, and it is what the file says.

use std::time::Duration;

use leapsync::journal::Outcome;
use serde_json::json;

use crate::night::Night;
use crate::world::{TestWorld, companies, contacts, mid};

/// Runs until a run ends with 0, letting the settle time pass between them; at most five times.
async fn until_in_sync(world: &TestWorld, csv: &str) -> Vec<Night> {
    let mut nights = Vec::new();
    for _ in 0..5 {
        nights.push(world.sync(csv).await);
        if nights.last().unwrap().code() == 0 {
            return nights;
        }
        world.pass(world.settle).await;
    }
    panic!("still {:?} after five runs", nights.last().unwrap().end());
}

/// The server holds the companies of `companies(count)`, each once and as the file says.
#[track_caller]
fn assert_all_there(world: &TestWorld, count: u32) {
    // A list that is shifted while it is read shows a client without an id, which may stay.
    let strangers = world.clients_of("").len();
    assert_eq!(world.sandbox.clients().len() - strangers, count as usize);
    for n in 1..=count {
        let client = world.client(&format!("C{n:03}"));
        assert_eq!(client["display_name"], format!("見本商事{n}"));
        assert_eq!(contacts(&client)[0]["email"], json!({"address": format!("c{n}@example.jp")}));
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_becomes_of_the_answer_to_a_post_there_is_one_client_for_each_id() {
    let faults = [
        "lost-before",
        "lost-after",
        "reset",
        "truncated",
        "garbled",
        "html-502",
        "5xx-after",
        "503-before",
        "late-commit:for=20s",
        "redirect",
        "not-json-2xx",
        "delay:for=10s",
        "dribble",
    ];
    for fault in faults {
        let world = TestWorld::new();
        world.faults(&format!("{fault}:POST:/client/:every=4"));
        let nights = until_in_sync(&world, &companies(20)).await;
        assert_all_there(&world, 20);
        assert!(nights.len() <= 2, "{fault}: {}", nights.len());
        let quiet = world.sync(&companies(20)).await;
        assert_eq!(quiet.sent(), Vec::<String>::new(), "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_is_lost_is_settled_in_the_same_run_by_one_reading_of_the_list() {
    let world = TestWorld::new();
    world.faults("lost-after:POST:/client/:every=3");
    let night = world.sync(&companies(6)).await;
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    assert_eq!((night.count("POST /client/"), night.result().created), (6, 6));
    // Read at the start because the ledger is new, and once more for both doubts together; live, archived, and a last
    // look at the live list.
    assert_eq!(night.count("GET /client/"), 6);
    assert!(night.seconds() >= 120.0, "{}", night.seconds());
    assert_all_there(&world, 6);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_never_arrived_is_sent_again_only_after_the_settle_time() {
    let world = TestWorld::new();
    world.faults("lost-before:POST:/client/:nth=2");
    let night = world.sync(&companies(3)).await;
    assert_eq!((night.code(), night.count("POST /client/"), night.result().created), (0, 4, 3));
    let of = |id: &str| -> Vec<_> {
        let is_of = |body: &serde_json::Value| body["client_external_id"] == id;
        let posts = night.log.iter().filter(|entry| entry.body.as_ref().is_some_and(is_of));
        posts.map(|entry| entry.at).collect()
    };
    let posts = of("C002");
    assert_eq!(posts.len(), 2);
    assert!(posts[1].duration_since(posts[0]) >= jiff::SignedDuration::from_mins(2));
    assert_all_there(&world, 3);
}

#[tokio::test(start_paused = true)]
async fn a_commit_that_lands_late_is_found_and_not_doubled() {
    let world = TestWorld::new();
    world.faults("late-commit:POST:/client/:nth=2:for=115s");
    let night = world.sync(&companies(3)).await;
    assert_eq!((night.code(), night.count("POST /client/")), (0, 3));
    assert_all_there(&world, 3);
}

#[tokio::test(start_paused = true)]
async fn a_settle_time_that_is_too_short_for_a_late_commit_makes_a_twin_that_the_checks_see() {
    let mut world = TestWorld::new();
    world.settle = Duration::from_secs(1);
    world.faults("late-commit:POST:/client/:nth=2:for=60s");
    let night = world.run_unchecked(&companies(3), crate::world::Cut::Never).await.unwrap();
    assert_eq!(night.count("POST /client/"), 4);
    world.pass(Duration::from_mins(1)).await;
    assert_eq!(crate::check::faults_of_world(&world), ["two clients carry C002"]);
}

#[tokio::test(start_paused = true)]
async fn doubts_of_an_earlier_run_are_settled_before_anything_is_planned() {
    let world = TestWorld::new();
    world.faults("lost-after:POST:/client/:every=2");
    let csv = companies(5);
    // The run is asked to stop before the settle time is over.
    let night = world.sync_stopped(&csv, 9).await;
    assert_eq!(night.code(), 5);
    let doubtful = night.result().in_doubt;
    assert!(doubtful > 0);
    world.faults("");
    world.pass(world.settle).await;
    let night = world.sync(&csv).await;
    assert_eq!((night.code(), night.result().settled), (0, doubtful));
    assert_eq!(
        world.sandbox.log().iter().filter(|entry| entry.committed && entry.method == "POST").count(),
        5
    );
    assert_all_there(&world, 5);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_a_patch_converges() {
    for fault in ["lost-before", "lost-after", "5xx-after", "503-before", "garbled", "truncated"] {
        let world = TestWorld::new();
        world.sync(&companies(8)).await;
        world.faults(&format!("{fault}:PATCH:/contact/:every=3"));
        let csv = companies(8).replace("@example.jp", "@example.com");
        until_in_sync(&world, &csv).await;
        for n in 1..=8 {
            let client = world.client(&format!("C{n:03}"));
            assert_eq!(contacts(&client)[0]["email"]["address"], format!("c{n}@example.com"), "{fault}");
        }
        assert_eq!(world.sync(&csv).await.sent(), Vec::<String>::new(), "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_patch_that_never_gets_an_answer_is_read_again_before_another_is_sent() {
    let world = TestWorld::new();
    world.sync(&companies(2)).await;
    world.faults("lost-after:PATCH");
    let csv = companies(2).replace("c1@", "neu@");
    let night = world.sync(&csv).await;
    assert_eq!((night.code(), night.result().updated), (0, 1));
    assert_eq!(night.count(&format!("GET /client/{}/", mid(&world.client("C001")))), 1);
    assert_eq!(world.contact("C001", "見本商事1")["email"]["address"], "neu@example.jp");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_a_delete_converges() {
    for fault in ["lost-before", "lost-after", "5xx-after", "503-before"] {
        let mut world = TestWorld::new();
        world.on_gone = leapsync::settings::OnGone::Delete;
        world.sync(&companies(8)).await;
        world.faults(&format!("{fault}:DELETE:/client/:nth=1"));
        let night = world.sync(&companies(6)).await;
        assert_eq!((night.code(), night.result().deleted), (0, 2), "{fault}");
        assert_all_there(&world, 6);
    }
}

#[tokio::test(start_paused = true)]
async fn a_delete_that_never_gets_an_answer_is_settled_by_reading_the_client() {
    let mut world = TestWorld::new();
    world.on_gone = leapsync::settings::OnGone::Delete;
    world.sync(&companies(4)).await;
    world.faults("5xx-after:DELETE:/client/:times=1,html-502:DELETE:/client/");
    let night = world.sync(&companies(3)).await;
    assert_eq!((night.code(), night.outcome("C004")), (0, Outcome::Done));
    assert_all_there(&world, 3);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_a_new_person_makes_no_second_one() {
    let header = "client_external_id,name,family_name,given_name\n";
    for fault in ["lost-before", "lost-after", "5xx-after", "garbled", "late-commit:for=20s"] {
        let world = TestWorld::new();
        world.sync(&format!("{header}A1,見本商事,佐藤,一郎\n")).await;
        world.faults(&format!("{fault}:PATCH:/client/:nth=1"));
        let csv = format!("{header}A1,見本商事,佐藤,一郎\nA1,見本商事,鈴木,二郎\n");
        until_in_sync(&world, &csv).await;
        let client = world.client("A1");
        let names: Vec<_> = contacts(&client).iter().map(|c| c["display_name"].clone()).collect();
        assert_eq!(names, ["見本商事", "一郎 佐藤", "二郎 鈴木"], "{fault}");
        assert_eq!(world.sync(&csv).await.sent(), Vec::<String>::new(), "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_whose_answer_was_lost_is_ours_and_goes_when_its_row_goes() {
    let header = "client_external_id,name,family_name,given_name\n";
    let world = TestWorld::new();
    let one = format!("{header}A1,見本商事,佐藤,一郎\n");
    world.sync(&one).await;
    world.faults("lost-after:PATCH:/client/:nth=1");
    until_in_sync(&world, &format!("{one}A1,見本商事,鈴木,二郎\n")).await;
    world.faults("");
    let night = world.sync(&one).await;
    assert_eq!(night.writes().len(), 1, "{:?}", night.writes());
    assert_eq!(contacts(&world.client("A1")).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_call_that_fails_is_tried_again() {
    let world = TestWorld::new();
    world.faults("503-before:POST:/user/:times=2,lost-after:GET:/api/partner/:times=2");
    let night = world.sync(&companies(2)).await;
    assert_eq!((night.code(), night.summary.requests.unwrap().retried), (0, 4));
    assert_all_there(&world, 2);
}

#[tokio::test(start_paused = true)]
async fn everything_goes_wrong_now_and_then_and_still_everything_is_there_once() {
    for seed in 1..=12 {
        let world = TestWorld::with(leapsync::sandbox::Options { seed, ..Default::default() });
        let everything = "lost-after:POST+PATCH+DELETE:p=0.08,lost-before:p=0.05,5xx-after:p=0.05,503-before:p=0.04,\
            reset:p=0.04,garbled:p=0.03,html-502:p=0.03,late-commit:POST+PATCH:p=0.05:for=60s,\
            not-json-2xx:p=0.03,redirect:p=0.02,revoke-token:p=0.02,429-storm:p=0.02,429-storm-absent:p=0.01,\
            delay:p=0.03:for=20s,list-shift:p=0.05";
        world.faults(everything);
        let csv = companies(40);
        for _ in 0..6 {
            world.sync(&csv).await;
            world.pass(world.settle).await;
        }
        world.faults("");
        world.sync(&csv).await;
        world.pass(world.settle).await;
        let night = world.sync(&csv).await;
        assert_eq!(night.end(), (0, vec!["in_sync"]), "seed {seed}");
        world.pass(world.settle).await;
        assert_eq!(world.sync(&csv).await.sent(), Vec::<String>::new(), "seed {seed}");
        assert_all_there(&world, 40);
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_that_lands_late_does_not_overwrite_a_newer_one() {
    let world = TestWorld::new();
    world.sync(&companies(1)).await;
    world.faults("late-commit:PATCH:nth=1:for=60s");
    world.sync(&companies(1).replace("@example.jp", "@example.com")).await;
    world.faults("");
    let newest = companies(1).replace("@example.jp", "@example.org");
    world.sync(&newest).await;
    world.pass(world.settle).await;
    world.sync(&newest).await;
    assert_eq!(contacts(&world.client("C001"))[0]["email"], json!({"address": "c1@example.org"}));
}
