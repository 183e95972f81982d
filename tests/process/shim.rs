//! The shim between the program and the files of its ledger: built with `cc` when it is first needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::station::{LEDGER, Station};

/// How the system numbers its errors on Linux.
pub(crate) const EIO: i32 = 5;
pub(crate) const ENOSPC: i32 = 28;
pub(crate) const EROFS: i32 = 30;

/// The calls that the shim has counted are listed here.
const CALLS: &str = "calls.txt";

static SHIM: LazyLock<PathBuf> = LazyLock::new(build);

fn build() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/process/io_shim.c");
    let fresh = folder.join(format!("io_shim-{}.so", std::process::id()));
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let flags = ["-O1", "-shared", "-fPIC", "-o"];
    let built = Command::new(&compiler).args(flags).arg(&fresh).arg(source).output();
    let output = built.unwrap_or_else(|error| {
        panic!(
            "this proof needs a C compiler, and `{compiler}` cannot be run ({error}): install one or set CC"
        )
    });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Test processes that build at the same time replace it by the same.
    let shim = folder.join("io_shim.so");
    fs::rename(&fresh, &shim).unwrap();
    shim
}

/// One call of the program on a file of its ledger.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) result: String,
}

/// Puts the shim between a command and the station's ledger.
pub(crate) fn between(command: &mut Command, station: &Station, settings: &[(&str, String)]) {
    // One list for each command.
    let _ = fs::remove_file(station.path(CALLS));
    command.env("LD_PRELOAD", &*SHIM).env("IOSHIM_FOLDER", station.folder()).env("IOSHIM_NAME", LEDGER);
    command.env("IOSHIM_LOG", station.path(CALLS)).envs(settings.iter().cloned());
}

/// What the program did to the files of its ledger, in order.
pub(crate) fn calls(station: &Station) -> Vec<Call> {
    let text = fs::read_to_string(station.path(CALLS)).unwrap_or_default();
    let lines = text.lines().map(|line| {
        let mut words = line.split(' ').skip(1).map(str::to_owned);
        let mut word = || words.next().unwrap_or_default();
        Call { name: word(), file: word(), result: word() }
    });
    lines.collect()
}
