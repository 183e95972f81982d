//! The 47 prefectures: what the invoice side writes in kanji, the API takes as a romaji key.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Each prefecture's name and the API's key for it, from north to south.
pub const REGIONS: [(&str, &str); 47] = [
    ("北海道", "hokkaido"),
    ("青森県", "aomori"),
    ("岩手県", "iwate"),
    ("宮城県", "miyagi"),
    ("秋田県", "akita"),
    ("山形県", "yamagata"),
    ("福島県", "fukushima"),
    ("茨城県", "ibaraki"),
    ("栃木県", "tochigi"),
    ("群馬県", "gunma"),
    ("埼玉県", "saitama"),
    ("千葉県", "chiba"),
    ("東京都", "tokyo"),
    ("神奈川県", "kanagawa"),
    ("新潟県", "niigata"),
    ("富山県", "toyama"),
    ("石川県", "ishikawa"),
    ("福井県", "fukui"),
    ("山梨県", "yamanashi"),
    ("長野県", "nagano"),
    ("岐阜県", "gifu"),
    ("静岡県", "shizuoka"),
    ("愛知県", "aichi"),
    ("三重県", "mie"),
    ("滋賀県", "shiga"),
    ("京都府", "kyoto"),
    ("大阪府", "osaka"),
    ("兵庫県", "hyogo"),
    ("奈良県", "nara"),
    ("和歌山県", "wakayama"),
    ("鳥取県", "tottori"),
    ("島根県", "shimane"),
    ("岡山県", "okayama"),
    ("広島県", "hiroshima"),
    ("山口県", "yamaguchi"),
    ("徳島県", "tokushima"),
    ("香川県", "kagawa"),
    ("愛媛県", "ehime"),
    ("高知県", "kochi"),
    ("福岡県", "fukuoka"),
    ("佐賀県", "saga"),
    ("長崎県", "nagasaki"),
    ("熊本県", "kumamoto"),
    ("大分県", "oita"),
    ("宮崎県", "miyazaki"),
    ("鹿児島県", "kagoshima"),
    ("沖縄県", "okinawa"),
];

/// The API's key for a prefecture written in kanji or already as a key; `None` when it is neither.
#[must_use]
pub fn region_key(text: &str) -> Option<&'static str> {
    static KEYS: LazyLock<HashMap<&str, &str>> =
        LazyLock::new(|| REGIONS.into_iter().flat_map(|(kanji, key)| [(kanji, key), (key, key)]).collect());
    KEYS.get(text).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_writings_of_a_prefecture_give_its_key() {
        assert_eq!(region_key("東京都"), Some("tokyo"));
        assert_eq!(region_key("tokyo"), Some("tokyo"));
        assert_eq!(region_key("Tokyo"), None);
        assert_eq!(region_key("江戸"), None);
    }
}
