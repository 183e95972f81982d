//! What a run asks of the server, counted by path: nothing on a quiet night, one request a change, and a first reading in
//! as many pages as there are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use leapsync::sandbox::{ListOrder, Local, Options, Sandbox, Switches};
use leapsync::wire::{Request, Sending, Transport};
use serde_json::json;

use crate::night::{Night, line};
use crate::world::{Cut, TestWorld, companies, mid};

const TOKEN: &str = "POST /user/oauth2/token/";
const PARTNER: &str = "GET /api/partner/";
const CLIENTS: &str = "GET /client/";
const ARCHIVED: &str = "GET /client/ (archived)";
const CONTACTS: &str = "GET /contact/";

/// How often each path was asked for; mids are left out, the archived list has a line of its own.
fn by_path(night: &Night) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for entry in &night.log {
        let archived = entry.query.as_ref().is_some_and(|query| query.contains("archived=true"));
        let parts: Vec<String> = line(entry).split('/').map(without_mid).collect();
        let suffix = if archived { " (archived)" } else { "" };
        *counts.entry(parts.join("/") + suffix).or_default() += 1;
    }
    counts
}

fn without_mid(part: &str) -> String {
    let is_mid = !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit());
    if is_mid { "…".to_owned() } else { part.to_owned() }
}

fn counts(expected: &[(&str, usize)]) -> BTreeMap<String, usize> {
    expected.iter().map(|(path, count)| ((*path).to_owned(), *count)).collect()
}

/// How many requests were on their way at once, in all and of each list.
#[derive(Default)]
struct Traffic {
    now: BTreeMap<String, usize>,
    most: usize,
    /// The lists that were on their way together.
    together: Vec<Vec<String>>,
}

struct Watched {
    inner: Local,
    traffic: Arc<Mutex<Traffic>>,
}

impl Watched {
    fn passes(&self, path: &str, comes: bool) {
        let mut traffic = self.traffic.lock().unwrap();
        let count = traffic.now.entry(path.to_owned()).or_default();
        *count = if comes { *count + 1 } else { *count - 1 };
        let here: Vec<String> =
            traffic.now.iter().filter(|(_, count)| **count > 0).map(|(path, _)| path.clone()).collect();
        traffic.most = traffic.most.max(traffic.now.values().sum());
        if !traffic.together.contains(&here) {
            traffic.together.push(here);
        }
    }
}

impl Transport for Watched {
    fn send(&self, request: Request, cap: usize) -> Sending<'_> {
        let archived = request.uri().query().is_some_and(|query| query.contains("archived=true"));
        let path = match request.uri().path() {
            path if path.ends_with("/client/") && archived => ARCHIVED,
            path if path.ends_with("/client/") => CLIENTS,
            path if path.ends_with("/contact/") => CONTACTS,
            _ => "",
        };
        Box::pin(async move {
            self.passes(path, true);
            let answer = self.inner.send(request, cap).await;
            self.passes(path, false);
            answer
        })
    }
}

/// An account of 1,050 clients with a company and a person each, 100 of them archived.
fn full_account(list_order: ListOrder) -> (TestWorld, Arc<Mutex<Traffic>>) {
    let switches = Switches { list_order, ..Switches::default() };
    let mut world = TestWorld::with(Options { switches, ..Options::default() });
    for number in 1..=1_050 {
        let company = json!({"contact_type": "organization", "name": format!("見本商事{number}"), "addresses": [],
            "email": null});
        let person = json!({"contact_type": "person", "family_name": "佐藤", "addresses": [], "email": null});
        let body = json!({"client_external_id": format!("C{number:04}"), "contacts": [company, person]});
        let made = world.sandbox.add_client(&body);
        if number <= 100 {
            assert!(world.sandbox.archive_client(&made));
        }
    }
    let traffic = Arc::new(Mutex::new(Traffic::default()));
    let watched = Arc::clone(&traffic);
    world.between = Some(Arc::new(move |inner| {
        Arc::new(Watched { inner, traffic: Arc::clone(&watched) }) as Arc<dyn Transport>
    }));
    (world, traffic)
}

fn names(count: u32) -> String {
    let rows = (1..=count).map(|n| format!("C{n:04},見本商事{n}\n"));
    format!("client_external_id,name\n{}", rows.collect::<String>())
}

#[tokio::test(start_paused = true)]
async fn a_new_ledger_reads_each_page_once_and_each_clients_list_once_more_at_its_end() {
    let (world, traffic) = full_account(ListOrder::OldestFirst);
    let night = world.sync(&names(1_050)).await;
    assert_eq!(night.end(), (0, vec!["in_sync"]));
    assert_eq!((night.result().adopted, night.result().unchanged), (1_050, 1_050));
    // 950 clients, 100 archived ones, 2,100 contacts and the partner's own. A list of clients that took several pages must
    // still begin as it did, and so must the live one once the archived one is read.
    let (live, archived, contacts) = (10, 1, 22);
    let expected =
        [(TOKEN, 1), (PARTNER, 1), (CLIENTS, live + 1), (ARCHIVED, archived), (CONTACTS, contacts)];
    assert_eq!(by_path(&night), counts(&expected));
    let traffic = std::mem::take(&mut *traffic.lock().unwrap());
    assert_eq!(traffic.most, world.pace.concurrency);
    for pair in [[CLIENTS, CONTACTS], [ARCHIVED, CONTACTS]] {
        let mut pair: Vec<String> = pair.map(str::to_owned).to_vec();
        pair.sort();
        assert!(traffic.together.contains(&pair), "{pair:?} in {:?}", traffic.together);
    }
    let quiet = world.sync(&names(1_050)).await;
    assert_eq!(quiet.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn pages_that_are_read_together_stay_within_the_quota() {
    let (mut world, _) = full_account(ListOrder::OldestFirst);
    world.sandbox.set_limits(Some(12), None);
    world.pace.limits.per_minute = Some(12);
    // The check behind each run holds the server's own count against the limit.
    let night = world.sync(&names(1_050)).await;
    assert_eq!((night.code(), night.result().adopted), (0, 1_050));
    assert!(night.log.iter().all(|entry| !entry.throttled));
    assert_eq!(world.sandbox.requests_in_any(Duration::from_mins(1)), 12);
    assert!(night.seconds() >= 120.0, "{}", night.seconds());
}

#[tokio::test(start_paused = true)]
async fn what_people_change_while_pages_are_read_together_is_read_again() {
    let (oldest, newest) = (ListOrder::OldestFirst, ListOrder::NewestFirst);
    for (order, nth) in [(oldest, 4), (newest, 4), (newest, 11)] {
        let (world, _) = full_account(order);
        world.faults(&format!("list-shift:GET:/client/:nth={nth}"));
        let night = world.sync(&names(1_050)).await;
        assert_eq!((night.code(), night.result().adopted), (0, 1_050), "{order:?} {nth}");
        assert_eq!(night.count("POST /client/"), 0, "{order:?} {nth}");
        assert!(by_path(&night)[CLIENTS] > 11, "{order:?} {nth}: {:?}", by_path(&night));
    }
}

/// How a server names its pages in place of numbers that can be foreseen.
#[derive(Clone, Copy)]
enum Naming {
    Cursor,
    /// By number, and a word that is another one on each page.
    Word,
}

struct Renaming {
    inner: Local,
    naming: Naming,
}

impl Transport for Renaming {
    fn send(&self, request: Request, cap: usize) -> Sending<'_> {
        let (mut parts, body) = request.into_parts();
        parts.uri = parts.uri.to_string().replace("&cursor=", "&page=").parse().unwrap();
        let number =
            parts.uri.query().and_then(|query| query.split('&').find_map(|it| it.strip_prefix("page=")));
        let named = match self.naming {
            Naming::Cursor => "&cursor=".to_owned(),
            Naming::Word => format!("&behind={}&page=", number.unwrap_or_default()),
        };
        let request = Request::from_parts(parts, body);
        Box::pin(async move {
            let mut answer = self.inner.send(request, cap).await?;
            if let Ok(mut body) = serde_json::from_slice::<serde_json::Value>(answer.body())
                && let Some(next) = body["meta"]["next"].as_str()
            {
                body["meta"]["next"] = next.replace("&page=", &named).into();
                *answer.body_mut() = body.to_string().into();
            }
            Ok(answer)
        })
    }
}

#[tokio::test(start_paused = true)]
async fn pages_that_cannot_be_foreseen_are_followed_one_by_one() {
    // Of pages that turn out to be named otherwise, nothing is taken: they are read again.
    for (naming, readings) in [(Naming::Cursor, 1), (Naming::Word, 2)] {
        let (mut world, _) = full_account(ListOrder::OldestFirst);
        world.between =
            Some(Arc::new(move |inner| Arc::new(Renaming { inner, naming }) as Arc<dyn Transport>));
        let night = world.sync(&names(1_050)).await;
        assert_eq!((night.code(), night.result().adopted, night.result().unchanged), (0, 1_050, 1_050));
        let expected = [
            (TOKEN, 1),
            (PARTNER, 1),
            (CLIENTS, 10 * readings + 1),
            (ARCHIVED, 1),
            (CONTACTS, 22 * readings),
        ];
        assert_eq!(by_path(&night), counts(&expected));
    }
}

#[tokio::test(start_paused = true)]
async fn few_clients_among_many_contacts_are_asked_for_theirs_alone() {
    let world = TestWorld::new();
    world.sync(&companies(3)).await;
    for number in 0..150 {
        let name = format!("よその会社{number}");
        let contact = json!({"contact_type": "organization", "name": name, "addresses": [], "email": null});
        world.sandbox.add_client(&json!({"client_external_id": "", "contacts": [contact]}));
    }
    let mut world = world;
    world.lose_ledger();
    let night = world.sync(&companies(3)).await;
    assert_eq!((night.code(), night.result().adopted), (0, 3));
    let expected = [(TOKEN, 1), (PARTNER, 1), (CLIENTS, 3), (ARCHIVED, 1), ("GET /client/…/contact/", 3)];
    assert_eq!(by_path(&night), counts(&expected));
}

#[tokio::test(start_paused = true)]
async fn a_contact_that_came_while_the_lists_were_read_is_not_overlooked() {
    let (world, _) = full_account(ListOrder::OldestFirst);
    // The person of the last client goes and comes again under another mid between the two lists.
    let sandbox = Arc::clone(&world.sandbox);
    let seen = Arc::new(Mutex::new(0));
    let mut world = world;
    world.between = Some(Arc::new(move |inner| {
        Arc::new(Meddled { inner, sandbox: Arc::clone(&sandbox), seen: Arc::clone(&seen) })
            as Arc<dyn Transport>
    }));
    let night = world.sync(&names(1_050)).await;
    assert_eq!((night.code(), night.result().adopted), (0, 1_050));
    assert_eq!(by_path(&night).get("GET /client/…/contact/"), Some(&1));
    let known = world.ledger().known(&leapsync::record::ExternalId::new("C1050")).unwrap().unwrap();
    let server: Vec<String> = crate::world::contacts(&world.client("C1050"))
        .iter()
        .map(|contact| mid(contact).to_owned())
        .collect();
    let ledger: Vec<String> = known.contacts.iter().map(|contact| contact.mid.to_string()).collect();
    assert_eq!((ledger.len(), ledger), (3, server));
}

/// People add a person to the last client once the last page of contacts was read.
struct Meddled {
    inner: Local,
    sandbox: Arc<Sandbox>,
    seen: Arc<Mutex<usize>>,
}

impl Transport for Meddled {
    fn send(&self, request: Request, cap: usize) -> Sending<'_> {
        let path = request.uri().path().to_owned();
        let query = request.uri().query().unwrap_or_default().to_owned();
        Box::pin(async move {
            // The last page of live clients is late, so that all contacts have been read before.
            let last = path.ends_with("/client/") && query.split('&').any(|pair| pair == "page=10");
            if last {
                tokio::time::sleep(Duration::from_secs(10)).await;
                let mut seen = self.seen.lock().unwrap();
                *seen += 1;
                if *seen == 1 {
                    self.add_person();
                }
            }
            self.inner.send(request, cap).await
        })
    }
}

impl Meddled {
    fn add_person(&self) {
        let clients = self.sandbox.clients();
        let client = clients.iter().find(|client| client["client_external_id"] == "C1050").unwrap();
        let mut all: Vec<_> =
            crate::world::contacts(client).iter().map(|contact| contact["url"].clone()).collect();
        all.push(json!({"contact_type": "person", "family_name": "鈴木", "addresses": [], "email": null}));
        assert!(self.sandbox.edit_client(mid(client), &json!({"contacts": all})));
    }
}

/// Twelve clients in sync, of which the first run asked for the partner.
async fn twelve() -> TestWorld {
    let world = TestWorld::new();
    let night = world.sync(&companies(12)).await;
    assert_eq!((by_path(&night)[TOKEN], by_path(&night)[PARTNER]), (1, 1));
    world
}

#[tokio::test(start_paused = true)]
async fn each_change_is_one_request_and_a_quiet_night_asks_for_a_token() {
    let world = twelve().await;
    let quiet = world.sync(&companies(12)).await;
    assert_eq!(by_path(&quiet), counts(&[(TOKEN, 1)]));
    let renew = |csv: String, mail: &str| csv.replace(mail, &format!("new-{mail}"));
    let changed = |count| ["c2@", "c5@", "c7@"].into_iter().fold(companies(count), renew);
    let night = world.sync(&changed(12)).await;
    assert_eq!(by_path(&night), counts(&[(TOKEN, 1), ("PATCH /contact/…/", 3)]));
    let planned = world.plan(&changed(14)).await.summary.plan.unwrap();
    let more = world.sync(&changed(14)).await;
    assert_eq!(by_path(&more), counts(&[(TOKEN, 1), ("POST /client/", 2)]));
    assert_eq!(usize::try_from(planned.requests).unwrap(), more.log.len());
}

#[tokio::test(start_paused = true)]
async fn the_list_is_read_for_a_doubt_and_not_the_night_after() {
    let world = twelve().await;
    assert!(world.run(&companies(13), Cut::After(2)).await.is_none());
    world.pass(world.settle).await;
    let night = world.sync(&companies(13)).await;
    let expected = [(TOKEN, 1), (CLIENTS, 2), (ARCHIVED, 1), ("GET /client/…/contact/", 1)];
    assert_eq!((night.code(), by_path(&night)), (0, counts(&expected)));
    assert_eq!(by_path(&world.sync(&companies(13)).await), counts(&[(TOKEN, 1)]));
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_never_seen_is_asked_for_its_partner_once() {
    let world = twelve().await;
    let ledger = rusqlite::Connection::open(world.ledger_path()).unwrap();
    ledger.execute("UPDATE book SET key_mark = 'of another key'", []).unwrap();
    drop(ledger);
    for partner in [1, 0] {
        let night = world.sync(&companies(12)).await;
        assert_eq!((night.code(), night.count(TOKEN), night.count(PARTNER)), (0, 1, partner));
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_of_another_account_is_refused_before_anything_is_sent_even_on_a_quiet_night() {
    let mut world = twelve().await;
    let other = Options { seed: 99, ..Options::default() };
    world.sandbox = Arc::new(Sandbox::new(other, world.clock).unwrap());
    world.secret = world.sandbox.client_secret().to_owned();
    for _ in 0..2 {
        let before = world.sandbox.log().len();
        let night = world.run_unchecked(&companies(12), Cut::Never).await.unwrap();
        assert_eq!(night.code(), 1);
        let sent = world.sandbox.log().split_off(before);
        assert_eq!(sent.iter().map(line).collect::<Vec<_>>(), [TOKEN, PARTNER]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_not_let_through_makes_the_next_one_ask() {
    let world = twelve().await;
    world.faults("revoke-token:POST:/client/");
    let stopped = world.sync(&companies(14)).await;
    assert_eq!((stopped.end(), stopped.count(PARTNER)), ((5, vec!["credentials_refused"]), 0));
    world.faults("");
    for partner in [1, 0] {
        let night = world.sync(&companies(14)).await;
        assert_eq!((night.code(), night.count(TOKEN), night.count(PARTNER)), (0, 1, partner));
    }
}
