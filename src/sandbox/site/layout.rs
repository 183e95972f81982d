//! The frame of every page: head, navigation, quota gauges, and the escaping that every text passes through.
//!
//! In: finished HTML of a page's own part. Out: a complete document without scripts and without anything from elsewhere.

use std::fmt;

use super::super::Sandbox;
use super::super::throttle::Gauge;

/// How full a gauge may be before it is shown as a warning, in percent.
const HIGH: usize = 80;

/// A text that becomes harmless HTML when it is written.
pub(super) struct Esc<'a>(pub(super) &'a str);

impl fmt::Display for Esc<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

/// Whether a page loads itself again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refresh {
    Never,
    EverySecond,
}

/// A whole document around `main`.
pub(super) fn document(sandbox: &Sandbox, title: &str, refresh: Refresh, main: &str) -> String {
    let refresh = match refresh {
        Refresh::Never => "",
        Refresh::EverySecond => "<meta http-equiv=\"refresh\" content=\"1\">",
    };
    let [minute, day] = sandbox.gauges();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">{refresh}\
         <title>{title} · leapsync sandbox</title><style>{style}</style></head>\n<body>\n\
         <header><a class=\"brand\" href=\"/\">leapsync <b>sandbox</b></a>\
         <nav><a href=\"/\">Clients</a><a href=\"/requests\">Requests</a></nav>\
         <div class=\"gauges\">{minute}{day}</div></header>\n\
         <main>\n{main}\n</main>\n\
         <footer>An imitation of the MakeLeaps API on this machine. Nothing here reaches the real service.</footer>\n\
         </body>\n</html>\n",
        title = Esc(title),
        style = include_str!("style.css"),
        minute = gauge("this minute", minute),
        day = gauge("today", day),
    )
}

fn gauge(label: &str, gauge: Gauge) -> String {
    let Some(limit) = gauge.limit else {
        return format!("<div class=\"gauge\"><span>{label}</span><b>{}</b> · no limit</div>", gauge.used);
    };
    let share = (gauge.used * 100).checked_div(limit as usize).unwrap_or(100).min(100);
    let class = if share >= HIGH { "bar high" } else { "bar" };
    format!(
        "<div class=\"gauge\"><span>{label}</span><b>{}</b> / {limit}\
         <i class=\"{class}\"><i style=\"width:{share}%\"></i></i></div>",
        gauge.used
    )
}

/// A page with one sentence.
pub(super) fn notice(sandbox: &Sandbox, text: &str) -> String {
    let main = format!(
        "<section class=\"card\"><p>{}</p><p><a href=\"/\">Back to the clients</a></p></section>",
        Esc(text)
    );
    document(sandbox, "Notice", Refresh::Never, &main)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_that_html_would_read_is_escaped() {
        assert_eq!(
            Esc("<a href=\"x\">Q&A 'é'</a>").to_string(),
            "&lt;a href=&quot;x&quot;&gt;Q&amp;A &#39;é&#39;&lt;/a&gt;"
        );
    }
}
