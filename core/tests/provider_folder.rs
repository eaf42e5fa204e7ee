//! Payloads of providers as others published them, a folder a provider: each file gives the facts that were read out of
//! it by hand, written down beside the payloads in `expected.json`.
//!
//! The folder is no part of this project. `OMNICONTACT_DATA` names it, else it is `../shared/data` beside the checkout;
//! where it is not there the test says so and passes. `tests/payloads` has an invented sample of each kind.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test stops where something is missing, and says so")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use omnicontact::Instant;
use omnicontact::classify::ClassifyPolicy;
use omnicontact::classify::provider::{Fact, Journal, ReadOptions, Reader, Reading, Webhook};
use serde::Deserialize;

/// What one file holds, counted by kind of fact; the words why are for people.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Expected {
    provider: String,
    incoming: usize,
    outgoing: usize,
    status: usize,
    statuses: BTreeMap<String, usize>,
    watermark: usize,
    identity_change: usize,
    contact_event: usize,
    ignored: usize,
    /// Somebody must be told: no fact.
    error: Option<String>,
    /// A request without its answer, or the reverse: no message; an error, or ignored.
    half_of_a_send: usize,
    why: Vec<String>,
}

#[derive(Deserialize)]
struct Folder {
    files: BTreeMap<String, Expected>,
}

/// The folder of payloads, or none.
fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let data = std::env::var_os("OMNICONTACT_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
    let found = data.join("payloads");
    if found.join("expected.json").is_file() {
        return Some(found);
    }
    eprintln!("skipped: no payloads at {} (OMNICONTACT_DATA names the folder of data)", found.display());
    None
}

/// The counts of a reading, in the words of the expectation; and what is different from it.
fn differences(expected: &Expected, reading: &Reading) -> String {
    let count = |kind: &str| reading.facts.iter().filter(|fact| fact.kind() == kind).count();
    let is_incoming =
        |fact: &&Fact| matches!(fact, Fact::Message(fact) if fact.direction == omnicontact::Direction::Incoming);
    let incoming = reading.facts.iter().filter(is_incoming).count();
    let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
    let mut text = String::new();
    for fact in &reading.facts {
        if let Fact::Status(fact) = fact {
            let word = fact.status.map_or("canceled", |status| status.as_str());
            *statuses.entry(word.to_owned()).or_default() += 1;
        }
        let provider = serde_json::to_value(fact).unwrap()["provider"].as_str().unwrap().to_owned();
        if provider != expected.provider {
            write!(text, " of {provider}").unwrap();
        }
    }
    if expected.half_of_a_send > 0 {
        if reading.errors.is_empty() && (count("ignored") == 0 || reading.facts.len() > count("ignored")) {
            write!(text, " half of a send: {:?}", reading.facts).unwrap();
        }
        return text;
    }
    // D29: of an event with seconds in a field of milliseconds the time is refused, what happened is kept.
    let is_untimed = expected.contact_event > 0
        && matches!(&reading.errors[..], [error] if error.code() == omnicontact::Code::TimeOutOfRange);
    for (name, expected, found) in [
        ("incoming", expected.incoming, incoming),
        ("outgoing", expected.outgoing, count("message") - incoming),
        ("status", expected.status, count("status")),
        ("watermark", expected.watermark, count("watermark")),
        ("identity_change", expected.identity_change, count("identity_change")),
        ("contact_event", expected.contact_event, count("contact_event")),
        ("ignored", expected.ignored, count("ignored")),
        ("error", usize::from(expected.error.is_some()), reading.errors.len() - usize::from(is_untimed)),
    ] {
        if expected != found {
            write!(text, " {name}: {found}, expected {expected};").unwrap();
        }
    }
    if !expected.statuses.is_empty() && expected.statuses != statuses {
        write!(text, " statuses: {statuses:?}, expected {:?};", expected.statuses).unwrap();
    }
    // What is ignored bears the name that the provider has for it.
    for why in &expected.why {
        let Some(name) = why.strip_prefix("ignored: ") else { continue };
        // `message_edit` is the key of what Meta calls an edit.
        let is_named = |fact: &Fact| matches!(fact, Fact::Ignored(fact) if fact.name.contains(name));
        if !reading.facts.iter().any(is_named) {
            let names: Vec<_> = reading
                .facts
                .iter()
                .filter_map(|fact| if let Fact::Ignored(fact) = fact { Some(&fact.name) } else { None })
                .collect();
            write!(text, " not ignored as `{name}` but {names:?};").unwrap();
        }
    }
    if !text.is_empty() && !reading.errors.is_empty() {
        write!(text, " {:?}", reading.errors.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
    }
    text
}

#[test]
fn every_published_payload_says_what_was_read_out_of_it_by_hand() {
    let Some(folder) = folder() else { return };
    let expected: Folder =
        serde_json::from_str(&std::fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap();
    let mut reader = Reader::new(ReadOptions::default());
    let (mut wrong, mut journal, mut incoming) = (Vec::new(), Journal::default(), 0);
    for (name, expected) in &expected.files {
        let body = std::fs::read(folder.join(name)).unwrap();
        // Forms of Twilio do not say when; the host does.
        let webhook = Webhook::new(&body).received_at(Instant::parse("2026-06-21T00:00:00Z").unwrap());
        let reading = reader.read(&webhook);
        assert!(!reading.facts.is_empty() || !reading.errors.is_empty(), "{name} is passed over in silence");
        let found = differences(expected, &reading);
        journal.extend(reading.facts);
        incoming += expected.incoming;
        if !found.is_empty() {
            wrong.push(format!("{name}:{found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} files:\n{}", wrong.len(), expected.files.len(), wrong.join("\n"));
    // Together they stay as many: no message takes another one's place.
    let rows = journal.rows(&ClassifyPolicy::default());
    let found = rows.messages.iter().filter(|row| row.direction == omnicontact::Direction::Incoming).count();
    assert_eq!(found, incoming);
    assert!(expected.files.len() >= 200, "{} files", expected.files.len());
}
