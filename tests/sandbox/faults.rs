//! Every fault, in process: what the sender sees, and whether the account was changed.

use std::time::Duration;

use leapsync::sandbox::{Fault, FaultPlan, FaultRule, ListOrder, Options, Switches};
use leapsync::wire::TransportError;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::world::{Answer, World, company, text};

async fn struck(plan: &str) -> World {
    let world = World::new().await;
    world.sandbox.set_faults(plan.parse().unwrap());
    world
}

async fn create(world: &World) -> Result<Answer, TransportError> {
    world.send(world.request("POST", "/client/", Some(&company("C-1", "Example")))).await
}

fn clients(world: &World) -> usize {
    world.sandbox.clients().len()
}

#[tokio::test]
async fn an_answer_lost_before_the_commit_leaves_nothing_and_costs_nothing() {
    let world = struck("lost-before:POST").await;
    assert!(matches!(create(&world).await, Err(TransportError::Lost(_))));
    assert_eq!(clients(&world), 0);
    let entry = world.sandbox.log().pop().unwrap();
    assert_eq!((entry.status, entry.fault, entry.committed), (0, Some("lost-before"), false));
    assert_eq!(world.sandbox.requests_in_any(Duration::from_mins(1)), 1);
}

#[tokio::test]
async fn a_connection_that_was_never_made_reaches_nobody() {
    let world = struck("no-connection:POST").await;
    assert!(matches!(create(&world).await, Err(TransportError::NotConnected(_))));
    assert_eq!((clients(&world), world.sandbox.requests_in_any(Duration::from_mins(1))), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_transport_with_a_time_out_gives_up_while_the_server_goes_on() {
    use leapsync::wire::Transport;
    let world = struck("delay:POST:for=60s").await;
    let impatient = world.local.clone().with_timeout(Duration::from_secs(10));
    let began = Instant::now();
    let answer =
        impatient.send(world.request("POST", "/client/", Some(&company("C-1", "Example"))), 10_000).await;
    assert_eq!((answer.unwrap_err(), began.elapsed().as_secs()), (TransportError::TimedOut, 10));
    assert_eq!(clients(&world), 1);
}

#[tokio::test]
async fn an_answer_lost_after_the_commit_leaves_a_client() {
    let world = struck("lost-after:POST").await;
    assert!(matches!(create(&world).await, Err(TransportError::Lost(_))));
    assert_eq!(clients(&world), 1);
    let entry = world.sandbox.log().pop().unwrap();
    assert_eq!((entry.status, entry.fault, entry.committed), (201, Some("lost-after"), true));
}

#[tokio::test]
async fn a_reset_may_fall_on_either_side_of_the_commit() {
    let world = struck("reset:POST").await;
    for _ in 0..20 {
        assert!(matches!(create(&world).await, Err(TransportError::Lost(_))));
    }
    assert!((1..20).contains(&clients(&world)), "{}", clients(&world));
    let committed = world.sandbox.log().iter().filter(|entry| entry.committed).count();
    assert_eq!(committed, clients(&world));
}

#[tokio::test]
async fn a_truncated_answer_is_a_lost_one_and_its_client_is_there() {
    let world = struck("truncated:POST").await;
    assert!(matches!(create(&world).await, Err(TransportError::Lost(_))));
    assert_eq!(clients(&world), 1);
}

#[tokio::test]
async fn a_garbled_answer_has_its_status_but_is_not_json() {
    let world = struck("garbled:POST").await;
    let answer = create(&world).await.unwrap();
    assert_eq!((answer.status, answer.json(), clients(&world)), (201, Value::Null, 1));
}

#[tokio::test]
async fn a_proxys_502_and_503_are_html_and_the_api_saw_nothing() {
    for (plan, status) in [("html-502:POST", 502), ("503-before:POST", 503)] {
        let world = struck(plan).await;
        let answer = create(&world).await.unwrap();
        assert_eq!((answer.status, clients(&world)), (status, 0));
        assert!(
            answer.text.starts_with("<html>")
                && answer.header("content-type").unwrap().starts_with("text/html")
        );
    }
}

#[tokio::test]
async fn a_server_error_after_the_commit_leaves_a_client() {
    let world = struck("5xx-after:POST").await;
    assert_eq!((create(&world).await.unwrap().status, clients(&world)), (500, 1));
    assert!(world.sandbox.log().pop().unwrap().committed);
}

#[tokio::test]
async fn a_success_that_is_not_json_has_committed() {
    let world = struck("not-json-2xx:POST").await;
    let answer = create(&world).await.unwrap();
    assert_eq!((answer.status, answer.json(), clients(&world)), (201, Value::Null, 1));
}

#[tokio::test(start_paused = true)]
async fn a_late_commit_lands_by_the_clock() {
    let world = struck("late-commit:POST:for=90s").await;
    assert!(matches!(create(&world).await, Err(TransportError::Lost(_))));
    assert!(!world.sandbox.log().pop().unwrap().committed);
    sleep(Duration::from_secs(89)).await;
    assert_eq!(clients(&world), 0);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(world.get("/client/").await.json()["meta"]["count"], 1);
    let entry = world.sandbox.log().into_iter().rfind(|entry| entry.fault.is_some()).unwrap();
    assert_eq!((entry.status, entry.committed), (201, true));
    assert_eq!(entry.landed_at.unwrap().to_string(), "2026-03-01T00:01:30Z");
}

#[tokio::test]
async fn a_late_commit_strikes_no_reading_request() {
    let world = struck("late-commit").await;
    assert_eq!(world.get("/client/").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_delay_and_a_dribble_take_their_time() {
    for (plan, expected) in [("delay:for=5s", 5_000), ("dribble:for=300ms", 3_000)] {
        let world = struck(plan).await;
        let began = Instant::now();
        assert_eq!(create(&world).await.unwrap().status, 201);
        assert_eq!(began.elapsed().as_millis(), expected, "{plan}");
    }
}

#[tokio::test]
async fn a_revoked_token_is_noticed_by_the_request_itself() {
    let world = struck("revoke-token:POST:every=2").await;
    assert_eq!(create(&world).await.unwrap().status, 201);
    assert_eq!(create(&world).await.unwrap().status, 401);
    assert_eq!(world.get("/").await.status, 401);
}

#[tokio::test(start_paused = true)]
async fn storms_come_with_every_kind_of_retry_after() {
    let cases = [
        ("429-storm:for=9s", Some("9")),
        ("429-storm-absent", None),
        ("429-storm-negative", Some("-7")),
        ("429-storm-huge", Some("999999999")),
        ("429-storm-date:for=90s", Some("Sun, 01 Mar 2026 00:01:30 GMT")),
    ];
    for (plan, expected) in cases {
        let world = World::without_token(Options { faults: plan.parse().unwrap(), ..Options::default() });
        let answer = create(&world).await.unwrap();
        assert_eq!((answer.status, answer.header("retry-after")), (429, expected), "{plan}");
        assert!(text(&answer.json(), "detail").starts_with("Request was throttled."));
        assert!(world.sandbox.log().pop().unwrap().throttled);
    }
}

#[tokio::test]
async fn limits_can_be_lowered_while_requests_come() {
    let world = struck("lower-limits:times=1:to=2").await;
    assert_eq!(world.get("/").await.status, 200);
    assert_eq!(world.get("/").await.status, 429);
    let world = struck("lower-limits:times=1").await;
    world.get("/").await;
    assert_eq!(world.sandbox.limits(), (Some(60), Some(5_000)));
}

#[tokio::test]
async fn a_shifting_list_repeats_a_row_and_loses_one() {
    for list_order in [ListOrder::OldestFirst, ListOrder::NewestFirst] {
        let switches = Switches { list_order, ..Switches::default() };
        let world = World::with(Options { seed_clients: 6, switches, ..Options::default() }).await;
        let page = async |number: u32| {
            let list = world.get(&format!("/client/?page_size=3&page={number}")).await.response();
            list.as_array().unwrap().iter().map(|client| text(client, "mid").to_owned()).collect::<Vec<_>>()
        };
        let (first, second) = (page(1).await, page(2).await);
        world.sandbox.set_faults("list-shift".parse().unwrap());
        assert_eq!(page(2).await, [first[2].clone(), second[0].clone(), second[1].clone()]);
        assert_eq!(clients(&world), 7);
        assert_eq!(page(2).await, second);
        assert_eq!(clients(&world), 6);
    }
}

#[tokio::test]
async fn a_write_can_be_redirected_and_is_not_done() {
    let world = struck("redirect").await;
    let answer = create(&world).await.unwrap();
    assert_eq!(
        (answer.status, answer.header("location"), clients(&world)),
        (301, Some(world.url("/client/").as_str()), 0)
    );
    assert_eq!(world.get("/client/").await.status, 200);
}

#[tokio::test]
async fn rules_strike_by_number_by_multiple_and_no_more_often_than_told() {
    let statuses = async |plan: &str| {
        let world = struck(plan).await;
        let mut statuses = Vec::new();
        for _ in 0..6 {
            statuses.push(world.get("/").await.status);
        }
        statuses
    };
    assert_eq!(statuses("503-before:nth=2").await, [200, 503, 200, 200, 200, 200]);
    assert_eq!(statuses("503-before:every=3").await, [200, 200, 503, 200, 200, 503]);
    assert_eq!(statuses("503-before:times=2").await, [503, 503, 200, 200, 200, 200]);
    assert_eq!(statuses("503-before:/client/").await, [200; 6]);
    assert_eq!(statuses("503-before:nth=1,html-502:nth=2").await, [503, 502, 200, 200, 200, 200]);
}

#[tokio::test]
async fn chance_is_the_same_for_the_same_seed() {
    let pattern = async |seed| {
        let faults = "503-before:GET:p=0.5".parse().unwrap();
        let world = World::with(Options { seed, faults, ..Options::default() }).await;
        let mut pattern = Vec::new();
        for _ in 0..32 {
            pattern.push(world.get("/").await.status);
        }
        pattern
    };
    let one = pattern(3).await;
    assert_eq!(one, pattern(3).await);
    assert_ne!(one, pattern(4).await);
    assert!(one.contains(&200) && one.contains(&503));
}

#[tokio::test]
async fn every_fault_leaves_the_log_and_the_account_in_agreement() {
    for fault in Fault::ALL {
        let plan =
            FaultPlan { rules: vec![FaultRule { lasts: Some(Duration::ZERO), ..FaultRule::always(fault) }] };
        let world = World::new().await;
        world.sandbox.set_faults(plan.clone());
        assert_eq!(world.sandbox.faults(), plan);
        let _ = create(&world).await;
        let made = world.sandbox.clients().len();
        let entry = world.sandbox.log().pop().unwrap();
        assert_eq!(made, usize::from(entry.committed), "{fault}");
        assert_eq!(entry.fault.is_some(), fault != Fault::ListShift, "{fault}");
    }
}

#[tokio::test]
async fn nobody_answers_for_another_host() {
    let world = World::new().await;
    let request = world.request("GET", "http://127.0.0.2/api/", None);
    assert!(matches!(world.send(request).await, Err(TransportError::NotConnected(_))));
}

#[tokio::test]
async fn an_answer_larger_than_the_cap_is_not_handed_over() {
    use leapsync::wire::Transport;
    let world = World::new().await;
    let answer = world.local.send(world.request("GET", "/", None), 10).await;
    assert_eq!(answer.unwrap_err(), TransportError::TooLarge(10));
}

#[tokio::test(start_paused = true)]
async fn the_in_process_door_takes_its_latency() {
    use leapsync::wire::Transport;
    let world = World::new().await;
    let slow = world.sandbox.local(Duration::from_millis(80));
    let began = Instant::now();
    slow.send(world.request("GET", "/", None), 10_000).await.unwrap();
    assert_eq!(began.elapsed().as_millis(), 80);
    assert_eq!(world.sandbox.log().pop().unwrap().at.to_string(), "2026-03-01T00:00:00.04Z");
    assert_eq!(json!(world.sandbox.log().pop().unwrap())["status"], 200);
}
