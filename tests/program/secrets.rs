//! Secrets: neither the key's secret nor a token is ever printed or written.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::server::Server;
use crate::station::{Sandbox, Station};

fn server_of(sandbox: &Sandbox) -> Server {
    let variable = |name| sandbox.variable(name).to_owned();
    let (id, secret) = (variable("MAKELEAPS_CLIENT_ID"), variable("MAKELEAPS_CLIENT_SECRET"));
    Server::at(variable("MAKELEAPS_BASE_URL"), &id, &secret, variable("MAKELEAPS_PARTNER_MID"))
}

/// Which of the needles stand in the hay, and where.
fn found<'a>(hay: &[(String, Vec<u8>)], needles: &[(&'a str, String)]) -> Vec<(String, &'a str)> {
    let mut found = Vec::new();
    for (place, bytes) in hay {
        for (what, needle) in needles {
            if bytes.windows(needle.len()).any(|window| window == needle.as_bytes()) {
                found.push((place.clone(), *what));
            }
        }
    }
    found
}

#[test]
fn neither_the_secret_nor_a_token_is_printed_or_written() {
    for format in ["text", "json"] {
        // Faults make the log speak of requests that went wrong.
        let faults = "garbled:POST:/client/:nth=3,5xx-after:POST:/client/:nth=9,503-before:GET:nth=2";
        let station = Station::with(&["--fault", faults]);
        station.sample("clients.csv");
        let arguments = [
            "sync",
            "clients.csv",
            "-vv",
            "--log-format",
            format,
            "--results",
            "results.csv",
            "--timeout",
            "1s",
            "--settle",
            "2s",
        ];
        let output = station.job(&arguments).output().unwrap();
        let ran = station.ran(&arguments, &output).expect(0);
        assert!(ran.stderr.contains("POST"), "the log tells of requests: {}", ran.screen());
        let status = station.run(&["status", "--json"]).expect(0);
        let failures = station.run(&["failures"]).expect(0);
        // Tokens are the same for the same seed: the first of a twin is the one that the run was given.
        let twin = station.another_sandbox(&["--seed", "1"]);
        let first = server_of(&twin);
        assert_eq!(
            server_of(&twin).token(),
            Server::of(&station).token(),
            "both are the second token of their sandbox"
        );
        let secret = station.variable("MAKELEAPS_CLIENT_SECRET").to_owned();
        let id = station.variable("MAKELEAPS_CLIENT_ID");
        let needles = [
            ("the token", first.token().to_owned()),
            ("the Basic key", STANDARD.encode(format!("{id}:{secret}"))),
            ("the secret", secret),
        ];
        let mut hay = vec![
            ("stdout".to_owned(), ran.stdout.into_bytes()),
            ("stderr".to_owned(), ran.stderr.into_bytes()),
            ("status".to_owned(), status.stdout.into_bytes()),
            ("failures".to_owned(), failures.stdout.into_bytes()),
        ];
        for entry in fs::read_dir(station.path("")).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                continue;
            }
            hay.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
        assert!(hay.len() > 7, "stdout, stderr, two looks, input, ledger, results, requests");
        assert_eq!(found(&hay, &needles), Vec::<(String, &str)>::new());
        // The search finds what is there.
        let leak = format!("Authorization: Bearer {}", needles[0].1).into_bytes();
        assert_eq!(found(&[("a leak".to_owned(), leak)], &needles), [("a leak".to_owned(), "the token")]);
    }
}

#[test]
fn a_secret_that_the_server_does_not_accept_is_not_repeated() {
    let mut station = Station::open();
    station.sample("clients.csv");
    station.set("MAKELEAPS_CLIENT_SECRET", "a-guess-that-is-wrong");
    let ran = station.sync(&["clients.csv", "-vv", "--json"]).expect(1);
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("a-guess-that-is-wrong"));
}
