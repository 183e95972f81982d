//! `why`: the whole story of one client, from the ledger.

use leapsync::journal::Failure;
use leapsync::ledger::{AttemptLine, Ledger};
use leapsync::operation::State;
use leapsync::record::{Acknowledged, ExternalId, Head, Known, Removal};
use serde_json::json;

use super::args::ClientArguments;
use super::numbers::local;
use super::output::{print, safe};
use super::table::aligned;
use super::{logs, place};

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
    let mut text = heading(&id, head.as_ref(), known.as_ref());
    for failure in &failures {
        let row = failure.line.map(|line| format!("row {line}: ")).unwrap_or_default();
        text.push_str(&format!(
            "not in sync: {row}{}\n  {}\n",
            failure.outcome.name().replace('_', " "),
            safe(&failure.message)
        ));
    }
    if !attempts.is_empty() {
        text.push_str("requests, newest first:\n");
        text.push_str(&aligned(&attempts.iter().map(attempt_row).collect::<Vec<_>>(), "  "));
    }
    text.push_str(&format!("next: {}\n", next(&id, head.as_ref(), &failures)));
    print(&text);
    Ok(0)
}

fn heading(id: &ExternalId, head: Option<&Head>, known: Option<&Known>) -> String {
    let id = safe(id.as_str());
    let Some(head) = head else {
        return format!("{id}: the ledger does not know this client\n");
    };
    let name = known.map(|known| safe(&known.label())).unwrap_or_default();
    let mid = head.mid.as_ref().map(|mid| format!(", mid {mid}")).unwrap_or_default();
    let archived = if known.is_some_and(|known| known.archived) { ", archived" } else { "" };
    let mut text = format!("{}: {}{mid}{archived}\n", format!("{id} {name}").trim_end(), head.state);
    if head.removal == Removal::Refused {
        text.push_str("the server refused to delete it\n");
    }
    if head.acknowledged == Acknowledged::Yes {
        text.push_str("its refusal is acknowledged\n");
    }
    if let Some(known) = known {
        for contact in &known.contacts {
            let whose = if contact.ours { "" } else { " (not from the file, never touched)" };
            let label = leapsync::record::label(contact.kind, &contact.fields);
            text.push_str(&format!("  contact {} {}{whose}\n", contact.mid, safe(&label)));
        }
    }
    text
}

fn attempt_row(attempt: &AttemptLine) -> Vec<String> {
    let answer = match (attempt.status, attempt.verdict) {
        (Some(status), _) => format!("HTTP {status}"),
        (None, Some(verdict)) => verdict.name().replace('_', " "),
        (None, None) => "no answer yet".to_owned(),
    };
    vec![local(attempt.sent_at), safe(&attempt.request), answer, safe(&attempt.message)]
}

fn next(id: &ExternalId, head: Option<&Head>, failures: &[Failure]) -> String {
    let id = safe(id.as_str());
    let Some(head) = head else {
        return "look for the row with `leapsync plan CSV`".to_owned();
    };
    match head.state {
        State::Missing => format!("leapsync retry {id} --recreate, if it should exist again"),
        State::Conflict => {
            "remove all but one of these clients in MakeLeaps, then run the same sync again".into()
        }
        State::Creating | State::Patching | State::Removing => {
            "run the same sync again, it settles this".into()
        }
        State::Refused => format!("mend the row and sync, or leapsync retry {id}, or leapsync ack {id}"),
        State::Linked if head.refused.is_some() => {
            format!("mend the row and sync, or leapsync retry {id}, or leapsync ack {id}")
        }
        State::Linked if head.removal == Removal::Refused => {
            format!("leapsync retry {id}, to try the delete again")
        }
        State::New | State::Linked | State::Removed if failures.is_empty() => {
            "nothing, all is well".to_owned()
        }
        State::New | State::Linked | State::Removed => "run the same sync again".to_owned(),
    }
}
