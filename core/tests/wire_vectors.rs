//! Runs every shared vector through the plain-data door, as values and as text: what Python and Node run as well.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

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
        _ => Some(format!("{path}: expected {expected}, found {found:?}")),
    }
}

fn complaint(vector: &Vector, answer: Result<Value, Error>) -> Option<String> {
    match (answer, &vector.expect, &vector.expect_error) {
        (Ok(found), Some(expected), None) => {
            let is_report = vector.call.operation.ends_with("s_report");
            difference(expected, Some(&if is_report { shown(found) } else { found }), "")
        }
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
        // Operations on a workspace have handles of their own, and shapes of their own.
        if path.parent().is_some_and(|folder| folder.ends_with("contacts")) {
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
    for operation in wire::OPERATIONS {
        assert!(operations.contains(*operation), "no vector calls `{operation}`");
    }
}
