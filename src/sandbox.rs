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
mod control;
mod desk;
mod disk;
mod email;
mod fault;
mod fields;
mod http;
mod local;
mod log;
mod metadata;
mod mids;
mod oauth;
mod objects;
mod options;
mod outcome;
mod paging;
mod person;
mod regions;
mod render;
mod route;
mod seeds;
mod site;
mod store;
mod strike;
mod switches;
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
use objects::Owner;
use store::{Place, Store};

pub use desk::Reply;
pub use fault::{Fault, FaultPlan, FaultPlanError, FaultRule, When};
pub use local::Local;
pub use log::LogEntry;
pub use options::{Options, PER_DAY, PER_MINUTE};
pub use strike::Delivery;
pub use switches::{
    AddressNames, Archived, Archiving, ContactOrder, Deletes, ErrorShape, ExternalIds, KeyMay, ListOrder,
    RateHeaders, Switches, SwitchesError,
};

/// The shortest pause between two writings of the data file.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// How many times longer than the last writing took the pause is.
const SAVE_SHARE: u32 = 20;

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
    /// The data file cannot be read or written.
    #[error("cannot keep the account in `{}`", path.display())]
    DataFile {
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
    log_path: Option<PathBuf>,
    data_file: Option<PathBuf>,
    /// Held while the data file is written, so that two writers cannot mix.
    saving: Mutex<()>,
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
        let kept = match &options.data_file {
            Some(path) => disk::load(path, options.seed)?,
            None => None,
        };
        let fresh = kept.is_none();
        let store = kept.unwrap_or_else(|| {
            let mut store = Store::new(options.seed);
            store.add_contact(Owner::Partner, partner_contact());
            store
        });
        let (log_path, data_file) = (options.log_file.clone(), options.data_file.clone());
        let (seed, seed_clients) = (options.seed, options.seed_clients);
        let log_file = match &options.log_file {
            Some(path) => {
                let opened = OpenOptions::new().create(true).append(true).open(path);
                Some(opened.map_err(|source| SandboxError::LogFile { path: path.clone(), source })?)
            }
            None => None,
        };
        let desk = Desk::new(options, store, log_file);
        let sandbox = Self {
            client_id: desk.keys.id.clone(),
            client_secret: desk.keys.secret.clone(),
            partner_mid: desk.partner.to_string(),
            desk: Mutex::new(desk),
            clock,
            log_path,
            data_file,
            saving: Mutex::new(()),
        };
        if fresh {
            sandbox.invent(seed, seed_clients);
        }
        Ok(sandbox)
    }

    /// Fills the account, up to what the plan's cap on active clients allows.
    fn invent(&self, seed: u64, count: u32) {
        self.by_person(|rules| {
            for body in seeds::invent(seed, count) {
                if rules.make_client(&body, Place::Last).is_err() {
                    break;
                }
            }
        });
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

    /// Answers what came over HTTP: a page, a control, or the API.
    fn respond(&self, request: &wire::Request) -> Reply {
        let aside = control::answer(self, request).or_else(|| site::answer(self, request));
        match aside {
            Some(outcome) => Reply { response: outcome.into_response(), delivery: Delivery::Whole },
            None => self.answer(request),
        }
    }

    /// Writes the data file, if there is one and the account has changed since.
    ///
    /// # Errors
    /// When the file cannot be written; the next call tries again.
    pub fn save(&self) -> Result<(), SandboxError> {
        let Some(path) = &self.data_file else { return Ok(()) };
        let _only = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let image = {
            let mut desk = self.desk();
            if !std::mem::take(&mut desk.store.dirty) {
                return Ok(());
            }
            disk::image(&desk.store)
        };
        let saved = image.and_then(|image| disk::replace(path, &image));
        saved.map_err(|source| {
            self.desk().store.dirty = true;
            SandboxError::DataFile { path: path.clone(), source }
        })
    }

    /// Saves again and again, never more than a small share of the time.
    async fn keep_saved(self: Arc<Self>) {
        let mut pause = SAVE_EVERY;
        loop {
            tokio::time::sleep(pause).await;
            let sandbox = Arc::clone(&self);
            let began = self.clock.now();
            // A failure leaves the account marked as changed: the save at the end tries once more and reports it.
            let _ = tokio::task::spawn_blocking(move || sandbox.save()).await;
            pause = SAVE_EVERY.max(self.clock.since(began) * SAVE_SHARE);
        }
    }

    /// Serves HTTP on `listener` until `shutdown` is done and every open request is answered.
    ///
    /// # Errors
    /// When the listener breaks, or the data file or the request log could not be written.
    pub async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), SandboxError> {
        let saver = tokio::spawn(Arc::clone(&self).keep_saved());
        let served = http::serve(Arc::clone(&self), listener, shutdown).await;
        saver.abort();
        self.save()?;
        if let (Some(source), Some(path)) = (self.desk().log_failure.take(), &self.log_path) {
            return Err(SandboxError::LogFile { path: path.clone(), source });
        }
        served
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
