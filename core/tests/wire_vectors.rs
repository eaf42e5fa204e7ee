//! Runs every shared vector through the plain-data door, as values and as text: what Python and Node run as well.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use omnicontact::{Error, wire};
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

/// Whether everything that is expected is there: objects may have more keys, numbers are compared as numbers.
fn agrees(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            expected.iter().all(|(key, value)| found.get(key).is_some_and(|found| agrees(found, value)))
        }
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len() && found.iter().zip(expected).all(|(found, value)| agrees(found, value))
        }
        (Value::Number(found), Value::Number(expected)) => found.as_f64() == expected.as_f64(),
        _ => found == expected,
    }
}

fn complaint(vector: &Vector, answer: Result<Value, Error>) -> Option<String> {
    match (answer, &vector.expect, &vector.expect_error) {
        (Ok(found), Some(expected), None) => {
            (!agrees(&found, expected)).then(|| format!("expected {expected}, found {found}"))
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
        let vectors: Vec<Vector> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for vector in vectors {
            assert!(names.insert(vector.name.clone()), "`{}` stands twice", vector.name);
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
