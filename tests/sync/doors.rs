//! What ends a run before it begins: another account, another run, wrong credentials.

use std::time::Duration;

use leapsync::clock::Clock;
use leapsync::ledger::Ledger;
use leapsync::sandbox::{Options, Sandbox};

use crate::world::{TestWorld, companies};

#[tokio::test(start_paused = true)]
async fn a_ledger_of_another_server_is_refused_before_anything_is_sent() {
    let mut world = TestWorld::new();
    world.sync(&companies(2)).await;
    world.origin = "http://127.0.0.1:9999".to_owned();
    let night = world.sync(&companies(3)).await;
    assert_eq!(night.end(), (1, vec!["other_account"]));
    assert_eq!(night.log, []);
}

#[tokio::test(start_paused = true)]
async fn a_ledger_of_another_partner_is_refused_before_anything_is_written() {
    let mut world = TestWorld::new();
    world.sync(&companies(2)).await;
    let other = Options { seed: 2, ..Options::default() };
    world.sandbox = Sandbox::new(other, Clock::starting_at(world.clock.now())).unwrap().into();
    world.secret = world.sandbox.client_secret().to_owned();
    let night = world.sync(&companies(3)).await;
    assert_eq!(night.end(), (1, vec!["other_account"]));
    assert_eq!(night.sent(), Vec::<String>::new());
    assert_eq!(world.sandbox.clients().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_second_run_beside_the_first_is_refused() {
    let world = TestWorld::new();
    world.sync(&companies(2)).await;
    let held = Ledger::open(&world.ledger_path()).unwrap();
    let night = world.sync(&companies(3)).await;
    assert_eq!(night.end(), (7, vec!["locked"]));
    assert_eq!(night.log, []);
    drop(held);
    assert_eq!(world.sync(&companies(3)).await.code(), 0);
}

#[tokio::test(start_paused = true)]
async fn wrong_credentials_end_the_run_and_nothing_is_sent() {
    let mut world = TestWorld::new();
    world.secret = "not-the-secret".to_owned();
    let night = world.sync(&companies(3)).await;
    assert_eq!(night.end(), (1, vec!["credentials"]));
    let statuses: Vec<u16> = night.log.iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [401]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_cannot_be_reached_can_be_tried_again_later() {
    let world = TestWorld::new();
    world.faults("503-before");
    let night = world.sync(&companies(3)).await;
    assert_eq!(night.end(), (5, vec!["unreachable"]));
    world.faults("");
    assert_eq!(world.sync(&companies(3)).await.code(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_cannot_be_understood_ends_the_run_before_anything_is_sent() {
    let world = TestWorld::new();
    for (csv, reason) in
        [("", "input"), ("name\n見本商事\n", "mapping"), ("client_external_id,name\nA,\"x", "input")]
    {
        let night = world.run_unchecked(csv, crate::world::Cut::Never).await.unwrap();
        assert_eq!((night.end(), night.log.len()), ((1, vec![reason]), 0), "{csv}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_taken_back_midway_is_renewed_once() {
    let world = TestWorld::new();
    world.faults("revoke-token:POST:/client/:nth=10");
    let night = world.sync(&companies(30)).await;
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    assert_eq!(world.sandbox.clients().len(), 30);
    assert_eq!(night.count("POST /user/oauth2/token/"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_grows_old_midway_is_renewed() {
    let options = Options { token_lifetime: Duration::from_mins(1), ..Options::default() };
    let world = TestWorld::with(options);
    let night = world.sync(&companies(200)).await;
    assert_eq!((night.code(), world.sandbox.clients().len()), (0, 200));
}

#[tokio::test(start_paused = true)]
async fn credentials_that_are_refused_midway_end_the_run_and_it_can_be_run_again() {
    let world = TestWorld::new();
    world.faults("revoke-token:POST+GET:/client/:every=1");
    let night = world.sync(&companies(5)).await;
    assert_eq!(night.code(), 5);
    assert_eq!(world.sandbox.clients().len(), 0);
    world.faults("");
    assert_eq!(world.sync(&companies(5)).await.code(), 0);
    assert_eq!(world.sandbox.clients().len(), 5);
}
