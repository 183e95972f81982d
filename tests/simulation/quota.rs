//! The quota over days, crashes and limits that change, by the server's own count; and how close to the limit a run
//! alone on its key comes.

use std::time::Duration;

use fastrand::Rng;
use leapsync::settings::Limits;

use crate::world::{Cut, TestWorld, companies};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);
const RUNS_A_DAY: u32 = 10;
const DAYS: u32 = 4;

/// Whether the ledger's quota book outlives a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Book {
    Kept,
    TornOut,
}

/// Ten runs a day, half of them cut off, with limits that people change on the way; what was the most in any minute
/// and any day, each with the most that was ever allowed in it.
async fn days(seed: u64, book: Book) -> [(usize, u32); 2] {
    let mut chance = Rng::with_seed(seed);
    let mut world = TestWorld::new();
    let (mut minute, mut day) = (60, 300);
    let mut most = (minute, day);
    let mut rows = 20;
    for run in 0..RUNS_A_DAY * DAYS {
        if run % 7 == 6 {
            (minute, day) = (chance.u32(30..=120), chance.u32(150..=400));
            most = (most.0.max(minute), most.1.max(day));
        }
        world.pace.limits = Limits { per_minute: Some(minute), per_day: Some(day) };
        world.sandbox.set_limits(None, None);
        rows += chance.u32(0..25);
        let nth = chance.u32(1..40);
        let cut = [Cut::Never, Cut::Before(nth), Cut::After(nth), Cut::Never][chance.usize(0..4)];
        world.run_unchecked(&companies(rows), cut).await;
        if book == Book::TornOut && world.ledger_path().exists() {
            let ledger = rusqlite::Connection::open(world.ledger_path()).unwrap();
            ledger.execute("DELETE FROM quota_block", []).unwrap();
        }
        let pause = if chance.bool() { chance.u64(0..20) } else { chance.u64(0..10_000) };
        world.pass(Duration::from_secs(pause)).await;
    }
    let sandbox = &world.sandbox;
    [(sandbox.requests_in_any(MINUTE), most.0), (sandbox.requests_in_any(DAY), most.1)]
}

#[tokio::test(start_paused = true)]
async fn ten_runs_a_day_with_crashes_and_new_limits_never_exceed_a_limit() {
    let mut requests = [0, 0];
    for seed in 1..=10 {
        let [minute, day] = days(seed, Book::Kept).await;
        assert!(minute.0 <= minute.1 as usize, "seed {seed}: {minute:?} in a minute");
        assert!(day.0 <= day.1 as usize, "seed {seed}: {day:?} in a day");
        requests = [requests[0].max(minute.0), requests[1].max(day.0)];
    }
    println!(
        "10 accounts, {} runs each: at most {requests:?} requests in a minute and a day",
        RUNS_A_DAY * DAYS
    );
}

#[tokio::test(start_paused = true)]
async fn without_the_book_of_earlier_runs_the_limits_are_exceeded() {
    let [minute, day] = days(1, Book::TornOut).await;
    println!("without the book: {minute:?} in a minute, {day:?} in a day");
    assert!(minute.0 > minute.1 as usize || day.0 > day.1 as usize);
}

#[tokio::test(start_paused = true)]
async fn two_thousand_creates_alone_on_the_key_meet_no_429_and_lose_no_time() {
    let mut world = TestWorld::new();
    world.latency = Duration::from_millis(150);
    let night = world.run_unchecked(&companies(2_000), Cut::Never).await.unwrap();
    assert_eq!((night.code(), world.sandbox.clients().len()), (0, 2_000));
    assert!(night.log.iter().all(|entry| !entry.throttled));
    let requests = u32::try_from(night.log.len()).unwrap();
    // Full minutes until the last request may leave, and that one's way there and back.
    let ideal = f64::from((requests - 1) / 120 * 60) + 0.15;
    println!("{requests} requests: {:.1} s, ideal {ideal:.1} s", night.seconds());
    assert!(night.seconds() <= ideal * 1.02, "{} of {ideal}", night.seconds());
}
