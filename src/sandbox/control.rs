//! The control routes beside the API: faults, limits and tokens at run time, the log and the state for whoever tests.
//!
//! In: requests below `/control/`. Out: plain texts and JSON. None of them counts, needs a token, or stands in the request log.

use std::fmt::Write as _;

use http::Method;
use serde_json::{Value, json};

use super::Sandbox;
use super::fault::FaultPlan;
use super::outcome::{Body, Outcome};
use crate::wire;

/// Answers a control request; `None` when the path names no control.
pub(super) fn answer(sandbox: &Sandbox, request: &wire::Request) -> Option<Outcome> {
    let name = request.uri().path().strip_prefix("/control/")?.trim_end_matches('/');
    let body = String::from_utf8_lossy(request.body());
    let outcome = match (request.method(), name) {
        (&Method::GET, "faults") => plain(200, sandbox.faults().to_string()),
        (&Method::POST, "faults") => set_faults(sandbox, &body),
        (&Method::POST, "limits") => set_limits(sandbox, &body),
        (&Method::POST, "revoke") => {
            sandbox.revoke_tokens();
            Outcome::new(204, Body::Nothing)
        }
        (&Method::GET, "log") => plain(200, log_lines(sandbox)),
        (&Method::GET, "state") => Outcome::bare(200, state(sandbox)),
        (_, "faults" | "limits" | "revoke" | "log" | "state") => plain(405, "not this method here\n".into()),
        _ => plain(404, "no such control; there are faults, limits, revoke, log and state\n".into()),
    };
    Some(outcome)
}

fn plain(status: u16, text: String) -> Outcome {
    Outcome::new(status, Body::Plain(text))
}

fn set_faults(sandbox: &Sandbox, text: &str) -> Outcome {
    match text.parse::<FaultPlan>() {
        Ok(plan) => {
            let said = plan.to_string();
            sandbox.set_faults(plan);
            plain(200, said)
        }
        Err(error) => plain(400, format!("{error}\n")),
    }
}

/// Takes `{"per_minute": 60, "per_day": null}`: what is missing stays, null and 0 mean no limit.
fn set_limits(sandbox: &Sandbox, text: &str) -> Outcome {
    let Ok(Value::Object(wished)) = serde_json::from_str(text) else {
        return plain(400, "a JSON object with `per_minute` and `per_day` is needed\n".into());
    };
    let (per_minute, per_day) = sandbox.limits();
    let limits = (limit(wished.get("per_minute"), per_minute), limit(wished.get("per_day"), per_day));
    let (Ok(per_minute), Ok(per_day)) = limits else {
        return plain(400, "a limit is a whole number, or null\n".into());
    };
    sandbox.set_limits(per_minute, per_day);
    Outcome::bare(200, json!({"per_minute": per_minute, "per_day": per_day}))
}

/// The wish was neither missing, nor null, nor a whole number.
struct NotALimit;

/// The new limit.
fn limit(wish: Option<&Value>, now: Option<u32>) -> Result<Option<u32>, NotALimit> {
    match wish {
        None => Ok(now),
        Some(Value::Null) => Ok(None),
        Some(number) => {
            let number = number.as_u64().and_then(|number| u32::try_from(number).ok()).ok_or(NotALimit)?;
            Ok(Some(number).filter(|number| *number > 0))
        }
    }
}

fn log_lines(sandbox: &Sandbox) -> String {
    let mut lines = String::new();
    for entry in sandbox.log() {
        // Writing to a string cannot fail, and an entry holds nothing that JSON cannot say.
        let _ = writeln!(lines, "{}", json!(entry));
    }
    lines
}

fn state(sandbox: &Sandbox) -> Value {
    let log = sandbox.log();
    let [minute, day] = sandbox.gauges();
    json!({
        "clients": sandbox.clients(),
        "faults": sandbox.faults().to_string(),
        "counters": {
            "requests": log.len(),
            "committed": log.iter().filter(|entry| entry.committed).count(),
            "throttled": log.iter().filter(|entry| entry.throttled).count(),
            "faults": log.iter().filter(|entry| entry.fault.is_some()).count(),
            "minute": {"limit": minute.limit, "used": minute.used},
            "day": {"limit": day.limit, "used": day.used},
        },
    })
}
