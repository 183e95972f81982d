//! Others who do the same: quiet nights of `DuckDB`, qsv and a Python script, creates of two Python libraries.
//!
//! In: the ground. Out: lines of the table; one that says "not installed" for whoever is not there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::ensure;

use crate::apply::{faster_than, printed, python};
use crate::ground::{Ground, LEAPSYNC};
use crate::ledger::ready;
use crate::measure::{Program, Weighed};
use crate::pairs::{Compared, compare, median, side};
use crate::plan::{Known, plan};
use crate::post::IN_FLIGHT;
use crate::server::Server;
use crate::sheet::{Change, Form, Sheet};
use crate::table::{Line, Target};

/// A loop that waits for each answer needs fewer creates to be told its speed.
const SLOW_SHARE: u64 = 10;

/// Somebody who finds out what changed, and the share of their time that is promised.
struct Peer {
    name: &'static str,
    most: f64,
    tool: Tool,
}

/// With what they do it.
#[derive(Clone, Copy)]
enum Tool {
    Qsv,
    /// A script, and the module of Python that it needs.
    Script(&'static str, &'static str),
}

const PEERS: [Peer; 3] = [
    Peer { name: "qsv diff", most: 1.0 / 3.0, tool: Tool::Qsv },
    Peer {
        name: "a DuckDB table of hashes",
        most: 1.0 / 2.5,
        tool: Tool::Script("duckdb_night.py", "duckdb"),
    },
    Peer {
        name: "Python csv, hashlib, sqlite3",
        most: 1.0 / 12.0,
        tool: Tool::Script("python_night.py", "sqlite3"),
    },
];

/// Our quiet night beside theirs, as it is promised; and the same with one row of a thousand changed.
pub(crate) fn nights(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for Peer { name, most, tool } in PEERS {
        let nights = [
            ("quiet night", Change::One, Target::AtMost(most)),
            ("0.1 % changed", Change::Some, Target::Told),
        ];
        for (night, change, target) in nights {
            let reach = format!("{night} ÷ {name}");
            lines.push(if tool.is_there() {
                let tonight = ground.sheet(Form::Own).with(change);
                Line::compared(reach, target, &beside(ground, tool, tonight)?)
            } else {
                Line::missing(reach, target)
            });
        }
    }
    Ok(lines)
}

fn beside(ground: &Ground, tool: Tool, tonight: Sheet) -> anyhow::Result<Compared> {
    let ledger = ready(ground, Form::Own)?;
    let before = ground.sheet(Form::Own).file(&ground.folder)?;
    let (theirs, expected) = tool.night(ground, &before, tonight)?;
    compare(
        ground.pairs,
        || plan(ground, tonight, Known::FirstNight(&ledger)),
        || {
            let weighed = theirs.weigh_well()?;
            let counted = tool.counted(&weighed.stdout);
            ensure!(counted == expected, "{counted}, not {expected}");
            Ok(weighed)
        },
    )
}

impl Tool {
    fn is_there(self) -> bool {
        match self {
            Self::Qsv => answers(Command::new("qsv").arg("--version")),
            Self::Script(_, module) => has_module(module),
        }
    }

    /// What it printed, as a count.
    fn counted(self, printed: &str) -> String {
        match self {
            // Behind its header it prints the rows themselves.
            Self::Qsv => {
                format!("{} rows", printed.lines().skip(1).filter(|it| it.starts_with(['+', '-'])).count())
            }
            Self::Script(..) => printed.trim().to_owned(),
        }
    }

    /// The program that finds out what changed, and what it must count: rows that are new, changed, the same and gone.
    fn night(self, ground: &Ground, before: &Path, tonight: Sheet) -> anyhow::Result<(Program, String)> {
        let file = tonight.file(&ground.folder)?;
        let Self::Script(script, _) = self else {
            let theirs = Program::new("qsv", &ground.folder).arg("diff").arg(before).arg(file);
            // One that changed is a row that went and a row that came.
            return Ok((theirs, format!("{} rows", 2 * tonight.changed())));
        };
        let database = ground.folder.join(format!("{script}.peer"));
        if database.exists() {
            fs::remove_file(&database)?;
        }
        python(ground, script).arg("prepare").arg(before).arg(&database).weigh_well()?;
        let changed = tonight.changed();
        let expected = format!("0 {changed} {} 0", tonight.rows - changed);
        Ok((python(ground, script).arg("plan").arg(file).arg(&database), expected))
    }
}

/// Creates of the two libraries, each as many a second as it says itself.
pub(crate) fn senders(ground: &Ground, ours: f64, bodies: &Path) -> anyhow::Result<Vec<Line>> {
    let lines = fs::read_to_string(bodies)?.lines().count() as u64;
    let senders = [
        ("requests", "python_requests.py", lines.div_ceil(SLOW_SHARE), 30.0),
        ("aiohttp", "python_aiohttp.py", lines.div_ceil(2), 10.0),
    ];
    let mut table = Vec::new();
    for (module, script, count, least) in senders {
        let reach = format!("apply, as a multiple of Python {module}");
        if !has_module(module) {
            table.push(Line::missing(reach, Target::AtLeast(least)));
            continue;
        }
        let runs = (0..ground.pairs).map(|_| send(ground, script, (bodies, count)));
        let runs: Vec<Weighed> = runs.collect::<anyhow::Result<_>>()?;
        let speed = median(runs.iter().map(printed).collect::<anyhow::Result<_>>()?);
        table.push(faster_than(&reach, least, ours, speed, side(runs.iter())));
    }
    Ok(table)
}

fn send(ground: &Ground, script: &str, (bodies, count): (&Path, u64)) -> anyhow::Result<Weighed> {
    let server = Server::anywhere(LEAPSYNC.as_ref(), &ground.folder)?;
    let to = [PathBuf::from(server.clients()), server.token()?.into(), bodies.to_owned()];
    python(ground, script).args(to).arg(count.to_string()).arg(IN_FLIGHT.to_string()).weigh_well()
}

fn has_module(name: &str) -> bool {
    answers(Command::new("python3").args(["-c", &format!("import {name}")]))
}

fn answers(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
