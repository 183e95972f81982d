//! Every screen as its reader sees it.

use insta::assert_snapshot;

use crate::station::Station;

fn with_samples() -> Station {
    let station = Station::open();
    station.sample("clients.csv");
    station.sample("clients-next-day.csv");
    station
}

#[test]
fn the_nights_of_a_new_account_read_well() {
    let station = with_samples();
    let day = "clients.csv";
    let next_day = "clients-next-day.csv";
    assert_snapshot!("plan_of_a_new_account", station.plan(&[day]).screen());
    assert_snapshot!("first_sync", station.sync(&[day]).screen());
    assert_snapshot!("second_sync", station.sync(&[day]).screen());
    assert_snapshot!("plan_with_nothing_to_do", station.plan(&[day]).screen());
    assert_snapshot!("plan_of_the_next_day", station.plan(&[next_day]).screen());
    station.deletes_at_once();
    assert_snapshot!(
        "plan_of_the_next_day_with_deletes",
        station.plan(&[next_day, "--delete", "delete"]).screen()
    );
    assert_snapshot!(
        "sync_of_the_next_day_with_deletes",
        station.sync(&[next_day, "--delete", "delete"]).screen()
    );
    assert_snapshot!("sync_again_with_a_rejected_row", station.sync(&[next_day]).screen());
    assert_snapshot!("status_after_four_runs", station.run(&["status"]).screen());
    assert_snapshot!("failures_after_four_runs", station.run(&["failures"]).screen());
}

#[test]
fn a_complete_plan_shows_every_change() {
    let station = with_samples();
    let plan = station.plan(&["clients.csv", "-v"]).expect(0);
    assert_eq!(plan.stdout.lines().filter(|line| line.starts_with("    ")).count(), 200);
    assert!(!plan.stdout.contains("more"), "{}", plan.screen());
    let short = station.plan(&["clients.csv"]).expect(0);
    assert_eq!(short.stdout.lines().filter(|line| line.starts_with("    ")).count(), 11);
}

#[test]
fn no_line_of_a_plan_is_wider_than_a_terminal() {
    use unicode_width::UnicodeWidthStr;
    let station = with_samples();
    station.sync(&["clients.csv"]).expect(0);
    let plan = station.plan(&["clients-next-day.csv", "-v"]).expect(0);
    let wide: Vec<&str> = plan.stdout.lines().filter(|line| line.width() > 100).collect();
    assert_eq!(wide, Vec::<&str>::new());
}

#[test]
fn a_quiet_night_says_nothing() {
    let station = with_samples();
    for file in ["clients.csv", "clients.csv"] {
        let ran = station.sync(&[file, "-q"]).expect(0);
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""), "{}", ran.screen());
    }
    let plan = station.plan(&["clients-next-day.csv", "-q"]).expect(0);
    assert_eq!((plan.stdout.as_str(), plan.stderr.as_str()), ("", ""));
    // A night that needs a person is not quiet.
    assert_snapshot!(
        "quiet_night_with_a_rejected_row",
        station.sync(&["clients-next-day.csv", "-q"]).screen()
    );
}

#[test]
fn status_and_failures_say_when_there_is_nothing() {
    let station = with_samples();
    assert_snapshot!("status_without_a_ledger", station.run(&["status"]).screen());
    assert_snapshot!("failures_without_a_ledger", station.run(&["failures"]).screen());
    station.sync(&["clients.csv"]).expect(0);
    assert_snapshot!("status_in_sync", station.run(&["status"]).screen());
    assert_snapshot!("failures_in_sync", station.run(&["failures"]).screen());
}

#[test]
fn a_plan_without_credentials_takes_the_account_for_empty() {
    let station = Station::alone();
    station.sample("clients.csv");
    assert_snapshot!("plan_without_credentials", station.plan(&["clients.csv"]).screen());
}

#[test]
fn a_client_that_the_server_refuses_is_named_with_the_servers_words() {
    let station = Station::open();
    // Carriers in Japan have given out such addresses; the server takes them no more than Django does.
    station.write(
        "clients.csv",
        "client_external_id,name,family_name,email\nA,見本商事,,\nB,例示商会,仮,kari..no@docomo.ne.jp\n",
    );
    let first = station.sync(&["clients.csv"]);
    assert_snapshot!("sync_with_a_refusal", first.screen());
    assert_snapshot!("failures_with_a_refusal", station.run(&["failures"]).screen());
    assert_snapshot!("plan_after_a_refusal", station.plan(&["clients.csv"]).screen());
}

#[test]
fn a_guard_says_what_it_held_back_and_why() {
    let station = with_samples();
    station.sync(&["clients.csv"]).expect(0);
    let text = station.read("clients.csv");
    let part = |name: &str, rows: usize| {
        station.write(name, text.split_inclusive('\n').take(rows).collect::<String>());
    };
    part("fewer.csv", 215);
    part("half.csv", 60);
    station.deletes_at_once();
    assert_snapshot!("holds_when_there_are_none", station.run(&["holds"]).screen());
    let fewer = ["fewer.csv", "--delete", "delete"];
    assert_snapshot!("plan_with_too_many_deletes", station.plan(&fewer).screen());
    assert_snapshot!("sync_with_too_many_deletes", station.sync(&fewer).expect(4).screen());
    assert_snapshot!("holds_of_deletes", station.run(&["holds"]).screen());
    assert_snapshot!("hold_of_deletes", station.run(&["holds", "1"]).screen());
    assert_snapshot!("holds_of_deletes_in_japanese", station.run(&["holds", "1", "--lang", "ja"]).screen());
    assert_snapshot!("approval", station.run(&["approve", "1"]).screen());
    assert_snapshot!("sync_of_what_was_approved", station.sync(&fewer).expect(0).screen());
    assert_snapshot!("approval_of_a_closed_hold", station.run(&["approve", "1"]).expect(0).screen());
    assert_snapshot!("sync_with_half_of_the_clients_gone", station.sync(&["half.csv"]).expect(4).screen());
    assert_snapshot!("holds_that_are_closed", station.run(&["holds", "--all"]).screen());
    assert_snapshot!("hold_that_is_unknown", station.run(&["approve", "77"]).expect(1).screen());
}

#[test]
fn the_help_of_every_command_reads_well() {
    let station = Station::alone();
    assert_snapshot!("help", station.run(&["--help"]).expect(0).screen());
    for command in ["sync", "plan", "status", "failures", "sandbox"] {
        let help = station.run(&[command, "--help"]).expect(0);
        assert_snapshot!(format!("help_of_{command}"), help.screen());
    }
    assert_snapshot!("no_arguments", station.run(&[]).screen());
    assert_snapshot!("version", station.run(&["--version"]).expect(0).screen());
}
