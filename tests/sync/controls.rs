//! The proof that each check of what must hold after every run can fail.

use serde_json::Value;

use crate::check::{faults, faults_of_world};
use crate::night::Night;
use crate::world::{Cut, TestWorld, companies};

/// A night that is all right, to be spoilt.
async fn good_night(world: &TestWorld) -> Night {
    world.sync(&companies(3)).await
}

#[tokio::test(start_paused = true)]
async fn a_row_that_did_not_end_is_seen() {
    let world = TestWorld::new();
    let mut night = good_night(&world).await;
    let at = night.events.iter().position(|event| matches!(event, leapsync::event::Event::Ended(_)));
    night.events.remove(at.unwrap());
    let faults = faults(&world, &night);
    assert!(faults[0].starts_with("rows [2, 3, 4] ended as"), "{faults:?}");
    assert!(faults[1].starts_with("result lines"), "{faults:?}");
}

#[tokio::test(start_paused = true)]
async fn figures_that_do_not_add_up_are_seen() {
    let world = TestWorld::new();
    let mut night = good_night(&world).await;
    night.summary.result.as_mut().unwrap().created = 2;
    assert_eq!(faults(&world, &night), ["clients of the file and their ends: 3 is not 2"]);
}

#[tokio::test(start_paused = true)]
async fn a_secret_in_the_summary_is_seen() {
    let world = TestWorld::new();
    let mut night = good_night(&world).await;
    night.summary.command = world.secrets.lock().unwrap().last().unwrap().clone();
    assert_eq!(faults(&world, &night), ["a secret stands in summary or events"]);
}

#[tokio::test(start_paused = true)]
async fn a_twin_is_seen() {
    let world = TestWorld::new();
    good_night(&world).await;
    let contact = serde_json::json!({"contact_type": "organization", "name": "見本商事1"});
    world.sandbox.add_client(&serde_json::json!({"client_external_id": "C001", "contacts": [contact]}));
    assert_eq!(faults_of_world(&world), ["two clients carry C001"]);
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_was_not_kept_is_seen() {
    let mut world = TestWorld::new();
    good_night(&world).await;
    world.pace.limits.per_minute = Some(6);
    assert_eq!(faults_of_world(&world), ["8 of 6 in 60s"]);
}

#[tokio::test(start_paused = true)]
async fn a_post_without_an_intent_is_seen() {
    let world = TestWorld::new();
    good_night(&world).await;
    let secret = world.secrets.lock().unwrap().last().unwrap().clone();
    let post = http::Request::post(format!(
        "http://127.0.0.1:8787/api/partner/{}/client/",
        world.sandbox.partner_mid()
    ));
    let body = serde_json::json!({"client_external_id": "C001", "contacts": Value::Null});
    let post = post
        .header("authorization", format!("Bearer {secret}"))
        .header("content-type", "application/json")
        .body(body.to_string().into());
    world.sandbox.answer(&post.unwrap());
    assert_eq!(faults_of_world(&world), ["POST 2 of C001 had no intent"]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_cut_off_leaves_no_night() {
    let world = TestWorld::new();
    assert!(world.run(&companies(3), Cut::Before(6)).await.is_none());
    assert_eq!(world.sandbox.clients().len(), 0);
}
