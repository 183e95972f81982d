//! Makes output comparable: folders, ports, times, durations and the server's ids become words.

/// What changes from run to run becomes a word; `folder` is the station's own.
pub(crate) fn redact(text: &str, folder: &str) -> String {
    let text = text.replace(folder, "FOLDER");
    let text = behind(&text, "127.0.0.1:", |c| c.is_ascii_digit(), "PORT");
    let text = durations(&times(&text));
    mids(&digests(&text))
}

/// A word of sixteen hexadecimal digits, as a digest is shown, becomes `DIGEST`: it rests on the server's ids.
fn digests(text: &str) -> String {
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let (mut out, mut word) = (String::new(), String::new());
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        out.push_str(if word.len() == 16 && word.chars().all(is_digit) { "DIGEST" } else { &word });
        word.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

/// The letters behind each `mark` that are of one kind become `word`.
fn behind(text: &str, mark: &str, kind: fn(char) -> bool, word: &str) -> String {
    let mut parts = text.split(mark);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let rest = part.trim_start_matches(kind);
        format!("{text}{mark}{}{rest}", if rest.len() == part.len() { "" } else { word })
    })
}

/// A run of ASCII digits that is as long as a mid becomes `MID`.
fn mids(text: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        out.push_str(if digits.len() >= 16 { "MID" } else { &digits });
        digits.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

/// `2026-01-31 17:00:00` becomes `TIME`.
fn times(text: &str) -> String {
    const FORM: &[u8] = b"0000-00-00 00:00:00";
    let fits = |window: &[u8]| {
        window.iter().zip(FORM).all(|(c, form)| if *form == b'0' { c.is_ascii_digit() } else { c == form })
    };
    let mut text = text.to_owned();
    while let Some(at) = text.as_bytes().windows(FORM.len()).position(fits) {
        text.replace_range(at..at + FORM.len(), "TIME");
    }
    text
}

/// `requests in 0.1 s` becomes `requests in SECONDS`.
fn durations(text: &str) -> String {
    let text = between(text, "回（", "秒）", "SECONDS");
    let lines = text.split_inclusive('\n').map(|line| match line.split_once(" in ") {
        Some((before, after)) if before.ends_with("requests") || before.ends_with("request") => {
            let rest = after.split_once(',').map(|(_, rest)| rest).unwrap_or_default();
            format!("{before} in SECONDS,{rest}")
        }
        _ => line.to_owned(),
    });
    lines.collect()
}

/// What stands between two marks on one line becomes `word`: how long a run took, in Japanese.
fn between(text: &str, before: &str, behind: &str, word: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let Some((head, rest)) = line.split_once(before) else { return line.to_owned() };
        let Some((_, tail)) = rest.split_once(behind) else { return line.to_owned() };
        format!("{head}{before}{word}{behind}{tail}")
    });
    lines.collect()
}

#[test]
fn what_changes_from_run_to_run_becomes_a_word() {
    let text = "FOLDER: 3 requests in 0.1 s, at most 3\n4  2026-01-31 17:00:00  mid 1783082550752255130 at \
                http://127.0.0.1:40123/x; 001001\n";
    let expected =
        "X: 3 requests in SECONDS, at most 3\n4  TIME  mid MID at http://127.0.0.1:PORT/x; 001001\n";
    assert_eq!(
        redact(&text.replace("FOLDER", "/tmp/a"), "/tmp/a"),
        expected.replace('X', "FOLDER").replace("/FOLDER", "/x")
    );
}
