//! Records in a stream of bytes: each is its length in four bytes, then the bytes themselves.
//!
//! In: bytes of one record. Out: the same bytes. What they mean is not known here.

use std::io::{self, Read, Write};

/// Writes one record.
pub(super) fn write(to: &mut impl Write, record: &[u8]) -> io::Result<()> {
    let length = u32::try_from(record.len()).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(record)
}

/// Reads one record into `record`, in place of what is there; a stream that ends before or in it is an error,
/// because the caller knows how many there are.
pub(super) fn read(from: &mut impl Read, record: &mut Vec<u8>) -> io::Result<()> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u64::from(u32::from_le_bytes(length));
    record.clear();
    let read = from.take(length).read_to_end(record)?;
    if read as u64 == length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_with_their_lengths() {
        let mut stream = Vec::new();
        write(&mut stream, b"abc").unwrap();
        write(&mut stream, b"").unwrap();
        let mut from = stream.as_slice();
        let mut record = vec![1, 2];
        read(&mut from, &mut record).unwrap();
        assert_eq!(record, b"abc");
        read(&mut from, &mut record).unwrap();
        assert_eq!(record, b"");
    }

    #[test]
    fn a_record_that_was_cut_is_an_error() {
        let mut stream = Vec::new();
        write(&mut stream, b"abc").unwrap();
        for cut in 0..stream.len() {
            assert!(read(&mut &stream[..cut], &mut Vec::new()).is_err(), "{cut}");
        }
    }
}
