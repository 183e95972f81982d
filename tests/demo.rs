//! The demo's whole output, as a person sees it on a terminal without colours: what it says must be what happened.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::{Command, Output};

use unicode_width::UnicodeWidthStr;

/// The widest line that an 80-column terminal shows whole.
const COLUMNS: usize = 80;

fn demo(colours: &str) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_leapsync"))
        .arg("demo")
        .env_clear()
        .env("TMPDIR", folder.path())
        .env("TZ", "Asia/Tokyo")
        .env(colours, "1")
        .current_dir(folder.path())
        .output()
        .unwrap();
    (output, folder)
}

/// The story without what differs from run to run: the folder, the port and the seconds.
fn redacted(output: &Output, folder: &std::path::Path) -> String {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let mut story = String::new();
    for line in text.replace(&folder.display().to_string(), "TMP").lines() {
        let mut line = line.to_owned();
        for (before, behind, word) in
            [("127.0.0.1:", "", "PORT"), ("leapsync-demo-", "/", "XXXXXX"), (" in ", " s:", "N.N")]
        {
            line = between(&line, before, behind, word);
        }
        story.push_str(&line);
        story.push('\n');
    }
    story
}

/// Puts `word` in place of the digits, letters and points that stand behind `before` and in front of `behind`.
fn between(line: &str, before: &str, behind: &str, word: &str) -> String {
    let Some(start) = line.find(before).map(|at| at + before.len()) else { return line.to_owned() };
    let rest = &line[start..];
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len());
    if rest[end..].starts_with(behind) && end > 0 {
        format!("{}{word}{}", &line[..start], &rest[end..])
    } else {
        line.to_owned()
    }
}

#[test]
fn the_demo_tells_three_days_in_one_screen() {
    let (output, folder) = demo("NO_COLOR");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
    insta::assert_snapshot!(redacted(&output, folder.path()));
}

#[test]
fn the_demo_fits_eighty_columns_and_one_screen() {
    let (output, folder) = demo("NO_COLOR");
    // Paths are as long as the machine makes them.
    let story = redacted(&output, folder.path());
    let wide: Vec<&str> = story.lines().filter(|line| line.width() > COLUMNS).collect();
    assert_eq!(wide, Vec::<&str>::new());
    assert!(story.lines().count() <= 48, "{} lines", story.lines().count());
}

#[test]
fn the_demo_leaves_a_ledger_and_results_in_its_own_folder_and_nothing_where_it_was_started() {
    let (_, folder) = demo("NO_COLOR");
    let entries: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert!(entries[0].join("leapsync.db").exists());
    let results = std::fs::read_to_string(entries[0].join("day-2-results.csv")).unwrap();
    assert!(results.contains(",001070,delete,refused,"), "{results}");
}

#[test]
fn colours_change_nothing_but_the_colours() {
    let (plain, folder) = demo("NO_COLOR");
    let (coloured, other) = demo("CLICOLOR_FORCE");
    let text = redacted(&coloured, other.path());
    assert!(text.contains("\u{1b}["), "there are colours");
    let mut stripped = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find("\u{1b}[") {
        stripped.push_str(&rest[..start]);
        let end = rest[start..].find('m').unwrap();
        rest = &rest[start + end + 1..];
    }
    stripped.push_str(rest);
    assert_eq!(stripped, redacted(&plain, folder.path()));
}

#[test]
fn the_demo_fits_eighty_columns_in_japanese_too() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_leapsync"))
        .args(["demo", "--lang", "ja"])
        .env_clear()
        .env("TMPDIR", folder.path())
        .env("NO_COLOR", "1")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success());
    let story = redacted(&output, folder.path());
    assert!(story.contains("2 日目：基幹システムから再び一覧を出力"), "{story}");
    let wide: Vec<&str> = story.lines().filter(|line| line.width() > COLUMNS).collect();
    assert_eq!(wide, Vec::<&str>::new());
}
