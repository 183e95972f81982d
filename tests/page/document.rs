//! A page as a parsed document, and what must hold for every page.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};

/// Everything that a page is made of; what is not here could fetch, run or send something.
const ELEMENTS: [&str; 54] = [
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "header",
    "section",
    "footer",
    "div",
    "p",
    "span",
    "h1",
    "h2",
    "h3",
    "b",
    "bdi",
    "code",
    "samp",
    "time",
    "dl",
    "dt",
    "dd",
    "i",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "del",
    "ins",
    "figure",
    "figcaption",
    "svg",
    "path",
    "line",
    "rect",
    "desc",
    "ul",
    "ol",
    "li",
    "em",
    "strong",
    "small",
    "caption",
    "col",
    "colgroup",
    "g",
    "text",
    "br",
    "hr",
    "abbr",
];
/// The attributes that they may have; none of them names an address.
const ATTRIBUTES: [&str; 36] = [
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "class",
    "id",
    "scope",
    "datetime",
    "role",
    "title",
    "aria-hidden",
    "aria-labelledby",
    "aria-current",
    "aria-label",
    "data-label",
    "style",
    "viewBox",
    "preserveAspectRatio",
    "d",
    "fill-rule",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "width",
    "height",
    "colspan",
    "dir",
    "start",
    "value",
    "type",
    "translate",
    "span",
];

pub(crate) struct Document(Html);

impl Document {
    /// Parses a page, and makes sure of what holds for each.
    pub(crate) fn parse(text: &str) -> Self {
        let document = Self(Html::parse_document(text));
        assert!(document.0.errors.is_empty(), "{:?}", document.0.errors);
        document.keeps_to_itself();
        document.says_its_language();
        document
    }

    fn keeps_to_itself(&self) {
        for element in self.all("*") {
            let name = element.value().name();
            assert!(ELEMENTS.contains(&name), "an element that does not belong here: <{name}>");
            for (attribute, value) in element.value().attrs() {
                assert!(
                    ATTRIBUTES.contains(&attribute),
                    "an attribute that does not belong here: {attribute}"
                );
                assert!(
                    !value.contains("://") || attribute == "data-label",
                    "an address: {attribute}={value}"
                );
            }
        }
        let style = self.text("style").concat().to_ascii_lowercase();
        assert!(!style.contains("url(") && !style.contains("@import") && !style.contains("http"));
        let policy = self.attributes("meta[http-equiv=Content-Security-Policy]", "content");
        assert!(policy[0].starts_with("default-src 'none'; style-src 'unsafe-inline'"), "{policy:?}");
    }

    fn says_its_language(&self) {
        assert!(matches!(self.attributes("html", "lang")[0].as_str(), "en" | "ja"));
        assert_eq!(self.all("h1").len(), 1);
        assert_eq!(self.all("title").iter().filter(|it| it.ancestors().count() == 3).count(), 1);
        for drawing in self.all("svg") {
            let hidden = drawing.attr("aria-hidden") == Some("true");
            let named = drawing.attr("role") == Some("img") && drawing.attr("aria-labelledby").is_some();
            assert!(hidden || named, "a drawing that says nothing");
        }
        let ids: Vec<String> = self.attributes("[id]", "id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands twice");
        for names in self.attributes("[aria-labelledby]", "aria-labelledby") {
            assert!(
                names.split(' ').all(|name| ids.iter().any(|id| id == name)),
                "nothing is called {names}"
            );
        }
    }

    pub(crate) fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        self.0.select(&Selector::parse(selector).unwrap()).collect()
    }

    /// The text of each element that the selector finds, its blanks made one.
    pub(crate) fn text(&self, selector: &str) -> Vec<String> {
        self.all(selector).into_iter().map(text_of).collect()
    }

    pub(crate) fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.all(selector).into_iter().filter_map(|it| it.attr(name)).map(str::to_owned).collect()
    }

    /// The names of all elements with their classes, in order: what is left of a page without its texts. What sets values
    /// apart within a sentence is a matter of the sentence, of its language, and of the value.
    pub(crate) fn structure(&self) -> Vec<String> {
        let class = |element: &ElementRef<'_>| element.attr("class").unwrap_or_default().to_owned();
        let all = self.all("*:not(code):not(bdi)");
        all.iter().map(|element| format!("{}.{}", element.value().name(), class(element))).collect()
    }

    /// The cells of the tables below this heading, row by row.
    pub(crate) fn rows_below(&self, heading: &str) -> Vec<Vec<String>> {
        let words = Selector::parse("span:not(.many):not(.sign)").unwrap();
        let is_it = |it: &ElementRef<'_>| it.select(&words).next().is_some_and(|it| text_of(it) == heading);
        let found = self.all("h3").into_iter().find(is_it);
        let found = found.unwrap_or_else(|| panic!("no heading `{heading}`: {:?}", self.text("h3")));
        let behind = found.next_siblings().filter_map(ElementRef::wrap);
        let table = behind.into_iter().find(|it| it.value().name() == "table").unwrap();
        let rows = Selector::parse("tbody tr").unwrap();
        let cells = Selector::parse("td").unwrap();
        table.select(&rows).map(|row| row.select(&cells).map(text_of).collect()).collect()
    }
}

pub(crate) fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
