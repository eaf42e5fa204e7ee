//! What a report says, flat and comparable: the naive one and the library's.

use chrono::NaiveDate;
use omnicontact::dataset::NULL_TIME;
use omnicontact::report::{Breakdown, Delivery, LogPage, Outcome, Row};
use omnicontact::report::{Change, Column, ComponentData, FailureRow, LogColumn, LogValues, NO_ENTRY, NoData};
use omnicontact::{Component, Dataset, Filter, ForeignId, Report, ReportKind, ReportOptions, Result};

/// A whole report.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) previous: Option<(i64, i64)>,
    /// Key, first instant, first instant after it.
    pub(crate) buckets: Vec<(String, i64, i64)>,
    pub(crate) parts: Vec<(Component, Part)>,
}

/// One component.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    NotApplicable(Vec<Filter>),
    /// With the date of the first record where the period lies before it.
    NoData(Option<NaiveDate>),
    Counts(Counts),
    /// The message's id or the event's sequence, and the cells.
    Log(Vec<LogLine>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Counts {
    pub(crate) total: Option<u64>,
    pub(crate) rows: Vec<Line>,
    pub(crate) without_subtype: Option<u64>,
    pub(crate) change: Option<(u64, i64, Option<f64>)>,
    pub(crate) extra: Option<Extra>,
}

/// Beside the delivery statuses.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Extra {
    /// Sent, delivered, read.
    pub(crate) funnel: [u64; 3],
    /// Code, text, count.
    pub(crate) failures: Vec<(Option<String>, Option<String>, u64)>,
    /// Delivered, read.
    pub(crate) not_supported: [u64; 2],
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) key: omnicontact::report::Key,
    pub(crate) label: String,
    pub(crate) count: u64,
    pub(crate) share: Option<f64>,
    pub(crate) percent: Option<f64>,
    pub(crate) contacts: Option<u64>,
    pub(crate) buckets: Vec<u64>,
    pub(crate) change: Option<(u64, i64, Option<f64>)>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    At(Option<i64>),
    /// The key and what is shown.
    Is(Option<(ForeignId, String)>),
}

impl Cell {
    pub(crate) fn text(text: Option<&str>) -> Self {
        Self::Is(text.map(|text| (ForeignId::from(text), text.to_owned())))
    }

    pub(crate) fn id(id: &ForeignId) -> Self {
        Self::Is(Some((id.clone(), id.to_text().into_owned())))
    }
}

/// Asks the library, and reads every log to its end through the cursors.
pub(crate) fn ask(data: &Dataset<'_>, kind: ReportKind, options: &ReportOptions) -> Result<Answer> {
    let report = run(data, kind, options)?;
    let parts = report.components.iter().map(|part| Ok((part.component, read(data, kind, options, part)?)));
    Ok(Answer {
        start: report.period.start,
        end: report.period.end,
        previous: report.period.previous,
        buckets: report.buckets.iter().map(|bucket| (bucket.key.clone(), bucket.start, bucket.end)).collect(),
        parts: parts.collect::<Result<_>>()?,
    })
}

fn run(data: &Dataset<'_>, kind: ReportKind, options: &ReportOptions) -> Result<Report> {
    match kind {
        ReportKind::Contacts => omnicontact::report::contacts(data, options),
        ReportKind::Messages => omnicontact::report::messages(data, options),
    }
}

fn read(
    data: &Dataset<'_>,
    kind: ReportKind,
    options: &ReportOptions,
    part: &omnicontact::report::Part,
) -> Result<Part> {
    Ok(match &part.outcome {
        Outcome::NotApplicable { filters } => Part::NotApplicable(filters.clone()),
        Outcome::NoData(NoData::BeforeFirstRecord { date }) => Part::NoData(Some(*date)),
        Outcome::NoData(_) => Part::NoData(None),
        Outcome::Data(ComponentData::Overview(overview)) => Part::Counts(Counts {
            total: None,
            rows: overview.rows.iter().map(line).collect(),
            without_subtype: None,
            change: None,
            extra: None,
        }),
        Outcome::Data(ComponentData::Breakdown(found)) => Part::Counts(breakdown(found)),
        Outcome::Data(ComponentData::Delivery(found)) => Part::Counts(delivery(found)),
        Outcome::Data(ComponentData::Log(first)) => {
            let mut lines = lines(first);
            let mut page = first.clone();
            check_page(&page, options, lines.len());
            while let Some(cursor) = page.cursor.clone() {
                assert!(options.logs.limit > 0, "an empty page leads nowhere");
                let next = options.clone().components([part.component]);
                let logs = next.logs.clone().cursor(cursor);
                let report = run(data, kind, &next.logs(logs))?;
                page = report.component(part.component).log().expect("a cursor leads to rows").clone();
                lines.extend(self::lines(&page));
                check_page(&page, options, lines.len());
                assert!(!page.is_empty(), "a page after a cursor has rows");
            }
            assert_eq!(first.total_rows, lines.len() as u64, "total_rows");
            Part::Log(lines)
        }
    })
}

/// P8: pages are full, and say whether older rows follow.
fn check_page(page: &LogPage, options: &ReportOptions, shown: usize) {
    let left = usize::try_from(page.total_rows).unwrap() - shown;
    assert_eq!(page.truncated, left > 0, "truncated");
    assert_eq!(page.cursor.is_some(), page.truncated, "cursor");
    assert!(page.len() == options.logs.limit || left == 0 && page.len() < options.logs.limit, "length of the page");
}

fn change(change: Option<Change>) -> Option<(u64, i64, Option<f64>)> {
    change.map(|change| (change.previous, change.absolute, change.relative))
}

fn line(row: &Row) -> Line {
    Line {
        key: row.key.clone(),
        label: row.label.clone(),
        count: row.count,
        share: row.share,
        percent: row.percent,
        contacts: row.contacts,
        buckets: row.buckets.clone(),
        change: change(row.change),
    }
}

fn breakdown(found: &Breakdown) -> Counts {
    Counts {
        total: Some(found.total),
        rows: found.rows.iter().map(line).collect(),
        without_subtype: found.without_subtype,
        change: change(found.change),
        extra: None,
    }
}

fn delivery(found: &Delivery) -> Counts {
    let failure = |row: &FailureRow| (row.code.clone(), row.error.clone(), row.count);
    Counts {
        total: Some(found.total),
        rows: found.rows.iter().map(line).collect(),
        without_subtype: None,
        change: change(found.change),
        extra: Some(Extra {
            funnel: [found.funnel.sent, found.funnel.delivered, found.funnel.read],
            failures: found.failures.iter().map(failure).collect(),
            not_supported: [found.not_supported.delivered, found.not_supported.read],
        }),
    }
}

/// A row of a log: what it is, and its cells.
pub(crate) type LogLine = (Option<ForeignId>, Vec<(Column, Cell)>);

fn lines(page: &LogPage) -> Vec<LogLine> {
    let cells = |row: usize| page.columns.iter().map(|column| (column.name, cell(column, row))).collect();
    (0..page.len()).map(|row| (page.ids[row].clone(), cells(row))).collect()
}

fn cell(column: &LogColumn, row: usize) -> Cell {
    let cell = match &column.values {
        LogValues::Times(times) => Cell::At(Some(times[row]).filter(|&at| at != NULL_TIME)),
        LogValues::Ids(ids) => Cell::id(&ids[row]),
        LogValues::Texts(texts) => Cell::text(texts.get(row)),
        LogValues::Coded { codes, .. } if codes[row] == NO_ENTRY => Cell::Is(None),
        LogValues::Coded { codes, entries } => {
            let entry = &entries[codes[row] as usize];
            Cell::Is(Some((entry.key.clone(), entry.shown().into_owned())))
        }
    };
    match cell {
        // A name is what it shows, whatever it is kept under.
        Cell::Is(Some((_, shown))) if column.name == Column::ContactName => Cell::text(Some(&shown)),
        cell => cell,
    }
}
