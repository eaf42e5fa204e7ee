//! Counts by a key, with shares, buckets and comparison (P4, P6, P11).

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::id::ForeignId;
use crate::message::Status;

/// What a row of a breakdown counts.
///
/// Order: missing first, then ids, labels and pairs by code point.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Key {
    /// No value, for example a message without a channel (D8).
    None,
    /// An id of the host.
    Id(ForeignId),
    /// A stable label: source, type, status, event kind.
    Label(String),
    /// A type with its subtype (D8).
    Pair(String, String),
}

impl Key {
    /// The key as one text; `None` for the missing one. A pair is shown by its subtype.
    pub fn as_text(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self {
            Self::None => None,
            Self::Id(id) => Some(id.to_text()),
            Self::Label(label) => Some(label.into()),
            Self::Pair(_, subtype) => Some(subtype.into()),
        }
    }
}

#[derive(Serialize)]
enum BinaryKey<'a> {
    None,
    Id(&'a ForeignId),
    Label(&'a str),
    Pair(&'a str, &'a str),
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return match self {
                Self::None => BinaryKey::None,
                Self::Id(id) => BinaryKey::Id(id),
                Self::Label(label) => BinaryKey::Label(label),
                Self::Pair(kind, subtype) => BinaryKey::Pair(kind, subtype),
            }
            .serialize(serializer);
        }
        match self {
            Self::None => serializer.serialize_none(),
            Self::Id(id) => id.serialize(serializer),
            Self::Label(label) => serializer.serialize_str(label),
            Self::Pair(kind, subtype) => {
                let mut pair = serializer.serialize_struct("Pair", 2)?;
                pair.serialize_field("type", kind)?;
                pair.serialize_field("subtype", subtype)?;
                pair.end()
            }
        }
    }
}

/// A count beside that of the previous period (P11).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Change {
    /// Count of the previous period.
    pub previous: u64,
    /// This count less the previous one.
    pub absolute: i64,
    /// Absolute change over the previous count; none on a zero base.
    pub relative: Option<f64>,
}

impl Change {
    #[expect(clippy::cast_precision_loss, reason = "counts are exact up to 2^53 at the border")]
    pub(crate) fn between(count: u64, previous: u64) -> Self {
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let absolute = signed(count).saturating_sub(signed(previous));
        let relative = (previous > 0).then(|| absolute as f64 / previous as f64);
        Self { previous, absolute, relative }
    }
}

/// One row of a breakdown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// Stable key.
    pub key: Key,
    /// The word or name to show, in the report's language.
    pub label: String,
    /// How many.
    pub count: u64,
    /// `count / total`; none where the total is zero, or where rows are not parts of one whole.
    pub share: Option<f64>,
    /// Percentage with two decimals; those of a breakdown add to exactly 100.
    pub percent: Option<f64>,
    /// Distinct contacts, merged ones as one; on request.
    pub contacts: Option<u64>,
    /// The same count by time bucket.
    pub buckets: Vec<u64>,
    /// Comparison with the previous period; on request.
    pub change: Option<Change>,
}

/// Counts by a key, ordered by count descending, then key (P4).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Breakdown {
    /// Sum of the rows.
    pub total: u64,
    /// The rows.
    pub rows: Vec<Row>,
    /// Outgoing messages that have no subtype; by subtype only (P5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_subtype: Option<u64>,
    /// Comparison of the total; on request.
    pub change: Option<Change>,
}

/// Contacts added, deleted and merged (P2).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Overview {
    /// Rows `added`, `deleted`, `merged`, in this order; they are no parts of a whole and have no shares.
    pub rows: Vec<Row>,
}

/// Outgoing messages by current status, the funnel and the failures (P6).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Delivery {
    /// All outgoing messages, accepted or not.
    pub total: u64,
    /// One row for each of the five statuses; they add to the total.
    pub rows: Vec<Row>,
    /// Messages that reached each step, whatever their status is now.
    pub funnel: Funnel,
    /// Messages whose current status is failed, by error.
    pub failures: Vec<FailureRow>,
    /// Messages on channels that cannot tell, so that 0 % and "not supported" differ (K7).
    pub not_supported: NotSupported,
    /// Comparison of the total; on request.
    pub change: Option<Change>,
}

impl Delivery {
    /// The row of a status.
    pub fn row(&self, status: Status) -> Option<&Row> {
        self.rows.iter().find(|row| matches!(&row.key, Key::Label(label) if label == status.as_str()))
    }

    /// Count of a status.
    pub fn count(&self, status: Status) -> u64 {
        self.row(status).map_or(0, |row| row.count)
    }
}

/// The cumulative funnel: sent ⊇ delivered ⊇ read (P6).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Funnel {
    /// Accepted by the provider at least once.
    pub sent: u64,
    /// Delivered or read.
    pub delivered: u64,
    /// Read.
    pub read: u64,
}

/// Outgoing messages on channels without a receipt (K7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NotSupported {
    /// On channels that do not report delivery.
    pub delivered: u64,
    /// On channels that do not report reading.
    pub read: u64,
}

/// Failed messages of one error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FailureRow {
    /// The provider's code.
    pub code: Option<String>,
    /// The provider's text.
    pub error: Option<String>,
    /// How many.
    pub count: u64,
}

impl FailureRow {
    pub(crate) fn new(code: Option<String>, error: Option<String>, count: u64) -> Self {
        Self { code, error, count }
    }
}
