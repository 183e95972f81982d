//! What is suspicious about the codes of an export, as people see it: some on the screen, all in the results.

use insta::assert_snapshot;

use crate::station::Station;

#[test]
fn the_suspicious_codes_of_an_export_are_told_on_the_screen_and_in_the_results() {
    let station = Station::open();
    station.sample("01-hanbai.csv");
    let map = r#"
        [map]
        client_external_id = "得意先コード"
        name = { columns = ["得意先名1", "得意先名2"] }
        postal_code = { column = "郵便番号", transform = "postal_code" }
        street_address = "住所1"
    "#;
    station.write("leapsync.toml", map);
    let ran = station.sync(&["01-hanbai.csv", "--results", "results.csv"]).expect(3);
    assert_snapshot!("screen", ran.screen());
    let results = station.read("results.csv");
    let warned = results.lines().filter(|line| line.contains("pad = ") || line.contains("differs only"));
    let warned: Vec<String> = warned.map(|line| crate::redact::redact(line, "FOLDER")).collect();
    assert_snapshot!("results", warned.join("\n"));
    let json = station.plan(&["01-hanbai.csv", "--json"]).expect(0).json();
    assert_eq!(json["warnings"], 7);
}
