//! What the server says of itself: the answers to OPTIONS, taken apart.
//!
//! In: answers, JSON or not. Out: the methods of a route and its fields. Nothing here judges.

use http::header::ALLOW;
use serde_json::Value;

use crate::client::{answer, object};
use crate::wire::{Response, TransportError};

/// How much of an answer that is no JSON is shown, in characters.
const SHOWN: usize = 80;

/// A route that is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// The list of clients.
    Clients,
    /// One client.
    Client,
    /// One contact.
    Contact,
}

impl Route {
    /// The word for it in what scripts read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clients => "client list",
            Self::Client => "client",
            Self::Contact => "contact",
        }
    }

    /// The methods that are used on it.
    pub(super) fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Clients => &["GET", "POST"],
            Self::Client | Self::Contact => &["GET", "PATCH", "DELETE"],
        }
    }

    /// The method whose fields the framework describes.
    pub(super) fn describes(self) -> &'static str {
        match self {
            Self::Clients => "POST",
            Self::Client | Self::Contact => "PUT",
        }
    }
}

/// What one route says of itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Described {
    /// The HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// The methods in `Allow`; none without that header.
    pub allow: Option<Vec<String>>,
    /// The description; none when the answer was no success or no JSON.
    pub document: Option<Value>,
    /// What came instead of a description.
    pub words: String,
}

impl Described {
    /// Takes an answer apart.
    #[must_use]
    pub fn of(sent: &Result<Response, TransportError>) -> Self {
        let response = match sent {
            Ok(response) => response,
            Err(error) => return Self { words: error.to_string(), ..Self::default() },
        };
        let allow = response.headers().get(ALLOW).and_then(|value| value.to_str().ok());
        let allow = allow.map(|text| text.split(',').map(|method| method.trim().to_uppercase()).collect());
        let document = answer::json(response).filter(|_| response.status().is_success());
        let words = if document.is_some() { String::new() } else { beginning(response.body()) };
        Self { status: Some(response.status().as_u16()), allow, document, words }
    }

    /// The fields that may be written on the route; none when the description holds none.
    pub(super) fn fields(&self, route: Route) -> Option<&Value> {
        let actions = object::inside(self.document.as_ref()?).get("actions")?;
        actions.get(route.describes()).filter(|fields| fields.as_object().is_some_and(|it| !it.is_empty()))
    }
}

/// What the client list, a client and a contact say of themselves; none of the last two when the account has no client.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    /// The client list.
    pub list: Described,
    /// One client.
    pub client: Option<Described>,
    /// One contact.
    pub contact: Option<Described>,
}

fn beginning(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
