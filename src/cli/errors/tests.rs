//! An error of the library reads in English as its own text does: the catalogue and the error say the same.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Error;
use leapsync::client::{ConnectError, NoSlot};
use leapsync::config::ConfigError;
use leapsync::ledger::{Binding, LedgerError};
use leapsync::mapping::MappingError;
use leapsync::record::{ExternalId, Line, Mid};
use leapsync::report::words;
use leapsync::settings::OriginError;
use leapsync::source::{Quote, SourceError};
use leapsync::sync::{Stale, SyncError};
use leapsync::texts::{Language, Texts};
use leapsync::wire::TransportError;

use super::super::files::{self, FileError};
use super::super::init::InitError;
use super::said::text;

fn path() -> PathBuf {
    PathBuf::from("folder/file")
}

fn broken() -> std::io::Error {
    std::io::Error::other("broken")
}

fn of_input() -> Vec<SourceError> {
    let (path, line) = (path(), Line(12_345));
    vec![
        SourceError::Open { path: path.clone(), source: broken() },
        SourceError::Directory { path: path.clone() },
        SourceError::Empty { path: path.clone() },
        SourceError::NotShiftJis { path: path.clone() },
        SourceError::NoManifest { path: path.clone(), source: broken() },
        SourceError::OddManifest { path: path.clone() },
        SourceError::NotAsStated {
            path: path.clone(),
            manifest: "m".into(),
            what: "rows",
            stated: "1".into(),
            found: "2".into(),
        },
        SourceError::NoHeader { path: path.clone() },
        SourceError::NoHeaderThere { path: path.clone(), row: line },
        SourceError::Copy { path: path.clone(), source: broken() },
        SourceError::Gzip { path: path.clone(), source: broken() },
        SourceError::Bomb { path: path.clone() },
        SourceError::Workbook { path: path.clone() },
        SourceError::Nul { path: path.clone(), line },
        SourceError::Undetected { path: path.clone(), utf8: line, shift_jis: Line(7) },
        SourceError::Mixed { path: path.clone(), line },
        SourceError::Growing { path: path.clone(), waited: Duration::from_hours(1) },
        SourceError::HeaderEncoding { path: path.clone(), line, cell: 3, encoding: "UTF-8" },
        SourceError::Read { path: path.clone(), line, source: broken() },
        SourceError::TooLong { path: path.clone(), line, quote: Quote::Open },
        SourceError::TooLong { path: path.clone(), line, quote: Quote::Closed },
        SourceError::Swallowed { path: path.clone(), line },
        SourceError::CutOff { path: path.clone(), line, cells: 2, header: 17 },
        SourceError::Unfinished { path: path.clone(), line },
        SourceError::Gone { path: path.clone(), line },
        SourceError::Ambiguous { path, line },
    ]
}

fn of_mapping() -> Vec<MappingError> {
    let (key, header) = ("`[map]` name".to_owned(), "nam".to_owned());
    let many = (0..20).map(|number| format!("column {number}")).collect();
    vec![
        MappingError::NoKey { seen: many },
        MappingError::NoSuchHeader { key: key.clone(), header: header.clone(), seen: vec!["name".into()] },
        MappingError::NoSuchHeader { key: key.clone(), header: header.clone(), seen: vec!["あ".repeat(80)] },
        MappingError::NoSuchColumn { key: key.clone(), number: 1_234, columns: 5 },
        MappingError::SharedHeader { first: "name".into(), second: "title".into(), header: header.clone() },
        MappingError::HeaderTwice { header: header.clone(), first: 1, second: 2 },
        MappingError::PartLost { key, header, lost: "locality" },
    ]
}

fn of_ledger() -> Vec<LedgerError> {
    let path = path();
    let account = |partner: &str| Binding {
        partner: Mid::parse(partner).unwrap(),
        origin: format!("https://{partner}.example.com"),
    };
    vec![
        LedgerError::OnNetwork { path: path.clone() },
        LedgerError::Locked { path: path.clone() },
        LedgerError::Missing { path: path.clone() },
        LedgerError::NoFolder { path: path.clone() },
        LedgerError::Symlink { path: path.clone() },
        LedgerError::NotAFile { path: path.clone() },
        LedgerError::NotALedger { path: path.clone() },
        LedgerError::FromTheFuture { found: 99, known: 4 },
        LedgerError::FromThePast { found: 1, known: 4 },
        LedgerError::OtherAccount { ledger: account("one"), asked: account("two") },
        LedgerError::NeverLinked { external_id: ExternalId::new("A") },
        LedgerError::NoSuchBlock,
        LedgerError::ReadOnly,
        LedgerError::NotDurable { setting: "synchronous", wanted: "2", found: "1".into() },
        LedgerError::Io { path, source: broken() },
    ]
}

fn of_connection() -> Vec<ConnectError> {
    let mid = |mid: &str| Mid::parse(mid).unwrap();
    vec![
        ConnectError::Credentials { status: 401 },
        ConnectError::NoPartner,
        ConnectError::OtherPartner { asked: mid("one") },
        ConnectError::WhichPartner { seen: vec![mid("one"), mid("two")] },
        ConnectError::Unreachable("no route".into()),
        ConnectError::NoSlot(NoSlot::Spent(12_000)),
        ConnectError::NoSlot(NoSlot::TimeUp(Duration::from_mins(1))),
        ConnectError::NoSlot(NoSlot::NotRecorded("disk".into())),
        ConnectError::NoSlot(NoSlot::Exhausted { until: "2026-01-31T17:00:00Z".parse().unwrap() }),
    ]
}

fn of_configuration() -> Vec<ConfigError> {
    let (settle, timeout) = (Duration::from_secs(5), Duration::from_secs(30));
    vec![
        ConfigError::Unreadable { path: path(), source: broken() },
        ConfigError::File { path: path(), message: "line 3".into() },
        ConfigError::Origin(OriginError::NotAUrl("x".into())),
        ConfigError::Origin(OriginError::NotAnOrigin("x".into())),
        ConfigError::Origin(OriginError::InClear("x".into())),
        ConfigError::NoCredential("MAKELEAPS_CLIENT_ID"),
        ConfigError::PartnerMid("x".into()),
        ConfigError::SettleTooShort { settle, timeout },
    ]
}

fn of_program() -> Vec<Error> {
    let (what, path) = (files::RESULTS, path());
    vec![
        FileError::Write { what, path: path.clone(), source: broken() }.into(),
        FileError::NotAFile { what: files::REJECTS, path: path.clone() }.into(),
        FileError::Needed { what: files::PLAN, path: path.clone() }.into(),
        FileError::Twice { one: files::RESULTS, other: files::REPORT, path: path.clone() }.into(),
        InitError::Exists { path: path.clone() }.into(),
        InitError::Write { path, source: broken() }.into(),
    ]
}

fn all() -> Vec<Error> {
    let stale = [Stale::Account, Stale::Ledger, Stale::Mapping, Stale::Input].map(SyncError::Stale);
    let midway = [SyncError::ListUnread, SyncError::Stopped, SyncError::QuotaFailed(NoSlot::Spent(3))];
    let of_sync = of_input().into_iter().map(SyncError::Input);
    let of_sync = of_sync.chain(of_mapping().into_iter().map(SyncError::Mapping));
    let of_sync = of_sync.chain(of_connection().into_iter().map(SyncError::Connect));
    let of_sync = of_sync.chain(of_ledger().into_iter().map(SyncError::Ledger)).chain(stale).chain(midway);
    let plain = of_configuration().into_iter().map(Error::from);
    of_sync.map(Error::from).chain(plain).chain(of_program()).collect()
}

#[test]
fn an_error_reads_in_english_as_its_own_text_and_in_japanese_otherwise() {
    let (english, japanese) = (Texts::default(), Texts::in_language(Language::Japanese));
    for error in all() {
        let own = error.to_string();
        assert_eq!(text(english, error.as_ref()), own);
        let told = text(japanese, error.as_ref());
        let is_path_alone = own.starts_with("folder/file: ");
        assert!(is_path_alone || told != own, "not translated: {own}");
    }
}

#[test]
fn a_lost_connection_reads_in_english_as_its_own_text() {
    let answers = [
        TransportError::NotConnected("refused".into()).to_string(),
        TransportError::Lost("reset".into()).to_string(),
        TransportError::TimedOut.to_string(),
        TransportError::TooLarge(1_048_576).to_string(),
        "HTTP 502 without JSON".to_owned(),
    ];
    for own in answers {
        assert_eq!(words::of_transport(Texts::default(), &own), own);
        assert_ne!(words::of_transport(Texts::in_language(Language::Japanese), &own), own);
    }
    assert_eq!(
        words::of_transport(Texts::in_language(Language::Japanese), "name: too long"),
        "name: too long"
    );
}

#[test]
fn the_system_speaks_the_readers_language_where_it_is_understood() {
    let japanese = Texts::in_language(Language::Japanese);
    let missing = std::io::Error::from_raw_os_error(2);
    assert!(text(japanese, &missing).starts_with("ファイルまたはフォルダーがありません"), "{missing}");
    assert_eq!(text(Texts::default(), &missing), missing.to_string());
    assert_eq!(text(japanese, &broken()), "broken");
}
