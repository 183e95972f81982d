//! The files: the same customers as their own columns or as another system's export, in two orders, of several nights.
//!
//! In: which of them. Out: a CSV file in the scratch folder, made once. Its time of writing is long past, because a file
//! that was just written is watched for a while before it is believed.

use std::fmt;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use fastrand::Rng;

use crate::data::{Customer, Night};

/// A time since 1970 that is past on every machine.
const LONG_AGO: Duration = Duration::from_secs(1_000_000_000);
/// The seed of the shuffle.
const SHUFFLE: u64 = 11;
/// One row of so many has changed where some have.
const ONE_OF: u64 = 1_000;

const OWN: &str = "client_external_id,name,postal_code,region,locality,street_address,extended_address,phone_number,\
    fax_number,tax_registration_number,date_cutoff,family_name,given_name,email";
const EXPORTED: &str = "得意先コード,得意先名１,得意先名２,郵便番号,住所１,住所２,電話番号,ＦＡＸ番号,登録番号,締日,担当者名,\
    メールアドレス,取引区分,更新日";

/// What the columns are, and in which letters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// leapsync's own columns, in UTF-8.
    Own,
    /// The same in code page 932.
    Cp932,
    /// An export of another system, which needs a mapping, in UTF-8.
    Export,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    ByKey,
    Shuffled,
}

/// How many customers are not as on the night before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Nobody,
    /// So that the file is not the same byte for byte.
    One,
    Some,
}

/// One file.
#[derive(Clone, Copy)]
pub(crate) struct Sheet {
    pub(crate) form: Form,
    pub(crate) order: Order,
    pub(crate) change: Change,
    pub(crate) rows: u64,
}

impl Sheet {
    /// The file of the first night.
    pub(crate) fn first(form: Form, rows: u64) -> Self {
        Self { form, order: Order::ByKey, change: Change::Nobody, rows }
    }

    pub(crate) fn shuffled(self) -> Self {
        Self { order: Order::Shuffled, ..self }
    }

    pub(crate) fn with(self, change: Change) -> Self {
        Self { change, ..self }
    }

    /// How many of its rows have changed.
    pub(crate) fn changed(self) -> u64 {
        match self.change {
            Change::Nobody => 0,
            Change::One => 1,
            Change::Some => self.rows.div_ceil(ONE_OF),
        }
    }

    /// The file in that folder; it is made when it is not there yet.
    pub(crate) fn file(self, folder: &Path) -> anyhow::Result<PathBuf> {
        let path = folder.join(format!("{self}.csv"));
        if !path.exists() {
            let beside = path.with_extension("part");
            let mut out = BufWriter::new(File::create(&beside)?);
            self.write(&mut out)?;
            let file = out.into_inner()?;
            file.set_modified(SystemTime::UNIX_EPOCH + LONG_AGO)?;
            fs::rename(beside, &path)?;
        }
        Ok(path)
    }

    fn write(self, out: &mut impl Write) -> anyhow::Result<()> {
        let header = if self.form == Form::Export { EXPORTED } else { OWN };
        self.put(out, header)?;
        let mut numbers: Vec<u64> = (0..self.rows).collect();
        if self.order == Order::Shuffled {
            Rng::with_seed(SHUFFLE).shuffle(&mut numbers);
        }
        for number in numbers {
            let customer = Customer::number(number, self.night(number));
            let cells = if self.form == Form::Export { exported(&customer) } else { own(&customer) };
            self.put(out, &cells.map(|cell| quoted(&cell)).join(","))?;
        }
        Ok(())
    }

    fn night(self, number: u64) -> Night {
        let changed = match self.change {
            Change::Nobody => false,
            Change::One => number == self.rows / 2,
            Change::Some => number.is_multiple_of(ONE_OF),
        };
        if changed { Night::Changed } else { Night::AsBefore }
    }

    fn put(self, out: &mut impl Write, line: &str) -> anyhow::Result<()> {
        if self.form == Form::Cp932 {
            let (bytes, _, lost) = encoding_rs::SHIFT_JIS.encode(line);
            anyhow::ensure!(!lost, "code page 932 lacks a letter of `{line}`");
            out.write_all(&bytes)?;
        } else {
            out.write_all(line.as_bytes())?;
        }
        Ok(out.write_all(b"\r\n")?)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Own => "own",
            Self::Cp932 => "cp932",
            Self::Export => "export",
        })
    }
}

impl fmt::Display for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = if self.order == Order::Shuffled { "-shuffled" } else { "" };
        let change = match self.change {
            Change::Nobody => "",
            Change::One => "-one",
            Change::Some => "-some",
        };
        write!(f, "{}-{}{order}{change}", self.form, self.rows)
    }
}

fn own(customer: &Customer) -> [String; 14] {
    let it = customer;
    [
        it.id.clone(),
        format!("{}{}", it.form, it.name),
        it.postal_code.clone(),
        it.region.to_owned(),
        it.locality.to_owned(),
        it.street.clone(),
        it.building.clone(),
        it.phone.clone(),
        it.fax.clone(),
        it.tax_number.clone(),
        it.closing_day.to_string(),
        it.family_name.to_owned(),
        it.given_name.to_owned(),
        it.email.clone(),
    ]
}

fn exported(customer: &Customer) -> [String; 14] {
    let it = customer;
    let closing_day = if it.closing_day == 31 { "末".to_owned() } else { it.closing_day.to_string() };
    [
        it.id.clone(),
        it.form.to_owned(),
        it.name.clone(),
        it.postal_code.replace('-', ""),
        format!("{}{}{}", it.region, it.locality, it.street),
        it.building.clone(),
        it.phone.clone(),
        it.fax.clone(),
        it.tax_number.clone(),
        closing_day,
        format!("{}\u{3000}{}", it.family_name, it.given_name),
        it.email.clone(),
        "1:掛売上".to_owned(),
        "2026/03/31".to_owned(),
    ]
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '\n', '"']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
