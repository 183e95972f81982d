//! The settings in force, and where each comes from.

use std::path::Path;

use leapsync::config::File;
use leapsync::settings::{Origin, PRODUCTION, Pace};
use leapsync::texts::Texts;
use serde_json::{Value, json};

use super::check::{Check, SETTINGS, State};
use crate::cli::args::DoctorArguments;
use crate::cli::output::safe;
use crate::cli::place;

/// Where a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    Flag,
    Environment,
    File,
    Default,
}

impl From {
    fn key(self) -> &'static str {
        match self {
            Self::Flag => "doctor-from-flag",
            Self::Environment => "doctor-from-environment",
            Self::File => "doctor-from-file",
            Self::Default => "doctor-from-default",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        }
    }

    /// The strongest of those that are given.
    fn strongest(flag: Option<()>, file: Option<()>) -> Self {
        match (flag, file) {
            (Some(()), _) => Self::Flag,
            (None, Some(())) => Self::File,
            (None, None) => Self::Default,
        }
    }
}

/// One setting.
struct Setting {
    name: &'static str,
    value: String,
    from: From,
}

/// All that is in force, in the order of the README's table.
pub(super) struct InForce(Vec<Setting>);

impl InForce {
    pub(super) fn new(
        arguments: &DoctorArguments,
        file: &File,
        ledger: &Path,
        pace: &Pace,
        origin: Option<&Origin>,
    ) -> Self {
        let flag = |given: bool| given.then_some(());
        let number = |limit: Option<u32>| limit.unwrap_or_default().to_string();
        let (flags, quota) = (&arguments.pace, &file.quota);
        let by = |flag_given: bool, file_given: bool| From::strongest(flag(flag_given), flag(file_given));
        let drift = file.drift.drift();
        let drifts = drift.fields.iter().map(|(field, prefer)| format!("{}={}", field.name(), prefer.name()));
        let drifts: Vec<String> = std::iter::once(drift.prefer.name().to_owned()).chain(drifts).collect();
        let server = origin.map_or_else(|| PRODUCTION.to_owned(), ToString::to_string);
        let settings = vec![
            Setting { name: "server", value: server, from: variable("MAKELEAPS_BASE_URL") },
            Setting {
                name: "ledger",
                value: safe(&ledger.display().to_string()),
                from: flag_or_variable("--ledger", "LEAPSYNC_LEDGER"),
            },
            Setting {
                name: "per_minute",
                value: number(pace.limits.per_minute),
                from: by(flags.per_minute.is_some(), quota.per_minute.is_some()),
            },
            Setting {
                name: "per_day",
                value: number(pace.limits.per_day),
                from: by(flags.per_day.is_some(), quota.per_day.is_some()),
            },
            Setting { name: "reserve", value: pace.reserve.to_string(), from: by(false, quota.reserve > 0) },
            Setting {
                name: "pace_per_second",
                value: number(pace.per_second),
                from: by(false, quota.pace_per_second.is_some()),
            },
            Setting {
                name: "concurrency",
                value: pace.concurrency.to_string(),
                from: by(flags.concurrency.is_some(), false),
            },
            Setting {
                name: "timeout",
                value: format!("{}s", pace.timeout.as_secs()),
                from: by(flags.timeout.is_some(), file.http.timeout.is_some()),
            },
            Setting {
                name: "drift",
                value: drifts.join(" "),
                from: by(false, drift != leapsync::settings::Drift::default()),
            },
        ];
        Self(settings)
    }

    /// What is not as it is by default; all of it when asked for.
    pub(super) fn check(&self, texts: Texts, all: bool) -> Check {
        let own: Vec<&Setting> = self.0.iter().filter(|setting| setting.from != From::Default).collect();
        let said = if own.is_empty() {
            texts.say("doctor-settings-default")
        } else {
            texts.say_with("doctor-settings-own", &[("count", own.len().into())])
        };
        let mut check = Check::new(SETTINGS, State::Ok, said);
        let shown = self.0.iter().filter(|setting| all || setting.from != From::Default);
        check.more = shown
            .map(|Setting { name, value, from }| format!("{name} = {value} ({})", texts.say(from.key())))
            .collect();
        check
    }

    /// The settings as scripts read them.
    pub(super) fn json(&self) -> Value {
        let object = |Setting { name, value, from }: &Setting| json!({"name": name, "value": value, "from": from.name()});
        self.0.iter().map(object).collect()
    }
}

fn variable(name: &str) -> From {
    if place::variable(name).is_some() { From::Environment } else { From::Default }
}

/// The arguments hold the same for a flag and for its variable; what was typed tells them apart.
fn flag_or_variable(flag: &str, name: &str) -> From {
    let is_flag = |argument: std::ffi::OsString| {
        let argument = argument.to_string_lossy();
        argument == flag || argument.strip_prefix(flag).is_some_and(|rest| rest.starts_with('='))
    };
    if std::env::args_os().any(is_flag) { From::Flag } else { variable(name) }
}
