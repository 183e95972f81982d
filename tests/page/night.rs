//! Nights to be told of: events folded as a run folds them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use leapsync::event::{Ending, Event, ExitReason, QuotaUse, Wait, Why};
use leapsync::journal::{Action, Outcome};
use leapsync::page::{End, Reader, RunPage, run};
use leapsync::plan::{
    Act, Block, Change, ContactEdit, ContactGone, Cost, Counts, Departure, Edit, Reach, Update,
};
use leapsync::record::{
    Acknowledged, Contact, Desired, ExternalId, Field, Fields, Kind, Line, Mid, Problem, Reason,
};
use leapsync::report::account::Rhythm;
use leapsync::report::past::Past;
use leapsync::report::{Account, RequestFigures, Summary};
use leapsync::settings::{DOCUMENTED, Limits};
use leapsync::texts::{Language, Texts};

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_764_351_000 + second).unwrap()
}

pub(crate) fn reader(language: Language) -> Reader {
    Reader { texts: Texts::in_language(language), zone: TimeZone::UTC }
}

pub(crate) fn mid(text: &str) -> Mid {
    Mid::parse(text).unwrap()
}

/// A night as it is folded.
#[derive(Clone)]
pub(crate) struct Night {
    pub(crate) summary: Summary,
    pub(crate) account: Account,
    pub(crate) past: Vec<Past>,
    reasons: Vec<ExitReason>,
    rows: u64,
    rejected: u64,
}

impl Night {
    pub(crate) fn begin(input: &str) -> Self {
        let mut summary = Summary::begin("sync", input, at(0));
        summary.run_id = Some(42);
        summary.ledger = Some("/srv/leapsync/leapsync.db".to_owned());
        let (account, past, reasons) = (Account::default(), Vec::new(), Vec::new());
        Self { summary, account, past, reasons, rows: 0, rejected: 0 }
    }

    pub(crate) fn tell(&mut self, event: &Event) {
        self.summary.absorb(event);
        self.account.absorb(event);
    }

    pub(crate) fn ended(&mut self, ending: Ending) {
        self.rows += ending.lines.len() as u64;
        if ending.outcome == Outcome::Rejected {
            self.rejected += ending.lines.len() as u64;
        }
        self.tell(&Event::Ended(Box::new(ending)));
    }

    pub(crate) fn because(&mut self, reason: ExitReason) {
        self.reasons.push(reason);
    }

    /// Ends it: the figures of the input and the plan follow from what was told.
    pub(crate) fn end(mut self) -> Self {
        let result = self.summary.result.unwrap_or_default();
        let clients = result.created
            + result.updated
            + result.unchanged
            + result.failed
            + result.in_doubt
            + result.remaining;
        let (rows, rejected) = (self.rows, self.rejected);
        let (skipped, footer, unused) = (0, 0, Vec::new());
        self.tell(&Event::InputRead { rows, rejected, skipped, footer, clients, unused });
        let counts = Counts {
            create: result.created,
            update: result.updated,
            unchanged: result.unchanged,
            blocked: result.failed + result.in_doubt + result.remaining,
            gone: result.gone,
            delete: result.deleted + result.delete_refused,
            ..Counts::default()
        };
        self.tell(&Event::Planned { counts, cost: Cost::of(19, DOCUMENTED, Some(5_000)) });
        let limits = Limits { per_minute: Some(120), per_day: Some(5_000) };
        self.summary.set_quota(QuotaUse { limits, day_used: 1_204, day_left: Some(3_796) });
        let (post, patch, delete, get) = (result.created, result.updated, result.deleted, 2);
        let total = post + patch + delete + get;
        let max_in_60s = total.min(120);
        self.summary.requests =
            Some(RequestFigures { total, post, patch, delete, get, max_in_60s, ..RequestFigures::default() });
        self.account.wait(at(20), at(50), Wait::Quota);
        self.account.rhythm = Rhythm { stretch_s: 5, counts: vec![10; 40] };
        if self.reasons.is_empty() {
            self.reasons.push(ExitReason::InSync);
        }
        self.summary.end(&self.reasons, at(200));
        self.account.finish(at(200), None);
        let this = Past::ended(42, &self.summary);
        self.past = vec![this, Past::unfinished(41, "sync", at(-86_400))];
        self
    }

    pub(crate) fn page(&self, language: Language) -> String {
        let Self { summary, account, past, .. } = self;
        run(&RunPage { summary, account, end: End::Reached, past }, &reader(language))
    }
}

pub(crate) fn ending(id: &str, lines: &[u64], action: Action, outcome: Outcome, reason: Why) -> Ending {
    Ending {
        external_id: (!id.is_empty()).then(|| ExternalId::new(id)),
        lines: lines.iter().copied().map(Line).collect(),
        label: format!("株式会社{id}"),
        action,
        outcome,
        mid: None,
        reason,
    }
}

pub(crate) fn problem(line: u64, column: &str, value: &str) -> Why {
    let (line, column, value) = (Line(line), column.to_owned(), value.to_owned());
    Why::Problems(vec![Problem { line, column, value, reason: Reason::Email }])
}

fn refusal(message: &str) -> Why {
    Why::Server { status: Some(400), message: message.to_owned() }
}

/// One client of every kind of trouble.
pub(crate) fn troubles() -> Vec<Ending> {
    let none = Action::None;
    let block = |block| Why::Block(block);
    vec![
        ending("D1", &[2], Action::Create, Outcome::InDoubt, refusal("no answer")),
        ending("C1", &[3], none, Outcome::Conflict, block(Block::Conflict)),
        ending("M1", &[4], none, Outcome::Missing, block(Block::Missing)),
        ending("R1", &[5, 6], Action::Update, Outcome::Refused, refusal("Enter a valid phone number.")),
        ending("G1", &[], Action::Delete, Outcome::Refused, refusal("documents refer to it")),
        ending("", &[7], none, Outcome::Rejected, problem(7, "メール", "sato(at)example.com")),
        ending("B1", &[8], none, Outcome::Blocked, block(Block::SameName(mid("777")))),
        ending("H1", &[], Action::Delete, Outcome::Held, Why::RowWithoutId),
        ending("A1", &[9], none, Outcome::Refused, block(Block::RefusedBefore(Acknowledged::Yes))),
    ]
}

/// A night with an update, a create, a delete, a client that is gone, and one of every kind of trouble.
pub(crate) fn mixed() -> Night {
    let mut night = Night::begin("clients.csv");
    night.tell(&Event::Change(Box::new(update("U1", "見本商店"))));
    night.ended(ending("U1", &[10], Action::Update, Outcome::Done, Why::Plain));
    night.ended(ending("N1", &[11], Action::Create, Outcome::Done, Why::Plain));
    night.ended(ending("X1", &[], Action::Delete, Outcome::Done, Why::Plain));
    night.ended(ending("X2", &[], Action::None, Outcome::Reported, Why::RemovalRefusedBefore));
    night.ended(ending("S1", &[12], Action::None, Outcome::Unchanged, Why::Plain));
    for trouble in troubles() {
        night.ended(trouble);
    }
    night.because(ExitReason::Refused);
    night.end()
}

/// A night on which nothing had to change.
pub(crate) fn quiet() -> Night {
    let mut night = Night::begin("clients.csv");
    for row in 2..=41 {
        night.ended(ending(&format!("{row:06}"), &[row], Action::None, Outcome::Unchanged, Why::Plain));
    }
    night.end()
}

/// A change of every kind that an update can make, the texts of it taken from `text`.
pub(crate) fn update(id: &str, text: &str) -> Change {
    let edit = |field, from: &str, to: &str| Edit { field, from: from.to_owned(), to: to.to_owned() };
    let person =
        Contact { kind: Kind::Person, fields: [(Field::FamilyName, text.to_owned())].into_iter().collect() };
    let desired = Desired {
        external_id: ExternalId::new(id),
        lines: vec![Line(10)],
        own: Fields::new(),
        company: [(Field::Name, text.to_owned())].into_iter().collect(),
        persons: Vec::new(),
        departed: Vec::new(),
        yielded: std::collections::BTreeSet::new(),
    };
    let update = Update {
        mid: mid("123"),
        desired,
        own: vec![edit(Field::DateCutoff, "", "31")],
        contacts: vec![
            ContactEdit {
                mid: mid("5"),
                kind: Kind::Organization,
                label: text.to_owned(),
                edits: vec![
                    edit(Field::Name, text, "新しい名前"),
                    edit(Field::PhoneNumber, "03-0000-0000", ""),
                ],
                address: None,
            },
            ContactEdit {
                mid: mid("6"),
                kind: Kind::Person,
                label: text.to_owned(),
                edits: vec![edit(Field::Email, "a@example.com", text)],
                address: None,
            },
        ],
        add: vec![person],
        remove: vec![ContactGone { mid: mid("7"), label: text.to_owned(), cause: Departure::Absent }],
        claims: Vec::new(),
        reach: Reach::Whole,
    };
    Change {
        external_id: Some(ExternalId::new(id)),
        lines: vec![Line(10)],
        label: text.to_owned(),
        act: Act::Update(Box::new(update)),
    }
}
