//! A dataset put together table by table: rows, columns, files.

use std::io::Read;

use serde_json::Value;

use super::columns::{self, ColumnOptions, HostTable};
use super::dataset::DatasetRequest;
use super::door;
use super::workspace::{ReportTables, ReportTablesRequest, WorkspaceHandle};
use crate::dataset::{Dataset, EventColumns, IdColumn, MessageColumns, MessageRows, TextColumn};
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
    rows: Option<MessageRows>,
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
    #[expect(clippy::needless_pass_by_value, reason = "a request is handed over")]
    pub fn add_rows(&mut self, table: &str, rows: Value) -> Result<()> {
        check(table)?;
        self.add_rows_text(table, &rows.to_string())
    }

    /// Adds a table as rows: a list of objects as JSON.
    ///
    /// # Errors
    /// Those of [`add_rows`](Self::add_rows); `malformed_json`.
    pub fn add_rows_text(&mut self, table: &str, rows: &str) -> Result<()> {
        check(table)?;
        let request = &mut self.request;
        match table {
            "messages" => {
                self.rows = super::rows::messages(rows);
                request.messages = if self.rows.is_some() { None } else { Some(door::messages_of(rows)?) };
            }
            "events" => request.events = Some(door::rows_of(table, rows)?),
            "contacts" => request.contacts.extend(door::rows_of(table, rows)?),
            "channels" => request.channels.extend(door::rows_of(table, rows)?),
            "users" => request.users.extend(door::rows_of(table, rows)?),
            "teams" => request.teams.extend(door::rows_of(table, rows)?),
            _ => request.broadcasts.extend(door::rows_of(table, rows)?),
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
            "messages" => {
                self.request.messages = Some(import::messages(reader, options).map_err(at)?.rows);
                self.rows = None;
            }
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
        let of_list = self.request.messages.iter().flatten().map(|row| row.contact.clone()).next();
        let of_rows = of_list.or_else(|| self.rows.as_ref().and_then(MessageRows::first_contact));
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
        if let Some(rows) = self.rows {
            builder = builder.gathered_messages(rows);
        }
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
