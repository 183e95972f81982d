//! SIGINT and SIGTERM: the first finishes what is in flight and reports, the second leaves at once.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::server::Server;
use crate::station::{Station, start, wait_until};

fn send(signal: &str, process: &Child) {
    let command = format!("kill -{signal} {}", process.id());
    assert!(Command::new("/bin/sh").args(["-c", &command]).status().unwrap().success());
}

fn finishes_what_is_in_flight(signal: &str) {
    let station = Station::with(&["--fault", "delay:POST:/client/:for=100ms"]);
    station.sample("clients.csv");
    let process = start(&mut station.job(&["sync", "clients.csv", "--json"]));
    station.wait_for_writes(30);
    send(signal, &process);
    let ran = station.ran(&["sync"], &process.wait_with_output().unwrap()).expect(5);
    assert_eq!(ran.stderr.lines().last(), Some("stopping: finishing what is in flight"), "{}", ran.screen());
    let object = ran.json();
    assert_eq!(object["exit"]["reasons"], serde_json::json!(["signal"]));
    let number = |key: &str| object["result"][key].as_u64().unwrap();
    assert_eq!(number("created"), station.writes().len() as u64, "what was sent was waited for");
    assert!(number("created") >= 30 && number("remaining") > 0);
    assert_eq!((number("in_doubt"), number("created") + number("remaining")), (0, 200));
    let again = station.sync(&["clients.csv"]).expect(0);
    assert!(again.stdout.contains(&format!("{} created", number("remaining"))), "{}", again.screen());
    assert_eq!(Server::of(&station).clients().len(), 200);
}

#[test]
fn an_interrupt_finishes_what_is_in_flight() {
    finishes_what_is_in_flight("INT");
}

#[test]
fn a_request_to_terminate_finishes_what_is_in_flight() {
    finishes_what_is_in_flight("TERM");
}

#[test]
fn an_interrupt_before_the_first_write_lets_none_leave() {
    let station = Station::with(&["--fault", "delay:POST:/user/:for=2s:times=1"]);
    station.sample("clients.csv");
    let process = start(&mut station.job(&["sync", "clients.csv", "--json"]));
    wait_until("the token call", || station.requests().len() == 1);
    send("INT", &process);
    let ran = station.ran(&["sync"], &process.wait_with_output().unwrap()).expect(5);
    assert_eq!(station.writes(), Vec::<serde_json::Value>::new());
    // There was no connection yet, so that nothing was planned either.
    assert!(ran.json()["result"].is_null());
    assert_eq!(ran.json()["exit"]["reasons"], serde_json::json!(["signal"]));
}

#[test]
fn a_stopped_run_says_how_to_go_on() {
    let station = Station::with(&["--fault", "delay:POST:/client/:for=100ms"]);
    station.sample("clients.csv");
    let arguments = ["sync", "clients.csv", "--concurrency", "1"];
    let process = start(&mut station.job(&arguments));
    station.wait_for_writes(3);
    send("INT", &process);
    let ran = station.ran(&arguments, &process.wait_with_output().unwrap()).expect(5);
    // One more may have left before the signal came.
    let created = ran.stdout.lines().nth(1).unwrap().split(' ').next().unwrap().parse::<u64>().unwrap();
    let figures = [(created, "CREATED"), (200 - created, "REMAINING"), (created + 5, "REQUESTS")];
    let screen = figures.iter().fold(ran.screen(), |screen, (n, word)| {
        let screen = screen.replace(&format!("\n{n} "), &format!("\n{word} "));
        screen.replace(&format!(" {n} "), &format!(" {word} "))
    });
    assert_snapshot!("stopped_by_an_interrupt", screen);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "another process has no virtual time")]
fn a_second_signal_leaves_at_once_and_nothing_is_lost() {
    // The first eight creates are done at once and answered after the patience of everybody.
    let station = Station::with(&["--fault", "delay:POST:/client/:for=50s:times=8"]);
    let rows: Vec<String> = (0..40).map(|number| format!("{number},見本商事 {number}")).collect();
    station.write("clients.csv", format!("client_external_id,name\n{}\n", rows.join("\n")));
    let process = start(&mut station.job(&["sync", "clients.csv"]));
    station.wait_for_writes(8);
    send("INT", &process);
    // The ledger is still held while the run waits for its answers.
    station.sync(&["clients.csv"]).expect(7);
    let begun = Instant::now();
    send("TERM", &process);
    let ran = station.ran(&["sync"], &process.wait_with_output().unwrap()).expect(5);
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(
        ran.stderr.ends_with("leaving at once: what was in flight is settled by the next run\n"),
        "{}",
        ran.screen()
    );
    let again = station.sync(&["clients.csv", "--timeout", "1s", "--settle", "2s"]).expect(0);
    assert!(again.stdout.contains("8 settled"), "{}", again.screen());
    assert_eq!(Server::of(&station).clients().len(), 40);
}

#[test]
fn the_sandbox_ends_well_when_it_is_told_to() {
    let station = Station::alone();
    let mut process = start(&mut station.command(&["sandbox", "--port", "0"]));
    let mut line = String::new();
    let stdout = process.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    assert!(line.starts_with("MAKELEAPS_BASE_URL=http://127.0.0.1:"), "{line}");
    send("TERM", &process);
    wait_until("the end", || process.try_wait().unwrap().is_some());
    assert_eq!(process.wait().unwrap().code(), Some(0));
}
