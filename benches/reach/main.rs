//! Measures what leapsync promises of its speed, each thing beside something that anybody can run.
//!
//! In: the parts to be measured, all of them when none is named; `--rows N` and `--pairs N`. Out: one Markdown table.
//! It is a bench and no test: nothing runs unless cargo says `--bench`. [README.md](../README.md) tells what is measured.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is a program for the terminal")]

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

mod apply;
mod baseline;
mod data;
mod first;
mod ground;
mod ledger;
mod linear;
mod measure;
mod nights;
mod pairs;
mod peers;
mod plan;
mod post;
mod program;
mod server;
mod sheet;
mod table;

use ground::Ground;
use table::Line;

/// What is measured under a name.
type Part = (&'static str, fn(&Ground) -> anyhow::Result<Vec<Line>>);

const PARTS: [Part; 13] = [
    ("quiet", nights::in_order),
    ("any-order", nights::any_order),
    ("same-file", nights::same_file),
    ("changed", nights::changed),
    ("cp932", nights::cp932),
    ("mapping", nights::mapping),
    ("linear", linear::sizes),
    ("first", first::plans),
    ("apply", apply::sending),
    ("peers", peers::nights),
    ("start", program::start),
    ("size", program::weight),
    ("build", program::build),
];

const ROWS: u64 = 1_000_000;
const PAIRS: usize = 5;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let texts: Vec<&str> = arguments.iter().filter_map(|it| it.to_str()).collect();
    match texts.as_slice() {
        [measure::WEIGH, note, exe, ..] => {
            measure::weigh_child(Path::new(note), Path::new(exe), &arguments[3..])
        }
        [nights::COUNT, file] => nights::counting_child(Path::new(file)),
        [post::POST, url, token, bodies] => post::posting_child(url, token, Path::new(bodies)),
        texts if texts.contains(&"--bench") => measure_all(texts),
        _ => {
            println!("it measures when it is run with `cargo bench --bench reach`");
            Ok(())
        }
    }
}

fn measure_all(texts: &[&str]) -> anyhow::Result<()> {
    let (mut rows, mut pairs, mut parts) = (ROWS, PAIRS, Vec::new());
    let mut texts = texts.iter().filter(|text| **text != "--bench");
    while let Some(text) = texts.next() {
        let mut number = || texts.next().with_context(|| format!("{text} needs a number"));
        match *text {
            "--rows" => rows = number()?.replace('_', "").parse()?,
            "--pairs" => pairs = number()?.parse()?,
            name => parts.push(part(name)?),
        }
    }
    if parts.is_empty() {
        parts.extend(PARTS);
    }
    let ground = Ground::new(rows, pairs.max(1))?;
    let mut lines = Vec::new();
    for (name, measure) in parts {
        // Else the disk would still be busy with the files and ledgers that the part before made.
        Command::new("sync").status().context("`sync` does not run")?;
        eprintln!("measuring {name} …");
        let found = measure(&ground).with_context(|| format!("{name} could not be measured"))?;
        eprint!("{}", table::markdown(&found));
        lines.extend(found);
    }
    println!("\n{} rows, {pairs} pairs, {}\n\n{}", ground.rows, table::machine(), table::markdown(&lines));
    Ok(())
}

fn part(name: &str) -> anyhow::Result<Part> {
    let found = PARTS.into_iter().find(|(it, _)| *it == name);
    let Some(part) = found else {
        let names = PARTS.map(|(name, _)| name).join(", ");
        bail!(
            "there is no part `{name}`: write some of {names}, `--rows N`, `--pairs N`, or nothing for all"
        );
    };
    Ok(part)
}
