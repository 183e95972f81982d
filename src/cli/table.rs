//! Columns of text whose widths are right for Japanese: a kanji takes two columns of a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns `text` takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Fills `text` with blanks up to `width` columns.
pub(crate) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// Cuts `text` to `width` columns, with `…` for what is cut.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if kept.width() + 1 > width {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

/// Breaks `text` into lines of at most `width` columns behind an indent, which its first line does not get: at blanks, and
/// between letters that are written without any, but not before a mark that closes.
pub(crate) fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let room = width.saturating_sub(indent).max(10);
    let mut lines = vec![String::new()];
    let mut column = 0;
    for piece in pieces(text) {
        if column + piece.trim_end().width() > room && column > 0 {
            lines.push(String::new());
            column = 0;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&piece);
        }
        column += piece.width();
    }
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

/// What may not be torn apart: words of the Latin script with the blank behind them, and each wide letter with the marks
/// that stick to it.
fn pieces(text: &str) -> Vec<String> {
    let opens = |c: char| "（「『［【(".contains(c);
    let closes = |c: char| "、。）」』］】：？！,.)ーっゃゅょッャュョ".contains(c);
    let mut pieces: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in text.chars() {
        let is_wide = |c: char| c.width().is_some_and(|width| width > 1);
        let sticks =
            !(before == ' ' || is_wide(before) || is_wide(c)) || opens(before) || closes(c) || c == ' ';
        match pieces.last_mut() {
            Some(last) if sticks => last.push(c),
            _ => pieces.push(c.to_string()),
        }
        before = c;
    }
    pieces
}

/// Puts rows into aligned columns; the last one is not filled.
pub(crate) fn aligned(rows: &[Vec<String>], indent: &str) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = indent.to_owned();
        for (column, cell) in row.iter().enumerate() {
            let is_last = column + 1 == row.len();
            line.push_str(&if is_last { cell.clone() } else { padded(cell, widths[column] + 2) });
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kanji_takes_two_columns() {
        assert_eq!(padded("東京", 6), "東京  ");
        assert_eq!(cut("東京都渋谷区", 7), "東京都…");
        assert_eq!(cut("東京都渋谷区", 6), "東京…");
        assert_eq!(cut("tokyo", 5), "tokyo");
    }

    #[test]
    fn columns_stand_under_each_other() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let text = aligned(&[row(&["見本", "a"]), row(&["x", "b"])], "  ");
        assert_eq!(text, "  見本  a\n  x     b\n");
    }

    #[test]
    fn a_long_text_is_broken_between_letters_but_not_before_a_mark_that_closes() {
        let text = wrapped("取引先の「一覧」を、CSVと一致させます。", 14, 2);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines, ["取引先の「一", "  覧」を、CSV", "  と一致させま", "  す。"]);
        assert!(lines.iter().all(|line| width(line) <= 16), "{lines:?}");
        assert_eq!(wrapped("one two three", 20, 10), "one two\n          three");
    }
}
