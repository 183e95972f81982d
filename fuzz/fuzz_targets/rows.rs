//! Any cells through a mapping that uses everything: the text is a file of rows with tabs between the cells.

#![no_main]

use std::sync::OnceLock;

use leapsync::config::File;
use leapsync::mapping::{Mapped, Mapping};
use leapsync::record::Line;
use libfuzzer_sys::fuzz_target;

const REFERENCE: &str = include_str!("../../samples/mapping-reference.toml");

/// The columns that the reference names, in an order of their own.
const HEADERS: [&str; 22] = [
    "得意先コード",
    "枝番",
    "得意先名１",
    "得意先名２",
    "住所１",
    "住所２",
    "郵便番号",
    "電話番号",
    "締日",
    "登録番号",
    "国",
    "代表メール",
    "氏名",
    "役職",
    "部署",
    "担当者TEL",
    "担当者名２",
    "役職２",
    "部署２",
    "担当者メール２",
    "退職フラグ２",
    "使用区分",
];
const REST: [&str; 4] = ["担当者TEL２", "担当者FAX２", "取引区分", "得意先として利用する"];

fn mapping() -> &'static Mapping {
    static MAPPING: OnceLock<Mapping> = OnceLock::new();
    MAPPING.get_or_init(|| {
        let file: File = toml::from_str(REFERENCE).expect("the reference is understood");
        let headers: Vec<String> = HEADERS.iter().chain(&REST).map(|header| (*header).to_owned()).collect();
        Mapping::new(&headers, &file.rules()).expect("the reference has all its columns")
    })
}

fuzz_target!(|text: &str| {
    let mut rows = Vec::new();
    for (number, row) in (1..).zip(text.split('\n').take(20)) {
        let mut cells: Vec<String> = row.split('\t').map(str::to_owned).collect();
        cells.resize(HEADERS.len() + REST.len(), String::new());
        if let Mapped::Row(row) = mapping().row(Line(number), &cells, &[]) {
            rows.push(row);
        }
    }
    if let Some(first) = rows.first() {
        let id = first.external_id.clone();
        rows.retain(|row| row.external_id == id);
        let _client = mapping().client(rows);
    }
});
