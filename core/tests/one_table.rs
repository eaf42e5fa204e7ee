//! One table is one table, however it comes (D28): columns fold, derive and classify as rows do.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::sync::Arc;

use omnicontact::dataset::{
    DatasetBuilder, DatasetOptions, Duplicates, EventColumns, IdColumn, MessageColumns, TimeColumn,
};
use omnicontact::report::{self, ReportOptions};
use omnicontact::{
    ContactEvent, Dataset, Direction, EventKind, ForeignId, Instant, Message, PeriodSpec, Status, StatusUpdate, Zone,
};
use proptest::prelude::*;

const START: i64 = 1_772_323_200_000;
const HOUR: i64 = 3_600_000;

fn at(millis: i64) -> Instant {
    Instant::from_millis(millis).unwrap()
}

fn texts(values: Vec<Option<String>>) -> IdColumn<'static> {
    IdColumn::texts(Arc::new(values))
}

fn words(rows: &[Message], get: impl Fn(&Message) -> Option<String>) -> IdColumn<'static> {
    texts(rows.iter().map(get).collect())
}

/// The rows as a table of a warehouse has them.
fn columns(rows: &[Message]) -> MessageColumns<'static> {
    let text = |id: &ForeignId| Some(id.to_text().into_owned());
    let time = |status: Status| {
        let times = rows.iter().map(|row| {
            let entry = row.delivery.iter().flatten().find(|entry| entry.status == status);
            entry.and_then(|entry| entry.at).map_or(i64::MIN, Instant::as_millis)
        });
        Some(TimeColumn::from(times.collect::<Vec<i64>>()))
    };
    let failure = |row: &Message| row.delivery.iter().flatten().find(|entry| entry.status == Status::Failed).cloned();
    let mut columns = MessageColumns::new(
        TimeColumn::from(rows.iter().map(|row| row.sent_at.as_millis()).collect::<Vec<i64>>()),
        texts(rows.iter().map(|row| Some(row.direction.as_str().to_owned())).collect()),
        texts(rows.iter().map(|row| text(&row.contact)).collect()),
    );
    columns.id = Some(words(rows, |row| text(&row.id)));
    columns.channel = Some(words(rows, |row| row.channel.as_ref().and_then(text)));
    columns.source = Some(words(rows, |row| row.source.as_ref().map(|source| source.as_str().to_owned())));
    columns.user = Some(words(rows, |row| row.user.as_ref().and_then(text)));
    columns.broadcast = Some(words(rows, |row| row.broadcast.as_ref().and_then(text)));
    columns.status = Some(words(rows, |row| {
        row.delivery.iter().flatten().find(|entry| entry.at.is_none()).map(|entry| entry.status.as_str().to_owned())
    }));
    columns.accepted_at = time(Status::Sent);
    columns.delivered_at = time(Status::Delivered);
    columns.read_at = time(Status::Read);
    columns.failed_at = time(Status::Failed);
    columns.error_code = Some(words(rows, |row| failure(row).and_then(|entry| entry.error_code)));
    columns.error = Some(words(rows, |row| failure(row).and_then(|entry| entry.error)));
    columns.content = Some(Arc::new(rows.iter().map(|row| row.content.clone()).collect::<Vec<_>>()));
    columns
}

fn event_columns(rows: &[ContactEvent]) -> EventColumns<'static> {
    let text = |id: &ForeignId| Some(id.to_text().into_owned());
    let mut columns = EventColumns::new(
        TimeColumn::from(rows.iter().map(|row| row.at.as_millis()).collect::<Vec<i64>>()),
        texts(rows.iter().map(|row| Some(row.kind.as_str().to_owned())).collect()),
        texts(rows.iter().map(|row| text(&row.contact)).collect()),
    );
    columns.secondary = Some(texts(rows.iter().map(|row| row.secondary.as_ref().and_then(text)).collect()));
    columns.channel = Some(texts(rows.iter().map(|row| row.channel.as_ref().and_then(text)).collect()));
    columns
}

/// Both reports as bytes, and what the dataset says of itself.
fn answers(builder: DatasetBuilder<'_>) -> (String, String, usize, usize, usize) {
    let data = builder.build().unwrap();
    let options = ReportOptions::new(
        Zone::new("Europe/Madrid").unwrap(),
        at(START + 40 * 24 * HOUR),
        PeriodSpec::parse("all_time").unwrap(),
    );
    let messages = serde_json::to_string(&report::messages(&data, &options).unwrap()).unwrap();
    let contacts = serde_json::to_string(&report::contacts(&data, &options).unwrap()).unwrap();
    (messages, contacts, data.message_count(), data.event_count(), data.folded_count())
}

fn any_message() -> impl Strategy<Value = Message> {
    let delivery = prop_oneof![
        3 => Just(None),
        1 => prop::collection::vec((0_usize..4, 0_i64..800), 1..4).prop_map(Some),
        1 => Just(Some(vec![(4, -1)])),
        1 => Just(Some(vec![(2, -1)])),
    ];
    (
        (0_u32..40, 0_i64..(35 * 24), any::<bool>(), 0_u32..6, prop::option::of(0_u32..3)),
        (prop::option::of(0_usize..3), prop::option::of(0_u32..2), prop::option::of(0_u32..2), delivery),
        prop::option::of("[a-z]{1,4}"),
    )
        .prop_map(|((id, hour, outgoing, contact, channel), (source, user, broadcast, delivery), content)| {
            let direction = if outgoing { Direction::Outgoing } else { Direction::Incoming };
            let sent = START + hour * HOUR;
            let mut row = Message::new(format!("m{id}"), at(sent), direction, format!("c{contact}"));
            row.channel = channel.map(|channel| format!("ch{channel}").into());
            if outgoing {
                row.source = source.map(|place| ["user", "bot", "workflow"][place].parse_source());
                row.user = user.map(|user| format!("u{user}").into());
                row.broadcast = broadcast.map(|broadcast| format!("b{broadcast}").into());
                row.delivery = delivery.map(|steps| {
                    let mut history: Vec<StatusUpdate> = Vec::new();
                    for (step, later) in steps {
                        let status =
                            [Status::Sent, Status::Delivered, Status::Read, Status::Failed, Status::Pending][step];
                        if history.iter().all(|entry| entry.status != status) {
                            history.push(StatusUpdate::new(status, (later >= 0).then(|| at(sent + later * HOUR))));
                        }
                    }
                    history
                });
            }
            row.content = content;
            row
        })
}

trait ParseSource {
    fn parse_source(&self) -> omnicontact::Source;
}

impl ParseSource for &str {
    fn parse_source(&self) -> omnicontact::Source {
        omnicontact::Source::parse(self).unwrap()
    }
}

fn any_event() -> impl Strategy<Value = ContactEvent> {
    (0_usize..3, 0_i64..(35 * 24), 0_u32..6, 0_u32..6, 0_u32..3).prop_map(|(kind, hour, contact, other, channel)| {
        let kind = [EventKind::Added, EventKind::Connected, EventKind::Deleted][kind];
        let _ = other;
        let mut event = ContactEvent::new(kind, at(START + hour * HOUR), format!("c{contact}"));
        if kind == EventKind::Connected {
            event.channel = Some(format!("ch{channel}").into());
        }
        event
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn columns_give_what_rows_give(
        rows in prop::collection::vec(any_message(), 0..40),
        events in prop::option::of(prop::collection::vec(any_event(), 0..8)),
    ) {
        let by_rows = Dataset::builder().messages(&rows);
        let by_columns = Dataset::builder().message_columns(columns(&rows));
        let (by_rows, by_columns) = match &events {
            Some(events) => (by_rows.events(events), by_columns.event_columns(event_columns(events))),
            None => (by_rows, by_columns),
        };
        prop_assert_eq!(answers(by_rows), answers(by_columns));
    }
}

fn twice() -> Vec<Message> {
    let row =
        |id: i64, hour: i64, direction| Message::new(id, at(START + hour * HOUR), direction, "ana").through("web");
    vec![row(1, 0, Direction::Incoming), row(2, 1, Direction::Outgoing), row(1, 0, Direction::Incoming)]
}

#[test]
fn two_rows_with_one_id_are_one_message_and_connect_once() {
    let data = Dataset::builder().message_columns(columns(&twice())).build().unwrap();
    assert_eq!((data.message_count(), data.folded_count(), data.event_count()), (2, 1, 1));
}

#[test]
fn an_owner_who_vouches_for_ids_is_believed() {
    let options = DatasetOptions::default().duplicates(Duplicates::Trust).derive_connections(false);
    let data = Dataset::builder().message_columns(columns(&twice())).options(options).build().unwrap();
    assert_eq!((data.message_count(), data.folded_count(), data.event_count()), (3, 0, 0));
}

#[test]
fn a_connection_that_event_columns_tell_is_not_derived_again() {
    let told = vec![ContactEvent::new(EventKind::Connected, at(START + 5 * HOUR), "ana").through("web")];
    let builder = Dataset::builder().message_columns(columns(&twice())).event_columns(event_columns(&told));
    assert_eq!(builder.build().unwrap().event_count(), 1);
    let other = vec![ContactEvent::new(EventKind::Connected, at(START + 5 * HOUR), "ana").through("phone")];
    let builder = Dataset::builder().message_columns(columns(&twice())).event_columns(event_columns(&other));
    assert_eq!(builder.build().unwrap().event_count(), 2);
}
