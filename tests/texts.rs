//! The catalogue is whole: both languages say the same things, and the program asks for nothing else.
//!
//! As in `tidy`, every rule carries controls in which it must find something.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use leapsync::texts::{Language, Texts};

/// One language's files: name without its ending, text.
type Files = Vec<(String, String)>;

/// What the rules look at.
#[derive(Clone)]
struct Tree {
    english: Files,
    japanese: Files,
    /// Rust files below `src`.
    sources: Files,
}

/// A message: the file it stands in, the names of its arguments, its text without the placeables.
struct Message {
    file: String,
    arguments: BTreeSet<String>,
    text: String,
}

/// The screen whose English texts are not in the catalogue.
const HELP: &str = "help";

/// Japanese texts that need no Japanese letter, and why.
const SAME_IN_JAPANESE: [&str; 3] = [
    // The name of a variable, and what is wrong with it.
    "error-origin",
    // Words of the API.
    "why-http",
    "why-mid",
];

#[test]
fn both_languages_have_the_same_keys_with_the_same_arguments() {
    clean(missing_keys);
    clean(other_arguments);
    clean(strange_keys);
    catches(missing_keys, |tree| tree.english.push(file("odd", "odd-thing = Odd\n")));
    catches(missing_keys, |tree| tree.japanese.push(file("odd", "odd-thing = 妙です\n")));
    catches(other_arguments, |tree| {
        tree.english.push(file("odd", "odd-thing = { $a } is odd\n"));
        tree.japanese.push(file("odd", "odd-thing = 妙です\n"));
    });
    catches(strange_keys, |tree| tree.english.push(file("odd", "even-thing = Even\n")));
    catches(strange_keys, |tree| tree.japanese.push(file("odd", "odd-thing = {\n")));
    catches(strange_keys, |tree| tree.english.push(file("odd", "odd-thing = A\nodd-thing = B\n")));
}

#[test]
fn the_program_asks_for_texts_that_there_are_and_gives_what_they_take() {
    clean(unknown_keys);
    clean(wrongly_given);
    catches(unknown_keys, |tree| tree.sources.push(file("a", "texts.say(\"novel-thing\")")));
    catches(unknown_keys, |tree| tree.sources.push(file("a", "_ => \"number-thing\",")));
    catches(wrongly_given, |tree| tree.sources.push(file("a", "texts.say(\"number-rows\")")));
    catches(wrongly_given, |tree| {
        tree.sources.push(file("a", "texts.say_with(\"number-rows\", &[(\"rows\", (1).into())])"));
    });
}

#[test]
fn every_text_is_asked_for() {
    clean(unused_keys);
    catches(unused_keys, |tree| tree.english.push(file("odd", "odd-thing = Odd\n")));
}

#[test]
fn japanese_texts_are_japanese_and_english_ones_are_not() {
    clean(untranslated);
    catches(untranslated, |tree| tree.japanese.push(file("odd", "odd-thing = the row\n")));
    catches(untranslated, |tree| tree.english.push(file("odd", "odd-thing = 行です\n")));
}

#[test]
fn a_text_that_is_not_there_is_only_not_found() {
    for language in Language::ALL {
        assert_eq!(Texts::in_language(language).find("odd-thing"), None);
    }
}

/// Where nothing is said to people except from the catalogue.
const SCREENS: [&str; 6] =
    ["src/cli/", "src/cli.rs", "src/report/", "src/report.rs", "src/results.rs", "src/rejects.rs"];

/// Where prose stands all the same, and why.
const PROSE: [(&str, &str); 11] = [
    // What the files of a run are called in code; `said.rs` names them from the catalogue.
    ("src/cli/files.rs", "page of the plan"),
    // The English help stands beside the arguments; clap writes it.
    ("src/cli/args", ""),
    // The ledger keeps these as texts, by which they are known.
    ("src/report/words.rs", "no answer in time"),
    ("src/report/words.rs", "the answer "),
    ("src/report/words.rs", "the server took the request"),
    // It cannot happen, and nobody who is not at work on the sandbox would understand it.
    ("src/cli/demo", "the sandbox has no partner"),
    // A monitoring system keeps one text for a name, whoever looks at it.
    ("src/report/metrics.rs", ""),
    // The reason of a lint.
    ("src/report.rs", "a figure for people"),
    // What does not add up is told to those who test, not to those who read.
    ("src/report.rs", "clients of the file and"),
    ("src/report.rs", "gone as planned and as ended"),
    ("src/report.rs", "requests and their kinds"),
];

#[test]
fn people_are_told_nothing_that_is_not_in_the_catalogue() {
    clean(prose);
    catches(prose, |tree| tree.sources.push(file("src/cli/odd.rs", "print(\"nothing can be done here\")")));
    catches(prose, |tree| tree.sources.push(file("src/report/odd.rs", "format!(\"{} of the rows\", n)")));
}

/// Literals with three words of prose in a row.
fn prose(tree: &Tree) -> Vec<String> {
    let is_word = |word: &&str| {
        let word = word.trim_end_matches([',', '.', ':', ';']);
        !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase())
    };
    let mut found = Vec::new();
    for (path, text) in tree.sources.iter().filter(|(path, _)| SCREENS.iter().any(|it| path.starts_with(it)))
    {
        if path.ends_with("tests.rs") {
            continue;
        }
        let own = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let code = own.lines().filter(|line| !line.trim_start().starts_with("//") && !line.contains("#[e"));
        for literal in code.flat_map(|line| line.split('"').skip(1).step_by(2)) {
            let words: Vec<&str> = literal.split(' ').collect();
            let is_excepted =
                PROSE.iter().any(|(room, part)| path.starts_with(room) && literal.contains(part));
            if words.windows(3).any(|three| three.iter().all(is_word)) && !is_excepted {
                found.push(format!("{path}: {literal}"));
            }
        }
    }
    found
}

/// Every reason of an exit that scripts read has its words.
#[test]
fn every_reason_of_an_exit_has_words() {
    let tree = tree();
    let source = |path: &str| tree.sources.iter().find(|(name, _)| name == path).unwrap().1.clone();
    let names = source("src/report/names.rs");
    for path in ["src/event/exit.rs", "src/sync/failed.rs"] {
        let text = source(path);
        let body = text.split_once("(&self) -> &'static str {").unwrap().1.split_once("\n    }\n").unwrap().0;
        let reasons: Vec<&str> =
            literals(body).filter(|it| it.chars().all(|c| c.is_ascii_lowercase() || c == '_')).collect();
        assert!(!reasons.is_empty(), "{path} has no reasons");
        let lacking: Vec<&&str> =
            reasons.iter().filter(|it| !names.contains(&format!("\"{it}\" =>"))).collect();
        assert!(lacking.is_empty(), "{path}: no words for {lacking:?}");
    }
}

fn missing_keys(tree: &Tree) -> Vec<String> {
    let (english, mut japanese) = (messages(&tree.english), messages(&tree.japanese));
    // In English the help stands beside the arguments; that each has its text in Japanese is tested there.
    japanese.retain(|_, message| message.file != HELP);
    let lacks = |key: &String, language: &str| format!("`{key}` is missing in {language}");
    let not_japanese = english.keys().filter(|key| !japanese.contains_key(*key)).map(|it| lacks(it, "ja"));
    let not_english = japanese.keys().filter(|key| !english.contains_key(*key)).map(|it| lacks(it, "en"));
    not_japanese.chain(not_english).collect()
}

fn other_arguments(tree: &Tree) -> Vec<String> {
    let (english, japanese) = (messages(&tree.english), messages(&tree.japanese));
    let both = english.iter().filter_map(|(key, message)| Some((key, message, japanese.get(key)?)));
    both.filter(|(_, ours, theirs)| ours.arguments != theirs.arguments)
        .map(|(key, ours, theirs)| {
            format!("`{key}`: {:?} in en, {:?} in ja", ours.arguments, theirs.arguments)
        })
        .collect()
}

/// Keys that do not begin with their file's name, that stand twice, and what is no message at all.
fn strange_keys(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for files in [&tree.english, &tree.japanese] {
        let mut seen = BTreeSet::new();
        for (name, text) in files {
            for entry in parsed(text).body {
                match entry {
                    Entry::Message(message) => {
                        let key = message.id.name;
                        if !key.starts_with(&format!("{name}-")) || message.value.is_none() {
                            found.push(format!("`{key}` in {name}.ftl"));
                        }
                        if !seen.insert(key.clone()) {
                            found.push(format!("`{key}` stands twice"));
                        }
                    }
                    Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
                    Entry::Term(_) => found.push(format!("a term in {name}.ftl")),
                    Entry::Junk { content } => found.push(format!("{name}.ftl: cannot be read: {content}")),
                }
            }
        }
    }
    found
}

fn unknown_keys(tree: &Tree) -> Vec<String> {
    let known = messages(&tree.japanese);
    let screens: BTreeSet<&str> = tree.japanese.iter().map(|(name, _)| name.as_str()).collect();
    let mut found = Vec::new();
    // The sandbox says nothing to people; its switches have names like keys.
    for (path, text) in tree.sources.iter().filter(|(path, _)| !path.starts_with("src/sandbox/")) {
        let asked = calls(text).into_iter().map(|call| call.key);
        let like_keys = literals(text).filter(|it| {
            let is_key = it.split('-').all(|part| {
                !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            });
            is_key && it.split_once('-').is_some_and(|(screen, _)| screens.contains(screen))
        });
        let unknown = asked.chain(like_keys.map(str::to_owned)).filter(|key| !known.contains_key(key));
        found.extend(unknown.map(|key| format!("{path}: there is no text `{key}`")));
    }
    found
}

fn wrongly_given(tree: &Tree) -> Vec<String> {
    let known = messages(&tree.japanese);
    let mut found = Vec::new();
    for (path, text) in &tree.sources {
        for call in calls(text) {
            let Some(message) = known.get(&call.key) else { continue };
            if call.given.as_ref().is_some_and(|given| *given != message.arguments) {
                found.push(format!(
                    "{path}: `{}` takes {:?}, gets {:?}",
                    call.key, message.arguments, call.given
                ));
            }
        }
    }
    found
}

fn unused_keys(tree: &Tree) -> Vec<String> {
    let used: BTreeSet<&str> = tree.sources.iter().flat_map(|(_, text)| literals(text)).collect();
    let unused = messages(&tree.english).into_keys().filter(|key| !used.contains(key.as_str()));
    unused.map(|key| format!("nobody asks for `{key}`")).collect()
}

fn untranslated(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (key, message) in messages(&tree.japanese) {
        let says_nothing = !message.text.chars().any(char::is_alphabetic);
        if !says_nothing
            && !message.text.chars().any(is_japanese)
            && !SAME_IN_JAPANESE.contains(&key.as_str())
        {
            found.push(format!("`{key}` is not Japanese: {}", message.text));
        }
    }
    for (key, message) in messages(&tree.english) {
        // What stands in backticks is a value, not a word.
        let words: String = message.text.split('`').step_by(2).collect();
        if words.chars().any(is_japanese) {
            found.push(format!("`{key}` is not English: {words}"));
        }
    }
    found
}

fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '々' | '〇')
}

/// One place that asks for a text.
struct Call {
    key: String,
    /// The names of the arguments; none when they are not written there.
    given: Option<BTreeSet<String>>,
}

/// The calls of `say` and `say_with` whose key is written there.
fn calls(text: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    for (at, name) in text.match_indices("say(").chain(text.match_indices("say_with(")) {
        let rest = text[at + name.len()..].trim_start();
        let Some((key, rest)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) else {
            continue;
        };
        let given = if name == "say(" { Some(BTreeSet::new()) } else { given(rest) };
        calls.push(Call { key: key.to_owned(), given });
    }
    calls
}

/// The first texts of the pairs in a list of arguments; none when one of its pairs is not written there.
fn given(rest: &str) -> Option<BTreeSet<String>> {
    let rest = rest.trim_start_matches([',', ' ', '\n']).strip_prefix("&[")?;
    let (mut depth, mut names, mut before) = (0, BTreeSet::new(), ' ');
    let mut inside = rest;
    while let Some(c) = inside.chars().next() {
        inside = &inside[c.len_utf8()..];
        match c {
            ']' if depth == 0 => return Some(names),
            _ if depth == 0 && c.is_alphabetic() => return None,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '"' => {
                let (name, after) = inside.split_once('"')?;
                if depth == 1 && before == '(' {
                    names.insert(name.to_owned());
                }
                inside = after;
            }
            _ => {}
        }
        if !c.is_whitespace() {
            before = c;
        }
    }
    None
}

/// What stands between two quotes on one line.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('"').skip(1).step_by(2))
}

fn messages(files: &Files) -> BTreeMap<String, Message> {
    let mut messages = BTreeMap::new();
    for (name, text) in files {
        for entry in parsed(text).body {
            let Entry::Message(message) = entry else { continue };
            let (mut arguments, mut text) = (BTreeSet::new(), String::new());
            message.value.iter().for_each(|pattern| walk(pattern, &mut arguments, &mut text));
            messages.insert(message.id.name, Message { file: name.clone(), arguments, text });
        }
    }
    messages
}

fn parsed(text: &str) -> fluent_syntax::ast::Resource<String> {
    fluent_syntax::parser::parse(text.to_owned()).unwrap_or_else(|(resource, _)| resource)
}

fn walk(pattern: &Pattern<String>, arguments: &mut BTreeSet<String>, text: &mut String) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(value),
            PatternElement::Placeable { expression: Expression::Inline(inline) } => {
                walk_inline(inline, arguments);
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                walk_inline(selector, arguments);
                for variant in variants {
                    walk(&variant.value, arguments, text);
                }
            }
        }
    }
}

fn walk_inline(inline: &InlineExpression<String>, arguments: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            arguments.insert(id.name.clone());
        }
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        other => panic!("the catalogue uses only arguments and literals: {other:?}"),
    }
}

fn clean(rule: fn(&Tree) -> Vec<String>) {
    let tree = tree();
    assert!(messages(&tree.english).values().any(|message| message.file == "progress"), "the tree is lost");
    let found = rule(&tree);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

fn catches(rule: fn(&Tree) -> Vec<String>, spoil: fn(&mut Tree)) {
    let mut tree = tree();
    spoil(&mut tree);
    assert!(!rule(&tree).is_empty(), "the rule is blind");
}

fn file(name: &str, text: &str) -> (String, String) {
    (name.to_owned(), text.to_owned())
}

fn tree() -> Tree {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let texts = |language: Language| {
        let mut files = Vec::new();
        gather(&root.join("src/texts").join(language.code()), "ftl", &mut files);
        files
    };
    let mut sources = Vec::new();
    gather(&root.join("src"), "rs", &mut sources);
    Tree { english: texts(Language::English), japanese: texts(Language::Japanese), sources }
}

fn gather(folder: &Path, ending: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, ending, files);
        } else if path.extension().is_some_and(|it| it == ending) {
            // A file of texts goes by its screen, a source by its path.
            let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_str().unwrap();
            let screen = path.file_stem().unwrap().to_str().unwrap();
            let name = if ending == "ftl" { screen.to_owned() } else { name.replace('\\', "/") };
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    files.sort_unstable();
}
