//! Which request a fault strikes, and how the struck answer looks.
//!
//! In: the fault plan, its seed, and each request. Out: at most one stroke for each. The account itself is not touched here.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use jiff::Timestamp;

use super::fault::{Fault, FaultPlan, When};
use super::outcome::{Body, Outcome};
use super::texts::{Lang, Text};
use crate::wire;

/// How long a delay lasts when its rule does not say.
const DELAY: Duration = Duration::from_secs(30);
/// How much later a late commit lands when its rule does not say.
const LATE: Duration = Duration::from_secs(30);
/// The pause between two pieces of a slow answer when its rule does not say.
const PAUSE: Duration = Duration::from_millis(200);
/// What a storm asks to wait when its rule does not say.
const STORM: Duration = Duration::from_secs(5);
/// How a `Retry-After` date is written.
const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// How an answer travels back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// At once and complete.
    Whole,
    /// Complete, after a pause.
    Delayed(Duration),
    /// In small pieces with this pause between them.
    Dribbled(Duration),
    /// Not at all: the connection closes.
    Lost,
    /// Not at all: the connection is reset.
    Reset,
    /// Not at all: there was no connection to begin with.
    Unconnected,
    /// Only the first half of its body.
    Truncated,
}

/// A fault that strikes one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stroke {
    pub(super) fault: Fault,
    lasts: Option<Duration>,
    pub(super) to: Option<u32>,
    /// The side on which a fault falls that chance decides: before the API sees the request, or after.
    pub(super) before: bool,
}

/// The plan with its counters and its chance.
#[derive(Debug)]
pub(super) struct Strikes {
    plan: FaultPlan,
    /// For each rule: how many requests it concerned, and how many it struck.
    counts: Vec<(u32, u32)>,
    chance: fastrand::Rng,
}

impl Strikes {
    pub(super) fn new(plan: FaultPlan, seed: u64) -> Self {
        let counts = vec![(0, 0); plan.rules.len()];
        Self { plan, counts, chance: fastrand::Rng::with_seed(seed) }
    }

    /// Begins another plan; chance goes on where it was.
    pub(super) fn replace(&mut self, plan: FaultPlan) {
        self.counts = vec![(0, 0); plan.rules.len()];
        self.plan = plan;
    }

    pub(super) fn plan(&self) -> &FaultPlan {
        &self.plan
    }

    /// The stroke that falls on this request, if any. Every rule counts the request, whichever strikes.
    pub(super) fn on(&mut self, method: &Method, path: &str) -> Option<Stroke> {
        let mut stroke = None;
        for (rule, (seen, struck)) in self.plan.rules.iter().zip(&mut self.counts) {
            if !rule.concerns(method, path) {
                continue;
            }
            *seen += 1;
            let fires = match rule.when {
                When::Always => true,
                When::Nth(nth) => *seen == nth,
                When::Every(every) => seen.is_multiple_of(every),
                When::Chance(chance) => self.chance.f64() < chance,
            };
            let spent = rule.times.is_some_and(|times| *struck >= times);
            if fires && !spent && stroke.is_none() {
                *struck += 1;
                let before = self.chance.bool();
                stroke = Some(Stroke { fault: rule.fault, lasts: rule.lasts, to: rule.to, before });
            }
        }
        stroke
    }
}

impl Stroke {
    /// The answer of a fault that keeps the request from the API.
    pub(super) fn instead(self, location: &str, lang: Lang, now: Timestamp) -> Option<(Outcome, Delivery)> {
        let outcome = match self.fault {
            Fault::NoConnection => return Some((Outcome::new(0, Body::Nothing), Delivery::Unconnected)),
            Fault::LostBefore => return Some((Outcome::new(0, Body::Nothing), Delivery::Lost)),
            Fault::Reset if self.before => return Some((Outcome::new(0, Body::Nothing), Delivery::Reset)),
            Fault::Html502 => Outcome::new(502, proxy_page("502 Bad Gateway")),
            Fault::Unavailable => Outcome::new(503, proxy_page("503 Service Temporarily Unavailable")),
            Fault::Redirect => Outcome::new(301, Body::Nothing).with("location", location),
            Fault::Storm => storm(Some(self.lasts.unwrap_or(STORM).as_secs().to_string()), lang),
            Fault::StormAbsent => storm(None, lang),
            Fault::StormNegative => storm(Some("-7".into()), lang),
            Fault::StormHuge => storm(Some("999999999".into()), lang),
            Fault::StormDate => storm(Some(http_date(now, self.lasts.unwrap_or(STORM))), lang),
            _ => return None,
        };
        Some((outcome, Delivery::Whole))
    }

    /// When a late commit that was asked for at `now` lands.
    pub(super) fn landing(self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.lasts.unwrap_or(LATE)).unwrap_or(Timestamp::MAX)
    }

    /// How the answer of a request that reached the API travels back.
    pub(super) fn delivery(self) -> Delivery {
        match self.fault {
            Fault::LostAfter | Fault::LateCommit => Delivery::Lost,
            Fault::Reset => Delivery::Reset,
            Fault::Truncated => Delivery::Truncated,
            Fault::Delay => Delivery::Delayed(self.lasts.unwrap_or(DELAY)),
            Fault::Dribble => Delivery::Dribbled(self.lasts.unwrap_or(PAUSE)),
            _ => Delivery::Whole,
        }
    }

    /// What becomes of the answer of a request that reached the API.
    pub(super) fn spoil(self, outcome: Outcome) -> Outcome {
        let committed = outcome.committed;
        match self.fault {
            Fault::ServerErrorAfter => {
                Outcome { committed, ..Outcome::new(500, Body::Html("<h1>Server Error (500)</h1>".into())) }
            }
            Fault::NotJson if outcome.status < 300 => {
                Outcome { body: proxy_page("Welcome to nginx!"), ..outcome }
            }
            _ => outcome,
        }
    }

    /// Breaks the bytes of an answer.
    pub(super) fn garble(self, response: wire::Response) -> wire::Response {
        if self.fault != Fault::Garbled {
            return response;
        }
        let (parts, body) = response.into_parts();
        let mut broken = body[..body.len() / 2].to_vec();
        broken.extend_from_slice(b"\xff\xfe{]\0");
        wire::Response::from_parts(parts, Bytes::from(broken))
    }
}

/// A 429 that the quota has nothing to do with.
fn storm(retry_after: Option<String>, lang: Lang) -> Outcome {
    let seconds = retry_after.as_deref().and_then(|wait| wait.parse().ok());
    let outcome = Outcome::detail(429, &Text::Throttled(seconds), lang);
    match retry_after {
        Some(wait) => outcome.with("retry-after", wait),
        None => outcome,
    }
}

fn http_date(now: Timestamp, wait: Duration) -> String {
    now.saturating_add(wait).unwrap_or(now).strftime(HTTP_DATE).to_string()
}

/// A page as nginx writes it.
fn proxy_page(title: &str) -> Body {
    Body::Html(format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    ))
}
