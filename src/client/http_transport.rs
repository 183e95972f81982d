//! The transport over the network: HTTP/1.1, TLS by rustls, no redirect followed, nothing sent twice.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::wire::{Request, Response, Sending, Transport, TransportError};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What the transport is told.
#[derive(Debug, Clone)]
pub struct TransportSetup {
    /// The longest a request may take, its answer included.
    pub timeout: Duration,
    /// Whether the environment's proxy is used; never for loopback.
    pub proxy: UseProxy,
}

/// Whether a proxy may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseProxy {
    /// The proxy that the environment names, if it names one.
    FromEnvironment,
    /// None: the server is on this machine.
    Never,
}

/// Carries requests over HTTP.
pub struct HttpTransport {
    http: reqwest::Client,
}

impl HttpTransport {
    /// Sets up connections; none is made yet.
    ///
    /// # Errors
    /// When TLS cannot be set up, as a text for people.
    pub fn new(setup: &TransportSetup) -> Result<Self, String> {
        // It stays whatever it is when another part of the program has chosen one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .user_agent(concat!("leapsync/", env!("CARGO_PKG_VERSION")))
            .timeout(setup.timeout)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .http1_only()
            .referer(false);
        let builder = match setup.proxy {
            UseProxy::FromEnvironment => builder,
            UseProxy::Never => builder.no_proxy(),
        };
        let http = builder.build().map_err(|error| chain(&error))?;
        Ok(Self { http })
    }

    async fn carry(&self, request: Request, cap: usize) -> Result<Response, TransportError> {
        let request = reqwest::Request::try_from(request.map(reqwest::Body::from))
            .map_err(|error| TransportError::NotConnected(chain(&error)))?;
        let mut answer = self.http.execute(request).await.map_err(|error| failure(&error))?;
        let status = answer.status();
        let headers = answer.headers().clone();
        let body = read_capped(&mut answer, cap).await?;
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request, cap: usize) -> Sending<'_> {
        Box::pin(self.carry(request, cap))
    }
}

async fn read_capped(answer: &mut reqwest::Response, cap: usize) -> Result<Bytes, TransportError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| lost(&error))? {
        if body.len() + chunk.len() > cap {
            return Err(TransportError::TooLarge(cap));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn failure(error: &reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() {
        TransportError::NotConnected(chain(error))
    } else {
        lost(error)
    }
}

fn lost(error: &reqwest::Error) -> TransportError {
    if error.is_timeout() { TransportError::TimedOut } else { TransportError::Lost(chain(error)) }
}

/// The innermost cause says most; the URL is left out of it.
fn chain(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
