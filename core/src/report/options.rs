//! What is asked of a report.

use serde::{Deserialize, Serialize};

use super::component::{Component, ReportKind};
use super::filter::Filters;
use super::page::{Column, Cursor, LOG_LIMIT, log_columns};
use crate::error::{Code, Error, Result};
use crate::label::Locale;
use crate::time::{Granularity, Instant, PeriodPolicy, PeriodSpec, Zone};

/// Named doubts, with the defaults of the rules; every report says which were used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ReportPolicies {
    /// Count outgoing messages that no provider accepted, too; default no (P5).
    pub count_all_attempts: bool,
    /// Let the channel filter apply to added by source and the added log; default no (P2, D7).
    pub added_has_channel: bool,
}

impl ReportPolicies {
    /// Sets whether outgoing messages that no provider accepted count, too.
    pub fn count_all_attempts(mut self, count: bool) -> Self {
        self.count_all_attempts = count;
        self
    }

    /// Sets whether the channel filter applies to added contacts.
    pub fn added_has_channel(mut self, has: bool) -> Self {
        self.added_has_channel = has;
        self
    }
}

/// Which rows and columns the logs show.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogOptions {
    /// Rows of a page, at most 10,000 (P8).
    pub limit: usize,
    /// Where the page of one log starts; the other logs show their first page.
    pub cursor: Option<String>,
    /// Columns to show, where a log has them; all where absent.
    pub columns: Option<Vec<Column>>,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self { limit: LOG_LIMIT, cursor: None, columns: None }
    }
}

impl LogOptions {
    /// Sets the rows of a page.
    pub fn limit(mut self, rows: usize) -> Self {
        self.limit = rows;
        self
    }

    /// Sets where the page starts.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// Sets the columns to show.
    pub fn columns(mut self, columns: impl IntoIterator<Item = Column>) -> Self {
        self.columns = Some(columns.into_iter().collect());
        self
    }
}

/// Most counters of a report, unless [`ReportOptions::max_cells`] says otherwise: as many take less than 120 MB where the
/// report is written as text, and less than 200 MB as JSON values.
pub const MAX_CELLS: u64 = 4_000_000;

/// Most counters that a report may be allowed: some 2 GB.
pub const MOST_CELLS: u64 = 64_000_000;

/// What a time bucket weighs beside the counters in it: its key and ends, in the report and as JSON.
const BUCKET_CELLS: u64 = 20;

/// What is asked of a report. The clock is an argument: `now` decides what `today` is (T2).
///
/// # Example
/// ```
/// use omnicontact::{Filters, Granularity, Instant, Preset, ReportOptions, Zone};
/// let now = Instant::parse("2026-07-01T12:00:00Z")?;
/// let options = ReportOptions::new(Zone::new("America/Guayaquil")?, now, Preset::Last30Days)
///     .granularity(Granularity::Week)
///     .filters(Filters::default().channel(["wa-sales"]))
///     .compare(true);
/// assert!(options.compare);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ReportOptions {
    /// Time zone of everything.
    pub zone: Zone,
    /// The present.
    pub now: Instant,
    /// Period; default `last_30_days`.
    pub period: PeriodSpec,
    /// Time buckets; default `auto` (T4).
    pub granularity: Granularity,
    /// Filters.
    pub filters: Filters,
    /// Policies of periods.
    pub period_policy: PeriodPolicy,
    /// Policies of counting.
    pub policies: ReportPolicies,
    /// Whether to compare with the previous period (P11).
    pub compare: bool,
    /// Whether to count distinct contacts (P4).
    pub distinct_contacts: bool,
    /// Rows and columns of logs.
    pub logs: LogOptions,
    /// Parts to compute; all where absent.
    pub components: Option<Vec<Component>>,
    /// Language of labels.
    pub locale: Locale,
    /// Most counters: time buckets × rows of all breakdowns, where a bucket itself weighs as much as twenty; default
    /// [`MAX_CELLS`]. Hours over many years, or with thousands of templates, would take more memory than a host expects of a
    /// report.
    pub max_cells: u64,
}

impl ReportOptions {
    /// Options with the defaults of the rules.
    pub fn new(zone: Zone, now: Instant, period: impl Into<PeriodSpec>) -> Self {
        Self {
            zone,
            now,
            period: period.into(),
            granularity: Granularity::Auto,
            filters: Filters::default(),
            period_policy: PeriodPolicy::default(),
            policies: ReportPolicies::default(),
            compare: false,
            distinct_contacts: false,
            logs: LogOptions::default(),
            components: None,
            locale: Locale::En,
            max_cells: MAX_CELLS,
        }
    }

    /// Sets the time buckets.
    pub fn granularity(mut self, granularity: Granularity) -> Self {
        self.granularity = granularity;
        self
    }

    /// Sets the filters.
    pub fn filters(mut self, filters: Filters) -> Self {
        self.filters = filters;
        self
    }

    /// Sets the policies of periods.
    pub fn period_policy(mut self, policy: PeriodPolicy) -> Self {
        self.period_policy = policy;
        self
    }

    /// Sets the policies of counting.
    pub fn policies(mut self, policies: ReportPolicies) -> Self {
        self.policies = policies;
        self
    }

    /// Sets whether to compare with the previous period.
    pub fn compare(mut self, compare: bool) -> Self {
        self.compare = compare;
        self
    }

    /// Sets whether to count distinct contacts.
    pub fn distinct_contacts(mut self, distinct: bool) -> Self {
        self.distinct_contacts = distinct;
        self
    }

    /// Sets rows and columns of logs.
    pub fn logs(mut self, logs: LogOptions) -> Self {
        self.logs = logs;
        self
    }

    /// Sets which parts to compute.
    pub fn components(mut self, components: impl IntoIterator<Item = Component>) -> Self {
        self.components = Some(components.into_iter().collect());
        self
    }

    /// Sets the language of labels.
    pub fn locale(mut self, locale: Locale) -> Self {
        self.locale = locale;
        self
    }

    /// Sets the most counters that the breakdowns may keep, at most [`MOST_CELLS`].
    pub fn max_cells(mut self, cells: u64) -> Self {
        self.max_cells = cells;
        self
    }

    /// Checks that so many rows of breakdowns, each with so many time buckets, are not too many.
    pub(crate) fn check_cells(&self, rows: usize, buckets: usize) -> Result<()> {
        let a_bucket = BUCKET_CELLS.saturating_add(rows as u64);
        let most = self.max_cells / a_bucket;
        if buckets.max(1) as u64 <= most {
            return Ok(());
        }
        let (limit, found) = (self.max_cells, "time buckets with counters of");
        Err(Error::new(Code::TooLarge, format!("{buckets} {found} {rows} rows are more than {limit} counters"))
            .with_hint(format!(
                "at most {most} time buckets: choose a coarser granularity or a shorter period, or raise `max_cells`"
            ))
            .at("granularity"))
    }

    /// Checks what does not depend on the data.
    pub(crate) fn check(&self, report: ReportKind) -> Result<Option<Cursor>> {
        self.filters.check(report)?;
        if self.max_cells > MOST_CELLS {
            let fault =
                Error::new(Code::TooLarge, format!("{} counters are more than a report may keep", self.max_cells));
            return Err(fault.with_hint(format!("at most {MOST_CELLS}")).at("max_cells").at("policies"));
        }
        if self.logs.limit > LOG_LIMIT {
            return Err(Error::new(Code::TooLarge, format!("a page of {} rows is too large", self.logs.limit))
                .with_hint("at most 10000 rows a page; an export has no cap")
                .at("limit")
                .at("logs"));
        }
        for (row, component) in self.components.iter().flatten().enumerate() {
            if component.report() != report {
                return Err(Error::new(Code::UnknownKey, format!("the {report} report has no part `{component}`"))
                    .with_allowed(Component::ALL.iter().filter(|part| part.report() == report).map(Component::as_str))
                    .at_row(row)
                    .at("components"));
            }
        }
        for (row, column) in self.logs.columns.iter().flatten().enumerate() {
            if !Component::of(report).any(|component| log_columns(component).contains(column)) {
                return Err(Error::new(
                    Code::UnknownColumn,
                    format!("no log of the {report} report has a column `{column}`"),
                )
                .at_row(row)
                .at("columns")
                .at("logs"));
            }
        }
        let cursor = self.logs.cursor.as_deref().map(Cursor::parse).transpose().map_err(|error| error.at("logs"))?;
        if let Some(cursor) = &cursor
            && cursor.component.report() != report
        {
            return Err(Error::new(Code::InvalidCursor, "the cursor belongs to the other report")
                .at("cursor")
                .at("logs"));
        }
        Ok(cursor)
    }

    /// The columns that a log shows.
    pub(crate) fn columns_of(&self, component: Component) -> Vec<Column> {
        let all = log_columns(component);
        match &self.logs.columns {
            None => all.to_vec(),
            Some(chosen) => {
                let mut columns: Vec<Column> = Vec::new();
                for column in chosen {
                    // A column that is asked for twice is shown once.
                    if all.contains(column) && !columns.contains(column) {
                        columns.push(*column);
                    }
                }
                columns
            }
        }
    }

    pub(crate) fn wants(&self, component: Component) -> bool {
        self.components.as_ref().is_none_or(|chosen| chosen.contains(&component))
    }
}
