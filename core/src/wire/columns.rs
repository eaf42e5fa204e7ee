//! Tables of a host: which of its columns is which field, so that every binding reads tables alike.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::channel::{Channel, ChannelKind};
use crate::dataset::{EventColumns, IdColumn, MessageColumns, TextColumn, TimeColumn};
use crate::directory::Named;
use crate::error::{Code, Error, Result};
use crate::import;

/// Columns of a table of messages.
pub const MESSAGE_COLUMNS: &[&str] = &[
    "id",
    "sent_at",
    "direction",
    "contact",
    "channel",
    "source",
    "type",
    "subtype",
    "user",
    "team",
    "broadcast",
    "status",
    "accepted_at",
    "delivered_at",
    "read_at",
    "failed_at",
    "error_code",
    "error",
    "content",
];

/// Columns of a table of contact events.
pub const EVENT_COLUMNS: &[&str] =
    &["sequence", "at", "kind", "contact", "name", "secondary", "source", "channel", "user"];

/// Columns of a table of channels.
pub const CHANNEL_COLUMNS: &[&str] = &["id", "kind", "name", "removed"];

/// Columns of a table of contacts, users, teams or broadcasts.
pub const NAMED_COLUMNS: &[&str] = &["id", "name", "removed"];

/// A table of a host, read column by column; `field` is what the column is for, and goes into the path of an error.
pub trait HostTable<'a> {
    /// Names of its columns.
    fn names(&self) -> Vec<String>;
    /// A column as instants.
    ///
    /// # Errors
    /// `invalid_value` and the like, at `[row].field`, for a column that holds no instants.
    fn times(&self, column: usize, field: &str) -> Result<TimeColumn<'a>>;
    /// A column as ids or labels.
    ///
    /// # Errors
    /// As [`times`](Self::times).
    fn ids(&self, column: usize, field: &str) -> Result<IdColumn<'a>>;
    /// A column as texts.
    ///
    /// # Errors
    /// As [`times`](Self::times).
    fn texts(&self, column: usize, field: &str) -> Result<TextColumn<'a>>;
    /// A column of yes and no; missing is no.
    ///
    /// # Errors
    /// As [`times`](Self::times).
    fn flags(&self, column: usize, field: &str) -> Result<Vec<bool>>;
}

/// How a host's columns become fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ColumnOptions {
    /// Field → name of the host's column, where they differ.
    pub columns: BTreeMap<String, String>,
    /// Columns that nobody needs.
    pub ignored_columns: BTreeSet<String>,
    /// Whether columns that nobody knows are ignored; otherwise they are errors.
    pub ignore_unknown: bool,
}

/// The columns of a table by field.
struct Plan<'t, 'a> {
    table: &'t dyn HostTable<'a>,
    places: BTreeMap<&'static str, usize>,
}

impl<'t, 'a> Plan<'t, 'a> {
    fn new(
        table: &'t dyn HostTable<'a>,
        options: &ColumnOptions,
        fields: &'static [&'static str],
        required: &[&str],
    ) -> Result<Self> {
        let names = table.names();
        if let Some(name) = options.columns.keys().find(|name| !fields.contains(&name.as_str())) {
            let error = Error::new(Code::UnknownKey, format!("unknown field `{name}`"));
            return Err(error.with_allowed(fields.iter().copied()).at(name).at("columns"));
        }
        let has =
            || format!("the table has {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "));
        let mut places: BTreeMap<&'static str, usize> = BTreeMap::new();
        for &field in fields {
            let wanted = options.columns.get(field);
            let name = wanted.map_or(field, String::as_str);
            let mut found = names.iter().enumerate().filter(|(_, column)| *column == name);
            match (found.next(), found.next()) {
                (Some(_), Some(_)) => {
                    return Err(
                        Error::new(Code::DuplicateColumn, format!("the column `{name}` is there twice")).at(name)
                    );
                }
                (Some((place, _)), None) if wanted.is_some() || !options.ignored_columns.contains(name) => {
                    places.insert(field, place);
                }
                (None, _) if wanted.is_some() => {
                    let words = format!("`{field}` is mapped to the column `{name}`, which is missing");
                    return Err(Error::new(Code::MissingColumn, words).with_hint(has()).at(field));
                }
                _ => {}
            }
        }
        if let Some(field) = required.iter().find(|field| !places.contains_key(**field)) {
            let hint = format!("{}; rename the column, or map it", has());
            return Err(Error::new(Code::MissingColumn, format!("no column for `{field}`")).with_hint(hint).at(field));
        }
        let mut unknown: Vec<&str> = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let used = places.values().any(|used| *used == place);
            let ignored = options.ignore_unknown || options.ignored_columns.contains(name);
            if used || ignored || import::is_row_number(name, place) {
                continue;
            }
            if fields.contains(&name.as_str()) {
                let words = format!("the column `{name}` is there, and that field is mapped to another");
                let hint = "take the field out of the mapping, or ignore the column";
                return Err(Error::new(Code::DuplicateColumn, words).with_hint(hint).at(name));
            }
            unknown.push(name);
        }
        if let Some(first) = unknown.first() {
            return Err(import::unknown_columns(&unknown, fields).at(*first));
        }
        Ok(Self { table, places })
    }

    fn times(&self, field: &str) -> Result<Option<TimeColumn<'a>>> {
        self.places.get(field).map(|place| self.table.times(*place, field)).transpose()
    }

    fn ids(&self, field: &str) -> Result<Option<IdColumn<'a>>> {
        self.places.get(field).map(|place| self.table.ids(*place, field)).transpose()
    }

    fn texts(&self, field: &str) -> Result<Option<TextColumn<'a>>> {
        self.places.get(field).map(|place| self.table.texts(*place, field)).transpose()
    }

    fn flags(&self, field: &str) -> Result<Option<Vec<bool>>> {
        self.places.get(field).map(|place| self.table.flags(*place, field)).transpose()
    }
}

/// The columns of a table of messages; see [`MESSAGE_COLUMNS`].
///
/// # Errors
/// `missing_column`, `unknown_column`, `duplicate_column` and those of the columns, at `messages`; `unknown_key` for a
/// mapping of a field that does not exist.
pub fn message_columns<'a>(table: &dyn HostTable<'a>, options: &ColumnOptions) -> Result<MessageColumns<'a>> {
    let read = || -> Result<MessageColumns<'a>> {
        let plan = Plan::new(table, options, MESSAGE_COLUMNS, &["sent_at", "direction", "contact"])?;
        let mut columns = MessageColumns::new(
            plan.times("sent_at")?.unwrap_or_default(),
            plan.ids("direction")?.unwrap_or_default(),
            plan.ids("contact")?.unwrap_or_default(),
        );
        columns.id = plan.ids("id")?;
        columns.channel = plan.ids("channel")?;
        columns.source = plan.ids("source")?;
        columns.message_type = plan.ids("type")?;
        columns.subtype = plan.ids("subtype")?;
        columns.user = plan.ids("user")?;
        columns.team = plan.ids("team")?;
        columns.broadcast = plan.ids("broadcast")?;
        columns.status = plan.ids("status")?;
        columns.accepted_at = plan.times("accepted_at")?;
        columns.delivered_at = plan.times("delivered_at")?;
        columns.read_at = plan.times("read_at")?;
        columns.failed_at = plan.times("failed_at")?;
        columns.error_code = plan.ids("error_code")?;
        columns.error = plan.ids("error")?;
        columns.content = plan.texts("content")?;
        Ok(columns)
    };
    read().map_err(|error| at_table(error, "messages"))
}

/// The columns of a table of contact events; see [`EVENT_COLUMNS`].
///
/// # Errors
/// Those of [`message_columns`], at `events`.
pub fn event_columns<'a>(table: &dyn HostTable<'a>, options: &ColumnOptions) -> Result<EventColumns<'a>> {
    let read = || -> Result<EventColumns<'a>> {
        let plan = Plan::new(table, options, EVENT_COLUMNS, &["at", "kind", "contact"])?;
        let mut columns = EventColumns::new(
            plan.times("at")?.unwrap_or_default(),
            plan.ids("kind")?.unwrap_or_default(),
            plan.ids("contact")?.unwrap_or_default(),
        );
        columns.sequence = plan.ids("sequence")?;
        columns.name = plan.texts("name")?;
        columns.secondary = plan.ids("secondary")?;
        columns.source = plan.ids("source")?;
        columns.channel = plan.ids("channel")?;
        columns.user = plan.ids("user")?;
        Ok(columns)
    };
    read().map_err(|error| at_table(error, "events"))
}

/// Ids and names of a table of contacts, for [`DatasetBuilder::contact_names`](crate::dataset::DatasetBuilder).
///
/// # Errors
/// Those of [`message_columns`], at `contacts`.
pub fn contact_names<'a>(table: &dyn HostTable<'a>, options: &ColumnOptions) -> Result<(IdColumn<'a>, TextColumn<'a>)> {
    let read = || -> Result<_> {
        let plan = Plan::new(table, options, NAMED_COLUMNS, &["id", "name"])?;
        let names = plan.texts("name")?.unwrap_or_else(|| std::sync::Arc::new(Vec::<String>::new()));
        Ok((plan.ids("id")?.unwrap_or_default(), names))
    };
    read().map_err(|error| at_table(error, "contacts"))
}

/// The rows of a table of users, teams or broadcasts, whose name is `list`.
///
/// # Errors
/// Those of [`message_columns`], and `missing_value` for a row without an id, at `list`.
pub fn named(table: &dyn HostTable<'_>, options: &ColumnOptions, list: &str) -> Result<Vec<Named>> {
    let read = || -> Result<Vec<_>> {
        let plan = Plan::new(table, options, NAMED_COLUMNS, &["id"])?;
        let (names, removed) = (plan.texts("name")?, plan.flags("removed")?);
        let ids = plan.ids("id")?.unwrap_or_default();
        (0..ids.len())
            .map(|row| {
                Ok(Named {
                    id: ids.get(row).ok_or_else(|| missing("id", row))?,
                    name: text(names.as_ref(), row),
                    removed: removed.as_ref().is_some_and(|removed| removed.get(row) == Some(&true)),
                })
            })
            .collect()
    };
    read().map_err(|error| at_table(error, list))
}

/// The rows of a table of channels.
///
/// # Errors
/// Those of [`message_columns`], and `missing_value` for a row without id or kind, at `channels`.
pub fn channels(table: &dyn HostTable<'_>, options: &ColumnOptions) -> Result<Vec<Channel>> {
    let read = || -> Result<Vec<_>> {
        let plan = Plan::new(table, options, CHANNEL_COLUMNS, &["id", "kind"])?;
        let (names, removed) = (plan.texts("name")?, plan.flags("removed")?);
        let (ids, kinds) = (plan.ids("id")?.unwrap_or_default(), plan.ids("kind")?.unwrap_or_default());
        (0..ids.len())
            .map(|row| {
                let kind = kinds.get(row).ok_or_else(|| missing("kind", row))?;
                let kind = ChannelKind::parse(&kind.to_text())?;
                let mut channel = Channel::new(ids.get(row).ok_or_else(|| missing("id", row))?, kind);
                channel.name = text(names.as_ref(), row);
                channel.removed = removed.as_ref().is_some_and(|removed| removed.get(row) == Some(&true));
                Ok(channel)
            })
            .collect()
    };
    read().map_err(|error| at_table(error, "channels"))
}

fn text(texts: Option<&TextColumn<'_>>, row: usize) -> Option<String> {
    texts?.get(row).map(str::to_owned)
}

fn missing(field: &str, row: usize) -> Error {
    Error::new(Code::MissingValue, format!("`{field}` is missing")).at(field).at_row(row)
}

/// Options are no part of the table.
fn at_table(error: Error, table: &str) -> Error {
    if error.code() == Code::UnknownKey { error } else { error.at(table) }
}
