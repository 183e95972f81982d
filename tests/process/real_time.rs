//! The quota in real time, by the server's own count: used to the full and never exceeded, for one minute, or for
//! fifteen with `LEAPSYNC_REAL_MINUTES=15`.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::rows::{self, FIRST};
use crate::station::{Station, text};
use crate::trials;

const PER_MINUTE: u32 = 120;
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

/// The share of the quota of so many minutes that was used, in thousandths, and the most requests in any minute.
fn use_of(times: &[Timestamp], minutes: u32) -> (usize, usize) {
    let whole = within(times, 0, MINUTE * minutes);
    let most = (0..times.len()).map(|start| within(times, start, MINUTE)).max().unwrap_or_default();
    (whole * 1_000 / (minutes * PER_MINUTE) as usize, most)
}

fn minutes() -> u32 {
    std::env::var("LEAPSYNC_REAL_MINUTES").map_or(1, |text| text.parse().unwrap())
}

#[test]
fn the_quota_is_used_to_the_full_and_never_exceeded_in_real_time() {
    let minutes = minutes();
    let station = Station::open(1, &LATENCY);
    // More clients than the time allows.
    station.write(FIRST, &rows::first((minutes + 2) * PER_MINUTE).text);
    station.set_limits("{\"per_minute\": 120, \"per_day\": null}");
    // A moment longer, so that the first slots are seen to be used again.
    let duration = format!("{}s", minutes * 60 + 3);
    let pace = ["--per-minute", "120", "--per-day", "0", "--max-duration", &duration];
    let ran = station.sync(FIRST, &pace);
    ran.expect(5, "a run whose time is over").unwrap();
    let requests = station.requests();
    let throttled = requests.iter().filter(|request| request["throttled"] == true).count();
    let (share, most) = use_of(&times(&requests), minutes);
    let sent = requests.len();
    trials::say(&format!(
        "{sent} requests in {minutes} min, {share} thousandths of the quota, at most {most} in any 60 s"
    ));
    assert_eq!(throttled, 0);
    assert!(most <= 120, "{most}");
    assert!(share >= 990, "{share}");
    assert!(sent > (minutes * PER_MINUTE) as usize, "no slot was used again: {sent}");
}

/// A run that lets every twentieth slot go unused, and one that sends a request too many, are seen.
#[test]
fn a_quota_that_is_wasted_or_exceeded_in_real_time_is_seen() {
    let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    let sent = |a_minute: i64| -> Vec<Timestamp> {
        let at = |minute: i64, nth: i64| start + jiff::SignedDuration::from_millis(minute * 60_000 + nth);
        (0..15).flat_map(|minute| (0..a_minute).map(move |nth| at(minute, nth))).collect()
    };
    assert_eq!(use_of(&sent(120), 15), (1_000, 120));
    assert!(use_of(&sent(114), 15).0 < 990);
    assert_eq!(use_of(&sent(121), 15).1, 121);
}
