//! The same creates without a journal: a loop of reqwest that keeps as many requests in flight, and nothing else.
//!
//! In: the bodies that leapsync itself sends. Out: every one of them posted once. It runs as a process of its own.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use futures::StreamExt;
use http::Method;
use leapsync::clock::Clock;
use leapsync::sandbox::{Local, Options, Sandbox};
use leapsync::secret::Secret;
use leapsync::settings::rules::Rules;
use leapsync::settings::{
    Adoption, Bounds, Credentials, Expected, Job, Limits, OnGone, OnNewMapping, Origin, Pace, Reading, Scope,
};
use leapsync::sync::{self, Order, Remote, Stop};
use leapsync::wire::{Request, Sending, Transport};

use crate::ground::Ground;
use crate::measure::Program;
use crate::server::Server;
use crate::sheet::Sheet;

/// The mode in which this program posts.
pub(crate) const POST: &str = "--post";
/// Requests in flight, on all sides.
pub(crate) const IN_FLIGHT: usize = 64;
/// Longer than a time-out, and never waited for.
const SETTLE: Duration = Duration::from_mins(2);

/// The process that posts all bodies to that server.
pub(crate) fn program(ground: &Ground, server: &Server, bodies: &Path) -> anyhow::Result<Program> {
    Ok(Program::own(POST, &ground.folder)?.arg(server.clients()).arg(server.token()?).arg(bodies))
}

/// Posts every line of the file as a client.
pub(crate) fn posting_child(url: &str, token: &str, bodies: &Path) -> anyhow::Result<()> {
    let text = fs::read_to_string(bodies)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().http1_only().build()?;
        let posts = text.lines().map(|body| post(&client, url, token, body.to_owned()));
        let mut answers = futures::stream::iter(posts).buffer_unordered(IN_FLIGHT);
        while let Some(answer) = answers.next().await {
            answer?;
        }
        Ok(())
    })
}

async fn post(client: &reqwest::Client, url: &str, token: &str, body: String) -> anyhow::Result<()> {
    let request = client.post(url).bearer_auth(token).header("content-type", "application/json").body(body);
    let answer = request.send().await?;
    let status = answer.status();
    answer.bytes().await?;
    ensure!(status.as_u16() == 201, "a create was answered with {status}");
    Ok(())
}

/// The bodies that leapsync sends for that file, one in a line.
pub(crate) fn bodies(ground: &Ground, sheet: Sheet) -> anyhow::Result<PathBuf> {
    let path = ground.folder.join(format!("{sheet}.jsonl"));
    if !path.exists() {
        let bodies = recorded(&sheet.file(&ground.folder)?)?;
        ensure!(bodies.len() as u64 == sheet.rows, "{} bodies of {} rows", bodies.len(), sheet.rows);
        let beside = path.with_extension("part");
        let mut out = BufWriter::new(File::create(&beside)?);
        for body in bodies {
            out.write_all(&body)?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        fs::rename(beside, &path)?;
    }
    Ok(path)
}

/// Lets leapsync create all clients in a sandbox in this process, and listens.
fn recorded(file: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let heard = runtime.block_on(async {
        let options = Options { per_minute: None, per_day: None, ..Options::default() };
        let clock = Clock::system();
        let sandbox = Arc::new(Sandbox::new(options, clock)?);
        let ear = Arc::new(Ear { inner: sandbox.local(Duration::ZERO), heard: Mutex::new(Vec::new()) });
        let job = job(file);
        let (_handle, stop) = Stop::new();
        let order = Order { job: &job, clock, stop, listener: &mut |_| {} };
        let transport: Arc<dyn Transport> = Arc::clone(&ear) as _;
        let finished =
            sync::sync(order, remote(&sandbox, transport)?, &folder.path().join("bodies.db")).await;
        if let Some(error) = finished.error {
            bail!(error);
        }
        let mut heard = ear.heard.lock().ok().context("the ear is broken")?;
        Ok(std::mem::take(&mut *heard))
    })?;
    Ok(heard)
}

/// Hears the bodies of creates on their way.
struct Ear {
    inner: Local,
    heard: Mutex<Vec<Vec<u8>>>,
}

impl Transport for Ear {
    fn send(&self, request: Request, cap: usize) -> Sending<'_> {
        if request.method() == Method::POST
            && request.uri().path().ends_with("/client/")
            && let Ok(mut heard) = self.heard.lock()
        {
            heard.push(request.body().to_vec());
        }
        self.inner.send(request, cap)
    }
}

fn remote(sandbox: &Sandbox, transport: Arc<dyn Transport>) -> anyhow::Result<Remote> {
    let origin: Origin = "http://127.0.0.1".parse()?;
    let credentials = Credentials {
        client_id: Secret::new(sandbox.client_id()),
        client_secret: Secret::new(sandbox.client_secret()),
    };
    let limits = Limits { per_minute: None, per_day: None };
    let pace = Pace { limits, per_second: None, concurrency: IN_FLIGHT, ..Pace::default() };
    Ok(Remote { transport, origin, credentials, partner: None, pace, seed: 1 })
}

fn job(file: &Path) -> Job {
    Job {
        input: file.to_owned(),
        reading: Reading::default(),
        rules: Rules::default(),
        on_new_mapping: OnNewMapping::Hold,
        on_gone: OnGone::Report,
        after_runs: 2,
        bounds: Bounds::default(),
        expected: Expected::default(),
        scope: Scope::Full,
        limit: None,
        adoption: Adoption::ReadFirst,
        settle: SETTLE,
        witness: None,
    }
}
