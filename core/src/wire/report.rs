//! A report as plain data: what is asked, and the doors to both reports, their partials and their choices.

use serde::{Deserialize, Serialize};

use super::dataset::DatasetOptionsRequest;
use super::time::{PeriodRequest, auto};
use crate::classify::Untracked;
use crate::dataset::Dataset;
use crate::error::{Code, Error, Result};
use crate::label::Locale;
use crate::report::{
    self, Choice, Column, Component, Filter, Filters, LOG_LIMIT, LogOptions, MAX_CELLS, Partial, Report, ReportKind,
    ReportOptions, ReportPolicies,
};
use crate::time::{Granularity, Instant, PeriodPolicy, Weekday, Zone};

/// What is asked of a report, as plain data: see [`ReportOptions`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ReportRequest {
    /// IANA time zone of everything.
    pub zone: String,
    /// The present: epoch milliseconds or RFC 3339.
    pub now: Instant,
    /// Period; default `last_30_days`.
    #[serde(default)]
    pub period: PeriodRequest,
    /// Time buckets; default `auto`.
    #[serde(default = "auto")]
    pub granularity: Granularity,
    /// Filters.
    #[serde(default)]
    pub filters: Filters,
    /// Policies of counting and of periods.
    #[serde(default)]
    pub policies: PoliciesRequest,
    /// Whether to compare with the previous period.
    #[serde(default)]
    pub compare: bool,
    /// Whether to count distinct contacts.
    #[serde(default)]
    pub distinct_contacts: bool,
    /// Rows and columns of logs.
    #[serde(default)]
    pub logs: LogsRequest,
    /// Parts to compute; all where absent.
    pub components: Option<Vec<Component>>,
    /// Language of labels; default `en`.
    #[serde(default = "english")]
    pub locale: Locale,
}

const fn english() -> Locale {
    Locale::En
}

/// [`ReportPolicies`] and [`PeriodPolicy`] as plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a policy with a name of its own")]
pub struct PoliciesRequest {
    /// Count outgoing messages that no provider accepted, too (P5).
    pub count_all_attempts: bool,
    /// Let the channel filter apply to added contacts (P2, D7).
    pub added_has_channel: bool,
    /// Whether the last N days end today (T2).
    pub include_today: bool,
    /// First day of the week (T2).
    pub week_start: Weekday,
    /// Whether this week, month, quarter and year go to the unit's end (D2).
    pub whole_unit: bool,
    /// Whether `all_time` goes to the end of today (D37).
    pub to_today: bool,
    /// Most counters of the breakdowns; default [`MAX_CELLS`].
    pub max_cells: u64,
    /// What an untracked message counts as (D5); with the next four, a policy of the dataset: only where the call gives
    /// the data as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub untracked: Option<Untracked>,
    /// App ids of ours (K1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_app_ids: Option<Vec<String>>,
    /// Whether Instagram has message tags (K2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instagram_tags: Option<bool>,
    /// Whether `HUMAN_AGENT` is taken as no tag (K2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub human_agent_as_session: Option<bool>,
    /// Whether connected events are derived from message rows (K8).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub derive_connections: Option<bool>,
}

impl PoliciesRequest {
    /// Hands the policies of the dataset over to its options.
    pub(super) fn hand_over(&mut self, options: &mut DatasetOptionsRequest) {
        let classify = &mut options.classify;
        classify.untracked = self.untracked.take().unwrap_or(classify.untracked);
        classify.instagram_tags = self.instagram_tags.take().unwrap_or(classify.instagram_tags);
        classify.human_agent_as_session = self.human_agent_as_session.take().unwrap_or(classify.human_agent_as_session);
        if let Some(ids) = self.own_app_ids.take() {
            classify.own_app_ids = ids;
        }
        options.derive_connections = self.derive_connections.take().unwrap_or(options.derive_connections);
    }

    /// A built dataset has had its policies.
    fn check(&self) -> Result<()> {
        let set = [
            ("untracked", self.untracked.is_some()),
            ("own_app_ids", self.own_app_ids.is_some()),
            ("instagram_tags", self.instagram_tags.is_some()),
            ("human_agent_as_session", self.human_agent_as_session.is_some()),
            ("derive_connections", self.derive_connections.is_some()),
        ];
        match set.iter().find(|(_, set)| *set) {
            None => Ok(()),
            Some((name, _)) => Err(Error::new(Code::UnknownKey, format!("`{name}` is a policy of the dataset"))
                .with_hint("give it where the dataset is built")
                .at(name)
                .at("policies")),
        }
    }
}

impl Default for PoliciesRequest {
    fn default() -> Self {
        let ReportPolicies { count_all_attempts, added_has_channel } = ReportPolicies::default();
        let PeriodPolicy { include_today, week_start, whole_unit, to_today } = PeriodPolicy::default();
        Self {
            count_all_attempts,
            added_has_channel,
            include_today,
            week_start,
            whole_unit,
            to_today,
            max_cells: MAX_CELLS,
            untracked: None,
            own_app_ids: None,
            instagram_tags: None,
            human_agent_as_session: None,
            derive_connections: None,
        }
    }
}

/// [`LogOptions`] as plain data.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct LogsRequest {
    /// Rows of a page, at most 10,000.
    pub limit: usize,
    /// Where the page of one log starts.
    pub cursor: Option<String>,
    /// Columns to show; all where absent.
    pub columns: Option<Vec<Column>>,
}

impl Default for LogsRequest {
    fn default() -> Self {
        Self { limit: LOG_LIMIT, cursor: None, columns: None }
    }
}

impl ReportRequest {
    /// The options that are asked for.
    ///
    /// # Errors
    /// `unknown_zone`, and those of [`PeriodSpec::parse`](crate::PeriodSpec::parse).
    pub fn options(&self) -> Result<ReportOptions> {
        let zone = Zone::new(&self.zone)?;
        let policies = &self.policies;
        policies.check()?;
        let mut options = ReportOptions::new(zone, self.now, self.period.read()?)
            .granularity(self.granularity)
            .filters(self.filters.clone())
            .period_policy(
                PeriodPolicy::default()
                    .include_today(policies.include_today)
                    .week_start(policies.week_start)
                    .whole_unit(policies.whole_unit)
                    .to_today(policies.to_today),
            )
            .policies(
                ReportPolicies::default()
                    .count_all_attempts(policies.count_all_attempts)
                    .added_has_channel(policies.added_has_channel),
            )
            .compare(self.compare)
            .distinct_contacts(self.distinct_contacts)
            .max_cells(policies.max_cells)
            .locale(self.locale);
        options.logs =
            LogOptions { limit: self.logs.limit, cursor: self.logs.cursor.clone(), columns: self.logs.columns.clone() };
        options.components.clone_from(&self.components);
        Ok(options)
    }
}

/// A report of a dataset (P2, P3).
///
/// # Errors
/// Those of [`report::messages`] and [`report::contacts`].
pub fn report(kind: ReportKind, data: &Dataset<'_>, request: &ReportRequest) -> Result<Report> {
    let options = request.options()?;
    match kind {
        ReportKind::Contacts => report::contacts(data, &options),
        ReportKind::Messages => report::messages(data, &options),
    }
}

/// A partial report of a part of the rows (P12).
///
/// # Errors
/// Those of [`report::messages_partial`] and [`report::contacts_partial`].
pub fn partial(kind: ReportKind, data: &Dataset<'_>, request: &ReportRequest) -> Result<Partial> {
    let options = request.options()?;
    match kind {
        ReportKind::Contacts => report::contacts_partial(data, &options),
        ReportKind::Messages => report::messages_partial(data, &options),
    }
}

/// Asks what a filter offers to choose from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoicesRequest {
    /// The report whose filter it is; default `messages` where the data has messages, else `contacts`.
    pub report: Option<ReportKind>,
    /// The filter.
    pub filter: Filter,
    /// Language of words.
    #[serde(default = "english")]
    pub locale: Locale,
}

/// What a filter offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choices {
    /// The values, by label.
    pub choices: Vec<Choice>,
}

/// What a filter offers to choose from (C8).
pub fn choices(data: &Dataset<'_>, request: &ChoicesRequest) -> Choices {
    let usual = || if data.message_count() > 0 { ReportKind::Messages } else { ReportKind::Contacts };
    let report = request.report.unwrap_or_else(usual);
    Choices { choices: report::choices(data, report, request.filter, request.locale) }
}
