//! One part of a report: a section of the page.

use super::{PageOptions, breakdown, delivery, log};
use crate::export::chart::{Chart, ChartKind};
use crate::export::markup::Markup;
use crate::export::shown::Shown;
use crate::export::svg::{self, Frame};
use crate::report::{ComponentData, Part, Report};

/// Widths that bar and line charts are laid out for: a page and a phone.
const WIDTHS: [(&str, f64); 2] = [("wide", 960.0), ("narrow", 332.0)];

/// How deep a section's heading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Second,
    Third,
}

impl Level {
    fn heading(self) -> &'static str {
        match self {
            Self::Second => "h2",
            Self::Third => "h3",
        }
    }

    /// The heading inside a section.
    pub(super) fn below(self) -> &'static str {
        match self {
            Self::Second => "h3",
            Self::Third => "h4",
        }
    }
}

/// What every part needs to know.
pub(super) struct Context<'c> {
    pub(super) report: &'c Report,
    pub(super) shown: &'c Shown,
    pub(super) options: &'c PageOptions,
    pub(super) level: Level,
    /// Keeps ids apart where a page holds the same kind of report twice.
    pub(super) prefix: String,
}

pub(super) fn write(out: &mut Markup, part: &Part, context: &Context<'_>) {
    let (id, shown) = (format!("{}{}", context.prefix, part.component), context.shown);
    let class = if part.component.is_log() { "part log" } else { "part" };
    out.element("section", &[("id", &id), ("class", &class)], |out| {
        out.leaf(context.level.heading(), &[], &part.title);
        out.leaf("p", &[("class", &"about")], shown.word(&format!("about.{}", part.component)));
        match part.outcome.data() {
            None => out.leaf("p", &[("class", &"empty")], &shown.missing(&part.outcome)),
            Some(ComponentData::Overview(overview)) => {
                chart(out, part, ChartKind::Bar, context);
                breakdown::table(out, part, &overview.rows, context);
            }
            Some(ComponentData::Breakdown(found)) => breakdown::write(out, part, found, context),
            Some(ComponentData::Delivery(found)) => {
                delivery::write(out, part, found, context);
                out.leaf("p", &[("class", &"note")], shown.word("shown.note_status_window"));
            }
            Some(ComponentData::Log(page)) => {
                log::write(out, part, page, context);
                if page.truncated {
                    let limit = shown.number(page.len() as u64);
                    out.leaf("p", &[("class", &"note")], &shown.fill("shown.note_log_limit", &[("limit", &limit)]));
                }
            }
        }
    });
}

/// A bar or line chart, for wide and for narrow screens.
pub(super) fn chart(out: &mut Markup, part: &Part, kind: ChartKind, context: &Context<'_>) {
    let (report, shown) = (context.report, context.shown);
    for (class, width) in WIDTHS {
        let Some(data) = Chart::of(report, part.component, shown) else { return };
        let label = format!("{}, {}", part.title, shown.split(report));
        let frame = Frame { width, heading: None, legend: true, label, is_page: true };
        out.element("figure", &[("class", &class)], |out| out.append(&svg::draw(data, kind, &frame, shown, report)));
    }
}

/// A ring of shares; its legend is the table beside it.
pub(super) fn ring(out: &mut Markup, part: &Part, context: &Context<'_>) {
    let (report, shown) = (context.report, context.shown);
    let Some(data) = Chart::of(report, part.component, shown) else { return };
    let label = format!("{}, {}", part.title, shown.word("shown.share"));
    let frame = Frame { width: 200.0, heading: None, legend: false, label, is_page: true };
    out.element("figure", &[("class", &"ring")], |out| {
        out.append(&svg::draw(data, ChartKind::Pie, &frame, shown, report));
    });
}

/// A table that scrolls by itself where it is too wide.
pub(super) fn scrolled(out: &mut Markup, label: &str, inside: impl FnOnce(&mut Markup)) {
    out.element("div", &[("class", &"scroll"), ("role", &"region"), ("aria-label", &label), ("tabindex", &0)], |out| {
        out.element("table", &[], inside);
    });
}

/// A header cell; numbers are set to the right.
pub(super) fn header(out: &mut Markup, title: &str, is_number: bool) {
    let class = if is_number { "number" } else { "text" };
    out.leaf("th", &[("scope", &"col"), ("class", &class)], title);
}

/// A cell with a number.
pub(super) fn number(out: &mut Markup, text: &str) {
    out.leaf("td", &[("class", &"number")], text);
}
