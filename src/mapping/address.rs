//! Splits a Japanese address into prefecture, locality and street, without losing a letter of it.
//!
//! In: an address in one text. Out: its three parts. Where a name could end in two places nothing is guessed: then
//! the locality is empty and all of it is street.

use crate::record::REGIONS;

/// The parts of an address; a part that is not there, or cannot be told from the next, is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Parts<'a> {
    /// The API's key of the prefecture.
    pub(super) region: &'static str,
    /// City, ward, town, village; in a district (郡) with its name.
    pub(super) locality: &'a str,
    /// The rest.
    pub(super) street: &'a str,
}

/// Cities with wards, in which the ward belongs to the locality.
const CITIES_WITH_WARDS: [&str; 20] = [
    "札幌市",
    "仙台市",
    "さいたま市",
    "千葉市",
    "横浜市",
    "川崎市",
    "相模原市",
    "新潟市",
    "静岡市",
    "浜松市",
    "名古屋市",
    "京都市",
    "大阪市",
    "堺市",
    "神戸市",
    "岡山市",
    "広島市",
    "北九州市",
    "福岡市",
    "熊本市",
];

/// The wards of Tokyo, which stand without a city.
const WARDS_OF_TOKYO: [&str; 23] = [
    "千代田区",
    "中央区",
    "港区",
    "新宿区",
    "文京区",
    "台東区",
    "墨田区",
    "江東区",
    "品川区",
    "目黒区",
    "大田区",
    "世田谷区",
    "渋谷区",
    "中野区",
    "杉並区",
    "豊島区",
    "北区",
    "荒川区",
    "板橋区",
    "練馬区",
    "足立区",
    "葛飾区",
    "江戸川区",
];

/// Towns and villages on islands of Tokyo, which belong to no district.
const ISLANDS_OF_TOKYO: [&str; 9] =
    ["大島町", "利島村", "新島村", "神津島村", "三宅村", "御蔵島村", "八丈町", "青ヶ島村", "小笠原村"];

/// Cities whose names hold another 市, 町, 村 or 郡 before their last letter.
const CITIES_WITH_A_MARK_INSIDE: [&str; 22] = [
    "四日市市",
    "廿日市市",
    "野々市市",
    "八日市市",
    "八日市場市",
    "今市市",
    "市川市",
    "市原市",
    "十日町市",
    "大町市",
    "町田市",
    "東村山市",
    "武蔵村山市",
    "羽村市",
    "大村市",
    "田村市",
    "村上市",
    "村山市",
    "郡山市",
    "大和郡山市",
    "蒲郡市",
    "小郡市",
];

/// Districts whose names hold 市.
const DISTRICTS_WITH_CITY_INSIDE: [&str; 2] = ["余市郡", "高市郡"];

/// The letters that a locality may end with.
const MARKS: [char; 5] = ['市', '区', '町', '村', '郡'];
/// The longest name of a city with its mark: いちき串木野市.
const LONGEST_CITY: usize = 7;
/// The longest name of a ward with its mark: 保土ケ谷区.
const LONGEST_WARD: usize = 5;
/// The longest name of a district with its mark: 西八代郡, and one more.
const LONGEST_DISTRICT: usize = 5;
/// The longest name of a town with its mark: 富士河口湖町, and one more.
const LONGEST_TOWN: usize = 7;

/// Splits an address.
pub(super) fn split(address: &str) -> Parts<'_> {
    let address = address.trim();
    let found = REGIONS.iter().find_map(|(kanji, key)| Some((*key, address.strip_prefix(kanji)?)));
    let (region, rest) = found.unwrap_or(("", address));
    let rest = rest.trim_start();
    let end = locality(rest, region).unwrap_or(0);
    Parts { region, locality: &rest[..end], street: rest[end..].trim_start() }
}

/// Where the locality ends, in bytes; none when that cannot be said.
fn locality(rest: &str, region: &str) -> Option<usize> {
    let starts = |names: &[&str]| names.iter().find(|name| rest.starts_with(**name)).map(|name| name.len());
    if let Some(end) = starts(&CITIES_WITH_A_MARK_INSIDE) {
        return Some(end);
    }
    if let Some(city) = starts(&CITIES_WITH_WARDS) {
        let ward = end_of(&rest[city..], &['区'], LONGEST_WARD).map_or(0, |(ward, _)| ward);
        return Some(city + ward);
    }
    let of_tokyo = region.is_empty() || region == "tokyo";
    if of_tokyo && let Some(end) = starts(&WARDS_OF_TOKYO) {
        return Some(end);
    }
    if region == "tokyo"
        && let Some(end) = starts(&ISLANDS_OF_TOKYO)
    {
        return Some(end);
    }
    if let Some(district) = district(rest) {
        let town = town(&rest[district..])?;
        return Some(district + town);
    }
    match end_of(rest, &MARKS, LONGEST_CITY)? {
        (end, '市') => Some(end),
        _ => None,
    }
}

/// Where a district ends.
fn district(rest: &str) -> Option<usize> {
    let named = DISTRICTS_WITH_CITY_INSIDE.iter().find(|name| rest.starts_with(**name));
    if let Some(name) = named {
        return Some(name.len());
    }
    let (end, mark) = end_of(rest, &['郡', '市'], LONGEST_DISTRICT)?;
    (mark == '郡').then_some(end)
}

/// Where the town or village behind a district ends; a second mark belongs to it, as in 大町町 and 玉村町.
fn town(rest: &str) -> Option<usize> {
    let (end, _) = end_of(rest, &['町', '村'], LONGEST_TOWN)?;
    let doubled = rest[end..].starts_with('町');
    Some(if doubled { end + '町'.len_utf8() } else { end })
}

/// Behind the first of the marks that is not the first letter, and which one it is, if it stands among the first
/// `longest` letters and only letters of names stand before it.
fn end_of(text: &str, marks: &[char], longest: usize) -> Option<(usize, char)> {
    let mut letters = text.char_indices().take(longest).take_while(|(_, c)| is_of_a_name(*c));
    letters.next()?;
    let (at, mark) = letters.find(|(_, c)| marks.contains(c))?;
    Some((at + mark.len_utf8(), mark))
}

/// Kanji, hiragana and katakana stand in names; digits, blanks and dashes end one.
fn is_of_a_name(c: char) -> bool {
    let is_kana = ('\u{3041}'..='\u{30fa}').contains(&c);
    let is_kanji = matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    is_kana || is_kanji || c == '々'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_split_where_its_locality_ends() {
        let cases = [
            ("東京都千代田区架空町１－２－３", "tokyo", "千代田区", "架空町１－２－３"),
            ("千代田区架空町1-2-3", "", "千代田区", "架空町1-2-3"),
            ("東京都 港区 例示1-2", "tokyo", "港区", "例示1-2"),
            ("神奈川県横浜市西区みなと1", "kanagawa", "横浜市西区", "みなと1"),
            ("神奈川県横浜市保土ケ谷区仮町1", "kanagawa", "横浜市保土ケ谷区", "仮町1"),
            ("神奈川県横浜市仮通１－１", "kanagawa", "横浜市", "仮通１－１"),
            ("大阪市中央区無県町３－３", "", "大阪市中央区", "無県町３－３"),
            ("大阪府堺市堺区例1", "osaka", "堺市堺区", "例1"),
            ("京都府京都市南区見本町２５－１", "kyoto", "京都市南区", "見本町２５－１"),
            ("福岡県北九州市小倉北区例1", "fukuoka", "北九州市小倉北区", "例1"),
            ("北海道札幌市中央区仮町北１条西２丁目", "hokkaido", "札幌市中央区", "仮町北１条西２丁目"),
            ("三重県四日市市見本町１－１", "mie", "四日市市", "見本町１－１"),
            ("三重県津市例1", "mie", "津市", "例1"),
            ("千葉県市川市市川1-1", "chiba", "市川市", "市川1-1"),
            ("千葉県市原市例1", "chiba", "市原市", "例1"),
            ("新潟県十日町市例1", "niigata", "十日町市", "例1"),
            ("東京都町田市例1", "tokyo", "町田市", "例1"),
            ("広島県廿日市市例1", "hiroshima", "廿日市市", "例1"),
            ("東京都東村山市例1", "tokyo", "東村山市", "例1"),
            ("東京都武蔵村山市例1", "tokyo", "武蔵村山市", "例1"),
            ("東京都羽村市例1", "tokyo", "羽村市", "例1"),
            ("長崎県大村市例1", "nagasaki", "大村市", "例1"),
            ("長野県大町市例1", "nagano", "大町市", "例1"),
            ("新潟県村上市例1", "niigata", "村上市", "例1"),
            ("福島県郡山市例1", "fukushima", "郡山市", "例1"),
            ("奈良県大和郡山市例1", "nara", "大和郡山市", "例1"),
            ("岐阜県郡上市例1", "gifu", "郡上市", "例1"),
            ("鹿児島県いちき串木野市例1", "kagoshima", "いちき串木野市", "例1"),
            ("滋賀県東近江市八日市町1", "shiga", "東近江市", "八日市町1"),
            ("北海道余市郡余市町例示町２－２", "hokkaido", "余市郡余市町", "例示町２－２"),
            ("奈良県高市郡明日香村例1", "nara", "高市郡明日香村", "例1"),
            ("群馬県佐波郡玉村町例1", "gunma", "佐波郡玉村町", "例1"),
            ("佐賀県杵島郡大町町例1", "saga", "杵島郡大町町", "例1"),
            ("宮城県柴田郡村田町例1", "miyagi", "柴田郡村田町", "例1"),
            ("山形県東村山郡中山町例1", "yamagata", "東村山郡中山町", "例1"),
            ("兵庫県神崎郡市川町例1", "hyogo", "神崎郡市川町", "例1"),
            ("山梨県西八代郡市川三郷町例1", "yamanashi", "西八代郡市川三郷町", "例1"),
            ("山梨県南都留郡富士河口湖町例1", "yamanashi", "南都留郡富士河口湖町", "例1"),
            ("東京都八丈町例1", "tokyo", "八丈町", "例1"),
            ("東京都小笠原村父島", "tokyo", "小笠原村", "父島"),
        ];
        for (address, region, locality, street) in cases {
            assert_eq!(split(address), Parts { region, locality, street }, "{address}");
        }
    }

    #[test]
    fn what_cannot_be_told_apart_stays_street() {
        let cases = [
            ("錦町1-2", "", "錦町1-2"),
            ("中央区例1", "", "中央区例1"),
            ("大阪府中央区例1", "osaka", "中央区例1"),
            ("長野県錦町大字市野", "nagano", "錦町大字市野"),
            ("123 Example Street", "", "123 Example Street"),
            ("第1市", "", "第1市"),
            ("群馬県吾妻郡", "gunma", "吾妻郡"),
            ("", "", ""),
        ];
        for (address, region, street) in cases {
            let expected = match address {
                "中央区例1" => Parts { region, locality: "中央区", street: "例1" },
                _ => Parts { region, locality: "", street },
            };
            assert_eq!(split(address), expected, "{address}");
        }
    }

    proptest! {
        #[test]
        fn no_letter_of_an_address_is_lost(
            address in prop::collection::vec(
                prop::sample::select(vec!["東京都", "大阪府", "大阪市", "余市", "市", "区", "町", "村", "郡", "北", "1", " ", "\u{3000}", "a"]), 0..9,
            ),
        ) {
            let address = address.concat();
            let Parts { region, locality, street } = split(&address);
            let kanji = REGIONS.iter().find(|(_, key)| *key == region).map_or("", |(kanji, _)| kanji);
            let without_blanks = |text: &str| text.replace([' ', '\u{3000}'], "");
            prop_assert_eq!(without_blanks(&format!("{kanji}{locality}{street}")), without_blanks(&address));
        }
    }
}
