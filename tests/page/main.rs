//! The pages as a browser reads them: parsed by a real HTML parser, looked at element by element.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod document;
mod gallery;
mod hostile;
mod model;
mod night;
mod plan;
mod report;
