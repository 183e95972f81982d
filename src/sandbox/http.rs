//! The HTTP door: what `leapsync sandbox` serves on loopback. The only room that knows axum.
//!
//! In: a bound listener. Out: answers on sockets, with faults acted out for real: connections closed, reset or cut. It decides nothing about a request.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use bytes::Bytes;
use futures::stream;
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderValue, StatusCode, Uri};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use super::local::PIECES;
use super::strike::Delivery;
use super::{Sandbox, SandboxError};
use crate::wire;

/// The largest request body that is read.
const LARGEST_BODY: usize = 4 * 1024 * 1024;
/// How long half an answer is given to leave before the connection closes.
const HALF_SENT: Duration = Duration::from_millis(50);
/// How long to wait after a failed accept.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

const GO_ON: u8 = 0;
const CLOSE: u8 = 1;
const RESET: u8 = 2;

/// Serves `sandbox` until `shutdown` is done and all open requests are answered.
pub(super) async fn serve(
    sandbox: Arc<Sandbox>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), SandboxError> {
    let routes = Router::new().fallback(receive).with_state(sandbox);
    axum::serve(Door(listener), routes.into_make_service_with_connect_info::<Fate>())
        .with_graceful_shutdown(shutdown)
        .await
        .map_err(SandboxError::Serve)
}

async fn receive(
    State(sandbox): State<Arc<Sandbox>>,
    ConnectInfo(fate): ConnectInfo<Fate>,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else { return too_large() };
    parts.uri = absolute(&parts.uri, parts.headers.get(HOST));
    let reply = sandbox.respond(&wire::Request::from_parts(parts, body));
    let (parts, body) = reply.response.into_parts();
    let body = match reply.delivery {
        Delivery::Whole => Body::from(body),
        Delivery::Delayed(pause) => {
            sleep(pause).await;
            Body::from(body)
        }
        Delivery::Dribbled(pause) => return pieces(parts, &body, pause),
        Delivery::Lost => {
            fate.decide(CLOSE);
            Body::from(body)
        }
        Delivery::Reset | Delivery::Unconnected => {
            fate.decide(RESET);
            Body::from(body)
        }
        Delivery::Truncated => return half(parts, &body),
    };
    Response::from_parts(parts, body)
}

/// The URL as the sender meant it: scheme and host stand in front of the path.
fn absolute(uri: &Uri, host: Option<&HeaderValue>) -> Uri {
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Uri::builder().scheme("http").authority(host).path_and_query(path).build().unwrap_or_else(|_| uri.clone())
}

fn too_large() -> Response {
    let mut response = Response::new(Body::from("{\"detail\":\"Request entity too large.\"}"));
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    response
}

/// An answer that announces its whole length, then trickles.
fn pieces(parts: http::response::Parts, body: &Bytes, pause: Duration) -> Response {
    let size = body.len().div_ceil(PIECES as usize).max(1);
    let pieces: Vec<Bytes> = body.chunks(size).map(Bytes::copy_from_slice).collect();
    let stream = stream::unfold(pieces.into_iter(), move |mut pieces| async move {
        let piece = pieces.next()?;
        sleep(pause).await;
        Some((Ok::<_, Infallible>(piece), pieces))
    });
    announced(parts, body.len(), Body::from_stream(stream))
}

/// An answer that announces its whole length, sends half of it and ends.
fn half(parts: http::response::Parts, body: &Bytes) -> Response {
    let first = body.slice(..body.len() / 2);
    let stream = stream::unfold(Some(first), |state| async move {
        if let Some(first) = state {
            return Some((Ok(first), None));
        }
        sleep(HALF_SENT).await;
        Some((Err(io::Error::from(io::ErrorKind::ConnectionAborted)), None))
    });
    announced(parts, body.len(), Body::from_stream(stream))
}

fn announced(parts: http::response::Parts, length: usize, body: Body) -> Response {
    let mut response = Response::from_parts(parts, body);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

/// What becomes of a connection, decided by the request that travels on it.
#[derive(Debug, Clone, Default)]
struct Fate(Arc<AtomicU8>);

impl Fate {
    fn decide(&self, fate: u8) {
        self.0.store(fate, Ordering::SeqCst);
    }

    fn of(&self) -> u8 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Connected<IncomingStream<'_, Door>> for Fate {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().fate.clone()
    }
}

/// A listener whose connections can be broken off from inside.
struct Door(TcpListener);

impl Listener for Door {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok((stream, peer)) => return (Line { stream, fate: Fate::default() }, peer),
                Err(_) => sleep(ACCEPT_PAUSE).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// One connection; once its fate is decided, nothing more is written to it.
struct Line {
    stream: TcpStream,
    fate: Fate,
}

impl Line {
    fn broken(&self) -> Option<io::Error> {
        match self.fate.of() {
            GO_ON => None,
            RESET => Some(self.stream.set_zero_linger().err().unwrap_or_else(aborted)),
            _ => Some(aborted()),
        }
    }
}

fn aborted() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionAborted)
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.broken() {
            Some(error) => Poll::Ready(Err(error)),
            None => Pin::new(&mut self.stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.fate.of() == RESET {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
