//! Lists in pages, with the envelope's count and links.
//!
//! In: the mids of the whole list and the request. Out: one page of them, rendered. Only the rows of the page are rendered.

use serde_json::{Value, json};
use url::form_urlencoded;

use super::call::Call;
use super::mids::Mid;
use super::outcome::Outcome;
use super::texts::Text;

/// Rows of a page when the request does not say.
const DEFAULT_SIZE: usize = 20;
/// Rows of a page at most.
const LARGEST: usize = 100;

/// The page of `mids` that the request asks for.
pub(super) fn page(call: &Call<'_>, mids: &[Mid], show: impl Fn(Mid) -> Option<Value>) -> Outcome {
    let size = size(call);
    let pages = mids.len().div_ceil(size).max(1);
    let asked = call.parameter("page").unwrap_or_else(|| "1".into());
    let number = if asked == "last" { Some(pages) } else { asked.parse().ok() };
    let Some(number) = number.filter(|number| (1..=pages).contains(number)) else {
        return Outcome::detail(404, &Text::InvalidPage, call.lang);
    };
    let rows: Vec<Value> =
        mids.iter().skip((number - 1) * size).take(size).filter_map(|mid| show(*mid)).collect();
    let next = (number < pages).then(|| link(call, number + 1));
    let prev = (number > 1).then(|| link(call, number - 1));
    let meta = json!({"status": 200, "page": number, "count": mids.len(), "next": next, "prev": prev});
    Outcome::enveloped(200, meta, rows.into())
}

fn size(call: &Call<'_>) -> usize {
    let asked = call.parameter("page_size").or_else(|| call.parameter("per_page"));
    let size = asked.and_then(|size| size.parse().ok()).filter(|size| *size > 0);
    size.unwrap_or(DEFAULT_SIZE).min(LARGEST)
}

/// The request's own URL, with another page.
fn link(call: &Call<'_>, page: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let given = form_urlencoded::parse(call.query.unwrap_or_default().as_bytes());
    query.extend_pairs(given.filter(|(key, _)| key != "page"));
    query.append_pair("page", &page.to_string());
    format!("{}{}?{}", call.links.origin(), call.path, query.finish())
}
