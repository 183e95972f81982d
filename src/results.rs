//! The results file: one line for every row of the input and one for every client that is gone, as a spreadsheet in
//! Japan opens it right.
//!
//! In: endings, in whatever order they come. Out: `line,client_external_id,action,outcome,mid,http_status,message`,
//! UTF-8 with BOM, CRLF, ordered by row, deletes last; written beside its final name and renamed. Cells that a
//! spreadsheet would run are defused. It holds names and ids, so only its owner may read it.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::event::{Ending, Event};
use crate::record::Line;
use crate::report::words;
use crate::spool::{Sorter, SpoolError};
use crate::texts::Texts;

const HEADER: [&str; 7] =
    ["line", "client_external_id", "action", "outcome", "mid", "http_status", "message"];
/// Makes a spreadsheet read the file as UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why the results could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The file cannot be written.
    #[error("cannot write the results to `{path}`")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Temporary storage failed.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

/// Gathers the lines of a results file.
#[derive(Default)]
pub struct Results {
    texts: Texts,
    lines: Sorter<(u64, String), [String; 7]>,
    /// What is odd about a row, by its number.
    warnings: Sorter<u64, String>,
    failed: Option<SpoolError>,
}

/// A line that is gone from the file stands behind all rows.
const BEHIND_ALL_ROWS: u64 = u64::MAX;

impl Results {
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
        let taken = match event {
            Event::Ended(ending) => self.take(ending),
            Event::Warned(warning) => {
                self.warnings.push(&warning.line.0, &words::warning(self.texts, warning))
            }
            _ => return,
        };
        if let Err(error) = taken {
            self.failed.get_or_insert(error);
        }
    }

    fn take(&mut self, ending: &Ending) -> Result<(), SpoolError> {
        let id = ending.external_id.as_ref().map(ToString::to_string).unwrap_or_default();
        if ending.lines.is_empty() {
            return self.lines.push(&(BEHIND_ALL_ROWS, id), &line_of(self.texts, ending, None));
        }
        for line in &ending.lines {
            self.lines.push(&(line.0, id.clone()), &line_of(self.texts, ending, Some(*line)))?;
        }
        Ok(())
    }

    /// Writes the file.
    ///
    /// # Errors
    /// When temporary storage failed on the way, or the file cannot be written; then there is no file, not half a one.
    pub fn write(self, path: &Path) -> Result<(), ResultsError> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        let failed = |source| ResultsError::Write { path: path.to_owned(), source };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(failed)?;
        file.write_all(BYTE_ORDER_MARK).map_err(failed)?;
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(BufWriter::new(&mut file));
        writer.write_record(HEADER).map_err(|error| failed(error.into()))?;
        let mut warnings = self.warnings.sorted()?.peekable();
        for line in self.lines.sorted()? {
            let ((line, _), mut cells) = line?;
            while let Some(warning) = warnings.next_if(|next| !matches!(next, Ok((of, _)) if *of > line)) {
                let (of, warning) = warning?;
                if of == line {
                    add(&mut cells[MESSAGE], &warning);
                }
            }
            writer.write_record(&cells).map_err(|error| failed(error.into()))?;
        }
        writer.flush().map_err(failed)?;
        drop(writer);
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// Where the message stands.
const MESSAGE: usize = 6;

fn add(message: &mut String, text: &str) {
    if !message.is_empty() {
        message.push_str("; ");
    }
    message.push_str(text);
}

fn line_of(texts: Texts, ending: &Ending, line: Option<Line>) -> [String; 7] {
    let id = ending.external_id.as_ref().map(ToString::to_string).unwrap_or_default();
    [
        line.map(|line| line.to_string()).unwrap_or_default(),
        defused(&id),
        ending.action.name().to_owned(),
        ending.outcome.name().to_owned(),
        ending.mid.as_ref().map(ToString::to_string).unwrap_or_default(),
        ending.reason.status().map(|status| status.to_string()).unwrap_or_default(),
        defused(
            &line
                .map_or_else(|| words::why(texts, &ending.reason), |line| words::of_row(texts, ending, line)),
        ),
    ]
}

/// What a spreadsheet takes for the beginning of a formula; the Japanese ones take the wide signs, too.
const BEGINS_A_FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell that a spreadsheet would run as a formula gets an apostrophe in front.
fn defused(cell: &str) -> String {
    if cell.starts_with(BEGINS_A_FORMULA) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Why;
    use crate::journal::{Action, Outcome};
    use crate::record::{ExternalId, Problem, Reason, Warning, WarningKind};

    fn ended(id: &str, lines: &[u64], outcome: Outcome, reason: Why) -> Event {
        Event::Ended(Box::new(Ending {
            external_id: Some(ExternalId::new(id)),
            lines: lines.iter().copied().map(Line).collect(),
            label: String::new(),
            action: if lines.is_empty() { Action::Delete } else { Action::None },
            outcome,
            mid: None,
            reason,
        }))
    }

    fn written(events: &[Event]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.csv");
        let mut results = Results::default();
        for event in events {
            results.absorb(event);
        }
        results.write(&path).unwrap();
        String::from_utf8(std::fs::read(&path).unwrap()).unwrap()
    }

    #[test]
    fn rows_stand_in_the_order_of_the_file_and_deletes_behind_them() {
        let text = written(&[
            ended("C", &[], Outcome::Held, Why::Guard),
            ended("B", &[3], Outcome::Unchanged, Why::Plain),
            ended("A", &[2, 4], Outcome::Unchanged, Why::Plain),
        ]);
        let expected = "\u{feff}line,client_external_id,action,outcome,mid,http_status,message\r\n\
            2,A,none,unchanged,,,\r\n3,B,none,unchanged,,,\r\n4,A,none,unchanged,,,\r\n\
            ,C,delete,held,,,a guard held the run back: nothing was sent\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_defused() {
        for id in ["=1+1", "+81", "-1", "@SUM(A1)", "＝1＋1", "＋81", "－1", "＠SUM"] {
            let text = written(&[ended(id, &[2], Outcome::Unchanged, Why::Plain)]);
            assert!(text.contains(&format!("2,'{id},none")), "{text}");
        }
        // A code keeps its zeros: what a spreadsheet shows of it is the spreadsheet's.
        let text = written(&[ended("00123", &[2], Outcome::Unchanged, Why::Plain)]);
        assert!(text.contains("2,00123,none"), "{text}");
    }

    #[test]
    fn a_good_row_of_a_rejected_client_names_the_row_that_spoils_it() {
        let problem =
            Problem { line: Line(3), column: "email".into(), value: "x".into(), reason: Reason::Email };
        let text = written(&[ended("A", &[2, 3], Outcome::Rejected, Why::Problems(vec![problem]))]);
        assert!(text.contains("another row of this client is rejected: row 3, column `email`"), "{text}");
        assert_eq!(text.matches("`x` is not an e-mail address").count(), 2);
    }

    #[test]
    fn what_is_odd_about_a_row_stands_in_its_message() {
        let odd = |line, value: &str| {
            let (column, value) = (Some("name".to_owned()), value.to_owned());
            Event::Warned(Warning { line: Line(line), column, value, kind: WarningKind::QuoteAstray })
        };
        let problem =
            Problem { line: Line(4), column: String::new(), value: String::new(), reason: Reason::Nameless };
        let text = written(&[
            odd(2, "a"),
            odd(2, "b"),
            odd(4, "c"),
            ended("A", &[2, 3], Outcome::Unchanged, Why::Plain),
            ended("B", &[4], Outcome::Rejected, Why::Problems(vec![problem])),
        ]);
        let expected = "2,A,none,unchanged,,,\"row 2, column `name`: `a` has a quote that does not quote anything; \
            row 2, column `name`: `b` has a quote that does not quote anything\"\r\n3,A,none,unchanged,,,\r\n\
            4,B,none,rejected,,,\"row 4: there is neither a company name nor a person's name; row 4, column `name`: `c` ";
        assert!(text.contains(expected), "{text}");
    }
}
