//! The form of the file as a run meets it: footers, odd cells, rejects that come back, a file that somebody still writes.

use std::fs;
use std::io::Write;
use std::time::Duration;

use leapsync::event::{Event, Notice, Why};
use leapsync::journal::Outcome;
use leapsync::record::Line;
use leapsync::settings::{OnGone, Scope};
use leapsync::source::SourceError;
use leapsync::sync::SyncError;

use crate::night::Night;
use crate::world::{Cut, TestWorld, touch};

const HEADER: &str = "client_external_id,name,email,phone_number,postal_code\n";

fn footers(night: &Night) -> Vec<u64> {
    let footers = night.endings().filter(|ending| ending.reason == Why::Footer);
    let mut lines: Vec<u64> = footers.flat_map(|ending| ending.lines.iter().map(|line| line.0)).collect();
    lines.sort_unstable();
    lines
}

fn rows(night: &Night) -> (u64, u64, u64, u64) {
    let rows = night.summary.rows.unwrap();
    (rows.read, rows.rejected, rows.footer, rows.clients)
}

fn notices(night: &Night) -> Vec<&Notice> {
    let notices = night.events.iter().filter_map(|event| match event {
        Event::Notice(notice) => Some(notice),
        _ => None,
    });
    notices.filter(|notice| !matches!(notice, Notice::Ledger(_) | Notice::FirstReading)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_footer_is_told_and_is_no_client() {
    let world = TestWorld::new();
    let csv = format!("{HEADER}A,見本商事,,,\nB,例示商店,,,\n\n合計件数,2件\n\"Confidential\"");
    let night = world.run_unchecked(&csv, Cut::Never).await.unwrap();
    assert_eq!(night.summary.contradictions(), Vec::<String>::new());
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    assert_eq!(rows(&night), (4, 0, 2, 2));
    assert_eq!(footers(&night), [5, 6]);
    assert!(night.endings().filter(|it| it.reason == Why::Footer).all(|it| it.outcome == Outcome::Skipped));
    let counted = |event: &Event| matches!(event, Event::FooterCount { line: Line(5), stated: 2, rows: 2 });
    assert!(night.events.iter().any(counted));
    assert_eq!(notices(&night), Vec::<&Notice>::new());
    let plan = world.plan(&csv).await;
    assert_eq!((rows(&plan), plan.summary.result), ((4, 0, 2, 2), None));
}

#[tokio::test(start_paused = true)]
async fn a_footer_that_counts_otherwise_is_told() {
    let world = TestWorld::new();
    let night = world.run(&format!("{HEADER}A,見本商事,,,\n合計件数,45件\n"), Cut::Never).await.unwrap();
    assert_eq!(night.code(), 0);
    assert_eq!(notices(&night), [&Notice::CountDisagrees { line: Line(3), stated: 45, rows: 1 }]);
}

#[tokio::test(start_paused = true)]
async fn what_looks_like_a_footer_and_is_not_the_last_is_a_bad_row() {
    let world = TestWorld::new();
    let night = world.run(&format!("{HEADER}小計,1件\nA,見本商事,,,\n以上\n"), Cut::Never).await.unwrap();
    assert_eq!(night.end(), (3, vec!["rejected"]));
    assert_eq!((rows(&night), footers(&night)), ((3, 1, 1, 1), vec![4]));
}

#[tokio::test(start_paused = true)]
async fn a_short_row_of_a_client_that_is_known_is_no_footer() {
    let world = TestWorld::new();
    world.run(&format!("{HEADER}A,見本商事,,,\nB,例示商店,,,\n"), Cut::Never).await.unwrap();
    let night = world.run(&format!("{HEADER}A,見本商事,,,\nB,例示\n"), Cut::Never).await.unwrap();
    assert_eq!(night.end(), (3, vec!["rejected"]));
    assert_eq!((rows(&night), footers(&night)), ((2, 1, 0, 1), vec![]));
    assert_eq!(night.result().gone, 0);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_cut_off_stops_the_run() {
    let world = TestWorld::new();
    for tail in ["B,例示", "B,\"例示商店,,,\n"] {
        let night = world.run_unchecked(&format!("{HEADER}A,見本商事,,,\n{tail}"), Cut::Never).await.unwrap();
        assert_eq!(night.end(), (1, vec!["input"]), "{tail}");
        assert_eq!(night.log.len(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn odd_cells_are_told_if_they_are_used() {
    let world = TestWorld::new();
    let header = "client_external_id,name,email,備考\n";
    let night = world
        .run(&format!("{header}A,見本\u{e000}商事,,\u{e000}\nB, \"例示\",,\nC,=\"01\",,\n"), Cut::Never)
        .await
        .unwrap();
    let warnings = night.events.iter().filter_map(|event| match event {
        Event::Warned(warning) => Some(format!(
            "{} {} {:?}",
            warning.line,
            warning.column.as_deref().unwrap_or_default(),
            warning.kind
        )),
        _ => None,
    });
    let warnings: Vec<String> = warnings.collect();
    assert_eq!(warnings, ["2 name PrivateLetter", "3 name QuoteAstray"]);
    assert_eq!(notices(&night), [&Notice::Unwrapped { cells: 1, first: Line(4) }]);
    assert_eq!(world.contact("C", "01")["name"], "01");
}

#[tokio::test(start_paused = true)]
async fn a_rejects_file_says_nothing_of_the_clients_that_are_not_in_it() {
    let world = TestWorld::new();
    world.run(&format!("{HEADER}A,見本商事,,,\nB,例示商店,,,\n"), Cut::Never).await.unwrap();
    let header = format!("leapsync_line,leapsync_reason,{HEADER}");
    let night = world.run(&format!("{header}3,\"row 3, …\",B,例示百貨店,,,\n"), Cut::Never).await.unwrap();
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    assert_eq!((night.result().updated, night.result().gone), (1, 0));
    assert_eq!(notices(&night), [&Notice::RejectsFile]);
    let short = world.run(&format!("{header}3,,B\n"), Cut::Never).await.unwrap();
    assert_eq!((rows(&short), short.code()), ((1, 1, 0, 0), 3), "every row of it was a row before");
}

/// Appends a row to the input each half second, so many times.
fn writer(world: &TestWorld, times: u32) -> tokio::task::JoinHandle<()> {
    let (path, clock) = (world.folder().join("clients.csv"), world.clock);
    tokio::spawn(async move {
        for number in 0..times {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
            writeln!(file, "C{number},見本商事{number},,,").unwrap();
            touch(&path, clock.now());
        }
    })
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_still_being_written_is_waited_for() {
    let mut world = TestWorld::new();
    world.patience = Duration::from_secs(30);
    let csv = format!("{HEADER}A,見本商事,,,\nB,例示商店,,,\n");
    let writing = writer(&world, 7);
    let night = world.run_unchecked(&csv, Cut::Never).await.unwrap();
    writing.await.unwrap();
    assert_eq!((night.code(), night.summary.rows.unwrap().clients), (0, 9));
    let waits = night.events.iter().filter(|event| matches!(event, Event::Waiting { .. })).count();
    assert!(waits >= 1, "{waits}");
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_written_without_end_is_not_used() {
    let mut world = TestWorld::new();
    world.patience = Duration::from_secs(30);
    let writing = writer(&world, 100);
    let csv = format!("{HEADER}A,見本商事,,,");
    let night = world.run_unchecked(&csv, Cut::Never).await.unwrap();
    assert_eq!(night.end(), (1, vec!["input"]));
    let growing = SyncError::Input(SourceError::Growing {
        path: world.folder().join("clients.csv"),
        waited: Duration::from_secs(30),
    });
    assert_eq!(night.error.unwrap().to_string(), growing.to_string());
    assert_eq!(night.log.len(), 0);
    writing.abort();
}

#[tokio::test(start_paused = true)]
async fn a_fresh_file_is_watched_for_two_seconds_and_an_old_one_is_not() {
    for (age, least, most) in [(0, 2.0, 3.0), (1, 1.0, 2.0), (60, 0.0, 1.0)] {
        let mut world = TestWorld::new();
        world.patience = Duration::from_secs(30);
        world.file_age = Duration::from_secs(age);
        let night = world.run(&format!("{HEADER}A,見本商事,,,\n"), Cut::Never).await.unwrap();
        let lasted = night.summary.duration_s;
        assert!((least..most).contains(&lasted), "{age}: {lasted}");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_deleted_while_a_footer_counts_other_rows_than_the_file_has() {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    let rows: String = (1..=30).map(|n| format!("C{n:02},見本{n:02},,,\n")).collect::<Vec<_>>().concat();
    world.sync(&format!("{HEADER}{rows}")).await;
    let without = rows.replace("C07,見本07,,,\n", "");
    let night = world.run(&format!("{HEADER}{without}合計件数,30件\n"), Cut::Never).await.unwrap();
    assert_eq!((night.code(), night.writes()), (4, Vec::new()));
    assert_eq!(night.ending("C07").reason, Why::CountDisagrees);
    // A footer that agrees says that the file is whole.
    let night = world.run(&format!("{HEADER}{without}合計件数,29件\n"), Cut::Never).await.unwrap();
    assert_eq!((night.code(), night.writes().len()), (0, 1));
    assert!(world.clients_of("C07").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_was_asked_for_and_is_not_in_the_file_is_named() {
    let mut world = TestWorld::new();
    let id = leapsync::record::ExternalId::new;
    world.scope = Scope::Only([id("A"), id("TYPO")].into());
    let night = world.run(&format!("{HEADER}A,見本,,,\nB,例示,,,\n"), Cut::Never).await.unwrap();
    assert_eq!(night.writes(), ["POST /client/"]);
    assert_eq!(notices(&night), [&Notice::NotInFile(id("TYPO"))]);
}

#[tokio::test(start_paused = true)]
async fn a_last_row_that_lost_its_empty_cells_is_told_and_no_footer() {
    let world = TestWorld::new();
    let header = "client_external_id,name,email,phone_number,postal_code,a,b,c,d,e,f,g\n";
    let whole = "A,見本商事,,,,,,,,,,\n";
    let night = world.run(&format!("{header}{whole}A-2000,例示商事\n"), Cut::Never).await.unwrap();
    assert_eq!(night.end(), (3, vec!["rejected"]));
    assert_eq!((rows(&night), footers(&night)), ((2, 1, 0, 1), Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn a_last_row_that_was_cut_in_its_key_lets_deletes_wait() {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    let rows =
        |most: u32| (1..=most).map(|n| format!("C{n:02},見本{n:02},,,\n")).collect::<Vec<_>>().concat();
    world.sync(&format!("{HEADER}{}", rows(30))).await;
    for end in ["C3\n", "\nC3\n"] {
        let night = world.run_unchecked(&format!("{HEADER}{}{end}", rows(29)), Cut::Never).await.unwrap();
        assert_eq!((night.code(), night.writes()), (4, Vec::new()), "{end:?}");
        assert_eq!(night.ending("C30").reason, Why::RowWithoutId);
    }
    // What is no code is a footer, and says nothing of a client.
    let night = world.run(&format!("{HEADER}{}以上\n", rows(29)), Cut::Never).await.unwrap();
    assert_eq!((night.code(), night.writes().len()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_footer_that_a_spreadsheet_filled_up_with_commas_is_a_footer() {
    let world = TestWorld::new();
    let night = world.run(&format!("{HEADER}A,見本商事,,,\n合計件数,1件,,,\n"), Cut::Never).await.unwrap();
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    assert_eq!((rows(&night), footers(&night)), ((2, 0, 1, 1), vec![3]));
}

#[tokio::test(start_paused = true)]
async fn a_quote_that_swallows_rows_stops_the_run_though_the_row_is_as_wide_as_the_header() {
    let world = TestWorld::new();
    let csv = format!("{HEADER}A,\"見本,,,\nB,例示,,,\nC,架空\",,,\n");
    let night = world.run_unchecked(&csv, Cut::Never).await.unwrap();
    assert_eq!(night.code(), 1);
    assert!(
        matches!(night.error, Some(SyncError::Input(SourceError::Swallowed { .. }))),
        "{:?}",
        night.error
    );
}

#[tokio::test(start_paused = true)]
async fn a_mended_rejects_file_leaves_no_failure_behind() {
    let world = TestWorld::new();
    world.run(&format!("{HEADER}A,見本商事,a(at)b,,\nB,例示,,,\n"), Cut::Never).await.unwrap();
    assert_eq!(world.ledger().failures(10).unwrap().len(), 1);
    let mended = format!("leapsync_line,leapsync_reason,{HEADER}2,mended,A,見本商事,a@example.jp,,\n");
    let night = world.run_unchecked(&mended, Cut::Never).await.unwrap();
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    assert_eq!(world.ledger().failures(10).unwrap().len(), 0);
}
