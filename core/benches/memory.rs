//! What a contact and a message take in memory, and what a report allocates: bytes counted by the allocator. Also how
//! far the counting of a report is from reading its codes once.
//!
//! `cargo bench -p omnicontact --bench memory`

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    reason = "numbers of a bench are small"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use std::time::Instant as Clock;

use omnicontact::dataset::{Codes, IdColumn, MessageColumns, TimeColumn};
use omnicontact::workspace::{Call, Command, Settings, Workspace};
use omnicontact::{
    Component, Contact, ContactId, Dataset, Granularity, Identity, Instant, Origin, PeriodSpec, Profile, ReportKind,
    ReportOptions, Result, Source, Zone, report,
};

const CONTACTS: usize = 100_000;
const MERGES: usize = 20_000;

const MESSAGES: usize = 4_000_000;
const START: i64 = 1_751_371_200_000;
const DAYS: usize = 400;

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

fn held() -> usize {
    HELD.load(Ordering::Relaxed)
}

/// A number that looks like chance.
fn chance(row: usize, salt: u64, below: u64) -> u64 {
    let mixed = (row as u64 ^ salt).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 31) % below
}

/// The quickest of many runs, in milliseconds.
fn quickest<T>(mut run: impl FnMut() -> T) -> f64 {
    let time = |run: &mut dyn FnMut() -> T| {
        let start = Clock::now();
        drop(std::hint::black_box(run()));
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..30).map(|_| time(&mut run)).fold(f64::MAX, f64::min)
}

fn coded<'a>(codes: &'a [u8], words: &[String]) -> IdColumn<'a> {
    IdColumn::coded(Codes::U8(codes.into()), words.iter().map(String::as_str))
}

fn messages() -> Result<()> {
    let rows = 0..MESSAGES;
    let step = DAYS * 86_400_000 / MESSAGES;
    let sent: Vec<i64> = rows.clone().map(|row| START + (row * step) as i64).collect();
    // Few values are common and most are rare, as in any table of messages.
    let few =
        |row: usize, salt: u64, below: u64| chance(row, salt, 1 + chance(row, !salt, 1 + chance(row, salt, below)));
    let code = |salt: u64, below: u64| -> Vec<u8> { rows.clone().map(|row| few(row, salt, below) as u8).collect() };
    let (direction, channel, source, kind, subtype, user) = (
        rows.clone().map(|row| chance(row, 1, 2) as u8).collect::<Vec<u8>>(),
        code(2, 12),
        code(3, 9),
        code(4, 3),
        code(5, 40),
        code(6, 50),
    );
    let read: Vec<i64> = sent.iter().zip(rows.clone()).map(|(at, row)| at + chance(row, 7, 1 << 32) as i64).collect();
    let contact: Vec<i32> = rows.clone().map(|row| 1 + chance(row, 8, 400_000) as i32).collect();
    let ids: Vec<i64> = (1..=MESSAGES as i64).collect();
    let words = |prefix: &str, count: usize| -> Vec<String> { (0..count).map(|n| format!("{prefix}{n}")).collect() };
    let mut columns = MessageColumns::new(
        (&sent).into(),
        coded(&direction, &["incoming".to_owned(), "outgoing".to_owned()]),
        (&contact).into(),
    );
    columns.id = Some((&ids).into());
    columns.channel = Some(coded(&channel, &words("channel", 12)));
    columns.source = Some(coded(&source, &[vec!["user".to_owned()], words("source", 8)].concat()));
    columns.message_type = Some(coded(&kind, &words("type", 3)));
    columns.subtype = Some(coded(&subtype, &words("subtype", 40)));
    columns.user = Some(coded(&user, &words("user", 50)));
    columns.read_at = Some(TimeColumn::from(&read));

    let before = held();
    MOST.store(before, Ordering::Relaxed);
    let data = Dataset::builder().message_columns(columns).build()?;
    let most = MOST.load(Ordering::Relaxed) - before;
    println!(
        "a message in the index of a dataset over columns: {:.1} bytes",
        (held() - before) as f64 / MESSAGES as f64
    );
    println!("  at most while it is built: {:.1} bytes", most as f64 / MESSAGES as f64);

    let first = chrono::DateTime::from_timestamp_millis(START).unwrap_or_default().date_naive();
    let last = first + chrono::Days::new(DAYS as u64 - 1);
    let now = Instant::from_millis(START + DAYS as i64 * 86_400_000)?;
    let options = ReportOptions::new(Zone::utc(), now, PeriodSpec::dates(first, last)).granularity(Granularity::Day);
    drop(report::messages(&data, &options)?);
    let before = held();
    MOST.store(before, Ordering::Relaxed);
    let made = report::messages(&data, &options)?;
    let (result, most) = (held() - before, MOST.load(Ordering::Relaxed) - before);
    println!(
        "a report of {DAYS} days with its logs: {} KB; beside it at most {} KB",
        result / 1000,
        (most - result) / 1000
    );
    drop(made);

    let counts = options.components(Component::of(ReportKind::Messages).filter(|component| !component.is_log()));
    let counting = quickest(|| report::messages(&data, &counts));
    let codes: Vec<u16> = rows.map(|row| chance(row, 9, 4_000) as u16).collect();
    let reading = quickest(|| std::hint::black_box(&codes).iter().fold(0, |all, code| all ^ code));
    println!("counts of {MESSAGES} messages by day: {counting:.2} ms; reading two bytes of each: {reading:.2} ms");
    Ok(())
}

fn main() -> Result<()> {
    messages()?;
    let at = Instant::parse("2025-07-01T12:00:00Z")?;
    let empty = held();
    let (mut workspace, _) = Workspace::open(Settings::new("America/Guayaquil"), at)?;
    let origin = Origin::new(Source::ContactImport).with_name("bench.csv");
    for first in (0..CONTACTS).step_by(10_000) {
        let mut rows = Vec::new();
        for n in first..first + 10_000 {
            let external = format!("5939{n:08}");
            rows.push(
                Profile::named(format!("Contact {n}"))
                    .phone(format!("+{external}"))
                    .tag("imported")
                    .identity(Identity::new("wa", external.as_str())?)
                    .identity(Identity::new("fb", external)?),
            );
        }
        let mut random = [1; 10];
        random[2..].copy_from_slice(&(first as u64).to_be_bytes());
        workspace.import(&Call::new(at, random), rows, &origin, |_| true, &mut Vec::new());
    }
    let filled = held() - empty;
    println!("a contact with a name, a phone, a tag and two identities: {} bytes", filled / CONTACTS);
    println!("  of which the struct itself: {} bytes", size_of::<Contact>());
    println!("an event: {} bytes", size_of::<omnicontact::workspace::Event>());

    let ids: Vec<ContactId> = workspace.contacts().map(|contact| contact.id).collect();
    let before = held();
    for pair in ids.chunks_exact(2).take(MERGES) {
        let merge = Command::Merge { primary: pair[0], secondaries: vec![pair[1]], choices: Box::default() };
        drop(workspace.execute(&Call::new(at, [2; 10]), merge)?);
    }
    println!("a merge, with the record that undoes it: {} bytes", held().saturating_sub(before) / MERGES);

    let before = held();
    let snapshot = workspace.snapshot()?;
    println!("a contact in a snapshot: {} bytes", snapshot.len() / CONTACTS);
    drop(snapshot);
    assert_eq!(held(), before, "a snapshot leaves nothing behind");
    Ok(())
}
