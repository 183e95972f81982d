//! The file: random clients, kept apart from everything that leapsync makes of them, and how they change overnight.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;

const HEADER: &str = "client_external_id,name,postal_code,region,locality,street_address,phone_number,lang_code,\
    date_cutoff,family_name,given_name,title,email\n";
const STEMS: [&str; 6] = ["見本", "架空", "例示", "あおば", "髙﨑", "北斗"];
const TRADES: [&str; 5] = ["商事", "工業", "製作所", "食品", "印刷"];
const FAMILIES: [&str; 8] = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "髙見", "小林"];
const GIVEN: [&str; 5] = ["一郎", "花子", "健", "美咲", "翔"];
const TITLES: [&str; 4] = ["", "部長", "課長", "主任"];
/// Regions as people write them, and the server's keys for them.
const REGIONS: [(&str, &str); 4] =
    [("東京都", "tokyo"), ("大阪府", "osaka"), ("北海道", "hokkaido"), ("神奈川県", "kanagawa")];

/// A person of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) family: String,
    pub(crate) given: String,
    pub(crate) title: String,
    pub(crate) email: String,
}

/// A client as the file wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) id: String,
    /// Its company; without one it is the one person it has.
    pub(crate) company: Option<String>,
    pub(crate) postal_code: String,
    region: usize,
    pub(crate) locality: String,
    pub(crate) phone: String,
    pub(crate) cutoff: u8,
    pub(crate) lang: &'static str,
    pub(crate) persons: Vec<Person>,
    /// The company's own address, when no person stands in its row.
    pub(crate) email: String,
    /// A cell of it cannot be used, so that it is rejected.
    pub(crate) spoilt: bool,
}

/// The whole file.
#[derive(Debug, Clone, Default)]
pub(crate) struct File {
    pub(crate) clients: BTreeMap<String, Client>,
    next: u32,
    /// A row in it has no id.
    unnamed: bool,
    /// Every id that ever stood in it.
    pub(crate) ever: BTreeSet<String>,
}

impl Client {
    fn invent(number: u32, chance: &mut Rng) -> Self {
        let id = format!("K{number:04}");
        let alone = chance.u8(0..6) == 0;
        let count = if alone { 1 } else { [0, 0, 1, 1, 2, 3][chance.usize(0..6)] };
        let start = chance.usize(0..FAMILIES.len());
        let persons = (0..count).map(|at| Person {
            family: FAMILIES[(start + at) % FAMILIES.len()].to_owned(),
            given: GIVEN[chance.usize(0..GIVEN.len())].to_owned(),
            title: TITLES[chance.usize(0..TITLES.len())].to_owned(),
            email: format!("p{at}.{number}@example.jp"),
        });
        let persons = persons.collect();
        let name = format!("{}{}{number}", STEMS[chance.usize(0..6)], TRADES[chance.usize(0..TRADES.len())]);
        Self {
            company: (!alone).then_some(name),
            postal_code: format!("150-{number:04}"),
            region: chance.usize(0..REGIONS.len()),
            locality: format!("例町{}", chance.u8(1..9)),
            phone: format!("03-{number:04}-{:04}", chance.u16(0..9999)),
            cutoff: chance.u8(1..=31),
            lang: if chance.u8(0..4) == 0 { "en" } else { "ja" },
            persons,
            email: format!("info{number}@example.jp"),
            spoilt: chance.u8(0..40) == 0,
            id,
        }
    }

    pub(crate) fn region(&self) -> &'static str {
        REGIONS[self.region].1
    }

    fn change(&mut self, chance: &mut Rng) {
        match chance.u8(0..9) {
            0 | 1 => self.phone = format!("06-{:04}-{:04}", chance.u16(0..9999), chance.u16(0..9999)),
            2 => self.cutoff = self.cutoff % 31 + 1,
            3 => self.locality.push('東'),
            4 => {
                if let Some(company) = &mut self.company {
                    company.push('新');
                }
            }
            5 if self.company.is_some() && self.persons.len() < 4 => self.add_person(chance),
            6 if self.persons.len() > 1 => {
                self.persons.remove(chance.usize(0..self.persons.len()));
            }
            7 => self.spoilt = !self.spoilt,
            _ => {
                if let Some(person) = self.persons.first_mut() {
                    person.title = format!("{}代理", TITLES[chance.usize(1..4)]);
                }
            }
        }
    }

    fn add_person(&mut self, chance: &mut Rng) {
        let free = FAMILIES.iter().find(|name| self.persons.iter().all(|person| person.family != **name));
        let Some(family) = free else { return };
        self.persons.push(Person {
            family: (*family).to_owned(),
            given: GIVEN[chance.usize(0..GIVEN.len())].to_owned(),
            title: String::new(),
            email: format!("q{}.{}@example.jp", chance.u32(..), self.id.to_lowercase()),
        });
    }

    /// Its rows: one for each person, or one alone.
    fn rows(&self) -> Vec<String> {
        let cutoff = if self.spoilt { "99".to_owned() } else { self.cutoff.to_string() };
        let own = format!(
            "{},{},{},{},{},例示{}丁目,{},{},{cutoff}",
            self.id,
            self.company.as_deref().unwrap_or_default(),
            self.postal_code,
            REGIONS[self.region].0,
            self.locality,
            self.cutoff,
            self.phone,
            self.lang,
        );
        let row = |person: &Person| {
            format!("{own},{},{},{},{}\n", person.family, person.given, person.title, person.email)
        };
        if self.persons.is_empty() {
            return vec![format!("{own},,,,{}\n", self.email)];
        }
        self.persons.iter().map(row).collect()
    }
}

impl File {
    pub(crate) fn invent(count: u32, chance: &mut Rng) -> Self {
        let mut file = Self::default();
        for _ in 0..count {
            file.add(chance);
        }
        file
    }

    fn add(&mut self, chance: &mut Rng) {
        self.next += 1;
        let client = Client::invent(self.next, chance);
        self.ever.insert(client.id.clone());
        self.clients.insert(client.id.clone(), client);
    }

    /// What a day does to it.
    pub(crate) fn change(&mut self, chance: &mut Rng) {
        let ids: Vec<String> = self.clients.keys().cloned().collect();
        for _ in 0..chance.u8(0..9) {
            let id = &ids[chance.usize(0..ids.len())];
            self.clients.get_mut(id).unwrap().change(chance);
        }
        for _ in 0..chance.u8(0..4) {
            self.add(chance);
        }
        if chance.u8(0..3) == 0 && self.clients.len() > 3 {
            self.clients.remove(&ids[chance.usize(0..ids.len())]);
        }
        self.unnamed = chance.u8(0..12) == 0;
    }

    /// The last state in which everything about it can be done.
    pub(crate) fn mend(&mut self) {
        self.unnamed = false;
        for client in self.clients.values_mut() {
            client.spoilt = false;
        }
    }

    pub(crate) fn csv(&self, chance: &mut Rng) -> String {
        let mut rows: Vec<String> = self.clients.values().flat_map(Client::rows).collect();
        if self.unnamed {
            rows.push(",名無商事,,,,,,,,,,,\n".to_owned());
        }
        if chance.bool() {
            chance.shuffle(&mut rows);
        }
        let mut csv = HEADER.to_owned();
        csv.extend(rows);
        csv
    }
}
