//! Requests about a finished report: as text in a format, as a table, as the whole of a log.

use serde::{Deserialize, Serialize};

use super::report::ReportRequest;
use crate::dataset::Dataset;
use crate::error::{Code, Error, Result};
use crate::export::chart;
use crate::export::csv::{self, CsvDelimiter, CsvHeader, CsvOptions, CsvValues};
use crate::export::html::{self, PageOptions};
use crate::export::svg::{self, SvgOptions};
use crate::export::terminal::{self, TextOptions};
use crate::export::{ChartKind, LogPages, Table, TableColumn, Values, charts, log_pages, vega};
use crate::label::labels;
use crate::report::{Column, Component, ComponentData, Filter, NoData, Outcome, Part, Report, ReportKind, log_columns};

labels! { closed
    /// A format in which a report is shown.
    ShowFormat, "format" {
        /// JSON: the whole report, or one part with its title.
        Json = "json",
        /// A page to read, with nothing to load.
        Html = "html",
        /// Text for a terminal.
        Text = "text",
        /// The table of a part as CSV.
        Csv = "csv",
        /// A chart of a part as an SVG image.
        Svg = "svg",
        /// A chart of a part as a Vega-Lite specification.
        Vega = "vega",
    }
}

labels! { closed
    /// A table of a part.
    TableKind, "table" {
        /// The rows of a breakdown, or of a log's page.
        Rows = "rows",
        /// Counts by time bucket, in long form.
        Buckets = "buckets",
        /// The delivery funnel.
        Funnel = "funnel",
        /// Failed messages by error.
        Failures = "failures",
    }
}

/// Asks for a report in a format; options that the format does not have are not looked at.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ShowRequest {
    /// The format.
    pub format: ShowFormat,
    /// One part; the whole report where absent. CSV and charts need it.
    pub component: Option<Component>,
    /// Which chart; the part's first where absent.
    pub chart: Option<ChartKind>,
    /// Which table, for CSV.
    #[serde(default = "rows")]
    pub table: TableKind,
    /// Rows of each log, for pages and text.
    pub log_rows: Option<usize>,
    /// Rows of each breakdown, for pages.
    pub rows: Option<usize>,
    /// Whose report it is, for pages.
    pub owner: Option<String>,
    /// Columns of the terminal, or pixels of the image.
    pub width: Option<usize>,
    /// Whether text has colours.
    #[serde(default)]
    pub colours: bool,
    /// First line of CSV.
    pub header: Option<CsvHeader>,
    /// How CSV writes values with a key and a word.
    pub values: Option<CsvValues>,
    /// What stands between the cells of CSV.
    pub delimiter: Option<CsvDelimiter>,
    /// Whether CSV begins with a byte order mark.
    #[serde(default)]
    pub bom: bool,
    /// Whether CSV makes texts harmless that a spreadsheet would run; default yes.
    #[serde(default = "yes")]
    pub harmless: bool,
}

/// Asks for a table of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRequest {
    /// The part.
    pub component: Component,
    /// Which table.
    #[serde(default = "rows")]
    pub table: TableKind,
}

impl TableRequest {
    /// The rows of a part.
    pub fn rows(component: Component) -> Self {
        Self { component, table: TableKind::Rows }
    }
}

const fn rows() -> TableKind {
    TableKind::Rows
}

const fn yes() -> bool {
    true
}

/// A part of a report without its rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PartHead<'r> {
    /// Which part.
    pub component: Component,
    /// Its title in the report's language.
    pub title: &'r str,
    /// `data`, `not_applicable` or `no_data`.
    pub state: &'static str,
    /// Filters that do not apply to it.
    #[serde(skip_serializing_if = "<[Filter]>::is_empty")]
    pub filters: &'r [Filter],
    /// Why there is no data.
    #[serde(flatten)]
    pub no_data: Option<&'r NoData>,
    /// Sum of a breakdown's rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Rows of the whole log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_rows: Option<u64>,
    /// Whether older rows follow the log's page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncated: Option<bool>,
    /// Where the log's next page starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<&'r str>,
    /// The charts that it has.
    #[serde(skip_serializing_if = "<[ChartKind]>::is_empty")]
    pub charts: &'static [ChartKind],
}

/// The parts of a report without their rows.
pub fn heads(report: &Report) -> Vec<PartHead<'_>> {
    report.components.iter().map(head).collect()
}

fn head(part: &Part) -> PartHead<'_> {
    let (component, title) = (part.component, part.title.as_str());
    let mut head = PartHead {
        component,
        title,
        state: "data",
        filters: &[],
        no_data: None,
        total: None,
        total_rows: None,
        truncated: None,
        cursor: None,
        charts: &[],
    };
    match &part.outcome {
        Outcome::NotApplicable { filters } => (head.state, head.filters) = ("not_applicable", filters),
        Outcome::NoData(why) => (head.state, head.no_data) = ("no_data", Some(why)),
        Outcome::Data(ComponentData::Breakdown(breakdown)) => head.total = Some(breakdown.total),
        Outcome::Data(ComponentData::Delivery(delivery)) => head.total = Some(delivery.total),
        Outcome::Data(ComponentData::Log(page)) => {
            head.total_rows = Some(page.total_rows);
            head.truncated = Some(page.truncated);
            head.cursor = page.cursor.as_deref();
        }
        Outcome::Data(ComponentData::Overview(_)) => {}
    }
    if head.state == "data" {
        head.charts = charts(component);
    }
    head
}

/// What a report is about, without its parts.
pub fn about(report: &Report) -> Report {
    Report {
        report: report.report,
        period: report.period.clone(),
        zone: report.zone.clone(),
        tzdb_version: report.tzdb_version.clone(),
        rules_version: report.rules_version,
        now: report.now,
        granularity: report.granularity,
        buckets: report.buckets.clone(),
        filters: report.filters.clone(),
        policies: report.policies.clone(),
        notes: report.notes.clone(),
        locale: report.locale,
        components: Vec::new(),
    }
}

/// A part's table without rows, for hosts that want its columns even where there is no data.
pub fn empty_table(request: &TableRequest) -> Table {
    let text = || Values::Text(Vec::new());
    let columns: Vec<(&str, Values)> = match request.table {
        TableKind::Rows if request.component.is_log() => log_columns(request.component)
            .iter()
            .map(|column| match column {
                Column::Timestamp | Column::DeliveredAt | Column::ReadAt => (column.as_str(), Values::Time(Vec::new())),
                _ => (column.as_str(), text()),
            })
            .collect(),
        TableKind::Rows => vec![
            ("key", text()),
            ("label", text()),
            ("count", Values::Int(Vec::new())),
            ("share", Values::Float(Vec::new())),
            ("percent", Values::Float(Vec::new())),
        ],
        TableKind::Buckets => vec![
            ("bucket", text()),
            ("bucket_start", Values::Time(Vec::new())),
            ("key", text()),
            ("label", text()),
            ("count", Values::Int(Vec::new())),
        ],
        TableKind::Funnel => vec![
            ("step", text()),
            ("label", text()),
            ("count", Values::Int(Vec::new())),
            ("share", Values::Float(Vec::new())),
        ],
        TableKind::Failures => vec![("code", text()), ("error", text()), ("count", Values::Int(Vec::new()))],
    };
    Table { columns: columns.into_iter().map(|(name, values)| TableColumn::new(name, name, values)).collect() }
}

/// Asks for a report of given data in a format.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowReportRequest {
    /// Which report.
    pub report: ReportKind,
    /// What is asked of it.
    pub options: ReportRequest,
    /// How it is shown.
    pub show: ShowRequest,
}

/// A report as text; null where the part has nothing to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The text.
    pub text: Option<String>,
}

/// Most time buckets of a chart that carries its data.
const CHART_BUCKETS: usize = 10_000;

/// A report in a format; none where the part has no such table or chart, or no data.
///
/// # Errors
/// `missing_option` at `component` where the format needs one; `too_large` at `format` for a chart with data of more than
/// 10,000 time buckets, at `table` for more than 500,000 counts by time bucket.
pub fn show(report: &Report, request: &ShowRequest) -> Result<Option<String>> {
    let kind = |component| request.chart.or_else(|| charts(component).first().copied());
    Ok(match request.format {
        ShowFormat::Json | ShowFormat::Csv => return show_data(report, request),
        ShowFormat::Html => {
            let mut options = PageOptions::default();
            options.log_rows = request.log_rows.unwrap_or(options.log_rows);
            options.rows = request.rows.unwrap_or(options.rows);
            options.owner.clone_from(&request.owner);
            Some(html::page(&[&restricted(report, request.component)], &options))
        }
        ShowFormat::Text => {
            let mut options = TextOptions::default().colours(request.colours);
            options.width = request.width.unwrap_or(options.width);
            options.log_rows = request.log_rows.unwrap_or(options.log_rows);
            options.rows = request.rows.unwrap_or(options.rows);
            Some(terminal::text(&restricted(report, request.component), &options))
        }
        ShowFormat::Svg => {
            let component = component(request)?;
            let mut options = SvgOptions::default();
            options.width = request.width.and_then(|width| u32::try_from(width).ok()).unwrap_or(options.width);
            kind(component).and_then(|kind| svg::chart(report, component, kind, &options))
        }
        ShowFormat::Vega => {
            let component = component(request)?;
            let buckets = report.buckets.len();
            if buckets > CHART_BUCKETS {
                let many = format!("{buckets} time buckets are more than a chart of {CHART_BUCKETS} shows");
                let error = Error::new(Code::TooLarge, many).with_hint("choose a coarser granularity, or an image");
                return Err(error.at("format"));
            }
            let chart = kind(component).and_then(|kind| vega::chart(report, component, kind));
            chart.map(|chart| chart.to_string())
        }
    })
}

/// [`show`] without pages, charts and terminals, for builds that must be small: `json` and `csv`.
///
/// # Errors
/// Those of [`show`]; `unknown_label` at `format` for the other formats.
pub fn show_data(report: &Report, request: &ShowRequest) -> Result<Option<String>> {
    match request.format {
        ShowFormat::Json => Ok(match request.component {
            None => serde_json::to_string(report).ok(),
            Some(component) => part(report, component).and_then(|part| serde_json::to_string(part).ok()),
        }),
        ShowFormat::Csv => {
            let component = component(request)?;
            let asked = TableRequest { component, table: request.table };
            let mut options = CsvOptions::for_report(report).bom(request.bom).harmless(request.harmless);
            options.header = request.header.unwrap_or(options.header);
            options.values = request.values.unwrap_or(options.values);
            options.delimiter = request.delimiter.unwrap_or(options.delimiter);
            let mut bytes = Vec::new();
            // Series by series: the table as a whole would be several times its text.
            let pieces = if request.table == TableKind::Buckets { check_long(report, component)? } else { 1 };
            for piece in 0..pieces {
                let found = match request.table {
                    TableKind::Buckets => Table::buckets_of(report, component, piece..=piece),
                    _ => table(report, &asked)?,
                };
                let Some(found) = found else { return Ok(None) };
                // Writing into memory cannot fail.
                let _ = csv::write(&found, &options, &mut bytes);
                options.header = CsvHeader::Absent;
            }
            Ok((pieces > 0).then(|| String::from_utf8(bytes).ok()).flatten())
        }
        format => Err(Error::new(Code::UnknownLabel, format!("`{format}` is not in this build"))
            .with_allowed(["json", "csv"])
            .at("format")),
    }
}

fn component(request: &ShowRequest) -> Result<Component> {
    request
        .component
        .ok_or_else(|| Error::new(Code::MissingOption, format!("`{}` shows one part", request.format)).at("component"))
}

fn part(report: &Report, component: Component) -> Option<&Part> {
    report.components.iter().find(|part| part.component == component)
}

/// The report with one part only.
fn restricted(report: &Report, component: Option<Component>) -> Report {
    let mut report = report.clone();
    if let Some(component) = component {
        report.components.retain(|part| part.component == component);
    }
    report
}

/// Most rows of a table of counts by time bucket.
const LONG_ROWS: usize = 500_000;

/// Rows of a breakdown whose counts by time bucket are not too many for a table in long form.
fn check_long(report: &Report, component: Component) -> Result<usize> {
    let (rows, buckets) = (chart::rows(report.component(component)).map_or(0, <[_]>::len), report.buckets.len());
    if rows.saturating_mul(buckets) <= LONG_ROWS {
        return Ok(rows);
    }
    let most = LONG_ROWS / rows;
    Err(Error::new(Code::TooLarge, format!("{rows} rows in {buckets} time buckets are more than {LONG_ROWS} rows"))
        .with_hint(format!("at most {most} time buckets with so many rows: a coarser granularity, or a shorter period"))
        .at("table"))
}

/// A table of a part; none where the part has none, or no data.
///
/// # Errors
/// `too_large` at `table` for more than 500,000 counts by time bucket.
pub fn table(report: &Report, request: &TableRequest) -> Result<Option<Table>> {
    Ok(match request.table {
        TableKind::Rows => Table::from_part(report, request.component),
        TableKind::Buckets => {
            check_long(report, request.component)?;
            Table::buckets(report, request.component)
        }
        TableKind::Funnel => Table::funnel(report),
        TableKind::Failures => Table::failures(report),
    })
}

/// The pages of a log, from the newest row to the oldest (P8).
///
/// # Errors
/// Those of [`ReportRequest::options`] and [`log_pages`].
pub fn log<'d, 'a>(data: &'d Dataset<'a>, component: Component, request: &ReportRequest) -> Result<LogPages<'d, 'a>> {
    log_pages(data, &request.options()?, component)
}
