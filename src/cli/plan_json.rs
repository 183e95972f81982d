//! One change of a plan or of a hold as a script reads it.

use leapsync::event::Why;
use leapsync::plan::{Act, Change, Edit, Fate, Update};
use leapsync::record::{Contact, Desired, ExternalId, Field, HasOrganization, Line, Mid};
use leapsync::report::words;
use leapsync::texts::Texts;
use serde::{Serialize, Serializer};

/// One change as a script reads it; its members stand in the order of their names.
#[derive(Serialize)]
pub(crate) struct ChangeLine<'c> {
    action: &'static str,
    client_external_id: Option<&'c ExternalId>,
    fields: Edits<'c>,
    lines: &'c [Line],
    mid: Option<&'c Mid>,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
}

impl<'c> ChangeLine<'c> {
    /// The line of a change.
    pub(crate) fn of(change: &'c Change) -> Self {
        let (action, mid, fields) = match &change.act {
            Act::Create(desired) => ("create", None, Edits::Created(desired)),
            Act::Update(update) => ("update", Some(&update.mid), Edits::Updated(update)),
            Act::Unchanged(_) => ("none", None, Edits::None),
            Act::Rejected(_) => ("rejected", None, Edits::None),
            Act::Blocked(..) => ("blocked", None, Edits::None),
            Act::Gone(gone) if gone.fate == Fate::Archive => ("archive", Some(&gone.mid), Edits::None),
            Act::Gone(gone) if gone.fate.sends() => ("delete", Some(&gone.mid), Edits::None),
            Act::Held(_, act) => match &**act {
                Act::Create(desired) => ("held", None, Edits::Created(desired)),
                Act::Update(update) => ("held", Some(&update.mid), Edits::Updated(update)),
                _ => ("held", None, Edits::None),
            },
            Act::Gone(gone) => ("gone", Some(&gone.mid), Edits::None),
        };
        // Scripts read the same text whatever the language of the person who started them.
        let texts = Texts::default();
        let reason = match &change.act {
            Act::Rejected(problems) => words::problems(texts, problems),
            Act::Blocked(block, _) => words::block(texts, block),
            Act::Held(hold, _) => words::why(texts, &Why::Hold(*hold)),
            _ => String::new(),
        };
        let client_external_id = change.external_id.as_ref();
        Self { action, client_external_id, fields, lines: &change.lines, mid, reason }
    }
}

/// What a change does to fields and contacts.
enum Edits<'c> {
    None,
    Created(&'c Desired),
    Updated(&'c Update),
}

/// One of them: in whose contact, from what and to what.
#[derive(Serialize)]
struct EditLine<'a> {
    contact: Option<&'a str>,
    field: &'a str,
    from: Option<&'a str>,
    to: Option<&'a str>,
}

impl<'a> EditLine<'a> {
    fn new(contact: Option<&'a str>, field: Field, to: &'a str) -> Self {
        Self { contact, field: field.name(), from: None, to: Some(to) }
    }

    fn of(contact: Option<&'a str>, edit: &'a Edit) -> Self {
        Self { contact, field: edit.field.name(), from: Some(&edit.from), to: Some(&edit.to) }
    }

    fn whole(label: &'a str, from: Option<&'a str>, to: Option<&'a str>) -> Self {
        Self { contact: Some(label), field: "contact", from, to }
    }
}

impl Serialize for Edits<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.collect_seq(std::iter::empty::<EditLine<'_>>()),
            Self::Created(desired) => created(desired, serializer),
            Self::Updated(update) => updated(update, serializer),
        }
    }
}

fn created<S: Serializer>(desired: &Desired, serializer: S) -> Result<S::Ok, S::Error> {
    let own = desired.own.iter().map(|(name, to)| EditLine::new(None, name, to));
    let contacts = desired.contacts(HasOrganization::No);
    let labels: Vec<String> = contacts.iter().map(Contact::label).collect();
    let of_contacts = contacts.iter().zip(&labels).flat_map(|(contact, label)| {
        contact.fields.iter().map(|(name, to)| EditLine::new(Some(label), name, to))
    });
    serializer.collect_seq(own.chain(of_contacts))
}

fn updated<S: Serializer>(update: &Update, serializer: S) -> Result<S::Ok, S::Error> {
    let own = update.own.iter().map(|edit| EditLine::of(None, edit));
    let of_contacts = update
        .contacts
        .iter()
        .flat_map(|contact| contact.edits.iter().map(|edit| EditLine::of(Some(&contact.label), edit)));
    let labels: Vec<String> = update.add.iter().map(Contact::label).collect();
    let added = labels.iter().map(|label| EditLine::whole(label, None, Some(label)));
    let removed = update.remove.iter().map(|it| EditLine::whole(&it.label, Some(&it.label), None));
    serializer.collect_seq(own.chain(of_contacts).chain(added).chain(removed))
}
