//! Countries: systems write names where the API takes the two letters of ISO 3166-1.
//!
//! In: a name in English or Japanese, or a code. Out: the two letters, or nothing.

use std::str::FromStr;

use celes::Country;

use super::folded;

/// Countries as Japanese systems write them, for those that customers come from.
const IN_JAPANESE: [(&str, &str); 38] = [
    ("日本", "JP"),
    ("日本国", "JP"),
    ("アメリカ", "US"),
    ("アメリカ合衆国", "US"),
    ("米国", "US"),
    ("カナダ", "CA"),
    ("メキシコ", "MX"),
    ("ブラジル", "BR"),
    ("イギリス", "GB"),
    ("英国", "GB"),
    ("フランス", "FR"),
    ("ドイツ", "DE"),
    ("イタリア", "IT"),
    ("スペイン", "ES"),
    ("オランダ", "NL"),
    ("ベルギー", "BE"),
    ("スイス", "CH"),
    ("オーストリア", "AT"),
    ("スウェーデン", "SE"),
    ("デンマーク", "DK"),
    ("ロシア", "RU"),
    ("中国", "CN"),
    ("中華人民共和国", "CN"),
    ("香港", "HK"),
    ("マカオ", "MO"),
    ("台湾", "TW"),
    ("韓国", "KR"),
    ("大韓民国", "KR"),
    ("シンガポール", "SG"),
    ("タイ", "TH"),
    ("ベトナム", "VN"),
    ("マレーシア", "MY"),
    ("インドネシア", "ID"),
    ("フィリピン", "PH"),
    ("インド", "IN"),
    ("オーストラリア", "AU"),
    ("ニュージーランド", "NZ"),
    ("アラブ首長国連邦", "AE"),
];

/// The two letters of a country.
pub(super) fn country(text: &str) -> Option<&'static str> {
    let folded = folded(text);
    let named = IN_JAPANESE.iter().find(|(name, _)| *name == folded).map(|(_, code)| *code);
    named.or_else(|| {
        let bare: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        Country::from_str(&bare).ok().map(|country| country.alpha2)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_its_name_in_english_or_japanese_and_by_its_code() {
        let cases = [
            ("Japan", Some("JP")),
            ("ＪＡＰＡＮ", Some("JP")),
            ("日本", Some("JP")),
            ("jp", Some("JP")),
            ("JPN", Some("JP")),
            ("United States", Some("US")),
            ("USA", Some("US")),
            ("United Kingdom", Some("GB")),
            ("France", Some("FR")),
            ("Germany", Some("DE")),
            ("South Korea", Some("KR")),
            ("Korea", None),
            ("台湾", Some("TW")),
            ("Atlantis", None),
            ("", None),
        ];
        for (text, code) in cases {
            assert_eq!(country(text), code, "{text}");
        }
    }
}
