//! Values as bytes, as short as they can be: nobody reads them but the run that wrote them.
//!
//! In: values. Out: bytes, and the same values again.

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::SpoolError;

/// Appends a value to `bytes`.
pub(super) fn write<T: Serialize + ?Sized>(bytes: &mut Vec<u8>, value: &T) -> Result<(), SpoolError> {
    postcard::serialize_with_flavor(value, Behind(bytes)).map_err(SpoolError::Encode)
}

/// Where a value is put: behind what is there.
struct Behind<'b>(&'b mut Vec<u8>);

impl Flavor for Behind<'_> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
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
