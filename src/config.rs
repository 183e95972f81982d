//! Configuration: `leapsync.toml`, environment and flags become the settings of a run.
//!
//! In: the texts of all three, read by the program. Out: typed settings, or an error that names the key and where it
//! was written. Precedence: flag, environment, file, default. Nothing here reads the environment or prints.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::SignedDuration;
use serde::Deserialize;

use crate::record::{Column, Mid};
use crate::secret::Secret;
use crate::settings::rules::{self, Rules, TextFrom};
use crate::settings::{
    Budget, Credentials, DOCUMENTED, Header, Limits, Origin, OriginError, PRODUCTION, Pace, SetBy,
};

mod delete;
mod drift;
mod input;
mod map;
mod rule;

pub use delete::{DeleteSection, Deleting, deleting};
pub use drift::DriftSection;
pub use input::InputSection;
pub use map::MapSection;

/// The name of the configuration file.
pub const FILE_NAME: &str = "leapsync.toml";
/// The name of the ledger, beside the configuration file in use or in the working directory.
pub const LEDGER_NAME: &str = "leapsync.db";
/// How long after it was sent a create may still land.
const SETTLE: Duration = Duration::from_mins(2);

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read `{path}`")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{path}: {message}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong and where.
        message: String,
    },
    /// The server's address cannot be used.
    #[error("`MAKELEAPS_BASE_URL`: {0}")]
    Origin(#[from] OriginError),
    /// A credential is missing.
    #[error("`{0}` is not set")]
    NoCredential(&'static str),
    /// The partner's mid is not one.
    #[error("`MAKELEAPS_PARTNER_MID`: `{0}` is not a mid")]
    PartnerMid(String),
    /// The settle time is not longer than the time-out.
    #[error(
        "the settle time ({settle:?}) must be longer than the time-out ({timeout:?}): an answer that is still on its \
         way must not be taken for lost"
    )]
    SettleTooShort {
        /// The settle time.
        settle: Duration,
        /// The time-out.
        timeout: Duration,
    },
}

/// `leapsync.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// Which columns of the file become which fields.
    pub map: MapSection,
    /// The form of the file, and which of its rows count.
    pub input: InputSection,
    /// What becomes of clients that are gone.
    pub delete: DeleteSection,
    /// Who wins where people changed something on the server.
    pub drift: DriftSection,
    /// Limits and pace.
    pub quota: QuotaSection,
    /// The connection.
    pub http: HttpSection,
}

/// `[quota]`.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct QuotaSection {
    /// Requests in any 60 seconds; 0 is no limit.
    pub per_minute: Option<u32>,
    /// Requests in any 24 hours; 0 is no limit.
    pub per_day: Option<u32>,
    /// Requests of the day that are left to other users of the key.
    pub reserve: u32,
    /// The pace below the limits; 0 is unpaced.
    pub pace_per_second: Option<u32>,
}

/// `[http]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpSection {
    /// The longest a request may take, such as `"30s"`.
    pub timeout: Option<Span>,
}

/// A duration as people write it: `90s`, `15m`, `2h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

impl std::str::FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("`{text}` is not a duration: write `90s`, `15m` or `2h`");
        let span: SignedDuration = text.parse().map_err(|_| refused())?;
        Duration::try_from(span).map(Self).map_err(|_| refused())
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl File {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// When it cannot be read, is not TOML, or holds a key that leapsync does not know.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let failed = |message: &str| ConfigError::File { path: path.to_owned(), message: message.to_owned() };
        let file: Self = toml::from_str(&text).map_err(|error| failed(error.to_string().trim_end()))?;
        file.says_where_its_header_is().map_err(failed)?;
        Ok(file)
    }

    /// Columns that are named by number alone know no header, and a header that is guessed could be a customer.
    fn says_where_its_header_is(&self) -> Result<(), &'static str> {
        let key = self.map.columns.get(&Column::ExternalId).map(|rule| &rule.text);
        let by_number = matches!(key, Some(TextFrom::Columns { columns, .. })
            if columns.iter().all(|column| matches!(column, rules::Header::At(_))));
        if by_number && self.input.reading().header == Header::Auto {
            return Err(
                "`client_external_id` is the number of a column: say under `[input]` where the header is, \
                        `header = \"none\"` or the number of its row",
            );
        }
        Ok(())
    }

    /// The rules of the mapping.
    #[must_use]
    pub fn rules(&self) -> Rules {
        let yielded = self.drift.drift().yielded();
        Rules { yielded, ..map::rules(&self.map, &self.input) }
    }
}

/// What flags say of limits and pace; none where a flag is not given.
#[derive(Debug, Clone, Copy, Default)]
pub struct PaceFlags {
    /// Requests in any 60 seconds; 0 is no limit.
    pub per_minute: Option<u32>,
    /// Requests in any 24 hours; 0 is no limit.
    pub per_day: Option<u32>,
    /// Requests in flight at once.
    pub concurrency: Option<usize>,
    /// The longest a request may take.
    pub timeout: Option<Span>,
    /// Requests in this run.
    pub max_requests: Option<u64>,
    /// How long the run may send.
    pub max_duration: Option<Span>,
}

/// Limits and pace from flags, file and defaults.
#[must_use]
pub fn pace(flags: PaceFlags, file: &File) -> Pace {
    let limit = |flag: Option<u32>, file: Option<u32>, default: Option<u32>| match flag.or(file) {
        Some(0) => None,
        Some(limit) => Some(limit),
        None => default,
    };
    let set_by = |flag: Option<u32>, file: Option<u32>| match flag.or(file) {
        Some(_) => SetBy::Person,
        None => SetBy::Default,
    };
    let default = Pace::default();
    Pace {
        per_minute_set_by: set_by(flags.per_minute, file.quota.per_minute),
        per_day_set_by: set_by(flags.per_day, file.quota.per_day),
        budget: Budget { requests: flags.max_requests, duration: flags.max_duration.map(|span| span.0) },
        limits: Limits {
            per_minute: limit(flags.per_minute, file.quota.per_minute, DOCUMENTED.per_minute),
            per_day: limit(flags.per_day, file.quota.per_day, DOCUMENTED.per_day),
        },
        reserve: file.quota.reserve,
        per_second: limit(file.quota.pace_per_second, None, default.per_second),
        timeout: flags.timeout.or(file.http.timeout).map_or(default.timeout, |span| span.0),
        concurrency: flags.concurrency.unwrap_or(default.concurrency).max(1),
    }
}

/// The settle time, which must be longer than the time-out.
///
/// # Errors
/// [`ConfigError::SettleTooShort`] otherwise.
pub fn settle(flag: Option<Span>, timeout: Duration) -> Result<Duration, ConfigError> {
    let settle = flag.map_or(SETTLE, |span| span.0);
    if settle <= timeout {
        return Err(ConfigError::SettleTooShort { settle, timeout });
    }
    Ok(settle)
}

/// Who the server is, and who we are to it.
#[derive(Debug, Clone)]
pub struct Account {
    /// The server.
    pub origin: Origin,
    /// The key.
    pub credentials: Credentials,
    /// The partner, when it was named.
    pub partner: Option<Mid>,
}

/// Reads one variable of the environment; none when it is unset or empty.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

const CLIENT_ID: &str = "MAKELEAPS_CLIENT_ID";
const CLIENT_SECRET: &str = "MAKELEAPS_CLIENT_SECRET";

/// The account that the environment names.
///
/// # Errors
/// When a credential is missing or unreadable, or the address or the partner's mid cannot be used.
pub fn account(environment: Environment<'_>) -> Result<Account, ConfigError> {
    let origin = origin(environment)?;
    let client_id = credential(CLIENT_ID, environment)?;
    let client_secret = credential(CLIENT_SECRET, environment)?;
    let partner = match environment("MAKELEAPS_PARTNER_MID") {
        Some(text) => Some(Mid::parse(&text).ok_or(ConfigError::PartnerMid(text))?),
        None => None,
    };
    Ok(Account { origin, credentials: Credentials { client_id, client_secret }, partner })
}

/// The server that the environment names, else the production API.
///
/// # Errors
/// When its address cannot be used.
pub fn origin(environment: Environment<'_>) -> Result<Origin, ConfigError> {
    let origin = environment("MAKELEAPS_BASE_URL").unwrap_or_else(|| PRODUCTION.to_owned());
    Ok(origin.parse()?)
}

/// Where a credential lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whence {
    /// In its variable.
    Variable,
    /// In a file: the one that `…_FILE` names, or one in the service manager's folder.
    File(PathBuf),
}

/// Where both halves of the key lie, by the names of their variables; none where there is none.
#[must_use]
pub fn whences(environment: Environment<'_>) -> [(&'static str, Option<Whence>); 2] {
    [CLIENT_ID, CLIENT_SECRET].map(|name| (name, whence(name, environment)))
}

/// From its variable, from the file that `…_FILE` names, or from the service manager's folder.
fn whence(name: &str, environment: Environment<'_>) -> Option<Whence> {
    if environment(name).is_some() {
        return Some(Whence::Variable);
    }
    let named = environment(&format!("{name}_FILE")).map(PathBuf::from);
    let in_folder = || environment("CREDENTIALS_DIRECTORY").map(|folder| Path::new(&folder).join(name));
    named.or_else(|| in_folder().filter(|path| path.exists())).map(Whence::File)
}

fn credential(name: &'static str, environment: Environment<'_>) -> Result<Secret, ConfigError> {
    let path = match whence(name, environment).ok_or(ConfigError::NoCredential(name))? {
        Whence::Variable => return Ok(Secret::new(&environment(name).unwrap_or_default())),
        Whence::File(path) => path,
    };
    let text = std::fs::read_to_string(&path).map_err(|source| ConfigError::Unreadable { path, source })?;
    let secret = Secret::new(&text);
    if secret.is_empty() { Err(ConfigError::NoCredential(name)) } else { Ok(secret) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        move |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, text)| (*text).to_owned())
    }

    fn file(text: &str) -> Result<File, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_flag_is_stronger_than_the_file_and_zero_means_no_limit() {
        let file = file("[quota]\nper_minute = 60\nper_day = 100\n[http]\ntimeout = \"10s\"").unwrap();
        let flags = PaceFlags { per_day: Some(0), ..PaceFlags::default() };
        let pace = pace(flags, &file);
        assert_eq!(pace.limits, Limits { per_minute: Some(60), per_day: None });
        assert_eq!(pace.timeout, Duration::from_secs(10));
    }

    #[test]
    fn a_key_that_does_not_exist_is_an_error_that_names_it() {
        let error = file("[quota]\nper_hour = 1").unwrap_err();
        assert!(error.contains("per_hour"), "{error}");
    }

    #[test]
    fn a_key_that_is_a_number_needs_to_know_the_header() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leapsync.toml");
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            File::read(&path).map(drop).map_err(|error| error.to_string())
        };
        assert!(read("[map]\nclient_external_id = 1").unwrap_err().contains("header = \"none\""));
        assert_eq!(read("[input]\nheader = \"none\"\n[map]\nclient_external_id = 1"), Ok(()));
        assert_eq!(read("[map]\nclient_external_id = \"code\"\nname = 2"), Ok(()));
    }

    #[test]
    fn a_key_of_several_columns_keeps_customers_apart() {
        let key =
            |more: &str| file(&format!("[map]\nclient_external_id = {{ columns = [\"a\", \"b\"]{more} }}"));
        assert!(key("").unwrap_err().contains("join"));
        assert!(key(", join = \"-\"").is_ok());
        assert!(key(", pad = [6, 2]").is_ok());
    }

    #[test]
    fn durations_are_written_as_people_write_them() {
        let span = |text: &str| text.parse::<Span>().map(|span| span.0.as_secs());
        assert_eq!(span("90s"), Ok(90));
        assert_eq!(span("15m"), Ok(900));
        assert_eq!(span("2h"), Ok(7_200));
        assert!(span("soon").is_err());
        assert!(span("-5s").is_err());
    }

    #[test]
    fn the_settle_time_is_longer_than_the_time_out() {
        let timeout = Duration::from_secs(30);
        assert!(settle(Some(Span(timeout)), timeout).is_err());
        assert_eq!(settle(None, timeout).unwrap(), SETTLE);
    }

    #[test]
    fn without_credentials_the_missing_one_is_named() {
        let error = account(&env(&[("MAKELEAPS_CLIENT_ID", "a")])).unwrap_err();
        assert_eq!(error.to_string(), "`MAKELEAPS_CLIENT_SECRET` is not set");
    }

    #[test]
    fn a_secret_may_lie_in_a_file_and_its_line_end_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("MAKELEAPS_CLIENT_SECRET"), "hush\n").unwrap();
        let path = folder.path().display().to_string();
        let environment = |name: &str| match name {
            "MAKELEAPS_CLIENT_ID" => Some("id".to_owned()),
            "CREDENTIALS_DIRECTORY" => Some(path.clone()),
            _ => None,
        };
        let account = account(&environment).unwrap();
        assert_eq!(account.credentials.client_secret.expose(), "hush");
        assert_eq!(account.origin.to_string(), PRODUCTION);
    }
}
