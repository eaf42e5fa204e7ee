//! Every sample payload goes through, and `docs/PROVIDERS.md` lists the facts that each yields. After a change:
//! `UPDATE_DOCS=1 cargo test --test provider_samples`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is missing")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use omnicontact::classify::provider::{Fact, FactIdentity, Journal, ReadOptions, Reader, Webhook};
use omnicontact::classify::{self, ClassifyPolicy, Provider};
use omnicontact::{Dataset, DatasetOptions, Direction, Instant, PeriodSpec, ReportOptions, Zone, report};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Name and text of each sample, in order.
fn samples() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for folder in std::fs::read_dir(root().join("tests/payloads")).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            let name = format!("{}/{}", folder.file_name().unwrap().display(), path.file_stem().unwrap().display());
            found.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
    found
}

fn sources() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(root().join("tests/payload_sources.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn reader() -> Reader {
    Reader::new(ReadOptions::default().classify(policy()))
}

/// The samples' own app.
fn policy() -> ClassifyPolicy {
    ClassifyPolicy::default().own_app_ids(["4242"])
}

fn facts(text: &str) -> Vec<Fact> {
    let reading = reader().read(&Webhook::new(text.as_bytes()));
    assert!(reading.errors.is_empty(), "{:?}: {text}", reading.errors);
    reading.facts
}

#[test]
fn every_sample_goes_through() {
    let samples = samples();
    let named: BTreeSet<String> = sources().into_keys().collect();
    assert_eq!(samples.keys().cloned().collect::<BTreeSet<_>>(), named, "tests/payload_sources.json");
    for (name, text) in &samples {
        let reading = reader().read(&Webhook::new(text.as_bytes()));
        assert!(reading.errors.is_empty(), "{name}: {:?}", reading.errors);
        assert!(!reading.facts.is_empty(), "{name} says nothing");
        let folder = name.split('/').next().unwrap();
        let provider = Provider::parse(folder).unwrap();
        for fact in &reading.facts {
            let found = serde_json::to_value(fact).unwrap();
            assert_eq!(found["provider"], provider.as_str(), "{name}");
            assert_eq!(found["fact"], fact.kind(), "{name}");
            let back: Fact = serde_json::from_value(found).unwrap();
            assert_eq!(&back, fact, "{name}");
        }
    }
    for provider in Provider::ALL {
        let count = samples.keys().filter(|name| name.starts_with(&format!("{provider}/"))).count();
        assert!(count >= 8, "{provider}: {count} samples");
    }
}

#[test]
fn a_fact_is_classified_as_its_row_will_be() {
    for (name, text) in samples() {
        for fact in facts(&text) {
            let Fact::Message(fact) = fact else { continue };
            let mut journal = Journal::default();
            journal.add(Fact::Message(fact.clone()));
            let rows = journal.rows(&policy());
            let row = &rows.messages[0];
            let kind = rows.directory.channels.first().map(|channel| channel.kind.clone());
            let found = classify::outgoing(row, kind.as_ref(), &policy());
            if fact.direction == Direction::Outgoing {
                assert_eq!(found.source.as_deref(), fact.source.as_ref(), "{name}");
                assert_eq!(found.message_type.as_deref(), fact.message_type.as_ref(), "{name}");
                assert_eq!(found.subtype.as_deref(), fact.subtype.as_deref(), "{name}");
                assert_eq!(found.decided_by, fact.decided_by, "{name}");
            }
        }
    }
}

#[test]
fn all_samples_together_make_a_dataset() {
    let mut journal = Journal::default();
    for text in samples().values() {
        journal.extend(facts(text));
    }
    let rows = journal.rows(&policy());
    let mut ids = BTreeSet::new();
    assert!(rows.messages.iter().all(|row| ids.insert(row.id.clone())), "an id stands twice");
    let count = rows.messages.len();
    let options = DatasetOptions::default().classify(policy());
    let data = Dataset::builder()
        .owned_messages(rows.messages)
        .owned_events(rows.events)
        .directory(rows.directory)
        .options(options)
        .build()
        .unwrap();
    assert_eq!((data.message_count(), data.folded_count()), (count, 0));
    let now = Instant::parse("2026-06-22T00:00:00Z").unwrap();
    let question = ReportOptions::new(Zone::utc(), now, PeriodSpec::parse("all_time").unwrap());
    let messages = serde_json::to_value(report::messages(&data, &question).unwrap()).unwrap();
    let total = |component: &str| {
        let parts = messages["components"].as_array().unwrap();
        parts.iter().find(|part| part["component"] == component).unwrap()["outcome"]["total"].as_u64().unwrap()
    };
    assert!(total("incoming_by_channel") > 40 && total("outgoing_by_source") > 30, "{messages}");
    assert_eq!(total("outgoing_by_source"), total("outgoing_by_type"));
}

fn who(identity: &FactIdentity) -> String {
    let external = identity.external.clone();
    let contact = identity.contact.as_ref().map(|id| format!("contact {id}"));
    let mut words: Vec<String> = contact.into_iter().chain(external).chain(identity.aliases.iter().cloned()).collect();
    if words.is_empty() {
        words.push("nobody named".into());
    }
    words.join(" = ")
}

fn when(at: Option<Instant>) -> String {
    at.map_or_else(|| "no time".into(), |at| at.to_string().replace(".000Z", "Z"))
}

/// A fact in a line.
fn line(fact: &Fact) -> String {
    match fact {
        Fact::Message(fact) => {
            let mut text = format!(
                "**message** {} `{}`, {}, {}",
                fact.direction,
                fact.id,
                who(&fact.identity),
                when(Some(fact.at))
            );
            write!(text, ": {}", fact.source.as_ref().unwrap()).unwrap();
            if let Some(kind) = &fact.message_type {
                write!(text, ", {kind}").unwrap();
            }
            if let Some(subtype) = &fact.subtype {
                write!(text, " `{subtype}`").unwrap();
            }
            if let Some(rules) = fact.decided_by {
                write!(text, " (by {}, {})", rules.source, rules.message_type).unwrap();
            }
            text
        }
        Fact::Status(fact) => {
            let status = fact.status.map_or_else(|| "no message".to_owned(), |status| status.to_string());
            let mut text = format!("**status** {status} of `{}` (`{}`), {}", fact.id, fact.word, when(fact.at));
            if let Some(code) = &fact.error_code {
                write!(text, ", error {code}").unwrap();
            }
            if let Some(error) = &fact.error {
                write!(text, ": {error}").unwrap();
            }
            if let Some(category) = fact.pricing.as_ref().and_then(|pricing| pricing.category.as_ref()) {
                write!(text, ", priced as {category}").unwrap();
            }
            text
        }
        Fact::Watermark(fact) => format!(
            "**watermark** {} by {} up to {}, {}",
            fact.status,
            who(&fact.identity),
            when(Some(fact.up_to)),
            when(Some(fact.at))
        ),
        Fact::IdentityChange(fact) => format!(
            "**identity change** {} → {}, {} (`{}`)",
            fact.previous.join(" = "),
            fact.current.join(" = "),
            when(Some(fact.at)),
            fact.name
        ),
        Fact::ContactEvent(fact) => {
            let mut text = format!("**contact event** {} of {}, {}", fact.kind, who(&fact.identity), when(fact.at));
            if let Some(source) = &fact.source {
                write!(text, ", from {source}").unwrap();
            }
            if let Some(detail) = &fact.detail {
                write!(text, ", `{detail}`").unwrap();
            }
            text
        }
        Fact::Ignored(fact) => format!("**ignored** `{}`: {}", fact.name, fact.reason),
        other => panic!("no line for {other:?}"),
    }
}

fn table() -> String {
    let sources = sources();
    let mut text = String::new();
    let mut folder = String::new();
    for (name, payload) in samples() {
        let (provider, sample) = name.split_once('/').unwrap();
        if provider != folder {
            provider.clone_into(&mut folder);
            write!(text, "\n### {provider}\n\n| sample | shape documented in | facts |\n| --- | --- | --- |\n")
                .unwrap();
        }
        let lines: Vec<String> = facts(&payload).iter().map(|fact| line(fact).replace('|', "\\|")).collect();
        writeln!(text, "| {sample} | {} | {} |", sources[&name], lines.join("<br>")).unwrap();
    }
    text
}

#[test]
fn the_documented_table_is_current() {
    const START: &str = "<!-- generated: samples -->\n";
    const END: &str = "\n<!-- end of samples -->";
    let path = root().join("../docs/PROVIDERS.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(START).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    let expected = table();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{START}{expected}{END}{after}")).unwrap();
        return;
    }
    assert!(found == expected, "docs/PROVIDERS.md is not current: UPDATE_DOCS=1 cargo test --test provider_samples");
}
