//! What each fuzz target does with its bytes: an answer or an error, never a panic, and what must hold of an answer.
//!
//! `bash tests/fuzz/run TARGET SECONDS` runs one. What a run found stands in `findings/TARGET/` and is run again by
//! `cargo test --test fuzz_findings`, without a fuzzer.

mod targets;

pub use targets::{contacts, partial, rows, segment, snapshot, webhook, wire, workspace};
