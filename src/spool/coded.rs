//! Values as bytes, as short as they can be: nobody reads them but the run that wrote them.
//!
//! In: values. Out: bytes, and the same values again.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::SpoolError;

/// Appends a value to `bytes`.
pub(super) fn write<T: Serialize + ?Sized>(bytes: &mut Vec<u8>, value: &T) -> Result<(), SpoolError> {
    *bytes = postcard::to_extend(value, std::mem::take(bytes)).map_err(SpoolError::Encode)?;
    Ok(())
}

/// Puts a value in the place of what `bytes` holds.
pub(super) fn clear_and_write<T: Serialize + ?Sized>(
    bytes: &mut Vec<u8>,
    value: &T,
) -> Result<(), SpoolError> {
    bytes.clear();
    write(bytes, value)
}

/// The value that the bytes hold.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, SpoolError> {
    postcard::from_bytes(bytes).map_err(SpoolError::Decode)
}
