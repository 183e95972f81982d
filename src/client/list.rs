//! Reads lists to the end, and knows whether it did: a list is a set of mids, complete when it has as many as the
//! server counts on every page and its first page is still the same at the end.
//!
//! In: what is asked for. Out: the clients, live and archived, and their contacts. Pages are read together where that
//! proves as much as one after the other.

use std::collections::BTreeMap;

use futures::future::join;

use super::{Client, ReadError, object};
use crate::record::{ExternalId, Known, Mid};

mod contacts;
mod reading;

pub(super) use contacts::Contacts;
use reading::{MOST_READINGS, Page, Reading};

/// What asks for the archived clients.
const ARCHIVED: &str = "archived=true";
/// How many items a page shows.
const ON_A_PAGE: u64 = 100;
/// With at most this many clients to look at, their contacts are read one client at a time.
const FEW: usize = 10;

/// A client as the list shows it, without the fields of its contacts.
#[derive(Debug, Clone)]
pub struct RemoteClient {
    /// Its external id; empty when people made it without one.
    pub external_id: ExternalId,
    /// Its name.
    pub name: String,
    /// What is known of it, without contacts.
    pub known: Known,
    /// The mids of its contacts.
    pub contacts: Vec<Mid>,
    /// Its URL, as the server wrote it.
    pub url: String,
}

/// The whole client list, live and archived, by mid.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Every client.
    pub clients: BTreeMap<Mid, RemoteClient>,
    /// All contacts of the account, where they were read along.
    contacts: Option<Contacts>,
}

/// What is read along with the clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Along {
    /// Nothing: it shows only then whose contacts are wanted.
    Nothing,
    /// The contacts of so many clients, or fewer: as soon as it shows that they are many.
    ContactsOf(u64),
}

impl Listing {
    /// All clients that carry `id`.
    #[must_use]
    pub fn with_id(&self, id: &ExternalId) -> Vec<&RemoteClient> {
        self.clients.values().filter(|client| client.external_id == *id).collect()
    }

    /// The clients of the list by external id, those without one left out.
    #[must_use]
    pub fn by_external_id(&self) -> BTreeMap<&ExternalId, Vec<&RemoteClient>> {
        let mut groups: BTreeMap<&ExternalId, Vec<&RemoteClient>> = BTreeMap::new();
        for client in self.clients.values().filter(|client| !client.external_id.is_empty()) {
            groups.entry(&client.external_id).or_default().push(client);
        }
        groups
    }
}

impl Client {
    /// How many requests [`Client::read_clients`] takes at least for about so many clients, and the contacts behind it where
    /// they are wanted: the pages, an archived one, and the look that makes sure that the list stood still.
    #[must_use]
    pub fn requests_to_read(clients: u64, along: Along) -> u64 {
        let (archived, look) = (1, 1);
        let pages = clients.div_ceil(ON_A_PAGE);
        let contacts = match along {
            Along::Nothing => 0,
            Along::ContactsOf(wanted) if wanted <= FEW as u64 => wanted,
            Along::ContactsOf(_) => pages,
        };
        pages.max(1) + archived + look + contacts
    }

    /// Reads the whole client list, live and archived, each to completeness, and the contacts beside it where they are
    /// wanted of many clients.
    ///
    /// # Errors
    /// When the quota or the server does not allow it, or the list never stood still.
    pub async fn read_clients(&self, along: Along) -> Result<Listing, ReadError> {
        let path = self.path("client/");
        let first = self.session.first_page(&path, "").await?;
        let may_be_many = matches!(along, Along::ContactsOf(wanted) if wanted > FEW as u64);
        let many = may_be_many && shows_many(&first);
        let contacts = async { if many { self.all_contacts().await.map(Some) } else { Ok(None) } };
        let reading = Box::pin(join(self.live_and_archived(&path, first), contacts));
        let (clients, contacts) = reading.await;
        let clients = clients?.into_iter().map(|client| (client.known.mid.clone(), client)).collect();
        Ok(Listing { clients, contacts: contacts? })
    }

    /// Reads the archived list behind the live one: a client that is archived meanwhile is in one of them. A last look at
    /// the beginning of both makes sure that they stood still, and that no client left the archive between the two
    /// readings: neither of them would have shown it.
    async fn live_and_archived(&self, path: &str, first: Page) -> Result<Vec<RemoteClient>, ReadError> {
        let mut first = Some(first);
        for _ in 0..MOST_READINGS {
            let live = self.session.whole(first.take(), path, "").await?;
            let archived = self.session.whole(None, path, ARCHIVED).await?;
            if self.stood_still(path, &live, &archived).await? {
                let items = live.into_items().into_iter().chain(archived.into_items());
                return Ok(items.filter_map(|item| object::client(&item)).collect());
            }
            tracing::info!(path, "a list changed while they were read, reading both again");
        }
        Err(ReadError::NeverComplete { tries: MOST_READINGS })
    }

    async fn stood_still(&self, path: &str, live: &Reading, archived: &Reading) -> Result<bool, ReadError> {
        let archive = async {
            // One page is one moment.
            if !archived.may_have_moved() {
                return Ok(true);
            }
            self.session.begins_as(archived, path, ARCHIVED).await
        };
        let (live, archived) = join(self.session.begins_as(live, path, ""), archive).await;
        Ok(live? && archived?)
    }
}

/// Whether a first page shows that the contacts of many clients will be wanted: of all that carry an external id.
fn shows_many(page: &Page) -> bool {
    let clients = page.items.iter().filter_map(object::client);
    clients.filter(|client| !client.external_id.is_empty()).count() > FEW
}
