//! The files that a run writes at its end: looked at before its beginning, gathered while it goes on.
//!
//! In: the arguments, the events of the run, and how it ended. Out: the files, and what could not be written among the
//! reasons of the exit code. What was sent was sent by then: running again writes the file.

use std::path::Path;

use leapsync::event::{Event, strongest};
use leapsync::rejects::Rejects;
use leapsync::report::{Account, Summary};
use leapsync::results::Results;
use leapsync::source::Kept;
use leapsync::texts::Texts;

use super::args::{FileArguments, PageArguments};
use super::files::{self, FileError};
use super::{errors, metrics, report};

/// The code of a run one of whose files could not be written at its end: what was sent was sent, and running again
/// writes the file.
const FILE_MISSING: u8 = 5;

/// What the files will hold.
pub(crate) struct RunFiles<'a> {
    arguments: &'a FileArguments,
    results: Option<Results>,
    rejects: Option<Rejects>,
}

/// Makes sure that all of them can be written, each to a place of its own.
pub(crate) fn check(arguments: &FileArguments, needed: &[&Path]) -> Result<(), FileError> {
    let FileArguments { results, rejects, pages } = arguments;
    let [report, metrics] = named(pages);
    let rows = [(files::RESULTS, results.as_deref()), (files::REJECTS, rejects.as_deref())];
    files::check_all(&[rows[0], rows[1], report, metrics], needed)
}

/// What any run may write, by what it is called in a message.
pub(crate) fn named(pages: &PageArguments) -> [(&'static str, Option<&Path>); 2] {
    [(files::REPORT, pages.report.as_deref()), (files::METRICS, pages.metrics.as_deref())]
}

impl<'a> RunFiles<'a> {
    /// Begins to gather what the arguments ask for.
    pub(crate) fn new(texts: Texts, arguments: &'a FileArguments) -> Self {
        let results = arguments.results.as_ref().map(|_| Results::new(texts));
        let rejects = arguments.rejects.as_ref().map(|_| Rejects::new(texts));
        Self { arguments, results, rejects }
    }

    /// Takes in one event.
    pub(crate) fn absorb(&mut self, event: &Event) {
        if let Some(results) = &mut self.results {
            results.absorb(event);
        }
        if let Some(rejects) = &mut self.rejects {
            rejects.absorb(event);
        }
    }

    /// Writes all of them.
    pub(crate) fn write(
        self,
        (summary, account): (&mut Summary, &Account),
        kept: Option<Kept>,
        ledger: &Path,
    ) {
        let Self { arguments, results, rejects } = self;
        // A run that never came to a plan knows nothing of the rows, and must not replace what an earlier one wrote.
        if summary.plan.is_some() {
            if let (Some(results), Some(path)) = (results, &arguments.results)
                && let Err(error) = results.write(path)
            {
                not_written(summary, &error.into(), "results_not_written");
            }
            if let (Some(rejects), Some(path), Some(kept)) = (rejects, &arguments.rejects, kept)
                && let Err(error) = rejects.write(path, kept)
            {
                not_written(summary, &error.into(), "rejects_not_written");
            }
        }
        write_pages(&arguments.pages, summary, account, ledger);
    }
}

/// Writes what any run may write. The figures come last, because they tell of a file that could not be written.
pub(crate) fn write_pages(pages: &PageArguments, summary: &mut Summary, account: &Account, ledger: &Path) {
    if let Some(path) = &pages.report
        && let Err(error) = report::write(path, summary, account, ledger)
    {
        not_written(summary, &error, "report_not_written");
    }
    write_metrics(pages, summary, ledger);
}

/// Writes the figures, also of a run that could not begin.
fn write_metrics(pages: &PageArguments, summary: &mut Summary, ledger: &Path) {
    if let Some(path) = &pages.metrics
        && let Err(error) = metrics::write(path, summary, ledger)
    {
        not_written(summary, &error.into(), "metrics_not_written");
    }
}

/// Writes what can be told of a run that could not begin, unless it was the files that could not be written.
pub(crate) fn write_unbegun(arguments: &FileArguments, summary: &mut Summary, needed: [&Path; 2]) {
    if check(arguments, &needed).is_ok() {
        let [_, ledger] = needed;
        write_metrics(&arguments.pages, summary, ledger);
    }
}

/// Says that a file is missing at the end of a run.
fn not_written(summary: &mut Summary, error: &anyhow::Error, reason: &str) {
    errors::show(error);
    summary.exit.code = strongest([summary.exit.code, FILE_MISSING]);
    summary.exit.reasons.retain(|reason| reason != "in_sync");
    summary.exit.reasons.push(reason.to_owned());
}
