//! Reading messages, contact events and directory lists from CSV and newline-delimited JSON.
//!
//! Anything that implements [`Read`] goes in; the library opens no files. Options say how the file differs from the
//! [fields](#fields): [`ImportOptions`]. The first thing that cannot be read ends the reading, with an error that
//! names line and column (`line[17].sent_at`), what was found, and what is allowed; texts that people wrote are never
//! part of it. Nothing is skipped silently: blank lines are counted, unknown columns are errors.
//!
//! # Fields
//! [`MESSAGE_FIELDS`], [`EVENT_FIELDS`], [`CHANNEL_FIELDS`], and [`NAMED_FIELDS`] for contacts, users, teams and
//! broadcasts. An empty cell, null and the empty text are missing.
//!
//! - **Ids** in CSV are texts unless [`Ids`] says otherwise; in JSON numbers stay integers, exactly, up to 64 bits.
//! - **Times** are milliseconds since 1970 or ISO 8601; see [`TimeFormat`] and [`ImportOptions::zone`].
//! - **Labels** of `direction`, `status` and the `kind` of events are closed sets; sources, types and kinds of
//!   channels that nobody knows are kept as they are.
//! - **Delivery**: each of `accepted_at` (which is `sent`), `delivered_at`, `read_at` and `failed_at` is an entry of the
//!   history, and `status` is one without a time if its time is missing. `error_code` and `error` belong to the
//!   failure; a row with an error and without `failed_at` tells of a failure without a time, unless `status` is
//!   `pending` or `sent`, whose entry then keeps the error. All of them empty means that the host does not track the
//!   message (D5). A history that does not fit into columns goes into `delivery` as a JSON list of objects with
//!   `status`, `at`, `error_code` and `error`; an empty list is a history in which nothing has happened yet.
//! - **Raw facts** (`is_echo` to `other_type`) may stand in an object `facts` in JSON, as a [`Message`] written with
//!   serde has them.
//!
//! # CSV
//! RFC 4180 in UTF-8, with or without byte order mark; commas, semicolons or tabs; any line end; quotes around any
//! cell. A row has as many cells as the header. A quote inside a cell that does not begin with one is just a quote.
//! NUL bytes are refused.
//!
//! # Example
//! ```
//! use omnicontact::import::{self, ImportOptions};
//! use omnicontact::{Source, Status, Zone};
//!
//! let file = "\
//! id;sent_at;direction;contact;channel;source;status;read_at
//! m-1;2026-03-02 09:15:00;incoming;c-7;wa-sales;;;
//! m-2;2026-03-02 09:16:30;outgoing;c-7;wa-sales;user;read;2026-03-02 09:20:00
//! ";
//! let options = ImportOptions::default().zone(Zone::new("America/Guayaquil")?);
//! let read = import::messages(file.as_bytes(), &options)?;
//! assert_eq!(read.rows[0].sent_at.to_string(), "2026-03-02T14:15:00.000Z");
//! assert_eq!(read.rows[1].source, Some(Source::User));
//! assert_eq!(read.rows[1].delivery.as_ref().unwrap()[0].status, Status::Read);
//! assert_eq!(read.counts.rows, 2);
//!
//! let error = import::messages("id,sent_at,direction,contact\n1,2026-02-30T10:00:00Z,incoming,7\n".as_bytes(), &options);
//! assert_eq!(error.unwrap_err().path(), "line[2].sent_at");
//! # Ok::<(), omnicontact::Error>(())
//! ```

mod cell;
mod contacts;
mod csv;
mod field;
mod history;
mod input;
mod ndjson;
mod options;
mod plan;
mod rows;
mod rule;
mod stranger;
#[cfg(test)]
mod tests;
mod when;

use std::io::Read;

pub use contacts::{
    CONTACT_COLUMNS, ContactImport, ContactImportOptions, ContactRow, ContactsRead, ImportCounts, ImportMode,
    ImportStop, MappedBy, MappedColumn, MatchBy, RowAnswer, RowOutcome, SkipReason, Target, UnknownColumns,
    contact_columns, each_contact, import_contacts, import_contacts_watched, import_contacts_with, try_contacts,
};
pub use field::{CHANNEL_FIELDS, EVENT_FIELDS, Field, FieldValue, MESSAGE_FIELDS, NAMED_FIELDS};
pub use options::{Delimiter, Format, Ids, ImportOptions, Progress, TimeFormat};
pub use rule::Rule;
pub(crate) use stranger::{is_row_number, unknown_columns};

use crate::channel::Channel;
use crate::directory::Named;
use crate::error::{Code, Error, ErrorKind, Result};
use crate::event::ContactEvent;
use crate::message::Message;
use cell::{Cells, Row};
use csv::CsvReader;
use input::{Input, at_line};
use ndjson::{LineReader, read_list, read_object};
use plan::Plan;
use rows::FromCells;

/// What a reading went through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Rows read, without the header.
    pub rows: u64,
    /// Lines without any content, which are no rows.
    pub blank_lines: u64,
    /// Bytes taken from the reader.
    pub bytes: u64,
}

/// The rows of a file, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// What the reading went through.
    pub counts: Counts,
}

/// Reads messages. A row with the id of an earlier one is kept: it updates that one when a dataset is built (D10).
///
/// # Errors
/// `empty_input`, `missing_column`, `unknown_column`, `duplicate_column`, `missing_value`, `invalid_value`,
/// `invalid_utf8`, `malformed_csv`, `malformed_json` with the path of what cannot be read; `unknown_key` or
/// `malformed_value` for options that do not fit the table; `read_failed` if the reader fails; `cancelled`.
///
/// # Example
/// ```
/// use omnicontact::import::{self, ImportOptions};
/// let lines = r#"{"id": 1, "sent_at": 1772460900000, "direction": "incoming", "contact": 9007199254740993}"#;
/// let messages = import::messages(lines.as_bytes(), &ImportOptions::default()).unwrap().rows;
/// assert_eq!(messages[0].contact, 9_007_199_254_740_993_u64.into());
/// ```
pub fn messages(reader: impl Read, options: &ImportOptions) -> Result<Imported<Message>> {
    collect(reader, options)
}

/// Reads messages one by one, for files that do not fit into memory. An error of `each` ends the reading.
///
/// # Errors
/// Those of [`messages`], and those of `each`.
///
/// # Example
/// ```
/// use omnicontact::import::{self, ImportOptions};
/// let file = "id,sent_at,direction,contact\n1,0,incoming,a\n2,0,incoming,b\n";
/// let mut contacts = Vec::new();
/// let counts = import::each_message(file.as_bytes(), &ImportOptions::default(), |message| {
///     contacts.push(message.contact);
///     Ok(())
/// })
/// .unwrap();
/// assert_eq!((counts.rows, contacts.len()), (2, 2));
/// ```
pub fn each_message(
    reader: impl Read,
    options: &ImportOptions,
    each: impl FnMut(Message) -> Result<()>,
) -> Result<Counts> {
    read(reader, options, each)
}

/// Reads contact events.
///
/// # Errors
/// Those of [`messages`].
///
/// # Example
/// ```
/// use omnicontact::EventKind;
/// use omnicontact::import::{self, ImportOptions};
/// let file = "kind,at,contact,secondary\nmerged,2026-03-02T14:00:00Z,c-1,c-2\n";
/// let events = import::events(file.as_bytes(), &ImportOptions::default()).unwrap().rows;
/// assert_eq!(events[0].kind, EventKind::Merged);
/// assert_eq!(events[0].secondary, Some("c-2".into()));
/// ```
pub fn events(reader: impl Read, options: &ImportOptions) -> Result<Imported<ContactEvent>> {
    collect(reader, options)
}

/// Reads contact events one by one. An error of `each` ends the reading.
///
/// # Errors
/// Those of [`messages`], and those of `each`.
pub fn each_event(
    reader: impl Read,
    options: &ImportOptions,
    each: impl FnMut(ContactEvent) -> Result<()>,
) -> Result<Counts> {
    read(reader, options, each)
}

/// Reads a list of contacts, users, teams or broadcasts, for a [`Directory`](crate::Directory).
///
/// # Errors
/// Those of [`messages`].
///
/// # Example
/// ```
/// use omnicontact::import::{self, ImportOptions};
/// let users = import::named("id,name,removed\n7,Lucía,\n8,Iván,true\n".as_bytes(), &ImportOptions::default()).unwrap().rows;
/// assert_eq!(users[0].name.as_deref(), Some("Lucía"));
/// assert!(users[1].removed);
/// ```
pub fn named(reader: impl Read, options: &ImportOptions) -> Result<Imported<Named>> {
    collect(reader, options)
}

/// Reads a list of channels, for a [`Directory`](crate::Directory).
///
/// # Errors
/// Those of [`messages`].
///
/// # Example
/// ```
/// use omnicontact::import::{self, ImportOptions};
/// let file = "id,kind,name\nwa,whatsapp_cloud,Sales\nfax,telefax,Old\n";
/// let channels = import::channels(file.as_bytes(), &ImportOptions::default()).unwrap().rows;
/// assert!(channels[0].kind.is_whatsapp());
/// assert_eq!(channels[1].kind.as_str(), "telefax"); // kept
/// ```
pub fn channels(reader: impl Read, options: &ImportOptions) -> Result<Imported<Channel>> {
    collect(reader, options)
}

/// The messages of a JSON list, each with the keys of a file's columns or nested as rows of this library have them.
pub(crate) fn message_rows(text: &str, options: &ImportOptions) -> Result<Vec<Message>> {
    let plan = Plan::for_objects(Message::table(), options)?;
    let mut rows = Vec::new();
    read_list(text, &plan, |slots| {
        rows.push(Message::read(&Cells { plan: &plan, options, row: Row::Json(slots) })?);
        Ok(())
    })?;
    Ok(rows)
}

fn collect<T: FromCells>(reader: impl Read, options: &ImportOptions) -> Result<Imported<T>> {
    let mut rows = Vec::new();
    let counts = read(reader, options, |row| {
        rows.push(row);
        Ok(())
    })?;
    Ok(Imported { rows, counts })
}

fn read<T: FromCells>(reader: impl Read, options: &ImportOptions, each: impl FnMut(T) -> Result<()>) -> Result<Counts> {
    let mut input = Input::new(reader, options);
    let first = input.begin()?;
    match (options.format, first) {
        (Format::Ndjson, _) | (Format::Auto, Some(b'{')) => read_lines(input, options, each),
        (_, None) => Err(Error::new(Code::EmptyInput, "the input has no content, not even a header")),
        (Format::Auto, Some(b'[')) => Err(Error::new(Code::MalformedJson, "the input is a JSON list")
            .with_hint("write its objects one a line (NDJSON), without brackets and commas around them")),
        _ => read_csv(input, options, each),
    }
}

fn read_csv<R: Read, T: FromCells>(
    input: Input<'_, R>,
    options: &ImportOptions,
    mut each: impl FnMut(T) -> Result<()>,
) -> Result<Counts> {
    let mut reader = CsvReader::new(input, options)?;
    let (header, line) = reader.read_header()?;
    let plan = Plan::for_header(T::table(), options, &header).map_err(|fault| match fault.kind() {
        ErrorKind::InvalidData => at_line(fault, line),
        _ => fault,
    })?;
    while let Some(record) = reader.next_record()? {
        let line = record.line;
        if record.len() != header.len() {
            let words = format!("the row has {} cells, the header has {}", record.len(), header.len());
            return Err(at_line(Error::new(Code::MalformedCsv, words), line));
        }
        let cells = Cells { plan: &plan, options, row: Row::Csv(record) };
        each(T::read(&cells).map_err(|fault| at_line(fault, line))?)?;
        reader.input.rows += 1;
    }
    finish(&reader.input)
}

fn read_lines<R: Read, T: FromCells>(
    input: Input<'_, R>,
    options: &ImportOptions,
    mut each: impl FnMut(T) -> Result<()>,
) -> Result<Counts> {
    let plan = Plan::for_objects(T::table(), options)?;
    let mut reader = LineReader { input };
    while let Some((text, line)) = reader.next_line()? {
        let mut slots = Vec::with_capacity(plan.columns.len());
        let row = read_object(text, &plan, &mut slots)
            .and_then(|()| T::read(&Cells { plan: &plan, options, row: Row::Json(&slots) }));
        each(row.map_err(|fault| at_line(fault, line))?)?;
        reader.input.rows += 1;
    }
    finish(&reader.input)
}

fn finish<R: Read>(input: &Input<'_, R>) -> Result<Counts> {
    input.report()?;
    Ok(Counts { rows: input.rows, blank_lines: input.blank_lines, bytes: input.bytes })
}
