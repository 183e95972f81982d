//! A text that must never be seen: it cannot be printed, logged, compared in clear or serialised.
//!
//! In: credentials and tokens. Out: their bytes, only to whoever builds an `Authorization` header.

use std::fmt;

/// Holds a credential or a token; its `Debug` form is always `***`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a credential, without the line end that a file leaves behind.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The text itself, to be put on the wire and nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_in_debug_output() {
        let secret = Secret::new("hunter2\n");
        assert_eq!(secret.expose(), "hunter2");
        assert_eq!(format!("{secret:?}"), "***");
    }
}
