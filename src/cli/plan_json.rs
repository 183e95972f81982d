//! One change of a plan or of a hold as a script reads it.

use leapsync::event::Why;
use leapsync::plan::{Act, Change, Edit, Fate, Update};
use leapsync::record::{Desired, Field, HasOrganization};
use leapsync::report::words;
use leapsync::texts::Texts;
use serde_json::{Value, json};

/// One change as a script reads it.
pub(crate) fn change(change: &Change) -> Value {
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
    // Scripts read the same text whatever the language of the person who started them.
    let texts = Texts::default();
    let reason = match &change.act {
        Act::Rejected(problems) => words::problems(texts, problems),
        Act::Blocked(block, _) => words::block(texts, block),
        Act::Held(hold, _) => words::why(texts, &Why::Hold(*hold)),
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
    let field = |contact: Option<&str>, field: Field, to: &str| json!({"contact": contact, "field": field.name(), "from": null, "to": to});
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
