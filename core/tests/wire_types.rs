//! Holds `core/src/wire/types.d.ts` against the Rust shapes: labels word by word, requests key by key, and every answer
//! of every shared vector against the interface that is promised for it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is missing")]

mod wire_support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use omnicontact::wire::{self, VocabularyRequest};
use serde_json::{Value, json};

/// A key of an interface: whether it may be left out, and its type as written.
struct Key {
    optional: bool,
    written: String,
}

struct Types {
    interfaces: BTreeMap<String, BTreeMap<String, Key>>,
    aliases: BTreeMap<String, String>,
}

fn types() -> Types {
    let text = include_str!("../src/wire/types.d.ts");
    let mut types = Types { interfaces: BTreeMap::new(), aliases: BTreeMap::new() };
    let mut rest = text;
    while let Some(at) = rest.find("export ") {
        rest = &rest[at + "export ".len()..];
        if let Some(found) = rest.strip_prefix("interface ") {
            let (name, body) = found.split_once(" {\n").unwrap();
            let body = &body[..body.find("\n}").unwrap()];
            let keys = body.lines().map(str::trim).filter(|line| !line.starts_with("/**"));
            let keys = keys.map(|line| {
                let (key, written) = line.trim_end_matches(';').split_once(": ").unwrap();
                let optional = key.ends_with('?');
                (key.trim_end_matches('?').to_owned(), Key { optional, written: written.to_owned() })
            });
            types.interfaces.insert(name.split('<').next().unwrap().to_owned(), keys.collect());
        } else if let Some(found) = rest.strip_prefix("type ") {
            let (name, body) = found.split_once('=').unwrap();
            let end = body.find(";\n").unwrap();
            types.aliases.insert(name.trim().to_owned(), body[..end].trim().to_owned());
        }
    }
    types
}

fn words(union: &str) -> Vec<&str> {
    union.split('"').skip(1).step_by(2).collect()
}

fn pascal(name: &str) -> String {
    let upper = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    name.split('_').map(upper).collect()
}

#[test]
fn labels_are_those_of_rust() {
    let types = types();
    for (name, labels) in wire::vocabulary(&VocabularyRequest::default()).labels {
        let union = types.aliases.get(&pascal(name)).unwrap_or_else(|| panic!("no type for the labels `{name}`"));
        assert_eq!(words(union), labels, "{name}");
    }
}

#[test]
fn requests_have_the_keys_of_rust() {
    let types = types();
    let vocabulary = wire::vocabulary(&VocabularyRequest::default());
    let rows = [("messages", "Message"), ("events", "ContactEvent"), ("channels", "Channel"), ("named", "Named")];
    let rows = rows.iter().map(|(table, name)| (*name, &vocabulary.row_fields[table]));
    for (name, fields) in vocabulary.request_fields.iter().map(|(name, fields)| (*name, fields)).chain(rows) {
        assert!(!fields.is_empty(), "{name}");
        let interface = types.interfaces.get(name).unwrap_or_else(|| panic!("no interface `{name}`"));
        let found: BTreeSet<&String> = interface.keys().collect();
        assert_eq!(found, fields.iter().collect(), "{name}");
    }
    let operations: BTreeSet<&str> = types.interfaces["Operations"].keys().map(String::as_str).collect();
    assert_eq!(operations, wire::OPERATIONS.iter().copied().collect());
    let operations: BTreeSet<&str> = types.interfaces["WorkspaceOperations"].keys().map(String::as_str).collect();
    assert_eq!(operations, wire::WORKSPACE_READS.iter().chain(wire::WORKSPACE_CHANGES).copied().collect());
    let labels = wire::vocabulary(&VocabularyRequest::default()).labels;
    let variants = [
        ("BulkAction", "bulk_action_kind"),
        ("Command", "command_kind"),
        ("Edit", "edit_kind"),
        ("WorkspaceChange", "change_kind"),
    ];
    for (alias, set) in variants {
        let choices = split(types.aliases[alias].trim_start_matches('|'));
        let found = choices.iter().map(|choice| {
            let word = choice.trim_start_matches(['{', ' ']).trim_matches('"');
            word.split_once(':').map_or(word, |(word, _)| word).to_owned()
        });
        assert_eq!(found.collect::<Vec<_>>(), labels[set], "{alias}");
    }
    for (alias, set) in [("Outcome", "outcome_kind"), ("Refusal", "refusal_kind")] {
        let found: Vec<&str> = words(&types.aliases[alias]);
        assert_eq!(found, labels[set], "{alias}");
    }
}

impl Types {
    /// Where a value is not of the type that is written.
    fn mistake(&self, value: &Value, written: &str, path: &str) -> Option<String> {
        let wrong = || Some(format!("{path}: {value} is no `{written}`"));
        let written = written.trim();
        if let Some(both) = written.strip_prefix("({ kind: \"refused\" } & ").and_then(|rest| rest.strip_suffix(')')) {
            let mut rest = value.clone();
            let kind = rest.as_object_mut().and_then(|map| map.remove("kind"));
            return if kind == Some(json!("refused")) { self.mistake(&rest, both, path) } else { wrong() };
        }
        let choices = split(written);
        if choices.len() > 1 {
            let fits = choices.iter().any(|choice| self.mistake(value, choice, path).is_none());
            return if fits { None } else { wrong() };
        }
        if let Some(body) = written.strip_prefix("{ ").and_then(|body| body.strip_suffix(" }")) {
            let Some(map) = value.as_object() else { return wrong() };
            let keys: Vec<(&str, &str)> = fields(body).into_iter().filter_map(|field| field.split_once(": ")).collect();
            let is_known = |name: &String| keys.iter().any(|(key, _)| key.trim_end_matches('?') == name);
            if !map.keys().all(is_known) {
                return wrong();
            }
            return keys.iter().find_map(|(key, written)| match map.get(key.trim_end_matches('?')) {
                None if key.ends_with('?') => None,
                None => wrong(),
                Some(value) => self.mistake(value, written, &format!("{path}.{key}")),
            });
        }
        if let Some(items) = written.strip_suffix("[]") {
            let items = items.strip_prefix('(').and_then(|items| items.strip_suffix(')')).unwrap_or(items);
            let Some(list) = value.as_array() else { return wrong() };
            let each = |(row, item)| self.mistake(item, items, &format!("{path}[{row}]"));
            return list.iter().enumerate().find_map(each);
        }
        if let Some(items) = written.strip_prefix('[').and_then(|items| items.strip_suffix(']')) {
            let items: Vec<&str> = items.split(", ").collect();
            let Some(list) = value.as_array().filter(|list| list.len() == items.len()) else { return wrong() };
            return list.iter().zip(items).find_map(|(item, written)| self.mistake(item, written, path));
        }
        if let Some(inner) = written.strip_prefix("Required<").and_then(|inner| inner.strip_suffix('>')) {
            return self.mistake(value, inner, path);
        }
        let record = written.strip_prefix("Partial<").and_then(|inner| inner.strip_suffix('>')).unwrap_or(written);
        if let Some(pair) = record.strip_prefix("Record<").and_then(|pair| pair.strip_suffix('>')) {
            let (key, item) = pair.split_once(", ").unwrap();
            let Some(map) = value.as_object() else { return wrong() };
            return map.iter().find_map(|(name, value)| {
                self.mistake(&json!(name), key, path).or_else(|| self.mistake(value, item, &format!("{path}.{name}")))
            });
        }
        let fits = match written {
            "string" | "(string & {})" => value.is_string(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            word if word.starts_with('"') => value == &json!(word.trim_matches('"')),
            // What JavaScript may hand over, and JSON does not have.
            "{ uuid: string }" | "bigint" | "Date" => false,
            name => {
                let (name, parameter) =
                    name.split_once('<').map_or((name, ""), |(name, rest)| (name, rest.trim_end_matches('>')));
                if let Some(alias) = self.aliases.get(name) {
                    return self.mistake(value, alias.trim_start_matches('|'), path);
                }
                let interface = self.interfaces.get(name).unwrap_or_else(|| panic!("no type `{name}`"));
                let Some(map) = value.as_object() else { return wrong() };
                if let Some(key) = map.keys().find(|key| !interface.contains_key(*key)) {
                    return Some(format!("{path}: `{name}` has no key `{key}`"));
                }
                return interface.iter().find_map(|(key, promised)| match map.get(key) {
                    None if promised.optional => None,
                    None => Some(format!("{path}: `{name}` without its key `{key}`")),
                    Some(value) => {
                        let written = promised.written.replace("T[]", &format!("{parameter}[]"));
                        self.mistake(
                            value,
                            if parameter.is_empty() { &promised.written } else { &written },
                            &format!("{path}.{key}"),
                        )
                    }
                });
            }
        };
        if fits { None } else { wrong() }
    }
}

/// The fields of an object type that is written in one line.
fn fields(body: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, sign) in body.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            ';' if depth == 0 => {
                found.push(body[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(body[start..].trim());
    found
}

/// The choices of a union, outside of brackets.
fn split(written: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, sign) in written.char_indices() {
        match sign {
            '(' | '[' | '<' | '{' => depth += 1,
            ')' | ']' | '>' | '}' => depth -= 1,
            '|' if depth == 0 => {
                found.push(written[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(written[start..].trim());
    found.retain(|choice| !choice.is_empty());
    found
}

#[test]
fn answers_are_what_is_promised() {
    let types = types();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let mut checked = BTreeSet::new();
    for room in ["time", "classify", "reports", "wire", "find"] {
        for entry in std::fs::read_dir(folder.join(room)).unwrap() {
            let vectors: Value =
                serde_json::from_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
            for vector in vectors.as_array().unwrap() {
                let mut call = vector["call"].clone();
                if let Some(given) = vector.get("given") {
                    call["given"] = given.clone();
                }
                let operation = call["operation"].as_str().unwrap().to_owned();
                let Ok(answer) = wire::call(call) else { continue };
                let promise = &types.interfaces["Operations"][&operation].written;
                let promise = promise.split_once("answer: ").unwrap().1.trim_end_matches([' ', '}']);
                let mistake = types.mistake(&answer, promise, "");
                assert!(mistake.is_none(), "{}: {}", vector["name"], mistake.unwrap());
                checked.insert(operation);
            }
        }
    }
    let mut of_workspaces = BTreeSet::new();
    for room in wire_support::FOLDERS {
        for entry in std::fs::read_dir(folder.join(room)).unwrap() {
            let vectors: Value =
                serde_json::from_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
            for vector in vectors.as_array().unwrap() {
                let operation = vector["call"]["operation"].as_str().unwrap().to_owned();
                for answered in wire_support::answers(vector, true) {
                    let Ok(answer) = answered.answer else { continue };
                    let is_plain = answered.through == "plain";
                    let set =
                        if is_plain || operation.ends_with("s_report") { "Operations" } else { "WorkspaceOperations" };
                    let Some(promise) = types.interfaces[set].get(&operation) else { continue };
                    let promise = promise.written.split_once("answer: ").unwrap().1.trim_end_matches([' ', '}']);
                    let mistake = types.mistake(&answer, promise, "");
                    assert!(mistake.is_none(), "{}: {}", vector["name"], mistake.unwrap());
                    if is_plain {
                        checked.insert(operation.clone())
                    } else {
                        of_workspaces.insert(operation.clone())
                    };
                }
            }
        }
    }
    assert_eq!(checked.len(), wire::OPERATIONS.len());
    let missing =
        wire::WORKSPACE_READS.iter().chain(wire::WORKSPACE_CHANGES).filter(|name| !of_workspaces.contains(**name));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&&str>::new());
}
