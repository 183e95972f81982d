//! A pair of key and value as bytes: their two lengths, then the key, then the value.

use std::io::ErrorKind::FileTooLarge;

use super::SpoolError;

/// Bytes of both lengths.
pub(super) const LENGTHS: usize = 2 * size_of::<u32>();

/// A pair, somewhere in a buffer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'b> {
    pub(super) key: &'b [u8],
    pub(super) value: &'b [u8],
    /// All of it, with its lengths.
    pub(super) whole: &'b [u8],
}

/// Appends a pair.
pub(super) fn write(bytes: &mut Vec<u8>, key: &[u8], value: &[u8]) -> Result<(), SpoolError> {
    for part in [key, value] {
        let length = u32::try_from(part.len()).map_err(|_| SpoolError::Write(FileTooLarge.into()))?;
        bytes.extend_from_slice(&length.to_le_bytes());
    }
    bytes.extend_from_slice(key);
    bytes.extend_from_slice(value);
    Ok(())
}

impl<'b> Pair<'b> {
    /// The one that begins there.
    pub(super) fn at(bytes: &'b [u8], start: usize) -> Self {
        let bytes = &bytes[start..];
        let (key, value) = lengths(bytes);
        let whole = &bytes[..LENGTHS + key + value];
        let (key, value) = whole[LENGTHS..].split_at(key);
        Self { key, value, whole }
    }

    /// The key of the one that begins there.
    pub(super) fn key_at(bytes: &'b [u8], start: usize) -> &'b [u8] {
        Self::at(bytes, start).key
    }

    /// The bytes of the one that begins there.
    pub(super) fn whole(bytes: &'b [u8], start: usize) -> &'b [u8] {
        Self::at(bytes, start).whole
    }
}

/// How long key and value of the pair are that begins here.
pub(super) fn lengths(bytes: &[u8]) -> (usize, usize) {
    let number = |at: usize| {
        let bytes = bytes[at..].first_chunk().copied().unwrap_or_default();
        u32::from_le_bytes(bytes) as usize
    };
    (number(0), number(size_of::<u32>()))
}

/// The first bytes of a key, as one number: most keys differ in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Head(u64);

impl Head {
    /// That of a key; a short one is filled up with zeros, which does not put it behind any other.
    pub(super) fn of(key: &[u8]) -> Self {
        let mut first = [0; size_of::<u64>()];
        let length = key.len().min(first.len());
        first[..length].copy_from_slice(&key[..length]);
        Self(u64::from_be_bytes(first))
    }
}
