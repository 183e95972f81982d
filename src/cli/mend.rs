//! `apply`, `retry`, `ack`, `adopt` and `ledger backup`: what a person does when something is not in sync.

use std::path::PathBuf;

use anyhow::Context;
use leapsync::clock::Clock;
use leapsync::event::Event;
use leapsync::ledger::Ledger;
use leapsync::record::ExternalId;
use leapsync::saved::SavedPlan;
use leapsync::sync::{self, Acknowledgement, Again, Deleted, Finished, Listener, Matching, Order};

use super::args::{
    AdoptArguments, ApplyArguments, BackupArguments, ClientArguments, PageArguments, PlaceArguments,
    RetryArguments,
};
use super::next::Next;
use super::output::{note, print, safe};
use super::progress::Progress;
use super::run::{Prepared, prepare_without_input, remote};
use super::summary_screen::{self, Exceptions};
use super::{errors, files, language, logs, place, run_files, signals};

/// Nothing was done.
const UNUSABLE: u8 = 1;

/// `leapsync retry`.
pub(crate) async fn retry(arguments: Box<RetryArguments>) -> anyhow::Result<u8> {
    let again = Again {
        only: arguments.ids.iter().map(|id| ExternalId::new(id)).collect(),
        deleted: if arguments.recreate { Deleted::Recreate } else { Deleted::Stay },
    };
    let prepared = prepare_without_input(&arguments.place, &arguments.pace, PathBuf::new())?;
    told((&arguments.place, Some(&arguments.pages)), prepared, async |order, remote, ledger| {
        sync::retry(order, remote, ledger, &again).await
    })
    .await
}

/// `leapsync adopt`.
pub(crate) async fn adopt(arguments: Box<AdoptArguments>) -> anyhow::Result<u8> {
    let matching = match (arguments.match_by, arguments.write) {
        (None, _) => Matching::Off,
        (Some(_), false) => Matching::Propose,
        (Some(_), true) => Matching::Write,
    };
    let input = arguments.input.clone().unwrap_or_default();
    let prepared = prepare_without_input(&arguments.place, &arguments.pace, input)?;
    told((&arguments.place, None), prepared, async |order, remote, ledger| {
        sync::adopt(order, remote, ledger, matching).await
    })
    .await
}

/// `leapsync apply`.
pub(crate) async fn apply(arguments: Box<ApplyArguments>) -> anyhow::Result<u8> {
    let plan = SavedPlan::read(&arguments.plan)?;
    let prepared = prepare_without_input(&arguments.place, &arguments.pace, plan.terms.input.clone())?;
    told((&arguments.place, Some(&arguments.pages)), prepared, async |order, remote, ledger| {
        sync::apply(order, remote, ledger, plan).await
    })
    .await
}

/// Runs a story and shows its end as `sync` does.
async fn told(
    (place, pages): (&PlaceArguments, Option<&PageArguments>),
    prepared: Prepared,
    story: impl AsyncFnOnce(Order<'_>, sync::Remote, &std::path::Path) -> Finished,
) -> anyhow::Result<u8> {
    let ledger = &prepared.place.ledger;
    if let Some(pages) = pages {
        files::check_all(&run_files::named(pages), &[&prepared.job.input, ledger])?;
    }
    let remote = remote(place::account()?, &prepared.pace)?;
    let (texts, clock) = (language::texts(), Clock::system());
    let mut progress = Progress::new(texts, place, clock);
    let mut exceptions = Exceptions::new(texts);
    let mut listen = |event: &Event| {
        progress.show(event);
        exceptions.absorb(event);
    };
    let listener: Listener<'_> = &mut listen;
    let order = Order { job: &prepared.job, clock, stop: signals::listen()?, listener };
    let Finished { mut summary, account, error, kept: _ } = story(order, remote, ledger).await;
    progress.finish();
    if let Some(pages) = pages {
        run_files::write_pages(pages, &mut summary, &account, ledger);
    }
    if place.json {
        print(&format!("{}\n", serde_json::json!(summary)));
    } else if error.is_none() && !(place.quiet && summary.exit.code == 0) {
        print(&summary_screen::text(texts, &summary, &exceptions, &Next::from_command_line()));
    }
    let code = summary.exit.code;
    Ok(error.map_or(code, |error| errors::show(&error.into())))
}

/// `leapsync ack`.
pub(crate) fn acknowledge(arguments: &ClientArguments) -> anyhow::Result<u8> {
    logs::start(&arguments.place);
    let place = place::find(&arguments.place)?;
    let id = ExternalId::new(&arguments.id);
    let said = |key: &str| language::texts().say_with(key, &[("id", safe(id.as_str()).into())]);
    match sync::acknowledge(&place.ledger, &id, Clock::system())? {
        Acknowledgement::Marked => {
            print(&(said("mend-acknowledged") + "\n"));
            Ok(0)
        }
        Acknowledgement::NothingRefused => {
            note(&said("mend-nothing-refused"));
            Ok(UNUSABLE)
        }
        Acknowledgement::Unknown => {
            note(&said("mend-unknown"));
            Ok(UNUSABLE)
        }
    }
}

/// `leapsync ledger backup`.
pub(crate) fn back_up(arguments: &BackupArguments) -> anyhow::Result<u8> {
    let texts = language::texts();
    logs::start(&arguments.place);
    let place = place::find(&arguments.place)?;
    let ledger = Ledger::open_to_read(&place.ledger)?;
    ledger.back_up(&arguments.to).with_context(|| texts.say("error-no-copy"))?;
    let (from, to) = (place.ledger.display().to_string(), arguments.to.display().to_string());
    print(&(texts.say_with("mend-copied", &[("from", from.into()), ("to", to.into())]) + "\n"));
    Ok(0)
}
