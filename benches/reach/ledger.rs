//! Ledgers that already know every client of a file, as after an import and two quiet nights.
//!
//! In: the ground and the form of the file. Out: the name of a ledger beside it. Creating a million clients over HTTP would
//! take longer than all that is measured, so a real run creates one client and binds the ledger, the others are linked
//! through the library as the adoption of an account does it, and two real runs with the whole file then find nothing to do.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use leapsync::clock::Clock;
use leapsync::journal::Entry;
use leapsync::ledger::Ledger;
use leapsync::mapping::{KnownHeaders, Mapped, Mapping};
use leapsync::operation::RunId;
use leapsync::record::{Desired, HasOrganization, Known, KnownContact, Mid, Wanted};
use leapsync::settings::rules::Rules;
use leapsync::settings::{KeepRows, Reading};
use leapsync::source::{Source, Store};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use crate::ground::{Ground, LEAPSYNC, Pace};
use crate::plan::{Counts, Known as KnownBy};
use crate::server::{Server, free_port};
use crate::sheet::{Form, Sheet};

/// Entries in one commit.
const AT_ONCE: usize = 20_000;
/// Ids of the server are numbers of this size.
const FIRST_MID: u64 = 1_000_000_000_000_000_000;

/// The ledger of the first night of that form; it is made when it is not there, or another program made it.
pub(crate) fn ready(ground: &Ground, form: Form) -> anyhow::Result<String> {
    let name = format!("{form}.db");
    let stamp = ground.folder.join(format!("{form}.stamp"));
    let program = format!("{:016x}", xxh3_64(&fs::read(LEAPSYNC)?));
    if fs::read_to_string(&stamp).is_ok_and(|text| text == program) {
        return Ok(name);
    }
    forget(ground, &name)?;
    match form {
        Form::Own => link_everybody(ground, &name)?,
        Form::Cp932 | Form::Export => copy(ground, &ready(ground, Form::Own)?, &name)?,
    }
    let server = Server::start(LEAPSYNC.as_ref(), &ground.folder, port(ground)?)?;
    for _ in 0..2 {
        quiet_night(ground, form, &name, &server)?;
    }
    fs::write(stamp, program)?;
    Ok(name)
}

/// Removes a ledger with all that belongs to it.
pub(crate) fn forget(ground: &Ground, ledger: &str) -> anyhow::Result<()> {
    for ending in ["", "-wal", "-shm", ".lock"] {
        let path = ground.folder.join(format!("{ledger}{ending}"));
        if path.exists() {
            fs::remove_file(path)?;
        }
    }
    let witness = ground.folder.join(format!("state-of-{ledger}"));
    if witness.exists() { Ok(fs::remove_dir_all(witness)?) } else { Ok(()) }
}

fn copy(ground: &Ground, from: &str, to: &str) -> anyhow::Result<()> {
    fs::copy(ground.folder.join(from), ground.folder.join(to))?;
    Ok(())
}

/// The port of the sandbox to which all ledgers of the folder are bound.
fn port(ground: &Ground) -> anyhow::Result<u16> {
    Ok(fs::read_to_string(port_file(ground))?.parse()?)
}

fn port_file(ground: &Ground) -> PathBuf {
    ground.folder.join("port")
}

/// A real run with a file of one row, then all others through the library.
fn link_everybody(ground: &Ground, ledger: &str) -> anyhow::Result<()> {
    fs::write(port_file(ground), free_port()?.to_string())?;
    let server = Server::start(LEAPSYNC.as_ref(), &ground.folder, port(ground)?)?;
    let one = Sheet::first(Form::Own, 1);
    run(ground, one, ledger, &server)?;
    let path = ground.sheet(Form::Own).file(&ground.folder)?;
    link(&ground.folder.join(ledger), &path)
}

fn run(ground: &Ground, sheet: Sheet, ledger: &str, server: &Server) -> anyhow::Result<Value> {
    let mut program =
        ground.leapsync("sync", (sheet.form, Pace::Unpaced), ledger)?.args(["--json", "--accept-mapping"]);
    for (name, value) in &server.variables {
        program = program.env(name, value);
    }
    let weighed = program.arg(sheet.file(&ground.folder)?).weigh_well()?;
    Ok(serde_json::from_str(&weighed.stdout)?)
}

/// A run in which nothing is to be done.
fn quiet_night(ground: &Ground, form: Form, ledger: &str, server: &Server) -> anyhow::Result<()> {
    let sheet = ground.sheet(form);
    let summary = run(ground, sheet, ledger, server)?;
    let (told, expected) = (Counts::told(&summary)?, Counts::of(sheet, KnownBy::FirstNight(ledger)));
    ensure!(told == expected, "the ledger is not ready: {told:?}, not {expected:?}");
    let written = ["post", "patch", "delete"].map(|kind| summary["requests"][kind].as_u64());
    ensure!(written == [Some(1), Some(0), Some(0)], "a quiet night sends a token call only: {summary}");
    Ok(())
}

/// Links the client of every row with a fingerprint that says that nothing has changed.
fn link(ledger: &Path, file: &Path) -> anyhow::Result<()> {
    let clock = Clock::system();
    let mut ledger = Ledger::open(ledger)?;
    let run = ledger.start_run("adopt", "", clock.now())?;
    let mut batch = Batch { ledger: &mut ledger, run, clock, entries: Vec::new() };
    let rules = Rules::default();
    let known = KnownHeaders::new(&rules);
    let store = Store::open(file, KeepRows::Never)?;
    let mut source = Source::open(store, &Reading::default(), &|header| known.holds(header))?;
    let mapping = Mapping::new(source.headers(), &rules)?;
    let mut number = 0;
    while let Some(row) = source.next_row()? {
        let Mapped::Row(row) = mapping.row(row.line, row.cells, row.undecodable) else {
            bail!("row {} is rejected", row.line);
        };
        // Every key stands in one row, so that a row is a client.
        let Wanted::Desired(desired) = mapping.client(vec![row]).wanted else {
            bail!("a client is rejected")
        };
        number += 1;
        batch.link(&desired, number)?;
    }
    batch.commit()?;
    Ok(ledger.finish_run(run, clock.now(), 0, "{}")?)
}

/// Entries on their way into the ledger.
struct Batch<'a> {
    ledger: &'a mut Ledger,
    run: RunId,
    clock: Clock,
    entries: Vec<Entry>,
}

impl Batch<'_> {
    fn link(&mut self, desired: &Desired, number: u64) -> anyhow::Result<()> {
        let id = desired.external_id.clone();
        let (known, fingerprint) = (known(desired, number)?, Some(desired.fingerprint()));
        self.entries.push(Entry::Linked { external_id: id.clone(), known, fingerprint });
        self.entries.push(Entry::AnswersFor(id, desired.answered(HasOrganization::No)));
        if self.entries.len() >= AT_ONCE { self.commit() } else { Ok(()) }
    }

    fn commit(&mut self) -> anyhow::Result<()> {
        self.ledger.commit(self.run, self.clock.now(), &self.entries)?;
        self.entries.clear();
        Ok(())
    }
}

/// What a server would confirm of the client.
fn known(desired: &Desired, number: u64) -> anyhow::Result<Known> {
    let mid = |place: u64| Mid::parse(&(FIRST_MID + number * 10 + place).to_string()).context("no mid");
    let contacts = desired.contacts(HasOrganization::No).into_iter().zip(1..).map(|(contact, place)| {
        let (kind, fields) = (contact.kind, contact.fields);
        Ok(KnownContact { mid: mid(place)?, kind, ours: true, fields, other_addresses: Vec::new() })
    });
    let contacts = contacts.collect::<anyhow::Result<_>>()?;
    Ok(Known { mid: mid(0)?, own: desired.own.clone(), contacts, archived: false })
}
