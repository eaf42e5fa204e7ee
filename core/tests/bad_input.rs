//! Input that cannot be right: an error with code and path, or what the documentation says; never a panic.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where something is missing")]

use std::sync::Arc;

use omnicontact::dataset::{Codes, EventColumns, IdColumn, MessageColumns, NULL_TIME, TimeColumn, TimeUnit, Validity};
use omnicontact::report::{self, Column, LogPage, NoData, Outcome};
use omnicontact::{
    Component, ContactEvent, Dataset, Direction, Error, EventKind, Filters, ForeignId, Granularity, Instant,
    LogOptions, Message, PeriodSpec, Preset, Report, ReportKind, ReportOptions, Zone,
};

const AT: i64 = 1_784_109_600_000; // 2026-07-15T10:00:00Z

fn at(millis: i64) -> Instant {
    Instant::from_millis(AT + millis).unwrap()
}

fn options() -> ReportOptions {
    ReportOptions::new(Zone::utc(), at(0), Preset::Today)
}

type Ids = for<'c> fn(&'c mut MessageColumns<'static>) -> &'c mut Option<IdColumn<'static>>;
type Times = for<'c> fn(&'c mut MessageColumns<'static>) -> &'c mut Option<TimeColumn<'static>>;

/// Two messages, one each way.
fn messages() -> MessageColumns<'static> {
    MessageColumns::new(
        TimeColumn::from(vec![AT, AT + 1]),
        IdColumn::coded(Codes::U8(vec![0, 1].into()), ["incoming", "outgoing"]),
        IdColumn::from(vec![7_i64, 8]),
    )
}

/// Two contacts added.
fn events() -> EventColumns<'static> {
    EventColumns::new(
        TimeColumn::from(vec![AT, AT + 1]),
        IdColumn::coded(Codes::U8(vec![0, 0].into()), ["added", "merged"]),
        IdColumn::from(vec![7_i64, 8]),
    )
}

fn with<T>(mut columns: T, set: impl FnOnce(&mut T)) -> T {
    set(&mut columns);
    columns
}

fn told(error: &Error) -> (&'static str, &str) {
    assert!(!error.message().is_empty() && !error.message().ends_with('.'), "{error}");
    (error.code().as_str(), error.path())
}

#[track_caller]
fn refused(columns: MessageColumns<'_>, code: &str, path: &str) {
    let error = Dataset::builder().message_columns(columns).build().expect_err(path);
    assert_eq!(told(&error), (code, path));
}

#[track_caller]
fn refused_events(columns: EventColumns<'_>, code: &str, path: &str) {
    let error = Dataset::builder().event_columns(columns).build().expect_err(path);
    assert_eq!(told(&error), (code, path));
}

#[track_caller]
fn refused_options(kind: ReportKind, options: &ReportOptions, code: &str, path: &str) {
    let rows = [Message::new(1, at(0), Direction::Incoming, 7)];
    let data = Dataset::builder().messages(&rows).build().unwrap();
    let error = ask(kind, &data, options).expect_err(path);
    assert_eq!(told(&error), (code, path));
}

fn ask(kind: ReportKind, data: &Dataset<'_>, options: &ReportOptions) -> Result<Report, Error> {
    match kind {
        ReportKind::Messages => report::messages(data, options),
        ReportKind::Contacts => report::contacts(data, options),
    }
}

fn coded(codes: Codes<'static>) -> IdColumn<'static> {
    IdColumn::coded(codes, ["wa", "web"])
}

#[test]
fn columns_of_other_lengths_are_refused() {
    let short = || IdColumn::from(vec![1_i64]);
    refused(with(messages(), |columns| columns.contact = short()), "length_mismatch", "messages.contact");
    refused(with(messages(), |columns| columns.direction = short()), "length_mismatch", "messages.direction");
    let ids: [(&str, Ids); 11] = [
        ("id", |columns| &mut columns.id),
        ("channel", |columns| &mut columns.channel),
        ("source", |columns| &mut columns.source),
        ("type", |columns| &mut columns.message_type),
        ("subtype", |columns| &mut columns.subtype),
        ("user", |columns| &mut columns.user),
        ("team", |columns| &mut columns.team),
        ("broadcast", |columns| &mut columns.broadcast),
        ("status", |columns| &mut columns.status),
        ("error_code", |columns| &mut columns.error_code),
        ("error", |columns| &mut columns.error),
    ];
    for (name, column) in ids {
        for length in [0, 1, 3] {
            let mut columns = messages();
            *column(&mut columns) = Some(IdColumn::from(vec![1_i64; length]));
            refused(columns, "length_mismatch", &format!("messages.{name}"));
        }
    }
    let times: [(&str, Times); 4] = [
        ("accepted_at", |columns| &mut columns.accepted_at),
        ("delivered_at", |columns| &mut columns.delivered_at),
        ("read_at", |columns| &mut columns.read_at),
        ("failed_at", |columns| &mut columns.failed_at),
    ];
    for (name, column) in times {
        let mut columns = messages();
        *column(&mut columns) = Some(TimeColumn::from(vec![AT]));
        refused(columns, "length_mismatch", &format!("messages.{name}"));
    }
    let mut columns = messages();
    columns.content = Some(Arc::new(vec!["one".to_owned()]));
    refused(columns, "length_mismatch", "messages.content");
}

#[test]
fn event_columns_of_other_lengths_are_refused() {
    let short = || IdColumn::from(vec![1_i64]);
    refused_events(with(events(), |columns| columns.contact = short()), "length_mismatch", "events.contact");
    refused_events(with(events(), |columns| columns.kind = short()), "length_mismatch", "events.kind");
    refused_events(with(events(), |columns| columns.sequence = Some(short())), "length_mismatch", "events.sequence");
    refused_events(with(events(), |columns| columns.secondary = Some(short())), "length_mismatch", "events.secondary");
    refused_events(with(events(), |columns| columns.source = Some(short())), "length_mismatch", "events.source");
    refused_events(with(events(), |columns| columns.channel = Some(short())), "length_mismatch", "events.channel");
    refused_events(with(events(), |columns| columns.user = Some(short())), "length_mismatch", "events.user");
    let name = Some(Arc::new(vec!["one".to_owned()]) as omnicontact::dataset::TextColumn<'_>);
    refused_events(with(events(), |columns| columns.name = name), "length_mismatch", "events.name");
    let names = Arc::new(vec!["one".to_owned(), "two".to_owned()]);
    let error = Dataset::builder().contact_names(short(), names).build().unwrap_err();
    assert_eq!(told(&error), ("length_mismatch", "contacts.name"));
}

#[test]
fn codes_without_an_entry_are_refused() {
    let all = [
        coded(Codes::U8(vec![0, 2].into())),
        coded(Codes::U16(vec![1, 65_535].into())),
        coded(Codes::U32(vec![1, u32::MAX].into())),
        coded(Codes::I8(vec![1, -1].into())),
        coded(Codes::I8(vec![1, -128].into())),
        coded(Codes::I16(vec![1, 2].into())),
        coded(Codes::I32(vec![1, -1].into())),
        coded(Codes::I32(vec![1, i32::MIN].into())),
        coded(Codes::I32(vec![1, i32::MAX].into())),
    ];
    for column in all {
        let columns = || with(messages(), |columns| columns.channel = Some(column.clone()));
        refused(columns(), "code_out_of_range", "messages[1].channel");
        refused(
            with(messages(), |columns| columns.contact = column.clone()),
            "code_out_of_range",
            "messages[1].contact",
        );
        refused(
            with(messages(), |columns| columns.error = Some(column.clone())),
            "code_out_of_range",
            "messages[1].error",
        );
        refused_events(
            with(events(), |columns| columns.user = Some(column.clone())),
            "code_out_of_range",
            "events[1].user",
        );
        refused_events(with(events(), |columns| columns.contact = column), "code_out_of_range", "events[1].contact");
    }
    let no_entries = IdColumn::coded(Codes::U8(vec![0, 0].into()), Vec::<ForeignId>::new());
    refused(with(messages(), |columns| columns.channel = Some(no_entries)), "code_out_of_range", "messages[0].channel");
}

#[test]
fn a_row_of_a_later_chunk_is_named_by_its_place_in_the_table() {
    let dictionary: Arc<[ForeignId]> = [ForeignId::from("wa")].into();
    let chunk = |code: u8| Codes::U8(vec![code].into());
    let column =
        IdColumn::default().coded_chunk(chunk(0), None, dictionary.clone()).coded_chunk(chunk(1), None, dictionary);
    refused(with(messages(), |columns| columns.channel = Some(column)), "code_out_of_range", "messages[1].channel");
    let times = TimeColumn::default().chunk(vec![AT]).chunk(vec![-1]);
    refused(with(messages(), |columns| columns.sent_at = times), "instant_out_of_range", "messages[1].sent_at");
}

#[test]
fn what_is_behind_an_invalid_bit_is_never_read() {
    let only_first = || Some(Validity::new(vec![0b01_u8], 0));
    let dictionary: Arc<[ForeignId]> = [ForeignId::from("wa")].into();
    let codes = Codes::I32(vec![0, -7].into());
    let columns = with(messages(), |columns| {
        columns.channel = Some(IdColumn::default().coded_chunk(codes, only_first(), dictionary));
        columns.delivered_at = Some(TimeColumn::default().chunk_with(vec![AT, i64::MAX], only_first()));
    });
    let data = Dataset::builder().message_columns(columns).build().unwrap();
    let report = report::messages(&data, &options()).unwrap();
    assert_eq!(report.component(Component::OutgoingByChannel).breakdown().unwrap().rows[0].label, "None");
}

/// A bitmap that is too short says that the rest is missing.
#[test]
fn a_short_bitmap_makes_values_missing() {
    let mut columns = messages();
    let bits = || Some(Validity::new(vec![0xff_u8], 7));
    columns.channel = Some(IdColumn::default().i64_chunk(vec![1, 2], bits()));
    assert!(Dataset::builder().message_columns(columns.clone()).build().is_ok());
    columns.contact = IdColumn::default().i64_chunk(vec![1, 2], bits());
    refused(columns, "missing_value", "messages[1].contact");
    let empty = Some(Validity::new(Vec::<u8>::new(), usize::MAX));
    let columns = with(messages(), |columns| columns.sent_at = TimeColumn::default().chunk_with(vec![AT, AT], empty));
    refused(columns, "missing_value", "messages[0].sent_at");
}

#[test]
fn required_values_are_asked_for() {
    let only_first = || Some(Validity::new(vec![1_u8], 0));
    let contact = IdColumn::default().i64_chunk(vec![7, 8], only_first());
    refused(with(messages(), |columns| columns.contact = contact.clone()), "missing_value", "messages[1].contact");
    refused_events(with(events(), |columns| columns.contact = contact), "missing_value", "events[1].contact");
    let blank = IdColumn::from(vec![ForeignId::from(7), ForeignId::from("")]);
    refused(with(messages(), |columns| columns.contact = blank.clone()), "missing_value", "messages[1].contact");
    refused_events(with(events(), |columns| columns.contact = blank), "missing_value", "events[1].contact");
    let nothing: IdColumn<'_> = IdColumn::rows(Arc::new(vec![Some(ForeignId::from("incoming")), None]));
    refused(with(messages(), |columns| columns.direction = nothing), "missing_value", "messages[1].direction");
    let nothing = IdColumn::rows(Arc::new(vec![None, Some(ForeignId::from("added"))]));
    refused_events(with(events(), |columns| columns.kind = nothing), "missing_value", "events[0].kind");
    let times = || TimeColumn::from(vec![AT, NULL_TIME]);
    refused(with(messages(), |columns| columns.sent_at = times()), "missing_value", "messages[1].sent_at");
    refused_events(with(events(), |columns| columns.at = times()), "missing_value", "events[1].at");
}

#[test]
fn labels_outside_a_closed_set_are_refused() {
    let both = IdColumn::from(vec![ForeignId::from("outgoing"), ForeignId::from("sideways")]);
    let error = Dataset::builder().message_columns(with(messages(), |columns| columns.direction = both)).build();
    assert_eq!(error.unwrap_err().hint(), Some("allowed: `incoming`, `outgoing`"));
    let column = |word: &str| IdColumn::from(vec![ForeignId::from("incoming"), ForeignId::from(word)]);
    for word in ["sideways", "Incoming", " incoming", "out"] {
        refused(with(messages(), |columns| columns.direction = column(word)), "invalid_value", "messages[1].direction");
    }
    let status = |word: &str| Some(IdColumn::from(vec![ForeignId::from("sent"), ForeignId::from(word)]));
    refused(with(messages(), |columns| columns.status = status("gone")), "invalid_value", "messages[1].status");
    refused(with(messages(), |columns| columns.status = status("READ")), "invalid_value", "messages[1].status");
    let kind = IdColumn::from(vec![ForeignId::from("added"), ForeignId::from("vanished")]);
    refused_events(with(events(), |columns| columns.kind = kind), "invalid_value", "events[1].kind");
    let number = IdColumn::from(vec![0_i64, 1]);
    let error = Dataset::builder().message_columns(with(messages(), |columns| columns.direction = number)).build();
    assert_eq!(error.unwrap_err().path(), "messages[0].direction");
}

/// An entry of a dictionary that no row uses says nothing.
#[test]
fn an_unknown_label_that_no_row_bears_is_no_error() {
    let direction = IdColumn::coded(Codes::U8(vec![1, 1].into()), ["sideways", "outgoing"]);
    assert!(
        Dataset::builder().message_columns(with(messages(), |columns| columns.direction = direction)).build().is_ok()
    );
}

#[test]
fn instants_outside_of_the_range_are_refused() {
    let times = |unit: TimeUnit, value: i64| TimeColumn::new(unit).chunk(vec![0, value]);
    let far = 253_402_300_800_000; // 10000-01-01
    let bad = [
        (TimeUnit::Milliseconds, -1),
        (TimeUnit::Milliseconds, far),
        (TimeUnit::Milliseconds, i64::MAX),
        (TimeUnit::Milliseconds, i64::MIN + 1),
        (TimeUnit::Seconds, -1),
        (TimeUnit::Seconds, far / 1000),
        (TimeUnit::Seconds, i64::MAX),
        (TimeUnit::Seconds, i64::MAX / 1000 + 1),
        (TimeUnit::Seconds, i64::MIN + 1),
        (TimeUnit::Microseconds, -1),
        (TimeUnit::Microseconds, far * 1000),
        (TimeUnit::Microseconds, i64::MAX),
        (TimeUnit::Nanoseconds, -1),
        (TimeUnit::Nanoseconds, i64::MIN + 1),
    ];
    for (unit, value) in bad {
        let code = "instant_out_of_range";
        refused(with(messages(), |columns| columns.sent_at = times(unit, value)), code, "messages[1].sent_at");
        refused_events(with(events(), |columns| columns.at = times(unit, value)), code, "events[1].at");
        let receipt = with(messages(), |columns| columns.read_at = Some(times(unit, value)));
        refused(with(receipt, |columns| columns.direction = outgoing()), code, "messages[1].read_at");
    }
    for unit in [TimeUnit::Seconds, TimeUnit::Milliseconds, TimeUnit::Microseconds, TimeUnit::Nanoseconds] {
        let null = with(messages(), |columns| columns.sent_at = times(unit, i64::MIN));
        refused(null, "missing_value", "messages[1].sent_at");
        let receipt = with(messages(), |columns| columns.read_at = Some(times(unit, i64::MIN)));
        assert!(Dataset::builder().message_columns(receipt).build().is_ok());
    }
    let good =
        [(TimeUnit::Milliseconds, far - 1), (TimeUnit::Seconds, far / 1000 - 1), (TimeUnit::Nanoseconds, i64::MAX)];
    for (unit, value) in good {
        let sent_at = times(unit, value);
        assert!(
            Dataset::builder().message_columns(with(messages(), |columns| columns.sent_at = sent_at)).build().is_ok()
        );
    }
}

fn outgoing() -> IdColumn<'static> {
    IdColumn::from(vec![ForeignId::from("outgoing"); 2])
}

#[test]
fn sequences_are_numbers() {
    let columns = |ids: Vec<ForeignId>| with(events(), |columns| columns.sequence = Some(IdColumn::from(ids)));
    let many = vec![u64::MAX.into(), (u64::MAX - 1).into()];
    let data =
        Dataset::builder().event_columns(with(columns(many), |columns| columns.at = TimeColumn::from(vec![AT, AT])));
    let data = data.build().unwrap();
    let report = report::contacts(&data, &options()).unwrap();
    let log = report.component(Component::AddedLog).log().unwrap();
    assert_eq!(log.ids, [Some(ForeignId::from(u64::MAX)), Some(ForeignId::from(u64::MAX - 1))]);
}

#[test]
fn sequences_that_are_no_numbers_are_refused() {
    let columns = |ids: Vec<ForeignId>| with(events(), |columns| columns.sequence = Some(IdColumn::from(ids)));
    refused_events(columns(vec![1.into(), "two".into()]), "invalid_value", "events[1].sequence");
}

#[test]
fn merges_that_lead_back_are_refused() {
    let pairs = |pairs: &[(i32, i32)]| {
        let pairs = pairs.iter().map(|&(away, into)| (away.into(), into.into())).collect();
        Dataset::builder().merges(pairs).build()
    };
    for cycle in [&[(1, 1)][..], &[(1, 2), (2, 1)], &[(4, 1), (1, 2), (2, 3), (3, 1)]] {
        let error = pairs(cycle).unwrap_err();
        assert_eq!(error.code().as_str(), "merge_cycle", "{cycle:?}");
        assert!(error.path().starts_with("merges"), "{cycle:?}: at `{}`", error.path());
    }
    let chain: Vec<(i32, i32)> = (0..50_000).map(|id| (id, id + 1)).collect();
    assert!(pairs(&chain).is_ok());
    let merged = |seconds: i64, into: i32, away: i32| {
        ContactEvent::new(EventKind::Merged, at(seconds), into).with_secondary(away)
    };
    for log in [vec![merged(0, 1, 2), merged(1, 2, 1)], vec![merged(0, 1, 1)]] {
        let error = Dataset::builder().owned_events(log.clone()).build().expect_err(&format!("{log:?}"));
        assert_eq!(error.code().as_str(), "merge_cycle");
        assert!(error.path().starts_with("events"), "at `{}`", error.path());
    }
    // Undone in between: no cycle.
    let undone = ContactEvent::new(EventKind::Unmerged, at(1), 1).with_secondary(2);
    assert!(Dataset::builder().owned_events(vec![merged(0, 1, 2), undone, merged(2, 2, 1)]).build().is_ok());
}

#[test]
fn a_merge_without_a_secondary_counts_and_joins_nobody() {
    let log = vec![ContactEvent::new(EventKind::Merged, at(0), 1), ContactEvent::new(EventKind::Unmerged, at(1), 1)];
    let data = Dataset::builder().owned_events(log).build().unwrap();
    let report = report::contacts(&data, &options()).unwrap();
    assert_eq!(report.component(Component::MergedLog).log().unwrap().total_rows, 1);
}

#[test]
fn cursors_of_nobody_are_refused() {
    let cursors = [
        "",
        " ",
        "garbage",
        "incoming_log",
        "incoming_log:",
        "incoming_log:1784109600000",
        "incoming_log:1784109600000:",
        "incoming_log:1784109600000:1",
        "incoming_log:1784109600000:-1:id:1",
        "incoming_log:1784109600000:99999999999999999999:id:1",
        "incoming_log:1784109600000:id:1",
        "incoming_log:yesterday:1:id:1",
        "incoming_log:1784109600000:1:id:",
        "incoming_log:1784109600000:1:id:\"",
        "incoming_log:1784109600000:1:uuid:\"no uuid\"",
        "incoming_log:1784109600000:1:id:{}",
        "incoming_log:1784109600000:1:id:1.5",
        "incoming_log:1784109600000:1:id:null",
        "incoming_log:1784109600000:1:id:\"\"",
        "incoming_log:99999999999999999999:1:id:1",
        "delivery:1784109600000:1:id:1",
        "added_log:1784109600000:1:id:1",
        "ìncoming_log:1784109600000:1:id:1",
        "\u{0}",
    ];
    for cursor in cursors {
        let options = options().logs(LogOptions::default().cursor(cursor));
        refused_options(ReportKind::Messages, &options, "invalid_cursor", "logs.cursor");
    }
    let other = options().logs(LogOptions::default().cursor("incoming_log:1784109600000:1:id:1"));
    refused_options(ReportKind::Contacts, &other, "invalid_cursor", "logs.cursor");
}

/// A cursor is a place, not a row: it may lie before, after and between all rows.
#[test]
fn a_cursor_past_the_last_row_shows_an_empty_page() {
    let rows: Vec<Message> = (0..5).map(|id| Message::new(id, at(id.into()), Direction::Incoming, 7)).collect();
    let data = Dataset::builder().messages(&rows).build().unwrap();
    let page = |cursor: &str| -> LogPage {
        let options = options().logs(LogOptions::default().limit(2).cursor(cursor));
        report::messages(&data, &options).unwrap().component(Component::IncomingLog).log().expect(cursor).clone()
    };
    let cursor = page(&first_cursor(&data)).cursor.unwrap();
    let last = page(&cursor);
    assert_eq!((last.total_rows, last.len(), last.truncated, last.cursor), (5, 1, false, None));
    let past = page(&cursor.replace(&(AT + 1).to_string(), "0"));
    assert_eq!((past.total_rows, past.len(), past.truncated, past.cursor), (5, 0, false, None));
}

fn first_cursor(data: &Dataset<'_>) -> String {
    let report = report::messages(data, &options().logs(LogOptions::default().limit(2))).unwrap();
    report.component(Component::IncomingLog).log().unwrap().cursor.clone().unwrap()
}

#[test]
fn pages_have_bounds() {
    let too_large = options().logs(LogOptions::default().limit(10_001));
    refused_options(ReportKind::Messages, &too_large, "too_large", "logs.limit");
    refused_options(
        ReportKind::Contacts,
        &options().logs(LogOptions::default().limit(usize::MAX)),
        "too_large",
        "logs.limit",
    );
    let rows = [Message::new(1, at(0), Direction::Incoming, 7)];
    let data = Dataset::builder().messages(&rows).build().unwrap();
    let report = report::messages(&data, &options().logs(LogOptions::default().limit(0))).unwrap();
    let page = report.component(Component::IncomingLog).log().unwrap();
    assert_eq!((page.total_rows, page.len(), page.truncated), (1, 0, true));
}

#[test]
fn empty_filter_values_are_refused() {
    let code = "malformed_value";
    let filters = |filters: Filters| options().filters(filters);
    let blank = Filters::default();
    let cases = [
        (blank.clone().channel(["wa", ""]), "filters.channel[1]"),
        (blank.clone().channel(["  "]), "filters.channel[0]"),
        (blank.clone().contact([""]), "filters.contact[0]"),
        (blank.clone().source([""]), "filters.source[0]"),
        (blank.clone().user([""]), "filters.user[0]"),
        (blank.clone().contact_text("ana").contact_text("\t"), "filters.contact_text[1]"),
    ];
    for (wrong, path) in cases {
        refused_options(ReportKind::Messages, &filters(wrong.clone()), code, path);
        refused_options(ReportKind::Contacts, &filters(wrong), code, path);
    }
    refused_options(ReportKind::Messages, &filters(blank.clone().message_type([""])), code, "filters.type[0]");
    refused_options(ReportKind::Messages, &filters(blank.clone().team([""])), code, "filters.team[0]");
    refused_options(ReportKind::Messages, &filters(blank.broadcast([""])), code, "filters.broadcast[0]");
}

#[test]
fn what_belongs_to_the_other_report_is_refused() {
    let filters = |filters: Filters| options().filters(filters);
    let kind = ReportKind::Contacts;
    refused_options(kind, &filters(Filters::default().team(["t"])), "unknown_key", "filters.team");
    refused_options(kind, &filters(Filters::default().message_type(["session"])), "unknown_key", "filters.type");
    refused_options(kind, &filters(Filters::default().broadcast(["b"])), "unknown_key", "filters.broadcast");
    let parts = options().components([Component::Overview, Component::Delivery]);
    refused_options(kind, &parts, "unknown_key", "components[1]");
    refused_options(ReportKind::Messages, &parts, "unknown_key", "components[0]");
    let columns = options().logs(LogOptions::default().columns([Column::Source, Column::Content]));
    refused_options(kind, &columns, "unknown_column", "logs.columns[1]");
}

#[test]
fn periods_that_cannot_be_are_refused() {
    let kind = ReportKind::Messages;
    let of = |period: &str| {
        let mut options = options();
        options.period = PeriodSpec::parse(period).unwrap();
        options
    };
    refused_options(kind, &of("2026-07-02..2026-07-01"), "period_reversed", "period.to");
    refused_options(kind, &of("2026-07-02T00:00:00Z..2026-07-01T00:00:00Z"), "period_reversed", "period.end");
    let mut custom = options();
    custom.period = Preset::Custom.into();
    refused_options(kind, &custom, "missing_option", "period");
    let long = of("1970-01-01..9999-12-30");
    refused_options(kind, &long.clone().granularity(Granularity::Hour), "too_large", "granularity");
    let zone = Zone::new("Europe/Moskow").unwrap_err();
    assert_eq!(told(&zone), ("unknown_zone", "zone"));
}

#[test]
fn an_empty_period_has_no_buckets_and_no_data() {
    let rows = [Message::new(1, at(0), Direction::Incoming, 7)];
    let data = Dataset::builder().messages(&rows).build().unwrap();
    let mut options = options().compare(true);
    options.period = PeriodSpec::between(at(0), at(0));
    let report = report::messages(&data, &options).unwrap();
    assert!(report.buckets.is_empty());
    assert!(report.components.iter().all(|part| matches!(part.outcome, Outcome::NoData(_))));
}

#[test]
fn nothing_at_all_has_no_data() {
    let none = Dataset::builder().build().unwrap();
    let no_rows = Dataset::builder().messages(&[]).events(&[]).build().unwrap();
    let no_columns = Dataset::builder()
        .message_columns(MessageColumns::default())
        .event_columns(EventColumns::default())
        .build()
        .unwrap();
    for data in [none, no_rows, no_columns] {
        assert_eq!((data.message_count(), data.event_count(), data.folded_count()), (0, 0, 0));
        assert_eq!((data.message_span(), data.event_span()), (None, None));
        for kind in [ReportKind::Messages, ReportKind::Contacts] {
            for preset in [Preset::AllTime, Preset::Today, Preset::LastYear] {
                let mut options = options().compare(true).distinct_contacts(true);
                options.period = preset.into();
                options.filters = Filters::default().channel(["x"]).contact_text("y").user([1]).source(["z"]);
                let report = ask(kind, &data, &options).unwrap();
                for part in &report.components {
                    match &part.outcome {
                        Outcome::NoData(reason) => assert_eq!(*reason, NoData::NoRecords),
                        Outcome::NotApplicable { filters } => assert!(!filters.is_empty()),
                        Outcome::Data(data) => unreachable!("{data:?}"),
                    }
                }
                assert!(serde_json::to_string(&report).is_ok());
            }
        }
    }
}

#[test]
fn too_many_counters_are_refused_before_they_are_made() {
    let data = Dataset::builder().message_columns(messages()).event_columns(events()).build().unwrap();
    for kind in [ReportKind::Messages, ReportKind::Contacts] {
        // Ten years of hours: far more buckets than rows, and still an ordinary report.
        let mut wide = options().granularity(Granularity::Hour);
        wide.period = PeriodSpec::parse("2016-01-01..2025-12-31").unwrap();
        assert!(ask(kind, &data, &wide).is_ok());
        let error = ask(kind, &data, &wide.clone().max_cells(1_000_000)).unwrap_err();
        assert_eq!(told(&error), ("too_large", "granularity"));
        assert!(error.hint().unwrap().contains("`max_cells`"), "{error:?}");
        let one_day = options().granularity(Granularity::Day);
        assert!(ask(kind, &data, &one_day.clone().max_cells(1_000)).is_ok());
        assert!(ask(kind, &data, &one_day.max_cells(0)).is_err());
    }
    // Ten thousand templates by the hour over ten years would be seven gigabytes.
    let rows = 10_000_usize;
    let mut columns = MessageColumns::new(
        TimeColumn::from(vec![AT; rows]),
        IdColumn::coded(Codes::U8(vec![1; rows].into()), ["incoming", "outgoing"]),
        IdColumn::from(vec![7_i64; rows]),
    );
    columns.message_type = Some(IdColumn::coded(Codes::U8(vec![0; rows].into()), ["tag"]));
    columns.subtype = Some((0..rows).map(|row| ForeignId::from(format!("t{row}"))).collect::<Vec<_>>().into());
    let data = Dataset::builder().message_columns(columns).build().unwrap();
    let mut hours = options().granularity(Granularity::Hour);
    hours.period = PeriodSpec::parse("2016-01-01..2025-12-31").unwrap();
    assert_eq!(told(&report::messages(&data, &hours).unwrap_err()), ("too_large", "granularity"));
    assert!(report::messages(&data, &hours.granularity(Granularity::Month)).is_ok());
}

#[test]
fn odd_ids_come_back_as_they_came() {
    let ids: Vec<ForeignId> =
        vec![i64::MIN.into(), i64::MAX.into(), u64::MAX.into(), "\u{0}".into(), " ".into(), "é".into()];
    let rows: Vec<Message> = ids
        .iter()
        .map(|id| Message::new(id.clone(), at(0), Direction::Incoming, id.clone()).through(id.clone()))
        .collect();
    let data = Dataset::builder().messages(&rows).build().unwrap();
    let report = report::messages(&data, &options()).unwrap();
    let log = report.component(Component::IncomingLog).log().unwrap();
    let mut newest_first = ids.clone();
    newest_first.sort();
    newest_first.reverse();
    assert!(log.ids.iter().flatten().eq(&newest_first));
    let channels = report.component(Component::IncomingByChannel).breakdown().unwrap();
    assert_eq!(channels.rows.len(), ids.len());
    let json = serde_json::to_value(log).unwrap();
    assert_eq!(json["ids"][3], serde_json::json!(u64::MAX));
}

#[test]
fn rows_as_json_are_checked() {
    let read = |json: &str| serde_json::from_str::<Message>(json).is_ok();
    assert!(read(r#"{"id": 1, "sent_at": 0, "direction": "incoming", "contact": "a"}"#));
    assert!(read(r#"{"id": 1, "sent_at": "2026-07-15T10:00:00Z", "direction": "incoming", "contact": "a"}"#));
    for bad in [
        r#"{"id": 1, "sent_at": 0, "direction": "incoming", "contact": "a", "colour": 1}"#,
        r#"{"id": null, "sent_at": 0, "direction": "incoming", "contact": "a"}"#,
        r#"{"id": "", "sent_at": 0, "direction": "incoming", "contact": "a"}"#,
        r#"{"id": 1.5, "sent_at": 0, "direction": "incoming", "contact": "a"}"#,
        r#"{"id": true, "sent_at": 0, "direction": "incoming", "contact": "a"}"#,
        r#"{"id": 1, "sent_at": -1, "direction": "incoming", "contact": "a"}"#,
        r#"{"id": 1, "sent_at": 253402300800000, "direction": "incoming", "contact": "a"}"#,
        r#"{"id": 1, "sent_at": "2026-07-15T10:00:00", "direction": "incoming", "contact": "a"}"#,
        r#"{"id": 1, "sent_at": "", "direction": "incoming", "contact": "a"}"#,
        r#"{"id": 1, "sent_at": null, "direction": "incoming", "contact": "a"}"#,
        r#"{"id": 1, "sent_at": 0, "direction": "Incoming", "contact": "a"}"#,
        r#"{"id": 1, "sent_at": 0, "direction": "incoming"}"#,
        r#"{"id": 1, "sent_at": 0, "direction": "incoming", "contact": "a", "delivery": [{"status": "seen"}]}"#,
        r#"{"id": 1, "sent_at": 0, "direction": "incoming", "contact": "a", "delivery": [{"at": 1}]}"#,
        r#"{"id": 1, "sent_at": 0, "direction": "incoming", "contact": "a", "facts": {"is_ecko": true}}"#,
    ] {
        assert!(!read(bad), "{bad}");
    }
}

/// A log that has none of the chosen columns still says which rows there are.
#[test]
fn a_log_without_columns_keeps_its_rows() {
    let rows: Vec<Message> = (0..5).map(|id| Message::new(id, at(id.into()), Direction::Incoming, 7)).collect();
    let data = Dataset::builder().messages(&rows).build().unwrap();
    for columns in [vec![Column::Error], vec![]] {
        let logs = LogOptions::default().limit(2).columns(columns);
        let report = report::messages(&data, &options().logs(logs.clone())).unwrap();
        let page = report.component(Component::IncomingLog).log().unwrap();
        assert_eq!((page.total_rows, page.len(), page.truncated, page.ids.len()), (5, 2, true, 2));
        let next = logs.cursor(page.cursor.clone().unwrap());
        let report = report::messages(&data, &options().logs(next)).unwrap();
        assert_eq!(report.component(Component::IncomingLog).log().unwrap().ids.len(), 2);
    }
}

/// An object of JSON has a key once.
#[test]
fn a_column_that_is_chosen_twice_is_shown_once_or_refused() {
    let rows = [Message::new(1, at(0), Direction::Incoming, 7)];
    let data = Dataset::builder().messages(&rows).build().unwrap();
    let logs = LogOptions::default().columns([Column::Timestamp, Column::Channel, Column::Timestamp]);
    if let Ok(report) = report::messages(&data, &options().logs(logs)) {
        let page = report.component(Component::IncomingLog).log().unwrap();
        assert_eq!(page.columns.len(), 2);
    }
}
