//! `holds` and `approve`: what guards have kept back, and a person's word that lets exactly that go.

use leapsync::clock::Clock;
use leapsync::ledger::{Approved, Closing, Hold, Ledger};
use leapsync::texts::Texts;
use serde_json::{Value, json};

use super::args::{ApproveArguments, HoldsArguments};
use super::hold_screen;
use super::next::Next;
use super::numbers::local;
use super::output::{note, print};
use super::plan_json::ChangeLine;
use super::plan_screen;
use super::{language, logs, place};

/// Nothing was done.
const UNUSABLE: u8 = 1;
/// So many changes of a hold are read at most.
const CHANGES: usize = 1_000_000;
/// A digest that is named must have so many digits at least.
const SHORTEST_DIGEST: usize = 8;

/// `leapsync holds`.
pub(crate) fn holds(arguments: &HoldsArguments) -> anyhow::Result<u8> {
    let texts = language::texts();
    logs::start(&arguments.place);
    let place = place::find(&arguments.place)?;
    let ledger = Ledger::open_to_read(&place.ledger)?;
    let json = arguments.place.json;
    match &arguments.hold {
        None => {
            let all = ledger.holds()?;
            let shown: Vec<Hold> =
                all.into_iter().filter(|hold| arguments.all || hold.closed_at.is_none()).collect();
            print(&if json { list_json(&shown) } else { list(texts, &shown) });
        }
        Some(named) => {
            let Some(hold) = find(&ledger, named)? else { return Ok(unknown(texts, named)) };
            print(&if json { one_json(&ledger, &hold)? } else { one(texts, &ledger, &hold)? });
        }
    }
    Ok(0)
}

/// `leapsync approve`.
pub(crate) fn approve(arguments: &ApproveArguments) -> anyhow::Result<u8> {
    let texts = language::texts();
    logs::start(&arguments.place);
    let place = place::find(&arguments.place)?;
    let found = find(&Ledger::open_to_read(&place.ledger)?, &arguments.hold)?;
    let Some(hold) = found else { return Ok(unknown(texts, &arguments.hold)) };
    if hold.closed_at.is_some() {
        let arguments = [("id", hold.id.to_string().into()), ("state", state(texts, &hold).into())];
        note(&texts.say_with("hold-closed", &arguments));
        return Ok(UNUSABLE);
    }
    let now = Clock::system().now();
    let mut ledger = Ledger::open(&place.ledger)?;
    ledger.approve(hold.id, now)?;
    let approved = Hold { approved_at: Some(now), ..hold };
    if arguments.place.json {
        print(&one_json(&ledger, &approved)?);
    } else {
        let arguments = [
            ("id", approved.id.to_string().into()),
            ("digest", approved.digest.to_string().into()),
            ("changes", approved.items.into()),
            ("state", state(texts, &approved).into()),
        ];
        print(&(texts.say_with("hold-approved", &arguments) + "\n"));
    }
    Ok(0)
}

/// The hold of this number, or the open one whose digest begins so.
fn find(ledger: &Ledger, named: &str) -> anyhow::Result<Option<Hold>> {
    let named = named.trim().to_lowercase();
    let is_digest = named.len() >= SHORTEST_DIGEST;
    let mut holds = ledger.holds()?.into_iter();
    Ok(holds.find(|hold| {
        if is_digest { hold.digest.as_str().starts_with(&named) } else { hold.id.0.to_string() == named }
    }))
}

fn unknown(texts: Texts, named: &str) -> u8 {
    note(&texts.say_with("hold-unknown", &[("name", super::output::safe(named).into())]));
    UNUSABLE
}

fn next(texts: Texts, command: &str) -> String {
    let command = Next::from_command_line().look(command);
    texts.say_with("hold-next", &[("command", command.into())]) + "\n"
}

fn list(texts: Texts, holds: &[Hold]) -> String {
    if holds.is_empty() {
        return texts.say("hold-none") + "\n";
    }
    let mut text: String = holds.iter().map(|hold| heading(texts, hold)).collect();
    if let Some(open) = holds.iter().find(|hold| hold.closed_at.is_none()) {
        text.push_str(&next(texts, &format!("holds {}", open.id)));
    }
    text
}

fn heading(texts: Texts, hold: &Hold) -> String {
    let arguments = [
        ("id", hold.id.to_string().into()),
        ("since", local(hold.made_at).into()),
        ("digest", hold.digest.to_string().into()),
        ("changes", hold.items.into()),
        ("run", hold.run.0.to_string().into()),
        ("state", state(texts, hold).into()),
    ];
    let reason = hold_screen::reason(texts, &hold.reason);
    format!("{}\n    {reason}\n", texts.say_with("hold-heading", &arguments))
}

fn one(texts: Texts, ledger: &Ledger, hold: &Hold) -> anyhow::Result<String> {
    let mut text = heading(texts, hold);
    let changes = ledger.held_changes(hold.id, CHANGES)?;
    if !changes.is_empty() {
        text.push('\n');
    }
    for change in &changes {
        text.push_str(&plan_screen::held_entry(texts, change));
    }
    let more = hold.items.saturating_sub(changes.len() as u64);
    if more > 0 && hold.closed_at.is_none() {
        text.push_str(&format!("    {}\n", texts.say_with("hold-more", &[("count", more.into())])));
    }
    if hold.closed_at.is_none() {
        text.push_str(&next(texts, &format!("approve {}", hold.id)));
    }
    Ok(text)
}

/// Whether it is open, approved or closed.
fn state(texts: Texts, hold: &Hold) -> String {
    texts.say(match (hold.ending, hold.approved(Clock::system().now())) {
        (Some(Closing::Done), _) => "hold-state-done",
        (Some(Closing::Superseded), _) => "hold-state-superseded",
        (Some(Closing::Vanished), _) => "hold-state-vanished",
        (None, Approved::No) => "hold-state-open",
        (None, Approved::Until(until)) => {
            return texts.say_with("hold-state-approved", &[("until", local(until).into())]);
        }
        (None, Approved::Expired) => "hold-state-expired",
    })
}

fn value(hold: &Hold) -> Value {
    let now = Clock::system().now();
    let mut value = json!(hold);
    value["kind"] = hold.reason.kind().into();
    value["approved_until"] = match hold.approved(now) {
        Approved::Until(until) => until.to_string().into(),
        Approved::No | Approved::Expired => Value::Null,
    };
    value
}

fn list_json(holds: &[Hold]) -> String {
    let holds: Vec<Value> = holds.iter().map(value).collect();
    format!("{}\n", json!({"schema": "leapsync.holds/1", "holds": holds}))
}

fn one_json(ledger: &Ledger, hold: &Hold) -> anyhow::Result<String> {
    let changes = ledger.held_changes(hold.id, CHANGES)?;
    let mut value = value(hold);
    value["schema"] = "leapsync.hold/1".into();
    value["changes"] = changes.iter().map(|change| json!(ChangeLine::of(change))).collect();
    Ok(format!("{value}\n"))
}
