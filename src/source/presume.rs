//! A file that is read in the form it had last time, or that its beginning has, while a second thread finds out whether all of it
//! has that form, or whether it even is the same file as last time.
//!
//! In: a file, and what is presumed of it. Out: the open file, and a proof that is asked for once it was read to its end.

use std::io::{self, Seek};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use super::chunks::Unit;
use super::encoding::{Coding, UTF8_MARK};
use super::header::IsKnown;
use super::skim::Beside;
use super::{Source, SourceError, Store, detect, store};
use crate::settings::{Encoding, Reading};

/// So many of the first bytes say which form a file is likely to have.
const OPENING: usize = 16 << 10;

/// The proof that a file has the form which was presumed, and the hash of its bytes.
#[derive(Debug)]
pub struct Proof {
    /// Whether it is the file that it was taken for, once that is known.
    same: Receiver<bool>,
    thread: JoinHandle<Option<[u8; 16]>>,
}

impl Proof {
    /// Begins to find out whether the file has a form that it had before, and what its hash is. With a hash in `taken_for` it
    /// first finds out whether it has that one, and nothing more when it has.
    ///
    /// # Errors
    /// When the system gives no second handle.
    pub fn begin(
        file: &Store,
        reading: &Reading,
        form: &str,
        taken_for: Option<[u8; 16]>,
    ) -> io::Result<Self> {
        let presumed = coding(form).ok_or(io::ErrorKind::InvalidInput)?;
        let mut beside = Beside::new(&file.file)?;
        let (path, named) = (file.path.clone(), reading.encoding);
        let (tell, same) = sync_channel(1);
        let thread = std::thread::spawn(move || {
            let known = taken_for.map(|_| store::digest(&mut beside)).transpose().ok()?;
            let same = known.filter(|_| known == taken_for);
            // Perhaps nobody asks. Whoever asks twice need not wait for the rest.
            let _ = tell.send(same.is_some());
            drop(tell);
            if same.is_some() {
                return same;
            }
            beside.rewind().ok()?;
            let found = detect::coding(&mut beside, &path, named).ok()?;
            if found != presumed {
                return None;
            }
            beside.rewind().ok()?;
            known.map_or_else(|| store::digest(&mut beside), Ok).ok()
        });
        Ok(Self { same, thread })
    }

    /// Whether it is known by now that the file is the one that it was taken for.
    #[must_use]
    pub fn is_same_already(&self) -> bool {
        self.same.try_recv() == Ok(true)
    }

    /// Whether it is that file; waits until that is known.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.same.recv() == Ok(true)
    }

    /// The hash of the file's bytes; none when it has another form than was presumed, or cannot be read.
    #[must_use]
    pub fn wait(self) -> Option<[u8; 16]> {
        self.thread.join().ok()?
    }
}

impl Store {
    /// The form that the beginning of the file has, as a text for [`Source::presume`]; none for a form that is not presumed.
    #[must_use]
    pub fn likely_form(&self, reading: &Reading) -> Option<String> {
        let first = store::opening(&mut Beside::new(&self.file).ok()?, OPENING).ok()?;
        let named = reading.encoding.map(|encoding| Coding::named(encoding, &first));
        let found = named.or_else(|| Coding::marked(&first)).unwrap_or_else(|| {
            // The end of the opening may have torn a letter apart.
            let fault = std::str::from_utf8(&first).is_err_and(|error| error.error_len().is_some());
            let encoding = if fault { Encoding::ShiftJis } else { Encoding::Utf8 };
            Coding { encoding, mark: b"" }
        });
        form(found)
    }
}

impl Source {
    /// The form that the file was found to have, as a text for [`Source::presume`]; none for a form that is not presumed.
    #[must_use]
    pub fn form(&self) -> Option<String> {
        form(self.coding)
    }

    /// Whether the encoding follows from the bytes of the file alone, so that it has none of which some mean nothing.
    #[must_use]
    pub fn is_found_out(&self, reading: &Reading) -> bool {
        reading.encoding.is_none() && self.coding.mark.is_empty()
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

fn form(coding: Coding) -> Option<String> {
    let Coding { encoding, mark } = coding;
    let mark = if mark.is_empty() { "" } else { "+mark" };
    (coding.unit() == Unit::Byte).then(|| format!("{}{mark}", encoding.name()))
}

fn coding(form: &str) -> Option<Coding> {
    let (name, mark) = match form.strip_suffix("+mark") {
        Some(name) => (name, UTF8_MARK),
        None => (form, &b""[..]),
    };
    let encoding = [Encoding::Utf8, Encoding::ShiftJis].into_iter().find(|it| it.name() == name)?;
    (mark.is_empty() || encoding == Encoding::Utf8).then_some(Coding { encoding, mark })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::settings::KeepRows;

    #[test]
    fn the_beginning_of_a_file_says_its_form_and_the_proof_says_whether_that_is_true() {
        let long = "id,name\n".repeat(OPENING);
        let shift_jis = encoding_rs::SHIFT_JIS.encode("1,見本\n").0.into_owned();
        let torn = format!("{}見", "x".repeat(OPENING - 1));
        let cases = [
            (long.clone().into_bytes(), "UTF-8", true),
            (torn.into_bytes(), "UTF-8", true),
            ([b"\xef\xbb\xbf", long.as_bytes()].concat(), "UTF-8+mark", true),
            ([&shift_jis, long.as_bytes()].concat(), "Shift_JIS", true),
            ([long.as_bytes(), &shift_jis].concat(), "UTF-8", false),
        ];
        for (bytes, likely, is_true) in cases {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&bytes).unwrap();
            let (store, reading) = (Store::open(file.path(), KeepRows::Never).unwrap(), Reading::default());
            let form = store.likely_form(&reading).unwrap();
            assert_eq!(form, likely);
            let proof = Proof::begin(&store, &reading, &form, None).unwrap();
            assert_eq!(proof.wait().is_some(), is_true, "{likely}");
        }
    }
}
