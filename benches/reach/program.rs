//! The program itself: how soon it answers, how large it is, how many crates it is made of, how long it takes to build.
//!
//! In: the ground. Out: lines of the table.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::ensure;

use crate::ground::{Ground, LEAPSYNC, Pace, size};
use crate::ledger::ready;
use crate::measure::{Program, Weighed};
use crate::pairs::{Side, side};
use crate::sheet::Form;
use crate::table::{self, Line, Target, mebibytes};

/// Short commands are run so many times as often as long ones.
const MORE: usize = 5;
/// How long a cold build may take, in seconds.
const LONGEST_BUILD: f64 = 240.0;

/// Commands that people wait for, with a large ledger.
pub(crate) fn start(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let ledger = ready(ground, Form::Own)?;
    let version = Program::new(LEAPSYNC, &ground.folder).arg("--version");
    let status = ground.leapsync("status", (Form::Own, Pace::Unpaced), &ledger)?;
    let ours = |name: &str, most, side: Side| {
        let milliseconds = side.wall.as_secs_f64() * 1_000.0;
        Line::number(name, Target::AtMost(most), milliseconds, " ms").beside(table::side(side), "")
    };
    let told = format!("`status`, of {} clients", ground.rows);
    Ok(vec![ours("`--version`", 10.0, often(ground, &version)?), ours(&told, 30.0, often(ground, &status)?)])
}

fn often(ground: &Ground, program: &Program) -> anyhow::Result<Side> {
    program.weigh_well()?;
    let runs = (0..ground.pairs * MORE).map(|_| program.weigh_well());
    let runs: Vec<Weighed> = runs.collect::<anyhow::Result<_>>()?;
    Ok(side(runs.iter()))
}

/// What it is made of.
pub(crate) fn weight(_: &Ground) -> anyhow::Result<Vec<Line>> {
    let tree =
        cargo().args(["tree", "--locked", "--offline", "--prefix", "none", "-e", "normal,build"]).output()?;
    ensure!(tree.status.success(), "cargo tree failed: {}", String::from_utf8_lossy(&tree.stderr));
    let text = String::from_utf8_lossy(&tree.stdout);
    let crates: BTreeSet<&str> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    let count = u32::try_from(crates.len().saturating_sub(1))?;
    Ok(vec![
        Line::number(
            "the program as measured",
            Target::AtMost(20.0),
            mebibytes(size(LEAPSYNC.as_ref())?),
            " MiB",
        ),
        Line::number("crates that it is built of", Target::Told, f64::from(count), ""),
    ])
}

/// A build of the release from nothing but downloaded crates.
pub(crate) fn build(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let target = tempfile::tempdir_in(&ground.folder)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = Program::new(env!("CARGO"), root).args(["build", "--release", "--locked", "--offline"]);
    let program = ["RUSTUP_HOME", "CARGO_HOME", "RUSTUP_TOOLCHAIN"].iter().fold(program, |program, name| {
        std::env::var_os(name).map_or_else(|| program.clone(), |value| program.clone().env(name, value))
    });
    let weighed = program.env("CARGO_TARGET_DIR", target.path()).weigh_well()?;
    let line =
        Line::number("cold release build", Target::AtMost(LONGEST_BUILD), weighed.wall.as_secs_f64(), " s");
    let bytes = size(&target.path().join("release/leapsync"))?;
    Ok(vec![line, Line::number("… and what comes out", Target::AtMost(20.0), mebibytes(bytes), " MiB")])
}

fn cargo() -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}
