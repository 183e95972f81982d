//! The program `leapsync`.

fn main() {}
