//! The table of codes and reasons: each reached by exactly its scenario, alone, and none of them forgotten.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use leapsync::ledger::Ledger;
use leapsync::settings::{Budget, Limits, OnGone};
use serde_json::{Value, json};

use crate::night::Night;
use crate::world::{Cut, TestWorld, Twins, companies, mid};

type Told = Pin<Box<dyn Future<Output = Night>>>;
type Scenario = fn() -> Told;

/// Code, reason, and the scenario that reaches them.
const TABLE: [(u8, &str, Scenario); 28] = [
    (0, "in_sync", || story(async |world| world.sync(&companies(3)).await)),
    (6, "changes", || story(async |world| world.plan(&companies(3)).await)),
    (3, "rejected", || story(async |world| world.sync(&with_mail("no-address")).await)),
    (3, "refused", || story(async |world| world.sync(&with_mail("kari..no@docomo.ne.jp")).await)),
    (3, "blocked", || story(blocked)),
    (3, "conflict", || story(conflict)),
    (3, "missing", || story(missing)),
    (3, "in_doubt", || story(in_doubt)),
    (4, "deletes_held", || story(deletes_held)),
    (4, "changes_held", || story(changes_held)),
    (4, "run_held", || story(run_held)),
    (4, "mapping_changed", || story(mapping_changed)),
    (5, "day_quota", || story(day_quota)),
    (5, "max_requests", || story(async |world| budget(world, Some(5), None).await)),
    (5, "max_duration", || story(async |world| budget(world, None, Some(Duration::from_secs(2))).await)),
    (5, "signal", || story(async |world| world.sync_stopped(&companies(60), 20).await)),
    (5, "unreachable", || story(async |world| faulty(world, "503-before", 3).await)),
    (5, "credentials_refused", || story(async |world| faulty(world, "revoke-token:POST:/client/", 3).await)),
    (5, "doubtful", || story(doubtful)),
    (5, "refused_alike", || story(refused_alike)),
    (5, "list_unread", || story(list_unread)),
    (1, "input", || story(async |world| world.sync("").await)),
    (1, "mapping", || story(async |world| world.sync("name\n見本商事\n").await)),
    (1, "credentials", || story(credentials)),
    (1, "other_account", || story(other_account)),
    (1, "ledger", || story(ledger)),
    (1, "plan_out_of_date", || story(plan_out_of_date)),
    (7, "locked", || story(locked)),
];

/// Reasons that need more than a world in memory, and the stories in which each is reached.
const ELSEWHERE: [(&str, &str); 6] = [
    ("drift", "tests/sync/verify.rs"),
    ("repair_held", "tests/sync/verify.rs"),
    ("limited", "tests/program/codes.rs"),
    ("ledger_failed", "tests/process/ledger_io.rs"),
    ("temporary_storage", "tests/program/codes.rs"),
    ("partner", "tests/program/codes.rs"),
];

/// Runs of which another reason is told beside: what stopped the run leaves something undone.
const BESIDE: [(&str, &str); 3] =
    [("doubtful", "in_doubt"), ("refused_alike", "refused"), ("list_unread", "unreachable")];

fn story(tell: impl AsyncFnOnce(TestWorld) -> Night + 'static) -> Told {
    Box::pin(async move { tell(TestWorld::new()).await })
}

fn with_mail(mail: &str) -> String {
    format!("client_external_id,name,email\nA1,見本商事,{mail}\n")
}

fn company(id: &str, name: &str) -> Value {
    json!({"client_external_id": id, "contacts": [
        {"contact_type": "organization", "name": name, "addresses": [], "email": null}]})
}

async fn blocked(world: TestWorld) -> Night {
    world.sandbox.add_client(&company("", "見本商事1"));
    world.sync(&companies(1)).await
}

async fn conflict(mut world: TestWorld) -> Night {
    world.twins = Twins::Made;
    world.sandbox.add_client(&company("C001", "見本商事1"));
    world.sandbox.add_client(&company("C001", "見本商事1"));
    world.sync(&companies(1)).await
}

async fn missing(world: TestWorld) -> Night {
    world.sync(&companies(3)).await;
    world.sandbox.delete_client(mid(&world.client("C002")));
    world.sync(&companies(3).replace("c2@", "neu@")).await
}

/// The answer is lost, the client is not there, and the answer to the second try is lost as well.
async fn in_doubt(world: TestWorld) -> Night {
    faulty(world, "lost-before:POST:/client/:nth=1,lost-before:POST:/client/:nth=2", 1).await
}

async fn faulty(world: TestWorld, faults: &str, clients: u32) -> Night {
    world.faults(faults);
    world.sync(&companies(clients)).await
}

async fn deletes_held(mut world: TestWorld) -> Night {
    world.on_gone = OnGone::Delete;
    world.sync(&companies(100)).await;
    world.sync(&fewer(100, 11)).await
}

/// The companies without the first few.
fn fewer(count: u32, gone: usize) -> String {
    let all = companies(count);
    let kept = all.lines().enumerate().filter(|(row, _)| *row == 0 || *row > gone);
    kept.fold(String::new(), |text, (_, row)| text + row + "\n")
}

async fn changes_held(world: TestWorld) -> Night {
    world.sync(&companies(3)).await;
    world.sync(companies(4).trim_end()).await
}

async fn run_held(world: TestWorld) -> Night {
    world.sync(&companies(3)).await;
    world.sync("client_external_id,name,email\n").await
}

async fn mapping_changed(world: TestWorld) -> Night {
    world.sync("client_external_id,name\nA1,見本商事\n").await;
    world.sync("client_external_id,name,email\nA1,見本商事,a@example.jp\n").await
}

async fn day_quota(mut world: TestWorld) -> Night {
    world.pace.limits = Limits { per_minute: Some(120), per_day: Some(20) };
    world.sync(&companies(40)).await
}

async fn budget(mut world: TestWorld, requests: Option<u64>, duration: Option<Duration>) -> Night {
    world.sync(&companies(1)).await;
    world.pace.budget = Budget { requests, duration };
    world.pace.concurrency = 1;
    world.sync(&companies(100)).await
}

async fn doubtful(mut world: TestWorld) -> Night {
    world.pace.concurrency = 1;
    faulty(world, "5xx-after:POST:/client/", 30).await
}

async fn refused_alike(mut world: TestWorld) -> Night {
    world.pace.concurrency = 1;
    let rows = (1..=20).map(|n| format!("A{n},見本{n},kari..no@docomo.ne.jp\n")).collect::<Vec<_>>().concat();
    world.sync(&format!("client_external_id,name,email\n{rows}")).await
}

async fn list_unread(world: TestWorld) -> Night {
    world.faults("503-before:GET:/client/");
    world.plan(&companies(1)).await
}

async fn credentials(mut world: TestWorld) -> Night {
    "not-the-secret".clone_into(&mut world.secret);
    world.sync(&companies(1)).await
}

async fn other_account(mut world: TestWorld) -> Night {
    world.sync(&companies(1)).await;
    "http://127.0.0.1:9999".clone_into(&mut world.origin);
    world.sync(&companies(1)).await
}

async fn ledger(world: TestWorld) -> Night {
    std::fs::write(world.ledger_path(), "no ledger").unwrap();
    world.run_unchecked(&companies(1), Cut::Never).await.unwrap()
}

async fn plan_out_of_date(world: TestWorld) -> Night {
    world.sync(&companies(1)).await;
    let mut draft = leapsync::saved::Draft::default();
    world.plan_of(companies(2).as_bytes(), Some(&mut draft)).await;
    let path = world.folder().join("plan.json");
    draft.write(&path).unwrap();
    world.sync(&companies(3)).await;
    world.apply(leapsync::saved::SavedPlan::read(&path).unwrap()).await
}

async fn locked(world: TestWorld) -> Night {
    world.sync(&companies(1)).await;
    let held = Ledger::open(&world.ledger_path()).unwrap();
    let night = world.sync(&companies(1)).await;
    drop(held);
    night
}

#[tokio::test(start_paused = true)]
async fn each_reason_has_its_scenario_and_its_code() {
    for (code, reason, scenario) in TABLE {
        let night = scenario().await;
        let beside = BESIDE.iter().filter(|(of, _)| *of == reason).map(|(_, other)| *other);
        let others: Vec<&str> = beside.collect();
        let told: Vec<&str> = night.reasons().into_iter().filter(|told| !others.contains(told)).collect();
        assert_eq!((night.code(), told), (code, vec![reason]));
    }
}

#[test]
fn no_reason_is_forgotten() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let named = ["src/event/exit.rs", "src/sync/failed.rs"].map(read).concat();
    // The arms of both functions that name a reason: `=> "word"`, one word in small letters.
    let words: BTreeSet<&str> = named
        .split("=> \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .collect();
    assert!(words.len() > 25, "{words:?}");
    let reached: BTreeSet<&str> = TABLE.iter().map(|(_, reason, _)| *reason).collect();
    let elsewhere: BTreeSet<&str> = ELSEWHERE.iter().map(|(reason, _)| *reason).collect();
    let missing: Vec<&&str> =
        words.iter().filter(|word| !reached.contains(*word) && !elsewhere.contains(*word)).collect();
    assert!(missing.is_empty(), "no scenario for {missing:?}");
    for (reason, path) in ELSEWHERE {
        assert!(read(path).contains(reason), "{path} says nothing of `{reason}`");
    }
}
