//! The HTTP door: the same answers as in process, and faults on real sockets.

use std::time::Duration;

use leapsync::sandbox::{Options, Sandbox};
use leapsync::wire::Request;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::served::Served;
use crate::world::{World, organization, person, text};

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
        12 | 13 => request("DELETE", &url, None),
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
    stream.write_all(b"GET /api/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let error = stream.read(&mut [0; 64]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_truncated_answer_announces_more_than_it_sends() {
    let served = Served::with_token(Options::default()).await;
    served.sandbox.set_faults("truncated".parse().unwrap());
    let mut stream = TcpStream::connect(served.origin.trim_start_matches("http://")).await.unwrap();
    stream.write_all(b"GET /api/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
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
