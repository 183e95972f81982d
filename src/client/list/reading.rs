//! One reading of a list: the first page tells how many there are, the others are asked for together, within the quota
//! and the number of requests that may be in flight.
//!
//! In: the path of a list. Out: its items as they were first seen, and whether all pages told the same story. The pages
//! are named after the server's own `meta.next`, and each of them must name the one behind it; where a server does it
//! otherwise, its `next` is followed page by page.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use http::Method;
use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::client::limiter::Slot;
use crate::client::session::Session;
use crate::client::{ReadError, object, unusable};
use crate::operation::Verdict;
use crate::record::Mid;

/// How often a list that keeps changing is read.
pub(super) const MOST_READINGS: u32 = 4;
/// More pages than any account has: a server whose `next` never ends is not followed for ever.
const MOST_PAGES: u64 = 10_000;

/// One page of a list.
pub(super) struct Page {
    pub(super) items: Vec<Value>,
    count: u64,
    next: Option<String>,
}

impl Page {
    fn mids(&self) -> Vec<Mid> {
        self.items.iter().filter_map(object::mid_of).collect()
    }
}

/// The pages of one reading, put together.
pub(super) struct Reading {
    items: BTreeMap<Mid, Value>,
    order: Vec<Mid>,
    first_page: Vec<Mid>,
    count: u64,
    pages: usize,
    /// Whether every page counted as many as the first.
    counts_agree: bool,
    /// Whether every page named the one that was read behind it.
    in_sequence: bool,
}

impl Reading {
    fn begun_with(first: Page) -> Self {
        let mut reading = Self {
            items: BTreeMap::new(),
            order: Vec::new(),
            first_page: first.mids(),
            count: first.count,
            pages: 0,
            counts_agree: true,
            in_sequence: true,
        };
        reading.add(first);
        reading
    }

    fn add(&mut self, page: Page) {
        self.pages += 1;
        self.counts_agree &= page.count == self.count;
        for item in page.items {
            if let Some(mid) = object::mid_of(&item)
                && self.items.insert(mid.clone(), item).is_none()
            {
                self.order.push(mid);
            }
        }
    }

    /// A page that was named and is not there: something was deleted meanwhile.
    fn miss(&mut self) {
        self.pages += 1;
        self.counts_agree = false;
    }

    fn is_complete(&self) -> bool {
        self.counts_agree && self.in_sequence && self.count == self.items.len() as u64
    }

    /// Whether it took several pages, so that the list may have moved while it was read.
    pub(super) fn may_have_moved(&self) -> bool {
        self.pages > 1
    }

    /// The items, in the order in which they were first seen.
    pub(super) fn into_items(mut self) -> Vec<Value> {
        self.order.iter().filter_map(|mid| self.items.remove(mid)).collect()
    }
}

/// How the pages behind the first one are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gait {
    /// Several at once, by their numbers.
    Together,
    /// Each one when the one before has named it.
    OneByOne,
}

/// The numbers of a list's pages, and how the server names a page.
struct Numbered {
    path: String,
    pairs: Vec<(String, String)>,
    pages: u64,
}

impl Numbered {
    /// Understands the name of the second page; none where it is not told by a number.
    fn of(first: &Page) -> Option<Self> {
        let (path, query) = first.next.as_ref()?.split_once('?')?;
        let pairs = pairs_in(query);
        let mut named = pairs.iter().filter(|(name, _)| name == "page");
        let second = named.next().is_some_and(|(_, number)| number == "2") && named.next().is_none();
        let shown = first.items.len() as u64;
        let pages = (shown > 0).then(|| first.count.div_ceil(shown))?;
        second.then(|| Self { path: path.to_owned(), pairs, pages })
    }

    fn behind_the_first(&self) -> RangeInclusive<u64> {
        2..=self.pages
    }

    fn page(&self, number: u64) -> Vec<(String, String)> {
        let renumbered = |(name, value): &(String, String)| {
            let value = if name == "page" { number.to_string() } else { value.clone() };
            (name.clone(), value)
        };
        self.pairs.iter().map(renumbered).collect()
    }

    fn at(&self, number: u64) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(self.page(number)).finish();
        format!("{}?{query}", self.path)
    }

    /// Whether page `number` names the page behind it, or none when it is the last.
    fn is_followed(&self, number: u64, next: Option<&str>) -> bool {
        let Some(next) = next else { return number == self.pages };
        let named = next.split_once('?').map(|(_, query)| pairs_in(query));
        number < self.pages && named.is_some_and(|named| sorted(named) == sorted(self.page(number + 1)))
    }
}

fn pairs_in(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn sorted(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    pairs.sort_unstable();
    pairs
}

impl Session {
    /// Reads a list until it is complete and has stood still; the items come in the order in which they were first seen.
    /// The slot is that of the first page.
    pub(in crate::client) async fn complete_list_from(
        &self,
        slot: Slot,
        path: &str,
        query: &str,
    ) -> Result<Vec<Value>, ReadError> {
        let mut first = Some(self.page_there(slot, path, query).await?);
        for _ in 0..MOST_READINGS {
            let reading = self.whole(first.take(), path, query).await?;
            if !reading.may_have_moved() || self.begins_as(&reading, path, query).await? {
                return Ok(reading.into_items());
            }
            tracing::info!(path, "the list changed while it was read, reading it again");
        }
        Err(ReadError::NeverComplete { tries: MOST_READINGS })
    }

    /// Reads the first page of a list, which must be there.
    pub(super) async fn first_page(&self, path: &str, query: &str) -> Result<Page, ReadError> {
        let _turn = self.turns.acquire().await.ok();
        let slot = self.limiter.slot().await?;
        self.page_there(slot, path, query).await
    }

    async fn page_there(&self, slot: Slot, path: &str, query: &str) -> Result<Page, ReadError> {
        let page = self.page(slot, &first_page_of(path, query), path).await?;
        page.ok_or_else(|| ReadError::Absent { path: path.to_owned() })
    }

    /// Reads a list until it has as many items as each of its pages counts; begins with the first page, where it was read.
    pub(super) async fn whole(
        &self,
        mut first: Option<Page>,
        path: &str,
        query: &str,
    ) -> Result<Reading, ReadError> {
        let mut gait = Gait::Together;
        for _ in 0..MOST_READINGS {
            let first = match first.take() {
                Some(first) => first,
                None => self.first_page(path, query).await?,
            };
            let reading = Box::pin(self.read_on(first, path, gait)).await?;
            if reading.is_complete() {
                return Ok(reading);
            }
            if !reading.in_sequence {
                gait = Gait::OneByOne;
            }
            tracing::info!(path, "the list changed while it was read, reading it again");
        }
        Err(ReadError::NeverComplete { tries: MOST_READINGS })
    }

    async fn read_on(&self, first: Page, path: &str, gait: Gait) -> Result<Reading, ReadError> {
        match Numbered::of(&first).filter(|_| gait == Gait::Together) {
            Some(numbered) if numbered.pages > MOST_PAGES => Err(endless(path)),
            Some(numbered) => self.read_together(first, &numbered, path).await,
            None => self.read_one_by_one(first, path).await,
        }
    }

    /// Asks for several pages at once. After a failure no further one is asked for, and those under way are waited for:
    /// what has left counts until it has come back.
    async fn read_together(
        &self,
        first: Page,
        numbered: &Numbered,
        path: &str,
    ) -> Result<Reading, ReadError> {
        let mut reading = Reading::begun_with(first);
        let mut ahead = numbered.behind_the_first();
        let mut under_way = FuturesUnordered::new();
        let (mut pages, mut failure) = (BTreeMap::new(), None);
        loop {
            while under_way.len() < self.concurrency && failure.is_none() {
                let Some(number) = ahead.next() else { break };
                under_way.push(async move { (number, self.page_in_turn(&numbered.at(number), path).await) });
            }
            match under_way.next().await {
                None => break,
                Some((number, Ok(page))) => {
                    pages.insert(number, page);
                }
                Some((_, Err(error))) => failure = failure.or(Some(error)),
            }
        }
        if let Some(error) = failure {
            return Err(error);
        }
        for (number, page) in pages {
            let Some(page) = page else {
                reading.miss();
                continue;
            };
            // A list that grew has further pages, which says nothing against the numbers.
            let grew = page.count != reading.count;
            reading.in_sequence &= grew || numbered.is_followed(number, page.next.as_deref());
            reading.add(page);
        }
        Ok(reading)
    }

    async fn read_one_by_one(&self, mut first: Page, path: &str) -> Result<Reading, ReadError> {
        let mut next = first.next.take();
        let mut reading = Reading::begun_with(first);
        while let Some(at) = next.take() {
            if reading.pages as u64 >= MOST_PAGES {
                return Err(endless(path));
            }
            match self.page_in_turn(&at, path).await? {
                Some(mut page) => {
                    next = page.next.take();
                    reading.add(page);
                }
                None => reading.miss(),
            }
        }
        Ok(reading)
    }

    /// Whether the list still begins with the same page and counts as many.
    pub(super) async fn begins_as(
        &self,
        reading: &Reading,
        path: &str,
        query: &str,
    ) -> Result<bool, ReadError> {
        let again = self.page_in_turn(&first_page_of(path, query), path).await?;
        Ok(again.is_some_and(|page| page.mids() == reading.first_page && page.count == reading.count))
    }

    /// Reads a page once it is its turn among all the pages that are asked for together.
    async fn page_in_turn(&self, at: &str, path: &str) -> Result<Option<Page>, ReadError> {
        // Nobody closes the turns.
        let _turn = self.turns.acquire().await.ok();
        let slot = self.limiter.slot().await?;
        self.page(slot, at, path).await
    }

    async fn page(&self, slot: Slot, at: &str, path: &str) -> Result<Option<Page>, ReadError> {
        let answer = self.send_repeatable(slot, Method::GET, at, None).await?;
        match (answer.verdict, answer.body) {
            (Verdict::Done, Some(body)) => self.decode_page(&body, at, path).map(Some),
            (Verdict::Absent, _) => Ok(None),
            (_, _) => Err(unusable(at, answer.message)),
        }
    }

    fn decode_page(&self, body: &Value, at: &str, path: &str) -> Result<Page, ReadError> {
        let odd = |what: &str| unusable(at, what.to_owned());
        let items = object::inside(body).as_array().ok_or_else(|| odd("not a list"))?.clone();
        let meta = body.get("meta").ok_or_else(|| odd("a list without `meta`"))?;
        let count = meta.get("count").and_then(Value::as_u64);
        let count = count.ok_or_else(|| odd("a list without `meta.count`"))?;
        let next = match meta.get("next").and_then(Value::as_str) {
            Some(url) => Some(self.own_path(url, path).ok_or_else(|| odd("`meta.next` leads elsewhere"))?),
            None => None,
        };
        Ok(Page { items, count, next })
    }

    /// Path and query of a URL of the server's, if it lies on our origin and below the list it came from.
    fn own_path(&self, url: &str, below: &str) -> Option<String> {
        let url = Url::parse(url).ok()?;
        let ours = self.origin.holds(&url) && url.path() == below;
        ours.then(|| url.query().map_or_else(|| below.to_owned(), |query| format!("{below}?{query}")))
    }
}

fn first_page_of(path: &str, query: &str) -> String {
    let sep = if query.is_empty() { "" } else { "&" };
    format!("{path}?page=1&page_size=100&per_page=100{sep}{query}")
}

fn endless(path: &str) -> ReadError {
    unusable(path, "the list does not end".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn first(count: u64, next: &str) -> Page {
        let items = vec![json!({"mid": "1"}), json!({"mid": "2"})];
        Page { items, count, next: Some(next.to_owned()) }
    }

    #[test]
    fn pages_are_named_as_the_server_names_its_second_one() {
        let numbered = Numbered::of(&first(7, "/list/?page_size=100&page=2&archived=true")).unwrap();
        assert_eq!(numbered.behind_the_first(), 2..=4);
        assert_eq!(numbered.at(3), "/list/?page_size=100&page=3&archived=true");
        assert!(numbered.is_followed(2, Some("/list/?archived=true&page_size=100&page=3")));
        assert!(numbered.is_followed(4, None));
    }

    #[test]
    fn a_page_that_names_another_one_behind_it_is_noticed() {
        let numbered = Numbered::of(&first(7, "/list/?page=2")).unwrap();
        assert!(!numbered.is_followed(2, Some("/list/?page=4")));
        assert!(!numbered.is_followed(2, Some("/list/?page=3&after=9")));
        assert!(!numbered.is_followed(2, None));
        assert!(!numbered.is_followed(4, Some("/list/?page=5")));
    }

    #[test]
    fn a_list_that_is_not_told_by_numbers_has_none() {
        for next in ["/list/?cursor=abc", "/list/", "/list/?page=3", "/list/?page=2&page=2"] {
            assert!(Numbered::of(&first(7, next)).is_none(), "{next}");
        }
        assert!(
            Numbered::of(&Page { items: Vec::new(), count: 7, next: Some("/list/?page=2".into()) }).is_none()
        );
        assert!(Numbered::of(&Page { next: None, ..first(2, "") }).is_none());
    }
}
