//! What a guard holds back, in words: why, how many, which hold, and the next command.

use leapsync::event::HeldBack;
use leapsync::guard::{Reach, Stop};

use super::next::Next;
use super::numbers::{count, grouped, local};
use super::output::safe;

/// What is held back, and what to do about it.
pub(crate) fn line(held: &HeldBack) -> String {
    let HeldBack { stop, hold, changes, since } = held;
    let next = Next::from_command_line();
    if let (Some((id, digest)), Some(since)) = (hold, since) {
        return format!(
            "held since {}: hold {id} (digest {digest}) keeps back {}\nhint: {}",
            local(*since),
            count(*changes, "change"),
            next.look(&format!("holds {id}"))
        );
    }
    let sent = match stop.reach() {
        Reach::File | Reach::Run => "nothing is sent",
        Reach::Part => "the rest is sent",
    };
    let hint = match hold {
        Some((id, digest)) => format!(
            "hold {id}, digest {digest}: `{}` shows the {}, `{}` lets them go; {}",
            next.look(&format!("holds {id}")),
            count(*changes, "change"),
            next.look(&format!("approve {id}")),
            advice(stop)
        ),
        None => format!(
            "`sync` holds them back and gives the hold a number, by which it can be approved; {}",
            advice(stop)
        ),
    };
    format!("held: {}; {sent}\nhint: {hint}", reason(stop))
}

/// Why, with the numbers.
pub(crate) fn reason(stop: &Stop) -> String {
    let most = |most: u64| if most == 0 { "none".to_owned() } else { format!("at most {}", grouped(most)) };
    match stop {
        Stop::EmptyInput { linked } => format!(
            "the file names no client, but {} known",
            if *linked == 1 { "1 is".to_owned() } else { format!("{} are", grouped(*linked)) }
        ),
        Stop::Shrunk { clients, before } => format!(
            "the file names {}, and named {} at the last good run",
            count(*clients, "client"),
            grouped(*before)
        ),
        Stop::Rekeyed { created, gone, linked } => format!(
            "{} would be new while {} of {} known are gone: the codes are others",
            count(*created, "client"),
            grouped(*gone),
            grouped(*linked)
        ),
        Stop::Respelled { clients, gone } => format!(
            "{} would be new with the code of one of {} that are gone, only written otherwise: zeros, width or case",
            count(*clients, "client"),
            grouped(*gone)
        ),
        Stop::TooManyDeletes { deletes, linked, most: bound } => format!(
            "{} of {} would be deleted or archived, {} may be",
            grouped(*deletes),
            count(*linked, "client"),
            most(*bound)
        ),
        Stop::TooManyRemovals { removals, linked, most: bound } => format!(
            "{} would be removed from clients that stay, of {}; {} may be",
            count(*removals, "person"),
            count(*linked, "client"),
            most(*bound)
        ),
        Stop::TooManyUpdates { updates, linked, most: bound } => format!(
            "{} of {} would be changed, {} may be",
            grouped(*updates),
            count(*linked, "client"),
            most(*bound)
        ),
        Stop::FieldChanged { field, clients, emptied, linked } => {
            let emptied =
                if *emptied > 0 { format!(" ({} emptied)", grouped(*emptied)) } else { String::new() };
            format!(
                "`{}` would change for {} of {}{emptied}: a column has moved, perhaps",
                field.name(),
                grouped(*clients),
                count(*linked, "client")
            )
        }
        Stop::MappingChanged { parts } => format!(
            "the mapping is not the one that the ledger was filled with: {} changed",
            parts.iter().map(|part| format!("`{}`", safe(part))).collect::<Vec<_>>().join(", ")
        ),
        Stop::LastRow { line } => format!(
            "the file ends without a line end, which it did not before: row {line}, its last, may be cut off"
        ),
    }
}

/// What one does about it.
fn advice(stop: &Stop) -> &'static str {
    match stop {
        Stop::EmptyInput { .. } | Stop::Shrunk { .. } | Stop::LastRow { .. } => {
            "if the export broke off, export again and run the same command"
        }
        Stop::Rekeyed { .. } | Stop::Respelled { .. } => {
            "look at the column of `client_external_id` first: other codes make second clients"
        }
        Stop::TooManyDeletes { .. } => "look at the file; without `--delete` they are only listed",
        Stop::TooManyRemovals { .. } => "look at the file; with `--partial` nobody is removed",
        Stop::TooManyUpdates { .. } | Stop::FieldChanged { .. } => {
            "look at the columns of the file; `--max-updates` moves the threshold"
        }
        Stop::MappingChanged { .. } => {
            "`leapsync plan` shows what it would do; with `--accept-mapping` it is sent"
        }
    }
}
