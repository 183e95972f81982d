//! The plan for people who do not sit at the terminal: as a page and as Markdown, from what the plan's screen gathered.

use std::path::Path;

use leapsync::page::{self, PlanHead, PlanPart, markdown};
use leapsync::report::Summary;
use leapsync::report::proposal::Part;

use super::files::{self, PAGE, Readers};
use super::next::Next;
use super::output;
use super::plan_screen::{Detail, PlanScreen};
use super::report::reader;

/// So many changes of one part stand on a page without `-v`.
const ON_A_PAGE: usize = 100;
/// So many in Markdown: a mail and a comment are shorter.
const IN_MARKDOWN: usize = 20;

fn most(detail: Detail, short: usize) -> usize {
    if detail == Detail::Complete { usize::MAX } else { short }
}

/// Writes the plan as a page, for its owner: it names customers.
pub(crate) fn write(
    path: &Path,
    screen: &mut PlanScreen,
    summary: &Summary,
    detail: Detail,
) -> anyhow::Result<()> {
    let reader = reader();
    let mut parts = Vec::new();
    for part in Part::ALL {
        let Some(group) = screen.part(part) else { continue };
        let mut shown = PlanPart::new(part, group.total);
        for change in group.kept.read()?.take(most(detail, ON_A_PAGE)) {
            shown.push(&change?, &reader);
        }
        parts.push(shown);
    }
    let next = Next::from_command_line().job("sync");
    let text = page::plan(&head(screen, summary, &next), &parts, &reader);
    Ok(files::write(PAGE, path, &text, Readers::Owner)?)
}

/// Prints the plan as Markdown, piece by piece.
pub(crate) fn print(screen: &mut PlanScreen, summary: &Summary, detail: Detail) -> anyhow::Result<()> {
    let reader = reader();
    let next = Next::from_command_line().job("sync");
    output::print(&markdown::opening(&head(screen, summary, &next), &reader));
    let most = most(detail, IN_MARKDOWN);
    for part in Part::ALL {
        let Some(group) = screen.part(part) else { continue };
        let all = group.total;
        output::print(&markdown::part(part, all, &reader));
        for change in group.kept.read()?.take(most) {
            output::print(&markdown::entry(part, &change?, &reader));
        }
        let rest = all.saturating_sub(u64::try_from(most).unwrap_or(u64::MAX));
        if rest > 0 {
            output::print(&markdown::rest(rest, &reader));
        }
    }
    output::print(&markdown::closing(&head(screen, summary, &next), &reader));
    Ok(())
}

fn head<'a>(screen: &'a PlanScreen, summary: &'a Summary, next: &'a str) -> PlanHead<'a> {
    PlanHead { summary, counts: &screen.counts, cost: screen.cost, held: &screen.held, next }
}
