//! The plan as a person reads it, and as a script does.

use std::path::PathBuf;

use leapsync::event::{Event, HeldBack, Why};
use leapsync::guard::Reach;
use leapsync::plan::{Act, Change, Counts, Digest, Edit, Fate, Update};
use leapsync::record::{Desired, Field, HasOrganization, Kind};
use leapsync::report::{Summary, words};
use leapsync::spool::{Spool, SpoolError};
use serde_json::{Value, json};

use super::hold_screen;
use super::next::Next;
use super::numbers::{count, duration, grouped};
use super::output::{quoted, safe};
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
    groups: [Spool<Change>; 6],
    counts: Counts,
    held: Vec<HeldBack>,
    failed: Option<SpoolError>,
    unused: Vec<String>,
    /// The digest of the plan and the file that it was saved to.
    pub(crate) saved: Option<(Digest, PathBuf)>,
}

/// The kinds of change in the order in which they are shown.
const KINDS: [(char, &str); 6] = [
    ('+', "create"),
    ('~', "update"),
    ('-', "gone"),
    ('!', "held back"),
    ('!', "blocked"),
    ('!', "rejected"),
];

fn kind_of(change: &Change) -> Option<usize> {
    match change.act {
        Act::Create(_) => Some(0),
        Act::Update(_) => Some(1),
        Act::Gone(_) => Some(2),
        Act::Held(..) => Some(3),
        Act::Blocked(..) => Some(4),
        Act::Rejected(_) => Some(5),
        Act::Unchanged(_) => None,
    }
}

impl PlanScreen {
    /// Takes in one event.
    pub(crate) fn absorb(&mut self, event: &Event) {
        match event {
            Event::Change(change) => {
                if let Some(kind) = kind_of(change)
                    && let Err(error) = self.groups[kind].push(change)
                {
                    self.failed.get_or_insert(error);
                }
            }
            Event::Planned { counts, .. } => self.counts = *counts,
            Event::InputRead { unused, .. } => self.unused.clone_from(unused),
            Event::Held(held) => self.held.push((**held).clone()),
            _ => {}
        }
    }

    /// The plan as text.
    pub(crate) fn text(
        mut self,
        summary: &Summary,
        detail: Detail,
        next: &Next,
    ) -> Result<String, SpoolError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut text = String::new();
        for (group, (mark, name)) in self.groups.iter_mut().zip(KINDS) {
            text.push_str(&section(group, mark, name, detail)?);
        }
        for held in &self.held {
            text.push_str(&format!("{}\n\n", hold_screen::line(held)));
        }
        text.push_str(&totals(&self.counts));
        text.push_str(&left_out(summary, &self.unused, detail));
        text.push_str(&cost(summary));
        if let Some(ledger) = &summary.ledger {
            text.push_str(&format!("ledger: {}\n", safe(ledger)));
        }
        let stopped = self.held.iter().any(|held| held.hold.is_none() && held.stop.reach() != Reach::Part);
        if let Some((digest, path)) = &self.saved {
            let path = quoted(&path.display().to_string());
            text.push_str(&format!(
                "saved: {path}, digest {digest}\nnext: {}\n",
                next.look(&format!("apply {path}"))
            ));
        } else if !stopped && summary.plan.is_some_and(|plan| plan.requests > 0) {
            text.push_str(&format!("next: {}\n", next.job("sync")));
        }
        Ok(text)
    }

    /// The plan as one JSON object, its changes streamed behind the counts.
    pub(crate) fn json(mut self, summary: &Summary, out: &mut dyn FnMut(&str)) -> Result<(), SpoolError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut head = json!(summary).to_string();
        head.pop();
        out(&head);
        out(",\"changes\":[");
        let mut separator = "";
        for group in &mut self.groups {
            for change in group.read()? {
                out(separator);
                out(&change_json(&change?).to_string());
                separator = ",";
            }
        }
        out("]}\n");
        Ok(())
    }
}

fn section(group: &mut Spool<Change>, mark: char, name: &str, detail: Detail) -> Result<String, SpoolError> {
    if group.is_empty() {
        return Ok(String::new());
    }
    let all = group.len();
    let shown = if detail == Detail::Complete { usize::MAX } else { SHOWN };
    let mut text = format!("{mark} {name} {}\n", grouped(all));
    for change in group.read()?.take(shown) {
        text.push_str(&entry(&change?));
    }
    if all > shown as u64 {
        text.push_str(&format!("    … and {} more (-v shows them all)\n", grouped(all - shown as u64)));
    }
    text.push('\n');
    Ok(text)
}

/// One change of a hold, as a plan shows it.
pub(crate) fn held_entry(change: &Change) -> String {
    let mark = match &change.act {
        Act::Create(_) => '+',
        Act::Gone(_) => '-',
        _ => '~',
    };
    format!("  {mark} {}", entry(change).trim_start())
}

fn entry(change: &Change) -> String {
    let id = change.external_id.as_ref().map(|id| safe(id.as_str())).unwrap_or_default();
    let head = format!(
        "    {}  {}",
        padded(&cut(&id, ID_WIDTH), ID_WIDTH),
        padded(&cut(&safe(name(change)), NAME_WIDTH), NAME_WIDTH)
    );
    let rows = rows(change);
    match &change.act {
        Act::Create(_) | Act::Unchanged(_) => format!("{head}  {rows}\n"),
        Act::Update(update) => format!("{head}  {rows}\n{}", update_lines(update)),
        Act::Gone(gone) => {
            let inactive =
                change.lines.first().map(|line| format!("inactive in row {line}, ")).unwrap_or_default();
            format!("{}\n", format!("{head}  {inactive}{}", fate(gone.fate)).trim_end())
        }
        Act::Held(hold, act) => {
            let changes = if let Act::Update(update) = &**act { update_lines(update) } else { String::new() };
            format!("{head}  {rows}, hold {hold}\n{changes}")
        }
        Act::Blocked(block, _) => format!("{head}  {rows}\n      {}\n", words::block(block)),
        Act::Rejected(problems) => {
            let id = if id.is_empty() { "(no id)" } else { &id };
            let lines = problems.iter().map(|problem| format!("      {}\n", safe(&words::problem(problem))));
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

fn rows(change: &Change) -> String {
    let named: Vec<String> = change.lines.iter().take(ROWS).map(ToString::to_string).collect();
    let noun = if change.lines.len() == 1 { "row" } else { "rows" };
    let more = match change.lines.len().saturating_sub(ROWS) {
        0 => String::new(),
        more => format!(" and {} more", grouped(more as u64)),
    };
    format!("{noun} {}{more}", named.join(", "))
}

fn fate(fate: Fate) -> String {
    let words = match fate {
        Fate::Held(hold) => return format!("kept back by hold {hold}"),
        Fate::Report => "only reported",
        Fate::Archive => "to be archived",
        Fate::Archived => "archived",
        Fate::FirstAbsence => "absent for the first time; it waits for the next full run",
        Fate::Delete => "to be deleted",
        Fate::DeleteOnceSettled => "to be deleted once an earlier request is settled",
        Fate::RefusedBefore => "the server refused to delete it before",
        Fate::WaitsForRow => "waits: a row without an id might be this client",
        Fate::WaitsForCount => "waits: the footer counts other rows",
        Fate::WaitsForNextRun => "waits for the next run",
    };
    words.to_owned()
}

fn update_lines(update: &Update) -> String {
    change_lines(update).iter().fold(String::new(), |text, line| text + "      " + line + "\n")
}

/// What an update changes, one line each.
pub(crate) fn change_lines(update: &Update) -> Vec<String> {
    let mut lines: Vec<String> = update.own.iter().map(|edit| edit_line("", edit)).collect();
    for contact in &update.contacts {
        let whose = match contact.kind {
            Kind::Organization => String::new(),
            Kind::Person => format!("{}: ", safe(&contact.label)),
        };
        lines.extend(contact.edits.iter().map(|edit| edit_line(&whose, edit)));
    }
    lines.extend(update.add.iter().map(|contact| format!("+ contact {}", safe(&contact.label()))));
    lines.extend(update.remove.iter().map(|contact| format!("- contact {}", safe(&contact.label))));
    lines
}

/// `whose` names the person whose field it is; it is empty for the company's and the client's own.
fn edit_line(whose: &str, edit: &Edit) -> String {
    let shown = |text: &str| if text.is_empty() { "(empty)".to_owned() } else { safe(text) };
    let (before, after) = (format!("{whose}{}: {}", edit.field.name(), shown(&edit.from)), shown(&edit.to));
    let on_one_line = format!("{before} → {after}");
    if width(&on_one_line) <= EDIT_WIDTH { on_one_line } else { format!("{before}\n        → {after}") }
}

/// Rows that are no clients, and columns that nothing is taken from.
fn left_out(summary: &Summary, unused: &[String], detail: Detail) -> String {
    let mut text = String::new();
    if let Some(rows) = summary.rows.filter(|rows| rows.skipped + rows.footer > 0) {
        let (skipped, footer) = (grouped(rows.skipped), grouped(rows.footer));
        text.push_str(&format!("not looked at: {skipped} rows skipped, {footer} of a footer\n"));
    }
    let unused: Vec<String> =
        unused.iter().filter(|header| !header.is_empty()).map(|header| safe(header)).collect();
    if !unused.is_empty() {
        let shown = if detail == Detail::Complete { unused.len() } else { UNUSED.min(unused.len()) };
        let more = match unused.len() - shown {
            0 => String::new(),
            more => format!(", and {more} more (-v names them)"),
        };
        text.push_str(&format!("columns not used: {}{more}\n", unused[..shown].join(", ")));
    }
    text
}

fn totals(counts: &Counts) -> String {
    let gone = if counts.delete == counts.gone {
        format!("{} to delete", grouped(counts.delete))
    } else {
        format!("{} gone ({} to delete)", grouped(counts.gone), grouped(counts.delete))
    };
    format!(
        "{} to create, {} to update, {} unchanged, {gone}, {}{} blocked, {} rejected\n",
        grouped(counts.create),
        grouped(counts.update),
        grouped(counts.unchanged),
        if counts.held > 0 { format!("{} held back, ", grouped(counts.held)) } else { String::new() },
        grouped(counts.blocked),
        grouped(counts.rejected)
    )
}

fn cost(summary: &Summary) -> String {
    let Some(plan) = &summary.plan else { return String::new() };
    if plan.requests == 0 {
        return "nothing to send\n".to_owned();
    }
    let days = if plan.days > 1 { format!(", over {} days", grouped(plan.days)) } else { String::new() };
    let time = match plan.minutes * 60.0 {
        seconds if seconds < 1.0 => String::new(),
        seconds => format!(", about {}", duration(seconds)),
    };
    format!("cost: {}{time}{days}\n", count(plan.requests, "request"))
}

/// One change as a script reads it.
pub(crate) fn change_json(change: &Change) -> Value {
    let (action, mid, fields) = match &change.act {
        Act::Create(desired) => ("create", None, created(desired)),
        Act::Update(update) => ("update", Some(&update.mid), updated(update)),
        Act::Unchanged(_) => ("none", None, Vec::new()),
        Act::Rejected(_) => ("rejected", None, Vec::new()),
        Act::Blocked(..) => ("blocked", None, Vec::new()),
        Act::Gone(gone) if gone.fate == Fate::Archive => ("archive", Some(&gone.mid), Vec::new()),
        Act::Gone(gone) if gone.fate.sends() => ("delete", Some(&gone.mid), Vec::new()),
        Act::Held(_, act) => match &**act {
            Act::Create(desired) => ("held", None, created(desired)),
            Act::Update(update) => ("held", Some(&update.mid), updated(update)),
            _ => ("held", None, Vec::new()),
        },
        Act::Gone(gone) => ("gone", Some(&gone.mid), Vec::new()),
    };
    let reason = match &change.act {
        Act::Rejected(problems) => problems.iter().map(words::problem).collect::<Vec<_>>().join("; "),
        Act::Blocked(block, _) => words::block(block),
        Act::Held(hold, _) => words::why(&Why::Hold(*hold)),
        _ => String::new(),
    };
    let mut value = json!({
        "action": action,
        "client_external_id": change.external_id,
        "mid": mid,
        "lines": change.lines,
        "fields": fields,
    });
    if !reason.is_empty() {
        value["reason"] = reason.into();
    }
    value
}

fn created(desired: &Desired) -> Vec<Value> {
    let field = |contact: Option<&str>, field: &Field, to: &str| json!({"contact": contact, "field": field.name(), "from": null, "to": to});
    let own = desired.own.iter().map(|(name, to)| field(None, name, to));
    let contacts = desired.contacts(HasOrganization::No);
    let of_contacts = contacts.iter().flat_map(|contact| {
        let label = contact.label();
        contact.fields.iter().map(move |(name, to)| field(Some(&label), name, to)).collect::<Vec<_>>()
    });
    own.chain(of_contacts).collect()
}

fn updated(update: &Update) -> Vec<Value> {
    let edit = |contact: Option<&str>, edit: &Edit| json!({"contact": contact, "field": edit.field.name(), "from": edit.from, "to": edit.to});
    let whole = |label: &str, from: Value, to: Value| json!({"contact": label, "field": "contact", "from": from, "to": to});
    let own = update.own.iter().map(|it| edit(None, it));
    let contacts = update
        .contacts
        .iter()
        .flat_map(|contact| contact.edits.iter().map(|it| edit(Some(&contact.label), it)));
    let added = update.add.iter().map(|contact| whole(&contact.label(), Value::Null, contact.label().into()));
    let removed = update.remove.iter().map(|it| whole(&it.label, it.label.clone().into(), Value::Null));
    own.chain(contacts).chain(added).chain(removed).collect()
}
