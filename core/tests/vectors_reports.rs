//! Runs `tests/vectors/reports/*.json`: the part of the contract that the two reports make.
mod vector_support;

use std::collections::BTreeSet;
use std::path::Path;

use omnicontact::{Component, Report, Result};
use serde_json::{Value, json};
use vector_support::{Vector, difference, shown};

fn check(vector: &Vector, answer: &Result<Report>) -> Option<String> {
    match (answer, &vector.expect, &vector.expect_error) {
        (Ok(report), Some(expected), None) => {
            let wrong = expected.keys().find(|key| *key != "report" && Component::parse(key).is_err());
            assert!(wrong.is_none(), "{}: no component {wrong:?}", vector.name);
            difference(&Value::Object(expected.clone()), Some(&shown(report)), "")
        }
        (Err(error), None, Some(expected)) => {
            let answer = json!({ "kind": error.kind(), "code": error.code().as_str(), "path": error.path() });
            (answer != *expected).then(|| format!("expected {expected}, found {answer}"))
        }
        (Ok(_), _, _) => Some("expected an error, found a report".to_owned()),
        (Err(error), _, _) => Some(format!("expected a report, found {error:?}")),
    }
}

#[test]
fn every_vector_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/reports");
    let (mut names, mut rules, mut failed) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut components = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let vectors: Vec<Vector> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for vector in vectors {
            let name = &vector.name;
            if let Some(difference) = check(&vector, &vector.run()) {
                failed.push(format!("{name} ({}): {difference}", vector.rules.join(", ")));
            }
            if vector.rules.iter().any(|rule| rule == "P12")
                && let Some(difference) = check(&vector, &vector.run_in_parts())
            {
                failed.push(format!("{name} in parts ({}): {difference}", vector.rules.join(", ")));
            }
            components.extend(vector.expect.iter().flat_map(|expect| expect.keys().cloned()));
            assert!(names.insert(vector.name.clone()), "{name} comes twice");
            rules.extend(vector.rules);
        }
    }
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), names.len(), failed.join("\n"));
    assert!(names.len() >= 90, "only {} vectors were found", names.len());
    let wanted = (1..=13).map(|rule| format!("P{rule}")).chain((5..=12).map(|rule| format!("D{rule}")));
    for rule in wanted.chain(["T5", "K5", "K6", "K7", "K8", "C8"].map(str::to_owned)) {
        assert!(rules.contains(&rule), "no vector is about {rule}");
    }
    for component in Component::ALL {
        assert!(components.contains(component.as_str()), "no vector shows {component}");
    }
}
