//! What the API does with contacts and documents: list, show, change, delete.
//!
//! In: a call, the store and the switches. Out: an outcome, with the store changed when it says so. New contacts come only by way of their client.

use serde_json::{Value, json};

use super::api::Rules;
use super::check::{self, Extent};
use super::mids::Mid;
use super::outcome::Outcome;
use super::paging;
use super::switches::ListOrder;
use super::texts::Text;

impl Rules<'_> {
    pub(super) fn list_contacts(&self) -> Outcome {
        let mids = self.store.all_contacts(self.switches.list_order);
        paging::page(self.call, &mids, |mid| self.store.contact(mid).map(|one| self.view().contact(one)))
    }

    pub(super) fn show_contact(&self, mid: Mid) -> Outcome {
        match self.store.contact(mid) {
            Some(contact) => self.tagged(self.view().contact(contact)),
            None => Outcome::not_found(self.call.lang),
        }
    }

    pub(super) fn change_contact(&mut self, mid: Mid, extent: Extent) -> Outcome {
        if self.store.contact(mid).is_none() {
            return Outcome::not_found(self.call.lang);
        }
        let body = match self.call.json() {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        match self.apply_to_contact(mid, &body, extent) {
            Ok(()) => self.show_contact(mid).committed(),
            Err(errors) => self.invalid(errors),
        }
    }

    /// Checks and stores a change of a contact that exists.
    pub(super) fn apply_to_contact(&mut self, mid: Mid, body: &Value, extent: Extent) -> Result<(), Value> {
        let stored = self.store.contact(mid).map(|contact| &contact.fields);
        let values = check::contact(body, stored, extent, self.call.lang)?;
        self.store.change_contact(mid, values);
        Ok(())
    }

    pub(super) fn delete_contact(&mut self, mid: Mid) -> Outcome {
        if self.store.contact(mid).is_none() {
            return Outcome::not_found(self.call.lang);
        }
        if self.store.in_use(mid) {
            return self.invalid(json!([Text::ContactInUse.say(self.call.lang)]));
        }
        self.store.delete_contact(mid);
        Outcome::gone()
    }

    pub(super) fn list_documents(&self) -> Outcome {
        let mut mids: Vec<Mid> = self.store.documents().map(|document| document.mid).collect();
        if self.switches.list_order == ListOrder::NewestFirst {
            mids.reverse();
        }
        paging::page(self.call, &mids, |mid| self.document(mid))
    }

    pub(super) fn show_document(&self, mid: Mid) -> Outcome {
        match self.document(mid) {
            Some(shown) => self.tagged(shown),
            None => Outcome::not_found(self.call.lang),
        }
    }

    fn document(&self, mid: Mid) -> Option<Value> {
        let document = self.store.documents().find(|document| document.mid == mid)?;
        Some(self.view().document(document))
    }
}
