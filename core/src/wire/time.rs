//! Requests about time: periods, buckets, days (T).

use chrono::NaiveDate;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Code, Error, Result};
use crate::time::{Buckets, Granularity, Instant, Period, PeriodPolicy, PeriodSpec, Preset, Zone};

/// A period as plain data: a preset's word or `2026-07-01..2026-07-31`, dates `{from, to}`, or instants `{start, end}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeriodRequest {
    /// What [`PeriodSpec::parse`] reads.
    Text(String),
    /// Local dates, the last one included.
    Dates {
        /// First date.
        from: String,
        /// Last date, included.
        to: String,
    },
    /// Exact instants.
    Instants {
        /// First instant.
        start: Instant,
        /// First instant after the period.
        end: Instant,
    },
}

impl Default for PeriodRequest {
    /// `last_30_days`.
    fn default() -> Self {
        Self::Text(Preset::Last30Days.as_str().to_owned())
    }
}

impl PeriodRequest {
    /// The period that is asked for.
    ///
    /// # Errors
    /// Those of [`PeriodSpec::parse`].
    pub fn read(&self) -> Result<PeriodSpec> {
        match self {
            Self::Text(text) => PeriodSpec::parse(text),
            Self::Dates { from, to } => {
                for (end, text) in [("period.from", from), ("period.to", to)] {
                    if text.contains([':', '.']) {
                        return Err(Error::new(Code::InvalidDate, "not a date")
                            .at(end)
                            .with_hint("write dates like `2026-07-01`; exact instants go into `start` and `end`"));
                    }
                }
                PeriodSpec::parse(&format!("{from}..{to}"))
            }
            Self::Instants { start, end } => Ok(PeriodSpec::between(*start, *end)),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ends {
    from: Option<String>,
    to: Option<String>,
    start: Option<Instant>,
    end: Option<Instant>,
}

impl<'de> Deserialize<'de> for PeriodRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct PeriodVisitor;
        impl<'de> Visitor<'de> for PeriodVisitor {
            type Value = PeriodRequest;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a period's word, dates (from, to) or instants (start, end)")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<PeriodRequest, E> {
                Ok(PeriodRequest::Text(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<PeriodRequest, A::Error> {
                let Ends { from, to, start, end } = Ends::deserialize(MapAccessDeserializer::new(map))?;
                match (from, to, start, end) {
                    (Some(from), Some(to), None, None) => Ok(PeriodRequest::Dates { from, to }),
                    (None, None, Some(start), Some(end)) => Ok(PeriodRequest::Instants { start, end }),
                    _ => Err(Error::new(Code::MissingOption, "a period needs both of its ends")
                        .with_hint("give `from` and `to` as dates, or `start` and `end` as instants")
                        .into_serde()),
                }
            }
        }
        deserializer.deserialize_any(PeriodVisitor)
    }
}

/// Asks for the instants of a period and of the one before it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolvePeriod {
    /// IANA time zone.
    pub zone: String,
    /// The present.
    pub now: Instant,
    /// The period.
    pub period: PeriodRequest,
    /// Policies of periods.
    #[serde(default)]
    pub policies: PeriodPolicy,
    /// First and last record, for `all_time`.
    pub records: Option<(i64, i64)>,
}

/// Asks for the time buckets of a period.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketsRequest {
    /// IANA time zone.
    pub zone: String,
    /// The present.
    pub now: Instant,
    /// The period.
    pub period: PeriodRequest,
    /// Width of the buckets.
    #[serde(default = "auto")]
    pub granularity: Granularity,
    /// Policies of periods.
    #[serde(default)]
    pub policies: PeriodPolicy,
    /// First and last record, for `all_time`.
    pub records: Option<(i64, i64)>,
}

pub(super) const fn auto() -> Granularity {
    Granularity::Auto
}

/// Asks for the local day of an instant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayOf {
    /// IANA time zone.
    pub zone: String,
    /// The instant.
    pub at: Instant,
}

/// Asks for the first instant of a local date.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartOfDay {
    /// IANA time zone.
    pub zone: String,
    /// The date, `2026-07-01`.
    pub date: String,
}

/// First instant, and first instant after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First instant.
    pub start: Instant,
    /// First instant after it.
    pub end: Instant,
}

/// A period, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResolvedPeriod {
    /// First instant.
    pub start: Instant,
    /// First instant after it.
    pub end: Instant,
    /// First and last local date, both included; null for exact instants.
    pub dates: Option<(NaiveDate, NaiveDate)>,
    /// The period to compare with; null for `all_time`.
    pub previous: Option<Span>,
}

/// Time buckets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BucketList {
    /// Width; `auto` is resolved.
    pub granularity: Granularity,
    /// Bounds in epoch milliseconds, one more than there are buckets.
    pub edges: Vec<i64>,
    /// A stable key for each bucket.
    pub keys: Vec<String>,
}

/// A local date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LocalDate {
    /// The date.
    pub date: NaiveDate,
}

/// An instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StartInstant {
    /// The instant.
    pub start: Instant,
}

fn records(ends: Option<(i64, i64)>) -> Result<Option<(Instant, Instant)>> {
    let instant = |millis| Instant::from_millis(millis).map_err(|error| error.at("records"));
    ends.map(|(first, last)| Ok((instant(first)?, instant(last)?))).transpose()
}

fn span(period: &Period) -> Span {
    Span { start: period.start(), end: period.end() }
}

/// The instants of a period, and of the one to compare it with (T2, P11).
///
/// # Errors
/// `unknown_zone`, and those of [`PeriodSpec::resolve`].
pub fn resolve_period(request: &ResolvePeriod) -> Result<ResolvedPeriod> {
    let zone = Zone::new(&request.zone)?;
    let (spec, records) = (request.period.read()?, records(request.records)?);
    let period = spec.resolve(&zone, request.now, records, &request.policies)?;
    let previous = spec.previous(&zone, request.now, records, &request.policies)?;
    let Span { start, end } = span(&period);
    Ok(ResolvedPeriod { start, end, dates: period.dates(), previous: previous.as_ref().map(span) })
}

/// The time buckets of a period (T4).
///
/// # Errors
/// `unknown_zone`, those of [`PeriodSpec::resolve`] and of [`Buckets::new`].
pub fn buckets(request: &BucketsRequest) -> Result<BucketList> {
    let zone = Zone::new(&request.zone)?;
    let spec = request.period.read()?;
    let period = spec.resolve(&zone, request.now, records(request.records)?, &request.policies)?;
    let buckets = Buckets::new(&period, request.granularity, &zone, &request.policies)?;
    Ok(BucketList {
        granularity: buckets.granularity(),
        edges: buckets.edges().to_vec(),
        keys: buckets.keys().to_vec(),
    })
}

/// The local day of an instant (T3).
///
/// # Errors
/// `unknown_zone`.
pub fn day_of(request: &DayOf) -> Result<LocalDate> {
    Ok(LocalDate { date: Zone::new(&request.zone)?.day_of(request.at) })
}

/// The first instant of a local date (T3).
///
/// # Errors
/// `unknown_zone`; `invalid_date` or `instant_out_of_range` at `date`.
pub fn start_of_day(request: &StartOfDay) -> Result<StartInstant> {
    let zone = Zone::new(&request.zone)?;
    let date = NaiveDate::parse_from_str(&request.date, "%Y-%m-%d").ok().filter(|_| request.date.len() == 10);
    let date = date.ok_or_else(|| {
        Error::new(Code::InvalidDate, "not a date").with_hint("write a date like `2026-07-01`").at("date")
    })?;
    Ok(StartInstant { start: zone.start_of_day(date)? })
}
