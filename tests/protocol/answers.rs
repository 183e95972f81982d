//! The answers that a server or the network may give, judged by the client's real answer classes.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use bytes::Bytes;
use http::Method;
use leapsync::client::{of_create, of_repeatable};
use leapsync::operation::Verdict;
use leapsync::wire::{Response, TransportError};

use crate::world::Write;

/// Whether the server had done what was asked when it answered so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Truth {
    Did,
    DidNot,
    /// Either, and it may still do it.
    Either,
}

/// An answer: a status with its body, or what happened instead of one.
type Arrived = Result<(u16, &'static str), fn() -> TransportError>;

const HTML: &str = "<html>";
const NOTHING: &str = "";

fn lost() -> TransportError {
    TransportError::Lost("reset".into())
}

fn unconnected() -> TransportError {
    TransportError::NotConnected("refused".into())
}

/// What is true behind each answer. Nothing here knows what leapsync makes of it.
const ANSWERS: [(Truth, Arrived); 22] = [
    (Truth::Did, Ok((201, "{}"))),
    (Truth::Did, Ok((200, "{}"))),
    (Truth::Either, Ok((201, HTML))),
    (Truth::Either, Ok((201, "{\"cut"))),
    (Truth::Either, Ok((301, NOTHING))),
    (Truth::DidNot, Ok((400, "{}"))),
    (Truth::Either, Ok((400, HTML))),
    (Truth::DidNot, Ok((401, NOTHING))),
    (Truth::DidNot, Ok((403, "{}"))),
    (Truth::Either, Ok((403, HTML))),
    (Truth::DidNot, Ok((405, "{}"))),
    (Truth::Either, Ok((408, "{}"))),
    (Truth::Either, Ok((409, "{}"))),
    (Truth::DidNot, Ok((413, "{}"))),
    (Truth::DidNot, Ok((422, "[]"))),
    (Truth::DidNot, Ok((429, HTML))),
    (Truth::Either, Ok((500, "{}"))),
    (Truth::Either, Ok((502, HTML))),
    (Truth::Either, Err(lost)),
    (Truth::Either, Err(|| TransportError::TimedOut)),
    (Truth::Either, Err(|| TransportError::TooLarge(1))),
    (Truth::DidNot, Err(unconnected)),
];

type Answers = BTreeSet<(Truth, Judged)>;

static JUDGED: LazyLock<[Answers; 3]> =
    LazyLock::new(|| [Write::Create, Write::Patch, Write::Remove].map(judged_answers_to));

/// Every pair of truth and verdict that an answer to this write can bring.
pub(crate) fn answers_to(write: Write) -> &'static Answers {
    &JUDGED[write as usize]
}

fn judged_answers_to(write: Write) -> Answers {
    let judged = ANSWERS.iter().map(|(truth, arrived)| (*truth, Judged(verdict(write, *arrived))));
    judged.collect()
}

fn verdict(write: Write, arrived: Arrived) -> Verdict {
    let sent = match arrived {
        Ok((status, body)) => {
            let body = Bytes::from_static(body.as_bytes());
            Ok::<Response, TransportError>(http::Response::builder().status(status).body(body).unwrap())
        }
        Err(error) => Err(error()),
    };
    match write {
        Write::Create => of_create(sent).verdict,
        Write::Patch => of_repeatable(&Method::PATCH, sent).verdict,
        Write::Remove => of_repeatable(&Method::DELETE, sent).verdict,
    }
}

/// A verdict that can stand in a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Judged(pub(crate) Verdict);

impl Ord for Judged {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.name().cmp(other.0.name())
    }
}

impl PartialOrd for Judged {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
