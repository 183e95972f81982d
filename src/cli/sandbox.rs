//! `sandbox`: serves the sandbox on loopback until a signal comes.

use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::Context;
use leapsync::clock::Clock;
use leapsync::sandbox::{Options, Sandbox};
use tokio::net::TcpListener;

use super::args::SandboxArguments;
use super::output::{note, print};
use super::{language, signals};

/// Serves until it is stopped.
pub(crate) async fn serve(arguments: Box<SandboxArguments>) -> anyhow::Result<u8> {
    let texts = language::texts();
    let limit = |n: u32| (n > 0).then_some(n);
    let options = Options {
        seed: arguments.seed,
        per_minute: limit(arguments.per_minute),
        per_day: limit(arguments.per_day),
        seed_clients: arguments.seed_clients,
        data_file: arguments.data.clone(),
        switches: arguments.switch.clone(),
        log_file: arguments.request_log.clone(),
        faults: arguments.fault.clone(),
        ..Options::default()
    };
    let sandbox = Arc::new(Sandbox::new(options, Clock::system())?);
    // A state file that cannot be written must come out now, not at the end.
    sandbox.save()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port))
        .await
        .with_context(|| texts.say_with("error-port", &[("port", arguments.port.to_string().into())]))?;
    let address = listener.local_addr()?;
    // Whoever reads the lines below may send a signal at once.
    let mut stop = signals::listen()?;
    print(&format!(
        "MAKELEAPS_BASE_URL=http://{address}\nMAKELEAPS_CLIENT_ID={}\nMAKELEAPS_CLIENT_SECRET={}\n\
         MAKELEAPS_PARTNER_MID={}\n",
        sandbox.client_id(),
        sandbox.client_secret(),
        sandbox.partner_mid(),
    ));
    let url = format!("http://{address}/");
    note(&texts.say_with("sandbox-serving", &[("url", url.into())]));
    sandbox.serve(listener, async move { stop.requested().await }).await?;
    Ok(0)
}
