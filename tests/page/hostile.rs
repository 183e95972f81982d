//! Names that are code somewhere else stay text here, wherever they stand.

use leapsync::event::{ExitReason, Why};
use leapsync::journal::{Action, Outcome};
use leapsync::plan::Block;
use leapsync::report::harmless::safe;
use leapsync::texts::Language;
use proptest::prelude::*;

use crate::document::Document;
use crate::night::{Night, ending, mid, problem, update};

/// A page in which `text` stands everywhere where a text of a file or a server can stand.
fn page_of(text: &str) -> String {
    let mut night = Night::begin(text);
    night.summary.ledger = Some(text.to_owned());
    let named = |mut ending: leapsync::event::Ending| {
        text.clone_into(&mut ending.label);
        ending
    };
    let server = Why::Server { status: Some(400), message: text.to_owned() };
    night.tell(&leapsync::event::Event::Change(Box::new(update("7", text))));
    night.ended(named(ending("7", &[2], Action::Update, Outcome::Done, Why::Plain)));
    night.ended(named(ending("8", &[3], Action::Create, Outcome::Done, Why::Plain)));
    night.ended(named(ending(&format!("9{text}"), &[4], Action::Create, Outcome::Refused, server)));
    night.ended(named(ending("10", &[5], Action::None, Outcome::Rejected, problem(5, text, text))));
    let twin = Why::Block(Block::SameName(mid("1")));
    night.ended(named(ending("11", &[6], Action::None, Outcome::Blocked, twin)));
    night.because(ExitReason::Refused);
    let mut night = night.end();
    night.account.error = Some(text.to_owned());
    night.page(Language::English)
}

fn stays_text(text: &str) {
    let page = page_of(text);
    let turns = |c: char| matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!page.contains(turns), "a mark that turns the writing");
    assert!(!page.contains(|c: char| c.is_control() && c != '\n'), "a control character");
    let document = Document::parse(&page);
    assert_eq!(document.structure(), Document::parse(&page_of("plain")).structure(), "{text:?}");
    let name = document.rows_below("Created")[0][2].clone();
    assert_eq!(name, safe(text).split_whitespace().collect::<Vec<_>>().join(" "));
}

#[test]
fn a_name_that_is_markup_stays_a_name() {
    for text in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</style><script>alert(1)</script>",
        "</title></svg><svg onload=alert(1)>",
        "--><!-- ]]> <![CDATA[",
        "&lt;b&gt; &amp; &#x3c;",
        "javascript:alert(1)//http://example.com",
        "\u{202e}gpj.exe\u{2066}\u{200f}",
        "\u{0}\u{1b}[2J\u{85}",
        "`rm -rf ~`; $(reboot)",
        "株式会社　見本 & 子会社",
    ] {
        stays_text(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_stays_a_name(text in "[\\PC\u{0}-\u{9f}\u{202a}-\u{202e}<>&\"'`/=]{1,40}") {
        stays_text(&text);
    }
}
