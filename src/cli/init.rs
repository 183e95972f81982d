//! `init`: a first configuration for a file, guessed and written beside it.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use leapsync::guess::{self, Draft, MARK, Sheet};
use leapsync::settings::{Header, KeepRows, Reading};
use leapsync::source::{Source, SourceError, Store};
use leapsync::sync::SyncError;
use leapsync::texts::Texts;

use super::args::InitArguments;
use super::language;
use super::output::{print, quoted, safe};

/// So many rows are looked at: more say nothing new, and a file of any size must fit.
const LOOKED_AT: usize = 10_000;
/// A row with at most so many filled cells may be a title or a footer.
const FEW_CELLS: usize = 3;

/// Why no configuration was written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InitError {
    /// There is one already.
    #[error("`{path}` is there already")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error("cannot write `{path}`")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// `leapsync init`.
pub(crate) fn init(arguments: &InitArguments) -> anyhow::Result<u8> {
    let path = &arguments.config;
    if path.exists() {
        return Err(InitError::Exists { path: path.clone() }.into());
    }
    let sheet = look(&arguments.csv).map_err(SyncError::from)?;
    let draft = guess::guess(language::texts(), &sheet);
    write(path, &draft.toml())?;
    print(&told(language::texts(), arguments, &sheet, &draft));
    Ok(0)
}

/// Looks at the file: with the header that it seems to have, or without one when that is a row like the others.
fn look(path: &Path) -> Result<Sheet, SourceError> {
    let sheet = read(path, Header::Auto)?;
    if guess::is_data(&sheet.headers) { read(path, Header::Absent) } else { Ok(sheet) }
}

fn read(path: &Path, header: Header) -> Result<Sheet, SourceError> {
    let store = Store::open(path, KeepRows::Never)?;
    let reading = Reading { header, ..Reading::default() };
    let mut source = Source::open(store, &reading, &guess::is_known)?;
    let headers = source.headers().to_vec();
    let is_row = |cells: &[String]| {
        let filled = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        cells.len() * 2 >= headers.len() && (filled > FEW_CELLS || headers.len() <= FEW_CELLS * 2)
    };
    let mut rows = Vec::new();
    while let Some(row) = source.next_row()? {
        if is_row(row.cells) {
            rows.push(row.cells.to_vec());
        }
        if rows.len() == LOOKED_AT {
            break;
        }
    }
    Ok(Sheet {
        path: path.display().to_string(),
        encoding: source.encoding(),
        delimiter: source.delimiter(),
        header_row: source.header_line().map(|line| line.0),
        headers,
        rows,
    })
}

/// Writes a file that must not be there; one that could not be written to its end is taken away again.
fn write(path: &Path, text: &str) -> Result<(), InitError> {
    let failed = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::AlreadyExists => InitError::Exists { path: path.to_owned() },
        _ => InitError::Write { path: path.to_owned(), source },
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| {
        // Nothing better can be done about a disk that is full.
        let _ = std::fs::remove_file(path);
        failed(error)
    })
}

fn told(texts: Texts, arguments: &InitArguments, sheet: &Sheet, draft: &Draft) -> String {
    let path = safe(&arguments.config.display().to_string());
    let header = match sheet.header_row {
        Some(row) => texts.say_with("init-header-in", &[("line", row.to_string().into())]),
        None => texts.say("init-no-header"),
    };
    let figures = [
        ("config", path.as_str().into()),
        ("fields", draft.fields().into()),
        ("columns", sheet.headers.len().into()),
        ("csv", safe(&sheet.path).into()),
        ("encoding", sheet.encoding.into()),
        ("header", header.into()),
        ("rows", sheet.rows.len().into()),
    ];
    let mut lines = vec![texts.say_with("init-told", &figures)];
    let next = if arguments.config == Path::new(leapsync::config::FILE_NAME) {
        format!("leapsync plan {}", quoted(&sheet.path))
    } else {
        format!("leapsync plan {} --config {}", quoted(&sheet.path), quoted(&path))
    };
    let next = [("command", next.into())];
    let decisions = draft.decisions();
    if decisions.is_empty() {
        lines.push(texts.say_with("init-look-through", &next));
    } else {
        let marked = [("count", decisions.len().into()), ("mark", MARK.into())];
        lines.push(texts.say_with("init-decisions", &marked));
        lines.extend(decisions.iter().map(|decision| format!("  {}", safe(decision))));
        lines.push(texts.say_with("init-then", &next));
    }
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}
