//! Texts of files and servers, made harmless for whoever shows them.
//!
//! In: any text. Out: one that moves no cursor, turns no writing direction, and can be pasted into a shell. What markup
//! means by a character is the business of the room that writes the markup.

/// A text without control characters and those that turn the writing direction: each becomes a visible mark.
#[must_use]
pub fn safe(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || turns(c) { '\u{fffd}' } else { c }).collect()
}

/// A path or a code as it can be pasted into a shell, for the command that is to come next.
#[must_use]
pub fn quoted(path: &str) -> String {
    let path = safe(path);
    let plain = |c: char| c.is_alphanumeric() || "-_./+,:@%=".contains(c);
    if !path.is_empty() && path.chars().all(plain) {
        return path;
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_blank_can_be_pasted_into_a_shell() {
        assert_eq!(quoted("out/clients-2.csv"), "out/clients-2.csv");
        assert_eq!(quoted("取引先.csv"), "取引先.csv");
        assert_eq!(quoted("my clients.csv"), "'my clients.csv'");
        assert_eq!(quoted("it's.csv"), "'it'\\''s.csv'");
    }

    #[test]
    fn escapes_and_direction_marks_do_not_come_through() {
        assert_eq!(safe("a\u{1b}[2Jb\u{202e}c\n\u{61c}"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}\u{fffd}");
        assert_eq!(safe("髙橋　商店"), "髙橋　商店");
    }
}
