//! How a file of contacts is read and applied.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::mapping::{Target, UnknownColumns};
use crate::error::{Code, Error, Result};
use crate::export::LIST_SEPARATOR;
use crate::import::{Delimiter, Ids};
use crate::label::labels;
use crate::segment::CustomTypes;

labels! { closed
    /// What an import does with rows that meet a contact, and with those that meet none.
    ImportMode, "mode" {
        /// New contacts only; rows that meet one are skipped.
        Create = "create",
        /// Known contacts only; rows that meet none are skipped.
        Update = "update",
        /// Both.
        Both = "both",
    }
}

labels! { closed
    /// By what a row meets a contact.
    MatchBy, "match" {
        /// Its id, or an id in another system.
        Id = "id",
        /// One of its phones.
        Phone = "phone",
        /// One of its e-mail addresses.
        Email = "email",
    }
}

/// How a file of contacts is read and applied (S4).
///
/// # Example
/// ```
/// use omnicontact::import::{ContactImportOptions, ImportMode, MatchBy};
/// let options = ContactImportOptions::default()
///     .mode(ImportMode::Update)
///     .match_by([MatchBy::Phone])
///     .map("Cliente desde", "custom.since")?;
/// assert_eq!(options.mapping.len(), 1);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ContactImportOptions {
    /// What columns become, by their headers; the others are guessed.
    pub mapping: BTreeMap<String, Target>,
    /// Policy: columns that nobody knows; default `refuse`.
    pub unknown_columns: UnknownColumns,
    /// New contacts, known ones, or both; default `both`.
    pub mode: ImportMode,
    /// By what rows meet contacts, in this order; default id, phone, e-mail.
    pub match_by: Vec<MatchBy>,
    /// What stands between the values of a cell that holds several; default `;`.
    pub separator: String,
    /// What stands between cells; default by the first line.
    pub delimiter: Delimiter,
    /// The encoding, by a label of the web; default by the file's bytes.
    pub encoding: Option<String>,
    /// Types of custom fields; those that the workspace knows need not be said, others are `text`.
    pub custom_fields: CustomTypes,
    /// How ids of users, teams, channels and other systems are read; default `text`.
    pub ids: Ids,
    /// Whether the apostrophe that an export puts before formulas is taken off; default yes.
    pub harmless: bool,
    /// The most bytes of a cell; default 1 MiB. A row may have eight times as many.
    pub max_cell_bytes: usize,
    /// Name of the file, for the origin of new contacts (C6).
    pub file_name: Option<String>,
}

impl Default for ContactImportOptions {
    fn default() -> Self {
        Self {
            mapping: BTreeMap::new(),
            unknown_columns: UnknownColumns::Refuse,
            mode: ImportMode::Both,
            match_by: MatchBy::ALL.to_vec(),
            separator: LIST_SEPARATOR.to_string(),
            delimiter: Delimiter::Auto,
            encoding: None,
            custom_fields: CustomTypes::new(),
            ids: Ids::Text,
            harmless: true,
            max_cell_bytes: 1 << 20,
            file_name: None,
        }
    }
}

impl ContactImportOptions {
    /// Says what the column with a header becomes: a field's name, `custom.<name>`, or `ignore`.
    ///
    /// # Errors
    /// `unknown_field`.
    pub fn map(mut self, header: impl Into<String>, target: &str) -> Result<Self> {
        self.mapping.insert(header.into(), Target::parse(target)?);
        Ok(self)
    }

    /// Sets the policy for columns that nobody knows.
    pub fn unknown_columns(mut self, policy: UnknownColumns) -> Self {
        self.unknown_columns = policy;
        self
    }

    /// Sets what is done.
    pub fn mode(mut self, mode: ImportMode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets by what rows meet contacts.
    pub fn match_by(mut self, keys: impl IntoIterator<Item = MatchBy>) -> Self {
        self.match_by = keys.into_iter().collect();
        self
    }

    /// Sets the encoding.
    pub fn encoding(mut self, label: impl Into<String>) -> Self {
        self.encoding = Some(label.into());
        self
    }

    /// Sets the types of custom fields.
    pub fn custom_fields(mut self, types: CustomTypes) -> Self {
        self.custom_fields = types;
        self
    }

    /// Sets the name of the file.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Sets the most bytes of a cell.
    pub fn max_cell_bytes(mut self, bytes: usize) -> Self {
        self.max_cell_bytes = bytes;
        self
    }

    pub(super) fn separator(&self) -> char {
        self.separator.chars().next().unwrap_or(LIST_SEPARATOR)
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.separator.chars().count() != 1 || self.separator == "\\" {
            return Err(Error::new(Code::MalformedValue, "a separator is one character, and no `\\`").at("separator"));
        }
        if self.match_by.is_empty() && self.mode != ImportMode::Create {
            return Err(Error::new(Code::MalformedValue, "updates need something to meet contacts by").at("match_by"));
        }
        Ok(())
    }
}
