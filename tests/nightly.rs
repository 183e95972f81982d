//! The samples for the night: what they call exists, they are told of, and the service manager takes them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_leapsync");
const FOLDERS: [&str; 2] = ["samples/cron", "samples/systemd"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The samples, by their path in the project.
fn samples() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort_unstable();
    assert!(found.len() >= 4, "the samples are lost: {found:?}");
    found
}

/// The commands of leapsync that a text holds, lines that go on put together.
fn commands(text: &str) -> Vec<Vec<String>> {
    let whole = text.replace("\\\n", " ");
    let lines = whole.lines().filter(|line| !line.starts_with('#'));
    let calls = lines.filter_map(|line| {
        let at = line.find("leapsync sync").or_else(|| line.find("leapsync report"))?;
        Some(line[at..].split_whitespace().skip(1).map(str::to_owned).collect())
    });
    calls.collect()
}

fn help(command: &str) -> String {
    let output = Command::new(PROGRAM).args([command, "--help"]).stdin(Stdio::null()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_flag_of_the_samples_exists() {
    let mut calls = 0;
    for (name, text) in samples() {
        for command in commands(&text) {
            let help = help(&command[0]);
            let known: BTreeSet<&str> = help
                .split_whitespace()
                .map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-'))
                .collect();
            for flag in command.iter().filter(|word| word.starts_with("--")) {
                assert!(known.contains(flag.as_str()), "{name}: there is no `{flag}`");
            }
            calls += 1;
        }
    }
    assert_eq!(calls, 2, "the crontab and the service call it");
    assert_eq!(commands("x leapsync sync a \\\n  --no-such b\n"), [["sync", "a", "--no-such", "b"]]);
}

#[test]
fn every_variable_and_credential_of_the_samples_is_read() {
    let source = fs::read_to_string(root().join("src/config.rs")).unwrap();
    for (name, text) in samples() {
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            if word.starts_with("MAKELEAPS_") {
                assert!(source.contains(word.trim_end_matches("_FILE")), "{name}: nothing reads `{word}`");
            }
        }
    }
}

#[test]
fn every_sample_is_told_of() {
    for readme in ["README.md", "README.ja.md", "samples/README.md"] {
        let text = fs::read_to_string(root().join(readme)).unwrap();
        for (name, _) in samples() {
            let short = name.rsplit('/').next().unwrap();
            assert!(text.contains(short), "{readme} does not tell of {name}");
        }
    }
}

/// Exit codes that are told to the service manager are those that the READMEs explain.
#[test]
fn the_codes_that_wake_nobody_are_the_same_everywhere() {
    let service = fs::read_to_string(root().join("samples/systemd/leapsync.service")).unwrap();
    let codes = service.lines().find_map(|line| line.strip_prefix("SuccessExitStatus=")).unwrap();
    assert_eq!(codes, "3 5 7");
    for readme in ["README.md", "README.ja.md"] {
        let text = fs::read_to_string(root().join(readme)).unwrap();
        assert!(text.contains(&format!("`SuccessExitStatus={codes}`")), "{readme}");
    }
}

#[test]
fn the_service_manager_takes_the_units() {
    let installed = Command::new("systemd-analyze").arg("--version").output();
    if !installed.is_ok_and(|output| output.status.success()) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut units: Vec<PathBuf> = Vec::new();
    for (name, text) in samples() {
        let Some(unit) = name.strip_prefix("samples/systemd/") else { continue };
        // What it would start must be there; a mail program need not be.
        let text = text.replace("/usr/local/bin/leapsync", PROGRAM).replace("/usr/sbin/sendmail", "/bin/cat");
        let path = folder.path().join(unit);
        fs::write(&path, text).unwrap();
        units.push(if unit.contains("@.") { folder.path().join(unit.replace("@.", "@x.")) } else { path });
    }
    let mut command = Command::new("systemd-analyze");
    let output = command.args(["verify", "--man=no"]).args(&units).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // Elsewhere on the machine other units may be odd.
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("leapsync")).collect();
    assert!(ours.is_empty(), "{said}");
}
