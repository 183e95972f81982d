//! The sandbox: a server that behaves like the `MakeLeaps` API, as far as it is known.
