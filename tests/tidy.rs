//! The tree keeps the house's rules: which room may know which, where foreign crates live, what nothing here does.
//!
//! Every rule is a function over a path and a text, and carries controls: doctored texts in which it must find
//! something. A rule that has gone blind turns this test red.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

/// The layers, lowest first. An arrow may point down or sideways, never up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    /// Values and names that everybody shares; the one clock.
    Words,
    /// Decisions: no input or output, no clock, nothing asynchronous, no chance.
    Pure,
    /// Whatever touches a file or the network.
    Edge,
    /// What ties the rooms together.
    Story,
}

/// Every room of the library: its layer, and the rooms that it may know.
const ROOMS: [(&str, Layer, &[&str]); 28] = [
    ("operation", Layer::Words, &[]),
    ("record", Layer::Words, &["operation"]),
    ("journal", Layer::Words, &["operation", "record"]),
    ("secret", Layer::Words, &[]),
    ("settings", Layer::Words, &["record", "secret"]),
    ("wire", Layer::Words, &[]),
    ("clock", Layer::Words, &[]),
    ("texts", Layer::Words, &[]),
    ("mapping", Layer::Pure, &["record", "settings"]),
    ("imprint", Layer::Pure, &["mapping", "record"]),
    ("plan", Layer::Pure, &["operation", "record", "settings"]),
    ("guard", Layer::Pure, &["plan", "record", "settings"]),
    ("drift", Layer::Pure, &["plan", "record", "settings"]),
    ("guess", Layer::Pure, &["record", "texts"]),
    ("event", Layer::Pure, &["drift", "guard", "journal", "operation", "plan", "record", "settings"]),
    ("report", Layer::Pure, &["event", "journal", "operation", "plan", "record", "settings", "texts"]),
    ("page", Layer::Pure, &["event", "guard", "plan", "record", "report", "settings", "texts"]),
    ("source", Layer::Edge, &["record", "settings"]),
    ("spool", Layer::Edge, &["record"]),
    ("ledger", Layer::Edge, &["guard", "imprint", "journal", "operation", "plan", "record"]),
    ("client", Layer::Edge, &["clock", "operation", "plan", "record", "secret", "settings", "wire"]),
    ("sandbox", Layer::Edge, &["clock", "wire"]),
    ("results", Layer::Edge, &["event", "journal", "record", "report", "spool", "texts"]),
    (
        "rejects",
        Layer::Edge,
        &["event", "journal", "record", "report", "settings", "source", "spool", "texts"],
    ),
    ("saved", Layer::Edge, &["plan", "record", "settings", "spool"]),
    ("witness", Layer::Edge, &["operation"]),
    ("config", Layer::Story, &["record", "secret", "settings"]),
    (
        "sync",
        Layer::Story,
        &[
            "client",
            "clock",
            "drift",
            "event",
            "guard",
            "imprint",
            "journal",
            "ledger",
            "mapping",
            "operation",
            "plan",
            "record",
            "report",
            "saved",
            "settings",
            "source",
            "spool",
            "texts",
            "wire",
            "witness",
        ],
    ),
];

/// The arrows between two edges: results and rejects are sorted in the spool, and rejects are rows of the source.
const BETWEEN_EDGES: [(&str, &str); 4] =
    [("results", "spool"), ("rejects", "spool"), ("rejects", "source"), ("saved", "spool")];

/// Foreign crates that have a room of their own, and the room.
const HOMES: [(&str, &[&str]); 22] = [
    ("encoding_rs", &["src/source"]),
    ("flate2", &["src/source/store"]),
    ("fluent_bundle", &["src/texts"]),
    ("unic_langid", &["src/texts"]),
    ("csv", &["src/source", "src/results"]),
    ("rusqlite", &["src/ledger"]),
    ("sha2", &["src/plan/digest", "src/source/manifest"]),
    ("reqwest", &["src/client/http_transport"]),
    ("governor", &["src/client/pace"]),
    ("celes", &["src/mapping"]),
    ("maud", &["src/page"]),
    ("memchr", &["src/source"]),
    ("postcard", &["src/spool", "src/record/fields"]),
    ("simdutf8", &["src/source/encoding"]),
    ("rustls", &["src/client/http_transport"]),
    ("axum", &["src/sandbox/http"]),
    ("toml", &["src/config", "src/guess"]),
    ("clap", &["src/cli"]),
    ("indicatif", &["src/cli"]),
    ("anyhow", &["src/cli"]),
    ("tracing_subscriber", &["src/cli"]),
    ("unicode_width", &["src/cli"]),
];

/// Longer files than this are rooms with two jobs.
const LONGEST_FILE: usize = 400;

/// Files that may be longer, and why.
const LONGER_FILES: [(&str, usize); 1] = [
    // One lock, one window, one book: what may change the limits stands beside what obeys them.
    ("src/client/limiter.rs", 420),
];

/// Names that say nothing about a room.
const EMPTY_NAMES: [&str; 9] =
    ["util", "utils", "helper", "helpers", "common", "manager", "handler", "types", "misc"];

/// A rule: what it finds in a file, and files in which it must find something.
struct Rule {
    name: &'static str,
    find: fn(&str, &str) -> Vec<String>,
    controls: &'static [(&'static str, &'static str)],
}

const RULES: [Rule; 12] = [
    Rule {
        name: "a room knows only the rooms that its layer allows",
        find: forbidden_arrows,
        controls: &[
            ("src/plan/diff.rs", "use crate::ledger::Ledger;"),
            ("src/ledger.rs", "fn send(client: &crate::client::Client) {}"),
            ("src/mapping.rs", "use crate::{record::Line, source::Row};"),
            ("src/novel.rs", "use crate::record::Line;"),
            ("src/guard.rs", "use super::ledger::Ledger;"),
        ],
    },
    Rule {
        name: "a foreign crate lives in its room",
        find: strayed_crates,
        controls: &[
            ("src/mapping.rs", "use csv::ByteRecord;"),
            ("src/sync.rs", "fn open() -> rusqlite::Connection {}"),
            ("src/client/session.rs", "use reqwest::Client;"),
            ("src/client.rs", "use clap::Parser;"),
            ("src/sandbox/desk.rs", "use axum as web;"),
        ],
    },
    Rule {
        name: "pure rooms do nothing",
        find: impurities,
        controls: &[
            ("src/plan.rs", "use std::fs::File;"),
            ("src/mapping/client.rs", "async fn ask() {}"),
            ("src/guard.rs", "let now = tokio::time::Instant::now();"),
            ("src/report.rs", "let chance = fastrand::u64(..);"),
        ],
    },
    Rule {
        name: "the library neither prints nor exits nor reads the environment",
        find: loud_or_curious,
        controls: &[
            ("src/sync.rs", "println!(\"done\");"),
            ("src/ledger.rs", "std::process::exit(1);"),
            ("src/config.rs", "std::env::var(\"HOME\")"),
            ("src/client.rs", "use std::env;"),
        ],
    },
    Rule {
        name: "time comes from the clock",
        find: own_clocks,
        controls: &[
            ("src/client.rs", "use std::time::Instant;"),
            ("src/sync.rs", "let now = SystemTime::now();"),
            ("src/ledger.rs", "let now = Timestamp::now();"),
            ("src/cli/run.rs", "std::thread::sleep(pause);"),
        ],
    },
    Rule {
        name: "a secret is shown only where a request is built",
        find: shown_secrets,
        controls: &[("src/sync.rs", "let text = credentials.client_secret.expose();")],
    },
    Rule {
        name: "a file opens with what it is for",
        find: unopened,
        controls: &[("src/plan.rs", "use std::fmt;\n//! Late.")],
    },
    Rule {
        name: "a file is not longer than a room",
        find: too_long,
        controls: &[("src/plan.rs", LONG_FILE), ("src/client/limiter.rs", LONG_FILE)],
    },
    Rule {
        name: "names say what is inside",
        find: empty_names,
        controls: &[
            ("src/plan/mod.rs", ""),
            ("src/utils.rs", ""),
            ("src/client/types.rs", ""),
            ("src/common/text.rs", ""),
            ("src/sync/retry_manager.rs", ""),
        ],
    },
    Rule {
        name: "nothing waits to be done",
        find: loose_ends,
        controls: &[
            ("src/plan.rs", concat!("// TO", "DO: later")),
            ("tests/story.rs", concat!("// FIX", "ME")),
            ("src/plan.rs", concat!("to", "do!()")),
        ],
    },
    Rule {
        name: "no test is left out",
        find: ignored_tests,
        controls: &[
            ("tests/story.rs", concat!("#[ig", "nore]")),
            ("src/plan.rs", concat!("#[ig", "nore = \"slow\"]")),
        ],
    },
    Rule {
        name: "a lint is expected with a reason, never allowed",
        find: silenced_lints,
        controls: &[
            ("src/plan.rs", concat!("#[al", "low(dead_code)]")),
            ("src/plan.rs", concat!("#[ex", "pect(dead_code)]\nstruct Unused;")),
        ],
    },
];

const LONG_FILE: &str = {
    const LINES: [u8; 1_000] = [b'\n'; 1_000];
    match std::str::from_utf8(&LINES) {
        Ok(text) => text,
        Err(_) => "",
    }
};

#[test]
fn the_tree_keeps_every_rule() {
    let files = rust_files();
    assert!(files.len() > 100, "{} files were found: this test has lost the tree", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|(path, text)| {
            RULES.iter().flat_map(move |rule| {
                let report = move |what: String| format!("{path}: {what} ({})", rule.name);
                (rule.find)(path, text).into_iter().map(report)
            })
        })
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_rule_finds_what_it_looks_for() {
    for rule in RULES {
        assert!(!rule.controls.is_empty(), "no control for: {}", rule.name);
        for (path, text) in rule.controls {
            assert!(!(rule.find)(path, text).is_empty(), "blind to {path} `{text}`: {}", rule.name);
        }
    }
}

#[test]
fn arrows_never_point_up_and_edges_do_not_know_each_other() {
    let layer = |room: &str| ROOMS.iter().find(|(name, ..)| *name == room).unwrap().1;
    for (room, own, known) in ROOMS {
        for other in known {
            assert!(layer(other) <= own, "{room} → {other} points up");
            let sideways = own == Layer::Edge && layer(other) == Layer::Edge;
            assert!(!sideways || BETWEEN_EDGES.contains(&(room, other)), "{room} → {other}: two edges");
        }
    }
}

#[test]
fn the_list_of_rooms_is_the_librarys() {
    let library = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let modules = library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let mut modules: Vec<&str> = modules.collect();
    let mut rooms: Vec<&str> = ROOMS.iter().map(|(room, ..)| *room).collect();
    modules.sort_unstable();
    rooms.sort_unstable();
    assert_eq!(modules, rooms);
}

/// The fuzz targets need a nightly compiler and a crate in C++: nothing that builds or packs leapsync may meet them.
#[test]
fn the_fuzz_targets_are_a_package_of_their_own() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let has = |text: &str, line: &str| text.lines().any(|it| it == line);
    let (package, fuzz) = (read("Cargo.toml"), read("fuzz/Cargo.toml"));
    assert!(has(&package, "exclude = [\"fuzz\"]"), "the package holds the fuzz targets");
    assert!(has(&fuzz, "[workspace]"), "the fuzz targets are a part of the package's workspace");
    assert!(!package.contains("libfuzzer"), "the package needs the fuzzer");
    for entry in fs::read_dir(root().join("fuzz/fuzz_targets")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(fuzz.contains(&format!("path = \"fuzz_targets/{name}\"")), "{name} is not built");
    }
}

fn forbidden_arrows(path: &str, text: &str) -> Vec<String> {
    let Some(room) = room_of(path) else { return Vec::new() };
    let Some((_, _, allowed)) = ROOMS.iter().find(|(name, ..)| *name == room) else {
        return vec![format!("`{room}` has no place in the list of rooms")];
    };
    let code = code(text);
    let mut known = crate_paths(&code);
    // From the file of a room itself, `super` is the whole library.
    if path == format!("src/{room}.rs") {
        known.extend(code.lines().filter_map(|line| line.strip_prefix("use super::")).map(first_name));
    }
    known.sort_unstable();
    known.dedup();
    known.retain(|other| other != room && !allowed.contains(&other.as_str()));
    known.into_iter().map(|other| format!("`{room}` must not know `{other}`")).collect()
}

/// The rooms that a text names by `crate::room` or `crate::{room, room}`.
fn crate_paths(code: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (_, rest) in code.match_indices("crate::").map(|(at, found)| (at, &code[at + found.len()..])) {
        if let Some(group) = rest.strip_prefix('{') {
            let group = group.split_once("};").map_or(group, |(group, _)| group);
            let mut depth = 0;
            for part in group.split_inclusive([',', '{', '}']) {
                if depth == 0 && !first_name(part.trim()).is_empty() {
                    rooms.push(first_name(part.trim()));
                }
                depth += i32::from(part.ends_with('{')) - i32::from(part.ends_with('}'));
            }
        } else {
            rooms.push(first_name(rest));
        }
    }
    // `$crate` and items of the crate root do not exist here; macros of a room are its own business.
    rooms.retain(|room| room.starts_with(|c: char| c.is_ascii_lowercase()));
    rooms
}

fn strayed_crates(path: &str, text: &str) -> Vec<String> {
    if !path.starts_with("src/") {
        return Vec::new();
    }
    let code = code(text);
    let strayed = HOMES.iter().filter(|(_, homes)| !homes.iter().any(|home| lies_in(path, home)));
    strayed
        .filter(|(name, _)| names(&code, &format!("{name}::")) || names(&code, &format!("use {name}")))
        .map(|(name, homes)| format!("`{name}` is at home in {}", homes.join(" and ")))
        .collect()
}

fn impurities(path: &str, text: &str) -> Vec<String> {
    const PURE_WORDS: [&str; 6] = ["record", "operation", "journal", "secret", "settings", "texts"];
    const DEEDS: [&str; 10] = [
        "std::fs",
        "std::io",
        "std::net",
        "std::thread",
        "tokio",
        "async",
        ".await",
        "fastrand",
        "Instant",
        "File::",
    ];
    let is_pure = |room: &str| {
        let layer = ROOMS.iter().find(|(name, ..)| *name == room).map(|(_, layer, _)| *layer);
        layer == Some(Layer::Pure) || PURE_WORDS.contains(&room)
    };
    if room_of(path).is_some_and(is_pure) { found_in(text, &DEEDS) } else { Vec::new() }
}

fn loud_or_curious(path: &str, text: &str) -> Vec<String> {
    const VOICES: [&str; 9] = [
        "println!",
        "print!",
        "eprintln!",
        "eprint!",
        "std::env",
        "env::var",
        "process::exit",
        "io::stdout",
        "io::stderr",
    ];
    if is_library(path) { found_in(text, &VOICES) } else { Vec::new() }
}

fn own_clocks(path: &str, text: &str) -> Vec<String> {
    const CLOCKS: [&str; 6] =
        ["std::time::Instant", "SystemTime", "Timestamp::now", "Zoned::now", "thread::sleep", "Clock::new"];
    let is_source = path.starts_with("src/") && path != "src/clock.rs";
    if is_source { found_in(text, &CLOCKS) } else { Vec::new() }
}

fn shown_secrets(path: &str, text: &str) -> Vec<String> {
    let may = lies_in(path, "src/client") || path == "src/secret.rs" || !path.starts_with("src/");
    // The tests beside a room may look.
    let own = text.split("#[cfg(test)]").next().unwrap_or_default();
    if may { Vec::new() } else { found_in(own, &[".expose()"]) }
}

fn unopened(_: &str, text: &str) -> Vec<String> {
    if text.starts_with("//! ") { Vec::new() } else { vec!["it does not open with `//!`".to_owned()] }
}

fn too_long(path: &str, text: &str) -> Vec<String> {
    let exception = LONGER_FILES.iter().find(|(name, _)| *name == path);
    let longest = exception.map_or(LONGEST_FILE, |(_, longest)| *longest);
    let lines = text.lines().count();
    if path.starts_with("src/") && lines > longest {
        vec![format!("{lines} lines, the most is {longest}")]
    } else {
        Vec::new()
    }
}

fn empty_names(path: &str, _: &str) -> Vec<String> {
    let parts = path.trim_end_matches(".rs").split(['/', '_']);
    let says_nothing = |part: &str| part == "mod" || EMPTY_NAMES.contains(&part);
    parts.filter(|part| says_nothing(part)).map(|part| format!("`{part}` says nothing")).collect()
}

fn loose_ends(_: &str, text: &str) -> Vec<String> {
    const ENDS: [&str; 4] =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!("), concat!("unimpl", "emented!(")];
    let found = ENDS.iter().filter(|end| text.contains(**end));
    found.map(|end| format!("it holds `{end}`")).collect()
}

fn ignored_tests(_: &str, text: &str) -> Vec<String> {
    found_in(text, &[concat!("#[ig", "nore")])
}

fn silenced_lints(_: &str, text: &str) -> Vec<String> {
    let mut found = found_in(text, &[concat!("[al", "low(")]);
    let attributes = text.match_indices(concat!("[ex", "pect(")).map(|(at, _)| &text[at..]);
    let silent = attributes.filter(|rest| {
        let attribute = rest.split_once(']').map_or(*rest, |(attribute, _)| attribute);
        !attribute.contains("reason =")
    });
    let what = |rest: &str| format!("no reason: `{}`", rest.lines().next().unwrap_or_default());
    found.extend(silent.map(what));
    found
}

/// The needles that stand in a text outside its comments, not as the tail of a longer word.
fn found_in(text: &str, needles: &[&str]) -> Vec<String> {
    let code = code(text);
    let found = needles.iter().filter(|needle| names(&code, needle));
    found.map(|needle| format!("it holds `{needle}`")).collect()
}

/// Whether `code` holds `needle`, and neither end of it runs on into a longer word.
fn names(code: &str, needle: &str) -> bool {
    let in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let runs_on =
        |end: Option<char>, next: Option<char>| end.is_some_and(in_word) && next.is_some_and(in_word);
    code.match_indices(needle).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + needle.len()..]);
        !runs_on(needle.chars().next(), before.chars().next_back())
            && !runs_on(needle.chars().next_back(), after.chars().next())
    })
}

/// A text without its comment lines.
fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn first_name(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

/// The room that a file of the library belongs to.
fn room_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/").filter(|_| is_library(path) && path != "src/lib.rs")?;
    inside.split(['/', '.']).next()
}

fn is_library(path: &str) -> bool {
    path.starts_with("src/") && path != "src/main.rs" && !lies_in(path, "src/cli")
}

/// Whether a file is the room's own or one below it.
fn lies_in(path: &str, room: &str) -> bool {
    path.strip_prefix(room).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file of the project, by its path with slashes.
fn rust_files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    // The fuzz targets are a package of their own, which clippy does not see from here; its build folder is no source.
    let mut folders =
        ["src", "tests", "benches", "fuzz/fuzz_targets"].map(|folder| root().join(folder)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort_unstable();
    files
}
