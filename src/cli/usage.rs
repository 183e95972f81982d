//! Wrong usage, told in the languages that clap does not speak.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use leapsync::texts::{Language, Texts};

use super::help::{localized, say_with};
use super::output::{note, safe};

/// Prints what is wrong with the arguments, or the help that they ask for.
pub(crate) fn show(texts: Texts, error: &Error) {
    let is_no_error = matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if is_no_error || texts.language() == Language::English {
        // A closed pipe is no reason to change the code.
        let _ = error.print();
    } else {
        note(&text(texts, error));
    }
}

fn text(texts: Texts, error: &Error) -> String {
    let mut lines = vec![say_with(texts, "help-error", "text", &what(texts, error))];
    let values = context(error, ContextKind::ValidValue);
    if !values.is_empty() {
        let values = values.join(&texts.say("words-comma"));
        lines.push(say_with(texts, "help-values", "values", &values));
    }
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    if let Some(name) = suggested.iter().find_map(|kind| context(error, *kind).into_iter().next()) {
        let hint = say_with(texts, "help-error-did-you-mean", "name", &name);
        lines.push(say_with(texts, "help-error-hint", "text", &hint));
    }
    if let Some(usage) = context(error, ContextKind::Usage).first() {
        let usage = localized(texts, usage.trim_start_matches("Usage:").trim());
        lines.push(format!("\n{}", say_with(texts, "help-usage", "usage", &usage)));
    }
    lines.push(format!("\n{}", texts.say("help-error-more")));
    lines.join("\n")
}

/// What is wrong, in one sentence.
fn what(texts: Texts, error: &Error) -> String {
    let one = |kind| context(error, kind).into_iter().next().unwrap_or_default();
    let name = one(ContextKind::InvalidArg);
    // A flag that may stand there several times is spelled with dots.
    let (argument, value) = (name.trim_end_matches("..."), one(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::UnknownArgument => say_with(texts, "help-error-unknown-argument", "argument", argument),
        ErrorKind::InvalidSubcommand => {
            let command = one(ContextKind::InvalidSubcommand);
            say_with(texts, "help-error-unknown-command", "command", &command)
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = context(error, ContextKind::InvalidArg).join(&texts.say("words-comma"));
            say_with(texts, "help-error-missing", "arguments", &missing)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if value.is_empty() => {
            say_with(texts, "help-error-no-value", "argument", argument)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let arguments = [("value", value.into()), ("argument", argument.into())];
            texts.say_with("help-error-value", &arguments)
        }
        ErrorKind::ArgumentConflict => {
            let other = context(error, ContextKind::PriorArg);
            let other: Vec<&str> = other.iter().map(|it| it.trim_end_matches("...")).collect();
            let other = other.join(&texts.say("words-comma"));
            let arguments = [("argument", argument.into()), ("other", other.into())];
            texts.say_with("help-error-conflict", &arguments)
        }
        _ => texts.say("help-error-usage"),
    }
}

/// What clap knows of an error, as texts that a terminal may show.
fn context(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![safe(text)],
        Some(ContextValue::Strings(texts)) => texts.iter().map(|text| safe(text)).collect(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}
