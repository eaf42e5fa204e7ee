//! When things happen: local days, busier in the middle of the week and of the day, and more of them every month.

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::options::SampleOptions;
use super::random::Random;
use crate::error::Result;

/// Milliseconds of a minute.
pub(super) const MINUTE: i64 = 60_000;
/// Milliseconds of an hour.
pub(super) const HOUR: i64 = 60 * MINUTE;
/// Milliseconds of 24 hours.
pub(super) const DAY: i64 = 24 * HOUR;

/// Traffic by weekday, Monday first.
const WEEKDAYS: [u64; 7] = [115, 120, 118, 112, 108, 70, 35];
/// Traffic by hour of the local day.
const HOURS: [u64; 24] = [6, 3, 2, 1, 1, 3, 10, 28, 60, 90, 105, 100, 80, 70, 82, 95, 98, 90, 75, 66, 60, 48, 30, 14];

/// A local day of the sample.
#[derive(Debug, Clone, Copy)]
pub(super) struct LocalDay {
    pub(super) date: NaiveDate,
    pub(super) start: i64,
    pub(super) end: i64,
    /// Share of the traffic, against those of the other days.
    pub(super) weight: u64,
}

/// The local days of a sample, none of them empty.
pub(super) fn local_days(options: &SampleOptions) -> Result<Vec<LocalDay>> {
    let end = options.end.as_millis();
    let last = options.zone.day_of(crate::Instant::from_millis(end - 1).map_err(|fault| fault.at("end"))?);
    let first = last - TimeDelta::days(i64::from(options.days) - 1);
    let mut starts = Vec::new();
    for number in 0..options.days {
        let date = first + TimeDelta::days(i64::from(number));
        starts.push((date, options.zone.start_of_day(date).map_err(|fault| fault.at("days"))?.as_millis()));
    }
    let ends: Vec<i64> = starts.iter().skip(1).map(|(_, start)| *start).chain([end]).collect();
    let days = starts.into_iter().zip(ends).enumerate().map(|(number, ((date, start), end))| {
        let weekday = WEEKDAYS[date.weekday().num_days_from_monday() as usize % 7];
        // From 70 to 130 over the sample; pay day brings some more.
        let growth = 70 + 60 * number as u64 / u64::from(options.days);
        let pay_day = if matches!(date.day(), 1 | 15 | 30) { 120 } else { 100 };
        LocalDay { date, start, end, weight: weekday * growth * pay_day }
    });
    Ok(days.filter(|day| day.start < day.end).collect())
}

impl LocalDay {
    /// An instant of the day, most often at a busy hour.
    pub(super) fn busy_instant(&self, random: &mut Random) -> i64 {
        let hour = i64::try_from(random.weighted(&HOURS)).unwrap_or_default();
        self.at(hour, random.below(3_600_000))
    }

    /// An instant when offices are open.
    pub(super) fn office_instant(&self, random: &mut Random) -> i64 {
        let hour = random.between(9, 17);
        self.at(hour, random.below(3_600_000))
    }

    /// An instant by the clock of a day of 24 hours; on other days it is stretched or squeezed.
    pub(super) fn at(&self, hour: i64, millis: u64) -> i64 {
        let clock = hour * HOUR + i64::try_from(millis).unwrap_or_default();
        self.start + clock * (self.end - self.start).min(2 * DAY) / DAY
    }
}
