//! The page to look at: clients, one client, the live request log. Served beside the API, for people.
//!
//! In: requests outside `/api` and `/user`. Out: HTML, or a redirect after a form. What people do here costs no quota and stands in no log.

mod client_page;
mod clients_page;
mod forms;
mod layout;
mod requests_page;

use http::Method;

use super::Sandbox;
use super::mids::Mid;
use super::outcome::{Body, Outcome};
use crate::wire;

/// What a browser may do with a page: show it, and send its forms back here.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Answers a request for a page or of a form; `None` when the path belongs to the API.
pub(super) fn answer(sandbox: &Sandbox, request: &wire::Request) -> Option<Outcome> {
    let path = request.uri().path();
    let steps: Vec<&str> = path.trim_matches('/').split('/').collect();
    let query = request.uri().query().unwrap_or_default();
    match (request.method(), steps.as_slice()) {
        (&Method::GET, [""]) => Some(page(200, clients_page::show(sandbox, query))),
        (&Method::GET, ["requests"]) => Some(page(200, requests_page::show(sandbox))),
        (&Method::GET, ["web", "client", mid]) => Some(client(sandbox, Mid::parse(mid)?, 200, "")),
        (&Method::POST, ["web", ..]) if foreign(request) => {
            Some(page(403, layout::notice(sandbox, "This form was sent from another site.")))
        }
        (&Method::POST, ["web", "client", mid, act]) => {
            let mid = Mid::parse(mid)?;
            Some(acted(sandbox, mid, forms::on_client(sandbox, mid, act, request.body())))
        }
        (&Method::POST, ["web", "client", mid, "contact", contact]) => {
            let mid = Mid::parse(mid)?;
            let contact = Mid::parse(contact)?;
            Some(acted(sandbox, mid, forms::on_contact(sandbox, contact, request.body())))
        }
        (_, ["web", ..]) => Some(page(404, layout::notice(sandbox, "There is no such page."))),
        _ => None,
    }
}

/// Whether a form comes from a page of another origin.
fn foreign(request: &wire::Request) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let host = request.uri().authority().map(http::uri::Authority::as_str);
    header("origin").is_some_and(|origin| origin.split_once("://").map(|(_, host)| host) != host)
}

fn client(sandbox: &Sandbox, mid: Mid, status: u16, problem: &str) -> Outcome {
    match client_page::show(sandbox, mid, problem) {
        Some(shown) => page(status, shown),
        None => page(404, layout::notice(sandbox, "There is no such client.")),
    }
}

/// After a form: back to the client, or to the list when it is gone, or the client again with what was wrong.
fn acted(sandbox: &Sandbox, mid: Mid, done: Result<forms::Next, String>) -> Outcome {
    match done {
        Ok(forms::Next::Client) => see(format!("/web/client/{mid}")),
        Ok(forms::Next::List) => see("/".into()),
        Err(problem) => client(sandbox, mid, 400, &problem),
    }
}

fn see(location: String) -> Outcome {
    Outcome::new(303, Body::Nothing).with("location", location)
}

fn page(status: u16, html: String) -> Outcome {
    Outcome::new(status, Body::Html(html))
        .with("content-security-policy", POLICY)
        .with("cache-control", "no-store")
}
