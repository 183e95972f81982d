//! The figures of a run at its head, and how it ended as one mark, one word and one colour.

use maud::{Markup, html};

use super::Reader;
use super::run::{End, RunPage};
use super::words::grouped;
use crate::report::past::Past;

/// How a run ended, as a person sees it at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    InSync,
    Attention,
    Held,
    Early,
    Failed,
    Unfinished,
}

impl State {
    pub(super) fn of(page: &RunPage<'_>) -> Self {
        match (page.end, page.summary.exit.code) {
            (End::NotReached, _) => Self::Unfinished,
            (End::Reached, 0) => Self::InSync,
            (End::Reached, 3) => Self::Attention,
            (End::Reached, 4) => Self::Held,
            (End::Reached, 5) => Self::Early,
            (End::Reached, _) => Self::Failed,
        }
    }

    /// Its mark, its word, its colour. The mark tells the states apart where there is no colour.
    pub(super) fn shown(self, reader: &Reader) -> Markup {
        let (class, word, shape) = match self {
            Self::InSync => ("calm", "report-state-in-sync", CHECK),
            Self::Attention => ("mark", "report-state-attention", TRIANGLE),
            Self::Held => ("mark", "report-state-held", SQUARE),
            Self::Early => ("mark", "report-state-early", HALF),
            Self::Failed => ("grave", "report-state-failed", CROSS),
            Self::Unfinished => ("grave", "report-state-unfinished", RING),
        };
        html! { p.state.(class) { (mark(shape)) span { (reader.say(word)) } } }
    }
}

pub(super) const CHECK: &str =
    "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0Zm4.1 6-4.9 5.1L3.9 7.9l1.2-1.2 2.1 2L10.9 4.8Z";
pub(super) const TRIANGLE: &str = "M8 1 16 15H0Z";
pub(super) const SQUARE: &str = "M1 1H15V15H1Z";
const HALF: &str = "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0Zm0 2v12A6 6 0 0 1 8 2Z";
pub(super) const CROSS: &str =
    "M3 .8 8 5.8 13 .8 15.2 3 10.2 8 15.2 13 13 15.2 8 10.2 3 15.2 .8 13 5.8 8 .8 3Z";
pub(super) const DIAMOND: &str = "M8 0 16 8 8 16 0 8Z";
pub(super) const RING: &str = "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0Zm0 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Z";

/// A mark beside a word that says the same.
pub(super) fn mark(shape: &str) -> Markup {
    html! { svg viewBox="0 0 16 16" aria-hidden="true" { path fill-rule="evenodd" d=(shape) {} } }
}

/// What was done, in numbers.
pub(super) fn figures(page: &RunPage<'_>, reader: &Reader) -> Markup {
    let Some(result) = page.summary.result else { return Markup::default() };
    let open = page.not_in_sync();
    let deleted = result.deleted + result.archived;
    let requests = page.summary.requests.map_or(0, |requests| requests.total);
    let all = [
        ("report-figure-created", result.created),
        ("report-figure-updated", result.updated),
        ("report-figure-deleted", deleted),
        ("report-figure-unchanged", result.unchanged),
        ("report-figure-exceptions", open),
        ("report-figure-requests", requests),
    ];
    let further = [
        ("report-figure-remaining", result.remaining),
        ("report-figure-gone", result.gone.saturating_sub(deleted)),
        ("report-figure-adopted", result.adopted),
        ("report-figure-settled", result.settled),
        ("report-figure-warnings", page.summary.warnings),
    ];
    let shown = all.into_iter().chain(further.into_iter().filter(|(_, number)| *number > 0));
    html! {
        dl.figures {
            @for (name, number) in shown {
                div class=[(number == 0).then_some("none")] { dt { (reader.say(name)) } dd { (grouped(number)) } }
            }
        }
    }
}

impl RunPage<'_> {
    /// How many clients and rows were not in sync. A run whose account was not kept tells it by its figures.
    pub(super) fn not_in_sync(&self) -> u64 {
        let told = self.account.open_exceptions();
        let counted = || Past::ended(0, self.summary).not_in_sync;
        if told == 0 && self.account.exceptions.is_empty() && self.is_without_account() {
            counted()
        } else {
            told
        }
    }

    fn is_without_account(&self) -> bool {
        self.account.rhythm.counts.is_empty() && self.account.created.is_empty()
    }
}
