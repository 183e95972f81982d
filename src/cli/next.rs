//! The command that is to come next, as it can be pasted: the same as the one that was typed, where it matters.

use super::language;
use super::output::quoted;

/// Makes commands from the arguments that this one was started with.
pub(crate) struct Next {
    typed: Vec<String>,
    /// `--lang ja`, wherever it stood; it goes with every command.
    language: Vec<String>,
}

/// What says how a command reports, not what it does; `--exit-code` and `--dry-run` belong to a plan alone.
const LEFT_OUT: [&str; 9] =
    ["-v", "-vv", "--verbose", "-q", "--quiet", "--json", "--exit-code", "--dry-run", "--markdown"];
/// What a plan writes and a run does not, with a value.
const OF_A_PLAN: [&str; 1] = ["--html"];
/// What a run writes and a plan does not, each with a value.
const OF_A_RUN: [&str; 4] = ["--results", "--rejects", "--report", "--metrics"];
/// What tells which ledger it is about.
const PLACE: [&str; 2] = ["--ledger", "--config"];

impl Next {
    /// From the arguments of this process.
    pub(crate) fn from_command_line() -> Self {
        let typed = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
        Self::from_arguments(typed)
    }

    fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Self {
        let (mut typed, mut language) = (Vec::new(), Vec::new());
        while let Some(argument) = arguments.next() {
            if argument == language::FLAG {
                language.push(argument);
                language.extend(arguments.next());
            } else if argument.strip_prefix(language::FLAG).is_some_and(|rest| rest.starts_with('=')) {
                language.push(argument);
            } else {
                typed.push(argument);
            }
        }
        Self { typed, language }
    }

    /// `command` with its arguments as it can be pasted.
    fn joined<'a>(&'a self, command: &str, arguments: impl Iterator<Item = &'a str>) -> String {
        let arguments = arguments.chain(self.language.iter().map(String::as_str));
        arguments.fold(format!("leapsync {command}"), |text, argument| text + " " + &quoted(argument))
    }

    /// `sync` or `plan` of the same file with the same settings.
    pub(crate) fn job(&self, command: &str) -> String {
        let mut kept = Vec::new();
        let left_out: &[&str] = if command == "plan" { &OF_A_RUN } else { &OF_A_PLAN };
        let mut arguments =
            self.typed.iter().skip(1).filter(|argument| !LEFT_OUT.contains(&argument.as_str()));
        while let Some(argument) = arguments.next() {
            let is = |name: &&&str| argument == **name || argument.starts_with(&format!("{name}="));
            match left_out.iter().find(is) {
                Some(name) if argument == name => drop(arguments.next()),
                Some(_) => {}
                None => kept.push(argument.as_str()),
            }
        }
        self.joined(command, kept.into_iter())
    }

    /// The same command once more.
    pub(crate) fn again(&self) -> String {
        self.typed.first().map_or_else(|| "leapsync".to_owned(), |command| self.job(command))
    }

    /// A command that looks at the same ledger.
    pub(crate) fn look(&self, command: &str) -> String {
        let mut kept = Vec::new();
        let mut arguments = self.typed.iter();
        while let Some(argument) = arguments.next() {
            if PLACE.contains(&argument.as_str()) {
                kept.push(argument.as_str());
                kept.extend(arguments.next().map(String::as_str));
            } else if PLACE
                .iter()
                .any(|name| argument.strip_prefix(name).is_some_and(|it| it.starts_with('=')))
            {
                kept.push(argument);
            }
        }
        self.joined(command, kept.into_iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(command: &str) -> Next {
        Next::from_arguments(command.split('|').map(str::to_owned))
    }

    #[test]
    fn the_next_command_keeps_what_changes_the_work_and_drops_how_it_is_told() {
        let next = typed("plan|my list.csv|--delete|delete|-v|--exit-code|--ledger|a.db");
        assert_eq!(next.job("sync"), "leapsync sync 'my list.csv' --delete delete --ledger a.db");
    }

    #[test]
    fn a_plan_of_what_was_synced_writes_no_files() {
        let next = typed("sync|a.csv|--results|r.csv|--rejects=j.csv|--delete|delete");
        assert_eq!(next.job("plan"), "leapsync plan a.csv --delete delete");
        assert_eq!(next.job("sync"), "leapsync sync a.csv --results r.csv --rejects=j.csv --delete delete");
    }

    #[test]
    fn a_run_of_what_was_planned_writes_no_page() {
        let next = typed("plan|a.csv|--html|plan.html|--markdown|--html=p.html|--limit|5");
        assert_eq!(next.job("sync"), "leapsync sync a.csv --limit 5");
    }

    #[test]
    fn the_language_goes_with_the_next_command_wherever_it_stood() {
        let next = typed("--lang|ja|sync|a.csv|--ledger|a.db");
        assert_eq!(next.job("plan"), "leapsync plan a.csv --ledger a.db --lang ja");
        assert_eq!(next.look("failures"), "leapsync failures --ledger a.db --lang ja");
        assert_eq!(typed("sync|a.csv|--lang=ja").again(), "leapsync sync a.csv --lang=ja");
    }

    #[test]
    fn a_look_at_the_ledger_keeps_only_where_it_is() {
        let next = typed("sync|clients.csv|--delete|delete|--ledger=a.db|--config|x.toml");
        assert_eq!(next.look("failures"), "leapsync failures --ledger=a.db --config x.toml");
        assert_eq!(typed("sync|clients.csv").look("failures"), "leapsync failures");
    }
}
