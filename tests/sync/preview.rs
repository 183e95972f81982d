//! The plan: the same decisions as a run, nothing sent that changes anything, and a ledger that stays as it is.

use std::fs;

use leapsync::plan::Act;
use leapsync::settings::OnGone;

use crate::first_import::sample;
use crate::world::{TestWorld, companies};

/// Every file of the ledger with its bytes.
fn ledger_files(world: &TestWorld) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(world.folder()).unwrap().map(|entry| entry.unwrap().path());
    let ledgers =
        entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("leapsync.db"));
    let mut files: Vec<_> =
        ledgers.map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect();
    files.sort();
    files
}

#[tokio::test(start_paused = true)]
async fn with_a_known_ledger_a_plan_sends_nothing_and_changes_nothing() {
    let world = TestWorld::new();
    world.sync(&sample("clients.csv")).await;
    let before = ledger_files(&world);
    let night = world.plan(&sample("clients-next-day.csv")).await;
    assert_eq!(night.log, []);
    assert_eq!(ledger_files(&world), before);
    let plan = night.summary.plan.unwrap();
    assert_eq!((plan.create, plan.update, plan.unchanged, plan.gone, plan.delete), (4, 6, 191, 2, 0));
    assert_eq!(night.code(), 6);
    assert_eq!(night.summary.contradictions(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_plan_announces_exactly_what_the_run_then_sends() {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    world.sync(&sample("clients.csv")).await;
    let planned = world.plan(&sample("clients-next-day.csv")).await;
    let night = world.sync(&sample("clients-next-day.csv")).await;
    let requests = planned.summary.plan.unwrap().requests;
    assert_eq!(usize::try_from(requests).unwrap(), night.log.len());
    let (planned, run) = (planned.summary.plan.unwrap(), night.summary.plan.unwrap());
    assert_eq!((planned.create, planned.update, planned.delete), (run.create, run.update, run.delete));
}

#[tokio::test(start_paused = true)]
async fn with_a_new_ledger_a_plan_reads_the_list_and_leaves_no_ledger_behind() {
    let mut world = TestWorld::new();
    world.sync(&companies(5)).await;
    world.lose_ledger();
    let night = world.plan(&companies(7)).await;
    assert_eq!(night.writes(), Vec::<String>::new());
    assert_eq!(night.count("GET /client/"), 3);
    assert_eq!(ledger_files(&world), []);
    let creates = night.changes().filter(|change| matches!(change.act, Act::Create(_)));
    let creates: Vec<_> = creates.map(|change| change.external_id.clone().unwrap().to_string()).collect();
    assert_eq!(creates, ["C006", "C007"]);
}

#[tokio::test(start_paused = true)]
async fn a_plan_tells_what_a_guard_would_hold_back() {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    world.sync(&companies(4)).await;
    let night = world.plan("client_external_id,name,email\n").await;
    assert_eq!(night.code(), 4);
    assert_eq!(night.log, []);
}

#[tokio::test(start_paused = true)]
async fn a_plan_of_a_list_in_sync_has_no_changes() {
    let world = TestWorld::new();
    world.sync(&companies(5)).await;
    let night = world.plan(&companies(5)).await;
    assert_eq!((night.end(), night.log.len()), ((0, vec!["in_sync"]), 0));
    assert_eq!(night.summary.plan.unwrap().requests, 0);
}
