//! A reader who goes away, as with `| head`: no crash, no lost work, no other code.

use std::process::{Child, Command};

use crate::server::Server;
use crate::station::{Station, start};

/// Starts a command whose stdout nobody reads.
fn without_reader(command: &mut Command) -> Child {
    let mut process = start(command);
    drop(process.stdout.take());
    process
}

#[test]
fn a_closed_stdout_changes_nothing() {
    let station = Station::open();
    station.sample("clients.csv");
    station.sample("clients-next-day.csv");
    let cases: [(&[&str], i32); 7] = [
        (&["plan", "clients.csv", "-v"], 0),
        (&["plan", "clients.csv", "--json", "--exit-code"], 6),
        (&["sync", "clients.csv"], 0),
        (&["sync", "clients-next-day.csv", "--json"], 3),
        (&["status"], 0),
        (&["failures", "--json"], 0),
        (&["--help"], 0),
    ];
    for (arguments, code) in cases {
        let mut command = match arguments[0] {
            "plan" | "sync" => station.job(arguments),
            _ => station.command(arguments),
        };
        let output = without_reader(&mut command).wait_with_output().unwrap();
        let ran = station.ran(arguments, &output).expect(code);
        assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("error"), "{}", ran.screen());
    }
    assert_eq!(Server::of(&station).clients().len(), 204);
}

#[test]
fn a_closed_stderr_changes_nothing_even_with_every_request_in_the_log() {
    for format in ["text", "json"] {
        let station = Station::open();
        station.sample("clients.csv");
        let arguments = ["sync", "clients.csv", "-vv", "--log-format", format];
        let mut process = start(&mut station.job(&arguments));
        drop(process.stderr.take());
        let output = process.wait_with_output().unwrap();
        station.ran(&arguments, &output).expect(0);
        assert_eq!(Server::of(&station).clients().len(), 200);
    }
}
