//! A ring of shares.

use std::f64::consts::TAU;

use super::bars::part;
use super::text::{self, number, pixels};
use super::{Frame, fill, image};
use crate::export::chart::{Chart, Series};
use crate::export::markup::Markup;
use crate::export::shown::Shown;

const OUTER: f64 = 84.0;
const INNER: f64 = 54.0;
const LINE: f64 = 22.0;
/// From here on the legend stands beside the ring, not below it.
const WIDE: f64 = 460.0;

pub(super) fn draw(chart: &Chart, frame: &Frame<'_>, shown: &Shown) -> Markup {
    let total = chart.total();
    let top = frame.top() + 6.0;
    let is_beside = frame.legend && frame.width >= WIDE;
    let middle = if is_beside { OUTER + 16.0 } else { frame.width / 2.0 };
    let centre = (middle, top + OUTER);
    let legend = if frame.legend { pixels(chart.series.len()) * LINE } else { 0.0 };
    let below = top + 2.0 * OUTER + 12.0;
    let height = if is_beside { below.max(top + legend + 12.0) } else { below + legend };
    image(frame, height, |out| {
        let mut done = 0;
        for series in chart.series.iter().filter(|series| series.count > 0) {
            let (from, to) = (part(done, total), part(done + series.count, total));
            done += series.count;
            let (class, colour) = fill(series.slot);
            let shape = slice(centre, from, to);
            let attributes: [(&'static str, &dyn std::fmt::Display); 4] =
                [("d", &shape), ("class", &class), ("fill", &colour), ("fill-rule", &"evenodd")];
            out.element("path", &attributes, |out| {
                out.leaf("title", &[], &shown.named(&series.label, &numbers(series, shown)));
            });
        }
        let (x, y) = (number(centre.0), (number(centre.1 + 4.0), number(centre.1 + 22.0)));
        let count = shown.number(total);
        let size = if text::width(&count, 24.0) > 2.0 * INNER - 14.0 { 15 } else { 24 };
        let attributes: [(&'static str, &dyn std::fmt::Display); 5] =
            [("x", &x), ("y", &y.0), ("text-anchor", &"middle"), ("font-size", &size), ("font-weight", &600)];
        out.leaf("text", &attributes, &count);
        out.leaf(
            "text",
            &[("x", &x), ("y", &y.1), ("text-anchor", &"middle"), ("opacity", &"0.75")],
            shown.word("shown.total"),
        );
        if frame.legend {
            let left = if is_beside { 2.0 * OUTER + 48.0 } else { 4.0 };
            let first = if is_beside { (centre.1 - legend / 2.0).max(top) } else { below };
            names(out, chart, frame, shown, (left, first));
        }
    })
}

/// Names, counts and percentages.
fn names(out: &mut Markup, chart: &Chart, frame: &Frame<'_>, shown: &Shown, (left, top): (f64, f64)) {
    for (place, series) in chart.series.iter().enumerate() {
        let y = top + pixels(place) * LINE;
        let (class, colour) = fill(series.slot);
        let numbers = numbers(series, shown);
        let right = frame.width.min(left + 420.0) - 4.0;
        let room = right - left - 32.0 - text::width(&numbers, 12.0);
        let at = (number(left), number(y + 3.0), number(left + 17.0), number(y + 13.0), number(right));
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
        out.leaf("text", &[("x", &at.2), ("y", &at.3)], &text::fitted(&series.label, room, 12.0));
        out.leaf("text", &[("x", &at.4), ("y", &at.3), ("text-anchor", &"end")], &numbers);
    }
}

fn numbers(series: &Series, shown: &Shown) -> String {
    let count = shown.number(series.count);
    match series.percent {
        Some(percent) => format!("{count} · {}", shown.percent(percent)),
        None => count,
    }
}

/// A piece of the ring between two shares of a turn, from the top on, clockwise.
fn slice((x, y): (f64, f64), from: f64, to: f64) -> String {
    let point = |radius: f64, share: f64| {
        let angle = share * TAU;
        format!("{} {}", number(x + radius * angle.sin()), number(y - radius * angle.cos()))
    };
    if to - from > 0.9999 {
        // An arc cannot end where it begins.
        let ring = |radius: f64| {
            let (top, bottom) = (point(radius, 0.0), point(radius, 0.5));
            format!("M{top}A{radius} {radius} 0 1 1 {bottom}A{radius} {radius} 0 1 1 {top}Z")
        };
        return format!("{}{}", ring(OUTER), ring(INNER));
    }
    // A hair of ground between neighbours.
    let gap = (0.0025_f64).min((to - from) / 4.0);
    let (from, to) = (from + gap, to - gap);
    let large = i32::from(to - from > 0.5);
    format!(
        "M{}A{OUTER} {OUTER} 0 {large} 1 {}L{}A{INNER} {INNER} 0 {large} 0 {}Z",
        point(OUTER, from),
        point(OUTER, to),
        point(INNER, to),
        point(INNER, from)
    )
}
