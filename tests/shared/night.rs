//! One run, as leapsync told it and as the server saw it.

use leapsync::event::{Ending, Event};
use leapsync::journal::Outcome;
use leapsync::plan::Change;
use leapsync::report::{Results, Summary};
use leapsync::sandbox::LogEntry;
use leapsync::sync::{Stale, SyncError};
use serde_json::Value;

/// One run.
#[derive(Debug)]
pub(crate) struct Night {
    pub(crate) csv: String,
    pub(crate) summary: Summary,
    pub(crate) error: Option<SyncError>,
    pub(crate) events: Vec<Event>,
    /// The server's log of this run.
    pub(crate) log: Vec<LogEntry>,
}

impl Night {
    pub(crate) fn code(&self) -> u8 {
        self.summary.exit.code
    }

    pub(crate) fn reasons(&self) -> Vec<&str> {
        self.summary.exit.reasons.iter().map(String::as_str).collect()
    }

    /// Code and reasons at once.
    pub(crate) fn end(&self) -> (u8, Vec<&str>) {
        (self.code(), self.reasons())
    }

    /// Why a saved plan could not be applied, if it could not.
    pub(crate) fn stale(&self) -> Option<Stale> {
        if let Some(SyncError::Stale(what)) = &self.error { Some(*what) } else { None }
    }

    pub(crate) fn result(&self) -> Results {
        self.summary.result.unwrap()
    }

    pub(crate) fn endings(&self) -> impl Iterator<Item = &Ending> {
        self.events.iter().filter_map(|event| match event {
            Event::Ended(ending) => Some(&**ending),
            _ => None,
        })
    }

    pub(crate) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.events.iter().filter_map(|event| match event {
            Event::Change(change) => Some(&**change),
            _ => None,
        })
    }

    /// How the client ended.
    #[track_caller]
    pub(crate) fn ending(&self, id: &str) -> &Ending {
        let mut found = self.endings().filter(|ending| is_of(ending, id));
        let ending = found.next().unwrap_or_else(|| panic!("{id} did not end"));
        assert!(found.next().is_none(), "{id} ended twice");
        ending
    }

    #[track_caller]
    pub(crate) fn outcome(&self, id: &str) -> Outcome {
        self.ending(id).outcome
    }

    /// Every request behind token and partner, as the server saw it: method and path behind the partner.
    pub(crate) fn sent(&self) -> Vec<String> {
        let beginning = ["POST /user/oauth2/token/", "GET /api/partner/"];
        let all = self.log.iter().map(line);
        all.filter(|line| !beginning.contains(&line.as_str())).collect()
    }

    /// How often this request was sent.
    pub(crate) fn count(&self, request: &str) -> usize {
        self.log.iter().filter(|entry| line(entry) == request).count()
    }

    /// Every request that could change a client, in the order in which they came in.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.sent().into_iter().filter(|line| !line.starts_with("GET ")).collect()
    }

    /// The body of the only request of this kind.
    #[track_caller]
    pub(crate) fn body(&self, request: &str) -> &Value {
        let found: Vec<&LogEntry> = self.log.iter().filter(|entry| line(entry) == request).collect();
        assert_eq!(found.len(), 1, "{request} in {:?}", self.sent());
        found[0].body.as_ref().unwrap()
    }

    /// How long it took, in seconds of the clock.
    pub(crate) fn seconds(&self) -> f64 {
        self.summary.duration_s
    }
}

fn is_of(ending: &Ending, id: &str) -> bool {
    ending.external_id.as_ref().is_some_and(|external_id| external_id.as_str() == id)
}

/// Method and path; what stands before the partner's own objects is left out.
pub(crate) fn line(entry: &LogEntry) -> String {
    let behind = entry.path.strip_prefix("/api/partner/").and_then(|rest| rest.split_once('/'));
    let path = match behind {
        Some((_, path)) => format!("/{path}"),
        None => entry.path.clone(),
    };
    format!("{} {path}", entry.method)
}
