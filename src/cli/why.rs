//! `why`: the whole story of one client, from the ledger.

use leapsync::journal::Failure;
use leapsync::ledger::{AttemptLine, Ledger};
use leapsync::operation::State;
use leapsync::record::{Acknowledged, ExternalId, Head, Known, Removal};
use leapsync::report::{names, words};
use leapsync::texts::Texts;
use serde_json::json;

use super::args::ClientArguments;
use super::numbers::local;
use super::output::{print, safe};
use super::table::aligned;
use super::{language, logs, place};

/// Failures are looked through up to so many.
const FAILURES: usize = 1_000_000;

/// Tells the story; code 3 when the client is not in sync.
pub(crate) fn why(arguments: &ClientArguments) -> anyhow::Result<u8> {
    logs::start(&arguments.place);
    let place = place::find(&arguments.place)?;
    let ledger = Ledger::open_to_read(&place.ledger)?;
    let id = ExternalId::new(&arguments.id);
    let head = ledger.head(&id)?;
    let known = ledger.known(&id)?;
    let attempts = ledger.attempts(&id)?;
    let failures: Vec<Failure> =
        ledger.failures(FAILURES)?.into_iter().filter(|failure| failure.external_id == id).collect();
    if arguments.place.json {
        let value = json!({
            "schema": "leapsync.why/1", "client_external_id": id,
            "state": head.as_ref().map(|head| head.state),
            "mid": head.as_ref().and_then(|head| head.mid.clone()),
            "failures": failures.iter().map(|failure| &failure.message).collect::<Vec<_>>(),
            "attempts": attempts.iter().map(|attempt| json!({
                "request": attempt.request, "sent_at": attempt.sent_at, "http_status": attempt.status,
                "verdict": attempt.verdict, "message": attempt.message,
            })).collect::<Vec<_>>(),
        });
        print(&format!("{value}\n"));
        return Ok(0);
    }
    let texts = language::texts();
    let mut text = heading(texts, &id, head.as_ref(), known.as_ref());
    for failure in &failures {
        let outcome = ("outcome", names::outcome(texts, failure.outcome).into());
        text.push_str(&match failure.line {
            Some(line) => {
                texts.say_with("why-not-in-sync-row", &[("line", line.to_string().into()), outcome])
            }
            None => texts.say_with("why-not-in-sync", &[outcome]),
        });
        text.push_str(&format!("\n  {}\n", safe(&words::failure(texts, failure))));
    }
    if !attempts.is_empty() {
        text.push_str(&(texts.say("why-requests") + "\n"));
        let rows: Vec<Vec<String>> = attempts.iter().map(|attempt| attempt_row(texts, attempt)).collect();
        text.push_str(&aligned(&rows, "  "));
    }
    let next = next(texts, &id, head.as_ref(), &failures);
    text.push_str(&(texts.say_with("why-next", &[("what", next.into())]) + "\n"));
    print(&text);
    Ok(0)
}

fn heading(texts: Texts, id: &ExternalId, head: Option<&Head>, known: Option<&Known>) -> String {
    let id = safe(id.as_str());
    let Some(head) = head else {
        return texts.say_with("why-unknown", &[("id", id.into())]) + "\n";
    };
    let name = known.map(|known| safe(&known.label())).unwrap_or_default();
    let mut parts = vec![names::state(texts, head.state)];
    parts.extend(head.mid.as_ref().map(|mid| texts.say_with("why-mid", &[("mid", mid.as_str().into())])));
    if known.is_some_and(|known| known.archived) {
        parts.push(texts.say("why-archived"));
    }
    let client = format!("{id} {name}").trim_end().to_owned();
    let state = parts.join(&texts.say("words-comma"));
    let mut lines = vec![texts.say_with("why-client", &[("client", client.into()), ("state", state.into())])];
    if head.removal == Removal::Refused {
        lines.push(texts.say("why-delete-refused"));
    }
    if head.acknowledged == Acknowledged::Yes {
        lines.push(texts.say("why-acknowledged"));
    }
    for contact in known.iter().flat_map(|known| &known.contacts) {
        let key = if contact.ours { "why-contact" } else { "why-contact-of-others" };
        let label = safe(&leapsync::record::label(contact.kind, &contact.fields));
        let arguments = [("mid", contact.mid.as_str().into()), ("label", label.into())];
        lines.push(format!("  {}", texts.say_with(key, &arguments)));
    }
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

fn attempt_row(texts: Texts, attempt: &AttemptLine) -> Vec<String> {
    let answer = match (attempt.status, attempt.verdict) {
        (Some(status), _) => texts.say_with("why-http", &[("status", status.to_string().into())]),
        (None, Some(verdict)) => names::verdict(texts, verdict),
        (None, None) => texts.say("why-no-answer"),
    };
    vec![
        local(attempt.sent_at),
        safe(&attempt.request),
        answer,
        safe(&words::of_transport(texts, &attempt.message)),
    ]
}

fn next(texts: Texts, id: &ExternalId, head: Option<&Head>, failures: &[Failure]) -> String {
    let Some(head) = head else {
        return texts.say("why-look-for-row");
    };
    let of_client = |key: &str| texts.say_with(key, &[("id", safe(id.as_str()).into())]);
    match head.state {
        State::Missing => of_client("why-recreate"),
        State::Conflict => texts.say("why-conflict"),
        State::Creating | State::Patching | State::Removing => texts.say("why-settles"),
        State::Refused => of_client("why-refused"),
        State::Linked if head.refused.is_some() => of_client("why-refused"),
        State::Linked if head.removal == Removal::Refused => of_client("why-retry-delete"),
        State::New | State::Linked | State::Removed if failures.is_empty() => texts.say("why-all-well"),
        State::New | State::Linked | State::Removed => texts.say("why-sync-again"),
    }
}
