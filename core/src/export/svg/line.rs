//! A line for each series.

use super::axis::Plot;
use super::bars::hints;
use super::text::{line, number};
use super::{Frame, fill, image, legend, stroke};
use crate::export::chart::Chart;
use crate::export::markup::Markup;
use crate::export::shown::Shown;
use crate::report::Report;

/// Lines differ by their dashes, too.
const DASHES: [&str; 5] = ["none", "7 3", "2 3", "9 3 2 3", "4 2"];
/// More points than these are drawn without marks.
const MOST_MARKS: usize = 40;

pub(super) fn draw(chart: Chart, frame: &Frame<'_>, shown: &Shown, report: &Report) -> Markup {
    let chart = chart.at_most(Plot::room(frame, 2.0));
    let most = chart.series.iter().flat_map(|series| series.values.iter().copied()).max().unwrap_or(0);
    let plot = Plot::new(&chart, most, frame, shown);
    image(frame, plot.height(&chart), |out| {
        if frame.legend {
            legend::draw(out, &chart, frame);
        }
        plot.draw(out, &chart, shown, report);
        // The largest is drawn first, so that it covers none of the others.
        for (place, series) in chart.series.iter().enumerate().filter(|(_, series)| series.count > 0) {
            let points: Vec<(f64, f64)> = series
                .values
                .iter()
                .enumerate()
                .map(|(bucket, &value)| (plot.x(bucket) + plot.band() / 2.0, plot.y(value)))
                .collect();
            let path = line(&points);
            let (class, colour) = stroke(series.slot);
            let attributes: [(&'static str, &dyn std::fmt::Display); 7] = [
                ("d", &path),
                ("class", &class),
                ("fill", &"none"),
                ("stroke", &colour),
                ("stroke-width", &2),
                ("stroke-linejoin", &"round"),
                ("stroke-dasharray", &DASHES[place % DASHES.len()]),
            ];
            out.empty("path", &attributes);
            if points.len() <= MOST_MARKS {
                let (class, colour) = fill(series.slot);
                for &(x, y) in &points {
                    let (x, y) = (number(x), number(y));
                    let mark: [(&'static str, &dyn std::fmt::Display); 5] =
                        [("cx", &x), ("cy", &y), ("r", &2.6), ("class", &class), ("fill", &colour)];
                    out.empty("circle", &mark);
                }
            }
        }
        hints(out, &chart, &plot, shown);
    })
}
