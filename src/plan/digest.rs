//! What a change would send, as a digest: by it an approval names exactly that, and nothing that came later.
//!
//! In: a change. Out: a SHA-256 over what would reach the server. Rows, names for people and the values before the change
//! do not count: a row that moved in the file is the same change.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Act, Change, Update};

/// How much of a digest is shown to people, in hexadecimal digits.
const SHOWN: usize = 16;

/// A SHA-256, in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// Takes a digest as it was written down.
    #[must_use]
    pub fn written(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// All of its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part of it that people compare.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.get(..SHOWN).unwrap_or(&self.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())
    }
}

/// Makes one digest of many texts; each of them ends where the next begins.
#[derive(Debug, Clone, Default)]
pub struct Digester(Sha256);

impl Digester {
    /// Takes in one more text.
    pub fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text);
    }

    /// Takes in bytes as they stand.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all that came in.
    #[must_use]
    pub fn finish(self) -> Digest {
        let digits = self.0.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        Digest(digits)
    }
}

impl Change {
    /// The digest of what it would send; none when it sends nothing.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        let id = self.external_id.as_ref()?;
        let mut digester = Digester::default();
        digester.add(id.as_str());
        match &self.act {
            Act::Create(desired) => {
                digester.add("create");
                for fields in [&desired.own, &desired.company].into_iter().chain(&desired.persons) {
                    digester.add(&json(fields));
                }
            }
            Act::Update(update) => {
                digester.add("update");
                changed(update, &mut digester);
            }
            Act::Gone(gone) if gone.fate.sends() => {
                let archives = gone.fate == super::Fate::Archive;
                digester.add(if archives { "archive" } else { "delete" });
                digester.add(gone.mid.as_str());
            }
            Act::Gone(_) | Act::Unchanged(_) | Act::Rejected(_) | Act::Blocked(..) | Act::Held(..) => {
                return None;
            }
        }
        Some(digester.finish())
    }

    /// What a client that is gone, and for which nothing is sent now, would send in another run; empty for all others.
    #[must_use]
    pub fn digests_of_going(&self) -> Vec<Digest> {
        let Act::Gone(gone) = &self.act else { return Vec::new() };
        if gone.fate.sends() {
            return Vec::new();
        }
        let with = |fate| {
            let act = Act::Gone(super::Gone { mid: gone.mid.clone(), fate });
            Self { external_id: self.external_id.clone(), lines: Vec::new(), label: String::new(), act }
                .digest()
        };
        [super::Fate::Delete, super::Fate::Archive].into_iter().filter_map(with).collect()
    }

    /// The digest of the removals in it; none when it removes nobody.
    #[must_use]
    pub fn digest_of_removals(&self) -> Option<Digest> {
        let (Some(id), Act::Update(update)) = (&self.external_id, &self.act) else { return None };
        if update.remove.is_empty() {
            return None;
        }
        let mut digester = Digester::default();
        digester.add(id.as_str());
        digester.add("remove");
        update.remove.iter().for_each(|gone| digester.add(gone.mid.as_str()));
        Some(digester.finish())
    }
}

/// Removals are judged apart, so that a change is the same with them and without.
fn changed(update: &Update, digester: &mut Digester) {
    let edit = |edit: &super::Edit, digester: &mut Digester| {
        digester.add(edit.field.name());
        digester.add(&edit.to);
    };
    digester.add(update.mid.as_str());
    update.own.iter().for_each(|it| edit(it, digester));
    for contact in &update.contacts {
        digester.add(contact.mid.as_str());
        contact.edits.iter().for_each(|it| edit(it, digester));
    }
    update.add.iter().for_each(|contact| digester.add(&json(contact)));
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Fate, Gone};
    use crate::record::{Desired, ExternalId, Field, Fields, Line, Mid};

    fn create(name: &str, line: u64) -> Change {
        let external_id = ExternalId::new("A-1");
        let lines = vec![Line(line)];
        let company = Fields::from([(Field::Name, name.to_owned())]);
        let desired = Desired {
            external_id: external_id.clone(),
            lines: lines.clone(),
            own: Fields::new(),
            company,
            persons: Vec::new(),
            departed: Vec::new(),
            yielded: [].into(),
        };
        Change {
            external_id: Some(external_id),
            lines,
            label: name.to_owned(),
            act: Act::Create(Box::new(desired)),
        }
    }

    fn gone(fate: Fate) -> Change {
        let mid = Mid::parse("77").unwrap();
        Change { act: Act::Gone(Gone { mid, fate }), ..create("", 2) }
    }

    #[test]
    fn the_same_change_in_another_row_has_the_same_digest_and_another_value_has_not() {
        assert_eq!(create("見本商事", 2).digest(), create("見本商事", 9).digest());
        assert_ne!(create("見本商事", 2).digest(), create("見本商店", 2).digest());
    }

    #[test]
    fn what_sends_nothing_has_none_and_an_archive_is_no_delete() {
        assert_eq!(gone(Fate::Report).digest(), None);
        assert_ne!(gone(Fate::Delete).digest(), gone(Fate::Archive).digest());
    }

    #[test]
    fn where_one_text_ends_and_the_next_begins_counts() {
        let digest = |texts: &[&str]| {
            let mut digester = Digester::default();
            for text in texts {
                digester.add(text);
            }
            digester.finish()
        };
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert_eq!(digest(&["ab"]).short().len(), SHOWN);
    }
}
