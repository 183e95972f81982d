//! What the rules decide about one request, before it becomes bytes.
//!
//! In: a status and a JSON value. Out: a raw HTTP answer. Envelope, error shape and the headers of every answer are made here and nowhere else.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use super::switches::ErrorShape;
use super::texts::{Lang, Text};
use crate::wire;

/// The body of an outcome.
#[derive(Debug, Clone)]
pub(super) enum Body {
    Json(Value),
    Html(String),
    Plain(String),
    Nothing,
}

/// One decided answer.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
    /// Whether the account was changed.
    pub(super) committed: bool,
}

impl Outcome {
    pub(super) fn new(status: u16, body: Body) -> Self {
        Self { status, headers: Vec::new(), body, committed: false }
    }

    /// A JSON body as it stands.
    pub(super) fn bare(status: u16, body: Value) -> Self {
        Self::new(status, Body::Json(body))
    }

    /// A single object in the envelope.
    pub(super) fn object(status: u16, response: Value) -> Self {
        Self::enveloped(status, json!({"status": status}), response)
    }

    /// Something in the envelope, which is put together without copying it.
    pub(super) fn enveloped(status: u16, meta: Value, response: Value) -> Self {
        let envelope = Map::from_iter([("meta".to_owned(), meta), ("response".to_owned(), response)]);
        Self::bare(status, Value::Object(envelope))
    }

    /// The framework's short form of an error.
    pub(super) fn detail(status: u16, text: &Text<'_>, lang: Lang) -> Self {
        Self::bare(status, json!({"detail": text.say(lang)}))
    }

    /// A refused object: errors by field, or a bare list of messages.
    pub(super) fn invalid(errors: Value, shape: ErrorShape) -> Self {
        let body = match shape {
            ErrorShape::List => errors,
            ErrorShape::ByIndex => by_index(errors),
            ErrorShape::NonField => non_field(errors),
            ErrorShape::Enveloped => return Self::object(400, errors),
        };
        Self::bare(400, body)
    }

    pub(super) fn not_found(lang: Lang) -> Self {
        Self::detail(404, &Text::NotFound, lang)
    }

    /// An answer without a body that changed something.
    pub(super) fn gone() -> Self {
        Self::new(204, Body::Nothing).committed()
    }

    pub(super) fn committed(mut self) -> Self {
        self.committed = true;
        self
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The raw answer.
    pub(super) fn into_response(self) -> wire::Response {
        let (kind, bytes) = match self.body {
            Body::Json(value) => (Some("application/json"), Bytes::from(value.to_string())),
            Body::Html(text) => (Some("text/html; charset=utf-8"), Bytes::from(text)),
            Body::Plain(text) => (Some("text/plain; charset=utf-8"), Bytes::from(text)),
            Body::Nothing => (None, Bytes::new()),
        };
        let mut response = wire::Response::new(bytes);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if let Some(kind) = kind {
            headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

/// Whether a list holds the errors of list items rather than messages.
fn holds_items(list: &[Value]) -> bool {
    list.iter().any(Value::is_object)
}

/// Turns every list of item errors into an object that names only the faulty items.
fn by_index(errors: Value) -> Value {
    match errors {
        Value::Array(items) if holds_items(&items) => {
            let faulty = items.into_iter().enumerate().filter(|(_, item)| *item != json!({}));
            Value::Object(faulty.map(|(index, item)| (index.to_string(), by_index(item))).collect())
        }
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, errors)| (name, by_index(errors))).collect())
        }
        other => other,
    }
}

/// Replaces the errors of list items by their messages alone.
fn non_field(errors: Value) -> Value {
    let Value::Object(fields) = errors else { return errors };
    let reduced = fields.into_iter().map(|(name, errors)| match errors {
        Value::Array(items) if holds_items(&items) => {
            let mut texts = Vec::new();
            for item in &items {
                collect_texts(item, &mut texts);
            }
            (name, json!({"non_field_errors": texts}))
        }
        other => (name, other),
    });
    Value::Object(reduced.collect::<Map<_, _>>())
}

fn collect_texts(errors: &Value, texts: &mut Vec<Value>) {
    match errors {
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(fields) => fields.values().for_each(|item| collect_texts(item, texts)),
        text => texts.push(text.clone()),
    }
}
