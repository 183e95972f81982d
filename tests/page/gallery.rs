//! Pages for the eye: written below the target folder, in both languages, to be looked at in a browser and on paper.

use std::fs;
use std::path::Path;

use leapsync::event::{ExitReason, HeldBack, Why};
use leapsync::guard::Stop;
use leapsync::journal::{Action, Outcome};
use leapsync::operation::HoldId;
use leapsync::report::account::Rhythm;
use leapsync::report::past::Past;
use leapsync::texts::Language;

use crate::document::Document;
use crate::night::{Night, at, ending, mixed, problem, quiet};

/// Five hundred rows that are rejected, and a hold.
fn crowded() -> Night {
    let mut night = Night::begin("取引先一覧_20251128.csv");
    let stop = Stop::TooManyDeletes { deletes: 61, linked: 1_204, most: 60 };
    let digest = serde_json::from_str("\"5d41c0e9a7b3f210aa55\"").unwrap();
    let held = HeldBack { stop, hold: Some((HoldId(3), digest)), changes: 61, since: None };
    night.tell(&leapsync::event::Event::Held(Box::new(held)));
    for row in 2..502 {
        let id = format!("{row:06}");
        night.ended(ending(
            &id,
            &[row],
            Action::None,
            Outcome::Rejected,
            problem(row, "メール", "sato＠example.jp"),
        ));
    }
    night.ended(ending("900001", &[], Action::None, Outcome::Held, Why::Hold(HoldId(3))));
    night.because(ExitReason::DeletesHeld);
    month(night.end())
}

/// The same night after a month of others, with a run that took twenty minutes.
fn month(mut night: Night) -> Night {
    let codes = [0, 0, 0, 3, 0, 0, 5, 0, 0, 0, 4, 0, 0, 0, 3];
    let before = (1..30_u32).map(|ago| {
        let place = usize::try_from(ago).unwrap() % codes.len();
        let number = u64::from(ago * 7 % 23) * u64::from(codes[place] != 4);
        Past {
            code: (ago != 12).then_some(codes[place]),
            duration_s: (ago != 12).then_some(f64::from(ago) * 4.7),
            created: if ago == 29 { 1_180 } else { number / 3 },
            updated: number,
            deleted: u64::from(ago % 9 == 0),
            not_in_sync: u64::from(codes[place] == 3) * 2,
            requests: number * 2 + 2,
            ..Past::unfinished(42 - i64::from(ago), "sync", at(-86_400 * i64::from(ago)))
        }
    });
    night.past.truncate(1);
    night.past.extend(before);
    let counts = (0..240_u32).map(|place| if place % 12 < 6 { 20 } else { u32::from(place < 180) }).collect();
    night.account.rhythm = Rhythm { stretch_s: 5, counts };
    night
}

#[test]
fn pages_are_written_for_the_eye() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&folder).unwrap();
    for (name, night) in [("mixed", month(mixed())), ("crowded", crowded()), ("quiet", month(quiet()))] {
        for language in Language::ALL {
            let page = night.page(language);
            Document::parse(&page);
            fs::write(folder.join(format!("{name}-{}.html", language.code())), page).unwrap();
        }
    }
}
