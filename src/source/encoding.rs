//! How bytes become text, and text becomes bytes.
//!
//! In: the bytes of one cell, or of one record in UTF-16. Out: a text, and whether it lost anything. Records are
//! split before they are decoded, which every encoding here allows: the second byte of a letter of Shift_JIS is 0x40 or
//! more, never a quote, a delimiter or a line end (a backslash, 0x5C, it may be, and that one means nothing in a CSV).

use encoding_rs::{SHIFT_JIS, UTF_16BE, UTF_16LE};

use super::chunks::Unit;
use crate::settings::Encoding;

/// The mark that Excel writes in front of UTF-8.
pub(super) const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
/// The marks of UTF-16.
const LITTLE_MARK: &[u8] = b"\xff\xfe";
const BIG_MARK: &[u8] = b"\xfe\xff";

/// Stands in a text where bytes were lost.
pub(super) const LOST: char = '\u{fffd}';

/// The encoding of a file, and what stands in front of its first letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coding {
    pub(super) encoding: Encoding,
    pub(super) mark: &'static [u8],
}

/// Whether a text lost anything when it was decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decoded {
    /// Nothing.
    Whole,
    /// Some bytes mean nothing; U+FFFD stands in their place.
    Damaged,
}

impl Coding {
    /// Takes an encoding that a person named; a mark of its own in front is no text.
    pub(super) fn named(encoding: Encoding, opening: &[u8]) -> Self {
        let mark = match encoding {
            Encoding::Utf8 => UTF8_MARK,
            Encoding::ShiftJis => b"",
            Encoding::Utf16Le => LITTLE_MARK,
            Encoding::Utf16Be => BIG_MARK,
        };
        Self { encoding, mark: if opening.starts_with(mark) { mark } else { b"" } }
    }

    /// The encoding whose mark stands in front, if one does.
    pub(super) fn marked(opening: &[u8]) -> Option<Self> {
        let all = [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be];
        all.map(|encoding| Self::named(encoding, opening)).into_iter().find(|coding| !coding.mark.is_empty())
    }

    /// How many bytes a letter of ASCII takes.
    pub(super) fn unit(self) -> Unit {
        match self.encoding {
            Encoding::Utf8 | Encoding::ShiftJis => Unit::Byte,
            Encoding::Utf16Le => Unit::Little,
            Encoding::Utf16Be => Unit::Big,
        }
    }

    /// Puts the text of `bytes` in place of what `text` holds. A NUL stands in no text, so it counts as lost.
    pub(super) fn decode(self, bytes: &[u8], text: &mut String) -> Decoded {
        text.clear();
        let coding = match self.encoding {
            Encoding::Utf8 => {
                if let Some(whole) = utf8(bytes) {
                    text.push_str(whole);
                    return without_nul(text);
                }
                text.push_str(&String::from_utf8_lossy(bytes));
                return Decoded::Damaged;
            }
            Encoding::ShiftJis if bytes.is_ascii() => {
                text.push_str(std::str::from_utf8(bytes).unwrap_or_default());
                return without_nul(text);
            }
            Encoding::ShiftJis => SHIFT_JIS,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
        };
        let (decoded, damaged) = coding.decode_without_bom_handling(bytes);
        text.push_str(&decoded);
        if damaged { Decoded::Damaged } else { without_nul(text) }
    }

    /// Appends a text as bytes; what the encoding cannot say becomes `?`.
    pub(super) fn encode(self, text: &str, bytes: &mut Vec<u8>) {
        match self.encoding {
            Encoding::Utf8 => bytes.extend_from_slice(text.as_bytes()),
            Encoding::Utf16Le => bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            Encoding::Utf16Be => bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
            Encoding::ShiftJis => {
                let mut letter = [0; 4];
                for c in text.chars() {
                    let (encoded, _, missing) = SHIFT_JIS.encode(c.encode_utf8(&mut letter));
                    bytes.extend_from_slice(if missing { b"?" } else { &encoded });
                }
            }
        }
    }
}

/// The text of bytes that are UTF-8 without a fault.
#[inline]
pub(super) fn utf8(bytes: &[u8]) -> Option<&str> {
    simdutf8::basic::from_utf8(bytes).ok()
}

fn without_nul(text: &str) -> Decoded {
    if text.as_bytes().contains(&0) { Decoded::Damaged } else { Decoded::Whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coding(encoding: Encoding) -> Coding {
        Coding::named(encoding, b"")
    }

    #[test]
    fn a_mark_names_the_encoding() {
        let marked =
            |opening: &[u8]| Coding::marked(opening).map(|coding| (coding.encoding, coding.mark.len()));
        assert_eq!(marked(b"\xef\xbb\xbfa"), Some((Encoding::Utf8, 3)));
        assert_eq!(marked(b"\xff\xfea\0"), Some((Encoding::Utf16Le, 2)));
        assert_eq!(marked(b"\xfe\xff\0a"), Some((Encoding::Utf16Be, 2)));
        assert_eq!(marked(b"a"), None);
    }

    #[test]
    fn lost_bytes_are_told() {
        let mut text = String::from("before");
        for (encoding, bytes, expected, decoded) in [
            (Encoding::Utf8, "見本".as_bytes(), "見本", Decoded::Whole),
            (Encoding::Utf8, b"a\x8c\xa9", "a\u{fffd}\u{fffd}", Decoded::Damaged),
            (Encoding::Utf8, b"\xe3\x80", "\u{fffd}", Decoded::Damaged),
            (Encoding::Utf8, b"a\0", "a\0", Decoded::Damaged),
            (Encoding::ShiftJis, b"\x8c\xa9\x96\x7b\x95\x5c", "見本表", Decoded::Whole),
            (Encoding::ShiftJis, b"\x87\x8a\xfb\xfc\xee\xe0\x81\x60", "㈱髙髙～", Decoded::Whole),
            (Encoding::ShiftJis, b"\x81,", "\u{fffd},", Decoded::Damaged),
            (Encoding::Utf16Le, b"a\0\x2c\x67", "a本", Decoded::Whole),
            (Encoding::Utf16Be, b"\xd8\0\0a", "\u{fffd}a", Decoded::Damaged),
        ] {
            assert_eq!(coding(encoding).decode(bytes, &mut text), decoded, "{bytes:?}");
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn a_text_goes_back_into_its_encoding() {
        let mut text = String::new();
        for encoding in [Encoding::Utf8, Encoding::ShiftJis, Encoding::Utf16Le, Encoding::Utf16Be] {
            let mut bytes = Vec::new();
            coding(encoding).encode("行 12：`見本㈱`", &mut bytes);
            assert_eq!(coding(encoding).decode(&bytes, &mut text), Decoded::Whole);
            assert_eq!(text, "行 12：`見本㈱`");
        }
        let mut bytes = Vec::new();
        coding(Encoding::ShiftJis).encode("a☕b", &mut bytes);
        assert_eq!(bytes, b"a?b");
    }
}
