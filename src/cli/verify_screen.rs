//! What `verify` found as a person reads it, and as a script does.

use leapsync::drift::{Difference, Finding, Tally, What};
use leapsync::event::{Comparison, Event, Repair};
use leapsync::report::{Results, Summary};
use leapsync::settings::Preference;
use leapsync::spool::{Spool, SpoolError};
use serde_json::{Value, json};

use super::next::Next;
use super::numbers::{count, grouped, local};
use super::output::safe;
use super::plan_screen::Detail;
use super::summary_screen::{Exceptions, cost_line};
use super::table::{cut, padded, width};

/// The name of the object's form.
const SCHEMA: &str = "leapsync.verify/1";
/// So many findings of one kind are shown without `-v`.
const SHOWN: usize = 10;
/// A difference that is wider takes a second line.
const WIDTH: usize = 90;
/// Columns for a client's id and name.
const ID_WIDTH: usize = 16;
const NAME_WIDTH: usize = 36;

/// Gathers what a comparison found.
#[derive(Default)]
pub(crate) struct VerifyScreen {
    groups: [Spool<Finding>; 7],
    compared: Option<Comparison>,
    exceptions: Exceptions,
    failed: Option<SpoolError>,
}

/// The kinds of finding in the order in which they are shown: mark, heading, and the word that scripts read.
const KINDS: [(char, &str, &str); 7] = [
    ('~', "differ in MakeLeaps", "drift"),
    ('!', "are not in MakeLeaps any more", "missing"),
    ('!', "carry another external id now", "other_id"),
    ('!', "external ids are carried by several clients", "duplicate"),
    ('?', "carry an external id that the ledger does not know", "unknown"),
    ('?', "wait for an earlier request to be settled", "unsettled"),
    ('?', "were made by people, without an external id", "stranger"),
];
/// The kind that is shown on demand only.
const STRANGERS: usize = 6;

fn kind_of(what: &What) -> usize {
    match what {
        What::Drifted(_) => 0,
        What::Missing { .. } => 1,
        What::OtherId(_) => 2,
        What::Duplicate => 3,
        What::Unknown => 4,
        What::Unsettled => 5,
        What::Stranger => STRANGERS,
    }
}

impl VerifyScreen {
    /// Takes in one event.
    pub(crate) fn absorb(&mut self, event: &Event) {
        self.exceptions.absorb(event);
        match event {
            Event::Found(finding) => {
                if let Err(error) = self.groups[kind_of(&finding.what)].push(finding) {
                    self.failed.get_or_insert(error);
                }
            }
            Event::Compared(compared) => self.compared = Some(**compared),
            _ => {}
        }
    }

    /// What was found, as text.
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
        for (kind, group) in self.groups.iter_mut().enumerate() {
            if kind != STRANGERS || detail == Detail::Complete {
                text.push_str(&section(group, kind, detail)?);
            }
        }
        if let Some(Comparison { tally, repair }) = &self.compared {
            text.push_str(&totals(tally));
            text.push_str(&mended(*repair, tally, summary.result.as_ref()));
        }
        text.push_str(&self.exceptions.text());
        text.push_str(&cost_line(summary));
        if let Some(ledger) = &summary.ledger {
            text.push_str(&format!("ledger: {}\n", safe(ledger)));
        }
        text.push_str(&last_lines(summary, self.compared.as_ref(), next));
        Ok(text)
    }

    /// What was found as one JSON object, its findings streamed behind the counts.
    pub(crate) fn json(mut self, summary: &Summary, out: &mut dyn FnMut(&str)) -> Result<(), SpoolError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut head = head_json(summary, self.compared.as_ref()).to_string();
        head.pop();
        out(&head);
        out(",\"findings\":[");
        let mut separator = "";
        for group in &mut self.groups {
            for finding in group.read()? {
                out(separator);
                out(&finding_json(&finding?).to_string());
                separator = ",";
            }
        }
        out("]}\n");
        Ok(())
    }
}

fn section(group: &mut Spool<Finding>, kind: usize, detail: Detail) -> Result<String, SpoolError> {
    if group.is_empty() {
        return Ok(String::new());
    }
    let (mark, heading, _) = KINDS[kind];
    let all = group.len();
    let shown = if detail == Detail::Complete { usize::MAX } else { SHOWN };
    let mut text = format!("{mark} {} {heading}\n", grouped(all));
    for finding in group.read()?.take(shown) {
        text.push_str(&entry(&finding?));
    }
    if all > shown as u64 {
        text.push_str(&format!("    … and {} more (-v shows them all)\n", grouped(all - shown as u64)));
    }
    text.push('\n');
    Ok(text)
}

fn entry(finding: &Finding) -> String {
    let id = finding.external_id.as_ref().map_or_else(|| "(no id)".to_owned(), |id| safe(id.as_str()));
    let head = format!(
        "    {}  {}",
        padded(&cut(&id, ID_WIDTH), ID_WIDTH),
        padded(&cut(&safe(&finding.label), NAME_WIDTH), NAME_WIDTH)
    );
    let mids = finding.mids.iter().map(|mid| mid.as_str()).collect::<Vec<_>>().join(", ");
    let behind = match &finding.what {
        What::Drifted(differences) => {
            let lines =
                differences.iter().map(|difference| format!("      {}\n", difference_line(difference)));
            return format!("{}\n{}", head.trim_end(), lines.collect::<String>());
        }
        What::Missing { instead: None } => "deleted in MakeLeaps".to_owned(),
        What::Missing { instead: Some(mid) } => format!("deleted; client {mid} carries its id now"),
        What::OtherId(id) if id.is_empty() => format!("client {mids} carries none"),
        What::OtherId(id) => format!("client {mids} carries {}", safe(id.as_str())),
        What::Duplicate => format!("clients {mids}"),
        What::Unknown | What::Stranger => format!("client {mids}"),
        What::Unsettled => "not compared".to_owned(),
    };
    format!("{head}  {behind}\n")
}

fn difference_line(difference: &Difference) -> String {
    let wins = wins(difference.prefer());
    match difference {
        Difference::Field { whose, field, ledger, remote, .. } => {
            let shown = |text: &str| if text.is_empty() { "(empty)".to_owned() } else { safe(text) };
            let whose = if whose.is_empty() { String::new() } else { format!("{}: ", safe(whose)) };
            let before = format!("{whose}{}: {}", field.name(), shown(ledger));
            let after = format!("{} ({wins})", shown(remote));
            let on_one_line = format!("{before} → {after}");
            if width(&on_one_line) <= WIDTH { on_one_line } else { format!("{before}\n        → {after}") }
        }
        Difference::ContactGone { whose, .. } => format!("contact {} → gone ({wins})", safe(whose)),
        Difference::Archived { remote: true } => format!("active → archived ({wins})"),
        Difference::Archived { remote: false } => format!("archived → active ({wins})"),
    }
}

fn wins(preference: Preference) -> &'static str {
    match preference {
        Preference::Csv => "csv wins",
        Preference::Remote => "remote wins",
        Preference::Report => "report",
    }
}

fn totals(tally: &Tally) -> String {
    let archived = match tally.remote_archived {
        0 => String::new(),
        archived => format!(", {} of them archived", grouped(archived)),
    };
    let strangers = match tally.strangers {
        0 => String::new(),
        strangers => format!(", {} without an external id", grouped(strangers)),
    };
    let mut text = format!("MakeLeaps: {}{archived}{strangers}\n", count(tally.remote, "client"));
    let further = [
        (tally.drifted, "drifted"),
        (tally.missing, "missing"),
        (tally.other_id, "with another external id"),
        (tally.unsettled, "not settled"),
    ];
    let further = further.iter().filter(|(n, _)| *n > 0).map(|(n, name)| format!(", {} {name}", grouped(*n)));
    let linked = count(tally.linked, "linked client");
    text.push_str(&format!(
        "ledger: {linked}, {} equal{}\n",
        grouped(tally.equal),
        further.collect::<String>()
    ));
    if tally.csv + tally.remote_wins + tally.report > 0 {
        text.push_str(&format!(
            "who wins: csv {}, remote {}, only reported {}\n",
            grouped(tally.csv),
            grouped(tally.remote_wins),
            grouped(tally.report)
        ));
    }
    text
}

fn mended(repair: Repair, tally: &Tally, results: Option<&Results>) -> String {
    match repair {
        Repair::NotAsked => String::new(),
        Repair::Held { most } => format!(
            "held: {} would be written to, of {}; at most {} may be at once; nothing was sent, and the ledger is as it \
             was\nhint: look at the list; `--only ID` repairs single clients\n",
            count(tally.repairs, "client"),
            grouped(tally.linked),
            grouped(most)
        ),
        Repair::Begun => {
            let results = results.copied().unwrap_or_default();
            let further = [
                (results.failed, "failed"),
                (results.in_doubt, "in doubt"),
                (results.remaining, "remaining"),
            ];
            let further = further.iter().filter(|(n, _)| *n > 0);
            let further: String = further.map(|(n, name)| format!(", {} {name}", grouped(*n))).collect();
            format!("repaired: {}{further}\n", count(results.updated, "client"))
        }
    }
}

fn last_lines(summary: &Summary, compared: Option<&Comparison>, next: &Next) -> String {
    let reasons = summary.exit.reasons.join(", ").replace('_', " ");
    match (summary.exit.code, compared) {
        (0, _) => "no drift\n".to_owned(),
        (3, Some(compared)) => format!("there is drift ({reasons})\n{}", what_to_do(compared, next)),
        (4, _) => format!("held back by a guard ({reasons})\n"),
        (5, _) => match summary.exit.resume_at {
            Some(then) => {
                let (then, again) = (local(then), next.again());
                format!("stopped early ({reasons}); it can go on at {then}\nnext: {again}, then\n")
            }
            None => format!("stopped early ({reasons})\nnext: {}\n", next.again()),
        },
        (code, _) => format!("ended with code {code} ({reasons})\n"),
    }
}

fn what_to_do(compared: &Comparison, next: &Next) -> String {
    let Comparison { tally, repair } = compared;
    let mut text = String::new();
    let asked = *repair != Repair::NotAsked;
    if !asked && tally.csv + tally.remote_wins > 0 {
        text.push_str(&format!("next: {} --repair, which sets right what somebody wins\n", next.again()));
    }
    if tally.report > 0 {
        text.push_str("hint: `[drift]` in leapsync.toml says who wins: `prefer = \"csv\"` or `\"remote\"`, also field by field\n");
    }
    if tally.missing > 0 {
        let first = if asked { "" } else { "`leapsync verify --repair`, then " };
        text.push_str(&format!(
            "hint: {first}`leapsync retry ID --recreate` creates a client again that people deleted\n"
        ));
    }
    if tally.unknown > 0 {
        text.push_str(&format!(
            "hint: {} links the clients that the ledger does not know\n",
            next.look("adopt")
        ));
    }
    if tally.other_id > 0 {
        text.push_str("hint: set the external id back in MakeLeaps; leapsync never changes one\n");
    }
    if tally.duplicate > 0 {
        text.push_str("hint: remove all but one of the clients with the same external id in MakeLeaps\n");
    }
    text
}

fn head_json(summary: &Summary, compared: Option<&Comparison>) -> Value {
    let Summary {
        run_id, command, started_at, finished_at, duration_s, ledger, requests, quota, exit, ..
    } = summary;
    let repair = compared.map(|compared| match compared.repair {
        Repair::NotAsked => "not_asked",
        Repair::Begun => "begun",
        Repair::Held { .. } => "held",
    });
    let results = summary.result.filter(|_| repair == Some("begun")).map(|results| {
        json!({
            "repaired": results.updated, "failed": results.failed, "in_doubt": results.in_doubt,
            "remaining": results.remaining,
        })
    });
    json!({
        "schema": SCHEMA, "run_id": run_id, "command": command, "started_at": started_at,
        "finished_at": finished_at, "duration_s": duration_s, "ledger": ledger, "repair": repair,
        "clients": compared.map(|compared| clients_json(&compared.tally)),
        "differences": compared.map(|Comparison { tally, .. }| {
            json!({"csv": tally.csv, "remote": tally.remote_wins, "report": tally.report})
        }),
        "result": results, "requests": requests, "quota": quota, "exit": exit,
    })
}

fn clients_json(tally: &Tally) -> Value {
    json!({
        "remote": tally.remote, "remote_archived": tally.remote_archived, "linked": tally.linked,
        "compared": tally.compared, "equal": tally.equal, "drifted": tally.drifted, "missing": tally.missing,
        "other_id": tally.other_id, "duplicate": tally.duplicate, "unknown": tally.unknown,
        "unsettled": tally.unsettled, "strangers": tally.strangers,
    })
}

fn finding_json(finding: &Finding) -> Value {
    let Finding { external_id, mids, label, what } = finding;
    let (_, _, kind) = KINDS[kind_of(what)];
    let mut value = json!({"kind": kind, "client_external_id": external_id, "mids": mids, "name": label});
    match what {
        What::Drifted(differences) => value["fields"] = differences.iter().map(difference_json).collect(),
        What::Missing { instead } => value["instead"] = json!(instead),
        What::OtherId(id) => value["remote_external_id"] = json!(id),
        What::Duplicate | What::Unknown | What::Stranger | What::Unsettled => {}
    }
    value
}

fn difference_json(difference: &Difference) -> Value {
    let prefer = difference.prefer();
    match difference {
        Difference::Field { contact, whose, field, ledger, remote, .. } => json!({
            "field": field.name(), "contact": contact, "whose": whose, "ledger": ledger, "remote": remote,
            "prefer": prefer,
        }),
        Difference::ContactGone { contact, whose, .. } => json!({
            "field": "contact", "contact": contact, "whose": whose, "ledger": whose, "remote": null, "prefer": prefer,
        }),
        Difference::Archived { remote } => json!({
            "field": "archived", "contact": null, "whose": "", "ledger": !remote, "remote": remote, "prefer": prefer,
        }),
    }
}
