//! An object of JSON whose last member is a list, however long: printed piece by piece, and never held whole.

use serde::Serialize;
use serde_json::Value;

use super::output::print;

/// So many bytes are printed at once.
const PIECE: usize = 64 << 10;

/// The list while it is printed.
pub(crate) struct JsonList {
    piece: Vec<u8>,
    is_empty: bool,
}

impl JsonList {
    /// Begins with the members of `head`, an object, and a list by that name behind them.
    pub(crate) fn behind(head: &Value, name: &str) -> Self {
        let mut text = head.to_string();
        text.pop();
        text.push_str(&format!(",\"{name}\":["));
        Self { piece: text.into_bytes(), is_empty: true }
    }

    /// Puts one more into the list.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub(crate) fn push(&mut self, item: &impl Serialize) -> serde_json::Result<()> {
        if !std::mem::take(&mut self.is_empty) {
            self.piece.push(b',');
        }
        serde_json::to_writer(&mut self.piece, item)?;
        if self.piece.len() >= PIECE {
            print(&self.piece);
            self.piece.clear();
        }
        Ok(())
    }

    /// Ends list and object.
    pub(crate) fn end(mut self) {
        self.piece.extend_from_slice(b"]}\n");
        print(&self.piece);
    }
}
