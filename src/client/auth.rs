//! Who we are: the token by client credentials, and the partner that the key belongs to.

use base64::Engine;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{Method, StatusCode};
use serde_json::Value;

use super::object;
use super::session::{MOST_TRIES, Session};
use super::{NoSlot, ReadError, answer};
use crate::operation::Verdict;
use crate::plan::{Digest, Digester};
use crate::record::Mid;
use crate::secret::Secret;
use crate::settings::{Credentials, Origin};
use crate::wire::{Request, Response};

/// Why no run can begin.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The server does not accept the key.
    #[error("the server does not accept the credentials ({status})")]
    Credentials {
        /// The HTTP status of the token call.
        status: u16,
    },
    /// The key sees no partner.
    #[error("the key sees no partner")]
    NoPartner,
    /// The key sees other partners than the one that was asked for.
    #[error("the key does not see partner `{asked}`")]
    OtherPartner {
        /// The partner that was asked for.
        asked: Mid,
    },
    /// The key sees several partners, so that one must be named.
    #[error("the key sees several partners: {}", .seen.iter().map(Mid::as_str).collect::<Vec<_>>().join(", "))]
    WhichPartner {
        /// All of them.
        seen: Vec<Mid>,
    },
    /// The server cannot be reached or does not answer as an API.
    #[error("the API cannot be reached: {0}")]
    Unreachable(String),
    /// The quota does not allow even that.
    #[error(transparent)]
    NoSlot(#[from] NoSlot),
}

impl From<ReadError> for ConnectError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NoSlot(no_slot) => Self::NoSlot(no_slot),
            other => Self::Unreachable(other.to_string()),
        }
    }
}

/// By what a key is known again, without being known: the key's public half together with the account, as a digest.
#[must_use]
pub fn key_mark(credentials: &Credentials, origin: &Origin, partner: &Mid) -> Digest {
    let mut digester = Digester::default();
    for text in [origin.to_string().as_str(), partner.as_str(), credentials.client_id.expose()] {
        digester.add(text);
    }
    digester.finish()
}

impl Session {
    /// Asks for a token and keeps it in memory; asking again is always allowed, so failures are tried again.
    pub(super) async fn ask_for_token(&self) -> Result<(), ConnectError> {
        let mut last = String::new();
        for tries in 1..=MOST_TRIES {
            let slot = self.limiter.slot().await?;
            let sent = self.send_raw(slot, self.token_request()?).await;
            match sent {
                Ok(response) if response.status() == StatusCode::OK => {
                    if let Some(token) = token_in(&response) {
                        self.keep_token(token);
                        return Ok(());
                    }
                    "the token call did not answer with a token".clone_into(&mut last);
                }
                Ok(response) if is_refusal(response.status()) => {
                    return Err(ConnectError::Credentials { status: response.status().as_u16() });
                }
                Ok(response) => last = format!("the token call answered {}", response.status()),
                Err(error) => last = error.to_string(),
            }
            if tries < MOST_TRIES {
                self.tally.count_retried();
                tokio::time::sleep(self.pause(tries)).await;
            }
        }
        Err(ConnectError::Unreachable(last))
    }

    fn token_request(&self) -> Result<Request, ConnectError> {
        let key =
            format!("{}:{}", self.credentials.client_id.expose(), self.credentials.client_secret.expose());
        let basic = base64::engine::general_purpose::STANDARD.encode(key);
        http::Request::builder()
            .method(Method::POST)
            .uri(self.origin.at("/user/oauth2/token/"))
            .header(AUTHORIZATION, format!("Basic {basic}"))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body("grant_type=client_credentials".into())
            .map_err(|error| ConnectError::Unreachable(error.to_string()))
    }

    /// Finds the partner that the key belongs to, which must be `asked` when one was named.
    pub(super) async fn find_partner(&self, asked: Option<Mid>) -> Result<Mid, ConnectError> {
        let answer = self.read("/api/partner/").await?;
        match (answer.verdict, answer.status, answer.body) {
            (Verdict::Done, _, Some(body)) => choose(object::mids_in(object::inside(&body)), asked),
            (_, Some(403), _) => Err(ConnectError::Credentials { status: 403 }),
            // The key was good enough for a token a moment ago.
            (_, Some(401), _) => Err(ConnectError::Unreachable("it takes back its own tokens".to_owned())),
            _ => Err(ConnectError::Unreachable(answer.message)),
        }
    }
}

fn choose(mut seen: Vec<Mid>, asked: Option<Mid>) -> Result<Mid, ConnectError> {
    match (asked, seen.len()) {
        (Some(asked), _) if seen.contains(&asked) => Ok(asked),
        (Some(asked), _) => Err(ConnectError::OtherPartner { asked }),
        (None, 1) => Ok(seen.remove(0)),
        (None, 0) => Err(ConnectError::NoPartner),
        (None, _) => Err(ConnectError::WhichPartner { seen }),
    }
}

fn is_refusal(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 403)
}

fn token_in(response: &Response) -> Option<Secret> {
    let document: Value = answer::json(response)?;
    document.get("access_token")?.as_str().filter(|token| !token.is_empty()).map(Secret::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mids(texts: &[&str]) -> Vec<Mid> {
        texts.iter().filter_map(|text| Mid::parse(text)).collect()
    }

    #[test]
    fn a_key_has_a_mark_of_its_own_in_each_account_whatever_its_secret() {
        let origin: Origin = "https://api.example.com".parse().unwrap();
        let mark = |id: &str, secret: &str, partner: &str| {
            let credentials = Credentials { client_id: Secret::new(id), client_secret: Secret::new(secret) };
            key_mark(&credentials, &origin, &Mid::parse(partner).unwrap())
        };
        assert_eq!(mark("key", "old", "1"), mark("key", "new", "1"));
        assert_ne!(mark("key", "old", "1"), mark("other", "old", "1"));
        assert_ne!(mark("key", "old", "1"), mark("key", "old", "2"));
    }

    #[test]
    fn the_only_partner_of_a_key_needs_no_name_and_one_of_several_does() {
        assert_eq!(choose(mids(&["1"]), None).unwrap(), mids(&["1"])[0]);
        assert!(matches!(choose(mids(&["1", "2"]), None), Err(ConnectError::WhichPartner { .. })));
        assert_eq!(choose(mids(&["1", "2"]), Mid::parse("2")).unwrap(), mids(&["2"])[0]);
        assert!(matches!(choose(mids(&["1"]), Mid::parse("2")), Err(ConnectError::OtherPartner { .. })));
        assert!(matches!(choose(Vec::new(), None), Err(ConnectError::NoPartner)));
    }
}
