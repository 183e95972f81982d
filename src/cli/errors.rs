//! Errors as a person reads them: what failed, what caused it, and the next command.

use leapsync::client::{ConnectError, NoSlot};
use leapsync::config::ConfigError;
use leapsync::ledger::LedgerError;
use leapsync::source::SourceError;
use leapsync::sync::SyncError;

use super::files::FileError;
use super::init::InitError;
use super::output;

/// Nothing was sent and nothing can be.
const UNUSABLE: u8 = 1;

/// What helps when the ledger's disk fails.
const LEDGER_DISK: &str =
    "see that the ledger's disk has free space and can be written, then run the same command again";

/// Prints an error and gives back the exit code it stands for.
pub(crate) fn show(error: &anyhow::Error) -> u8 {
    let mut said = error.to_string();
    output::note(&format!("error: {}", lines(&said)));
    for cause in error.chain().skip(1).map(ToString::to_string) {
        // Some libraries repeat the cause in their own text; once is enough.
        if !said.contains(&cause) && !cause.ends_with(&said) {
            output::note(&format!("caused by: {}", lines(&cause)));
        }
        said = cause;
    }
    if let Some(hint) = hint(error) {
        output::note(&format!("hint: {hint}"));
    }
    error.downcast_ref::<SyncError>().map_or(UNUSABLE, SyncError::code)
}

/// A text of several lines, such as a picture of the place in a file, stays one; its lines are set in, so that none of
/// them passes for a line of ours.
fn lines(text: &str) -> String {
    text.lines().map(output::safe).collect::<Vec<_>>().join("\n  ")
}

/// The next thing to do.
pub(crate) fn hint(error: &anyhow::Error) -> Option<String> {
    if let Some(error) = error.downcast_ref::<ConfigError>() {
        return of_config(error);
    }
    if let Some(error) = error.downcast_ref::<LedgerError>() {
        return of_ledger(error);
    }
    if error.is::<InitError>() {
        return Some("name another file with `--config FILE`, or move this one away".to_owned());
    }
    if error.is::<FileError>() {
        return Some("name a new file in a folder that you may write to; nothing was sent".to_owned());
    }
    match error.downcast_ref::<SyncError>()? {
        SyncError::Input(error) => of_input(error),
        SyncError::Mapping(_) => Some("`samples/02-freee.toml` shows a `[map]` section".to_owned()),
        SyncError::Ledger(error) | SyncError::LedgerFailed(error) => of_ledger(error),
        SyncError::Stale(_) => Some("make the plan again: `leapsync plan CSV --out FILE`".to_owned()),
        SyncError::QuotaFailed(_) => Some(LEDGER_DISK.to_owned()),
        SyncError::Connect(error) => of_connect(error),
        SyncError::Stopped | SyncError::ListUnread => Some("run the same command again".to_owned()),
        SyncError::Spool(_) | SyncError::StorageFailed(_) => {
            Some("free some space in the temporary folder (TMPDIR), then run again".to_owned())
        }
    }
}

pub(crate) fn of_config(error: &ConfigError) -> Option<String> {
    match error {
        ConfigError::NoCredential(_) => Some(
            "export MAKELEAPS_CLIENT_ID and MAKELEAPS_CLIENT_SECRET, or run `leapsync sandbox` and export the lines \
             that it prints"
                .to_owned(),
        ),
        ConfigError::Origin(_) => Some("leave MAKELEAPS_BASE_URL unset for the production API".to_owned()),
        ConfigError::SettleTooShort { .. } => Some("raise `--settle` or lower `--timeout`".to_owned()),
        ConfigError::Unreadable { .. } | ConfigError::File { .. } | ConfigError::PartnerMid(_) => None,
    }
}

fn of_input(error: &SourceError) -> Option<String> {
    match error {
        SourceError::Open { path, .. } if path.is_relative() => {
            let folder = std::env::current_dir().ok()?;
            Some(format!("the path is looked up from `{}`", output::safe(&folder.display().to_string())))
        }
        SourceError::Growing { .. } => Some(
            "start the run when the export is done, or let the export rename its file at the end".to_owned(),
        ),
        SourceError::CutOff { .. } | SourceError::Gzip { .. } => {
            Some("the export probably broke off: export again and run the same command".to_owned())
        }
        SourceError::Copy { .. } => {
            Some("free some space in the temporary folder (TMPDIR), then run again".to_owned())
        }
        SourceError::NoManifest { .. } | SourceError::OddManifest { .. } | SourceError::NotAsStated { .. } => Some(
            "the export is not done, or broke off: export again; `manifest` under `[input]` names the file that tells"
                .to_owned(),
        ),
        SourceError::Empty { .. } | SourceError::NoHeader { .. } => {
            Some("the export probably broke off: look at the program that writes the file".to_owned())
        }
        SourceError::TooLong { .. } | SourceError::Unfinished { .. } | SourceError::Swallowed { .. } => {
            Some("look for a quote that is not closed, or an export that broke off".to_owned())
        }
        _ => None,
    }
}

fn of_ledger(error: &LedgerError) -> Option<String> {
    let hint = match error {
        LedgerError::Locked { .. } => "wait until the other run has ended; `leapsync status` shows it",
        LedgerError::Missing { .. } => "`leapsync sync CSV` makes one; `--ledger FILE` names another",
        LedgerError::OtherAccount { .. } => "name the ledger of this account with `--ledger FILE`",
        LedgerError::FromTheFuture { .. } => "use the newer leapsync that wrote it",
        LedgerError::NotALedger { .. } => "name another file with `--ledger FILE`",
        LedgerError::Corrupt { .. } => {
            "restore it from a backup, or move it away: a new ledger reads the remote list and links what is there"
        }
        LedgerError::OnNetwork { .. } => "name a file on a disk of this machine with `--ledger FILE`",
        LedgerError::NoFolder { .. } => "make the folder, or name another file with `--ledger FILE`",
        LedgerError::Symlink { .. } => "name the file itself with `--ledger FILE`",
        LedgerError::Io { .. } => {
            "the ledger, its lock file and its folder must be writable; `--ledger FILE` names another"
        }
        LedgerError::Sqlite { .. } => LEDGER_DISK,
        _ => return None,
    };
    Some(hint.to_owned())
}

fn of_connect(error: &ConnectError) -> Option<String> {
    let hint = match error {
        ConnectError::Credentials { .. } => {
            "check MAKELEAPS_CLIENT_ID and MAKELEAPS_CLIENT_SECRET; nothing was sent"
        }
        ConnectError::Unreachable(_) => {
            "nothing was sent; run the same command again when the API can be reached"
        }
        ConnectError::NoSlot(NoSlot::NotRecorded(_)) => LEDGER_DISK,
        ConnectError::NoSlot(_) => "nothing was sent; run the same command again then",
        ConnectError::WhichPartner { .. } | ConnectError::OtherPartner { .. } => {
            "name the partner in MAKELEAPS_PARTNER_MID"
        }
        ConnectError::NoPartner => return None,
    };
    Some(hint.to_owned())
}
