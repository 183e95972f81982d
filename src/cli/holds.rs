//! `holds` and `approve`: what guards have kept back, and a person's word that lets exactly that go.

use leapsync::clock::Clock;
use leapsync::ledger::{Approved, Closing, Hold, Ledger};
use serde_json::{Value, json};

use super::args::{ApproveArguments, HoldsArguments};
use super::hold_screen;
use super::next::Next;
use super::numbers::{count, grouped, local};
use super::output::{note, print};
use super::plan_screen;
use super::{logs, place};

/// Nothing was done.
const UNUSABLE: u8 = 1;
/// So many changes of a hold are read at most.
const CHANGES: usize = 1_000_000;
/// A digest that is named must have so many digits at least.
const SHORTEST_DIGEST: usize = 8;

/// `leapsync holds`.
pub(crate) fn holds(arguments: &HoldsArguments) -> anyhow::Result<u8> {
    logs::start(&arguments.place);
    let place = place::find(&arguments.place)?;
    let ledger = Ledger::open_to_read(&place.ledger)?;
    let json = arguments.place.json;
    match &arguments.hold {
        None => {
            let all = ledger.holds()?;
            let shown: Vec<Hold> =
                all.into_iter().filter(|hold| arguments.all || hold.closed_at.is_none()).collect();
            print(&if json { list_json(&shown) } else { list(&shown) });
        }
        Some(named) => {
            let Some(hold) = find(&ledger, named)? else { return Ok(unknown(named)) };
            print(&if json { one_json(&ledger, &hold)? } else { one(&ledger, &hold)? });
        }
    }
    Ok(0)
}

/// `leapsync approve`.
pub(crate) fn approve(arguments: &ApproveArguments) -> anyhow::Result<u8> {
    logs::start(&arguments.place);
    let place = place::find(&arguments.place)?;
    let found = find(&Ledger::open_to_read(&place.ledger)?, &arguments.hold)?;
    let Some(hold) = found else { return Ok(unknown(&arguments.hold)) };
    if hold.closed_at.is_some() {
        note(&format!("error: hold {} is closed: {}\nhint: leapsync holds", hold.id, state(&hold)));
        return Ok(UNUSABLE);
    }
    let now = Clock::system().now();
    let mut ledger = Ledger::open(&place.ledger)?;
    ledger.approve(hold.id, now)?;
    let approved = Hold { approved_at: Some(now), ..hold };
    if arguments.place.json {
        print(&one_json(&ledger, &approved)?);
    } else {
        print(&format!(
            "hold {} (digest {}): {}, {}\nnext: leapsync sync CSV\n",
            approved.id,
            approved.digest,
            count(approved.items, "change"),
            state(&approved)
        ));
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

fn unknown(named: &str) -> u8 {
    note(&format!("error: there is no hold `{}`\nhint: leapsync holds", super::output::safe(named)));
    UNUSABLE
}

fn list(holds: &[Hold]) -> String {
    if holds.is_empty() {
        return "nothing is held back\n".to_owned();
    }
    let mut text = String::new();
    for hold in holds {
        text.push_str(&heading(hold));
    }
    if let Some(open) = holds.iter().find(|hold| hold.closed_at.is_none()) {
        let next = Next::from_command_line();
        text.push_str(&format!("next: {}\n", next.look(&format!("holds {}", open.id))));
    }
    text
}

fn heading(hold: &Hold) -> String {
    format!(
        "hold {}  {}  digest {}  {}, of run {}, {}\n    {}\n",
        hold.id,
        local(hold.made_at),
        hold.digest,
        count(hold.items, "change"),
        hold.run.0,
        state(hold),
        hold_screen::reason(&hold.reason)
    )
}

fn one(ledger: &Ledger, hold: &Hold) -> anyhow::Result<String> {
    let mut text = heading(hold);
    let changes = ledger.held_changes(hold.id, CHANGES)?;
    if !changes.is_empty() {
        text.push('\n');
    }
    for change in &changes {
        text.push_str(&plan_screen::held_entry(change));
    }
    let more = hold.items.saturating_sub(changes.len() as u64);
    if more > 0 && hold.closed_at.is_none() {
        text.push_str(&format!("    … and {} more\n", grouped(more)));
    }
    if hold.closed_at.is_none() {
        let next = Next::from_command_line();
        text.push_str(&format!("next: {}\n", next.look(&format!("approve {}", hold.id))));
    }
    Ok(text)
}

/// Whether it is open, approved or closed.
fn state(hold: &Hold) -> String {
    match (hold.ending, hold.approved(Clock::system().now())) {
        (Some(Closing::Done), _) => "approved and done".to_owned(),
        (Some(Closing::Superseded), _) => "replaced by a later hold".to_owned(),
        (Some(Closing::Vanished), _) => "no longer needed".to_owned(),
        (None, Approved::No) => "not approved".to_owned(),
        (None, Approved::Until(until)) => format!("approved until {}", local(until)),
        (None, Approved::Expired) => "approval expired".to_owned(),
    }
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
    value["changes"] = changes.iter().map(plan_screen::change_json).collect();
    Ok(format!("{value}\n"))
}
