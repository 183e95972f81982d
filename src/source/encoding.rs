//! How a file's bytes become text: decided once from its first bytes, used cell by cell.
//!
//! In: the first bytes of a file, later the bytes of one cell. Out: an encoding, later a text. Records are split
//! before they are decoded, which every encoding allows whose trail bytes are neither quote, comma nor line end.

use std::io::{self, BufRead};
use std::path::Path;

use crate::record::Line;

use super::SourceError;

/// The mark that Excel writes in front of UTF-8.
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// The marks of the two UTF-16 byte orders.
const UTF16_MARKS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// How many of the first bytes are searched for NUL, which stands in no text but in every UTF-16 file of ASCII.
const OPENING: usize = 64;

/// The encoding of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8 without a mark.
    Utf8,
    /// UTF-8 behind a mark.
    MarkedUtf8,
}

/// Whether a text lost anything when it was decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decoded {
    /// Nothing.
    Whole,
    /// Some bytes mean nothing; U+FFFD stands in their place.
    Damaged,
}

impl Encoding {
    /// Its name in messages and reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 | Self::MarkedUtf8 => "UTF-8",
        }
    }

    /// How many bytes in front of the first record are not text.
    pub(super) fn mark(self) -> usize {
        match self {
            Self::Utf8 => 0,
            Self::MarkedUtf8 => UTF8_MARK.len(),
        }
    }

    /// Puts the text of `bytes` in place of what `text` holds.
    pub(super) fn decode(self, bytes: &[u8], text: &mut String) -> Decoded {
        text.clear();
        match self {
            Self::Utf8 | Self::MarkedUtf8 => {
                if let Ok(whole) = std::str::from_utf8(bytes) {
                    text.push_str(whole);
                    Decoded::Whole
                } else {
                    text.push_str(&String::from_utf8_lossy(bytes));
                    Decoded::Damaged
                }
            }
        }
    }
}

/// Why no encoding could be chosen.
#[derive(Debug)]
pub(super) enum Undetected {
    Read(io::Error),
    Empty,
    Utf16,
}

impl Undetected {
    pub(super) fn at(self, path: &Path) -> SourceError {
        let path = path.to_owned();
        match self {
            Self::Read(source) => SourceError::Read { path, line: Line(1), source },
            Self::Empty => SourceError::Empty { path },
            Self::Utf16 => SourceError::Utf16 { path },
        }
    }
}

/// Chooses the encoding from the first bytes, which stay in the reader.
pub(super) fn detect(reader: &mut impl BufRead) -> Result<Encoding, Undetected> {
    let opening = reader.fill_buf().map_err(Undetected::Read)?;
    let opening = &opening[..opening.len().min(OPENING)];
    if opening.is_empty() {
        return Err(Undetected::Empty);
    }
    if opening.contains(&0) || UTF16_MARKS.iter().any(|mark| opening.starts_with(mark)) {
        return Err(Undetected::Utf16);
    }
    Ok(if opening.starts_with(UTF8_MARK) { Encoding::MarkedUtf8 } else { Encoding::Utf8 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_decide() {
        assert!(matches!(detect(&mut b"a,b".as_slice()), Ok(Encoding::Utf8)));
        assert!(matches!(detect(&mut b"\xef\xbb\xbfa,b".as_slice()), Ok(Encoding::MarkedUtf8)));
        assert!(matches!(detect(&mut b"".as_slice()), Err(Undetected::Empty)));
        for utf16 in [b"\xff\xfea\0".as_slice(), b"\xfe\xff\0a", b"a\0b\0", b"\0a\0b"] {
            assert!(matches!(detect(&mut &utf16[..]), Err(Undetected::Utf16)), "{utf16:?}");
        }
    }

    #[test]
    fn lost_bytes_are_told() {
        let mut text = String::from("before");
        assert_eq!(Encoding::Utf8.decode("見本".as_bytes(), &mut text), Decoded::Whole);
        assert_eq!(text, "見本");
        assert_eq!(Encoding::Utf8.decode(b"a\x8c\xa9", &mut text), Decoded::Damaged);
        assert!(text.starts_with('a') && text.contains('\u{fffd}'));
    }
}
