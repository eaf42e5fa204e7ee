//! Pages of logs where it is hard to say which row comes next (P8).
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use omnicontact::report::{self, Column, LogPage, LogValues};
use omnicontact::{
    Component, ContactEvent, Dataset, Direction, EventKind, ForeignId, Instant, LogOptions, Message, Preset,
    ReportKind, ReportOptions, Status, StatusUpdate, Zone,
};

fn at(millis: i64) -> Instant {
    Instant::from_millis(1_784_109_600_000 + millis).unwrap() // 2026-07-15T10:00:00Z
}

fn page(data: &Dataset<'_>, component: Component, logs: LogOptions) -> LogPage {
    let options = ReportOptions::new(Zone::utc(), at(0), Preset::Today).components([component]).logs(logs);
    let report = match component.report() {
        ReportKind::Messages => report::messages(data, &options),
        ReportKind::Contacts => report::contacts(data, &options),
    };
    report.unwrap().component(component).log().unwrap().clone()
}

fn contacts(page: &LogPage) -> Vec<ForeignId> {
    match page.column(Column::ContactId) {
        Some(LogValues::Ids(ids)) => ids.clone(),
        other => unreachable!("{other:?}"),
    }
}

/// The contacts of all rows, page by page, are those of the whole log; no row is lost or comes twice.
#[track_caller]
fn hold(data: &Dataset<'_>, component: Component, rows: usize) {
    let whole = page(data, component, LogOptions::default());
    assert_eq!((whole.total_rows, whole.len()), (rows as u64, rows));
    for limit in 1..=rows {
        let mut found = Vec::new();
        let mut logs = LogOptions::default().limit(limit);
        loop {
            let page = page(data, component, logs);
            assert_eq!(page.total_rows, rows as u64);
            found.extend(contacts(&page));
            let Some(cursor) = page.cursor else { break };
            logs = LogOptions::default().limit(limit).cursor(cursor);
        }
        assert_eq!(found, contacts(&whole), "{limit} a page");
    }
}

fn added(contact: i32, sequence: Option<u64>) -> ContactEvent {
    let mut event = ContactEvent::new(EventKind::Added, at(0), contact);
    event.sequence = sequence;
    event
}

#[test]
fn events_without_a_sequence_come_once() {
    let events: Vec<ContactEvent> = (0..7).map(|contact| added(contact, None)).collect();
    hold(&Dataset::builder().events(&events).build().unwrap(), Component::AddedLog, 7);
}

/// A host may number the events of each contact by itself.
#[test]
fn events_of_one_sequence_come_once() {
    let events: Vec<ContactEvent> = (0..4).map(|contact| added(contact, Some(1))).collect();
    hold(&Dataset::builder().events(&events).build().unwrap(), Component::AddedLog, 4);
}

#[test]
fn events_that_are_not_all_numbered_come_once() {
    let events = [added(0, Some(1)), added(1, None), added(2, Some(2)), added(3, Some(3))];
    hold(&Dataset::builder().events(&events).build().unwrap(), Component::AddedLog, 4);
}

/// A row without a number stands at its position, among those that have one.
#[test]
fn the_order_is_that_of_the_numbers_that_are_shown() {
    let events = [added(0, Some(0)), added(1, None), added(2, Some(9)), added(3, None)];
    let data = Dataset::builder().events(&events).build().unwrap();
    let log = page(&data, Component::AddedLog, LogOptions::default());
    assert_eq!(log.ids, [9, 3, 1, 0].map(|id| Some(ForeignId::from(id))));
    assert_eq!(contacts(&log), [2, 3, 1, 0].map(ForeignId::from));
    hold(&data, Component::AddedLog, 4);
}

/// The library numbers what it derives itself (K8).
#[test]
fn derived_connections_beside_those_of_the_host_come_once() {
    let events = [ContactEvent::new(EventKind::Connected, at(0), 0).through("wa").numbered(1)];
    let messages: Vec<Message> =
        (1..4).map(|contact| Message::new(contact, at(0), Direction::Incoming, contact).through("wa")).collect();
    hold(&Dataset::builder().events(&events).messages(&messages).build().unwrap(), Component::ConnectedLog, 4);
}

#[test]
fn failures_of_one_instant_come_once() {
    let messages: Vec<Message> = (0..5)
        .map(|id| {
            let failed = StatusUpdate::new(Status::Failed, Some(at(9)));
            Message::new(id, at(i64::from(id)), Direction::Outgoing, id).updated(failed)
        })
        .collect();
    hold(&Dataset::builder().messages(&messages).build().unwrap(), Component::FailedLog, 5);
}

#[test]
fn a_page_shows_ten_thousand_rows_and_says_what_is_left() {
    let messages: Vec<Message> = (0..20_001)
        .map(|id| Message::new(id, at(i64::from(id % 7)), Direction::Incoming, id).saying(format!("message {id}")))
        .collect();
    let data = Dataset::builder().messages(&messages).build().unwrap();
    let first = page(&data, Component::IncomingLog, LogOptions::default());
    assert_eq!((first.total_rows, first.truncated, first.len()), (20_001, true, 10_000));
    let second = page(&data, Component::IncomingLog, LogOptions::default().cursor(first.cursor.clone().unwrap()));
    assert_eq!((second.total_rows, second.truncated, second.len()), (20_001, true, 10_000));
    let third = page(&data, Component::IncomingLog, LogOptions::default().cursor(second.cursor.clone().unwrap()));
    assert_eq!((third.total_rows, third.truncated, third.len()), (20_001, false, 1));
    let mut expected: Vec<(Instant, i32)> = (0..20_001).map(|id| (at(i64::from(id % 7)), id)).collect();
    expected.sort_unstable_by(|a, b| b.cmp(a));
    let expected: Vec<ForeignId> = expected.into_iter().map(|(_, id)| id.into()).collect();
    assert!([first.ids, second.ids, third.ids].concat().into_iter().flatten().eq(expected));
}

/// Rows that came after the first page was shown do not move the second one.
#[test]
fn a_cursor_stays_where_it_is_when_rows_come() {
    let mut messages: Vec<Message> =
        (0..4).map(|id| Message::new(id, at(i64::from(id)), Direction::Incoming, id)).collect();
    let cursor = {
        let data = Dataset::builder().messages(&messages).build().unwrap();
        page(&data, Component::IncomingLog, LogOptions::default().limit(2)).cursor.unwrap()
    };
    messages.push(Message::new(99, at(99), Direction::Incoming, 99));
    let data = Dataset::builder().messages(&messages).build().unwrap();
    let second = page(&data, Component::IncomingLog, LogOptions::default().limit(2).cursor(cursor));
    assert_eq!((second.total_rows, contacts(&second)), (5, vec![1.into(), 0.into()]));
}
