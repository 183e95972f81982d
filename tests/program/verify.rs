//! `verify` as a person sees it and as a script does.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::server::Server;
use crate::station::{Ran, Station};

const CLIENTS: &str = "client_external_id,name,phone_number,family_name,email\n\
    A1,見本商事,03-0000-0001,佐藤,sato@example.jp\nA2,架空工業,,,\nA3,例示商店,,,\nA4,雛形物産,,,\n";

/// A station whose clients people have changed in every way.
fn changed(config: &str) -> Station {
    let station = Station::open();
    station.write("clients.csv", CLIENTS);
    if !config.is_empty() {
        station.write("leapsync.toml", config);
    }
    station.sync(&["clients.csv"]).expect(0);
    let server = Server::of(&station);
    let client = server.client("A1");
    let of = |kind: &str| {
        let contacts = server.contacts();
        let found =
            contacts.into_iter().find(|it| it["contact_type"] == kind && it["owner"] == client["url"]);
        found.unwrap()["url"].clone()
    };
    server.edit(&of("organization"), &json!({"phone_number": "06-9999-9999"}));
    let mail = "ichiro.sato.keiri-tantou@a-very-long-domain-name.example.jp";
    server.edit(&of("person"), &json!({"email": {"address": mail}}));
    server.delete(&server.client("A2")["url"]);
    server.edit(&server.client("A3")["url"], &json!({"date_archived": "2026-01-01T00:00:00Z"}));
    server.edit(&server.client("A4")["url"], &json!({"client_external_id": "A4-old"}));
    let company = |id: &str, name: &str| json!({"client_external_id": id, "contacts": [{"contact_type": "organization", "name": name}]});
    server.add(&company("", "よその会社"));
    server.add(&company("Z9", "ほかの会社"));
    server.add(&company("A1", "見本商事（二重）"));
    server
        .delete(&server.clients().iter().find(|it| it["display_name"] == "見本商事（二重）").unwrap()["url"]);
    station
}

const UNLIMITED: [&str; 4] = ["--per-minute", "0", "--per-day", "0"];

fn verify(station: &Station, arguments: &[&str]) -> Ran {
    station.run(&[&["verify"], arguments, &UNLIMITED[..]].concat())
}

#[test]
fn drift_reads_well_before_and_after_a_repair() {
    let mut station = changed("[drift]\nprefer = \"csv\"\n[drift.fields]\nemail = \"report\"\n");
    assert_snapshot!("verify_with_drift", verify(&station, &[]).expect(3).screen());
    station.set("LANG", "ja_JP.UTF-8");
    assert_snapshot!("verify_in_japanese", verify(&station, &["-v"]).expect(3).screen());
    station.set("LANG", "C");
    let before = station.writes().len();
    assert_snapshot!("verify_with_repair", verify(&station, &["--repair"]).expect(3).screen());
    assert_eq!(station.writes().len(), before + 1);
    assert_snapshot!("verify_after_a_repair", verify(&station, &["-v"]).expect(3).screen());
}

#[test]
fn without_drift_there_is_little_to_say() {
    let station = Station::open();
    station.write("clients.csv", CLIENTS);
    assert_snapshot!("verify_without_a_ledger", verify(&station, &[]).expect(1).screen());
    station.sync(&["clients.csv"]).expect(0);
    assert_snapshot!("verify_without_drift", verify(&station, &[]).expect(0).screen());
    let quiet = verify(&station, &["-q"]).expect(0);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

/// The object without what changes from run to run.
fn steady(ran: &Ran) -> String {
    let mut object = ran.json();
    for key in ["started_at", "finished_at", "duration_s"] {
        assert!(!object[key].is_null(), "{key}");
        object[key] = Value::Null;
    }
    object["requests"]["max_in_60s"] = Value::Null;
    serde_json::to_string_pretty(&object).unwrap()
}

#[test]
fn scripts_read_one_object_in_every_case() {
    let station = changed("");
    let told = steady(&verify(&station, &["--json"]).expect(3));
    assert_snapshot!("verify_json", crate::redact::redact(&told, &station.path("").display().to_string()));
    let repaired = verify(&station, &["--json", "--repair"]).expect(3).json();
    assert_eq!(repaired["result"], json!({"repaired": 0, "failed": 0, "in_doubt": 0, "remaining": 0}));
    assert_eq!(repaired["exit"]["reasons"], json!(["missing", "drift"]));
    let mut station = Station::alone();
    let without_account = verify(&station, &["--json"]).expect(1).json();
    assert_eq!(
        (&without_account["schema"], &without_account["clients"]),
        (&json!("leapsync.verify/1"), &Value::Null)
    );
    assert_eq!(without_account["exit"], json!({"code": 1, "reasons": ["configuration"]}));
    station.write("leapsync.toml", "[drift]\nprefer = \"mine\"\n");
    station.set("MAKELEAPS_CLIENT_ID", "a");
    let told = verify(&station, &[]).expect(1);
    assert!(told.stderr.contains("`prefer` cannot be `mine`"), "{}", told.screen());
}
