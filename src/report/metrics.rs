//! The figures of a run as a monitoring system reads them: Prometheus' text format, for the node exporter's textfile
//! collector.
//!
//! In: the summary, which ledger it is about, and when a run last succeeded. Out: the text of the file. It holds figures
//! and the ledger's path, and no name, code or reason of any client, so that it may be read by other users of the machine.
//!
//! Every sample carries the label `ledger`: two jobs on one machine write two files, and the collector refuses files
//! whose samples cannot be told apart. Samples have no time of their own, because the collector refuses that, too.

use jiff::Timestamp;

use super::Summary;

/// When runs last ended well; what a later run that fails must not forget.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Milestones {
    /// The end of the last run that ended with 0: everything asked for was on the server.
    pub success: Option<Timestamp>,
    /// The end of the last run that came to its end, with 0 or 3: every row was looked at.
    pub complete: Option<Timestamp>,
}

const SUCCESS: &str = "leapsync_last_success_timestamp_seconds";
const COMPLETE: &str = "leapsync_last_complete_timestamp_seconds";
/// Rows are not in sync, and the run still did all that it could.
const NOT_IN_SYNC: u8 = 3;

impl Milestones {
    /// Reads them from a file that an earlier run wrote for the same ledger; what cannot be read is not known.
    #[must_use]
    pub fn read(text: &str, ledger: &str) -> Self {
        let find = |name: &str| {
            let start = format!("{name}{} ", labels(ledger, None));
            let value = text.lines().find_map(|line| line.strip_prefix(&start))?;
            seconds(value)
        };
        Self { success: find(SUCCESS), complete: find(COMPLETE) }
    }

    /// The later of each.
    #[must_use]
    pub fn or_later(self, other: Self) -> Self {
        Self { success: self.success.max(other.success), complete: self.complete.max(other.complete) }
    }

    /// Takes in one run by its exit code and its end.
    #[must_use]
    pub fn with_run(self, code: u8, finished_at: Timestamp) -> Self {
        let at = Some(finished_at);
        self.or_later(match code {
            0 => Self { success: at, complete: at },
            NOT_IN_SYNC => Self { success: None, complete: at },
            _ => Self::default(),
        })
    }
}

/// The whole file.
#[must_use]
pub fn text(summary: &Summary, ledger: &str, milestones: Milestones) -> String {
    let mut file = File { text: String::new(), ledger };
    of_the_end(&mut file, summary, milestones);
    of_the_work(&mut file, summary);
    of_the_quota(&mut file, summary);
    file.text
}

fn of_the_end(file: &mut File<'_>, summary: &Summary, milestones: Milestones) {
    file.one("leapsync_last_run_exit_code", "Exit code of the last run.", Some(summary.exit.code));
    let reasons = summary.exit.reasons.iter().map(|reason| (reason.as_str(), 1)).collect::<Vec<_>>();
    let help = "Why the last run ended as it did: 1 for each reason that applies.";
    file.several("leapsync_last_run_exit_reason", help, "reason", &reasons);
    let (name, help) = ("leapsync_last_run_started_timestamp_seconds", "When the last run began.");
    file.one(name, help, Some(stamp(summary.started_at)));
    let (name, help) = ("leapsync_last_run_finished_timestamp_seconds", "When the last run ended.");
    file.one(name, help, Some(stamp(summary.finished_at)));
    let help = "When a run last ended with exit code 0: everything asked for is in MakeLeaps.";
    file.one(SUCCESS, help, milestones.success.map(stamp));
    let help = "When a run last came to its end, with exit code 0 or 3: every row was looked at.";
    file.one(COMPLETE, help, milestones.complete.map(stamp));
    let (name, help) = ("leapsync_last_run_duration_seconds", "How long the last run took.");
    file.one(name, help, Some(summary.duration_s));
}

fn of_the_work(file: &mut File<'_>, summary: &Summary) {
    if let Some(rows) = summary.rows {
        let counts = [
            ("read", rows.read),
            ("rejected", rows.rejected),
            ("skipped", rows.skipped),
            ("footer", rows.footer),
        ];
        let help = "Data rows of the input: all of them, and those that are no usable client.";
        file.several("leapsync_last_run_rows", help, "kind", &counts);
    }
    let warnings = summary.rows.map(|_| summary.warnings);
    file.one("leapsync_last_run_warnings", "Odd cells of rows that went in.", warnings);
    let Some(result) = summary.result else { return };
    let counts = [
        ("created", result.created),
        ("updated", result.updated),
        ("unchanged", result.unchanged),
        ("failed", result.failed),
        ("in_doubt", result.in_doubt),
        ("remaining", result.remaining),
    ];
    let help = "Clients of the file by what became of them.";
    file.several("leapsync_last_run_clients", help, "outcome", &counts);
    let ended = result.deleted + result.archived + result.delete_refused + result.held;
    let counts = [
        ("deleted", result.deleted),
        ("archived", result.archived),
        ("delete_refused", result.delete_refused),
        ("held", result.held),
        ("left", result.gone.saturating_sub(ended)),
    ];
    let help = "Clients gone from the file by what became of them.";
    file.several("leapsync_last_run_gone_clients", help, "outcome", &counts);
    let counts = [("settled", result.settled), ("adopted", result.adopted)];
    let help =
        "Clients found on the server: creates of earlier runs, and links made without a request to create.";
    file.several("leapsync_last_run_found_clients", help, "how", &counts);
}

fn of_the_quota(file: &mut File<'_>, summary: &Summary) {
    if let Some(requests) = summary.requests {
        let counts = [
            ("POST", requests.post),
            ("PATCH", requests.patch),
            ("DELETE", requests.delete),
            ("GET", requests.get),
            ("OPTIONS", requests.options),
        ];
        let help = "Requests of the last run by method.";
        file.several("leapsync_last_run_requests", help, "method", &counts);
        let (name, help) = ("leapsync_last_run_requests_throttled", "Answers 429 of the last run.");
        file.one(name, help, Some(requests.throttled));
        let (name, help) = ("leapsync_last_run_requests_retried", "Requests that the last run sent again.");
        file.one(name, help, Some(requests.retried));
        let help = "The most requests of the last run that left within any 60 seconds.";
        file.one("leapsync_last_run_requests_max_in_60_seconds", help, Some(requests.max_in_60s));
    }
    let Some(quota) = summary.quota else { return };
    let help = "Requests in the 24 hours before the end of the last run.";
    file.one("leapsync_quota_day_used_requests", help, Some(quota.day_used));
    let help = "Requests that the day still allowed at the end of the last run; absent without a limit.";
    file.one("leapsync_quota_day_left_requests", help, quota.day_left);
    let help = "Requests allowed in any 24 hours; absent without a limit.";
    file.one("leapsync_quota_day_limit_requests", help, quota.per_day);
    let help = "Requests allowed in any 60 seconds; absent without a limit.";
    file.one("leapsync_quota_minute_limit_requests", help, quota.per_minute);
}

/// The file as it grows.
struct File<'a> {
    text: String,
    ledger: &'a str,
}

impl File<'_> {
    fn family(&mut self, name: &str, help: &str) {
        self.text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} gauge\n"));
    }

    /// A gauge with one sample; what is not known is left out.
    fn one(&mut self, name: &str, help: &str, value: Option<impl std::fmt::Display>) {
        let Some(value) = value else { return };
        self.family(name, help);
        self.text.push_str(&format!("{name}{} {value}\n", labels(self.ledger, None)));
    }

    /// A gauge with one sample for each value of a label.
    fn several(&mut self, name: &str, help: &str, label: &str, samples: &[(&str, u64)]) {
        if samples.is_empty() {
            return;
        }
        self.family(name, help);
        for (value, count) in samples {
            let labels = labels(self.ledger, Some((label, value)));
            self.text.push_str(&format!("{name}{labels} {count}\n"));
        }
    }
}

fn labels(ledger: &str, more: Option<(&str, &str)>) -> String {
    let more = more.map(|(name, value)| format!(",{name}=\"{}\"", escaped(value))).unwrap_or_default();
    format!("{{ledger=\"{}\"{more}}}", escaped(ledger))
}

/// The three characters that end a label's value or a line stand behind a backslash.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Seconds since 1970, to the millisecond, upwards as the ledger keeps times: both tell one run's end alike.
fn stamp(time: Timestamp) -> String {
    let floor = time.as_millisecond();
    let is_cut = Timestamp::from_millisecond(floor).is_ok_and(|kept| kept < time);
    let milliseconds = floor + i64::from(is_cut);
    format!("{}.{:03}", milliseconds.div_euclid(1_000), milliseconds.rem_euclid(1_000))
}

/// Reads what [`stamp`] wrote.
fn seconds(value: &str) -> Option<Timestamp> {
    let (seconds, milliseconds) = value.split_once('.').unwrap_or((value, "0"));
    let (seconds, milliseconds) = (seconds.parse::<i64>().ok()?, milliseconds.parse::<i64>().ok()?);
    Timestamp::from_millisecond(seconds.checked_mul(1_000)?.checked_add(milliseconds)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_failed_run_keeps_the_last_success_that_the_file_before_it_names() {
        let ledger = "/srv/\"odd\"\\folder\n/leapsync.db";
        let summary = Summary::begin("sync", "clients.csv", at(100));
        let good = Milestones::default().with_run(0, at(160));
        let before = text(&summary, ledger, good);
        let read = Milestones::read(&before, ledger);
        assert_eq!(read, good);
        assert_eq!(read.with_run(1, at(500)), good, "nothing was reached");
        let only_complete = Milestones { complete: Some(at(500)), ..good };
        assert_eq!(read.with_run(3, at(500)), only_complete);
        assert_eq!(Milestones::read(&before, "/srv/another.db"), Milestones::default());
        assert_eq!(Milestones::read("no such file", ledger), Milestones::default());
    }

    #[test]
    fn what_is_not_known_is_left_out_with_its_head() {
        let text = text(&Summary::begin("sync", "-", at(1)), "a.db", Milestones::default());
        assert!(
            !text.contains("last_success") && !text.contains("quota") && !text.contains("rows"),
            "{text}"
        );
        assert!(text.ends_with('\n') && text.contains("leapsync_last_run_exit_code{ledger=\"a.db\"} 0\n"));
    }

    #[test]
    fn a_time_is_told_to_the_millisecond_and_read_again() {
        let time = Timestamp::from_millisecond(1_764_351_000_042).unwrap();
        assert_eq!(stamp(time), "1764351000.042");
        assert_eq!(seconds("1764351000.042"), Some(time));
        assert_eq!(seconds("nan"), None);
        let later = Timestamp::from_nanosecond(1_764_351_000_042_000_001).unwrap();
        assert_eq!(stamp(later), "1764351000.043");
    }
}
