//! The runs before: one line each, for a chart and a table of how the nights went.

use jiff::Timestamp;

use super::Summary;

/// One run among others.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// Its number.
    pub id: i64,
    /// The command.
    pub command: String,
    /// When it began.
    pub started_at: Timestamp,
    /// Its exit code; none when it did not end.
    pub code: Option<u8>,
    /// The words for why it ended so.
    pub reasons: Vec<String>,
    /// How long it took, in seconds.
    pub duration_s: Option<f64>,
    /// Clients created.
    pub created: u64,
    /// Clients changed.
    pub updated: u64,
    /// Clients deleted or archived.
    pub deleted: u64,
    /// Clients and rows that were not in sync at its end.
    pub not_in_sync: u64,
    /// Requests.
    pub requests: u64,
}

impl Past {
    /// A run of which only its beginning is known.
    #[must_use]
    pub fn unfinished(id: i64, command: &str, started_at: Timestamp) -> Self {
        Self {
            id,
            command: command.to_owned(),
            started_at,
            code: None,
            reasons: Vec::new(),
            duration_s: None,
            created: 0,
            updated: 0,
            deleted: 0,
            not_in_sync: 0,
            requests: 0,
        }
    }

    /// A run that ended with this summary.
    #[must_use]
    pub fn ended(id: i64, summary: &Summary) -> Self {
        let result = summary.result.unwrap_or_default();
        let rejected = summary.rows.map_or(0, |rows| rows.rejected);
        Self {
            code: Some(summary.exit.code),
            reasons: summary.exit.reasons.clone(),
            duration_s: Some(summary.duration_s),
            created: result.created,
            updated: result.updated,
            deleted: result.deleted + result.archived,
            not_in_sync: rejected + result.failed + result.in_doubt + result.delete_refused + result.held,
            requests: summary.requests.map_or(0, |requests| requests.total),
            ..Self::unfinished(id, &summary.command, summary.started_at)
        }
    }

    /// How many clients it changed.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.created + self.updated + self.deleted
    }
}
