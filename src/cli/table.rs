//! Columns of text whose widths are right for Japanese: a kanji takes two columns of a terminal.

use unicode_width::UnicodeWidthStr;

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
}
