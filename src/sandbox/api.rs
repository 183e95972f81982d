//! The rules of the API behind its gates: which method of which route does what.
//!
//! In: a call that was let through, the store and the switches. Out: an outcome. Tokens, quotas and faults are not its business.

use serde_json::{Value, json};

use super::call::Call;
use super::check::Extent;
use super::metadata;
use super::mids::Mid;
use super::outcome::Outcome;
use super::render::View;
use super::route::Route;
use super::store::Store;
use super::switches::{Deletes, KeyMay, Switches};
use super::texts::Text;

/// What the partner is called.
pub(super) const PARTNER_NAME: &str = "Sandbox Trading K.K.";

/// Everything a rule may look at.
pub(super) struct Rules<'a> {
    pub(super) call: &'a Call<'a>,
    pub(super) store: &'a mut Store,
    pub(super) switches: &'a Switches,
    pub(super) partner: Mid,
}

impl Rules<'_> {
    pub(super) fn view(&self) -> View<'_> {
        View { store: self.store, links: &self.call.links, names: self.switches.address_names }
    }

    /// Runs the rule for this method on this route.
    pub(super) fn run(&mut self, route: Route) -> Outcome {
        let method = self.call.method.as_str();
        let outcome = match method {
            "GET" | "HEAD" => self.read(route),
            "OPTIONS" => Some(self.describe(route)),
            "DELETE" if self.switches.deletes == Deletes::Forbidden => None,
            "POST" | "PUT" | "PATCH" | "DELETE" if self.switches.key == KeyMay::Read => {
                Some(Outcome::detail(403, &Text::NoPermission, self.call.lang))
            }
            "POST" | "PUT" | "PATCH" | "DELETE" => self.write(route),
            _ => None,
        };
        let outcome =
            outcome.unwrap_or_else(|| Outcome::detail(405, &Text::MethodNotAllowed(method), self.call.lang));
        let mut allow = route.allow();
        if self.switches.deletes == Deletes::Forbidden {
            allow = allow.replace("DELETE, ", "");
        }
        outcome.with("allow", allow).with("vary", "Accept, Accept-Language")
    }

    /// The description of a route; of a missing object, and to a key that may only read, it leaves out what could be written.
    fn describe(&self, route: Route) -> Outcome {
        let mut described = metadata::describe(route, self.switches);
        let missing = match route {
            Route::Client(mid) | Route::ClientContacts(mid) | Route::ClientSettings(mid) => {
                self.store.client(mid).is_none()
            }
            Route::Contact(mid) => self.store.contact(mid).is_none(),
            _ => false,
        };
        let silent = missing || self.switches.key == KeyMay::Read;
        if let Some(fields) = described.as_object_mut().filter(|_| silent) {
            fields.remove("actions");
        }
        Outcome::bare(200, described)
    }

    fn read(&self, route: Route) -> Option<Outcome> {
        let outcome = match route {
            Route::Token | Route::Revoke => return None,
            Route::Root => self.root(),
            Route::Partners => self.partners(),
            Route::Partner => Outcome::object(200, self.partner_object()),
            Route::Clients => self.list_clients(),
            Route::Client(mid) => self.show_client(mid),
            Route::ClientContacts(mid) => self.list_client_contacts(mid),
            Route::ClientSettings(mid) => self.show_settings(mid),
            Route::Contacts => self.list_contacts(),
            Route::Contact(mid) => self.show_contact(mid),
            Route::Documents => self.list_documents(),
            Route::Document(mid) => self.show_document(mid),
        };
        Some(outcome)
    }

    fn write(&mut self, route: Route) -> Option<Outcome> {
        let outcome = match (self.call.method.as_str(), route) {
            ("POST", Route::Clients) => self.create_client(),
            ("PATCH", Route::Client(mid)) => self.change_client(mid, Extent::Partial),
            ("PUT", Route::Client(mid)) => self.change_client(mid, Extent::Whole),
            ("DELETE", Route::Client(mid)) => self.delete_client(mid),
            ("PATCH", Route::ClientSettings(mid)) => self.change_settings(mid, Extent::Partial),
            ("PUT", Route::ClientSettings(mid)) => self.change_settings(mid, Extent::Whole),
            ("PATCH", Route::Contact(mid)) => self.change_contact(mid, Extent::Partial),
            ("PUT", Route::Contact(mid)) => self.change_contact(mid, Extent::Whole),
            ("DELETE", Route::Contact(mid)) => self.delete_contact(mid),
            _ => return None,
        };
        Some(outcome)
    }

    fn root(&self) -> Outcome {
        let currencies = json!({"JPY": {"symbol": "¥", "digits": 0}, "USD": {"symbol": "$", "digits": 2}});
        Outcome::object(200, json!({"partners": [self.partner_object()], "currencies": currencies}))
    }

    fn partners(&self) -> Outcome {
        let meta = json!({"status": 200, "page": 1, "count": 1, "next": null, "prev": null});
        Outcome::enveloped(200, meta, vec![self.partner_object()].into())
    }

    fn partner_object(&self) -> Value {
        let links = &self.call.links;
        json!({
            "url": links.partner(),
            "mid": self.partner.to_string(),
            "name": PARTNER_NAME,
            "clients": links.list("client"),
            "contacts": links.list("contact"),
            "documents": links.list("document"),
        })
    }
}
