//! The server's side, read back by a client that shares nothing with leapsync's own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::station::Station;

/// Asks the sandbox as anybody could.
pub(crate) struct Server {
    runtime: tokio::runtime::Runtime,
    http: reqwest::Client,
    origin: String,
    partner: String,
    token: String,
}

impl Server {
    /// The sandbox that the station's commands talk to.
    pub(crate) fn of(station: &Station) -> Self {
        let variable = |name| station.variable(name).to_owned();
        Self::at(
            variable("MAKELEAPS_BASE_URL"),
            &variable("MAKELEAPS_CLIENT_ID"),
            &variable("MAKELEAPS_CLIENT_SECRET"),
            variable("MAKELEAPS_PARTNER_MID"),
        )
    }

    pub(crate) fn at(origin: String, id: &str, secret: &str, partner: String) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let key = STANDARD.encode(format!("{id}:{secret}"));
        let request = http
            .post(format!("{origin}/user/oauth2/token/"))
            .header("authorization", format!("Basic {key}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials");
        let answer = answer(&runtime, request);
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Self { runtime, http, origin, partner, token }
    }

    /// The token that the server gave.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Every client that is not archived.
    pub(crate) fn clients(&self) -> Vec<Value> {
        self.list("client/?page_size=100")
    }

    /// Every contact, those of the partner included.
    pub(crate) fn contacts(&self) -> Vec<Value> {
        self.list("contact/?page_size=100")
    }

    /// The external ids of all clients, in order, each as often as it is there.
    pub(crate) fn external_ids(&self) -> Vec<String> {
        let ids = self.clients().iter().map(|client| text(&client["client_external_id"])).collect();
        sorted(ids)
    }

    /// The client with this external id.
    #[track_caller]
    pub(crate) fn client(&self, id: &str) -> Value {
        let clients = self.clients();
        clients.into_iter().find(|client| client["client_external_id"] == id).unwrap()
    }

    /// People change an object at its URL.
    pub(crate) fn edit(&self, url: &Value, body: &Value) {
        let request = self.http.patch(url.as_str().unwrap()).body(body.to_string());
        let request = request.header("content-type", "application/json");
        answer(&self.runtime, request.header("authorization", format!("Bearer {}", self.token)));
    }

    /// People make a client.
    pub(crate) fn add(&self, body: &Value) {
        let url = format!("{}/api/partner/{}/client/", self.origin, self.partner);
        let request = self.http.post(url).body(body.to_string()).header("content-type", "application/json");
        answer(&self.runtime, request.header("authorization", format!("Bearer {}", self.token)));
    }

    /// Turns one of the sandbox's controls.
    pub(crate) fn control(&self, name: &str, body: &Value) {
        let request = self.http.post(format!("{}/control/{name}", self.origin)).body(body.to_string());
        answer(&self.runtime, request);
    }

    /// People delete an object at its URL.
    pub(crate) fn delete(&self, url: &Value) {
        let request = self.http.delete(url.as_str().unwrap());
        let request = request.header("authorization", format!("Bearer {}", self.token));
        self.runtime.block_on(async { request.send().await.unwrap() });
    }

    fn list(&self, path: &str) -> Vec<Value> {
        let mut url = Some(format!("{}/api/partner/{}/{path}", self.origin, self.partner));
        let mut items = Vec::new();
        while let Some(page) = url {
            let request = self.http.get(page).header("authorization", format!("Bearer {}", self.token));
            let answer = answer(&self.runtime, request);
            items.extend(answer["response"].as_array().unwrap().iter().cloned());
            url = answer["meta"]["next"].as_str().map(str::to_owned);
        }
        items
    }
}

fn answer(runtime: &tokio::runtime::Runtime, request: reqwest::RequestBuilder) -> Value {
    let body = runtime.block_on(async { request.send().await.unwrap().text().await.unwrap() });
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

/// A text or a number as text; nothing for null.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

pub(crate) fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort_unstable();
    texts
}
