//! What a contact takes in memory: bytes that the workspace holds, counted by the allocator.
//!
//! `cargo bench -p omnicontact --bench memory`

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use omnicontact::workspace::{Call, Command, Settings, Workspace};
use omnicontact::{Contact, ContactId, Identity, Instant, Origin, Profile, Result, Source};

const CONTACTS: usize = 100_000;
const MERGES: usize = 20_000;

/// The system's allocator, and how many bytes it has handed out.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);

#[expect(unsafe_code, reason = "the trait of allocators is unsafe; every call goes to the system's as it came")]
// SAFETY: nothing but counting is added to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Ordering::Relaxed);
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

fn main() -> Result<()> {
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
        workspace.import(&Call::new(at, random), rows, &origin, |_| true, &mut Vec::new())?;
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
