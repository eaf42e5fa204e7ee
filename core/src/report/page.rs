//! Logs: rows newest first, page by page, as columns (P8).

use rustc_hash::FxHashMap;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::component::Component;
use crate::dataset::{NULL_TIME, is_derived};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::label::labels;
use crate::time::Instant;

/// Most rows that one page of a log shows (P8); exports have no such cap.
pub const LOG_LIMIT: usize = 10_000;

labels! { closed
    /// A column of a log (D12).
    Column, "column" {
        /// When it happened; for failed messages, when it failed.
        Timestamp = "timestamp",
        /// The contact.
        ContactId = "contact_id",
        /// The contact's name (P9).
        ContactName = "contact_name",
        /// Where it came from.
        Source = "source",
        /// The user, where the source is one.
        User = "user",
        /// The channel.
        Channel = "channel",
        /// The text.
        Content = "content",
        /// When it was delivered, within 30 days.
        DeliveredAt = "delivered_at",
        /// When it was read, within 30 days.
        ReadAt = "read_at",
        /// Type of the message.
        Type = "type",
        /// Subtype of the message.
        Subtype = "subtype",
        /// What the provider said about the failure: the text, or its code where there is no text.
        Error = "error",
    }
}

/// The columns of a log, in order (P8); none for a part that is no log.
pub const fn log_columns(component: Component) -> &'static [Column] {
    use Column::{
        Channel, ContactId, ContactName, Content, DeliveredAt, Error, ReadAt, Source, Subtype, Timestamp, Type, User,
    };
    match component {
        Component::AddedLog | Component::DeletedLog | Component::MergedLog => {
            &[Timestamp, ContactId, ContactName, Source, User]
        }
        Component::ConnectedLog => &[Timestamp, ContactId, ContactName, Source, User, Channel],
        Component::IncomingLog => &[Timestamp, ContactId, ContactName, Channel, Content],
        Component::OutgoingLog => {
            &[Timestamp, Source, User, ContactId, ContactName, DeliveredAt, ReadAt, Channel, Type, Subtype, Content]
        }
        Component::FailedLog => {
            &[Timestamp, Source, User, ContactId, ContactName, Channel, Type, Subtype, Content, Error]
        }
        _ => &[],
    }
}

/// Texts of a log column, packed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextList {
    ends: Vec<u32>,
    present: Vec<bool>,
    bytes: String,
}

impl TextList {
    /// Texts in order. All are looked up before any is copied, so that the memory behind them is read side by side.
    pub(crate) fn collect(texts: &[Option<&str>]) -> Self {
        let mut found = Self { ends: vec![0; texts.len()], present: vec![false; texts.len()], bytes: String::new() };
        if texts.iter().all(Option::is_none) {
            return found;
        }
        found.bytes.reserve(texts.iter().flatten().map(|text| text.len()).sum());
        for ((end, is_there), text) in found.ends.iter_mut().zip(&mut found.present).zip(texts) {
            // Which texts are missing cannot be guessed, and a wrong guess costs more than to copy nothing.
            found.bytes.push_str(text.unwrap_or_default());
            *is_there = text.is_some();
            *end = u32::try_from(found.bytes.len()).unwrap_or(u32::MAX);
        }
        found
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Keeps the first rows.
    pub(crate) fn truncate(&mut self, rows: usize) {
        self.ends.truncate(rows);
        self.present.truncate(rows);
        self.bytes.truncate(self.ends.last().map_or(0, |&end| end as usize));
    }

    /// Whether the ends are places between letters, in order.
    fn is_sound(&self) -> bool {
        self.present.len() == self.ends.len()
            && self.ends.is_sorted()
            && self.ends.iter().all(|&end| self.bytes.is_char_boundary(end as usize))
    }

    /// All texts behind one another, and where each ends, if it is there; `None` unless all letters are ASCII.
    pub(crate) fn ascii(&self) -> Option<(&str, impl Iterator<Item = (u32, bool)>)> {
        let ends = self.ends.iter().copied().zip(self.present.iter().copied());
        self.bytes.is_ascii().then_some((&self.bytes, ends))
    }

    /// The row's text; `None` where missing.
    pub fn get(&self, row: usize) -> Option<&str> {
        if !*self.present.get(row)? {
            return None;
        }
        let start = if row == 0 { 0 } else { self.ends[row - 1] as usize };
        self.bytes.get(start..self.ends[row] as usize)
    }
}

/// A value that many rows share: an id or label, and what is shown for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// The stable key.
    pub key: ForeignId,
    /// Name or word to show; the key where there is none.
    pub label: Option<String>,
}

impl Entry {
    /// What is shown.
    pub fn shown(&self) -> std::borrow::Cow<'_, str> {
        match &self.label {
            Some(label) => label.into(),
            None => self.key.to_text(),
        }
    }
}

/// Values of a log column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogValues {
    /// Epoch milliseconds in UTC; [`NULL_TIME`] where missing.
    Times(Vec<i64>),
    /// Ids as the host has them.
    Ids(Vec<ForeignId>),
    /// Texts.
    Texts(TextList),
    /// Codes into the entries; `u32::MAX` where missing.
    Coded {
        /// One code a row.
        codes: Vec<u32>,
        /// The entries.
        entries: Vec<Entry>,
    },
}

/// Code of a missing value in [`LogValues::Coded`].
pub const NO_ENTRY: u32 = u32::MAX;

impl LogValues {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Times(times) => times.len(),
            Self::Ids(ids) => ids.len(),
            Self::Texts(texts) => texts.len(),
            Self::Coded { codes, .. } => codes.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row's value as text: ISO 8601 in UTC for instants, names and words where there are some.
    pub fn shown(&self, row: usize) -> Option<String> {
        match self {
            Self::Times(times) => times
                .get(row)
                .filter(|&&at| at != NULL_TIME)
                .and_then(|&at| Some(Instant::from_millis(at).ok()?.to_string())),
            Self::Ids(ids) => ids.get(row).map(|id| id.to_text().into_owned()),
            Self::Texts(texts) => texts.get(row).map(str::to_owned),
            Self::Coded { codes, entries } => {
                entries.get(*codes.get(row)? as usize).map(|entry| entry.shown().into_owned())
            }
        }
    }

    /// Rows of two columns of the same kind, picked in order: (from the second?, row).
    fn pick(&self, other: &Self, picks: &[(bool, usize)]) -> Result<Self> {
        Ok(match (self, other) {
            (Self::Times(a), Self::Times(b)) => {
                Self::Times(picks.iter().map(|&(second, row)| if second { b[row] } else { a[row] }).collect())
            }
            (Self::Ids(a), Self::Ids(b)) => Self::Ids(
                picks.iter().map(|&(second, row)| if second { b[row].clone() } else { a[row].clone() }).collect(),
            ),
            (Self::Texts(a), Self::Texts(b)) => {
                let texts: Vec<Option<&str>> =
                    picks.iter().map(|&(second, row)| if second { b.get(row) } else { a.get(row) }).collect();
                Self::Texts(TextList::collect(&texts))
            }
            (Self::Coded { codes: a, entries }, Self::Coded { codes: b, entries: more }) => {
                let mut entries = entries.clone();
                let mut known: FxHashMap<Entry, u32> = entries.iter().cloned().zip(0..).collect();
                let remap: Vec<u32> = more
                    .iter()
                    .map(|entry| {
                        *known.entry(entry.clone()).or_insert_with(|| {
                            entries.push(entry.clone());
                            u32::try_from(entries.len() - 1).unwrap_or(NO_ENTRY)
                        })
                    })
                    .collect();
                let codes = picks
                    .iter()
                    .map(|&(second, row)| match (second, second.then(|| b[row])) {
                        (true, Some(code)) => remap.get(code as usize).copied().unwrap_or(NO_ENTRY),
                        _ => a[row],
                    })
                    .collect();
                Self::Coded { codes, entries }
            }
            _ => return Err(Error::new(Code::IncompatiblePartials, "log columns of different kinds cannot be merged")),
        })
    }
}

/// A column of a log page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogColumn {
    /// Which column.
    pub name: Column,
    /// Its values.
    pub values: LogValues,
}

/// Rows of a log before they become a page: newest first, with what orders them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct LogRows {
    /// Epoch milliseconds, descending.
    pub(crate) at: Vec<i64>,
    /// Message id or event sequence: orders rows of the same instant, descending.
    pub(crate) tie: Vec<ForeignId>,
    pub(crate) columns: Vec<LogColumn>,
}

impl LogRows {
    pub(crate) fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether all columns have as many rows as there are instants.
    pub(crate) fn is_sound(&self) -> bool {
        let sound = |column: &LogColumn| {
            column.values.len() == self.len()
                && match &column.values {
                    LogValues::Texts(texts) => texts.is_sound(),
                    _ => true,
                }
        };
        self.tie.len() == self.len() && self.columns.iter().all(sound)
    }

    /// Keeps the first rows.
    pub(crate) fn truncate(&mut self, rows: usize) {
        self.at.truncate(rows);
        self.tie.truncate(rows);
        for column in &mut self.columns {
            match &mut column.values {
                LogValues::Times(times) => times.truncate(rows),
                LogValues::Ids(ids) => ids.truncate(rows),
                LogValues::Texts(texts) => texts.truncate(rows),
                LogValues::Coded { codes, .. } => codes.truncate(rows),
            }
        }
    }

    /// Names the contacts of rows that have no name yet.
    pub(crate) fn name_contacts(&mut self, known: &FxHashMap<&ForeignId, &str>) {
        let of = |name: Column| self.columns.iter().position(|column| column.name == name);
        let (Some(ids), Some(names), false) = (of(Column::ContactId), of(Column::ContactName), known.is_empty()) else {
            return;
        };
        let (LogValues::Ids(ids), LogValues::Texts(texts)) = (&self.columns[ids].values, &self.columns[names].values)
        else {
            return;
        };
        let found: Vec<Option<&str>> =
            ids.iter().enumerate().map(|(row, id)| texts.get(row).or_else(|| known.get(id).copied())).collect();
        self.columns[names].values = LogValues::Texts(TextList::collect(&found));
    }

    /// The newest `limit` rows of both.
    pub(crate) fn merge(&self, other: &Self, limit: usize) -> Result<Self> {
        let (mut i, mut j) = (0, 0);
        let mut picks = Vec::with_capacity((self.len() + other.len()).min(limit));
        while picks.len() < limit && (i < self.len() || j < other.len()) {
            let second = match (self.at.get(i), other.at.get(j)) {
                (Some(a), Some(b)) => (*b, &other.tie[j]) > (*a, &self.tie[i]),
                (None, _) => true,
                _ => false,
            };
            if second {
                picks.push((true, j));
                j += 1;
            } else {
                picks.push((false, i));
                i += 1;
            }
        }
        let columns = self
            .columns
            .iter()
            .zip(&other.columns)
            .map(|(a, b)| Ok(LogColumn { name: a.name, values: a.values.pick(&b.values, &picks)? }))
            .collect::<Result<_>>()?;
        Ok(Self {
            at: picks.iter().map(|&(second, row)| if second { other.at[row] } else { self.at[row] }).collect(),
            tie: picks
                .iter()
                .map(|&(second, row)| if second { other.tie[row].clone() } else { self.tie[row].clone() })
                .collect(),
            columns,
        })
    }
}

/// One page of a log, newest first (P8).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogPage {
    /// Rows of the whole log, whatever the page shows.
    pub total_rows: u64,
    /// Whether older rows follow this page.
    pub truncated: bool,
    /// Where the next page starts, if one follows and this one has rows.
    pub cursor: Option<String>,
    /// What each row is: the message's id, or the event's sequence; none for a connection that follows from messages (D27).
    pub ids: Vec<Option<ForeignId>>,
    /// The chosen columns, all of the same length.
    pub columns: Vec<LogColumn>,
}

impl LogPage {
    pub(crate) fn new(
        total_rows: u64,
        truncated: bool,
        cursor: Option<String>,
        ids: Vec<Option<ForeignId>>,
        columns: Vec<LogColumn>,
    ) -> Self {
        Self { total_rows, truncated, cursor, ids, columns }
    }

    /// Number of rows on this page.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether the page has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A column of the page.
    pub fn column(&self, name: Column) -> Option<&LogValues> {
        self.columns.iter().find(|column| column.name == name).map(|column| &column.values)
    }
}

impl Serialize for LogPage {
    /// `total_rows`, `truncated`, `cursor`, `ids`, `columns`: column name → values, keys for coded ones.
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        struct Columns<'a>(&'a [LogColumn]);
        impl Serialize for Columns<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(self.0.len()))?;
                for column in self.0 {
                    match &column.values {
                        LogValues::Times(times) => {
                            let times: Vec<Option<i64>> =
                                times.iter().map(|&at| (at != NULL_TIME).then_some(at)).collect();
                            map.serialize_entry(&column.name, &times)?;
                        }
                        LogValues::Ids(ids) => map.serialize_entry(&column.name, ids)?,
                        LogValues::Texts(texts) => {
                            let texts: Vec<Option<&str>> = (0..texts.len()).map(|row| texts.get(row)).collect();
                            map.serialize_entry(&column.name, &texts)?;
                        }
                        LogValues::Coded { codes, entries } => {
                            let keys: Vec<Option<&ForeignId>> =
                                codes.iter().map(|&code| entries.get(code as usize).map(|entry| &entry.key)).collect();
                            map.serialize_entry(&column.name, &keys)?;
                        }
                    }
                }
                map.end()
            }
        }
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("total_rows", &self.total_rows)?;
        map.serialize_entry("truncated", &self.truncated)?;
        map.serialize_entry("cursor", &self.cursor)?;
        map.serialize_entry("ids", &self.ids)?;
        map.serialize_entry("columns", &Columns(&self.columns))?;
        map.end()
    }
}

/// A place in a log: the last row that was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    pub(crate) component: Component,
    pub(crate) at: i64,
    pub(crate) tie: ForeignId,
    /// Rows with this very instant and tie that were shown: ids and sequences of hosts are not always unique.
    pub(crate) shown: usize,
}

impl Cursor {
    /// Whether a row comes after this place; rows are asked for newest first, and `met` counts the equal ones.
    pub(crate) fn lets_pass(&self, at: i64, tie: impl FnOnce() -> ForeignId, met: &mut usize) -> bool {
        if at != self.at {
            return at < self.at;
        }
        match tie().cmp(&self.tie) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Greater => false,
            std::cmp::Ordering::Equal => {
                *met += 1;
                *met > self.shown
            }
        }
    }

    pub(crate) fn to_text(&self) -> String {
        // Derived rows have numbers below all that JSON can write: they are written as their distance.
        let derived = match &self.tie {
            ForeignId::Int(number) if is_derived(&self.tie) => Some(ForeignId::Int(number - i128::from(i64::MIN))),
            _ => None,
        };
        let tie = serde_json::to_string(derived.as_ref().unwrap_or(&self.tie)).unwrap_or_default();
        let kind = match (&derived, &self.tie) {
            (Some(_), _) => "derived",
            (None, ForeignId::Uuid(_)) => "uuid",
            (None, _) => "id",
        };
        format!("{}:{}:{}:{kind}:{tie}", self.component, self.at, self.shown)
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::new(Code::InvalidCursor, "not a cursor of this library")
                .with_hint("pass the `cursor` of the page before, unchanged")
                .at("cursor")
        };
        let parts: Vec<&str> = text.splitn(5, ':').collect();
        let &[component, at, shown, kind, tie] = &parts[..] else {
            return Err(wrong());
        };
        let shown = shown.parse().map_err(|_| wrong())?;
        let component = Component::parse(component).map_err(|_| wrong())?;
        let at = at.parse().map_err(|_| wrong())?;
        let tie: ForeignId = serde_json::from_str(tie).map_err(|_| wrong())?;
        let tie = match (kind, tie) {
            ("uuid", ForeignId::Text(text)) => ForeignId::Uuid(text.parse().map_err(|_| wrong())?),
            ("derived", ForeignId::Int(distance)) if distance < 0 => ForeignId::Int(distance + i128::from(i64::MIN)),
            ("id", tie) => tie,
            _ => return Err(wrong()),
        };
        if !component.is_log() {
            return Err(wrong());
        }
        Ok(Self { component, at, tie, shown })
    }
}
