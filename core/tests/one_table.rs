//! One table is one table, however it comes (D28): columns fold, derive and classify as rows do.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::sync::Arc;

use omnicontact::dataset::{
    DatasetBuilder, DatasetOptions, Duplicates, EventColumns, IdColumn, MessageColumns, TimeColumn,
};
use omnicontact::import::ImportOptions;
use omnicontact::report::{self, ReportOptions};
use omnicontact::wire::{DatasetInput, DatasetRequest};
use omnicontact::{
    Code, Component, ContactEvent, Dataset, Direction, EventKind, ForeignId, Instant, Message, PeriodSpec, Status,
    StatusUpdate, Zone,
};
use proptest::prelude::*;
use serde_json::json;

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
    answers_of(&builder.build().unwrap())
}

fn answers_of(data: &Dataset<'_>) -> (String, String, usize, usize, usize) {
    let options = ReportOptions::new(
        Zone::new("Europe/Madrid").unwrap(),
        at(START + 40 * 24 * HOUR),
        PeriodSpec::parse("all_time").unwrap(),
    );
    let messages = serde_json::to_string(&report::messages(data, &options).unwrap()).unwrap();
    let contacts = serde_json::to_string(&report::contacts(data, &options).unwrap()).unwrap();
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

/// Every column of a file of messages, one row of each kind.
const FILE: &str = "\
id,sent_at,direction,contact,channel,type,user,status,accepted_at,delivered_at,read_at,failed_at,error_code,error,content,\
is_echo,app_id,bot,is_api,template_name,message_tag
m1,2026-03-01T10:00:00Z,incoming,ana,web,,,,,,,,,,hola,,,,,,
m2,2026-03-01T10:05:00Z,outgoing,ana,web,,u1,read,2026-03-01T10:05:01Z,2026-03-01T10:05:02Z,2026-03-01T10:06:00Z,,,,,,,,,,
m3,2026-03-01T11:00:00Z,outgoing,luis,wa,,,failed,,,,2026-03-01T11:00:05Z,131026,no such number,,,,,true,welcome,
m4,2026-03-01T12:00:00Z,outgoing,eva,wa,,,delivered,,,,,,,,true,263902037430900,,,,HUMAN_AGENT
m5,2026-03-01T13:00:00Z,outgoing,eva,wa,call,,pending,,,,,,,,,,helper,,,
m2,2026-03-01T10:05:00Z,outgoing,ana,web,,u1,read,,,,,,,,,,,,,
";

/// The rows of a file as objects: `frame.to_dict("records")`, rows of `csv.DictReader`.
fn objects(file: &str, missing: &serde_json::Value) -> serde_json::Value {
    let mut lines = file.lines().map(|line| line.split(','));
    let header: Vec<&str> = lines.next().unwrap().collect();
    let rows = lines.map(|cells| {
        let pairs = header.iter().zip(cells).map(|(name, cell)| {
            let value = match cell {
                "" => missing.clone(),
                "true" => true.into(),
                cell => cell.into(),
            };
            ((*name).to_owned(), value)
        });
        serde_json::Value::Object(pairs.collect())
    });
    rows.collect::<Vec<_>>().into()
}

fn input_answers(fill: impl FnOnce(&mut DatasetInput<'_>)) -> (String, String, usize, usize, usize) {
    let mut input = DatasetInput::new(DatasetRequest::default());
    fill(&mut input);
    answers_of(&input.build().unwrap())
}

#[test]
fn objects_with_the_names_of_a_file_are_that_file() {
    let by_file =
        input_answers(|input| input.add_file("messages", FILE.as_bytes(), &ImportOptions::default()).unwrap());
    assert_eq!((by_file.2, by_file.4), (5, 1));
    for missing in [serde_json::Value::Null, "".into()] {
        assert_eq!(input_answers(|input| input.add_rows("messages", objects(FILE, &missing)).unwrap()), by_file);
    }
    // Both spellings stand beside each other, in a row and in a table.
    let mut mixed = objects(FILE, &serde_json::Value::Null);
    let row = mixed[3].as_object_mut().unwrap();
    row.retain(|key, value| {
        !value.is_null() && !["is_echo", "app_id", "message_tag", "status"].contains(&key.as_str())
    });
    row.insert("delivery".to_owned(), json!([{"status": "delivered"}]));
    row.insert("facts".to_owned(), json!({"is_echo": true, "app_id": "263902037430900", "message_tag": "HUMAN_AGENT"}));
    assert_eq!(input_answers(|input| input.add_rows("messages", mixed).unwrap()), by_file);
}

#[test]
fn what_is_wrong_in_flat_rows_is_named() {
    let refused = |rows: serde_json::Value| {
        let error = DatasetInput::new(DatasetRequest::default()).add_rows("messages", rows).unwrap_err();
        (error.code(), error.path().to_owned(), error.to_string())
    };
    let row = |more: serde_json::Value| {
        let mut row = json!({"id": 1, "sent_at": 1_772_323_200_000_i64, "direction": "outgoing", "contact": "ana"});
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        row
    };
    let (code, path, _) = refused(json!([row(json!({})), row(json!({"status": "red"}))]));
    assert_eq!((code, path.as_str()), (Code::InvalidValue, "messages[1].status"));
    let (code, path, _) = refused(json!([row(json!({"status": "sent", "contact": null}))]));
    assert_eq!((code, path.as_str()), (Code::MissingValue, "messages[0].contact"));
    // All that nobody knows at once, each with the field meant.
    let (code, path, words) = refused(json!([row(json!({"message_status": "sent", "colour": 1, "status": "sent"}))]));
    assert_eq!((code, path.as_str()), (Code::UnknownColumn, "messages[0].colour"));
    assert!(words.contains("`colour`") && words.contains("`message_status`"), "{words}");
    let (code, path, _) = refused(json!([row(json!({"status": "sent", "delivery": [{"status": "sent"}]}))]));
    assert_eq!((code, path.as_str()), (Code::InvalidValue, "messages[0].delivery"));
    // An id of a table of records may be a UUID.
    let uuid = json!({"uuid": "018f4e3c-0000-7000-8000-000000000001"});
    let mut input = DatasetInput::new(DatasetRequest::default());
    input.add_rows("messages", json!([row(json!({"status": "sent", "user": uuid}))])).unwrap();
    assert_eq!(input.build().unwrap().message_count(), 1);
}

/// The real table of customer care, where somebody has it: as a file and as objects.
#[test]
fn a_real_table_counts_the_same_however_it_comes() {
    let folder = std::env::var("OMNICONTACT_DATA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data").to_owned());
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}"));
    let (Ok(file), Ok(expected)) = (read("twitter_care.csv"), read("twitter_care.expected.json")) else {
        eprintln!("skipped: no `twitter_care.csv` in `{folder}` (set OMNICONTACT_DATA)");
        return;
    };
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    let file = file.replacen("message_id,", "id,", 1);
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<serde_json::Value> = reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let pairs = header.iter().zip(record.iter()).map(|(name, cell)| {
                (name.to_owned(), if cell.is_empty() { serde_json::Value::Null } else { cell.into() })
            });
            // A flat name, so that it is the reader of files that reads.
            serde_json::Value::Object(pairs.chain([("status".to_owned(), serde_json::Value::Null)]).collect())
        })
        .collect();
    let by_file =
        input_answers(|input| input.add_file("messages", file.as_bytes(), &ImportOptions::default()).unwrap());
    let by_rows = input_answers(|input| input.add_rows("messages", rows.into()).unwrap());
    assert!(by_file == by_rows, "a file and its rows as objects answer differently");
    assert_eq!(by_file.2, expected["distinct_ids"]);
    assert_eq!(by_file.4, expected["rows_that_repeat_an_id"]);
    let mut input = DatasetInput::new(DatasetRequest::default());
    input.add_file("messages", file.as_bytes(), &ImportOptions::default()).unwrap();
    let data = input.build().unwrap();
    let options = ReportOptions::new(Zone::utc(), at(START), PeriodSpec::parse("all_time").unwrap());
    let (messages, contacts) = (report::messages(&data, &options).unwrap(), report::contacts(&data, &options).unwrap());
    for (report, component, name) in [
        (&messages, Component::IncomingByChannel, "incoming_by_channel"),
        (&messages, Component::OutgoingByChannel, "outgoing_by_channel"),
        (&contacts, Component::ConnectedByChannel, "connected_by_channel"),
    ] {
        let counts = expected[name].as_object().unwrap().values();
        let total: u64 = counts.map(|count| count.as_u64().unwrap()).sum();
        assert_eq!(report.component(component).breakdown().unwrap().total, total, "{name}");
    }
}
