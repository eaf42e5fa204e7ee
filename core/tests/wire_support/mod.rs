//! Runs the vectors of contacts and workspaces (`tests/vectors/contacts`, `tests/vectors/workspace`) through the wire, as
//! every binding does.
//!
//! A vector with `given` settings or steps is about a workspace in America/Guayaquil, Ecuador, opened on 1 July 2025 at
//! noon UTC. Step `n` is executed with the random bytes `[n; 10]`; it saves the id of the contact that it made
//! (`"save": "ana"`), and `$ana` stands for that id everywhere. The call runs on the workspace as it is, on one restored
//! from its snapshot, and on one replayed from its events, as value and as text.
#![expect(clippy::unwrap_used, unreachable_pub, reason = "a test stops where something is missing; two tests share it")]

use std::collections::BTreeMap;

use omnicontact::Error;
use omnicontact::wire::{
    self, DatasetInput, DatasetRequest, ReplayWorkspace, ReportTablesRequest, WORKSPACE_CHANGES, WORKSPACE_READS,
    WorkspaceHandle,
};
use serde_json::{Value, json};

pub const FOLDERS: [&str; 2] = ["contacts", "workspace"];

/// The answer to a call, and what made it: `workspace` or `plain`.
#[expect(clippy::allow_attributes, reason = "not every test reads the names")]
#[allow(dead_code, reason = "not every test reads the names")]
pub struct Answered {
    pub through: &'static str,
    pub answer: Result<Value, Error>,
    pub names: BTreeMap<String, String>,
}

fn walk(value: &Value, change: &dyn Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::String(text) => Value::String(change(text).unwrap_or_else(|| text.clone())),
        Value::Array(items) => items.iter().map(|item| walk(item, change)).collect(),
        Value::Object(map) => map.iter().map(|(key, item)| (key.clone(), walk(item, change))).collect(),
        other => other.clone(),
    }
}

/// Ids for names.
fn ids(value: &Value, names: &BTreeMap<String, String>) -> Value {
    walk(value, &|text| names.get(text.strip_prefix('$')?).cloned())
}

/// Names for ids.
#[expect(clippy::allow_attributes, reason = "not every test calls it")]
#[allow(dead_code, reason = "not every test calls it")]
pub fn named(value: &Value, names: &BTreeMap<String, String>) -> Value {
    walk(value, &|text| names.iter().find(|(_, id)| *id == text).map(|(name, _)| format!("${name}")))
}

struct World {
    handle: WorkspaceHandle,
    names: BTreeMap<String, String>,
    draw: u8,
}

impl World {
    fn new(given: &Value) -> Self {
        let mut settings = json!({ "zone": "America/Guayaquil", "country": "EC" });
        for (key, value) in given["settings"].as_object().into_iter().flatten() {
            settings[key] = value.clone();
        }
        let request = json!({ "at": "2025-07-01T12:00:00Z", "settings": settings });
        let mut world =
            Self { handle: WorkspaceHandle::open_text(&request.to_string()).unwrap(), names: BTreeMap::new(), draw: 0 };
        for step in given["steps"].as_array().into_iter().flatten() {
            let options = world.execution(step);
            let reply = world.handle.call("execute", options).unwrap();
            if let (Some(name), Some(id)) = (step["save"].as_str(), reply["outcome"]["contact"].as_str()) {
                world.names.insert(name.to_owned(), id.to_owned());
            }
        }
        world
    }

    fn random(&mut self) -> Value {
        self.draw += 1;
        json!(vec![self.draw; 10])
    }

    fn execution(&mut self, step: &Value) -> Value {
        let mut options = json!({ "at": step["at"], "random": self.random(), "command": step["do"] });
        for key in ["actor", "source", "now"] {
            if let Some(given) = step.get(key) {
                options[key] = given.clone();
            }
        }
        ids(&options, &self.names)
    }

    fn options(&mut self, operation: &str, options: &Value) -> Value {
        if operation == "execute" {
            return self.execution(options);
        }
        let mut options = ids(options, &self.names);
        if ["import_contacts", "bulk"].contains(&operation) && options.get("random").is_none() {
            options["random"] = self.random();
        }
        if options.is_null() { json!({}) } else { options }
    }
}

/// What vectors say of an answer: of events their kinds, of a preview the fields that differ.
fn shown(operation: &str, mut answer: Value) -> Value {
    if ["execute", "bulk"].contains(&operation) {
        let kinds = answer["events"].as_array().unwrap().iter().map(|event| match &event["change"] {
            Value::Object(change) => json!(change.keys().next()),
            change => change.clone(),
        });
        answer["events"] = kinds.collect();
    }
    if operation == "plan_merge"
        && let Some(fields) = answer["fields"].as_array_mut()
    {
        fields.retain(|field| field["primary"] != field["secondary"]);
    }
    answer
}

fn altered(handle: &WorkspaceHandle, options: &Value) -> Result<Value, Error> {
    let mut bytes = handle.snapshot()?;
    let at = usize::try_from(options["byte"].as_u64().unwrap()).unwrap();
    if options["cut"].as_bool() == Some(true) {
        bytes.truncate(at);
    } else {
        bytes[at] ^= 1;
    }
    WorkspaceHandle::restore(&bytes, ReplayWorkspace::default()).map(|_| Value::Null)
}

/// A report over a workspace, through the handle and as plain data.
fn reported(world: &World, operation: &str, given: &Value, options: &Value) -> [Result<Value, Error>; 2] {
    let messages = ids(&given["messages"], &world.names);
    let options = ids(options, &world.names);
    let mut input = DatasetInput::new(DatasetRequest::default());
    let mut tables = world.handle.read("report_tables", json!({})).unwrap();
    if !messages.is_null() {
        input.add_rows("messages", messages.clone()).unwrap();
        tables["messages"] = messages;
    }
    input.add_workspace(&world.handle, ReportTablesRequest::default());
    let kind = omnicontact::ReportKind::parse(operation.strip_suffix("_report").unwrap()).unwrap();
    let through_handle = input.build().and_then(|data| wire::report(kind, &data, &wire::read(options.clone())?));
    let through_handle = through_handle.map(|report| serde_json::to_value(report).unwrap());
    [through_handle, wire::call(json!({ "operation": operation, "given": tables, "options": options }))]
}

/// Every answer to the call of a vector, as vectors show it; `raw` leaves the answers as they come.
pub fn answers(vector: &Value, raw: bool) -> Vec<Answered> {
    let (given, call) = (&vector["given"], &vector["call"]);
    let operation = call["operation"].as_str().unwrap();
    let is_plain = wire::OPERATIONS.contains(&operation);
    let show = |answer: Value| if raw { answer } else { shown(operation, answer) };
    if given.is_null() && is_plain {
        let request = json!({ "operation": operation, "options": call["options"] });
        let text = wire::call_text(&request.to_string()).map(|text| serde_json::from_str(&text).unwrap());
        let plain = |answer: Result<Value, Error>| Answered {
            through: "plain",
            answer: answer.map(show),
            names: BTreeMap::new(),
        };
        return [wire::call(request), text].map(plain).into();
    }
    let mut world = World::new(given);
    let names = world.names.clone();
    let answered = |answer: Result<Value, Error>| Answered { through: "workspace", answer, names: names.clone() };
    if operation == "snapshot_altered" {
        return vec![answered(altered(&world.handle, &call["options"]))];
    }
    if operation.ends_with("s_report") {
        return reported(&world, operation, given, &call["options"]).map(answered).into();
    }
    let known = WORKSPACE_READS.contains(&operation) || WORKSPACE_CHANGES.contains(&operation);
    assert!(known, "no operation `{operation}`");
    let options = world.options(operation, &call["options"]);
    let bytes = world.handle.snapshot().unwrap();
    let events = ReplayWorkspace { events: world.handle.events().to_vec() };
    let restored = WorkspaceHandle::restore(&bytes, wire::read(json!({ "events": events.events })).unwrap()).unwrap();
    let mut answers = Vec::new();
    let mut names = names;
    let save = call["options"]["save"].as_str();
    for handle in [world.handle, restored, WorkspaceHandle::replay(events).unwrap()] {
        assert_eq!(handle.snapshot().unwrap(), bytes, "restored and replayed workspaces are the same");
        let (mut of_value, mut of_text) = (handle.clone(), handle.clone());
        let value = of_value.call(operation, options.clone());
        let text = of_text.call_text(operation, &options.to_string());
        assert_eq!(of_value.snapshot().unwrap(), of_text.snapshot().unwrap());
        if WorkspaceHandle::is_read(operation) {
            assert_eq!(of_value.snapshot().unwrap(), bytes, "a read changes nothing");
            assert_eq!(handle.read(operation, options.clone()).ok(), value.as_ref().ok().cloned());
        }
        let made = value.as_ref().ok().and_then(|value| value["outcome"]["contact"].as_str());
        names.extend(save.zip(made).map(|(name, id)| (name.to_owned(), id.to_owned())));
        // Of what a bulk operation made, vectors say the kinds as well.
        let made: Value = match of_value.events().get(handle.events().len()..) {
            Some(events) if operation == "bulk" && !raw => events.iter().map(|event| json!(event)).collect(),
            _ => Value::Null,
        };
        let with_events = |mut answer: Value| {
            if !made.is_null() {
                answer["events"] = made.clone();
            }
            show(answer)
        };
        answers.push(value.map(with_events));
        answers.push(text.map(|text| with_events(serde_json::from_str(&text).unwrap())));
    }
    answers.into_iter().map(|answer| Answered { through: "workspace", answer, names: names.clone() }).collect()
}
