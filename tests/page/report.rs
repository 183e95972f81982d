//! The report of a run: what stands where, and that its numbers are the summary's.

use leapsync::event::{ExitReason, Why};
use leapsync::journal::{Action, Outcome};
use leapsync::report::exception::Kind;
use leapsync::report::listed::Listed;
use leapsync::texts::Language;

use crate::document::Document;
use crate::night::{Night, ending, mixed, problem, quiet};

#[test]
fn every_exception_stands_there_with_row_code_name_reason_and_next_step() {
    let page = Document::parse(&mixed().page(Language::English));
    let sections = page.text("h2");
    assert_eq!(sections[..2], ["What needs attention", "What changed"], "exceptions come first");
    for (heading, row) in [
        ("In doubt", ["2", "D1", "株式会社D1", "HTTP 400: no answer", "Run the same command again"]),
        (
            "Refused by MakeLeaps",
            ["5, 6", "R1", "株式会社R1", "HTTP 400: Enter a valid phone number.", "leapsync retry R1"],
        ),
        (
            "Delete refused by MakeLeaps",
            ["", "G1", "株式会社G1", "HTTP 400: documents refer to it", "leapsync retry G1"],
        ),
        (
            "Rejected before sending",
            [
                "7",
                "no code",
                "株式会社",
                "row 7, column メール: sato(at)example.com is not an e-mail address",
                "Correct the row in the source system",
            ],
        ),
    ] {
        assert_eq!(page.rows_below(heading), [row], "{heading}");
    }
    let step = |heading: &str| page.rows_below(heading)[0][4].clone();
    assert_eq!(step("Deleted by people"), "leapsync retry M1 --recreate");
    assert_eq!(step("Waiting for a decision"), "leapsync adopt --match name clients.csv --write");
    for heading in ["Conflict", "Held back", "Refused, and known"] {
        assert_eq!(page.rows_below(heading).len(), 1, "{heading}");
    }
    assert_eq!(page.text("h3").len(), Kind::ALL.len() + 4, "and what was updated, created, deleted, gone");
}

#[test]
fn an_update_shows_each_field_from_what_to_what() {
    let page = Document::parse(&mixed().page(Language::English));
    let rows = page.rows_below("Updated");
    assert_eq!(rows[0][..3], ["10", "U1", "株式会社U1"]);
    let told = &rows[0][3];
    for part in [
        "Closing day empty → 31",
        "Company 見本商店 → 新しい名前",
        "Phone 03-0000-0000 → empty",
        "E-mail a@example.com → 見本商店",
        "Contact + 見本商店",
        "Contact − 見本商店",
    ] {
        let squeezed = |text: &str| text.replace(' ', "");
        assert!(squeezed(told).contains(&squeezed(part)), "{part}: {told}");
    }
    assert_eq!(page.text("del").len(), 4);
    assert_eq!(page.rows_below("Deleted")[0][..2], ["X1", "株式会社X1"], "no row: it is not in the file");
    assert!(
        page.rows_below("Gone from the file, still in MakeLeaps")[0][2]
            .contains("refused to delete this client before")
    );
}

#[test]
fn the_figures_are_those_of_the_summary() {
    let night = mixed();
    assert!(night.summary.contradictions().is_empty(), "{:?}", night.summary.contradictions());
    let page = Document::parse(&night.page(Language::English));
    let figure = |name: &str| {
        let names = page.text(".figures dt");
        let place = names.iter().position(|it| it == name).unwrap();
        page.text(".figures dd")[place].replace(',', "").parse::<u64>().unwrap()
    };
    let result = night.summary.result.unwrap();
    assert_eq!(figure("Created"), result.created);
    assert_eq!(figure("Updated"), result.updated);
    assert_eq!(figure("Deleted"), result.deleted);
    assert_eq!(figure("Unchanged"), result.unchanged);
    assert_eq!(figure("Requests"), night.summary.requests.unwrap().total);
    // What is acknowledged is listed, and needs nobody.
    let rejected = night.summary.rows.unwrap().rejected;
    let open = result.failed + result.in_doubt + result.delete_refused + result.held + rejected - 1;
    assert_eq!(figure("Need attention"), open);
    let listed: usize = page.all("tbody").len();
    assert_eq!(listed, Kind::ALL.len() + 4 + 1, "one table for each kind, and the runs");
}

#[test]
fn five_hundred_are_listed_and_the_rest_is_counted() {
    let mut night = Night::begin("clients.csv");
    let all = Listed::<()>::MOST as u64 + 7;
    for row in 2..2 + all {
        let id = format!("{row:06}");
        night.ended(ending(&id, &[row], Action::None, Outcome::Rejected, problem(row, "email", "x")));
    }
    night.because(ExitReason::Rejected);
    let page = Document::parse(&night.end().page(Language::English));
    assert_eq!(page.rows_below("Rejected before sending").len(), Listed::<()>::MOST);
    assert_eq!(page.text(".rest"), ["7 more are not listed here; leapsync failures lists them all."]);
    assert!(page.text("h1")[0].starts_with("507 clients need attention."), "{:?}", page.text("h1"));
    assert_eq!(page.text(".many")[0], "507");
}

#[test]
fn a_quiet_night_is_one_calm_page() {
    let page = Document::parse(&quiet().page(Language::English));
    let said = "Nothing had to change: all 40 clients of the file are in MakeLeaps as it should be.";
    assert_eq!(page.text("h1"), [said]);
    assert_eq!(page.text(".state"), ["In sync"]);
    assert!(page.text(".advice")[0].starts_with("Nothing."));
    assert!(page.all("table.fold").is_empty() && page.all(".notice").is_empty());
}

#[test]
fn both_languages_tell_the_same() {
    let night = mixed();
    let english = Document::parse(&night.page(Language::English));
    let japanese = Document::parse(&night.page(Language::Japanese));
    assert_eq!(english.structure(), japanese.structure());
    assert_eq!(japanese.attributes("html", "lang"), ["ja"]);
    for page in [&english, &japanese] {
        let text = page.text("body").concat();
        assert!(!text.contains("report-"), "a key shows itself: {text}");
    }
}

#[test]
fn each_end_has_a_word_a_mark_and_a_sentence_of_its_own() {
    let told = |reason: Option<ExitReason>, failed: Option<(u8, &str)>| {
        let mut night = Night::begin("clients.csv");
        night.ended(ending("A", &[2], Action::None, Outcome::Held, Why::Guard));
        if let Some(reason) = reason {
            night.because(reason);
        }
        let mut night = night.end();
        if let Some((code, reason)) = failed {
            night.summary.fail(code, reason, night.summary.finished_at);
            night.summary.result = None;
        }
        let page = Document::parse(&night.page(Language::English));
        (
            page.text(".state").remove(0),
            page.attributes(".state path", "d").remove(0),
            page.text("h1").remove(0),
        )
    };
    let ends = [
        told(None, None),
        told(Some(ExitReason::Missing), None),
        told(Some(ExitReason::RunHeld), None),
        told(Some(ExitReason::Signal), None),
        told(None, Some((1, "input"))),
    ];
    for (place, (word, mark, sentence)) in ends.iter().enumerate() {
        assert!(ends[..place].iter().all(|other| other.0 != *word && other.1 != *mark), "{word}");
        assert!(sentence.ends_with('.'), "{sentence}");
    }
    assert_eq!(
        ends.map(|end| end.0),
        ["In sync", "Needs attention", "Held back", "Stopped early", "Could not run"]
    );
}
