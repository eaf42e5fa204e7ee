//! Bars by time bucket.

use super::axis::Plot;
use super::text::{amount, number, pixels};
use super::{Frame, fill, image, legend};
use crate::export::chart::Chart;
use crate::export::markup::Markup;
use crate::export::shown::Shown;
use crate::report::Report;

/// Most buckets that say their numbers when pointed at.
const MOST_HINTS: usize = 400;

/// Stacked bars for parts of a whole, else bars side by side.
pub(super) fn draw(chart: Chart, frame: &Frame<'_>, shown: &Shown, report: &Report) -> Markup {
    let side_by_side = if chart.is_whole { 1 } else { chart.series.len().max(1) };
    let chart = chart.at_most(Plot::room(frame, 3.0 * pixels(side_by_side)));
    let values = |bucket: usize| chart.series.iter().map(move |series| series.values[bucket]);
    let most = (0..chart.buckets.len())
        .map(|bucket| if chart.is_whole { values(bucket).sum() } else { values(bucket).max().unwrap_or(0) })
        .max()
        .unwrap_or(0);
    let plot = Plot::new(&chart, most, frame, shown);
    image(frame, plot.height(&chart), |out| {
        if frame.legend {
            legend::draw(out, &chart, frame);
        }
        plot.draw(out, &chart, shown, report);
        let width = (plot.band() * 0.76).min(56.0);
        let inset = (plot.band() - width) / 2.0;
        let mut below = vec![0_u64; chart.buckets.len()];
        for (place, series) in chart.series.iter().enumerate() {
            let mut shape = String::new();
            for (bucket, &value) in series.values.iter().enumerate().filter(|(_, value)| **value > 0) {
                let (x, bar, from) = if chart.is_whole {
                    (plot.x(bucket) + inset, width, below[bucket])
                } else {
                    let bar = width / pixels(side_by_side);
                    (plot.x(bucket) + inset + pixels(place) * bar, bar, 0)
                };
                below[bucket] += value;
                shape += &bar_path(x, bar, plot.y(from + value), plot.y(from), from > 0);
            }
            if !shape.is_empty() {
                let (class, colour) = fill(series.slot);
                out.empty("path", &[("d", &shape), ("class", &class), ("fill", &colour)]);
            }
        }
        hints(out, &chart, &plot, shown);
    })
}

/// A bar from `top` to `bottom`; a hair of ground is left between one part of a stack and the next.
fn bar_path(x: f64, width: f64, top: f64, bottom: f64, is_stacked: bool) -> String {
    // A count is never too small to be seen.
    let top = top.min(bottom - 0.75);
    let bottom = if is_stacked && bottom - top > 3.0 { bottom - 1.0 } else { bottom };
    format!("M{} {}H{}V{}H{}Z", number(x), number(top), number(x + width), number(bottom), number(x))
}

/// Invisible columns that show a bucket's numbers when pointed at.
pub(super) fn hints(out: &mut Markup, chart: &Chart, plot: &Plot, shown: &Shown) {
    if chart.buckets.len() > MOST_HINTS {
        return;
    }
    let size = (number(plot.band()), number(plot.bottom - plot.top), number(plot.top));
    for (bucket, label) in chart.buckets.iter().enumerate() {
        let mut words = label.clone();
        for series in chart.series.iter().filter(|series| series.values[bucket] > 0) {
            words.push('\n');
            words += &shown.named(&series.label, &shown.number(series.values[bucket]));
        }
        if words.len() == label.len() {
            continue;
        }
        let x = number(plot.x(bucket));
        let column: [(&'static str, &dyn std::fmt::Display); 6] = [
            ("x", &x),
            ("y", &size.2),
            ("width", &size.0),
            ("height", &size.1),
            ("fill", &"none"),
            ("pointer-events", &"all"),
        ];
        out.element("rect", &column, |out| out.leaf("title", &[], &words));
    }
}

/// Part of a whole as a length.
pub(super) fn part(count: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { amount(count) / amount(whole) }
}
