//! What the server refuses: told, remembered, and not asked again until something changes.

use leapsync::journal::Outcome;
use leapsync::sandbox::{ExternalIds, Options, Switches};
use leapsync::settings::Scope;

use crate::world::{TestWorld, companies, mid};

const HEADER: &str = "client_external_id,name,email\n";
/// An address that exists and that the server's check refuses.
const REFUSED: &str = "a..b@docomo.ne.jp";

fn file(rows: &[String]) -> String {
    format!("{HEADER}{}\n", rows.join("\n"))
}

fn row(id: &str, mail: &str) -> String {
    format!("{id},見本商事{id},{mail}")
}

#[tokio::test(start_paused = true)]
async fn a_refused_create_is_told_and_not_tried_again_until_its_row_changes() {
    let world = TestWorld::new();
    let csv = file(&[row("A1", "a@example.jp"), row("A2", REFUSED)]);
    let night = world.sync(&csv).await;
    assert_eq!(night.end(), (3, vec!["refused"]));
    assert_eq!((night.result().created, night.result().failed), (1, 1));
    assert_eq!(night.outcome("A2"), Outcome::Refused);
    assert_eq!(night.ending("A2").reason.status(), Some(400));
    assert!(world.clients_of("A2").is_empty());

    let night = world.sync(&csv).await;
    assert_eq!((night.end(), night.sent()), ((3, vec!["refused"]), Vec::new()));

    let night = world.sync(&file(&[row("A1", "a@example.jp"), row("A2", "ab@docomo.ne.jp")])).await;
    assert_eq!(night.sent(), ["POST /client/"]);
    assert_eq!((night.code(), world.clients_of("A2").len()), (0, 1));
    assert!(world.ledger().failures(10).unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_refused_update_is_told_and_not_tried_again_until_its_row_changes() {
    let world = TestWorld::new();
    world.sync(&file(&[row("A1", "a@example.jp")])).await;
    let before = world.client("A1");
    let csv = file(&[row("A1", REFUSED)]);
    let night = world.sync(&csv).await;
    assert_eq!((night.end(), night.writes().len()), ((3, vec!["refused"]), 1));
    assert_eq!(world.client("A1"), before);
    let night = world.sync(&csv).await;
    assert_eq!((night.end(), night.sent()), ((3, vec!["refused"]), Vec::new()));
    let night = world.sync(&file(&[row("A1", "b@example.jp")])).await;
    assert_eq!((night.code(), night.writes().len()), (0, 1));
    // A row that goes back to what the server holds needs no request.
    world.sync(&csv).await;
    let night = world.sync(&file(&[row("A1", "b@example.jp")])).await;
    assert_eq!((night.code(), night.sent()), (0, Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn ten_equal_refusals_in_a_row_end_the_run() {
    let options = Options {
        switches: Switches { active_clients: Some(5), ..Switches::default() },
        ..Options::default()
    };
    let mut world = TestWorld::with(options);
    world.pace.concurrency = 1;
    let night = world.sync(&companies(60)).await;
    assert_eq!(night.code(), 5);
    assert!(night.reasons().contains(&"refused_alike"), "{:?}", night.reasons());
    assert_eq!((night.result().created, night.result().failed, night.result().remaining), (5, 10, 45));
    assert_eq!((night.count("POST /client/"), world.sandbox.clients().len()), (15, 5));
}

#[tokio::test(start_paused = true)]
async fn refusals_that_differ_do_not_end_the_run() {
    let world = TestWorld::new();
    let mixed = |n: u32| if n.is_multiple_of(9) { format!("a{n}@example.jp") } else { REFUSED.to_owned() };
    let rows: Vec<String> = (1..=40).map(|n| row(&format!("A{n:02}"), &mixed(n))).collect();
    let night = world.sync(&file(&rows)).await;
    assert_eq!(night.end(), (3, vec!["refused"]));
    assert_eq!((night.result().created, night.result().failed), (4, 36));
}

#[tokio::test(start_paused = true)]
async fn five_doubtful_answers_in_a_row_end_the_run_and_the_next_one_finds_out() {
    let mut world = TestWorld::new();
    world.pace.concurrency = 1;
    world.faults("5xx-after:POST:/client/");
    let csv = companies(30);
    let night = world.sync(&csv).await;
    assert_eq!(night.code(), 5);
    assert!(night.reasons().contains(&"doubtful"), "{:?}", night.reasons());
    assert_eq!(night.count("POST /client/"), 5);
    assert_eq!((night.result().in_doubt, night.result().remaining), (5, 25));
    world.faults("");
    world.pass(world.settle).await;
    let night = world.sync(&csv).await;
    assert_eq!((night.code(), night.result().settled, night.result().created), (0, 5, 25));
    assert_eq!((night.count("POST /client/"), world.sandbox.clients().len()), (25, 30));
}

#[tokio::test(start_paused = true)]
async fn an_account_that_keeps_external_ids_apart_by_itself_is_served_as_well() {
    let options = Options {
        switches: Switches { external_ids: ExternalIds::Unique, ..Switches::default() },
        ..Options::default()
    };
    let world = TestWorld::with(options);
    world.faults("lost-after:POST:/client/:nth=2");
    let night = world.sync(&companies(4)).await;
    assert_eq!((night.code(), night.count("POST /client/")), (0, 4));
    assert_eq!(world.sandbox.clients().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_people_deleted_is_missing_and_is_not_made_again() {
    let world = TestWorld::new();
    world.sync(&companies(3)).await;
    assert!(world.sandbox.delete_client(mid(&world.client("C002"))));
    let csv = companies(3).replace("c2@", "neu@");
    for _ in 0..2 {
        let night = world.sync(&csv).await;
        assert_eq!(night.end(), (3, vec!["missing"]));
        assert_eq!(night.outcome("C002"), Outcome::Missing);
        assert_eq!(night.count("POST /client/"), 0);
    }
    assert_eq!(world.sandbox.clients().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_keeps_the_servers_words_and_follows_its_row() {
    let world = TestWorld::new();
    let (good, bad) = (row("A1", "a@example.jp"), row("A2", REFUSED));
    world.sync(&file(&[good.clone(), bad.clone()])).await;
    let first = world.ledger().failures(10).unwrap();
    assert_eq!((first.len(), first[0].status), (1, Some(400)));
    assert!(first[0].message.contains("email"), "{}", first[0].message);
    // The next night the row stands one line higher.
    world.sync(&file(&[bad, good])).await;
    let second = world.ledger().failures(10).unwrap();
    assert_eq!(second.len(), 1, "{second:?}");
    assert_eq!(second[0].line, Some(leapsync::record::Line(2)));
    assert_eq!((second[0].status, &second[0].message), (first[0].status, &first[0].message));
}

#[tokio::test(start_paused = true)]
async fn a_missing_client_that_leaves_the_file_is_no_failure_any_more() {
    let world = TestWorld::new();
    world.sync(&companies(3)).await;
    assert!(world.sandbox.delete_client(mid(&world.client("C003"))));
    world.sync(&companies(3).replace("c3@", "neu@")).await;
    assert_eq!(world.sync(&companies(3).replace("c3@", "neu@")).await.end(), (3, vec!["missing"]));
    let night = world.sync(&companies(2)).await;
    assert_eq!((night.code(), night.sent()), (0, Vec::new()));
    assert_eq!(world.ledger().failures(10).unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_people_deleted_is_missing_whatever_was_to_be_changed() {
    let header = "client_external_id,name,date_cutoff,family_name,given_name\n";
    let row = "A1,見本商事,31,佐藤,一郎\nA1,見本商事,31,鈴木,二郎\n";
    let changes = [
        row.replace("31", "20"),
        row.replace("見本商事", "見本物産"),
        format!("{row}A1,見本商事,31,田中,三郎\n"),
        row.lines().take(1).map(|line| format!("{line}\n")).collect::<Vec<_>>().concat(),
    ];
    for change in changes {
        let world = TestWorld::new();
        world.sync(&format!("{header}{row}")).await;
        assert!(world.sandbox.delete_client(mid(&world.client("A1"))));
        let csv = format!("{header}{change}");
        for _ in 0..3 {
            let night = world.sync(&csv).await;
            assert_eq!(night.count("POST /client/"), 0, "{change}");
        }
        assert!(world.sandbox.clients().is_empty());
        let night = world.sync(&csv).await;
        assert_eq!(night.sent(), Vec::<String>::new(), "{change}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_row_that_leaves_the_file_leaves_the_failures_too() {
    let mut world = TestWorld::new();
    let good = row("A1", "a@example.jp");
    world.sync(&file(&[good.clone(), row("A2", REFUSED), row("A3", "c@example.jp")])).await;
    world.sync(&file(&[good.clone(), row("A2", REFUSED), row("A3", REFUSED)])).await;
    let failures = |world: &TestWorld| world.ledger().failures(10).unwrap().len();
    assert_eq!(failures(&world), 2);
    // A file that is not the whole list says nothing of those that it does not name.
    world.scope = Scope::Partial;
    let night = world.sync(&file(std::slice::from_ref(&good))).await;
    world.scope = Scope::Full;
    assert_eq!((night.code(), failures(&world)), (0, 2));
    let night = world.sync(&file(&[good])).await;
    assert_eq!((night.end(), failures(&world)), ((0, vec!["in_sync"]), 0));
    assert_eq!(night.result().gone, 1);
}
