//! What the server says: whether the key works, what time it is there, how much may be asked, and its contract.

use leapsync::client::contract::{Deviation, Weight};
use leapsync::client::{ConnectError, NoSlot, Probe};
use leapsync::settings::{Limits, Origin, Pace, SetBy};
use leapsync::sync::{Examined, SyncError};
use leapsync::texts::Texts;

use super::check::{ACCOUNT, CLOCK, CONTRACT, Check, QUOTA, SERVER, State};
use super::deviation::sentence;
use crate::cli::output::safe;
use crate::cli::{errors, place};

/// A clock that is further off than this is worth a look, in seconds.
const OFF: i64 = 5;
/// A clock that is further off than this spoils times that are compared with the server's, in seconds.
const FAR_OFF: i64 = 60;
/// The variables that name a proxy for TLS connections, in the order in which they count.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// Everything that was learnt of the server.
pub(super) struct Seen {
    pub(super) checks: Vec<Check>,
    pub(super) deviations: Vec<Deviation>,
}

/// Where the server is, and how it is reached.
pub(super) fn server(texts: Texts, origin: &Origin) -> Check {
    let address = origin.to_string();
    if origin.is_loopback() {
        let said = texts.say_with("doctor-server-here", &[("origin", address.into())]);
        return Check::new(SERVER, State::Ok, said);
    }
    let proxy = PROXIES.iter().find_map(|name| Some((*name, place::variable(name)?)));
    let said = match proxy {
        // A proxy's address may hold a password: its host alone is shown.
        Some((name, address_of_proxy)) => {
            let host = url_host(&address_of_proxy).unwrap_or_else(|| texts.say("doctor-proxy-unreadable"));
            let arguments = [("origin", address.into()), ("name", name.into()), ("host", safe(&host).into())];
            texts.say_with("doctor-server-proxy", &arguments)
        }
        None => texts.say_with("doctor-server-direct", &[("origin", address.into())]),
    };
    Check::new(SERVER, State::Ok, said)
}

/// Host and port of an address, without anything that stands before an `@`.
fn url_host(address: &str) -> Option<String> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    (!host.is_empty()).then(|| host.to_owned())
}

/// The checks of a server that was asked.
pub(super) fn examined(texts: Texts, examined: Examined, pace: &Pace) -> Seen {
    let Examined { account: known, probe, day_used, day_left, limits, requests: _ } = examined;
    let mut checks = vec![account(texts, known)];
    let mut deviations = Vec::new();
    match probe {
        Some(Ok(probe)) => {
            checks.push(clock(texts, &probe));
            checks.push(quota(texts, pace, limits, Some(probe.limits), (day_used, day_left)));
            deviations = probe.contract.deviations();
            checks.push(contract(texts, &probe, &deviations));
        }
        Some(Err(no_slot)) => {
            checks.push(skipped(texts, CLOCK));
            checks.push(quota(texts, pace, limits, None, (day_used, day_left)));
            checks.push(without_quota(texts, &no_slot));
        }
        None => {
            checks.push(skipped(texts, CLOCK));
            checks.push(quota(texts, pace, limits, None, (day_used, day_left)));
            checks.push(skipped(texts, CONTRACT));
        }
    }
    Seen { checks, deviations }
}

/// What cannot be checked because nothing could be asked.
pub(super) fn skipped(texts: Texts, subject: super::check::Subject) -> Check {
    Check::new(subject, State::Skipped, texts.say("doctor-not-asked"))
}

fn without_quota(texts: Texts, no_slot: &NoSlot) -> Check {
    Check::new(CONTRACT, State::Skipped, safe(&errors::in_words(texts, no_slot)))
}

fn account(texts: Texts, known: Result<leapsync::record::Mid, ConnectError>) -> Check {
    match known {
        Ok(partner) => {
            let said = texts.say_with("doctor-account-works", &[("partner", partner.as_str().into())]);
            Check::new(ACCOUNT, State::Ok, said)
        }
        Err(error) => {
            let own = match &error {
                ConnectError::Credentials { .. } => Some(texts.say("doctor-account-key")),
                ConnectError::Unreachable(_) => Some(texts.say("doctor-account-way")),
                _ => None,
            };
            let error = anyhow::Error::from(SyncError::from(error));
            let said = safe(&errors::in_words(texts, error.as_ref()));
            let mut check = Check::new(ACCOUNT, State::Fail, said);
            check.next = own.or_else(|| errors::hint(texts, &error));
            check
        }
    }
}

fn clock(texts: Texts, probe: &Probe) -> Check {
    let Some(ahead) = probe.ahead else {
        return Check::new(CLOCK, State::Skipped, texts.say("doctor-clock-untold"));
    };
    let off = ahead.as_secs().abs();
    if off <= OFF {
        return Check::new(CLOCK, State::Ok, texts.say("doctor-clock-right"));
    }
    let seconds = [("seconds", off.unsigned_abs().into())];
    let said = if ahead.is_positive() {
        texts.say_with("doctor-clock-behind", &seconds)
    } else {
        texts.say_with("doctor-clock-ahead", &seconds)
    };
    let state = if off > FAR_OFF { State::Fail } else { State::Warn };
    let mut check = Check::new(CLOCK, state, said);
    check.next = Some(texts.say("doctor-clock-set"));
    check
}

/// The limits in force, what the server says of them, and what is used.
pub(super) fn quota(
    texts: Texts,
    pace: &Pace,
    limits: Limits,
    told: Option<(Option<u32>, Option<u32>)>,
    (used, left): (u64, Option<u64>),
) -> Check {
    let shown = |limit: Option<u32>| {
        limit.map_or_else(
            || texts.say("doctor-no-limit"),
            |limit| texts.say_with("doctor-number", &[("count", limit.into())]),
        )
    };
    let arguments = [
        ("minute", shown(limits.per_minute).into()),
        ("day", shown(limits.per_day).into()),
        ("used", used.into()),
    ];
    let mut check = Check::new(QUOTA, State::Ok, texts.say_with("doctor-quota-now", &arguments));
    if left == Some(0) {
        check.warn(texts.say("doctor-quota-used-up"), Some(texts.say("doctor-quota-tomorrow")));
    }
    match told {
        None => {}
        Some((None, None)) => check.more.push(texts.say("doctor-quota-untold")),
        Some((minute, day)) => {
            let said = [("minute", shown(minute).into()), ("day", shown(day).into())];
            check.more.push(texts.say_with("doctor-quota-told", &said));
            let above = [
                (limits.per_minute, minute, pace.per_minute_set_by),
                (limits.per_day, day, pace.per_day_set_by),
            ];
            let too_much = |(ours, theirs, by): &(Option<u32>, Option<u32>, SetBy)| {
                *by == SetBy::Person && theirs.is_some_and(|theirs| ours.is_none_or(|ours| ours > theirs))
            };
            if above.iter().any(too_much) {
                check.warn(texts.say("doctor-quota-above"), Some(texts.say("doctor-quota-lower")));
            }
        }
    }
    check
}

fn contract(texts: Texts, probe: &Probe, deviations: &[Deviation]) -> Check {
    if let Err(words) = &probe.list {
        let said = texts.say_with("doctor-list-unread", &[("said", safe(words).into())]);
        return Check::new(CONTRACT, State::Fail, said);
    }
    let heaviest = deviations.iter().map(Deviation::weight).max();
    let (state, said) = match heaviest {
        None => (State::Ok, texts.say("doctor-contract-same")),
        Some(Weight::Remark) => (State::Ok, texts.say("doctor-contract-remarks")),
        Some(Weight::Limits) => (State::Warn, texts.say("doctor-contract-differs")),
        Some(Weight::Stops) => (State::Fail, texts.say("doctor-contract-stops")),
    };
    let mut check = Check::new(CONTRACT, state, said);
    let mut ordered: Vec<&Deviation> = deviations.iter().collect();
    ordered.sort_by_key(|deviation| std::cmp::Reverse(deviation.weight()));
    check.more = ordered.into_iter().map(|deviation| sentence(texts, deviation)).collect();
    if probe.contract.client.is_none() {
        check.more.push(texts.say("doctor-contract-no-client"));
    }
    check
}

#[cfg(test)]
mod tests {
    use leapsync::client::contract::{Contract, Described};

    use super::*;

    #[test]
    fn a_clock_that_is_off_is_a_warning_first_and_then_a_failure() {
        let probe = |seconds: Option<i64>| Probe {
            contract: Contract { list: Described::default(), client: None, contact: None },
            ahead: seconds.map(jiff::SignedDuration::from_secs),
            limits: (None, None),
            list: Ok(()),
        };
        let state = |seconds| clock(Texts::default(), &probe(seconds)).state;
        assert_eq!([Some(0), Some(5), Some(-5)].map(state), [State::Ok; 3]);
        assert_eq!([Some(6), Some(60), Some(-60)].map(state), [State::Warn; 3]);
        assert_eq!([Some(61), Some(-3_600)].map(state), [State::Fail; 2]);
        assert_eq!(state(None), State::Skipped);
        let said = |seconds| clock(Texts::default(), &probe(Some(seconds))).said;
        assert_eq!(
            (said(61), said(-10)),
            ("61 seconds behind the server's".into(), "10 seconds ahead of the server's".into())
        );
    }

    #[test]
    fn the_password_of_a_proxy_is_not_shown() {
        for address in ["http://me:hush@proxy.example.com:3128/", "me:hush@proxy.example.com:3128"] {
            assert_eq!(url_host(address).as_deref(), Some("proxy.example.com:3128"));
        }
        assert_eq!(url_host("http://"), None);
    }
}
