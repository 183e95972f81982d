//! `sync` and `plan`: from arguments to a finished run, its files and its screen.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use leapsync::client::{HttpTransport, TransportSetup, UseProxy};
use leapsync::clock::Clock;
use leapsync::config::{self, Account, ConfigError, PaceFlags};
use leapsync::event::{Event, strongest};
use leapsync::record::ExternalId;
use leapsync::report::Summary;
use leapsync::saved::Draft;
use leapsync::settings::{Adoption, Bounds, Job, KeepRows, OnGone, OnNewMapping, Pace, Scope, Skim};
use leapsync::sync::{self, Finished, Order, Remote};
use serde_json::{Value, json};

use super::args::{Gone, JobArguments, PaceArguments, PlaceArguments, PlanArguments, SyncArguments};
use super::next::Next;
use super::place::{self, Place};
use super::plan_screen::{Detail, PlanScreen};
use super::progress::Progress;
use super::run_files::{self, RunFiles};
use super::summary_screen::{self, Exceptions};
use super::{errors, files, language, logs, output, plan_pages, signals};

/// The code of a plan with changes, which `plan` gives only when it is asked to.
const CHANGES: u8 = 6;

/// What a run needs that comes from arguments and configuration.
pub(crate) struct Prepared {
    pub(crate) place: Place,
    pub(crate) job: Job,
    pub(crate) pace: Pace,
}

fn prepare(arguments: &JobArguments) -> anyhow::Result<Prepared> {
    let mut prepared = prepare_without_input(&arguments.place, &arguments.pace, arguments.input.clone())?;
    let deleting = config::deleting(arguments.delete.map(Gone::how), &prepared.place.file);
    prepared.job.on_gone = deleting.how;
    prepared.job.after_runs = deleting.after_runs;
    prepared.job.bounds =
        Bounds { deletes: arguments.max_deletes.or(deleting.most), updates: arguments.max_updates };
    prepared.job.scope = scope(arguments);
    prepared.job.reading.skim = Skim::Allowed;
    prepared.job.limit = arguments.limit;
    if arguments.accept_mapping {
        prepared.job.on_new_mapping = OnNewMapping::Accept;
    }
    if arguments.no_adopt {
        prepared.job.adoption = Adoption::Skip;
    }
    Ok(prepared)
}

/// Prepares a run whose input, if it has one, is not the list that everything is compared with.
pub(crate) fn prepare_without_input(
    place: &PlaceArguments,
    speed: &PaceArguments,
    input: PathBuf,
) -> anyhow::Result<Prepared> {
    logs::start(place);
    let found = place::find(place)?;
    let within = config::pace(pace_flags(speed), &found.file);
    let job = Job {
        input,
        reading: found.file.input.reading(),
        rules: found.file.rules(),
        on_new_mapping: OnNewMapping::Hold,
        on_gone: OnGone::Report,
        after_runs: config::deleting(None, &found.file).after_runs,
        bounds: Bounds::default(),
        expected: found.file.input.expected(),
        scope: Scope::Full,
        limit: None,
        adoption: Adoption::ReadFirst,
        settle: config::settle(speed.settle, within.timeout)?,
        witness: place::state_folder(),
    };
    Ok(Prepared { place: found, job, pace: within })
}

/// What the flags say of limits and pace.
pub(crate) fn pace_flags(speed: &PaceArguments) -> PaceFlags {
    PaceFlags {
        per_minute: speed.per_minute,
        per_day: speed.per_day,
        concurrency: speed.concurrency,
        timeout: speed.timeout,
        max_requests: speed.max_requests,
        max_duration: speed.max_duration,
    }
}

fn scope(arguments: &JobArguments) -> Scope {
    if arguments.only.is_empty() {
        return if arguments.partial { Scope::Partial } else { Scope::Full };
    }
    Scope::Only(arguments.only.iter().map(|id| ExternalId::new(id)).collect())
}

pub(crate) fn remote(account: Account, pace: &Pace) -> anyhow::Result<Remote> {
    let proxy = if account.origin.is_loopback() { UseProxy::Never } else { UseProxy::FromEnvironment };
    let transport = HttpTransport::new(&TransportSetup { timeout: pace.timeout, proxy })
        .map_err(anyhow::Error::msg)
        .context(language::texts().say("error-tls"))?;
    Ok(Remote {
        transport: Arc::new(transport),
        origin: account.origin,
        credentials: account.credentials,
        partner: account.partner,
        pace: pace.clone(),
        seed: fastrand::u64(..),
    })
}

/// `leapsync sync`.
pub(crate) async fn sync(arguments: Box<SyncArguments>) -> anyhow::Result<u8> {
    if arguments.dry_run {
        return Box::pin(plan(Box::new(PlanArguments {
            job: arguments.job,
            out: None,
            exit_code: false,
            markdown: false,
            html: None,
        })))
        .await;
    }
    let (texts, clock) = (language::texts(), Clock::system());
    let begun = prepare(&arguments.job).and_then(|mut prepared| {
        run_files::check(&arguments.files, &[&prepared.job.input, &prepared.place.ledger])?;
        if arguments.files.rejects.is_some() {
            prepared.job.reading.rows = KeepRows::UntilTheEnd;
        }
        // The results file has a line for each row.
        if arguments.files.results.is_some() {
            prepared.job.reading.skim = Skim::Never;
        }
        Ok((remote(place::account()?, &prepared.pace)?, prepared))
    });
    let (remote, prepared) = match begun {
        Ok(begun) => begun,
        Err(error) => {
            let (code, mut summary) = unusable("sync", &arguments.job, clock, &error);
            let ledger = place::ledger(&arguments.job.place);
            run_files::write_unbegun(&arguments.files, &mut summary, [&arguments.job.input, &ledger]);
            if arguments.job.place.json {
                output::print(&object(&summary, Part::Result));
            }
            return Ok(code);
        }
    };
    let mut progress = Progress::new(texts, &arguments.job.place, clock);
    let mut run_files = RunFiles::new(texts, &arguments.files);
    let mut exceptions = Exceptions::new(texts);
    let mut listener = |event: &Event| {
        progress.show(event);
        exceptions.absorb(event);
        run_files.absorb(event);
    };
    let order = Order { job: &prepared.job, clock, stop: signals::listen()?, listener: &mut listener };
    let Finished { mut summary, account, error, kept } =
        sync::sync(order, remote, &prepared.place.ledger).await;
    progress.finish();
    run_files.write((&mut summary, &account), kept, &prepared.place.ledger);
    show_summary(&arguments.job, &summary, &exceptions);
    let shown = error.map(|error| errors::show(&error.into()));
    Ok(strongest(shown.into_iter().chain([summary.exit.code])))
}

/// What belongs to one of the two commands only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Result,
    Changes,
}

/// The summary as scripts read it; its own part is there even when nothing is known of it.
fn object(summary: &Summary, part: Part) -> String {
    let mut object = json!(summary);
    match part {
        Part::Result if summary.result.is_none() => object["result"] = Value::Null,
        Part::Result => {}
        Part::Changes => object["changes"] = json!([]),
    }
    format!("{object}\n")
}

fn show_summary(arguments: &JobArguments, summary: &Summary, exceptions: &Exceptions) {
    if arguments.place.json {
        output::print(&object(summary, Part::Result));
    } else if summary.result.is_some() && !(arguments.place.quiet && summary.exit.code == 0) {
        output::print(&summary_screen::text(
            language::texts(),
            summary,
            exceptions,
            &Next::from_command_line(),
        ));
    }
}

/// `leapsync plan`.
pub(crate) async fn plan(arguments: Box<PlanArguments>) -> anyhow::Result<u8> {
    let (texts, clock) = (language::texts(), Clock::system());
    let begun = prepare(&arguments.job).and_then(|prepared| {
        let needed: [&Path; 2] = [&prepared.job.input, &prepared.place.ledger];
        let files = [(files::PLAN, arguments.out.as_deref()), (files::PAGE, arguments.html.as_deref())];
        files::check_all(&files, &needed)?;
        Ok((way(&prepared.pace)?, prepared))
    });
    let (remote, prepared) = match begun {
        Ok(begun) => begun,
        Err(error) => {
            let (code, summary) = unusable("plan", &arguments.job, clock, &error);
            if arguments.job.place.json {
                output::print(&object(&summary, Part::Changes));
            }
            return Ok(code);
        }
    };
    let mut progress = Progress::new(texts, &arguments.job.place, clock);
    let detail = if arguments.job.place.verbose > 0 { Detail::Complete } else { Detail::Short };
    let short = detail == Detail::Short
        && !arguments.job.place.json
        && !arguments.markdown
        && arguments.html.is_none();
    let mut screen = PlanScreen::of(if short { Detail::Short } else { Detail::Complete });
    let mut listener = |event: &Event| {
        if !matches!(event, Event::Held(_)) {
            progress.show(event);
        }
        screen.absorb(event);
    };
    let order = Order { job: &prepared.job, clock, stop: signals::listen()?, listener: &mut listener };
    let ledger = &prepared.place.ledger;
    let mut draft = arguments.out.as_ref().map(|_| Draft::default());
    let Finished { mut summary, account: _, error, kept: _ } =
        sync::preview(order, remote, &prepared.pace, ledger, draft.as_mut()).await;
    progress.finish();
    let saved = match (draft.filter(Draft::is_whole), &arguments.out) {
        (Some(draft), Some(path)) => Some((draft.write(path)?, path.clone())),
        _ => None,
    };
    if !arguments.exit_code && summary.exit.code == CHANGES {
        summary.exit.code = 0;
    }
    if let (Some(path), true) = (&arguments.html, error.is_none()) {
        plan_pages::write(path, &mut screen, &summary, detail)?;
    }
    if arguments.job.place.json {
        screen.json(&summary)?;
    } else if arguments.markdown && error.is_none() {
        plan_pages::print(&mut screen, &summary, detail)?;
    } else if error.is_none() && !(arguments.job.place.quiet && summary.exit.code == 0) {
        screen.saved = saved;
        output::print(&screen.text(texts, &summary, detail, &Next::from_command_line())?);
    }
    let shown = error.map(|error| errors::show(&error.into()));
    Ok(strongest(shown.into_iter().chain([summary.exit.code])))
}

/// The way to the server, if the environment names an account; a plan can do without.
fn way(pace: &Pace) -> anyhow::Result<Option<Remote>> {
    match place::account() {
        Ok(account) => remote(account, pace).map(Some),
        Err(ConfigError::NoCredential(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Ends a run that could not begin: the error for people, and the same summary as ever for scripts.
fn unusable(command: &str, arguments: &JobArguments, clock: Clock, error: &anyhow::Error) -> (u8, Summary) {
    let code = errors::show(error);
    let now = clock.now();
    let mut summary = Summary::begin(command, &arguments.input.display().to_string(), now);
    summary.fail(code, "configuration", now);
    (code, summary)
}
