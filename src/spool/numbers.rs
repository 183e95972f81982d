//! Rows of numbers, as many in each: a list that is written once and read several times, as fast as memory allows.

use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

use super::SpoolError;

/// Bytes that are written or read at once.
const AT_ONCE: usize = 64 << 10;
/// What it keeps in memory before it moves to a file, in bytes.
const IN_MEMORY: usize = 512 << 10;

/// An append-only list of rows of `N` numbers; small ones stay in memory, large ones move to an unlinked file.
#[derive(Debug)]
pub struct Numbers<const N: usize> {
    file: BufWriter<SpooledTempFile>,
    rows: u64,
}

impl<const N: usize> Numbers<N> {
    /// Starts an empty one.
    #[must_use]
    pub fn new() -> Self {
        Self { file: BufWriter::with_capacity(AT_ONCE, SpooledTempFile::new(IN_MEMORY)), rows: 0 }
    }

    /// Appends a row.
    ///
    /// # Errors
    /// When the file cannot be written.
    #[inline]
    pub fn push(&mut self, row: [u64; N]) -> Result<(), SpoolError> {
        for number in row {
            self.file.write_all(&number.to_le_bytes()).map_err(SpoolError::Write)?;
        }
        self.rows += 1;
        Ok(())
    }

    /// How many rows it has.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.rows
    }

    /// Hands every row to `take`, from the first on; may be called again, once all were pushed.
    ///
    /// # Errors
    /// When the file cannot be read back, or whatever `take` fails with.
    pub fn each<E: From<SpoolError>>(
        &mut self,
        mut take: impl FnMut([u64; N]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.file.flush().map_err(SpoolError::Write)?;
        let file = self.file.get_mut();
        file.seek(SeekFrom::Start(0)).map_err(SpoolError::Read)?;
        let mut file = BufReader::with_capacity(AT_ONCE, file);
        let mut bytes = [[0; 8]; N];
        for _ in 0..self.rows {
            file.read_exact(bytes.as_flattened_mut()).map_err(SpoolError::Read)?;
            take(bytes.map(u64::from_le_bytes))?;
        }
        Ok(())
    }
}

impl<const N: usize> Default for Numbers<N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_in_their_order_and_again() {
        let mut numbers = Numbers::new();
        let many = (IN_MEMORY / 16 + 9) as u64;
        (0..many).for_each(|at| numbers.push([at, u64::MAX - at]).unwrap());
        for _ in 0..2 {
            let mut next = 0;
            let look = |row: [u64; 2]| {
                assert_eq!(row, [next, u64::MAX - next]);
                next += 1;
                Ok::<_, SpoolError>(())
            };
            numbers.each(look).unwrap();
            assert_eq!(next, many);
        }
    }
}
