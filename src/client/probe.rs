//! Asks the server about itself: one list page, and OPTIONS of three routes. Nothing is written, nothing is asked twice.
//!
//! In: an authenticated client. Out: what the routes say, the server's time, and the limits that its headers name.

use http::Method;
use http::header::DATE;
use jiff::{SignedDuration, Timestamp};

use super::contract::{Contract, Described};
use super::{Client, NoSlot, answer, object};
use crate::record::Mid;
use crate::wire::{Response, TransportError};

/// What the server told of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// What its routes say.
    pub contract: Contract,
    /// How far its clock is ahead of ours; none when it does not tell the time.
    pub ahead: Option<SignedDuration>,
    /// The limits that its headers name, of the minute and of the day.
    pub limits: (Option<u32>, Option<u32>),
    /// Whether the list of clients can be read; else what came instead.
    pub list: Result<(), String>,
}

impl Client {
    /// Asks for the beginning of the client list, and for the descriptions of the list, a client and a contact.
    ///
    /// # Errors
    /// When the quota does not allow it.
    pub async fn probe(&self) -> Result<Probe, NoSlot> {
        let (first, ahead) = self.ask(&Method::GET, "client/?page=1&page_size=1&per_page=1").await?;
        let told = first.as_ref().map(answer::limits).unwrap_or_default();
        let page = first.as_ref().ok().filter(|page| page.status().is_success()).and_then(answer::json);
        let (list, clients) = match &page {
            Some(page) => (Ok(()), object::inside(page).as_array().cloned().unwrap_or_default()),
            None => (Err(words(&first)), Vec::new()),
        };
        let client = clients.first().and_then(object::client);
        let contract = Contract {
            list: self.describe("client/").await?,
            client: match &client {
                Some(client) => Some(self.describe_one("client", &client.known.mid).await?),
                None => None,
            },
            contact: match client.as_ref().and_then(|client| client.contacts.first()) {
                Some(mid) => Some(self.describe_one("contact", mid).await?),
                None => None,
            },
        };
        Ok(Probe { contract, ahead, limits: told, list })
    }

    async fn describe_one(&self, kind: &str, mid: &Mid) -> Result<Described, NoSlot> {
        self.describe(&format!("{kind}/{mid}/")).await
    }

    async fn describe(&self, rest: &str) -> Result<Described, NoSlot> {
        let (sent, _) = self.ask(&Method::OPTIONS, rest).await?;
        Ok(Described::of(&sent))
    }

    /// One request, with how far the server's clock is ahead of ours when it answers. Its time has whole seconds, and is
    /// compared with ours in the middle of the request.
    async fn ask(
        &self,
        method: &Method,
        rest: &str,
    ) -> Result<(Result<Response, TransportError>, Option<SignedDuration>), NoSlot> {
        let slot = self.session.limiter.slot().await?;
        let began = self.session.clock.now();
        let sent = self.session.send_once(slot, method, &self.path(rest), None).await;
        let took = self.session.clock.since(began);
        let middle = began.saturating_add(took / 2).unwrap_or(began);
        let told = sent.as_ref().ok().and_then(date);
        Ok((sent, told.map(|date| date.duration_since(middle))))
    }
}

fn date(response: &Response) -> Option<Timestamp> {
    let text = response.headers().get(DATE)?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}

fn words(sent: &Result<Response, TransportError>) -> String {
    let Described { status, words, .. } = Described::of(sent);
    match status {
        Some(status) if words.is_empty() => format!("HTTP {status}"),
        Some(status) => format!("HTTP {status}: {words}"),
        None => words,
    }
}
