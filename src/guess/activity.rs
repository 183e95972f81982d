//! Which values mean "still a customer": decided where the words say so, left to a person where they are mere digits.
//!
//! In: a column of few values. Out: the lines of `[input.active]`, `[[input.where]]` and a person's `active`.

use super::Found;
use super::draft::{Rule, Table, list};

/// Words that can only mean one thing.
const ACTIVE: [&str; 7] = ["有効", "使用する", "利用する", "利用中", "使用中", "active", "稼働"];
const INACTIVE: [&str; 9] =
    ["無効", "使用しない", "利用しない", "停止", "停止中", "inactive", "削除", "blocked", "all"];
/// What is written for yes and no.
const YES: [&str; 6] = ["1", "true", "yes", "t", "y", "はい"];
const NO: [&str; 7] = ["0", "", "false", "no", "f", "n", "いいえ"];
/// Headers of which a yes says that the client is active, and of which it says the contrary.
const SAYS_ACTIVE: [&str; 2] = ["active", "有効"];
const SAYS_INACTIVE: [&str; 9] = [
    "isinactive",
    "inactive",
    "blocked",
    "非表示",
    "削除フラグ",
    "論理削除",
    "停止フラグ",
    "取引停止",
    "退職フラグ",
];

/// Values by what they mean; none when one of them could mean either.
struct Meanings {
    active: Vec<String>,
    inactive: Vec<String>,
}

fn meanings(found: &Found<'_>) -> Option<Meanings> {
    let header = super::dictionary::key(&found.column.header);
    let (yes_is_active, yes_is_inactive) =
        (SAYS_ACTIVE.contains(&&*header), SAYS_INACTIVE.contains(&&*header) || header.starts_with("退職"));
    let mut meanings = Meanings { active: Vec::new(), inactive: Vec::new() };
    for value in found.column.categories.as_ref()?.keys() {
        let word = super::dictionary::key(value);
        let (yes, no) = (YES.contains(&&*word), NO.contains(&&*word));
        let active = ACTIVE.contains(&&*word) || yes_is_active && yes || yes_is_inactive && no;
        let inactive = INACTIVE.contains(&&*word) || yes_is_active && no || yes_is_inactive && yes;
        match (active, inactive) {
            (true, false) => meanings.active.push(value.clone()),
            (false, true) => meanings.inactive.push(value.clone()),
            _ => return None,
        }
    }
    Some(meanings)
}

/// `[input.active]`; none for a column without values to tell apart.
pub(super) fn of_client(name: &str, found: &Found<'_>) -> Option<Table> {
    let counted = counted(found)?;
    let mut column = Rule::plain("column", name, &format!("{}; {counted}", found.reason));
    let (active, inactive) = if let Some(Meanings { active, inactive }) = meanings(found) {
        (list(&active), list(&inactive))
    } else {
        column.mark(format!("{counted}: put each of them into one of the two lists"));
        (list(&[]), list(&[]))
    };
    let (active, inactive) = (Rule::bare("active", &active), Rule::bare("inactive", &inactive));
    Some(Table::of([column, active, inactive]))
}

/// A person's `active`.
pub(super) fn of_person(name: &str, found: &Found<'_>) -> Rule {
    let known = meanings(found);
    let (active, inactive) =
        known.as_ref().map_or_else(Default::default, |known| (known.active.clone(), known.inactive.clone()));
    let value = format!("{{ column = {name}, active = {}, inactive = {} }}", list(&active), list(&inactive));
    let counted = counted(found).unwrap_or_default();
    let mut rule = Rule::plain("active", &value, &format!("{}; {counted}", found.reason));
    if known.is_none() {
        rule.mark(format!("{counted}: put each of them into one of the two lists"));
    }
    rule
}

/// `[[input.where]]`; none for a column in which all rows are alike.
pub(super) fn filter(name: &str, found: &Found<'_>) -> Option<Table> {
    let categories = found.column.categories.as_ref().filter(|categories| categories.len() > 1)?;
    let counted = counted(found)?;
    let mut column = Rule::plain("column", name, &format!("{}; {counted}", found.reason));
    let values = if let Some(Meanings { active, .. }) = meanings(found) {
        active
    } else {
        column.mark(format!("{counted}: keep those that are customers"));
        categories.keys().cloned().collect()
    };
    Some(Table::of([column, Rule::bare("is", &list(&values))]))
}

/// The values and how often each is there.
fn counted(found: &Found<'_>) -> Option<String> {
    let categories = found.column.categories.as_ref()?;
    let each = categories.iter().map(|(value, count)| format!("{} × {count}", super::draft::quoted(value)));
    Some(each.collect::<Vec<_>>().join(", "))
}
