//! Reads lists to the end, and knows whether it did: a list is a set of mids, complete when it has as many as the
//! server counts on every page and its first page is still the same at the end.

use std::collections::BTreeMap;

use http::Method;
use serde_json::Value;
use url::Url;

use super::limiter::Slot;
use super::session::Session;
use super::{Client, ReadError, object};
use crate::operation::Verdict;
use crate::record::{ExternalId, Known, Mid};

/// How often a list that keeps changing is read.
const MOST_READINGS: u32 = 4;
/// More pages than any account has: a server whose `next` never ends is not followed for ever.
const MOST_PAGES: usize = 10_000;
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
    /// Reads the whole client list, live and archived, each to completeness. A last look at the live list makes sure
    /// that no client left the archive between the two readings: neither of them would have shown it.
    ///
    /// # Errors
    /// When the quota or the server does not allow it, or the list never stood still.
    pub async fn read_clients(&self) -> Result<Listing, ReadError> {
        let path = self.path("client/");
        for _ in 0..MOST_READINGS {
            let live = self.session.complete_list(&path, "").await?;
            let archived = self.session.complete_list(&path, "archived=true").await?;
            if self.session.begins_as(&live, &path).await? {
                let clients = live.iter().chain(&archived).filter_map(object::client);
                let clients = clients.map(|client| (client.known.mid.clone(), client)).collect();
                return Ok(Listing { clients });
            }
            tracing::info!(path, "the list changed while the archived one was read, reading both again");
        }
        Err(ReadError::NeverComplete { tries: MOST_READINGS })
    }

    /// How many requests [`Client::with_contacts`] takes at least for these of the clients of `listing`.
    #[must_use]
    pub fn requests_for_contacts(listing: &Listing, clients: usize) -> u64 {
        if clients <= FEW {
            return clients as u64;
        }
        let contacts = listing.clients.values().map(|client| client.contacts.len() as u64).sum::<u64>();
        contacts.div_ceil(ON_A_PAGE).max(1) + 1
    }

    /// Reads the contacts of `clients`: one client at a time when they are few, else all contacts of the account.
    ///
    /// # Errors
    /// When the quota or the server does not allow it.
    pub async fn with_contacts(&self, clients: Vec<&RemoteClient>) -> Result<Vec<Known>, ReadError> {
        let mut found: BTreeMap<Mid, Known> =
            clients.iter().map(|client| (client.known.mid.clone(), client.known.clone())).collect();
        if found.len() <= FEW {
            for (mid, known) in &mut found {
                known.contacts = self.contacts(mid).await?;
            }
        } else {
            let items = self.session.complete_list(&self.path("contact/"), "").await?;
            for (contact, owner) in items.iter().filter_map(object::contact) {
                if let Some(known) = owner.and_then(|owner| found.get_mut(&owner)) {
                    known.contacts.push(contact);
                }
            }
        }
        Ok(clients.iter().filter_map(|client| found.get(&client.known.mid).cloned()).collect())
    }
}

/// The pages of one reading, put together.
struct Reading {
    items: BTreeMap<Mid, Value>,
    order: Vec<Mid>,
    first_page: Vec<Mid>,
    pages: usize,
    counts: Vec<u64>,
}

impl Reading {
    fn is_complete(&self) -> bool {
        self.counts.iter().all(|count| *count == self.items.len() as u64)
    }
}

impl Session {
    /// Reads a list until it is complete; the items come in the order in which they were first seen.
    pub(super) async fn complete_list(&self, path: &str, query: &str) -> Result<Vec<Value>, ReadError> {
        let slot = self.limiter.slot().await?;
        self.complete_list_from(slot, path, query).await
    }

    /// The same, with the slot of the first page already taken.
    pub(super) async fn complete_list_from(
        &self,
        slot: Slot,
        path: &str,
        query: &str,
    ) -> Result<Vec<Value>, ReadError> {
        let mut slot = Some(slot);
        for _ in 0..MOST_READINGS {
            let first = match slot.take() {
                Some(slot) => slot,
                None => self.limiter.slot().await?,
            };
            let mut reading = self.read_pages(first, path, query).await?;
            if reading.is_complete() && self.stands_still(&reading, path, query).await? {
                return Ok(reading.order.iter().filter_map(|mid| reading.items.remove(mid)).collect());
            }
            tracing::info!(path, "the list changed while it was read, reading it again");
        }
        Err(ReadError::NeverComplete { tries: MOST_READINGS })
    }

    async fn read_pages(&self, first: Slot, path: &str, query: &str) -> Result<Reading, ReadError> {
        let mut reading = Reading {
            items: BTreeMap::new(),
            order: Vec::new(),
            first_page: Vec::new(),
            pages: 0,
            counts: Vec::new(),
        };
        let mut next = Some(first_page_of(path, query));
        let mut slot = Some(first);
        while let Some(at) = next.take() {
            let taken = match slot.take() {
                Some(slot) => slot,
                None => self.limiter.slot().await?,
            };
            let Some(page) = self.page(taken, &at, path).await? else {
                if reading.pages == 0 {
                    return Err(ReadError::Absent { path: path.to_owned() });
                }
                // A page past the end: clients were deleted meanwhile, and the counts will not agree.
                reading.counts.push(u64::MAX);
                break;
            };
            reading.counts.push(page.count);
            reading.pages += 1;
            let mids: Vec<Mid> = page.items.iter().filter_map(object::mid_of).collect();
            if reading.pages == 1 {
                reading.first_page = mids;
            }
            for item in page.items {
                if let Some(mid) = object::mid_of(&item)
                    && reading.items.insert(mid.clone(), item).is_none()
                {
                    reading.order.push(mid);
                }
            }
            if reading.pages >= MOST_PAGES {
                return Err(unusable(&at, "the list does not end"));
            }
            next = page.next;
        }
        Ok(reading)
    }

    /// Whether the first page is still what it was: a list of one page cannot have moved while it was read.
    async fn stands_still(&self, reading: &Reading, path: &str, query: &str) -> Result<bool, ReadError> {
        if reading.pages <= 1 {
            return Ok(true);
        }
        let slot = self.limiter.slot().await?;
        let again = self.page(slot, &first_page_of(path, query), path).await?;
        let mids = |page: &Page| page.items.iter().filter_map(object::mid_of).collect::<Vec<_>>();
        Ok(again.is_some_and(|page| mids(&page) == reading.first_page))
    }

    /// Whether the list at `path` still has as many items as were read, with the same first page.
    async fn begins_as(&self, items: &[Value], path: &str) -> Result<bool, ReadError> {
        let slot = self.limiter.slot().await?;
        let Some(page) = self.page(slot, &first_page_of(path, ""), path).await? else { return Ok(false) };
        let mids = |items: &[Value]| items.iter().filter_map(object::mid_of).collect::<Vec<_>>();
        let begins = items.get(..page.items.len()).is_some_and(|first| mids(first) == mids(&page.items));
        Ok(begins && page.count == items.len() as u64)
    }

    async fn page(&self, slot: Slot, at: &str, path: &str) -> Result<Option<Page>, ReadError> {
        let answer = self.send_repeatable(slot, Method::GET, at, None).await?;
        match (answer.verdict, answer.body) {
            (Verdict::Done, Some(body)) => self.decode_page(&body, at, path).map(Some),
            (Verdict::Absent, _) => Ok(None),
            (_, _) => Err(unusable(at, &answer.message)),
        }
    }

    fn decode_page(&self, body: &Value, at: &str, path: &str) -> Result<Page, ReadError> {
        let items = object::inside(body).as_array().ok_or_else(|| unusable(at, "not a list"))?.clone();
        let meta = body.get("meta").ok_or_else(|| unusable(at, "a list without `meta`"))?;
        let count = meta.get("count").and_then(Value::as_u64);
        let count = count.ok_or_else(|| unusable(at, "a list without `meta.count`"))?;
        let next = match meta.get("next").and_then(Value::as_str) {
            Some(url) => {
                Some(self.own_path(url, path).ok_or_else(|| unusable(at, "`meta.next` leads elsewhere"))?)
            }
            None => None,
        };
        Ok(Page { items, count, next })
    }

    /// Path and query of a URL of the server's, if it lies on our origin and below the list it came from.
    fn own_path(&self, url: &str, below: &str) -> Option<String> {
        let url = Url::parse(url).ok()?;
        let ours = self.origin.holds(&url) && url.path() == below;
        ours.then(|| url.query().map_or_else(|| below.to_owned(), |query| format!("{below}?{query}")))
    }
}

struct Page {
    items: Vec<Value>,
    count: u64,
    next: Option<String>,
}

fn first_page_of(path: &str, query: &str) -> String {
    let sep = if query.is_empty() { "" } else { "&" };
    format!("{path}?page=1&page_size=100&per_page=100{sep}{query}")
}

fn unusable(at: &str, message: &str) -> ReadError {
    super::unusable(at, message.to_owned())
}
