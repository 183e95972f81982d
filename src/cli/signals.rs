//! Signals: the first asks the run to finish what is in flight, the second leaves at once.

use leapsync::sync::{Stop, StopHandle};
use tokio::signal::unix::{SignalKind, signal};

use super::{language, output};

/// Stopped early, and can simply be run again.
const STOPPED: i32 = 5;

/// Listens for SIGINT and SIGTERM.
pub(crate) fn listen() -> std::io::Result<Stop> {
    let (handle, stop) = Stop::new();
    let interrupt = signal(SignalKind::interrupt())?;
    let terminate = signal(SignalKind::terminate())?;
    tokio::spawn(relay(handle, interrupt, terminate));
    Ok(stop)
}

async fn relay(
    handle: StopHandle,
    mut interrupt: tokio::signal::unix::Signal,
    mut terminate: tokio::signal::unix::Signal,
) {
    tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    handle.stop();
    tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    output::note(&language::texts().say("event-leaving"));
    std::process::exit(STOPPED);
}
