//! What can go wrong, written as a plan: which fault strikes which requests, and when.
//!
//! In: a compact text such as `lost-after:POST:every=7,delay:/client/:p=0.1:for=5s`. Out: rules, and the same text again. Nothing here strikes.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::Method;

/// One way in which a request can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// No connection is made at all. Over HTTP, where the connection stands already, it is reset.
    NoConnection,
    /// The connection closes without an answer; the API never saw the request.
    LostBefore,
    /// The API did what was asked; the connection closes without an answer.
    LostAfter,
    /// The connection is reset; whether the API saw the request is up to chance.
    Reset,
    /// The API did what was asked; the answer ends in the middle of its body.
    Truncated,
    /// The API did what was asked; the body of the answer is broken.
    Garbled,
    /// A proxy answers 502 with HTML; the API never saw the request.
    Html502,
    /// The API did what was asked, then answers 500.
    ServerErrorAfter,
    /// 503 with HTML; the API never saw the request.
    Unavailable,
    /// The answer is lost now, and the API does what was asked some time later.
    LateCommit,
    /// The answer comes late.
    Delay,
    /// The answer comes in small pieces.
    Dribble,
    /// All tokens are taken back before the request is looked at.
    RevokeToken,
    /// 429 with `Retry-After` in seconds, whatever the quota says.
    Storm,
    /// 429 without `Retry-After`.
    StormAbsent,
    /// 429 with a negative `Retry-After`.
    StormNegative,
    /// 429 with a `Retry-After` of more than thirty years.
    StormHuge,
    /// 429 with an HTTP date as `Retry-After`.
    StormDate,
    /// The limit of the minute is lowered before the request is looked at.
    LowerLimits,
    /// A client appears at the head of the list while it is read, or goes again.
    ListShift,
    /// A write is answered with 301; nothing is done.
    Redirect,
    /// The API did what was asked and answers 2xx, with a body that is not JSON.
    NotJson,
}

/// The faults and their names.
const NAMES: [(Fault, &str); 22] = [
    (Fault::NoConnection, "no-connection"),
    (Fault::LostBefore, "lost-before"),
    (Fault::LostAfter, "lost-after"),
    (Fault::Reset, "reset"),
    (Fault::Truncated, "truncated"),
    (Fault::Garbled, "garbled"),
    (Fault::Html502, "html-502"),
    (Fault::ServerErrorAfter, "5xx-after"),
    (Fault::Unavailable, "503-before"),
    (Fault::LateCommit, "late-commit"),
    (Fault::Delay, "delay"),
    (Fault::Dribble, "dribble"),
    (Fault::RevokeToken, "revoke-token"),
    (Fault::Storm, "429-storm"),
    (Fault::StormAbsent, "429-storm-absent"),
    (Fault::StormNegative, "429-storm-negative"),
    (Fault::StormHuge, "429-storm-huge"),
    (Fault::StormDate, "429-storm-date"),
    (Fault::LowerLimits, "lower-limits"),
    (Fault::ListShift, "list-shift"),
    (Fault::Redirect, "redirect"),
    (Fault::NotJson, "not-json-2xx"),
];

impl Fault {
    /// Every fault there is.
    pub const ALL: [Self; 22] = {
        let mut all = [Self::LostBefore; 22];
        let mut index = 0;
        while index < all.len() {
            all[index] = NAMES[index].0;
            index += 1;
        }
        all
    };

    /// The name by which plans and logs call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(fault, _)| *fault == self).map_or("", |(_, name)| name)
    }

    fn named(name: &str) -> Option<Self> {
        let name = name.strip_prefix("answer-").unwrap_or(name);
        NAMES.iter().find(|(_, known)| *known == name).map(|(fault, _)| *fault)
    }

    /// Whether it makes sense for this request at all.
    fn concerns(self, method: &Method, path: &str) -> bool {
        let reading = [Method::GET, Method::HEAD, Method::OPTIONS].contains(method);
        match self {
            Self::Redirect | Self::LateCommit => !reading,
            Self::ListShift => reading && path.ends_with("/client/"),
            _ => true,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which of the requests that a rule concerns are struck.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum When {
    /// All of them.
    #[default]
    Always,
    /// The one with this number, counted from 1.
    Nth(u32),
    /// Each one whose number is a multiple of this.
    Every(u32),
    /// Each with this probability.
    Chance(f64),
}

/// One line of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRule {
    /// What goes wrong.
    pub fault: Fault,
    /// Only requests with one of these methods; empty means any.
    pub methods: Vec<Method>,
    /// Only requests whose path begins so, either from its start or from behind `/api/partner/{mid}`.
    pub path: Option<String>,
    /// Which of them.
    pub when: When,
    /// How often at most.
    pub times: Option<u32>,
    /// How long a delay lasts, how much later a late commit lands, how long a dribble pauses, what a storm asks to wait.
    pub lasts: Option<Duration>,
    /// What limits are lowered to.
    pub to: Option<u32>,
}

impl FaultRule {
    /// A fault that strikes every request.
    #[must_use]
    pub fn always(fault: Fault) -> Self {
        Self {
            fault,
            methods: Vec::new(),
            path: None,
            when: When::Always,
            times: None,
            lasts: None,
            to: None,
        }
    }

    /// Whether the rule is about this request.
    pub(super) fn concerns(&self, method: &Method, path: &str) -> bool {
        let method_fits = self.methods.is_empty() || self.methods.contains(method);
        let path_fits = self.path.as_deref().is_none_or(|prefix| {
            path.starts_with(prefix) || behind_partner(path).is_some_and(|rest| rest.starts_with(prefix))
        });
        method_fits && path_fits && self.fault.concerns(method, path)
    }
}

/// What follows `/api/partner/{mid}` in a path.
fn behind_partner(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/api/partner/")?;
    rest.find('/').map(|slash| &rest[slash..])
}

/// A list of rules; for each request the first that fires strikes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FaultPlan {
    /// The rules, strongest first.
    pub rules: Vec<FaultRule>,
}

/// Why a text is not a fault plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultPlanError {
    /// No fault has this name.
    #[error("no fault is called `{0}`")]
    UnknownFault(String),
    /// A part of a rule is neither a method, a path, nor a setting.
    #[error("fault `{fault}`: `{part}` is not understood")]
    UnknownPart {
        /// The fault whose rule it is.
        fault: &'static str,
        /// The part as it was written.
        part: String,
    },
}

impl FromStr for FaultPlan {
    type Err = FaultPlanError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rules = text.split([',', '\n']).map(str::trim).filter(|rule| !rule.is_empty()).map(str::parse);
        Ok(Self { rules: rules.collect::<Result<_, _>>()? })
    }
}

impl FromStr for FaultRule {
    type Err = FaultPlanError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split(':').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let fault = Fault::named(name).ok_or_else(|| FaultPlanError::UnknownFault(name.to_owned()))?;
        let mut rule = Self::always(fault);
        for part in parts {
            rule.take(part)
                .ok_or_else(|| FaultPlanError::UnknownPart { fault: fault.name(), part: part.to_owned() })?;
        }
        Ok(rule)
    }
}

impl FaultRule {
    fn take(&mut self, part: &str) -> Option<()> {
        if part.starts_with('/') {
            self.path = Some(part.to_owned());
            return Some(());
        }
        let Some((key, value)) = part.split_once('=') else {
            let methods = part.split('+').map(method).collect::<Option<Vec<_>>>()?;
            self.methods = methods;
            return Some(());
        };
        match key {
            "every" => self.when = When::Every(value.parse().ok().filter(|every| *every > 0)?),
            "nth" => self.when = When::Nth(value.parse().ok().filter(|nth| *nth > 0)?),
            "p" => self.when = When::Chance(value.parse().ok().filter(|p| (0.0..=1.0).contains(p))?),
            "times" => self.times = Some(value.parse().ok()?),
            "for" => self.lasts = Some(duration(value)?),
            "to" => self.to = Some(value.parse().ok()?),
            _ => return None,
        }
        Some(())
    }
}

fn method(name: &str) -> Option<Method> {
    let known = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::HEAD,
    ];
    known.into_iter().find(|method| method.as_str() == name)
}

fn duration(text: &str) -> Option<Duration> {
    let unit = text.find(|c: char| !c.is_ascii_digit())?;
    let count: u64 = text[..unit].parse().ok()?;
    match &text[unit..] {
        "ms" => Some(Duration::from_millis(count)),
        "s" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_secs(count.checked_mul(60)?)),
        _ => None,
    }
}

impl fmt::Display for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, rule) in self.rules.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            write!(f, "{rule}")?;
        }
        Ok(())
    }
}

impl fmt::Display for FaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fault, methods, path, when, times, lasts, to } = self;
        write!(f, "{fault}")?;
        if !methods.is_empty() {
            let names: Vec<&str> = methods.iter().map(Method::as_str).collect();
            write!(f, ":{}", names.join("+"))?;
        }
        if let Some(path) = path {
            write!(f, ":{path}")?;
        }
        match when {
            When::Always => {}
            When::Nth(nth) => write!(f, ":nth={nth}")?,
            When::Every(every) => write!(f, ":every={every}")?,
            When::Chance(chance) => write!(f, ":p={chance}")?,
        }
        if let Some(times) = times {
            write!(f, ":times={times}")?;
        }
        if let Some(lasts) = lasts {
            write!(f, ":for={}ms", lasts.as_millis())?;
        }
        if let Some(to) = to {
            write!(f, ":to={to}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_survives_its_text_form() {
        let text = "lost-after:POST:every=7,delay:GET+PATCH:/client/:p=0.25:times=3:for=1500ms,lower-limits:nth=2:to=60";
        let plan: FaultPlan = text.parse().expect("a plan");
        assert_eq!(plan.to_string(), text);
    }

    #[test]
    fn every_fault_has_its_own_name() {
        for fault in Fault::ALL {
            assert_eq!(Fault::named(fault.name()), Some(fault));
        }
    }

    #[test]
    fn the_long_name_of_a_lost_answer_is_understood() {
        let plan: FaultPlan = "answer-lost-before:POST".parse().expect("a plan");
        assert_eq!(plan.to_string(), "lost-before:POST");
    }

    #[test]
    fn a_path_is_compared_from_the_start_and_from_behind_the_partner() {
        let rule: FaultRule = "delay:/client/".parse().expect("a plan");
        assert!(rule.concerns(&Method::GET, "/api/partner/123/client/"));
        assert!(!rule.concerns(&Method::GET, "/api/partner/123/contact/"));
        let rule: FaultRule = "delay:/user/".parse().expect("a plan");
        assert!(rule.concerns(&Method::POST, "/user/oauth2/token/"));
    }

    #[test]
    fn nonsense_is_refused_with_its_own_words() {
        assert_eq!("lost".parse::<FaultPlan>(), Err(FaultPlanError::UnknownFault("lost".into())));
        for part in ["every=0", "p=2", "for=5", "post", "x=1"] {
            let expected = FaultPlanError::UnknownPart { fault: "delay", part: part.into() };
            assert_eq!(format!("delay:{part}").parse::<FaultPlan>(), Err(expected));
        }
    }
}
