//! Which values mean "still a customer": decided where the words say so, left to a person where they are mere digits.
//!
//! In: a column of few values. Out: the lines of `[input.active]`, `[[input.where]]` and a person's `active`.

use super::Found;
use super::draft::{Rule, Table, list};

/// Words that can only mean one thing, each beside its contrary.
const WORDS: [(&str, &str); 7] = [
    ("有効", "無効"),
    ("使用する", "使用しない"),
    ("利用する", "利用しない"),
    ("利用中", "停止"),
    ("使用中", "停止中"),
    ("稼働", "削除"),
    ("active", "inactive"),
];
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
#[derive(Default)]
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
        let says = |side: fn(&(&'static str, &'static str)) -> &'static str| {
            WORDS.iter().any(|pair| side(pair) == word)
        };
        let active = says(|pair| pair.0) || yes_is_active && yes || yes_is_inactive && no;
        let inactive = says(|pair| pair.1) || yes_is_active && no || yes_is_inactive && yes;
        match (active, inactive) {
            (true, false) => meanings.active.push(value.clone()),
            (false, true) => meanings.inactive.push(value.clone()),
            _ => return None,
        }
    }
    meanings.complete(if yes_is_inactive { ("0", "1") } else { ("1", "0") }).then_some(meanings)
}

impl Meanings {
    /// Adds the contrary of the only word that is there; whether both sides have one then.
    fn complete(&mut self, (yes, no): (&str, &str)) -> bool {
        let pair = |known: &[String]| {
            let there = |pair: &&(&str, &str)| known.iter().any(|word| word == pair.0 || word == pair.1);
            WORDS.iter().find(there).copied().unwrap_or((yes, no))
        };
        if self.inactive.is_empty() {
            self.inactive.push(pair(&self.active).1.to_owned());
        } else if self.active.is_empty() {
            self.active.push(pair(&self.inactive).0.to_owned());
        }
        !self.active.iter().any(|word| self.inactive.contains(word))
    }
}

/// `[input.active]`; none for a column without values to tell apart.
pub(super) fn of_client(name: &str, found: &Found<'_>) -> Option<Table> {
    let counted = counted(found)?;
    let column = Rule::plain("column", name, &with_values(found, &counted));
    let known = meanings(found).unwrap_or_default();
    let mut active = Rule::bare("active", &list(&known.active));
    let mut inactive = Rule::bare("inactive", &list(&known.inactive));
    if known.active.is_empty() {
        active.mark(holding(found, "guess-which-are-customers", name, &counted));
        inactive.mark(holding(found, "guess-which-no-longer-are", name, &counted));
    }
    Some(Table::of([column, active, inactive]))
}

/// A person's `active`.
pub(super) fn of_person(name: &str, found: &Found<'_>) -> Rule {
    let known = meanings(found);
    let (active, inactive) =
        known.as_ref().map_or_else(Default::default, |known| (known.active.clone(), known.inactive.clone()));
    let value = format!("{{ column = {name}, active = {}, inactive = {} }}", list(&active), list(&inactive));
    let counted = counted(found).unwrap_or_default();
    let mut rule = Rule::plain("active", &value, &with_values(found, &counted));
    if known.is_none() {
        rule.mark(holding(found, "guess-two-lists", name, &counted));
    }
    rule
}

/// `[[input.where]]`; none for a column in which all rows are alike.
pub(super) fn filter(name: &str, found: &Found<'_>) -> Option<Table> {
    let categories = found.column.categories.as_ref().filter(|categories| categories.len() > 1)?;
    let counted = counted(found)?;
    let column = Rule::plain("column", name, &with_values(found, &counted));
    let is = if let Some(Meanings { active, .. }) = meanings(found) {
        Rule::bare("is", &list(&active))
    } else {
        let values: Vec<String> = categories.keys().cloned().collect();
        let mut is = Rule::bare("is", &list(&values));
        is.mark(holding(found, "guess-keep-customers", name, &counted));
        is
    };
    Some(Table::of([column, is]))
}

/// The reason, and the values that stand in the column.
fn with_values(found: &Found<'_>, counted: &str) -> String {
    let arguments = [("reason", found.reason.as_str().into()), ("counted", counted.into())];
    found.texts.say_with("guess-counted", &arguments)
}

/// A question about the values that stand in the column.
fn holding(found: &Found<'_>, key: &str, name: &str, counted: &str) -> String {
    found.texts.say_with(key, &[("column", name.into()), ("counted", counted.into())])
}

/// The values and how often each is there.
fn counted(found: &Found<'_>) -> Option<String> {
    let categories = found.column.categories.as_ref()?;
    let each = categories.iter().map(|(value, count)| format!("{} × {count}", super::draft::quoted(value)));
    Some(each.collect::<Vec<_>>().join(", "))
}
