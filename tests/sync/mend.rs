//! What a person does when something is not in sync: try again, acknowledge, adopt by name, put a backup back.

use std::sync::Arc;
use std::time::Duration;

use leapsync::event::{Event, Match};
use leapsync::journal::Outcome;
use leapsync::record::ExternalId;
use leapsync::report::Summary;
use leapsync::secret::Secret;
use leapsync::settings::rules::Rules;
use leapsync::settings::{Adoption, Credentials, Job, OnGone, OnNewMapping, Reading, Scope};
use leapsync::sync::{self, Acknowledgement, Again, Deleted, Finished, Matching, Order, Remote, Stop};
use serde_json::{Value, json};

use crate::world::{Cut, TestWorld, companies, mid};

/// An address that exists and that the server's check refuses.
const REFUSED: &str = "client_external_id,name,email\nA1,見本商事,a..b@docomo.ne.jp\n";

fn job(world: &TestWorld, csv: &str) -> Job {
    let input = world.folder().join("adopted.csv");
    std::fs::write(&input, csv).unwrap();
    Job {
        input,
        reading: Reading { patience: Duration::ZERO, ..Reading::default() },
        rules: Rules::default(),
        on_new_mapping: OnNewMapping::Hold,
        on_gone: OnGone::Report,
        after_runs: 1,
        bounds: leapsync::settings::Bounds::default(),
        expected: leapsync::settings::Expected::default(),
        scope: Scope::Full,
        limit: None,
        adoption: Adoption::ReadFirst,
        settle: world.settle,
        witness: None,
    }
}

fn remote(world: &TestWorld) -> Remote {
    Remote {
        transport: Arc::new(world.sandbox.local(world.latency)),
        origin: world.origin.parse().unwrap(),
        credentials: Credentials {
            client_id: Secret::new(world.sandbox.client_id()),
            client_secret: Secret::new(&world.secret),
        },
        partner: None,
        pace: world.pace.clone(),
        seed: 1,
    }
}

pub(crate) async fn retry(world: &TestWorld, ids: &[&str], deleted: Deleted) -> Summary {
    let job = job(world, "");
    let again = Again { only: ids.iter().map(|id| ExternalId::new(id)).collect(), deleted };
    let mut listener = |_: &Event| {};
    let order = Order { job: &job, clock: world.clock, stop: Stop::new().1, listener: &mut listener };
    let Finished { summary, error, .. } =
        sync::retry(order, remote(world), &world.ledger_path(), &again).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(summary.contradictions(), Vec::<String>::new());
    summary
}

async fn adopt(world: &TestWorld, csv: &str, matching: Matching) -> (Summary, Vec<(String, Match)>) {
    let job = job(world, csv);
    let mut matches = Vec::new();
    let mut listener = |event: &Event| {
        if let Event::Matched { external_id, found, .. } = event {
            matches.push((external_id.to_string(), found.clone()));
        }
    };
    let order = Order { job: &job, clock: world.clock, stop: Stop::new().1, listener: &mut listener };
    let Finished { summary, error, .. } =
        sync::adopt(order, remote(world), &world.ledger_path(), matching).await;
    assert!(error.is_none(), "{error:?}");
    (summary, matches)
}

fn writes_since(world: &TestWorld, before: usize) -> usize {
    let log = world.sandbox.log();
    log[before..].iter().filter(|entry| entry.method != "GET" && !entry.path.contains("oauth2")).count()
}

pub(crate) fn stranger(name: &str) -> Value {
    json!({"client_external_id": "", "contacts": [
        {"contact_type": "organization", "name": name, "addresses": [], "email": null}]})
}

#[tokio::test(start_paused = true)]
async fn a_refused_row_is_tried_again_without_its_file() {
    let world = TestWorld::new();
    world.sync(REFUSED).await;
    let before = world.sandbox.log().len();
    let summary = retry(&world, &[], Deleted::Stay).await;
    assert_eq!((summary.exit.code, writes_since(&world, before)), (3, 1));
    assert_eq!(summary.result.unwrap().failed, 1);
    let summary = retry(&world, &["B9"], Deleted::Stay).await;
    assert_eq!((summary.exit.code, writes_since(&world, before)), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_refused_delete_is_tried_again_and_done_once_the_document_is_gone() {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    world.sync(&companies(20)).await;
    world.sandbox.add_document(mid(&world.client("C020")));
    let night = world.sync(&companies(19)).await;
    assert_eq!(night.result().delete_refused, 1);
    let before = world.sandbox.log().len();
    let summary = retry(&world, &["C020"], Deleted::Stay).await;
    assert_eq!((summary.exit.code, writes_since(&world, before)), (3, 1));
    assert_eq!(summary.result.unwrap().delete_refused, 1);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_people_deleted_is_created_again_only_when_that_is_asked_for() {
    let world = TestWorld::new();
    world.sync(&companies(3)).await;
    world.sandbox.delete_client(mid(&world.client("C002")));
    let changed = companies(3).replace("見本商事2", "見本商事弐");
    assert_eq!(world.sync(&changed).await.outcome("C002"), Outcome::Missing);
    world.sync(&changed).await;
    let summary = retry(&world, &["C002"], Deleted::Stay).await;
    assert_eq!((summary.exit.code, world.clients_of("C002").len()), (3, 0));
    let summary = retry(&world, &["C002"], Deleted::Recreate).await;
    assert_eq!((summary.exit.code, world.clients_of("C002").len()), (0, 1));
    assert_eq!(world.client("C002")["display_name"], "見本商事弐");
    assert_eq!(world.sync(&changed).await.end(), (0, vec!["in_sync"]));
}

#[tokio::test(start_paused = true)]
async fn an_acknowledged_refusal_lets_the_night_end_well_until_the_row_changes() {
    let world = TestWorld::new();
    assert_eq!(world.sync(REFUSED).await.end(), (3, vec!["refused"]));
    let acknowledge =
        |id: &str| sync::acknowledge(&world.ledger_path(), &ExternalId::new(id), world.clock).unwrap();
    assert_eq!(acknowledge("A1"), Acknowledgement::Marked);
    assert_eq!(acknowledge("B9"), Acknowledgement::Unknown);
    let night = world.sync(REFUSED).await;
    assert_eq!((night.end(), night.outcome("A1")), ((0, vec!["in_sync"]), Outcome::Refused));
    assert_eq!(world.ledger().failures(10).unwrap().len(), 1, "it is still listed");
    let night = world.sync(&REFUSED.replace("見本商事", "見本商店")).await;
    assert_eq!(night.end(), (3, vec!["refused"]));
    world.sync(&companies(1)).await;
    assert_eq!(acknowledge("C001"), Acknowledgement::NothingRefused);
}

#[tokio::test(start_paused = true)]
async fn a_client_without_an_id_is_proposed_by_name_and_linked_when_that_is_written() {
    let world = TestWorld::new();
    let made = world.sandbox.add_client(&stranger("見本 商事２"));
    let before = world.sandbox.log().len();
    let (summary, matches) = adopt(&world, &companies(3), Matching::Propose).await;
    assert_eq!(matches, [("C002".to_owned(), Match::Proposed)]);
    assert_eq!((summary.exit.code, writes_since(&world, before)), (0, 0));
    let (summary, matches) = adopt(&world, &companies(3), Matching::Write).await;
    assert_eq!(matches, [("C002".to_owned(), Match::Written)]);
    assert_eq!((summary.exit.code, writes_since(&world, before)), (0, 1));
    assert_eq!(mid(&world.client("C002")), made);
    let night = world.sync(&companies(3)).await;
    assert_eq!((night.code(), night.result().created, night.count("POST /client/")), (0, 2, 2));
}

#[tokio::test(start_paused = true)]
async fn two_clients_of_one_name_are_for_a_person_to_tell_apart() {
    let world = TestWorld::new();
    world.sandbox.add_client(&stranger("見本商事2"));
    world.sandbox.add_client(&stranger("見本商事2"));
    let before = world.sandbox.log().len();
    let (summary, matches) = adopt(&world, &companies(3), Matching::Write).await;
    assert_eq!(matches, [("C002".to_owned(), Match::Ambiguous)]);
    assert_eq!((summary.exit.code, writes_since(&world, before)), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_was_put_back_from_a_backup_reads_the_list_before_it_creates() {
    let world = TestWorld::new();
    world.sync(&companies(2)).await;
    let backup = world.folder().join("backup.db");
    world.ledger().back_up(&backup).unwrap();
    world.sync(&companies(4)).await;
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(world.folder().join(format!("leapsync.db{ending}")));
    }
    std::fs::rename(&backup, world.ledger_path()).unwrap();
    // The attempts of the runs that the backup never saw are not in it.
    let night = world.run_unchecked(&companies(4), Cut::Never).await.unwrap();
    assert_eq!((night.code(), night.result().adopted, night.count("POST /client/")), (0, 2, 0));
    assert_eq!(world.clients_of("C004").len(), 1);
}
