//! Four exports as ERP systems write them: what `init` guesses of each, what a plan right after it makes of them, and
//! what the server holds when they were synced with their own `leapsync.toml`.

use std::fmt::Write;

use insta::assert_snapshot;
use serde_json::Value;

use crate::redact::redact;
use crate::server::{Server, text};
use crate::station::Station;

/// An export, its configuration, and what a person writes into the marked lines that `init` left open.
struct Export {
    name: &'static str,
    file: &'static str,
    config: &'static str,
    decided: &'static [(&'static str, &'static str)],
}

const EXPORTS: [Export; 4] = [
    Export {
        name: "hanbai",
        file: "01-hanbai.csv",
        config: "01-hanbai.toml",
        decided: &[
            ("active = []  # DECIDE", "active = [\"0\"]"),
            ("inactive = []  # DECIDE", "inactive = [\"1\", \"9\"]"),
        ],
    },
    Export { name: "freee", file: "freee-export.csv", config: "02-freee.toml", decided: &[] },
    Export {
        name: "salesforce",
        file: "03-salesforce.csv",
        config: "03-salesforce.toml",
        decided: &[("is = [\"Customer\", \"Prospect\"]  # DECIDE", "is = [\"Customer\"]")],
    },
    Export { name: "contacts", file: "04-contacts.txt", config: "04-contacts.toml", decided: &[] },
];

#[test]
fn init_guesses_a_configuration_with_which_a_plan_works_once_the_marked_lines_are_edited() {
    for Export { name, file, decided, .. } in EXPORTS {
        let mut station = Station::alone();
        station.sample(file);
        let ran = station.run(&["init", file]).expect(0);
        let guessed = station.read("leapsync.toml");
        assert_snapshot!(format!("init_{name}"), format!("{}\n{guessed}", ran.screen()));
        let mut edited = guessed.clone();
        for (line, decision) in decided {
            assert_eq!(
                edited.matches(line).count(),
                if line.starts_with("active") { 2 } else { 1 },
                "{line}"
            );
            edited = edited.replacen(line, decision, 1);
        }
        station.write("leapsync.toml", &edited);
        let plan = station.run(&["plan", file]).expect(0);
        assert_snapshot!(format!("plan_after_init_{name}"), plan.screen());
        station.close_sandbox();
    }
}

#[test]
fn an_open_question_stops_the_plan_and_a_file_that_is_there_is_not_replaced() {
    let station = Station::alone();
    station.sample("01-hanbai.csv");
    station.run(&["init", "01-hanbai.csv"]).expect(0);
    let plan = station.run(&["plan", "01-hanbai.csv"]).expect(1);
    assert!(plan.stderr.contains("使用区分"), "{}", plan.screen());
    let before = station.read("leapsync.toml");
    let again = station.run(&["init", "01-hanbai.csv"]).expect(1);
    assert_snapshot!("init_onto_a_file", again.screen());
    assert_eq!(station.read("leapsync.toml"), before);
    station.run(&["init", "01-hanbai.csv", "--config", "other.toml"]).expect(0);
}

#[test]
fn a_file_without_a_header_is_described_by_the_numbers_of_its_columns() {
    let station = Station::alone();
    let rows = "K001,株式会社見本,1500001,東京都渋谷区架空1-2-3,03-0000-0001,a@example.jp\n\
                K002,株式会社架空,5300001,大阪府大阪市北区例示4-5,06-0000-0002,b@example.jp\n";
    station.write("bare.csv", rows);
    station.run(&["init", "bare.csv"]).expect(0);
    let text = station.read("leapsync.toml");
    assert!(text.contains("header = \"none\"") && text.contains("client_external_id = 1"), "{text}");
    station.write("leapsync.toml", text.replace("name = \"\"  # DECIDE", "name = 2"));
    let plan = station.run(&["plan", "bare.csv", "--json"]).expect(0).json();
    assert_eq!((&plan["plan"]["create"], &plan["rows"]["read"]), (&2.into(), &2.into()), "{plan}");
}

#[test]
fn the_server_holds_what_each_export_says() {
    for Export { name, file, config, .. } in EXPORTS {
        let station = Station::open();
        station.sample(file);
        station.sample(config);
        let arguments = [file, "--config", config, "--results", "results.csv", "--rejects", "rejects.csv"];
        let ran = station.sync(&arguments).expect(3);
        assert_snapshot!(format!("sync_{name}"), ran.screen());
        assert_snapshot!(
            format!("results_{name}"),
            redact(&station.read("results.csv").replace('\r', "␍"), "no folder")
        );
        assert_snapshot!(format!("server_{name}"), on_server(&Server::of(&station)));
        let again = station.sync(&arguments).expect(3);
        assert!(again.stdout.contains("0 created, 0 updated"), "{}", again.screen());
    }
}

/// All that the server holds, one block a client.
fn on_server(server: &Server) -> String {
    let contacts = server.contacts();
    let mut clients = server.clients();
    clients.sort_by_key(|client| text(&client["client_external_id"]));
    let mut all = String::new();
    for client in &clients {
        let own = fields(client, &["client_external_id", "date_cutoff", "tax_registration_number"]);
        writeln!(all, "{own}").unwrap();
        for contact in contacts.iter().filter(|contact| contact["owner"] == client["url"]) {
            writeln!(all, "  {}", contact_line(contact)).unwrap();
        }
    }
    all
}

fn contact_line(contact: &Value) -> String {
    let mut line = fields(
        contact,
        &[
            "contact_type",
            "name",
            "family_name",
            "given_name",
            "department",
            "title",
            "phone_number",
            "fax_number",
        ],
    );
    let mail = text(&contact["email"]["address"]);
    if !mail.is_empty() {
        write!(line, " | {mail}").unwrap();
    }
    for address in contact["addresses"].as_array().unwrap() {
        let parts = ["country", "postal_code", "region", "locality", "street_address", "extended_address"];
        write!(line, "\n    {}", fields(address, &parts)).unwrap();
    }
    line
}

fn fields(object: &Value, names: &[&str]) -> String {
    let texts =
        names.iter().map(|name| text(&object[*name]).replace('\n', "⏎")).filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join(" | ")
}
