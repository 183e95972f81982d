//! What the sandbox keeps on disk, and what it invents at the start.

use std::path::PathBuf;
use std::time::Duration;

use leapsync::clock::Clock;
use leapsync::sandbox::{Options, Sandbox, SandboxError};
use serde_json::Value;

use crate::served::Served;
use crate::world::{World, company, text};

#[test]
fn a_sandbox_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Sandbox>();
    shared::<leapsync::sandbox::Local>();
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
