//! The in-process door: a transport that carries requests to a sandbox without a socket, on tokio's time.
//!
//! In: raw requests for `http://127.0.0.1`, with any port. Out: raw answers, or the failures that faults stand for. It never touches the network.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{sleep, timeout};

use super::Sandbox;
use super::strike::Delivery;
use crate::wire::{Request, Response, Sending, Transport, TransportError};

/// The only host this door answers for.
const HOST: &str = "127.0.0.1";
/// Into how many pieces a slow answer is cut.
pub(super) const PIECES: u32 = 10;

/// Carries requests to a sandbox in the same process.
#[derive(Debug, Clone)]
pub struct Local {
    sandbox: Arc<Sandbox>,
    latency: Duration,
    timeout: Option<Duration>,
}

impl Local {
    pub(super) fn new(sandbox: Arc<Sandbox>, latency: Duration) -> Self {
        Self { sandbox, latency, timeout: None }
    }

    /// Gives up on an answer after this long, as a real transport does.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    async fn within_timeout(&self, request: Request, cap: usize) -> Result<Response, TransportError> {
        let carried = self.carry(request, cap);
        match self.timeout {
            Some(limit) => timeout(limit, carried).await.unwrap_or(Err(TransportError::TimedOut)),
            None => carried.await,
        }
    }

    async fn carry(&self, request: Request, cap: usize) -> Result<Response, TransportError> {
        let here = request.uri().scheme_str() == Some("http") && request.uri().host() == Some(HOST);
        if !here {
            return Err(TransportError::NotConnected(format!("nobody answers at `{}`", request.uri())));
        }
        sleep(self.latency / 2).await;
        let reply = self.sandbox.answer(&request);
        sleep(self.latency.saturating_sub(self.latency / 2)).await;
        let response = arrive(reply.response, reply.delivery).await?;
        if response.body().len() > cap {
            return Err(TransportError::TooLarge(cap));
        }
        Ok(response)
    }
}

impl Transport for Local {
    fn send(&self, request: Request, cap: usize) -> Sending<'_> {
        Box::pin(self.within_timeout(request, cap))
    }
}

/// What the sender sees of an answer.
async fn arrive(response: Response, delivery: Delivery) -> Result<http::Response<Bytes>, TransportError> {
    match delivery {
        Delivery::Whole => {}
        Delivery::Delayed(pause) => sleep(pause).await,
        Delivery::Dribbled(pause) => sleep(pause * PIECES).await,
        Delivery::Lost => return Err(TransportError::Lost("the connection closed before an answer".into())),
        Delivery::Reset => return Err(TransportError::Lost("the connection was reset".into())),
        Delivery::Unconnected => {
            return Err(TransportError::NotConnected("the connection was refused".into()));
        }
        Delivery::Truncated => return Err(TransportError::Lost("the answer ended in its middle".into())),
    }
    Ok(response)
}
