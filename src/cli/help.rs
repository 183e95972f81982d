//! `--help` in the languages that do not stand beside the arguments: every command is walked, and its help is written from the
//! catalogue by the names of commands and arguments.
//!
//! In English clap writes it, from what stands beside the arguments in `args`.

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command};
use leapsync::texts::{Language, Texts};

use super::table::{padded, width, wrapped};

/// The widest help, in columns; a narrower terminal gets a narrower one.
const WIDEST: usize = 100;
/// Arguments that take more columns than this are told above their text.
const WIDEST_ARGUMENT: usize = 34;

/// The command with its help in the language of `texts`.
pub(crate) fn in_language(texts: Texts, command: Command) -> Command {
    if texts.language() == Language::English {
        return command;
    }
    let mut built = command.clone();
    // Only a built command knows its usage.
    built.build();
    told(texts, command, &built, "help")
}

/// `command` and what is below it. `built` is the same, and knows its usage; `key` is where its texts begin.
fn told(texts: Texts, command: Command, built: &Command, key: &str) -> Command {
    let own = if key == "help" { "help-leapsync".to_owned() } else { key.to_owned() };
    let about = texts.find(&own);
    let help = page(texts, built, key, &own);
    let mut command = command.override_help(StyledStr::from(help)).override_usage(usage(texts, built));
    if let Some(about) = about {
        command = command.about(about);
    }
    let names: Vec<String> = command.get_subcommands().map(|it| it.get_name().to_owned()).collect();
    for name in names {
        if let Some(below) = built.find_subcommand(&name) {
            command = command.mut_subcommand(&name, |it| told(texts, it, below, &format!("{key}-{name}")));
        }
    }
    command
}

/// `leapsync sync [OPTIONS] <CSV>`.
pub(crate) fn usage(texts: Texts, built: &Command) -> String {
    let usage = built.clone().render_usage().to_string();
    localized(texts, usage.trim_start_matches("Usage:").trim())
}

/// A usage of clap's, with the two words in it that are no names.
pub(crate) fn localized(texts: Texts, usage: &str) -> String {
    usage
        .replace("[OPTIONS]", &texts.find("help-options-word").unwrap_or_default())
        .replace("<COMMAND>", &texts.find("help-command-word").unwrap_or_default())
}

fn page(texts: Texts, built: &Command, key: &str, own: &str) -> String {
    let say = |key: &str| texts.find(key).unwrap_or_default();
    let english = || built.get_about().map(ToString::to_string).unwrap_or_default();
    let mut page = wrapped(&texts.find(own).unwrap_or_else(english), widest(), 0);
    if let Some(after) = texts.find(&format!("{own}-after")) {
        page.push_str(&format!("\n\n{after}"));
    }
    page.push_str(&format!("\n\n{}\n", say_with(texts, "help-usage", "usage", &usage(texts, built))));
    let commands: Vec<(String, String)> = built
        .get_subcommands()
        .map(|it| (it.get_name().to_owned(), about(texts, it, &format!("{key}-{}", it.get_name()))))
        .collect();
    let (positional, options): (Vec<&Arg>, Vec<&Arg>) =
        built.get_arguments().filter(|it| !it.is_hide_set()).partition(|it| it.is_positional());
    let rows = |arguments: Vec<&Arg>| {
        arguments.into_iter().map(|it| (spelled(it), meaning(texts, it, key))).collect::<Vec<_>>()
    };
    let tables =
        [("help-commands", commands), ("help-arguments", rows(positional)), ("help-options", rows(options))];
    for (heading, rows) in tables.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        page.push_str(&format!("\n{}\n{}", say(heading), table(&rows)));
    }
    page
}

fn about(texts: Texts, command: &Command, key: &str) -> String {
    let english = || command.get_about().map(ToString::to_string).unwrap_or_default();
    texts.find(key).unwrap_or_else(english)
}

/// `-v, --verbose...`, `<CSV>`.
fn spelled(argument: &Arg) -> String {
    let shown = argument.to_string();
    let Some(long) = argument.get_long() else { return shown };
    let value = shown.strip_prefix(&format!("--{long}")).unwrap_or_default();
    match argument.get_short() {
        Some(short) => format!("-{short}, --{long}{value}"),
        None => format!("    --{long}{value}"),
    }
}

/// What an argument means, its default, its values and its variable.
fn meaning(texts: Texts, argument: &Arg, key: &str) -> String {
    let english = || argument.get_help().map(ToString::to_string).unwrap_or_default();
    let mut text = key_of(argument, key).iter().find_map(|key| texts.find(key)).unwrap_or_else(english);
    if !argument.get_action().takes_values() || matches!(argument.get_action(), ArgAction::Help) {
        return text;
    }
    let defaults: Vec<String> =
        argument.get_default_values().iter().map(|it| it.to_string_lossy().into_owned()).collect();
    if !defaults.is_empty() && !argument.is_hide_default_value_set() {
        text.push_str(&say_with(texts, "help-default", "value", &defaults.join(" ")));
    }
    let values: Vec<String> =
        argument.get_possible_values().iter().map(|it| it.get_name().to_owned()).collect();
    if !values.is_empty() && !argument.is_hide_possible_values_set() {
        let values = values.join(&texts.say("words-comma"));
        text.push_str(&say_with(texts, "help-values", "values", &values));
    }
    if let Some(variable) = argument.get_env() {
        text.push_str(&say_with(texts, "help-variable", "name", &variable.to_string_lossy()));
    }
    text
}

/// Where the text of an argument may stand: for this command alone, else for all that share it.
fn key_of(argument: &Arg, key: &str) -> [String; 2] {
    let name = argument.get_id().as_str().replace('_', "-");
    [format!("{key}-arg-{name}"), format!("help-arg-{name}")]
}

pub(crate) fn say_with(texts: Texts, key: &str, name: &str, value: &str) -> String {
    texts.say_with(key, &[(name, value.into())])
}

/// Two columns; what is too wide for the first stands above its text.
fn table(rows: &[(String, String)]) -> String {
    let fits = rows.iter().map(|(left, _)| width(left)).filter(|it| *it <= WIDEST_ARGUMENT);
    let indent = fits.max().unwrap_or(0) + 4;
    let mut text = String::new();
    for (left, right) in rows {
        let right = wrapped(right, widest(), indent);
        if width(left) + 4 > indent {
            text.push_str(&format!("  {left}\n{}{right}\n", " ".repeat(indent)));
        } else {
            text.push_str(&format!("  {}{right}\n", padded(left, indent - 2)));
        }
    }
    text
}

fn widest() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.unwrap_or(WIDEST).clamp(40, WIDEST)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::super::args::Arguments;
    use super::*;

    const CATALOGUE: &str = include_str!("../texts/ja/help.ftl");

    fn keys(command: &Command, key: &str, found: &mut Vec<Vec<String>>) {
        found.push(vec![if key == "help" { "help-leapsync".to_owned() } else { key.to_owned() }]);
        if command.get_after_help().is_some() {
            found.push(vec![format!("{}-after", if key == "help" { "help-leapsync" } else { key })]);
        }
        found.extend(command.get_arguments().map(|argument| key_of(argument, key).to_vec()));
        for below in command.get_subcommands() {
            keys(below, &format!("{key}-{}", below.get_name()), found);
        }
    }

    #[test]
    fn every_command_and_every_argument_has_a_text_and_every_text_one_of_them() {
        let texts = Texts::in_language(Language::Japanese);
        let mut command = Arguments::command();
        command.build();
        let mut asked = Vec::new();
        keys(&command, "help", &mut asked);
        let lacking: Vec<&String> = asked
            .iter()
            .filter(|keys| keys.iter().all(|key| texts.find(key).is_none()))
            .map(|it| &it[0])
            .collect();
        assert!(lacking.is_empty(), "no Japanese text for {lacking:?}");
        let used: BTreeSet<&str> = asked
            .iter()
            .filter_map(|keys| keys.iter().find(|key| texts.find(key).is_some()))
            .map(String::as_str)
            .collect();
        let by_name = include_str!("help.rs").to_owned() + include_str!("usage.rs");
        let there = CATALOGUE.lines().filter_map(|line| line.split_once(" =").map(|(key, _)| key));
        let unused: Vec<&str> = there
            .filter(|key| {
                key.starts_with("help-") && !used.contains(key) && !by_name.contains(&format!("\"{key}\""))
            })
            .collect();
        assert!(unused.is_empty(), "nobody asks for {unused:?}");
    }

    #[test]
    fn the_help_of_a_command_is_japanese_and_no_line_is_too_wide() {
        let texts = Texts::in_language(Language::Japanese);
        let mut command = in_language(texts, Arguments::command());
        let sync = command.find_subcommand_mut("sync").unwrap().render_help().to_string();
        assert!(sync.contains("使い方：leapsync sync [オプション] <CSV>"), "{sync}");
        assert!(!sync.contains("Usage") && !sync.contains("Options") && !sync.contains("[default"), "{sync}");
        let wide: Vec<&str> = sync.lines().filter(|line| width(line) > WIDEST).collect();
        assert!(wide.is_empty(), "{wide:?}");
    }
}
