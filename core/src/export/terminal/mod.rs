//! A report as text for a terminal: aligned tables, small bars, totals.

mod line;
mod log;
mod part;

use self::line::{Lines, plain};
use super::shown::Shown;
use crate::report::Report;

/// How a report becomes text.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TextOptions {
    /// Columns of the terminal; at least 40, default 80. No line is wider.
    pub width: usize,
    /// Whether bars and titles are coloured by ANSI sequences; default no.
    pub colours: bool,
    /// Rows of each log; default 10.
    pub log_rows: usize,
    /// Rows of each breakdown and of the failures, the last one for all others together; default 20.
    pub rows: usize,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self { width: 80, colours: false, log_rows: 10, rows: 20 }
    }
}

impl TextOptions {
    /// Sets the columns of the terminal.
    pub fn width(mut self, width: usize) -> Self {
        self.width = width;
        self
    }

    /// Sets whether there are colours.
    pub fn colours(mut self, colours: bool) -> Self {
        self.colours = colours;
        self
    }

    /// Sets the rows of each breakdown.
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// Sets the rows of each log.
    pub fn log_rows(mut self, rows: usize) -> Self {
        self.log_rows = rows;
        self
    }
}

/// A report as text.
///
/// Columns are aligned by what characters take on screen; control characters in names and content are shown, never
/// obeyed.
///
/// # Example
/// ```
/// use omnicontact::export::terminal::{self, TextOptions};
/// use omnicontact::{Dataset, Direction, Instant, Message, Preset, ReportOptions, Zone, report};
/// let now = Instant::parse("2026-07-01T12:00:00Z")?;
/// let rows = vec![Message::new(1, now, Direction::Incoming, "ana").through("web")];
/// let data = Dataset::builder().messages(&rows).build()?;
/// let report = report::messages(&data, &ReportOptions::new(Zone::utc(), now, Preset::Today))?;
/// let text = terminal::text(&report, &TextOptions::default().width(60));
/// assert!(text.starts_with("Messages report\n"));
/// assert!(text.lines().any(|line| line.contains("web") && line.ends_with("100.00%")));
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn text(report: &Report, options: &TextOptions) -> String {
    let shown = Shown::new(report, None);
    let mut out = Lines::new(options.width.max(40), options.colours);
    out.title(shown.report_title(report.report), '═');
    out.push(&shown.named(shown.word("shown.period"), &shown.period_text(report)));
    if let Some((start, end)) = report.period.previous {
        out.push(&shown.named(shown.word("shown.compared_with"), &shown.span(start, end)));
    }
    out.push(&shown.named(shown.word("shown.zone"), &shown.zone_text(report)));
    for (name, values) in shown.filters(report) {
        out.push(&plain(&shown.named(name, &values)));
    }
    for part in &report.components {
        out.blank();
        if let Some(data) = part.outcome.data() {
            part::write(&mut out, part, data, &shown, options);
        } else {
            out.title(&part.title, '─');
            out.wrapped(&shown.missing(&part.outcome));
        }
    }
    out.blank();
    for note in shown.notes(report) {
        out.wrapped(note);
    }
    out.wrapped(&shown.policy(report));
    out.into_text()
}
