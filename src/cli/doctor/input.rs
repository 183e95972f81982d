//! What the input is: its form, which columns are used, its first problems, and what tells that it is whole.

use leapsync::clock::Clock;
use leapsync::event::{Event, Notice};
use leapsync::plan::Act;
use leapsync::report::words;
use leapsync::settings::Job;
use leapsync::sync::{self, InputSeen, Order};
use leapsync::texts::Texts;

use super::check::{Check, INPUT, State};
use crate::cli::output::{quoted, safe};
use crate::cli::{errors, signals};

/// So many problems are shown.
const PROBLEMS: usize = 3;
/// So many columns are named.
const COLUMNS: usize = 12;

/// What the events of a reading tell.
#[derive(Default)]
struct Told {
    texts: Texts,
    form: Option<(&'static str, char, Option<u64>)>,
    unused: Vec<String>,
    problems: Vec<String>,
    warnings: u64,
    /// What a footer or the configuration counts, and whether that is what was read.
    counted: Option<(u64, bool)>,
}

impl Told {
    fn absorb(&mut self, event: &Event) {
        let texts = self.texts;
        match event {
            Event::InputOpened { encoding, delimiter, header, .. } => {
                self.form = Some((encoding, *delimiter, header.map(|line| line.0)));
            }
            Event::InputRead { unused, .. } => self.unused.clone_from(unused),
            Event::Change(change) => {
                if let Act::Rejected(problems) = &change.act {
                    let left = PROBLEMS.saturating_sub(self.problems.len());
                    self.problems
                        .extend(problems.iter().take(left).map(|it| safe(&words::problem(texts, it))));
                }
            }
            Event::Warned(_) => self.warnings += 1,
            Event::FooterCount { stated, rows, .. } => self.counted = Some((*stated, stated == rows)),
            Event::Notice(Notice::OtherRows { expected, .. }) => self.counted = Some((*expected, false)),
            _ => {}
        }
    }
}

/// Without a file there is nothing to check.
pub(super) fn not_named(texts: Texts) -> Check {
    Check::new(INPUT, State::Skipped, texts.say("doctor-input-not-named"))
}

/// Reads the file as a plan would.
pub(super) async fn look(texts: Texts, job: &Job, clock: Clock) -> anyhow::Result<Check> {
    let mut told = Told { texts, ..Told::default() };
    let mut listener = |event: &Event| told.absorb(event);
    let order = Order { job, clock, stop: signals::listen()?, listener: &mut listener };
    let InputSeen { finished, mapped } = sync::look_at_input(order).await;
    let path = job.input.display().to_string();
    if let Some(error) = finished.error {
        let error = anyhow::Error::from(error);
        let mut check = Check::new(INPUT, State::Fail, safe(&errors::in_words(texts, error.as_ref())));
        check.next = errors::hint(texts, &error);
        return Ok(check);
    }
    let rows = finished.summary.rows.unwrap_or_default();
    let counts = [("path", safe(&path).into()), ("rows", rows.read.into()), ("clients", rows.clients.into())];
    let mut check = Check::new(INPUT, State::Ok, texts.say_with("doctor-input-read", &counts));
    check.more.extend(told.form.map(|form| form_line(texts, form)));
    check.more.push(texts.say_with("doctor-input-mapped", &[("columns", named(texts, &mapped).into())]));
    let unused: Vec<&str> = told.unused.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    if !unused.is_empty() {
        check.more.push(texts.say_with("doctor-input-unused", &[("columns", named(texts, &unused).into())]));
    }
    check.more.push(evidence(texts, &told, job));
    if told.warnings > 0 {
        check.more.push(texts.say_with("doctor-input-warnings", &[("count", told.warnings.into())]));
    }
    if rows.rejected > 0 {
        let next = format!("leapsync plan {}", quoted(&path));
        check.warn(texts.say_with("doctor-input-rejected", &[("count", rows.rejected.into())]), Some(next));
        check.more.extend(told.problems);
    }
    Ok(check)
}

fn form_line(texts: Texts, (encoding, delimiter, header): (&str, char, Option<u64>)) -> String {
    let delimiter = texts.say(match delimiter {
        ',' => "doctor-commas",
        ';' => "doctor-semicolons",
        _ => "doctor-tabs",
    });
    let (encoding, delimiter) = (("encoding", encoding.into()), ("delimiter", delimiter.into()));
    if let Some(row) = header {
        let form = [encoding, delimiter, ("row", row.to_string().into())];
        texts.say_with("doctor-input-form", &form)
    } else {
        let form = [encoding, delimiter];
        texts.say_with("doctor-input-form-headless", &form)
    }
}

/// The first names of a list.
fn named(texts: Texts, names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(COLUMNS).map(|name| safe(name)).collect();
    let shown = shown.join(texts.say("doctor-comma").as_str());
    match names.len().saturating_sub(COLUMNS) {
        0 => shown,
        more => texts.say_with("doctor-and-more", &[("names", shown.into()), ("count", more.into())]),
    }
}

fn evidence(texts: Texts, told: &Told, job: &Job) -> String {
    match told.counted {
        Some((stated, true)) => texts.say_with("doctor-input-counted", &[("count", stated.into())]),
        Some((stated, false)) => texts.say_with("doctor-input-miscounted", &[("count", stated.into())]),
        None if job.expected.rows.is_some() || job.expected.manifest.is_some() => {
            texts.say("doctor-input-expected")
        }
        None => texts.say("doctor-input-uncounted"),
    }
}
