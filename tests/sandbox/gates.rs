//! What stands before the rules: tokens, quotas, slashes, methods, media types; and what every answer carries.

use std::time::Duration;

use bytes::Bytes;
use leapsync::sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::world::{World, company, text};

#[tokio::test]
async fn a_key_is_exchanged_for_a_token_that_opens_the_api() {
    let world = World::without_token(Options::default());
    let answer = world.send(world.token_request()).await.unwrap();
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!((text(&body, "token_type"), text(&body, "scope")), ("Bearer", "read write"));
    assert_eq!(body["expires_in"], 36_000);
    let world = World::new().await;
    assert_eq!(world.get("/client/").await.status, 200);
}

#[tokio::test]
async fn a_wrong_key_is_an_invalid_client() {
    let world = World::without_token(Options::default());
    for path in ["token", "revoke-token"] {
        let request = http::Request::post(format!("http://127.0.0.1/user/oauth2/{path}/"));
        let request =
            request.header("authorization", "Basic bm9ib2R5Om5vdGhpbmc=").body(Bytes::new()).unwrap();
        let answer = world.send(request).await.unwrap();
        assert_eq!((answer.status, answer.json()), (401, json!({"error": "invalid_client"})));
        assert_eq!(answer.header("www-authenticate"), Some("Bearer, error=\"invalid_client\""));
    }
}

#[tokio::test]
async fn a_token_request_without_the_right_grant_is_refused() {
    let world = World::without_token(Options::default());
    for (form, error) in [("", "invalid_request"), ("grant_type=password", "unsupported_grant_type")] {
        let mut request = world.token_request();
        *request.body_mut() = Bytes::from(form);
        let answer = world.send(request).await.unwrap();
        assert_eq!((answer.status, answer.json()), (400, json!({"error": error})));
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_ends_with_its_lifetime_with_its_revocation_or_by_the_servers_will() {
    let mut world =
        World::with(Options { token_lifetime: Duration::from_secs(100), ..Options::default() }).await;
    sleep(Duration::from_secs(99)).await;
    assert_eq!(world.get("/").await.status, 200);
    sleep(Duration::from_secs(1)).await;
    let expired = world.get("/").await;
    assert_eq!(
        (expired.status, expired.json()),
        (401, json!({"detail": "Authentication credentials were not provided."}))
    );
    assert!(expired.header("www-authenticate").unwrap().contains("invalid_token"));

    world.token = world.fresh_token().await;
    let mut revoke = world.token_request();
    *revoke.uri_mut() = "http://127.0.0.1/user/oauth2/revoke-token/".parse().unwrap();
    *revoke.body_mut() = Bytes::from(format!("token={}", world.token));
    assert_eq!(world.send(revoke).await.unwrap().status, 200);
    assert_eq!(world.get("/").await.status, 401);

    world.token = world.fresh_token().await;
    assert_eq!(world.get("/").await.status, 200);
    world.sandbox.revoke_tokens();
    assert_eq!(world.get("/").await.status, 401);
}

#[tokio::test]
async fn the_partner_is_found_from_the_key_alone() {
    let world = World::new().await;
    let root = world.get("http://127.0.0.1:8787/api/").await.response();
    let partner = root["partners"][0].clone();
    assert_eq!(partner["url"], world.url("/"));
    assert!(root["currencies"]["JPY"].is_object());
    let list = world.get("http://127.0.0.1:8787/api/partner/").await.response();
    assert_eq!(list, json!([partner]));
    assert_eq!(world.get(text(&partner, "url")).await.response(), partner);
    for kind in ["clients", "contacts", "documents"] {
        assert_eq!(world.get(text(&partner, kind)).await.status, 200, "{kind}");
    }
}

#[tokio::test]
async fn another_partner_is_forbidden_and_does_not_count() {
    let world = World::new().await;
    let answer = world.get("http://127.0.0.1/api/partner/1234567890123456789/client/").await;
    let expected = json!({"detail": "You do not have permission to perform this action."});
    assert_eq!((answer.status, answer.json()), (403, expected));
    assert_eq!(world.sandbox.requests_in_any(Duration::from_mins(1)), 1);
}

#[tokio::test(start_paused = true)]
async fn the_minute_refuses_with_a_wait_and_opens_again_after_it() {
    let world = World::with(Options { per_minute: Some(3), ..Options::default() }).await;
    sleep(Duration::from_secs(10)).await;
    world.get("/").await;
    world.get("/client/1/").await;
    sleep(Duration::from_millis(500)).await;
    let refused = world.post("/client/", &company("C-1", "Example")).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("50")));
    assert_eq!(refused.json(), json!({"detail": "Request was throttled. Expected available in 50 seconds."}));
    assert!(world.sandbox.clients().is_empty());
    assert!(world.sandbox.log().last().unwrap().throttled);
    sleep(Duration::from_secs(50)).await;
    assert_eq!(world.get("/").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn hammering_on_the_minute_burns_the_day() {
    let world = World::with(Options { per_minute: Some(1), per_day: Some(4), ..Options::default() }).await;
    for _ in 0..3 {
        assert_eq!(world.get("/").await.status, 429);
    }
    sleep(Duration::from_mins(1)).await;
    let refused = world.get("/").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("86340")));
}

#[tokio::test(start_paused = true)]
async fn a_limit_lowered_below_its_log_refuses_without_a_wait() {
    let world = World::new().await;
    for _ in 0..4 {
        world.get("/").await;
    }
    world.sandbox.set_limits(Some(2), None);
    let refused = world.get("/").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, None));
    assert_eq!(refused.json(), json!({"detail": "Request was throttled."}));
    assert_eq!(world.sandbox.limits(), (Some(2), None));
}

#[tokio::test]
async fn what_counts_is_every_request_that_got_past_the_token() {
    let mut world = World::new().await;
    world.get("/client/1234567890123456789/").await;
    world.post("/client/", &json!({})).await;
    world.post("/contact/", &json!({})).await;
    world.options("/client/").await;
    assert_eq!(world.sandbox.requests_in_any(Duration::from_mins(1)), 5);
    world.get("/nothing/").await;
    world.get("/client").await;
    world.token.clear();
    world.get("/").await;
    assert_eq!(world.sandbox.requests_in_any(Duration::from_mins(1)), 5);
}

#[tokio::test]
async fn a_path_without_its_slash_is_sent_to_the_one_with_it() {
    let world = World::new().await;
    let answer = world.post("/client?page=2", &company("C-1", "Example")).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (301, Some(world.url("/client/?page=2").as_str()))
    );
    assert!(world.sandbox.clients().is_empty());
}

#[tokio::test]
async fn missing_objects_methods_and_media_types_are_told_in_the_frameworks_words() {
    let world = World::new().await;
    for path in [
        "/client/12/",
        "/client/1234567890123456789/",
        "/contact/1/",
        "/client/1/settings/",
        "/document/1/",
        "/x/",
    ] {
        let answer = world.get(path).await;
        assert_eq!((answer.status, answer.json()), (404, json!({"detail": "Not found."})), "{path}");
    }
    let answer = world.put("/client/", &json!({})).await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD, POST, OPTIONS")));
    let mut request = world.request("POST", "/client/", Some(&company("C-1", "Example")));
    request.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    let answer = world.send(request).await.unwrap();
    let expected = json!({"detail": "Unsupported media type \"text/plain\" in request."});
    assert_eq!((answer.status, answer.json()), (415, expected));
    let mut request = world.request("POST", "/client/", Some(&json!({})));
    *request.body_mut() = Bytes::from_static(b"{\"a\":");
    let answer = world.send(request).await.unwrap();
    assert_eq!(answer.status, 400);
    assert!(text(&answer.json(), "detail").starts_with("JSON parse error - "));
}

#[tokio::test]
async fn messages_come_in_the_language_that_is_asked_for() {
    let world = World::new().await;
    for (wish, expected) in [
        ("ja", "この項目は必須です。"),
        ("ja-JP,en;q=0.5", "この項目は必須です。"),
        ("en, ja;q=0.9", "This field is required."),
        ("fr", "This field is required."),
    ] {
        let mut request = world.request("POST", "/client/", Some(&json!({})));
        request.headers_mut().insert("accept-language", wish.parse().unwrap());
        assert_eq!(world.send(request).await.unwrap().json(), json!({"contacts": [expected]}), "{wish}");
    }
}

#[tokio::test]
async fn an_unchanged_object_answers_304_to_its_own_tag() {
    let world = World::new().await;
    let client = world.create("C-1", "Example").await;
    let tag = world.get(text(&client, "url")).await.header("etag").unwrap().to_owned();
    let conditional = || {
        let mut request = world.request("GET", text(&client, "url"), None);
        request.headers_mut().insert("if-none-match", tag.parse().unwrap());
        request
    };
    let unchanged = world.send(conditional()).await.unwrap();
    assert_eq!((unchanged.status, unchanged.text.as_str()), (304, ""));
    world.patch(text(&client, "url"), &json!({"lang_code": "en"})).await;
    assert_eq!(world.send(conditional()).await.unwrap().status, 200);
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let world = World::new().await;
    let answer = world.send(world.request("HEAD", "/client/", None)).await.unwrap();
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
}

#[tokio::test]
async fn options_tells_the_contract_of_each_route() {
    let world = World::new().await;
    let client = world.create("C-1", "Example").await;
    let list = world.options("/client/").await.json();
    assert_eq!(list["name"], "Client List");
    assert_eq!(list["parses"], json!(["application/json"]));
    let post = &list["actions"]["POST"];
    let external_id = json!({"type": "string", "required": false, "read_only": false, "label": "Client external id", "max_length": 255});
    assert_eq!(post["client_external_id"], external_id);
    assert_eq!(post["display_name"]["read_only"], true);
    assert_eq!(post["contacts"]["required"], true);
    assert_eq!(post["lang_code"]["choices"][1], json!({"value": "en", "display_name": "English"}));
    let contact = &post["contacts"]["child"]["children"];
    assert_eq!(contact["family_name"]["max_length"], 100);
    assert_eq!(contact["email"]["children"]["address"]["required"], true);
    let address = &contact["addresses"]["child"]["children"];
    assert_eq!(address["region"]["choices"].as_array().unwrap().len(), 47);
    assert_eq!(address["postal_code"]["max_length"], 20);
    let actions = |answer: Value| {
        answer["actions"].as_object().map(|actions| actions.keys().cloned().collect::<Vec<_>>())
    };
    for path in [text(&client, "url"), text(&client, "settings"), text(&client, "default_contact")] {
        assert_eq!(actions(world.options(path).await.json()), Some(vec!["PUT".to_owned()]), "{path}");
    }
    for path in [
        "/",
        "/contact/",
        "/document/",
        "/client/12/",
        "http://127.0.0.1/api/",
        "http://127.0.0.1/api/partner/",
    ] {
        let answer = world.options(path).await;
        assert_eq!((answer.status, actions(answer.json())), (200, None), "{path}");
    }
    let mut token = world.token_request();
    *token.method_mut() = http::Method::OPTIONS;
    assert_eq!(world.send(token).await.unwrap().json()["name"], "Token");
}

#[tokio::test]
async fn the_log_says_what_was_asked_and_what_became_of_it_without_secrets() {
    let world = World::new().await;
    world.post("/client/?x=1", &company("C-1", "Example")).await;
    world.post("/client/", &json!({"token": "hunter2"})).await;
    let log = world.sandbox.log();
    assert_eq!(log.len(), 3);
    assert_eq!(
        (log[0].method.as_str(), log[0].path.as_str(), log[0].status),
        ("POST", "/user/oauth2/token/", 200)
    );
    assert_eq!((log[0].body.clone(), log[0].committed), (None, false));
    assert_eq!((log[1].query.as_deref(), log[1].status, log[1].committed), (Some("x=1"), 201, true));
    assert_eq!(log[1].body, Some(company("C-1", "Example")));
    assert_eq!((log[2].status, log[2].committed), (400, false));
    assert_eq!(log[2].body, Some(json!({"token": "***"})));
}

#[tokio::test]
async fn ids_are_the_same_for_a_seed_and_others_for_another() {
    let one = World::with(Options { seed: 5, ..Options::default() }).await;
    let two = World::with(Options { seed: 5, ..Options::default() }).await;
    let other = World::with(Options { seed: 6, ..Options::default() }).await;
    let facts = |sandbox: &Sandbox| {
        [sandbox.client_id(), sandbox.client_secret(), sandbox.partner_mid()].map(str::to_owned)
    };
    assert_eq!(facts(&one.sandbox), facts(&two.sandbox));
    assert!(facts(&one.sandbox).iter().zip(facts(&other.sandbox)).all(|(a, b)| *a != b));
    assert_eq!(one.create("C-1", "Example").await, two.create("C-1", "Example").await);
}
