//! The control routes: faults, limits and tokens at run time, the log and the state.

use leapsync::sandbox::Options;
use serde_json::{Value, json};

use crate::served::Served;

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
