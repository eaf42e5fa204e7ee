//! Charts as Vega-Lite specifications: JSON with the data inside, for notebooks and web pages.

use serde::Serialize;
use serde_json::{Value, json};

use super::chart::{Chart, ChartKind, Series, charts};
use super::palette::PALETTE;
use super::shown::Shown;
use crate::label::Locale;
use crate::report::{Component, Report};

/// Lines differ by their dashes, too.
const DASHES: [&[u8]; 5] = [&[1, 0], &[7, 3], &[2, 3], &[9, 3, 2, 3], &[4, 2]];

/// A chart of a part as a Vega-Lite specification; none for a part that has no such chart or no data.
///
/// The specification is one of Vega-Lite 6 that Vega-Lite 5 draws alike. Time buckets are an ordinal axis with the labels
/// of the report's own zone, as Vega knows no zones but UTC and the reader's.
///
/// # Example
/// ```
/// use omnicontact::export::{ChartKind, vega};
/// use omnicontact::{Component, Dataset, Direction, Instant, Message, Preset, ReportOptions, Zone, report};
/// let now = Instant::parse("2026-07-01T12:00:00Z")?;
/// let rows = vec![Message::new(1, now, Direction::Incoming, "ana").through("web")];
/// let data = Dataset::builder().messages(&rows).build()?;
/// let report = report::messages(&data, &ReportOptions::new(Zone::utc(), now, Preset::Last7Days))?;
/// let spec = vega::chart(&report, Component::IncomingByChannel, ChartKind::Bar).unwrap();
/// assert_eq!(spec["mark"]["type"], "bar");
/// assert_eq!(spec["data"]["values"][6], serde_json::json!({
///     "bucket": "Jul 1", "bucket_key": "2026-07-01", "key": "web", "label": "web", "series": 0, "count": 1,
/// }));
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn chart(report: &Report, component: Component, kind: ChartKind) -> Option<Value> {
    if !charts(component).contains(&kind) {
        return None;
    }
    let shown = Shown::new(report, None);
    let chart = Chart::of(report, component, &shown)?;
    let period = if kind == ChartKind::Pie { shown.period(report) } else { shown.split(report) };
    let mut spec = json!({
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": {"text": chart.title, "subtitle": period, "anchor": "start"},
        "description": format!("{}, {period}", chart.title),
        "width": 640,
        "height": 280,
        "config": config(shown.locale),
    });
    let words = Words { shown: &shown, report };
    let (values, mark, encoding) = match kind {
        ChartKind::Bar => (by_bucket(&chart, report), json!({"type": "bar"}), words.bars(&chart)),
        ChartKind::Line => {
            let mark = json!({"type": "line", "point": chart.buckets.len() <= 40, "strokeWidth": 2});
            (by_bucket(&chart, report), mark, words.lines(&chart))
        }
        ChartKind::Pie => {
            let mark = json!({"type": "arc", "innerRadius": 80, "outerRadius": 130, "padAngle": 0.01});
            (words.by_key(&chart), mark, words.slices(&chart))
        }
    };
    spec["data"] = json!({"values": values});
    spec["mark"] = mark;
    spec["encoding"] = encoding;
    Some(spec)
}

/// Numbers as the language writes them.
fn config(locale: Locale) -> Value {
    let (decimal, thousands) = match locale {
        Locale::En => (".", ","),
        Locale::Es | Locale::Pt => (",", "."),
        Locale::Fr => (",", "\u{202f}"),
    };
    json!({
        "locale": {"number": {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}},
        "view": {"stroke": null},
    })
}

/// One datum for each bucket of each series, zeros included, so that every bucket is on the axis.
fn by_bucket(chart: &Chart, report: &Report) -> Vec<Value> {
    let keys = report.buckets.iter().map(|bucket| Some(&bucket.key)).chain(std::iter::repeat(None));
    let buckets: Vec<(&String, Option<&String>)> = chart.buckets.iter().zip(keys).collect();
    chart
        .series
        .iter()
        .enumerate()
        .flat_map(|(place, series)| {
            buckets.iter().zip(&series.values).map(move |((label, key), count)| {
                json!({
                    "bucket": label, "bucket_key": key, "key": series.key, "label": series.label, "series": place,
                    "count": count,
                })
            })
        })
        .collect()
}

/// Axes, colours and hints in the report's language.
struct Words<'s> {
    shown: &'s Shown,
    report: &'s Report,
}

impl Words<'_> {
    fn bars(&self, chart: &Chart) -> Value {
        let mut encoding = self.axes(chart, "square");
        if chart.is_whole {
            encoding["y"]["stack"] = json!("zero");
            encoding["order"] = json!({"field": "series", "type": "quantitative"});
        } else {
            encoding["y"]["stack"] = Value::Null;
            encoding["xOffset"] = json!({"field": "label", "type": "nominal", "sort": labels(chart)});
        }
        encoding
    }

    fn lines(&self, chart: &Chart) -> Value {
        let mut encoding = self.axes(chart, "stroke");
        let dashes: Vec<_> = (0..chart.series.len()).map(|place| DASHES[place % DASHES.len()]).collect();
        encoding["strokeDash"] = json!({
            "field": "label", "type": "nominal", "sort": null, "title": null,
            "scale": {"domain": labels(chart), "range": dashes},
            "legend": legend("top", "stroke"),
        });
        encoding
    }

    /// One datum for each series, with what the legend says of it.
    fn by_key(&self, chart: &Chart) -> Vec<Value> {
        chart
            .series
            .iter()
            .enumerate()
            .map(|(place, series)| {
                json!({
                    "key": series.key, "label": series.label, "series": place, "count": series.count,
                    "percent": series.percent, "legend": self.legend_text(series),
                })
            })
            .collect()
    }

    /// Name, count and percentage: what a static image would not show otherwise.
    fn legend_text(&self, series: &Series) -> String {
        let count = self.shown.number(series.count);
        let percent = series.percent.map_or_else(String::new, |percent| format!(" · {}", self.shown.percent(percent)));
        format!("{} · {count}{percent}", series.label)
    }

    fn slices(&self, chart: &Chart) -> Value {
        let texts: Vec<String> = chart.series.iter().map(|series| self.legend_text(series)).collect();
        json!({
            "theta": {"field": "count", "type": "quantitative", "stack": true},
            "order": {"field": "series", "type": "quantitative"},
            "color": colours("legend", &texts, chart, &legend("right", "square")),
            "tooltip": [
                {"field": "label", "type": "nominal", "title": self.shown.word("table.label")},
                {"field": "count", "type": "quantitative", "title": self.shown.word("shown.count"), "format": ",d"},
                {"field": "percent", "type": "quantitative", "title": self.shown.word("table.percent"), "format": ".2f"},
            ],
        })
    }

    fn axes(&self, chart: &Chart, symbol: &str) -> Value {
        let granularity = self.shown.granularity(self.report.granularity);
        let count = self.shown.word("shown.count");
        json!({
            "x": {
                "field": "bucket", "type": "ordinal", "sort": null, "title": granularity,
                "axis": {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 6, "ticks": false},
            },
            "y": {
                "field": "count", "type": "quantitative", "title": count,
                "axis": {"format": ",d", "tickMinStep": 1, "tickCount": 5},
            },
            "color": colours("label", &labels(chart), chart, &legend("top", symbol)),
            "tooltip": [
                {"field": "bucket", "type": "nominal", "title": granularity},
                {"field": "label", "type": "nominal", "title": self.shown.word("table.label")},
                {"field": "count", "type": "quantitative", "title": count, "format": ",d"},
            ],
        })
    }
}

/// A colour for each series.
fn colours<T: Serialize>(field: &str, texts: &[T], chart: &Chart, legend: &Value) -> Value {
    let colours: Vec<&str> = chart.series.iter().map(|series| PALETTE[series.slot].light).collect();
    json!({
        "field": field, "type": "nominal", "sort": null, "title": null,
        "scale": {"domain": texts, "range": colours},
        "legend": legend,
    })
}

/// Two encodings of one field share a legend if they ask for the same.
fn legend(orient: &str, symbol: &str) -> Value {
    let columns = if orient == "top" { 4 } else { 1 };
    json!({"orient": orient, "columns": columns, "labelLimit": 320, "symbolType": symbol})
}

fn labels(chart: &Chart) -> Vec<&str> {
    chart.series.iter().map(|series| series.label.as_str()).collect()
}
