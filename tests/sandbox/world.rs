//! One account and a raw client for it: no wire type of the project's own client is used here.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use leapsync::clock::Clock;
use leapsync::sandbox::{Local, Options, Sandbox, Switches};
use leapsync::wire::{Request, Response, Transport, TransportError};
use serde_json::{Value, json};

/// The largest answer the tests take.
const CAP: usize = 8 * 1024 * 1024;

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn of(response: &Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: String::from_utf8_lossy(response.body()).into_owned(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub(crate) fn response(&self) -> Value {
        self.json()["response"].clone()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// A sandbox, its in-process door and a token.
pub(crate) struct World {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) local: Local,
    pub(crate) token: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn switched(switches: Switches) -> Self {
        Self::with(Options { switches, ..Options::default() }).await
    }

    /// A sandbox at a fixed time, with a token in hand (which has cost one request).
    pub(crate) async fn with(options: Options) -> Self {
        let mut world = Self::without_token(options);
        world.token = world.fresh_token().await;
        world
    }

    pub(crate) fn without_token(options: Options) -> Self {
        let clock = Clock::starting_at("2026-03-01T00:00:00Z".parse::<Timestamp>().unwrap());
        let sandbox = Arc::new(Sandbox::new(options, clock).unwrap());
        let local = sandbox.local(Duration::ZERO);
        Self { sandbox, local, token: String::new() }
    }

    pub(crate) fn basic(&self) -> String {
        format!(
            "Basic {}",
            STANDARD.encode(format!("{}:{}", self.sandbox.client_id(), self.sandbox.client_secret()))
        )
    }

    pub(crate) fn token_request(&self) -> Request {
        http::Request::post("http://127.0.0.1:8787/user/oauth2/token/")
            .header("authorization", self.basic())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from_static(b"grant_type=client_credentials"))
            .unwrap()
    }

    pub(crate) async fn fresh_token(&self) -> String {
        let answer = self.send(self.token_request()).await.unwrap();
        answer.json()["access_token"].as_str().unwrap_or_default().to_owned()
    }

    /// The URL of a path behind the partner.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:8787/api/partner/{}{path}", self.sandbox.partner_mid())
    }

    /// A request with the token; `path` is a full URL or a path behind the partner.
    pub(crate) fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Request {
        let url = if path.starts_with("http") { path.to_owned() } else { self.url(path) };
        let request = http::Request::builder().method(method).uri(url);
        let request = request.header("authorization", format!("Bearer {}", self.token));
        match body {
            Some(body) => {
                request.header("content-type", "application/json").body(Bytes::from(body.to_string()))
            }
            None => request.body(Bytes::new()),
        }
        .unwrap()
    }

    pub(crate) async fn send(&self, request: Request) -> Result<Answer, TransportError> {
        self.local.send(request, CAP).await.map(|response| Answer::of(&response))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path, None)).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("POST", path, Some(body))).await.unwrap()
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("PATCH", path, Some(body))).await.unwrap()
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("PUT", path, Some(body))).await.unwrap()
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path, None)).await.unwrap()
    }

    pub(crate) async fn options(&self, path: &str) -> Answer {
        self.send(self.request("OPTIONS", path, None)).await.unwrap()
    }

    /// Creates a client and gives back the object.
    pub(crate) async fn create(&self, external_id: &str, name: &str) -> Value {
        let answer = self.post("/client/", &company(external_id, name)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.response()
    }
}

/// A client with an organisation only.
pub(crate) fn company(external_id: &str, name: &str) -> Value {
    json!({"client_external_id": external_id, "contacts": [organization(name)]})
}

pub(crate) fn organization(name: &str) -> Value {
    json!({"contact_type": "organization", "name": name, "addresses": [], "email": null})
}

pub(crate) fn person(family: &str, email: &str) -> Value {
    json!({"contact_type": "person", "family_name": family, "addresses": [], "email": {"address": email}})
}

/// A text field of an object.
pub(crate) fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap_or_default()
}
