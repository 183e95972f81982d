//! The sandbox: a server that behaves like the `MakeLeaps` API, as far as it is known.
//!
//! In: raw HTTP requests, through one of two doors: in the same process ([`Sandbox::local`], on virtual time in tests) or over
//! HTTP ([`Sandbox::serve`]). Out: raw answers. There is one implementation of the rules behind both; it reads raw JSON and
//! shares no wire type with the client, so that a mistake in one is seen by the other.
//!
//! A request walks `desk` (faults, token, quota, record) → `route` → `api` (`clients`, `contacts`) → `store`, and comes back by
//! way of `render` and `outcome`.

mod api;
mod call;
mod check;
mod clients;
mod contacts;
mod desk;
mod email;
mod fault;
mod fields;
mod http;
mod local;
mod log;
mod metadata;
mod mids;
mod oauth;
mod options;
mod outcome;
mod paging;
mod person;
mod regions;
mod render;
mod route;
mod store;
mod strike;
mod texts;
mod throttle;

use std::fmt;
use std::fs::OpenOptions;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpListener;

use crate::clock::Clock;
use crate::wire;
use desk::Desk;
use store::{Owner, Store};

pub use desk::Reply;
pub use fault::{Fault, FaultPlan, FaultPlanError, FaultRule, When};
pub use local::Local;
pub use log::LogEntry;
pub use options::{
    AddressNames, Archived, Archiving, ContactOrder, ErrorShape, ExternalIds, ListOrder, Options, PER_DAY,
    PER_MINUTE, RateHeaders, Switches,
};
pub use strike::Delivery;

/// Why a sandbox cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The request log cannot be opened or written.
    #[error("cannot write the request log `{}`", path.display())]
    LogFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Serving on the listener failed.
    #[error("cannot serve the sandbox")]
    Serve(#[source] io::Error),
}

/// A server that behaves like the API, for one partner and one key.
pub struct Sandbox {
    desk: Mutex<Desk>,
    clock: Clock,
    client_id: String,
    client_secret: String,
    partner_mid: String,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("partner_mid", &self.partner_mid).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Sets up an account.
    ///
    /// # Errors
    /// When a file that `options` name cannot be opened.
    pub fn new(options: Options, clock: Clock) -> Result<Self, SandboxError> {
        let mut store = Store::new(options.seed);
        store.add_contact(Owner::Partner, partner_contact());
        let log_file = match &options.log_file {
            Some(path) => {
                let opened = OpenOptions::new().create(true).append(true).open(path);
                Some(opened.map_err(|source| SandboxError::LogFile { path: path.clone(), source })?)
            }
            None => None,
        };
        let desk = Desk::new(options, store, log_file);
        Ok(Self {
            client_id: desk.keys.id.clone(),
            client_secret: desk.keys.secret.clone(),
            partner_mid: desk.partner.to_string(),
            desk: Mutex::new(desk),
            clock,
        })
    }

    /// The id of the account's key; the same for the same seed.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The secret of the account's key; the same for the same seed.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }

    /// The mid of the partner; the same for the same seed.
    #[must_use]
    pub fn partner_mid(&self) -> &str {
        &self.partner_mid
    }

    /// Answers one request, now.
    pub fn answer(&self, request: &wire::Request) -> Reply {
        let now = self.clock.now();
        self.desk().answer(request, now)
    }

    /// A transport to this sandbox that takes `latency` for each request.
    #[must_use]
    pub fn local(self: &Arc<Self>, latency: Duration) -> Local {
        Local::new(Arc::clone(self), latency)
    }

    /// Serves HTTP on `listener` until `shutdown` is done and every open request is answered.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), SandboxError> {
        http::serve(self, listener, shutdown).await
    }

    /// The desk, with every late commit carried out that is due by now.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.land(self.clock.now());
        desk
    }
}

/// The partner's own contact, which the contact list shows among those of clients.
fn partner_contact() -> check::Fields {
    let address = json!({
        "format": "jp_default", "country": "JP", "postal_code": "100-0001", "region": "tokyo",
        "locality": "千代田区", "street_address": "千代田1-1", "extended_address": "",
    });
    check::Fields::from_iter([
        ("contact_type".to_owned(), json!("organization")),
        ("name".to_owned(), json!(api::PARTNER_NAME)),
        ("email".to_owned(), json!({"address": "billing@sandbox.example"})),
        ("addresses".to_owned(), json!([address])),
    ])
}
