//! `--metrics`: writes the figures of a run where the node exporter's textfile collector finds them.
//!
//! In: the summary of a run, be it one that could not even begin. Out: the file, readable by everybody, because the
//! exporter is another user and the file holds no client. When a run last succeeded is taken from the file that is there
//! and from the ledger, so that a run that fails does not make it forgotten.

use std::fs::File;
use std::io::{Read, Take};
use std::path::Path;

use leapsync::ledger::Ledger;
use leapsync::report::Summary;
use leapsync::report::metrics::{self, Milestones};

use super::files::{self, FileError, METRICS, Readers};

/// A file of ours is a few thousand bytes; what is larger is something else.
const LARGEST: u64 = 1 << 20;
/// So many runs are looked at: more than a ledger keeps.
const RUNS: usize = 1_000;
/// What brings a list to the server; the other commands mend single clients.
const JOBS: [&str; 2] = ["sync", "apply"];

/// Writes the file.
pub(crate) fn write(path: &Path, summary: &Summary, ledger: &Path) -> Result<(), FileError> {
    let name = ledger.display().to_string();
    let before = Milestones::read(&content(path), &name).or_later(of_ledger(ledger));
    let milestones = before.with_run(summary.exit.code, summary.finished_at);
    files::write(METRICS, path, &metrics::text(summary, &name, milestones), Readers::Everybody)
}

/// What the file holds now; nothing when it cannot be read.
fn content(path: &Path) -> String {
    let mut text = String::new();
    let read = File::open(path)
        .map(|file| file.take(LARGEST))
        .and_then(|mut file: Take<File>| file.read_to_string(&mut text));
    if read.is_ok() { text } else { String::new() }
}

/// What the ledger remembers; nothing when it cannot be read, as on the first night.
fn of_ledger(path: &Path) -> Milestones {
    let runs = Ledger::open_to_read(path).and_then(|ledger| ledger.runs(RUNS)).unwrap_or_default();
    let ended = runs.iter().filter(|run| JOBS.contains(&run.command.as_str()));
    ended
        .filter_map(|run| Some((run.exit_code?, run.finished_at?)))
        .fold(Milestones::default(), |known, (code, at)| known.with_run(code, at))
}
