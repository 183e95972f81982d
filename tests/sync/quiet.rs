//! Quiet nights: rows that are as they were are passed over, and everything that is told is the same as if each row had
//! been looked at.

use std::collections::BTreeSet;

use leapsync::event::{Event, Notice};
use leapsync::imprint::Code;
use leapsync::ledger::Ledger;
use leapsync::plan::Act;
use leapsync::settings::{OnGone, Skim};

use crate::night::Night;
use crate::world::TestWorld;

const HEADER: &str = "client_external_id,name,postal_code,street_address,phone_number,family_name,区分";
/// Filters some rows out, calls some inactive, fills up codes.
const CONFIG: &str = "[map]\nclient_external_id = { column = \"client_external_id\", pad = 6 }\n\
    [[input.where]]\ncolumn = \"区分\"\nis_not = [\"仕入\"]\n\
    [input.active]\ncolumn = \"区分\"\nactive = [\"得意\", \"\"]\ninactive = [\"休止\"]\n";

fn world() -> TestWorld {
    let mut world = TestWorld::new();
    CONFIG.clone_into(&mut world.config);
    (world.skim, world.on_gone, world.after_runs) = (Skim::Allowed, OnGone::Delete, 2);
    world
}

/// A row that is like most are.
fn row(id: u32, name: &str, kind: &str) -> String {
    format!("{id:06},株式会社{name}{id},100-{id:04},架空町{id},03-0000-{id:04},,{kind}")
}

/// Clients that stand in one bucket of the imprint, three times. The last one is in no first file.
const NEIGHBOURS: [&[u32]; 3] = [&[1, 4954, 5809], &[5, 7657], &[24, 5085, 8208]];
const ABSENT: u32 = 8208;

/// Twenty-nine clients, some of several rows, some passed over, and two rows that nobody can use.
fn rows() -> Vec<String> {
    let mut rows: Vec<String> = (1..=20).map(|id| row(id, "見本", "得意")).collect();
    rows.extend((21..=23).map(|id| row(id, "例示", "仕入")));
    rows.push(row(24, "架空", "休止"));
    for (at, person) in [(7, "佐藤"), (8, "鈴木")] {
        rows.insert(at, format!("000007,株式会社見本7,100-0007,架空町7,03-0000-0007,{person},得意"));
    }
    let neighbours = NEIGHBOURS.concat().into_iter().filter(|id| *id > 60 && *id != ABSENT);
    rows.extend(neighbours.map(|id| row(id, "近所", "得意")));
    // Rows of one client that stand apart.
    rows.push("000008,株式会社見本8,100-0008,架空町8,03-0000-0008,田中,得意".to_owned());
    rows.push("000030,\"青空, 商会\",100-0030,架空町30,03-0000-0030,,得意".to_owned());
    rows.push("000031,検査社,100-0031,架空町31,03-0000-0031,,不明".to_owned());
    rows
}

fn file(rows: &[String]) -> String {
    format!("{HEADER}\r\n{}\r\n", rows.join("\r\n"))
}

/// Everything that was told of a night, but for those of whom there was nothing to tell.
fn told(night: &Night) -> Vec<String> {
    let is_news = |event: &&Event| match event {
        Event::Change(change) => change.act != Act::Unchanged(None),
        Event::Ended(ending) => !ending.lines.is_empty() && ending.mid.is_some(),
        Event::RowsRead(_) | Event::Unchanged(_) | Event::Notice(Notice::SameFile(_)) => false,
        _ => true,
    };
    let mut told: Vec<String> =
        night.events.iter().filter(is_news).map(|event| format!("{event:?}")).collect();
    let summary = &night.summary;
    told.push(format!("{:?} {:?} {:?} {:?}", summary.rows, summary.warnings, summary.plan, summary.exit));
    told.extend(night.error.as_ref().map(|error| format!("{error:?}")));
    told
}

/// How many clients were looked at and found to be as they should be.
fn looked_at(night: &Night) -> usize {
    night.changes().filter(|change| change.act == Act::Unchanged(None)).count()
}

/// Plans the file in both ways, which must tell the same; gives back how many were looked at for nothing.
async fn same_both_ways(world: &mut TestWorld, file: &[u8], what: &str) -> usize {
    world.skim = Skim::Never;
    let whole = world.plan_offline(file).await;
    world.skim = Skim::Allowed;
    let quiet = world.plan_offline(file).await;
    assert_eq!(told(&quiet), told(&whole), "{what}");
    looked_at(&quiet)
}

/// Three nights of the same file: created, seen, and remembered.
async fn settled(world: &TestWorld, rows: &[String]) {
    for _ in 0..3 {
        world.sync(&file(rows)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_night_in_which_a_row_changed_looks_at_its_client_only() {
    let mut world = world();
    settled(&world, &rows()).await;
    let mut shuffled = rows();
    shuffled.reverse();
    let lf = file(&rows()).replace("\r\n", "\n");
    for (what, file) in [
        ("the same file", file(&rows())),
        ("another order", file(&shuffled)),
        ("other line ends", lf.clone()),
        ("no line end at the end", lf.trim_end().to_owned()),
        ("one row changed", lf.replace("架空町5,", "架空町5-1,")),
        ("one client gone", lf.replace(&format!("{}\n", row(5, "見本", "得意")), "")),
        ("one row of several gone", lf.replace("03-0000-0007,佐藤,得意", "03-0000-0007,,得意")),
        ("one new client", format!("{lf}{}\n", row(40, "新規", "得意"))),
        (
            "one client calls itself inactive",
            lf.replace("架空町5,03-0000-0005,,得意", "架空町5,03-0000-0005,,休止"),
        ),
        (
            "one row is a client's no more",
            lf.replace("架空町5,03-0000-0005,,得意", "架空町5,03-0000-0005,,仕入"),
        ),
        (
            "one that was filtered counts",
            lf.replace("架空町21,03-0000-0021,,仕入", "架空町21,03-0000-0021,,得意"),
        ),
        ("a footer", format!("{lf}合計,{}件\n", rows().len())),
        ("a footer that disagrees", format!("{lf}合計,99件\n")),
        ("a row without an id", format!("{lf}{}\n", row(41, "新規", "得意").replacen("000041", "", 1))),
        ("a row twice", format!("{lf}{}\n", row(6, "見本", "得意"))),
        ("a short row of one who sleeps", lf.replace("\n000009", "\n000012,株式会社見本12,,,,,\n000009")),
        (
            "a row of one who sleeps with a cell too many",
            lf.replace("\n000009", &format!("\n{},x\n000009", row(12, "見本", "得意"))),
        ),
        (
            "a row of one who sleeps that is cut short",
            lf.replace("\n000009", "\n000012,株式会社見本12\n000009"),
        ),
        ("a footer that is a row of one who sleeps", format!("{lf}000012,株式会社見本12\n")),
        (
            "a row of one who sleeps with a quote astray",
            lf.replace(
                "\n000009",
                &format!("\n{}\n000009", row(12, "見本", "得意").replace("架空町12", "架空\"町12")),
            ),
        ),
        ("blank rows", lf.replace("\n000009", "\n\n,,,,,,\n000009")),
    ] {
        let looked_at = same_both_ways(&mut world, file.as_bytes(), what).await;
        assert!(looked_at <= 3, "{what}: {looked_at} were looked at for nothing");
    }
}

#[tokio::test(start_paused = true)]
async fn those_who_share_a_bucket_with_one_who_changed_sleep_on() {
    let mut world = world();
    settled(&world, &rows()).await;
    let lf = file(&rows()).replace("\r\n", "\n");
    for (what, file) in [
        ("one neighbour changed", lf.replace("架空町4954,", "架空町4954-1,")),
        ("one neighbour gone", lf.replace(&format!("{}\n", row(5809, "近所", "得意")), "")),
        ("one neighbour new", format!("{lf}{}\n", row(ABSENT, "近所", "得意"))),
        (
            "one neighbour changed, one gone, in two buckets",
            lf.replace("架空町4954,", "架空町4954-1,")
                .replace(&format!("{}\n", row(7657, "近所", "得意")), "")
                .replace("架空町1,", "架空町1-1,"),
        ),
    ] {
        let looked_at = same_both_ways(&mut world, file.as_bytes(), what).await;
        assert!(looked_at <= 3, "{what}: {looked_at} were looked at for nothing");
    }
}

#[test]
fn the_neighbours_stand_in_one_bucket() {
    for ids in NEIGHBOURS {
        let buckets: BTreeSet<usize> = ids.iter().map(|id| Code::of(&format!("{id:06}")).bucket()).collect();
        assert_eq!(buckets.len(), 1, "{ids:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_damaged_page_is_no_empty_one_and_is_mended_by_the_next_night() {
    let changed = file(&rows()).replace("架空町4954,", "架空町4954-1,");
    for damage in [
        "UPDATE imprint_lines SET lines = substr(lines, 1, length(lines) - 1)",
        "UPDATE imprint_lines SET lines = x''",
        "UPDATE imprint_keys SET keys = substr(keys, 1, length(keys) - 18)",
        "DELETE FROM imprint_lines",
        "DELETE FROM imprint_keys",
    ] {
        let mut world = world();
        settled(&world, &rows()).await;
        let connection = rusqlite::Connection::open(world.ledger_path()).unwrap();
        connection.execute(damage, []).unwrap();
        drop(connection);
        let faults = Ledger::open_to_read(&world.ledger_path()).unwrap().integrity().unwrap();
        assert_eq!(!faults.is_empty(), damage.starts_with("DELETE"), "{damage}: {faults:?}");
        let looked_at = same_both_ways(&mut world, changed.as_bytes(), damage).await;
        assert!(looked_at > 10, "{damage}: the file was not read row by row");
        for _ in 0..2 {
            world.sync(&changed).await;
        }
        let looked_at = same_both_ways(&mut world, changed.as_bytes(), damage).await;
        assert!(looked_at <= 3, "{damage}: {looked_at} were looked at for nothing");
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_file_is_said_to_be_the_same_once_there_is_nobody_to_look_at() {
    let world = world();
    let mut rows: Vec<String> = (1..=20).map(|id| row(id, "見本", "得意")).collect();
    // Taken apart before it is known which file this is.
    rows.insert(3, "000040,短い社,,,,,得意".to_owned());
    settled(&world, &rows).await;
    let same = |night: &Night| {
        night.events.iter().find_map(|event| match event {
            Event::Notice(Notice::SameFile(run)) => Some(run.0),
            _ => None,
        })
    };
    let night = world.sync(&file(&rows)).await;
    assert_eq!((same(&night), night.end()), (Some(2), (0, vec!["in_sync"])));
    assert_eq!((night.result().unchanged, night.summary.rows.unwrap().read), (21, 21));
    assert_eq!(same(&world.plan_offline(file(&rows).as_bytes()).await), Some(2));
    // The same rows in another order are another file, and from then on the same.
    rows.reverse();
    assert_eq!(same(&world.sync(&file(&rows)).await), None);
    assert_eq!(same(&world.sync(&file(&rows)).await), Some(5));
}

#[tokio::test(start_paused = true)]
async fn what_concerns_those_who_sleep_wakes_them_all() {
    let mut world = world();
    settled(&world, &rows()).await;
    let lf = file(&rows()).replace("\r\n", "\n");
    let twin = row(42, "見本", "得意").replace("見本42,100-0042,架空町42", "見本3,100-0003,架空町3");
    let shift_jis = encoding_rs::SHIFT_JIS.encode(&lf).0.into_owned();
    for (what, file) in [
        ("the name and address of one who sleeps", format!("{lf}{twin}\n").into_bytes()),
        (
            "a code of one who sleeps in other letters",
            format!("{lf}{}\n", row(0, "別", "得意").replacen("000000", "0000003", 1)).into_bytes(),
        ),
        ("another encoding", shift_jis),
        ("another header", lf.replacen("phone_number", "fax_number", 1).into_bytes()),
        ("another delimiter", lf.replace(", 商会", "商会").replace(',', "\t").into_bytes()),
        ("an unfinished quote", format!("{lf}000050,\"開").into_bytes()),
        ("a row cut off", format!("{lf}000051,株式").into_bytes()),
        ("bytes that are no text", [lf.as_bytes(), b"000052,\xff\xfe\xff,,,,,\n"].concat()),
    ] {
        same_both_ways(&mut world, &file, what).await;
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_is_touched_in_the_ledger_is_looked_at_again() {
    let mut world = world();
    settled(&world, &rows()).await;
    assert!(same_both_ways(&mut world, file(&rows()).as_bytes(), "before").await <= 3);
    // People change a client, and a comparison learns of it.
    let connection = rusqlite::Connection::open(world.ledger_path()).unwrap();
    connection.execute("UPDATE client SET fingerprint = NULL WHERE external_id = '000004'", []).unwrap();
    drop(connection);
    let night = world.plan_offline(file(&rows()).as_bytes()).await;
    let looked_at = night.changes().any(|change| change.external_id.as_ref().unwrap().as_str() == "000004");
    assert!(looked_at, "a client whose line was touched must be looked at");
    same_both_ways(&mut world, file(&rows()).as_bytes(), "after").await;
}

#[tokio::test(start_paused = true)]
async fn a_control_that_forgets_whom_it_woke_would_be_noticed() {
    let mut world = world();
    settled(&world, &rows()).await;
    let connection = rusqlite::Connection::open(world.ledger_path()).unwrap();
    connection.execute("UPDATE client SET fingerprint = 1 WHERE external_id = '000004'", []).unwrap();
    connection.execute("DELETE FROM awake WHERE external_id = '000004'", []).unwrap();
    drop(connection);
    world.skim = Skim::Never;
    let whole = world.plan_offline(file(&rows()).as_bytes()).await;
    world.skim = Skim::Allowed;
    let quiet = world.plan_offline(file(&rows()).as_bytes()).await;
    assert_ne!(quiet.changes().count(), whole.changes().count());
    let of_four = |night: &Night| {
        night.changes().filter(|it| it.external_id.as_ref().is_some_and(|id| id.as_str() == "000004")).count()
    };
    assert_eq!((of_four(&whole), of_four(&quiet)), (1, 0));
}

/// One night's file: the last one with a few things done to it.
fn next_night(rows: &mut Vec<String>, chance: &mut fastrand::Rng) {
    for _ in 0..chance.usize(0..4) {
        let at = chance.usize(0..rows.len());
        let id = match chance.usize(1..68) {
            at @ 60.. => NEIGHBOURS.concat()[at - 60],
            id => u32::try_from(id).unwrap(),
        };
        match chance.u32(0..10) {
            0 => drop(rows.remove(at)),
            1 => rows.push(row(id, "新規", "得意")),
            2 => rows[at] = rows[at].replace("株式会社", "(株)"),
            3 => rows[at] = rows[at].replace("得意", if chance.bool() { "休止" } else { "仕入" }),
            4 => rows[at] = rows[at].replace("休止", "得意").replace("仕入", "得意"),
            5 => rows.insert(at, row(id, "見本", "得意")),
            6 => rows[at] = row(id, "例示", "不明"),
            7 => rows.insert(at, format!("{id:06},株式会社見本{id}")),
            8 => rows.insert(at, format!("{id:06},株式会社見本{id},,,,,")),
            _ => chance.shuffle(rows),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn however_the_nights_go_both_ways_tell_the_same() {
    for seed in 0..12 {
        let mut chance = fastrand::Rng::with_seed(seed);
        let mut world = world();
        let mut rows = rows();
        settled(&world, &rows).await;
        let mut passed_over = 0;
        for night in 0..6 {
            next_night(&mut rows, &mut chance);
            let file = file(&rows);
            let looked_at =
                same_both_ways(&mut world, file.as_bytes(), &format!("seed {seed}, night {night}")).await;
            passed_over += usize::from(looked_at < 10);
            if chance.bool() {
                world.sync(&file).await;
                world.approve();
            }
        }
        assert!(passed_over > 0, "seed {seed}: no night was quiet");
        assert_eq!(
            Ledger::open_to_read(&world.ledger_path()).unwrap().integrity().unwrap(),
            Vec::<String>::new()
        );
    }
}
