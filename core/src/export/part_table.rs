//! Tables of the parts of a report.

use std::slice::SliceIndex;

use rustc_hash::FxHashMap;

use super::chart::rows;
use super::log_table;
use super::shown::Shown;
use super::table::{Table, TableColumn, Values};
use crate::id::ForeignId;
use crate::label::word;
use crate::report::{Component, ComponentData, Entry, Key, Report, Row};

impl Table {
    /// The table of a part; none where the part has no data.
    ///
    /// A breakdown: `key` (by subtype: `type` and `subtype`), `label`, `count`, then `share` and `percent` where rows
    /// are parts of a whole, `contacts` if distinct ones were asked for, and `previous`, `change` and `relative` if a
    /// comparison was (P4, P11). A log: its columns (P8).
    ///
    /// # Example
    /// ```
    /// use omnicontact::export::{Table, Values};
    /// use omnicontact::{Component, Dataset, Direction, Instant, Message, Preset, ReportOptions, Zone, report};
    /// let now = Instant::parse("2026-07-01T12:00:00Z")?;
    /// let rows = vec![Message::new(1, now, Direction::Incoming, "ana").through("web").saying("Hello")];
    /// let data = Dataset::builder().messages(&rows).build()?;
    /// let report = report::messages(&data, &ReportOptions::new(Zone::utc(), now, Preset::Today))?;
    /// let table = Table::from_part(&report, Component::IncomingByChannel).unwrap();
    /// assert_eq!(table.column("percent"), Some(&Values::Float(vec![Some(100.0)])));
    /// let log = Table::from_part(&report, Component::IncomingLog).unwrap();
    /// assert_eq!(log.column("content"), Some(&Values::Text(vec![Some("Hello".to_owned())])));
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn from_part(report: &Report, component: Component) -> Option<Self> {
        let outcome = report.component(component);
        if let ComponentData::Log(page) = outcome.data()? {
            return Some(log_table::of(page, component, report.locale));
        }
        let rows = rows(outcome)?;
        let titles = Titles { shown: &Shown::new(report, None) };
        let mut columns = titles.keys(component, &rows.iter().collect::<Vec<_>>(), report);
        let floats = |value: fn(&Row) -> Option<f64>| Values::Float(rows.iter().map(value).collect());
        let ints = |value: fn(&Row) -> Option<i64>| Values::Int(rows.iter().map(value).collect());
        columns.push(titles.column("count", ints(|row| Some(signed(row.count)))));
        if component != Component::Overview {
            columns.push(titles.column("share", floats(|row| row.share)));
            columns.push(titles.column("percent", floats(|row| row.percent)));
        }
        if rows.iter().any(|row| row.contacts.is_some()) {
            columns.push(titles.column("contacts", ints(|row| row.contacts.map(signed))));
        }
        if report.period.previous.is_some() {
            columns.push(titles.column("previous", ints(|row| row.change.map(|change| signed(change.previous)))));
            columns.push(titles.column("change", ints(|row| row.change.map(|change| change.absolute))));
            columns.push(titles.column("relative", floats(|row| row.change?.relative)));
        }
        Some(Self { columns })
    }

    /// The counts of a part by time bucket, in long form: `bucket`, `bucket_start`, `key` (by subtype: `type` and
    /// `subtype`), `label`, `count`; every bucket of every row, zeros included (T4). None for logs and without data.
    ///
    /// # Example
    /// ```
    /// use omnicontact::export::{Table, Values};
    /// use omnicontact::{Component, Dataset, Direction, Instant, Message, Preset, ReportOptions, Zone, report};
    /// let now = Instant::parse("2026-07-01T12:00:00Z")?;
    /// let rows = vec![Message::new(1, now, Direction::Incoming, "ana").through("web")];
    /// let data = Dataset::builder().messages(&rows).build()?;
    /// let report = report::messages(&data, &ReportOptions::new(Zone::utc(), now, Preset::Last7Days))?;
    /// let table = Table::buckets(&report, Component::IncomingByChannel).unwrap();
    /// assert_eq!(table.len(), 7);
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn buckets(report: &Report, component: Component) -> Option<Self> {
        Self::buckets_of(report, component, ..)
    }

    /// [`Table::buckets`] of some of the rows, so that a long table can be written piece by piece.
    pub(crate) fn buckets_of(
        report: &Report,
        component: Component,
        within: impl SliceIndex<[Row], Output = [Row]>,
    ) -> Option<Self> {
        let rows = rows(report.component(component))?.get(within)?;
        let titles = Titles { shown: &Shown::new(report, None) };
        // Row by row, so that a series is one run of the table.
        let each = || rows.iter().flat_map(|row| report.buckets.iter().zip(&row.buckets).map(move |pair| (row, pair)));
        let mut columns = vec![
            titles.column("bucket", Values::Text(each().map(|(_, (bucket, _))| Some(bucket.key.clone())).collect())),
            titles.column("bucket_start", Values::Time(each().map(|(_, (bucket, _))| Some(bucket.start)).collect())),
        ];
        columns.extend(titles.keys(component, &each().map(|(row, _)| row).collect::<Vec<_>>(), report));
        columns.push(titles.column("count", Values::Int(each().map(|(_, (_, &count))| Some(signed(count))).collect())));
        Some(Self { columns })
    }

    /// The delivery funnel: `step`, `label`, `count`, and `share` of what was sent (P6); none without delivery data.
    pub fn funnel(report: &Report) -> Option<Self> {
        let funnel = report.component(Component::Delivery).delivery()?.funnel;
        let shown = Shown::new(report, None);
        let titles = Titles { shown: &shown };
        let steps = [("sent", funnel.sent), ("delivered", funnel.delivered), ("read", funnel.read)];
        let label = |step: &str| Some(shown.word(&format!("step.{step}")).to_owned());
        Some(Self {
            columns: vec![
                titles.column("step", Values::Text(steps.iter().map(|(step, _)| Some((*step).to_owned())).collect())),
                titles.column("label", Values::Text(steps.iter().map(|(step, _)| label(step)).collect())),
                titles.column("count", Values::Int(steps.iter().map(|(_, count)| Some(signed(*count))).collect())),
                titles.column(
                    "share",
                    Values::Float(steps.iter().map(|(_, count)| share(*count, funnel.sent)).collect()),
                ),
            ],
        })
    }

    /// Failed messages by error, most frequent first: `code`, `error`, `count` (P6); none without delivery data.
    pub fn failures(report: &Report) -> Option<Self> {
        let failures = &report.component(Component::Delivery).delivery()?.failures;
        let titles = Titles { shown: &Shown::new(report, None) };
        Some(Self {
            columns: vec![
                titles.column("code", Values::Text(failures.iter().map(|row| row.code.clone()).collect())),
                titles.column("error", Values::Text(failures.iter().map(|row| row.error.clone()).collect())),
                titles.column("count", Values::Int(failures.iter().map(|row| Some(signed(row.count))).collect())),
            ],
        })
    }
}

/// Part of a whole; none of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts are exact up to 2^53 at the border")]
pub(super) fn share(count: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| count as f64 / whole as f64)
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Headers in the report's language.
struct Titles<'s> {
    shown: &'s Shown,
}

impl Titles<'_> {
    fn column(&self, name: &str, values: Values) -> TableColumn {
        TableColumn::new(name, self.shown.word(&format!("table.{name}")), values)
    }

    /// The columns that say what a row counts.
    fn keys(&self, component: Component, rows: &[&Row], report: &Report) -> Vec<TableColumn> {
        let labels = Values::Text(rows.iter().map(|row| Some(row.label.clone())).collect());
        let mut columns = match component {
            Component::OutgoingBySubtype => {
                let pairs = rows.iter().map(|row| match &row.key {
                    Key::Pair(kind, subtype) => (kind.as_str(), subtype.as_str()),
                    _ => ("", ""),
                });
                let mut entries: Vec<Entry> = Vec::new();
                let mut places: FxHashMap<&str, u32> = FxHashMap::default();
                let mut codes = Vec::with_capacity(rows.len());
                let mut subtypes = Vec::with_capacity(rows.len());
                for (kind, subtype) in pairs {
                    let next = u32::try_from(entries.len()).unwrap_or(u32::MAX);
                    let place = *places.entry(kind).or_insert(next);
                    if place == next {
                        let label = word(&format!("type.{kind}"), report.locale).map(str::to_owned);
                        entries.push(Entry { key: ForeignId::from(kind), label });
                    }
                    codes.push(Some(place));
                    subtypes.push(Some(subtype.to_owned()));
                }
                vec![
                    self.column("type", Values::Category { codes, entries }),
                    self.column("subtype", Values::Text(subtypes)),
                ]
            }
            Component::ConnectedByChannel | Component::IncomingByChannel | Component::OutgoingByChannel => {
                let id = |row: &&Row| match &row.key {
                    Key::Id(id) => Some(id.clone()),
                    _ => None,
                };
                vec![self.column("key", Values::Id(rows.iter().map(id).collect()))]
            }
            _ => {
                let key = |row: &&Row| row.key.as_text().map(std::borrow::Cow::into_owned);
                vec![self.column("key", Values::Text(rows.iter().map(key).collect()))]
            }
        };
        columns.push(self.column("label", labels));
        columns
    }
}
