//! What a report may take: the largest that the default limit lets through, whatever its data and its door.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use omnicontact::report::MAX_CELLS;
use omnicontact::wire;
use serde_json::{Value, json};

/// The system's allocator, how many bytes it has handed out, and the most that it ever had.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[expect(unsafe_code, reason = "the trait of allocators is unsafe; every call goes to the system's as it came")]
// SAFETY: nothing but counting is added to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Megabytes that work takes beside what was there before.
fn taken<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = HELD.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let answer = work();
    ((MOST.load(Ordering::Relaxed) - before) / 1_000_000, answer)
}

const NOON: &str = "2026-07-01T12:00:00Z";

/// Messages of so many templates, or events of so many sources: each is a row of some breakdown.
fn given(report: &str, rows: usize) -> Value {
    let message = |row: usize| {
        let (source, kind) = ("broadcast", "whatsapp_message_template");
        json!({ "id": row, "sent_at": NOON, "direction": "outgoing", "contact": 1, "channel": "wa", "source": source, "type": kind,
                "subtype": format!("t{row}") })
    };
    let event = |row: usize| json!({ "kind": "added", "at": NOON, "contact": row, "source": format!("s{row}") });
    match report {
        "messages_report" => json!({ "messages": (0..rows).map(message).collect::<Vec<_>>() }),
        _ => json!({ "events": (0..rows).map(event).collect::<Vec<_>>() }),
    }
}

fn call(report: &str, rows: usize, days: u64, policies: &Value) -> Value {
    let first = chrono::NaiveDate::from_ymd_opt(2026, 7, 1).unwrap();
    // Half of them before, half after what there is.
    let from = first.checked_sub_days(chrono::Days::new((days / 2).min(20_000))).unwrap();
    let to = from.checked_add_days(chrono::Days::new(days - 1)).unwrap();
    let period = json!({ "from": from.to_string(), "to": to.to_string() });
    let options = json!({ "zone": "UTC", "now": NOON, "period": period, "granularity": "day", "policies": policies });
    json!({ "operation": report, "given": given(report, rows), "options": options })
}

/// Buckets that an error says are allowed.
fn allowed(error: &omnicontact::Error) -> u64 {
    assert_eq!((error.code().as_str(), error.path()), ("too_large", "granularity"));
    let hint = error.hint().unwrap();
    assert!(hint.contains("`max_cells`"), "{hint}");
    hint.split_whitespace().find_map(|word| word.parse().ok()).unwrap()
}

// One test, as the allocator counts for the whole process.
#[test]
fn the_largest_report_stays_small() {
    let none = json!({});
    for report in ["messages_report", "contacts_report"] {
        for rows in [1, 2_000] {
            // What is refused says how much is allowed, and takes little itself.
            let asked = call(report, rows, 730_000, &none);
            let (refused, error) = taken(|| wire::call(asked).unwrap_err());
            let most = allowed(&error);
            assert!(refused < 100, "{report} of {rows} rows: the refusal took {refused} MB");
            // Just that is let through, by either door, and one bucket more is not.
            let asked = call(report, rows, most, &none);
            let text = asked.to_string();
            let (as_value, answer) = taken(|| wire::call(asked).unwrap());
            assert_eq!(answer["buckets"].as_array().unwrap().len() as u64, most);
            drop(answer);
            let (as_text, answer) = taken(|| wire::call_text(&text).unwrap());
            println!(
                "{report} of {rows} rows, {most} buckets: {as_value} MB as values, {as_text} MB as text, refused with {refused} MB; {} MB of text",
                answer.len() / 1_000_000
            );
            drop(answer);
            assert!(as_value < 200, "{report} of {rows} rows: {as_value} MB as values");
            assert!(as_text < 120, "{report} of {rows} rows: {as_text} MB as text");
            assert_eq!(allowed(&wire::call(call(report, rows, most + 1, &none)).unwrap_err()), most);
            if report == "contacts_report" {
                continue;
            }
            // Whatever it is shown as: a chart of so many buckets, and a table of so many rows in long form, are refused.
            let component = "outgoing_by_subtype";
            let shown = |days: u64, show: &Value| {
                let mut asked = call(report, rows, days, &none);
                let kind = report.trim_end_matches("_report");
                asked["options"] = json!({ "report": kind, "options": asked["options"], "show": show });
                asked["operation"] = json!("show_report");
                let text = asked.to_string();
                let (most, answer) = taken(|| wire::call_text(&text));
                assert!(most < 200, "{report} of {rows} rows and {days} buckets as {show}: {most} MB");
                answer.map_err(|error| (error.code().as_str(), error.path().to_owned()))
            };
            let long = json!({ "format": "csv", "component": component, "table": "buckets" });
            let chart = json!({ "format": "vega", "component": component });
            for format in ["json", "html", "text"] {
                assert!(shown(most, &json!({ "format": format })).is_ok());
            }
            assert!(shown(most, &json!({ "format": "svg", "component": component })).is_ok());
            let too_large = |at: &str| Err(("too_large", format!("show.{at}")));
            if rows == 1 {
                assert!(shown(most, &long).is_ok() && shown(10_000, &chart).is_ok());
                assert_eq!(shown(10_001, &chart), too_large("format"));
            } else {
                assert!(shown(most, &chart).is_ok());
                // Half a million lines and their header; the answer has them as JSON.
                let lines = shown(250, &long).map(|text| text.matches("\\r\\n").count());
                assert_eq!(lines, Ok(500_001));
                assert_eq!(shown(251, &long), too_large("table"));
            }
        }
    }
    // Who wants more says so.
    let more = json!({ "max_cells": MAX_CELLS * 2 });
    let most = allowed(&wire::call(call("messages_report", 1, 730_000, &none)).unwrap_err());
    assert!(wire::call(call("messages_report", 1, most + 1, &more)).is_ok());
    // Ten years of hours are an ordinary question.
    let mut hours = call("messages_report", 1, 3_652, &none);
    hours["options"]["granularity"] = json!("hour");
    assert_eq!(wire::call(hours).unwrap()["buckets"].as_array().unwrap().len(), 87_648);
}
