//! The one table in which everything ends, and the line about the machine.
//!
//! In: what was measured. Out: Markdown.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::pairs::{Compared, Side};

/// What is to be reached.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// Nothing: it is told for those who want to know.
    Told,
}

/// One line of the table.
pub(crate) struct Line {
    pub(crate) reach: String,
    pub(crate) target: Target,
    /// None when whoever stands beside it is not installed.
    pub(crate) measured: Option<f64>,
    /// What is behind the number: `×`, ` MiB`.
    pub(crate) unit: &'static str,
    pub(crate) ours: String,
    pub(crate) theirs: String,
}

impl Line {
    /// Our wall beside another one.
    pub(crate) fn compared(reach: impl Into<String>, target: Target, compared: &Compared) -> Self {
        let (ours, theirs) = (side(compared.ours), side(compared.theirs));
        Self { reach: reach.into(), target, measured: Some(compared.ratio), unit: "×", ours, theirs }
    }

    /// A number of its own.
    pub(crate) fn number(
        reach: impl Into<String>,
        target: Target,
        measured: f64,
        unit: &'static str,
    ) -> Self {
        let (ours, theirs) = (String::new(), String::new());
        Self { reach: reach.into(), target, measured: Some(measured), unit, ours, theirs }
    }

    /// What cannot be measured here, because whoever would stand beside it is not installed.
    pub(crate) fn missing(reach: impl Into<String>, target: Target) -> Self {
        let (ours, theirs) = (String::new(), "not installed".to_owned());
        Self { reach: reach.into(), target, measured: None, unit: "×", ours, theirs }
    }

    /// The same with what stands behind it.
    pub(crate) fn beside(self, ours: impl Into<String>, theirs: impl Into<String>) -> Self {
        Self { ours: ours.into(), theirs: theirs.into(), ..self }
    }

    fn is_met(&self) -> Option<bool> {
        match self.target {
            Target::AtMost(most) => Some(self.measured? <= most),
            Target::AtLeast(least) => Some(self.measured? >= least),
            Target::Told => None,
        }
    }

    fn markdown(&self) -> String {
        let Self { reach, measured, unit, ours, theirs, .. } = self;
        let target = match self.target {
            Target::AtMost(most) => format!("≤ {}{unit}", short(most)),
            Target::AtLeast(least) => format!("≥ {}{unit}", short(least)),
            Target::Told => String::new(),
        };
        let met = match self.is_met() {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "",
        };
        let measured = measured.map(|it| format!("{}{unit}", short(it))).unwrap_or_default();
        format!("| {reach} | {target} | {measured} | {ours} | {theirs} | {met} |\n")
    }
}

/// A number with three digits that mean something.
fn short(number: f64) -> String {
    let text = match number.abs() {
        100.0.. => return format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        1.0.. => format!("{number:.2}"),
        _ => format!("{number:.3}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A wall and a peak.
pub(crate) fn side(side: Side) -> String {
    format!("{}, {:.1} MiB", wall(side.wall), mebibytes(side.peak))
}

/// A duration in the unit that suits it.
pub(crate) fn wall(wall: Duration) -> String {
    let seconds = wall.as_secs_f64();
    if seconds < 0.1 { format!("{:.1} ms", seconds * 1_000.0) } else { format!("{seconds:.2} s") }
}

#[expect(clippy::cast_precision_loss, reason = "no process here has so much memory, no file so many bytes")]
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// The whole table.
pub(crate) fn markdown(lines: &[Line]) -> String {
    let mut text = String::from(
        "| reach | target | measured | leapsync | beside it | |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for line in lines {
        text.push_str(&line.markdown());
    }
    text
}

/// On what it was measured, when, and of which commit.
pub(crate) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let model = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, name)| name);
    let today = leapsync::clock::Clock::system().now().strftime("%Y-%m-%d").to_string();
    let commit = said(&["describe", "--always", "--dirty", "--abbrev=9"]);
    format!("{cores} cores ({model}), Linux {}, {today}, commit {commit}", kernel.trim())
}

fn said(arguments: &[&str]) -> String {
    let git = Command::new("git").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    git.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
