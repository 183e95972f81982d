//! Progress on stderr: a bar when a person watches, a line now and then when a log is written, nothing with `-q`.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use leapsync::clock::Clock;
use leapsync::event::{Event, Notice, Wait};
use leapsync::journal::Action;
use leapsync::texts::Texts;
use tokio::time::Instant;

use super::args::PlaceArguments;
use super::numbers::local;
use super::{output, wording};

/// How long a log stays silent at most while work goes on.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// Two waits that end within this time of each other are one to a reader.
const SAME_WAIT: i64 = 5;
/// A wait that is over sooner, in milliseconds, is not worth a word.
const SHORT_WAIT: i128 = 2_000;

/// So many odd rows get a line each.
const WARNINGS: u64 = 5;

/// Whether a line matters on a quiet night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Urgency {
    News,
    AsksForAPerson,
}

fn asks_for_a_person(event: &Event) -> Urgency {
    match event {
        Event::Held(_)
        | Event::Notice(
            Notice::NoRows
            | Notice::NotInFile(_)
            | Notice::CountDisagrees { .. }
            | Notice::ContactsLost { .. },
        ) => Urgency::AsksForAPerson,
        _ => Urgency::News,
    }
}

/// Shows what a run does.
pub(crate) struct Progress {
    texts: Texts,
    face: Face,
    quiet: bool,
    clock: Clock,
    total: u64,
    done: u64,
    waits_until: i64,
    /// How many warnings were told.
    warnings: u64,
    /// How many of them get a line.
    most_warnings: u64,
}

enum Face {
    Bar(ProgressBar),
    Lines { last: Instant, print: Box<dyn FnMut(&str) + Send> },
}

impl Progress {
    pub(crate) fn new(texts: Texts, arguments: &PlaceArguments, clock: Clock) -> Self {
        let face = if output::someone_watches() && !arguments.quiet {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.enable_steady_tick(Duration::from_millis(200));
            Face::Bar(bar)
        } else {
            Face::Lines { last: Instant::now(), print: Box::new(output::note) }
        };
        let most_warnings = if arguments.verbose > 0 { u64::MAX } else { WARNINGS };
        let (quiet, warnings) = (arguments.quiet, 0);
        Self { texts, face, quiet, clock, total: 0, done: 0, waits_until: 0, warnings, most_warnings }
    }

    /// Shows one event.
    pub(crate) fn show(&mut self, event: &Event) {
        match event {
            Event::Waiting { until, .. } if self.is_short(*until) => {}
            Event::Warned(_) if self.warnings >= self.most_warnings => self.warnings += 1,
            Event::InputRead { .. } => self.sum_up_warnings(),
            Event::RowsRead(rows) => {
                self.status(&self.texts.say_with("progress-rows-read", &[("rows", (*rows).into())]));
            }
            Event::Planned { counts, .. } => self.begin(counts.create + counts.update + counts.delete),
            Event::Ended(ending) if ending.action != Action::None => {
                self.done += 1;
                self.step();
            }
            Event::Waiting { until, reason: Wait::Quota } if self.is_bar() => {
                let until = [("until", local(*until).into())];
                self.status(&self.texts.say_with("progress-waiting", &until));
            }
            Event::Waiting { until, .. } if (until.as_second() - self.waits_until).abs() < SAME_WAIT => {}
            _ => {
                self.warnings += u64::from(matches!(event, Event::Warned(_)));
                if let Event::Waiting { until, .. } = event {
                    self.waits_until = until.as_second();
                }
                if let Some(line) = wording::line(self.texts, event) {
                    self.line(&line, asks_for_a_person(event));
                }
            }
        }
    }

    /// The warnings beyond the first few are only counted.
    fn sum_up_warnings(&mut self) {
        let more = std::mem::take(&mut self.warnings).saturating_sub(self.most_warnings);
        if more > 0 {
            let text = self.texts.say_with("progress-more-warnings", &[("count", more.into())]);
            self.line(&text, Urgency::News);
        }
    }

    fn is_short(&self, until: Timestamp) -> bool {
        until.duration_since(self.clock.now()).as_millis() < SHORT_WAIT
    }

    fn is_bar(&self) -> bool {
        matches!(self.face, Face::Bar(_))
    }

    fn begin(&mut self, total: u64) {
        self.total = total;
        if let Face::Bar(bar) = &self.face {
            bar.set_length(total);
            let left = self.texts.say("progress-left");
            let template = format!("  {{bar:30}} {{pos}}/{{len}}  {{per_sec}}  {left}  {{msg}}");
            if let Ok(style) = ProgressStyle::with_template(&template) {
                bar.set_style(style);
            }
        }
    }

    fn step(&mut self) {
        let (texts, done, total) = (self.texts, self.done, self.total);
        match &mut self.face {
            Face::Bar(bar) => {
                bar.set_message("");
                bar.set_position(done);
            }
            Face::Lines { last, print } if !self.quiet && last.elapsed() >= HEARTBEAT => {
                *last = Instant::now();
                print(&texts.say_with("progress-done", &[("done", done.into()), ("total", total.into())]));
            }
            Face::Lines { .. } => {}
        }
    }

    fn status(&mut self, text: &str) {
        match &mut self.face {
            Face::Bar(bar) => bar.set_message(text.to_owned()),
            Face::Lines { last, print } if !self.quiet && last.elapsed() >= HEARTBEAT => {
                *last = Instant::now();
                print(text);
            }
            Face::Lines { .. } => {}
        }
    }

    /// Prints a line; with `-q` only what asks for a person.
    fn line(&mut self, text: &str, urgency: Urgency) {
        if self.quiet && urgency == Urgency::News {
            return;
        }
        match &mut self.face {
            Face::Bar(bar) => bar.suspend(|| output::note(text)),
            Face::Lines { print, .. } => print(text),
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Face::Bar(bar) = &self.face {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use leapsync::event::{Ending, Why};
    use leapsync::journal::Outcome;
    use leapsync::plan::{Cost, Counts};
    use leapsync::record::{Line, Warning, WarningKind};
    use leapsync::settings::DOCUMENTED;

    use super::*;

    /// Progress as a log sees it, and the lines that it wrote.
    fn log(quiet: bool) -> (Progress, Arc<Mutex<Vec<String>>>) {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        let print = Box::new(move |line: &str| kept.lock().unwrap().push(line.to_owned()));
        let face = Face::Lines { last: Instant::now(), print };
        let clock = Clock::starting_at("2026-01-31T17:00:00Z".parse().unwrap());
        let most_warnings = WARNINGS;
        (
            Progress {
                texts: Texts::default(),
                face,
                quiet,
                clock,
                total: 0,
                done: 0,
                waits_until: 0,
                warnings: 0,
                most_warnings,
            },
            lines,
        )
    }

    fn waits(progress: &mut Progress, milliseconds: u64) {
        let until = progress.clock.now() + Duration::from_millis(milliseconds);
        progress.show(&Event::Waiting { until, reason: Wait::Quota });
    }

    fn one_ended() -> Event {
        Event::Ended(Box::new(Ending {
            external_id: None,
            lines: Vec::new(),
            label: String::new(),
            action: Action::Create,
            outcome: Outcome::Done,
            mid: None,
            reason: Why::Plain,
        }))
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_wait_that_somebody_notices_gets_a_line_and_only_one() {
        let (mut progress, lines) = log(false);
        waits(&mut progress, 1_900);
        assert_eq!(lines.lock().unwrap().len(), 0);
        waits(&mut progress, 50_000);
        waits(&mut progress, 52_000);
        assert_eq!(lines.lock().unwrap().len(), 1);
        assert!(lines.lock().unwrap()[0].starts_with("waiting for quota, until 2026-0"));
        waits(&mut progress, 110_000);
        assert_eq!(lines.lock().unwrap().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_log_gets_a_sign_of_life_every_half_minute() {
        let (mut progress, lines) = log(false);
        let counts = Counts { create: 1_500, ..Counts::default() };
        progress.show(&Event::Planned { counts, cost: Cost::of(1_500, DOCUMENTED, Some(5_000)) });
        for _ in 0..70 {
            tokio::time::advance(Duration::from_secs(1)).await;
            progress.show(&one_ended());
        }
        assert_eq!(*lines.lock().unwrap(), ["30 of 1,500 done", "60 of 1,500 done"]);
    }

    #[tokio::test(start_paused = true)]
    async fn of_many_odd_cells_the_first_few_get_a_line_and_the_others_are_counted() {
        let read = || Event::InputRead {
            rows: 17,
            rejected: 0,
            skipped: 0,
            footer: 0,
            clients: 17,
            unused: Vec::new(),
        };
        let odd = |line| {
            Event::Warned(Warning {
                line: Line(line),
                column: Some("name".to_owned()),
                value: "a".to_owned(),
                kind: WarningKind::LostLetter,
            })
        };
        for (cells, last) in [
            (WARNINGS, "row 5, column"),
            (17, "warning: … and 12 more: -v shows them all, and so does `--results FILE`"),
        ] {
            let (mut progress, lines) = log(false);
            (1..=cells).for_each(|line| progress.show(&odd(line)));
            progress.show(&read());
            let lines = lines.lock().unwrap();
            assert_eq!(lines.len() as u64, cells.min(WARNINGS + 1));
            assert!(lines.last().unwrap().contains(last), "{lines:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_quiet_log_hears_only_what_asks_for_a_person() {
        let (mut progress, lines) = log(true);
        waits(&mut progress, 50_000);
        tokio::time::advance(Duration::from_mins(1)).await;
        progress.show(&one_ended());
        progress.show(&Event::Notice(Notice::FirstReading));
        assert_eq!(lines.lock().unwrap().len(), 0);
        progress.show(&Event::Notice(Notice::NoRows));
        assert_eq!(*lines.lock().unwrap(), ["warning: the file has a header and no rows"]);
    }
}
