//! Warnings that save a morning: codes that a spreadsheet has damaged, codes and customers that are there twice.

use leapsync::event::Event;
use leapsync::record::ExternalId;
use leapsync::report::words;
use leapsync::settings::{OnGone, Scope};
use leapsync::texts::Texts;

use crate::night::Night;
use crate::world::TestWorld;

fn world(config: &str) -> TestWorld {
    let mut world = TestWorld::new();
    config.clone_into(&mut world.config);
    world
}

/// Every warning of a run, in the order in which they were told.
fn warnings(night: &Night) -> Vec<String> {
    let warned = night.events.iter().filter_map(|event| match event {
        Event::Warned(warning) => Some(words::warning(Texts::default(), warning)),
        _ => None,
    });
    warned.collect()
}

/// The rows that were warned of.
fn lines(night: &Night) -> Vec<u64> {
    let warned = night.events.iter().filter_map(|event| match event {
        Event::Warned(warning) => Some(warning.line.0),
        _ => None,
    });
    warned.collect()
}

/// What was said of rows without a usable id.
fn faults(night: &Night) -> Vec<String> {
    let unnamed = night.endings().filter(|ending| ending.external_id.is_none());
    unnamed.map(|ending| words::why(Texts::default(), &ending.reason)).collect()
}

const KEY: &str = "client_external_id,name,postal_code,street_address\n";

#[tokio::test(start_paused = true)]
async fn suspicious_clients_are_told_in_the_order_of_their_rows_before_the_plan() {
    let world = world("");
    let file = format!(
        "{KEY}000101,見本商事,100-0000,架空町1\n12,例示商店,,\nＡ１７,架空工業,,\n000012,仮物産,,\na17,青空堂,,\n\
         000102,見本 商事,1000000,架空町１\n000103,検査社,,\n000104,通常社,,\n000105,空白社,,\n000106,試験社,,\n7,緑社,,\n{}",
        (201..210).map(|n| format!("000{n},見本{n},,\n")).collect::<Vec<_>>().concat()
    );
    for night in [world.plan(&file).await, world.sync(&file).await] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(warnings(&night).join("\n"), @"
            row 2, column `client_external_id`: `000101` has the name and the address of `000102` in row 7: one customer twice, probably; keep one of the rows
            row 3, column `client_external_id`: `12` is `000012` of row 5 without its zeros, perhaps: if both are one customer, `pad = 6` beside its column under `[map]` puts lost zeros back
            row 4, column `client_external_id`: `Ａ１７` differs only in width, case or blanks from `a17` in row 6: one customer twice, probably; keep one of the codes
            row 6, column `client_external_id`: `a17` differs only in width, case or blanks from `Ａ１７` in row 4: one customer twice, probably; keep one of the codes
            row 7, column `client_external_id`: `000102` has the name and the address of `000101` in row 2: one customer twice, probably; keep one of the rows
            row 12, column `client_external_id`: `7` is shorter than most codes; if it lost zeros it is `000007`: mend the file, or write `pad = 6` beside its column under `[map]`
            ");
        }
        assert_eq!((night.reasons().contains(&"rejected"), night.summary.warnings), (false, 6));
        let place = |wanted: fn(&Event) -> bool| night.events.iter().rposition(wanted).unwrap();
        let last = place(|event| matches!(event, Event::Warned(_)));
        assert!(last < place(|event| matches!(event, Event::InputRead { .. })));
        assert!(last < place(|event| matches!(event, Event::Planned { .. })));
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_that_a_spreadsheet_rewrote_rejects_its_row_and_nobody_is_gone_meanwhile() {
    let mut world = world("");
    world.on_gone = OnGone::Delete;
    world.sync("client_external_id,name\n100000,見本商事\n4-1,例示商店\nB,架空工業\nC,仮物産\n").await;
    let night = world
        .sync("client_external_id,name\n1.00E+05,見本商事\n4月1日,例示商店\nB,架空工業\nC,仮物産\n")
        .await;
    assert_eq!((night.end(), night.writes()), ((4, vec!["rejected", "deletes_held"]), Vec::new()));
    assert_eq!(night.summary.rows.unwrap().rejected, 2);
    insta::assert_snapshot!(faults(&night).join("\n"), @"
    row 2, column `client_external_id`: `1.00E+05` looks like a number of a spreadsheet, not like a code: export the file anew, or write `allow_odd = true` beside its column
    row 3, column `client_external_id`: `4月1日` looks like a date of a spreadsheet, not like a code: export the file anew, or write `allow_odd = true` beside its column
    ");
    assert_eq!(world.clients_of("100000").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_column_of_a_key_is_looked_at_and_all_are_taken_where_that_is_allowed() {
    let file = "code,branch,name\nA,12345.0,見本商事\nB,Apr-01,例示商店\n";
    let key = "[map.client_external_id]\ncolumns = [\"code\", \"branch\"]\njoin = \"-\"\n";
    let refused = world(key).sync(file).await;
    assert_eq!(refused.code(), 3);
    assert!(faults(&refused).iter().all(|text| text.contains("column `branch`: ")), "{:?}", faults(&refused));
    let world = world(&format!("{key}allow_odd = true\n"));
    assert_eq!(world.sync(file).await.code(), 0);
    assert_eq!(world.clients_of("A-12345.0").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn rows_that_are_skipped_or_inactive_do_not_take_part_and_their_odd_codes_do_not_matter() {
    let world = world(
        "[[input.where]]\ncolumn = \"kind\"\nis = [\"customer\"]\n[input.active]\ncolumn = \"state\"\nactive = [\"0\"]\n\
         inactive = [\"9\"]\n",
    );
    let file = "client_external_id,name,kind,state\nA1,見本商事,customer,0\na1,見本商事,supplier,0\nＡ1,見本商事,customer,9\n\
                12345.0,例示商店,supplier,0\n1-Apr,架空工業,customer,9\n";
    let night = world.sync(file).await;
    assert_eq!((warnings(&night), night.code()), (Vec::new(), 0));
}

#[tokio::test(start_paused = true)]
async fn several_rows_of_a_client_are_one_and_a_rejected_client_is_named_but_not_told() {
    let world = world("");
    let header = "client_external_id,name,postal_code,email\n";
    let night =
        world.sync(&format!("{header}A,見本商事,100-0000,\nA,見本商事,100-0000,info@example.jp\n")).await;
    assert_eq!(warnings(&night), Vec::<String>::new());
    let night = world.sync(&format!("{header}A,見本商事,100-0000,\na,例示商店,,keiri\n")).await;
    assert_eq!((lines(&night), night.code()), (vec![2], 3));
    assert!(warnings(&night)[0].contains("`a` in row 3"), "{:?}", warnings(&night));
}

#[tokio::test(start_paused = true)]
async fn a_run_over_some_clients_tells_of_these_and_names_the_others() {
    let mut world = world("");
    world.scope = Scope::Only([ExternalId::new("12")].into());
    let night =
        world.sync("client_external_id,name\n12,見本商事\n0012,例示商店\nA,架空工業\na,仮物産\n").await;
    assert_eq!((lines(&night), night.code()), (vec![2], 0));
}

#[tokio::test(start_paused = true)]
async fn a_fault_that_a_rule_can_mend_names_the_rule() {
    let world = world("[map]\nemail = { column = \"mail\", transform = \"email\" }\n");
    let file =
        "client_external_id,name,region,mail\nA,見本商事,江戸,\nB,例示商店,,a@example.jp;b@example.jp\n";
    let night = world.sync(file).await;
    let message = |id: &str| words::why(Texts::default(), &night.ending(id).reason);
    assert!(
        message("A").ends_with("`江戸` is not a prefecture: write `東京都` or `tokyo`"),
        "{}",
        message("A")
    );
    assert!(message("B").contains("write `take = \"first\"` beside its transform"), "{}", message("B"));
}
