//! Requests about texts of CSV and NDJSON.

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::directory::Named;
use crate::error::Result;
use crate::event::ContactEvent;
use crate::import::{self, ImportOptions, Imported};
use crate::message::Message;

/// Asks for the rows of a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// The whole file.
    pub text: String,
    /// How to read it.
    #[serde(default)]
    pub import: ImportOptions,
}

/// Rows of a text.
#[derive(Debug, Clone, Serialize)]
pub struct ImportedRows<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Lines without any content.
    pub blank_lines: u64,
}

impl<T> From<Imported<T>> for ImportedRows<T> {
    fn from(imported: Imported<T>) -> Self {
        Self { rows: imported.rows, blank_lines: imported.counts.blank_lines }
    }
}

/// Messages of a text.
///
/// # Errors
/// Those of [`import::messages`].
pub fn import_messages(request: &ImportRequest) -> Result<ImportedRows<Message>> {
    import::messages(request.text.as_bytes(), &request.import).map(Into::into)
}

/// Contact events of a text.
///
/// # Errors
/// Those of [`import::events`].
pub fn import_events(request: &ImportRequest) -> Result<ImportedRows<ContactEvent>> {
    import::events(request.text.as_bytes(), &request.import).map(Into::into)
}

/// Channels of a text.
///
/// # Errors
/// Those of [`import::channels`].
pub fn import_channels(request: &ImportRequest) -> Result<ImportedRows<Channel>> {
    import::channels(request.text.as_bytes(), &request.import).map(Into::into)
}

/// Contacts, users, teams or broadcasts of a text.
///
/// # Errors
/// Those of [`import::named`].
pub fn import_named(request: &ImportRequest) -> Result<ImportedRows<Named>> {
    import::named(request.text.as_bytes(), &request.import).map(Into::into)
}
