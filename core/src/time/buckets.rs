//! Time buckets of a period (T3, T4, D4).

use super::calendar::{DAY, HOUR, Unit, count_dates, date_of, day_number};
use super::instant::Instant;
use super::iso::{OffsetText, WallText};
use super::offsets::Offsets;
use super::period::{Period, PeriodPolicy};
use super::preset::Granularity;
use super::zone::Zone;
use crate::error::{Code, Error, Result};

/// The most buckets that one report can have.
const MOST: usize = 1_000_000;

/// The buckets of a period: contiguous, in order, all of them, the first and last clipped to the period (T4).
///
/// Built once a report; afterwards an instant is found among plain numbers, without the zone.
///
/// # Example
/// ```
/// use omnicontact::{Buckets, Granularity, Instant, PeriodPolicy, PeriodSpec, Zone};
/// let zone = Zone::new("Pacific/Apia").unwrap(); // skipped 2011-12-30
/// let policy = PeriodPolicy::default();
/// let period = PeriodSpec::parse("2011-12-29..2011-12-31").unwrap().resolve(&zone, Instant::MIN, None, &policy).unwrap();
/// let buckets = Buckets::new(&period, Granularity::Day, &zone, &policy).unwrap();
/// assert_eq!(buckets.keys(), ["2011-12-29", "2011-12-31"]);
/// assert_eq!(buckets.end(0), buckets.start(1));
/// assert_eq!(buckets.index_of(period.start().as_millis()), Some(0));
/// assert_eq!(buckets.index_of(period.end().as_millis()), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets {
    granularity: Granularity,
    edges: Vec<i64>,
    keys: Vec<String>,
}

impl Buckets {
    /// The buckets of a period; `policy` says where weeks begin (T3, T4, D4).
    ///
    /// # Errors
    /// `too_large` at `granularity` for more than 1,000,000 buckets.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Buckets, Granularity, Instant, PeriodPolicy, PeriodSpec, Zone};
    /// let (zone, policy) = (Zone::utc(), PeriodPolicy::default());
    /// let spec = PeriodSpec::parse("2026-07-01..2026-10-01").unwrap(); // 93 days
    /// let period = spec.resolve(&zone, Instant::MIN, None, &policy).unwrap();
    /// let buckets = Buckets::new(&period, Granularity::Auto, &zone, &policy).unwrap();
    /// assert_eq!(buckets.granularity(), Granularity::Week);
    /// assert_eq!(buckets.keys()[0], "2026-06-29"); // the Monday of the first, clipped week
    /// assert_eq!(buckets.edges().len(), buckets.len() + 1);
    /// ```
    pub fn new(period: &Period, granularity: Granularity, zone: &Zone, policy: &PeriodPolicy) -> Result<Self> {
        let (start, end) = (period.start().as_millis(), period.end().as_millis());
        if period.is_empty() {
            return Ok(Self { granularity: auto(granularity, 0), edges: Vec::new(), keys: Vec::new() });
        }
        // No hour bucket is longer than 60 minutes: told before anything is built.
        if granularity == Granularity::Hour && usize::try_from((end - start) / HOUR).is_ok_and(|hours| hours > MOST) {
            return Err(too_large());
        }
        let offsets = zone.offsets(start, end);
        let touched = match period.dates() {
            // Dates that never existed count, also where the period begins or ends with them (D38).
            Some((from, to)) => count_dates(from, to),
            None => offsets.day(end - 1) - offsets.day(start) + 1,
        };
        let granularity = auto(granularity, touched);
        let mut buckets = Self { granularity, edges: vec![start], keys: Vec::new() };
        match granularity {
            Granularity::Hour => buckets.add_hours(&offsets, end)?,
            Granularity::Day => buckets.add_units(Unit::Day, &offsets, end)?,
            Granularity::Week => buckets.add_units(Unit::Week(policy.week_start), &offsets, end)?,
            Granularity::Quarter => buckets.add_units(Unit::Quarter, &offsets, end)?,
            Granularity::Year => buckets.add_units(Unit::Year, &offsets, end)?,
            Granularity::Month | Granularity::Auto => buckets.add_units(Unit::Month, &offsets, end)?,
        }
        Ok(buckets)
    }

    /// Closes a bucket of the last edge and `edge`.
    fn close(&mut self, edge: i64, key: String) -> Result<()> {
        if self.keys.len() == MOST {
            return Err(too_large());
        }
        self.edges.push(edge);
        self.keys.push(key);
        Ok(())
    }

    fn add_units(&mut self, unit: Unit, offsets: &Offsets, end: i64) -> Result<()> {
        let mut edge = self.edges[0];
        let mut first = unit.first_date(date_of(offsets.day(edge)));
        while edge < end {
            let next = unit.next(first);
            let midnight = day_number(next) * DAY;
            // The zone's rules are at hand around the period only; a unit that ends far after it is clipped anyway.
            let stop = if midnight > end + 2 * DAY { end } else { offsets.start(day_number(next)).min(end) };
            // A date that never existed has no bucket (T3).
            if stop > edge {
                self.close(stop, unit.key(first))?;
            }
            (edge, first) = (stop, next);
        }
        Ok(())
    }

    fn add_hours(&mut self, offsets: &Offsets, end: i64) -> Result<()> {
        let mut edge = self.edges[0];
        let mut day = offsets.day(edge);
        let mut start = offsets.start(day);
        while edge < end {
            let stop = offsets.start(day + 1);
            let pieces = Pieces { day, start, stop, steady: offsets.steady(start, stop) };
            // D4: counted from the day's start, also where the period starts later.
            let mut piece = edge - (edge - start) % HOUR;
            while edge < stop.min(end) {
                let next = (piece + HOUR).min(stop);
                self.close(next.min(end), pieces.key(piece, offsets))?;
                (edge, piece) = (next, next);
            }
            (day, start) = (day + 1, stop);
        }
        Ok(())
    }

    /// The width of the buckets; never `auto`.
    pub fn granularity(&self) -> Granularity {
        self.granularity
    }

    /// How many buckets there are; none for an empty period (T5).
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no bucket, as the period is empty.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The bounds in epoch milliseconds, strictly increasing: bucket i is `[edges[i], edges[i + 1])`.
    ///
    /// One more than there are buckets, from the period's start to its end; empty for an empty period.
    pub fn edges(&self) -> &[i64] {
        &self.edges
    }

    /// A stable key for each bucket, the same wherever the period cuts it, and never twice.
    ///
    /// Year `2026`, quarter `2026-Q3`, month `2026-07`; day `2026-07-01`; week: its first date by the policy
    /// `week_start`. Hour: the wall time at which it begins, `2026-07-01T13`; where that is not a full hour, happens
    /// twice on the day, or shows another date, `2026-07-01T13:30-03:00`, with minutes and offset (D4).
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Buckets, Granularity, Instant, PeriodPolicy, PeriodSpec, Zone};
    /// let (zone, policy) = (Zone::new("Europe/Paris").unwrap(), PeriodPolicy::default());
    /// let spec = PeriodSpec::parse("2021-10-31..2021-10-31").unwrap(); // clocks went back from 03:00 to 02:00
    /// let period = spec.resolve(&zone, Instant::MIN, None, &policy).unwrap();
    /// let buckets = Buckets::new(&period, Granularity::Hour, &zone, &policy).unwrap();
    /// let expected = ["2021-10-31T01", "2021-10-31T02:00+02:00", "2021-10-31T02:00+01:00", "2021-10-31T03"];
    /// assert_eq!(buckets.keys()[1..5], expected);
    /// ```
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// First instant of a bucket.
    ///
    /// # Panics
    /// If there is no such bucket, as a slice does.
    pub fn start(&self, index: usize) -> Instant {
        Self::instant(self.edges[..self.len()][index])
    }

    /// First instant after a bucket.
    ///
    /// # Panics
    /// If there is no such bucket, as a slice does.
    pub fn end(&self, index: usize) -> Instant {
        Self::instant(self.edges[index + 1])
    }

    /// Edges lie within a period, which lies within the range of instants.
    fn instant(edge: i64) -> Instant {
        Instant::from_millis(edge).unwrap_or(Instant::MAX)
    }

    /// The bucket that holds an instant in epoch milliseconds; none outside the period.
    pub fn index_of(&self, at_ms: i64) -> Option<usize> {
        let after = self.edges.partition_point(|edge| *edge <= at_ms);
        if after < self.edges.len() { after.checked_sub(1) } else { None }
    }
}

/// The hours of one local day.
struct Pieces {
    day: i64,
    start: i64,
    stop: i64,
    /// Whether the clock is not changed within the day.
    steady: bool,
}

impl Pieces {
    /// The key of the hour that begins at `piece`.
    fn key(&self, piece: i64, offsets: &Offsets) -> String {
        let wall = offsets.wall(piece);
        let mut key = WallText(wall).to_string();
        if wall % HOUR == 0 && wall.div_euclid(DAY) == self.day && self.only(piece, wall, offsets) {
            key.truncate(key.len() - ":00:00.000".len());
            return key;
        }
        // Days start on whole seconds, nearly all of them on whole minutes.
        key.truncate(key.len() - if wall % 60_000 == 0 { ":00.000".len() } else { ".000".len() });
        key + &OffsetText(wall - piece).to_string()
    }

    /// Whether no other hour of the day begins at the same wall time.
    fn only(&self, piece: i64, wall: i64, offsets: &Offsets) -> bool {
        if self.steady {
            return true;
        }
        let hours = (self.stop - self.start) / HOUR;
        (0..=hours)
            .map(|count| self.start + count * HOUR)
            .filter(|other| *other < self.stop && *other != piece)
            .all(|other| offsets.wall(other) != wall)
    }
}

/// T4, D4: bounds inclusive; dates are counted by the calendar (D1).
fn auto(granularity: Granularity, days: i64) -> Granularity {
    match granularity {
        Granularity::Auto if days <= 2 => Granularity::Hour,
        Granularity::Auto if days <= 92 => Granularity::Day,
        Granularity::Auto if days <= 400 => Granularity::Week,
        Granularity::Auto => Granularity::Month,
        chosen => chosen,
    }
}

fn too_large() -> Error {
    Error::new(Code::TooLarge, "the period has more than 1000000 buckets")
        .at("granularity")
        .with_hint("choose a coarser granularity or a shorter period")
}
