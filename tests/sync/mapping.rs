//! The mapping at work: what rules make of rows, judged by what the server is sent and holds.

use leapsync::event::{Event, Why};
use leapsync::journal::{Action, Outcome};
use leapsync::record::{Line, Warning, WarningKind};
use leapsync::settings::{OnGone, OnNewMapping};
use serde_json::json;

use crate::night::Night;
use crate::world::{TestWorld, contacts, mid};

fn world(config: &str) -> TestWorld {
    let mut world = TestWorld::new();
    config.clone_into(&mut world.config);
    world
}

fn warnings(night: &Night) -> Vec<&Warning> {
    let warned = night.events.iter().filter_map(|event| match event {
        Event::Warned(warning) => Some(warning),
        _ => None,
    });
    warned.collect()
}

/// Read, rejected, skipped and clients.
fn rows(night: &Night) -> (u64, u64, u64, u64) {
    let rows = night.summary.rows.unwrap();
    (rows.read, rows.rejected, rows.skipped, rows.clients)
}

const PERSONS: &str = r#"
[map]
client_external_id = "コード"
name = "名称"

[[map.person]]
family_name = { column = "担当1", transform = "family_name" }
given_name = { column = "担当1", transform = "given_name" }
email = { column = "メール1", transform = "email" }
active = { column = "退職1", active = [""], inactive = ["1"] }

[[map.person]]
family_name = { column = "担当2", transform = "family_name" }
given_name = { column = "担当2", transform = "given_name" }
email = { column = "メール2", transform = "email" }
active = { column = "退職2", active = [""], inactive = ["1"] }
"#;

fn persons(rows: &str) -> String {
    format!("コード,名称,担当1,メール1,退職1,担当2,メール2,退職2\n{rows}")
}

fn names(world: &TestWorld, id: &str) -> Vec<String> {
    let client = world.client(id);
    contacts(&client).iter().map(|contact| contact["display_name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn of_three_persons_one_is_renamed_one_has_left_and_one_is_new() {
    let world = world(PERSONS);
    let first = persons(
        "A1,見本商事,佐藤\u{3000}一郎,sato@example.jp,,鈴木 二郎,suzuki@example.jp,\n\
         A1,見本商事,田中三郎,tanaka＠example.jp,,,,\n",
    );
    assert_eq!(world.sync(&first).await.code(), 0);
    assert_eq!(names(&world, "A1"), ["見本商事", "一郎 佐藤", "二郎 鈴木", "田中三郎"]);
    let (sato, suzuki) = (world.contact("A1", "佐藤"), world.contact("A1", "鈴木"));
    let client = mid(&world.client("A1")).to_owned();
    let second = persons(
        "A1,見本商事,高橋\u{3000}一郎,sato@example.jp,,鈴木 二郎,,1\n\
         A1,見本商事,田中三郎,tanaka＠example.jp,,伊藤 四郎,\"\"\"伊藤\"\" <ito@example.jp>\",\n",
    );
    let night = world.sync(&second).await;
    let expected = [
        format!("PATCH /contact/{}/", mid(&sato)),
        format!("GET /client/{client}/contact/"),
        format!("PATCH /client/{client}/"),
        format!("DELETE /contact/{}/", mid(&suzuki)),
    ];
    assert_eq!(night.sent(), expected);
    assert_eq!(*night.body(&expected[0]), json!({"family_name": "高橋"}));
    assert_eq!(names(&world, "A1"), ["見本商事", "一郎 高橋", "田中三郎", "四郎 伊藤"]);
    assert_eq!(world.contact("A1", "伊藤")["email"]["address"], "ito@example.jp");
    assert_eq!(world.sync(&second).await.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn the_last_person_who_has_left_is_removed_though_the_rows_name_nobody_else() {
    let world = world(PERSONS);
    world.sync(&persons("A1,見本商事,佐藤 一郎,,,,,\n")).await;
    let sato = world.contact("A1", "佐藤");
    let night = world.sync(&persons("A1,見本商事,佐藤 一郎,,1,,,\n")).await;
    assert_eq!(night.sent(), [format!("DELETE /contact/{}/", mid(&sato))]);
    assert_eq!(names(&world, "A1"), ["見本商事"]);
    assert_eq!(world.sync(&persons("A1,見本商事,佐藤 一郎,,1,,,\n")).await.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_person_of_other_peoples_making_stays_though_the_file_says_that_they_have_left() {
    let mut world = world(PERSONS);
    world.sync(&persons("A1,見本商事,佐藤 一郎,,,,,\n")).await;
    // A ledger that has only read the list knows of nobody that is ours.
    world.lose_ledger();
    let night = world.sync(&persons("A1,見本商事,佐藤 一郎,,1,,,\n")).await;
    assert_eq!(night.writes(), Vec::<String>::new());
    assert_eq!(names(&world, "A1"), ["見本商事", "一郎 佐藤"]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_a_person_who_has_left_is_rejected_and_keeps_its_contact() {
    let world = world(PERSONS);
    world.sync(&persons("A1,,佐藤 一郎,,,,,\nB1,架空工業,,,,,,\n")).await;
    let night = world.sync(&persons("A1,,佐藤 一郎,,1,,,\nB1,架空工業,,,,,,\n")).await;
    assert_eq!((night.end(), night.sent()), ((3, vec!["rejected"]), Vec::new()));
    assert_eq!(names(&world, "A1"), ["一郎 佐藤"]);
}

#[tokio::test(start_paused = true)]
async fn a_block_without_a_name_gives_its_mail_to_the_company() {
    let world = world(PERSONS);
    let night = world.sync(&persons("A1,見本商事,,info@example.jp,,,other@example.jp,\n")).await;
    assert_eq!(world.contact("A1", "見本商事")["email"]["address"], "info@example.jp");
    let warned: Vec<&WarningKind> = warnings(&night).iter().map(|warning| &warning.kind).collect();
    assert_eq!(warned, [&WarningKind::NoPersonName]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_cell_clears_a_field_only_where_that_is_asked_for() {
    let config = "[map]\nphone_number = { column = \"tel\", empty = \"clear\" }\nemail = { column = \"mail\", empty = \
                  \"clear\" }\ndate_cutoff = { column = \"締日\", empty = \"clear\" }\n";
    let world = world(config);
    let file = |row: &str| format!("client_external_id,name,tel,fax_number,mail,締日\n{row}\n");
    let night = world.sync(&file("A1,見本商事,03-0000-0001,03-0000-0002,a@example.jp,20")).await;
    assert_eq!(night.code(), 0);
    let (client, company) = (world.client("A1"), world.contact("A1", "見本商事"));
    let night = world.sync(&file("A1,見本商事,,,,")).await;
    let (contact, own) =
        (format!("PATCH /contact/{}/", mid(&company)), format!("PATCH /client/{}/", mid(&client)));
    assert_eq!(night.sent(), [contact.clone(), own.clone()]);
    assert_eq!(*night.body(&contact), json!({"phone_number": "", "email": null}));
    assert_eq!(*night.body(&own), json!({"date_cutoff": null}));
    assert_eq!(world.contact("A1", "見本商事")["fax_number"], "03-0000-0002");
    assert_eq!(world.sync(&file("A1,見本商事,,,,")).await.sent(), Vec::<String>::new());
    // A new client has nothing to clear.
    let night = world.sync(&file("A1,見本商事,,,,\nB1,架空工業,,,,")).await;
    assert_eq!(night.code(), 0);
    let sent = &night.body("POST /client/")["contacts"][0];
    assert!(
        sent.get("phone_number").is_none() && night.body("POST /client/").get("date_cutoff").is_none(),
        "{sent}"
    );
}

const ACTIVE: &str = "[input.active]\ncolumn = \"区分\"\nactive = [\"0\"]\ninactive = [\"9\"]\n";

fn clients(rows: &[&str]) -> String {
    format!("client_external_id,name,区分\n{}\n", rows.join("\n"))
}

#[tokio::test(start_paused = true)]
async fn an_inactive_client_is_gone_and_its_row_says_so() {
    let mut world = world(ACTIVE);
    let all = ["A1,見本商事,0", "B1,架空工業,0", "C1,例示商店,0", "D1,仮物産,９"];
    let night = world.sync(&clients(&all)).await;
    assert_eq!((rows(&night), night.code()), ((4, 0, 1, 3), 0));
    assert_eq!(
        (night.outcome("D1"), &night.ending("D1").reason),
        (Outcome::Skipped, &Why::Inactive(Line(5)))
    );
    let gone = clients(&[all[0], all[1], "C1,例示商店,9", all[3]]);
    let night = world.sync(&gone).await;
    assert_eq!(
        (night.outcome("C1"), night.result().gone, night.writes()),
        (Outcome::Reported, 1, Vec::new())
    );
    assert_eq!((rows(&night), night.code()), ((4, 0, 1, 2), 0));
    world.on_gone = OnGone::Delete;
    let night = world.sync(&gone).await;
    let ending = night.ending("C1");
    assert_eq!(
        (ending.action, ending.outcome, &ending.lines),
        (Action::Delete, Outcome::Done, &vec![Line(4)])
    );
    assert_eq!(ending.reason, Why::Inactive(Line(4)));
    assert_eq!((night.result().gone, night.result().deleted), (1, 1));
    assert!(world.clients_of("C1").is_empty());
    assert_eq!(world.sync(&gone).await.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_value_that_nobody_named_is_an_error_of_its_row_and_never_inactive() {
    let mut world = world(ACTIVE);
    world.on_gone = OnGone::Delete;
    world.sync(&clients(&["A1,見本商事,0", "B1,架空工業,0", "C1,例示商店,0"])).await;
    let night = world.sync(&clients(&["A1,見本商事,0", "B1,架空工業,1", "C1,例示商店,"])).await;
    assert_eq!((night.end(), night.sent()), ((3, vec!["rejected"]), Vec::new()));
    assert_eq!(night.result().gone, 0);
    let message = leapsync::report::words::why(leapsync::texts::Texts::default(), &night.ending("B1").reason);
    assert_eq!(message, "row 3, column `区分`: `1` means neither active nor inactive: `0`, `9` are known");
}

#[tokio::test(start_paused = true)]
async fn rows_that_disagree_on_whether_their_client_is_active_are_rejected() {
    let mut world = world(ACTIVE);
    world.on_gone = OnGone::Delete;
    let three = ["A1,見本商事,0", "B1,架空工業,0", "C1,例示商店,0"];
    world.sync(&clients(&three)).await;
    let night = world.sync(&clients(&[three[0], three[1], three[2], "C1,例示商店,9"])).await;
    assert_eq!((night.end(), night.sent()), ((3, vec!["rejected"]), Vec::new()));
    let message = leapsync::report::words::why(leapsync::texts::Texts::default(), &night.ending("C1").reason);
    assert!(message.contains("row 5") && message.contains("row 4"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn a_file_in_which_all_are_inactive_is_held() {
    let mut world = world(ACTIVE);
    world.on_gone = OnGone::Delete;
    world.sync(&clients(&["A1,見本商事,0", "B1,架空工業,0"])).await;
    let night = world.sync(&clients(&["A1,見本商事,9", "B1,架空工業,9"])).await;
    assert_eq!((night.code(), night.writes()), (4, Vec::new()));
    assert!(night.reasons().contains(&"run_held"));
}

#[tokio::test(start_paused = true)]
async fn rows_outside_are_skipped_and_their_clients_neither_gone_nor_updated() {
    let mut world = world("[[input.where]]\ncolumn = \"区分\"\nis = [\"使用する\", \"ＯＫ\"]\n");
    world.on_gone = OnGone::Delete;
    world.sync(&clients(&["A1,見本商事,使用する", "B1,架空工業,ok", "C1,例示商店,使用する"])).await;
    assert_eq!(world.sandbox.clients().len(), 3);
    let file = clients(&[
        "A1,見本商事,使用する",
        "B1,別の名前,使用しない",
        ",合計,",
        "C1,例示商店,OK",
        "D1,仮物産,",
    ]);
    let night = world.sync(&file).await;
    assert_eq!((rows(&night), night.end()), ((5, 0, 3, 2), (0, vec!["in_sync"])));
    assert_eq!((night.result().gone, night.writes()), (0, Vec::new()));
    assert_eq!((night.outcome("B1"), night.outcome("D1")), (Outcome::Skipped, Outcome::Skipped));
}

#[tokio::test(start_paused = true)]
async fn of_a_client_with_rows_on_both_sides_only_those_inside_count() {
    let world = world("[[input.where]]\ncolumn = \"区分\"\nis_not = [\"旧\"]\n");
    let night = world.sync(&clients(&["A1,見本商事（旧）,旧", "A1,見本商事,"])).await;
    assert_eq!((rows(&night), night.code()), ((2, 0, 1, 1), 0));
    assert_eq!(names(&world, "A1"), ["見本商事"]);
}

#[tokio::test(start_paused = true)]
async fn a_key_may_be_made_of_two_columns() {
    let config = "[map]\nclient_external_id = { columns = [\"コード\", \"枝番\"], join = \"-\", fold = true, pad = 6 }\n";
    let world = world(config);
    let file = "コード,枝番,name\n１２,00,見本商事\n12,01,見本商事 大阪\n000012,00,\n,01,名無し\n";
    let night = world.sync(file).await;
    assert_eq!((rows(&night), night.end()), ((4, 1, 0, 2), (3, vec!["rejected"])));
    assert_eq!(names(&world, "000012-00"), ["見本商事"]);
    assert_eq!(names(&world, "000012-01"), ["見本商事 大阪"]);
}

#[tokio::test(start_paused = true)]
async fn an_address_in_one_cell_is_split_and_what_is_odd_is_told() {
    let config = r#"
        [map]
        region = { column = "住所", transform = "region" }
        locality = { column = "住所", transform = "locality" }
        street_address = { column = "住所", transform = "street" }
        postal_code = { column = "〒", transform = "postal_code" }
        date_cutoff = { column = "締日", transform = "closing_day" }
    "#;
    let world = world(config);
    let file = "client_external_id,name,〒,住所,締日\nA1,見本商事,〒５１０－００００,三重県四日市市見本町１－１,末\n\
                B1,架空工業,600000,大阪市中央区無県町３－３,0\n";
    let night = world.sync(file).await;
    assert_eq!(night.code(), 0);
    let address = world.contact("A1", "見本商事")["addresses"][0].clone();
    assert_eq!(address["postal_code"], "510-0000");
    assert_eq!((&address["region"], &address["locality"]), (&json!("mie"), &json!("四日市市")));
    assert_eq!(address["street_address"], "見本町１－１");
    let warned: Vec<String> = warnings(&night)
        .iter()
        .map(|it| leapsync::report::words::warning(leapsync::texts::Texts::default(), it))
        .collect();
    assert_eq!(warned.len(), 3, "{warned:?}");
    assert!(warned.iter().all(|text| text.starts_with("row 3, column `")), "{warned:?}");
    // The address moves: nothing of the old one stays behind.
    let night = world.sync(&file.replace("三重県四日市市見本町１－１", "見本町９")).await;
    assert_eq!(night.code(), 0);
    let address = world.contact("A1", "見本商事")["addresses"][0].clone();
    assert_eq!(
        (address["region"].as_str().unwrap_or_default(), &address["street_address"]),
        ("", &json!("見本町９"))
    );
}

#[tokio::test(start_paused = true)]
async fn rows_that_say_the_same_are_one_and_that_is_told() {
    let world = world("");
    let night = world.sync("client_external_id,name\nA1,見本商事\nA1,見本商事\n").await;
    assert_eq!((rows(&night), night.code()), ((2, 0, 0, 1), 0));
    assert_eq!(warnings(&night)[0].kind, WarningKind::Repeats { line: Line(2) });
}

#[tokio::test(start_paused = true)]
async fn a_changed_mapping_is_held_until_it_is_accepted() {
    let mut world = world("[map]\nname = \"通称\"\n");
    let file = "client_external_id,通称,正式名称\nA1,見本,見本商事\nB1,架空,架空工業\n";
    assert_eq!(world.sync(file).await.code(), 0);
    "[map]\nname = \"正式名称\"\n".clone_into(&mut world.config);
    let plan = world.plan(file).await;
    assert_eq!((plan.code(), plan.changes().count()), (4, 2));
    for _ in 0..2 {
        let night = world.sync(file).await;
        assert_eq!((night.end(), night.writes()), ((4, vec!["mapping_changed"]), Vec::new()));
        assert_eq!(night.outcome("A1"), Outcome::Remaining);
    }
    world.on_new_mapping = OnNewMapping::Accept;
    let night = world.sync(file).await;
    assert_eq!((night.code(), night.result().updated), (0, 2));
    world.on_new_mapping = OnNewMapping::Hold;
    assert_eq!(world.sync(file).await.end(), (0, vec!["in_sync"]));
}

#[tokio::test(start_paused = true)]
async fn a_column_that_comes_to_be_managed_is_held_and_one_that_goes_is_not() {
    let mut world = world("");
    let with = "client_external_id,name,email\nA1,見本商事,a@example.jp\n";
    let without = "client_external_id,name\nA1,見本商事\n";
    assert_eq!(world.sync(without).await.code(), 0);
    assert_eq!(world.sync(with).await.end(), (4, vec!["mapping_changed"]));
    world.on_new_mapping = OnNewMapping::Accept;
    assert_eq!(world.sync(with).await.code(), 0);
    world.on_new_mapping = OnNewMapping::Hold;
    assert_eq!(world.sync(without).await.code(), 0);
    assert_eq!(world.sync(with).await.code(), 0);
    assert_eq!(world.sync("name,備考,client_external_id,email\n見本商事,x,A1,\n").await.code(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_cut_short_goes_on_with_the_mapping_that_was_accepted() {
    let mut world = world("");
    let rows = |name: &str| (1..=9).map(|n| format!("C{n},{name}{n},別{n}\n")).collect::<Vec<_>>().concat();
    let file = format!("client_external_id,name,別\n{}", rows("見本"));
    world.sync(&file).await;
    "[map]\nname = \"別\"\n".clone_into(&mut world.config);
    world.on_new_mapping = OnNewMapping::Accept;
    assert_eq!(world.sync_stopped(&file, 4).await.code(), 5);
    world.on_new_mapping = OnNewMapping::Hold;
    let night = world.sync(&file).await;
    assert_eq!(night.code(), 0);
    assert!(night.result().updated > 0);
}

#[tokio::test(start_paused = true)]
async fn a_person_whose_row_does_not_count_now_is_not_removed() {
    let mut world = TestWorld::new();
    world.config = "[[input.where]]\ncolumn = \"kind\"\nis = [\"1\"]\n".to_owned();
    let csv = |kind: &str| {
        format!(
            "client_external_id,name,family_name,kind\nA,見本,佐藤,1\nA,見本,鈴木,{kind}\nB,例示,田中,1\n"
        )
    };
    world.sync(&csv("1")).await;
    let before = world.client("A");
    let night = world.sync(&csv("2")).await;
    assert_eq!((night.writes(), world.client("A")), (Vec::new(), before));
}

#[tokio::test(start_paused = true)]
async fn a_refused_row_that_no_longer_counts_is_no_failure() {
    let mut world = TestWorld::new();
    world.config = "[[input.where]]\ncolumn = \"kind\"\nis = [\"1\"]\n".to_owned();
    let csv = |kind: &str| {
        format!("client_external_id,name,email,kind\nA,見本,a..b@docomo.ne.jp,{kind}\nB,例示,,1\n")
    };
    assert_eq!(world.sync(&csv("1")).await.code(), 3);
    assert_eq!(world.ledger().failures(10).unwrap().len(), 1);
    assert_eq!(world.sync(&csv("2")).await.code(), 0);
    assert_eq!(world.ledger().failures(10).unwrap().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_first_partial_run_says_by_which_mapping_the_ledger_is_filled() {
    let mut world = TestWorld::new();
    world.scope = leapsync::settings::Scope::Partial;
    world.config = "[map]\nname = \"name\"\n".to_owned();
    let csv = "client_external_id,name,other\nA,見本,別\n";
    assert_eq!(world.sync(csv).await.code(), 0);
    world.config = "[map]\nname = \"other\"\n".to_owned();
    let night = world.sync(csv).await;
    assert_eq!((night.end(), night.writes()), ((4, vec!["mapping_changed"]), Vec::new()));
}
