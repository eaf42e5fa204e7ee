//! What a host says about its file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::rule::Rule;
use crate::label::labels;
use crate::time::Zone;

labels! { closed
    /// Format of the input.
    Format, "format" {
        /// NDJSON if the first byte that is not blank is `{`, else CSV.
        Auto = "auto",
        /// Comma-separated values, RFC 4180.
        Csv = "csv",
        /// One JSON object a line.
        Ndjson = "ndjson",
    }
}

labels! { closed
    /// What separates the cells of CSV.
    Delimiter, "delimiter" {
        /// Whichever of the three the header has most of.
        Auto = "auto",
        /// A comma.
        Comma = "comma",
        /// A semicolon.
        Semicolon = "semicolon",
        /// A tab.
        Tab = "tab",
    }
}

labels! { closed
    /// What ids in CSV become. JSON says it itself: numbers are integers, texts are texts.
    Ids, "kind of id" {
        /// Texts, `0042` and `42` alike.
        Text = "text",
        /// Integers where written as one without needless zeros or sign (64 bits), else texts.
        Integer = "integer",
    }
}

labels! { closed
    /// How times are written. ISO 8601 with a `T` or a space is read under every setting but `twitter`.
    TimeFormat, "time format" {
        /// Whole numbers are milliseconds since 1970.
        Auto = "auto",
        /// Whole numbers are seconds since 1970.
        Seconds = "seconds",
        /// Whole numbers are milliseconds since 1970.
        Milliseconds = "milliseconds",
        /// Whole numbers are microseconds since 1970; what is below a millisecond is dropped.
        Microseconds = "microseconds",
        /// `Tue Oct 31 22:10:47 +0000 2017`.
        Twitter = "twitter",
    }
}

/// How far a reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes taken from the reader.
    pub bytes: u64,
    /// Rows read.
    pub rows: u64,
}

type OnProgress = Arc<dyn Fn(Progress) -> ControlFlow<()> + Send + Sync>;

/// What a host says about its file; the default reads a file whose columns have the names of the
/// [fields](crate::import#fields).
///
/// Nothing is trimmed and names are compared exactly. As data (JSON) the keys are the names of the setters' fields:
/// `format`, `delimiter`, `mapping`, `values`, `zone`, `time_format`, `ids`, `ignored_columns`, `ignore_unknown`,
/// `max_cell_bytes`; other keys are refused.
///
/// # Example
/// ```
/// use omnicontact::import::{self, ImportOptions, Rule, TimeFormat};
/// // The layout of a public data set of customer care on Twitter, as it is.
/// let file = "\
/// tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id
/// 8,115712,True,Tue Oct 31 21:45:10 +0000 2017,@SprintCare is the worst customer service,\"9,6,10\",
/// 9,sprintcare,False,Tue Oct 31 21:46:24 +0000 2017,@115712 I would love the chance to review the account.,,8.0
/// ";
/// let options = ImportOptions::default()
///     .time_format(TimeFormat::Twitter)
///     .map("id", "tweet_id")
///     .map("sent_at", "created_at")
///     .map("content", "text")
///     .map("direction", "inbound")
///     .value("direction", "True", "incoming")
///     .value("direction", "False", "outgoing")
///     .field("contact", Rule::column("author_id").when("direction", "incoming"))
///     .field("contact", Rule::mention("text").when("direction", "outgoing"))
///     .field("channel", Rule::mention("text").among(["sprintcare"]).when("direction", "incoming"))
///     .field("channel", Rule::column("author_id").when("direction", "outgoing"))
///     .ignore(["response_tweet_id", "in_response_to_tweet_id"]);
/// let messages = import::messages(file.as_bytes(), &options)?.rows;
/// assert_eq!(messages[0].contact, "115712".into());
/// assert_eq!(messages[1].contact, "115712".into());
/// assert_eq!(messages[0].channel, Some("sprintcare".into()));
/// assert_eq!(messages[1].channel, Some("sprintcare".into()));
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ImportOptions {
    /// Format of the input.
    pub format: Format,
    /// What separates the cells of CSV.
    pub delimiter: Delimiter,
    /// Where fields come from that have no column of their own name: the first rule wins whose condition holds and
    /// whose value is not missing.
    #[serde(deserialize_with = "one_or_more")]
    pub mapping: BTreeMap<String, Vec<Rule>>,
    /// Values that the file writes differently: field, then its word, then ours. Words without an entry stay.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Zone of times that do not say their offset; without it they are errors.
    #[serde(serialize_with = "zone_name", deserialize_with = "zone_of_name")]
    pub zone: Option<Zone>,
    /// How times are written.
    pub time_format: TimeFormat,
    /// What ids in CSV become.
    pub ids: Ids,
    /// Columns that nobody needs.
    pub ignored_columns: BTreeSet<String>,
    /// Whether columns that nobody knows are ignored; otherwise they are errors.
    pub ignore_unknown: bool,
    /// Longest cell in bytes; a whole row may have eight times as many.
    pub max_cell_bytes: usize,
    #[serde(skip)]
    pub(super) on_progress: Option<OnProgress>,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            format: Format::Auto,
            delimiter: Delimiter::Auto,
            mapping: BTreeMap::new(),
            values: BTreeMap::new(),
            zone: None,
            time_format: TimeFormat::Auto,
            ids: Ids::Text,
            ignored_columns: BTreeSet::new(),
            ignore_unknown: false,
            max_cell_bytes: 2 * 1024 * 1024,
            on_progress: None,
        }
    }
}

impl ImportOptions {
    /// Sets the format.
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Sets the delimiter of CSV.
    pub fn delimiter(mut self, delimiter: Delimiter) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// Takes a field from a column of another name: `map("sent_at", "created_at")`.
    pub fn map(self, field: impl Into<String>, column: impl Into<String>) -> Self {
        self.field(field, Rule::column(column))
    }

    /// Gives a field the same value in every row: `constant("direction", "incoming")`.
    pub fn constant(self, field: impl Into<String>, value: impl Into<String>) -> Self {
        self.field(field, Rule::constant(value))
    }

    /// Adds a rule for a field, after those it has.
    pub fn field(mut self, field: impl Into<String>, rule: Rule) -> Self {
        self.mapping.entry(field.into()).or_default().push(rule);
        self
    }

    /// Reads a value of a field as another: `value("direction", "True", "incoming")`. An empty one means missing.
    pub fn value(mut self, field: impl Into<String>, theirs: impl Into<String>, ours: impl Into<String>) -> Self {
        self.values.entry(field.into()).or_default().insert(theirs.into(), ours.into());
        self
    }

    /// Sets the zone of times that do not say their offset.
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = Some(zone);
        self
    }

    /// Sets how times are written.
    pub fn time_format(mut self, time_format: TimeFormat) -> Self {
        self.time_format = time_format;
        self
    }

    /// Sets what ids in CSV become.
    pub fn ids(mut self, ids: Ids) -> Self {
        self.ids = ids;
        self
    }

    /// Ignores these columns, or in JSON these keys with all that is below them.
    pub fn ignore<S: Into<String>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
        self.ignored_columns.extend(columns.into_iter().map(Into::into));
        self
    }

    /// Ignores all columns that nobody knows.
    pub fn ignore_unknown(mut self) -> Self {
        self.ignore_unknown = true;
        self
    }

    /// Sets the longest cell, in bytes; a whole row may have eight times as many.
    pub fn max_cell_bytes(mut self, bytes: usize) -> Self {
        self.max_cell_bytes = bytes;
        self
    }

    /// Hears about the progress every few hundred kilobytes and at the end; `Break` ends the reading with the error
    /// `cancelled`.
    pub fn on_progress(mut self, heard: impl Fn(Progress) -> ControlFlow<()> + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(heard));
        self
    }

    /// Longest row in bytes: room for a long cell whose every character is written as an escape.
    pub(super) fn max_row_bytes(&self) -> usize {
        self.max_cell_bytes.saturating_mul(8)
    }
}

impl fmt::Debug for ImportOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportOptions")
            .field("format", &self.format)
            .field("delimiter", &self.delimiter)
            .field("mapping", &self.mapping)
            .field("values", &self.values)
            .field("zone", &self.zone)
            .field("time_format", &self.time_format)
            .field("ids", &self.ids)
            .field("ignored_columns", &self.ignored_columns)
            .field("ignore_unknown", &self.ignore_unknown)
            .field("max_cell_bytes", &self.max_cell_bytes)
            .finish_non_exhaustive()
    }
}

/// One rule of a field, or a list of them.
fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Vec<Rule>>, D::Error> {
    struct Rules(Vec<Rule>);
    struct RulesVisitor;
    impl<'de> Deserialize<'de> for Rules {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(RulesVisitor)
        }
    }
    impl<'de> Visitor<'de> for RulesVisitor {
        type Value = Rules;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a column's name, a rule, or a list of them")
        }
        fn visit_str<E: de::Error>(self, name: &str) -> Result<Rules, E> {
            Ok(Rules(vec![Rule::column(name)]))
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Rules, A::Error> {
            Rule::deserialize(MapAccessDeserializer::new(map)).map(|rule| Rules(vec![rule]))
        }
        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Rules, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(list)).map(Rules)
        }
    }
    let mapping = BTreeMap::<String, Rules>::deserialize(deserializer)?;
    Ok(mapping.into_iter().map(|(field, Rules(rules))| (field, rules)).collect())
}

#[expect(clippy::ref_option, reason = "the signature is serde's")]
fn zone_name<S: Serializer>(zone: &Option<Zone>, serializer: S) -> Result<S::Ok, S::Error> {
    zone.as_ref().map(Zone::name).serialize(serializer)
}

fn zone_of_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Zone>, D::Error> {
    Option::<String>::deserialize(deserializer)?
        .map(|name| Zone::new(&name).map_err(crate::error::Error::into_serde))
        .transpose()
}
