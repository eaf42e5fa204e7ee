//! Runs every shared vector through the plain-data door, as values and as text: what Python and Node run as well.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod wire_support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use omnicontact::{Error, Instant, wire};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    rules: Vec<String>,
    #[serde(default, rename = "why")]
    _why: Option<String>,
    given: Option<Value>,
    call: Call,
    expect: Option<Value>,
    expect_error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    operation: String,
    options: Value,
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

/// What expectations of reports speak of: the components by name, and the report around them.
fn shown(mut report: Value) -> Value {
    let mut shown = json!({});
    let parts = report["components"].take();
    for part in parts.as_array().into_iter().flatten() {
        let mut outcome = part["outcome"].clone();
        outcome["title"] = part["title"].clone();
        shown[part["component"].as_str().unwrap_or_default()] = outcome;
    }
    report["components"] = parts.as_array().into_iter().flatten().map(|part| part["component"].clone()).collect();
    shown["report"] = report;
    shown
}

/// Where the found value does not say what is expected: objects may have more keys, an instant may be expected as text.
fn difference(expected: &Value, found: Option<&Value>, path: &str) -> Option<String> {
    match (expected, found) {
        (Value::Object(expected), Some(Value::Object(found))) => {
            expected.iter().find_map(|(key, value)| difference(value, found.get(key), &format!("{path}.{key}")))
        }
        (Value::Array(expected), Some(Value::Array(found))) if expected.len() == found.len() => expected
            .iter()
            .zip(found)
            .enumerate()
            .find_map(|(row, (expected, found))| difference(expected, Some(found), &format!("{path}[{row}]"))),
        (Value::Number(expected), Some(Value::Number(found))) if expected.as_f64() == found.as_f64() => None,
        (Value::String(text), Some(Value::Number(found)))
            if Instant::parse(text).is_ok_and(|at| Some(at.as_millis()) == found.as_i64()) =>
        {
            None
        }
        (expected, Some(found)) if expected == found => None,
        (Value::Null, None) => None,
        _ => Some(format!("{path}: expected {expected}, found {found:?}")),
    }
}

fn complaint(vector: &Vector, answer: Result<Value, Error>) -> Option<String> {
    let is_report = vector.call.operation.ends_with("s_report");
    mismatch(
        answer.map(|found| if is_report { shown(found) } else { found }),
        vector.expect.as_ref(),
        vector.expect_error.as_ref(),
    )
}

fn mismatch(answer: Result<Value, Error>, expect: Option<&Value>, expect_error: Option<&Value>) -> Option<String> {
    match (answer, expect, expect_error) {
        (Ok(found), Some(expected), None) => difference(expected, Some(&found), ""),
        (Err(error), None, Some(expected)) => {
            let found = json!({ "kind": error.kind(), "code": error.code().as_str(), "path": error.path() });
            (found != *expected).then(|| format!("expected {expected}, found {found}"))
        }
        (answer, ..) => Some(format!("{answer:?}")),
    }
}

#[test]
fn every_vector_holds_through_the_wire() {
    let mut paths = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors"), &mut paths);
    let (mut names, mut operations, mut complaints) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        // A workspace has steps: see the other test.
        if wire_support::FOLDERS.iter().any(|name| path.parent().is_some_and(|folder| folder.ends_with(name))) {
            continue;
        }
        let vectors: Vec<Vector> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for vector in vectors {
            assert!(
                names.insert((path.parent().map(Path::to_owned), vector.name.clone())),
                "`{}` comes twice",
                vector.name
            );
            assert!(!vector.rules.is_empty(), "`{}` cites no rule", vector.name);
            let mut request = json!({ "operation": vector.call.operation, "options": vector.call.options });
            if let Some(given) = &vector.given {
                request["given"] = given.clone();
            }
            let text = wire::call_text(&request.to_string()).map(|text| serde_json::from_str(&text).unwrap());
            for answer in [wire::call(request), text] {
                complaints.extend(complaint(&vector, answer).map(|text| format!("{}: {text}", vector.name)));
            }
            operations.insert(vector.call.operation);
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(names.len() >= 150, "only {} vectors", names.len());
    for (_, vector) in workspace_vectors() {
        operations
            .extend(vector["call"]["operation"].as_str().map(str::to_owned).filter(|_| vector["given"].is_null()));
    }
    for operation in wire::OPERATIONS {
        assert!(operations.contains(*operation), "no vector calls `{operation}`");
    }
}

fn workspace_vectors() -> Vec<(PathBuf, Value)> {
    let mut paths = Vec::new();
    for folder in wire_support::FOLDERS {
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(folder), &mut paths);
    }
    let mut found = Vec::new();
    for path in paths {
        let vectors: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        found.extend(vectors.into_iter().map(|vector| (path.clone(), vector)));
    }
    found
}

/// The words under a tag, and the words of commands and events, wherever they stand.
fn said(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if ["kind", "refusal"].contains(&key.as_str()) {
                    words.extend(value.as_str().map(|word| format!("{key}:{word}")));
                }
                if key == "do" || key == "edits" {
                    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                    for item in items {
                        let word = item.as_str().or_else(|| item.as_object()?.keys().next().map(String::as_str));
                        words.extend(word.map(|word| format!("{key}:{word}")));
                    }
                }
                if key == "events" {
                    words.extend(
                        value
                            .as_array()
                            .into_iter()
                            .flatten()
                            .filter_map(Value::as_str)
                            .map(|word| format!("event:{word}")),
                    );
                }
                said(value, words);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| said(item, words)),
        _ => {}
    }
}

#[test]
fn every_vector_of_a_workspace_holds_through_the_wire() {
    let (mut names, mut operations, mut words) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut complaints = Vec::new();
    for (path, vector) in workspace_vectors() {
        let keys: Vec<&String> = vector.as_object().unwrap().keys().collect();
        let known = ["name", "rules", "why", "given", "call", "expect", "expect_error"];
        assert!(keys.iter().all(|key| known.contains(&key.as_str())), "{}: {keys:?}", path.display());
        let name = vector["name"].as_str().unwrap();
        assert!(names.insert(name.to_owned()), "`{name}` comes twice");
        assert!(vector["rules"].as_array().is_some_and(|rules| !rules.is_empty()), "`{name}` cites no rule");
        let operation = vector["call"]["operation"].as_str().unwrap();
        for (place, answered) in wire_support::answers(&vector, false).into_iter().enumerate() {
            let answer = answered.answer.map(|found| {
                let found = wire_support::named(&found, &answered.names);
                if operation.ends_with("s_report") { shown(found) } else { found }
            });
            let wrong = mismatch(answer, vector.get("expect"), vector.get("expect_error"));
            complaints.extend(wrong.map(|text| format!("{name}, answer {place}: {text}")));
            if answered.through == "workspace" {
                operations.insert(operation.to_owned());
            }
        }
        said(&vector, &mut words);
    }
    assert!(complaints.is_empty(), "{} wrong:\n{}", complaints.len(), complaints.join("\n"));
    assert!(names.len() >= 190, "only {} vectors", names.len());
    for operation in wire::WORKSPACE_READS.iter().chain(wire::WORKSPACE_CHANGES) {
        assert!(operations.contains(*operation), "no vector calls `{operation}` of a workspace");
    }
    let labels = wire::vocabulary(&wire::VocabularyRequest::default()).labels;
    let wanted = [
        ("do", "command_kind"),
        ("edits", "edit_kind"),
        ("kind", "outcome_kind"),
        ("refusal", "refusal_kind"),
        ("event", "change_kind"),
    ];
    let missing: Vec<String> = wanted
        .iter()
        .flat_map(|(key, set)| labels[set].iter().map(move |word| format!("{key}:{word}")))
        // The first event of all is made before any command.
        .filter(|word| word != "event:opened" && !words.contains(word))
        .collect();
    assert!(missing.is_empty(), "no vector says {missing:?}");
}
