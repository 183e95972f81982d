//! Errors as a person reads them: what failed, what caused it, and the next command.

use leapsync::client::{ConnectError, NoSlot};
use leapsync::config::ConfigError;
use leapsync::ledger::LedgerError;
use leapsync::source::SourceError;
use leapsync::sync::SyncError;
use leapsync::texts::Texts;

use super::files::FileError;
use super::init::InitError;
use super::report::ReportError;
use super::{language, output};

mod of_file;
mod said;
#[cfg(test)]
mod tests;

/// Nothing was sent and nothing can be.
const UNUSABLE: u8 = 1;

/// Prints an error and gives back the exit code it stands for.
pub(crate) fn show(error: &anyhow::Error) -> u8 {
    let texts = language::texts();
    let note = |key: &str, text: &str| output::note(&texts.say_with(key, &[("text", lines(text).into())]));
    let mut said = said::text(texts, error.as_ref());
    note("error-is", &said);
    for cause in error.chain().skip(1).map(|cause| said::text(texts, cause)) {
        // Some libraries repeat the cause in their own text; once is enough.
        if !said.contains(&cause) && !cause.ends_with(&said) {
            note("error-caused-by", &cause);
        }
        said = cause;
    }
    if let Some(hint) = hint(texts, error) {
        output::note(&texts.say_with("error-hint", &[("text", hint.into())]));
    }
    error.downcast_ref::<SyncError>().map_or(UNUSABLE, SyncError::code)
}

/// A text of several lines, such as a picture of the place in a file, stays one; its lines are set in, so that none of
/// them passes for a line of ours.
fn lines(text: &str) -> String {
    text.lines().map(output::safe).collect::<Vec<_>>().join("\n  ")
}

/// What an error says, its cause behind it.
pub(crate) fn in_words(texts: Texts, error: &(dyn std::error::Error + 'static)) -> String {
    let said = said::text(texts, error);
    match error.source().map(|cause| said::text(texts, cause)) {
        Some(cause) if !said.contains(&cause) => format!("{said}: {cause}"),
        _ => said,
    }
}

/// The next thing to do about a configuration.
pub(crate) fn hint_of_config(texts: Texts, error: &ConfigError) -> Option<String> {
    of_config(error).map(|key| texts.say(key))
}

/// The next thing to do.
pub(crate) fn hint(texts: Texts, error: &anyhow::Error) -> Option<String> {
    if let Some(SourceError::Open { path, .. }) = input_of(error).filter(|_| error.is::<SyncError>()) {
        // Where the path leads says more than any advice.
        let folder = std::env::current_dir().ok().filter(|_| path.is_relative())?;
        let folder = output::safe(&folder.display().to_string());
        return Some(texts.say_with("hint-looked-up-from", &[("folder", folder.into())]));
    }
    key(error).map(|key| texts.say(key))
}

fn input_of(error: &anyhow::Error) -> Option<&SourceError> {
    match error.downcast_ref::<SyncError>()? {
        SyncError::Input(error) => Some(error),
        _ => None,
    }
}

fn key(error: &anyhow::Error) -> Option<&'static str> {
    if let Some(error) = error.downcast_ref::<ConfigError>() {
        return of_config(error);
    }
    if let Some(error) = error.downcast_ref::<LedgerError>() {
        return of_ledger(error);
    }
    if error.is::<InitError>() {
        return Some("hint-config-there");
    }
    if error.is::<ReportError>() {
        return Some("hint-runs-kept");
    }
    if error.is::<FileError>() {
        return Some("hint-new-file");
    }
    match error.downcast_ref::<SyncError>()? {
        SyncError::Input(error) => of_input(error),
        SyncError::Mapping(_) => Some("hint-map-sample"),
        SyncError::Ledger(error) | SyncError::LedgerFailed(error) => of_ledger(error),
        SyncError::Stale(_) => Some("hint-plan-again"),
        SyncError::QuotaFailed(_) => Some("hint-ledger-disk"),
        SyncError::Connect(error) => of_connect(error),
        SyncError::Stopped | SyncError::ListUnread => Some("hint-again"),
        SyncError::Spool(_) | SyncError::StorageFailed(_) => Some("hint-temporary"),
    }
}

fn of_config(error: &ConfigError) -> Option<&'static str> {
    match error {
        ConfigError::NoCredential(_) => Some("hint-credentials"),
        ConfigError::Origin(_) => Some("hint-origin"),
        ConfigError::SettleTooShort { .. } => Some("hint-settle"),
        ConfigError::Unreadable { .. } | ConfigError::File { .. } | ConfigError::PartnerMid(_) => None,
    }
}

fn of_input(error: &SourceError) -> Option<&'static str> {
    match error {
        SourceError::Growing { .. } => Some("hint-export-done"),
        SourceError::CutOff { .. } | SourceError::Gzip { .. } => Some("hint-broke-off"),
        SourceError::NoManifest { .. }
        | SourceError::OddManifest { .. }
        | SourceError::NotAsStated { .. } => Some("hint-manifest"),
        SourceError::Copy { .. } => Some("hint-temporary"),
        SourceError::Empty { .. } | SourceError::NoHeader { .. } => Some("hint-program"),
        SourceError::TooLong { .. } | SourceError::Unfinished { .. } | SourceError::Swallowed { .. } => {
            Some("hint-quote")
        }
        _ => None,
    }
}

fn of_ledger(error: &LedgerError) -> Option<&'static str> {
    Some(match error {
        LedgerError::Locked { .. } => "hint-locked",
        LedgerError::Missing { .. } => "hint-no-ledger",
        LedgerError::OtherAccount { .. } => "hint-other-account",
        LedgerError::FromTheFuture { .. } => "hint-newer",
        LedgerError::NotALedger { .. } => "hint-another-file",
        LedgerError::Corrupt { .. } => "hint-corrupt",
        LedgerError::OnNetwork { .. } => "hint-this-disk",
        LedgerError::NoFolder { .. } => "hint-make-folder",
        LedgerError::Symlink { .. } => "hint-file-itself",
        LedgerError::Io { .. } => "hint-writable",
        LedgerError::Sqlite { .. } => "hint-ledger-disk",
        _ => return None,
    })
}

fn of_connect(error: &ConnectError) -> Option<&'static str> {
    Some(match error {
        ConnectError::Credentials { .. } => "hint-check-credentials",
        ConnectError::Unreachable(_) => "hint-unreachable",
        ConnectError::NoSlot(NoSlot::NotRecorded(_)) => "hint-ledger-disk",
        ConnectError::NoSlot(_) => "hint-then",
        ConnectError::WhichPartner { .. } | ConnectError::OtherPartner { .. } => "hint-partner",
        ConnectError::NoPartner => return None,
    })
}
