//! The targets, which `core/tests/fuzz_findings.rs` runs too.

use std::cell::OnceCell;

use omnicontact::classify::ClassifyPolicy;
use omnicontact::classify::provider::{Journal, ReadOptions, Reader, Webhook};
use omnicontact::import::{self, ContactImportOptions, ImportOptions};
use omnicontact::segment::{ContactTable, CustomTypes, Segment, SegmentOptions};
use omnicontact::wire::{self, WorkspaceHandle};
use omnicontact::workspace::Workspace;
use omnicontact::{Contact, Instant, Partial, Zone};

/// No more facts and errors than there is text, and no more rows than facts; the same again with the same memory.
pub fn webhook(body: &[u8]) {
    let mut reader = Reader::new(ReadOptions::default());
    let webhook = Webhook::new(body).received_at(Instant::MIN);
    let reading = reader.read(&webhook);
    assert!(reading.facts.len() + reading.errors.len() <= body.len() + 1);
    assert_eq!(reader.read(&webhook).facts, reading.facts);
    let mut journal = Journal::default();
    journal.extend(reading.facts);
    let rows = journal.rows(&ClassifyPolicy::default());
    assert!(rows.messages.len() <= body.len());
}

/// A call as JSON text; an answer is JSON.
pub fn wire(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(answer) = wire::call_text(text) {
        assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok());
    }
}

/// A workspace, one operation a line: `name {options}`. What was refused changed nothing, and events replay to the state.
pub fn workspace(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let opened = r#"{"at":"2025-07-01T00:00:00Z","settings":{"zone":"America/Guayaquil"}}"#;
    let Ok(mut handle) = WorkspaceHandle::open_text(opened) else { return };
    for line in text.lines().take(40) {
        let (operation, options) = line.split_once(' ').unwrap_or((line, "{}"));
        let before = handle.snapshot().ok();
        if handle.call_text(operation, options).is_err() {
            assert!(before.is_some() && before == handle.snapshot().ok(), "an error changed something");
        }
    }
    if text.lines().all(|line| !line.starts_with("forget")) {
        let replayed = Workspace::replay(handle.events()).and_then(|workspace| workspace.snapshot()).ok();
        assert!(replayed.is_some() && replayed == handle.snapshot().ok(), "the events do not give the state");
    }
}

/// A file of rows: what kind is by the first byte, CSV or lines of JSON by what stands there.
pub fn rows(bytes: &[u8]) {
    let Some((kind, file)) = bytes.split_first() else { return };
    let options = ImportOptions::default().zone(Zone::utc()).max_cell_bytes(4096);
    let options = if kind & 4 == 0 { options } else { options.ignore_unknown() };
    let (read, least) = match kind & 3 {
        0 => (import::messages(file, &options).map(|read| read.rows.len()), 4),
        1 => (import::events(file, &options).map(|read| read.rows.len()), 3),
        2 => (import::channels(file, &options).map(|read| read.rows.len()), 2),
        _ => (import::named(file, &options).map(|read| read.rows.len()), 2),
    };
    if let Ok(rows) = read {
        assert!(rows * least <= file.len(), "{rows} rows of {} bytes", file.len());
    }
}

/// A CSV of contacts: each line is a row or its error.
pub fn contacts(file: &[u8]) {
    let mut options = ContactImportOptions::default();
    options.max_cell_bytes = 4096;
    options.unknown_columns = import::UnknownColumns::Ignore;
    let columns = import::contact_columns(file, &options);
    let mut told = 0_u64;
    let read = import::each_contact(file, &options, &CustomTypes::default(), &[], |_, _, row| {
        told += 1;
        if let Ok(row) = row {
            assert!(row.line >= 2);
        }
        Ok(())
    });
    if let Ok(read) = read {
        assert!(columns.is_ok());
        assert_eq!(read.rows, told);
    }
    assert!(told <= file.len() as u64);
}

/// A segment as JSON over two contacts: it and its negation never meet.
pub fn segment(bytes: &[u8]) {
    thread_local!(static PEOPLE: OnceCell<Vec<Contact>> = const { OnceCell::new() });
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(segment) = serde_json::from_str::<Segment>(text) else { return };
    let Ok(now) = Instant::parse("2026-07-15T17:00:00Z") else { return };
    PEOPLE.with(|people| {
        let people = people.get_or_init(|| {
            let people = include_str!("people.json");
            serde_json::from_str(people).unwrap_or_default()
        });
        assert_eq!(people.len(), 2);
        let table = ContactTable::new(people);
        let options = SegmentOptions::new(Zone::utc(), now);
        let Ok(found) = table.select(&segment, &options) else { return };
        let not = Segment::Not(Box::new(segment.clone()));
        if let Ok(others) = table.select(&not, &options) {
            assert_eq!(found.count() + others.count(), 2);
        }
        for row in 0..2 {
            let explained = table.explain(&segment, row, &options);
            assert!(explained.is_ok(), "what can be selected can be explained");
        }
        let back = serde_json::to_string(&segment).unwrap_or_default();
        assert!(serde_json::from_str::<Segment>(&back).is_ok_and(|back| back == segment), "{back}");
    });
}

/// A snapshot, also with a sum that fits: a state that is stored again as it was, or refused.
pub fn snapshot(bytes: &[u8]) {
    for bytes in [bytes.to_vec(), summed(bytes)] {
        let Ok(workspace) = Workspace::restore(&bytes) else { continue };
        let Ok(stored) = workspace.snapshot() else { continue };
        let again = Workspace::restore(&stored).and_then(|workspace| workspace.snapshot());
        assert!(again.is_ok_and(|again| again == stored), "what was stored does not come back");
    }
}

/// The head of a snapshot before its bytes.
fn summed(body: &[u8]) -> Vec<u8> {
    let sum = body.iter().fold(!0_u64, |sum, byte| {
        (0..8).fold(
            sum ^ u64::from(*byte),
            |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xC96C_5795_D787_0F42 } else { sum >> 1 },
        )
    });
    let mut bytes = b"omniws".to_vec();
    bytes.extend_from_slice(&omnicontact::workspace::SNAPSHOT_VERSION.to_le_bytes());
    bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&(!sum).to_le_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// A partial report, also with a sum that fits: it is stored as it came, merges with itself and finishes, or is refused.
pub fn partial(bytes: &[u8]) {
    let mut whole = b"OCPR\x02\x00".to_vec();
    whole.extend_from_slice(&crc32(bytes).to_le_bytes());
    whole.extend_from_slice(bytes);
    for bytes in [bytes, &whole] {
        let Ok(partial) = Partial::from_bytes(bytes) else { continue };
        assert!(Partial::from_bytes(&partial.to_bytes()).is_ok_and(|again| again == partial));
        let _ = partial.clone().merge(partial.clone()).map(Partial::finish);
        let _ = partial.finish();
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}
