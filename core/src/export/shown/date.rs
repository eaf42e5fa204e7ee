//! Dates, times, periods and time buckets as a language writes them.

use chrono::{Datelike, NaiveDate};

use super::Shown;
use crate::label::Locale;
use crate::report::Report;
use crate::time::{Granularity, Instant, Preset};

impl Shown {
    /// A date with its year.
    pub(in crate::export) fn date(&self, date: NaiveDate) -> String {
        let year = date.year();
        match self.locale {
            Locale::En => format!("{}, {year}", self.day(date)),
            _ => format!("{} {year}", self.day(date)),
        }
    }

    /// A date without its year.
    fn day(&self, date: NaiveDate) -> String {
        let (day, month) = (date.day(), self.month(date.month()));
        match self.locale {
            Locale::En => format!("{month} {day}"),
            _ => format!("{day} {month}"),
        }
    }

    fn month(&self, month: u32) -> &'static str {
        self.word(&format!("month.{month:02}"))
    }

    /// The local date of an instant.
    pub(in crate::export) fn day_of(&self, at: i64) -> String {
        Instant::from_millis(at).map_or_else(|_| String::new(), |at| self.date(self.zone.day_of(at)))
    }

    /// Local time of the zone, to the second; `UTC` is added where the zone's rules are not at hand.
    pub(in crate::export) fn date_time(&self, at: i64) -> String {
        let Ok(at) = Instant::from_millis(at) else { return String::new() };
        let iso = self.zone.format(at);
        let (Some(date), Some(time)) = (iso.get(..10), iso.get(11..19)) else { return iso };
        let date = date.parse().map_or_else(|_| date.to_owned(), |date| self.date(date));
        format!("{date}, {time}{}", if self.own_zone { "" } else { " UTC" })
    }

    /// Local time for narrow columns: `2026-07-01 13:05:09`; empty where missing.
    pub(in crate::export) fn clock(&self, at: i64) -> String {
        match self.iso(at) {
            Some(iso) => match (iso.get(..10), iso.get(11..19)) {
                (Some(date), Some(time)) => format!("{date} {time}"),
                _ => iso,
            },
            None => String::new(),
        }
    }

    /// Local time as ISO 8601 with its offset.
    pub(in crate::export) fn iso(&self, at: i64) -> Option<String> {
        Instant::from_millis(at).ok().map(|at| self.zone.format(at))
    }

    /// A span of instants, as dates where it is made of whole days.
    pub(in crate::export) fn span(&self, start: i64, end: i64) -> String {
        let (Ok(first), Ok(after)) = (Instant::from_millis(start), Instant::from_millis(end)) else {
            return String::new();
        };
        let whole = |at: Instant| self.zone.start_of_day(self.zone.day_of(at)).is_ok_and(|start| start == at);
        if start < end
            && self.own_zone
            && whole(first)
            && whole(after)
            && let Ok(last) = Instant::from_millis(end - 1)
        {
            return self.dates(self.zone.day_of(first), self.zone.day_of(last));
        }
        format!("{} – {}", self.date_time(start), self.date_time(end))
    }

    fn dates(&self, from: NaiveDate, to: NaiveDate) -> String {
        if from == to { self.date(from) } else { format!("{} – {}", self.date(from), self.date(to)) }
    }

    /// The period of a report.
    pub(in crate::export) fn period(&self, report: &Report) -> String {
        let period = &report.period;
        match period.dates {
            Some((from, to)) => self.dates(from, to),
            None if period.preset == Preset::AllTime => self.word("period.all_time").to_owned(),
            None => self.span(period.start, period.end),
        }
    }

    /// A short label for each time bucket, no two alike.
    pub(in crate::export) fn buckets(&self, report: &Report) -> Vec<String> {
        let keys = || report.buckets.iter().map(|bucket| bucket.key.as_str());
        let first = report.buckets.first().map_or("", |bucket| &bucket.key);
        let same = |length: usize| keys().all(|key| key.get(..length) == first.get(..length));
        let (one_year, one_day) = (same(4), same(10));
        let labels: Vec<String> = keys()
            .map(|key| self.bucket(key, report.granularity, one_year, one_day).unwrap_or_else(|| key.to_owned()))
            .collect();
        let distinct: std::collections::BTreeSet<&String> = labels.iter().collect();
        if distinct.len() == labels.len() { labels } else { keys().map(str::to_owned).collect() }
    }

    fn bucket(&self, key: &str, granularity: Granularity, one_year: bool, one_day: bool) -> Option<String> {
        let date = |text: &str| text.parse::<NaiveDate>().ok();
        let shown = |date: NaiveDate| if one_year { self.day(date) } else { self.date(date) };
        match granularity {
            Granularity::Year | Granularity::Auto => None,
            Granularity::Quarter => {
                let (year, quarter) = key.split_once("-Q")?;
                Some(format!("{}{quarter} {year}", if self.locale == Locale::En { 'Q' } else { 'T' }))
            }
            Granularity::Month => {
                let (year, month) = key.split_once('-')?;
                Some(format!("{} {year}", self.month(month.parse().ok()?)))
            }
            Granularity::Day | Granularity::Week => date(key).map(shown),
            Granularity::Hour => {
                let (day, time) = key.split_once('T')?;
                // `13`, or `13:30-03:00` where the hour alone would not tell (D4).
                let time = if time.len() == 2 {
                    format!("{time}:00")
                } else {
                    let offset = time.rfind(['+', '-'])?;
                    format!("{} {}", &time[..offset], &time[offset..])
                };
                if one_day { Some(time) } else { Some(format!("{} {time}", shown(date(day)?))) }
            }
        }
    }
}
