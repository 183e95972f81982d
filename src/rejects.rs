//! The rejects file: the rows that did not get through, to be mended and fed back.
//!
//! In: endings, in whatever order they come, and the input once more. Out: every row of a client that was rejected or
//! refused, byte for byte as it stood in the input, with its number and the reason in front; written beside its final name
//! and renamed, for its owner only. It is also written when there are none, so that one of an earlier night does not lie.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::event::{Ending, Event};
use crate::journal::Outcome;
use crate::record::Line;
use crate::report::words;
use crate::source::{Kept, SourceError};
use crate::spool::{Sorter, SpoolError};
use crate::texts::Texts;

/// Why the rejects could not be written.
#[derive(Debug, thiserror::Error)]
pub enum RejectsError {
    /// The file cannot be written.
    #[error("cannot write the rejects to `{path}`")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The input cannot be read once more.
    #[error(transparent)]
    Input(#[from] SourceError),
    /// Temporary storage failed.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

/// Gathers the rows of a rejects file.
#[derive(Default)]
pub struct Rejects {
    texts: Texts,
    reasons: Sorter<u64, String>,
    failed: Option<SpoolError>,
}

impl Rejects {
    /// None yet; reasons are told by `texts`.
    #[must_use]
    pub fn new(texts: Texts) -> Self {
        Self { texts, ..Self::default() }
    }

    /// Takes in one event.
    pub fn absorb(&mut self, event: &Event) {
        // What is lost cannot be made up for.
        if self.failed.is_some() {
            return;
        }
        let Event::Ended(ending) = event else { return };
        if matches!(ending.outcome, Outcome::Rejected | Outcome::Refused)
            && let Err(error) = self.take(ending)
        {
            self.failed.get_or_insert(error);
        }
    }

    fn take(&mut self, ending: &Ending) -> Result<(), SpoolError> {
        for line in &ending.lines {
            self.reasons.push(&line.0, &words::of_row(self.texts, ending, *line))?;
        }
        Ok(())
    }

    /// Writes the file from the rows of `input`.
    ///
    /// # Errors
    /// When temporary storage failed on the way, the input cannot be read once more, or the file cannot be written; then
    /// there is no file, not half a one.
    pub fn write(self, path: &Path, input: Kept) -> Result<(), RejectsError> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        let failed = |source| RejectsError::Write { path: path.to_owned(), source };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(failed)?;
        let mut writer = BufWriter::new(&mut file);
        let (opening, mut rows) = input.rows()?;
        writer.write_all(&opening).map_err(failed)?;
        for pair in self.reasons.sorted()? {
            let (line, reason) = pair?;
            writer.write_all(rows.row(Line(line), &reason)?).map_err(failed)?;
        }
        writer.flush().map_err(failed)?;
        drop(writer);
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Why;
    use crate::journal::Action;
    use crate::record::{ExternalId, Problem, Reason};
    use crate::settings::{KeepRows, Reading};
    use crate::source::{Source, Store};

    fn ended(lines: &[u64], outcome: Outcome, reason: Why) -> Event {
        Event::Ended(Box::new(Ending {
            external_id: Some(ExternalId::new("A")),
            lines: lines.iter().copied().map(Line).collect(),
            label: String::new(),
            action: Action::None,
            outcome,
            mid: None,
            reason,
        }))
    }

    fn written(input: &[u8], events: &[Event]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("clients.csv"), folder.path().join("rejects.csv"));
        std::fs::write(&from, input).unwrap();
        let store = Store::open(&from, KeepRows::UntilTheEnd).unwrap();
        // What becomes of the file meanwhile does not matter.
        std::fs::write(&from, "something else").unwrap();
        let source = Source::open(store, &Reading::default(), &|header| header == "id").unwrap();
        let mut rejects = Rejects::default();
        for event in events {
            rejects.absorb(event);
        }
        rejects.write(&to, source.into_kept()).unwrap();
        std::fs::read(&to).unwrap()
    }

    fn refused(lines: &[u64]) -> Event {
        let reason = Why::Server { status: Some(400), message: "no, \"really\"".to_owned() };
        ended(lines, Outcome::Refused, reason)
    }

    #[test]
    fn rows_stand_as_they_were_in_the_order_of_the_file() {
        let problem =
            Problem { line: Line(2), column: "email".into(), value: "x".into(), reason: Reason::Email };
        let events = [
            refused(&[5]),
            ended(&[2, 3], Outcome::Rejected, Why::Problems(vec![problem])),
            ended(&[4], Outcome::Unchanged, Why::Plain),
        ];
        let input = b"id,name\r\n1,\"a\r\nb\"\r\n1, x \n2,y\r\n=3,z";
        let expected = "leapsync_line,leapsync_reason,id,name\r\n\
            2,\"row 2, column `email`: `x` is not an e-mail address\",1,\"a\r\nb\"\r\n\
            3,\"another row of this client is rejected: row 2, column `email`: `x` is not an e-mail address\",1, x \n\
            5,\"HTTP 400: no, \"\"really\"\"\",=3,z\r\n";
        assert_eq!(String::from_utf8(written(input, &events)).unwrap(), expected);
    }

    #[test]
    fn the_file_is_written_also_when_every_row_got_through() {
        let text = written(b"\xef\xbb\xbfid;name\n1;a\n", &[]);
        assert_eq!(text, b"\xef\xbb\xbfleapsync_line;leapsync_reason;id;name\n");
    }

    #[test]
    fn the_rejects_of_a_rejects_file_have_its_two_columns_once() {
        let input = b"leapsync_line,leapsync_reason,id,name\n7,\"a, b\",1,x\n8,c,2,y\n";
        let text = String::from_utf8(written(input, &[refused(&[2])])).unwrap();
        assert_eq!(text, "leapsync_line,leapsync_reason,id,name\n2,\"HTTP 400: no, \"\"really\"\"\",1,x\n");
    }
}
