//! The drift: what people changed on the server since leapsync last wrote there, field by field, and who wins.
//!
//! In: what the ledger knows of a client, what its rows answer for, and what the server holds now. Out: the differences,
//! and what a repair makes of them: an update that writes back, and what the ledger learns. Nothing here sends.

use serde::{Deserialize, Serialize};

use crate::record::{Answered, ExternalId, Field, Fields, Kind, Known, KnownContact, Mid, label};
use crate::settings::{Drift, Preference};

mod mending;

pub use mending::{Mending, lost, mend};

/// As many repairs are never too many by their share alone.
const FEW_REPAIRS: u64 = 20;
/// Three in ten linked clients may be repaired at once.
const REPAIR_SHARE: (u64, u64) = (3, 10);

/// Something that a comparison of the server with the ledger came upon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The external id; none for a client without one.
    pub external_id: Option<ExternalId>,
    /// The clients of the server that it is about.
    pub mids: Vec<Mid>,
    /// The name, for people.
    pub label: String,
    /// What it is.
    pub what: What,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A linked client differs.
    Drifted(Vec<Difference>),
    /// A linked client is not on the server any more; another one may carry its external id.
    Missing {
        /// The other one.
        instead: Option<Mid>,
    },
    /// A linked client carries another external id now; empty when it carries none.
    OtherId(ExternalId),
    /// Several clients carry the external id.
    Duplicate,
    /// A client carries an external id of which the ledger knows no client on the server.
    Unknown,
    /// A client without an external id: people made it.
    Stranger,
    /// A request for it is not settled, so that it is not compared.
    Unsettled,
}

/// One difference between the server and the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// A field holds something else.
    Field {
        /// The contact; none for the client's own fields.
        contact: Option<Mid>,
        /// The person whose field it is; empty for the company and the client itself.
        whose: String,
        /// The field.
        field: Field,
        /// What the ledger knows.
        ledger: String,
        /// What the server holds.
        remote: String,
        /// Who wins.
        prefer: Preference,
    },
    /// A contact of ours is gone.
    ContactGone {
        /// The contact.
        contact: Mid,
        /// Its name.
        whose: String,
        /// Who wins.
        prefer: Preference,
    },
    /// People archived the client, or took it out of the archive: that is theirs to decide.
    Archived {
        /// Whether it is archived now.
        remote: bool,
    },
}

impl Difference {
    /// Who wins.
    #[must_use]
    pub fn prefer(&self) -> Preference {
        match self {
            Self::Field { prefer, .. } | Self::ContactGone { prefer, .. } => *prefer,
            Self::Archived { .. } => Preference::Remote,
        }
    }
}

impl Finding {
    /// Whether something is not as the ledger knows it. Clients that people made without an external id are none of its
    /// business.
    #[must_use]
    pub fn is_drift(&self) -> bool {
        match self.what {
            What::Stranger => false,
            What::Drifted(_)
            | What::Missing { .. }
            | What::OtherId(_)
            | What::Duplicate
            | What::Unknown
            | What::Unsettled => true,
        }
    }
}

/// What a comparison counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Clients of the ledger that are linked.
    pub linked: u64,
    /// Clients of the server, archived ones among them.
    pub remote: u64,
    /// Those of them that are archived.
    pub remote_archived: u64,
    /// Linked clients that were compared.
    pub compared: u64,
    /// Those of them without a difference.
    pub equal: u64,
    /// Those of them with one.
    pub drifted: u64,
    /// Linked clients that the server does not have.
    pub missing: u64,
    /// Linked clients with another external id.
    pub other_id: u64,
    /// External ids that several clients carry.
    pub duplicate: u64,
    /// Clients with an external id that the ledger does not know.
    pub unknown: u64,
    /// Clients without an external id.
    pub strangers: u64,
    /// Clients with an unsettled request.
    pub unsettled: u64,
    /// Differences that the file's side wins.
    pub csv: u64,
    /// Differences that the server's side wins.
    pub remote_wins: u64,
    /// Differences that are only listed.
    pub report: u64,
    /// Clients to which a repair would write.
    pub repairs: u64,
}

impl Tally {
    /// Counts one finding.
    pub fn add(&mut self, finding: &Finding) {
        match &finding.what {
            What::Drifted(differences) => {
                self.drifted += 1;
                let of =
                    |preference| differences.iter().filter(|it| it.prefer() == preference).count() as u64;
                self.csv += of(Preference::Csv);
                self.remote_wins += of(Preference::Remote);
                self.report += of(Preference::Report);
                self.repairs += u64::from(of(Preference::Csv) > 0);
            }
            What::Missing { .. } => self.missing += 1,
            What::OtherId(_) => self.other_id += 1,
            What::Duplicate => self.duplicate += 1,
            What::Unknown => self.unknown += 1,
            What::Stranger => self.strangers += 1,
            What::Unsettled => self.unsettled += 1,
        }
    }

    /// The most clients to which a repair may write at once: 30 % of the linked ones or 20, whichever is more.
    #[must_use]
    pub fn most_repairs(&self) -> u64 {
        let (part, whole) = REPAIR_SHARE;
        (self.linked * part / whole).max(FEW_REPAIRS)
    }

    /// Whether a repair would write to more clients than that.
    #[must_use]
    pub fn is_a_wave(&self) -> bool {
        self.repairs > self.most_repairs()
    }
}

/// Compares a linked client with what the server holds now, in the fields that its rows answer for. Contacts that are
/// not ours are other people's, whatever they hold.
#[must_use]
pub fn compare(ledger: &Known, answered: &Answered, remote: &Known, drift: &Drift) -> Vec<Difference> {
    let own = Texts { contact: None, whose: String::new(), ledger: &ledger.own, remote: &remote.own };
    let mut found: Vec<Difference> =
        own.differences(&answered.own.iter().copied().collect::<Vec<_>>(), drift);
    for contact in ledger.contacts.iter().filter(|contact| contact.ours) {
        let fields: Vec<Field> = answered.of(contact.kind).iter().copied().collect();
        match remote.contacts.iter().find(|other| other.mid == contact.mid) {
            Some(now) => found.extend(Texts::of(contact, now).differences(&fields, drift)),
            // Nothing of it is the file's: whether it is there is other people's business, too.
            None if fields.is_empty() => {}
            None => found.push(Difference::ContactGone {
                contact: contact.mid.clone(),
                whose: label(contact.kind, &contact.fields),
                prefer: drift.prefer,
            }),
        }
    }
    if ledger.archived != remote.archived {
        found.push(Difference::Archived { remote: remote.archived });
    }
    found
}

/// The same fields on both sides.
struct Texts<'a> {
    contact: Option<Mid>,
    whose: String,
    ledger: &'a Fields,
    remote: &'a Fields,
}

impl<'a> Texts<'a> {
    fn of(ledger: &'a KnownContact, remote: &'a KnownContact) -> Self {
        let whose = match ledger.kind {
            Kind::Organization => String::new(),
            Kind::Person => label(ledger.kind, &ledger.fields),
        };
        let (ledger, contact) = (&ledger.fields, Some(ledger.mid.clone()));
        Self { contact, whose, ledger, remote: &remote.fields }
    }

    fn differences(&self, fields: &[Field], drift: &Drift) -> Vec<Difference> {
        let difference = |field: &Field| {
            // What was never confirmed cannot have changed.
            let ledger = self.ledger.get(*field)?.to_owned();
            let remote = self.remote.text(*field).to_owned();
            let (contact, whose, prefer) = (self.contact.clone(), self.whose.clone(), drift.of(*field));
            (ledger != remote).then_some(Difference::Field {
                contact,
                whose,
                field: *field,
                ledger,
                remote,
                prefer,
            })
        };
        fields.iter().filter_map(difference).collect()
    }
}

#[cfg(test)]
mod tests;
