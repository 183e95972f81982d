//! Names the commit in release builds, for `--version`. A development build says so instead, and is not built anew for
//! every commit.

use std::process::Command;

fn main() {
    let commit = if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=.git/HEAD");
        println!("cargo::rerun-if-changed=.git/logs/HEAD");
        let asked = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output();
        let said = asked.ok().filter(|output| output.status.success()).map(|output| output.stdout);
        said.and_then(|text| String::from_utf8(text).ok())
            .map_or_else(|| "unknown".into(), |text| text.trim().to_owned())
    } else {
        println!("cargo::rerun-if-changed=build.rs");
        "of a development build".to_owned()
    };
    println!("cargo::rustc-env=LEAPSYNC_COMMIT={commit}");
}
