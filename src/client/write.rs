//! The writes: create, change, add contacts, delete. Each takes the quota slots it needs beforehand, because its
//! intent is committed before it may leave.

use http::Method;
use serde_json::{Value, json};

use super::answer::{self, Answer};
use super::limiter::{NoSlot, Slot};
use super::{Client, ConnectError, object, payload};
use crate::operation::Verdict;
use crate::plan::{ContactEdit, Edit};
use crate::record::{Contact, Desired, ExternalId, Fields, KnownContact, Mid};

/// What is said of a server that does not let clients be archived.
const NOT_ARCHIVED: &str = "the server took the request and did not archive the client";

/// The answer to a create.
#[derive(Debug, Clone)]
pub struct Created {
    /// What it means.
    pub answer: Answer,
    /// The new client, when it was created for certain.
    pub client: Option<NewClient>,
}

/// A client as a create's answer shows it.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// The server's id.
    pub mid: Mid,
    /// Its own fields, the server's defaults among them.
    pub own: Fields,
    /// Its contacts in the order of the answer.
    pub contacts: Vec<Mid>,
}

/// The answer to an addition of contacts.
#[derive(Debug, Clone)]
pub struct Added {
    /// What it means.
    pub answer: Answer,
    /// The new contacts in the order in which they were sent; none when the answer does not show them all.
    pub contacts: Option<Vec<Mid>>,
    /// Contacts that were there just before and are not in the answer: people changed them in that moment.
    pub lost: Vec<Mid>,
}

impl Client {
    /// Creates a client with its contacts. Sent once, whatever happens.
    pub async fn create(&self, slot: Slot, desired: &Desired) -> Created {
        let path = self.path("client/");
        let body = payload::create(desired);
        let sent = self.session.send_once(slot, &Method::POST, &path, Some(&body)).await;
        let mut answer = answer::of_create(sent);
        if answer.verdict != Verdict::Done {
            return Created { answer, client: None };
        }
        let client = answer.body.as_ref().and_then(|body| self.created(body, desired));
        if client.is_none() {
            answer.verdict = Verdict::InDoubt;
            "the answer does not show the client that was sent".clone_into(&mut answer.message);
        }
        Created { answer, client }
    }

    /// The new client in an answer that echoes the external id and lies on our origin.
    fn created(&self, body: &Value, desired: &Desired) -> Option<NewClient> {
        let client = object::client(object::inside(body))?;
        let url = url::Url::parse(&client.url).ok()?;
        let ours = client.external_id == desired.external_id && self.session.origin.holds(&url);
        ours.then_some(NewClient { mid: client.known.mid, own: client.known.own, contacts: client.contacts })
    }

    /// Changes fields of one contact, which `has` these.
    ///
    /// # Errors
    /// When the quota does not allow another try.
    pub async fn patch_contact(
        &self,
        slot: Slot,
        edit: &ContactEdit,
        has: &KnownContact,
    ) -> Result<Answer, NoSlot> {
        let path = self.path(&format!("contact/{}/", edit.mid));
        let body = payload::contact_edit(edit, has);
        self.session.send_repeatable(slot, Method::PATCH, &path, Some(&body)).await
    }

    /// Changes a client's own fields.
    ///
    /// # Errors
    /// When the quota does not allow another try.
    pub async fn patch_client(&self, slot: Slot, mid: &Mid, edits: &[Edit]) -> Result<Answer, NoSlot> {
        let path = self.path(&format!("client/{mid}/"));
        let body = payload::own_edits(edits);
        self.session.send_repeatable(slot, Method::PATCH, &path, Some(&body)).await
    }

    /// Adds contacts to a client that has those of `before`: all of them are sent, the new ones behind. Sent once,
    /// whatever happens.
    pub async fn add_contacts(&self, slot: Slot, mid: &Mid, before: &[Mid], new: &[Contact]) -> Added {
        let urls = before.iter().map(|contact| json!(self.contact_url(contact)));
        let contacts: Vec<Value> = urls.chain(new.iter().map(payload::contact)).collect();
        let path = self.path(&format!("client/{mid}/"));
        let body = json!({"contacts": contacts});
        let sent = self.session.send_once(slot, &Method::PATCH, &path, Some(&body)).await;
        let answer = answer::of_create(sent);
        let after = match (answer.verdict, &answer.body) {
            (Verdict::Done, Some(body)) => {
                object::client(object::inside(body)).map(|client| client.contacts).unwrap_or_default()
            }
            _ => return Added { answer, contacts: None, lost: Vec::new() },
        };
        let lost = before.iter().filter(|contact| !after.contains(contact)).cloned().collect();
        let added: Vec<Mid> = after.into_iter().filter(|contact| !before.contains(contact)).collect();
        let contacts = (added.len() == new.len()).then_some(added);
        Added { answer, contacts, lost }
    }

    fn contact_url(&self, mid: &Mid) -> String {
        self.session.origin.at(&self.path(&format!("contact/{mid}/")))
    }

    /// Gives a client that people made its external id.
    ///
    /// # Errors
    /// When the quota does not allow another try.
    pub async fn set_external_id(&self, slot: Slot, mid: &Mid, id: &ExternalId) -> Result<Answer, NoSlot> {
        let path = self.path(&format!("client/{mid}/"));
        let body = json!({"client_external_id": id});
        let mut answer = self.session.send_repeatable(slot, Method::PATCH, &path, Some(&body)).await?;
        let accepted = answer.status.is_some_and(|status| status < 300) && answer.body.is_some();
        if answer.verdict == Verdict::InDoubt && accepted {
            // Whenever an earlier try lands, it is the same id.
            answer.verdict = Verdict::Done;
        }
        Ok(answer)
    }

    /// Deletes one contact.
    ///
    /// # Errors
    /// When the quota does not allow another try.
    pub async fn delete_contact(&self, slot: Slot, mid: &Mid) -> Result<Answer, NoSlot> {
        self.delete(slot, &format!("contact/{mid}/")).await
    }

    /// Deletes one client.
    ///
    /// # Errors
    /// When the quota does not allow another try.
    pub async fn delete_client(&self, slot: Slot, mid: &Mid) -> Result<Answer, NoSlot> {
        self.delete(slot, &format!("client/{mid}/")).await
    }

    /// Archives one client, where the server lets that date be written. A server that takes the request and leaves the
    /// client as it was has refused it.
    ///
    /// # Errors
    /// When the quota does not allow another try.
    pub async fn archive_client(&self, slot: Slot, mid: &Mid) -> Result<Answer, NoSlot> {
        let path = self.path(&format!("client/{mid}/"));
        let body = json!({"date_archived": self.session.now().to_string()});
        let mut answer = self.session.send_repeatable(slot, Method::PATCH, &path, Some(&body)).await?;
        let shown = answer.body.as_ref().and_then(|body| object::client(object::inside(body)));
        match shown {
            Some(client) if client.known.archived && answer.verdict == Verdict::InDoubt => {
                // Whenever an earlier try lands, the client is archived.
                answer.verdict = Verdict::Done;
            }
            Some(client) if !client.known.archived && answer.verdict == Verdict::Done => {
                answer.verdict = Verdict::Refused;
                NOT_ARCHIVED.clone_into(&mut answer.message);
            }
            _ => {}
        }
        Ok(answer)
    }

    async fn delete(&self, slot: Slot, rest: &str) -> Result<Answer, NoSlot> {
        self.session.send_repeatable(slot, Method::DELETE, &self.path(rest), None).await
    }

    /// Asks for one new token, after a 401 to a request that may not be repeated without its own intent.
    ///
    /// # Errors
    /// When the server does not give one, or the quota does not allow to ask.
    pub async fn renew_token(&self) -> Result<(), ConnectError> {
        self.session.renew_token().await
    }
}
