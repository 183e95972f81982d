//! What a page and a mail say of a plan in the same words: its headline, its figures, what becomes of a change.

use super::Reader;
use super::words::duration;
use crate::event::HeldBack;
use crate::guard::Reach;
use crate::plan::{Act, Change, Cost, Counts, Fate, Update};
use crate::record::{Field, Kind};
use crate::report::proposal::Part;
use crate::report::{Summary, words};

/// A plan without its changes.
#[derive(Debug, Clone, Copy)]
pub struct PlanHead<'a> {
    /// The figures, as far as a plan has them.
    pub summary: &'a Summary,
    /// What the plan counts.
    pub counts: &'a Counts,
    /// What it costs.
    pub cost: Option<Cost>,
    /// What a guard holds back, or would.
    pub held: &'a [HeldBack],
    /// The command that sends it.
    pub next: &'a str,
}

impl PlanHead<'_> {
    /// Whether a guard would let nothing of it pass.
    pub(super) fn is_stopped(&self) -> bool {
        self.held.iter().any(|held| held.hold.is_none() && held.stop.reach() != Reach::Part)
    }

    /// How many clients would be changed.
    pub(super) fn changes(&self) -> u64 {
        self.counts.create + self.counts.update + self.counts.delete
    }

    /// The plan in one sentence.
    pub(super) fn headline(&self, reader: &Reader) -> String {
        let changes = [("changes", self.changes().into())];
        if self.changes() == 0 {
            reader.say("proposal-headline-nothing")
        } else if self.is_stopped() {
            reader.texts.say_with("proposal-headline-stopped", &changes)
        } else {
            reader.texts.say_with("proposal-headline", &changes)
        }
    }

    /// The figures with the keys of their names; those that are always told come first.
    pub(super) fn figures(&self) -> Vec<(&'static str, u64)> {
        let Counts { create, update, unchanged, delete, gone, held, blocked, rejected, .. } = *self.counts;
        let always = [("proposal-create", create), ("proposal-update", update), ("proposal-delete", delete)];
        let rest = [
            ("proposal-unchanged", unchanged),
            ("proposal-only-reported", gone.saturating_sub(delete)),
            ("proposal-held", held),
            ("proposal-blocked", blocked),
            ("proposal-rejected", rejected),
        ];
        always.into_iter().chain(rest.into_iter().filter(|(_, number)| *number > 0)).collect()
    }

    /// What it costs, and what of it lands today.
    pub(super) fn price(&self, reader: &Reader) -> String {
        let Some(cost) = self.cost.filter(|cost| cost.requests > 0) else {
            return reader.say("proposal-free");
        };
        let seconds = cost.minutes * 60.0;
        let mut text = if seconds < 1.0 {
            reader.texts.say_with("proposal-cost-short", &[("requests", cost.requests.into())])
        } else {
            let time = duration(reader, seconds);
            let told = [("requests", cost.requests.into()), ("time", time.into())];
            reader.texts.say_with("proposal-cost", &told)
        };
        if cost.days > 1 {
            let today = cost.changes_today(self.counts);
            let told =
                [("days", cost.days.into()), ("today", today.into()), ("changes", self.changes().into())];
            text.push(' ');
            text.push_str(&reader.texts.say_with("proposal-days", &told));
        }
        text
    }
}

/// The name of a part.
pub(super) fn part_name(part: Part, reader: &Reader) -> String {
    reader.say(match part {
        Part::Create => "proposal-part-create",
        Part::Update => "proposal-part-update",
        Part::Gone => "proposal-part-gone",
        Part::Held => "proposal-part-held",
        Part::Blocked => "proposal-part-blocked",
        Part::Rejected => "proposal-part-rejected",
    })
}

/// Whether more is said of a change of this part than who it is.
pub(super) fn has_details(part: Part) -> bool {
    part != Part::Create
}

/// The update that a change would make, kept back or not.
pub(super) fn update_of(act: &Act) -> Option<&Update> {
    match act {
        Act::Update(update) => Some(update),
        Act::Held(_, act) => update_of(act),
        _ => None,
    }
}

/// The name under which people find the client today: before the change when the name itself changes.
pub(super) fn name(change: &Change) -> &str {
    let Some(update) = update_of(&change.act) else { return &change.label };
    let company = update.contacts.iter().filter(|contact| contact.kind == Kind::Organization);
    let renamed = company.flat_map(|contact| &contact.edits).find(|edit| edit.field == Field::Name);
    renamed.map_or(&change.label, |edit| &edit.from)
}

/// What is said of a change in sentences; an update's fields are told apart from them.
pub(super) fn sentences(change: &Change, reader: &Reader) -> Vec<String> {
    match &change.act {
        Act::Create(_) | Act::Update(_) | Act::Unchanged(_) => Vec::new(),
        Act::Gone(gone) => {
            let inactive = change
                .lines
                .first()
                .map(|line| reader.texts.say_with("proposal-inactive", &[("row", line.to_string().into())]));
            inactive.into_iter().chain([fate(gone.fate, reader)]).collect()
        }
        Act::Held(hold, _) => {
            vec![reader.texts.say_with("proposal-by-hold", &[("hold", hold.to_string().into())])]
        }
        Act::Blocked(block, _) => vec![words::block(reader.texts, block)],
        Act::Rejected(problems) => problems.iter().map(|it| words::problem(reader.texts, it)).collect(),
    }
}

fn fate(fate: Fate, reader: &Reader) -> String {
    reader.say(match fate {
        Fate::Report => "proposal-fate-report",
        Fate::Archive => "proposal-fate-archive",
        Fate::Archived => "proposal-fate-archived",
        Fate::FirstAbsence => "proposal-fate-first-absence",
        Fate::Delete => "proposal-fate-delete",
        Fate::DeleteOnceSettled => "proposal-fate-once-settled",
        Fate::RefusedBefore => "proposal-fate-refused-before",
        Fate::WaitsForRow => "proposal-fate-row",
        Fate::WaitsForCount => "proposal-fate-count",
        Fate::WaitsForNextRun => "proposal-fate-next-run",
        Fate::Held(hold) => {
            return reader.texts.say_with("proposal-by-hold", &[("hold", hold.to_string().into())]);
        }
    })
}
