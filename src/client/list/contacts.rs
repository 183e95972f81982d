//! The contacts of clients: one client at a time when they are few, else all contacts of the account.
//!
//! In: clients as the list shows them. Out: what is known of them, contacts included. Each client of the list says which
//! contacts it has: those of the account are only taken for its contacts where they are exactly these.

use std::collections::BTreeMap;

use super::{FEW, Listing, ON_A_PAGE, RemoteClient};
use crate::client::{Client, ReadError, object};
use crate::record::{Known, KnownContact, Mid};

/// All contacts of the account, by the client that owns them.
#[derive(Debug, Clone, Default)]
pub(in crate::client) struct Contacts(BTreeMap<Mid, Vec<Owned>>);

/// A contact of a client; one of a kind that leapsync does not know has only its mid.
#[derive(Debug, Clone)]
struct Owned {
    mid: Mid,
    known: Option<KnownContact>,
}

impl Contacts {
    /// Whether `client` has the contacts that it says it has.
    fn agree_with(&self, client: &RemoteClient) -> bool {
        let mut said: Vec<&Mid> = client.contacts.iter().collect();
        let mut found: Vec<&Mid> = self.of(client).iter().map(|contact| &contact.mid).collect();
        said.sort_unstable();
        found.sort_unstable();
        said == found
    }

    fn of(&self, client: &RemoteClient) -> &[Owned] {
        self.0.get(&client.known.mid).map(Vec::as_slice).unwrap_or_default()
    }

    fn known_of(&self, client: &RemoteClient) -> Vec<KnownContact> {
        self.of(client).iter().filter_map(|contact| contact.known.clone()).collect()
    }
}

impl Client {
    /// How many requests [`Client::with_contacts`] takes at least for these of the clients of `listing`.
    #[must_use]
    pub fn requests_for_contacts(listing: &Listing, clients: usize) -> u64 {
        if clients <= FEW {
            return clients as u64;
        }
        if listing.contacts.is_some() {
            return 0;
        }
        let contacts = listing.clients.values().map(|client| client.contacts.len() as u64).sum::<u64>();
        contacts.div_ceil(ON_A_PAGE).max(1)
    }

    /// Reads the contacts of `clients`, as far as they were not read along with the list.
    ///
    /// # Errors
    /// When the quota or the server does not allow it.
    pub async fn with_contacts(
        &self,
        listing: &Listing,
        clients: Vec<&RemoteClient>,
    ) -> Result<Vec<Known>, ReadError> {
        if clients.len() <= FEW {
            return self.one_at_a_time(clients).await;
        }
        let read = match &listing.contacts {
            Some(_) => None,
            None => Some(self.all_contacts().await?),
        };
        let all = read.as_ref().or(listing.contacts.as_ref());
        let differing = |client: &&&RemoteClient| all.is_none_or(|all| !all.agree_with(client));
        let differing = clients.iter().filter(differing).count();
        let again = if differing > FEW { Some(self.all_contacts_standing_still().await?) } else { None };
        let Some(all) = again.as_ref().or(all) else { return Ok(Vec::new()) };
        let mut known = Vec::with_capacity(clients.len());
        for client in clients {
            let contacts = if again.is_some() || all.agree_with(client) {
                all.known_of(client)
            } else {
                // People were at work on it meanwhile.
                self.contacts(&client.known.mid).await?
            };
            known.push(Known { contacts, ..client.known.clone() });
        }
        Ok(known)
    }

    async fn one_at_a_time(&self, clients: Vec<&RemoteClient>) -> Result<Vec<Known>, ReadError> {
        let mut known = Vec::with_capacity(clients.len());
        for client in clients {
            let contacts = self.contacts(&client.known.mid).await?;
            known.push(Known { contacts, ..client.known.clone() });
        }
        Ok(known)
    }

    /// Reads all contacts of the account. Whether the list stood still shows by what the clients say.
    pub(super) async fn all_contacts(&self) -> Result<Contacts, ReadError> {
        let reading = self.session.whole(None, &self.path("contact/"), "").await?;
        Ok(by_owner(&reading.into_items()))
    }

    /// The same, with a second look at its beginning, where the clients do not say which contacts they have.
    async fn all_contacts_standing_still(&self) -> Result<Contacts, ReadError> {
        let slot = self.session.limiter.slot().await?;
        let items = self.session.complete_list_from(slot, &self.path("contact/"), "").await?;
        Ok(by_owner(&items))
    }
}

fn by_owner(items: &[serde_json::Value]) -> Contacts {
    let mut contacts = Contacts::default();
    for item in items {
        let (Some(mid), Some(owner)) = (object::mid_of(item), object::owner(item)) else { continue };
        let known = object::contact(item).map(|(contact, _)| contact);
        contacts.0.entry(owner).or_default().push(Owned { mid, known });
    }
    contacts
}
