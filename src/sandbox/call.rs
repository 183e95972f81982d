//! One request as the rules read it: method, route, query, language, and the origin that answers must name.
//!
//! In: a raw HTTP request. Out: its parts. Nothing here decides anything about it.

use http::{HeaderMap, Method};
use serde_json::Value;
use url::form_urlencoded;

use super::mids::Mid;
use super::outcome::Outcome;
use super::texts::{Lang, Text};
use crate::wire;

/// The origin of URLs when a request names none.
const HOME: &str = "http://127.0.0.1";

/// A request, taken apart.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) method: &'a Method,
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
    pub(super) lang: Lang,
    pub(super) links: Links,
}

impl<'a> Call<'a> {
    pub(super) fn of(request: &'a wire::Request, partner: Mid) -> Self {
        let uri = request.uri();
        Self {
            method: request.method(),
            path: uri.path(),
            query: uri.query(),
            headers: request.headers(),
            body: request.body(),
            lang: Lang::of(request.headers()),
            links: Links::new(&origin(request), partner),
        }
    }

    /// The last value of a query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let pairs = form_urlencoded::parse(self.query.unwrap_or_default().as_bytes());
        pairs.filter(|(key, _)| key == name).last().map(|(_, value)| value.into_owned())
    }

    /// A header as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as JSON, or the answer that refuses it.
    pub(super) fn json(&self) -> Result<Value, Outcome> {
        let kind = self.header("content-type").unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Outcome::detail(415, &Text::UnsupportedMedia(kind), self.lang));
        }
        serde_json::from_slice(self.body)
            .map_err(|error| Outcome::detail(400, &Text::BadJson(&error.to_string()), self.lang))
    }
}

/// Scheme and authority that the request was sent to.
fn origin(request: &wire::Request) -> String {
    let uri = request.uri();
    let host = request.headers().get("host").and_then(|value| value.to_str().ok());
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme), Some(authority)) => format!("{scheme}://{authority}"),
        _ => host.map_or_else(|| HOME.to_owned(), |host| format!("http://{host}")),
    }
}

/// Builds the full URLs by which objects refer to each other.
#[derive(Debug, Clone)]
pub(super) struct Links {
    origin: String,
    partner: String,
}

impl Links {
    pub(super) fn new(origin: &str, partner: Mid) -> Self {
        Self { origin: origin.to_owned(), partner: format!("{origin}/api/partner/{partner}/") }
    }

    /// Links for callers that came without a request.
    pub(super) fn home(partner: Mid) -> Self {
        Self::new(HOME, partner)
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn partner(&self) -> &str {
        &self.partner
    }

    pub(super) fn list(&self, kind: &str) -> String {
        format!("{}{kind}/", self.partner)
    }

    pub(super) fn client(&self, mid: Mid) -> String {
        format!("{}client/{mid}/", self.partner)
    }

    pub(super) fn settings(&self, mid: Mid) -> String {
        format!("{}client/{mid}/settings/", self.partner)
    }

    pub(super) fn contact(&self, mid: Mid) -> String {
        format!("{}contact/{mid}/", self.partner)
    }

    pub(super) fn document(&self, mid: Mid) -> String {
        format!("{}document/{mid}/", self.partner)
    }
}
