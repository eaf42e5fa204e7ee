//! Any bytes, any JSON, any payload bent out of shape: facts or errors, never a panic, and no more of them than there
//! is text. Rows do not depend on order and repetition.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::path::Path;

use omnicontact::classify::ClassifyPolicy;
use omnicontact::classify::provider::{Fact, Journal, ReadOptions, Reader, Reading, Webhook};
use omnicontact::{Direction, Instant};
use proptest::prelude::*;
use serde_json::Value;

/// 300, or `PROPTEST_CASES`.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn samples() -> &'static [Value] {
    static SAMPLES: std::sync::OnceLock<Vec<Value>> = std::sync::OnceLock::new();
    SAMPLES.get_or_init(|| {
        let mut found = Vec::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads");
        for folder in std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
            for file in std::fs::read_dir(folder).unwrap() {
                let path = file.unwrap().path();
                found.push((path.clone(), serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()));
            }
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found.into_iter().map(|(_, sample)| sample).collect()
    })
}

fn read(body: &[u8]) -> Reading {
    let webhook = Webhook::new(body).received_at(Instant::MIN);
    Reader::new(ReadOptions::default()).read(&webhook)
}

/// What holds of every reading.
fn check(body: &[u8]) {
    let reading = read(body);
    // Bounded by the text: a fact or an error needs some of it.
    assert!(reading.facts.len() + reading.errors.len() <= body.len() + 1);
    for fact in &reading.facts {
        if let Fact::Message(fact) = fact {
            assert!(fact.source.is_some());
            assert_eq!(fact.decided_by.is_some(), fact.direction == Direction::Outgoing);
            assert_eq!(fact.message_type.is_some(), fact.direction == Direction::Outgoing);
        }
        let written = serde_json::to_string(fact).unwrap();
        assert_eq!(&serde_json::from_str::<Fact>(&written).unwrap(), fact);
    }
    let mut journal = Journal::default();
    journal.extend(reading.facts);
    let rows = journal.rows(&ClassifyPolicy::default());
    assert!(rows.messages.len() <= journal.len());
}

/// Changes the value at a place among all values of a tree, counted in order.
fn bend(tree: &mut Value, place: &mut usize, with: &mut dyn FnMut(&mut Value)) {
    if *place == 0 {
        *place = usize::MAX;
        with(tree);
        return;
    }
    *place -= 1;
    match tree {
        Value::Array(list) => list.iter_mut().for_each(|item| bend(item, place, with)),
        Value::Object(map) => map.values_mut().for_each(|item| bend(item, place, with)),
        _ => {}
    }
}

fn count(tree: &Value) -> usize {
    1 + match tree {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(Value::Bool(true)),
        Just(serde_json::json!([])),
        Just(serde_json::json!({})),
        Just(serde_json::json!([{}, [], null, 7])),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(Value::from("9".repeat(40))),
        (0..samples().len()).prop_map(|place| samples()[place].clone()),
    ]
}

/// All numbers as texts, or all texts of digits as numbers.
fn retyped(tree: &Value, to_texts: bool) -> Value {
    match tree {
        Value::Number(number) if to_texts => Value::from(number.to_string()),
        Value::String(text) if !to_texts => text
            .parse::<u64>()
            .ok()
            .filter(|number| number.to_string() == *text)
            .map_or_else(|| tree.clone(), Value::from),
        Value::Array(list) => list.iter().map(|item| retyped(item, to_texts)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, item)| (key.clone(), retyped(item, to_texts)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

#[test]
fn every_sample_says_the_same_with_numbers_as_texts_and_the_reverse() {
    for sample in samples().iter().filter(|sample| sample.get("sender").is_none()) {
        let expected = read(sample.to_string().as_bytes()).facts;
        for to_texts in [true, false] {
            let bent = retyped(sample, to_texts);
            let found = read(bent.to_string().as_bytes());
            assert!(found.errors.is_empty(), "{:?}: {bent}", found.errors);
            assert_eq!(found.facts, expected, "{bent}");
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&bytes);
    }

    #[test]
    fn a_sample_with_any_bytes_in_it(
        place in 0..samples().len(), cut in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 0..6),
    ) {
        let mut text = samples()[place].to_string().into_bytes();
        let from = cut.index(text.len());
        let to = (from + bytes.len()).min(text.len());
        text.splice(from..to, bytes);
        check(&text);
    }

    #[test]
    fn a_sample_bent_out_of_shape(
        place in 0..samples().len(), bends in prop::collection::vec((any::<prop::sample::Index>(), odd()), 1..4),
    ) {
        let mut tree = samples()[place].clone();
        for (at, with) in bends {
            let mut at = at.index(count(&tree));
            bend(&mut tree, &mut at, &mut |value| *value = with.clone());
        }
        check(tree.to_string().as_bytes());
    }

    #[test]
    fn a_sample_with_a_key_less(place in 0..samples().len(), at in any::<prop::sample::Index>(), key in any::<prop::sample::Index>()) {
        let mut tree = samples()[place].clone();
        let mut at = at.index(count(&tree));
        bend(&mut tree, &mut at, &mut |value| {
            if let Value::Object(map) = value
                && !map.is_empty()
            {
                let name = map.keys().nth(key.index(map.len())).cloned().unwrap();
                map.remove(&name);
            }
        });
        check(tree.to_string().as_bytes());
    }

    #[test]
    fn order_and_repetition_do_not_matter(order in Just(all_facts()).prop_shuffle(), again in any::<prop::sample::Index>()) {
        let expected = rows(all_facts());
        let mut facts = order;
        let repeated: Vec<Fact> = facts[..again.index(facts.len())].to_vec();
        facts.extend(repeated);
        prop_assert_eq!(rows(facts), expected);
    }

    #[test]
    fn parts_in_any_order_make_the_rows_of_their_set(order in Just(all_facts()).prop_shuffle(), cut in any::<prop::sample::Index>()) {
        let some = order[..cut.index(order.len())].to_vec();
        let mut backwards = some.clone();
        backwards.reverse();
        prop_assert_eq!(rows(some), rows(backwards));
    }
}

/// The facts of all samples: many about the same messages and people.
fn all_facts() -> Vec<Fact> {
    static FACTS: std::sync::OnceLock<Vec<Fact>> = std::sync::OnceLock::new();
    FACTS
        .get_or_init(|| samples().iter().flat_map(|sample| read(sample.to_string().as_bytes()).facts).collect())
        .clone()
}

fn rows(facts: Vec<Fact>) -> Value {
    let mut journal = Journal::default();
    journal.extend(facts);
    serde_json::to_value(journal.rows(&ClassifyPolicy::default())).unwrap()
}
