//! The screens as a reader in Japan sees them: nothing of them is in English, and scripts read what they always read.

use insta::assert_snapshot;

use crate::station::Station;

/// English words that stand on a Japanese screen all the same: commands, flags, files, names of the API.
fn leftovers(screen: &str) -> Vec<String> {
    let shown = screen.lines().filter(|line| !line.starts_with("$ ") && !line.starts_with("--- "));
    let mut found = Vec::new();
    for line in shown {
        let words: Vec<&str> = line.split(' ').collect();
        let is_word = |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
        // Two words of prose in a row, which no command has: `leapsync sync` is one.
        let prose = words
            .windows(2)
            .filter(|pair| pair.iter().all(is_word) && !["leapsync", "ledger"].contains(&pair[0]));
        found.extend(prose.map(|pair| format!("{} in {line}", pair.join(" "))));
    }
    found
}

fn in_japanese(mut station: Station) -> Station {
    station.set("LANG", "ja_JP.UTF-8");
    station
}

fn with_samples() -> Station {
    let station = in_japanese(Station::open());
    station.sample("clients.csv");
    station.sample("clients-next-day.csv");
    station
}

#[test]
fn the_nights_of_an_account_read_well_in_japanese() {
    let station = with_samples();
    assert_snapshot!("ja_plan_of_a_new_account", station.plan(&["clients.csv"]).screen());
    assert_snapshot!("ja_first_sync", station.sync(&["clients.csv"]).screen());
    let next_day = "clients-next-day.csv";
    assert_snapshot!("ja_plan_of_the_next_day", station.plan(&[next_day, "--delete", "delete"]).screen());
    let sync = station.sync(&[next_day, "--delete", "delete"]);
    assert_snapshot!("ja_sync_of_the_next_day", sync.screen());
    for (name, arguments) in [
        ("ja_status", ["status"].as_slice()),
        ("ja_failures", &["failures"]),
        ("ja_why", &["why", "001023"]),
        ("ja_why_of_a_stranger", &["why", "nobody"]),
        ("ja_holds", &["holds"]),
    ] {
        let ran = station.run(arguments);
        assert_eq!(leftovers(&ran.screen()), Vec::<String>::new());
        assert_snapshot!(name, ran.screen());
    }
    let history = station.run(&["history"]);
    assert!(history.stdout.starts_with("実行  開始"), "{}", history.screen());
    assert_eq!(leftovers(&history.screen()), Vec::<String>::new());
}

#[test]
fn a_refusal_is_told_in_the_language_of_whoever_asks() {
    let mut station = in_japanese(Station::open());
    station.write(
        "clients.csv",
        "client_external_id,name,email\nA,見本商事,\nB,例示商会,kari..no@docomo.ne.jp\nC,,\nD,見本,x\n",
    );
    assert_snapshot!("ja_sync_with_exceptions", station.sync(&["clients.csv"]).screen());
    assert_snapshot!("ja_failures_with_exceptions", station.run(&["failures"]).screen());
    station.set("LANG", "C");
    let english = station.run(&["failures"]);
    assert!(
        english.stdout.contains("row 5, column `email`: `x` is not an e-mail address"),
        "{}",
        english.screen()
    );
    let told = station.run(&["failures", "--lang", "ja"]);
    assert!(
        told.stdout.contains("5 行目、列「email」：「x」はメールアドレスではありません"),
        "{}",
        told.screen()
    );
}

#[test]
fn a_held_run_is_told_in_japanese() {
    let station = with_samples();
    station.sync(&["clients.csv"]).expect(0);
    station.write("empty.csv", "client_external_id,name\n");
    assert_snapshot!("ja_sync_held", station.sync(&["empty.csv"]).expect(4).screen());
    assert_snapshot!("ja_holds_with_one", station.run(&["holds"]).screen());
}

#[test]
fn errors_and_wrong_usage_are_told_in_japanese() {
    let station = in_japanese(Station::open());
    station.write("clients.csv", "name\nx\n");
    for (name, arguments) in [
        ("ja_no_such_file", ["sync", "nothing.csv"].as_slice()),
        ("ja_no_key", &["plan", "clients.csv"]),
        ("ja_no_ledger", &["status"]),
        ("ja_unknown_flag", &["sync", "clients.csv", "--delte"]),
        ("ja_unknown_command", &["snc"]),
        ("ja_missing_argument", &["sync"]),
        ("ja_wrong_value", &["sync", "clients.csv", "--delete", "all"]),
        ("ja_conflict", &["status", "-q", "-v"]),
        ("ja_help", &["--help"]),
        ("ja_help_of_sync", &["sync", "--help"]),
        ("ja_help_of_ledger_backup", &["ledger", "backup", "--help"]),
    ] {
        let ran = station.run(arguments);
        assert_eq!(leftovers(&ran.screen()), Vec::<String>::new());
        assert_snapshot!(name, ran.screen());
    }
}

#[test]
fn scripts_read_the_same_in_both_languages() {
    let station = with_samples();
    station.sync(&["clients.csv"]).expect(0);
    let plan = |language: &str| {
        let ran = station.plan(&["clients-next-day.csv", "--json", "--lang", language]);
        let mut value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        for changing in ["started_at", "finished_at", "duration_s", "quota", "requests"] {
            value[changing] = serde_json::Value::Null;
        }
        value
    };
    assert_eq!(plan("en"), plan("ja"));
    let results = |language: &str| {
        station.sync(&["clients-next-day.csv", "--results", "results.csv", "--lang", language]);
        station.read("results.csv")
    };
    let japanese = results("ja");
    assert!(
        japanese.starts_with("\u{feff}line,client_external_id,action,outcome,mid,http_status,message\r\n")
    );
    assert!(japanese.contains(",none,rejected,,,") && japanese.contains("行目、列「"), "{japanese}");
    assert!(results("en").contains(",none,rejected,,,\"row "));
}

#[test]
fn the_flag_is_stronger_than_the_locale_and_lc_all_the_strongest_of_it() {
    let mut station = Station::alone();
    let speaks = |station: &Station, arguments: &[&str]| {
        let stdout = station.run(arguments).stdout;
        if stdout.contains("使い方：") { "ja" } else { "en" }
    };
    assert_eq!(speaks(&station, &["--help"]), "en");
    assert_eq!(speaks(&station, &["--help", "--lang", "ja"]), "ja");
    station.set("LANG", "ja_JP.UTF-8");
    assert_eq!(speaks(&station, &["plan", "--help"]), "ja");
    assert_eq!(speaks(&station, &["plan", "--help", "--lang=en"]), "en");
    station.set("LC_MESSAGES", "en_US.UTF-8");
    assert_eq!(speaks(&station, &["plan", "--help"]), "en");
    station.set("LC_ALL", "ja_JP.UTF-8");
    assert_eq!(speaks(&station, &["plan", "--help"]), "ja");
    assert_eq!(station.run(&["plan", "x.csv", "--lang", "fr"]).code, Some(2));
}
