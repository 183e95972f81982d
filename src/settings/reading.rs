//! The words for how the input is read: what is found out by itself, and what a person has said.

use std::num::NonZeroU64;
use std::str::FromStr;
use std::time::Duration;

/// How long a file that is still being written is waited for.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How the input is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// How its letters are encoded; `None` finds it out from the whole file.
    pub encoding: Option<Encoding>,
    /// What separates its cells; `None` finds it out from the first rows.
    pub delimiter: Option<Delimiter>,
    /// Where its header is.
    pub header: Header,
    /// Whether rows below the last data row may be a footer.
    pub footer: Footer,
    /// Whether the bytes of its rows are needed again at the end of the run.
    pub rows: KeepRows,
    /// Whether rows that are as they were may be passed over in one sum.
    pub skim: Skim,
    /// How long a file that is still being written is waited for; zero neither waits nor looks twice at a fresh file.
    pub patience: Duration,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            encoding: None,
            delimiter: None,
            header: Header::Auto,
            footer: Footer::Auto,
            rows: KeepRows::Never,
            skim: Skim::Never,
            patience: PATIENCE,
        }
    }
}

/// An encoding that leapsync reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// Shift_JIS as Windows writes it (code page 932), with the letters of NEC and IBM.
    ShiftJis,
    /// UTF-16, the low byte first, as Excel writes "Unicode text".
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
}

impl Encoding {
    /// Its name in messages and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::ShiftJis => "Shift_JIS",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        }
    }
}

impl FromStr for Encoding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().replace('_', "-").as_str() {
            "utf-8" | "utf8" => Ok(Self::Utf8),
            "shift-jis" | "sjis" | "cp932" | "windows-31j" => Ok(Self::ShiftJis),
            "utf-16le" => Ok(Self::Utf16Le),
            "utf-16be" => Ok(Self::Utf16Be),
            _ => Err(format!(
                "`{text}` is not an encoding that leapsync reads: write \"auto\", \"UTF-8\", \"Shift_JIS\", \"UTF-16LE\" or \
                 \"UTF-16BE\""
            )),
        }
    }
}

/// What separates the cells of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// A comma.
    Comma,
    /// A tab.
    Tab,
    /// A semicolon.
    Semicolon,
}

impl Delimiter {
    /// All of them, the most common first.
    pub const ALL: [Self; 3] = [Self::Comma, Self::Tab, Self::Semicolon];

    /// The character, which is one byte in every encoding but UTF-16.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Semicolon => b';',
        }
    }
}

impl FromStr for Delimiter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "," => Ok(Self::Comma),
            "\t" | "tab" => Ok(Self::Tab),
            ";" => Ok(Self::Semicolon),
            _ => Err(format!(
                "`{text}` is not a delimiter that leapsync reads: write \"auto\", \",\", \"tab\" or \";\""
            )),
        }
    }
}

/// Where the header is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Header {
    /// The first row that holds headers which are known.
    #[default]
    Auto,
    /// The row that Excel shows with this number.
    Row(NonZeroU64),
    /// There is none: the columns are called `1`, `2`, `3` and so on.
    Absent,
}

/// Whether rows below the last data row may be a footer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Footer {
    /// They may.
    #[default]
    Auto,
    /// Every row is a data row.
    Absent,
}

/// Whether the bytes of the input's rows are needed again at the end of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeepRows {
    /// They are not.
    #[default]
    Never,
    /// They are, as they were when they were read, whatever becomes of the file meanwhile.
    UntilTheEnd,
}

/// Whether rows that are as they were may be passed over in one sum. Nothing else is told of them then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Skim {
    /// Each row is told of.
    #[default]
    Never,
    /// They may.
    Allowed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_has_the_names_that_people_give_it() {
        for name in ["Shift_JIS", "shift-jis", "sjis", "CP932", "cp932", "Windows-31J"] {
            assert_eq!(name.parse(), Ok(Encoding::ShiftJis), "{name}");
        }
        for encoding in [Encoding::Utf8, Encoding::ShiftJis, Encoding::Utf16Le, Encoding::Utf16Be] {
            assert_eq!(encoding.name().parse(), Ok(encoding));
        }
        assert!("EUC-JP".parse::<Encoding>().unwrap_err().contains("`EUC-JP`"));
    }

    #[test]
    fn a_tab_may_be_written_as_a_word() {
        assert_eq!("tab".parse(), Ok(Delimiter::Tab));
        assert_eq!("\t".parse(), Ok(Delimiter::Tab));
        assert!("|".parse::<Delimiter>().is_err());
    }
}
