//! Any bytes as a payload: facts and errors, no panic, no more of them than there is text.
//!
//! ```sh
//! cargo install cargo-fuzz && cd tests/fuzz
//! cargo +nightly fuzz run webhook --fuzz-dir . corpus ../../core/tests/payloads/* -- -rss_limit_mb=512 -max_total_time=60
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use omnicontact::Instant;
use omnicontact::classify::ClassifyPolicy;
use omnicontact::classify::provider::{Journal, ReadOptions, Reader, Webhook};

fuzz_target!(|body: &[u8]| {
    let mut reader = Reader::new(ReadOptions::default());
    let reading = reader.read(&Webhook::new(body).received_at(Instant::MIN));
    assert!(reading.facts.len() + reading.errors.len() <= body.len() + 1);
    let mut journal = Journal::default();
    journal.extend(reading.facts);
    let rows = journal.rows(&ClassifyPolicy::default());
    assert!(rows.messages.len() <= body.len());
});
