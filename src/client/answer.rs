//! What an answer means. This page is the whole of the protocol's "answer classes", for requests that may be
//! repeated and for those that may not.

use std::time::Duration;

use http::Method;
use http::header::RETRY_AFTER;
use jiff::Timestamp;
use serde_json::Value;

use crate::operation::Verdict;
use crate::wire::{Response, TransportError};

/// The longest text of the server's that is kept.
const LONGEST_MESSAGE: usize = 500;

/// An answer to one request, read and judged.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What it means.
    pub verdict: Verdict,
    /// The HTTP status, when there was one.
    pub status: Option<u16>,
    /// The server's words, or what happened instead of words; empty when it was done.
    pub message: String,
    /// The JSON document, when there was one.
    pub body: Option<Value>,
}

/// Judges the answer to a request that creates something: when in doubt, it is in doubt.
#[must_use]
pub fn of_create(sent: Result<Response, TransportError>) -> Answer {
    judge(sent, |status, has_json| match (status, has_json) {
        (200 | 201, true) => Verdict::Done,
        (401 | 429, _) | (403 | 404 | 405 | 413 | 415, true) => Verdict::NotDone,
        (400 | 422, true) => Verdict::Refused,
        _ => Verdict::InDoubt,
    })
}

/// Judges the answer to a GET, PATCH or DELETE: what is in doubt may be sent again.
#[must_use]
pub fn of_repeatable(method: &Method, sent: Result<Response, TransportError>) -> Answer {
    // An answer to a DELETE may be empty; a page of somebody's proxy proves no deletion.
    let empty = sent.as_ref().is_ok_and(|response| response.body().is_empty());
    let may_be_empty = *method == Method::DELETE;
    judge(sent, |status, has_json| match (status, has_json) {
        (200..=299, true) => Verdict::Done,
        (200..=299, false) if may_be_empty && empty => Verdict::Done,
        (401 | 429, _) | (403, true) => Verdict::NotDone,
        (404, true) => Verdict::Absent,
        (400 | 405 | 413 | 415 | 422, true) => Verdict::Refused,
        _ => Verdict::InDoubt,
    })
}

fn judge(sent: Result<Response, TransportError>, verdict: impl FnOnce(u16, bool) -> Verdict) -> Answer {
    match sent {
        Ok(response) => {
            let status = response.status().as_u16();
            let body = json(&response);
            let verdict = verdict(status, body.is_some());
            let message = match (&body, verdict) {
                (_, Verdict::Done) => String::new(),
                (Some(body), _) => words(body),
                (None, _) => format!("HTTP {status} without JSON"),
            };
            Answer { verdict, status: Some(status), message, body }
        }
        Err(error) => {
            let verdict = match error {
                TransportError::NotConnected(_) => Verdict::NotDone,
                TransportError::Lost(_) | TransportError::TimedOut | TransportError::TooLarge(_) => {
                    Verdict::InDoubt
                }
            };
            Answer { verdict, status: None, message: error.to_string(), body: None }
        }
    }
}

/// The JSON object or list in an answer, whatever its content type says.
pub(super) fn json(response: &Response) -> Option<Value> {
    serde_json::from_slice(response.body()).ok().filter(|value: &Value| value.is_object() || value.is_array())
}

/// The server's words in a refusal, each with the place it speaks of: `contacts[1].name: This field may not be
/// blank.` The words themselves are shown, never read.
fn words(document: &Value) -> String {
    let mut found = Vec::new();
    collect(super::object::inside(document), &mut String::new(), &mut found);
    let text = found.join("; ");
    match text.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn collect(value: &Value, place: &mut String, found: &mut Vec<String>) {
    let length = place.len();
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let step = match key.as_str() {
                    "non_field_errors" | "detail" => String::new(),
                    key if key.chars().all(|c| c.is_ascii_digit()) => format!("[{key}]"),
                    key if place.is_empty() => key.to_owned(),
                    key => format!(".{key}"),
                };
                place.push_str(&step);
                collect(inner, place, found);
                place.truncate(length);
            }
        }
        Value::Array(items) if items.iter().all(Value::is_string) => {
            for item in items {
                collect(item, place, found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                place.push_str(&format!("[{index}]"));
                collect(inner, place, found);
                place.truncate(length);
            }
        }
        Value::String(text) if place.is_empty() => found.push(text.clone()),
        Value::String(text) => found.push(format!("{place}: {text}")),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The limits that an answer's headers name, of the minute and of the day. The vendor documents no names for them;
/// these are the ones in common use that say which window they mean. A limit of 0 is taken for nonsense.
pub(super) fn limits(response: &Response) -> (Option<u32>, Option<u32>) {
    let limit = |window: &str| {
        ["x-ratelimit-limit-", "ratelimit-limit-"].iter().find_map(|name| {
            let text = response.headers().get(format!("{name}{window}"))?.to_str().ok()?;
            text.trim().parse().ok().filter(|limit| *limit > 0)
        })
    };
    (limit("minute"), limit("day"))
}

/// How long the server asks to wait: seconds or a date; `None` when it does not say, or says something unusable.
pub(super) fn retry_after(response: &Response, now: Timestamp) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Duration::try_from(date.duration_since(now)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn response(status: u16, body: &str) -> Response {
        http::Response::builder().status(status).body(body.to_owned().into()).unwrap()
    }

    #[test]
    fn every_answer_to_a_create_has_its_class() {
        use Verdict::{Done, InDoubt, NotDone, Refused};
        let cases = [
            (201, "{}", Done),
            (200, "{}", Done),
            (201, "", InDoubt),
            (201, "<html>", InDoubt),
            (201, "{\"cut", InDoubt),
            (301, "{}", InDoubt),
            (400, "{}", Refused),
            (400, "<html>", InDoubt),
            (401, "", NotDone),
            (403, "{}", NotDone),
            (403, "<html>", InDoubt),
            (404, "{}", NotDone),
            (405, "{}", NotDone),
            (408, "{}", InDoubt),
            (409, "{}", InDoubt),
            (413, "{}", NotDone),
            (415, "{}", NotDone),
            (422, "[]", Refused),
            (429, "<html>", NotDone),
            (500, "{}", InDoubt),
            (502, "<html>", InDoubt),
            (503, "{}", InDoubt),
        ];
        for (status, body, verdict) in cases {
            assert_eq!(of_create(Ok(response(status, body))).verdict, verdict, "{status} {body}");
        }
        let never = of_create(Err(TransportError::NotConnected("refused".into())));
        assert_eq!(never.verdict, NotDone);
        for error in
            [TransportError::Lost("reset".into()), TransportError::TimedOut, TransportError::TooLarge(1)]
        {
            assert_eq!(of_create(Err(error)).verdict, InDoubt);
        }
    }

    #[test]
    fn a_delete_is_done_without_a_body_and_a_patch_is_not() {
        assert_eq!(of_repeatable(&Method::DELETE, Ok(response(204, ""))).verdict, Verdict::Done);
        assert_eq!(of_repeatable(&Method::DELETE, Ok(response(200, "<html>"))).verdict, Verdict::InDoubt);
        assert_eq!(of_repeatable(&Method::PATCH, Ok(response(200, ""))).verdict, Verdict::InDoubt);
        assert_eq!(of_repeatable(&Method::PATCH, Ok(response(200, "{}"))).verdict, Verdict::Done);
        assert_eq!(of_repeatable(&Method::DELETE, Ok(response(404, "{}"))).verdict, Verdict::Absent);
        assert_eq!(of_repeatable(&Method::DELETE, Ok(response(404, "<html>"))).verdict, Verdict::InDoubt);
        // A permission that was taken away says nothing of the client.
        assert_eq!(of_repeatable(&Method::DELETE, Ok(response(403, "{}"))).verdict, Verdict::NotDone);
        assert_eq!(of_repeatable(&Method::DELETE, Ok(response(400, "[\"used\"]"))).verdict, Verdict::Refused);
    }

    #[test]
    fn the_words_of_a_refusal_name_their_place() {
        let nested = json!({"contacts": [{}, {"name": ["This field may not be blank."]}]});
        assert_eq!(words(&nested), "contacts[1].name: This field may not be blank.");
        let by_index = json!({"contacts": {"1": {"email": {"address": ["Wrong."]}}}});
        assert_eq!(words(&by_index), "contacts[1].email.address: Wrong.");
        let enveloped =
            json!({"meta": {"status": 400}, "response": {"contacts": {"non_field_errors": ["No."]}}});
        assert_eq!(words(&enveloped), "contacts: No.");
        assert_eq!(words(&json!(["Referred to.", "Twice."])), "Referred to.; Twice.");
        assert_eq!(words(&json!({"detail": "Throttled."})), "Throttled.");
    }

    #[test]
    fn a_long_refusal_is_cut_between_characters() {
        let text = words(&json!(["あ".repeat(2_000)]));
        assert_eq!(text.chars().count(), LONGEST_MESSAGE + 1);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_or_nothing() {
        let now: Timestamp = "1994-11-06T08:49:07Z".parse().unwrap();
        let after = |text: &str| {
            let response =
                http::Response::builder().header(RETRY_AFTER, text).body(Vec::new().into()).unwrap();
            retry_after(&response, now)
        };
        assert_eq!(after("53"), Some(Duration::from_secs(53)));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(after("Sun, 06 Nov 1994 08:48:37 GMT"), None);
        assert_eq!(after("-5"), None);
        assert_eq!(after("soon"), None);
    }
}
