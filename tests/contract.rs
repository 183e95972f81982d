//! What a server says of itself, written by hand, beside what leapsync assumes: each difference is found, and weighed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use leapsync::client::contract::{Contract, Described, Deviation, Part, Route, Sendable, Weight};
use leapsync::wire::{Response, TransportError};

const LIST: &str = "GET, POST, HEAD, OPTIONS";
const ONE: &str = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS";

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract").join(name)).unwrap()
}

fn answer(status: u16, allow: &str, body: String) -> Described {
    let builder = http::Response::builder().status(status);
    let builder = if allow.is_empty() { builder } else { builder.header("allow", allow) };
    let response: Response = builder.body(body.into()).unwrap();
    Described::of(&Ok(response))
}

/// A server that is as assumed but for its list.
fn with_list(name: &str) -> Contract {
    Contract { list: answer(200, LIST, file(name)), ..as_assumed() }
}

fn as_assumed() -> Contract {
    Contract {
        list: answer(200, LIST, file("list.json")),
        client: Some(answer(200, ONE, file("client.json"))),
        contact: Some(answer(200, ONE, file("contact.json"))),
    }
}

fn found(contract: &Contract) -> (Vec<Deviation>, Option<Weight>) {
    let deviations = contract.deviations();
    let heaviest = deviations.iter().map(Deviation::weight).max();
    (deviations, heaviest)
}

#[test]
fn a_server_that_is_as_assumed_differs_in_nothing() {
    assert_eq!(found(&as_assumed()), (Vec::new(), None));
    assert_eq!(found(&with_list("enveloped.json")), (Vec::new(), None));
    let empty = Contract { client: None, contact: None, ..as_assumed() };
    assert_eq!(found(&empty), (Vec::new(), None));
}

#[test]
fn a_field_that_is_missing_is_named() {
    let (deviations, weight) = found(&with_list("list-without-a-field.json"));
    assert_eq!(deviations, [Deviation::NoField(Part::Client, "tax_registration_number")]);
    assert_eq!(weight, Some(Weight::Limits));
}

#[test]
fn shorter_texts_are_named_with_both_lengths() {
    let shorter = |part, field, server, ours| Deviation::Shorter { part, field, server, ours };
    let (deviations, weight) = found(&with_list("list-with-short-names.json"));
    assert_eq!(deviations, [shorter(Part::Contact, "name", 100, 255)]);
    assert_eq!(weight, Some(Weight::Limits));
    let contact = Some(answer(200, ONE, file("contact-with-short-phones.json")));
    let (deviations, _) = found(&Contract { contact, ..as_assumed() });
    assert_eq!(deviations, [shorter(Part::Contact, "phone_number", 20, 50)]);
}

#[test]
fn a_field_that_must_be_there_stops_everything_when_nothing_can_fill_it() {
    let required = |field: &str, can_be_sent| Deviation::Required {
        part: Part::Client,
        field: field.into(),
        can_be_sent,
    };
    let (deviations, weight) = found(&with_list("list-with-a-new-required-field.json"));
    let expected = [required("billing_code", Sendable::Never), required("lang_code", Sendable::Sometimes)];
    assert_eq!(deviations, expected);
    assert_eq!(expected.map(|it| it.weight()), [Weight::Stops, Weight::Limits]);
    assert_eq!(weight, Some(Weight::Stops));
}

#[test]
fn external_ids_that_cannot_be_written_stop_everything() {
    let (deviations, weight) = found(&with_list("list-with-fixed-ids.json"));
    assert_eq!(deviations, [Deviation::ReadOnly(Part::Client, "client_external_id")]);
    assert_eq!(weight, Some(Weight::Stops));
}

#[test]
fn regions_that_the_server_does_not_list_are_named() {
    let (deviations, weight) = found(&with_list("list-with-other-regions.json"));
    let values = vec!["tokyo".to_owned(), "osaka".to_owned()];
    assert_eq!(deviations, [Deviation::NoValues { part: Part::Address, field: "region", values }]);
    assert_eq!(weight, Some(Weight::Limits));
}

#[test]
fn methods_that_are_not_allowed_are_named() {
    let client = Some(answer(200, "GET, PUT, DELETE, HEAD, OPTIONS", file("client.json")));
    let (deviations, weight) = found(&Contract { client, ..as_assumed() });
    assert_eq!(deviations, [Deviation::NoMethod { route: Route::Client, method: "PATCH" }]);
    assert_eq!(weight, Some(Weight::Stops));
    let contact = Some(answer(200, "GET, PUT, PATCH, HEAD, OPTIONS", file("contact.json")));
    let (deviations, weight) = found(&Contract { contact, ..as_assumed() });
    assert_eq!(deviations, [Deviation::NoMethod { route: Route::Contact, method: "DELETE" }]);
    assert_eq!(weight, Some(Weight::Limits));
    // Without the header nothing is known of methods.
    let list = answer(200, "", file("list.json"));
    assert_eq!(found(&Contract { list, ..as_assumed() }), (Vec::new(), None));
}

#[test]
fn a_key_that_may_only_read_is_recognised() {
    for name in ["list-of-a-reading-key.json", "list-with-empty-actions.json"] {
        let (deviations, weight) = found(&with_list(name));
        assert_eq!(deviations, [Deviation::ReadOnlyKey(Route::Clients)], "{name}");
        assert_eq!(weight, Some(Weight::Stops));
    }
    let list = answer(200, "GET, HEAD, OPTIONS", file("list-of-a-reading-key.json"));
    let (deviations, _) = found(&Contract { list, ..as_assumed() });
    assert_eq!(deviations, [Deviation::NoMethod { route: Route::Clients, method: "POST" }]);
}

#[test]
fn an_answer_that_is_no_description_is_a_remark_with_its_own_words() {
    let undescribed =
        |status, said: &str| Deviation::Undescribed { route: Route::Clients, status, said: said.into() };
    let page = file("page.html");
    for (list, expected) in [
        (answer(200, LIST, page.clone()), undescribed(Some(200), &beginning(&page))),
        (answer(503, "", page.clone()), undescribed(Some(503), &beginning(&page))),
        (answer(200, LIST, "OK".into()), undescribed(Some(200), "OK")),
        (
            answer(405, "", r#"{"detail": "Method not allowed."}"#.into()),
            undescribed(Some(405), r#"{"detail": "Method not allowed."}"#),
        ),
        (Described::of(&Err(TransportError::TimedOut)), undescribed(None, "no answer in time")),
    ] {
        let (deviations, weight) = found(&Contract { list, client: None, contact: None });
        assert_eq!((deviations, weight), (vec![expected], Some(Weight::Remark)));
    }
}

fn beginning(page: &str) -> String {
    let words: Vec<&str> = page.split_whitespace().collect();
    format!("{}…", &words.join(" ")[..80])
}

#[test]
fn what_is_not_described_or_is_more_generous_is_only_a_remark() {
    let list = answer(200, LIST, file("list-that-is-terse.json"));
    let (deviations, weight) = found(&Contract { list: list.clone(), client: None, contact: None });
    let longer =
        Deviation::Longer { part: Part::Client, field: "client_external_id", server: 300, ours: 255 };
    let other = Deviation::OtherType { part: Part::Client, field: "date_cutoff", server: "date".into() };
    let terse = [
        longer.clone(),
        other.clone(),
        Deviation::NoArchive,
        Deviation::UniqueIds,
        Deviation::PartUndescribed(Part::Contact),
    ];
    assert_eq!((deviations.as_slice(), weight), (&terse[..], Some(Weight::Limits)));
    // A contact that describes itself makes up for it.
    let (deviations, _) = found(&Contract { list, ..as_assumed() });
    assert_eq!(deviations, [longer, other, Deviation::NoArchive, Deviation::UniqueIds]);
}
