//! The quota on virtual time, by the server's own count: two thousand requests lose no time and meet no 429, alone on the
//! key, beside others who use it, and after a kill.
//!
//! The ideal is what a sliding window allows: of `n` requests under a limit of `L` in any 60 s, the last may leave
//! `floor((n - 1) / L)` minutes after the first, and needs its way there and back.
//!
//! `LEAPSYNC_QUOTA_SEEDS=20` draws the latencies so many times anew, in place of twice.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a proof says how much it has looked at")]

#[path = "shared/check.rs"]
mod check;
#[path = "shared/night.rs"]
#[expect(dead_code, reason = "told stories ask a night more than the quota does")]
mod night;
#[path = "shared/world.rs"]
#[expect(dead_code, reason = "told stories ask a world more than the quota does")]
mod world;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use fastrand::Rng;
use leapsync::sandbox::{Local, LogEntry, Sandbox};
use leapsync::wire::{Request, Sending, Transport};

use night::{Night, line};
use world::{Cut, TestWorld, companies};

const MINUTE: Duration = Duration::from_mins(1);
/// What the server allows in any minute.
const LIMIT: u32 = 120;
/// What others take of it.
const OTHERS: u32 = 10;
const CLIENTS: u32 = 2_000;
const TOKEN: &str = "POST /user/oauth2/token/";

fn seeds() -> std::ops::RangeInclusive<u64> {
    1..=std::env::var("LEAPSYNC_QUOTA_SEEDS").map_or(2, |text| text.parse().unwrap())
}

/// A way that takes between 150 and 400 ms there and back. What has left arrives, even when its run is gone.
struct Way {
    local: Local,
    chance: Mutex<Rng>,
}

const FASTEST: u64 = 150;
const SLOWEST: u64 = 400;

impl Transport for Way {
    fn send(&self, request: Request, cap: usize) -> Sending<'_> {
        let (there, back) = {
            let mut chance = self.chance.lock().unwrap();
            let both = chance.u64(FASTEST..=SLOWEST);
            let there = chance.u64(0..=both);
            (there, both - there)
        };
        let local = self.local.clone();
        let carried = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(there)).await;
            let answer = local.send(request, cap).await;
            tokio::time::sleep(Duration::from_millis(back)).await;
            answer
        });
        Box::pin(async move { carried.await.unwrap() })
    }
}

fn world(seed: u64) -> TestWorld {
    let mut world = TestWorld::new();
    world.latency = Duration::ZERO;
    world.between = Some(Arc::new(move |local| {
        Arc::new(Way { local, chance: Mutex::new(Rng::with_seed(seed)) }) as Arc<dyn Transport>
    }));
    world
}

/// When the last of so many requests may end at the earliest, in seconds after the first left.
fn ideal(requests: usize, limit: u32) -> f64 {
    let minutes = (requests - 1) / limit as usize;
    let seconds = u32::try_from(minutes * 60).unwrap();
    f64::from(seconds) + Duration::from_millis(FASTEST).as_secs_f64()
}

/// How a run came through.
#[derive(Debug)]
struct Came {
    requests: usize,
    refused: usize,
    seconds: f64,
}

impl Came {
    /// Takes out of the server's log what this run sent: of the requests for tokens, only the first is its own.
    fn of(night: &Night) -> Self {
        let own: Vec<&LogEntry> = night.log.iter().filter(|entry| line(entry) != TOKEN).collect();
        let refused = own.iter().filter(|entry| entry.throttled).count();
        Self { requests: own.len() + 1, refused, seconds: night.seconds() }
    }

    fn share_of(&self, ideal: f64) -> f64 {
        self.seconds / ideal
    }
}

/// Requests of others that met a 429.
fn others_refused(night: &Night) -> usize {
    night.log.iter().filter(|entry| line(entry) == TOKEN && entry.throttled).count()
}

/// How others use the key: so many requests at once, again and again.
#[derive(Debug, Clone, Copy)]
struct Others {
    at_once: u32,
}

impl Others {
    /// Sends for ever, [`OTHERS`] requests in any minute.
    fn begin(self, sandbox: Arc<Sandbox>) -> tokio::task::JoinHandle<()> {
        let pause = MINUTE * self.at_once / OTHERS;
        tokio::spawn(async move {
            loop {
                for _ in 0..self.at_once {
                    sandbox.answer(&token_call(&sandbox));
                }
                tokio::time::sleep(pause).await;
            }
        })
    }
}

fn token_call(sandbox: &Sandbox) -> Request {
    let key = format!("{}:{}", sandbox.client_id(), sandbox.client_secret());
    let basic = base64::engine::general_purpose::STANDARD.encode(key);
    let call = http::Request::post("http://127.0.0.1:8787/user/oauth2/token/")
        .header("authorization", format!("Basic {basic}"))
        .header("content-type", "application/x-www-form-urlencoded");
    call.body("grant_type=client_credentials".into()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn two_thousand_requests_alone_on_the_key_meet_no_429_and_lose_no_time() {
    for seed in seeds() {
        let world = world(seed);
        let night = world.run_unchecked(&companies(CLIENTS), Cut::Never).await.unwrap();
        assert_eq!((night.code(), world.sandbox.clients().len()), (0, CLIENTS as usize));
        let came = Came::of(&night);
        let share = came.share_of(ideal(came.requests, LIMIT));
        println!("alone, seed {seed}: {came:?}, {share:.4} of the ideal");
        assert_eq!(came.refused, 0);
        assert!(share <= 1.02, "{share}");
        assert!(world.sandbox.requests_in_any(MINUTE) <= LIMIT as usize);
    }
}

#[tokio::test(start_paused = true)]
async fn beside_others_a_run_is_refused_once_all_around_and_then_leaves_them_their_share() {
    for (seed, at_once) in seeds().flat_map(|seed| [(seed, 1), (seed, OTHERS)]) {
        let world = world(seed);
        let others = Others { at_once }.begin(Arc::clone(&world.sandbox));
        world.pass(MINUTE).await;
        let night = world.run_unchecked(&companies(CLIENTS), Cut::Never).await.unwrap();
        others.abort();
        assert_eq!((night.code(), world.sandbox.clients().len()), (0, CLIENTS as usize));
        let came = Came::of(&night);
        let share = came.share_of(ideal(came.requests, LIMIT - OTHERS));
        println!("beside others, {at_once} at once, seed {seed}: {came:?}, {share:.4} of the ideal");
        assert!((1..=world.pace.concurrency).contains(&came.refused), "{}", came.refused);
        assert!(others_refused(&night) <= 1, "others were driven out");
        assert!(share <= 1.03, "{share}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_after_a_kill_meets_no_429() {
    for (seed, killed_in) in [(1, 3), (2, 45), (3, 130)] {
        let world = world(seed);
        let csv = companies(500);
        let killed = world.run_unchecked(&csv, Cut::In(Duration::from_secs(killed_in))).await;
        assert!(killed.is_none(), "it was not killed");
        let night = world.run_unchecked(&csv, Cut::Never).await.unwrap();
        let came = Came::of(&night);
        println!("after a kill at {killed_in} s: {came:?}");
        assert_eq!(came.refused, 0);
        assert!(came.requests > 100, "the kill left it nothing to do");
        assert!(world.sandbox.requests_in_any(MINUTE) <= LIMIT as usize);
        world.pass(world.settle).await;
        assert_eq!(world.run_unchecked(&csv, Cut::Never).await.unwrap().code(), 0);
        assert_eq!(world.sandbox.clients().len(), 500);
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_set_too_high_is_seen() {
    let mut world = world(1);
    world.pace.limits.per_minute = Some(LIMIT + 30);
    let night = world.run_unchecked(&companies(300), Cut::Never).await.unwrap();
    let came = Came::of(&night);
    println!("with a limit set too high: {came:?}");
    assert!(came.refused > 0);
    assert!(world.sandbox.requests_in_any(MINUTE) > LIMIT as usize);
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_set_too_low_is_seen() {
    let mut world = world(1);
    world.pace.limits.per_minute = Some(LIMIT - 10);
    let night = world.run_unchecked(&companies(CLIENTS), Cut::Never).await.unwrap();
    let came = Came::of(&night);
    let share = came.share_of(ideal(came.requests, LIMIT));
    println!("with a limit set too low: {came:?}, {share:.4} of the ideal");
    assert!(share > 1.03, "{share}");
}

#[tokio::test(start_paused = true)]
async fn a_kill_whose_book_is_torn_out_is_seen() {
    let world = world(1);
    let csv = companies(500);
    assert!(world.run_unchecked(&csv, Cut::In(Duration::from_secs(45))).await.is_none());
    let ledger = rusqlite::Connection::open(world.ledger_path()).unwrap();
    ledger.execute("DELETE FROM quota_block", []).unwrap();
    drop(ledger);
    let came = Came::of(&world.run_unchecked(&csv, Cut::Never).await.unwrap());
    println!("without the book: {came:?}");
    assert!(came.refused > 0);
}
