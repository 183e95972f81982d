//! Which encoding a file has: decided from all of its bytes before any of them is believed.
//!
//! In: a file. Out: its encoding, or the rows that speak against each one. The order is a mark in front, UTF-8 without a
//! fault, Shift_JIS without a fault. Nothing is guessed from how often a letter occurs.

use std::io::{self, Read, Seek};
use std::path::Path;

use encoding_rs::{DecoderResult, SHIFT_JIS};

use super::SourceError;
use super::chunks::Chunks;
use super::delimiter;
use super::encoding::{Coding, utf8};
use super::error::LONGEST_RECORD;
use super::split::Splitter;
use super::store::opening;
use crate::record::Line;
use crate::settings::Encoding;

/// Bytes that are read at once.
const CHUNK: usize = 64 << 10;
/// How many of the first bytes are searched for NUL when a person named the encoding.
const OPENING: usize = 64;
/// How a workbook of Excel begins: it is a zip.
const ZIP: &[u8] = b"PK\x03\x04";

/// What a look at all bytes gave: nothing, or where something is.
enum Found {
    Nothing,
    Nul(u64),
    Fault(u64),
}

/// Chooses the encoding of a file, which is then at its beginning again.
pub(super) fn coding(
    file: &mut (impl Read + Seek),
    path: &Path,
    named: Option<Encoding>,
) -> Result<Coding, SourceError> {
    let failed = |source| SourceError::Read { path: path.to_owned(), line: Line(1), source };
    let first = opening(file, OPENING).map_err(failed)?;
    if first.is_empty() {
        return Err(SourceError::Empty { path: path.to_owned() });
    }
    if first.starts_with(ZIP) {
        return Err(SourceError::Workbook { path: path.to_owned() });
    }
    let chosen = match named {
        Some(encoding) => Some(Coding::named(encoding, &first)),
        None => Coding::marked(&first),
    };
    if let Some(coding) = chosen {
        if matches!(coding.encoding, Encoding::Utf8 | Encoding::ShiftJis) && first.contains(&0) {
            return Err(SourceError::Nul { path: path.to_owned(), line: Line(1) });
        }
        if coding.encoding == Encoding::ShiftJis && is_utf8_beyond_ascii(file).map_err(failed)? {
            return Err(SourceError::NotShiftJis { path: path.to_owned() });
        }
        return Ok(coding);
    }
    let chosen = unmarked(file, path).map_err(failed)?;
    file.rewind().map_err(failed)?;
    chosen
}

/// Whether a file is UTF-8 with letters beyond ASCII, as no text in another encoding is by chance.
fn is_utf8_beyond_ascii(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let is_utf8 = matches!(faults_of_utf8(file)?, Found::Nothing);
    file.rewind()?;
    let mut chunk = vec![0; 1 << 16];
    let mut beyond = false;
    loop {
        let read = file.read(&mut chunk)?;
        beyond |= !chunk[..read].is_ascii();
        if read == 0 || beyond || !is_utf8 {
            file.rewind()?;
            return Ok(is_utf8 && beyond);
        }
    }
}

fn unmarked(file: &mut (impl Read + Seek), path: &Path) -> io::Result<Result<Coding, SourceError>> {
    let coding = |encoding| Ok(Ok(Coding { encoding, mark: b"" }));
    let path = path.to_owned();
    let utf8 = match faults_of_utf8(file)? {
        Found::Nothing => return coding(Encoding::Utf8),
        Found::Nul(at) => return Ok(Err(SourceError::Nul { path, line: row(file, at)? })),
        Found::Fault(at) => at,
    };
    match faults_of_shift_jis(file)? {
        Found::Nothing if is_mostly_utf8(file)? => {
            Ok(Err(SourceError::Mixed { path, line: row(file, utf8)? }))
        }
        Found::Nothing => coding(Encoding::ShiftJis),
        Found::Nul(at) => Ok(Err(SourceError::Nul { path, line: row(file, at)? })),
        Found::Fault(at) => {
            let (utf8, shift_jis) = (row(file, utf8)?, row(file, at)?);
            Ok(Err(SourceError::Undetected { path, utf8, shift_jis }))
        }
    }
}

/// Reads a file to its end, or until it is clear that one of its records has none; the splitter then says so.
fn each_chunk(
    file: &mut (impl Read + Seek),
    mut take: impl FnMut(&[u8], u64) -> Option<Found>,
) -> io::Result<Option<Found>> {
    file.rewind()?;
    let mut buffer = vec![0; CHUNK];
    let (mut offset, mut without_line_end) = (0, 0);
    while without_line_end <= LONGEST_RECORD {
        let count = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let chunk = &buffer[..count];
        if chunk.contains(&0) {
            let at = chunk.iter().take_while(|byte| **byte != 0).count();
            return Ok(Some(Found::Nul(offset + at as u64)));
        }
        if let Some(found) = take(chunk, offset) {
            return Ok(Some(found));
        }
        without_line_end = match chunk.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(last) => count - last,
            None => without_line_end + count,
        };
        offset += count as u64;
    }
    Ok(None)
}

fn faults_of_utf8(file: &mut (impl Read + Seek)) -> io::Result<Found> {
    // The bytes of a letter that the end of a chunk tore apart, with the next chunk behind them.
    let mut torn: Vec<u8> = Vec::new();
    let mut end = 0;
    let found = each_chunk(file, |chunk, offset| {
        let start = offset - torn.len() as u64;
        let whole = if torn.is_empty() {
            chunk
        } else {
            torn.extend_from_slice(chunk);
            &torn
        };
        end = offset + chunk.len() as u64;
        if utf8(whole).is_some() {
            torn.clear();
            return None;
        }
        // Only here it is asked where: the end of a chunk may have torn a letter apart.
        let error = std::str::from_utf8(whole).err()?;
        let valid = error.valid_up_to();
        if error.error_len().is_some() {
            return Some(Found::Fault(start + valid as u64));
        }
        torn = whole[valid..].to_vec();
        None
    })?;
    Ok(match found {
        Some(found) => found,
        None if torn.is_empty() => Found::Nothing,
        None => Found::Fault(end - torn.len() as u64),
    })
}

fn faults_of_shift_jis(file: &mut (impl Read + Seek)) -> io::Result<Found> {
    let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
    // A letter of two bytes becomes at most three, a half-width one of one byte becomes three.
    let mut text = vec![0; CHUNK * 3 + 16];
    let mut end = 0;
    let found = each_chunk(file, |chunk, offset| {
        end = offset + chunk.len() as u64;
        let (result, read, _) = decoder.decode_to_utf8_without_replacement(chunk, &mut text, false);
        match result {
            DecoderResult::InputEmpty | DecoderResult::OutputFull => None,
            DecoderResult::Malformed(..) => Some(Found::Fault(offset + (read as u64).saturating_sub(1))),
        }
    })?;
    if let Some(found) = found {
        return Ok(found);
    }
    let (result, ..) = decoder.decode_to_utf8_without_replacement(&[], &mut text, true);
    Ok(match result {
        DecoderResult::InputEmpty | DecoderResult::OutputFull => Found::Nothing,
        DecoderResult::Malformed(..) => Found::Fault(end.saturating_sub(1)),
    })
}

/// Whether a file that is Shift_JIS without a fault would be UTF-8 but for a few bytes: kana and kanji of UTF-8 hardly ever
/// come about in Shift_JIS by chance, while every line of Shift_JIS breaks the rules of UTF-8.
fn is_mostly_utf8(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    if !may_be_mostly_utf8(file)? {
        return Ok(false);
    }
    let (mut letters, mut faults) = (0_u64, 0_u64);
    each_chunk(file, |chunk, _| {
        for part in chunk.utf8_chunks() {
            letters += part.valid().chars().filter(|c| c.len_utf8() >= 3).count() as u64;
            faults += u64::from(!part.invalid().is_empty());
        }
        None
    })?;
    Ok(letters > faults)
}

/// The same at a glance: not, when of the bytes beyond ASCII not even one in eight belongs to such a letter.
fn may_be_mostly_utf8(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let (mut letters, mut beyond) = (0, 0);
    each_chunk(file, |chunk, _| {
        letters += letters_of_three_bytes(chunk);
        beyond += chunk.iter().filter(|byte| !byte.is_ascii()).count();
        None
    })?;
    Ok(letters * 3 > beyond / 8)
}

/// How many places look like a letter of UTF-8 that takes three bytes, as kana and kanji do.
fn letters_of_three_bytes(bytes: &[u8]) -> usize {
    let (Some(seconds), Some(thirds)) = (bytes.get(1..), bytes.get(2..)) else { return 0 };
    let begins = |byte: u8| byte & 0xf0 == 0xe0;
    let goes_on = |byte: u8| byte & 0xc0 == 0x80;
    let places = bytes.iter().zip(seconds).zip(thirds);
    // Without branches, so that many places are looked at at once.
    places.map(|((a, b), c)| usize::from(begins(*a) & goes_on(*b) & goes_on(*c))).sum()
}

/// The row in which the byte at `offset` stands.
fn row(file: &mut (impl Read + Seek), offset: u64) -> io::Result<Line> {
    let coding = Coding { encoding: Encoding::Utf8, mark: b"" };
    let delimiter = delimiter::detect(&opening(file, delimiter::OPENING)?, coding);
    let mut splitter = Splitter::new(Chunks::new(file), coding.unit(), delimiter.byte(), 0);
    while splitter.bytes() <= offset && matches!(splitter.advance(), Ok(true)) {}
    Ok(splitter.line())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;

    use super::*;

    fn detected(bytes: &[u8]) -> Result<Coding, SourceError> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        coding(&mut file, Path::new("clients.csv"), None)
    }

    fn encoding(bytes: &[u8]) -> Encoding {
        detected(bytes).unwrap().encoding
    }

    /// `text` in Shift_JIS.
    fn shift_jis(text: &str) -> Vec<u8> {
        SHIFT_JIS.encode(text).0.into_owned()
    }

    #[test]
    fn all_bytes_decide_not_only_the_first_ones() {
        let ascii = "id,name\n".repeat(20_000);
        assert_eq!(encoding(ascii.as_bytes()), Encoding::Utf8);
        assert_eq!(encoding(&[ascii.as_bytes(), "見本".as_bytes()].concat()), Encoding::Utf8);
        assert_eq!(encoding(&[ascii.as_bytes(), &shift_jis("見本")].concat()), Encoding::ShiftJis);
        assert_eq!(encoding(&shift_jis("ｱｵｿﾞﾗ,髙﨑①㈱～－")), Encoding::ShiftJis);
    }

    #[test]
    fn a_letter_on_the_border_of_two_chunks_is_no_fault() {
        for shift in 0..4 {
            let text = format!("{}{}\n", "x\n".repeat(CHUNK / 2 - 2), "x".repeat(shift)) + "見本\n";
            assert_eq!(encoding(text.as_bytes()), Encoding::Utf8);
            assert_eq!(encoding(&shift_jis(&text)), Encoding::ShiftJis);
        }
    }

    #[test]
    fn what_is_neither_is_told_with_both_rows() {
        let bytes = [b"id,name\n1,".as_slice(), &shift_jis("見本"), b"\n2,\"\xa0\"\n"].concat();
        let error = detected(&bytes).unwrap_err();
        assert!(
            matches!(error, SourceError::Undetected { utf8: Line(2), shift_jis: Line(3), .. }),
            "{error:?}"
        );
    }

    #[test]
    fn a_file_in_utf_8_with_one_row_of_something_else_is_not_taken_for_shift_jis() {
        // Both bytes of each letter happen to be letters of Shift_JIS too.
        let text = "id,name\n1,ああああああああああああああああああああ\n";
        assert!(
            faults_of_shift_jis(&mut file_of(text.as_bytes()))
                .is_ok_and(|found| { matches!(found, Found::Nothing) })
        );
        let bytes = [text.as_bytes(), b"2,", &shift_jis("見本"), b"\n"].concat();
        let error = detected(&bytes).unwrap_err();
        assert!(matches!(error, SourceError::Mixed { line: Line(3), .. }), "{error:?}");
    }

    fn file_of(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn a_few_letters_of_shift_jis_that_would_begin_as_utf_8_does_are_shift_jis() {
        for name in ["齊藤", "邉見", "渡邉一"] {
            let bytes = [b"client_external_id,name\n1,".as_slice(), &shift_jis(name), b"\n"].concat();
            assert!(letters_of_three_bytes(&bytes) > 0, "{name}");
            assert_eq!(encoding(&bytes), Encoding::ShiftJis, "{name}");
        }
    }

    #[test]
    fn a_letter_that_the_end_of_the_file_tore_apart_is_a_fault() {
        let error = detected("id,name\n1,見本".as_bytes().split_last().unwrap().1).unwrap_err();
        assert!(matches!(error, SourceError::Mixed { line: Line(2), .. } | SourceError::Undetected { .. }));
    }
}
