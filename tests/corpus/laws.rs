//! The laws of the corpus: what must hold of a file, by its mutation's promise and by the bytes alone.
//!
//! Nothing here is taken from what the program said before: neither from the table nor from its own splitter.

use std::collections::{BTreeMap, BTreeSet};

use leapsync::journal::Outcome;

use crate::draft::Draft;
use crate::grid::split;
use crate::run::Seen;

/// Everything that is wrong with what was seen of a file.
pub(crate) fn faults(draft: &Draft<'_>, base: &Seen, seen: &Seen) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(end) = draft.promise.fatal {
        let message = seen.error.as_deref().unwrap_or_default();
        if seen.code != 1 || message.is_empty() || !message.ends_with(end) {
            faults.push(format!("code {} and `{message}`, not 1 and `…{end}`", seen.code));
        }
        if seen.requests > 0 || !seen.clients.is_empty() || seen.rejects.is_some() {
            faults.push("something was sent or written for a file that cannot be used".to_owned());
        }
        return faults;
    }
    if let Some(error) = &seen.error {
        return vec![error.clone()];
    }
    faults.extend(of_clients(draft, base, seen));
    faults.extend(of_counts(draft, base, seen));
    faults.extend(of_sums(seen));
    faults.extend(of_rejects(draft, seen));
    faults
}

/// The clients that must differ do, the others do not.
fn of_clients(draft: &Draft<'_>, base: &Seen, seen: &Seen) -> Vec<String> {
    let promise = &draft.promise;
    let all: BTreeSet<&String> = base.clients.keys().chain(seen.clients.keys()).collect();
    let same = |id: &String| base.clients.get(id) == seen.clients.get(id);
    let mut faults: Vec<String> = all
        .into_iter()
        .filter(|id| !same(id) && !promise.touched.contains(*id) && !promise.lossy.contains(*id))
        .map(|id| format!("client {id} is not what it was"))
        .collect();
    // Of a part of the list some clients were rejected before, so only the good one must be gone.
    let good = draft.sample.good_id();
    let must = promise.touched.iter().filter(|id| !promise.partly || **id == good);
    faults.extend(must.filter(|id| same(id)).map(|id| format!("client {id} is what it was")));
    faults
}

/// Rows, warnings and notices are the sample's and the promised ones.
fn of_counts(draft: &Draft<'_>, base: &Seen, seen: &Seen) -> Vec<String> {
    let (sample, promise) = (draft.sample, &draft.promise);
    let number = |count: u64| i64::try_from(count).unwrap();
    let mut figures = vec![
        ("rows", number(sample.rows) + promise.rows, number(seen.rows.read) - number(seen.rows.footer)),
        ("footer", number(sample.footer) + promise.footer, number(seen.rows.footer)),
    ];
    if !promise.partly {
        figures.push(("rejected", number(base.rows.rejected) + promise.rejected, number(seen.rows.rejected)));
        figures.push(("skipped", number(base.rows.skipped) + promise.skipped, number(seen.rows.skipped)));
    }
    let off = figures.into_iter().filter(|(_, expected, found)| expected != found);
    let mut faults: Vec<String> =
        off.map(|(what, expected, found)| format!("{found} {what}, not {expected}")).collect();
    let is_warning = |said: &&&str| said.starts_with('~');
    let mut warnings: Vec<&str> = base.said.iter().filter(is_warning).copied().collect();
    warnings.extend(&promise.warnings);
    let mut notices = promise.notices.clone();
    if draft.grid.footer.is_empty() {
        notices.retain(|notice| *notice != "count disagrees");
    }
    let of = |warns: bool| {
        let mut said: Vec<&str> =
            seen.said.iter().filter(|said| said.starts_with('~') == warns).copied().collect();
        said.sort_unstable();
        said
    };
    warnings.sort_unstable();
    if !promise.partly && of(true) != warnings {
        faults.push(format!("warnings {:?}, not {warnings:?}", of(true)));
    }
    if of(false) != notices {
        faults.push(format!("notices {:?}, not {notices:?}", of(false)));
    }
    faults
}

/// Every row ends once, and the sums and the exit code say how.
fn of_sums(seen: &Seen) -> Vec<String> {
    let mut faults = Vec::new();
    let mut rows: BTreeMap<Outcome, u64> = BTreeMap::new();
    let mut lines = BTreeSet::new();
    for (own, outcome) in &seen.ended {
        *rows.entry(*outcome).or_default() += own.len() as u64;
        faults.extend(
            own.iter().filter(|line| !lines.insert(**line)).map(|line| format!("row {line} ends twice")),
        );
    }
    let of = |outcome| rows.get(&outcome).copied().unwrap_or_default();
    if lines.len() as u64 != seen.rows.read {
        faults.push(format!("{} rows of {} come to an end", lines.len(), seen.rows.read));
    }
    if of(Outcome::Rejected) != seen.rows.rejected {
        faults.push(format!("{} rows are rejected, {} counted", of(Outcome::Rejected), seen.rows.rejected));
    }
    if of(Outcome::Done) + of(Outcome::Refused) < seen.rows.clients {
        faults.push(format!("{} clients of {} rows", seen.rows.clients, of(Outcome::Done)));
    }
    let code = if seen.not_through().is_empty() { 0 } else { 3 };
    if seen.code != code {
        faults.push(format!("code {}, not {code}", seen.code));
    }
    faults
}

/// The rejects file holds the rows that did not get through, byte for byte, and no others.
pub(crate) fn of_rejects(draft: &Draft<'_>, seen: &Seen) -> Vec<String> {
    let Some(rejects) = &seen.rejects else { return vec!["there is no rejects file".to_owned()] };
    let (code, delimiter) = (draft.form.code, draft.form.delimiter);
    // Compression goes, a patch of the bytes stays.
    let whole = draft.bytes();
    let whole = if whole.starts_with(b"\x1f\x8b") { draft.plain() } else { whole };
    let records = split(&whole, code, delimiter);
    let mut faults = Vec::new();
    let mut found = Vec::new();
    for (payload, line, line_end) in payloads(draft, rejects) {
        let own = usize::try_from(line).ok().and_then(|line| records.get(line.checked_sub(1)?));
        let Some((record, own_line_end)) = own else {
            faults.push(format!("the input has no row {line}"));
            continue;
        };
        if payload != *record || !(own_line_end.is_empty() || line_end == *own_line_end) {
            faults.push(format!("row {line} of the rejects is not the input's"));
        }
        found.push(line);
    }
    if found != seen.not_through() {
        faults.push(format!("the rejects hold the rows {found:?}, not {:?}", seen.not_through()));
    }
    faults
}

/// A rejects file that is fed back unmended gives the same rows again, deletes nothing and sends nothing.
pub(crate) fn of_feeding_back(draft: &Draft<'_>, first: &Seen, again: &Seen) -> Vec<String> {
    let (Some(before), Some(after)) = (&first.rejects, &again.rejects) else {
        return vec![format!("fed back: {:?}", again.error)];
    };
    let bare = |bytes| payloads(draft, bytes).into_iter().map(|(row, ..)| row.to_vec()).collect::<Vec<_>>();
    let mut faults = Vec::new();
    if bare(before) != bare(after) {
        faults.push("fed back, other rows are rejected".to_owned());
    }
    if again.count("rejects file") != 1 || again.clients != first.clients {
        faults.push("fed back, the rejects were not taken for a part of the list".to_owned());
    }
    if again.code != first.code {
        faults.push(format!("fed back, the code is {}", again.code));
    }
    faults
}

/// The rows of a rejects file without the two cells in front, with the number in the first one and the line end.
fn payloads<'b>(draft: &Draft<'_>, rejects: &'b [u8]) -> Vec<(&'b [u8], u64, &'b [u8])> {
    let (code, delimiter) = (draft.form.code, draft.form.delimiter);
    let mut records = split(rejects, code, delimiter);
    records.remove(0);
    let (unit, mark) = (code.bytes(&delimiter.to_string()), code.bytes("\""));
    let behind = |(record, line_end): (&'b [u8], &'b [u8])| {
        let (mut ends, mut open) = (Vec::new(), false);
        for (index, letter) in record.chunks(code.width()).enumerate() {
            open ^= letter == mark;
            if !open && letter == unit {
                ends.push(index * code.width());
            }
        }
        let digits = record[..ends[0]].iter().filter(|byte| byte.is_ascii_digit());
        let line = digits.fold(0, |line, byte| line * 10 + u64::from(byte - b'0'));
        (&record[ends[1] + code.width()..], line, line_end)
    };
    records.into_iter().map(behind).collect()
}
