//! What a guard holds back: why, how many changes, and the commands that show and approve them.

use maud::{Markup, html};

use super::Reader;
use super::changes::field_name;
use super::words::Prose;
use crate::event::HeldBack;
use crate::guard::{Reach, Stop};

/// One hold, or what would be one.
pub(super) fn notice(held: &HeldBack, reader: &Reader) -> Markup {
    let HeldBack { stop, hold, changes, since } = held;
    html! {
        div.notice {
            p {
                @match hold {
                    Some((id, digest)) => {
                        @let told = [("hold", id.to_string().into()), ("digest", digest.to_string().into())];
                        b { (reader.texts.say_with("report-hold", &told)) }
                    }
                    None => b { (reader.say("report-hold-unnumbered")) },
                }
                " " (Prose(&reason(stop, reader)))
            }
            @match since {
                Some(since) => {
                    @let told = [("since", reader.time(*since).into()), ("changes", (*changes).into())];
                    p { (reader.texts.say_with("report-hold-since", &told)) }
                }
                None => p {
                    // Only a plan tells of what has no number yet.
                    (reader.say(match (stop.reach(), hold) {
                        (Reach::File | Reach::Run, Some(_)) => "report-hold-all",
                        (Reach::Part, Some(_)) => "report-hold-part",
                        (Reach::File | Reach::Run, None) => "report-hold-all-then",
                        (Reach::Part, None) => "report-hold-part-then",
                    }))
                },
            }
            @if let Some((id, _)) = hold {
                @let show = format!("`leapsync holds {id}`");
                @let approve = format!("`leapsync approve {id}`");
                @let told = [("show", show.into()), ("approve", approve.into())];
                p { (Prose(&reader.texts.say_with("report-hold-next", &told))) }
            }
        }
    }
}

/// Why, with the numbers.
pub(super) fn reason(stop: &Stop, reader: &Reader) -> String {
    let texts = reader.texts;
    match stop {
        Stop::EmptyInput { linked } => {
            texts.say_with("report-stop-empty-input", &[("linked", (*linked).into())])
        }
        Stop::Shrunk { clients, before } => texts
            .say_with("report-stop-shrunk", &[("clients", (*clients).into()), ("before", (*before).into())]),
        Stop::Rekeyed { created, gone, linked } => texts.say_with(
            "report-stop-rekeyed",
            &[("created", (*created).into()), ("gone", (*gone).into()), ("linked", (*linked).into())],
        ),
        Stop::Respelled { clients, gone } => texts
            .say_with("report-stop-respelled", &[("clients", (*clients).into()), ("gone", (*gone).into())]),
        Stop::TooManyDeletes { deletes, linked, most } => texts.say_with(
            "report-stop-deletes",
            &[("deletes", (*deletes).into()), ("linked", (*linked).into()), ("most", (*most).into())],
        ),
        Stop::TooManyRemovals { removals, most, linked: _ } => texts
            .say_with("report-stop-removals", &[("removals", (*removals).into()), ("most", (*most).into())]),
        Stop::TooManyUpdates { updates, linked, most } => texts.say_with(
            "report-stop-updates",
            &[("updates", (*updates).into()), ("linked", (*linked).into()), ("most", (*most).into())],
        ),
        Stop::FieldChanged { field, clients, emptied, linked } => texts.say_with(
            "report-stop-field",
            &[
                ("field", field_name(*field, reader).into()),
                ("clients", (*clients).into()),
                ("emptied", (*emptied).into()),
                ("linked", (*linked).into()),
            ],
        ),
        Stop::MappingChanged { parts } => {
            let parts = parts.iter().map(|part| format!("`{part}`")).collect::<Vec<_>>().join(", ");
            texts.say_with("report-stop-mapping", &[("parts", parts.into())])
        }
        Stop::LastRow { line } => texts.say_with("report-stop-last-row", &[("row", line.to_string().into())]),
    }
}
