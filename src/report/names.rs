//! What scripts read as one word, in the words of a reader: fields, states, actions, outcomes, reasons of an exit.

use crate::journal::{Action, Outcome};
use crate::operation::{State, Verdict};
use crate::record::Field;
use crate::texts::Texts;

/// A field.
#[must_use]
pub fn field(texts: Texts, field: Field) -> String {
    texts.say(match field {
        Field::Name => "name-of-company",
        Field::FamilyName => "name-family-name",
        Field::GivenName => "name-given-name",
        Field::Title => "name-title",
        Field::Department => "name-department",
        Field::Email => "name-email",
        Field::PhoneNumber => "name-phone-number",
        Field::FaxNumber => "name-fax-number",
        Field::PostalCode => "name-postal-code",
        Field::Country => "name-country",
        Field::Region => "name-region",
        Field::Locality => "name-locality",
        Field::StreetAddress => "name-street-address",
        Field::ExtendedAddress => "name-extended-address",
        Field::LangCode => "name-lang-code",
        Field::DateCutoff => "name-date-cutoff",
        Field::TaxRegistrationNumber => "name-tax-registration-number",
    })
}

/// The state of a client.
#[must_use]
pub fn state(texts: Texts, state: State) -> String {
    texts.say(match state {
        State::New => "name-new",
        State::Creating => "name-creating",
        State::Linked => "name-linked",
        State::Patching => "name-patching",
        State::Removing => "name-removing",
        State::Refused => "name-refused",
        State::Missing => "name-missing",
        State::Conflict => "name-conflict",
        State::Removed => "name-removed",
    })
}

/// What was to be done.
#[must_use]
pub fn action(texts: Texts, action: Action) -> String {
    texts.say(match action {
        Action::Create => "name-create",
        Action::Update => "name-update",
        Action::Delete => "name-delete",
        Action::Archive => "name-archive",
        Action::None => "name-none",
    })
}

/// What became of it.
#[must_use]
pub fn outcome(texts: Texts, outcome: Outcome) -> String {
    texts.say(match outcome {
        Outcome::Done => "name-done",
        Outcome::Unchanged => "name-unchanged",
        Outcome::Rejected => "name-rejected",
        Outcome::Skipped => "name-skipped",
        Outcome::Refused => "name-refused",
        Outcome::Blocked => "name-blocked",
        Outcome::Conflict => "name-conflict",
        Outcome::Missing => "name-missing",
        Outcome::InDoubt => "name-in-doubt",
        Outcome::Held => "name-held",
        Outcome::Reported => "name-reported",
        Outcome::Remaining => "name-remaining",
    })
}

/// What an answer meant.
#[must_use]
pub fn verdict(texts: Texts, verdict: Verdict) -> String {
    texts.say(match verdict {
        Verdict::Done => "name-done",
        Verdict::NotDone => "name-not-done",
        Verdict::Refused => "name-refused",
        Verdict::Absent => "name-absent",
        Verdict::InDoubt => "name-in-doubt",
    })
}

/// Why a run ended, one word behind the other.
#[must_use]
pub fn reasons(texts: Texts, reasons: &[String]) -> String {
    reasons.iter().map(|name| reason(texts, name)).collect::<Vec<_>>().join(&texts.say("words-comma"))
}

/// Why a run ended, by the name that its summary keeps; a name of another version stands as it is.
fn reason(texts: Texts, name: &str) -> String {
    texts.say(match name {
        "in_sync" => "name-in-sync",
        "limited" => "name-limited",
        "changes" => "name-changes",
        "rejected" => "name-rejected",
        "refused" => "name-refused",
        "blocked" => "name-blocked",
        "conflict" => "name-conflict",
        "missing" => "name-missing",
        "in_doubt" => "name-in-doubt",
        "drift" => "name-drift",
        "repair_held" => "name-repair-held",
        "deletes_held" => "name-deletes-held",
        "changes_held" => "name-changes-held",
        "run_held" => "name-run-held",
        "mapping_changed" => "name-mapping-changed",
        "day_quota" => "name-day-quota",
        "max_requests" => "name-max-requests",
        "max_duration" => "name-max-duration",
        "signal" => "name-signal",
        "unreachable" => "name-unreachable",
        "credentials_refused" => "name-credentials-refused",
        "doubtful" => "name-doubtful",
        "refused_alike" => "name-refused-alike",
        "ledger_failed" => "name-ledger-failed",
        "results_not_written" => "name-results-not-written",
        "rejects_not_written" => "name-rejects-not-written",
        "report_not_written" => "name-report-not-written",
        "metrics_not_written" => "name-metrics-not-written",
        "input" => "name-input",
        "mapping" => "name-mapping",
        "locked" => "name-locked",
        "other_account" => "name-other-account",
        "ledger" => "name-ledger",
        "credentials" => "name-credentials",
        "partner" => "name-partner",
        "list_unread" => "name-list-unread",
        "temporary_storage" => "name-temporary-storage",
        "configuration" => "name-configuration",
        "plan_out_of_date" => "name-plan-out-of-date",
        other => return other.replace('_', " "),
    })
}
