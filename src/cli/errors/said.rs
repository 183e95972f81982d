//! What an error says, in the reader's language: by its type where it is ours, else in its own words.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::path::Path;

use leapsync::client::{ConnectError, NoSlot};
use leapsync::config::ConfigError;
use leapsync::ledger::LedgerError;
use leapsync::mapping::MappingError;
use leapsync::record::Mid;
use leapsync::rejects::RejectsError;
use leapsync::results::ResultsError;
use leapsync::sandbox::SandboxError;
use leapsync::saved::SavedError;
use leapsync::settings::{OriginError, PRODUCTION};
use leapsync::source::SourceError;
use leapsync::spool::SpoolError;
use leapsync::sync::{Stale, SyncError};
use leapsync::texts::{Texts, Value};

use super::super::files::{self, FileError};
use super::super::init::InitError;
use super::super::report::ReportError;
use super::of_file::{input, ledger, mapping};

/// A key and its arguments.
pub(super) type Said<'a> = (&'static str, Vec<(&'static str, Value<'a>)>);

pub(super) fn plain(key: &'static str) -> Said<'static> {
    (key, Vec::new())
}

pub(super) fn about<'a>(key: &'static str, name: &'static str, value: impl Into<Value<'a>>) -> Said<'a> {
    (key, vec![(name, value.into())])
}

pub(super) fn at(key: &'static str, path: &Path) -> Said<'static> {
    about(key, "path", path.display().to_string())
}

/// The text of one error, without its causes.
pub(super) fn text(texts: Texts, error: &(dyn Error + 'static)) -> String {
    match known(texts, error) {
        Some((key, arguments)) => texts.say_with(key, &arguments),
        None => error.to_string(),
    }
}

/// The key of an error that is ours.
fn known<'a>(texts: Texts, error: &'a (dyn Error + 'static)) -> Option<Said<'a>> {
    if let Some(error) = error.downcast_ref::<SyncError>() {
        return Some(sync(texts, error));
    }
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return os(error);
    }
    if let Some(error) = error.downcast_ref::<SourceError>() {
        return Some(input(error));
    }
    if let Some(error) = error.downcast_ref::<MappingError>() {
        return Some(mapping(texts, error));
    }
    if let Some(error) = error.downcast_ref::<LedgerError>() {
        return Some(ledger(error));
    }
    if let Some(error) = error.downcast_ref::<ConnectError>() {
        return Some(connect(texts, error));
    }
    if let Some(error) = error.downcast_ref::<SpoolError>() {
        return Some(spool(error));
    }
    if let Some(error) = error.downcast_ref::<ConfigError>() {
        return Some(config(texts, error));
    }
    if let Some(error) = error.downcast_ref::<FileError>() {
        return Some(file(texts, error));
    }
    of_end(error)
}

/// The errors of files that are written at the end, and of what serves.
fn of_end<'a>(error: &'a (dyn Error + 'static)) -> Option<Said<'a>> {
    if let Some(error) = error.downcast_ref::<ResultsError>() {
        return Some(match error {
            ResultsError::Write { path, .. } => at("error-results-write", path),
            ResultsError::Spool(error) => spool(error),
        });
    }
    if let Some(error) = error.downcast_ref::<RejectsError>() {
        return Some(match error {
            RejectsError::Write { path, .. } => at("error-rejects-write", path),
            RejectsError::Input(error) => input(error),
            RejectsError::Spool(error) => spool(error),
        });
    }
    if let Some(error) = error.downcast_ref::<SavedError>() {
        return Some(match error {
            SavedError::Write { path, .. } => at("error-plan-write", path),
            SavedError::Read { path, .. } => at("error-plan-read", path),
            SavedError::NotAPlan { path } => at("error-plan-strange", path),
            SavedError::Damaged { path } => at("error-plan-damaged", path),
            SavedError::Spool(error) => spool(error),
        });
    }
    if let Some(error) = error.downcast_ref::<ReportError>() {
        return Some(match error {
            ReportError::Unknown(run) => about("error-no-such-run", "run", run.to_string()),
            ReportError::None => plain("error-no-run"),
        });
    }
    if let Some(error) = error.downcast_ref::<InitError>() {
        return Some(match error {
            InitError::Exists { path } => at("error-init-exists", path),
            InitError::Write { path, .. } => at("error-init-write", path),
        });
    }
    Some(match error.downcast_ref::<SandboxError>()? {
        SandboxError::LogFile { path, .. } => at("error-log-file", path),
        SandboxError::DataFile { path, .. } => at("error-data-file", path),
        SandboxError::Serve(_) => plain("error-serve"),
    })
}

fn sync(texts: Texts, error: &SyncError) -> Said<'_> {
    match error {
        SyncError::Input(error) => input(error),
        SyncError::Mapping(error) => mapping(texts, error),
        SyncError::Ledger(error) => ledger(error),
        SyncError::Connect(error) => connect(texts, error),
        SyncError::ListUnread => plain("error-list-unread"),
        SyncError::Stopped => plain("error-stopped"),
        SyncError::Spool(error) => spool(error),
        SyncError::Stale(stale) => plain(match stale {
            Stale::Account => "error-stale-account",
            Stale::Ledger => "error-stale-ledger",
            Stale::Mapping => "error-stale-mapping",
            Stale::Input => "error-stale-input",
        }),
        SyncError::LedgerFailed(_) => plain("error-ledger-failed"),
        SyncError::StorageFailed(_) => plain("error-storage-failed"),
        SyncError::QuotaFailed(why) => about("error-quota-failed", "why", words(texts, no_slot(why))),
    }
}

fn words(texts: Texts, (key, arguments): Said<'_>) -> String {
    texts.say_with(key, &arguments)
}

fn connect(texts: Texts, error: &ConnectError) -> Said<'_> {
    match error {
        ConnectError::Credentials { status } => about("error-credentials", "status", status.to_string()),
        ConnectError::NoPartner => plain("error-no-partner"),
        ConnectError::OtherPartner { asked } => about("error-other-partner", "partner", asked.as_str()),
        ConnectError::WhichPartner { seen } => {
            let seen: Vec<&str> = seen.iter().map(Mid::as_str).collect();
            about("error-which-partner", "partners", seen.join(&texts.say("words-comma")))
        }
        ConnectError::Unreachable(why) => about("error-unreachable", "why", why),
        ConnectError::NoSlot(why) => no_slot(why),
    }
}

fn no_slot(error: &NoSlot) -> Said<'_> {
    match error {
        NoSlot::Exhausted { until } => about("error-exhausted", "until", until.to_string()),
        NoSlot::Spent(count) => about("error-spent", "count", count.to_string()),
        NoSlot::TimeUp(time) => about("error-time-up", "time", format!("{time:?}")),
        NoSlot::NotRecorded(why) => about("error-not-recorded", "why", why),
    }
}

fn spool(error: &SpoolError) -> Said<'static> {
    plain(match error {
        SpoolError::Write(_) => "error-spool-write",
        SpoolError::Read(_) => "error-spool-read",
        SpoolError::Encode(_) => "error-spool-encode",
        SpoolError::Decode(_) => "error-spool-decode",
    })
}

fn config(texts: Texts, error: &ConfigError) -> Said<'_> {
    match error {
        ConfigError::Unreadable { path, .. } => at("error-unreadable", path),
        ConfigError::File { path, message } => {
            let path = ("path", path.display().to_string().into());
            ("error-config-file", vec![path, ("message", message.into())])
        }
        ConfigError::Origin(why) => about("error-origin", "why", words(texts, origin(why))),
        ConfigError::NoCredential(name) => about("error-no-credential", "name", *name),
        ConfigError::PartnerMid(mid) => about("error-partner-mid", "mid", mid),
        ConfigError::SettleTooShort { settle, timeout } => {
            let (settle, timeout) = (format!("{settle:?}"), format!("{timeout:?}"));
            ("error-settle-too-short", vec![("settle", settle.into()), ("timeout", timeout.into())])
        }
    }
}

fn origin(error: &OriginError) -> Said<'_> {
    match error {
        OriginError::NotAUrl(url) => about("error-not-a-url", "url", url),
        OriginError::NotAnOrigin(url) => {
            ("error-not-an-origin", vec![("url", url.into()), ("example", PRODUCTION.into())])
        }
        OriginError::InClear(url) => about("error-in-clear", "url", url),
    }
}

fn file(texts: Texts, error: &FileError) -> Said<'_> {
    let (key, what, path) = match error {
        FileError::Write { what, path, .. } => ("error-file-write", *what, path),
        FileError::NotAFile { what, path } => ("error-file-not-plain", *what, path),
        FileError::Needed { what, path } => ("error-file-needed", *what, path),
        FileError::Twice { one, other, path } => {
            let (one, other) = (file_name(texts, one), file_name(texts, other));
            let path = path.display().to_string();
            let told = vec![("one", one.into()), ("other", other.into()), ("path", path.into())];
            return ("error-file-twice", told);
        }
    };
    let what = file_name(texts, what);
    (key, vec![("what", what.into()), ("path", path.display().to_string().into())])
}

/// What a file of a run is called.
fn file_name(texts: Texts, what: &str) -> String {
    match what {
        files::RESULTS => texts.say("error-results"),
        files::PLAN => texts.say("error-plan"),
        files::REJECTS => texts.say("error-rejects"),
        files::REPORT => texts.say("error-report"),
        files::PAGE => texts.say("error-page"),
        files::METRICS => texts.say("error-metrics"),
        other => other.to_owned(),
    }
}

/// What the system says when a file or a port cannot be used; its rarer words stand as they are.
fn os(error: &io::Error) -> Option<Said<'static>> {
    let key = match error.kind() {
        ErrorKind::NotFound => "error-os-not-found",
        ErrorKind::PermissionDenied => "error-os-denied",
        ErrorKind::AlreadyExists => "error-os-exists",
        ErrorKind::StorageFull => "error-os-full",
        ErrorKind::IsADirectory => "error-os-directory",
        ErrorKind::NotADirectory => "error-os-not-a-directory",
        ErrorKind::ReadOnlyFilesystem => "error-os-read-only",
        ErrorKind::AddrInUse => "error-os-in-use",
        _ => return None,
    };
    // Without a code it is not the system that speaks.
    let code = error.raw_os_error()?;
    let said = about(key, "code", code.to_string());
    // Several codes are of one kind: what the system says otherwise in English is not said here.
    (words(Texts::default(), said.clone()) == error.to_string()).then_some(said)
}
