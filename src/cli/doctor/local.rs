//! What is on this machine: the configuration, the ledger, the credentials.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use leapsync::config::{ConfigError, Whence};
use leapsync::ledger::{self, Ledger, LedgerError, Surroundings};
use leapsync::operation::RunId;
use leapsync::settings::Origin;
use leapsync::texts::Texts;
use leapsync::witness::{Testimony, Witness};

use super::check::{CONFIGURATION, CREDENTIALS, Check, LEDGER, State};
use crate::cli::output::safe;
use crate::cli::{errors, place};

/// With less room a night's run may end in the middle.
const LITTLE_ROOM: u64 = 100 * MEGABYTE;
const MEGABYTE: u64 = 1_000_000;
/// What people other than the owner could do with a file.
const OTHERS: u32 = 0o077;
/// So many faults of a ledger are shown.
const FAULTS: usize = 3;

/// The file in use, or the defaults.
pub(super) fn configuration(texts: Texts, path: Option<&Path>, read: Result<(), &ConfigError>) -> Check {
    let shown = path.map(|path| safe(&path.display().to_string()));
    match (shown, read) {
        (_, Err(error)) => {
            let lines = errors::in_words(texts, error);
            let mut lines = lines.lines().map(safe);
            let mut check = Check::new(CONFIGURATION, State::Fail, lines.next().unwrap_or_default());
            check.more = lines.collect();
            check.next = Some(texts.say("doctor-config-mend"));
            check
        }
        (Some(path), Ok(())) => {
            let said = texts.say_with("doctor-config-read", &[("path", path.into())]);
            Check::new(CONFIGURATION, State::Ok, said)
        }
        (None, Ok(())) => Check::new(CONFIGURATION, State::Ok, texts.say("doctor-config-none")),
    }
}

/// The ledger: whether a run can use it, and what it holds.
pub(super) fn ledger(texts: Texts, path: &Path, origin: Option<&Origin>) -> (Check, Option<Ledger>) {
    let shown = safe(&path.display().to_string());
    let failed = |error: LedgerError| {
        let error = anyhow::Error::from(error);
        let mut check = Check::new(LEDGER, State::Fail, safe(&errors::in_words(texts, error.as_ref())));
        check.next = errors::hint(texts, &error);
        check
    };
    let around = match ledger::surroundings(path) {
        Ok(around) => around,
        Err(error) => return (failed(error), None),
    };
    if !around.is_there {
        let said = texts.say_with("doctor-ledger-none", &[("path", shown.into())]);
        let mut check = Check::new(LEDGER, State::Ok, said);
        room(texts, &around, &mut check);
        return (check, None);
    }
    let ledger = match Ledger::open_to_read(path) {
        Ok(ledger) => ledger,
        Err(LedgerError::FromThePast { .. }) => {
            let said = texts.say_with("doctor-ledger-old", &[("path", shown.into())]);
            return (Check::new(LEDGER, State::Warn, said), None);
        }
        Err(error) => return (failed(error), None),
    };
    match looked_into(texts, &shown, &ledger, &around, origin) {
        Ok(check) => (check, Some(ledger)),
        Err(error) => (failed(error), None),
    }
}

fn looked_into(
    texts: Texts,
    shown: &str,
    ledger: &Ledger,
    around: &Surroundings,
    origin: Option<&Origin>,
) -> Result<Check, LedgerError> {
    let clients = ledger.clients_on_server()?;
    let said = texts.say_with("doctor-ledger-read", &[("path", shown.into()), ("count", clients.into())]);
    let mut check = Check::new(LEDGER, State::Ok, said);
    let faults = ledger.integrity()?;
    for fault in faults.iter().take(FAULTS) {
        check.fail(safe(fault), Some(texts.say("doctor-ledger-restore")));
    }
    if let (Some(bound), Some(origin)) = (ledger.binding()?, origin) {
        if bound.origin == origin.to_string() {
            let last = ledger.runs(1)?.first().map_or(0, |run| run.id.0);
            let witness = place::state_folder()
                .map(|folder| Witness::of(&folder, &bound.origin, bound.partner.as_str()));
            if witness.is_some_and(|witness| witness.hear(RunId(last + 1)) == Testimony::Older) {
                check.warn(texts.say("doctor-ledger-older"), None);
            }
        } else {
            let there = bound.origin.as_str();
            let why = texts.say_with("doctor-ledger-other", &[("origin", there.into())]);
            check.fail(why, Some(texts.say("doctor-ledger-name-another")));
        }
    }
    let unsettled = ledger.in_doubt()?.len() + ledger.interrupted()?.len();
    if unsettled > 0 && !around.is_held {
        let why = texts.say_with("doctor-ledger-unsettled", &[("count", unsettled.into())]);
        check.warn(why, Some(texts.say("doctor-ledger-settle")));
    }
    if around.is_held {
        check.warn(texts.say("doctor-ledger-held"), Some(texts.say("doctor-ledger-wait")));
    }
    if !around.is_private {
        check.warn(texts.say("doctor-ledger-open"), Some(format!("chmod 600 {shown}")));
    }
    room(texts, around, &mut check);
    Ok(check)
}

fn room(texts: Texts, around: &Surroundings, check: &mut Check) {
    if around.free < LITTLE_ROOM {
        let free = around.free / MEGABYTE;
        check.warn(
            texts.say_with("doctor-ledger-room", &[("free", free.into())]),
            Some(texts.say("doctor-ledger-free")),
        );
    }
}

/// Where the key lies, and whether others can read it. The key itself is never shown.
pub(super) fn credentials(
    texts: Texts,
    places: [(&'static str, Option<Whence>); 2],
    account: Result<(), &ConfigError>,
) -> Check {
    let where_it_is = |(name, whence): &(&'static str, Option<Whence>)| match whence {
        Some(Whence::Variable) => texts.say_with("doctor-key-variable", &[("name", (*name).into())]),
        Some(Whence::File(path)) => {
            let path = safe(&path.display().to_string());
            texts.say_with("doctor-key-file", &[("name", (*name).into()), ("path", path.into())])
        }
        None => texts.say_with("doctor-key-none", &[("name", (*name).into())]),
    };
    let said = places.iter().map(where_it_is).collect::<Vec<_>>().join(texts.say("doctor-comma").as_str());
    let mut check = Check::new(CREDENTIALS, State::Ok, said);
    for path in places.into_iter().filter_map(|(_, whence)| file_of(whence)) {
        if fs::metadata(&path).is_ok_and(|found| found.permissions().mode() & OTHERS != 0) {
            let path = safe(&path.display().to_string());
            let why = texts.say_with("doctor-key-open", &[("path", path.as_str().into())]);
            check.warn(why, Some(format!("chmod 600 {path}")));
        }
    }
    if let Err(error @ ConfigError::NoCredential(_)) = account {
        check.state = State::Fail;
        check.next = errors::hint_of_config(texts, error);
    } else if let Err(error) = account {
        check.fail(safe(&errors::in_words(texts, error)), errors::hint_of_config(texts, error));
    }
    check
}

fn file_of(whence: Option<Whence>) -> Option<PathBuf> {
    match whence {
        Some(Whence::File(path)) => Some(path),
        Some(Whence::Variable) | None => None,
    }
}
