//! Tokens: asking for one, taking one back, and telling a good one from a bad one.
//!
//! In: the Basic header and form of the token calls, the Bearer header of all others. Out: outcomes. Tokens live in memory only.

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::json;
use url::form_urlencoded;

use super::call::Call;
use super::mids;
use super::outcome::{Body, Outcome};
use super::texts::Text;

const ID: u64 = 0x6964;
const SECRET: u64 = 0x7365_6372;
const TOKEN: u64 = 0x746f_6b65;
/// How many characters of an opaque text make a client id.
const ID_LENGTH: usize = 40;

/// The one key of the account and the tokens it has been given.
#[derive(Debug)]
pub(super) struct Keys {
    seed: u64,
    pub(super) id: String,
    pub(super) secret: String,
    lifetime: Duration,
    given: u64,
    /// Until when each token is good.
    tokens: HashMap<String, Timestamp>,
}

impl Keys {
    pub(super) fn new(seed: u64, lifetime: Duration) -> Self {
        let mut id = mids::opaque(seed, ID, 0);
        id.truncate(ID_LENGTH);
        Self { seed, id, secret: mids::opaque(seed, SECRET, 0), lifetime, given: 0, tokens: HashMap::new() }
    }

    pub(super) fn revoke_all(&mut self) {
        self.tokens.clear();
    }

    /// Whether the call carries the key itself.
    pub(super) fn knows_client(&self, call: &Call<'_>) -> bool {
        let basic = call.header("authorization").and_then(|value| value.strip_prefix("Basic "));
        let decoded = basic.and_then(|basic| STANDARD.decode(basic.trim()).ok());
        decoded.is_some_and(|decoded| decoded == format!("{}:{}", self.id, self.secret).as_bytes())
    }

    /// `None` when the call carries a good token, else the refusal.
    pub(super) fn refuse_bearer(&self, call: &Call<'_>, now: Timestamp) -> Option<Outcome> {
        let token = call.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let good = token.and_then(|token| self.tokens.get(token.trim())).is_some_and(|until| now < *until);
        if good {
            return None;
        }
        let challenge = if token.is_some() {
            "Bearer realm=\"api\",error=\"invalid_token\",error_description=\"The access token is invalid.\""
        } else {
            "Bearer realm=\"api\""
        };
        Some(Outcome::detail(401, &Text::NoCredentials, call.lang).with("www-authenticate", challenge))
    }

    /// Gives out a new token.
    pub(super) fn grant(&mut self, call: &Call<'_>, now: Timestamp) -> Outcome {
        match form_value(call, "grant_type").as_deref() {
            Some("client_credentials") => {}
            Some(_) => return Outcome::bare(400, json!({"error": "unsupported_grant_type"})),
            None => return Outcome::bare(400, json!({"error": "invalid_request"})),
        }
        self.given += 1;
        let token = mids::opaque(self.seed, TOKEN, self.given);
        let until = now.saturating_add(self.lifetime).unwrap_or(Timestamp::MAX);
        self.tokens.insert(token.clone(), until);
        let body = json!({
            "access_token": token,
            "expires_in": self.lifetime.as_secs(),
            "token_type": "Bearer",
            "scope": "read write",
        });
        Outcome::bare(200, body).with("cache-control", "no-store").with("pragma", "no-cache")
    }

    /// Takes a token back; an unknown token is no error.
    pub(super) fn revoke(&mut self, call: &Call<'_>) -> Outcome {
        match form_value(call, "token") {
            Some(token) => {
                self.tokens.remove(&token);
                Outcome::new(200, Body::Nothing)
            }
            None => Outcome::bare(400, json!({"error": "invalid_request"})),
        }
    }
}

/// The refusal of a wrong key.
pub(super) fn invalid_client() -> Outcome {
    Outcome::bare(401, json!({"error": "invalid_client"}))
        .with("www-authenticate", "Bearer, error=\"invalid_client\"")
}

fn form_value(call: &Call<'_>, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(call.body);
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
