//! The draft as text: every line with its reason and three values of its column.
//!
//! In: rules. Out: TOML that leapsync reads, with comments.

use super::{Found, Sheet};
use crate::texts::Texts;

/// What marks a line that a person has to look at.
pub const MARK: &str = "DECIDE";
/// A value that is longer is cut when it is shown.
const SHOWN: usize = 32;

/// A first `leapsync.toml`.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    texts: Texts,
    head: String,
    nulls: Vec<&'static str>,
    unused: Vec<String>,
    pub(super) map: Table,
    pub(super) persons: Vec<Table>,
    pub(super) filters: Vec<Table>,
    pub(super) activity: Table,
}

/// The lines of one table.
#[derive(Debug, Clone, Default)]
pub(super) struct Table(Vec<Rule>);

/// One line and what is said above it.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    key: String,
    value: String,
    reason: String,
    samples: Vec<String>,
    notes: Vec<String>,
    mark: Option<String>,
}

impl Table {
    pub(super) fn of(rules: impl Into<Vec<Rule>>) -> Self {
        Self(rules.into())
    }

    pub(super) fn push(&mut self, rule: Rule) {
        self.0.push(rule);
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    fn text(&self, texts: Texts) -> String {
        let mut text = String::new();
        for rule in &self.0 {
            // A line that needs no word of its own belongs to the one above it.
            if !text.is_empty() && rule.is_explained() {
                text.push('\n');
            }
            text.push_str(&rule.text(texts));
        }
        text
    }
}

impl Rule {
    /// A line with the values of its column.
    pub(super) fn new(key: &str, value: &str, found: &Found<'_>, reason: &str) -> Self {
        let (texts, column) = (found.texts, found.column);
        let header = if column.header.is_empty() {
            texts.say_with("guess-column", &[("number", (column.place + 1).to_string().into())])
        } else {
            one_line(&column.header)
        };
        let arguments = [("header", header.into()), ("reason", reason.into())];
        let mut rule = Self::plain(key, value, &texts.say_with("guess-because", &arguments));
        rule.samples.clone_from(&column.samples);
        rule
    }

    /// A line with its reason.
    pub(super) fn plain(key: &str, value: &str, reason: &str) -> Self {
        Self { reason: reason.to_owned(), ..Self::bare(key, value) }
    }

    /// A line that needs no reason.
    pub(super) fn bare(key: &str, value: &str) -> Self {
        let (key, value) = (key.to_owned(), value.to_owned());
        Self { key, value, reason: String::new(), samples: Vec::new(), notes: Vec::new(), mark: None }
    }

    /// A line that a person has to write.
    pub(super) fn open(key: &str, value: &str, why: &str) -> Self {
        let mut rule = Self::bare(key, value);
        rule.mark(why.to_owned());
        rule
    }

    /// The same line behind another one of the same column.
    pub(super) fn without_reason(self) -> Self {
        Self::bare(&self.key, &self.value)
    }

    /// Something that is worth knowing.
    pub(super) fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// Something that a person has to decide.
    pub(super) fn mark(&mut self, text: String) {
        self.mark = Some(text);
    }

    /// What may be wrong with codes: zeros that a spreadsheet took away.
    pub(super) fn notes_on_code(&mut self, found: &Found<'_>) {
        let Some((width, shorter)) = found.column.shorter_codes() else { return };
        let shown = shorter.iter().take(3).map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ");
        let rule = format!("{{ column = {}, pad = {width} }}", self.value);
        let arguments = [("width", width.to_string().into()), ("codes", shown.into()), ("rule", rule.into())];
        self.note(found.texts.say_with("guess-shorter-codes", &arguments));
    }

    fn is_explained(&self) -> bool {
        !self.reason.is_empty() || self.mark.is_some()
    }

    fn text(&self, texts: Texts) -> String {
        let mut text = String::new();
        let mut comment = |line: &str| text.push_str(&format!("# {}\n", one_line(line)));
        if !self.reason.is_empty() {
            comment(&self.reason);
        }
        if !self.samples.is_empty() {
            let samples: Vec<String> = self.samples.iter().map(|sample| cut(&one_line(sample))).collect();
            comment(&texts.say_with("guess-such-as", &[("samples", samples.join(" | ").into())]));
        }
        self.notes.iter().for_each(|note| comment(note));
        if let Some(mark) = &self.mark {
            comment(&format!("{MARK}: {mark}"));
        }
        let marked = if self.mark.is_some() { format!("  # {MARK}") } else { String::new() };
        text + &format!("{} = {}{marked}\n", self.key, self.value)
    }
}

impl Draft {
    pub(super) fn new(texts: Texts, sheet: &Sheet) -> Self {
        let delimiter = match sheet.delimiter {
            '\t' => "tab".to_owned(),
            other => other.to_string(),
        };
        let header = match sheet.header_row {
            Some(row) => format!("# header = {row}\n"),
            None => format!("# {}\nheader = \"none\"\n", texts.say("guess-no-header")),
        };
        let head = format!(
            "# {}\n# {}\n\n\
             [input]\n\
             # {}\n\
             # encoding = \"{}\"\n\
             # delimiter = \"{delimiter}\"\n\
             {header}",
            texts.say_with("guess-head", &[("path", one_line(&sheet.path).into())]),
            texts.say_with("guess-marked", &[("mark", MARK.into())]),
            texts.say("guess-found-anew"),
            sheet.encoding,
        );
        Self { texts, head, ..Self::default() }
    }

    pub(super) fn nulls(&mut self, nulls: Vec<&'static str>) {
        self.nulls = nulls;
    }

    pub(super) fn unused(&mut self, headers: Vec<String>) {
        self.unused = headers;
    }

    /// What a person has to decide, line by line.
    #[must_use]
    pub fn decisions(&self) -> Vec<String> {
        let decision =
            |rule: &Rule| rule.mark.as_ref().map(|mark| format!("{}: {}", rule.key, one_line(mark)));
        self.rules().filter_map(decision).collect()
    }

    /// How many fields have a column.
    #[must_use]
    pub fn fields(&self) -> usize {
        let tables = [&self.map].into_iter().chain(&self.persons);
        tables.flat_map(|table| &table.0).filter(|rule| rule.key != "active").count()
    }

    fn rules(&self) -> impl Iterator<Item = &Rule> {
        let tables = self.filters.iter().chain([&self.activity, &self.map]).chain(&self.persons);
        tables.flat_map(|table| &table.0)
    }

    /// The whole file.
    #[must_use]
    pub fn toml(&self) -> String {
        let texts = self.texts;
        let say = |key: &str| texts.say(key);
        let mut text = self.head.clone();
        for table in &self.filters {
            text.push_str(&format!(
                "\n# {}\n[[input.where]]\n{}",
                say("guess-no-customers"),
                table.text(texts)
            ));
        }
        if !self.activity.0.is_empty() {
            let active = self.activity.text(texts);
            text.push_str(&format!("\n# {}\n[input.active]\n{active}", say("guess-inactive")));
        }
        text.push_str("\n[map]\n");
        if !self.nulls.is_empty() {
            let nulls: Vec<String> = self.nulls.iter().map(|null| (*null).to_owned()).collect();
            text.push_str(&format!("# {}\nnull_values = {}\n\n", say("guess-empty-cells"), list(&nulls)));
        }
        text.push_str(&self.map.text(texts));
        for table in &self.persons {
            text.push_str(&format!("\n[[map.person]]\n{}", table.text(texts)));
        }
        if !self.unused.is_empty() {
            let unused = one_line(&self.unused.join(&say("words-comma")));
            let unused = texts.say_with("guess-not-used", &[("columns", unused.into())]);
            text.push_str(&format!("\n# {unused}\n"));
        }
        text
    }
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Texts as a TOML list.
pub(super) fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// A text that ends no comment.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn cut(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    text.chars().take(SHOWN - 1).chain(['…']).collect()
}
