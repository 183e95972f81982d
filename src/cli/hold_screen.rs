//! What a guard holds back, in words: why, how many, which hold, and the next command.

use leapsync::event::HeldBack;
use leapsync::guard::{Reach, Stop};
use leapsync::report::names;
use leapsync::texts::Texts;

use super::next::Next;
use super::numbers::local;
use super::output::safe;

/// What is held back, and what to do about it.
pub(crate) fn line(texts: Texts, held: &HeldBack) -> String {
    let HeldBack { stop, hold, changes, since } = held;
    let next = Next::from_command_line();
    if let (Some((id, digest)), Some(since)) = (hold, since) {
        let arguments = [
            ("since", local(*since).into()),
            ("id", id.to_string().into()),
            ("digest", digest.to_string().into()),
            ("changes", (*changes).into()),
            ("command", next.look(&format!("holds {id}")).into()),
        ];
        return texts.say_with("hold-since", &arguments);
    }
    let sent = texts.say(match stop.reach() {
        Reach::File | Reach::Run => "hold-nothing-sent",
        Reach::Part => "hold-rest-sent",
    });
    let advice = texts.say(advice(stop));
    let hint = match hold {
        Some((id, digest)) => {
            let arguments = [
                ("id", id.to_string().into()),
                ("digest", digest.to_string().into()),
                ("show", next.look(&format!("holds {id}")).into()),
                ("changes", (*changes).into()),
                ("approve", next.look(&format!("approve {id}")).into()),
                ("advice", advice.into()),
            ];
            texts.say_with(if *changes == 0 { "hold-hint-of-file" } else { "hold-hint" }, &arguments)
        }
        None => texts.say_with("hold-hint-of-plan", &[("advice", advice.into())]),
    };
    let arguments = [("reason", reason(texts, stop).into()), ("sent", sent.into()), ("hint", hint.into())];
    texts.say_with("hold-new", &arguments)
}

/// Why, with the numbers.
pub(crate) fn reason(texts: Texts, stop: &Stop) -> String {
    let of_many = |key: &str, (name, number): (&str, u64), linked: u64, most: u64| {
        let arguments = [(name, number.into()), ("linked", linked.into()), ("most", most.into())];
        texts.say_with(key, &arguments)
    };
    match stop {
        Stop::EmptyInput { linked } => texts.say_with("hold-empty-input", &[("linked", (*linked).into())]),
        Stop::Shrunk { clients, before } => {
            let arguments = [("clients", (*clients).into()), ("before", (*before).into())];
            texts.say_with("hold-shrunk", &arguments)
        }
        Stop::Rekeyed { created, gone, linked } => {
            let arguments =
                [("created", (*created).into()), ("gone", (*gone).into()), ("linked", (*linked).into())];
            texts.say_with("hold-rekeyed", &arguments)
        }
        Stop::Respelled { clients, gone } => {
            let arguments = [("clients", (*clients).into()), ("gone", (*gone).into())];
            texts.say_with("hold-respelled", &arguments)
        }
        Stop::TooManyDeletes { deletes, linked, most } => {
            of_many("hold-deletes", ("deletes", *deletes), *linked, *most)
        }
        Stop::TooManyRemovals { removals, linked, most } => {
            of_many("hold-removals", ("removals", *removals), *linked, *most)
        }
        Stop::TooManyUpdates { updates, linked, most } => {
            of_many("hold-updates", ("updates", *updates), *linked, *most)
        }
        Stop::FieldChanged { field, clients, emptied, linked } => {
            let arguments = [
                ("field", names::field(texts, *field).into()),
                ("clients", (*clients).into()),
                ("emptied", (*emptied).into()),
                ("linked", (*linked).into()),
            ];
            texts.say_with("hold-field", &arguments)
        }
        Stop::MappingChanged { parts } => {
            let quoted = |part: &String| texts.say_with("words-quoted", &[("value", safe(part).into())]);
            let parts = parts.iter().map(quoted).collect::<Vec<_>>().join(&texts.say("words-comma"));
            texts.say_with("hold-mapping", &[("parts", parts.into())])
        }
        Stop::LastRow { line } => texts.say_with("hold-last-row", &[("line", line.to_string().into())]),
    }
}

/// The key of what one does about it.
fn advice(stop: &Stop) -> &'static str {
    match stop {
        Stop::EmptyInput { .. } | Stop::Shrunk { .. } | Stop::LastRow { .. } => "hold-advice-export",
        Stop::Rekeyed { .. } | Stop::Respelled { .. } => "hold-advice-codes",
        Stop::TooManyDeletes { .. } => "hold-advice-deletes",
        Stop::TooManyRemovals { .. } => "hold-advice-removals",
        Stop::TooManyUpdates { .. } | Stop::FieldChanged { .. } => "hold-advice-updates",
        Stop::MappingChanged { .. } => "hold-advice-mapping",
    }
}
