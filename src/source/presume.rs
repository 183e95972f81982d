//! A file that is read in the form it had last time, while a second thread finds out whether it still has it.
//!
//! In: a file, and what is presumed of it. Out: the open file, and a proof that is asked for once it was read to its end.

use std::io::{self, Seek};
use std::thread::JoinHandle;

use super::chunks::Unit;
use super::encoding::{Coding, UTF8_MARK};
use super::header::IsKnown;
use super::skim::Beside;
use super::{Source, SourceError, Store, detect, store};
use crate::settings::{Encoding, Reading};

/// The proof that a file has the form which was presumed, and the hash of its bytes.
#[derive(Debug)]
pub struct Proof {
    presumed: Coding,
    thread: JoinHandle<Option<(Coding, [u8; 16])>>,
}

impl Proof {
    /// Begins to find out whether the file has a form that it had before, and what its hash is.
    ///
    /// # Errors
    /// When the system gives no second handle.
    pub fn begin(file: &Store, reading: &Reading, form: &str) -> io::Result<Self> {
        let presumed = coding(form).ok_or(io::ErrorKind::InvalidInput)?;
        let mut beside = Beside::new(&file.file)?;
        let (path, named) = (file.path.clone(), reading.encoding);
        let thread = std::thread::spawn(move || {
            let found = detect::coding(&mut beside, &path, named).ok()?;
            beside.rewind().ok()?;
            Some((found, store::digest(&mut beside).ok()?))
        });
        Ok(Self { presumed, thread })
    }

    /// The hash of the file's bytes; none when it has another form than was presumed, or cannot be read.
    #[must_use]
    pub fn wait(self) -> Option<[u8; 16]> {
        let (found, digest) = self.thread.join().ok()??;
        (found == self.presumed).then_some(digest)
    }
}

impl Source {
    /// The form that the file was found to have, as a text for [`Source::presume`]; none for a form that is not presumed.
    #[must_use]
    pub fn form(&self) -> Option<String> {
        let Coding { encoding, mark } = self.coding;
        let mark = if mark.is_empty() { "" } else { "+mark" };
        (self.coding.unit() == Unit::Byte).then(|| format!("{}{mark}", encoding.name()))
    }

    /// Opens a file in a form that it had before; none when the text is no form. Nothing that is read is to be believed
    /// before it is proven that the file still has it.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn presume(
        file: Store,
        reading: &Reading,
        known: IsKnown<'_>,
        form: &str,
    ) -> Result<Option<Self>, SourceError> {
        coding(form).map(|presumed| Self::in_coding(file, reading, known, presumed)).transpose()
    }
}

fn coding(form: &str) -> Option<Coding> {
    let (name, mark) = match form.strip_suffix("+mark") {
        Some(name) => (name, UTF8_MARK),
        None => (form, &b""[..]),
    };
    let encoding = [Encoding::Utf8, Encoding::ShiftJis].into_iter().find(|it| it.name() == name)?;
    (mark.is_empty() || encoding == Encoding::Utf8).then_some(Coding { encoding, mark })
}
