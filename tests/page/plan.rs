//! The plan as a page and as Markdown: the same parts, the same changes, and a text of a file stays in its cell.

use leapsync::event::HeldBack;
use leapsync::guard::Stop;
use leapsync::operation::HoldId;
use leapsync::page::{PlanHead, PlanPart, markdown, plan};
use leapsync::plan::{Act, Block, Change, Cost, Counts, Fate, Gone};
use leapsync::record::{Acknowledged, ExternalId, Line, Problem, Reason};
use leapsync::report::Summary;
use leapsync::report::harmless::safe;
use leapsync::report::proposal::Part;
use leapsync::settings::DOCUMENTED;
use leapsync::texts::Language;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::document::Document;
use crate::night::{at, mid, reader, update};

/// One change of every part, named `text`.
fn changes(text: &str) -> Vec<Change> {
    let Act::Update(update) = self::update("2", text).act else { unreachable!() };
    let change = |id: &str, act| Change {
        external_id: Some(ExternalId::new(id)),
        lines: vec![Line(5)],
        label: text.to_owned(),
        act,
    };
    let desired = Box::new(update.desired.clone());
    let problem =
        Problem { line: Line(5), column: text.to_owned(), value: text.to_owned(), reason: Reason::Email };
    vec![
        change("1", Act::Create(desired.clone())),
        change("2", Act::Update(update.clone())),
        change("3", Act::Gone(Gone { mid: mid("9"), fate: Fate::Delete })),
        change("4", Act::Held(HoldId(3), Box::new(Act::Update(update)))),
        change("5", Act::Blocked(Block::RefusedBefore(Acknowledged::No), desired)),
        change("6", Act::Rejected(vec![problem])),
    ]
}

struct Told {
    page: String,
    markdown: String,
}

fn told(text: &str, language: Language, kept_back: &[HeldBack]) -> Told {
    let reader = reader(language);
    let changes = changes(text);
    let mut counts = Counts::default();
    for change in &changes {
        counts.add(change);
    }
    let mut summary = Summary::begin("plan", text, at(0));
    summary.ledger = Some(text.to_owned());
    let cost = Some(Cost::of(counts.requests + 2, DOCUMENTED, Some(4)));
    let next = "leapsync sync clients.csv";
    let opening = PlanHead { summary: &summary, counts: &counts, cost, held: kept_back, next };
    let mut markdown = markdown::opening(&opening, &reader);
    let mut parts = Vec::new();
    for change in &changes {
        let part = Part::of(change).unwrap();
        let mut shown = PlanPart::new(part, 8);
        shown.push(change, &reader);
        parts.push(shown);
        markdown.push_str(&markdown::part(part, 8, &reader));
        markdown.push_str(&markdown::entry(part, change, &reader));
        markdown.push_str(&markdown::rest(7, &reader));
    }
    markdown.push_str(&markdown::closing(&opening, &reader));
    Told { page: plan(&opening, &parts, &reader), markdown }
}

/// The cells of all tables of a Markdown text, and everything in it that is more than text.
fn read_markdown(text: &str) -> (Vec<Vec<String>>, Vec<String>) {
    let (mut rows, mut odd): (Vec<Vec<String>>, Vec<String>) = (Vec::new(), Vec::new());
    let mut in_cell = false;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::TableRow | Tag::TableHead) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => {
                in_cell = true;
                rows.last_mut().unwrap().push(String::new());
            }
            Event::End(TagEnd::TableCell) => in_cell = false,
            Event::Text(part) | Event::Code(part) if in_cell => {
                rows.last_mut().unwrap().last_mut().unwrap().push_str(&part);
            }
            Event::InlineHtml(tag) | Event::Html(tag) if &*tag != "<br>" => odd.push(tag.to_string()),
            Event::Start(tag @ (Tag::Link { .. } | Tag::Image { .. } | Tag::Strong | Tag::Strikethrough)) => {
                odd.push(format!("{tag:?}"));
            }
            _ => {}
        }
    }
    (rows, odd)
}

fn stays_in_its_cell(text: &str) {
    let told = told(text, Language::English, &[]);
    let (rows, odd) = read_markdown(&told.markdown);
    assert_eq!(odd, Vec::<String>::new(), "{text:?}\n{}", told.markdown);
    let widths: Vec<usize> = rows.iter().map(Vec::len).collect();
    assert_eq!(widths, [3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4], "{text:?}\n{}", told.markdown);
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let on_one_line = text.replace(['\r', '\n'], " ");
    assert_eq!(squeezed(&rows[1][2]), squeezed(&safe(&on_one_line)), "{}", told.markdown);
    let page = Document::parse(&told.page);
    assert_eq!(
        page.structure(),
        Document::parse(&self::told("plain", Language::English, &[]).page).structure()
    );
    assert_eq!(page.rows_below("Create")[0][2], squeezed(&safe(text)));
}

#[test]
fn page_and_markdown_show_the_same_changes() {
    for language in Language::ALL {
        let told = told("見本商店", language, &[]);
        let page = Document::parse(&told.page);
        let (rows, _) = read_markdown(&told.markdown);
        let of_markdown: Vec<String> = rows.iter().filter_map(|row| row.get(1).cloned()).collect();
        assert_eq!(page.text("td.code").len(), 6);
        for code in page.text("td.code") {
            assert!(of_markdown.contains(&code), "{code}: {of_markdown:?}");
        }
        for text in [page.text("body").concat(), told.markdown] {
            assert!(!text.contains("proposal-") && !text.contains("report-"), "a key shows itself: {text}");
        }
    }
    let english = told("a", Language::English, &[]);
    assert!(
        english.markdown.contains("over 2 days, with about 1 of 3 changes landing today"),
        "{}",
        english.markdown
    );
    assert!(english.markdown.contains("7 more are not shown; `-v` shows them all."));
    assert!(english.markdown.ends_with("Next: `leapsync sync clients.csv`\n"));
}

#[test]
fn a_plan_that_a_guard_would_hold_says_so_first_and_names_no_command() {
    let stop = Stop::EmptyInput { linked: 1_204 };
    let held = HeldBack { stop, hold: None, changes: 3, since: None };
    let told = told("a", Language::English, &[held]);
    let page = Document::parse(&told.page);
    assert_eq!(page.text("h1"), ["3 clients would be changed, but a guard holds that back."]);
    assert_eq!(page.text("h2")[0], "Held back");
    assert!(page.text(".notice")[0].contains("the file names no client, while 1,204 are known."));
    assert!(!page.text("footer")[0].contains("leapsync sync"));
    assert!(told.markdown.contains("> **Held back:** the file names no client, while 1,204 are known."));
    assert!(!told.markdown.contains("leapsync sync"));
}

#[test]
fn a_name_that_is_markdown_stays_a_name() {
    for text in [
        "a | b || c",
        "**bold** _slanted_ ~~gone~~ `code` ``more``",
        "[a](http://example.com) ![b](c) <http://example.com>",
        "<b>x</b><br><!-- x -->",
        "# head",
        "a\nb\r\n| c | d |",
        "back\\slash \\| pipe",
        "&lt;b&gt; &#124;",
        "`a|b`",
        "- [ ] x",
        "\u{202e}gpj.exe",
    ] {
        stays_in_its_cell(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_stays_in_its_cell(text in "[\\PC\u{0}-\u{9f}\u{202a}-\u{202e}<>&|`*_~\\[\\]()#!\\\\]{1,40}") {
        stays_in_its_cell(&text);
    }
}
