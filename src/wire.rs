//! The one seam between leapsync and the network: a request goes in, an answer or a failure comes out.
//!
//! In: raw HTTP messages. Out: raw HTTP messages. Nothing here knows JSON, quotas, tokens or retries, and an
//! implementation never retries, never follows a redirect and never reads more than it is told to.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

/// A raw HTTP request with an absolute URL.
pub type Request = http::Request<Bytes>;

/// A raw HTTP answer, its body complete.
pub type Response = http::Response<Bytes>;

/// What [`Transport::send`] gives back: a future that can be moved between threads.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Response, TransportError>> + Send + 'a>>;

/// Carries one request to the server and one answer back.
pub trait Transport: Send + Sync {
    /// Sends `request` once; an answer body of more than `cap` bytes is [`TransportError::TooLarge`].
    fn send(&self, request: Request, cap: usize) -> Sending<'_>;
}

/// Why no complete answer arrived.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The connection was never made, so the server cannot have seen the request.
    #[error("no connection: {0}")]
    NotConnected(String),
    /// The request may have reached the server; its answer did not reach us.
    #[error("the answer was lost: {0}")]
    Lost(String),
    /// No complete answer within the time-out.
    #[error("no answer in time")]
    TimedOut,
    /// The answer is larger than the caller allows.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}
