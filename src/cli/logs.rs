//! Log lines on stderr: by `-v`, by `LEAPSYNC_LOG`, as text or as JSON.

use tracing_subscriber::EnvFilter;

use super::args::{LogFormat, PlaceArguments};

/// Starts the log; a second start in one process changes nothing.
pub(crate) fn start(arguments: &PlaceArguments) {
    let default = match arguments.verbose {
        0 => "leapsync=warn",
        1 => "leapsync=info",
        _ => "leapsync=debug",
    };
    let filter = EnvFilter::try_from_env("LEAPSYNC_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    // A reader of stderr who has gone away is no error, and must not end a run in the middle.
    let builder = builder.log_internal_errors(false);
    let _ = match arguments.log_format {
        LogFormat::Text => builder.compact().try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}
