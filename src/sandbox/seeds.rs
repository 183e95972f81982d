//! Invented clients, Japanese and English, for an account that should not start empty.
//!
//! In: a seed and a number. Out: client bodies as the API takes them. No name, address or number belongs to anyone on purpose.

use serde_json::{Value, json};

/// One client in this many is an English one.
const ENGLISH: u32 = 4;
/// One client in this many has a person beside its organisation.
const WITH_PERSON: u32 = 2;

const STEMS: [&str; 12] = [
    "あおば",
    "みどり",
    "大和",
    "北斗",
    "さくら",
    "富士見",
    "東雲",
    "白鳥",
    "瑞穂",
    "若葉",
    "緑川",
    "朝日野",
];
const TRADES: [&str; 8] = ["商事", "工業", "製作所", "運輸", "食品", "電機", "印刷", "建設"];
const FAMILIES: [&str; 10] = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "髙﨑"];
const GIVEN: [&str; 8] = ["一郎", "花子", "健", "美咲", "大輔", "陽子", "翔", "恵"];
const PLACES: [(&str, &str, &str, &str); 8] = [
    ("tokyo", "150-0001", "渋谷区", "神宮前"),
    ("osaka", "530-0001", "大阪市北区", "梅田"),
    ("aichi", "450-0002", "名古屋市中村区", "名駅"),
    ("hokkaido", "060-0001", "札幌市中央区", "北一条西"),
    ("fukuoka", "810-0001", "福岡市中央区", "天神"),
    ("kyoto", "604-8001", "京都市中京区", "上本能寺前町"),
    ("saitama", "330-0061", "さいたま市浦和区", "常盤"),
    ("hyogo", "650-0021", "神戸市中央区", "三宮町"),
];
const ENGLISH_STEMS: [&str; 8] =
    ["Harbor", "Northwind", "Maple", "Silverline", "Bluefield", "Redwood", "Lakeside", "Granite"];
const ENGLISH_TRADES: [&str; 6] = ["Trading", "Logistics", "Foods", "Design", "Instruments", "Partners"];

/// Invents `count` client bodies.
pub(super) fn invent(seed: u64, count: u32) -> impl Iterator<Item = Value> {
    let mut chance = fastrand::Rng::with_seed(seed);
    (1..=count).map(move |number| invented(&mut chance, number))
}

fn invented(chance: &mut fastrand::Rng, number: u32) -> Value {
    let english = chance.u32(0..ENGLISH) == 0;
    let organization = if english { english_company(chance) } else { japanese_company(chance) };
    let mut contacts = vec![organization];
    if chance.u32(0..WITH_PERSON) == 0 {
        contacts.push(someone(chance, number));
    }
    json!({
        "client_external_id": format!("SEED-{number:05}"),
        "lang_code": if english { "en" } else { "ja" },
        "date_cutoff": chance.u8(1..=31),
        "contacts": contacts,
    })
}

fn japanese_company(chance: &mut fastrand::Rng) -> Value {
    let name = format!("{}{}", pick(chance, &STEMS), pick(chance, &TRADES));
    let name = if chance.bool() { format!("株式会社{name}") } else { format!("{name}株式会社") };
    let (region, postal_code, locality, town) = pick(chance, &PLACES);
    let street = format!("{town}{}-{}-{}", chance.u8(1..9), chance.u8(1..30), chance.u8(1..20));
    json!({
        "contact_type": "organization",
        "name": name,
        "phone_number": format!("03-0000-{:04}", chance.u16(0..10_000)),
        "email": null,
        "addresses": [{
            "format": "jp_default", "country": "JP", "postal_code": postal_code, "region": region,
            "locality": locality, "street_address": street, "extended_address": "",
        }],
    })
}

fn english_company(chance: &mut fastrand::Rng) -> Value {
    let name = format!("{} {} Ltd.", pick(chance, &ENGLISH_STEMS), pick(chance, &ENGLISH_TRADES));
    json!({"contact_type": "organization", "name": name, "email": null, "addresses": []})
}

fn someone(chance: &mut fastrand::Rng, number: u32) -> Value {
    json!({
        "contact_type": "person",
        "family_name": pick(chance, &FAMILIES),
        "given_name": pick(chance, &GIVEN),
        "department": "経理部",
        "email": {"address": format!("person{number}@example.jp")},
        "addresses": [],
    })
}

fn pick<T: Copy>(chance: &mut fastrand::Rng, from: &[T]) -> T {
    from[chance.usize(0..from.len())]
}
