//! `demo`: three days of a client list, told in a screenful. Needs no configuration, no account and no network.
//!
//! It starts the sandbox on loopback and works in a fresh folder; the lists are those of `samples/`, built in.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use leapsync::client::{HttpTransport, TransportSetup, UseProxy};
use leapsync::clock::Clock;
use leapsync::event::{Ending, Event};
use leapsync::journal::{Action, Outcome};
use leapsync::plan::{Act, Change};
use leapsync::record::{ExternalId, Mid};
use leapsync::report::{Summary, words};
use leapsync::results::Results;
use leapsync::sandbox::{Options, Sandbox};
use leapsync::secret::Secret;
use leapsync::settings::rules::Rules;
use leapsync::settings::{
    Adoption, Bounds, Credentials, Expected, Job, Limits, OnGone, OnNewMapping, Pace, Reading, Scope,
};
use leapsync::sync::{self, Order, Remote, Stop};
use leapsync::texts::Texts;
use tokio::net::TcpListener;

use super::args::DemoArguments;
use super::numbers::{duration, lasted};
use super::plan_screen::change_lines;
use super::style::{self, CHANGED, FAINT, GONE, HEADING, MADE, WRONG, styled};
use super::table::{aligned, cut, padded, width};
use super::{errors, language, output, signals};

const FIRST_DAY: &str = include_str!("../../samples/clients.csv");
const NEXT_DAY: &str = include_str!("../../samples/clients-next-day.csv");
/// What the demo's sandbox allows, so that nobody waits: fifty times what the API allows.
const PER_MINUTE: u32 = 6_000;
/// The client that is gone on the second day and cannot be deleted, because a document refers to it.
const WITH_DOCUMENT: &str = "001070";
/// The width of the screen.
const WIDTH: usize = 80;
/// The width of what happened, before what it happened to.
const WHAT: usize = 22;
/// So many changed fields of one client are told.
const LINES_OF_AN_UPDATE: usize = 3;

/// Tells the story.
pub(crate) async fn run(arguments: DemoArguments) -> anyhow::Result<u8> {
    let texts = language::texts();
    let stage = Stage::set().await?;
    style::print(&stage.opening(texts));
    let first = stage.day("clients.csv", OnGone::Report, None).await?;
    style::print(&first_day(texts, &first));
    let mid = stage.mid_of(WITH_DOCUMENT);
    stage.sandbox.add_document(&mid);
    let results = stage.folder.join("day-2-results.csv");
    let second = stage.day("clients-next-day.csv", OnGone::Delete, Some(&results)).await?;
    style::print(&second_day(texts, &second));
    let third = stage.day("clients-next-day.csv", OnGone::Delete, None).await?;
    style::print(&third_day(texts, &third));
    style::print(&stage.closing(texts, &results, &arguments));
    if arguments.keep {
        signals::listen()?.requested().await;
    }
    Ok(0)
}

/// The sandbox, and the folder in which it all happens.
struct Stage {
    sandbox: Arc<Sandbox>,
    folder: PathBuf,
    url: String,
    clock: Clock,
    transport: Arc<HttpTransport>,
}

/// One day: what was planned, what happened, and the figures.
struct Day {
    changes: Vec<Change>,
    endings: Vec<Ending>,
    summary: Summary,
}

impl Stage {
    async fn set() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("leapsync-demo-").tempdir()?.keep();
        std::fs::write(folder.join("clients.csv"), FIRST_DAY)?;
        std::fs::write(folder.join("clients-next-day.csv"), NEXT_DAY)?;
        let clock = Clock::system();
        let options = Options { per_minute: Some(PER_MINUTE), per_day: None, ..Options::default() };
        let sandbox = Arc::new(Sandbox::new(options, clock)?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let serving = Arc::clone(&sandbox);
        tokio::spawn(async move { serving.serve(listener, std::future::pending()).await });
        let setup = TransportSetup { timeout: Duration::from_secs(30), proxy: UseProxy::Never };
        let transport = Arc::new(HttpTransport::new(&setup).map_err(anyhow::Error::msg)?);
        Ok(Self { sandbox, folder, url, clock, transport })
    }

    /// Plans and syncs one file.
    async fn day(&self, file: &str, on_gone: OnGone, results_file: Option<&Path>) -> anyhow::Result<Day> {
        let job = Job {
            input: self.folder.join(file),
            reading: Reading { patience: Duration::ZERO, ..Reading::default() },
            rules: Rules::default(),
            on_new_mapping: OnNewMapping::Hold,
            on_gone,
            after_runs: 1,
            bounds: Bounds::default(),
            expected: Expected::default(),
            scope: Scope::Full,
            limit: None,
            adoption: Adoption::ReadFirst,
            settle: Duration::from_mins(2),
            witness: None,
        };
        let ledger = self.folder.join("leapsync.db");
        let mut changes = Vec::new();
        if ledger.exists() {
            let mut listener = |event: &Event| {
                if let Event::Change(change) = event {
                    changes.push((**change).clone());
                }
            };
            let order = Order { job: &job, clock: self.clock, stop: Stop::new().1, listener: &mut listener };
            sync::preview(order, None, &pace(), &ledger, None).await;
        }
        let mut endings = Vec::new();
        let mut results = Results::new(language::texts());
        let mut listener = |event: &Event| {
            results.absorb(event);
            if let Event::Ended(ending) = event {
                endings.push((**ending).clone());
            }
        };
        let order = Order { job: &job, clock: self.clock, stop: signals::listen()?, listener: &mut listener };
        let finished = sync::sync(order, self.remote()?, &ledger).await;
        if let Some(error) = finished.error {
            errors::show(&error.into());
            let folder = self.folder.display().to_string();
            anyhow::bail!(language::texts().say_with("demo-broken", &[("folder", folder.into())]));
        }
        if let Some(path) = results_file {
            results.write(path)?;
        }
        Ok(Day { changes, endings, summary: finished.summary })
    }

    fn remote(&self) -> anyhow::Result<Remote> {
        Ok(Remote {
            transport: Arc::clone(&self.transport) as Arc<_>,
            origin: self.url.parse()?,
            credentials: Credentials {
                client_id: Secret::new(self.sandbox.client_id()),
                client_secret: Secret::new(self.sandbox.client_secret()),
            },
            partner: Some(Mid::parse(self.sandbox.partner_mid()).context("the sandbox has no partner")?),
            pace: pace(),
            seed: 1,
        })
    }

    fn mid_of(&self, id: &str) -> String {
        let clients = self.sandbox.clients();
        let found = clients.iter().find(|client| client["client_external_id"] == id);
        found.and_then(|client| client["mid"].as_str()).unwrap_or_default().to_owned()
    }

    fn opening(&self, texts: Texts) -> String {
        format!(
            "{}\n\n{}\n  {}\n{}\n",
            styled(HEADING, &texts.say("demo-title")),
            texts.say("demo-server"),
            self.url,
            texts.say_with("demo-allows", &[("count", PER_MINUTE.into())]),
        )
    }

    fn closing(&self, texts: Texts, results: &Path, arguments: &DemoArguments) -> String {
        let ledger = self.folder.join("leapsync.db").display().to_string();
        let server = if arguments.keep {
            texts.say_with("demo-running", &[("url", format!("{}/", self.url).into())])
        } else {
            texts.say("demo-stopped")
        };
        let row = |key: &str, what: String| vec![texts.say(key), what];
        let left = [
            row("demo-ledger", ledger.clone()),
            row("demo-results", results.display().to_string()),
            row("demo-the-server", server),
        ];
        let rows = |rows: &[Vec<String>]| aligned(rows, "  ");
        let next = [
            vec![format!("leapsync status --ledger {ledger}")],
            vec![format!("leapsync plan YOUR.csv      {}", texts.say("demo-your-list"))],
        ];
        format!(
            "\n{}\n{}\n{}\n{}",
            styled(HEADING, &texts.say("demo-left-behind")),
            rows(&left),
            styled(HEADING, &texts.say("demo-next")),
            rows(&next),
        )
    }
}

fn pace() -> Pace {
    let limits = Limits { per_minute: Some(PER_MINUTE), per_day: None };
    Pace { limits, per_second: None, ..Pace::default() }
}

/// A heading with the file at the right edge.
fn heading(texts: Texts, key: &str, file: &str) -> String {
    let title = padded(&texts.say(key), WIDTH.saturating_sub(file.len()));
    format!("\n{}{}\n", styled(HEADING, &title), styled(FAINT, file))
}

fn first_day(texts: Texts, day: &Day) -> String {
    let mut text = heading(texts, "demo-day-1", "clients.csv");
    text.push_str(&read(texts, day));
    text.push_str(&day.those(texts, (style_of(Action::Create), "+", "demo-created"), CREATED));
    text.push_str(&cost(texts, day));
    let requests = day.summary.requests.map_or(0, |requests| requests.total);
    let minutes = f64::from(u32::try_from(requests).unwrap_or(u32::MAX)) / 120.0;
    let time = duration(texts, minutes * 60.0);
    text + &format!("  {}\n", texts.say_with("demo-at-120", &[("time", time.into())]))
}

const CREATED: (Action, Outcome) = (Action::Create, Outcome::Done);
const UPDATED: (Action, Outcome) = (Action::Update, Outcome::Done);
const DELETED: (Action, Outcome) = (Action::Delete, Outcome::Done);
const DELETE_REFUSED: (Action, Outcome) = (Action::Delete, Outcome::Refused);
const REJECTED: (Action, Outcome) = (Action::None, Outcome::Rejected);
const UNCHANGED: (Action, Outcome) = (Action::None, Outcome::Unchanged);

fn second_day(texts: Texts, day: &Day) -> String {
    let mut text = heading(texts, "demo-day-2", "clients-next-day.csv");
    text.push_str(&read(texts, day));
    text.push_str(&day.those(texts, (style_of(Action::Create), "+", "demo-created"), CREATED));
    let updated = ended(day, UPDATED);
    let style = (style_of(Action::Update), "~", "demo-updated");
    text.push_str(&what(texts, style, updated.len(), ""));
    for ending in &updated {
        text.push_str(&update(texts, day, ending.external_id.as_ref()));
    }
    text.push_str(&day.those(texts, (style_of(Action::Delete), "-", "demo-deleted"), DELETED));
    let wrong = [("demo-delete-refused", DELETE_REFUSED), ("demo-rejected", REJECTED)];
    for (key, such) in wrong {
        text.push_str(&day.those(texts, (WRONG, "!", key), such));
        for ending in ended(day, such) {
            text.push_str(&detail(&words::why(texts, &ending.reason)));
        }
    }
    text + &cost(texts, day)
}

fn third_day(texts: Texts, day: &Day) -> String {
    let mut text = heading(texts, "demo-day-3", "clients-next-day.csv");
    let unchanged = ended(day, UNCHANGED);
    let style = (FAINT, "=", "demo-unchanged");
    text.push_str(&what(texts, style, unchanged.len(), &texts.say("demo-nothing-sent")));
    text + &cost(texts, day)
}

fn style_of(action: Action) -> anstyle::Style {
    match action {
        Action::Create => MADE,
        Action::Update => CHANGED,
        Action::Delete | Action::Archive => GONE,
        Action::None => FAINT,
    }
}

impl Day {
    /// Clients that ended alike, on one line.
    fn those(&self, texts: Texts, style: (anstyle::Style, &str, &str), such: (Action, Outcome)) -> String {
        let endings = ended(self, such);
        what(texts, style, endings.len(), &names(&endings))
    }
}

fn ended(day: &Day, (action, outcome): (Action, Outcome)) -> Vec<&Ending> {
    let such = |ending: &&Ending| ending.action == action && ending.outcome == outcome;
    let mut endings: Vec<&Ending> = day.endings.iter().filter(such).collect();
    endings.sort_by_key(|ending| ending.external_id.clone());
    endings
}

fn read(texts: Texts, day: &Day) -> String {
    let rows = day.summary.rows.unwrap_or_default();
    let counted = |key: &str, count: u64| texts.say_with(key, &[("count", count.into())]);
    let parts = [counted("number-rows", rows.read), counted("number-clients", rows.clients)];
    format!("  {}\n", parts.join(&texts.say("words-comma")))
}

fn cost(texts: Texts, day: &Day) -> String {
    let Some(requests) = day.summary.requests else { return String::new() };
    let figures = [
        ("requests", requests.total.into()),
        ("time", lasted(texts, day.summary.duration_s).into()),
        ("writes", (requests.total - requests.get - 1).into()),
        ("reads", requests.get.into()),
    ];
    format!("  {}\n", texts.say_with("demo-cost", &figures))
}

/// `  + 4 created           001425 株式会社見本, …`
fn what(
    texts: Texts,
    (style, mark, key): (anstyle::Style, &str, &str),
    number: usize,
    names: &str,
) -> String {
    let head = format!("{mark} {}", texts.say_with(key, &[("count", number.into())]));
    let gap = " ".repeat(WHAT.saturating_sub(width(&head)));
    let line = format!("  {}{gap}{}", styled(style, &head), cut(names, WIDTH - WHAT - 2));
    format!("{}\n", line.trim_end())
}

fn names(endings: &[&Ending]) -> String {
    let name = |ending: &&Ending| {
        let id = ending.external_id.as_ref().map(ExternalId::as_str).unwrap_or_default();
        output::safe(&format!("{id} {}", ending.label)).trim_end().to_owned()
    };
    endings.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn detail(text: &str) -> String {
    format!("  {}{}\n", " ".repeat(WHAT), cut(&output::safe(text), WIDTH - WHAT - 2))
}

/// The client and its changed fields, each on a line.
fn update(texts: Texts, day: &Day, id: Option<&ExternalId>) -> String {
    let Some(change) = day.changes.iter().find(|change| change.external_id.as_ref() == id) else {
        return String::new();
    };
    let Act::Update(update) = &change.act else { return String::new() };
    let id = id.map(ExternalId::as_str).unwrap_or_default();
    let lines = change_lines(texts, update);
    let shown = lines.iter().take(LINES_OF_AN_UPDATE).enumerate();
    let line = |(index, line): (usize, &String)| {
        let head = if index == 0 { id } else { "" };
        format!("      {}{}\n", padded(head, WHAT - 4), cut(line, WIDTH - WHAT - 2))
    };
    shown.map(line).collect()
}
