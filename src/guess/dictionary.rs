//! What headers mean: the names under which systems export customer data.
//!
//! In: a header. Out: what it may mean, with the systems that write it. Headers are compared without width, case, blanks
//! and the marks that systems put around them.

use unicode_normalization::UnicodeNormalization;

/// What a column may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Meaning {
    Code,
    /// A number that tells several lines of one code apart.
    Branch,
    Name,
    /// The second half of a name.
    NameRest,
    PostalCode,
    Country,
    Region,
    Locality,
    Street,
    Building,
    Phone,
    Fax,
    TaxNumber,
    ClosingDay,
    /// A person's full name.
    Person,
    FamilyName,
    GivenName,
    Title,
    Department,
    Email,
    /// Whether a client is still one.
    Activity,
    /// Whether a person is still there.
    PersonActivity,
    /// Which rows are customers at all.
    Filter,
}

/// A header as it is known.
pub(super) struct Entry {
    /// As [`key`] writes it.
    pub(super) header: &'static str,
    pub(super) meaning: Meaning,
    /// Who writes it.
    pub(super) system: &'static str,
}

/// A header as it is compared.
pub(super) fn key(header: &str) -> String {
    let marks = |c: char| c.is_whitespace() || "*()[]「」【】・/_.:-'\"#".contains(c);
    header.nfkc().filter(|c| !marks(*c)).flat_map(char::to_lowercase).collect()
}

/// A header without width, case and blanks at its ends.
pub(super) fn folded(header: &str) -> String {
    header.trim().nfkc().flat_map(char::to_lowercase).collect()
}

/// What `header` may mean, the most usual first.
pub(super) fn look_up(header: &str) -> impl Iterator<Item = (usize, &'static Entry)> {
    let key = key(header);
    KNOWN.iter().enumerate().filter(move |(_, entry)| entry.header == key)
}

macro_rules! known {
    ($($meaning:ident: $($header:literal $system:literal),+;)+) => {
        &[$($(Entry { header: $header, meaning: Meaning::$meaning, system: $system }),+),+]
    };
}

/// Within one meaning, what stands first is preferred.
const KNOWN: &[Entry] = known! {
    Code:
        "クライアント外部id" "MakeLeaps", "clientexternalid" "leapsync", "得意先コード" "弥生, PCA, SMILE",
        "得意先cd" "奉行, 大臣", "取引先コード" "freee, マネーフォワード", "顧客コード" "楽楽明細, 大臣", "顧客番号" "kintone",
        "顧客id" "kintone", "取引先番号" "Salesforce", "取引先cd" "大臣", "検索キー1" "ジョブカン",
        "accountid" "Salesforce", "取引先id" "Salesforce", "accountnumber" "Salesforce, Xero",
        "customerno" "Business Central", "customernumber" "SAP", "customerid" "QuickBooks", "customercode" "SAP",
        "entityid" "NetSuite", "companyid" "NetSuite", "internalid" "NetSuite", "no" "Business Central",
        "請求先コード" "弥生, PCA", "コード" "弥生, PCA";
    Branch: "枝番" "弥生, PCA", "得意先枝番" "PCA", "枝番号" "SMILE", "branchno" "SAP";
    Name:
        "正式名称帳票出力時に使用される名称" "freee", "得意先名1" "PCA, SMILE", "得意先名" "弥生, 奉行", "取引先名称" "マネーフォワード",
        "取引先名" "Salesforce, kintone", "顧客名" "楽楽明細, kintone", "会社名" "MakeLeaps, kintone", "法人名" "kintone",
        "名称" "ジョブカン", "名前通称" "freee", "legalname" "Xero", "accountname" "Salesforce", "companyname" "NetSuite",
        "contactname" "Xero", "displaynameas" "QuickBooks", "company" "QuickBooks", "customername" "SAP",
        "name" "Business Central, QuickBooks";
    NameRest: "得意先名2" "PCA, SMILE", "name2" "Business Central";
    PostalCode:
        "郵便番号" "弥生, PCA, freee", "取引先郵便番号" "マネーフォワード", "〒" "SMILE", "郵便番号請求先" "Salesforce",
        "billingzippostalcode" "Salesforce", "billingpostalcode" "Salesforce", "popostalcode" "Xero",
        "postalcode" "Business Central", "postcode" "Business Central", "zip" "NetSuite", "zipcode" "QuickBooks",
        "billingzip" "QuickBooks";
    Country:
        "国請求先" "Salesforce", "billingcountry" "Salesforce", "pocountry" "Xero", "countryregioncode" "Business Central",
        "国" "kintone", "country" "NetSuite, QuickBooks";
    Region:
        "都道府県" "freee, kintone", "取引先都道府県" "マネーフォワード", "都道府県請求先" "Salesforce",
        "billingstateprovince" "Salesforce", "billingstate" "Salesforce, QuickBooks", "poregion" "Xero", "state" "NetSuite";
    Locality:
        "市区町村" "kintone", "市区郡請求先" "Salesforce", "billingcity" "Salesforce, QuickBooks", "pocity" "Xero",
        "city" "Business Central, NetSuite";
    Street:
        "住所1" "弥生, PCA, ジョブカン", "市区町村番地" "freee", "取引先住所1" "マネーフォワード", "町名番地請求先" "Salesforce",
        "billingstreet" "Salesforce", "poaddressline1" "Xero", "address" "Business Central", "line1" "NetSuite",
        "billingaddressline1" "QuickBooks", "baddr1" "QuickBooks", "番地" "kintone", "住所" "kintone";
    Building:
        "住所2" "弥生, PCA, ジョブカン", "建物名部屋番号など" "freee", "取引先住所2" "マネーフォワード", "建物名" "kintone",
        "ビル名" "奉行", "poaddressline2" "Xero", "address2" "Business Central", "line2" "NetSuite",
        "billingaddressline2" "QuickBooks";
    Phone:
        "電話番号" "弥生, freee", "代表tel" "SMILE", "tel" "ジョブカン", "相手先tel" "PCA", "取引先電話番号" "マネーフォワード",
        "電話" "Salesforce", "phone" "Salesforce, NetSuite", "phoneno" "Business Central", "phonenumber" "Xero",
        "phone1" "QuickBooks";
    Fax:
        "fax番号" "弥生, 奉行", "fax" "ジョブカン, Salesforce", "相手先fax" "PCA", "faxnumber" "Xero", "faxno" "Business Central",
        "faxnum" "QuickBooks";
    TaxNumber:
        "登録番号" "弥生, PCA", "適格請求書発行事業者の登録番号" "freee", "インボイス登録番号" "kintone", "適格請求書発行事業者登録番号" "奉行",
        "taxregistrationno" "Salesforce", "taxregistrationnumber" "leapsync", "taxnumber" "Xero";
    ClosingDay:
        "締日" "弥生, PCA", "請求締日" "SMILE", "締め日入金期日設定" "freee", "締め日請求期日設定" "freee", "締日1" "奉行";
    Person:
        "ご担当者名" "弥生", "担当者名" "ジョブカン", "担当者氏名" "SMILE", "氏名" "kintone", "取引先担当者氏名" "マネーフォワード",
        "先方担当者名" "PCA", "営業担当者名" "freee", "contact" "Business Central", "poattentionto" "Xero", "cont1" "QuickBooks";
    FamilyName: "姓" "Salesforce, kintone", "lastname" "Salesforce, Xero, NetSuite";
    GivenName: "名" "Salesforce, kintone", "firstname" "Salesforce, Xero, NetSuite";
    Title: "役職名" "弥生", "役職" "ジョブカン, SMILE", "役職1" "ジョブカン", "取引先担当者役職" "マネーフォワード", "title" "Salesforce";
    Department:
        "部署名" "弥生, PCA", "部署" "SMILE", "部署1" "ジョブカン", "取引先担当者部署" "freee", "取引先部署" "マネーフォワード",
        "部門" "奉行", "department" "Salesforce";
    Email:
        "メールアドレス" "弥生", "email" "Salesforce, NetSuite", "担当者メール" "ジョブカン", "相手先メールアドレス" "PCA",
        "取引先メールアドレス" "マネーフォワード", "営業担当者メールアドレス" "freee", "emailaddress" "Xero", "eメール" "kintone",
        "mail" "kintone";
    Activity:
        "使用区分" "弥生, SMILE", "入力候補" "freee", "active" "Salesforce", "isinactive" "NetSuite", "inactive" "NetSuite",
        "blocked" "Business Central", "非表示" "ジョブカン", "データ区分" "奉行", "削除フラグ" "kintone", "論理削除" "kintone",
        "停止フラグ" "kintone", "有効" "kintone", "取引停止" "大臣";
    PersonActivity: "退職フラグ" "kintone", "退職" "kintone", "退職区分" "奉行";
    Filter:
        "請求先として利用する" "freee", "type" "Salesforce", "取引先種別" "kintone", "csvtype変更不可" "マネーフォワード";
};

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(header: &str) -> Option<Meaning> {
        look_up(header).next().map(|(_, entry)| entry.meaning)
    }

    #[test]
    fn a_header_is_known_in_any_width_case_and_bracket() {
        for header in ["得意先名１", "得意先名1 ", " 得意先名１"] {
            assert_eq!(meaning(header), Some(Meaning::Name), "{header}");
        }
        assert_eq!(meaning("市区町村・番地"), Some(Meaning::Street));
        assert_eq!(meaning("締め日(入金期日設定)"), Some(Meaning::ClosingDay));
        assert_eq!(meaning("*ContactName"), Some(Meaning::Name));
        assert_eq!(meaning("Billing Zip/Postal Code"), Some(Meaning::PostalCode));
        assert_eq!(meaning("E-Mail"), Some(Meaning::Email));
        assert_eq!(meaning("備考"), None);
    }

    #[test]
    fn every_entry_stands_there_as_headers_are_compared_and_only_once() {
        let mut seen = std::collections::BTreeSet::new();
        for entry in KNOWN {
            assert_eq!(key(entry.header), entry.header);
            assert!(seen.insert(entry.header), "{} stands there twice", entry.header);
        }
    }
}
