//! What a run takes over from the imprint of the last file, and what it leaves for the next.
//!
//! In: the ledger's imprint. Out: whether it speaks of the file at hand; later, which clients sleep from now on.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::SyncError;
use super::input::Ends;
use super::saved::mapping_digest;
use crate::imprint::{Share, Totals};
use crate::ledger::{FileSeen, Imprint, Ledger};
use crate::operation::RunId;
use crate::plan::Pair;
use crate::record::{ExternalId, Line, Print, Wanted};
use crate::settings::{Job, Scope, Skim};
use crate::source::Source;

/// So many clients are looked at one by one; with more of them every row is.
pub(super) const MOST_AWAKE: usize = 16_384;
/// The form of what is kept here: another one means nothing.
const FORM: &str = "imprint/2";

/// The imprint, and who is awake besides.
pub(super) struct Memory {
    pub(super) imprint: Imprint,
    pub(super) facts: Facts,
    pub(super) awake: BTreeSet<ExternalId>,
    state: State,
}

/// Which imprint there is and how many clients are awake: while it is the same, nothing has stirred.
type State = (Option<RunId>, u64);

/// The clients whose rows were passed over, because they are as they were.
#[derive(Debug)]
pub(super) struct Asleep {
    pub(super) totals: Totals,
    /// Everybody else whom the ledger or the file knows.
    pub(super) awake: BTreeSet<ExternalId>,
    state: State,
}

/// A file as it was read, for the next one to be compared with.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) terms: String,
    pub(super) form: String,
    pub(super) bytes: u64,
    pub(super) digest: [u8; 16],
}

/// What is found out from the whole of a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Facts {
    /// How it is encoded.
    pub(super) form: String,
    pub(super) rows: u64,
    pub(super) last: Option<(Line, Ends)>,
    /// Whether each of its rows names a client.
    pub(super) plain: bool,
    /// How many digits most codes have.
    pub(super) usual: Option<usize>,
}

impl Memory {
    /// What the ledger remembers, when the job lets rows be passed over; none when there is nothing, or too many are awake.
    pub(super) fn of(ledger: &Ledger, job: &Job) -> Result<Option<Self>, SyncError> {
        if job.reading.skim == Skim::Never || job.scope != Scope::Full || job.limit.is_some() {
            return Ok(None);
        }
        let (Some(imprint), Some(awake)) = (ledger.imprint()?, ledger.awake(MOST_AWAKE)?) else {
            return Ok(None);
        };
        let state = ledger.imprint_state()?;
        let facts = serde_json::from_str(&imprint.file.form);
        Ok(facts.ok().map(|facts| Self { imprint, facts, awake, state }))
    }

    /// The clients that sleep, when `awake` do not.
    pub(super) fn asleep(&self, totals: Totals, awake: BTreeSet<ExternalId>) -> Asleep {
        Asleep { totals, awake, state: self.state }
    }
}

impl Asleep {
    /// Whether nobody has stirred since the file was read.
    pub(super) fn holds(&self, ledger: &Ledger) -> Result<bool, SyncError> {
        Ok(ledger.imprint_state()? == self.state)
    }
}

impl Seen {
    /// The file that is open; none when it has a form that is not presumed, or holds some of the clients only.
    pub(super) fn of(source: &Source, job: &Job, digest: [u8; 16]) -> Option<Self> {
        let form = source.form().filter(|_| !source.is_rejects_file())?;
        Some(Self { terms: terms(source, job), form, bytes: source.bytes(), digest })
    }

    /// The same as the ledger keeps it.
    pub(super) fn file(&self, facts: &Facts) -> FileSeen {
        let form = serde_json::to_string(facts).unwrap_or_default();
        FileSeen { bytes: self.bytes, digest: self.digest, form }
    }
}

/// Everything that says what a row means: while it is the same, equal rows are equal clients.
pub(super) fn terms(source: &Source, job: &Job) -> String {
    let reading = &job.reading;
    let parts = [
        FORM.to_owned(),
        env!("CARGO_PKG_VERSION").to_owned(),
        env!("LEAPSYNC_COMMIT").to_owned(),
        mapping_digest(&job.rules).as_str().to_owned(),
        format!("{:?} {:?} {:?}", reading.encoding, source.delimiter(), reading.footer),
        source.headers().join("\u{1f}"),
    ];
    parts.join("\u{1e}")
}

/// The print of a client and its share, as it would sleep if nothing is to be said of it.
pub(super) fn sleeps_as(pair: &Pair) -> Option<(Print, Share)> {
    let gathered = pair.wanted.as_ref().filter(|it| it.warnings.is_empty())?;
    let count = |rows: usize| u32::try_from(rows).ok();
    let (lines, outside) = (count(gathered.wanted.lines().len())?, count(gathered.outside.len())?);
    let skipped = match &gathered.wanted {
        Wanted::Desired(_) => outside,
        Wanted::Inactive(_) | Wanted::Outside(_) => lines + outside,
        Wanted::Rejected(_) => return None,
    };
    Some((gathered.print?, Share { rows: lines + outside, skipped }))
}
