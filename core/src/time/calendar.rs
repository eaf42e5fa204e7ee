//! Calendar units made of dates (T3): their first dates, their order, their keys.
//!
//! Dates here stay near the years 1970 to 9999 (callers check), far from the calendar's own limits.

use std::fmt;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta};

use super::iso::DateText;
use super::preset::Weekday;

/// Milliseconds of a date on a clock that never changes; a local day may differ (T3).
pub(super) const DAY: i64 = 86_400_000;
/// Milliseconds of an hour.
pub(super) const HOUR: i64 = 3_600_000;

/// Days since 1970-01-01.
pub(super) fn day_number(date: NaiveDate) -> i64 {
    (date - DateTime::UNIX_EPOCH.date_naive()).num_days()
}

/// The date of a day number.
pub(super) fn date_of(day: i64) -> NaiveDate {
    DateTime::UNIX_EPOCH.date_naive() + TimeDelta::days(day)
}

/// How many dates there are from `from` to `to`, both counted, by the calendar (D1).
pub(super) fn count_dates(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days() + 1
}

/// A year as ISO 8601 writes it: four digits, or a sign and more.
pub(super) struct YearText(pub(super) i32);

impl fmt::Display for YearText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if (0..=9999).contains(&self.0) { write!(f, "{:04}", self.0) } else { write!(f, "{:+05}", self.0) }
    }
}

/// A calendar unit made of whole dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    /// A week that begins on the given weekday.
    Week(Weekday),
    Month,
    Quarter,
    Year,
}

impl Unit {
    /// The first date of the unit that holds `date`.
    pub(super) fn first_date(self, date: NaiveDate) -> NaiveDate {
        let back = match self {
            Self::Day => 0,
            Self::Week(start) => (date.weekday().num_days_from_monday() + 7 - start as u32) % 7,
            Self::Month => date.day0(),
            Self::Quarter => return Self::Month.first_date(date) - Months::new(date.month0() % 3),
            Self::Year => date.ordinal0(),
        };
        date - Days::new(u64::from(back))
    }

    /// The first date of the next unit, given the first date of one.
    pub(super) fn next(self, first: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => first + Days::new(1),
            Self::Week(_) => first + Days::new(7),
            Self::Month => first + Months::new(1),
            Self::Quarter => first + Months::new(3),
            Self::Year => first + Months::new(12),
        }
    }

    /// The stable key of the unit with this first date.
    pub(super) fn key(self, first: NaiveDate) -> String {
        let mut key = DateText(first).to_string();
        match self {
            Self::Day | Self::Week(_) => key,
            Self::Month => {
                key.truncate(key.len() - "-01".len());
                key
            }
            Self::Quarter => format!("{}-Q{}", YearText(first.year()), first.month0() / 3 + 1),
            Self::Year => YearText(first.year()).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn units_begin_and_follow_each_other_by_the_calendar() {
        let day = date("2024-02-29"); // a Thursday
        assert_eq!(Unit::Week(Weekday::Monday).first_date(day), date("2024-02-26"));
        assert_eq!(Unit::Week(Weekday::Thursday).first_date(day), day);
        assert_eq!(Unit::Week(Weekday::Friday).first_date(day), date("2024-02-23"));
        assert_eq!(Unit::Week(Weekday::Sunday).first_date(day), date("2024-02-25"));
        assert_eq!(Unit::Month.first_date(day), date("2024-02-01"));
        assert_eq!(Unit::Quarter.first_date(date("2026-12-31")), date("2026-10-01"));
        assert_eq!(Unit::Quarter.first_date(date("2026-05-31")), date("2026-04-01"));
        assert_eq!(Unit::Year.first_date(date("2024-12-31")), date("2024-01-01"));
        assert_eq!(Unit::Quarter.next(date("2026-10-01")), date("2027-01-01"));
        assert_eq!(Unit::Month.next(date("2026-12-01")), date("2027-01-01"));
        assert_eq!(Unit::Year.next(date("2024-01-01")), date("2025-01-01"));
    }

    #[test]
    fn keys_are_iso() {
        assert_eq!(Unit::Day.key(date("2026-07-01")), "2026-07-01");
        assert_eq!(Unit::Month.key(date("2026-07-01")), "2026-07");
        assert_eq!(Unit::Quarter.key(date("2026-07-01")), "2026-Q3");
        assert_eq!(Unit::Quarter.key(date("2026-10-01")), "2026-Q4");
        assert_eq!(Unit::Year.key(date("1970-01-01")), "1970");
        assert_eq!(Unit::Year.key(date("9999-12-31") + Days::new(1)), "+10000");
    }

    #[test]
    fn day_numbers_go_both_ways() {
        for day in [-2, -1, 0, 1, 59, 11_016, 20_635, 2_932_896, 2_932_897] {
            assert_eq!(day_number(date_of(day)), day);
        }
        assert_eq!(date_of(2_932_896), date("9999-12-31"));
    }
}
