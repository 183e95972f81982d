//! The four samples: their parts, the mapping that reads each, and the facts that stand in their descriptions.

use std::fs;
use std::path::Path;

use crate::grid::{Code, Form, Grid, Quoting, Record, parse};

/// A sample, and what is known of it without the program.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) grid: Grid,
    pub(crate) form: Form,
    /// Its mapping: `<<header>>` stands for a column.
    mapping: &'static str,
    /// The header of the code, of the name that makes a client, of a person's name if there is one, and of the e-mail.
    pub(crate) key: &'static str,
    pub(crate) names: &'static [&'static str],
    pub(crate) email: &'static str,
    /// A header that the mapping does not use.
    pub(crate) unused: &'static str,
    /// The code, as it stands in the column of the code, of a client without a fault that has one row.
    pub(crate) good: &'static str,
    /// What the ledger's key has behind that.
    pub(crate) branch: &'static str,
    /// Rows of data and of the footer, as people count them.
    pub(crate) rows: u64,
    pub(crate) footer: u64,
    /// Whether the footer says how many rows there are.
    pub(crate) counted: bool,
}

impl Sample {
    /// The number of a column, from 0.
    pub(crate) fn column(&self, header: &str) -> usize {
        self.grid.header.iter().position(|cell| cell.text == header).unwrap()
    }

    /// The number of the good row, from 0.
    pub(crate) fn good_row(&self) -> usize {
        let key = self.column(self.key);
        self.grid.rows.iter().position(|row| row[key].text == self.good).unwrap()
    }

    /// The good client's key in the ledger.
    pub(crate) fn good_id(&self) -> String {
        self.id(self.good)
    }

    pub(crate) fn id(&self, code: &str) -> String {
        format!("{code}{}", self.branch)
    }

    /// A row's key in the ledger.
    pub(crate) fn id_of(&self, row: &Record) -> String {
        let code = row[self.column(self.key)].text.trim();
        let branch = self.grid.header.iter().position(|cell| cell.text == "枝番");
        branch.map_or_else(|| code.to_owned(), |branch| format!("{code}-{}", row[branch].text))
    }

    /// The mapping by names; `input` are more lines for `[input]`.
    pub(crate) fn config(&self, input: &str) -> String {
        self.with_columns(input, |_, header| format!("{header:?}"))
    }

    /// The mapping by numbers.
    pub(crate) fn config_by_numbers(&self, input: &str) -> String {
        self.with_columns(input, |number, _| number.to_string())
    }

    fn with_columns(&self, input: &str, write: impl Fn(usize, &str) -> String) -> String {
        let mut text = format!("[input]\n{input}\n{}", self.mapping);
        for (index, cell) in self.grid.header.iter().enumerate() {
            text = text.replace(&format!("<<{}>>", cell.text), &write(index + 1, &cell.text));
        }
        assert!(!text.contains("<<"), "a column is not in the sample: {text}");
        text
    }
}

const HANBAI: &str = r#"
where = [{ column = <<取引区分>>, is_not = ["3:現金売上"] }]
active = { column = <<使用区分>>, active = ["0"], inactive = ["1", "9"] }
[map]
client_external_id = <<得意先コード>>
name = { columns = [<<得意先名１>>, <<得意先名２>>], join = " " }
postal_code = { column = <<郵便番号>>, transform = "postal_code" }
region = { column = <<住所１>>, transform = "region" }
locality = { column = <<住所１>>, transform = "locality" }
street_address = { column = <<住所１>>, transform = "street" }
extended_address = <<住所２>>
phone_number = { column = <<電話番号>>, transform = "phone" }
date_cutoff = { column = <<締日>>, transform = "closing_day" }
tax_registration_number = { column = <<登録番号>>, transform = "tax_registration_number" }
family_name = { column = <<ご担当者名>>, transform = "family_name" }
given_name = { column = <<ご担当者名>>, transform = "given_name" }
email = { column = <<メールアドレス>>, transform = "email" }
"#;

const FREEE: &str = r#"
where = [{ column = <<請求先として利用する>>, is_not = ["利用しない"] }]
active = { column = <<入力候補>>, active = ["使用する"], inactive = ["使用しない"] }
[map]
client_external_id = <<取引先コード>>
name = <<正式名称（帳票出力時に使用される名称）>>
postal_code = { column = <<郵便番号>>, transform = "postal_code" }
region = <<都道府県>>
street_address = <<市区町村・番地>>
extended_address = <<建物名・部屋番号など>>
phone_number = <<電話番号>>
tax_registration_number = <<適格請求書発行事業者の登録番号>>
family_name = <<営業担当者名>>
email = <<営業担当者メールアドレス>>
"#;

const SALESFORCE: &str = r##"
where = [{ column = <<Type>>, is = ["Customer"] }]
active = { column = <<Active>>, active = ["1"], inactive = ["0"] }
[map]
client_external_id = <<Account Number>>
name = <<Account Name>>
postal_code = <<Billing Zip/Postal Code>>
locality = <<Billing City>>
street_address = <<Billing Street>>
phone_number = <<Phone>>
family_name = <<Last Name>>
given_name = <<First Name>>
title = <<Title>>
department = <<Department>>
email = <<Email>>
tax_registration_number = <<Tax Registration No.>>
null_values = ["- None -", "#N/A"]
"##;

const CONTACTS: &str = r#"
active = { column = <<使用区分>>, active = ["有効"], inactive = ["無効"] }
[map]
client_external_id = { columns = [<<取引先コード>>, <<枝番>>], join = "-" }
name = <<取引先名>>
postal_code = { column = <<〒>>, transform = "postal_code" }
region = { column = <<都道府県>>, transform = "prefecture" }
street_address = <<住所1>>
extended_address = <<住所2>>
phone_number = <<代表TEL>>
date_cutoff = { column = <<請求締日>>, transform = "closing_day" }
family_name = { column = <<氏名>>, transform = "family_name" }
given_name = { column = <<氏名>>, transform = "given_name" }
title = <<役職>>
department = <<部署>>
person_phone_number = <<担当者TEL>>
email = { column = <<E-Mail>>, transform = "email" }
"#;

/// All four.
pub(crate) fn all() -> [Sample; 4] {
    [hanbai(), freee(), salesforce(), contacts()]
}

fn form(code: Code, mark: bool, delimiter: char, line_ends: &'static [&'static str]) -> Form {
    Form { code, mark, delimiter, line_ends, quoting: Quoting::AsFound, ended: true, tail: "" }
}

fn hanbai() -> Sample {
    let form = form(Code::Cp932, false, ',', &["\r\n"]);
    Sample {
        name: "hanbai",
        grid: grid("01-hanbai.csv", &form, 3, 1),
        form,
        mapping: HANBAI,
        key: "得意先コード",
        names: &["得意先名１", "ご担当者名"],
        email: "メールアドレス",
        unused: "備考",
        good: "000129",
        branch: "",
        rows: 45,
        footer: 1,
        counted: true,
    }
}

fn freee() -> Sample {
    let form = form(Code::Utf8, true, ',', &["\r\n"]);
    Sample {
        name: "freee",
        grid: grid("freee-export.csv", &form, 0, 0),
        form,
        mapping: FREEE,
        key: "取引先コード",
        names: &["正式名称（帳票出力時に使用される名称）", "営業担当者名"],
        email: "営業担当者メールアドレス",
        unused: "ショートカット1",
        good: "C0031",
        branch: "",
        rows: 40,
        footer: 0,
        counted: false,
    }
}

fn salesforce() -> Sample {
    let form = form(Code::Utf8, false, ',', &["\n"]);
    Sample {
        name: "salesforce",
        grid: grid("03-salesforce.csv", &form, 0, 7),
        form,
        mapping: SALESFORCE,
        key: "Account Number",
        names: &["Account Name", "Last Name", "First Name"],
        email: "Email",
        unused: "Account Owner",
        good: "AC-0024",
        branch: "",
        rows: 41,
        footer: 5,
        counted: false,
    }
}

fn contacts() -> Sample {
    let form = form(Code::Little, true, '\t', &["\r\n"]);
    Sample {
        name: "contacts",
        grid: grid("04-contacts.txt", &form, 0, 0),
        form,
        mapping: CONTACTS,
        key: "取引先コード",
        names: &["取引先名", "氏名"],
        email: "E-Mail",
        unused: "備考",
        good: "010012",
        branch: "-00",
        rows: 44,
        footer: 0,
        counted: false,
    }
}

/// The bytes of a sample.
pub(crate) fn bytes(file: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(file)).unwrap()
}

fn grid(file: &str, form: &Form, title: usize, footer: usize) -> Grid {
    let bytes = bytes(file);
    let encoding = match form.code {
        Code::Utf8 => encoding_rs::UTF_8,
        Code::Cp932 => encoding_rs::SHIFT_JIS,
        Code::Little => encoding_rs::UTF_16LE,
        Code::Big => encoding_rs::UTF_16BE,
    };
    let text = encoding.decode_with_bom_removal(&bytes).0;
    let mut records: Vec<Record> = parse(&text, form.delimiter);
    let footer = records.split_off(records.len() - footer);
    let rows = records.split_off(title + 1);
    let header = records.pop().unwrap();
    Grid { title: records, header, rows, footer }
}
