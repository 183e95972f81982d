//! The desk where every request is received: faults, gates (slash, token, quota), then the rules, then the record.
//!
//! In: one raw request and the time. Out: one raw answer and how it travels back. It never waits and never asks for the time.

use std::fs::File;
use std::io::{self, Write as _};

use bytes::Bytes;
use http::Method;
use jiff::Timestamp;

use super::api::Rules;
use super::call::Call;
use super::fault::Fault;
use super::log::LogEntry;
use super::mids::{self, Mid};
use super::oauth::{self, Keys};
use super::options::Options;
use super::outcome::{Body, Outcome};
use super::route::{self, Lead, Route};
use super::store::{Place, Store};
use super::strike::{Delivery, Strikes, Stroke};
use super::switches::{ListOrder, RateHeaders, Switches};
use super::texts::Text;
use super::throttle::{Throttles, Verdict};
use crate::wire;

/// An answer and how it travels back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The answer; for a lost one, what would have been sent.
    pub response: wire::Response,
    /// What happens to it on its way.
    pub delivery: Delivery,
}

/// A write that was accepted and will be carried out later.
#[derive(Debug)]
struct Late {
    due: Timestamp,
    request: wire::Request,
    route: Route,
    /// Its entry in the log.
    entry: usize,
}

/// Everything behind the lock.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) store: Store,
    pub(super) keys: Keys,
    pub(super) throttles: Throttles,
    pub(super) strikes: Strikes,
    pub(super) switches: Switches,
    pub(super) partner: Mid,
    pub(super) log: Vec<LogEntry>,
    late: Vec<Late>,
    /// The client that a shifted list shows for a while.
    intruder: Option<Mid>,
    log_file: Option<File>,
    /// The first failure to write the log file.
    pub(super) log_failure: Option<io::Error>,
}

impl Desk {
    pub(super) fn new(options: Options, store: Store, log_file: Option<File>) -> Self {
        Self {
            store,
            keys: Keys::new(options.seed, options.token_lifetime),
            throttles: Throttles::new(options.per_minute, options.per_day),
            strikes: Strikes::new(options.faults, options.seed),
            switches: options.switches,
            partner: mids::partner(options.seed),
            log: Vec::new(),
            late: Vec::new(),
            intruder: None,
            log_file,
            log_failure: None,
        }
    }

    /// The rules, as they apply to one call.
    pub(super) fn rules<'a>(&'a mut self, call: &'a Call<'a>) -> Rules<'a> {
        Rules { call, store: &mut self.store, switches: &self.switches, partner: self.partner }
    }

    /// Answers one request that came in at `now`; late commits that were due have landed before.
    pub(super) fn answer(&mut self, request: &wire::Request, now: Timestamp) -> Reply {
        let call = Call::of(request, self.partner);
        let mut entry = LogEntry::of(&call, now);
        let stroke = self.strikes.on(call.method, call.path);
        entry.fault = stroke.map(|stroke| stroke.fault.name());
        let location = format!("{}{}", call.links.origin(), call.path);
        let instead = stroke.and_then(|stroke| stroke.instead(&location, call.lang, now));
        let (outcome, delivery) = instead.unwrap_or_else(|| {
            let outcome = self.receive(request, &call, stroke, now);
            match stroke {
                Some(stroke) => (stroke.spoil(outcome), stroke.delivery()),
                None => (outcome, Delivery::Whole),
            }
        });
        entry.status = outcome.status;
        entry.committed = outcome.committed;
        entry.throttled = outcome.status == 429;
        self.record(entry);
        let mut response = outcome.into_response();
        if let Some(stroke) = stroke {
            response = stroke.garble(response);
        }
        if *call.method == Method::HEAD {
            *response.body_mut() = Bytes::new();
        }
        Reply { response, delivery }
    }

    /// What the API itself decides about a request that reached it.
    fn receive(
        &mut self,
        request: &wire::Request,
        call: &Call<'_>,
        stroke: Option<Stroke>,
        now: Timestamp,
    ) -> Outcome {
        if let Some(stroke) = stroke {
            self.disturb(stroke, call);
        }
        let outcome = match self.gate(call, now) {
            Err(refusal) => refusal,
            Ok(Route::Token) if *call.method == Method::POST => self.keys.grant(call, now),
            Ok(Route::Revoke) if *call.method == Method::POST => self.keys.revoke(call),
            Ok(route) => match stroke.filter(|stroke| stroke.fault == Fault::LateCommit) {
                Some(stroke) => {
                    let late = Late {
                        due: stroke.landing(now),
                        request: request.clone(),
                        route,
                        entry: self.log.len(),
                    };
                    self.late.push(late);
                    Outcome::new(202, Body::Nothing)
                }
                None => self.rules(call).run(route),
            },
        };
        self.with_rates(outcome, now)
    }

    /// Faults that change the server before it looks at a request.
    fn disturb(&mut self, stroke: Stroke, call: &Call<'_>) {
        match stroke.fault {
            Fault::RevokeToken => self.keys.revoke_all(),
            Fault::LowerLimits => {
                let (per_minute, per_day) = self.throttles.limits();
                let lowered = stroke.to.or_else(|| per_minute.map(|limit| (limit / 2).max(1)));
                self.throttles.set_limits(lowered, per_day);
            }
            Fault::ListShift => match self.intruder.take() {
                Some(mid) => self.store.delete_client(mid),
                None => self.intruder = self.intrude(call),
            },
            _ => {}
        }
    }

    /// Puts a client at the head of the list, whatever its order.
    fn intrude(&mut self, call: &Call<'_>) -> Option<Mid> {
        let place = match self.switches.list_order {
            ListOrder::OldestFirst => Place::First,
            ListOrder::NewestFirst => Place::Last,
        };
        let contact = serde_json::json!({"contact_type": "organization", "name": "割込商事株式会社"});
        self.rules(call).make_client(&serde_json::json!({"contacts": [contact]}), place).ok()
    }

    /// Slash, token, partner and quota, in the framework's order: only what is let in counts.
    fn gate(&mut self, call: &Call<'_>, now: Timestamp) -> Result<Route, Outcome> {
        let lead = route::lead(call.path, self.partner);
        match lead {
            Lead::Nowhere => return Err(Outcome::not_found(call.lang)),
            Lead::NeedsSlash => return Err(slashed(call)),
            Lead::To(Route::Token | Route::Revoke) if !self.keys.knows_client(call) => {
                return Err(oauth::invalid_client());
            }
            Lead::To(Route::Token | Route::Revoke) => {}
            Lead::To(_) | Lead::Foreign => {
                if let Some(refusal) = self.keys.refuse_bearer(call, now) {
                    return Err(refusal);
                }
            }
        }
        let Lead::To(route) = lead else { return Err(Outcome::detail(403, &Text::NoPermission, call.lang)) };
        match self.throttles.ask(now) {
            Verdict::Pass => Ok(route),
            Verdict::Refuse(wait) => {
                let outcome = Outcome::detail(429, &Text::Throttled(wait), call.lang);
                Err(match wait {
                    Some(wait) => outcome.with("retry-after", wait.to_string()),
                    None => outcome,
                })
            }
        }
    }

    fn with_rates(&mut self, outcome: Outcome, now: Timestamp) -> Outcome {
        if self.switches.rate_headers == RateHeaders::Off {
            return outcome;
        }
        let [minute, day] = self.throttles.gauges(now);
        let told = [
            ("x-ratelimit-limit-minute", minute.limit.map(u64::from)),
            ("x-ratelimit-remaining-minute", minute.remaining().map(|left| left as u64)),
            ("x-ratelimit-limit-day", day.limit.map(u64::from)),
            ("x-ratelimit-remaining-day", day.remaining().map(|left| left as u64)),
        ];
        told.into_iter().fold(outcome, |outcome, (name, value)| match value {
            Some(value) => outcome.with(name, value.to_string()),
            None => outcome,
        })
    }

    /// Carries out the late commits that are due.
    pub(super) fn land(&mut self, now: Timestamp) {
        while let Some(index) = self.late.iter().position(|late| late.due <= now) {
            let Late { due, request, route, entry } = self.late.remove(index);
            let call = Call::of(&request, self.partner);
            let outcome = self.rules(&call).run(route);
            let landed = self.log.get_mut(entry).map(|entry| {
                entry.status = outcome.status;
                entry.committed = outcome.committed;
                entry.landed_at = Some(due);
                entry.clone()
            });
            if let Some(landed) = landed {
                self.write_log(&landed);
            }
        }
    }

    fn record(&mut self, entry: LogEntry) {
        self.write_log(&entry);
        self.log.push(entry);
    }

    fn write_log(&mut self, entry: &LogEntry) {
        let Some(file) = self.log_file.as_mut() else { return };
        let written = serde_json::to_vec(entry).map_err(io::Error::from).and_then(|mut line| {
            line.push(b'\n');
            file.write_all(&line)
        });
        if let Err(error) = written {
            self.log_failure.get_or_insert(error);
        }
    }
}

/// The redirect to the same URL with a slash at the end of its path.
fn slashed(call: &Call<'_>) -> Outcome {
    let query = call.query.map(|query| format!("?{query}")).unwrap_or_default();
    let location = format!("{}{}/{query}", call.links.origin(), call.path);
    Outcome::new(301, Body::Nothing).with("location", location)
}
