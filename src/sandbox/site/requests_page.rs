//! The live request log: what came in, what went out, and which fault struck.
//!
//! In: the server's own record. Out: HTML that loads itself again every second.

use std::fmt::Write as _;

use super::super::Sandbox;
use super::super::log::LogEntry;
use super::layout::{Esc, Refresh, document};

/// How many requests are shown.
const ROWS: usize = 100;

/// The page.
pub(in super::super) fn show(sandbox: &Sandbox) -> String {
    let plan = sandbox.faults().to_string();
    let main = {
        let desk = sandbox.desk();
        let mut html = format!("<h1>Requests</h1><p class=\"count\">{} so far", desk.log.len());
        if !plan.is_empty() {
            let _ = write!(html, " · faults: <code>{}</code>", Esc(&plan));
        }
        html.push_str("</p><div class=\"rows log\">");
        for entry in desk.log.iter().rev().take(ROWS) {
            html.push_str(&row(entry));
        }
        html.push_str("</div>");
        html
    };
    document(sandbox, "Requests", Refresh::EverySecond, &main)
}

fn row(entry: &LogEntry) -> String {
    let class = match entry.status {
        0 => "none",
        200..=299 => "good",
        300..=399 => "moved",
        429 => "slow",
        400..=499 => "bad",
        _ => "broken",
    };
    let status = if entry.status == 0 { "–".to_owned() } else { entry.status.to_string() };
    let query = entry.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
    let mut marks = String::new();
    if let Some(fault) = entry.fault {
        let _ = write!(marks, "<span class=\"badge used\">{}</span>", Esc(fault));
    }
    if entry.committed {
        marks.push_str("<span class=\"badge\">committed</span>");
    }
    format!(
        "<div class=\"row\"><time>{}</time><span class=\"status {class}\">{status}</span><b>{}</b>\
         <code>{}{}</code><span>{marks}</span></div>",
        entry.at.strftime("%T%.3f"),
        Esc(&entry.method),
        Esc(short(&entry.path)),
        Esc(&query),
    )
}

/// The path without what all of them have in common.
fn short(path: &str) -> &str {
    let behind =
        path.strip_prefix("/api/partner/").and_then(|rest| rest.find('/').map(|slash| &rest[slash..]));
    behind.filter(|rest| rest.len() > 1).unwrap_or(path)
}
