//! What `verify` found as a person reads it, and as a script does.

use leapsync::drift::{Difference, Finding, Tally, What};
use leapsync::event::{Comparison, Event, Repair};
use leapsync::record::Mid;
use leapsync::report::{Results, Summary, names};
use leapsync::settings::Preference;
use leapsync::spool::{Spool, SpoolError};
use leapsync::texts::Language;
use serde_json::{Value, json};

use super::json_list::JsonList;
use super::language::texts;
use super::next::Next;
use super::numbers::local;
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
    ('~', "verify-drift", "drift"),
    ('!', "verify-missing", "missing"),
    ('!', "verify-other-id", "other_id"),
    ('!', "verify-duplicate", "duplicate"),
    ('?', "verify-unknown", "unknown"),
    ('?', "verify-unsettled", "unsettled"),
    ('?', "verify-stranger", "stranger"),
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
        text.extend(cost_line(texts(), summary).map(|line| line + "\n"));
        if let Some(ledger) = &summary.ledger {
            text.push_str(&texts().say_with("verify-ledger", &[("path", safe(ledger).into())]));
            text.push('\n');
        }
        text.push_str(&last_lines(summary, self.compared.as_ref(), next));
        Ok(text)
    }

    /// What was found as one JSON object, its findings streamed behind the counts.
    pub(crate) fn json(mut self, summary: &Summary) -> anyhow::Result<()> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        let mut list = JsonList::behind(&head_json(summary, self.compared.as_ref()), "findings");
        for group in &mut self.groups {
            for finding in group.read()? {
                list.push(&finding_json(&finding?))?;
            }
        }
        list.end();
        Ok(())
    }
}

fn section(group: &mut Spool<Finding>, kind: usize, detail: Detail) -> Result<String, SpoolError> {
    if group.is_empty() {
        return Ok(String::new());
    }
    let all = group.len();
    let shown = if detail == Detail::Complete { usize::MAX } else { SHOWN };
    let (mark, heading, _) = KINDS[kind];
    let mut text = format!("{mark} {}\n", texts().say_with(heading, &[("count", all.into())]));
    for finding in group.read()?.take(shown) {
        text.push_str(&entry(&finding?));
    }
    if all > shown as u64 {
        let more = all - shown as u64;
        text.push_str(&format!("    {}\n", texts().say_with("verify-more", &[("count", more.into())])));
    }
    text.push('\n');
    Ok(text)
}

fn entry(finding: &Finding) -> String {
    let texts = texts();
    let id = finding.external_id.as_ref().map(|id| safe(id.as_str()));
    let id = id.unwrap_or_else(|| texts.say("verify-no-id"));
    let head = format!(
        "    {}  {}",
        padded(&cut(&id, ID_WIDTH), ID_WIDTH),
        padded(&cut(&safe(&finding.label), NAME_WIDTH), NAME_WIDTH)
    );
    let mids = finding.mids.iter().map(Mid::as_str).collect::<Vec<_>>().join(", ");
    let behind = match &finding.what {
        What::Drifted(differences) => {
            let lines =
                differences.iter().map(|difference| format!("      {}\n", difference_line(difference)));
            return format!("{}\n{}", head.trim_end(), lines.collect::<String>());
        }
        What::Missing { instead: None } => texts.say("verify-deleted"),
        What::Missing { instead: Some(mid) } => {
            texts.say_with("verify-deleted-instead", &[("mid", mid.as_str().into())])
        }
        What::OtherId(id) if id.is_empty() => texts.say_with("verify-carries-none", &[("mid", mids.into())]),
        What::OtherId(id) => {
            texts.say_with("verify-carries", &[("mid", mids.into()), ("id", safe(id.as_str()).into())])
        }
        What::Duplicate => texts.say_with("verify-clients", &[("mids", mids.into())]),
        What::Unknown | What::Stranger => texts.say_with("verify-client", &[("mids", mids.into())]),
        What::Unsettled => texts.say("verify-not-compared"),
    };
    format!("{head}  {behind}\n")
}

fn difference_line(difference: &Difference) -> String {
    let texts = texts();
    let wins = texts.say(match difference.prefer() {
        Preference::Csv => "verify-csv-wins",
        Preference::Remote => "verify-remote-wins",
        Preference::Report => "verify-report-only",
    });
    match difference {
        Difference::Field { whose, field, ledger, remote, .. } => {
            let shown = |text: &str| if text.is_empty() { texts.say("verify-empty") } else { safe(text) };
            let whose = if whose.is_empty() { String::new() } else { format!("{}: ", safe(whose)) };
            let before = format!("{whose}{}: {}", names::field(texts, *field), shown(ledger));
            let after = format!("{} ({wins})", shown(remote));
            let on_one_line = format!("{before} → {after}");
            if width(&on_one_line) <= WIDTH { on_one_line } else { format!("{before}\n        → {after}") }
        }
        Difference::ContactGone { whose, .. } => {
            texts.say_with("verify-contact-gone", &[("name", safe(whose).into()), ("wins", wins.into())])
        }
        Difference::Archived { remote: true } => texts.say_with("verify-archived", &[("wins", wins.into())]),
        Difference::Archived { remote: false } => {
            texts.say_with("verify-unarchived", &[("wins", wins.into())])
        }
    }
}

/// The further counts of a line, those that are not zero, each with a comma before it.
fn further(counts: &[(u64, &str)]) -> String {
    let comma = if texts().language() == Language::Japanese { "、" } else { ", " };
    let told = counts.iter().filter(|(count, _)| *count > 0);
    let told = told.map(|(count, key)| texts().say_with(key, &[("count", (*count).into())]));
    told.fold(String::new(), |text, told| text + comma + &told)
}

fn totals(tally: &Tally) -> String {
    let texts = texts();
    let remote = texts.say_with("verify-total-remote", &[("count", tally.remote.into())]);
    let behind = further(&[
        (tally.remote_archived, "verify-total-archived"),
        (tally.strangers, "verify-total-strangers"),
    ]);
    let linked = texts
        .say_with("verify-total-linked", &[("count", tally.linked.into()), ("equal", tally.equal.into())]);
    let not_equal = further(&[
        (tally.drifted, "verify-total-drifted"),
        (tally.missing, "verify-total-missing"),
        (tally.other_id, "verify-total-other-id"),
        (tally.unsettled, "verify-total-unsettled"),
    ]);
    let mut text = format!("{remote}{behind}\n{linked}{not_equal}\n");
    if tally.csv + tally.remote_wins + tally.report > 0 {
        let counts = [
            ("csv", tally.csv.into()),
            ("remote", tally.remote_wins.into()),
            ("report", tally.report.into()),
        ];
        text.push_str(&texts.say_with("verify-who-wins", &counts));
        text.push('\n');
    }
    text
}

fn mended(repair: Repair, tally: &Tally, results: Option<&Results>) -> String {
    let texts = texts();
    match repair {
        Repair::NotAsked => String::new(),
        Repair::Held { most } => {
            let counts =
                [("repairs", tally.repairs.into()), ("linked", tally.linked.into()), ("most", most.into())];
            let held = texts.say_with("verify-held", &counts);
            format!("{held}\n{}\n", texts.say("verify-held-hint"))
        }
        Repair::Begun => {
            let results = results.copied().unwrap_or_default();
            let repaired = texts.say_with("verify-repaired", &[("count", results.updated.into())]);
            let behind = further(&[
                (results.failed, "verify-failed"),
                (results.in_doubt, "verify-in-doubt"),
                (results.remaining, "verify-remaining"),
            ]);
            format!("{repaired}{behind}\n")
        }
    }
}

fn last_lines(summary: &Summary, compared: Option<&Comparison>, next: &Next) -> String {
    let texts = texts();
    let reasons = names::reasons(texts, &summary.exit.reasons);
    match (summary.exit.code, compared, summary.exit.resume_at) {
        (0, ..) => format!("{}\n", texts.say("verify-end-clean")),
        (3, Some(compared), _) => {
            let drift = texts.say_with("verify-end-drift", &[("reasons", reasons.into())]);
            format!("{drift}\n{}", what_to_do(compared, next))
        }
        (4, ..) => format!("{}\n", texts.say_with("verify-end-held", &[("reasons", reasons.into())])),
        (5, _, Some(then)) => {
            let arguments = [("reasons", reasons.into()), ("time", local(then).into())];
            let early = texts.say_with("verify-end-early-until", &arguments);
            let next = texts.say_with("verify-next-then", &[("command", next.again().into())]);
            format!("{early}\n{next}\n")
        }
        (5, _, None) => {
            let early = texts.say_with("verify-end-early", &[("reasons", reasons.into())]);
            format!("{early}\n{}\n", texts.say_with("verify-next", &[("command", next.again().into())]))
        }
        (code, ..) => {
            let arguments = [("code", u32::from(code).into()), ("reasons", reasons.into())];
            format!("{}\n", texts.say_with("verify-end-code", &arguments))
        }
    }
}

fn what_to_do(compared: &Comparison, next: &Next) -> String {
    let Comparison { tally, repair } = compared;
    let texts = texts();
    let asked = *repair != Repair::NotAsked;
    let mut lines = Vec::new();
    if !asked && tally.csv + tally.remote_wins > 0 {
        lines.push(texts.say_with("verify-next-repair", &[("command", next.again().into())]));
    }
    if tally.report > 0 {
        lines.push(texts.say("verify-hint-prefer"));
    }
    if tally.missing > 0 {
        lines.push(texts.say(if asked { "verify-hint-missing" } else { "verify-hint-missing-first" }));
    }
    if tally.unknown > 0 {
        lines.push(texts.say_with("verify-hint-unknown", &[("command", next.look("adopt").into())]));
    }
    if tally.other_id > 0 {
        lines.push(texts.say("verify-hint-other-id"));
    }
    if tally.duplicate > 0 {
        lines.push(texts.say("verify-hint-duplicate"));
    }
    lines.into_iter().map(|line| line + "\n").collect()
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
