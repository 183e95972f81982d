//! A list of 1,000 clients against files that are not what they should be: cut off at every byte, emptied, shifted, with
//! other codes or other letters. No delete and no mass change leaves without evidence, or an approval that names it.

use std::fmt::Write as _;

use leapsync::event::Event;
use leapsync::guard::{Reach, Stop};
use leapsync::settings::OnGone;

use crate::night::Night;
use crate::world::TestWorld;

const CLIENTS: u32 = 1_000;
/// The bytes are shared out among so many tests, which run beside one another.
const SHARES: usize = 4;
/// One cut in so many is made in earnest, with a run instead of a plan.
const IN_EARNEST: usize = 499;

fn file() -> String {
    let mut text = String::from("client_external_id,name,phone_number\n");
    for n in 1..=CLIENTS {
        let _ = writeln!(text, "{n:04},例{n},0{n}");
    }
    text
}

/// A world with all of them, that deletes what is gone by the rules that hold where nothing is configured.
async fn world() -> TestWorld {
    let mut world = TestWorld::new();
    world.on_gone = OnGone::Delete;
    world.after_runs = 2;
    world.pace.limits.per_minute = None;
    world.pace.per_second = None;
    world.sandbox.set_limits(None, None);
    assert_eq!(world.sync(&file()).await.result().created, u64::from(CLIENTS));
    world
}

/// What a run would send of this plan.
fn would_send(plan: &Night) -> Vec<String> {
    let stops: Vec<&Stop> = plan
        .events
        .iter()
        .filter_map(|event| if let Event::Held(held) = event { Some(&held.stop) } else { None })
        .collect();
    if stops.iter().any(|stop| stop.reach() != Reach::Part) {
        return Vec::new();
    }
    plan.changes()
        .filter(|change| change.requests() > 0 && !stops.iter().any(|stop| stop.names(change)))
        .map(|change| format!("{change:?}"))
        .collect()
}

async fn cut_off_at_every_byte(share: usize) {
    let world = world().await;
    let whole = file();
    let mut refused = 0;
    for cut in (0..whole.len()).skip(share).step_by(SHARES) {
        // A cut inside a letter leaves bytes that are no text; the file is read as it lies.
        let plan = world.plan_offline(&whole.as_bytes()[..cut]).await;
        refused += usize::from(plan.code() == 1);
        assert_eq!(would_send(&plan), Vec::<String>::new(), "cut off at byte {cut}");
    }
    // Inside of a row the form of the file tells it already; between two rows only the guard does.
    assert!(refused * 5 < whole.len() / SHARES * 4, "too few of the cuts reach the guard: {refused}");
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_cut_off_at_any_byte_sends_nothing_1() {
    cut_off_at_every_byte(0).await;
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_cut_off_at_any_byte_sends_nothing_2() {
    cut_off_at_every_byte(1).await;
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_cut_off_at_any_byte_sends_nothing_3() {
    cut_off_at_every_byte(2).await;
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_cut_off_at_any_byte_sends_nothing_4() {
    cut_off_at_every_byte(3).await;
}

#[tokio::test(start_paused = true)]
async fn without_the_guards_a_cut_would_send_something() {
    // The control: the same judgement, blind to what a guard holds back and with clients deleted at once.
    let mut world = world().await;
    world.after_runs = 1;
    let whole = file();
    let half = world.plan_offline(&whole.as_bytes()[..whole.find("\n0500").unwrap()]).await;
    assert!(half.changes().filter(|change| change.requests() > 0).count() > 400);
    let last_letter = world.plan_offline(&whole.as_bytes()[..whole.len() - 2]).await;
    assert_eq!(last_letter.changes().filter(|change| change.requests() > 0).count(), 1);
    world.after_runs = 2;
    let row_less = world.plan_offline(&whole.as_bytes()[..=whole.rfind("\n1000").unwrap()]).await;
    assert_eq!((row_less.code(), would_send(&row_less)), (0, Vec::new()));
    world.after_runs = 1;
    let row_less = world.plan_offline(&whole.as_bytes()[..=whole.rfind("\n1000").unwrap()]).await;
    assert_eq!(would_send(&row_less).len(), 1, "only the second file in a row speaks for a delete");
}

#[tokio::test(start_paused = true)]
async fn a_run_does_with_a_cut_file_what_the_plan_says() {
    let whole = file();
    let world = world().await;
    for cut in (0..whole.len()).step_by(IN_EARNEST) {
        let Ok(text) = std::str::from_utf8(&whole.as_bytes()[..cut]) else { continue };
        let night = world.sync(text).await;
        assert_eq!(night.writes(), Vec::<String>::new(), "cut off at byte {cut}");
        // The next cut meets a ledger that has seen the whole file last.
        assert_eq!(world.sync(&whole).await.writes(), Vec::<String>::new());
    }
    assert_eq!(world.sandbox.clients().len(), CLIENTS as usize);
}

/// Each column under the header of the one before it.
fn shifted(text: &str) -> String {
    let (header, rows) = text.split_once('\n').unwrap();
    let moved = rows.lines().fold(String::new(), |text, row| {
        let cells: Vec<&str> = row.split(',').collect();
        text + &format!("{},{},{}\n", cells[0], cells[2], cells[1])
    });
    format!("{header}\n{moved}")
}

#[tokio::test(start_paused = true)]
async fn files_that_are_emptied_shifted_re_keyed_or_garbled_send_nothing_night_after_night() {
    let whole = file();
    let header = whole.split_once('\n').unwrap().0.to_owned() + "\n";
    let garbled = whole.replace('例', "ä¾‹");
    let re_keyed = whole.replace("\n0", "\nK0");
    let (less, shorter) = (whole.replace(",0", ",+81-"), whole.replace("\n00", "\n"));
    for (what, text) in [
        ("emptied", &header),
        ("shifted", &shifted(&whole)),
        ("re-keyed", &re_keyed),
        ("garbled", &garbled),
        ("another form of the numbers", &less),
        ("codes without their zeros", &shorter),
    ] {
        let world = world().await;
        for night in 1..=3 {
            let night_of = world.sync(text).await;
            assert_eq!((night_of.code(), night_of.writes()), (4, Vec::new()), "{what}, night {night}");
        }
        assert_eq!(world.sync(&whole).await.writes(), Vec::<String>::new(), "{what}");
        assert!(world.ledger().open_holds().unwrap().is_empty(), "{what}: the hold is over");
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_in_another_encoding_is_the_same_file() {
    let world = world().await;
    let whole = file();
    let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(&whole);
    assert_eq!(would_send(&world.plan_offline(&bytes).await), Vec::<String>::new());
    assert_eq!(world.plan_offline(&bytes).await.end(), (0, vec!["in_sync"]));
}
