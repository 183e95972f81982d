//! Any text as a `leapsync.toml`, and what follows from it.

#![no_main]

use leapsync::config::File;
use leapsync::mapping::Mapping;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(file) = toml::from_str::<File>(text) else { return };
    let _reading = file.input.reading();
    let headers = ["client_external_id", "name", "email", "得意先コード", ""].map(str::to_owned);
    let _mapping = Mapping::new(&headers, &file.rules());
});
