//! The customers that everything is measured with: invented, always the same for the same number, none like another.
//!
//! In: the number of a customer. Out: its cells. A customer takes about 178 bytes as a row of UTF-8, half of them Japanese,
//! and only letters that code page 932 has. Nothing is kept between two of them.

use fastrand::Rng;

/// The seed of all chance.
const SEED: u64 = 7_2026;

/// Letters of names: as many to the power of [`LETTERS_OF_A_NAME`] names are there.
const LETTERS: [&str; 48] = [
    "青", "空", "見", "本", "架", "緑", "丘", "東", "西", "南", "北", "中", "大", "小", "高", "松", "竹",
    "梅", "桜", "藤", "森", "林", "川", "原", "田", "山", "島", "浜", "海", "星", "月", "光", "朝", "日",
    "金", "銀", "銅", "鉄", "石", "岩", "泉", "井", "谷", "橋", "坂", "里", "花", "草",
];
const LETTERS_OF_A_NAME: u32 = 4;
/// Spreads neighbours over the names; it shares no divisor with the number of letters.
const STRIDE: u64 = 1_234_577;

const FORMS: [&str; 4] = ["株式会社", "有限会社", "合同会社", "株式会社"];
const TRADES: [&str; 8] = ["商事", "工業", "製作所", "物産", "建設", "食品", "電機", "運輸"];
const FAMILY: [&str; 8] = ["見本", "例示", "架空", "仮名", "例田", "仮橋", "高見", "本例"];
const GIVEN: [&str; 8] = ["一郎", "花子", "太郎", "良子", "健一", "美咲", "隆", "恵子"];
const TOWNS: [&str; 6] = ["架空町", "例示通", "見本台", "仮町", "本例町", "みほん"];
const BUILDINGS: [&str; 4] = ["架空ビル", "見本会館", "例示プラザ", "メゾン仮名"];
/// Prefecture and locality; how a whole address is split leaves no doubt with any of them.
const PLACES: [(&str, &str); 10] = [
    ("東京都", "千代田区"),
    ("東京都", "新宿区"),
    ("東京都", "世田谷区"),
    ("大阪府", "大阪市北区"),
    ("神奈川県", "横浜市西区"),
    ("愛知県", "名古屋市中区"),
    ("北海道", "札幌市中央区"),
    ("福岡県", "福岡市博多区"),
    ("宮城県", "仙台市青葉区"),
    ("広島県", "広島市南区"),
];

/// One customer.
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) form: &'static str,
    /// The rest of the name, which no other customer has.
    pub(crate) name: String,
    pub(crate) postal_code: String,
    pub(crate) region: &'static str,
    pub(crate) locality: &'static str,
    pub(crate) street: String,
    /// Building and floor, empty for most; a few hold a comma or a line end.
    pub(crate) building: String,
    pub(crate) phone: String,
    pub(crate) fax: String,
    pub(crate) tax_number: String,
    pub(crate) closing_day: u8,
    pub(crate) family_name: &'static str,
    pub(crate) given_name: &'static str,
    pub(crate) email: String,
}

/// Whether a customer is as it was on the night before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Night {
    AsBefore,
    /// Its telephone is another one.
    Changed,
}

impl Customer {
    /// The customer of that number, counted from 0.
    pub(crate) fn number(number: u64, night: Night) -> Self {
        let mut chance = Rng::with_seed(SEED ^ (number << 1));
        let (region, locality) = PLACES[chance.usize(..PLACES.len())];
        let line = if night == Night::Changed { 9 } else { 0 };
        Self {
            id: format!("{number:08}"),
            form: FORMS[chance.usize(..FORMS.len())],
            name: name(number, &mut chance),
            postal_code: format!("{:03}-{:04}", chance.u32(100..1_000), chance.u32(..10_000)),
            region,
            locality,
            street: street(&mut chance),
            building: building(&mut chance),
            phone: format!("03-0{line}{:02}-{:04}", chance.u32(..100), chance.u32(..10_000)),
            fax: sometimes(&mut chance, 5, |it| format!("03-01{:02}-{:04}", it.u32(..100), it.u32(..10_000))),
            tax_number: sometimes(&mut chance, 7, tax_number),
            closing_day: [31, 20, 25, 10][chance.usize(..4)],
            family_name: FAMILY[chance.usize(..FAMILY.len())],
            given_name: GIVEN[chance.usize(..GIVEN.len())],
            email: format!("keiri@a{number:07}.example.jp"),
        }
    }
}

/// A text in `tenths` of ten cases.
fn sometimes(chance: &mut Rng, tenths: u32, text: impl FnOnce(&mut Rng) -> String) -> String {
    if chance.u32(..10) < tenths { text(chance) } else { String::new() }
}

fn name(number: u64, chance: &mut Rng) -> String {
    let base = LETTERS.len() as u64;
    let mut rest = number.wrapping_mul(STRIDE) % base.pow(LETTERS_OF_A_NAME);
    let mut name = String::new();
    for _ in 0..LETTERS_OF_A_NAME {
        name.push_str(LETTERS[usize::try_from(rest % base).unwrap_or_default()]);
        rest /= base;
    }
    name.push_str(TRADES[chance.usize(..TRADES.len())]);
    name
}

fn street(chance: &mut Rng) -> String {
    let town = TOWNS[chance.usize(..TOWNS.len())];
    format!("{town}{}-{}-{}", chance.u32(1..10), chance.u32(1..30), chance.u32(1..40))
}

fn building(chance: &mut Rng) -> String {
    let building = BUILDINGS[chance.usize(..BUILDINGS.len())];
    let floor = chance.u32(1..12);
    match chance.u32(..100) {
        0 => format!("{building}\n{floor}F"),
        1 | 2 => format!("{building}, {floor}F"),
        3..65 => format!("{building}{floor}F"),
        _ => String::new(),
    }
}

/// `T` and thirteen digits, the first of which is the check digit of the others.
fn tax_number(chance: &mut Rng) -> String {
    let digits: Vec<u32> = (0..12).map(|_| chance.u32(..10)).collect();
    let weighed: u32 =
        digits.iter().rev().zip([1, 2].into_iter().cycle()).map(|(digit, by)| digit * by).sum();
    let digits: String = digits.iter().map(ToString::to_string).collect();
    format!("T{}{digits}", 9 - weighed % 9)
}
