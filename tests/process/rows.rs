//! The files that are synced: a first day, and a second one with every kind of change.

use std::collections::BTreeSet;

/// The first day's file.
pub(crate) const FIRST: &str = "first.csv";
/// The second day's file.
pub(crate) const SECOND: &str = "second.csv";

const HEADER: &str = "client_external_id,name,phone_number,date_cutoff,family_name,given_name,email\n";

/// A file and the ids in it.
pub(crate) struct Rows {
    pub(crate) text: String,
    pub(crate) ids: BTreeSet<String>,
}

/// One client as its rows.
struct Row {
    id: String,
    phone: String,
    cutoff: u32,
    persons: Vec<(String, String)>,
}

fn first_row(number: u32) -> Row {
    let person = |which: &str| (format!("{which}{number}"), format!("{which}.{number}@kakuu.example"));
    let mut persons = vec![person("ichiro")];
    if number.is_multiple_of(3) {
        persons.push(person("jiro"));
    }
    Row { id: format!("C{number:04}"), phone: format!("03-0000-{number:04}"), cutoff: 31, persons }
}

/// So many new clients, every third with two persons.
pub(crate) fn first(clients: u32) -> Rows {
    written((1..=clients).map(first_row))
}

/// The next day: clients changed, persons added, changed and gone, clients gone, and new ones.
///
/// By the last digit of a client's number: 1 another phone number, 2 another cutoff, 3 a person gone if there were
/// two, 4 one person more, 5 the person's address, 6 all of it; 7 is gone, but of `clients` no more than one in twenty;
/// the others stay. One client in twenty is new, and at least one.
pub(crate) fn second(clients: u32) -> Rows {
    let few = (clients / 20).max(1);
    let mut may_go = few;
    let mut rows = Vec::new();
    for number in 1..=clients {
        let mut row = first_row(number);
        let kind = number % 10;
        if kind == 7 && may_go > 0 {
            may_go -= 1;
            continue;
        }
        if kind == 1 || kind == 6 {
            row.phone = format!("06-0000-{number:04}");
        }
        if kind == 2 || kind == 6 {
            row.cutoff = 20;
        }
        if kind == 3 {
            row.persons.truncate(1);
        }
        if kind == 5 || kind == 6 {
            row.persons[0].1 = format!("moved.{number}@kakuu.example");
        }
        if kind == 4 || kind == 6 {
            row.persons.push((format!("saburo{number}"), format!("saburo.{number}@kakuu.example")));
        }
        rows.push(row);
    }
    written(rows.into_iter().chain((clients + 1..=clients + few).map(first_row)))
}

fn written(rows: impl Iterator<Item = Row>) -> Rows {
    let (mut text, mut ids) = (HEADER.to_owned(), BTreeSet::new());
    for Row { id, phone, cutoff, persons } in rows {
        for (given, email) in persons {
            text.push_str(&format!("{id},Kakuu {id} KK,{phone},{cutoff},Mihon,{given},{email}\n"));
        }
        ids.insert(id);
    }
    Rows { text, ids }
}
