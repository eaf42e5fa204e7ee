//! Laws that need no right answer: a workspace is changed in a way whose effect on every report is known (P1, P10, P12).
//!
//! How many scenes and parts with data each law met is printed:
//! `cargo test -p omnicontact --test metamorphic -- --nocapture`; `PROPTEST_CASES` asks for more scenes.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops, and prints its figures")]

#[path = "oracle/scene.rs"]
mod scene;
#[path = "oracle/workspace.rs"]
mod workspace;

use omnicontact::report::{self, Outcome};
use omnicontact::{
    Code, ContactEvent, Dataset, EventKind, Filters, ForeignId, Instant, Message, Partial, PeriodSpec, Preset, Report,
    ReportKind, Zone,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use scene::{Scene, contacts, scene};
use serde_json::{Value, json};

/// A source of choices: the same seed, the same choices.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// What a law met.
#[derive(Default)]
struct Met {
    scenes: u32,
    with_data: u32,
    refused: u32,
}

/// Holds a law over random scenes of both reports, and prints what it met.
fn hold(law: &str, mut held: impl FnMut(Scene, &mut Dice, &mut Met) -> Result<(), TestCaseError>) {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(100);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let met = std::cell::RefCell::new(Met::default());
    let held = std::cell::RefCell::new(&mut held);
    let either = prop_oneof![scene(ReportKind::Messages, true), scene(ReportKind::Contacts, true)];
    let outcome = runner.run(&(either, any::<u64>()), |(scene, seed)| {
        let mut met = met.borrow_mut();
        met.scenes += 1;
        (held.borrow_mut())(scene, &mut Dice(seed), &mut met)
    });
    let Met { scenes, with_data, refused } = met.into_inner();
    println!(
        "{law}: {scenes} scenes, {with_data} parts with data compared, {refused} refused as not mergeable or as merges in a circle"
    );
    outcome.expect(law);
}

fn run(scene: &Scene) -> Report {
    let data = scene.workspace.dataset();
    match scene.kind {
        ReportKind::Messages => report::messages(&data, &scene.options).unwrap(),
        ReportKind::Contacts => report::contacts(&data, &scene.options).unwrap(),
    }
}

/// The parts of two reports are the same.
fn same(one: &Report, other: &Report, met: &mut Met) -> Result<(), TestCaseError> {
    met.with_data += u32::try_from(one.components.iter().filter(|part| part.outcome.data().is_some()).count()).unwrap();
    equal(&json!(one.components), &json!(other.components))
}

fn equal(one: &Value, other: &Value) -> Result<(), TestCaseError> {
    prop_assert!(one == other, "one   {one:.3000}\nother {other:.3000}");
    Ok(())
}

fn shuffle<T>(dice: &mut Dice, values: &mut [T]) {
    for last in (1..values.len()).rev() {
        values.swap(last, dice.roll(last + 1));
    }
}

/// Numbered events and fixed dates, as parts need them; names and merges are told by events alone.
fn numbered(scene: &mut Scene) {
    let given = &mut scene.workspace;
    for (row, event) in given.events.iter_mut().enumerate() {
        event.sequence = Some(event.sequence.unwrap_or(row as u64));
    }
    given.options.derive_connections = false;
    if scene.options.period == PeriodSpec::from(Preset::AllTime) {
        scene.options.period = PeriodSpec::parse("2009-01-01..2027-01-01").unwrap();
        scene.options.granularity = omnicontact::Granularity::Month;
    }
}

/// The partial of a part; none where its merges lead in a circle without the undos of other parts.
fn partial(scene: &Scene) -> Option<Partial> {
    let given = &scene.workspace;
    let mut builder = Dataset::builder()
        .messages(&given.messages)
        .events(&given.events)
        .directory(given.directory.clone())
        .options(given.options.clone());
    if let Some(pairs) = &given.merges {
        builder = builder.merges(pairs.clone());
    }
    let data = match builder.build() {
        Ok(data) => data,
        Err(error) => {
            assert_eq!(error.code(), Code::MergeCycle);
            return None;
        }
    };
    Some(match scene.kind {
        ReportKind::Messages => report::messages_partial(&data, &scene.options).unwrap(),
        ReportKind::Contacts => report::contacts_partial(&data, &scene.options).unwrap(),
    })
}

/// P12: any split, in any order, under any filter: exactly the report of the whole, or a refusal where the answer depends on
/// names or merges that one part alone tells.
#[test]
fn split_and_merged() {
    hold("split and merged", |mut scene, dice, met| {
        numbered(&mut scene);
        if dice.roll(2) == 0 {
            scene.workspace.merges = None;
        }
        if dice.roll(2) == 0 {
            scene.workspace.directory.contacts.clear();
        }
        if dice.roll(4) == 0 {
            scene.options.filters.among = Some(contacts().into_iter().filter(|_| dice.roll(2) == 0).collect());
        }
        let whole = run(&scene);
        let parts = 1 + dice.roll(4);
        let mut messages: Vec<Vec<Message>> = vec![Vec::new(); parts];
        let mut events: Vec<Vec<ContactEvent>> = vec![Vec::new(); parts];
        for message in &scene.workspace.messages {
            messages[dice.roll(parts)].push(message.clone());
        }
        // Messages are split and every part knows all events, or events are split.
        let shares_events = scene.kind == ReportKind::Messages && dice.roll(2) == 0;
        for event in &scene.workspace.events {
            if shares_events {
                for events in &mut events {
                    events.push(event.clone());
                }
            } else {
                events[dice.roll(parts)].push(event.clone());
            }
        }
        let mut partials = Vec::new();
        for (messages, events) in messages.into_iter().zip(events) {
            let workspace = workspace::Workspace { messages, events, ..scene.workspace.clone() };
            let Some(part) = partial(&Scene { workspace, ..scene.clone() }) else {
                met.refused += 1;
                return Ok(());
            };
            partials.push(Partial::from_bytes(&part.to_bytes()).unwrap());
        }
        shuffle(dice, &mut partials);
        let mut merged: Option<Partial> = None;
        for part in partials {
            merged = Some(match merged {
                None => part,
                Some(before) => match before.merge(part) {
                    Ok(merged) => merged,
                    Err(error) => {
                        prop_assert_eq!(error.code(), Code::NotMergeable);
                        let filters = &scene.options.filters;
                        let depends = !filters.contact.is_empty()
                            || !filters.contact_text.is_empty()
                            || filters.among.is_some()
                            || scene.options.distinct_contacts;
                        prop_assert!(depends || scene.kind == ReportKind::Messages, "{error:?}");
                        prop_assert!(!shares_events, "{error:?}");
                        met.refused += 1;
                        return Ok(());
                    }
                },
            });
        }
        let found = merged.unwrap().finish();
        same(&whole, &found, met)?;
        prop_assert!(whole == found);
        Ok(())
    });
}

/// P8, D10: the order in which rows come says nothing.
#[test]
fn permuted() {
    hold("permuted", |mut scene, dice, met| {
        numbered(&mut scene);
        let before = run(&scene);
        shuffle(dice, &mut scene.workspace.messages);
        shuffle(dice, &mut scene.workspace.events);
        same(&before, &run(&scene), met)
    });
}

/// T3: after 400 years the calendar is the same, weekdays and all; so is every report, but for its times.
#[test]
fn shifted() {
    const CYCLE: i64 = 146_097 * 86_400_000;
    let later = |at: Instant| Instant::from_millis(at.as_millis() + CYCLE).unwrap();
    hold("shifted by 146,097 days", |mut scene, _, met| {
        scene.options.zone = Zone::utc();
        // Dates are fixed in the calendar; presets move along.
        if !matches!(scene.options.period, PeriodSpec::Preset(_)) {
            scene.options.period = PeriodSpec::from(Preset::Last30Days);
        }
        let before = run(&scene);
        scene.options.now = later(scene.options.now);
        for message in &mut scene.workspace.messages {
            message.sent_at = later(message.sent_at);
            for update in message.delivery.iter_mut().flatten() {
                update.at = update.at.map(later);
            }
        }
        for event in &mut scene.workspace.events {
            event.at = later(event.at);
        }
        let after = run(&scene);
        prop_assert_eq!(before.buckets.len(), after.buckets.len());
        met.with_data +=
            u32::try_from(before.components.iter().filter(|part| part.outcome.data().is_some()).count()).unwrap();
        let mut moved = json!(after.components);
        back(&mut moved, CYCLE);
        let mut before = json!(before.components);
        back(&mut before, 0);
        equal(&before, &moved)
    });
}

/// Moves the times in logs and reasons back, and leaves out cursors and dates, which say a time as text.
fn back(value: &mut Value, by: i64) {
    let earlier = |value: &mut Value| {
        if let Some(at) = value.as_i64() {
            *value = json!(at - by);
        }
    };
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| back(value, by)),
        Value::Object(fields) => {
            for key in ["cursor", "date", "suspicious_times"] {
                fields.remove(key);
            }
            for (key, value) in fields.iter_mut() {
                match key.as_str() {
                    "timestamp" | "delivered_at" | "read_at" => {
                        value.as_array_mut().into_iter().flatten().for_each(earlier);
                    }
                    "first" | "last" => earlier(value),
                    _ => back(value, by),
                }
            }
        }
        _ => {}
    }
}

/// An id under another name that keeps the order of ids.
fn renamed(id: &ForeignId) -> ForeignId {
    match id {
        ForeignId::Int(number) => ForeignId::from(i64::try_from(number * 2 + 1).unwrap()),
        ForeignId::Text(text) if text.is_empty() => id.clone(),
        id => format!("renamed {id}").into(),
    }
}

/// What an id is called says nothing: channels, contacts and users under other ids give the same counts, and logs of as many
/// rows.
#[test]
fn renamed_ids() {
    hold("ids renamed", |mut scene, _, met| {
        // Texts are looked for in ids, too.
        scene.options.filters.contact_text.clear();
        let before = run(&scene);
        let given = &mut scene.workspace;
        let some = |id: &mut Option<ForeignId>| {
            if let Some(id) = id {
                *id = renamed(id);
            }
        };
        for message in &mut given.messages {
            message.contact = renamed(&message.contact);
            some(&mut message.channel);
            some(&mut message.user);
        }
        for event in &mut given.events {
            event.contact = renamed(&event.contact);
            some(&mut event.secondary);
            some(&mut event.channel);
            some(&mut event.user);
        }
        for (away, into) in given.merges.iter_mut().flatten() {
            (*away, *into) = (renamed(away), renamed(into));
        }
        let directory = &mut given.directory;
        directory.channels.iter_mut().for_each(|channel| channel.id = renamed(&channel.id));
        directory.users.iter_mut().chain(&mut directory.contacts).for_each(|named| named.id = renamed(&named.id));
        let Filters { channel, contact, user, among, .. } = &mut scene.options.filters;
        for id in channel.iter_mut().chain(contact).chain(user).chain(among.iter_mut().flatten()) {
            *id = renamed(id);
        }
        let after = run(&scene);
        for (one, other) in before.components.iter().zip(&after.components) {
            met.with_data += u32::from(one.outcome.data().is_some());
            let figures = |outcome: &Outcome| match outcome.log() {
                Some(page) => json!([page.total_rows, page.len()]),
                None => without_ids(json!(outcome)),
            };
            equal(&figures(&one.outcome), &figures(&other.outcome))?;
        }
        Ok(())
    });
}

/// Rows without their keys and labels, which may be ids.
fn without_ids(mut outcome: Value) -> Value {
    for row in outcome.get_mut("rows").and_then(Value::as_array_mut).into_iter().flatten() {
        let row = row.as_object_mut().unwrap();
        row.remove("key");
        row.remove("label");
    }
    outcome
}

/// P1: what other contacts do changes nothing under a filter by contact.
#[test]
fn noise_of_others() {
    hold("noise of other contacts", |mut scene, dice, met| {
        numbered(&mut scene);
        scene.options.filters.contact_text.clear();
        scene.options.filters.contact = contacts();
        scene.options.filters.among = None;
        let before = run(&scene);
        let stranger = |n: usize| ForeignId::from(format!("stranger {n}"));
        let mut noise = Vec::new();
        for (n, message) in scene.workspace.messages.iter().enumerate().filter(|(n, _)| n % 3 != 1) {
            let mut message = message.clone();
            message.id = format!("noise {n}").into();
            message.contact = stranger(dice.roll(3));
            noise.push(message);
        }
        scene.workspace.messages.extend(noise);
        let first = scene.workspace.events.len() as u64;
        let others: Vec<ContactEvent> = scene
            .workspace
            .events
            .iter()
            .filter(|event| event.kind != EventKind::Merged && event.kind != EventKind::Unmerged)
            .cloned()
            .collect();
        for (sequence, mut event) in (first..).zip(others) {
            event.sequence = Some(sequence);
            event.contact = stranger(dice.roll(3));
            event.secondary = None;
            scene.workspace.events.push(event);
        }
        let after = run(&scene);
        for (one, other) in before.components.iter().zip(&after.components) {
            met.with_data += u32::from(one.outcome.data().is_some());
            // Why an empty part is empty may change: there are more records now.
            prop_assert_eq!(one.outcome.data().is_some(), other.outcome.data().is_some());
            if one.outcome.data().is_some() {
                equal(&json!(one), &json!(other))?;
            }
        }
        Ok(())
    });
}

/// P1: a filter by every value that there is lets everything pass.
#[test]
fn filtered_by_all_values() {
    hold("filtered by all values", |mut scene, _, met| {
        scene.options.filters = Filters::default();
        for message in &mut scene.workspace.messages {
            message.channel.get_or_insert_with(|| "one more".into());
        }
        for event in &mut scene.workspace.events {
            event.channel.get_or_insert_with(|| "one more".into());
        }
        let before = run(&scene);
        let data = scene.workspace.dataset();
        let among = |filter| -> Vec<ForeignId> {
            report::choices(&data, scene.kind, filter, omnicontact::Locale::En)
                .into_iter()
                .map(|choice| choice.key)
                .collect()
        };
        let words = |filter| among(filter).into_iter().map(|key| key.to_text().into_owned()).collect::<Vec<_>>();
        let mut channels = among(omnicontact::Filter::Channel);
        // Removed ones are no choice, and yet filtered by (C8).
        channels.extend(scene.workspace.directory.channels.iter().map(|channel| channel.id.clone()));
        let people = among(omnicontact::Filter::Contact);
        let mut asked = vec![
            Filters::default().channel(channels),
            Filters::default().source(words(omnicontact::Filter::Source)),
            Filters::default().contact(people.clone()),
            Filters::default().among(people),
        ];
        if scene.kind == ReportKind::Messages {
            asked.push(Filters::default().message_type(words(omnicontact::Filter::Type)));
        }
        for filters in asked.into_iter().filter(|filters| !filters.set().is_empty()) {
            let options = scene.options.clone().filters(filters);
            let after = run(&Scene { options, ..scene.clone() });
            for (one, other) in before.components.iter().zip(&after.components) {
                if matches!(other.outcome, Outcome::NotApplicable { .. }) || one.outcome.data().is_none() {
                    continue;
                }
                met.with_data += 1;
                equal(&json!(one), &json!(other))?;
            }
        }
        Ok(())
    });
}
