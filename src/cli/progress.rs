//! Progress on stderr: a bar when a person watches, a line now and then when a log is written, nothing with `-q`.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use leapsync::event::{Event, Notice, Wait};
use leapsync::journal::Action;
use tokio::time::Instant;

use super::args::PlaceArguments;
use super::numbers::{grouped, local};
use super::{output, wording};

/// How long a log stays silent at most while work goes on.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// Two waits that end within this time of each other are one to a reader.
const SAME_WAIT: i64 = 5;

/// Whether a line matters on a quiet night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Urgency {
    News,
    AsksForAPerson,
}

fn asks_for_a_person(event: &Event) -> Urgency {
    match event {
        Event::Held(_) | Event::Notice(Notice::NoRows | Notice::ContactsLost { .. }) => {
            Urgency::AsksForAPerson
        }
        _ => Urgency::News,
    }
}

/// Shows what a run does.
pub(crate) struct Progress {
    face: Face,
    quiet: bool,
    total: u64,
    done: u64,
    waits_until: i64,
}

enum Face {
    Bar(ProgressBar),
    Lines { last: Instant },
}

impl Progress {
    pub(crate) fn new(arguments: &PlaceArguments) -> Self {
        let face = if output::someone_watches() && !arguments.quiet {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.enable_steady_tick(Duration::from_millis(200));
            Face::Bar(bar)
        } else {
            Face::Lines { last: Instant::now() }
        };
        Self { face, quiet: arguments.quiet, total: 0, done: 0, waits_until: 0 }
    }

    /// Shows one event.
    pub(crate) fn show(&mut self, event: &Event) {
        match event {
            Event::RowsRead(rows) => self.status(&format!("{} rows read", grouped(*rows))),
            Event::Planned { counts, .. } => self.begin(counts.create + counts.update + counts.delete),
            Event::Ended(ending) if ending.action != Action::None => {
                self.done += 1;
                self.step();
            }
            Event::Waiting { until, reason: Wait::Quota } if self.is_bar() => {
                self.status(&format!("waiting for quota until {}", local(*until)));
            }
            Event::Waiting { until, .. } if (until.as_second() - self.waits_until).abs() < SAME_WAIT => {}
            _ => {
                if let Event::Waiting { until, .. } = event {
                    self.waits_until = until.as_second();
                }
                if let Some(line) = wording::line(event) {
                    self.line(&line, asks_for_a_person(event));
                }
            }
        }
    }

    fn is_bar(&self) -> bool {
        matches!(self.face, Face::Bar(_))
    }

    fn begin(&mut self, total: u64) {
        self.total = total;
        if let Face::Bar(bar) = &self.face {
            bar.set_length(total);
            let template = "  {bar:30} {pos}/{len}  {per_sec}  {eta} left  {msg}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
        }
    }

    fn step(&mut self) {
        let (done, total) = (self.done, self.total);
        match &mut self.face {
            Face::Bar(bar) => {
                bar.set_message("");
                bar.set_position(done);
            }
            Face::Lines { last } if !self.quiet && last.elapsed() >= HEARTBEAT => {
                *last = Instant::now();
                output::note(&format!("{} of {} done", grouped(done), grouped(total)));
            }
            Face::Lines { .. } => {}
        }
    }

    fn status(&mut self, text: &str) {
        match &mut self.face {
            Face::Bar(bar) => bar.set_message(text.to_owned()),
            Face::Lines { last } if !self.quiet && last.elapsed() >= HEARTBEAT => {
                *last = Instant::now();
                output::note(text);
            }
            Face::Lines { .. } => {}
        }
    }

    /// Prints a line; with `-q` only what asks for a person.
    fn line(&mut self, text: &str, urgency: Urgency) {
        if self.quiet && urgency == Urgency::News {
            return;
        }
        match &self.face {
            Face::Bar(bar) => bar.suspend(|| output::note(text)),
            Face::Lines { .. } => output::note(text),
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Face::Bar(bar) = &self.face {
            bar.finish_and_clear();
        }
    }
}
