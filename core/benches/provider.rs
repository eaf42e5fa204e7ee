//! Webhook JSON to facts, and facts to rows: `cargo bench --bench provider`. One core; bytes a second are the figure.
#![expect(clippy::unwrap_used, reason = "a bench may stop at the first failure")]

use std::path::Path;
use std::sync::OnceLock;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use omnicontact::classify::ClassifyPolicy;
use omnicontact::classify::provider::{Fact, Journal, ReadOptions, Reader, Webhook};

fn main() {
    divan::main();
}

/// The samples of a provider, or of all, as they come over the wire: without blanks.
fn samples(provider: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads");
    let mut found = Vec::new();
    for folder in std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        if provider != "all" && !folder.ends_with(provider) {
            continue;
        }
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            found.push(serde_json::from_str::<serde_json::Value>(&text).unwrap().to_string());
        }
    }
    found.sort();
    found
}

fn bytes(payloads: &[String]) -> BytesCount {
    BytesCount::new(payloads.iter().map(String::len).sum::<usize>())
}

#[divan::bench(args = ["all", "whatsapp", "messenger", "telegram", "respond_io", "chatwoot"])]
fn payloads_to_facts(bencher: Bencher<'_, '_>, provider: &str) {
    let payloads = samples(provider);
    let mut reader = Reader::new(ReadOptions::default());
    bencher.counter(bytes(&payloads)).bench_local(|| {
        for payload in &payloads {
            black_box(reader.read(&Webhook::new(payload.as_bytes())));
        }
    });
}

/// As much of the same as one delivery of statuses holds at most.
#[divan::bench]
fn a_payload_of_a_thousand_statuses(bencher: Bencher<'_, '_>) {
    let one = r#"{"id":"wamid.HBgLNTkzOTkwMDAwMDAxFQIAERgSQTRBNjU5OUFFRTAzODEwMTQ0","status":"delivered","timestamp":"1782000403","recipient_id":"593990000001","pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"utility"}}"#;
    let many = vec![one; 1000].join(",");
    let payload = format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"8","changes":[{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"1","phone_number_id":"9"}},"statuses":[{many}]}},"field":"messages"}}]}}]}}"#
    );
    let mut reader = Reader::new(ReadOptions::default());
    bencher
        .counter(BytesCount::new(payload.len()))
        .bench_local(|| reader.read(&Webhook::new(payload.as_bytes())).facts.len());
}

/// Another reader of JSON on the same payloads, for a sense of scale: no fact comes out of it.
#[divan::bench]
fn payloads_to_values_only(bencher: Bencher<'_, '_>) {
    let payloads = samples("all");
    bencher.counter(bytes(&payloads)).bench_local(|| {
        for payload in &payloads {
            black_box(serde_json::from_str::<serde_json::Value>(payload).unwrap());
        }
    });
}

fn facts() -> &'static [Fact] {
    static FACTS: OnceLock<Vec<Fact>> = OnceLock::new();
    FACTS.get_or_init(|| {
        let mut reader = Reader::new(ReadOptions::default());
        let mut facts = Vec::new();
        for n in 0..30_000 {
            let at = 1_782_000_000 + n;
            let value = |part: &str| {
                format!(
                    r#"{{"object":"whatsapp_business_account","entry":[{{"id":"8","changes":[{{"value":{{"metadata":{{"phone_number_id":"9"}},{part}}},"field":"messages"}}]}}]}}"#
                )
            };
            let from = 593_990_000_000_i64 + n % 5000;
            for payload in [
                value(&format!(r#""messages":[{{"id":"in{n}","from":"{from}","timestamp":"{at}","type":"text","text":{{"body":"hi"}}}}]"#)),
                value(&format!(r#""statuses":[{{"id":"out{n}","status":"sent","timestamp":"{at}","recipient_id":"{from}"}}]"#)),
                value(&format!(r#""statuses":[{{"id":"out{n}","status":"read","timestamp":"{at}","recipient_id":"{from}"}}]"#)),
            ] {
                facts.extend(reader.read(&Webhook::new(payload.as_bytes())).facts);
            }
        }
        facts
    })
}

#[divan::bench(sample_count = 10)]
fn facts_to_journal(bencher: Bencher<'_, '_>) {
    let facts = facts();
    bencher.counter(ItemsCount::new(facts.len())).with_inputs(|| facts.to_vec()).bench_local_values(|facts| {
        let mut journal = Journal::default();
        journal.extend(facts);
        journal
    });
}

#[divan::bench(sample_count = 10)]
fn journal_to_rows(bencher: Bencher<'_, '_>) {
    let mut journal = Journal::default();
    journal.extend(facts().to_vec());
    bencher.counter(ItemsCount::new(journal.len())).bench_local(|| journal.rows(&ClassifyPolicy::default()));
}
