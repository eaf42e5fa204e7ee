//! Runs the shared vectors of classification: `tests/vectors/classify/*.json`.

#![expect(clippy::panic, reason = "a test stops at the first surprise")]

use std::path::Path;

use omnicontact::classify::{self, ClassifyPolicy, Provider, Untracked};
use omnicontact::{ChannelKind, ContactEvent, Error, Instant, Message, StatusUpdate};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    rules: Vec<String>,
    #[serde(default, rename = "why")]
    _why: Option<String>,
    call: Call,
    expect: Option<Value>,
    expect_error: Option<ExpectError>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    operation: String,
    options: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectError {
    kind: String,
    code: String,
    path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassifyMessage {
    message: Message,
    channel_kind: Option<ChannelKind>,
    #[serde(default)]
    policy: ClassifyPolicy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeliveryStatus {
    sent_at: Instant,
    history: Option<Vec<StatusUpdate>>,
    #[serde(default)]
    untracked: Untracked,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FoldMessages {
    messages: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Connections {
    messages: Vec<Message>,
    #[serde(default)]
    events: Vec<ContactEvent>,
    #[serde(default)]
    policy: ClassifyPolicy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderStatus {
    provider: String,
    word: String,
}

fn read<T: DeserializeOwned>(options: &Value) -> T {
    T::deserialize(options).unwrap_or_else(|error| panic!("options: {error}"))
}

fn run(call: &Call) -> Result<Value, Error> {
    Ok(match call.operation.as_str() {
        "classify_message" => {
            let asked: ClassifyMessage = read(&call.options);
            json!(classify::outgoing(&asked.message, asked.channel_kind.as_ref(), &asked.policy))
        }
        "delivery_status" => {
            let asked: DeliveryStatus = read(&call.options);
            json!(classify::delivery(asked.sent_at, asked.history.as_deref(), asked.untracked))
        }
        "fold_messages" => {
            let asked: FoldMessages = read(&call.options);
            let folded = classify::fold_messages(asked.messages);
            json!({ "messages": folded.messages, "folded": folded.folded })
        }
        "connections" => {
            let asked: Connections = read(&call.options);
            json!({ "events": classify::connections(&asked.messages, &asked.events, &asked.policy) })
        }
        "provider_status" => {
            let asked: ProviderStatus = read(&call.options);
            let provider = Provider::parse(&asked.provider).map_err(|error| error.at("provider"))?;
            json!(classify::provider_status(provider, &asked.word).map_err(|error| error.at("word"))?)
        }
        other => panic!("unknown operation `{other}`"),
    })
}

/// What is wrong with the answer, if anything.
fn complaint(vector: &Vector) -> Option<String> {
    match (run(&vector.call), &vector.expect, &vector.expect_error) {
        (Ok(found), Some(expected), None) => {
            (found != *expected).then(|| format!("expected {expected}, found {found}"))
        }
        (Err(error), None, Some(expected)) => {
            let found = (error.kind().as_str(), error.code().as_str(), error.path());
            let expected = (expected.kind.as_str(), expected.code.as_str(), expected.path.as_str());
            (found != expected).then(|| format!("expected {expected:?}, found {found:?}"))
        }
        (Ok(found), None, Some(_)) => Some(format!("expected an error, found {found}")),
        (Err(error), Some(_), None) => Some(format!("unexpected error: {error}")),
        _ => Some("either `expect` or `expect_error`".into()),
    }
}

#[test]
fn every_vector_of_classification_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/classify");
    let mut names = std::collections::BTreeSet::new();
    let mut complaints = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let vectors: Vec<Vector> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for vector in vectors {
            assert!(names.insert(vector.name.clone()), "`{}` stands twice", vector.name);
            assert!(!vector.rules.is_empty(), "`{}` cites no rule", vector.name);
            complaints.extend(complaint(&vector).map(|text| format!("{}: {text}", vector.name)));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(names.len() >= 60, "only {} vectors", names.len());
}
