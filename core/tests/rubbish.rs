//! Columns, cursors and questions made by dice: an answer or an error, never a panic.
#![expect(clippy::unwrap_used, reason = "the dice stop where something is missing")]

#[path = "oracle/columns.rs"]
mod columns;

use std::sync::Arc;

use columns::{Dice, columnar, event_columns, message_columns, receipts};
use omnicontact::dataset::{Codes, EventColumns, IdColumn, MessageColumns, TimeColumn, TimeUnit, Validity};
use omnicontact::report::Column;
use omnicontact::{
    ContactEvent, Dataset, Direction, EventKind, Filters, ForeignId, Granularity, Instant, LogOptions, Message,
    PeriodSpec, Preset, ReportKind, ReportOptions, Status, StatusUpdate, Zone,
};
use proptest::prelude::*;

/// 150, or `PROPTEST_CASES`.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(150);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

const DAY: i64 = 86_400_000;
const NOW: i64 = 1_784_109_600_000; // 2026-07-15T10:00:00Z
const LAST: i64 = 253_402_300_799_999;

fn pick<T: Copy>(dice: &mut Dice, values: &[T]) -> T {
    values[dice.roll(values.len())]
}

fn millis(dice: &mut Dice) -> i64 {
    let near = NOW + i64::try_from(dice.roll(3)).unwrap_or(0) * DAY / 2;
    let odd = [0, 1, LAST, LAST - DAY, NOW, 1_000_000_000_000, 951_782_400_000];
    if dice.roll(3) == 0 { pick(dice, &odd) } else { near }
}

fn length(dice: &mut Dice, rows: usize) -> usize {
    if dice.roll(200) == 0 { dice.roll(9) } else { rows }
}

fn validity(dice: &mut Dice) -> Option<Validity<'static>> {
    let bytes: Vec<u8> = (0..dice.roll(4)).map(|_| u8::try_from(dice.roll(256)).unwrap_or(0)).collect();
    let offset = pick(dice, &[0, 1, 7, 8, 100, usize::MAX]);
    (dice.roll(25) == 0).then(|| Validity::new(bytes, offset))
}

fn times(dice: &mut Dice, rows: usize) -> TimeColumn<'static> {
    let units = [TimeUnit::Seconds, TimeUnit::Milliseconds, TimeUnit::Microseconds, TimeUnit::Nanoseconds];
    let unit = if dice.roll(15) == 0 { pick(dice, &units) } else { TimeUnit::Milliseconds };
    let odd = [i64::MIN, i64::MIN + 1, -1, i64::MAX, i64::MAX / 1000, LAST + 1];
    let rows = length(dice, rows);
    let values: Vec<i64> =
        (0..rows).map(|_| if dice.roll(200) == 0 { pick(dice, &odd) } else { millis(dice) }).collect();
    TimeColumn::new(unit).chunk_with(values, validity(dice))
}

fn ids(dice: &mut Dice, rows: usize, words: &[&str]) -> IdColumn<'static> {
    let rows = length(dice, rows);
    let word = |dice: &mut Dice| ForeignId::from(pick(dice, words));
    match dice.roll(8) {
        0 => IdColumn::default().i64_chunk((0..rows).map(|_| millis(dice) - NOW).collect::<Vec<_>>(), validity(dice)),
        1 => IdColumn::default().uuid_chunk(vec![[7; 16]; rows], validity(dice)),
        2 => {
            let texts: Vec<Option<String>> =
                (0..rows).map(|_| (dice.roll(9) > 0).then(|| pick(dice, words).to_owned())).collect();
            IdColumn::default().text_chunk(Arc::new(texts))
        }
        3 => {
            let codes: Vec<i8> = (0..rows).map(|_| if dice.roll(200) == 0 { -1 } else { 0 }).collect();
            let dictionary: Arc<[ForeignId]> = [word(dice)].into();
            IdColumn::default().coded_chunk(Codes::I8(codes.into()), validity(dice), dictionary)
        }
        _ => {
            let dictionary: Arc<[ForeignId]> = words.iter().map(|&word| ForeignId::from(word)).collect();
            let mut code = || {
                let beyond = usize::from(dice.roll(200) == 0);
                u16::try_from(dice.roll(words.len() + beyond)).unwrap_or(0)
            };
            let codes: Vec<u16> = (0..rows).map(|_| code()).collect();
            IdColumn::default().coded_chunk(Codes::U16(codes.into()), validity(dice), dictionary)
        }
    }
}

fn some_ids(dice: &mut Dice, rows: usize, words: &[&str]) -> Option<IdColumn<'static>> {
    (dice.roll(2) == 0).then(|| ids(dice, rows, words))
}

fn some_times(dice: &mut Dice, rows: usize) -> Option<TimeColumn<'static>> {
    (dice.roll(2) == 0).then(|| times(dice, rows))
}

const PEOPLE: [&str; 4] = ["ana", "bob", "", "\u{301}"];

fn any_messages(dice: &mut Dice, rows: usize) -> MessageColumns<'static> {
    let directions =
        if dice.roll(20) == 0 { &["incoming", "outgoing", "sideways"][..] } else { &["incoming", "outgoing"] };
    let direction = ids(dice, rows, directions);
    let mut columns = MessageColumns::new(times(dice, rows), direction, ids(dice, rows, &PEOPLE[..2]));
    columns.id = some_ids(dice, rows, &["1", "2", "", "x"]);
    columns.channel = some_ids(dice, rows, &["wa", "web", ""]);
    columns.source = some_ids(dice, rows, &["user", "bot", "", "Ω"]);
    columns.message_type = some_ids(dice, rows, &["session", "call", "", "whatsapp_message_template"]);
    columns.subtype = some_ids(dice, rows, &["promo", ""]);
    columns.user = some_ids(dice, rows, &PEOPLE);
    columns.team = some_ids(dice, rows, &PEOPLE);
    columns.broadcast = some_ids(dice, rows, &PEOPLE);
    columns.status = some_ids(dice, rows, &["sent", "failed", "read", "pending", "delivered"]);
    columns.accepted_at = some_times(dice, rows);
    columns.delivered_at = some_times(dice, rows);
    columns.read_at = some_times(dice, rows);
    columns.failed_at = some_times(dice, rows);
    columns.error_code = some_ids(dice, rows, &["1", ""]);
    columns.error = some_ids(dice, rows, &["no", ""]);
    columns.content = (dice.roll(2) == 0).then(|| Arc::new(vec![Some("hola".to_owned()); length(dice, rows)]) as _);
    columns
}

fn any_events(dice: &mut Dice, rows: usize) -> EventColumns<'static> {
    let kinds = ["added", "connected", "deleted", "merged", "unmerged", "refused"];
    let kind = ids(dice, rows, &kinds);
    let mut columns = EventColumns::new(times(dice, rows), kind, ids(dice, rows, &PEOPLE[..2]));
    columns.sequence = (dice.roll(3) == 0).then(|| IdColumn::from((0..6).collect::<Vec<i64>>()));
    columns.name = (dice.roll(2) == 0).then(|| Arc::new(vec![None::<String>; length(dice, rows)]) as _);
    columns.secondary = (dice.roll(6) == 0).then(|| ids(dice, rows, &["cyn", "dan", "ana", ""]));
    columns.source = some_ids(dice, rows, &["user", "bot", ""]);
    columns.channel = some_ids(dice, rows, &["wa", ""]);
    columns.user = some_ids(dice, rows, &PEOPLE);
    columns
}

fn any_options(dice: &mut Dice) -> ReportOptions {
    let zones = ["UTC", "Pacific/Apia", "America/St_Johns", "Pacific/Kiritimati", "Africa/Monrovia", "Etc/GMT+12"];
    let zone = Zone::new(pick(dice, &zones)).unwrap_or_else(|_| Zone::utc());
    let mut instant = || Instant::from_millis(millis(dice)).unwrap_or(Instant::MIN);
    let (now, start, end) = (instant(), instant(), instant());
    let period = match dice.roll(3) {
        0 => PeriodSpec::between(start, end),
        1 => PeriodSpec::dates(zone.day_of(start), zone.day_of(end)),
        _ => pick(dice, Preset::ALL).into(),
    };
    let granularity = pick(dice, &[Granularity::Quarter, Granularity::Year, Granularity::Year]);
    let mut filters = Filters::default();
    if dice.roll(3) == 0 {
        filters = filters.channel([pick(dice, &["wa", "", "x"])]).contact_text(pick(dice, &["a", "\u{301}", " "]));
    }
    let mut logs = LogOptions::default().limit(pick(dice, &[0, 1, 2, 3, 10_000, 10_001]));
    if dice.roll(3) == 0 {
        logs = logs.columns((0..dice.roll(4)).map(|_| pick(dice, Column::ALL)).collect::<Vec<_>>());
    }
    if dice.roll(3) == 0 {
        logs = logs.cursor(any_cursor(dice));
    }
    let (compare, distinct) = (dice.roll(2) == 0, dice.roll(2) == 0);
    let options = ReportOptions::new(zone, now, period).granularity(granularity).filters(filters);
    options.compare(compare).distinct_contacts(distinct).logs(logs)
}

fn any_cursor(dice: &mut Dice) -> String {
    let cursors = [
        "incoming_log:1784109600000:1:id:1",
        "outgoing_log:1784109600000:1:id:\"x\"",
        "failed_log:1784109600000:2:uuid:\"00000000-0000-000b-0000-000000000007\"",
        "added_log:1784109600000:1:id:3",
    ];
    let mut cursor: Vec<char> = pick(dice, &cursors).chars().collect();
    for _ in 0..dice.roll(3) {
        let at = dice.roll(cursor.len());
        match dice.roll(3) {
            0 => drop(cursor.remove(at)),
            1 => cursor[at] = pick(dice, &['0', '9', '-', ':', '"', 'é', '\u{0}', '\\', '{']),
            _ => cursor.insert(at, pick(dice, &['0', '9', '-', ':', '"', 'é', '}'])),
        }
    }
    cursor.into_iter().collect()
}

/// What becomes of a dataset does not matter, as long as it becomes something; says whether there was an answer.
fn ask(data: &Dataset<'_>, options: &ReportOptions) -> bool {
    [ReportKind::Messages, ReportKind::Contacts].into_iter().all(|kind| {
        let report = match kind {
            ReportKind::Messages => omnicontact::report::messages(data, options),
            ReportKind::Contacts => omnicontact::report::contacts(data, options),
        };
        report.is_ok_and(|report| serde_json::to_string(&report).is_ok())
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn columns_of_dice_never_panic(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let rows = dice.roll(7);
        let messages = any_messages(&mut dice, rows);
        if let Ok(data) = Dataset::builder().message_columns(messages).build() {
            for _ in 0..4 {
                ask(&data, &any_options(&mut dice));
            }
        }
        let events = any_events(&mut dice, rows);
        if let Ok(data) = Dataset::builder().event_columns(events).build() {
            for _ in 0..4 {
                ask(&data, &any_options(&mut dice));
            }
        }
    }

    /// Rows anywhere between 1970 and 9999, questions from anywhere.
    #[test]
    fn times_of_dice_never_panic(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let mut instant = || Instant::from_millis(millis(&mut dice)).unwrap_or(Instant::MIN);
        let mut messages: Vec<Message> = (0..6)
            .map(|id| {
                let direction = if id % 3 == 0 { Direction::Incoming } else { Direction::Outgoing };
                let update = StatusUpdate::new(Status::ALL[id % 5], Some(instant()));
                Message::new(u64::try_from(id).unwrap_or(0), instant(), direction, "ana").through("wa").updated(update)
            })
            .collect();
        let events: Vec<ContactEvent> =
            EventKind::ALL.iter().map(|&kind| ContactEvent::new(kind, instant(), "ana").through("wa")).collect();
        let data = Dataset::builder().messages(&messages).events(&events).build();
        prop_assert!(data.is_ok());
        let data = data.unwrap_or_else(|error| unreachable!("{error}"));
        for _ in 0..4 {
            ask(&data, &any_options(&mut dice));
        }
        drop(data);
        // The same as columns.
        for message in &mut messages {
            if dice.roll(2) == 0 { columnar(message) } else { receipts(message) }
        }
        let tracked = dice.roll(2) == 0;
        let messages = message_columns(&mut dice, &messages, tracked);
        let events = event_columns(&mut dice, &events);
        let data = Dataset::builder().message_columns(messages).event_columns(events).build();
        if let Ok(data) = data {
            ask(&data, &any_options(&mut dice));
        }
    }
}

/// The dice do throw answers, too.
#[test]
fn dice_are_fair() {
    let answers = (0..60).filter(|&seed| {
        let mut dice = Dice(seed);
        let messages = any_messages(&mut dice, 5);
        let data = Dataset::builder().message_columns(messages).build();
        data.is_ok_and(|data| (0..6).any(|_| ask(&data, &any_options(&mut dice))))
    });
    assert!(answers.count() > 6);
}
