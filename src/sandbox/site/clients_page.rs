//! The list of clients: a search, a filter for archived ones, and for each client its contacts and address.
//!
//! In: the query of the URL. Out: HTML. Only the clients of one page are rendered.

use std::fmt::Write as _;

use url::form_urlencoded;

use super::super::Sandbox;
use super::super::check::Fields;
use super::super::mids::Mid;
use super::super::objects::{Client, Contact};
use super::super::render;
use super::super::store::{Shelf, Store};
use super::super::switches::ListOrder;
use super::layout::{Esc, Refresh, document};

/// Clients on one page.
const ROWS: usize = 50;

/// What the visitor wants to see.
struct Wish {
    search: String,
    shelf: Shelf,
    page: usize,
}

impl Wish {
    fn of(query: &str) -> Self {
        let mut wish = Self { search: String::new(), shelf: Shelf::Live, page: 1 };
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match (key.as_ref(), value.as_ref()) {
                ("search", text) => text.trim().clone_into(&mut wish.search),
                ("show", "archived") => wish.shelf = Shelf::Archived,
                ("show", "all") => wish.shelf = Shelf::Both,
                ("page", page) => wish.page = page.parse().unwrap_or(1).max(1),
                _ => {}
            }
        }
        wish
    }

    fn shelf_name(&self) -> &'static str {
        match self.shelf {
            Shelf::Live => "live",
            Shelf::Archived => "archived",
            Shelf::Both => "all",
        }
    }

    fn link(&self, page: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::from("/?"));
        query.append_pair("search", &self.search).append_pair("show", self.shelf_name());
        query.append_pair("page", &page.to_string()).finish()
    }
}

/// The page.
pub(in super::super) fn show(sandbox: &Sandbox, query: &str) -> String {
    let wish = Wish::of(query);
    let main = {
        let desk = sandbox.desk();
        let store = &desk.store;
        let mut mids = store.clients_in(wish.shelf, ListOrder::NewestFirst);
        let terms: Vec<String> = wish.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
        if !terms.is_empty() {
            mids.retain(|mid| store.client(*mid).is_some_and(|client| matches(store, client, &terms)));
        }
        render(store, &wish, &mids)
    };
    document(sandbox, "Clients", Refresh::Never, &main)
}

/// People may also search by external id, which the API does not offer.
fn matches(store: &Store, client: &Client, terms: &[String]) -> bool {
    let hay = format!("{} {}", store.display_name(client), client.external_id()).to_lowercase();
    terms.iter().all(|term| hay.contains(term.as_str()))
}

fn render(store: &Store, wish: &Wish, mids: &[Mid]) -> String {
    let mut html = filter(wish);
    let _ = write!(html, "<p class=\"count\">{} clients</p><div class=\"rows\">", mids.len());
    let clients = mids.iter().skip((wish.page - 1) * ROWS).take(ROWS).filter_map(|mid| store.client(*mid));
    for client in clients {
        html.push_str(&row(store, client));
    }
    if mids.is_empty() {
        html.push_str("<p class=\"empty\">Nothing here yet.</p>");
    }
    html.push_str("</div><nav class=\"pages\">");
    if wish.page > 1 {
        let _ = write!(html, "<a href=\"{}\">← newer</a>", Esc(&wish.link(wish.page - 1)));
    }
    if wish.page * ROWS < mids.len() {
        let _ = write!(html, "<a href=\"{}\">older →</a>", Esc(&wish.link(wish.page + 1)));
    }
    html.push_str("</nav>");
    html
}

fn filter(wish: &Wish) -> String {
    let option = |name: &str, label: &str| {
        let selected = if wish.shelf_name() == name { " selected" } else { "" };
        format!("<option value=\"{name}\"{selected}>{label}</option>")
    };
    format!(
        "<form class=\"filter\" method=\"get\" action=\"/\">\
         <input type=\"search\" name=\"search\" value=\"{}\" placeholder=\"Name or external id\" aria-label=\"Search\">\
         <select name=\"show\" aria-label=\"Show\">{}{}{}</select><button>Show</button></form>",
        Esc(&wish.search),
        option("live", "Active"),
        option("archived", "Archived"),
        option("all", "All"),
    )
}

fn row(store: &Store, client: &Client) -> String {
    let mut badges = String::new();
    if client.is_archived() {
        badges.push_str("<span class=\"badge\">archived</span>");
    }
    if store.in_use(client.mid) {
        badges.push_str("<span class=\"badge used\">documents</span>");
    }
    let contacts: String = store.contacts_of(client).map(contact).collect();
    format!(
        "<a class=\"row\" href=\"/web/client/{mid}\"><span class=\"who\"><b>{name}</b>{badges}\
         <small>{id}</small></span><span class=\"contacts\">{contacts}</span></a>",
        mid = client.mid,
        name = Esc(&store.display_name(client)),
        id = Esc(client.external_id()),
    )
}

fn contact(contact: &Contact) -> String {
    let email =
        contact.fields.get("email").and_then(|email| email.get("address")).and_then(|text| text.as_str());
    let address = first_address(contact).map(render::one_line).unwrap_or_default();
    let person = if contact.is_organization() {
        String::new()
    } else {
        format!("<em>{}</em>", Esc(&contact.display_name()))
    };
    let parts = [person, Esc(email.unwrap_or_default()).to_string(), Esc(&address).to_string()];
    let shown: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if shown.is_empty() { String::new() } else { format!("<span>{}</span>", shown.join(" · ")) }
}

/// The address that a contact shows first.
pub(super) fn first_address(contact: &Contact) -> Option<&Fields> {
    contact.fields.get("addresses")?.as_array()?.first()?.as_object()
}
