//! A sandbox served over loopback, and a raw client for it.

use std::sync::Arc;
use std::time::Duration;

use leapsync::clock::Clock;
use leapsync::sandbox::{Options, Sandbox, SandboxError};
use leapsync::wire::Request;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::world::{Answer, World, company, text};

/// A served sandbox and a raw client for it.
pub(crate) struct Served {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) origin: String,
    pub(crate) http: reqwest::Client,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) task: JoinHandle<Result<(), SandboxError>>,
    pub(crate) token: String,
}

impl Served {
    pub(crate) async fn new(options: Options) -> Self {
        let sandbox = Arc::new(Sandbox::new(options, Clock::system()).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            let _ = stopped.await;
        };
        let task = tokio::spawn(Arc::clone(&sandbox).serve(listener, shutdown));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self { sandbox, origin, http, stop, task, token: String::new() }
    }

    pub(crate) async fn with_token(options: Options) -> Self {
        let mut served = Self::new(options).await;
        let world = World {
            sandbox: Arc::clone(&served.sandbox),
            local: served.sandbox.local(Duration::ZERO),
            token: String::new(),
        };
        let answer = served.send(&world.token_request()).await.unwrap();
        text(&answer.json(), "access_token").clone_into(&mut served.token);
        served
    }

    /// Sends the same raw request, to this server instead of the in-process one.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, reqwest::Error> {
        let url = format!("{}{}", self.origin, request.uri().path_and_query().unwrap());
        let sent = self.http.request(request.method().clone(), url).headers(request.headers().clone());
        let response = sent.body(request.body().clone()).send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, text: response.text().await? })
    }

    pub(crate) async fn api(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, reqwest::Error> {
        let url = format!("http://here/api/partner/{}{path}", self.sandbox.partner_mid());
        let request = http::Request::builder().method(method).uri(url);
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let request = request.header("content-type", "application/json");
        self.send(&request.body(body.map(Value::to_string).unwrap_or_default().into()).unwrap()).await
    }

    pub(crate) async fn create(&self) -> Result<Answer, reqwest::Error> {
        self.api("POST", "/client/", Some(&company("C-1", "Example"))).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(&http::Request::get(format!("http://here{path}")).body("".into()).unwrap()).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        let request = http::Request::post(format!("http://here{path}"));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.send(&request.body(body.to_owned().into()).unwrap()).await.unwrap()
    }

    pub(crate) async fn end(self) -> Result<(), SandboxError> {
        self.stop.send(()).unwrap();
        self.task.await.unwrap()
    }
}
