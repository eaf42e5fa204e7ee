//! The legend above a chart: colour, name, as many lines as it takes.

use super::text::{self, number};
use super::{Frame, fill};
use crate::export::chart::Chart;
use crate::export::markup::Markup;

const LINE: f64 = 20.0;
/// A longer name is cut short.
const WIDEST: f64 = 220.0;

/// Height of the legend.
pub(super) fn height(chart: &Chart, width: f64) -> f64 {
    places(chart, width).last().map_or(0.0, |(_, y, _)| y + LINE + 4.0)
}

/// Draws the legend below the heading.
pub(super) fn draw(out: &mut Markup, chart: &Chart, frame: &Frame<'_>) {
    let top = frame.top();
    for ((x, y, label), series) in places(chart, frame.width).into_iter().zip(&chart.series) {
        let (class, colour) = fill(series.slot);
        let at = (number(x), number(top + y + 3.0), number(x + 16.0), number(top + y + 13.0));
        let square: [(&'static str, &dyn std::fmt::Display); 7] = [
            ("x", &at.0),
            ("y", &at.1),
            ("width", &11),
            ("height", &11),
            ("rx", &2.5),
            ("class", &class),
            ("fill", &colour),
        ];
        out.empty("rect", &square);
        out.leaf("text", &[("x", &at.2), ("y", &at.3)], &label);
    }
}

fn places(chart: &Chart, width: f64) -> Vec<(f64, f64, String)> {
    let (mut x, mut y) = (4.0, 0.0);
    chart
        .series
        .iter()
        .map(|series| {
            let label = text::fitted(&series.label, WIDEST.min(width - 30.0), 12.0);
            let room = 16.0 + text::width(&label, 12.0);
            if x > 4.0 && x + room > width - 4.0 {
                (x, y) = (4.0, y + LINE);
            }
            let place = (x, y, label);
            x += room + 16.0;
            place
        })
        .collect()
}
