//! The whole of a log, page by page: exports have no cap (P8).

use crate::dataset::Dataset;
use crate::error::{Code, Error, Result};
use crate::report::{self, Component, Report, ReportKind, ReportOptions};

/// The pages of a log from the newest row to the oldest, each as a report that holds this one part.
///
/// The first page always comes, so that `not_applicable` and `no_data` are seen (P1).
///
/// # Errors
/// `malformed_value` at `component` for a part that is no log; while reading, those of [`ReportOptions`].
///
/// # Example
/// ```
/// use omnicontact::export::{Table, csv, log_pages};
/// use omnicontact::{Component, Dataset, Direction, Instant, LogOptions, Message, Preset, ReportOptions, Zone};
/// let now = Instant::parse("2026-07-01T12:00:00Z")?;
/// let rows: Vec<_> = (0..5).map(|id| Message::new(id, now, Direction::Incoming, "ana")).collect();
/// let data = Dataset::builder().messages(&rows).build()?;
/// let options = ReportOptions::new(Zone::utc(), now, Preset::Today).logs(LogOptions::default().limit(2));
/// let mut text = Vec::new();
/// let mut style = csv::CsvOptions::new(Zone::utc());
/// for report in log_pages(&data, &options, Component::IncomingLog)? {
///     if let Some(table) = Table::from_part(&report?, Component::IncomingLog) {
///         csv::write(&table, &style, &mut text).unwrap();
///         style = style.header(csv::CsvHeader::Absent);
///     }
/// }
/// assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), 1 + 5);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn log_pages<'d, 'a>(
    data: &'d Dataset<'a>,
    options: &ReportOptions,
    component: Component,
) -> Result<LogPages<'d, 'a>> {
    if !component.is_log() {
        return Err(Error::new(Code::MalformedValue, format!("`{component}` is no log"))
            .with_allowed(Component::ALL.iter().filter(|part| part.is_log()).map(Component::as_str))
            .at("component"));
    }
    let mut options = options.clone().components([component]);
    // A page without rows would never come to an end.
    options.logs.limit = options.logs.limit.max(1);
    Ok(LogPages { data, options, component, ended: false })
}

/// See [`log_pages`].
#[derive(Debug)]
pub struct LogPages<'d, 'a> {
    data: &'d Dataset<'a>,
    options: ReportOptions,
    component: Component,
    ended: bool,
}

impl Iterator for LogPages<'_, '_> {
    type Item = Result<Report>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let report = match self.component.report() {
            ReportKind::Contacts => report::contacts(self.data, &self.options),
            ReportKind::Messages => report::messages(self.data, &self.options),
        };
        let cursor = report
            .as_ref()
            .ok()
            .and_then(|report| report.component(self.component).log())
            .and_then(|page| page.cursor.clone());
        self.ended = cursor.is_none();
        self.options.logs.cursor = cursor;
        Some(report)
    }
}
