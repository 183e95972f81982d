//! Log lines on stderr: by `-v`, by `LEAPSYNC_LOG`, as text or as JSON.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::args::{LogFormat, PlaceArguments};

/// Starts the log; a second start in one process changes nothing.
pub(crate) fn start(arguments: &PlaceArguments) {
    let level = match arguments.verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let named = std::env::var("LEAPSYNC_LOG").ok().and_then(|filter| filter.parse().ok());
    let filter = named.unwrap_or_else(|| Targets::new().with_target("leapsync", level));
    let builder = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(std::io::stderr);
    // A reader of stderr who has gone away is no error, and must not end a run in the middle.
    let builder = builder.with_ansi(false).log_internal_errors(false);
    let _ = match arguments.log_format {
        LogFormat::Text => builder.compact().finish().with(filter).try_init(),
        LogFormat::Json => builder.json().finish().with(filter).try_init(),
    };
}
