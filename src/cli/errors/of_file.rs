//! What is said of the input, of its headers and of the ledger.

use std::path::Path;

use leapsync::ledger::LedgerError;
use leapsync::mapping::MappingError;
use leapsync::record::{Line, nearest};
use leapsync::source::{LONGEST_RECORD, Quote, SourceError};
use leapsync::texts::{Texts, Value};

use super::said::{Said, about, at, plain};

/// How many headers a message shows.
const SHOWN: usize = 12;
/// So many characters of each.
const LONGEST_SHOWN: usize = 60;

/// `path:line`.
fn in_row(key: &'static str, path: &Path, line: Line) -> Said<'static> {
    (key, vec![("path", path.display().to_string().into()), ("line", line.to_string().into())])
}

fn and((key, mut arguments): Said<'_>, more: impl IntoIterator<Item = (&'static str, String)>) -> Said<'_> {
    arguments.extend(more.into_iter().map(|(name, value)| (name, Value::from(value))));
    (key, arguments)
}

/// The input cannot be read.
pub(super) fn input(error: &SourceError) -> Said<'static> {
    match error {
        SourceError::Open { path, .. } => at("error-open", path),
        SourceError::Directory { path } => at("error-directory", path),
        SourceError::Empty { path } => at("error-empty", path),
        SourceError::NotShiftJis { path } => at("error-not-shift-jis", path),
        SourceError::NoManifest { path, .. } => at("error-no-manifest", path),
        SourceError::OddManifest { path } => at("error-odd-manifest", path),
        SourceError::NotAsStated { path, manifest, what, stated, found } => and(
            at("error-not-as-stated", path),
            [
                ("manifest", manifest.display().to_string()),
                ("what", (*what).to_owned()),
                ("stated", stated.clone()),
                ("found", found.clone()),
            ],
        ),
        SourceError::NoHeader { path } => at("error-no-header", path),
        SourceError::NoHeaderThere { path, row } => {
            and(at("error-no-header-there", path), [("row", row.to_string())])
        }
        SourceError::Copy { path, .. } => at("error-copy", path),
        SourceError::Gzip { path, .. } => at("error-gzip", path),
        SourceError::Bomb { path } => at("error-bomb", path),
        SourceError::Workbook { path } => at("error-workbook", path),
        SourceError::Undetected { path, utf8, shift_jis } => and(
            at("error-undetected", path),
            [("utf8", utf8.to_string()), ("shift_jis", shift_jis.to_string())],
        ),
        SourceError::Growing { path, waited } => {
            and(at("error-growing", path), [("seconds", waited.as_secs().to_string())])
        }
        _ => input_row(error),
    }
}

/// One row of the input cannot be read.
fn input_row(error: &SourceError) -> Said<'static> {
    match error {
        SourceError::Nul { path, line } => in_row("error-nul", path, *line),
        SourceError::Mixed { path, line } => in_row("error-mixed", path, *line),
        SourceError::HeaderEncoding { path, line, cell, encoding } => and(
            in_row("error-header-encoding", path, *line),
            [("cell", cell.to_string()), ("encoding", (*encoding).to_owned())],
        ),
        SourceError::Read { path, line, .. } => in_row("error-read-on", path, *line),
        SourceError::TooLong { path, line, quote } => {
            let key = match quote {
                Quote::Open => "error-too-long-in-quotes",
                Quote::Closed => "error-too-long",
            };
            and(in_row(key, path, *line), [("bytes", LONGEST_RECORD.to_string())])
        }
        SourceError::Swallowed { path, line } => in_row("error-swallowed", path, *line),
        SourceError::CutOff { path, line, cells, header } => and(
            in_row("error-cut-off", path, *line),
            [("cells", cells.to_string()), ("header", header.to_string())],
        ),
        SourceError::Unfinished { path, line } => in_row("error-unfinished", path, *line),
        SourceError::Gone { path, line } => in_row("error-row-gone", path, *line),
        SourceError::Ambiguous { path, line } => in_row("error-ambiguous", path, *line),
        // Those that are about no row are told by `input`.
        _ => plain("error-no-header"),
    }
}

/// The headers do not fit the configuration.
pub(super) fn mapping(texts: Texts, error: &MappingError) -> Said<'_> {
    match error {
        MappingError::NoKey { seen } => about("error-no-key", "seen", headers(texts, seen)),
        MappingError::NoSuchHeader { key, header, seen } => {
            let named = [("key", key.clone()), ("header", header.clone()), ("seen", headers(texts, seen))];
            match nearest(header, seen.iter().map(String::as_str)) {
                Some(meant) => {
                    let said = about("error-no-such-header-but", "meant", meant.to_owned());
                    and(said, named)
                }
                None => and(plain("error-no-such-header"), named),
            }
        }
        MappingError::NoSuchColumn { key, number, columns } => {
            let numbers = [("number", number.to_string()), ("columns", columns.to_string())];
            and(about("error-no-such-column", "key", key), numbers)
        }
        MappingError::SharedHeader { first, second, header } => {
            let example = format!("{second} = {{ template = \"{{{header}}}\" }}");
            let named = [("second", second.clone()), ("header", header.clone()), ("example", example)];
            and(about("error-shared-header", "first", first), named)
        }
        MappingError::HeaderTwice { header, first, second } => {
            let columns = [("first", first.to_string()), ("second", second.to_string())];
            and(about("error-header-twice", "header", header), columns)
        }
        MappingError::PartLost { key, header, lost } => {
            let example = format!("{lost} = {{ column = \"{header}\", transform = \"{lost}\" }}");
            let named = [("header", header.clone()), ("lost", (*lost).to_owned()), ("example", example)];
            and(about("error-part-lost", "key", key), named)
        }
    }
}

/// The headers of a file, as far as they are shown; with the wrong delimiter a whole row stands in one.
fn headers(texts: Texts, headers: &[String]) -> String {
    let shortened = |header: &String| match header.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &header[..end]),
        None => header.clone(),
    };
    let quoted = |header: &String| texts.say_with("words-quoted", &[("value", shortened(header).into())]);
    let mut list: Vec<String> = headers.iter().take(SHOWN).map(quoted).collect();
    if let Some(more) = headers.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        list.push(texts.say_with("error-headers-more", &[("count", more.into())]));
    }
    list.join(&texts.say("words-comma"))
}

/// The ledger cannot be used.
pub(super) fn ledger(error: &LedgerError) -> Said<'_> {
    match error {
        LedgerError::OnNetwork { path } => at("error-on-network", path),
        LedgerError::Locked { path } => at("error-locked", path),
        LedgerError::Missing { path } => at("error-no-ledger", path),
        LedgerError::NoFolder { path } => at("error-no-folder", path),
        LedgerError::Symlink { path } => at("error-symlink", path),
        LedgerError::NotAFile { path } => at("error-not-regular", path),
        LedgerError::NotALedger { path } => at("error-other-program", path),
        LedgerError::FromTheFuture { found, known } => {
            and(about("error-from-the-future", "found", found.to_string()), [("known", known.to_string())])
        }
        LedgerError::FromThePast { found, known } => {
            and(about("error-from-the-past", "found", found.to_string()), [("known", known.to_string())])
        }
        LedgerError::OtherAccount { ledger, asked } => and(
            about("error-other-account", "partner", ledger.partner.to_string()),
            [
                ("origin", ledger.origin.clone()),
                ("other", asked.partner.to_string()),
                ("elsewhere", asked.origin.clone()),
            ],
        ),
        LedgerError::Corrupt { path, .. } => at("error-corrupt", path),
        LedgerError::Illegal(_) => plain("error-illegal"),
        LedgerError::NeverLinked { external_id } => about("error-never-linked", "id", external_id.as_str()),
        LedgerError::NoSuchAttempt { attempt } => {
            about("error-no-such-attempt", "attempt", attempt.0.to_string())
        }
        LedgerError::NoSuchBlock => plain("error-no-such-block"),
        LedgerError::ReadOnly => plain("error-read-only"),
        LedgerError::NotDurable { setting, wanted, found } => {
            let said = and(about("error-not-durable", "found", found), [("setting", (*setting).to_owned())]);
            and(said, [("wanted", (*wanted).to_owned())])
        }
        LedgerError::Io { path, .. } => at("error-cannot-use", path),
        LedgerError::Sqlite { doing, .. } => about("error-sqlite", "doing", *doing),
    }
}
