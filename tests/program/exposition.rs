//! A strict reader of Prometheus' text format, as the node exporter's textfile collector takes it.

use std::collections::{BTreeMap, BTreeSet};

/// A sample's name and its labels.
pub(crate) type Key = (String, BTreeMap<String, String>);

/// Reads a whole file.
///
/// Stricter than the format where a file of ours has no reason to differ: every family has a help text and a type, stands
/// in one piece, and is a gauge; there are no other comments, no empty lines, and no times.
pub(crate) fn parse(text: &str) -> Result<BTreeMap<Key, f64>, String> {
    let body = text.strip_suffix('\n').ok_or("the last line does not end")?;
    let mut samples = BTreeMap::new();
    let mut families = BTreeSet::new();
    let mut family = String::new();
    let mut lines = body.split('\n').peekable();
    while let Some(line) = lines.next() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').ok_or(format!("no help: {line}"))?;
            check_name(name, true)?;
            check_escapes(words, &['\\', 'n'])?;
            if words.trim().is_empty() || !families.insert(name.to_owned()) {
                return Err(format!("a family without a text, or twice: {line}"));
            }
            if lines.next() != Some(&format!("# TYPE {name} gauge")) {
                return Err(format!("no type behind: {line}"));
            }
            if lines.peek().is_none_or(|next| next.starts_with('#')) {
                return Err(format!("no sample of {name}"));
            }
            name.clone_into(&mut family);
            continue;
        }
        let (key, value) = sample(line)?;
        if key.0 != family {
            return Err(format!("it does not belong to {family}: {line}"));
        }
        if samples.insert(key, value).is_some() {
            return Err(format!("twice: {line}"));
        }
    }
    Ok(samples)
}

fn sample(line: &str) -> Result<(Key, f64), String> {
    let (name, rest) = line.split_once('{').ok_or(format!("no labels: {line}"))?;
    check_name(name, true)?;
    let (labels, value) = self::labels(rest)?;
    let value = value.strip_prefix(' ').ok_or(format!("no value: {line}"))?;
    let is_plain = value.chars().all(|c| c.is_ascii_digit() || c == '.') && !value.is_empty();
    let number = value.parse().ok().filter(|_| is_plain).ok_or(format!("not a number: {line}"))?;
    Ok(((name.to_owned(), labels), number))
}

/// The labels up to the closing brace, and what stands behind it.
fn labels(text: &str) -> Result<(BTreeMap<String, String>, &str), String> {
    let mut labels = BTreeMap::new();
    let mut rest = text;
    loop {
        let (name, quoted) = rest.split_once("=\"").ok_or(format!("no label: {rest}"))?;
        check_name(name, false)?;
        let (value, behind) = quoted_value(quoted)?;
        if labels.insert(name.to_owned(), value).is_some() {
            return Err(format!("label {name} twice"));
        }
        match behind.split_at_checked(1) {
            Some((",", more)) => rest = more,
            Some(("}", more)) => return Ok((labels, more)),
            _ => return Err(format!("neither `,` nor `}}`: {behind}")),
        }
    }
}

fn quoted_value(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Ok((value, &text[at + 1..])),
            '\\' => value.push(match characters.next() {
                Some((_, 'n')) => '\n',
                Some((_, same @ ('\\' | '"'))) => same,
                other => return Err(format!("an escape that there is not: {other:?}")),
            }),
            _ => value.push(c),
        }
    }
    Err(format!("a quote that does not end: {text}"))
}

fn check_name(name: &str, colons: bool) -> Result<(), String> {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_' || (colons && c == ':');
    let good = name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_ascii_digit());
    if good { Ok(()) } else { Err(format!("not a name: `{name}`")) }
}

fn check_escapes(text: &str, known: &[char]) -> Result<(), String> {
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c == '\\' && !characters.next().is_some_and(|next| known.contains(&next)) {
            return Err(format!("an escape that there is not: {text}"));
        }
    }
    Ok(())
}

#[test]
fn the_reader_finds_what_the_collector_would_refuse() {
    let head = "# HELP a_b Text.\n# TYPE a_b gauge\n";
    let good = format!("{head}a_b{{l=\"x\\\\\\\"\\n\"}} 1.5\n");
    let value = parse(&good).unwrap();
    assert_eq!(value.first_key_value().unwrap().0.1["l"], "x\\\"\n");
    for bad in [
        "a_b{l=\"x\"} 1\n".to_owned(),
        format!("{head}a_b{{l=\"x\"}} 1"),
        format!("{head}a_b{{l=\"x\"}} 1 1700000000\n"),
        format!("{head}a_b{{l=\"x\"}} nan\n"),
        format!("{head}a_b{{l=\"x\"}}\n"),
        format!("{head}a_b{{l=\"x\\t\"}} 1\n"),
        format!("{head}a_b{{l=\"x\"}} 1\na_b{{l=\"x\"}} 2\n"),
        format!("{head}a_c{{l=\"x\"}} 1\n"),
        format!("{head}a_b{{1=\"x\"}} 1\n"),
        format!("{head}a_b{{l=\"x\"}} 1\n\n"),
        head.to_owned(),
        format!("{head}a_b{{l=\"x\"}} 1\n{head}a_b{{l=\"y\"}} 1\n"),
    ] {
        assert!(parse(&bad).is_err(), "{bad}");
    }
}
