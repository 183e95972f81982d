//! Plans that are saved, looked at and applied later: exactly as they stand, or not at all.

use leapsync::saved::{Draft, SavedPlan};
use leapsync::settings::OnGone;
use leapsync::sync::Stale;

use crate::world::{TestWorld, companies};

const HEADER: &str = "client_external_id,name,email\n";

async fn world() -> TestWorld {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    assert_eq!(world.sync(&companies(20)).await.code(), 0);
    world
}

/// Saves the plan of a file; gives back what reads it.
async fn save(world: &TestWorld, csv: &str) -> Box<dyn Fn() -> SavedPlan> {
    let mut draft = Draft::default();
    world.plan_of(csv.as_bytes(), Some(&mut draft)).await;
    let path = world.folder().join(format!("plan-{}.json", csv.len()));
    draft.write(&path).unwrap();
    Box::new(move || SavedPlan::read(&path).unwrap())
}

/// One new client, one changed, one gone.
fn next_day() -> String {
    let others = companies(21).replace("見本商事7,", "見本物産7,");
    others.lines().filter(|row| !row.starts_with("C003")).fold(String::new(), |text, row| text + row + "\n")
}

#[tokio::test(start_paused = true)]
async fn a_saved_plan_is_applied_exactly_and_only_once() {
    let world = world().await;
    let plan = save(&world, &next_day()).await;
    let night = world.apply(plan()).await;
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    let result = night.result();
    assert_eq!((result.created, result.updated, result.deleted, result.unchanged), (1, 1, 1, 18));
    assert_eq!(world.client("C007")["display_name"], "見本物産7");
    let again = world.apply(plan()).await;
    assert_eq!((again.stale(), again.sent()), (Some(Stale::Ledger), Vec::new()));
    assert_eq!(world.sync(&next_day()).await.writes(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_plan_is_out_of_date_when_ledger_mapping_or_input_have_changed() {
    let mut world = world().await;
    let plan = save(&world, &next_day()).await;
    std::fs::write(world.input_path(), companies(5)).unwrap();
    assert_eq!(world.apply(plan()).await.stale(), Some(Stale::Input));
    std::fs::remove_file(world.input_path()).unwrap();
    world.config = "[map]\nclient_external_id = \"client_external_id\"\nname = \"name\"\n".to_owned();
    assert_eq!(world.apply(plan()).await.stale(), Some(Stale::Mapping));
    world.config = String::new();
    let night = world.apply(plan()).await;
    assert_eq!((night.stale(), night.code()), (None, 0), "the input may be gone");

    let world = self::world().await;
    let plan = save(&world, &next_day()).await;
    world.sync(&companies(20).replace("見本商事9,", "見本物産9,")).await;
    let night = world.apply(plan()).await;
    assert_eq!((night.stale(), night.writes()), (Some(Stale::Ledger), Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn a_plan_for_a_new_ledger_is_applied_when_the_account_is_as_it_was() {
    let world = TestWorld::new();
    let plan = save(&world, &companies(5)).await;
    let night = world.apply(plan()).await;
    assert_eq!((night.code(), night.result().created), (0, 5));

    let world = TestWorld::new();
    let plan = save(&world, &companies(5)).await;
    // Meanwhile somebody else has made one of them.
    let first = format!("{HEADER}C001,見本商事1,c1@example.jp\n");
    let other = save(&world, &first).await;
    assert_eq!(world.apply(other()).await.result().created, 1);
    std::fs::write(world.input_path(), companies(5)).unwrap();
    let night = world.apply(plan()).await;
    assert_eq!((night.stale(), world.sandbox.clients().len()), (Some(Stale::Ledger), 1));
}

#[tokio::test(start_paused = true)]
async fn a_guard_holds_a_saved_plan_back_like_any_other() {
    let world = world().await;
    let most = companies(20).replace("@example.jp", "@example.com");
    let plan = save(&world, &most).await;
    assert_eq!(world.apply(plan()).await.end(), (4, vec!["run_held"]));
    world.approve();
    let night = world.apply(plan()).await;
    assert_eq!(
        (night.code(), night.result().updated),
        (0, 20),
        "a hold does not change the ledger's knowledge"
    );
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_could_not_be_made_is_not_saved() {
    let world = TestWorld::new();
    let mut draft = Draft::default();
    let night = world.plan_of(b"", Some(&mut draft)).await;
    assert_eq!((night.code(), draft.is_whole()), (1, false));
    assert!(SavedPlan::read(&world.input_path()).is_err());
}
