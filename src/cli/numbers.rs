//! Numbers and times as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use leapsync::texts::Texts;

/// What is left of the day's quota, or that there is none.
pub(crate) fn day_left(texts: Texts, left: Option<u64>) -> String {
    match left {
        Some(left) => texts.say_with("number-left", &[("count", left.into())]),
        None => texts.say("number-no-limit"),
    }
}

/// A time in the reader's zone, to the second.
pub(crate) fn local(time: Timestamp) -> String {
    time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// How long something takes: `12 s`, `3.5 min`, `1.2 h`.
pub(crate) fn duration(texts: Texts, seconds: f64) -> String {
    let (key, number) = if seconds < 90.0 {
        ("number-seconds", format!("{seconds:.0}"))
    } else if seconds < 90.0 * 60.0 {
        ("number-minutes", format!("{:.1}", seconds / 60.0))
    } else {
        ("number-hours", format!("{:.1}", seconds / 3_600.0))
    };
    texts.say_with(key, &[("number", number.into())])
}

/// How long a run took: a short one to a tenth of a second, a longer one as it suits it.
pub(crate) fn lasted(texts: Texts, seconds: f64) -> String {
    if seconds < 10.0 {
        return texts.say_with("number-seconds", &[("number", format!("{seconds:.1}").into())]);
    }
    duration(texts, seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_the_unit_that_suits_them() {
        let english = Texts::default();
        assert_eq!(duration(english, 12.3), "12 s");
        assert_eq!(duration(english, 210.0), "3.5 min");
        assert_eq!(duration(english, 7_200.0), "2.0 h");
        assert_eq!(lasted(english, 1.23), "1.2 s");
    }
}
