//! What reading a payload takes: the most bytes held at once, for each byte of the worst payloads that we know.
#![expect(clippy::print_stdout, reason = "the figures are what the test is for")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use omnicontact::Instant;
use omnicontact::classify::ClassifyPolicy;
use omnicontact::classify::provider::{Journal, ReadOptions, Reader, Webhook};

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

/// The most bytes held while a payload is read, and while its facts become rows, for each of its bytes.
fn taken(body: &str) -> (usize, usize) {
    let before = HELD.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let webhook = Webhook::new(body.as_bytes()).received_at(Instant::MIN);
    let reading = Reader::new(ReadOptions::default()).read(&webhook);
    let read = MOST.load(Ordering::Relaxed) - before;
    let mut journal = Journal::default();
    journal.extend(reading.facts);
    let rows = journal.rows(&ClassifyPolicy::default());
    drop(rows);
    ((read / body.len()), (MOST.load(Ordering::Relaxed) - before) / body.len())
}

/// A list of so many bytes out of one item.
fn many(item: &str, bytes: usize) -> String {
    let count = bytes / (item.len() + 1);
    vec![item; count].join(",")
}

const BYTES: usize = 1 << 18;

fn value(value: &str) -> String {
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"changes":[{{"field":"messages","value":{{"metadata":{{"phone_number_id":"N"}},{value}}}}}]}}]}}"#
    )
}

#[test]
fn memory_is_in_proportion_to_the_payload() {
    let long = "i".repeat(1000);
    let message = r#"{"id":"w","from":"1","timestamp":"1782000000"}"#;
    let ids = format!(
        r#""contacts":[{{"wa_id":"1","user_id":"{long}","parent_user_id":"{long}2","profile":{{"name":"{long}{long}"}}}}],"messages":[{}]"#,
        many(message, BYTES)
    );
    let different: Vec<String> = (0..BYTES / 48).map(|id| message.replace("\"w\"", &id.to_string())).collect();
    let payloads = [
        ("list of numbers", format!("[{}]", many("7", BYTES))),
        ("keys", format!("{{{}}}", many("\"k\":7", 4000 * 6))),
        ("wrong entries", format!(r#"{{"object":"page","entry":[{}]}}"#, many("7", BYTES))),
        ("empty entries", format!(r#"{{"object":"page","entry":[{}]}}"#, many("{}", BYTES))),
        ("unknown events", format!(r#"{{"destination":"D","events":[{}]}}"#, many(r#"{"type":"x"}"#, BYTES))),
        ("wrong events", format!(r#"{{"destination":"D","events":[{}]}}"#, many("{}", BYTES))),
        ("messages", value(&format!(r#""messages":[{}]"#, different.join(",")))),
        ("messages of somebody with long ids", value(&ids)),
        (
            "names of a book",
            value(&format!(
                r#""contacts":[{{"profile":{{"name":"{}"}}}}],"messages":[{}]"#,
                "x".repeat(BYTES),
                many(message, BYTES)
            )),
        ),
        (
            "statuses",
            value(&format!(
                r#""statuses":[{}]"#,
                many(r#"{"id":"w","status":"sent","timestamp":"1782000000","recipient_id":"1"}"#, BYTES)
            )),
        ),
        ("a form", format!("MessageSid=SM1&{}", many("a=1", BYTES).replace(',', "&"))),
        (
            "a text in an envelope",
            format!(r#"{{"provider":"twilio","body":"MessageSid=SM1&Body={}"}}"#, "\\u0041".repeat(BYTES / 6)),
        ),
    ];
    let mut worst = 0;
    for (name, body) in &payloads {
        let (read, rows) = taken(body);
        println!("{name}: {read} bytes a byte to read, {rows} with its rows, of {} KB", body.len() / 1000);
        worst = worst.max(rows);
    }
    println!("worst: {worst}");
    assert!(worst <= 120, "{worst}");
}
