//! Keys as bytes: the order of the bytes is the order of the keys, so that a sort compares nothing else.
//!
//! In: a key. Out: its bytes, and the same key again.

use crate::record::{ExternalId, Line};

/// What a [`Sorter`](super::Sorter) sorts by.
pub trait Key: Sized {
    /// Appends the key, in bytes that are ordered as the keys are.
    fn write(&self, bytes: &mut Vec<u8>);

    /// The key that these bytes were written for; none when no key is.
    fn read(bytes: &[u8]) -> Option<Self>;
}

impl Key for u64 {
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_be_bytes());
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().map(Self::from_be_bytes).ok()
    }
}

impl Key for String {
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(self.as_bytes());
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        std::str::from_utf8(bytes).map(str::to_owned).ok()
    }
}

impl Key for ExternalId {
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(self.as_str().as_bytes());
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        std::str::from_utf8(bytes).map(Self::new).ok()
    }
}

impl Key for Line {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.0.write(bytes);
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Key::read(bytes).map(Self)
    }
}

/// A number and something else: the number comes first.
impl<K: Key> Key for (u64, K) {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.0.write(bytes);
        self.1.write(bytes);
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (number, rest) = bytes.split_at_checked(size_of::<u64>())?;
        Some((Key::read(number)?, Key::read(rest)?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(key: &impl Key) -> Vec<u8> {
        let mut bytes = Vec::new();
        key.write(&mut bytes);
        bytes
    }

    proptest! {
        #[test]
        fn bytes_are_ordered_as_keys_are_and_name_them(
            one in (any::<u64>(), ".{0,3}"), other in (any::<u64>(), ".{0,3}"), near in 0_u64..300,
        ) {
            prop_assert_eq!(bytes(&one).cmp(&bytes(&other)), one.cmp(&other));
            prop_assert_eq!(bytes(&near).cmp(&bytes(&one.0)), near.cmp(&one.0));
            prop_assert_eq!(bytes(&one.1).cmp(&bytes(&other.1)), one.1.cmp(&other.1));
            prop_assert_eq!(Key::read(&bytes(&one)), Some(one));
        }
    }

    #[test]
    fn bytes_of_no_key_are_none() {
        assert_eq!(u64::read(b"1234567"), None);
        assert_eq!(String::read(b"\xff"), None);
        assert_eq!(<(u64, u64)>::read(b"123"), None);
    }
}
