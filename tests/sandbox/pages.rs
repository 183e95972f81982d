//! The page to look at, and what people do on it.

use leapsync::sandbox::Options;
use serde_json::{Value, json};

use crate::served::Served;
use crate::world::{company, organization, text};

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
    served.post(&format!("{here}/contact/{contact}"), "region=osaka").await;
    let client = served.sandbox.clients().remove(0);
    assert_eq!(client["contacts"][0]["addresses"].as_array().unwrap().len(), 1);
    assert_eq!(client["contacts"][0]["default_address"]["region"], "osaka");
    assert_eq!(client["contacts"][0]["default_address"]["postal_code"], "150-0001");

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
