//! `doctor`: looks at everything that a run needs, one line each, and says the next step. It sends no write, it writes
//! nothing down, and it never shows the key.

use std::path::PathBuf;

use leapsync::client::contract::{Deviation, Weight};
use leapsync::clock::Clock;
use leapsync::config::{self, Account, ConfigError, File};
use leapsync::ledger::Ledger;
use leapsync::settings::Pace;
use leapsync::sync::{self, Examined};
use leapsync::texts::Texts;
use serde_json::json;

use super::args::DoctorArguments;
use super::numbers::local;
use super::output::print;
use super::run::{pace_flags, prepare_without_input, remote};
use super::{errors, language, logs, output, place};

mod check;
mod deviation;
mod input;
mod local;
mod server;
mod settings;

use check::{ACCOUNT, CLOCK, CONTRACT, Check, QUOTA, State};
use server::Seen;
use settings::InForce;

/// The name of the object's form.
const SCHEMA: &str = "leapsync.doctor/1";
/// No run works.
const UNUSABLE: u8 = 1;
/// A run works, and some rows or changes will be refused.
const DIFFERS: u8 = 3;

/// What the checks rest on.
struct Ground {
    texts: Texts,
    clock: Clock,
    config: Option<PathBuf>,
    file: Result<File, ConfigError>,
    ledger: PathBuf,
    account: Result<Account, ConfigError>,
}

/// `leapsync doctor`.
pub(crate) async fn doctor(arguments: Box<DoctorArguments>) -> anyhow::Result<u8> {
    logs::start(&arguments.place);
    let config = place::config_path(&arguments.place);
    let ground = Ground {
        // Scripts read English.
        texts: if arguments.place.json { Texts::default() } else { language::texts() },
        clock: Clock::system(),
        file: config.as_deref().map_or_else(|| Ok(File::default()), File::read),
        ledger: place::ledger(&arguments.place),
        account: place::account(),
        config,
    };
    let texts = ground.texts;
    let file = ground.file.as_ref().map_or_else(|_| File::default(), Clone::clone);
    let pace = config::pace(pace_flags(&arguments.pace), &file);
    let origin = place::origin();
    let in_force = InForce::new(&arguments, &file, &ground.ledger, &pace, origin.as_ref().ok());
    let mut checks =
        vec![local::configuration(texts, ground.config.as_deref(), ground.file.as_ref().map(drop))];
    checks.push(settled(texts, &arguments, in_force.check(texts, arguments.place.verbose > 0), &pace));
    checks.push(look_at_input(&arguments, &ground).await?);
    let (check, ledger) = local::ledger(texts, &ground.ledger, origin.as_ref().ok());
    checks.push(check);
    let places = place::credential_places();
    checks.push(local::credentials(texts, places, ground.account.as_ref().map(drop)));
    checks.extend(origin.as_ref().ok().map(|origin| server::server(texts, origin)));
    let (seen, requests) = ask(ground.account, &pace, ledger.as_ref(), (texts, ground.clock)).await?;
    checks.extend(seen.checks);
    let weights: Vec<Weight> = seen.deviations.iter().map(Deviation::weight).collect();
    let code = code(&checks, &weights);
    if arguments.place.json {
        let contract = seen.deviations.iter().map(|it| deviation::object(texts, it)).collect::<Vec<_>>();
        let value = json!({
            "schema": SCHEMA, "checks": checks.iter().map(Check::json).collect::<Vec<_>>(),
            "settings": in_force.json(), "contract": contract, "requests": requests,
            "exit": {"code": code, "reasons": reasons(&checks, code)},
        });
        print(&format!("{value}\n"));
    } else if !(arguments.place.quiet && code == 0) {
        print(&screen(texts, &checks, &requests, code));
    }
    Ok(code)
}

/// The settings once more, in so far as they must fit each other.
fn settled(texts: Texts, arguments: &DoctorArguments, mut check: Check, pace: &Pace) -> Check {
    if let Err(error) = config::settle(arguments.pace.settle, pace.timeout) {
        check.fail(errors::in_words(texts, &error), errors::hint_of_config(texts, &error));
    }
    check
}

async fn look_at_input(arguments: &DoctorArguments, ground: &Ground) -> anyhow::Result<Check> {
    let texts = ground.texts;
    let Some(csv) = &arguments.input else { return Ok(input::not_named(texts)) };
    match prepare_without_input(&arguments.place, &arguments.pace, csv.clone()) {
        Ok(prepared) => input::look(texts, &prepared.job, ground.clock).await,
        Err(_) => Ok(Check::new(check::INPUT, State::Skipped, texts.say("doctor-input-no-config"))),
    }
}

/// Asks the server, if there is a key to ask it with.
async fn ask(
    account: Result<Account, ConfigError>,
    pace: &Pace,
    ledger: Option<&Ledger>,
    (texts, clock): (Texts, Clock),
) -> anyhow::Result<(Seen, serde_json::Value)> {
    let Ok(account) = account else {
        let checks = [ACCOUNT, CLOCK, QUOTA, CONTRACT].map(|it| server::skipped(texts, it)).to_vec();
        return Ok((Seen { checks, deviations: Vec::new() }, json!({"total": 0, "options": 0})));
    };
    let mut waiting = |until| {
        let said = texts.say_with("doctor-waits", &[("until", local(until).into())]);
        if output::someone_watches() {
            output::note(&said);
        }
    };
    let examined: Examined = sync::examine(remote(account, pace)?, ledger, clock, &mut waiting).await?;
    let requests = json!({"total": examined.requests.total, "options": examined.requests.options});
    Ok((server::examined(texts, examined, pace), requests))
}

/// The strongest of what was found: nothing works, or something is refused.
fn code(checks: &[Check], weights: &[Weight]) -> u8 {
    if checks.iter().any(|check| check.state == State::Fail) {
        UNUSABLE
    } else if weights.contains(&Weight::Limits) {
        DIFFERS
    } else {
        0
    }
}

/// The checks that failed; the contract when it is that which differs.
fn reasons(checks: &[Check], code: u8) -> Vec<&'static str> {
    match code {
        UNUSABLE => checks.iter().filter(|it| it.state == State::Fail).map(Check::name).collect(),
        DIFFERS => vec![CONTRACT_REASON],
        _ => vec!["well"],
    }
}

const CONTRACT_REASON: &str = "contract";

fn screen(texts: Texts, checks: &[Check], requests: &serde_json::Value, code: u8) -> String {
    let mut text: String = checks.iter().map(|check| check.text(texts)).collect();
    let count = |name: &str| requests[name].as_u64().unwrap_or_default();
    let counts = [("total", count("total").into()), ("options", count("options").into())];
    text.push_str(&format!("{}\n", texts.say_with("doctor-requests", &counts)));
    let failed = checks.iter().filter(|check| check.state == State::Fail).count();
    let warned = checks.iter().filter(|check| check.state == State::Warn).count();
    let end = match (code, warned) {
        (UNUSABLE, _) => texts.say_with("doctor-end-fails", &[("count", failed.into())]),
        (DIFFERS, _) => texts.say("doctor-end-differs"),
        (_, 0) => texts.say("doctor-end-well"),
        (_, warned) => texts.say_with("doctor-end-warns", &[("count", warned.into())]),
    };
    text.push_str(&format!("{end}\n"));
    text
}
