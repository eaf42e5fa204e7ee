//! Charts as static SVG: no script, no fonts to load, light and dark.

mod axis;
mod bars;
mod legend;
mod line;
mod pie;
mod text;

use super::chart::{Chart, ChartKind, charts};
use super::markup::Markup;
use super::palette::{self, INK, PALETTE};
use super::shown::Shown;
use crate::report::{Component, Report};

/// How a chart is drawn.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SvgOptions {
    /// Width in pixels, 240 to 2000; the image scales, but text and labels are laid out for this width. Default 720.
    pub width: u32,
    /// Whether title, period and legend are part of the image; default yes.
    pub heading: bool,
}

impl Default for SvgOptions {
    fn default() -> Self {
        Self { width: 720, heading: true }
    }
}

impl SvgOptions {
    /// Sets the width that text and labels are laid out for.
    pub fn width(mut self, width: u32) -> Self {
        self.width = width;
        self
    }

    /// Sets whether title, period and legend are part of the image.
    pub fn heading(mut self, heading: bool) -> Self {
        self.heading = heading;
        self
    }
}

/// A chart of a part as an SVG image; none for a part that has no such chart.
///
/// A part without data gives an image that says so. Colours follow the reader's light or dark scheme; a page that
/// embeds the image may set `--oc-ink` and `--oc-1` to `--oc-9`.
///
/// # Example
/// ```
/// use omnicontact::export::{ChartKind, svg};
/// use omnicontact::{Component, Dataset, Direction, Instant, Message, Preset, ReportOptions, Zone, report};
/// let now = Instant::parse("2026-07-01T12:00:00Z")?;
/// let rows = vec![Message::new(1, now, Direction::Incoming, "ana").through("<web>")];
/// let data = Dataset::builder().messages(&rows).build()?;
/// let report = report::messages(&data, &ReportOptions::new(Zone::utc(), now, Preset::Last7Days))?;
/// let image = svg::chart(&report, Component::IncomingByChannel, ChartKind::Bar, &svg::SvgOptions::default()).unwrap();
/// assert!(image.starts_with("<svg ") && image.contains("&lt;web&gt;"));
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn chart(report: &Report, component: Component, kind: ChartKind, options: &SvgOptions) -> Option<String> {
    if !charts(component).contains(&kind) {
        return None;
    }
    let shown = Shown::new(report, None);
    let part = report.components.iter().find(|part| part.component == component);
    let title = match part {
        Some(part) => part.title.clone(),
        None => shown.word(&format!("component.{component}")).to_owned(),
    };
    let period = if kind == ChartKind::Pie { shown.period(report) } else { shown.split(report) };
    let frame = Frame {
        width: f64::from(options.width.clamp(240, 2000)),
        heading: options.heading.then_some((title.as_str(), period.as_str())),
        legend: options.heading,
        label: format!("{title}, {period}"),
        is_page: false,
    };
    let markup = match Chart::of(report, component, &shown) {
        Some(chart) => draw(chart, kind, &frame, &shown, report),
        None => message(&shown.missing(report.component(component)), &frame),
    };
    Some(markup.into_string())
}

/// What every drawing of a chart needs to know.
pub(super) struct Frame<'f> {
    pub(super) width: f64,
    /// Title and what is below it.
    pub(super) heading: Option<(&'f str, &'f str)>,
    pub(super) legend: bool,
    /// What the image is called by screen readers.
    pub(super) label: String,
    /// Whether a page with the palette's style is around the image.
    pub(super) is_page: bool,
}

impl Frame<'_> {
    /// Where the drawing begins below the heading.
    fn top(&self) -> f64 {
        if self.heading.is_some() { 52.0 } else { 8.0 }
    }
}

/// Draws a chart.
pub(super) fn draw(chart: Chart, kind: ChartKind, frame: &Frame<'_>, shown: &Shown, report: &Report) -> Markup {
    match kind {
        ChartKind::Bar => bars::draw(chart, frame, shown, report),
        ChartKind::Line => line::draw(chart, frame, shown, report),
        ChartKind::Pie => pie::draw(&chart, frame, shown),
    }
}

/// An image that says why there is no chart.
fn message(words: &str, frame: &Frame<'_>) -> Markup {
    let lines = text::wrapped(words, frame.width - 32.0, 13.0);
    let top = frame.top();
    let height = top + 60.0 + text::pixels(lines.len().max(1)) * 18.0;
    image(frame, height, |out| {
        for (place, line) in lines.iter().enumerate() {
            let y = top + 36.0 + text::pixels(place) * 18.0;
            let at = (text::number(frame.width / 2.0), text::number(y));
            out.leaf("text", &[("x", &at.0), ("y", &at.1), ("text-anchor", &"middle"), ("font-size", &13)], line);
        }
    })
}

/// The outer element, with the heading.
fn image(frame: &Frame<'_>, height: f64, inside: impl FnOnce(&mut Markup)) -> Markup {
    let mut out = Markup::default();
    let (width, height) = (text::number(frame.width), text::number(height.ceil()));
    let view = format!("0 0 {width} {height}");
    let attributes: [(&'static str, &dyn std::fmt::Display); 11] = [
        ("xmlns", &"http://www.w3.org/2000/svg"),
        ("viewBox", &view),
        ("width", &width),
        ("height", &height),
        ("class", &"oc-chart"),
        ("role", &"img"),
        ("aria-label", &frame.label),
        ("color", &INK.light),
        ("fill", &"currentColor"),
        ("font-family", &"system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Arial, sans-serif"),
        ("font-size", &12),
    ];
    out.element("svg", &attributes, |out| {
        if !frame.is_page {
            out.leaf("style", &[], &palette::style());
        }
        if let Some((title, below)) = frame.heading {
            let title = text::fitted(title, frame.width - 8.0, 16.0);
            out.leaf("text", &[("x", &4), ("y", &20), ("font-size", &16), ("font-weight", &600)], &title);
            let below = text::fitted(below, frame.width - 8.0, 12.0);
            out.leaf("text", &[("x", &4), ("y", &39), ("opacity", &"0.75")], &below);
        }
        inside(out);
    });
    out
}

/// Class and fallback colour of a filled shape.
fn fill(slot: usize) -> (String, &'static str) {
    (format!("oc-f{}", slot + 1), PALETTE[slot.min(PALETTE.len() - 1)].light)
}

/// Class and fallback colour of a line.
fn stroke(slot: usize) -> (String, &'static str) {
    (format!("oc-l{}", slot + 1), PALETTE[slot.min(PALETTE.len() - 1)].light)
}

/// A small square of a series' colour, for legends outside of charts.
pub(super) fn swatch(slot: usize) -> Markup {
    let mut out = Markup::default();
    let (class, colour) = fill(slot);
    out.element("svg", &[("class", &"swatch"), ("viewBox", &"0 0 10 10"), ("aria-hidden", &"true")], |out| {
        out.empty("rect", &[("width", &10), ("height", &10), ("rx", &2.5), ("class", &class), ("fill", &colour)]);
    });
    out
}

/// A bar of a share, for tables.
pub(super) fn share_bar(share: f64, slot: usize) -> Markup {
    let mut out = Markup::default();
    let (class, colour) = fill(slot);
    let width = text::number((share * 100.0).clamp(0.0, 100.0));
    let attributes: [(&'static str, &dyn std::fmt::Display); 4] =
        [("class", &"share"), ("viewBox", &"0 0 100 8"), ("preserveAspectRatio", &"none"), ("aria-hidden", &"true")];
    out.element("svg", &attributes, |out| {
        out.empty("rect", &[("class", &"track"), ("width", &100), ("height", &8), ("fill-opacity", &"0.09")]);
        out.empty("rect", &[("width", &width), ("height", &8), ("class", &class), ("fill", &colour)]);
    });
    out
}

/// A small line of the course of a number.
pub(super) fn sparkline(values: &[u64]) -> Markup {
    let mut out = Markup::default();
    let top = text::amount(values.iter().copied().max().unwrap_or(0).max(1));
    let step = 100.0 / text::pixels(values.len().saturating_sub(1).max(1));
    let points: Vec<(f64, f64)> = values
        .iter()
        .enumerate()
        .map(|(place, &value)| (text::pixels(place) * step, 23.0 - text::amount(value) / top * 21.0))
        .collect();
    let line = text::line(&points);
    let attributes: [(&'static str, &dyn std::fmt::Display); 4] =
        [("class", &"spark"), ("viewBox", &"0 0 100 24"), ("preserveAspectRatio", &"none"), ("aria-hidden", &"true")];
    out.element("svg", &attributes, |out| {
        if values.len() > 1 {
            let area = format!("{line}L100 24L0 24Z");
            out.empty("path", &[("d", &area), ("class", &"oc-f1"), ("fill", &PALETTE[0].light), ("opacity", &"0.14")]);
            let attributes: [(&'static str, &dyn std::fmt::Display); 6] = [
                ("d", &line),
                ("class", &"oc-l1"),
                ("fill", &"none"),
                ("stroke", &PALETTE[0].light),
                ("stroke-width", &1.5),
                ("vector-effect", &"non-scaling-stroke"),
            ];
            out.empty("path", &attributes);
        }
    });
    out
}
