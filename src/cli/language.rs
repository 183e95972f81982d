//! The language of this process: `--lang`, else the locale.
//!
//! It is looked for by hand, before the arguments are understood, because help and wrong usage are told in it, too.

use std::ffi::OsString;

use leapsync::texts::{Language, Texts};

/// The flag that names the language.
pub(crate) const FLAG: &str = "--lang";

/// The variables that name a locale; the first that is not empty counts.
const LOCALE: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// The texts in the language of this process.
pub(crate) fn texts() -> Texts {
    let locale = || LOCALE.iter().filter_map(std::env::var_os).find(|locale| !locale.is_empty());
    let of_locale = || Language::of_locale(&locale().unwrap_or_default().to_string_lossy());
    Texts::in_language(asked_for(std::env::args_os()).unwrap_or_else(of_locale))
}

/// The language that the arguments ask for; what stands behind `--` is no flag.
fn asked_for(arguments: impl Iterator<Item = OsString>) -> Option<Language> {
    let mut arguments =
        arguments.take_while(|argument| argument != "--").map(|it| it.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next() {
        let Some(rest) = argument.strip_prefix(FLAG) else { continue };
        let code = if rest.is_empty() { arguments.next() } else { rest.strip_prefix('=').map(str::to_owned) };
        if let Some(language) = code.and_then(|code| code.parse().ok()) {
            return Some(language);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_is_found_wherever_it_stands() {
        let asked = |command: &str| asked_for(command.split(' ').map(OsString::from));
        assert_eq!(asked("leapsync --lang ja plan a.csv"), Some(Language::Japanese));
        assert_eq!(asked("leapsync plan a.csv --lang=en"), Some(Language::English));
        assert_eq!(asked("leapsync plan a.csv"), None);
        assert_eq!(asked("leapsync plan --lang"), None);
        assert_eq!(asked("leapsync plan --lang fr --lang ja"), Some(Language::Japanese));
        assert_eq!(asked("leapsync plan -- --lang ja"), None);
        assert_eq!(asked("leapsync plan --language ja"), None);
    }
}
