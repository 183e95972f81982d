//! `verify`: from arguments to a comparison of the server with the ledger.

use std::path::PathBuf;

use leapsync::clock::Clock;
use leapsync::event::{Event, strongest};
use leapsync::record::ExternalId;
use leapsync::report::Summary;
use leapsync::sync::{self, Asked, Finished, Mend, Order, Remote};

use super::args::VerifyArguments;
use super::next::Next;
use super::output::print;
use super::plan_screen::Detail;
use super::progress::Progress;
use super::run::{Prepared, prepare_without_input, remote};
use super::verify_screen::VerifyScreen;
use super::{errors, language, place, signals};

/// `leapsync verify`.
pub(crate) async fn verify(arguments: Box<VerifyArguments>) -> anyhow::Result<u8> {
    let clock = Clock::system();
    let (prepared, remote) = match prepare(&arguments) {
        Ok(begun) => begun,
        Err(error) => return unusable(&arguments, clock, &error),
    };
    let asked = Asked {
        mend: if arguments.repair { Mend::Yes } else { Mend::No },
        drift: prepared.place.file.drift.drift(),
        only: arguments.only.iter().map(|id| ExternalId::new(id)).collect(),
    };
    let mut progress = Progress::new(language::texts(), &arguments.place, clock);
    let mut screen = VerifyScreen::default();
    let mut listener = |event: &Event| {
        progress.show(event);
        screen.absorb(event);
    };
    let order = Order { job: &prepared.job, clock, stop: signals::listen()?, listener: &mut listener };
    let Finished { summary, error, .. } = sync::verify(order, remote, &prepared.place.ledger, &asked).await;
    progress.finish();
    if arguments.place.json {
        screen.json(&summary)?;
    } else if error.is_none() && !(arguments.place.quiet && summary.exit.code == 0) {
        let detail = if arguments.place.verbose > 0 { Detail::Complete } else { Detail::Short };
        print(&screen.text(&summary, detail, &Next::from_command_line())?);
    }
    let shown = error.map(|error| errors::show(&error.into()));
    Ok(strongest(shown.into_iter().chain([summary.exit.code])))
}

fn prepare(arguments: &VerifyArguments) -> anyhow::Result<(Prepared, Remote)> {
    let prepared = prepare_without_input(&arguments.place, &arguments.pace, PathBuf::new())?;
    let remote = remote(place::account()?, &prepared.pace)?;
    Ok((prepared, remote))
}

/// Ends a comparison that could not begin: the error for people, and the same object as ever for scripts.
fn unusable(arguments: &VerifyArguments, clock: Clock, error: &anyhow::Error) -> anyhow::Result<u8> {
    let code = errors::show(error);
    if arguments.place.json {
        let now = clock.now();
        let mut summary = Summary::begin("verify", "", now);
        summary.fail(code, "configuration", now);
        VerifyScreen::default().json(&summary)?;
    }
    Ok(code)
}
