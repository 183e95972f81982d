//! Slots under limits, budgets and the server's word, on virtual time.

use super::*;
use crate::settings::Budget;

fn pace(per_minute: u32, per_day: u32) -> Pace {
    let limits = Limits { per_minute: Some(per_minute), per_day: Some(per_day) };
    Pace { limits, ..Pace::default() }
}

#[tokio::test(start_paused = true)]
async fn a_slot_is_free_again_sixty_seconds_after_the_answer_not_after_the_request() {
    let start = Instant::now();
    let limiter = Limiter::new(&pace(1, 100), Clock::system(), &[], None);
    let slot = limiter.slot().await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    drop(slot);
    let _second = limiter.slot().await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(70));
}

#[tokio::test(start_paused = true)]
async fn the_days_end_is_told_with_the_time_when_it_can_go_on() {
    let clock = Clock::system();
    let limiter = Limiter::new(&pace(120, 2), clock, &[], None);
    drop(limiter.slot().await.unwrap());
    let first_end = clock.now();
    tokio::time::sleep(Duration::from_secs(5)).await;
    drop(limiter.slot().await.unwrap());
    let Err(NoSlot::Exhausted { until }) = limiter.slot().await else { panic!("the day is used up") };
    assert_eq!(until, first_end + DAY);
    tokio::time::sleep(DAY).await;
    assert!(limiter.slot().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_run_used_counts() {
    let clock = Clock::system();
    let used = UsedSlots { ended_at: clock.now() - Duration::from_secs(20), count: 3 };
    let start = Instant::now();
    let limiter = Limiter::new(&pace(3, 100), clock, &[used], None);
    assert_eq!(limiter.day_used(), 3);
    let _slot = limiter.slot().await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(40));
}

#[tokio::test(start_paused = true)]
async fn after_a_429_everything_waits_as_told_and_a_long_wait_ends_the_run() {
    let start = Instant::now();
    let limiter = Limiter::new(&pace(120, 100), Clock::system(), &[], None);
    limiter.throttled(Some(Duration::from_secs(53)));
    drop(limiter.slot().await.unwrap());
    assert_eq!(start.elapsed(), Duration::from_secs(53));
    limiter.throttled(Some(Duration::from_hours(168)));
    assert!(matches!(limiter.slot().await, Err(NoSlot::Exhausted { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_run_ends_when_its_requests_or_its_time_are_used_up() {
    let budget = Budget { requests: Some(2), duration: None };
    let limiter = Limiter::new(&Pace { budget, ..pace(120, 100) }, Clock::system(), &[], None);
    drop(limiter.slot().await.unwrap());
    drop(limiter.slot().await.unwrap());
    assert_eq!(limiter.slot().await.err(), Some(NoSlot::Spent(2)));
    let start = Instant::now();
    let minute = Duration::from_secs(30);
    let budget = Budget { requests: None, duration: Some(minute) };
    let limiter = Limiter::new(&Pace { budget, ..pace(1, 100) }, Clock::system(), &[], None);
    drop(limiter.slot().await.unwrap());
    assert_eq!(limiter.slot().await.err(), Some(NoSlot::TimeUp(minute)));
    assert_eq!(start.elapsed(), minute);
}

#[tokio::test(start_paused = true)]
async fn the_server_lowers_any_limit_and_raises_a_default_only() {
    let limits = |pace: Pace, minute, day| {
        let limiter = Limiter::new(&pace, Clock::system(), &[], None);
        limiter.told(minute, day);
        (limiter.limits().per_minute, limiter.limits().per_day)
    };
    assert_eq!(limits(Pace::default(), Some(250), Some(20_000)), (Some(250), Some(20_000)));
    assert_eq!(limits(Pace::default(), Some(60), None), (Some(60), Some(5_000)));
    let set = Pace { per_minute_set_by: SetBy::Person, per_day_set_by: SetBy::Person, ..pace(100, 1_000) };
    assert_eq!(limits(set.clone(), Some(250), Some(20_000)), (Some(100), Some(1_000)));
    assert_eq!(limits(set, Some(50), Some(500)), (Some(50), Some(500)));
}

struct Notes(Arc<Mutex<Vec<String>>>);

impl Book for Notes {
    fn reserve(&mut self, count: u32, _: Timestamp) -> Result<i64, String> {
        let mut notes = self.0.lock().map_err(|_| "poisoned")?;
        notes.push(format!("reserve {count}"));
        Ok(i64::try_from(notes.len()).unwrap_or_default())
    }

    fn close(&mut self, block: i64, used: u32, _: Timestamp) -> Result<(), String> {
        self.0.lock().map_err(|_| "poisoned")?.push(format!("close {block} {used}"));
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn slots_are_reserved_before_they_are_used_and_closed_when_they_ended() {
    let notes = Arc::new(Mutex::new(Vec::new()));
    let book = Box::new(Notes(Arc::clone(&notes)));
    let limiter = Limiter::new(&pace(20, 100), Clock::system(), &[], Some(book));
    for _ in 0..3 {
        drop(limiter.slot().await.unwrap());
    }
    limiter.finish();
    assert_eq!(*notes.lock().unwrap(), ["reserve 2", "close 1 2", "reserve 2", "close 3 1"]);
}

#[tokio::test(start_paused = true)]
async fn the_day_has_room_again_once_enough_of_it_has_passed() {
    let clock = Clock::system();
    let used = |hours: i64, count| UsedSlots {
        ended_at: clock.now() - jiff::SignedDuration::from_hours(hours),
        count,
    };
    let limiter = Limiter::new(&pace(120, 10), clock, &[used(20, 3), used(10, 3), used(5, 2)], None);
    let until = |hours: i64| clock.now() + jiff::SignedDuration::from_hours(hours);
    assert_eq!(limiter.day_room(2), Ok(()));
    assert_eq!(limiter.day_room(5), Err(NoSlot::Exhausted { until: until(4) }));
    assert_eq!(limiter.day_room(6), Err(NoSlot::Exhausted { until: until(14) }));
    // What no day allows is not put off for ever.
    assert_eq!(limiter.day_room(11), Ok(()));
}
