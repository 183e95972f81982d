//! A file on its way from a sample to its mutation, and what the mutation promises of it.

use std::collections::BTreeSet;

use crate::grid::{Cell, Code, Form, Grid, Record, write};
use crate::samples::Sample;

/// What must hold of a mutated file beside its sample, whatever the program says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Promise {
    /// How many more rows there are.
    pub(crate) rows: i64,
    pub(crate) rejected: i64,
    pub(crate) skipped: i64,
    pub(crate) footer: i64,
    /// Clients that must differ from the sample's, or be there on one side only; all others must be the same.
    pub(crate) touched: BTreeSet<String>,
    /// Clients that may differ, because the encoding has no place for their letters.
    pub(crate) lossy: BTreeSet<String>,
    /// Warnings besides the sample's.
    pub(crate) warnings: Vec<&'static str>,
    /// Notices.
    pub(crate) notices: Vec<&'static str>,
    /// Nothing can be used: the end of the message.
    pub(crate) fatal: Option<&'static str>,
    /// A part of the sample's rows is left: then nobody counts what was said of the others.
    pub(crate) partly: bool,
}

/// A file in the making.
pub(crate) struct Draft<'s> {
    pub(crate) sample: &'s Sample,
    pub(crate) grid: Grid,
    pub(crate) form: Form,
    /// More lines of `[input]`.
    pub(crate) input: String,
    pub(crate) by_numbers: bool,
    /// What becomes of the bytes at last.
    pub(crate) last: fn(&Draft<'_>, Vec<u8>) -> Vec<u8>,
    /// Where `last` cuts the file off, if it does.
    pub(crate) cut_at: usize,
    pub(crate) promise: Promise,
    /// Whether the mutation means anything for this sample.
    pub(crate) applies: bool,
}

impl<'s> Draft<'s> {
    pub(crate) fn new(sample: &'s Sample) -> Self {
        Self {
            sample,
            grid: sample.grid.clone(),
            form: sample.form.clone(),
            input: String::new(),
            by_numbers: false,
            last: |_, bytes| bytes,
            cut_at: 0,
            promise: Promise::default(),
            applies: true,
        }
    }

    /// The bytes before anything is packed, cut or patched.
    pub(crate) fn plain(&self) -> Vec<u8> {
        write(&self.grid.records(), &self.form)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        (self.last)(self, self.plain())
    }

    pub(crate) fn config(&self) -> String {
        if self.by_numbers {
            self.sample.config_by_numbers(&self.input)
        } else {
            self.sample.config(&self.input)
        }
    }

    /// The cell of the good row under a header.
    pub(crate) fn cell(&mut self, header: &str) -> &mut Cell {
        let (row, column) = (self.sample.good_row(), self.sample.column(header));
        &mut self.grid.rows[row][column]
    }

    /// The cell of the good row that holds the client's name.
    pub(crate) fn name(&mut self) -> &mut Cell {
        self.cell(self.sample.names[0])
    }

    pub(crate) fn good(&self) -> Record {
        self.grid.rows[self.sample.good_row()].clone()
    }

    /// Says that the good client differs.
    pub(crate) fn touch(&mut self) {
        self.promise.touched.insert(self.sample.good_id());
    }

    /// Says that the good client is rejected, with so many rows.
    pub(crate) fn reject(&mut self, rows: i64) {
        self.touch();
        self.promise.rejected += rows;
    }

    /// Says that there are more or fewer rows, which a footer that counts them will notice.
    pub(crate) fn more(&mut self, rows: i64) {
        self.promise.rows += rows;
        if self.sample.counted && self.promise.notices.is_empty() {
            self.promise.notices.push("count disagrees");
        }
    }

    pub(crate) fn fatal(&mut self, end: &'static str) {
        self.promise.fatal = Some(end);
    }

    /// The bytes of the records before the good row, and of the good row, in the file.
    pub(crate) fn until_good(&self) -> (Vec<u8>, Vec<u8>) {
        let mut grid = self.grid.clone();
        let row = self.sample.good_row();
        grid.footer.clear();
        grid.rows.truncate(row + 1);
        let whole = write(&grid.records(), &self.form);
        grid.rows.truncate(row);
        let before = write(&grid.records(), &self.form);
        let good = whole[before.len()..].to_vec();
        (before, good)
    }

    /// The bytes of the row below the place of the good one.
    pub(crate) fn after_good(&self) -> Vec<u8> {
        write(&[&self.grid.rows[self.sample.good_row() + 1]], &Form { mark: false, ..self.form.clone() })
    }

    /// Says that the clients of the rows behind the good one, and its own, are no longer in the file.
    pub(crate) fn lose_the_rest(&mut self) {
        let row = self.sample.good_row();
        let lost = &self.grid.rows[row..];
        self.promise.touched.extend(lost.iter().map(|row| self.sample.id_of(row)));
        self.promise.rows -= i64::try_from(lost.len()).unwrap();
        self.promise.footer = -i64::try_from(self.sample.footer).unwrap();
        self.promise.partly = true;
        self.grid.rows.truncate(row);
        self.grid.footer.clear();
    }

    /// Takes the letters for lost that have no place in code page 932.
    pub(crate) fn lose_letters(&mut self) {
        let is_lost = |c| crate::grid::cp932(c).is_none();
        for row in &self.grid.rows {
            if row.iter().any(|cell| cell.text.chars().any(is_lost)) {
                self.promise.lossy.insert(self.sample.id_of(row));
            }
        }
        self.form.code = Code::Cp932;
        self.form.mark = false;
    }
}
