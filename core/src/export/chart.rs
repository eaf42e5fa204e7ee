//! What a chart shows: series by time bucket, with a colour each. Drawn by [`svg`](super::svg), described by
//! [`vega`](super::vega).

use super::palette::NEUTRAL;
use super::shown::Shown;
use crate::label::labels;
use crate::report::{Component, ComponentData, Key, Outcome, Report, Row};

labels! { closed
    /// A kind of chart (P2, P3).
    ChartKind, "chart" {
        /// Bars by time bucket: stacked by key, side by side in the overview.
        Bar = "bar",
        /// A ring of shares.
        Pie = "pie",
        /// A line by time bucket for each key.
        Line = "line",
    }
}

/// The charts that a part of a report has; none for logs.
///
/// # Example
/// ```
/// use omnicontact::Component;
/// use omnicontact::export::{ChartKind, charts};
/// assert_eq!(charts(Component::IncomingByChannel), [ChartKind::Bar, ChartKind::Pie]);
/// assert_eq!(charts(Component::Delivery), [ChartKind::Line]);
/// assert!(charts(Component::FailedLog).is_empty());
/// ```
pub const fn charts(component: Component) -> &'static [ChartKind] {
    match component {
        Component::Overview => &[ChartKind::Bar],
        Component::AddedBySource
        | Component::ConnectedByChannel
        | Component::IncomingByChannel
        | Component::OutgoingByChannel
        | Component::OutgoingBySource
        | Component::OutgoingByType
        | Component::OutgoingBySubtype => &[ChartKind::Bar, ChartKind::Pie],
        Component::Delivery => &[ChartKind::Line],
        _ => &[],
    }
}

/// Most series with a colour of their own; what is beyond is shown as one.
const MOST_SERIES: usize = NEUTRAL + 1;

/// One series of a chart.
pub(super) struct Series {
    /// The stable key; none for messages without a channel, and for the rest taken together.
    pub(super) key: Option<String>,
    /// What is shown; no two of a chart are alike.
    pub(super) label: String,
    /// Place in the palette.
    pub(super) slot: usize,
    /// Counts by time bucket.
    pub(super) values: Vec<u64>,
    pub(super) count: u64,
    /// Percentage with two decimals; those of a chart add to 100.
    pub(super) percent: Option<f64>,
}

/// The data of the charts of a part.
pub(super) struct Chart {
    pub(super) title: String,
    /// Labels of the time buckets.
    pub(super) buckets: Vec<String>,
    pub(super) series: Vec<Series>,
    /// How many buckets of the report are drawn as one.
    pub(super) together: usize,
    /// Whether the series are parts of one whole.
    pub(super) is_whole: bool,
}

impl Chart {
    /// The charts' data of a part; none where there is nothing to draw.
    pub(super) fn of(report: &Report, component: Component, shown: &Shown) -> Option<Self> {
        let part = report.components.iter().find(|part| part.component == component)?;
        let rows = rows(&part.outcome)?;
        if charts(component).is_empty() || rows.iter().all(|row| row.count == 0) {
            return None;
        }
        let slots = slots(report, component, rows);
        let own = if rows.len() > MOST_SERIES { MOST_SERIES - 1 } else { rows.len() };
        let mut series: Vec<Series> = rows[..own]
            .iter()
            .zip(slots)
            .map(|(row, slot)| Series {
                key: row.key.as_text().map(std::borrow::Cow::into_owned),
                label: row.label.clone(),
                slot,
                values: row.buckets.clone(),
                count: row.count,
                percent: row.percent,
            })
            .collect();
        if own < rows.len() {
            series.push(rest(&rows[own..], shown));
        }
        tell_apart(&mut series);
        let mut buckets = shown.buckets(report);
        // A period without buckets still has one counter (T5).
        buckets.resize(series.first().map_or(0, |series| series.values.len()), String::new());
        let is_whole = component != Component::Overview;
        Some(Self { title: part.title.clone(), buckets, series, together: 1, is_whole })
    }

    /// The same chart with at most so many time buckets: neighbours are added up.
    pub(super) fn at_most(mut self, most: usize) -> Self {
        let together = self.buckets.len().div_ceil(most.max(1)).max(1);
        if together > 1 {
            self.together = together;
            self.buckets = self.buckets.into_iter().step_by(together).collect();
            for series in &mut self.series {
                series.values = series.values.chunks(together).map(|chunk| chunk.iter().sum()).collect();
            }
        }
        self
    }

    /// Sum of the series.
    pub(super) fn total(&self) -> u64 {
        self.series.iter().map(|series| series.count).sum()
    }
}

/// The rows of a part that has some.
pub(crate) fn rows(outcome: &Outcome) -> Option<&[Row]> {
    match outcome.data()? {
        ComponentData::Overview(overview) => Some(&overview.rows),
        ComponentData::Breakdown(breakdown) => Some(&breakdown.rows),
        ComponentData::Delivery(delivery) => Some(&delivery.rows),
        ComponentData::Log(_) => None,
    }
}

/// The rows beyond those with a colour, as one series.
fn rest(rows: &[Row], shown: &Shown) -> Series {
    let mut values = vec![0; rows.first().map_or(0, |row| row.buckets.len())];
    for row in rows {
        for (sum, count) in values.iter_mut().zip(&row.buckets) {
            *sum += count;
        }
    }
    Series {
        key: None,
        label: shown.fill("shown.others", &[("count", &shown.number(rows.len() as u64))]),
        slot: NEUTRAL,
        values,
        count: rows.iter().map(|row| row.count).sum(),
        percent: percent_of(rows),
    }
}

/// The percentage of several rows; hundredths are added, so that what is shown still adds to exactly 100.
pub(super) fn percent_of(rows: &[Row]) -> Option<f64> {
    let hundredths =
        rows.iter().filter_map(|row| row.percent).fold(0.0, |sum, percent| sum + (percent * 100.0).round());
    rows.iter().any(|row| row.percent.is_some()).then_some(hundredths / 100.0)
}

/// Adds the key to labels that occur twice, as two channels may bear one name.
fn tell_apart(series: &mut [Series]) {
    let labels: Vec<String> = series.iter().map(|series| series.label.clone()).collect();
    for (place, series) in series.iter_mut().enumerate() {
        if labels.iter().enumerate().any(|(other, label)| other != place && *label == series.label) {
            let key = series.key.clone().unwrap_or_default();
            series.label = format!("{} ({})", series.label, if key.is_empty() { place.to_string() } else { key });
        }
    }
}

/// The colour of each row, by place in the palette.
///
/// Statuses and kinds of events have colours of their own; a channel has one colour in the whole report.
pub(super) fn slots(report: &Report, component: Component, rows: &[Row]) -> Vec<usize> {
    let by_place = |count: usize| (0..count).map(|place| place.min(NEUTRAL)).collect();
    match component {
        Component::Overview | Component::Delivery => rows
            .iter()
            .map(|row| match row.key.as_text().as_deref() {
                Some("sent" | "added") => 0,
                Some("failed" | "deleted") => 1,
                Some("delivered") => 2,
                Some("read" | "merged") => 3,
                _ => NEUTRAL,
            })
            .collect(),
        Component::IncomingByChannel | Component::OutgoingByChannel => {
            let mut known: Vec<&Key> = Vec::new();
            for component in [Component::IncomingByChannel, Component::OutgoingByChannel] {
                for row in self::rows(report.component(component)).unwrap_or_default() {
                    if !known.contains(&&row.key) {
                        known.push(&row.key);
                    }
                    if known.len() > MOST_SERIES {
                        return by_place(rows.len());
                    }
                }
            }
            rows.iter().map(|row| known.iter().position(|key| **key == row.key).unwrap_or(NEUTRAL)).collect()
        }
        _ => by_place(rows.len()),
    }
}
