//! Numbers, dates and words as a reader of a language writes them (P13).

mod date;
mod facts;

use crate::label::{Locale, word};
use crate::report::{Filter, Report};
use crate::time::{Granularity, Zone};

/// No-break space: in Spanish before the percent sign, in French before the colon.
const NBSP: char = '\u{a0}';
/// Narrow no-break space, between French thousands.
const NARROW: char = '\u{202f}';

/// How a report is written: its language and its zone.
pub(super) struct Shown {
    pub(super) locale: Locale,
    zone: Zone,
    /// Whether `zone` is the report's own; else times are written in UTC and say so.
    own_zone: bool,
}

impl Shown {
    /// `zone` stands in where the report only knows the name of a zone that the host handed in.
    pub(super) fn new(report: &Report, zone: Option<&Zone>) -> Self {
        let own = match zone {
            Some(zone) if zone.name() == report.zone => Some(zone.clone()),
            // The host's rules are not at hand here, and ours may differ from them (T6).
            _ if report.tzdb_version == "host" => None,
            _ => Zone::new(&report.zone).ok(),
        };
        Self { locale: report.locale, own_zone: own.is_some(), zone: own.unwrap_or_else(Zone::utc) }
    }

    pub(super) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The words of a key of this library; nothing where a key has none.
    pub(super) fn word(&self, key: &str) -> &'static str {
        word(key, self.locale).unwrap_or_default()
    }

    /// The words of a key that may come from a host.
    pub(super) fn label(&self, key: &str) -> Option<&'static str> {
        word(key, self.locale)
    }

    /// The width of the report's buckets, as a noun.
    pub(super) fn granularity(&self, granularity: Granularity) -> &'static str {
        self.word(&format!("granularity.{granularity}"))
    }

    /// The name of a filter.
    pub(super) fn filter(&self, filter: Filter) -> &'static str {
        self.word(&format!("filter.{filter}"))
    }

    /// How a chart is split, and over which period.
    pub(super) fn split(&self, report: &Report) -> String {
        format!("{} · {}", self.word(&format!("by.{}", report.granularity)), self.period(report))
    }

    /// The words of a key with `{name}` places filled in.
    pub(super) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = String::new();
        let mut rest = self.word(key);
        // One pass, so that braces in a value are never taken for a place.
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                text.push('{');
                rest = after;
                continue;
            };
            text.push_str(values.iter().find(|(place, _)| *place == name).map_or("", |(_, value)| value));
            rest = after;
        }
        text.push_str(rest);
        text
    }

    /// A name and its value.
    pub(super) fn named(&self, name: &str, value: &str) -> String {
        match self.locale {
            Locale::Fr => format!("{name}{NBSP}: {value}"),
            _ => format!("{name}: {value}"),
        }
    }

    /// A count: `1,234`, `1.234`, `1 234`.
    pub(super) fn number(&self, value: u64) -> String {
        let separator = match self.locale {
            Locale::En => ',',
            Locale::Es | Locale::Pt => '.',
            Locale::Fr => NARROW,
        };
        let digits = value.to_string();
        let mut text = String::with_capacity(digits.len() * 2);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    /// A difference with its sign.
    pub(super) fn signed(&self, value: i64) -> String {
        let sign = match value {
            0 => "",
            1.. => "+",
            _ => "−",
        };
        format!("{sign}{}", self.number(value.unsigned_abs()))
    }

    /// A percentage with two decimals: `12.34%`, `12,34 %`.
    pub(super) fn percent(&self, value: f64) -> String {
        self.with_percent_sign(&self.decimals(value, 2))
    }

    /// A relative change with its sign and one decimal.
    pub(super) fn relative(&self, value: f64) -> String {
        let sign = if value > 0.0 {
            "+"
        } else if value < 0.0 {
            "−"
        } else {
            ""
        };
        self.with_percent_sign(&format!("{sign}{}", self.decimals(value.abs() * 100.0, 1)))
    }

    fn decimals(&self, value: f64, places: usize) -> String {
        let text = format!("{value:.places$}");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
        let whole = whole.parse().map_or_else(|_| whole.to_owned(), |whole| self.number(whole));
        format!("{whole}{}{fraction}", if self.locale == Locale::En { '.' } else { ',' })
    }

    fn with_percent_sign(&self, number: &str) -> String {
        match self.locale {
            Locale::En | Locale::Pt => format!("{number}%"),
            Locale::Es => format!("{number}{NBSP}%"),
            Locale::Fr => format!("{number}{NARROW}%"),
        }
    }
}
