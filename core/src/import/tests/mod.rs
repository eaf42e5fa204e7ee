//! What an import reads and refuses.

mod csv;
mod json;
mod mapping;
mod splitting;
mod values;

use super::*;

/// A file of messages with the required columns and one more.
fn with_column(name: &str, cell: &str) -> String {
    format!("id,sent_at,direction,contact,{name}\nm,1000,outgoing,c,{cell}\n")
}

fn read(file: impl AsRef<[u8]>) -> Result<Imported<Message>> {
    messages(file.as_ref(), &ImportOptions::default())
}

/// The only row of a file.
fn one(file: impl AsRef<[u8]>) -> Message {
    let mut rows = read(file).unwrap().rows;
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn refusal(file: impl AsRef<[u8]>) -> Error {
    read(file).unwrap_err()
}

/// Code and path of a refusal.
#[track_caller]
fn refused(file: impl AsRef<[u8]>, code: Code, path: &str) {
    let error = refusal(file);
    assert_eq!((error.code(), error.path()), (code, path), "{error}");
}
