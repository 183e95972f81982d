//! The plan as a person reads it, and as a script does.

use std::path::PathBuf;

use leapsync::event::{Event, HeldBack};
use leapsync::guard::Reach;
use leapsync::plan::{Act, Change, Cost, Counts, Digest, Edit, Fate, Update};
use leapsync::record::{Field, Kind};
use leapsync::report::proposal::Part;
use leapsync::report::{Summary, names, words};
use leapsync::spool::{Spool, SpoolError};
use leapsync::texts::Texts;
use serde_json::json;

use super::hold_screen;
use super::json_list::JsonList;
use super::next::Next;
use super::numbers::duration;
use super::output::{quoted, safe};
use super::plan_json::ChangeLine;
use super::table::{cut, padded, width};

/// So many changes of one kind are shown without `-v`.
const SHOWN: usize = 10;
/// So many unused columns are named without `-v`.
const UNUSED: usize = 6;
/// So many rows of one client are named.
const ROWS: usize = 5;
/// A change of a field that is wider takes a second line.
const EDIT_WIDTH: usize = 90;
/// Columns for a client's id and name.
const ID_WIDTH: usize = 16;
const NAME_WIDTH: usize = 36;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The first few of each kind.
    Short,
    /// Everything.
    Complete,
}

/// Gathers a plan from the events of a preview.
#[derive(Default)]
pub(crate) struct PlanScreen {
    groups: [Group; 6],
    /// So many changes of each kind are kept.
    most: u64,
    pub(crate) counts: Counts,
    pub(crate) cost: Option<Cost>,
    pub(crate) held: Vec<HeldBack>,
    failed: Option<SpoolError>,
    unused: Vec<String>,
    /// The digest of the plan and the file that it was saved to.
    pub(crate) saved: Option<(Digest, PathBuf)>,
}

/// The changes of one kind: how many there are, and those that may be shown.
#[derive(Default)]
pub(crate) struct Group {
    pub(crate) total: u64,
    pub(crate) kept: Spool<Change>,
}

/// The kinds of change in the order in which they are shown.
const KINDS: [(char, &str); 6] = [
    ('+', "plan-create"),
    ('~', "plan-update"),
    ('-', "plan-gone"),
    ('!', "plan-held"),
    ('!', "plan-blocked"),
    ('!', "plan-rejected"),
];

fn kind_of(change: &Change) -> Option<usize> {
    let part = Part::of(change)?;
    Part::ALL.iter().position(|other| *other == part)
}

impl PlanScreen {
    /// Begins one of which that much will be shown.
    pub(crate) fn of(detail: Detail) -> Self {
        let most = if detail == Detail::Complete { u64::MAX } else { SHOWN as u64 };
        Self { most, ..Self::default() }
    }

    /// Takes in one event.
    pub(crate) fn absorb(&mut self, event: &Event) {
        match event {
            Event::Change(change) => {
                let Some(kind) = kind_of(change) else { return };
                let group = &mut self.groups[kind];
                group.total += 1;
                if group.total <= self.most
                    && let Err(error) = group.kept.push(change)
                {
                    self.failed.get_or_insert(error);
                }
            }
            Event::Planned { counts, cost } => (self.counts, self.cost) = (*counts, Some(*cost)),
            Event::InputRead { unused, .. } => self.unused.clone_from(unused),
            Event::Held(held) => self.held.push((**held).clone()),
            _ => {}
        }
    }

    /// How many changes land today, and how many there are; none when all of them do.
    fn landing_today(&self) -> Option<(u64, u64)> {
        let cost = self.cost.filter(|cost| cost.days > 1)?;
        Some((cost.changes_today(&self.counts), self.counts.create + self.counts.update + self.counts.delete))
    }

    /// The changes of one part of the plan.
    pub(crate) fn part(&mut self, part: Part) -> Option<&mut Group> {
        let place = Part::ALL.iter().position(|other| *other == part)?;
        self.groups.get_mut(place).filter(|group| group.total > 0)
    }

    /// The plan as text.
    pub(crate) fn text(
        mut self,
        texts: Texts,
        summary: &Summary,
        detail: Detail,
        next: &Next,
    ) -> Result<String, SpoolError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut text = String::new();
        for (group, (mark, name)) in self.groups.iter_mut().zip(KINDS) {
            text.push_str(&section(texts, group, (mark, name), detail)?);
        }
        for held in &self.held {
            text.push_str(&format!("{}\n\n", hold_screen::line(texts, held)));
        }
        text.push_str(&totals(texts, &self.counts));
        text.push_str(&left_out(texts, summary, &self.unused, detail));
        text.push_str(&cost(texts, summary, self.landing_today()));
        if let Some(ledger) = &summary.ledger {
            text.push_str(&line(texts.say_with("plan-ledger", &[("path", safe(ledger).into())])));
        }
        let stopped = self.held.iter().any(|held| held.hold.is_none() && held.stop.reach() != Reach::Part);
        if let Some((digest, path)) = &self.saved {
            let path = quoted(&path.display().to_string());
            let next = next.look(&format!("apply {path}"));
            let arguments = [("path", path.into()), ("digest", digest.to_string().into())];
            text.push_str(&line(texts.say_with("plan-saved", &arguments)));
            text.push_str(&line(texts.say_with("plan-next", &[("command", next.into())])));
        } else if !stopped && summary.plan.is_some_and(|plan| plan.requests > 0) {
            text.push_str(&line(texts.say_with("plan-next", &[("command", next.job("sync").into())])));
        }
        Ok(text)
    }

    /// The plan as one JSON object, its changes streamed behind the counts.
    pub(crate) fn json(mut self, summary: &Summary) -> anyhow::Result<()> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        let mut list = JsonList::behind(&json!(summary), "changes");
        for group in &mut self.groups {
            for change in group.kept.read()? {
                list.push(&ChangeLine::of(&change?))?;
            }
        }
        list.end();
        Ok(())
    }
}

fn line(text: String) -> String {
    text + "\n"
}

fn section(
    texts: Texts,
    group: &mut Group,
    (mark, key): (char, &str),
    detail: Detail,
) -> Result<String, SpoolError> {
    let all = group.total;
    if all == 0 {
        return Ok(String::new());
    }
    let shown = if detail == Detail::Complete { usize::MAX } else { SHOWN };
    let mut text = format!("{mark} {}\n", texts.say_with(key, &[("count", all.into())]));
    for change in group.kept.read()?.take(shown) {
        text.push_str(&entry(texts, &change?));
    }
    if all > shown as u64 {
        let more = texts.say_with("plan-more", &[("count", (all - shown as u64).into())]);
        text.push_str(&format!("    {more}\n"));
    }
    text.push('\n');
    Ok(text)
}

/// One change of a hold, as a plan shows it.
pub(crate) fn held_entry(texts: Texts, change: &Change) -> String {
    let mark = match &change.act {
        Act::Create(_) => '+',
        Act::Gone(_) => '-',
        _ => '~',
    };
    format!("  {mark} {}", entry(texts, change).trim_start())
}

fn entry(texts: Texts, change: &Change) -> String {
    let id = change.external_id.as_ref().map(|id| safe(id.as_str())).unwrap_or_default();
    let head = format!(
        "    {}  {}",
        padded(&cut(&id, ID_WIDTH), ID_WIDTH),
        padded(&cut(&safe(name(change)), NAME_WIDTH), NAME_WIDTH)
    );
    let rows = rows(texts, change);
    match &change.act {
        Act::Create(_) | Act::Unchanged(_) => format!("{head}  {rows}\n"),
        Act::Update(update) => format!("{head}  {rows}\n{}", update_lines(texts, update)),
        Act::Gone(gone) => {
            let fate = fate(texts, gone.fate);
            let fate = match change.lines.first() {
                Some(line) => texts.say_with(
                    "plan-inactive-and",
                    &[("line", line.to_string().into()), ("fate", fate.into())],
                ),
                None => fate,
            };
            format!("{}\n", format!("{head}  {fate}").trim_end())
        }
        Act::Held(hold, act) => {
            let arguments = [("rows", rows.into()), ("hold", hold.to_string().into())];
            let changes =
                if let Act::Update(update) = &**act { update_lines(texts, update) } else { String::new() };
            format!("{head}  {}\n{changes}", texts.say_with("plan-held-by", &arguments))
        }
        Act::Blocked(block, _) => format!("{head}  {rows}\n      {}\n", words::block(texts, block)),
        Act::Rejected(problems) => {
            let id = if id.is_empty() { texts.say("plan-no-id") } else { id };
            let lines =
                problems.iter().map(|problem| format!("      {}\n", safe(&words::problem(texts, problem))));
            format!("    {id}\n{}", lines.collect::<String>())
        }
    }
}

/// The name under which people find the client today: before the change when the name itself changes.
fn name(change: &Change) -> &str {
    let Act::Update(update) = &change.act else { return &change.label };
    let edits = update.contacts.iter().filter(|contact| contact.kind == Kind::Organization);
    let renamed = edits.flat_map(|contact| &contact.edits).find(|edit| edit.field == Field::Name);
    renamed.map_or(&change.label, |edit| &edit.from)
}

fn rows(texts: Texts, change: &Change) -> String {
    let named: Vec<String> = change.lines.iter().take(ROWS).map(ToString::to_string).collect();
    let named = named.join(&texts.say("words-comma"));
    let rows = texts.say_with("plan-rows", &[("count", change.lines.len().into()), ("rows", named.into())]);
    match change.lines.len().saturating_sub(ROWS) {
        0 => rows,
        more => texts.say_with("plan-rows-and-more", &[("rows", rows.into()), ("count", more.into())]),
    }
}

fn fate(texts: Texts, fate: Fate) -> String {
    texts.say(match fate {
        Fate::Held(hold) => {
            return texts.say_with("plan-kept-back", &[("hold", hold.to_string().into())]);
        }
        Fate::Report => "plan-report",
        Fate::Archive => "plan-to-archive",
        Fate::Archived => "plan-archived",
        Fate::FirstAbsence => "plan-first-absence",
        Fate::Delete => "plan-to-delete",
        Fate::DeleteOnceSettled => "plan-to-delete-later",
        Fate::RefusedBefore => "plan-delete-refused",
        Fate::WaitsForRow => "plan-waits-for-row",
        Fate::WaitsForCount => "plan-waits-for-count",
        Fate::WaitsForNextRun => "plan-waits-for-next-run",
    })
}

fn update_lines(texts: Texts, update: &Update) -> String {
    change_lines(texts, update).iter().fold(String::new(), |text, line| text + "      " + line + "\n")
}

/// What an update changes, one line each.
pub(crate) fn change_lines(texts: Texts, update: &Update) -> Vec<String> {
    let mut lines: Vec<String> = update.own.iter().map(|edit| edit_line(texts, "", edit)).collect();
    for contact in &update.contacts {
        let whose = match contact.kind {
            Kind::Organization => String::new(),
            Kind::Person => safe(&contact.label),
        };
        lines.extend(contact.edits.iter().map(|edit| edit_line(texts, &whose, edit)));
    }
    let labelled = |key: &str, label: &str| texts.say_with(key, &[("label", safe(label).into())]);
    lines.extend(update.add.iter().map(|contact| labelled("plan-contact-added", &contact.label())));
    lines.extend(update.remove.iter().map(|contact| labelled("plan-contact-removed", &contact.label)));
    lines
}

/// `whose` names the person whose field it is; it is empty for the company's and the client's own.
fn edit_line(texts: Texts, whose: &str, edit: &Edit) -> String {
    let shown = |text: &str| if text.is_empty() { texts.say("plan-empty") } else { safe(text) };
    let mut field = names::field(texts, edit.field);
    if !whose.is_empty() {
        field = texts.say_with("plan-of-contact", &[("contact", whose.into()), ("field", field.into())]);
    }
    let before =
        texts.say_with("plan-before", &[("field", field.into()), ("value", shown(&edit.from).into())]);
    let after = texts.say_with("plan-after", &[("value", shown(&edit.to).into())]);
    let on_one_line = format!("{before} {after}");
    if width(&on_one_line) <= EDIT_WIDTH { on_one_line } else { format!("{before}\n        {after}") }
}

/// Rows that are no clients, and columns that nothing is taken from.
fn left_out(texts: Texts, summary: &Summary, unused: &[String], detail: Detail) -> String {
    let mut text = String::new();
    if let Some(rows) = summary.rows.filter(|rows| rows.skipped + rows.footer > 0) {
        let counts = [("skipped", rows.skipped.into()), ("footer", rows.footer.into())];
        text.push_str(&line(texts.say_with("plan-not-looked-at", &counts)));
    }
    let unused: Vec<String> =
        unused.iter().filter(|header| !header.is_empty()).map(|header| safe(header)).collect();
    if !unused.is_empty() {
        let shown = if detail == Detail::Complete { unused.len() } else { UNUSED.min(unused.len()) };
        let named = unused[..shown].join(&texts.say("words-comma"));
        let columns = ("columns", named.into());
        text.push_str(&line(match unused.len() - shown {
            0 => texts.say_with("plan-unused", &[columns]),
            more => texts.say_with("plan-unused-and-more", &[columns, ("count", more.into())]),
        }));
    }
    text
}

fn totals(texts: Texts, counts: &Counts) -> String {
    let total = |key: &str, count: u64| texts.say_with(key, &[("count", count.into())]);
    let gone = if counts.delete == counts.gone {
        total("plan-total-delete", counts.delete)
    } else {
        let both = [("gone", counts.gone.into()), ("delete", counts.delete.into())];
        texts.say_with("plan-total-gone", &both)
    };
    let mut parts = vec![
        total("plan-total-create", counts.create),
        total("plan-total-update", counts.update),
        total("plan-total-unchanged", counts.unchanged),
        gone,
    ];
    if counts.held > 0 {
        parts.push(total("plan-total-held", counts.held));
    }
    parts.push(total("plan-total-blocked", counts.blocked));
    parts.push(total("plan-total-rejected", counts.rejected));
    line(parts.join(&texts.say("words-comma")))
}

fn cost(texts: Texts, summary: &Summary, today: Option<(u64, u64)>) -> String {
    let Some(plan) = &summary.plan else { return String::new() };
    if plan.requests == 0 {
        return line(texts.say("plan-nothing-to-send"));
    }
    let mut parts = vec![texts.say_with("number-requests", &[("count", plan.requests.into())])];
    let seconds = plan.minutes * 60.0;
    if seconds >= 1.0 {
        parts.push(texts.say_with("plan-about", &[("time", duration(texts, seconds).into())]));
    }
    if plan.days > 1 {
        parts.push(texts.say_with("plan-over-days", &[("days", plan.days.into())]));
    }
    if let Some((today, changes)) = today {
        let told = [("today", today.into()), ("changes", changes.into())];
        parts.push(texts.say_with("plan-lands-today", &told));
    }
    let cost = parts.join(&texts.say("words-comma"));
    line(texts.say_with("plan-cost", &[("cost", cost.into())]))
}
