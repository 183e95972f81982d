//! The words for what a run is told: where the server is, how much may be asked of it, and how a run behaves.
//!
//! In: texts from flags, environment or file. Out: typed values with their units. Nothing here reads any of them.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::record::ExternalId;
use crate::secret::Secret;

mod bounds;
mod drift;
mod reading;
pub mod rules;

pub use bounds::{Bound, Bounds, Expected};
pub use drift::{Drift, Preference};
pub use reading::{Delimiter, Encoding, Footer, Header, KeepRows, PATIENCE, Reading, Skim};

use rules::Rules;

/// The production API.
pub const PRODUCTION: &str = "https://api.makeleaps.com";

/// The documented quota: 120 requests a minute and 5,000 a day.
pub const DOCUMENTED: Limits = Limits { per_minute: Some(120), per_day: Some(5_000) };

/// The server's scheme, host and port: all that leapsync ever talks to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(Url);

/// Why a text is not an origin that leapsync would send credentials to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Not a URL.
    #[error("`{0}` is not a URL")]
    NotAUrl(String),
    /// Something follows the host and port.
    #[error("`{0}` must be an origin only, such as `{PRODUCTION}`: no path, no user, no query")]
    NotAnOrigin(String),
    /// `http` to another machine would send the credentials in clear.
    #[error("`{0}` would send the credentials in clear: `http://` is for loopback only, use `https://`")]
    InClear(String),
}

impl Origin {
    /// Whether `url` lies on this origin.
    #[must_use]
    pub fn holds(&self, url: &Url) -> bool {
        self.0.origin() == url.origin()
    }

    /// Whether the host is this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// The URL of `path`, which starts with a slash.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{self}{path}")
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let url = Url::parse(text).map_err(|_| OriginError::NotAUrl(text.to_owned()))?;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if url.host().is_none() || !matches!(url.scheme(), "http" | "https") {
            return Err(OriginError::NotAUrl(text.to_owned()));
        }
        if !bare {
            return Err(OriginError::NotAnOrigin(text.to_owned()));
        }
        let origin = Self(url);
        if origin.0.scheme() == "http" && !origin.is_loopback() {
            return Err(OriginError::InClear(text.to_owned()));
        }
        Ok(origin)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}

/// The key of one `MakeLeaps` account.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The key's public half.
    pub client_id: Secret,
    /// The key's secret half.
    pub client_secret: Secret,
}

/// How many requests may be sent; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Requests in any 60 seconds.
    pub per_minute: Option<u32>,
    /// Requests in any 24 hours.
    pub per_day: Option<u32>,
}

/// Where a limit comes from: what the server says may raise a default, never what a person set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SetBy {
    /// It is the documented default.
    #[default]
    Default,
    /// A person set it.
    Person,
}

/// What ends a run before its work is done, though the server would allow more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// Requests in this run.
    pub requests: Option<u64>,
    /// How long the run may send.
    pub duration: Option<Duration>,
}

/// How requests are paced and bounded.
#[derive(Debug, Clone)]
pub struct Pace {
    /// The server's limits.
    pub limits: Limits,
    /// Where the limit of the minute comes from.
    pub per_minute_set_by: SetBy,
    /// Where the limit of the day comes from.
    pub per_day_set_by: SetBy,
    /// What this run may use at most.
    pub budget: Budget,
    /// Requests of the day's limit that are left to other users of the key.
    pub reserve: u32,
    /// The pace below the limits, in requests a second; `None` is unpaced.
    pub per_second: Option<u32>,
    /// The longest a request may take.
    pub timeout: Duration,
    /// How many requests may be in flight at once.
    pub concurrency: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            limits: DOCUMENTED,
            per_minute_set_by: SetBy::Default,
            per_day_set_by: SetBy::Default,
            budget: Budget::default(),
            reserve: 0,
            per_second: Some(20),
            timeout: Duration::from_secs(30),
            concurrency: 8,
        }
    }
}

/// What becomes of clients that are no longer in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnGone {
    /// They are reported.
    #[default]
    Report,
    /// They are archived, where the server allows that.
    Archive,
    /// They are deleted.
    Delete,
}

/// What happens when the mapping is not the one that the ledger was filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnNewMapping {
    /// The run shows what it would do, and is held.
    #[default]
    Hold,
    /// A person has seen what it does: the run goes on.
    Accept,
}

/// Which clients a run is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All of them: who is not in the file is gone.
    #[default]
    Full,
    /// Those in the file: who is not in it is not looked at.
    Partial,
    /// Those with one of these external ids; other rows of the file are skipped.
    Only(Vec<ExternalId>),
}

/// Whether a new ledger reads the remote list before its first create.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Adoption {
    /// It does, and links the clients that carry a known external id.
    #[default]
    ReadFirst,
    /// It does not: for sandboxes that are known to be empty.
    Skip,
}

/// What one run of `sync` or `plan` is asked to do.
#[derive(Debug, Clone)]
pub struct Job {
    /// The CSV file; `-` is standard input.
    pub input: PathBuf,
    /// How the file is read.
    pub reading: Reading,
    /// Which columns of the file become what.
    pub rules: Rules,
    /// What happens when the mapping is not the one that the ledger was filled with.
    pub on_new_mapping: OnNewMapping,
    /// What becomes of clients that are gone.
    pub on_gone: OnGone,
    /// From how many full runs in a row a client must be absent before that happens, unless the input is known to be
    /// complete; 1 is "at once".
    pub after_runs: u32,
    /// How many deletes and changes pass without a person.
    pub bounds: Bounds,
    /// What the input must be to be complete.
    pub expected: Expected,
    /// Which clients it is about.
    pub scope: Scope,
    /// At most so many clients are created or changed; the rest remains. A limited run deletes nothing.
    pub limit: Option<u64>,
    /// Whether a new ledger reads the remote list first.
    pub adoption: Adoption,
    /// How long after it was sent a create may still land.
    pub settle: Duration,
    /// The folder of the witness that recognises a ledger restored from a backup.
    pub witness: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let origin: Origin = "http://127.0.0.1:8787/".parse().unwrap();
        assert_eq!(origin.at("/api/"), "http://127.0.0.1:8787/api/");
        assert!(origin.holds(&Url::parse("http://127.0.0.1:8787/api/partner/").unwrap()));
        assert!(!origin.holds(&Url::parse("http://127.0.0.1:8788/api/partner/").unwrap()));
    }

    #[test]
    fn credentials_never_travel_in_clear_to_another_machine() {
        let refused = "http://api.example.com".parse::<Origin>();
        assert!(matches!(refused, Err(OriginError::InClear(_))));
        assert!("http://localhost:1".parse::<Origin>().is_ok());
        assert!("http://[::1]:1".parse::<Origin>().is_ok());
        assert!("https://api.example.com".parse::<Origin>().is_ok());
    }

    #[test]
    fn a_path_or_a_user_in_the_origin_is_refused() {
        for text in ["https://api.example.com/api", "https://me@api.example.com", "ftp://x", "nonsense"] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
