//! The report: what a run was asked, what it planned, what happened and what it cost, folded from its events.
//!
//! In: events. Out: the summary that `--json` prints and the ledger keeps, and the words for what went wrong.
//! Nothing here prints or writes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::{Ending, Event, ExitReason, QuotaUse, strongest};
use crate::journal::{Action, Outcome};

pub mod account;
pub mod difference;
pub mod exception;
pub mod harmless;
pub mod listed;
pub mod metrics;
pub mod names;
pub mod past;
pub mod proposal;
pub mod words;

pub use account::Account;

/// The longest text of a file or a server that an account keeps, in characters.
const LONGEST: usize = 300;

/// A text, cut off where it becomes too long to be read.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The name of the summary's form.
pub const SCHEMA: &str = "leapsync.run/1";

/// The summary of one run, as `--json` prints it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// [`SCHEMA`].
    pub schema: String,
    /// The run's number in the ledger; none when nothing was written.
    pub run_id: Option<i64>,
    /// The command.
    pub command: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// How long it took, in seconds, to a tenth.
    pub duration_s: f64,
    /// The ledger's path; none without a ledger.
    pub ledger: Option<String>,
    /// The input.
    pub input: Input,
    /// Rows of the input; none when it could not be read.
    pub rows: Option<Rows>,
    /// Warnings that were told of rows that go in.
    #[serde(default)]
    pub warnings: u64,
    /// The plan; none when it was not made.
    pub plan: Option<PlanFigures>,
    /// What happened; none when nothing was to happen.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub result: Option<Results>,
    /// Requests by kind; none when there was no connection.
    pub requests: Option<RequestFigures>,
    /// The quota; none when there was no connection.
    pub quota: Option<QuotaFigures>,
    /// How it ended.
    pub exit: Exit,
}

/// The input of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its path.
    pub path: String,
    /// Its encoding.
    pub encoding: Option<String>,
    /// What separates its cells.
    pub delimiter: Option<String>,
    /// Its size in bytes.
    pub bytes: Option<u64>,
}

/// Rows of the input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// Data rows read.
    pub read: u64,
    /// Rows of clients that cannot be used.
    pub rejected: u64,
    /// Rows outside a filter.
    pub skipped: u64,
    /// Rows of a footer.
    pub footer: u64,
    /// Clients that can be used.
    pub clients: u64,
}

/// What was planned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanFigures {
    /// Clients to be created.
    pub create: u64,
    /// Clients to be changed.
    pub update: u64,
    /// Clients that were as they should be.
    pub unchanged: u64,
    /// Clients for which nothing is sent.
    pub blocked: u64,
    /// Clients that are gone from the file.
    pub gone: u64,
    /// Those of them that are to be deleted.
    pub delete: u64,
    /// Requests.
    pub requests: u64,
    /// Minutes at the quota.
    pub minutes: f64,
    /// Days at the quota.
    pub days: u64,
}

/// What happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// Clients created.
    pub created: u64,
    /// Clients changed.
    pub updated: u64,
    /// Clients that were as they should be.
    pub unchanged: u64,
    /// Clients refused, blocked, in conflict or missing.
    pub failed: u64,
    /// Clients whose last request is not settled.
    pub in_doubt: u64,
    /// Clients whose turn did not come.
    pub remaining: u64,
    /// Clients gone from the file.
    pub gone: u64,
    /// Clients deleted.
    pub deleted: u64,
    /// Clients archived.
    pub archived: u64,
    /// Deletes that the server refused in this run.
    pub delete_refused: u64,
    /// Deletes that a guard kept back.
    pub held: u64,
    /// Creates of an earlier run whose client was found now.
    pub settled: u64,
    /// Clients linked without a POST.
    pub adopted: u64,
}

/// Requests by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestFigures {
    /// All of them, the token call included.
    pub total: u64,
    /// POST requests.
    pub post: u64,
    /// PATCH requests.
    pub patch: u64,
    /// DELETE requests.
    pub delete: u64,
    /// GET requests.
    pub get: u64,
    /// OPTIONS requests.
    pub options: u64,
    /// Answers 429.
    pub throttled: u64,
    /// Requests sent again.
    pub retried: u64,
    /// The most that left within any 60 seconds.
    pub max_in_60s: u64,
}

/// The quota and its use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaFigures {
    /// Requests in any 60 seconds; none without a limit.
    pub per_minute: Option<u32>,
    /// Requests in any 24 hours; none without a limit.
    pub per_day: Option<u32>,
    /// Requests of the last 24 hours.
    pub day_used: u64,
    /// What is left of the day; none without a limit.
    pub day_left: Option<u64>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// The exit code.
    pub code: u8,
    /// Why, each as one word.
    pub reasons: Vec<String>,
    /// When it can go on, if the quota ended it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resume_at: Option<Timestamp>,
}

impl Summary {
    /// Starts the summary of `command` on `input`.
    #[must_use]
    pub fn begin(command: &str, input: &str, started_at: Timestamp) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            run_id: None,
            command: command.to_owned(),
            started_at,
            finished_at: started_at,
            duration_s: 0.0,
            ledger: None,
            input: Input { path: input.to_owned(), ..Input::default() },
            rows: None,
            warnings: 0,
            plan: None,
            result: None,
            requests: None,
            quota: None,
            exit: Exit { code: 0, reasons: Vec::new(), resume_at: None },
        }
    }

    /// Takes in one event.
    pub fn absorb(&mut self, event: &Event) {
        match event {
            Event::InputOpened { bytes, encoding, delimiter, header: _ } => {
                self.input.bytes = Some(*bytes);
                self.input.encoding = Some((*encoding).to_owned());
                self.input.delimiter = Some(delimiter.to_string());
            }
            Event::InputRead { rows, rejected, skipped, footer, clients, unused: _ } => {
                let (read, rejected, skipped) = (*rows, *rejected, *skipped);
                self.rows = Some(Rows { read, rejected, skipped, footer: *footer, clients: *clients });
            }
            Event::Planned { counts, cost } => {
                self.plan = Some(PlanFigures {
                    create: counts.create,
                    update: counts.update,
                    unchanged: counts.unchanged,
                    blocked: counts.blocked + counts.held,
                    gone: counts.gone,
                    delete: counts.delete,
                    requests: cost.requests,
                    minutes: cost.minutes,
                    days: cost.days,
                });
            }
            // A skipped row is no result: a plan tells of it, too.
            Event::Ended(ending) if ending.outcome == Outcome::Skipped => {}
            Event::Ended(ending) => self.results().count(ending),
            Event::Unchanged(clients) => self.results().unchanged += clients,
            Event::Warned(_) => self.warnings += 1,
            Event::Settled { found, .. } => self.results().settled += u64::from(*found),
            Event::Adopted { .. } => self.results().adopted += 1,
            Event::RowsRead(_)
            | Event::FooterCount { .. }
            | Event::Notice(_)
            | Event::Waiting { .. }
            | Event::Change(_)
            | Event::Held(_)
            | Event::Matched { .. }
            | Event::Found(_)
            | Event::Compared(_)
            | Event::InFlight(_) => {}
        }
    }

    fn results(&mut self) -> &mut Results {
        self.result.get_or_insert_default()
    }

    /// Ends the summary.
    pub fn end(&mut self, reasons: &[ExitReason], finished_at: Timestamp) {
        self.finished_at = finished_at;
        self.duration_s = tenths(finished_at.duration_since(self.started_at).as_millis());
        self.exit = Exit {
            code: strongest(reasons.iter().map(ExitReason::code)),
            reasons: reasons.iter().map(|reason| reason.name().to_owned()).collect(),
            resume_at: reasons.iter().find_map(ExitReason::resume_at),
        };
    }

    /// Ends the summary of a run that could not begin.
    pub fn fail(&mut self, code: u8, reason: &str, finished_at: Timestamp) {
        let (mut reasons, resume_at) = (std::mem::take(&mut self.exit.reasons), self.exit.resume_at);
        self.end(&[], finished_at);
        reasons.retain(|other| other != ExitReason::InSync.name() && other != reason);
        reasons.push(reason.to_owned());
        self.exit = Exit { code, reasons, resume_at };
    }

    /// Takes in the use of the quota.
    pub fn set_quota(&mut self, quota: QuotaUse) {
        self.quota = Some(QuotaFigures {
            per_minute: quota.limits.per_minute,
            per_day: quota.limits.per_day,
            day_used: quota.day_used,
            day_left: quota.day_left,
        });
    }

    /// What does not add up; empty for every summary of a run that came to its end.
    #[must_use]
    pub fn contradictions(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut must_equal = |what: &str, left: u64, right: u64| {
            if left != right {
                found.push(format!("{what}: {left} is not {right}"));
            }
        };
        if let (Some(rows), Some(plan)) = (&self.rows, &self.plan) {
            let planned = plan.create + plan.update + plan.unchanged + plan.blocked;
            must_equal("clients of the file and of the plan", rows.clients, planned);
        }
        if let (Some(rows), Some(result)) = (&self.rows, &self.result) {
            let ended = result.created
                + result.updated
                + result.unchanged
                + result.failed
                + result.in_doubt
                + result.remaining;
            must_equal("clients of the file and their ends", rows.clients, ended);
        }
        if let (Some(plan), Some(result)) = (&self.plan, &self.result) {
            must_equal("gone as planned and as ended", plan.gone, result.gone);
        }
        if let Some(requests) = &self.requests {
            let kinds = requests.post + requests.patch + requests.delete + requests.get + requests.options;
            must_equal("requests and their kinds", requests.total, kinds);
        }
        found
    }
}

impl Results {
    fn count(&mut self, ending: &Ending) {
        if ending.is_gone() {
            self.count_gone(ending);
            return;
        }
        match ending.outcome {
            Outcome::Done if ending.action == Action::Create => self.created += 1,
            Outcome::Done => self.updated += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Rejected | Outcome::Skipped => {}
            Outcome::Refused | Outcome::Blocked | Outcome::Conflict | Outcome::Missing => self.failed += 1,
            Outcome::InDoubt => self.in_doubt += 1,
            Outcome::Remaining | Outcome::Held | Outcome::Reported => self.remaining += 1,
        }
    }

    fn count_gone(&mut self, ending: &Ending) {
        self.gone += 1;
        match (ending.action, ending.outcome) {
            (Action::Delete, Outcome::Done) => self.deleted += 1,
            (Action::Archive, Outcome::Done) => self.archived += 1,
            (Action::Delete | Action::Archive, Outcome::Refused) => self.delete_refused += 1,
            (_, Outcome::Held) => self.held += 1,
            _ => {}
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people, rounded to a tenth")]
fn tenths(milliseconds: i128) -> f64 {
    (milliseconds as f64 / 100.0).round() / 10.0
}
