//! Sending without a quota: how much of what loopback HTTP allows is left when intents and outcomes are durable.
//!
//! In: the ground. Out: lines of the table. Each run of each side has a fresh sandbox, and all sides send the same bodies.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use leapsync::ledger::Ledger;
use serde_json::Value;

use crate::ground::{Ground, LEAPSYNC, Pace};
use crate::measure::{Program, Weighed};
use crate::pairs::{Compared, Side, compare};
use crate::peers;
use crate::post::{self, IN_FLIGHT};
use crate::server::Server;
use crate::sheet::{Form, Sheet};
use crate::table::{Line, Target, wall};

/// Clients that are created, at most.
const MOST: u64 = 20_000;
/// Clients of the throttled run, which are sent at leapsync's own pace of 20 a second.
const THROTTLED: u64 = 100;
/// A limit that is not reached.
const FAR_OFF: &str = "100000";
const LEDGER: &str = "import.db";

/// Where clients are created: a ledger that knows nobody, and a file.
pub(crate) struct Workplace<'a> {
    ground: &'a Ground,
    sheet: Sheet,
}

impl<'a> Workplace<'a> {
    pub(crate) fn new(ground: &'a Ground) -> anyhow::Result<Self> {
        Self::with(ground, ground.rows.min(MOST))
    }

    fn with(ground: &'a Ground, rows: u64) -> anyhow::Result<Self> {
        let sheet = Sheet::first(Form::Own, rows);
        sheet.file(&ground.folder)?;
        Ok(Self { ground, sheet })
    }

    pub(crate) fn rows(&self) -> u64 {
        self.sheet.rows
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.ground.folder.join(LEDGER)
    }

    /// Creates all clients on that server; one POST each, and one for the token.
    pub(crate) fn import(&self, server: &Server, pace: Pace) -> anyhow::Result<Weighed> {
        crate::ledger::forget(self.ground, LEDGER)?;
        let (weighed, summary) = self.sync(server, pace)?;
        let created = summary.pointer("/result/created").and_then(Value::as_u64);
        let posts = summary.pointer("/requests/post").and_then(Value::as_u64);
        let expected = (Some(self.rows()), Some(self.rows() + 1));
        ensure!((created, posts) == expected, "not every client was created once: {summary}");
        Ok(weighed)
    }

    /// The same file again.
    pub(crate) fn quiet_night(&self, server: &Server) -> anyhow::Result<()> {
        let (_, summary) = self.sync(server, Pace::Unpaced)?;
        let unchanged = summary.pointer("/result/unchanged").and_then(Value::as_u64);
        ensure!(unchanged == Some(self.rows()), "the night was not quiet: {summary}");
        Ok(())
    }

    fn sync(&self, server: &Server, pace: Pace) -> anyhow::Result<(Weighed, Value)> {
        let program = self.ground.leapsync("sync", (Form::Own, pace), LEDGER)?;
        // Only where there is a limit there is a pace.
        let limit = if pace == Pace::Default { FAR_OFF } else { "0" };
        let program = program.args(["--json", "--per-day", "0", "--per-minute", limit]);
        let mut program = program.args(["--concurrency", &IN_FLIGHT.to_string()]);
        for (name, value) in &server.variables {
            program = program.env(name, value);
        }
        let weighed = program.arg(self.sheet.file(&self.ground.folder)?).weigh_well()?;
        let summary = serde_json::from_str(&weighed.stdout)?;
        Ok((weighed, summary))
    }

    /// How many answers one commit of the last import took in.
    fn answers_a_commit(&self) -> anyhow::Result<f64> {
        // Every commit that changes what is known of clients counts up the generation, and every answer does that.
        let commits = Ledger::open_to_read(&self.ledger())?.generation()?;
        Ok(f64::from(u32::try_from(self.rows())?) / f64::from(u32::try_from(commits)?))
    }
}

/// All comparisons of sending.
pub(crate) fn sending(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let place = Workplace::new(ground)?;
    let bodies = post::bodies(ground, place.sheet)?;
    let fresh = || Server::anywhere(LEAPSYNC.as_ref(), &ground.folder);
    let compared = compare(
        ground.pairs,
        || place.import(&fresh()?, Pace::Unpaced),
        || post::program(ground, &fresh()?, &bodies)?.weigh_well(),
    )?;
    let mut lines = vec![throughput(&compared)];
    let rows = f64::from(u32::try_from(place.rows())?);
    let ours = rows / compared.ours.wall.as_secs_f64();
    lines.push(Line::number("answers in one commit", Target::AtLeast(16.0), place.answers_a_commit()?, ""));
    lines.extend(peers::senders(ground, ours, &bodies)?);
    lines.push(throttled(ground)?);
    Ok(lines)
}

fn throughput(compared: &Compared) -> Line {
    let line =
        Line::compared("apply, as a share of reqwest without a journal", Target::AtLeast(0.35), compared);
    // Whole processes on both sides: half of the speed is twice the wall.
    Line { measured: Some(1.0 / compared.ratio), ..line }
}

/// One answer after the other: each is written down at once.
fn throttled(ground: &Ground) -> anyhow::Result<Line> {
    let place = Workplace::with(ground, ground.rows.min(THROTTLED))?;
    let weighed = place.import(&Server::anywhere(LEAPSYNC.as_ref(), &ground.folder)?, Pace::Default)?;
    let each = place.answers_a_commit()?;
    let line = Line::number("… throttled", Target::AtMost(1.0), each, "");
    Ok(line.beside(format!("{} clients in {}", place.rows(), wall(weighed.wall)), ""))
}

/// How a peer's speed is told: its own count, for a second.
pub(crate) fn faster_than(name: &str, least: f64, ours: f64, theirs: f64, side: Side) -> Line {
    let line = Line::number(name, Target::AtLeast(least), ours / theirs, "×");
    line.beside(format!("{ours:.0} a second"), format!("{theirs:.0} a second, {}", crate::table::side(side)))
}

/// The number in the last line that a peer printed.
pub(crate) fn printed(weighed: &Weighed) -> anyhow::Result<f64> {
    Ok(weighed.stdout.lines().last().context("it printed nothing")?.trim().parse()?)
}

/// A program of Python with its arguments.
pub(crate) fn python(ground: &Ground, script: &str) -> Program {
    let scripts = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
    Program::new("python3", &ground.folder).arg(scripts.join(script))
}
