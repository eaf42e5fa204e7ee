//! Partial reports: any split of the rows, merged in any order, gives the report of the whole (P12).

use chrono::NaiveDate;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::breakdown::{FailureRow, Funnel, Key, NotSupported};
use super::component::{Component, Note, ReportKind};
use super::filter::Filters;
use super::options::ReportPolicies;
use super::page::{Column, Cursor, LOG_LIMIT, LogRows};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::label::Locale;
use crate::time::{Granularity, Instant, Preset};

/// The checksum of gzip and zip.
const CHECKSUM: crc::Crc<u32, crc::Table<1>> = crc::Crc::<u32, crc::Table<1>>::new(&crc::CRC_32_ISO_HDLC);

/// Version of the bytes of a partial report.
const VERSION: u16 = 3;
const MAGIC: &[u8; 4] = b"OCPR";

/// What was asked: partials merge only if they answer the same question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) report: ReportKind,
    pub(crate) rules_version: u32,
    pub(crate) zone: String,
    pub(crate) tzdb: String,
    pub(crate) now: i64,
    pub(crate) preset: Preset,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) dates: Option<(NaiveDate, NaiveDate)>,
    pub(crate) previous: Option<(i64, i64)>,
    pub(crate) compare: bool,
    pub(crate) distinct: bool,
    pub(crate) granularity: Granularity,
    pub(crate) edges: Vec<i64>,
    pub(crate) bucket_keys: Vec<String>,
    pub(crate) filters: Filters,
    pub(crate) policies: ReportPolicies,
    pub(crate) log_limit: usize,
    pub(crate) log_columns: Option<Vec<Column>>,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) components: Vec<Component>,
    pub(crate) locale: Locale,
}

/// A row of a breakdown before shares and order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Counted {
    pub(crate) key: Key,
    /// The host's name for the key, where it has one.
    pub(crate) name: Option<String>,
    pub(crate) buckets: Vec<u64>,
    pub(crate) previous: u64,
    /// Distinct contacts as places in [`Partial::contacts`].
    pub(crate) contacts: Option<Vec<u8>>,
}

/// A breakdown before shares and order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct BreakdownCounts {
    pub(crate) component: Component,
    pub(crate) rows: Vec<Counted>,
    /// By subtype only.
    pub(crate) without: Option<u64>,
}

/// A log before it becomes a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct LogCounts {
    pub(crate) component: Component,
    pub(crate) total: u64,
    /// Rows from the cursor on, as many as the page shows: a partial holds no others (D35).
    pub(crate) rows: LogRows,
    /// Whether more of them follow.
    pub(crate) more: bool,
}

impl From<(ForeignId, (i64, ForeignId), &str)> for ToldName {
    fn from((contact, order, name): (ForeignId, (i64, ForeignId), &str)) -> Self {
        Self { contact, order, name: name.to_owned() }
    }
}

/// What was given of the kind of rows that a part shows, where the part is empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Given {
    /// The first and the last of them.
    pub(crate) span: Option<(i64, i64)>,
    /// Whether some lie in the period, and the filters stand against them.
    pub(crate) inside: bool,
}

/// The last name that events told of a contact, for rows of other parts: one that no table of contacts names (P9).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ToldName {
    pub(crate) contact: ForeignId,
    /// What orders the events: the later name stays.
    pub(crate) order: (i64, ForeignId),
    pub(crate) name: String,
}

/// What delivery has beside its breakdown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct DeliveryCounts {
    pub(crate) funnel: Funnel,
    pub(crate) not_supported: NotSupported,
    pub(crate) failures: Vec<FailureRow>,
}

/// Why the report of a part is a report by itself only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Alone {
    /// Rows have no ids or sequences, so that rows of one instant have no order among parts.
    Unnumbered,
    /// Connected events were derived from the messages of the part alone.
    Derived,
    /// Which contacts are meant, or who they are now, follows from events that other parts do not see.
    Contacts,
}

impl Alone {
    fn error(self) -> Error {
        let (code, message, hint) = match self {
            Self::Unnumbered => (
                Code::IncompatiblePartials,
                "the rows of this part have no ids or sequences, so that rows of one instant have no order",
                "give messages their ids and events their sequences",
            ),
            Self::Derived => (
                Code::IncompatiblePartials,
                "connected events were derived from the messages of one part, where the other parts cannot be seen",
                "derive them once over all messages, or set `derive_connections` to false",
            ),
            Self::Contacts => (
                Code::NotMergeable,
                "which contacts are meant follows from names or merges in the events of one part, where the other parts \
                 cannot be seen",
                "give every part the same `merges` and `contacts` (names), or ask without filters by contact, segments and \
                 distinct contacts",
            ),
        };
        Error::new(code, message).with_hint(hint)
    }
}

/// A report of a part of the rows: merge partials of all parts, then [`finish`](Self::finish).
///
/// Rows need ids (messages) or sequences (events) that are unique across the parts (fold duplicates before), and every
/// part needs the same names and merges. Connected events cannot be derived part by part.
///
/// Events that tell names or merges may be split, too. A partial then carries the last name of every contact that no table
/// of contacts names, if its logs show any; where a filter by contact, a segment or distinct contacts depend on what other
/// parts tell, merging is refused (`not_mergeable`).
///
/// # Example
/// ```
/// use omnicontact::{Dataset, Direction, Instant, Message, Partial, Preset, ReportOptions, Zone, report};
/// let now = Instant::parse("2026-07-01T12:00:00Z")?;
/// let options = ReportOptions::new(Zone::utc(), now, Preset::Today);
/// let rows: Vec<_> = (0..4).map(|id| Message::new(id, now, Direction::Incoming, "ana").through("web")).collect();
/// let mut merged: Option<Partial> = None;
/// for part in rows.chunks(2) {
///     let data = Dataset::builder().messages(part).build()?;
///     let partial = Partial::from_bytes(&report::messages_partial(&data, &options)?.to_bytes())?;
///     merged = Some(match merged { None => partial, Some(other) => other.merge(partial)? });
/// }
/// let whole = Dataset::builder().messages(&rows).build()?;
/// assert_eq!(merged.unwrap().finish(), report::messages(&whole, &options)?);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Partial {
    pub(crate) question: Question,
    /// Why it cannot be merged with others, if so.
    pub(crate) alone: Option<Alone>,
    /// What the part knows about contacts, as one number; parts that depend on it have to know the same.
    pub(crate) known: u64,
    /// First and last record of the input, whatever the filters (D6).
    pub(crate) span: Option<(i64, i64)>,
    /// One for each part that was asked for.
    pub(crate) given: Vec<Given>,
    pub(crate) notes: Vec<Note>,
    /// In order of contacts.
    pub(crate) names: Vec<ToldName>,
    pub(crate) breakdowns: Vec<BreakdownCounts>,
    pub(crate) delivery: Option<DeliveryCounts>,
    pub(crate) logs: Vec<LogCounts>,
    /// Contacts that the sets of distinct contacts speak of.
    pub(crate) contacts: Vec<ForeignId>,
}

impl Partial {
    /// The report of the rows of both; neither order nor grouping matters.
    ///
    /// # Errors
    /// `incompatible_partials` if they answer different questions (`all_time` depends on the rows: give dates instead),
    /// or if the rows of one have no ids or sequences, or connected events that were derived from its messages alone.
    /// `not_mergeable` if filters depend on names or merges that events of one part tell.
    /// `too_large` if they count more than 2^40 rows.
    pub fn merge(mut self, other: Self) -> Result<Self> {
        if let Some(alone) = self.alone.or(other.alone) {
            return Err(alone.error());
        }
        if self.question != other.question {
            return Err(Error::new(
                Code::IncompatiblePartials,
                "partial reports of different questions cannot be merged",
            )
            .with_hint("build every part with the same options; give dates instead of `all_time`"));
        }
        if self.known != other.known {
            return Err(Alone::Contacts.error());
        }
        self.span = union(self.span, other.span);
        for (mine, theirs) in self.given.iter_mut().zip(other.given) {
            mine.span = union(mine.span, theirs.span);
            mine.inside |= theirs.inside;
        }
        for note in other.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        self.names = united(std::mem::take(&mut self.names), other.names);
        let remap = self.adopt(&other.contacts);
        for (mine, theirs) in self.breakdowns.iter_mut().zip(other.breakdowns) {
            mine.merge(theirs, &remap)?;
        }
        if let (Some(mine), Some(theirs)) = (&mut self.delivery, other.delivery) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.logs.iter_mut().zip(&other.logs) {
            mine.total = mine.total.saturating_add(theirs.total);
            let limit = self.question.log_limit;
            mine.more |= theirs.more || mine.rows.len() + theirs.rows.len() > limit;
            mine.rows = mine.rows.merge(&theirs.rows, limit)?;
        }
        if self.counts_fit() {
            Ok(self)
        } else {
            Err(Error::new(Code::TooLarge, "the merged partial reports count more than 2^40 rows")
                .with_hint("merge every part once")
                .at("partial"))
        }
    }

    /// Which report it is a part of.
    pub fn report(&self) -> ReportKind {
        self.question.report
    }

    /// Adds the other's contacts; where each of them stands now.
    fn adopt(&mut self, others: &[ForeignId]) -> Vec<u32> {
        if others.is_empty() {
            return Vec::new();
        }
        let mut places: FxHashMap<ForeignId, u32> = self.contacts.iter().cloned().zip(0..).collect();
        others
            .iter()
            .map(|id| {
                let next = u32::try_from(places.len()).unwrap_or(u32::MAX);
                let place = *places.entry(id.clone()).or_insert(next);
                if place == next {
                    self.contacts.push(id.clone());
                }
                place
            })
            .collect()
    }

    /// The partial as bytes, with a version and a checksum.
    pub fn to_bytes(&self) -> Vec<u8> {
        let body = postcard::to_stdvec(self).unwrap_or_default();
        let mut bytes = Vec::with_capacity(body.len() + 10);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&CHECKSUM.checksum(&body).to_le_bytes());
        bytes.extend_from_slice(&body);
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// `damaged` for bytes that are cut short, altered or no partial; `unsupported_version` for another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let damaged = |message: &str| Error::new(Code::Damaged, message).at("partial");
        let Some((head, body)) = bytes.split_at_checked(10) else {
            return Err(damaged("the bytes are too short for a partial report"));
        };
        if &head[..4] != MAGIC {
            return Err(damaged("the bytes are no partial report"));
        }
        let version = u16::from_le_bytes([head[4], head[5]]);
        if version != VERSION {
            return Err(Error::new(Code::UnsupportedVersion, format!("partial report of version {version}"))
                .with_hint(format!("this library reads version {VERSION}"))
                .at("partial"));
        }
        if CHECKSUM.checksum(body).to_le_bytes() != head[6..] {
            return Err(damaged("the bytes of the partial report are damaged"));
        }
        let partial: Self =
            postcard::from_bytes(body).map_err(|_| damaged("the bytes of the partial report are damaged"))?;
        if partial.is_sound() { Ok(partial) } else { Err(damaged("the partial report contradicts itself")) }
    }

    /// Whether lengths agree and counts fit: a checksum proves no origin.
    fn is_sound(&self) -> bool {
        let buckets = self.question.bucket_keys.len();
        let edges = self.question.edges.len();
        let row = |row: &Counted| row.buckets.len() == buckets.max(1);
        (edges == buckets + 1 || (edges == 0 && buckets == 0))
            && self.question.log_limit <= LOG_LIMIT
            && self.given.len() == self.question.components.len()
            && self.breakdowns.iter().all(|part| part.rows.iter().all(row))
            && self.logs.iter().all(|log| log.rows.is_sound())
            && self.counts_fit()
    }

    /// Whether counts are such that sums of them cannot overflow.
    fn counts_fit(&self) -> bool {
        const MOST: u64 = 1 << 40;
        let count = |count: &u64| *count <= MOST;
        let row = |row: &Counted| row.buckets.iter().all(count) && count(&row.previous);
        let delivery = |delivery: &DeliveryCounts| {
            let DeliveryCounts { funnel, not_supported, failures } = delivery;
            [funnel.sent, funnel.delivered, funnel.read, not_supported.delivered, not_supported.read].iter().all(count)
                && failures.iter().all(|row| count(&row.count))
        };
        self.breakdowns.iter().all(|part| part.rows.iter().all(row) && part.without.iter().all(count))
            && self.delivery.iter().all(delivery)
            && self.logs.iter().all(|log| count(&log.total))
    }
}

/// The span of both.
fn union(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}

/// The later name of every contact.
fn united(mut one: Vec<ToldName>, other: Vec<ToldName>) -> Vec<ToldName> {
    one.extend(other);
    one.sort_unstable_by(|a, b| (&a.contact, &b.order).cmp(&(&b.contact, &a.order)));
    one.dedup_by(|later, kept| later.contact == kept.contact);
    one
}

impl LogCounts {
    /// A log of rows that were looked for up to one more than the page shows.
    pub(crate) fn new(component: Component, total: u64, mut rows: LogRows, limit: usize) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        Self { component, total, rows, more }
    }

    fn is_empty(&self) -> bool {
        self.total == 0
    }
}

impl Partial {
    /// An answer without any rows.
    pub(crate) fn empty(question: Question, span: Option<(Instant, Instant)>) -> Self {
        Self {
            alone: None,
            known: 0,
            span: span.map(|(first, last)| (first.as_millis(), last.as_millis())),
            given: vec![Given::default(); question.components.len()],
            notes: Vec::new(),
            names: Vec::new(),
            breakdowns: Vec::new(),
            delivery: None,
            logs: Vec::new(),
            contacts: Vec::new(),
            question,
        }
    }

    /// Says what was given of the rows that empty parts show.
    pub(crate) fn explain(&mut self, given: impl Fn(Component) -> Given) {
        let is_filtered = !self.question.filters.set().is_empty();
        for (place, component) in self.question.components.iter().enumerate() {
            let counts = self.breakdowns.iter().find(|part| part.component == *component);
            let log = self.logs.iter().find(|log| log.component == *component);
            if counts.is_some_and(BreakdownCounts::is_empty) || log.is_some_and(LogCounts::is_empty) {
                let found = given(*component);
                self.given[place] = Given { inside: found.inside && is_filtered, ..found };
            }
        }
    }
}

impl BreakdownCounts {
    fn is_empty(&self) -> bool {
        self.without.unwrap_or(0) == 0 && self.rows.iter().all(|row| row.buckets.iter().all(|count| *count == 0))
    }

    fn merge(&mut self, other: Self, remap: &[u32]) -> Result<()> {
        self.without = match (self.without, other.without) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (a, b) => a.or(b),
        };
        let places: FxHashMap<Key, usize> =
            self.rows.iter().enumerate().map(|(place, row)| (row.key.clone(), place)).collect();
        for mut row in other.rows {
            if let Some(set) = row.contacts.take() {
                let moved: RoaringBitmap =
                    read_set(&set)?.into_iter().filter_map(|place| remap.get(place as usize).copied()).collect();
                row.contacts = Some(write_set(&moved));
            }
            let Some(&place) = places.get(&row.key) else {
                self.rows.push(row);
                continue;
            };
            let mine = &mut self.rows[place];
            for (mine, theirs) in mine.buckets.iter_mut().zip(row.buckets) {
                *mine = mine.saturating_add(theirs);
            }
            mine.previous = mine.previous.saturating_add(row.previous);
            mine.name = mine.name.take().or(row.name);
            if let (Some(a), Some(b)) = (&mine.contacts, &row.contacts) {
                mine.contacts = Some(write_set(&(read_set(a)? | read_set(b)?)));
            }
        }
        Ok(())
    }
}

impl DeliveryCounts {
    fn merge(&mut self, other: Self) {
        self.funnel.sent = self.funnel.sent.saturating_add(other.funnel.sent);
        self.funnel.delivered = self.funnel.delivered.saturating_add(other.funnel.delivered);
        self.funnel.read = self.funnel.read.saturating_add(other.funnel.read);
        self.not_supported.delivered = self.not_supported.delivered.saturating_add(other.not_supported.delivered);
        self.not_supported.read = self.not_supported.read.saturating_add(other.not_supported.read);
        for row in other.failures {
            match self.failures.iter_mut().find(|mine| mine.code == row.code && mine.error == row.error) {
                Some(mine) => mine.count = mine.count.saturating_add(row.count),
                None => self.failures.push(row),
            }
        }
    }
}

/// A set of places as bytes.
pub(crate) fn write_set(set: &RoaringBitmap) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(set.serialized_size());
    // Writing into memory cannot fail.
    let _ = set.serialize_into(&mut bytes);
    bytes
}

/// Reads what [`write_set`] wrote.
pub(crate) fn read_set(bytes: &[u8]) -> Result<RoaringBitmap> {
    RoaringBitmap::deserialize_from(bytes)
        .map_err(|_| Error::new(Code::Damaged, "a set of contacts in the partial report is damaged").at("partial"))
}
