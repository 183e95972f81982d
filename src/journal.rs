//! What is written into the ledger, as data: every intent, every answer and everything that follows from one.
//!
//! In: what a run decided or learnt. Out: entries, committed by the ledger several at a time. An entry never
//! causes a request; a request never leaves before the commit that holds its intent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::operation::{AttemptId, Verdict};
use crate::record::{Answered, Desired, ExternalId, Fields, Fingerprint, Known, KnownContact, Line, Mid};

/// One line of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A request is about to leave: the client's state is to show it first.
    Intent {
        /// Names the attempt; the answer will refer to it.
        attempt: AttemptId,
        /// Whose request it is.
        external_id: ExternalId,
        /// What it is to do.
        intent: Intent,
        /// Method and path, for people: `PATCH /contact/123/`.
        request: String,
    },
    /// An answer arrived, or nothing did.
    Answer {
        /// The attempt it answers.
        attempt: AttemptId,
        /// What it means.
        verdict: Verdict,
        /// The HTTP status, when there was one.
        status: Option<u16>,
        /// The server's words, shortened; empty when all went well.
        message: String,
    },
    /// The client exists: created, found by a reading, or read again.
    Linked {
        /// Whose client it is.
        external_id: ExternalId,
        /// All that is known of it now; replaces what was known.
        known: Known,
        /// The row it equals, when it was made from one.
        fingerprint: Option<Fingerprint>,
    },
    /// The client exists, and which of its contacts is which remains to be read.
    Unsure(ExternalId, Box<Desired>),
    /// The POST certainly created nothing.
    NotCreated(ExternalId),
    /// The server refused the POST for the row with this fingerprint.
    CreateRefused(ExternalId, Fingerprint),
    /// More than one client carries the external id.
    Duplicated(ExternalId),
    /// Own fields that the server confirmed; fields not named stay as they are.
    OwnConfirmed(ExternalId, Fields),
    /// A contact that the server confirmed; replaces the one with its mid, or joins the others.
    ContactConfirmed(ExternalId, KnownContact),
    /// A contact that is not there any more.
    ContactRemoved(ExternalId, Mid),
    /// An update ended with the client equal to the row of this fingerprint.
    Updated(ExternalId, Fingerprint),
    /// An update ended before its last step; the fingerprint is of the row that was refused, if one was.
    UpdateStopped(ExternalId, Option<Fingerprint>),
    /// The client was read again after an interrupted update: this is what it is now.
    Reread(ExternalId, Known),
    /// People deleted the client.
    Vanished(ExternalId),
    /// We deleted the client, or found it deleted while we tried.
    Removed(ExternalId),
    /// We archived the client.
    Archived(ExternalId),
    /// The server refused to delete the client.
    RemovalRefused(ExternalId),
    /// A DELETE was interrupted and the client is still there.
    StillThere(ExternalId),
    /// A person said that the refusal of the client's row is known.
    Acknowledged(ExternalId),
    /// A person said that a client that people deleted may be created again.
    LetGo(ExternalId),
    /// No request was needed: the row's fingerprint is new, and these contacts are the CSV's from now on.
    Refreshed(ExternalId, Fingerprint, Vec<Mid>),
    /// These are the fields that the client's rows answer for.
    AnswersFor(ExternalId, Answered),
    /// A reading showed this of a client, and it is taken for good: what is known of it is replaced, and its row is as
    /// it was.
    TakenOver(ExternalId, Known),
    /// Something about a client or a row is not in sync; replaces what was said of the same client, or of the same
    /// row when it names none.
    Failed(Failure),
    /// The same still stands in the way of a client as in an earlier run: the words of then are kept, if there are any.
    FailedBefore(Failure),
    /// Nothing is wrong with the client any more.
    Cleared(ExternalId),
    /// What earlier runs said of rows that were rejected and of clients that wait for a person is forgotten: this run
    /// read the file again and tells it anew of those that are still in it.
    ToldAnewForgotten,
    /// The remote list was read in full: these are its clients without an external id.
    ListRead(Vec<Stranger>),
    /// From now on the ledger is filled by this mapping: its parts, each with its hash. Parts that are not named stay.
    MappingInUse(BTreeMap<String, String>),
    /// The contacts of a create's answer were compared with a reading of them.
    ContactOrder(ContactOrder),
}

/// What a request is to do to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Create it. The row is kept until the answer is in.
    Create(Box<Desired>),
    /// One step of an update. The row is kept until the update ends.
    Patch(Box<Desired>),
    /// Delete it.
    Remove,
}

/// A client of the server that carries no external id: made by people, perhaps the twin of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// The server's id.
    pub mid: Mid,
    /// Its name, as [`crate::record::name_key`] writes it.
    pub name_key: String,
}

/// Whether the server answers a create with its contacts in the order in which they were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactOrder {
    /// Not yet compared.
    Unknown,
    /// It does.
    Kept,
    /// It does not: contacts are read after every create that has several.
    NotKept,
}

/// What was to be done with a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Create it.
    Create,
    /// Change it.
    Update,
    /// Nothing.
    None,
    /// Delete it.
    Delete,
    /// Archive it.
    Archive,
}

impl Action {
    /// Every action.
    pub const ALL: [Action; 5] =
        [Action::Create, Action::Update, Action::None, Action::Delete, Action::Archive];

    /// The word that scripts read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::None => "none",
            Self::Delete => "delete",
            Self::Archive => "archive",
        }
    }
}

/// What became of a client or a row in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// Nothing had to be done.
    Unchanged,
    /// The row was unusable.
    Rejected,
    /// The row lies outside of what the run was asked to look at.
    Skipped,
    /// The server refused it.
    Refused,
    /// It waits for a person.
    Blocked,
    /// Several clients on the server carry its external id.
    Conflict,
    /// People deleted it on the server.
    Missing,
    /// Sent, outcome unknown.
    InDoubt,
    /// A guard kept it back.
    Held,
    /// Gone from the file, and only reported.
    Reported,
    /// The run ended before its turn.
    Remaining,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 12] = [
        Outcome::Done,
        Outcome::Unchanged,
        Outcome::Rejected,
        Outcome::Skipped,
        Outcome::Refused,
        Outcome::Blocked,
        Outcome::Conflict,
        Outcome::Missing,
        Outcome::InDoubt,
        Outcome::Held,
        Outcome::Reported,
        Outcome::Remaining,
    ];

    /// The word that scripts read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unchanged => "unchanged",
            Self::Rejected => "rejected",
            Self::Skipped => "skipped",
            Self::Refused => "refused",
            Self::Blocked => "blocked",
            Self::Conflict => "conflict",
            Self::Missing => "missing",
            Self::InDoubt => "in_doubt",
            Self::Held => "held",
            Self::Reported => "reported",
            Self::Remaining => "remaining",
        }
    }
}

/// Something that is not in sync, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The client; empty when the row has no usable id.
    pub external_id: ExternalId,
    /// The row it concerns; none for a client that is gone from the file.
    pub line: Option<Line>,
    /// What was to be done.
    pub action: Action,
    /// What became of it.
    pub outcome: Outcome,
    /// The HTTP status, when the server spoke.
    pub status: Option<u16>,
    /// The reason in English, for scripts.
    pub message: String,
    /// The reason as JSON, to be put into words in the reader's language; none in lines of older versions.
    pub reason: Option<String>,
    /// The row, when it can be tried again without the file.
    pub desired: Option<Box<Desired>>,
}
