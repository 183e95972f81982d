//! The API client: authentication, quota, retry and decoding, on top of whatever transport carries the bytes.
//!
//! In: what is to be written or read, in leapsync's words, with the quota slot it may use. Out: a verdict with the
//! server's own words, or decoded objects. It never repeats a POST, never follows a redirect, never follows a URL
//! off the configured origin, and never keeps a token anywhere but in memory.

use std::sync::Arc;

use crate::clock::Clock;
use crate::operation::Verdict;
use crate::record::{Known, KnownContact, Mid};
use crate::settings::{Credentials, Origin};
use crate::wire::Transport;

mod answer;
mod auth;
pub mod contract;
mod http_transport;
mod limiter;
mod list;
mod object;
mod pace;
mod payload;
mod probe;
mod session;
mod tally;
mod write;

pub use answer::{Answer, of_create, of_repeatable};
pub use auth::{ConnectError, key_mark};
pub use http_transport::{HttpTransport, TransportSetup, UseProxy};
pub use limiter::{Book, Limiter, NoSlot, Slot, UsedSlots};
pub use list::{Along, Listing, RemoteClient};
pub use probe::Probe;
pub use tally::{Requests, Rhythm, Tally};
pub use write::{Added, Created, NewClient};

use session::Session;

/// Talks to one partner of the API.
pub struct Client {
    session: Session,
    partner: Mid,
}

/// What a [`Client`] is made of.
pub struct Setup {
    /// What carries the bytes.
    pub transport: Arc<dyn Transport>,
    /// The server.
    pub origin: Origin,
    /// The key.
    pub credentials: Credentials,
    /// The partner, when the user named one.
    pub partner: Option<Mid>,
    /// The partner that this key was seen to belong to; it is not asked for again.
    pub seen: Option<Mid>,
    /// How many pages of lists may be asked for at once.
    pub concurrency: usize,
    /// The quota that every request goes through.
    pub limiter: Arc<Limiter>,
    /// Where requests are counted.
    pub tally: Arc<Tally>,
    /// The clock.
    pub clock: Clock,
    /// The seed of all chance.
    pub seed: u64,
}

/// Why a reading did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The quota does not allow it now.
    #[error(transparent)]
    NoSlot(#[from] NoSlot),
    /// The server kept failing.
    #[error("the server gave no usable answer to `{request}`: {message}")]
    Unusable {
        /// Method and path.
        request: String,
        /// What came instead.
        message: String,
    },
    /// The object is not there.
    #[error("`{path}` is not there")]
    Absent {
        /// Where it was looked for.
        path: String,
    },
    /// The list kept changing while it was read.
    #[error("the client list kept changing while it was read ({tries} times)")]
    NeverComplete {
        /// How often it was read.
        tries: u32,
    },
}

impl Setup {
    /// Authenticates, and finds the partner unless the key was seen to belong to it.
    ///
    /// # Errors
    /// [`ConnectError`]: nothing was written, and nothing can be.
    pub async fn connect(self) -> Result<Client, ConnectError> {
        let (asked, seen) = (self.partner.clone(), self.seen.clone());
        let session = Session::new(self);
        session.renew_token().await?;
        let partner = match seen {
            Some(seen) => seen,
            None => session.find_partner(asked).await?,
        };
        Ok(Client { session, partner })
    }
}

impl Client {
    /// The partner whose clients this client writes.
    #[must_use]
    pub fn partner(&self) -> &Mid {
        &self.partner
    }

    /// The server it talks to.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.session.origin
    }

    /// Where requests are counted.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.session.tally
    }

    /// The pause before the next try, after so many of them.
    #[must_use]
    pub fn pause(&self, tries: u32) -> std::time::Duration {
        self.session.pause(tries)
    }

    /// The quota that every request goes through.
    #[must_use]
    pub fn limiter(&self) -> &Arc<Limiter> {
        &self.session.limiter
    }

    /// The path below which all of the partner's objects live.
    fn path(&self, rest: &str) -> String {
        format!("/api/partner/{}/{rest}", self.partner)
    }

    /// Reads one client with all its contacts, none of them ours; `None` when the server does not have it.
    ///
    /// # Errors
    /// When the quota or the server does not allow it.
    pub async fn client(&self, mid: &Mid) -> Result<Option<Known>, ReadError> {
        let path = self.path(&format!("client/{mid}/"));
        let slot = self.session.limiter.slot().await?;
        let Some(body) = self.object(slot, &path).await? else { return Ok(None) };
        let client =
            object::client(object::inside(&body)).ok_or_else(|| unusable(&path, "not a client".into()))?;
        Ok(Some(Known { contacts: self.contacts(mid).await?, ..client.known }))
    }

    /// Reads the contacts of one client, none of them ours.
    ///
    /// # Errors
    /// When the quota or the server does not allow it.
    pub async fn contacts(&self, mid: &Mid) -> Result<Vec<KnownContact>, ReadError> {
        let slot = self.session.limiter.slot().await?;
        self.contacts_from(slot, mid).await
    }

    /// The same, with the slot of the first page already taken.
    ///
    /// # Errors
    /// When the quota or the server does not allow it.
    pub async fn contacts_from(&self, slot: Slot, mid: &Mid) -> Result<Vec<KnownContact>, ReadError> {
        let path = self.path(&format!("client/{mid}/contact/"));
        let items = self.session.complete_list_from(slot, &path, "").await?;
        Ok(items.iter().filter_map(object::contact).map(|(contact, _)| contact).collect())
    }

    /// Reads which contacts a client has, those of a kind that leapsync does not know among them.
    ///
    /// # Errors
    /// When the quota or the server does not allow it.
    pub async fn contact_mids_from(&self, slot: Slot, mid: &Mid) -> Result<Vec<Mid>, ReadError> {
        let path = self.path(&format!("client/{mid}/contact/"));
        let items = self.session.complete_list_from(slot, &path, "").await?;
        Ok(items.iter().filter_map(object::mid_of).collect())
    }

    /// Reads one contact, not ours, for a slot that is already taken; `None` when the server does not have it.
    ///
    /// # Errors
    /// When the quota or the server does not allow it.
    pub async fn contact_from(&self, slot: Slot, mid: &Mid) -> Result<Option<KnownContact>, ReadError> {
        let path = self.path(&format!("contact/{mid}/"));
        let Some(body) = self.object(slot, &path).await? else { return Ok(None) };
        let contact = object::contact(object::inside(&body));
        contact.map(|(contact, _)| Some(contact)).ok_or_else(|| unusable(&path, "not a contact".into()))
    }

    async fn object(&self, slot: Slot, path: &str) -> Result<Option<serde_json::Value>, ReadError> {
        let answer = self.session.send_repeatable(slot, http::Method::GET, path, None).await?;
        match answer.verdict {
            Verdict::Absent => Ok(None),
            Verdict::Done => Ok(Some(answer.body.unwrap_or_default())),
            Verdict::NotDone | Verdict::Refused | Verdict::InDoubt => Err(unusable(path, answer.message)),
        }
    }
}

fn unusable(path: &str, message: String) -> ReadError {
    ReadError::Unusable { request: format!("GET {path}"), message }
}
