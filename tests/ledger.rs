//! The ledger as runs meet it: one private file, one run at a time, and everything kept over crash and restart.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use leapsync::journal::{Entry, Intent};
use leapsync::ledger::{Binding, Ledger, LedgerError, Used};
use leapsync::operation::{AttemptId, RunId, State, Verdict};
use leapsync::record::{Desired, ExternalId, Field, Fields, Known, Line, Mid};
use tempfile::TempDir;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clients.ledger");
    (folder, path)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn id(key: &str) -> ExternalId {
    ExternalId::new(key)
}

fn binding(partner: &str) -> Binding {
    Binding { origin: "https://api.example.com".to_owned(), partner: Mid::parse(partner).unwrap() }
}

fn link(key: &str, name: &str) -> Entry {
    let own = Fields::from([(Field::TaxRegistrationNumber, name.to_owned())]);
    let known = Known { mid: Mid::parse("1").unwrap(), own, contacts: Vec::new(), archived: false };
    Entry::Linked { external_id: id(key), known, fingerprint: None }
}

fn intend(attempt: i64, key: &str, intent: Intent) -> Entry {
    let request = "POST /client/".to_owned();
    Entry::Intent { attempt: AttemptId(attempt), external_id: id(key), intent, request }
}

fn create(key: &str) -> Intent {
    let company = Fields::from([(Field::Name, "見本商事".to_owned())]);
    let (external_id, lines) = (id(key), vec![Line(2)]);
    let (own, persons, departed) = (Fields::new(), Vec::new(), Vec::new());
    Intent::Create(Box::new(Desired {
        external_id,
        lines,
        own,
        company,
        persons,
        departed,
        yielded: BTreeSet::new(),
    }))
}

fn run(ledger: &mut Ledger) -> RunId {
    ledger.start_run("sync", "clients.csv", at(0)).unwrap()
}

fn with_sqlite(path: &Path, sql: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn the_ledger_and_its_companions_are_readable_by_their_owner_only() {
    let (folder, path) = folder();
    let mut ledger = Ledger::open(&path).unwrap();
    run(&mut ledger);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["clients.ledger", "clients.ledger-shm", "clients.ledger-wal", "clients.ledger.lock"]);
}

#[test]
fn a_ledger_that_others_could_read_is_made_private() {
    let (_folder, path) = folder();
    drop(Ledger::open(&path).unwrap());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    drop(Ledger::open(&path).unwrap());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_symbolic_link_is_refused_as_ledger_and_as_its_lock() {
    let (folder, path) = folder();
    drop(Ledger::open(&path).unwrap());
    let other = folder.path().join("other.ledger");
    symlink(&path, &other).unwrap();
    assert!(matches!(Ledger::open(&other), Err(LedgerError::Symlink { .. })));
    assert!(matches!(Ledger::open_to_read(&other), Err(LedgerError::Symlink { .. })));
    let third = folder.path().join("third.ledger");
    symlink(folder.path().join("victim"), folder.path().join("third.ledger.lock")).unwrap();
    assert!(matches!(Ledger::open(&third), Err(LedgerError::Symlink { .. })));
    assert!(!folder.path().join("victim").exists());
}

#[test]
fn the_folder_of_a_ledger_may_be_reached_through_a_link() {
    let (folder, _) = folder();
    fs::create_dir(folder.path().join("real")).unwrap();
    symlink(folder.path().join("real"), folder.path().join("link")).unwrap();
    let path = folder.path().join("link/clients.ledger");
    let ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.path(), Some(path.as_path()));
}

#[test]
fn a_folder_in_the_place_of_a_ledger_and_a_missing_folder_are_told_apart() {
    let (folder, path) = folder();
    assert!(matches!(Ledger::open(folder.path()), Err(LedgerError::NotAFile { .. })));
    let nowhere = path.join("nowhere/clients.ledger");
    assert!(matches!(Ledger::open(&nowhere), Err(LedgerError::NoFolder { .. })));
    assert!(matches!(Ledger::open_to_read(&nowhere), Err(LedgerError::Missing { .. })));
    assert!(matches!(Ledger::open_to_read(&path), Err(LedgerError::Missing { .. })));
    assert!(!path.exists());
}

#[test]
fn two_runs_never_hold_one_ledger() {
    let (_folder, path) = folder();
    let first = Ledger::open(&path).unwrap();
    assert!(matches!(Ledger::open(&path), Err(LedgerError::Locked { .. })));
    let book = first.quota_book().unwrap();
    drop(first);
    assert!(matches!(Ledger::open(&path), Err(LedgerError::Locked { .. })), "the quota book still writes");
    drop(book);
    Ledger::open(&path).unwrap();
}

#[test]
fn a_ledger_of_a_newer_leapsync_is_refused_and_left_alone() {
    let (_folder, path) = folder();
    drop(Ledger::open(&path).unwrap());
    with_sqlite(&path, "PRAGMA user_version = 99");
    for opened in [Ledger::open(&path), Ledger::open_to_read(&path)] {
        assert!(matches!(opened, Err(LedgerError::FromTheFuture { found: 99, .. })));
    }
}

#[test]
fn a_file_that_is_no_ledger_is_refused_and_left_alone() {
    let (folder, path) = folder();
    let garbage = "clients;names\n".repeat(1000);
    fs::write(&path, &garbage).unwrap();
    for opened in [Ledger::open(&path), Ledger::open_to_read(&path)] {
        assert!(matches!(opened, Err(LedgerError::Corrupt { .. })), "{opened:?}");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), garbage);
    let foreign = folder.path().join("browser.db");
    with_sqlite(&foreign, "CREATE TABLE history (url TEXT)");
    for opened in [Ledger::open(&foreign), Ledger::open_to_read(&foreign)] {
        assert!(matches!(opened, Err(LedgerError::NotALedger { .. })));
    }
}

#[test]
fn a_ledger_belongs_to_one_account_for_ever() {
    let (_folder, path) = folder();
    let mut ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.binding().unwrap(), None);
    ledger.bind(&binding("1")).unwrap();
    drop(ledger);
    let mut ledger = Ledger::open(&path).unwrap();
    ledger.bind(&binding("1")).unwrap();
    let refused = ledger.bind(&binding("2")).unwrap_err();
    assert!(matches!(&refused, LedgerError::OtherAccount { ledger, .. } if *ledger == binding("1")));
    assert_eq!(ledger.binding().unwrap(), Some(binding("1")));
}

#[test]
fn everything_that_was_committed_is_there_after_a_restart() {
    let (_folder, path) = folder();
    let mut ledger = Ledger::open(&path).unwrap();
    let first = run(&mut ledger);
    ledger.commit(first, at(1), &[intend(1, "B", create("B")), link("A", "T1")]).unwrap();
    drop(ledger);
    let ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.in_doubt().unwrap()[0].sent_at, at(1));
    assert!(ledger.known(&id("A")).unwrap().is_some());
    assert_eq!(ledger.next_attempt().unwrap(), AttemptId(2));
    assert_eq!(ledger.runs(9).unwrap()[0].finished_at, None);
    assert_eq!(ledger.integrity().unwrap(), Vec::<String>::new());
}

#[test]
fn clients_come_in_the_byte_order_of_their_ids_page_by_page() {
    let mut ledger = Ledger::in_memory().unwrap();
    let first = run(&mut ledger);
    let keys = ["a-1", "A-10", "A-1", "取引先", "ｱ", "ア", "Ω", "𠮷"];
    let entries: Vec<Entry> = keys.iter().map(|key| link(key, "T1")).collect();
    ledger.commit(first, at(1), &entries).unwrap();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = ledger.heads_after(after.as_ref(), 3).unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.external_id.clone());
        seen.extend(page.into_iter().map(|head| head.external_id.as_str().to_owned()));
    }
    let mut sorted = keys.map(str::to_owned);
    sorted.sort();
    assert_eq!(seen, sorted);
}

#[test]
fn a_ledger_that_is_read_shows_what_a_run_commits_and_writes_nothing() {
    let (_folder, path) = folder();
    let mut writer = Ledger::open(&path).unwrap();
    let first = run(&mut writer);
    let mut reader = Ledger::open_to_read(&path).unwrap();
    writer.commit(first, at(1), &[link("A", "T1")]).unwrap();
    assert_eq!(reader.counts().unwrap()[&State::Linked], 1);
    assert!(reader.commit(first, at(2), &[link("B", "T1")]).is_err());
    assert!(reader.start_run("sync", "clients.csv", at(2)).is_err());
    assert!(matches!(reader.quota_book(), Err(LedgerError::ReadOnly)));
    assert_eq!(writer.counts().unwrap()[&State::Linked], 1);
}

#[test]
fn what_a_killed_run_committed_can_be_read_before_the_next_run() {
    let (folder, path) = folder();
    let mut ledger = Ledger::open(&path).unwrap();
    let first = run(&mut ledger);
    ledger.commit(first, at(1), &[link("A", "T1")]).unwrap();
    let copy = folder.path().join("copy.ledger");
    fs::copy(&path, &copy).unwrap();
    fs::copy(folder.path().join("clients.ledger-wal"), folder.path().join("copy.ledger-wal")).unwrap();
    let before = fs::read(&copy).unwrap();
    let reader = Ledger::open_to_read(&copy).unwrap();
    assert_eq!(reader.counts().unwrap()[&State::Linked], 1);
    drop(reader);
    assert_eq!(fs::read(&copy).unwrap(), before);
    assert_eq!(Ledger::open(&copy).unwrap().counts().unwrap()[&State::Linked], 1);
}

#[test]
fn reading_a_ledger_at_rest_leaves_its_file_as_it_is() {
    let (_folder, path) = folder();
    drop(Ledger::open(&path).unwrap());
    let before = fs::read(&path).unwrap();
    assert_eq!(Ledger::open_to_read(&path).unwrap().runs(9).unwrap(), []);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn old_attempts_and_runs_are_pruned_and_their_numbers_never_given_again() {
    let mut ledger = Ledger::in_memory().unwrap();
    let first = run(&mut ledger);
    for attempt in 1..=25 {
        let entries = [intend(attempt, "A", create("A")), Entry::NotCreated(id("A"))];
        ledger.commit(first, at(attempt), &entries).unwrap();
    }
    ledger.finish_run(first, at(30), 5, "{}").unwrap();
    let attempts = ledger.attempts(&id("A")).unwrap();
    assert_eq!((attempts.len(), attempts[0].id, attempts[19].id), (20, AttemptId(25), AttemptId(6)));
    for second in 31..=60 {
        let next = run(&mut ledger);
        ledger.finish_run(next, at(second), 0, "{}").unwrap();
    }
    assert_eq!(ledger.attempts(&id("A")).unwrap(), []);
    assert_eq!(ledger.next_attempt().unwrap(), AttemptId(26));
    let runs = ledger.runs(99).unwrap();
    assert_eq!((runs.len(), runs[0].id, runs[29].id), (30, RunId(31), RunId(2)));
    assert_eq!((runs[0].exit_code, runs[0].finished_at), (Some(0), Some(at(60))));
}

#[test]
fn the_account_of_a_run_is_kept_with_it_and_forgotten_with_it() {
    let mut ledger = Ledger::in_memory().unwrap();
    let first = run(&mut ledger);
    assert_eq!(ledger.account(first).unwrap(), None);
    ledger.keep_account(first, "{\"created\":1}").unwrap();
    ledger.finish_run(first, at(1), 0, "{}").unwrap();
    assert_eq!(ledger.account(first).unwrap().as_deref(), Some("{\"created\":1}"));
    for second in 2..=31 {
        let next = run(&mut ledger);
        ledger.finish_run(next, at(second), 0, "{}").unwrap();
    }
    assert_eq!(ledger.account(first).unwrap(), None);
    assert_eq!(ledger.account(RunId(99)).unwrap(), None);
}

#[test]
fn a_doubt_outlives_the_pruning_of_its_attempt() {
    let mut ledger = Ledger::in_memory().unwrap();
    let first = run(&mut ledger);
    ledger.commit(first, at(1), &[intend(1, "A", create("A"))]).unwrap();
    for second in 2..40 {
        let next = run(&mut ledger);
        ledger.finish_run(next, at(second), 3, "{}").unwrap();
    }
    assert_eq!(ledger.attempts(&id("A")).unwrap(), []);
    let doubts = ledger.in_doubt().unwrap();
    assert_eq!((doubts[0].sent_at, doubts[0].desired.is_some()), (at(1), true));
}

#[test]
fn no_byte_of_a_removed_client_is_left_on_the_disk_after_the_run() {
    let (folder, path) = folder();
    let holds = |secret: &str| {
        let files =
            fs::read_dir(folder.path()).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
        files.into_iter().any(|bytes| bytes.windows(secret.len()).any(|window| window == secret.as_bytes()))
    };
    let mut ledger = Ledger::open(&path).unwrap();
    let first = run(&mut ledger);
    let message = "T9876543210123 is bad".to_owned();
    let answer = Entry::Answer { attempt: AttemptId(1), verdict: Verdict::Done, status: Some(204), message };
    ledger.commit(first, at(1), &[link("A", "T1234567890123")]).unwrap();
    ledger.commit(first, at(2), &[intend(1, "A", Intent::Remove), answer]).unwrap();
    assert!(holds("T1234567890123") && holds("T9876543210123"));
    ledger.commit(first, at(3), &[Entry::Removed(id("A"))]).unwrap();
    ledger.finish_run(first, at(4), 0, "{}").unwrap();
    assert!(!holds("T1234567890123") && !holds("T9876543210123"));
}

#[test]
fn used_quota_is_remembered_for_a_day() {
    let (_folder, path) = folder();
    let day = 24 * 60 * 60;
    let ledger = Ledger::open(&path).unwrap();
    let mut book = ledger.quota_book().unwrap();
    let block = book.reserve(10, at(0)).unwrap();
    book.close(block, 7, at(5)).unwrap();
    assert!(matches!(book.close(block, 7, at(6)), Err(LedgerError::NoSuchBlock)));
    drop((book, ledger));
    let ledger = Ledger::open(&path).unwrap();
    let mut book = ledger.quota_book().unwrap();
    assert_eq!(book.load(at(5 + day)).unwrap(), [Used { ended_at: at(5), count: 7 }]);
    assert_eq!(book.load(at(6 + day)).unwrap(), []);
}

#[test]
fn quota_that_a_crash_left_open_counts_in_full_as_used_at_the_restart() {
    let (_folder, path) = folder();
    let ledger = Ledger::open(&path).unwrap();
    ledger.quota_book().unwrap().reserve(10, at(0)).unwrap();
    drop(ledger);
    let ledger = Ledger::open(&path).unwrap();
    let mut book = ledger.quota_book().unwrap();
    assert_eq!(book.load(at(100)).unwrap(), [Used { ended_at: at(100), count: 10 }]);
    assert_eq!(book.load(at(200)).unwrap(), [Used { ended_at: at(100), count: 10 }]);
}

#[test]
fn quota_used_in_the_future_counts_as_used_now_when_the_clock_was_set_back() {
    let ledger = Ledger::in_memory().unwrap();
    let mut book = ledger.quota_book().unwrap();
    let block = book.reserve(3, at(1000)).unwrap();
    book.close(block, 3, at(1001)).unwrap();
    assert_eq!(book.load(at(0)).unwrap(), [Used { ended_at: at(0), count: 3 }]);
}

#[test]
fn the_quota_book_is_kept_by_another_task_beside_the_ledger() {
    let (_folder, path) = folder();
    let mut ledger = Ledger::open(&path).unwrap();
    let first = run(&mut ledger);
    let mut book = ledger.quota_book().unwrap();
    let other = std::thread::spawn(move || {
        for second in 0..50 {
            let block = book.reserve(1, at(second)).unwrap();
            book.close(block, 1, at(second)).unwrap();
        }
        book.load(at(50)).unwrap().len()
    });
    for second in 0..50 {
        ledger.commit(first, at(second), &[link("A", "T1")]).unwrap();
    }
    assert_eq!(other.join().unwrap(), 50);
}

#[test]
fn a_ledger_from_before_mappings_were_kept_takes_one_in() {
    let (_folder, path) = folder();
    with_sqlite(&path, &format!("{}PRAGMA user_version = 1;", include_str!("../migrations/0001_ledger.sql")));
    let mut ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.mapping().unwrap(), None);
    let run = run(&mut ledger);
    let parts = |pairs: &[(&str, &str)]| {
        let owned = |(part, hash): &(&str, &str)| ((*part).to_owned(), (*hash).to_owned());
        pairs.iter().map(owned).collect::<std::collections::BTreeMap<_, _>>()
    };
    let first = parts(&[("name", "1"), ("email", "2")]);
    ledger.commit(run, at(1), &[Entry::MappingInUse(first)]).unwrap();
    ledger.commit(run, at(2), &[Entry::MappingInUse(parts(&[("name", "3")]))]).unwrap();
    assert_eq!(ledger.mapping().unwrap(), Some(parts(&[("name", "3"), ("email", "2")])));
    assert_eq!(ledger.integrity().unwrap(), Vec::<String>::new());
}

#[test]
fn a_ledger_whose_imprint_had_other_pages_forgets_it_and_nothing_else() {
    let (_folder, path) = folder();
    let before = [
        include_str!("../migrations/0001_ledger.sql"),
        include_str!("../migrations/0002_mapping.sql"),
        include_str!("../migrations/0003_holds.sql"),
        include_str!("../migrations/0004_reasons.sql"),
        include_str!("../migrations/0005_report.sql"),
        include_str!("../migrations/0006_answered.sql"),
        include_str!("../migrations/0007_spared.sql"),
        include_str!("../migrations/0008_imprint.sql"),
        "INSERT INTO client (external_id, state) VALUES ('A', 'new');
        INSERT INTO imprint VALUES (1, 1, 'terms', 7, x'00', 'form', x'00', '{}');
        INSERT INTO imprint_page VALUES (0, x'00', x'00');
        INSERT OR IGNORE INTO awake VALUES ('A');
        PRAGMA user_version = 8;",
    ];
    with_sqlite(&path, &before.concat());
    let ledger = Ledger::open(&path).unwrap();
    assert!(ledger.imprint().unwrap().is_none());
    assert_eq!(ledger.awake(1).unwrap(), Some(BTreeSet::new()));
    assert!(ledger.head(&ExternalId::new("A")).unwrap().is_some());
    assert_eq!(ledger.integrity().unwrap(), Vec::<String>::new());
}
