//! One authenticated conversation: every request of the client goes out here, once or, where that is safe, again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE};
use http::{Method, StatusCode};
use serde_json::Value;

use super::answer::{self, Answer};
use super::limiter::{Limiter, NoSlot, Slot};
use super::tally::Tally;
use super::{ConnectError, ReadError, Setup};
use crate::clock::Clock;
use crate::operation::Verdict;
use crate::secret::Secret;
use crate::settings::{Credentials, Origin};
use crate::wire::{Request, Response, Transport, TransportError};

/// The largest answer that holds one object.
const OBJECT_CAP: usize = 1 << 20;
/// The largest answer that holds a page of a list.
const PAGE_CAP: usize = 8 << 20;
/// How often a request that may be repeated is sent at most.
pub(super) const MOST_TRIES: u32 = 4;
/// The first pause between two tries; it doubles, and chance makes it up to half as long again.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The token in use; tokens are numbered as they come.
#[derive(Default)]
struct Token {
    secret: Option<Secret>,
    number: u64,
    /// The newest one that the server refused.
    refused: u64,
}

/// An authenticated conversation with one server.
pub(super) struct Session {
    transport: Arc<dyn Transport>,
    pub(super) origin: Origin,
    pub(super) credentials: Credentials,
    pub(super) limiter: Arc<Limiter>,
    pub(super) tally: Arc<Tally>,
    pub(super) clock: Clock,
    token: Mutex<Token>,
    /// Held while a token is asked for, so that requests refused together ask for one new token, not one each.
    renewing: tokio::sync::Mutex<()>,
    /// How many pages may be asked for at once, and the turns to do so, which all lists share.
    pub(super) concurrency: usize,
    pub(super) turns: tokio::sync::Semaphore,
    jitter: Mutex<fastrand::Rng>,
}

impl Session {
    pub(super) fn new(setup: Setup) -> Self {
        let concurrency = setup.concurrency.max(1);
        Self {
            transport: setup.transport,
            origin: setup.origin,
            credentials: setup.credentials,
            limiter: setup.limiter,
            tally: setup.tally,
            clock: setup.clock,
            token: Mutex::new(Token::default()),
            renewing: tokio::sync::Mutex::new(()),
            concurrency,
            turns: tokio::sync::Semaphore::new(concurrency),
            jitter: Mutex::new(fastrand::Rng::with_seed(setup.seed)),
        }
    }

    pub(super) fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    fn token(&self) -> MutexGuard<'_, Token> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn keep_token(&self, secret: Secret) {
        let mut token = self.token();
        token.secret = Some(secret);
        token.number += 1;
    }

    /// Makes sure that the token in use is none that the server refused.
    pub(super) async fn renew_token(&self) -> Result<(), ConnectError> {
        let _renewing = self.renewing.lock().await;
        let usable = {
            let token = self.token();
            token.number > token.refused
        };
        if usable { Ok(()) } else { self.ask_for_token().await }
    }

    /// Builds an authenticated request with a JSON body, if there is one.
    fn request(&self, method: &Method, path: &str, body: Option<&Value>) -> Result<Request, TransportError> {
        let mut builder = http::Request::builder()
            .method(method)
            .uri(self.origin.at(path))
            .header(ACCEPT, "application/json")
            .header(ACCEPT_LANGUAGE, "en");
        if let Some(secret) = &self.token().secret {
            builder = builder.header(AUTHORIZATION, format!("Bearer {}", secret.expose()));
        }
        if body.is_some() {
            builder = builder.header(CONTENT_TYPE, "application/json");
        }
        let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        builder.body(bytes.into()).map_err(|error| TransportError::NotConnected(error.to_string()))
    }

    /// Sends a request exactly once, counts it, and makes everything wait after a 429.
    pub(super) async fn send_raw(&self, slot: Slot, request: Request) -> Result<Response, TransportError> {
        let cap = if *request.method() == Method::GET { PAGE_CAP } else { OBJECT_CAP };
        self.tally.count(request.method());
        tracing::debug!(method = %request.method(), path = request.uri().path(), "sending");
        let answer = self.transport.send(request, cap).await;
        drop(slot);
        if let Ok(response) = &answer {
            let (per_minute, per_day) = answer::limits(response);
            self.limiter.told(per_minute, per_day);
        }
        match &answer {
            Ok(response) if response.status() == StatusCode::TOO_MANY_REQUESTS => {
                self.tally.count_throttled();
                self.limiter.throttled(answer::retry_after(response, self.clock.now()));
            }
            Ok(response) => tracing::debug!(status = response.status().as_u16(), "answered"),
            Err(error) => tracing::debug!(%error, "not answered"),
        }
        answer
    }

    /// Sends an authenticated request exactly once.
    pub(super) async fn send_once(
        &self,
        slot: Slot,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Response, TransportError> {
        let request = self.request(method, path, body)?;
        let number = self.token().number;
        let answer = self.send_raw(slot, request).await;
        if answer.as_ref().is_ok_and(|response| response.status() == StatusCode::UNAUTHORIZED) {
            let mut token = self.token();
            token.refused = token.refused.max(number);
        }
        answer
    }

    /// Sends a request that may be repeated until it has a definite answer, at most [`MOST_TRIES`] times.
    pub(super) async fn send_repeatable(
        &self,
        first: Slot,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, NoSlot> {
        let mut slot = first;
        let mut tries = 1;
        let mut doubtful = false;
        loop {
            let mut answer = answer::of_repeatable(&method, self.send_once(slot, &method, path, body).await);
            doubtful |= answer.verdict == Verdict::InDoubt;
            if doubtful && answer.verdict == Verdict::NotDone {
                // This try did nothing, but an earlier one may have.
                answer.verdict = Verdict::InDoubt;
            }
            if !again_is_harmless(&method) && doubtful && answer.verdict == Verdict::Done {
                // Done, but an earlier try may still land, perhaps upon a newer change: read again before that.
                answer.verdict = Verdict::InDoubt;
                "done, but an earlier try was lost and may land later".clone_into(&mut answer.message);
                return Ok(answer);
            }
            let again = match answer.verdict {
                Verdict::NotDone | Verdict::InDoubt if answer.status == Some(401) => {
                    self.renew_token().await.is_ok()
                }
                Verdict::NotDone | Verdict::InDoubt => answer.status != Some(403),
                Verdict::Done | Verdict::Refused | Verdict::Absent => false,
            };
            if !again || tries >= MOST_TRIES {
                return Ok(answer);
            }
            self.tally.count_retried();
            if answer.status != Some(429) {
                tokio::time::sleep(self.pause(tries)).await;
            }
            slot = self.limiter.slot().await?;
            tries += 1;
        }
    }

    /// The pause after the given number of tries.
    pub(super) fn pause(&self, tries: u32) -> Duration {
        let chance = self.jitter.lock().unwrap_or_else(PoisonError::into_inner).f64();
        let base = FIRST_PAUSE * 2_u32.saturating_pow(tries.saturating_sub(1));
        base + base.mul_f64(chance / 2.0)
    }

    /// Reads `path`, trying again where it helps.
    pub(super) async fn read(&self, path: &str) -> Result<Answer, ReadError> {
        let slot = self.limiter.slot().await?;
        Ok(self.send_repeatable(slot, Method::GET, path, None).await?)
    }
}

/// Whether a try of this method that lands late, after others, changes nothing any more.
fn again_is_harmless(method: &Method) -> bool {
    *method != Method::PATCH
}
