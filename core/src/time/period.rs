//! Periods: what is asked for, and the instants it comes to (T2, T5, D1 to D3).

use std::fmt;

use chrono::{Days, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::calendar::{Unit, count_dates};
use super::instant::{Instant, out_of_range};
use super::iso::{self, DateText};
use super::preset::{Preset, Weekday};
use super::zone::Zone;
use crate::error::{Code, Error, Result};

/// How the presets are read: policies of T2, D2 and D37.
///
/// # Example
/// ```
/// use omnicontact::{PeriodPolicy, Weekday};
/// let policy = PeriodPolicy::default().include_today(false).week_start(Weekday::Sunday);
/// assert!(!policy.include_today && !policy.whole_unit);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PeriodPolicy {
    /// Whether the last N days end today; else they end yesterday. Default true (T2).
    pub include_today: bool,
    /// First day of the week. Default Monday (T2).
    pub week_start: Weekday,
    /// Whether this week, month, quarter and year go to the unit's end; else to the end of today. Default false (D2).
    pub whole_unit: bool,
    /// Whether `all_time` goes to the end of today, or of the last record's day if later; else it ends with the day of the
    /// last record. Default false (D37).
    pub to_today: bool,
}

impl Default for PeriodPolicy {
    fn default() -> Self {
        Self { include_today: true, week_start: Weekday::Monday, whole_unit: false, to_today: false }
    }
}

impl PeriodPolicy {
    /// Sets whether the last N days end today.
    pub fn include_today(mut self, include_today: bool) -> Self {
        self.include_today = include_today;
        self
    }

    /// Sets the first day of the week.
    pub fn week_start(mut self, week_start: Weekday) -> Self {
        self.week_start = week_start;
        self
    }

    /// Sets whether this week, month, quarter and year go to the unit's end.
    pub fn whole_unit(mut self, whole_unit: bool) -> Self {
        self.whole_unit = whole_unit;
        self
    }

    /// Sets whether `all_time` goes to the end of today.
    pub fn to_today(mut self, to_today: bool) -> Self {
        self.to_today = to_today;
        self
    }
}

/// A period as it is asked for (T2).
///
/// # Example
/// ```
/// use omnicontact::{PeriodPolicy, PeriodSpec, Preset, Zone, Instant};
/// let zone = Zone::new("America/Guayaquil").unwrap();
/// let now = Instant::parse("2026-07-15T12:00:00-05:00").unwrap();
/// let period = PeriodSpec::from(Preset::ThisMonth).resolve(&zone, now, None, &PeriodPolicy::default()).unwrap();
/// assert_eq!(zone.format(period.start()), "2026-07-01T00:00:00.000-05:00");
/// assert_eq!(zone.format(period.end()), "2026-07-16T00:00:00.000-05:00");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PeriodSpec {
    /// A named period; `custom` by itself names none and is refused.
    Preset(Preset),
    /// Local dates, the last one included (D2).
    Dates {
        /// First date.
        from: NaiveDate,
        /// Last date, included.
        to: NaiveDate,
    },
    /// Exact instants, the end excluded (D2).
    Instants {
        /// First instant.
        start: Instant,
        /// First instant after the period.
        end: Instant,
    },
}

impl From<Preset> for PeriodSpec {
    fn from(preset: Preset) -> Self {
        Self::Preset(preset)
    }
}

/// What a preset asks for.
enum Span {
    /// `count` local dates, ending `ago` dates before today.
    Days {
        count: i64,
        ago: i64,
    },
    /// The unit that today is in.
    This(Unit),
    /// The unit before that.
    Last(Unit),
    AllTime,
}

impl PeriodSpec {
    /// Local dates from `from` to `to`, both included.
    pub fn dates(from: NaiveDate, to: NaiveDate) -> Self {
        Self::Dates { from, to }
    }

    /// Exact instants from `start` until before `end`.
    pub fn between(start: Instant, end: Instant) -> Self {
        Self::Instants { start, end }
    }

    /// Reads a preset's word, `2026-07-01..2026-07-31` (last date included) or
    /// `2026-07-01T00:00:00Z..2026-07-02T00:00:00Z` (end excluded); `Display` writes the same.
    ///
    /// # Errors
    /// `unknown_label` at `period` for another word; `invalid_date` or `instant_out_of_range` at `period.from`,
    /// `period.to`, `period.start` or `period.end`. The order of the ends is checked by [`PeriodSpec::resolve`].
    ///
    /// # Example
    /// ```
    /// use omnicontact::{PeriodSpec, Preset};
    /// assert_eq!(PeriodSpec::parse("last_30_days").unwrap(), PeriodSpec::from(Preset::Last30Days));
    /// let july = PeriodSpec::parse("2026-07-01..2026-07-31").unwrap();
    /// assert_eq!(july, PeriodSpec::dates("2026-07-01".parse().unwrap(), "2026-07-31".parse().unwrap()));
    /// assert_eq!(july.to_string(), "2026-07-01..2026-07-31");
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let Some((first, second)) = text.split_once("..") else {
            return Preset::parse(text).map(Self::Preset).map_err(|error| {
                let words = error.hint().unwrap_or_default().to_owned();
                error.at("period").with_hint(format!("{words}; or dates, `2026-07-01..2026-07-31`"))
            });
        };
        // A time has a colon, a date has none.
        match (first.contains(':'), second.contains(':')) {
            (false, false) => {
                Ok(Self::Dates { from: read_date(first, "period.from")?, to: read_date(second, "period.to")? })
            }
            (true, true) => Ok(Self::Instants {
                start: Instant::parse(first).map_err(|error| error.at("period.start"))?,
                end: Instant::parse(second).map_err(|error| error.at("period.end"))?,
            }),
            _ => Err(Error::new(Code::InvalidDate, "a period goes from date to date or from instant to instant")
                .at("period")
                .with_hint("write `2026-07-01..2026-07-31` or `2026-07-01T00:00:00Z..2026-08-01T00:00:00Z`")),
        }
    }

    /// The period's instants in a zone, seen at `now` (T2, D1, D2).
    ///
    /// `records` are the first and last record of the report's input, which `all_time` asks for; without any,
    /// `all_time` is empty, at the start of today.
    ///
    /// # Errors
    /// `period_reversed` at `period.to` or `period.end` (T5), or at `records`; `instant_out_of_range` at `period`,
    /// `period.from` or `period.to` if the period leaves the years 1970 to 9999 (T5: the end counts, so the last date
    /// of 9999 is too late in UTC and west of it); `missing_option` at `period` for `custom` without ends.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Instant, PeriodPolicy, PeriodSpec, Zone};
    /// let zone = Zone::new("America/Santiago").unwrap();
    /// let spec = PeriodSpec::parse("2026-09-06..2026-09-06").unwrap(); // its midnight is skipped
    /// let period = spec.resolve(&zone, Instant::MIN, None, &PeriodPolicy::default()).unwrap();
    /// assert_eq!(period.end().as_millis() - period.start().as_millis(), 23 * 3_600_000);
    /// ```
    pub fn resolve(
        &self,
        zone: &Zone,
        now: Instant,
        records: Option<(Instant, Instant)>,
        policy: &PeriodPolicy,
    ) -> Result<Period> {
        match *self {
            Self::Preset(preset) => {
                let today = zone.day_of(now);
                let (from, to) = match span(preset, policy)? {
                    Span::Days { count, ago } => (step(today, 1 - ago - count), step(today, -ago)),
                    Span::This(unit) => {
                        let first = unit.first_date(today);
                        (first, if policy.whole_unit { step(unit.next(first), -1) } else { today })
                    }
                    Span::Last(unit) => unit_before(unit, unit.first_date(today)),
                    Span::AllTime => match records {
                        Some((first, last)) if first > last => {
                            return Err(
                                Error::new(Code::PeriodReversed, "the last record is before the first").at("records")
                            );
                        }
                        Some((first, last)) => {
                            let last = zone.day_of(last);
                            (zone.day_of(first), if policy.to_today { today.max(last) } else { last })
                        }
                        None => {
                            let start = zone.day_start(today).map_err(|error| error.at("period"))?;
                            return Ok(Period { start, end: start, dates: None, preset });
                        }
                    },
                };
                Period::of_dates(zone, from, to, preset, ["period", "period"])
            }
            Self::Dates { from, to } if to < from => {
                Err(Error::new(Code::PeriodReversed, "the period ends before it starts")
                    .at("period.to")
                    .with_hint(format!("`to` is the last date, included: `{}` or later", DateText(from))))
            }
            Self::Dates { from, to } => Period::of_dates(zone, from, to, Preset::Custom, ["period.from", "period.to"]),
            Self::Instants { start, end } if end < start => {
                Err(Error::new(Code::PeriodReversed, "the period ends before it starts")
                    .at("period.end")
                    .with_hint(format!("`end` is the first instant after the period: `{start}` or later")))
            }
            Self::Instants { start, end } => Ok(Period { start, end, dates: None, preset: Preset::Custom }),
        }
    }

    /// The period to compare with (P11, D3); none for `all_time`, and where it would begin before 1970 (D26).
    ///
    /// Presets of days and `custom` by dates: as many local dates before. `this_*`: the unit before, cut to the same
    /// number of days. `last_*`: the unit before that. `custom` by instants: the same duration before.
    ///
    /// # Errors
    /// Those of [`PeriodSpec::resolve`] for the period itself.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Instant, PeriodPolicy, PeriodSpec, Zone};
    /// let now = Instant::parse("2026-03-30T12:00:00Z").unwrap();
    /// let spec = PeriodSpec::parse("this_month").unwrap(); // 30 days; February has 28
    /// let previous = spec.previous(&Zone::utc(), now, None, &PeriodPolicy::default()).unwrap().unwrap();
    /// assert_eq!(previous.start().to_string(), "2026-02-01T00:00:00.000Z");
    /// assert_eq!(previous.end().to_string(), "2026-03-01T00:00:00.000Z");
    /// ```
    pub fn previous(
        &self,
        zone: &Zone,
        now: Instant,
        records: Option<(Instant, Instant)>,
        policy: &PeriodPolicy,
    ) -> Result<Option<Period>> {
        let period = self.resolve(zone, now, records, policy)?;
        let Some((from, to)) = period.dates else {
            let start = period.start.as_millis() - (period.end.as_millis() - period.start.as_millis());
            return match self {
                Self::Preset(_) => Ok(None),
                _ => Ok(Instant::from_millis(start).ok().map(|start| Period { start, end: period.start, ..period })),
            };
        };
        let count = count_dates(from, to);
        let span = match *self {
            Self::Preset(preset) => span(preset, policy)?,
            _ => Span::Days { count, ago: 0 },
        };
        let (first, last) = match span {
            Span::AllTime => return Ok(None),
            Span::Days { .. } => (step(from, -count), step(from, -1)),
            Span::Last(unit) => unit_before(unit, from),
            Span::This(unit) => {
                let (first, last) = unit_before(unit, from);
                (first, last.min(step(first, count - 1)))
            }
        };
        // A period before 1970 is none (D26); no other can leave the years, as it ends before the one that did not.
        Ok(Period::of_dates(zone, first, last, Preset::Custom, ["period", "period"]).ok())
    }
}

impl fmt::Display for PeriodSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Preset(preset) => preset.fmt(f),
            Self::Dates { from, to } => write!(f, "{}..{}", DateText(*from), DateText(*to)),
            Self::Instants { start, end } => write!(f, "{start}..{end}"),
        }
    }
}

fn read_date(text: &str, path: &str) -> Result<NaiveDate> {
    iso::date(text).map_err(|why| {
        Error::new(Code::InvalidDate, format!("not a date: {why}"))
            .at(path)
            .with_hint("write a date like `2026-07-01`, or an instant like `2026-07-01T00:00:00Z`")
    })
}

fn span(preset: Preset, policy: &PeriodPolicy) -> Result<Span> {
    let week = Unit::Week(policy.week_start);
    let last = |count| Span::Days { count, ago: i64::from(!policy.include_today) };
    Ok(match preset {
        Preset::Today => Span::Days { count: 1, ago: 0 },
        Preset::Yesterday => Span::Days { count: 1, ago: 1 },
        Preset::Last7Days => last(7),
        Preset::Last14Days => last(14),
        Preset::Last30Days => last(30),
        Preset::ThisWeek => Span::This(week),
        Preset::LastWeek => Span::Last(week),
        Preset::ThisMonth => Span::This(Unit::Month),
        Preset::LastMonth => Span::Last(Unit::Month),
        Preset::ThisQuarter => Span::This(Unit::Quarter),
        Preset::LastQuarter => Span::Last(Unit::Quarter),
        Preset::ThisYear => Span::This(Unit::Year),
        Preset::LastYear => Span::Last(Unit::Year),
        Preset::AllTime => Span::AllTime,
        Preset::Custom => {
            return Err(Error::new(Code::MissingOption, "a custom period needs its ends")
                .at("period")
                .with_hint("give `from` and `to` as dates, or `start` and `end` as instants"));
        }
    })
}

/// The date so many dates later, by the calendar (D1).
fn step(date: NaiveDate, days: i64) -> NaiveDate {
    date + TimeDelta::days(days)
}

/// First and last date of the unit before the one with this first date.
fn unit_before(unit: Unit, first: NaiveDate) -> (NaiveDate, NaiveDate) {
    let last = step(first, -1);
    (unit.first_date(last), last)
}

/// A period's instants: half-open, `[start, end)` (T2).
///
/// # Example
/// ```
/// use omnicontact::{Instant, PeriodPolicy, PeriodSpec, Preset, Zone};
/// let now = Instant::parse("2026-07-15T12:00:00Z").unwrap();
/// let period = PeriodSpec::from(Preset::Today).resolve(&Zone::utc(), now, None, &PeriodPolicy::default()).unwrap();
/// assert!(period.contains(period.start()) && !period.contains(period.end()));
/// assert_eq!(period.preset(), Preset::Today);
/// let today = "2026-07-15".parse().unwrap();
/// assert_eq!(period.dates(), Some((today, today)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    start: Instant,
    end: Instant,
    dates: Option<(NaiveDate, NaiveDate)>,
    preset: Preset,
}

impl Period {
    /// The days of these dates; `paths` name the fields that the first and the last date come from.
    fn of_dates(zone: &Zone, from: NaiveDate, to: NaiveDate, preset: Preset, paths: [&str; 2]) -> Result<Self> {
        let start = zone.day_start(from).map_err(|error| error.at(paths[0]))?;
        let after = to.checked_add_days(Days::new(1)).unwrap_or(to);
        let end = zone.day_start(after).map_err(|_| out_of_range("the end of the period").at(paths[1]))?;
        Ok(Self { start, end, dates: Some((from, to)), preset })
    }

    /// First instant.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// First instant after the period.
    pub fn end(&self) -> Instant {
        self.end
    }

    /// First and last local date, both included; none for exact instants and for `all_time` without records.
    pub fn dates(&self) -> Option<(NaiveDate, NaiveDate)> {
        self.dates
    }

    /// The preset asked for; `custom` for dates, for instants and for a period to compare with.
    pub fn preset(&self) -> Preset {
        self.preset
    }

    /// Whether no instant lies in the period; an empty one has no buckets (T5).
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Whether an instant lies in the period.
    pub fn contains(&self, at: Instant) -> bool {
        self.start <= at && at < self.end
    }
}
