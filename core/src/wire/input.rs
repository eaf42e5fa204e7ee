//! A dataset put together table by table: rows, columns, files.

use std::io::Read;

use serde_json::{Map, Value};

use super::columns::{self, ColumnOptions, HostTable};
use super::dataset::DatasetRequest;
use super::door;
use super::workspace::{ReportTables, ReportTablesRequest, WorkspaceHandle};
use crate::dataset::{Dataset, EventColumns, IdColumn, MessageColumns, TextColumn};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::import::{self, ImportOptions};

/// Names of the tables.
const TABLES: [&str; 7] = ["messages", "events", "contacts", "channels", "users", "teams", "broadcasts"];

/// Collects the tables of a dataset as a host has them; each comes as rows, as columns or as a file.
///
/// # Example
/// ```
/// use omnicontact::import::ImportOptions;
/// use omnicontact::wire::{DatasetInput, DatasetRequest};
/// use serde_json::json;
/// let mut input = DatasetInput::new(DatasetRequest::default());
/// input.add_rows("channels", json!([{"id": "web", "kind": "web_chat", "name": "Shop"}]))?;
/// let file = "id,sent_at,direction,contact,channel\n1,2026-07-01T12:00:00Z,incoming,ana,web\n";
/// input.add_file("messages", file.as_bytes(), &ImportOptions::default())?;
/// assert_eq!(input.build()?.message_count(), 1);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Default)]
pub struct DatasetInput<'a> {
    request: DatasetRequest,
    messages: Option<MessageColumns<'a>>,
    events: Option<EventColumns<'a>>,
    contacts: Option<(IdColumn<'a>, TextColumn<'a>)>,
    workspaces: Vec<ReportTables>,
}

impl std::fmt::Debug for DatasetInput<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatasetInput").finish_non_exhaustive()
    }
}

impl<'a> DatasetInput<'a> {
    /// Starts with merges, options, and rows if there are some.
    pub fn new(request: DatasetRequest) -> Self {
        Self { request, ..Self::default() }
    }

    /// Adds a table as rows: a list of objects.
    ///
    /// # Errors
    /// `unknown_label` for the table; `missing_value`, `invalid_value`, `unknown_column` at `table[row].field`.
    pub fn add_rows(&mut self, table: &str, rows: Value) -> Result<()> {
        check(table)?;
        self.add(door::from_value(Value::Object(Map::from_iter([(table.to_owned(), rows)])))?);
        Ok(())
    }

    /// Adds a table as rows: a list of objects as JSON.
    ///
    /// # Errors
    /// Those of [`add_rows`](Self::add_rows); `malformed_json`.
    pub fn add_rows_text(&mut self, table: &str, rows: &str) -> Result<()> {
        check(table)?;
        let request = &mut self.request;
        let read = match table {
            "messages" => serde_json::from_str(rows).map(|read| request.messages = Some(read)),
            "events" => serde_json::from_str(rows).map(|read| request.events = Some(read)),
            "contacts" => serde_json::from_str(rows).map(|read: Vec<_>| request.contacts.extend(read)),
            "channels" => serde_json::from_str(rows).map(|read: Vec<_>| request.channels.extend(read)),
            "users" => serde_json::from_str(rows).map(|read: Vec<_>| request.users.extend(read)),
            "teams" => serde_json::from_str(rows).map(|read: Vec<_>| request.teams.extend(read)),
            _ => serde_json::from_str(rows).map(|read: Vec<_>| request.broadcasts.extend(read)),
        };
        // What is wrong, and where, is looked for only where something is.
        if read.is_err() {
            let value = door::from_text(rows).map_err(|error| error.at(table))?;
            return self.add_rows(table, value);
        }
        Ok(())
    }

    /// [`add_rows_text`](Self::add_rows_text) for bytes in UTF-8.
    ///
    /// # Errors
    /// Those of [`add_rows_text`](Self::add_rows_text); `invalid_utf8`.
    pub fn add_rows_json(&mut self, table: &str, rows: &[u8]) -> Result<()> {
        let rows =
            std::str::from_utf8(rows).map_err(|_| Error::new(Code::InvalidUtf8, "the rows are not UTF-8").at(table))?;
        self.add_rows_text(table, rows)
    }

    fn add(&mut self, read: DatasetRequest) {
        let request = &mut self.request;
        request.messages = read.messages.or_else(|| request.messages.take());
        request.events = read.events.or_else(|| request.events.take());
        request.contacts.extend(read.contacts);
        request.channels.extend(read.channels);
        request.users.extend(read.users);
        request.teams.extend(read.teams);
        request.broadcasts.extend(read.broadcasts);
    }

    /// Adds a table as columns, which are borrowed or shared, not copied.
    ///
    /// # Errors
    /// `unknown_label` for the table; those of [`message_columns`](columns::message_columns).
    pub fn add_table(&mut self, table: &str, host: &dyn HostTable<'a>, options: &ColumnOptions) -> Result<()> {
        check(table)?;
        match table {
            "messages" => self.messages = Some(columns::message_columns(host, options)?),
            "events" => self.events = Some(columns::event_columns(host, options)?),
            "contacts" => self.contacts = Some(columns::contact_names(host, options)?),
            "channels" => self.request.channels.extend(columns::channels(host, options)?),
            "users" => self.request.users.extend(columns::named(host, options, table)?),
            "teams" => self.request.teams.extend(columns::named(host, options, table)?),
            _ => self.request.broadcasts.extend(columns::named(host, options, table)?),
        }
        Ok(())
    }

    /// Adds a table as CSV or NDJSON.
    ///
    /// # Errors
    /// `unknown_label` for the table; those of [`import::messages`], at `table.line[n].field`.
    pub fn add_file(&mut self, table: &str, reader: impl Read, options: &ImportOptions) -> Result<()> {
        check(table)?;
        let at = |error: Error| match error.path() {
            "" => error.at(table),
            path if path.starts_with("line") => error.at(table),
            _ => error,
        };
        match table {
            "messages" => self.request.messages = Some(import::messages(reader, options).map_err(at)?.rows),
            "events" => self.request.events = Some(import::events(reader, options).map_err(at)?.rows),
            "contacts" => self.request.contacts.extend(import::named(reader, options).map_err(at)?.rows),
            "channels" => self.request.channels.extend(import::channels(reader, options).map_err(at)?.rows),
            "users" => self.request.users.extend(import::named(reader, options).map_err(at)?.rows),
            "teams" => self.request.teams.extend(import::named(reader, options).map_err(at)?.rows),
            _ => self.request.broadcasts.extend(import::named(reader, options).map_err(at)?.rows),
        }
        Ok(())
    }

    /// Adds what a workspace knows: event rows, names, channels, merges (P7, P9, M5). `request` brings the events that
    /// the handle does not remember.
    ///
    /// Contact ids are compared with those of the message rows: as UUIDs if those are UUIDs, else as texts.
    pub fn add_workspace(&mut self, workspace: &WorkspaceHandle, request: ReportTablesRequest) {
        self.workspaces.push(workspace.report_tables(request));
    }

    /// Whether the contacts of message rows are UUIDs, and not texts.
    fn has_uuids(&self) -> bool {
        let of_rows = self.request.messages.iter().flatten().map(|row| row.contact.clone()).next();
        let of_columns = || self.messages.as_ref().and_then(|columns| columns.contact.get(0));
        matches!(of_rows.or_else(of_columns), Some(ForeignId::Uuid(_)))
    }

    /// Checks everything and builds the index.
    ///
    /// # Errors
    /// Those of [`DatasetBuilder::build`](crate::dataset::DatasetBuilder::build).
    pub fn build(mut self) -> Result<Dataset<'a>> {
        let has_uuids = self.has_uuids();
        if !self.workspaces.is_empty() && self.events.is_some() {
            return Err(Error::new(Code::MalformedValue, "the workspace brings the events already")
                .with_hint("give either a workspace or columns of events")
                .at("events"));
        }
        for tables in std::mem::take(&mut self.workspaces) {
            let ReportTables { events, contacts, channels, merges } =
                if has_uuids { tables } else { tables.with_text_ids() };
            self.request.events.get_or_insert_default().extend(events);
            self.request.contacts.extend(contacts);
            self.request.channels.extend(channels);
            self.request.merges.get_or_insert_default().extend(merges);
        }
        let mut builder = self.request.builder();
        if let Some(columns) = self.messages {
            builder = builder.message_columns(columns);
        }
        if let Some(columns) = self.events {
            builder = builder.event_columns(columns);
        }
        if let Some((ids, names)) = self.contacts {
            builder = builder.contact_names(ids, names);
        }
        builder.build()
    }
}

fn check(table: &str) -> Result<()> {
    if TABLES.contains(&table) {
        return Ok(());
    }
    Err(Error::new(Code::UnknownLabel, format!("unknown table `{table}`")).with_allowed(TABLES).at("table"))
}
