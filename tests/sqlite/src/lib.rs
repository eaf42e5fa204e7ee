//! A workspace that outlives its process: events and snapshots in `SQLite`.
//!
//! Every command's events are stored in one transaction before anybody is answered; a snapshot now and then shortens
//! the way back. The program lives through many commands; run it twice, or kill it in between:
//! `cargo run -p omnicontact-sqlite -- FILE [COMMANDS]`. What is here is all that a host needs: a table of events, a
//! table of snapshots, and the rule that events are stored before anybody is answered.

use std::error::Error;
use std::path::Path;

use omnicontact::workspace::{Call, Command, Event, Settings, Told, Workspace};
use omnicontact::{Edit, Identity, Instant};
use rusqlite::{Connection, OptionalExtension, params};

/// Opens the file, and the workspace that is in it: the last snapshot, and the events stored since.
///
/// # Errors
/// What `SQLite` says; `damaged` or `invalid_event` if the file was altered.
pub fn open(path: &Path) -> Result<(Connection, Workspace), Box<dyn Error>> {
    let mut db = Connection::open(path)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.execute_batch(
        "CREATE TABLE IF NOT EXISTS event (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL);
         CREATE TABLE IF NOT EXISTS snapshot (sequence INTEGER PRIMARY KEY, body BLOB NOT NULL);",
    )?;
    let snapshot: Option<Vec<u8>> =
        db.query_row("SELECT body FROM snapshot ORDER BY sequence DESC LIMIT 1", [], |row| row.get(0)).optional()?;
    let mut workspace = match snapshot {
        Some(bytes) => Workspace::restore(&bytes)?,
        None => begin(&mut db)?,
    };
    for event in stored(&db, workspace.sequence())? {
        workspace.apply(&event)?;
    }
    Ok((db, workspace))
}

/// The workspace of the first stored event, or a new one.
fn begin(db: &mut Connection) -> Result<Workspace, Box<dyn Error>> {
    if let Some(first) = stored(db, 0)?.first() {
        return Ok(Workspace::replay([first])?);
    }
    let start = Instant::parse("2025-07-01T12:00:00Z")?;
    let (workspace, events) = Workspace::open(Settings::new("America/Guayaquil").country("EC"), start)?;
    store(db, &events)?;
    Ok(workspace)
}

/// The stored events after a number.
///
/// # Errors
/// What `SQLite` says, and what cannot be read as an event.
pub fn stored(db: &Connection, after: u64) -> Result<Vec<Event>, Box<dyn Error>> {
    let mut query = db.prepare("SELECT body FROM event WHERE sequence > ?1 ORDER BY sequence")?;
    let rows = query.query_map([after.cast_signed()], |row| row.get::<_, String>(0))?;
    rows.map(|body| Ok(serde_json::from_str(&body?)?)).collect()
}

/// Stores the events of one command: all of them or none.
///
/// # Errors
/// What `SQLite` says.
pub fn store(db: &mut Connection, events: &[Event]) -> Result<(), Box<dyn Error>> {
    let transaction = db.transaction()?;
    for event in events {
        let body = serde_json::to_string(event)?;
        transaction.execute("INSERT INTO event VALUES (?1, ?2)", params![event.sequence.cast_signed(), body])?;
    }
    Ok(transaction.commit()?)
}

/// Stores a snapshot; older ones go.
///
/// # Errors
/// What `SQLite` says.
pub fn store_snapshot(db: &mut Connection, workspace: &Workspace) -> Result<(), Box<dyn Error>> {
    let (number, bytes) = (workspace.sequence().cast_signed(), workspace.snapshot()?);
    let transaction = db.transaction()?;
    transaction.execute("INSERT OR REPLACE INTO snapshot VALUES (?1, ?2)", params![number, bytes])?;
    transaction.execute("DELETE FROM snapshot WHERE sequence < ?1", [number])?;
    Ok(transaction.commit()?)
}

/// Lives through many commands: messages, merges, unmerges, edits, deletions.
///
/// # Errors
/// What `SQLite` says.
pub fn work(path: &Path, commands: u64) -> Result<(), Box<dyn Error>> {
    let (mut db, mut workspace) = open(path)?;
    println!("ready at {}", workspace.sequence());
    for round in 0..commands {
        // Times and randomness are the host's; here they follow from the number, so that runs can be compared.
        let number = workspace.sequence() + round;
        let at = Instant::from_millis(1_751_371_200_000 + number.cast_signed() * 1000)?;
        let mut random = [0; 10];
        random[..8].copy_from_slice(&number.to_be_bytes());
        let call = Call::new(at, random);
        let told = Told::incoming(Identity::new("wa", format!("{}", number % 97))?).named("Somebody");
        let mut reply = workspace.execute(&call, Command::Tell(Box::new(told)))?;
        store(&mut db, &reply.events)?;
        let ids: Vec<_> = workspace.contacts().take(7).map(|contact| contact.id).collect();
        let command = match (number % 5, ids.as_slice()) {
            (0, [a, b, ..]) => Command::Merge { primary: *a, secondaries: vec![*b], choices: Box::default() },
            (1, [a, ..]) => match workspace.merged_into(*a).first() {
                Some(record) => Command::Unmerge { primary: *a, secondary: record.pair().1 },
                None => continue,
            },
            (2, [.., last]) => Command::Edit { contact: *last, edits: vec![Edit::tag(&format!("t{}", number % 11))] },
            (3, [.., last]) if number % 3 == 0 => Command::Delete { contact: *last },
            _ => continue,
        };
        reply = workspace.execute(&call, command)?;
        store(&mut db, &reply.events)?;
        if round % 200 == 199 {
            store_snapshot(&mut db, &workspace)?;
        }
    }
    println!("{} events, {} contacts", workspace.sequence(), workspace.contacts().count());
    Ok(())
}
