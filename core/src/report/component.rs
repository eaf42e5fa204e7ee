//! The parts of the two reports, and what a part can be: data, not applicable, or no data (P1, D12).

use chrono::NaiveDate;
use serde::Serialize;

use super::breakdown::{Breakdown, Delivery, Overview};
use super::filter::Filter;
use super::page::LogPage;
use crate::label::labels;

labels! { closed
    /// Which report.
    ReportKind, "report" {
        /// Contacts added, connected, deleted, merged (P2).
        Contacts = "contacts",
        /// Messages in and out, and their delivery (P3).
        Messages = "messages",
    }
}

labels! { closed
    /// A part of a report (D12).
    Component, "component" {
        /// Contacts added, deleted and merged.
        Overview = "overview",
        /// Contacts added, by source.
        AddedBySource = "added_by_source",
        /// Contacts connected, by channel.
        ConnectedByChannel = "connected_by_channel",
        /// Log of added contacts.
        AddedLog = "added_log",
        /// Log of connected contacts.
        ConnectedLog = "connected_log",
        /// Log of deleted contacts.
        DeletedLog = "deleted_log",
        /// Log of merged contacts.
        MergedLog = "merged_log",
        /// Incoming messages, by channel.
        IncomingByChannel = "incoming_by_channel",
        /// Outgoing messages, by channel.
        OutgoingByChannel = "outgoing_by_channel",
        /// Outgoing messages, by source.
        OutgoingBySource = "outgoing_by_source",
        /// Outgoing messages, by type.
        OutgoingByType = "outgoing_by_type",
        /// Outgoing messages, by type and subtype.
        OutgoingBySubtype = "outgoing_by_subtype",
        /// Outgoing messages, by delivery status.
        Delivery = "delivery",
        /// Log of incoming messages.
        IncomingLog = "incoming_log",
        /// Log of outgoing messages.
        OutgoingLog = "outgoing_log",
        /// Log of failed messages.
        FailedLog = "failed_log",
    }
}

impl Component {
    /// The report that the part belongs to.
    pub const fn report(self) -> ReportKind {
        match self {
            Self::Overview
            | Self::AddedBySource
            | Self::ConnectedByChannel
            | Self::AddedLog
            | Self::ConnectedLog
            | Self::DeletedLog
            | Self::MergedLog => ReportKind::Contacts,
            _ => ReportKind::Messages,
        }
    }

    /// Whether the part is a log.
    pub const fn is_log(self) -> bool {
        matches!(
            self,
            Self::AddedLog
                | Self::ConnectedLog
                | Self::DeletedLog
                | Self::MergedLog
                | Self::IncomingLog
                | Self::OutgoingLog
                | Self::FailedLog
        )
    }

    /// The parts of a report, in the order in which it shows them.
    pub fn of(report: ReportKind) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |component| component.report() == report)
    }
}

labels! { closed
    /// What a reader of a report should know about its numbers.
    Note, "note" {
        /// All instants of the report's table lie before 1990, as seconds do that are read as milliseconds (D29).
        SuspiciousTimes = "suspicious_times",
        /// Messages with a template whose channel has no known kind count as sessions: no table of channels names it (K2).
        TemplatesWithoutChannels = "templates_without_channels",
    }
}

/// Why a part has no data (P1, D6, D29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoData {
    /// Nothing in the period matches the filters, though it holds records of this kind.
    NothingMatched,
    /// No record of this kind was given at all.
    NoRecords,
    /// All records of this kind that were given lie outside the period.
    Outside {
        /// The first of them, epoch milliseconds.
        first: i64,
        /// The last of them, epoch milliseconds.
        last: i64,
        /// Whether all instants of the table lie before 1990, as seconds do that are read as milliseconds (D29).
        suspicious_times: bool,
    },
    /// The period ends before the first record of the report's input.
    BeforeFirstRecord {
        /// Local date of the first record.
        date: NaiveDate,
    },
}

/// A part of a report (P1). No filter is ever ignored silently.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Outcome {
    /// The part's data.
    Data(ComponentData),
    /// Filters that were set and do not apply to this part.
    NotApplicable {
        /// Those filters.
        filters: Vec<Filter>,
    },
    /// Nothing to show.
    NoData(NoData),
}

impl Outcome {
    /// The data, if there is any.
    pub fn data(&self) -> Option<&ComponentData> {
        match self {
            Self::Data(data) => Some(data),
            _ => None,
        }
    }

    /// The breakdown, if the part is one and has data.
    pub fn breakdown(&self) -> Option<&Breakdown> {
        match self.data() {
            Some(ComponentData::Breakdown(breakdown)) => Some(breakdown),
            _ => None,
        }
    }

    /// The log page, if the part is a log and has rows.
    pub fn log(&self) -> Option<&LogPage> {
        match self.data() {
            Some(ComponentData::Log(page)) => Some(page),
            _ => None,
        }
    }

    /// The delivery part, if it is one and has data.
    pub fn delivery(&self) -> Option<&Delivery> {
        match self.data() {
            Some(ComponentData::Delivery(delivery)) => Some(delivery),
            _ => None,
        }
    }

    /// The overview, if it is one and has data.
    pub fn overview(&self) -> Option<&Overview> {
        match self.data() {
            Some(ComponentData::Overview(overview)) => Some(overview),
            _ => None,
        }
    }
}

/// What a part shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ComponentData {
    /// Contacts added, deleted, merged.
    Overview(Overview),
    /// Counts by a key.
    Breakdown(Breakdown),
    /// Counts by delivery status, funnel and failures.
    Delivery(Delivery),
    /// Rows, newest first.
    Log(LogPage),
}
