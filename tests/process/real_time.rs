//! The quota in real time, by the server's own count: fifteen minutes at 120 a minute, used to the full and never
//! exceeded. Too long for every day: `cargo test --test process real_time -- --ignored --nocapture`.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::rows::{self, FIRST};
use crate::station::{Station, text};

const MINUTES: u64 = 15;
const PER_MINUTE: u64 = 120;
/// More clients than the time allows.
const CLIENTS: u32 = 2_000;
/// Requests take as long as they do over the internet.
const LATENCY: [&str; 2] = ["--fault", "delay:for=200ms"];
const MINUTE: Duration = Duration::from_mins(1);

/// When each request came in, ascending.
fn times(requests: &[Value]) -> Vec<Timestamp> {
    let mut times: Vec<Timestamp> = requests.iter().map(|one| text(one, "at").parse().unwrap()).collect();
    times.sort_unstable();
    times
}

fn within(times: &[Timestamp], start: usize, window: Duration) -> usize {
    let later = times[start..].iter();
    later.take_while(|at| Duration::try_from(at.duration_since(times[start])).unwrap() < window).count()
}

/// The share of the quota that was used, and the most requests in any minute.
fn use_of(times: &[Timestamp]) -> (f64, usize) {
    let whole = within(times, 0, MINUTE * u32::try_from(MINUTES).unwrap());
    let most = (0..times.len()).map(|start| within(times, start, MINUTE)).max().unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "a share for people")]
    let share = whole as f64 / (MINUTES * PER_MINUTE) as f64;
    (share, most)
}

#[test]
#[ignore = "takes fifteen minutes of real time"]
fn fifteen_minutes_use_the_quota_to_the_full_and_never_exceed_it() {
    let station = Station::open(1, &LATENCY);
    station.write(FIRST, &rows::first(CLIENTS).text);
    station.set_limits("{\"per_minute\": 120, \"per_day\": null}");
    let pace = ["--per-minute", "120", "--per-day", "0", "--max-duration", "15m"];
    let ran = station.job(FIRST, &pace).output().unwrap();
    assert_eq!(ran.status.code(), Some(5), "{}", String::from_utf8_lossy(&ran.stderr));
    let requests = station.requests();
    let throttled = requests.iter().filter(|request| request["throttled"] == true).count();
    let (share, most) = use_of(&times(&requests));
    println!("{} requests, {:.2} % of the quota, at most {most} in any 60 s", requests.len(), share * 100.0);
    assert_eq!(throttled, 0);
    assert!(most <= 120, "{most}");
    assert!(share >= 0.99, "{share}");
}

/// A run that lets every twentieth slot go unused, and one that sends a request too many, are seen.
#[test]
fn a_quota_that_is_wasted_or_exceeded_in_real_time_is_seen() {
    let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    let sent = |a_minute: i64| -> Vec<Timestamp> {
        let at = |minute: i64, nth: i64| start + jiff::SignedDuration::from_millis(minute * 60_000 + nth);
        (0..15).flat_map(|minute| (0..a_minute).map(move |nth| at(minute, nth))).collect()
    };
    assert_eq!(use_of(&sent(120)), (1.0, 120));
    assert!(use_of(&sent(114)).0 < 0.99);
    assert_eq!(use_of(&sent(121)).1, 121);
}
