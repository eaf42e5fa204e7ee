//! Partial reports that are hard to put together: other questions, rows without numbers, many keys (P12, P4).
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use omnicontact::dataset::{Codes, IdColumn, MessageColumns, TimeColumn};
use omnicontact::report::{self, contacts_partial, messages_partial};
use omnicontact::{
    Code, Component, ContactEvent, Dataset, Direction, EventKind, Filters, Granularity, Instant, Locale, LogOptions,
    Message, Partial, PeriodPolicy, PeriodSpec, Preset, Report, ReportOptions, ReportPolicies, Source, Zone,
};

fn at(millis: i64) -> Instant {
    Instant::from_millis(1_784_109_600_000 + millis).unwrap() // 2026-07-15T10:00:00Z
}

fn options() -> ReportOptions {
    ReportOptions::new(Zone::utc(), at(0), Preset::Today)
}

fn joined(parts: Vec<Partial>) -> Report {
    let merged = parts.into_iter().reduce(|one, other| one.merge(other).unwrap());
    Partial::from_bytes(&merged.unwrap().to_bytes()).unwrap().finish()
}

fn same(expected: &Report, found: &Report) {
    for (expected, found) in expected.components.iter().zip(&found.components) {
        let (expected, found) = (serde_json::to_value(expected).unwrap(), serde_json::to_value(found).unwrap());
        assert!(expected == found, "expected {expected:.2000}\n found {found:.2000}");
    }
}

#[test]
fn answers_to_other_questions_do_not_merge() {
    let rows: Vec<Message> = (0..4).map(|id| Message::new(id, at(0), Direction::Incoming, id).through("wa")).collect();
    let data = Dataset::builder().messages(&rows).build().unwrap();
    let base = messages_partial(&data, &options()).unwrap();
    let page = report::messages(&data, &options().logs(LogOptions::default().limit(2))).unwrap();
    let cursor = page.component(Component::IncomingLog).log().unwrap().cursor.clone().unwrap();
    let mut yesterday = options();
    yesterday.now = at(-86_400_000);
    let mut guayaquil = options();
    guayaquil.zone = Zone::new("America/Guayaquil").unwrap();
    let others = [
        yesterday,
        guayaquil,
        ReportOptions::new(Zone::utc(), at(0), PeriodSpec::between(at(0), at(1))),
        options().granularity(Granularity::Day),
        options().filters(Filters::default().channel(["wa"])),
        options().filters(Filters::default().contact_text("wa")),
        options().policies(ReportPolicies::default().count_all_attempts(true)),
        options().compare(true),
        options().distinct_contacts(true),
        options().logs(LogOptions::default().limit(7)),
        options().logs(LogOptions::default().columns([report::Column::Timestamp])),
        options().logs(LogOptions::default().cursor(cursor)),
        options().components([Component::Delivery]),
        options().locale(Locale::Pt),
    ];
    for other in others {
        let partial = messages_partial(&data, &other).unwrap();
        for merged in [base.clone().merge(partial.clone()), partial.merge(base.clone())] {
            let code = merged.map_err(|error| error.code()).err();
            assert_eq!(code, Some(Code::IncompatiblePartials), "{other:?}");
        }
    }
    let contacts = contacts_partial(&data, &options()).unwrap();
    assert_eq!(base.merge(contacts).unwrap_err().code(), Code::IncompatiblePartials);
}

/// A policy that changes neither the period nor the buckets may be part of the question or not; the answer is the same.
#[test]
fn equal_questions_merge() {
    let data = Dataset::builder().build().unwrap();
    let one = messages_partial(&data, &options()).unwrap();
    let other = messages_partial(&data, &options().period_policy(PeriodPolicy::default())).unwrap();
    assert!(one.merge(other).is_ok());
}

#[test]
fn a_partial_merges_with_nothing() {
    let rows: Vec<Message> =
        (0..9).map(|id| Message::new(id, at(0), Direction::Incoming, id % 3).through(id % 2)).collect();
    let options = options().distinct_contacts(true);
    let data = Dataset::builder().messages(&rows).build().unwrap();
    let empty = Dataset::builder().build().unwrap();
    let whole = report::messages(&data, &options).unwrap();
    let (full, nothing) = (messages_partial(&data, &options).unwrap(), messages_partial(&empty, &options).unwrap());
    same(&whole, &joined(vec![full.clone(), nothing.clone()]));
    same(&whole, &joined(vec![nothing.clone(), full, nothing]));
}

#[track_caller]
#[test]
fn counts_of_merged_partials_do_not_overflow() {
    let rows: Vec<Message> = (0..4).map(|id| Message::new(id, at(0), Direction::Incoming, id).through("wa")).collect();
    let data = Dataset::builder().messages(&rows).build().unwrap();
    let mut partial = messages_partial(&data, &options()).unwrap();
    // 4 rows, doubled 38 times, are 2^40.
    for _ in 0..38 {
        partial = partial.clone().merge(partial).unwrap();
    }
    assert!(Partial::from_bytes(&partial.to_bytes()).is_ok());
    let error = partial.clone().merge(partial).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::TooLarge, "partial"));
}

fn refused(merged: omnicontact::Result<Partial>) {
    let error = merged.err().unwrap();
    assert_eq!((error.code(), error.path()), (Code::IncompatiblePartials, ""));
    assert!(error.hint().is_some());
}

/// Rows of one instant would come in the order in which parts are merged.
#[test]
fn events_without_a_sequence_do_not_merge() {
    let part = |contacts: std::ops::Range<i32>, first: Option<u64>| {
        let event = |(sequence, contact): (u64, i32)| {
            let mut event = ContactEvent::new(EventKind::Added, at(0), contact);
            event.sequence = first.map(|first| first + sequence);
            event
        };
        let events: Vec<ContactEvent> = (0..).zip(contacts).map(event).collect();
        contacts_partial(&Dataset::builder().events(&events).build().unwrap(), &options()).unwrap()
    };
    assert_eq!(part(0..3, None).finish().components.len(), 7, "alone it is a report");
    refused(part(0..3, None).merge(part(3..6, None)));
    refused(part(0..3, Some(0)).merge(part(3..6, None)));
    refused(part(0..3, None).merge(part(3..6, Some(3))));
    let (one, other) = (part(0..3, Some(0)), part(3..6, Some(3)));
    same(&one.clone().merge(other.clone()).unwrap().finish(), &other.merge(one).unwrap().finish());
    let read = Partial::from_bytes(&part(0..3, None).to_bytes()).unwrap();
    refused(read.merge(part(3..6, Some(3))));
}

/// As above, for columns without message ids.
#[test]
fn messages_without_an_id_do_not_merge() {
    let part = |contacts: Vec<i64>, has_id: bool| {
        let direction = IdColumn::coded(Codes::U8(vec![0; contacts.len()].into()), ["incoming"]);
        let times = TimeColumn::from(vec![at(0).as_millis(); contacts.len()]);
        let mut columns = MessageColumns::new(times, direction, IdColumn::from(contacts.clone()));
        columns.id = has_id.then(|| IdColumn::from(contacts));
        messages_partial(&Dataset::builder().message_columns(columns).build().unwrap(), &options()).unwrap()
    };
    refused(part(vec![1, 2], false).merge(part(vec![3, 4], false)));
    refused(part(vec![1, 2], true).merge(part(vec![3, 4], false)));
    assert!(part(vec![1, 2], true).merge(part(vec![3, 4], true)).is_ok());
}

/// The first success of a contact on a channel is one, however its messages are dealt (K8): parts cannot tell.
#[test]
fn derived_connections_do_not_merge() {
    let part = |ids: std::ops::Range<i32>| {
        let rows: Vec<Message> = ids.map(|id| Message::new(id, at(0), Direction::Incoming, 1).through("wa")).collect();
        let data = Dataset::builder().messages(&rows).build().unwrap();
        (contacts_partial(&data, &options()).unwrap(), messages_partial(&data, &options()).unwrap())
    };
    let ((one, messages), (other, more)) = (part(0..3), part(3..6));
    refused(one.merge(other));
    assert!(messages.merge(more).is_ok(), "the messages report has nothing to do with it");
}

/// More channels, sources, types and contacts than any small code can tell apart.
#[test]
fn many_keys_are_all_told_apart() {
    let many = 70_000_i32; // more than two bytes can tell apart
    let rows: Vec<Message> = (0..many)
        .map(|id| {
            let direction = if id % 5 == 0 { Direction::Incoming } else { Direction::Outgoing };
            let mut message = Message::new(id, at(i64::from(id)), direction, id / 2).through(id - 35_000);
            message.source = Some(Source::Other(format!("source {id}").into()));
            message.message_type = Some(omnicontact::MessageType::Other(format!("type {}", id % 300).into()));
            message.subtype = Some(format!("subtype {id}"));
            message
        })
        .collect();
    let options = options().distinct_contacts(true).granularity(Granularity::Day).logs(LogOptions::default().limit(3));
    let data = Dataset::builder().messages(&rows).build().unwrap();
    let whole = report::messages(&data, &options).unwrap();
    let outgoing = 56_000;
    let keys = [
        (Component::IncomingByChannel, 14_000, 14_000),
        (Component::OutgoingByChannel, outgoing, 56_000),
        (Component::OutgoingBySource, outgoing, 56_000),
        (Component::OutgoingByType, outgoing, 240),
        (Component::OutgoingBySubtype, outgoing, 56_000),
    ];
    for (component, total, rows) in keys {
        let found = whole.component(component).breakdown().unwrap();
        assert_eq!((found.total, found.rows.len()), (total, rows), "{component}");
        // Whole hundredths, and each of them given to somebody.
        let hundredths: f64 =
            found.rows.iter().filter_map(|row| row.percent).map(|percent| (percent * 100.0).round()).sum();
        assert!((hundredths - 10_000.0).abs() < 0.5, "{component}: {hundredths}");
        assert!(
            found.rows.iter().all(|row| row.contacts == Some(if rows == 240 { row.count } else { 1 })),
            "{component}"
        );
    }
    let parts = rows
        .chunks(30_000)
        .rev()
        .map(|part| messages_partial(&Dataset::builder().messages(part).build().unwrap(), &options).unwrap())
        .collect();
    assert!(whole == joined(parts));
    // One of each is found again.
    let one = Filters::default().channel([34_999]).source(["source 69999"]).message_type(["type 99"]).contact([34_999]);
    let found = report::messages(&data, &options.filters(one)).unwrap();
    assert_eq!(found.component(Component::OutgoingBySubtype).breakdown().unwrap().rows[0].label, "subtype 69999");
}
