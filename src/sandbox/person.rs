//! What people do in the web application while the API is in use, and the server's own word about its state.
//!
//! In: mids and bodies in the API's shape. Out: values. None of it counts against a quota or stands in the request log.

use std::time::Duration;

use serde_json::{Value, json};

use super::Sandbox;
use super::api::Rules;
use super::call::{Call, Links};
use super::check::{Extent, Fields};
use super::fault::FaultPlan;
use super::log::LogEntry;
use super::mids::Mid;
use super::render::{Depth, View};
use super::store::{Place, Shelf};
use super::switches::ListOrder;
use super::throttle::Gauge;
use crate::wire;

impl Sandbox {
    /// Every client, oldest first, archived ones too, each with its contacts in full; URLs begin with `http://127.0.0.1`.
    #[must_use]
    pub fn clients(&self) -> Vec<Value> {
        let desk = self.desk();
        let links = Links::home(desk.partner);
        let view = View { store: &desk.store, links: &links, names: desk.switches.address_names };
        let mids = desk.store.clients_in(Shelf::Both, ListOrder::OldestFirst);
        let clients = mids.into_iter().filter_map(|mid| desk.store.client(mid));
        clients.map(|client| view.client(client, Depth::Contacts)).collect()
    }

    /// Every request since the start, oldest first.
    #[must_use]
    pub fn log(&self) -> Vec<LogEntry> {
        self.desk().log.clone()
    }

    /// The largest number of requests that asked a throttle in any window of this length, refused ones included.
    #[must_use]
    pub fn requests_in_any(&self, window: Duration) -> usize {
        self.desk().throttles.most_in_any(window)
    }

    /// Adds a client from a body as the API takes it; gives back its mid.
    ///
    /// # Panics
    /// When the body breaks the API's own rules: a test that invents such a client is wrong.
    #[track_caller]
    pub fn add_client(&self, body: &Value) -> String {
        let added = self.by_person(|rules| rules.make_client(body, Place::Last));
        match added {
            Ok(mid) => mid.to_string(),
            Err(errors) => panic!("the web application refuses this client: {errors}"),
        }
    }

    /// Changes fields of a client; false when it is not there or the change breaks the API's rules.
    pub fn edit_client(&self, mid: &str, body: &Value) -> bool {
        self.on_client(mid, |rules, mid| rules.apply_to_client(mid, body, Extent::Partial).is_ok())
    }

    /// Changes fields of a contact; false when it is not there or the change breaks the API's rules.
    pub fn edit_contact(&self, mid: &str, body: &Value) -> bool {
        let Some(mid) = Mid::parse(mid) else { return false };
        self.by_person(|rules| {
            rules.store.contact(mid).is_some() && rules.apply_to_contact(mid, body, Extent::Partial).is_ok()
        })
    }

    /// Archives a client; false when it is not there.
    pub fn archive_client(&self, mid: &str) -> bool {
        let date = json!(self.clock.now().to_string());
        self.on_client(mid, |rules, mid| rules.store.change_client(mid, dated(date)))
    }

    /// Takes a client out of the archive; false when it is not there.
    pub fn unarchive_client(&self, mid: &str) -> bool {
        self.on_client(mid, |rules, mid| rules.store.change_client(mid, dated(Value::Null)))
    }

    /// Deletes a client; false when it is not there or a document refers to it.
    pub fn delete_client(&self, mid: &str) -> bool {
        self.on_client(mid, |rules, mid| {
            let free = !rules.store.in_use(mid);
            if free {
                rules.store.delete_client(mid);
            }
            free
        })
    }

    /// Issues a document to a client, which then refers to it and to all its contacts; false when it is not there.
    pub fn add_document(&self, client_mid: &str) -> bool {
        let now = self.clock.now();
        self.on_client(client_mid, |rules, mid| rules.store.add_document(mid, now).is_some())
    }

    /// Begins another fault plan.
    pub fn set_faults(&self, plan: FaultPlan) {
        self.desk().strikes.replace(plan);
    }

    /// Sets the quotas; what their logs hold stays.
    pub fn set_limits(&self, per_minute: Option<u32>, per_day: Option<u32>) {
        self.desk().throttles.set_limits(per_minute, per_day);
    }

    /// The fault plan in force.
    #[must_use]
    pub fn faults(&self) -> FaultPlan {
        self.desk().strikes.plan().clone()
    }

    /// The quotas in force: requests a minute and a day.
    #[must_use]
    pub fn limits(&self) -> (Option<u32>, Option<u32>) {
        self.desk().throttles.limits()
    }

    /// How full the minute and the day are now.
    pub(super) fn gauges(&self) -> [Gauge; 2] {
        let now = self.clock.now();
        self.desk().throttles.gauges(now)
    }

    /// Takes back every token.
    pub fn revoke_tokens(&self) {
        self.desk().keys.revoke_all();
    }

    fn on_client(&self, mid: &str, act: impl FnOnce(&mut Rules<'_>, Mid) -> bool) -> bool {
        let Some(mid) = Mid::parse(mid) else { return false };
        self.by_person(|rules| rules.store.client(mid).is_some() && act(rules, mid))
    }

    pub(super) fn by_person<T>(&self, act: impl FnOnce(&mut Rules<'_>) -> T) -> T {
        let request = wire::Request::default();
        let mut desk = self.desk();
        let call = Call::of(&request, desk.partner);
        act(&mut desk.rules(&call))
    }
}

fn dated(date: Value) -> Fields {
    Fields::from_iter([("date_archived".to_owned(), date)])
}
