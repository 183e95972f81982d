//! A corpus of files: each sample in every mutation, run to its end, beside what must hold of it.
//!
//! Two judges look at each file. The laws say what a mutation may change and what not, from the bytes alone; the table in
//! `expected.tsv` says what was found when a person last looked at it. After a change that is meant,
//! `LEAPSYNC_BLESS=1 cargo test --test corpus` writes the table anew; a law it does not bend.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "the count of files is told")]

mod any;
mod broken;
mod draft;
mod forms;
mod grid;
mod laws;
mod rows;
mod run;
mod samples;
mod table;

use std::collections::BTreeSet;

use draft::Draft;
use forms::Mutation;
use run::{Account, Seen};
use samples::Sample;

/// So many files that differ are the least.
const FILES: usize = 200;

fn mutations() -> impl Iterator<Item = Mutation> {
    forms::FORMS.into_iter().chain(rows::ROWS).chain(broken::BROKEN)
}

fn draft(sample: &Sample, mutate: fn(&mut Draft<'_>)) -> Option<Draft<'_>> {
    let mut draft = Draft::new(sample);
    mutate(&mut draft);
    draft.applies.then_some(draft)
}

fn base(sample: &Sample) -> Seen {
    let draft = Draft::new(sample);
    Account::new().sync(&draft.bytes(), &draft.config())
}

/// Runs one file, and its rejects after it; gives its line of the table and what is wrong with it.
fn judged(draft: &Draft<'_>, base: &Seen, name: &str) -> (String, Vec<String>) {
    let account = Account::new();
    let seen = account.sync(&draft.bytes(), &draft.config());
    let mut faults = laws::faults(draft, base, &seen);
    if let Some(rejects) = &seen.rejects {
        let again = account.sync(rejects, &draft.config());
        faults.extend(laws::of_feeding_back(draft, &seen, &again));
    }
    let named = faults.into_iter().map(|fault| format!("{name}: {fault}")).collect();
    (table::line(name, &seen), named)
}

/// What came of one sample's files: their lines of the table, what is wrong, and the files.
#[derive(Default)]
struct Judged {
    lines: Vec<String>,
    faults: Vec<String>,
    files: BTreeSet<Vec<u8>>,
}

fn judged_in_all_mutations(sample: &Sample) -> Judged {
    let base = base(sample);
    let mut all = Judged::default();
    for (mutation, mutate) in mutations() {
        let Some(draft) = draft(sample, mutate) else { continue };
        let (line, found) = judged(&draft, &base, &format!("{}/{mutation}", sample.name));
        all.lines.push(line);
        all.faults.extend(found);
        all.files.insert(draft.bytes());
    }
    all
}

#[test]
fn every_file_keeps_the_laws_and_is_what_the_table_says() {
    let samples = samples::all();
    let mut all = Judged::default();
    std::thread::scope(|scope| {
        let threads = samples.each_ref().map(|sample| scope.spawn(|| judged_in_all_mutations(sample)));
        for thread in threads {
            let Judged { lines, faults, files } = thread.join().unwrap();
            all.lines.extend(lines);
            all.faults.extend(faults);
            all.files.extend(files);
        }
    });
    assert!(all.faults.is_empty(), "\n{}\n", all.faults.join("\n"));
    let differences = table::differences(&all.lines);
    assert!(differences.is_empty(), "\n{}\n", differences.join("\n"));
    assert!(all.files.len() >= FILES, "{} files", all.files.len());
    // Shown with `--no-capture`.
    println!("{} runs over {} different files", all.lines.len(), all.files.len());
}

#[test]
fn the_samples_are_read_and_written_byte_for_byte() {
    let files = ["01-hanbai.csv", "freee-export.csv", "03-salesforce.csv", "04-contacts.txt"];
    for (sample, file) in samples::all().iter().zip(files) {
        let (written, read) = (Draft::new(sample).bytes(), samples::bytes(file));
        let same = written.iter().zip(&read).take_while(|(one, other)| one == other).count();
        let (written, read) = (&written[same..], &read[same..]);
        assert!(written == read, "{file} from byte {same}: {:x?}, {:x?}", written.get(..9), read.get(..9));
        let data = sample.grid.rows.len() as u64;
        let words = sample.grid.footer.iter().filter(|record| !record.is_empty()).count() as u64;
        assert_eq!((data, words), (sample.rows, sample.footer), "{file}");
    }
}

/// What the laws find when a mutation is run that says of itself what another one promises.
fn found_of(sample: &Sample, mutate: fn(&mut Draft<'_>), promise: fn(&mut Draft<'_>)) -> Vec<String> {
    let mut draft = draft(sample, mutate).unwrap();
    draft.promise = self::draft(sample, promise).unwrap().promise;
    judged(&draft, &base(sample), "control").1
}

#[test]
fn the_laws_find_what_is_not_as_promised() {
    for sample in samples::all() {
        let nothing: fn(&mut Draft<'_>) = |_| {};
        let lost: fn(&mut Draft<'_>) = |it| drop(it.grid.rows.remove(it.sample.good_row()));
        let renamed: fn(&mut Draft<'_>) = |it| it.name().text.push('x');
        let fatal: fn(&mut Draft<'_>) = |it| it.fatal("");
        let gone: fn(&mut Draft<'_>) = |it| it.touch();
        for (change, promise, expected) in [
            (lost, nothing, "is not what it was"),
            (renamed, nothing, "is not what it was"),
            (nothing, gone, "is what it was"),
            (nothing, fatal, "not 1 and"),
        ] {
            let found = found_of(&sample, change, promise);
            assert!(found.iter().any(|fault| fault.contains(expected)), "{}: {found:?}", sample.name);
        }
        assert_eq!(found_of(&sample, nothing, nothing), Vec::<String>::new());
    }
}

#[test]
fn the_laws_find_a_rejects_file_that_is_not_byte_for_byte() {
    for sample in samples::all() {
        let draft = Draft::new(&sample);
        let seen = base(&sample);
        assert_eq!(laws::of_rejects(&draft, &seen), Vec::<String>::new());
        let bytes = seen.rejects.clone().unwrap();
        let letter = bytes.len() - 2 * sample.form.line_ends[0].len() * sample.form.code.width();
        let mut spoilt = bytes.clone();
        spoilt[letter] ^= 1;
        let (rest, _) = grid::split(&bytes, sample.form.code, sample.form.delimiter).pop().unwrap();
        let shorter = bytes[..rest.as_ptr() as usize - bytes.as_ptr() as usize].to_vec();
        for rejects in [spoilt, shorter] {
            let seen = Seen { rejects: Some(rejects), ..seen.clone() };
            assert!(!laws::of_rejects(&draft, &seen).is_empty(), "{}", sample.name);
        }
    }
}
