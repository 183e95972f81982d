//! The cells of the wire matrix: every fault on every kind of request.

use fastrand::Rng;

use crate::judge::Story;

/// One fault that strikes one request of a run.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) fault: &'static str,
    /// The plan with that one rule.
    pub(crate) plan: String,
    pub(crate) story: Story,
    /// The sandbox's seed, which decides where a reset falls.
    pub(crate) seed: u64,
    /// How long the struck run may send.
    pub(crate) most: &'static str,
}

/// A request that is struck: its method and path in a fault plan, the story in which it occurs, and which of its kind.
struct Target {
    request: &'static str,
    story: Story,
    nth: u32,
}

/// In the order sent, a day has PATCH for a contact, a client, contacts added, and DELETE for a contact, a client. An
/// import has GET for the partner, the two lists and contacts, a day for the partner and contacts.
const TARGETS: [Target; 14] = [
    Target { request: "POST:/user/", story: Story::Import, nth: 1 },
    Target { request: "GET", story: Story::Import, nth: 1 },
    Target { request: "GET", story: Story::Import, nth: 2 },
    Target { request: "GET", story: Story::Import, nth: 3 },
    Target { request: "GET", story: Story::Import, nth: 4 },
    Target { request: "GET", story: Story::Day, nth: 1 },
    Target { request: "GET", story: Story::Day, nth: 2 },
    Target { request: "POST:/client/", story: Story::Import, nth: 1 },
    Target { request: "POST:/client/", story: Story::Import, nth: 3 },
    Target { request: "PATCH", story: Story::Day, nth: 1 },
    Target { request: "PATCH", story: Story::Day, nth: 2 },
    Target { request: "PATCH", story: Story::Day, nth: 3 },
    Target { request: "DELETE", story: Story::Day, nth: 1 },
    Target { request: "DELETE", story: Story::Day, nth: 2 },
];

/// The faults: those with a length stand here once within the time-out of a second and once beyond it, and a commit
/// that comes late comes within the settle time of two seconds.
const FAULTS: [(&str, &str); 23] = [
    ("no-connection", ""),
    ("lost-before", ""),
    ("lost-after", ""),
    ("reset", ""),
    ("truncated", ""),
    ("garbled", ""),
    ("html-502", ""),
    ("5xx-after", ""),
    ("503-before", ""),
    ("late-commit", ":for=1400ms"),
    ("delay", ":for=1500ms"),
    ("dribble", ":for=20ms"),
    ("dribble", ":for=300ms"),
    ("revoke-token", ""),
    ("429-storm", ":for=1s"),
    ("429-storm-absent", ""),
    ("429-storm-negative", ""),
    ("429-storm-huge", ""),
    ("429-storm-date", ":for=1s"),
    ("lower-limits", ":to=2"),
    ("list-shift", ""),
    ("redirect", ""),
    ("not-json-2xx", ""),
];

/// How long a struck run may send, and how long where it would wait for a minute or for years.
const MOST: &str = "6s";
const MOST_WHERE_IT_WAITS: &str = "2s";
const WAITS: [&str; 4] = ["429-storm-absent", "429-storm-negative", "429-storm-huge", "lower-limits"];

/// Every cell; another round has other seeds.
pub(crate) fn all(round: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for Target { request, story, nth } in TARGETS {
        for (fault, lasts) in FAULTS {
            if !makes_sense(fault, request, story, nth) {
                continue;
            }
            let sides: &[Option<bool>] = if fault == "reset" { &[Some(true), Some(false)] } else { &[None] };
            for side in sides {
                let seed = seed(round, *side);
                let plan = format!("{fault}:{request}:nth={nth}{lasts}");
                let most = if WAITS.contains(&fault) { MOST_WHERE_IT_WAITS } else { MOST };
                cells.push(Cell { fault, plan, story, seed, most });
            }
        }
    }
    cells
}

/// Whether the sandbox can act that fault out on that request: see `Fault::concerns`.
fn makes_sense(fault: &str, request: &str, story: Story, nth: u32) -> bool {
    match fault {
        "redirect" | "late-commit" => request != "GET",
        "list-shift" => request == "GET" && story == Story::Import && nth <= 2,
        _ => true,
    }
}

/// A seed whose first chance falls on one side: a reset before the API sees the request, or after it.
fn seed(round: u64, before: Option<bool>) -> u64 {
    let from = 1 + round * 100;
    let fits = |seed: &u64| before.is_none_or(|before| Rng::with_seed(*seed).bool() == before);
    (from..from + 100).find(fits).unwrap()
}
