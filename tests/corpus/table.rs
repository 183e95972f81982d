//! The table of what is expected of each file, as it stands in `expected.tsv`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::Seen;

const HEAD: &str =
    "file\tcode\tencoding\tdelimiter\tread\trejected\tskipped\tfooter\tclients\twarnings\tnotices\trejects";

/// One line of the table.
pub(crate) fn line(name: &str, seen: &Seen) -> String {
    if let Some(error) = &seen.error {
        return format!("{name}\t{}\t{error}", seen.code);
    }
    let rows = seen.rows;
    let delimiter = if seen.delimiter == "\t" { "tab" } else { &seen.delimiter };
    let notices: Vec<&str> = seen.said.iter().filter(|said| !said.starts_with('~')).copied().collect();
    let rejects: Vec<String> = seen.not_through().iter().map(u64::to_string).collect();
    let dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    [
        name.to_owned(),
        seen.code.to_string(),
        seen.encoding.clone(),
        delimiter.to_owned(),
        rows.read.to_string(),
        rows.rejected.to_string(),
        rows.skipped.to_string(),
        rows.footer.to_string(),
        rows.clients.to_string(),
        seen.warnings().to_string(),
        dash(notices.join(", ")),
        dash(rejects.join(" ")),
    ]
    .join("\t")
}

/// The lines of which one side has another one, or none, by the name of the file.
pub(crate) fn differences(fresh: &[String]) -> Vec<String> {
    let text: String =
        std::iter::once(HEAD).chain(fresh.iter().map(String::as_str)).collect::<Vec<_>>().join("\n");
    let fresh = format!("{text}\n");
    if std::env::var_os("LEAPSYNC_BLESS").is_some() {
        fs::write(path(), &fresh).unwrap();
    }
    let expected = fs::read_to_string(path()).unwrap_or_default();
    let only = |one: &str, other: &str, mark: &str| -> Vec<String> {
        let others: std::collections::BTreeSet<&str> = other.lines().collect();
        one.lines().filter(|line| !others.contains(line)).map(|line| format!("{mark} {line}")).collect()
    };
    let mut found = only(&expected, &fresh, "-");
    found.extend(only(&fresh, &expected, "+"));
    found
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/expected.tsv")
}
