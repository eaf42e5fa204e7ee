//! Runs `tests/vectors/contacts/*.json`: the contract of contacts, counting, merge, reset and access.
//!
//! Contacts go by names: a step saves the id that it made (`"save": "ana"`), and `$ana` stands for it everywhere.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use omnicontact::access::{Action, Actor};
use omnicontact::counting::Month;
use omnicontact::merge::Choices;
use omnicontact::reset::{ResetMode, Schedule};
use omnicontact::workspace::{Bulk, Call, Command, Event, Outcome, Settings, Workspace};
use omnicontact::{
    ContactId, CustomType, CustomValue, Email, Error, ForeignId, Instant, Origin, Phone, Profile, Result, Source, Zone,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    rules: Vec<String>,
    #[expect(dead_code, reason = "for readers")]
    why: Option<String>,
    #[serde(default)]
    given: Given,
    #[serde(rename = "call")]
    asked: Asked,
    expect: Option<Value>,
    expect_error: Option<ExpectedError>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Given {
    settings: Option<Value>,
    #[serde(default)]
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    at: String,
    #[serde(rename = "do")]
    command: Value,
    actor: Option<Value>,
    save: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    operation: String,
    #[serde(default)]
    options: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedError {
    kind: String,
    code: String,
    path: String,
}

struct World {
    workspace: Workspace,
    events: Vec<Event>,
    names: BTreeMap<String, String>,
    draw: u8,
}

fn malformed(error: &impl std::fmt::Display) -> Error {
    Error::new(omnicontact::Code::MalformedValue, error.to_string())
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T> {
    omnicontact::wire::read(value)
}

fn walk(value: &Value, change: &dyn Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::String(text) => Value::String(change(text).unwrap_or_else(|| text.clone())),
        Value::Array(items) => items.iter().map(|item| walk(item, change)).collect(),
        Value::Object(map) => map.iter().map(|(key, item)| (key.clone(), walk(item, change))).collect(),
        other => other.clone(),
    }
}

/// Leaves out what says nothing, so that vectors show what matters.
fn compact(value: Value) -> Value {
    let blank = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(map) => {
            map.into_iter().map(|(key, item)| (key, compact(item))).filter(|(_, item)| !blank(item)).collect()
        }
        Value::Array(items) => items.into_iter().map(compact).collect(),
        other => other,
    }
}

impl World {
    fn new(settings: Option<&Value>) -> Result<Self> {
        let mut full = serde_json::to_value(Settings::new("America/Guayaquil").country("EC")).unwrap();
        for (key, value) in settings.and_then(Value::as_object).into_iter().flatten() {
            full[key] = value.clone();
        }
        let (workspace, events) = Workspace::open(read(full)?, Instant::parse("2025-07-01T12:00:00Z")?)?;
        Ok(Self { workspace, events, names: BTreeMap::new(), draw: 0 })
    }

    fn ids(&self, value: &Value) -> Value {
        walk(value, &|text| self.names.get(text.strip_prefix('$')?).cloned())
    }

    fn named(&self, value: &Value) -> Value {
        walk(value, &|text| self.names.iter().find(|(_, id)| *id == text).map(|(name, _)| format!("${name}")))
    }

    fn step(&mut self, step: Step) -> Result<(Outcome, Vec<Event>)> {
        self.draw += 1;
        let mut call = Call::new(Instant::parse(&step.at)?, [self.draw; 10]);
        if let Some(actor) = step.actor {
            call = call.by(read::<Actor>(actor)?);
        }
        let command: Command = read(self.ids(&step.command))?;
        let reply = self.workspace.execute(&call, command)?;
        self.events.extend(reply.events.clone());
        if let (Some(name), Outcome::Added { contact } | Outcome::Told { contact, .. }) = (step.save, &reply.outcome) {
            self.names.insert(name, contact.to_string());
        }
        Ok((reply.outcome, reply.events))
    }

    fn contact(&self, options: &Value) -> Result<ContactId> {
        ContactId::parse(self.ids(&options["contact"]).as_str().unwrap_or_default())
    }
}

fn word(options: &Value, key: &str) -> String {
    options[key].as_str().unwrap_or_default().to_owned()
}

/// What happened, by name.
fn kinds(events: &[Event]) -> Value {
    let kinds = events.iter().map(|event| {
        let change = serde_json::to_value(&event.change).unwrap();
        change.as_object().map_or(change.clone(), |map| json!(map.keys().next()))
    });
    kinds.collect()
}

#[expect(clippy::too_many_lines, reason = "one line an operation")]
fn run(vector: Vector) -> Result<Value> {
    let options = vector.asked.options;
    let text = word(&options, "text");
    let country = options["country"].as_str();
    let mut world = World::new(vector.given.settings.as_ref())?;
    for step in vector.given.steps {
        world.step(step)?;
    }
    let value = match vector.asked.operation.as_str() {
        "normalise_phone" => {
            let phone = Phone::parse(&text, country).map_err(|error| error.at("text"))?;
            json!({ "phone": phone, "match_key": phone.match_key() })
        }
        "normalise_email" => {
            let email = Email::parse(&text).map_err(|error| error.at("text"))?;
            json!({ "email": email, "match_key": email.match_key() })
        }
        "check_format" => {
            let checked = match word(&options, "format").as_str() {
                "language" => omnicontact::language(&text),
                "country" => omnicontact::country(&text),
                "locale" => omnicontact::locale(&text),
                "tag" => omnicontact::tag(&text),
                _ => omnicontact::custom_field_name(&text),
            };
            json!({ "value": checked.map_err(|error| error.at("text"))? })
        }
        "check_custom_value" => {
            let kind = CustomType::parse(&word(&options, "type")).map_err(|error| error.at("type"))?;
            json!({ "value": CustomValue::parse(kind, &text).map_err(|error| error.at("text"))? })
        }
        "new_contact" => {
            let profile: Profile = read(options["profile"].clone())?;
            let id = ContactId::parse("01980000-0000-7000-8000-000000000000")?;
            let contact = profile.check(country)?.into_contact(id, Instant::MIN, Origin::new(Source::User));
            json!({ "shown_name": contact.shown_name(), "initials": contact.initials() })
        }
        "mint_contact_id" => {
            let id = ContactId::mint(Instant::parse(&word(&options, "at"))?, read(options["random"].clone())?);
            json!({ "contact": id })
        }
        "foreign_contact_id" => {
            let key = read::<ForeignId>(options["key"].clone())?;
            json!({ "contact": ContactId::from_foreign(&word(&options, "system"), &key) })
        }
        "month_of" => {
            let zone = Zone::new(&word(&options, "zone"))?;
            let month = Month::of(Instant::parse(&word(&options, "at"))?, &zone);
            let (start, end) = (month.start(&zone)?, month.end(&zone));
            json!({
                "month": month, "start": start.to_datetime().to_rfc3339(), "end": end.to_datetime().to_rfc3339(),
                "deadline": month.deadline().to_string(),
            })
        }
        "schedule_reset" => {
            let zone = Zone::new(&word(&options, "zone"))?;
            let mut schedule = Schedule::default();
            let mut from = Vec::new();
            for request in options["requests"].as_array().into_iter().flatten() {
                let mode = ResetMode::parse(&word(request, "mode"))?;
                from.push(schedule.request(mode, Instant::parse(&word(request, "at"))?, &zone));
            }
            let due = schedule.due(Month::parse(&word(&options, "month"))?);
            json!({ "from": from, "due": due, "mode": due.map(|month| schedule.mode(month)) })
        }
        "check_access" => {
            let actor: Actor = read(options["actor"].clone()).map_err(|error| error.at("actor"))?;
            match omnicontact::access::check(&actor, Action::parse(&word(&options, "action"))?, None) {
                Ok(()) => json!({ "allowed": true }),
                Err(forbidden) => json!({ "allowed": false, "forbidden": forbidden }),
            }
        }
        "execute" => {
            let (outcome, events) = world.step(read(options)?)?;
            json!({ "outcome": outcome, "events": kinds(&events) })
        }
        "bulk" => {
            let mut call = Call::new(Instant::parse(&word(&options, "at"))?, [99; 10]);
            if !options["actor"].is_null() {
                call = call.by(read::<Actor>(options["actor"].clone())?);
            }
            let selection = json!({ "contacts": options["contacts"], "action": options["action"] });
            let bulk: Bulk = read(world.ids(&selection))?;
            let mut events = Vec::new();
            let outcomes = world.workspace.bulk(&call, &bulk, |_| true, &mut events)?.items;
            json!({ "items": outcomes, "events": kinds(&events) })
        }
        "tags" => json!({ "tags": world.workspace.tags() }),
        "custom_fields" => json!({ "custom_fields": world.workspace.custom_fields() }),
        "quota" => json!(world.workspace.quota(Instant::parse(&word(&options, "at"))?)),
        "units" => json!({ "units": world.workspace.units(Instant::parse(&word(&options, "at"))?)? }),
        "contact" => json!({ "contact": world.workspace.contact(world.contact(&options)?) }),
        "plan_merge" => {
            let ids = world.ids(&options);
            let side = |key| ContactId::parse(ids[key].as_str().unwrap_or_default());
            let choices = if ids["choices"].is_null() { Choices::default() } else { read(ids["choices"].clone())? };
            match world.workspace.plan_merge(side("primary")?, side("secondary")?, &choices)? {
                Ok(plan) => json!({
                    "fields": plan.fields.iter().filter(|field| field.primary != field.secondary).collect::<Vec<_>>(),
                    "custom": plan.custom, "tags_gained": plan.tags_gained, "identities_moved": plan.identities_moved,
                    "closes_conversation": plan.closes_conversation,
                }),
                Err(refusal) => json!(refusal),
            }
        }
        "suggest_merges" => json!({ "suggestions": world.workspace.suggest() }),
        "plan_reset" => json!(world.workspace.plan_reset(Month::parse(&word(&options, "month"))?)),
        "report_tables" => json!({ "events": world.workspace.rows(&world.events) }),
        "snapshot_altered" => {
            let mut bytes = world.workspace.snapshot()?;
            let at = usize::try_from(options["byte"].as_u64().unwrap_or(0)).unwrap();
            if options["cut"].as_bool() == Some(true) {
                bytes.truncate(at);
            } else {
                bytes[at] ^= 1;
            }
            json!(Workspace::restore(&bytes)?.sequence())
        }
        other => return Err(malformed(&format!("unknown operation `{other}`"))),
    };
    Ok(world.named(&compact(value)))
}

#[test]
fn every_vector_holds() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/contacts");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut names, mut rules, mut wrong) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let vectors: Vec<Vector> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        for mut vector in vectors {
            let name = vector.name.clone();
            assert!(names.insert(name.clone()), "`{name}` twice");
            rules.extend(vector.rules.iter().cloned());
            let expected = (vector.expect.take(), vector.expect_error.take());
            match (run(vector), expected) {
                (Ok(got), (Some(expected), None)) if got == compact(expected.clone()) => {}
                (Err(error), (None, Some(expected)))
                    if (error.kind().as_str(), error.code().as_str(), error.path())
                        == (expected.kind.as_str(), expected.code.as_str(), expected.path.as_str()) => {}
                (got, (expected, _)) => wrong.push(format!(
                    "{name}:\n  got {}\n  not {}",
                    got.map_or_else(|error| format!("{error:?}"), |value| value.to_string()),
                    expected.unwrap_or_default()
                )),
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    let numbered = [("C", 9), ("N", 5), ("R", 4), ("M", 10)];
    let all = numbered.iter().flat_map(|(letter, last)| (1..=*last).map(move |n| format!("{letter}{n}")));
    let missing: Vec<String> = all.chain(["S5".into()]).filter(|rule| !rules.contains(rule)).collect();
    assert!(missing.is_empty(), "no vector for {missing:?}");
}
