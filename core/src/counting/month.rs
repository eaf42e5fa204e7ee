//! Quota months (R2).

use std::fmt;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Code, Error, Result};
use crate::time::{Instant, Zone};

/// A calendar month in the workspace's zone, `[1st 00:00, next 1st 00:00)`, written `2025-07` (R2).
///
/// # Example
/// ```
/// use omnicontact::{Instant, Zone};
/// use omnicontact::counting::Month;
/// let zone = Zone::new("America/Guayaquil")?;
/// let month = Month::parse("2025-07")?;
/// assert_eq!(month.start(&zone)?, Instant::parse("2025-07-01T05:00:00Z")?);
/// assert_eq!(Month::of(Instant::parse("2025-07-01T04:59:59Z")?, &zone).to_string(), "2025-06");
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct Month(u32);

impl Month {
    /// The month that an instant belongs to, by the day that it belongs to (T3).
    pub fn of(at: Instant, zone: &Zone) -> Self {
        Self::of_date(zone.day_of(at))
    }

    fn of_date(date: NaiveDate) -> Self {
        Self(u32::try_from(date.year()).unwrap_or(0) * 12 + date.month0())
    }

    /// A month from its text, `2025-07`.
    ///
    /// # Errors
    /// `invalid_date` if the text is no month.
    pub fn parse(text: &str) -> Result<Self> {
        let date = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok();
        let date = date.filter(|date| text.len() == 7 && (1969..=9999).contains(&date.year()));
        date.map(Self::of_date)
            .ok_or_else(|| Error::new(Code::InvalidDate, format!("`{text}` is no month")).with_hint("as `2025-07`"))
    }

    /// The first date.
    pub fn first_day(self) -> NaiveDate {
        let year = i32::try_from(self.0 / 12).unwrap_or(0);
        NaiveDate::from_ymd_opt(year, self.0 % 12 + 1, 1).unwrap_or_default()
    }

    /// The last date of the calendar, whether or not it exists in the zone.
    pub fn last_day(self) -> NaiveDate {
        self.next().first_day().pred_opt().unwrap_or_default()
    }

    /// The first instant.
    ///
    /// # Errors
    /// `instant_out_of_range` if the month lies outside the years 1970 to 9999.
    pub fn start(self, zone: &Zone) -> Result<Instant> {
        zone.start_of_day(self.first_day())
    }

    /// The first instant of the next month; the last instant of all for the last month of all.
    pub fn end(self, zone: &Zone) -> Instant {
        self.next().start(zone).unwrap_or(Instant::MAX)
    }

    /// The month after.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The last date on which a reset can still be asked for in this month: the last day less two (R3).
    pub fn deadline(self) -> NaiveDate {
        self.last_day().checked_sub_days(Days::new(2)).unwrap_or_default()
    }

    pub(crate) const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0 / 12, self.0 % 12 + 1)
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Month> for String {
    fn from(value: Month) -> Self {
        value.to_string()
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(Error::into_serde)
    }
}
