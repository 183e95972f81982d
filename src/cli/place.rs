//! Where things are: the configuration in use, the ledger, the account.

use std::path::{Path, PathBuf};

use leapsync::config::{self, ConfigError, FILE_NAME, File, LEDGER_NAME, Whence};
use leapsync::settings::Origin;

use super::args::PlaceArguments;

/// The configuration in use and the ledger that goes with it.
pub(crate) struct Place {
    pub(crate) file: File,
    pub(crate) ledger: PathBuf,
}

/// Finds the configuration and the ledger.
pub(crate) fn find(arguments: &PlaceArguments) -> Result<Place, ConfigError> {
    let config = config_path(arguments);
    let file = config.as_deref().map(File::read).transpose()?.unwrap_or_default();
    let ledger = ledger(arguments);
    Ok(Place { file, ledger })
}

/// The configuration in use, if there is one.
pub(crate) fn config_path(arguments: &PlaceArguments) -> Option<PathBuf> {
    arguments.config.clone().or_else(default_config)
}

/// The ledger, which can be told even when the configuration cannot be read.
pub(crate) fn ledger(arguments: &PlaceArguments) -> PathBuf {
    let beside =
        config_path(arguments).as_deref().and_then(Path::parent).map(Path::to_owned).unwrap_or_default();
    let ledger = arguments.ledger.clone().unwrap_or_else(|| beside.join(LEDGER_NAME));
    // In a log that is read later, a path is worth something only when it does not hang on a working directory.
    std::path::absolute(&ledger).unwrap_or(ledger)
}

fn default_config() -> Option<PathBuf> {
    let here = PathBuf::from(FILE_NAME);
    let folder = variable("XDG_CONFIG_HOME").map(PathBuf::from);
    let folder = folder.or_else(|| variable("HOME").map(|home| Path::new(&home).join(".config")));
    let of_user = folder.map(|folder| folder.join("leapsync").join(FILE_NAME));
    [Some(here), of_user].into_iter().flatten().find(|path| path.exists())
}

/// The folder in which leapsync remembers what must outlive a ledger.
pub(crate) fn state_folder() -> Option<PathBuf> {
    let folder = variable("XDG_STATE_HOME").map(PathBuf::from);
    let folder = folder.or_else(|| variable("HOME").map(|home| Path::new(&home).join(".local/state")));
    folder.map(|folder| folder.join("leapsync"))
}

/// The account that the environment names.
pub(crate) fn account() -> Result<config::Account, ConfigError> {
    config::account(&variable)
}

/// The server that the environment names, else the production API.
pub(crate) fn origin() -> Result<Origin, ConfigError> {
    config::origin(&variable)
}

/// Where both halves of the key lie.
pub(crate) fn credential_places() -> [(&'static str, Option<Whence>); 2] {
    config::whences(&variable)
}

/// A variable of the environment; none when it is unset or empty.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}
