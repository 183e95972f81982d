//! A sandbox as a process, without limits.
//!
//! In: the program, a folder and a port. Out: the environment that leads to it, and a token. It ends with its value.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::measure::Program;

/// How many lines it prints before it serves.
const LINES: usize = 4;

/// A running sandbox.
pub(crate) struct Server {
    process: Child,
    /// The variables by which leapsync finds it.
    pub(crate) variables: Vec<(String, String)>,
}

impl Server {
    /// Starts one.
    pub(crate) fn start(leapsync: &Path, folder: &Path, port: u16) -> anyhow::Result<Self> {
        let unlimited = ["sandbox", "--per-minute", "0", "--per-day", "0", "--port"];
        let program = Program::new(leapsync, folder).args(unlimited).arg(port.to_string());
        let mut command = program.command();
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let stdout = process.stdout.take().context("the sandbox has no standard output")?;
        let mut server = Self { process, variables: Vec::new() };
        for line in BufReader::new(stdout).lines().take(LINES) {
            let line = line?;
            let (name, value) = line.split_once('=').with_context(|| format!("the sandbox said `{line}`"))?;
            server.variables.push((name.to_owned(), value.to_owned()));
        }
        ensure!(server.variables.len() == LINES, "the sandbox did not start on port {port}");
        Ok(server)
    }

    /// The same on a port of the system's choice.
    pub(crate) fn anywhere(leapsync: &Path, folder: &Path) -> anyhow::Result<Self> {
        Self::start(leapsync, folder, 0)
    }

    fn variable(&self, name: &str) -> &str {
        let found = self.variables.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Where clients are created.
    pub(crate) fn clients(&self) -> String {
        let (url, partner) = (self.variable("MAKELEAPS_BASE_URL"), self.variable("MAKELEAPS_PARTNER_MID"));
        format!("{url}/api/partner/{partner}/client/")
    }

    /// A new token of its key.
    pub(crate) fn token(&self) -> anyhow::Result<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let answer: Value = runtime.block_on(async {
            let url = format!("{}/user/oauth2/token/", self.variable("MAKELEAPS_BASE_URL"));
            let _ = rustls::crypto::ring::default_provider().install_default();
            let client = reqwest::Client::builder().no_proxy().build()?;
            let (id, secret) =
                (self.variable("MAKELEAPS_CLIENT_ID"), self.variable("MAKELEAPS_CLIENT_SECRET"));
            let request = client.post(url).basic_auth(id, Some(secret)).body("grant_type=client_credentials");
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            Ok::<_, anyhow::Error>(serde_json::from_slice(&request.send().await?.bytes().await?)?)
        })?;
        Ok(answer["access_token"].as_str().context("the sandbox gave no token")?.to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that nobody uses at this moment.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
