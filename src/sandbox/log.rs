//! The server's own record of every request, for tests and for people who look.
//!
//! In: calls and what became of them. Out: entries, as values and as JSON lines. Secrets never get in.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::call::Call;

/// JSON keys whose values are never kept.
const SECRET_KEYS: [&str; 4] = ["access_token", "token", "client_secret", "password"];

/// One request as the server saw it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogEntry {
    /// When it came in.
    pub at: Timestamp,
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its query, without the question mark.
    pub query: Option<String>,
    /// The status of the answer, even of one that never arrived; 0 when the API never saw the request and nothing was sent.
    pub status: u16,
    /// Its body, if that was JSON, without secrets.
    pub body: Option<Value>,
    /// The fault that struck it.
    pub fault: Option<&'static str>,
    /// Whether it changed the account.
    pub committed: bool,
    /// Whether it was refused with 429.
    pub throttled: bool,
    /// When a late commit landed.
    pub landed_at: Option<Timestamp>,
}

impl LogEntry {
    /// The entry of a call that nothing has answered yet.
    pub(super) fn of(call: &Call<'_>, at: Timestamp) -> Self {
        Self {
            at,
            method: call.method.to_string(),
            path: call.path.to_owned(),
            query: call.query.map(str::to_owned),
            status: 0,
            body: serde_json::from_slice(call.body).ok().map(redact),
            fault: None,
            committed: false,
            throttled: false,
            landed_at: None,
        }
    }
}

fn redact(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        for key in SECRET_KEYS {
            if let Some(value) = fields.get_mut(key) {
                *value = "***".into();
            }
        }
    }
    body
}
