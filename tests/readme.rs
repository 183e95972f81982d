//! The READMEs tell the truth: usage, settings, columns, exit codes and links are compared with the program.
//!
//! After a change of `--help`, `LEAPSYNC_BLESS=1 cargo test --test readme` writes the usage blocks anew.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use leapsync::config::File;
use leapsync::record::Column;

const READMES: [&str; 2] = ["README.md", "README.ja.md"];
const DOCUMENTS: [&str; 5] =
    ["README.md", "README.ja.md", "ARCHITECTURE.md", "CHANGELOG.md", "samples/README.md"];
const COMMANDS: [&str; 16] = [
    "",
    "demo",
    "sync",
    "plan",
    "status",
    "history",
    "failures",
    "why",
    "retry",
    "ack",
    "adopt",
    "verify",
    "doctor",
    "report",
    "ledger backup",
    "sandbox",
];
/// The width of the usage blocks.
const WIDTH: &str = "100";
/// Flags of cargo that the documents show beside leapsync's own.
const FOREIGN_FLAGS: [&str; 2] = ["--test", "--release"];

/// What both files must have equally many of: its name, and what tells a line of it.
type Mark = (&'static str, fn(&str) -> bool);

#[test]
fn usage_blocks_are_what_help_prints() {
    for name in READMES {
        let text = read(name);
        let fresh = with_usage(&text, locale(name));
        if std::env::var_os("LEAPSYNC_BLESS").is_some() {
            fs::write(root().join(name), &fresh).unwrap();
        }
        assert_eq!(fresh, text, "{name} shows another usage than `--help`; LEAPSYNC_BLESS=1 writes it anew");
        let shown = text.lines().filter(|line| is_usage(line)).count();
        assert!(shown >= 3, "{name} shows {shown} usage blocks");
    }
}

#[test]
fn an_old_usage_block_is_found() {
    let old = "```console\n$ leapsync --help\nUsage: leapsync [OLD]\n```\n";
    let fresh = with_usage(old, "C");
    assert!(fresh.contains("Usage: leapsync [OPTIONS] <COMMAND>") && !fresh.contains("[OLD]"), "{fresh}");
}

/// The two say the same in the same order: as many headings, tables and lines of them, and the same commands and examples.
#[test]
fn the_two_readmes_go_side_by_side() {
    let [english, japanese] = READMES.map(read);
    let count = |text: &str, is: fn(&str) -> bool| text.lines().filter(|line| is(line)).count();
    let marks: [Mark; 4] = [
        ("headings", |line| line.starts_with("## ")),
        ("smaller headings", |line| line.starts_with("### ")),
        ("lines of tables", |line| line.starts_with('|')),
        ("points of lists", |line| line.starts_with("- ")),
    ];
    for (what, is) in marks {
        assert_eq!(count(&english, is), count(&japanese, is), "{what} of the two READMEs");
    }
    // What stands behind a line is for its reader; it is translated.
    let lines = |text: &str, language: &str| -> Vec<String> {
        let lines = blocks(text, language).concat();
        lines.lines().map(|line| line.split(" #").next().unwrap().trim_end().to_owned()).collect()
    };
    for language in ["sh", "toml", "yaml"] {
        assert_eq!(lines(&english, language), lines(&japanese, language), "examples in {language}");
    }
    assert_eq!(lines("```sh\nleapsync plan a.csv # look\n```\n", "sh"), ["leapsync plan a.csv"]);
}

#[test]
fn every_flag_that_is_shown_exists() {
    let known: String = COMMANDS.iter().map(|command| help(command, "C")).collect();
    let known: BTreeSet<&str> = words(&known, "--").collect();
    for name in READMES {
        let text = read(name);
        for flag in words(&text, "--") {
            assert!(known.contains(flag) || FOREIGN_FLAGS.contains(&flag), "{name}: there is no `{flag}`");
        }
    }
    assert_eq!(words("with `--no-such` --", "--").next(), Some("--no-such"));
}

#[test]
fn every_flag_of_a_run_is_in_the_table() {
    let run = help("sync", "C");
    for name in READMES {
        let table = read(name);
        let table: String = table.lines().filter(|line| line.starts_with('|')).collect();
        for flag in words(&run, "--").filter(|flag| !matches!(*flag, "--help" | "--dry-run")) {
            assert!(table.contains(flag), "{name}: `{flag}` is missing in the table of settings");
        }
    }
}

#[test]
fn every_variable_that_is_shown_is_read_somewhere() {
    let of_the_program = ["src/config.rs", "src/cli/args.rs", "src/cli/logs.rs", "src/cli/place.rs"];
    let of_the_tests = [
        "tests/protocol/main.rs",
        "tests/simulation/seeds.rs",
        "tests/model/main.rs",
        "tests/quota.rs",
        "tests/process/trials.rs",
        "tests/process/real_time.rs",
    ];
    let sources = of_the_program.map(read).concat() + &of_the_tests.map(read).concat();
    for name in READMES {
        let text = read(name);
        let variables = ["MAKELEAPS_", "LEAPSYNC_"].iter().flat_map(|start| words(&text, start));
        for variable in variables.filter(|variable| !variable.ends_with('_')) {
            let named = variable.trim_end_matches("_FILE");
            assert!(sources.contains(named), "{name}: nothing reads `{variable}`");
        }
    }
}

#[test]
fn every_example_of_the_configuration_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leapsync.toml");
    for name in READMES {
        let text = read(name);
        let examples = blocks(&text, "toml");
        assert!(examples.len() >= 2, "{name} shows {} examples", examples.len());
        for example in examples {
            fs::write(&path, &example).unwrap();
            File::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

#[test]
fn the_example_of_a_mapping_is_the_samples() {
    let sample = File::read(&root().join("samples/02-freee.toml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leapsync.toml");
    for name in READMES {
        let mut examples = blocks(&read(name), "toml").into_iter();
        let example = examples.find(|block| block.starts_with("[map]"));
        fs::write(&path, example.unwrap()).unwrap();
        assert_eq!(File::read(&path).unwrap().map, sample.map, "{name}");
    }
}

#[test]
fn the_table_of_columns_is_complete() {
    let columns: Vec<&str> = Column::ALL.iter().map(|(name, _)| *name).collect();
    for name in READMES {
        let text = read(name);
        let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
        let listed: Vec<&str> =
            rows.map(|(cell, _)| cell).filter(|cell| Column::named(cell).is_some()).collect();
        assert_eq!(listed, columns, "{name}");
    }
}

#[test]
fn the_table_of_exit_codes_is_the_programs() {
    let event = read("src/event/exit.rs");
    let code = body(&event, "pub fn code(&self) -> u8");
    let arms = code.split("=>").skip(1).filter_map(|arm| {
        let digits: String =
            arm.chars().skip_while(|c| " {\n".contains(*c)).take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    let mut codes: BTreeSet<u8> = arms.collect();
    assert_eq!(codes, BTreeSet::from([0, 3, 4, 5, 6]), "the codes of `ExitReason` are read wrongly");
    codes.extend([1, 2, 7]);
    let reasons: Vec<&str> =
        body(&event, "pub fn name(&self) -> &'static str").split('"').skip(1).step_by(2).collect();
    assert!(reasons.contains(&"in_sync") && reasons.len() > 10, "{reasons:?}");
    for name in READMES {
        let text = read(name);
        let cells = text.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
        let listed: Vec<u8> = cells.filter_map(|(cell, _)| cell.parse().ok()).collect();
        assert_eq!(listed, codes.iter().copied().collect::<Vec<_>>(), "{name}");
        for reason in &reasons {
            assert!(text.contains(&format!("`{reason}`")), "{name}: `{reason}` is not explained");
        }
    }
}

#[test]
fn every_fault_of_the_sandbox_is_named() {
    for name in READMES {
        let text = read(name);
        for fault in leapsync::sandbox::Fault::ALL {
            assert!(text.contains(&format!("`{fault}`")), "{name}: `{fault}` is missing");
        }
    }
}

#[test]
fn links_lead_to_files_and_headings_that_are_there() {
    for name in DOCUMENTS {
        let text = read(name);
        let headings: BTreeSet<String> = text.lines().filter_map(anchor).collect();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if let Some(heading) = link.strip_prefix('#') {
                assert!(headings.contains(heading), "{name}: no heading `{heading}`");
            } else if !link.starts_with("https://") {
                let target = root().join(name).parent().unwrap().join(link);
                assert!(target.exists(), "{name}: `{link}` is not there");
            }
        }
    }
}

#[test]
fn the_architecture_fits_into_an_evening() {
    let lines = read("ARCHITECTURE.md").lines().count();
    assert!(lines <= 150, "{lines} lines, the most is 150");
}

/// The text with every usage block as the program prints it now.
/// The locale of a document's readers.
fn locale(name: &str) -> &'static str {
    if name.ends_with(".ja.md") { "ja_JP.UTF-8" } else { "C" }
}

fn with_usage(text: &str, locale: &str) -> String {
    let mut fresh = String::new();
    let mut in_usage = false;
    for line in text.lines() {
        if in_usage && line != "```" {
            continue;
        }
        in_usage = is_usage(line);
        fresh.push_str(line);
        fresh.push('\n');
        if in_usage {
            let command = line.trim_start_matches("$ leapsync").trim_end_matches("--help").trim();
            fresh.push_str(&help(command, locale));
        }
    }
    fresh
}

fn is_usage(line: &str) -> bool {
    line.starts_with("$ leapsync ") && line.ends_with("--help")
}

/// What `--help` prints, without blanks at the ends of lines.
fn help(command: &str, locale: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_leapsync"))
        .args(command.split_whitespace())
        .arg("--help")
        .env("COLUMNS", WIDTH)
        .env("LC_ALL", locale)
        .env_remove("LEAPSYNC_LEDGER")
        .env_remove("LEAPSYNC_CONFIG")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{command}: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim_end().lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// The words of a text that begin with `start` and go on with letters, digits, `-` and `_`.
fn words<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    let in_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    text.match_indices(start).filter_map(move |(at, _)| {
        let begins = text[..at].chars().next_back().is_none_or(|before| !in_word(before));
        let word = &text[at..];
        let word = &word[..word.find(|c| !in_word(c)).unwrap_or(word.len())];
        (begins && word.len() > start.len() && !word[start.len()..].starts_with('-')).then_some(word)
    })
}

/// The blocks of code in one language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}\n");
    let fences = text.split(opening.as_str()).skip(1);
    fences.filter_map(|rest| rest.split_once("```")).map(|(block, _)| block.to_owned()).collect()
}

/// The body of a function, to the first line that closes it.
fn body<'a>(source: &'a str, signature: &str) -> &'a str {
    let (_, rest) = source.split_once(signature).unwrap();
    rest.split_once("\n    }\n").unwrap().0
}

/// The anchor of a heading.
fn anchor(line: &str) -> Option<String> {
    let heading = line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'))?;
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    Some(kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect())
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
