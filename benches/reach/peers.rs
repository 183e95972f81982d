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

/// Our quiet night, 0.1 % of it changed, beside those of others.
pub(crate) fn nights(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let scripts = [
        ("a DuckDB table of hashes", "duckdb", "duckdb_night.py", 1.0 / 2.5),
        ("Python csv, hashlib, sqlite3", "sqlite3", "python_night.py", 1.0 / 12.0),
    ];
    let mut lines = vec![qsv(ground)?];
    for (name, module, script, most) in scripts {
        let reach = format!("quiet night ÷ {name}");
        let line = if has_module(module) {
            Line::compared(reach, Target::AtMost(most), &beside_script(ground, script)?)
        } else {
            Line::missing(reach, Target::AtMost(most))
        };
        lines.push(line);
    }
    Ok(lines)
}

fn night(ground: &Ground) -> Sheet {
    ground.sheet(Form::Own).with(Change::Some)
}

fn beside_script(ground: &Ground, script: &str) -> anyhow::Result<Compared> {
    let ledger = ready(ground, Form::Own)?;
    let (before, tonight) =
        (ground.sheet(Form::Own).file(&ground.folder)?, night(ground).file(&ground.folder)?);
    let database = ground.folder.join(format!("{script}.peer"));
    if database.exists() {
        fs::remove_file(&database)?;
    }
    python(ground, script).arg("prepare").arg(before).arg(&database).weigh_well()?;
    let theirs = python(ground, script).arg("plan").arg(tonight).arg(&database);
    let (rows, changed) = (ground.rows, night(ground).changed());
    let expected = format!("0 {changed} {} 0", rows - changed);
    compare(
        ground.pairs,
        || plan(ground, night(ground), Known::FirstNight(&ledger)),
        || {
            let weighed = theirs.weigh_well()?;
            ensure!(weighed.stdout.trim() == expected, "{script} counted {}, not {expected}", weighed.stdout);
            Ok(weighed)
        },
    )
}

fn qsv(ground: &Ground) -> anyhow::Result<Line> {
    let reach = "quiet night ÷ qsv diff".to_owned();
    if !answers(Command::new("qsv").arg("--version")) {
        return Ok(Line::missing(reach, Target::AtMost(1.0 / 3.0)));
    }
    let ledger = ready(ground, Form::Own)?;
    let (before, tonight) =
        (ground.sheet(Form::Own).file(&ground.folder)?, night(ground).file(&ground.folder)?);
    let theirs = Program::new("qsv", &ground.folder).arg("diff").arg(before).arg(tonight);
    let ours = || plan(ground, night(ground), Known::FirstNight(&ledger));
    let compared = compare(ground.pairs, ours, || theirs.weigh_well())?;
    Ok(Line::compared(reach, Target::AtMost(1.0 / 3.0), &compared))
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
