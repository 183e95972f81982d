//! What people changed in MakeLeaps: told field by field, mended where somebody wins, and never anybody else's.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use leapsync::config::File;
use leapsync::drift::{Difference, Finding, Tally, What};
use leapsync::event::{Comparison, Event, Repair};
use leapsync::journal::Outcome;
use leapsync::record::ExternalId;
use leapsync::sandbox::Local;
use leapsync::settings::Preference;
use leapsync::sync::{self, Asked, Mend, Order, Stop};
use leapsync::wire::{Request, Sending, Transport};
use serde_json::json;

use crate::check;
use crate::night::Night;
use crate::world::{Cut, TestWorld, Twins, companies, contacts, mid};

const CSV: &str = "[drift]\nprefer = \"csv\"\n";
const REMOTE: &str = "[drift]\nprefer = \"remote\"\n";
const HEADER: &str = "client_external_id,name,region,locality,street_address,phone_number,date_cutoff,family_name,given_name,email\n";
const ROWS: &str = "A1,見本商事,東京都,渋谷区,神宮前1-2-3,03-0000-0001,31,佐藤,一郎,sato@example.jp\n\
    A1,,,,,,,鈴木,二郎,suzuki@example.jp\nA2,架空工業,,,,,,,,\n";

fn file() -> String {
    format!("{HEADER}{ROWS}")
}

/// A world in which two clients are there.
async fn world(config: &str) -> TestWorld {
    let mut world = TestWorld::new();
    config.clone_into(&mut world.config);
    assert_eq!(world.sync(&file()).await.code(), 0);
    world
}

fn asked(world: &TestWorld, mend: Mend, only: &[&str]) -> Asked {
    let file = if world.config.is_empty() { File::default() } else { world.configuration() };
    let only = only.iter().map(|id| ExternalId::new(id)).collect();
    Asked { mend, drift: file.drift.drift(), only }
}

/// Runs `verify` until it ends or is cut off, and checks what must hold.
async fn run(world: &TestWorld, asked: &Asked, cut: Cut) -> Option<Night> {
    let before = world.sandbox.log().len();
    let job = world.job_without_input();
    let (handle, stop) = Stop::new();
    let (remote, crash) = world.remote(cut, handle);
    let mut events = Vec::new();
    let mut listener = |event: &Event| events.push(event.clone());
    let order = Order { job: &job, clock: world.clock, stop, listener: &mut listener };
    let path = world.ledger_path();
    let verify = sync::verify(order, remote, &path, asked);
    let finished = tokio::select! {
        biased;
        () = crash.notified() => None,
        finished = verify => Some(finished),
    };
    assert_eq!(check::faults_of_world(world), Vec::<String>::new());
    let night = world.night("", finished?, events, before);
    assert_eq!(night.summary.contradictions(), Vec::<String>::new());
    Some(night)
}

async fn verify(world: &TestWorld, mend: Mend) -> Night {
    run(world, &asked(world, mend, &[]), Cut::Never).await.unwrap()
}

fn findings(night: &Night) -> Vec<&Finding> {
    let found = night.events.iter().filter_map(|event| match event {
        Event::Found(finding) => Some(&**finding),
        _ => None,
    });
    found.collect()
}

#[track_caller]
fn compared(night: &Night) -> Comparison {
    let mut found = night.events.iter().filter_map(|event| match event {
        Event::Compared(compared) => Some(**compared),
        _ => None,
    });
    found.next().unwrap()
}

/// Each field that differs: whose it is, its name, both sides, and who wins.
fn differences(night: &Night) -> Vec<(String, String, String, String, Preference)> {
    let found = findings(night).into_iter().flat_map(|finding| match &finding.what {
        What::Drifted(differences) => differences.clone(),
        _ => Vec::new(),
    });
    let told = found.map(|difference| match difference {
        Difference::Field { whose, field, ledger, remote, prefer, .. } => {
            (whose, field.name().to_owned(), ledger, remote, prefer)
        }
        Difference::ContactGone { whose, prefer, .. } => {
            (whose, "contact".into(), String::new(), String::new(), prefer)
        }
        Difference::Archived { remote } => {
            (String::new(), "archived".into(), String::new(), remote.to_string(), Preference::Remote)
        }
    });
    told.collect()
}

fn difference(
    whose: &str,
    field: &str,
    ledger: &str,
    remote: &str,
    prefer: Preference,
) -> (String, String, String, String, Preference) {
    (whose.into(), field.into(), ledger.into(), remote.into(), prefer)
}

/// People change a field of the client, of the company, of its address and of a person.
fn edit_all(world: &TestWorld) {
    let company = world.contact("A1", "見本商事");
    let mut address = company["addresses"][0].clone();
    address["street_address"] = "神南9-9-9".into();
    address["extended_address"] = "例ビル".into();
    let edit = json!({"phone_number": "06-9999-9999", "addresses": [address]});
    assert!(world.sandbox.edit_contact(mid(&company), &edit));
    let person = json!({"email": {"address": "ichiro@example.jp"}, "title": "部長"});
    assert!(world.sandbox.edit_contact(mid(&world.contact("A1", "佐藤")), &person));
    assert!(world.sandbox.edit_client(mid(&world.client("A1")), &json!({"date_cutoff": 20})));
}

fn all(prefer: Preference) -> Vec<(String, String, String, String, Preference)> {
    vec![
        difference("", "date_cutoff", "31", "20", prefer),
        difference("", "phone_number", "03-0000-0001", "06-9999-9999", prefer),
        difference("", "street_address", "神宮前1-2-3", "神南9-9-9", prefer),
        difference("佐藤 一郎", "email", "sato@example.jp", "ichiro@example.jp", prefer),
    ]
}

#[tokio::test(start_paused = true)]
async fn without_drift_nothing_is_told_and_nothing_is_written() {
    let world = world(CSV).await;
    let night = verify(&world, Mend::No).await;
    assert_eq!((night.end(), findings(&night).len()), ((0, vec!["in_sync"]), 0));
    assert_eq!(night.writes(), Vec::<String>::new());
    assert_eq!((compared(&night).tally.equal, compared(&night).repair), (2, Repair::NotAsked));
}

#[tokio::test(start_paused = true)]
async fn drift_is_told_field_by_field_and_nothing_is_changed_by_telling() {
    let world = world("").await;
    edit_all(&world);
    let before = (world.sandbox.clients(), world.ledger().known(&ExternalId::new("A1")).unwrap());
    for _ in 0..2 {
        let night = verify(&world, Mend::No).await;
        assert_eq!(night.end(), (3, vec!["drift"]));
        assert_eq!(differences(&night), all(Preference::Report));
        assert_eq!(night.writes(), Vec::<String>::new());
    }
    let after = (world.sandbox.clients(), world.ledger().known(&ExternalId::new("A1")).unwrap());
    assert_eq!(before, after);
    // A field that nobody wins is left alone by a repair, too.
    let night = verify(&world, Mend::Yes).await;
    assert_eq!((night.end(), night.writes()), ((3, vec!["drift"]), Vec::new()));
    assert_eq!(world.sandbox.clients(), before.0);
}

#[tokio::test(start_paused = true)]
async fn what_the_files_side_wins_is_written_back_once_and_then_all_is_clean() {
    let world = world(CSV).await;
    edit_all(&world);
    let night = verify(&world, Mend::Yes).await;
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    assert_eq!(differences(&night), all(Preference::Csv));
    assert_eq!((night.outcome("A1"), night.result().updated), (Outcome::Done, 1));
    let company = world.contact("A1", "見本商事");
    let mut writes = night.writes();
    writes.sort();
    let mut expected = vec![
        format!("PATCH /client/{}/", mid(&world.client("A1"))),
        format!("PATCH /contact/{}/", mid(&company)),
        format!("PATCH /contact/{}/", mid(&world.contact("A1", "佐藤"))),
    ];
    expected.sort();
    assert_eq!(writes, expected);
    // What people added beside it is theirs and stays.
    assert_eq!(company["addresses"][0]["street_address"], "神宮前1-2-3");
    assert_eq!(company["addresses"][0]["extended_address"], "例ビル");
    assert_eq!(world.contact("A1", "佐藤")["title"], "部長");
    let night = verify(&world, Mend::Yes).await;
    assert_eq!((night.code(), night.writes()), (0, Vec::new()));
    assert_eq!(world.sync(&file()).await.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn what_the_servers_side_wins_is_learnt_and_no_later_night_writes_over_it() {
    let mut world = world(REMOTE).await;
    edit_all(&world);
    let edited = world.sandbox.clients();
    let night = verify(&world, Mend::Yes).await;
    assert_eq!((night.end(), night.writes()), ((0, vec!["in_sync"]), Vec::new()));
    assert_eq!(differences(&night), all(Preference::Remote));
    assert_eq!(verify(&world, Mend::No).await.code(), 0);
    // Not even when another cell of the row changes, or this one.
    for csv in [file(), file().replace("03-0000-0001", "03-0000-0002")] {
        let night = world.sync(&csv).await;
        assert_eq!((night.code(), night.writes()), (0, Vec::new()));
    }
    assert_eq!(world.sandbox.clients(), edited);
    // Once the file's side wins again, the next night brings it back.
    world.config.clear();
    let night = world.sync(&file()).await;
    assert_eq!((night.code(), night.result().updated), (0, 1));
    assert_eq!(world.client("A1")["date_cutoff"], 31);
    assert_eq!(world.contact("A1", "見本商事")["phone_number"], "03-0000-0001");
}

#[tokio::test(start_paused = true)]
async fn each_field_may_have_its_own_winner() {
    let fields = "[drift]\nprefer = \"csv\"\n[drift.fields]\nphone_number = \"remote\"\nemail = \"report\"\n";
    let world = world(fields).await;
    edit_all(&world);
    let night = verify(&world, Mend::Yes).await;
    assert_eq!(night.end(), (3, vec!["drift"]));
    let company = world.contact("A1", "見本商事");
    assert_eq!(company["phone_number"], "06-9999-9999");
    assert_eq!(company["addresses"][0]["street_address"], "神宮前1-2-3");
    assert_eq!(world.contact("A1", "佐藤")["email"]["address"], "ichiro@example.jp");
    assert_eq!(world.client("A1")["date_cutoff"], 31);
    let night = verify(&world, Mend::No).await;
    let email = difference("佐藤 一郎", "email", "sato@example.jp", "ichiro@example.jp", Preference::Report);
    assert_eq!(differences(&night), [email]);
    assert_eq!(world.sync(&file()).await.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_cell_that_is_empty_leaves_its_field_to_people_also_in_clients_that_were_there_before() {
    let mut world = TestWorld::new();
    CSV.clone_into(&mut world.config);
    let body = json!({"client_external_id": "A2", "lang_code": "ja", "contacts": [{"contact_type": "organization",
        "name": "架空工業", "phone_number": "03-1", "addresses": [], "email": null}]});
    world.sandbox.add_client(&body);
    world.sync(&file()).await;
    let contact = world.contact("A2", "架空工業");
    assert!(
        world.sandbox.edit_contact(mid(&contact), &json!({"phone_number": "03-2", "fax_number": "03-3"}))
    );
    assert!(
        world.sandbox.edit_client(mid(&world.client("A2")), &json!({"lang_code": "en", "date_cutoff": 5}))
    );
    let night = verify(&world, Mend::Yes).await;
    assert_eq!((night.end(), night.writes()), ((0, vec!["in_sync"]), Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn clients_that_no_file_has_spoken_of_yet_are_nobodys_to_repair() {
    let mut world = TestWorld::new();
    CSV.clone_into(&mut world.config);
    world.sync(&companies(2)).await;
    world.lose_ledger();
    // A file without these clients reads the list and links them.
    assert_eq!(world.sync(&companies(3).replace("C001", "X001").replace("C002", "X002")).await.code(), 0);
    let contact = world.contact("C001", "見本商事1");
    assert!(world.sandbox.edit_contact(mid(&contact), &json!({"name": "改名商事"})));
    let night = verify(&world, Mend::Yes).await;
    assert_eq!((night.code(), night.writes()), (0, Vec::new()));
    assert_eq!(compared(&night).tally.linked, 5);
}

#[tokio::test(start_paused = true)]
async fn an_archived_client_is_told_once_and_learnt_by_a_repair() {
    let world = world(CSV).await;
    assert!(world.sandbox.archive_client(mid(&world.client("A2"))));
    let night = verify(&world, Mend::No).await;
    assert_eq!(night.end(), (3, vec!["drift"]));
    assert_eq!(differences(&night), [difference("", "archived", "", "true", Preference::Remote)]);
    assert_eq!(compared(&night).tally.remote_archived, 1);
    let night = verify(&world, Mend::Yes).await;
    assert_eq!((night.code(), night.writes()), (0, Vec::new()));
    assert_eq!(verify(&world, Mend::No).await.code(), 0);
    assert!(!world.client("A2")["date_archived"].is_null());
    assert!(world.sandbox.unarchive_client(mid(&world.client("A2"))));
    assert_eq!(verify(&world, Mend::No).await.code(), 3);
    assert_eq!(verify(&world, Mend::Yes).await.code(), 0);
    assert_eq!(world.sync(&file()).await.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_people_deleted_is_noted_by_a_repair_and_made_again_only_by_retry() {
    let world = world(CSV).await;
    let mut before = world.client("A1");
    assert!(world.sandbox.delete_client(mid(&before)));
    let night = verify(&world, Mend::No).await;
    assert_eq!(night.end(), (3, vec!["missing"]));
    assert_eq!(findings(&night)[0].what, What::Missing { instead: None });
    assert_eq!(world.ledger().failures(10).unwrap(), []);
    for _ in 0..2 {
        let night = verify(&world, Mend::Yes).await;
        assert_eq!((night.end(), night.writes()), ((3, vec!["missing"]), Vec::new()));
    }
    assert_eq!(world.ledger().failures(10).unwrap().len(), 1);
    let job = world.job_without_input();
    let (handle, stop) = Stop::new();
    let (remote, _) = world.remote(Cut::Never, handle);
    let order = Order { job: &job, clock: world.clock, stop, listener: &mut |_| {} };
    let again = sync::Again { only: vec![ExternalId::new("A1")], deleted: sync::Deleted::Recreate };
    let finished = sync::retry(order, remote, &world.ledger_path(), &again).await;
    assert_eq!((finished.summary.exit.code, finished.summary.result.unwrap().created), (0, 1));
    // It is what its rows said.
    let mut after = world.client("A1");
    for client in [&mut before, &mut after] {
        client["mid"] = "".into();
        for contact in client["contacts"].as_array_mut().unwrap() {
            for key in ["mid", "url", "owner"] {
                contact[key] = "".into();
            }
        }
    }
    assert_eq!(contacts(&before), contacts(&after));
    assert_eq!(before["date_cutoff"], after["date_cutoff"]);
    assert_eq!(world.sync(&file()).await.writes(), Vec::<String>::new());
    assert_eq!(verify(&world, Mend::No).await.code(), 0);
}

#[tokio::test(start_paused = true)]
async fn twins_are_a_conflict_and_none_of_them_is_written() {
    let mut world = world(CSV).await;
    world.twins = Twins::Made;
    edit_all(&world);
    let twin =
        json!({"client_external_id": "A1", "contacts": [{"contact_type": "organization", "name": "双子"}]});
    world.sandbox.add_client(&twin);
    let before = world.sandbox.clients();
    for mend in [Mend::No, Mend::Yes, Mend::Yes] {
        let night = verify(&world, mend).await;
        assert_eq!((night.end(), night.writes()), ((3, vec!["conflict"]), Vec::new()));
        let twins = findings(&night);
        assert_eq!((&twins[0].what, twins[0].mids.len()), (&What::Duplicate, 2));
        assert_eq!(world.sandbox.clients(), before);
    }
    assert_eq!(world.sync(&file()).await.end(), (3, vec!["conflict"]));
}

#[tokio::test(start_paused = true)]
async fn strangers_are_counted_unknown_ids_are_told_and_changed_ids_are_left_to_people() {
    let world = world(CSV).await;
    let company = |id: &str, name: &str| json!({"client_external_id": id, "contacts": [{"contact_type": "organization", "name": name}]});
    world.sandbox.add_client(&company("", "よその会社"));
    let night = verify(&world, Mend::No).await;
    assert_eq!((night.end(), compared(&night).tally.strangers), ((0, vec!["in_sync"]), 1));
    assert_eq!(findings(&night)[0].label, "よその会社");
    let unknown = world.sandbox.add_client(&company("Z9", "ほかの会社"));
    assert!(world.sandbox.edit_client(mid(&world.client("A2")), &json!({"client_external_id": "A2x"})));
    let before = world.sandbox.clients();
    for mend in [Mend::No, Mend::Yes] {
        let night = verify(&world, mend).await;
        assert_eq!((night.end(), night.writes()), ((3, vec!["drift"]), Vec::new()));
        let whats: Vec<&What> = findings(&night).into_iter().map(|finding| &finding.what).collect();
        assert_eq!(whats, [&What::OtherId(ExternalId::new("A2x")), &What::Unknown, &What::Stranger]);
        assert!(findings(&night).iter().any(|it| it.mids.first().is_some_and(|mid| mid.as_str() == unknown)));
    }
    assert_eq!(world.sandbox.clients(), before);
}

#[tokio::test(start_paused = true)]
async fn a_person_whom_people_removed_comes_back_and_a_person_whom_people_added_stays() {
    let world = world(CSV).await;
    let client = world.client("A1");
    let gone = mid(&world.contact("A1", "鈴木")).to_owned();
    let url = |contact: &serde_json::Value| contact["url"].clone();
    let kept: Vec<_> = contacts(&client).iter().filter(|it| it["mid"] != gone).map(url).collect();
    let theirs =
        json!({"contact_type": "person", "family_name": "渡辺", "email": {"address": "w@example.jp"}});
    let list: Vec<_> = kept.into_iter().chain([theirs]).collect();
    assert!(world.sandbox.edit_client(mid(&client), &json!({"contacts": list})));
    let night = verify(&world, Mend::Yes).await;
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    let names: Vec<_> = contacts(&world.client("A1")).iter().map(|it| it["family_name"].clone()).collect();
    assert_eq!(names, ["", "佐藤", "渡辺", "鈴木"]);
    assert_eq!(world.contact("A1", "鈴木")["email"]["address"], "suzuki@example.jp");
    assert_eq!((verify(&world, Mend::No).await.code(), world.sync(&file()).await.sent().len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_person_whom_people_removed_is_forgotten_where_the_server_wins() {
    let world = world(REMOTE).await;
    let client = world.client("A1");
    let kept: Vec<_> = contacts(&client)
        .iter()
        .filter(|it| it["family_name"] != "鈴木")
        .map(|it| it["url"].clone())
        .collect();
    assert!(world.sandbox.edit_client(mid(&client), &json!({"contacts": kept})));
    assert_eq!(verify(&world, Mend::Yes).await.code(), 0);
    assert_eq!((verify(&world, Mend::No).await.code(), world.sync(&file()).await.sent().len()), (0, 0));
    assert_eq!(contacts(&world.client("A1")).len(), 2);
}

/// Changes the name of the first `count` companies.
fn rename(world: &TestWorld, count: u32) {
    for n in 1..=count {
        let contact = world.contact(&format!("C{n:03}"), &format!("見本商事{n}"));
        assert!(world.sandbox.edit_contact(mid(&contact), &json!({"name": format!("改名{n}")})));
    }
}

#[tokio::test(start_paused = true)]
async fn a_wave_of_repairs_is_held_back_whole_and_a_single_one_may_still_be_asked_for() {
    for (renamed, held) in [(20, false), (21, true)] {
        let mut world = TestWorld::new();
        CSV.clone_into(&mut world.config);
        world.sync(&companies(60)).await;
        rename(&world, renamed);
        let night = verify(&world, Mend::Yes).await;
        if !held {
            assert_eq!((night.code(), night.writes().len()), (0, 20));
            continue;
        }
        assert_eq!((night.end(), night.writes()), ((4, vec!["drift", "repair_held"]), Vec::new()));
        assert_eq!(compared(&night).repair, Repair::Held { most: 20 });
        let night = run(&world, &asked(&world, Mend::Yes, &["C007"]), Cut::Never).await.unwrap();
        assert_eq!((night.code(), night.writes().len()), (0, 1));
        world.contact("C007", "見本商事7");
    }
}

#[tokio::test(start_paused = true)]
async fn a_repair_that_is_cut_off_anywhere_is_finished_by_the_next_one() {
    for nth in 1..=12 {
        for cut in [Cut::Before(nth), Cut::After(nth), Cut::Stop(nth)] {
            let mut world = world(CSV).await;
            world.pace.concurrency = 1;
            edit_all(&world);
            let person = mid(&world.contact("A1", "鈴木")).to_owned();
            let kept: Vec<_> = contacts(&world.client("A1"))
                .iter()
                .filter(|it| it["mid"] != person)
                .map(|it| it["url"].clone())
                .collect();
            assert!(world.sandbox.edit_client(mid(&world.client("A1")), &json!({"contacts": kept})));
            run(&world, &asked(&world, Mend::Yes, &[]), cut).await;
            world.pass(world.settle).await;
            let night = verify(&world, Mend::Yes).await;
            assert_eq!(night.code(), 0, "{cut:?} {:?}", findings(&night));
            let night = verify(&world, Mend::Yes).await;
            assert_eq!((night.code(), night.writes()), (0, Vec::new()), "{cut:?}");
            assert_eq!(world.client("A1")["date_cutoff"], 31, "{cut:?}");
            let company = world.contact("A1", "見本商事");
            assert_eq!(company["phone_number"], "03-0000-0001", "{cut:?}");
            assert_eq!(company["addresses"][0]["street_address"], "神宮前1-2-3", "{cut:?}");
            assert_eq!(contacts(&world.client("A1")).len(), 3, "{cut:?}");
            assert_eq!(world.sync(&file()).await.writes(), Vec::<String>::new(), "{cut:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_in_a_repair_is_settled_before_it_is_sent_again() {
    for fault in [
        "lost-after:PATCH:nth=1",
        "lost-before:PATCH:nth=1",
        "5xx-after:PATCH",
        "late-commit:PATCH:nth=2:for=20s",
    ] {
        let world = world(CSV).await;
        edit_all(&world);
        world.faults(fault);
        let night = verify(&world, Mend::Yes).await;
        assert!(night.code() == 0 || fault.starts_with("5xx"), "{fault}: {:?}", night.end());
        world.faults("");
        world.pass(world.settle).await;
        assert_eq!(verify(&world, Mend::Yes).await.code(), 0, "{fault}");
        assert_eq!(world.client("A1")["date_cutoff"], 31, "{fault}");
        assert_eq!(world.sync(&file()).await.writes(), Vec::<String>::new(), "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_repair_that_runs_out_of_quota_ends_with_5_and_goes_on_the_next_day() {
    let mut world = TestWorld::new();
    CSV.clone_into(&mut world.config);
    world.sync(&companies(60)).await;
    rename(&world, 18);
    world.pace.limits.per_day = Some(85);
    let night = verify(&world, Mend::Yes).await;
    assert_eq!(night.end().0, 5, "{:?}", night.end());
    assert!(night.summary.exit.resume_at.is_some());
    let repaired = night.result().updated;
    assert!((1..18).contains(&repaired), "{repaired}");
    assert_eq!(night.result().remaining, 18 - repaired);
    world.pass(Duration::from_hours(24)).await;
    let night = verify(&world, Mend::Yes).await;
    assert_eq!((night.code(), night.result().updated), (0, 18 - repaired));
    world.pass(Duration::from_hours(24)).await;
    assert_eq!(verify(&world, Mend::No).await.code(), 0);
}

#[tokio::test(start_paused = true)]
async fn where_the_day_does_not_allow_the_reading_nothing_is_begun() {
    let mut world = TestWorld::new();
    world.pace.limits.per_day = Some(14);
    assert_eq!(world.sync(&companies(3)).await.code(), 0);
    let night = verify(&world, Mend::No).await;
    assert_eq!((night.end(), night.sent().len()), ((5, vec!["day_quota"]), 0));
    assert_eq!(findings(&night).len(), 0);
    world.pass(Duration::from_hours(24)).await;
    assert_eq!(verify(&world, Mend::No).await.code(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_look_at_few_of_many_clients_reads_only_their_contacts() {
    let world = TestWorld::new();
    assert_eq!(world.sync(&companies(30)).await.code(), 0);
    let contacts = |night: &Night| {
        let all = night.count("GET /contact/");
        (all, night.sent().iter().filter(|line| line.ends_with("/contact/")).count() - all)
    };
    let few = run(&world, &asked(&world, Mend::No, &["C003", "C017"]), Cut::Never).await.unwrap();
    assert_eq!((few.code(), contacts(&few)), (0, (0, 2)));
    let whole = verify(&world, Mend::No).await;
    assert_eq!((whole.code(), contacts(&whole)), (0, (1, 0)));
}

/// A server that refuses every PATCH, with words.
struct Refusing(Local);

impl Transport for Refusing {
    fn send(&self, request: Request, cap: usize) -> Sending<'_> {
        if request.method() != Method::PATCH {
            return self.0.send(request, cap);
        }
        let answer = http::Response::builder().status(400).body("{\"name\": [\"No.\"]}".into());
        Box::pin(async move { Ok(answer.unwrap()) })
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_server_refuses_is_told_and_no_row_is_refused_for_it() {
    let mut world = world(CSV).await;
    edit_all(&world);
    world.between = Some(Arc::new(|way| Arc::new(Refusing(way))));
    let night = verify(&world, Mend::Yes).await;
    assert_eq!((night.end(), night.outcome("A1")), ((3, vec!["refused"]), Outcome::Refused));
    assert_eq!(world.ledger().failures(10).unwrap()[0].message, "HTTP 400: name: No.");
    // The row itself is as the ledger knows it: the next night has nothing to refuse.
    assert_eq!(world.sync(&file()).await.code(), 0);
    world.between = None;
    let night = verify(&world, Mend::Yes).await;
    assert_eq!((night.code(), night.result().updated), (0, 1));
    assert_eq!(world.client("A1")["date_cutoff"], 31);
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_is_not_there_is_not_made() {
    let world = TestWorld::new();
    let asked = asked(&world, Mend::No, &[]);
    let night = run(&world, &asked, Cut::Never).await.unwrap();
    assert_eq!((night.end(), night.log.len()), ((1, vec!["ledger"]), 0));
    assert!(!world.ledger_path().exists());
}

#[tokio::test(start_paused = true)]
async fn many_clients_are_compared_with_few_requests() {
    let world = TestWorld::new();
    world.sync(&companies(150)).await;
    let night = verify(&world, Mend::No).await;
    let Tally { linked, remote, equal, .. } = compared(&night).tally;
    assert_eq!((night.code(), linked, remote, equal), (0, 150, 150, 150));
    assert!(night.sent().len() <= 10, "{:?}", night.sent());
}
