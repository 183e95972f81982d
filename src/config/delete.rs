//! The section `[delete]`: what becomes of clients that are gone from the file, and how sure one must be of that.
//!
//! In: its keys as they are written, and the flag that is stronger. Out: typed settings.

use serde::Deserialize;
use serde::de::Error;

use super::File;
use crate::settings::{Bound, OnGone};

/// From so many full runs in a row a client must be absent, if nothing else is said.
const AFTER_RUNS: u32 = 2;
/// The most that may be asked for.
const LONGEST_WAIT: u32 = 365;

/// `[delete]`.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeleteSection {
    /// `"report"`, `"archive"` or `"delete"`.
    how: Option<How>,
    /// From how many full runs in a row a client must be absent.
    after_runs: Option<Runs>,
    /// The most that are deleted without an approval: a number, or a text such as `"5%"`.
    max: Option<Most>,
}

/// What becomes of clients that are gone, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deleting {
    /// What becomes of them.
    pub how: OnGone,
    /// From how many full runs in a row a client must be absent.
    pub after_runs: u32,
    /// The most that are deleted without an approval.
    pub most: Option<Bound>,
}

/// The settings of flag, file and default.
#[must_use]
pub fn deleting(flag: Option<OnGone>, file: &File) -> Deleting {
    let DeleteSection { how, after_runs, max } = file.delete;
    Deleting {
        how: flag.or(how.map(|How(how)| how)).unwrap_or_default(),
        after_runs: after_runs.map_or(AFTER_RUNS, |Runs(runs)| runs),
        most: max.map(|Most(most)| most),
    }
}

#[derive(Debug, Clone, Copy)]
struct How(OnGone);

impl<'de> Deserialize<'de> for How {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match String::deserialize(from)?.as_str() {
            "report" => Ok(Self(OnGone::Report)),
            "archive" => Ok(Self(OnGone::Archive)),
            "delete" => Ok(Self(OnGone::Delete)),
            word => Err(D::Error::custom(format!(
                "`{word}` says nothing of clients that are gone: write \"report\", \"archive\" or \"delete\""
            ))),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Runs(u32);

impl<'de> Deserialize<'de> for Runs {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let runs = u32::deserialize(from)?;
        if (1..=LONGEST_WAIT).contains(&runs) {
            Ok(Self(runs))
        } else {
            Err(D::Error::custom(format!("`{runs}` is not a number of runs from 1 to {LONGEST_WAIT}")))
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Most(Bound);

/// What may stand behind `max =`.
#[derive(Deserialize)]
#[serde(untagged, expecting = "write a number or a share, such as 20 or \"5%\"")]
enum MostText {
    Count(u64),
    Text(String),
}

impl<'de> Deserialize<'de> for Most {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match MostText::deserialize(from)? {
            MostText::Count(count) => Ok(Self(Bound::Count(count))),
            MostText::Text(text) => text.parse().map(Self).map_err(D::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, flag: Option<OnGone>) -> Result<Deleting, String> {
        let file: File = toml::from_str(text).map_err(|error: toml::de::Error| error.message().to_owned())?;
        Ok(deleting(flag, &file))
    }

    #[test]
    fn nothing_said_reports_and_a_flag_is_stronger_than_the_file() {
        let default = Deleting { how: OnGone::Report, after_runs: AFTER_RUNS, most: None };
        assert_eq!(read("", None), Ok(default));
        let said = "[delete]\nhow = \"delete\"\nafter_runs = 1\nmax = \"5%\"";
        let expected = Deleting { how: OnGone::Delete, after_runs: 1, most: Some(Bound::Percent(5)) };
        assert_eq!(read(said, None), Ok(expected));
        assert_eq!(read(said, Some(OnGone::Report)).unwrap().how, OnGone::Report);
        assert_eq!(read("[delete]\nmax = 20", None).unwrap().most, Some(Bound::Count(20)));
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (said, message) in [
            ("how = \"yes\"", "`yes` says nothing"),
            ("after_runs = 0", "`0` is not a number of runs"),
            ("max = \"many\"", "`many` is neither"),
            ("max = true", "write a number or a share"),
            ("after = 1", "unknown field `after`"),
        ] {
            let error = read(&format!("[delete]\n{said}"), None).unwrap_err();
            assert!(error.contains(message), "{said}: {error}");
        }
    }
}
