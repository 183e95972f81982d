//! The HTTP door over loopback: the same answers as in process, faults on real sockets, controls, pages and files.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use leapsync::clock::Clock;
use leapsync::sandbox::{Options, Sandbox, SandboxError};
use leapsync::wire::Request;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::world::{World, company, organization, person, text};

/// A served sandbox and a raw client for it.
struct Served {
    sandbox: Arc<Sandbox>,
    origin: String,
    http: reqwest::Client,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), SandboxError>>,
    token: String,
}

impl Served {
    async fn new(options: Options) -> Self {
        let sandbox = Arc::new(Sandbox::new(options, Clock::system()).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            let _ = stopped.await;
        };
        let task = tokio::spawn(Arc::clone(&sandbox).serve(listener, shutdown));
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self { sandbox, origin, http, stop, task, token: String::new() }
    }

    async fn with_token(options: Options) -> Self {
        let mut served = Self::new(options).await;
        let world = World {
            sandbox: Arc::clone(&served.sandbox),
            local: served.sandbox.local(Duration::ZERO),
            token: String::new(),
        };
        served.token = served.send(&world.token_request()).await.unwrap().json()["access_token"]
            .as_str()
            .unwrap()
            .to_owned();
        served
    }

    /// Sends the same raw request, to this server instead of the in-process one.
    async fn send(&self, request: &Request) -> Result<crate::world::Answer, reqwest::Error> {
        let url = format!("{}{}", self.origin, request.uri().path_and_query().unwrap());
        let sent = self.http.request(request.method().clone(), url).headers(request.headers().clone());
        let response = sent.body(request.body().clone()).send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(crate::world::Answer { status, headers, text: response.text().await? })
    }

    async fn api(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<crate::world::Answer, reqwest::Error> {
        let url = format!("http://here/api/partner/{}{path}", self.sandbox.partner_mid());
        let request = http::Request::builder().method(method).uri(url);
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let request = request.header("content-type", "application/json");
        self.send(&request.body(body.map(Value::to_string).unwrap_or_default().into()).unwrap()).await
    }

    async fn create(&self) -> Result<crate::world::Answer, reqwest::Error> {
        self.api("POST", "/client/", Some(&company("C-1", "Example"))).await
    }

    async fn get(&self, path: &str) -> crate::world::Answer {
        self.send(&http::Request::get(format!("http://here{path}")).body("".into()).unwrap()).await.unwrap()
    }

    async fn post(&self, path: &str, body: &str) -> crate::world::Answer {
        let request = http::Request::post(format!("http://here{path}"));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.send(&request.body(body.to_owned().into()).unwrap()).await.unwrap()
    }

    async fn end(self) -> Result<(), SandboxError> {
        self.stop.send(()).unwrap();
        self.task.await.unwrap()
    }
}

/// The requests of a whole day's work, made of what earlier answers said.
fn next_request(world: &World, step: usize, client: &Value) -> Option<Request> {
    let url = text(client, "url").to_owned();
    let contact = client["contacts"][0].as_str().unwrap_or_default().to_owned();
    let body = json!({"client_external_id": "C-1", "contacts": [organization("例"), person("佐藤", "sato@example.com")]});
    let request = |method: &str, path: &str, body: Option<&Value>| Some(world.request(method, path, body));
    match step {
        0 => request("GET", "http://127.0.0.1/api/", None),
        1 => request("POST", "/client/", Some(&json!({"contacts": [organization("")]}))),
        2 => request("POST", "/client", Some(&body)),
        3 => request("POST", "/client/", Some(&body)),
        4 => request("GET", "/client/?page_size=1&search=%E4%BE%8B", None),
        5 => request("PATCH", &contact, Some(&json!({"name": "例２", "addresses": [{"region": "tokyo"}]}))),
        6 => request("PATCH", &url, Some(&json!({"contacts": [contact]}))),
        7 => request("PUT", &url, Some(&json!({}))),
        8 => request("OPTIONS", &url, None),
        9 => request("GET", &format!("{url}?expand=contacts"), None),
        10 => request("GET", text(client, "settings"), None),
        11 => request("GET", "/contact/?page=9", None),
        12 => request("DELETE", &url, None),
        13 => request("DELETE", &url, None),
        14 => request("TRACE", "/client/", None),
        15 => request("GET", "/nowhere/", None),
        16 => Some(http::Request::get(world.url("/client/")).body("".into()).unwrap()),
        _ => None,
    }
}

#[tokio::test]
async fn both_doors_give_the_same_answers() {
    let mut world = World::new().await;
    let served = Served::with_token(Options::default()).await;
    assert_eq!(world.token, served.token);
    world.token.clone_from(&served.token);
    let mut client = Value::Null;
    let mut step = 0;
    while let Some(mut request) = next_request(&world, step, &client) {
        request.headers_mut().insert("x-api-version", HeaderValue::from_static("v2023.06.26"));
        let inside = world.send(request.clone()).await.unwrap();
        let outside = served.send(&request).await.unwrap();
        let told = |headers: &HeaderMap, name: &str| {
            headers.get(name).map(|value| value.to_str().unwrap().to_owned())
        };
        let here = outside.text.replace(&served.origin, "http://127.0.0.1:8787");
        assert_eq!(
            (inside.status, inside.text.replace("http://127.0.0.1/", "http://127.0.0.1:8787/")),
            (outside.status, here),
            "step {step}"
        );
        for name in ["allow", "content-type", "retry-after", "www-authenticate"] {
            assert_eq!(told(&inside.headers, name), told(&outside.headers, name), "step {step}: {name}");
        }
        if step == 3 {
            client = inside.response();
        }
        step += 1;
    }
    assert_eq!(step, 17);
    let seen = |sandbox: &Sandbox| {
        sandbox.log().into_iter().map(|entry| (entry.path, entry.status)).collect::<Vec<_>>()
    };
    assert_eq!(seen(&world.sandbox), seen(&served.sandbox));
    served.end().await.unwrap();
}

#[tokio::test]
async fn urls_name_the_host_that_was_asked() {
    let served = Served::with_token(Options::default()).await;
    let client = served.create().await.unwrap().response();
    assert!(text(&client, "url").starts_with(&served.origin), "{client}");
}

#[tokio::test]
async fn a_lost_answer_closes_the_connection_without_a_byte() {
    for (plan, made) in [("lost-before:POST", 0), ("lost-after:POST", 1), ("late-commit:POST:for=0s", 1)] {
        let served = Served::with_token(Options::default()).await;
        served.sandbox.set_faults(plan.parse().unwrap());
        let error = served.create().await.unwrap_err();
        assert!(error.is_request() && !error.is_connect(), "{plan}: {error:?}");
        assert_eq!(served.sandbox.clients().len(), made, "{plan}");
    }
}

#[tokio::test]
async fn a_reset_is_a_reset_on_the_socket() {
    let served = Served::with_token(Options::default()).await;
    served.sandbox.set_faults("reset".parse().unwrap());
    let mut stream = TcpStream::connect(served.origin.trim_start_matches("http://")).await.unwrap();
    stream.write_all(b"GET /api/ HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let error = stream.read(&mut [0; 64]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_truncated_answer_announces_more_than_it_sends() {
    let served = Served::with_token(Options::default()).await;
    served.sandbox.set_faults("truncated".parse().unwrap());
    let mut stream = TcpStream::connect(served.origin.trim_start_matches("http://")).await.unwrap();
    stream.write_all(b"GET /api/ HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let announced = head
        .to_lowercase()
        .split("content-length: ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .parse::<usize>()
        .unwrap();
    assert!(head.starts_with("HTTP/1.1 401"), "{head}");
    assert_eq!(body.len(), announced / 2);
    served.sandbox.set_faults("truncated:POST".parse().unwrap());
    assert!(served.create().await.is_err());
    assert_eq!(served.sandbox.clients().len(), 1);
}

#[tokio::test]
async fn broken_answers_arrive_as_they_are() {
    let cases = [
        ("garbled:POST", 201, 1),
        ("not-json-2xx:POST", 201, 1),
        ("5xx-after:POST", 500, 1),
        ("html-502:POST", 502, 0),
    ];
    for (plan, status, made) in cases {
        let served = Served::with_token(Options::default()).await;
        served.sandbox.set_faults(plan.parse().unwrap());
        let answer = served.create().await.unwrap();
        assert_eq!(
            (answer.status, answer.json(), served.sandbox.clients().len()),
            (status, Value::Null, made),
            "{plan}"
        );
    }
}

#[tokio::test]
async fn a_delay_and_a_dribble_take_real_time_and_lose_nothing() {
    let served = Served::with_token(Options::default()).await;
    for (plan, least) in [("delay:POST:for=120ms", 120), ("dribble:POST:for=15ms", 120)] {
        served.sandbox.set_faults(plan.parse().unwrap());
        let began = tokio::time::Instant::now();
        let answer = served.create().await.unwrap();
        assert_eq!(answer.status, 201);
        assert_eq!(answer.response()["display_name"], "Example");
        assert!(began.elapsed() >= Duration::from_millis(least), "{plan}");
    }
}

#[tokio::test]
async fn a_storm_and_a_redirect_arrive_with_their_headers() {
    let served = Served::with_token(Options::default()).await;
    served.sandbox.set_faults("429-storm-negative:nth=1,redirect:nth=2".parse().unwrap());
    let storm = served.create().await.unwrap();
    assert_eq!((storm.status, storm.header("retry-after")), (429, Some("-7")));
    let moved = served.create().await.unwrap();
    let target = format!("{}/api/partner/{}/client/", served.origin, served.sandbox.partner_mid());
    assert_eq!((moved.status, moved.header("location")), (301, Some(target.as_str())));
}

#[tokio::test]
async fn the_controls_change_faults_limits_and_tokens_and_show_log_and_state() {
    let served = Served::with_token(Options::default()).await;
    let said = served.post("/control/faults", "lost-after:POST:every=7, delay:/client/:for=1s").await;
    assert_eq!((said.status, said.text.as_str()), (200, "lost-after:POST:every=7,delay:/client/:for=1000ms"));
    let refused = served.post("/control/faults", "nonsense").await;
    assert_eq!((refused.status, refused.text.as_str()), (400, "no fault is called `nonsense`\n"));
    assert_eq!(served.get("/control/faults").await.text, said.text);
    assert_eq!(served.post("/control/faults", "").await.text, "");

    let limits = served.post("/control/limits", "{\"per_minute\": 7, \"per_day\": null}").await.json();
    assert_eq!(limits, json!({"per_minute": 7, "per_day": null}));
    assert_eq!(served.sandbox.limits(), (Some(7), None));
    served.post("/control/limits", "{\"per_day\": 9}").await;
    assert_eq!(served.sandbox.limits(), (Some(7), Some(9)));
    assert_eq!(served.post("/control/limits", "{\"per_day\": \"x\"}").await.status, 400);

    served.create().await.unwrap();
    assert_eq!(served.post("/control/revoke", "").await.status, 204);
    assert_eq!(served.create().await.unwrap().status, 401);

    let log = served.get("/control/log").await.text;
    let statuses: Vec<Value> =
        log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["status"].clone()).collect();
    assert_eq!(statuses, [200, 201, 401]);
    let state = served.get("/control/state").await.json();
    assert_eq!(state["clients"], json!(served.sandbox.clients()));
    assert_eq!(state["counters"]["requests"], 3);
    assert_eq!(state["counters"]["committed"], 1);
    assert_eq!(state["counters"]["minute"], json!({"limit": 7, "used": 2}));
    assert_eq!(served.get("/control/revoke").await.status, 405);
    assert_eq!(served.get("/control/nothing").await.status, 404);
}

#[tokio::test]
async fn the_page_lists_clients_and_escapes_what_they_are_called() {
    let served = Served::new(Options { seed_clients: 60, ..Options::default() }).await;
    let evil = "<script>alert('x')</script> & \"Co\"";
    let mid = served.sandbox.add_client(&company("E-1", evil));
    let page = served.get("/").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(!page.text.contains("<script"), "a script got through");
    assert!(page.text.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;Co&quot;"));
    assert!(page.text.contains("61 clients") && page.text.contains("/ 120") && page.text.contains("page=2"));
    assert!(
        !page.text.contains("http://") && !page.text.contains("https://"),
        "something comes from elsewhere"
    );
    assert!(served.get("/?page=2").await.text.contains("newer"));
    served.sandbox.archive_client(&mid);
    assert!(!served.get("/?search=e-1").await.text.contains(&mid));
    assert!(served.get("/?search=e-1&show=archived").await.text.contains(&mid));
    assert!(served.sandbox.log().is_empty());
}

#[tokio::test]
async fn a_person_edits_archives_documents_and_deletes_on_the_page() {
    let served = Served::new(Options::default()).await;
    let mid = served
        .sandbox
        .add_client(&json!({"client_external_id": "C-1", "contacts": [organization("Example")]}));
    let contact = text(&served.sandbox.clients()[0]["contacts"][0], "mid").to_owned();
    let here = format!("/web/client/{mid}");
    let edited = served
        .post(
            &format!("{here}/edit"),
            "client_external_id=C-2&lang_code=en&date_cutoff=&tax_registration_number=",
        )
        .await;
    assert_eq!((edited.status, edited.header("location")), (303, Some(here.as_str())));
    let form = "name=%E4%BE%8B&email=a%40example.com&postal_code=150-0001&region=tokyo&locality=&country=JP";
    assert_eq!(served.post(&format!("{here}/contact/{contact}"), form).await.status, 303);
    let client = served.sandbox.clients().remove(0);
    assert_eq!(
        (text(&client, "client_external_id"), text(&client, "lang_code"), text(&client, "display_name")),
        ("C-2", "en", "例")
    );
    assert_eq!(client["contacts"][0]["email"], json!({"address": "a@example.com"}));
    assert_eq!(client["contacts"][0]["default_address"]["region"], "tokyo");

    let refused = served.post(&format!("{here}/contact/{contact}"), "name=&email=").await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("name: This field may not be blank."), "{}", refused.text);
    served.post(&format!("{here}/archive"), "").await;
    assert_ne!(served.sandbox.clients()[0]["date_archived"], Value::Null);
    served.post(&format!("{here}/unarchive"), "").await;
    assert_eq!(served.sandbox.clients()[0]["date_archived"], Value::Null);
    served.post(&format!("{here}/document"), "").await;
    assert!(served.get(&here).await.text.contains("INV-"));
    assert_eq!(served.post(&format!("{here}/delete"), "").await.status, 400);
    let other = served.sandbox.add_client(&company("C-3", "Other"));
    let deleted = served.post(&format!("/web/client/{other}/delete"), "").await;
    assert_eq!((deleted.status, deleted.header("location")), (303, Some("/")));
    assert_eq!(served.get(&format!("/web/client/{other}")).await.status, 404);
    assert_eq!(served.sandbox.clients().len(), 1);
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let served = Served::new(Options::default()).await;
    let mid = served.sandbox.add_client(&company("C-1", "Example"));
    let request = |origin: &str| {
        let request = http::Request::post(format!("http://here/web/client/{mid}/delete"));
        request.header("origin", origin).body("".into()).unwrap()
    };
    assert_eq!(served.send(&request("http://evil.example")).await.unwrap().status, 403);
    assert_eq!(served.sandbox.clients().len(), 1);
    assert_eq!(served.send(&request(&served.origin)).await.unwrap().status, 303);
}

#[tokio::test]
async fn the_request_page_shows_status_and_fault_and_loads_itself_again() {
    let served = Served::with_token(Options::default()).await;
    served.sandbox.set_faults("html-502:POST".parse().unwrap());
    served.create().await.unwrap();
    let page = served.get("/requests").await.text;
    assert!(
        page.contains("http-equiv=\"refresh\"") && page.contains("html-502") && page.contains(">502<"),
        "{page}"
    );
    assert!(page.contains("/client/"));
}

fn scratch(name: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    (folder, path)
}

#[tokio::test]
async fn the_account_outlives_the_server() {
    let (_folder, path) = scratch("data.json");
    let options = || Options { data_file: Some(path.clone()), seed_clients: 3, ..Options::default() };
    let served = Served::with_token(options()).await;
    served.create().await.unwrap();
    let mid = text(&served.sandbox.clients()[3], "mid").to_owned();
    served.sandbox.add_document(&mid);
    served.sandbox.archive_client(text(&served.sandbox.clients()[0], "mid"));
    let before = served.sandbox.clients();
    served.end().await.unwrap();
    let served = Served::with_token(options()).await;
    assert_eq!(served.sandbox.clients(), before);
    assert!(!served.sandbox.delete_client(&mid), "the document is forgotten");
    assert_eq!(served.create().await.unwrap().status, 201);
    assert_eq!(served.sandbox.clients().len(), 5);
}

#[tokio::test]
async fn the_account_is_saved_while_the_server_runs() {
    let (_folder, path) = scratch("data.json");
    let served = Served::with_token(Options { data_file: Some(path.clone()), ..Options::default() }).await;
    served.create().await.unwrap();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while !std::fs::read_to_string(&path).is_ok_and(|text| text.contains("C-1")) {
        assert!(tokio::time::Instant::now() < deadline, "nothing was saved");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_data_file_of_another_kind_is_refused() {
    let (_folder, path) = scratch("data.json");
    for content in ["not json", "{\"format\": \"other\"}"] {
        std::fs::write(&path, content).unwrap();
        let refused =
            Sandbox::new(Options { data_file: Some(path.clone()), ..Options::default() }, Clock::system());
        assert!(matches!(refused, Err(SandboxError::DataFile { .. })), "{content}");
    }
}

#[tokio::test]
async fn every_request_is_appended_to_the_log_file() {
    let (_folder, path) = scratch("requests.jsonl");
    std::fs::write(&path, "{}\n").unwrap();
    let world = World::with(Options { log_file: Some(path.clone()), ..Options::default() }).await;
    world.create("C-1", "Example").await;
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[2]["body"], company("C-1", "Example"));
    assert!(!text.contains(&world.token) && !text.contains(world.sandbox.client_secret()));
    let nowhere = Options { log_file: Some(path.join("x")), ..Options::default() };
    assert!(matches!(Sandbox::new(nowhere, Clock::system()), Err(SandboxError::LogFile { .. })));
}

#[tokio::test]
async fn invented_clients_are_the_same_for_a_seed_and_keep_the_rules() {
    let sandbox = |seed| {
        Sandbox::new(Options { seed, seed_clients: 200, ..Options::default() }, Clock::system()).unwrap()
    };
    let clients = sandbox(1).clients();
    assert_eq!(clients.len(), 200);
    assert_eq!(clients, sandbox(1).clients());
    assert_ne!(clients, sandbox(2).clients());
    for language in ["ja", "en"] {
        assert!(clients.iter().any(|client| text(client, "lang_code") == language));
    }
}
