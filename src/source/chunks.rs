//! Bytes in chunks that never tear the unit of a text apart.
//!
//! In: a stream. Out: what is buffered of it, at least one whole unit while there is one.

use std::io::{self, Read};

/// How many bytes a letter of ASCII takes, and where it stands in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// One byte; the bytes of other letters are never quote, delimiter or line end.
    Byte,
    /// Two bytes, the low one first.
    Little,
    /// Two bytes, the high one first.
    Big,
}

impl Unit {
    /// How many bytes it takes.
    pub(super) fn width(self) -> usize {
        match self {
            Self::Byte => 1,
            Self::Little | Self::Big => 2,
        }
    }

    /// The letter as one byte, which is no letter of ASCII if that is none.
    #[inline]
    pub(super) fn letter(self, unit: &[u8]) -> u8 {
        const OTHER: u8 = 0xff;
        match (self, unit) {
            (Self::Byte, &[byte]) | (Self::Little, &[byte, 0]) | (Self::Big, &[0, byte]) => byte,
            _ => OTHER,
        }
    }

    /// A letter of ASCII as bytes.
    pub(super) fn bytes_of(self, letter: u8) -> Vec<u8> {
        match self {
            Self::Byte => vec![letter],
            Self::Little => vec![letter, 0],
            Self::Big => vec![0, letter],
        }
    }
}

/// A buffered stream.
#[derive(Debug)]
pub(super) struct Chunks<R> {
    reader: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
}

impl<R: Read> Chunks<R> {
    /// Bytes that are read at once.
    const SIZE: usize = 64 << 10;

    pub(super) fn new(reader: R) -> Self {
        Self::with_capacity(Self::SIZE, reader)
    }

    pub(super) fn with_capacity(size: usize, reader: R) -> Self {
        Self { reader, buffer: vec![0; size].into(), start: 0, end: 0 }
    }

    /// What is buffered, at least `least` bytes unless the stream ends before.
    pub(super) fn fill(&mut self, least: usize) -> io::Result<&[u8]> {
        if self.end - self.start < least {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        while self.end - self.start < least {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(&self.buffer[self.start..self.end])
    }

    /// Goes on behind so many bytes of what is buffered.
    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// The stream, behind what is buffered.
    pub(super) fn get_ref(&self) -> &R {
        &self.reader
    }

    /// The stream itself.
    pub(super) fn into_inner(self) -> R {
        self.reader
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_whole_wherever_the_buffer_ends() {
        for size in 2..6 {
            let mut chunks = Chunks::with_capacity(size, b"\xff\xfea\0\r\0x".as_slice());
            let mut letters = Vec::new();
            loop {
                let chunk = chunks.fill(2).unwrap();
                if chunk.len() < 2 {
                    assert_eq!(chunk, b"x");
                    break;
                }
                letters.push(Unit::Little.letter(&chunk[..2]));
                chunks.consume(2);
            }
            assert_eq!(letters, [0xff, b'a', b'\r']);
        }
    }
}
