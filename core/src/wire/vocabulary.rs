//! The words of the contract as lists, so that a binding can be compared with them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::columns::{CHANNEL_COLUMNS, EVENT_COLUMNS, MESSAGE_COLUMNS, NAMED_COLUMNS};
use super::door;
use super::export::{ShowFormat, TableKind};
use super::operation::OPERATIONS;
use crate::RULES_VERSION;
use crate::channel::{Channel, ChannelKind};
use crate::classify::provider::{ContactEventKind, IgnoredReason};
use crate::classify::{Provider, Untracked};
use crate::dataset::Duplicates;
use crate::directory::Named;
use crate::error::{Code, ErrorKind};
use crate::event::{ContactEvent, EventKind};
use crate::export::ChartKind;
use crate::export::csv::{CsvDelimiter, CsvHeader, CsvValues};
use crate::import::{Delimiter, Format, Ids, ImportMode, MappedBy, MatchBy, SkipReason, TimeFormat, UnknownColumns};
use crate::label::{Locale, WORDS, word};
use crate::message::{Direction, Message, MessageType, Source, Status};
use crate::report::{Column, Component, Filter, ReportKind, applicable_filters, log_columns};
use crate::segment::{ContactField, FieldType, Fit, Letters, Operator, SegmentPolicy, Sort, TimeUnit};
use crate::time::{Granularity, Preset, Weekday, Zone};

/// Asks for the words of the contract.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VocabularyRequest {
    /// Language of `words`; none where absent.
    pub locale: Option<Locale>,
}

/// A code with its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CodeName {
    /// The stable code of an error.
    pub code: &'static str,
    /// The kind that it belongs to.
    pub kind: &'static str,
}

/// A part of a report, as the contract has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComponentName {
    /// The part.
    pub component: &'static str,
    /// The report that it belongs to.
    pub report: &'static str,
    /// Columns of a log; empty for others.
    pub columns: Vec<&'static str>,
    /// Filters that apply.
    pub filters: Vec<&'static str>,
}

/// The words of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Vocabulary {
    /// Version of this library.
    pub version: &'static str,
    /// Version of the counting rules.
    pub rules_version: u32,
    /// Version of the bundled zone database.
    pub tzdb_version: String,
    /// Operations of [`call`](super::call).
    pub operations: &'static [&'static str],
    /// Kinds of errors.
    pub kinds: Vec<&'static str>,
    /// Codes of errors.
    pub codes: Vec<CodeName>,
    /// Sets of labels by name.
    pub labels: BTreeMap<&'static str, Vec<String>>,
    /// Parts of the reports.
    pub components: Vec<ComponentName>,
    /// Columns of the tables that a dataset is made of.
    pub columns: BTreeMap<&'static str, &'static [&'static str]>,
    /// Fields of the rows that a dataset is made of.
    pub row_fields: BTreeMap<&'static str, Vec<String>>,
    /// Fields of the requests.
    pub request_fields: BTreeMap<&'static str, Vec<String>>,
    /// What is shown for keys, in the language that was asked for.
    pub words: BTreeMap<&'static str, &'static str>,
}

/// The words of the contract.
pub fn vocabulary(request: &VocabularyRequest) -> Vocabulary {
    macro_rules! labels {
        ($($name:literal => $set:expr,)*) => {
            BTreeMap::from([$(($name, $set.iter().map(|label| label.as_str().to_owned()).collect()),)*])
        };
    }
    let labels = labels! {
        "channel_kind" => ChannelKind::KNOWN,
        "chart_kind" => ChartKind::ALL,
        "column" => Column::ALL,
        "component" => Component::ALL,
        "contact_event_kind" => ContactEventKind::KNOWN,
        "contact_field" => ContactField::ALL,
        "csv_delimiter" => CsvDelimiter::ALL,
        "csv_header" => CsvHeader::ALL,
        "csv_values" => CsvValues::ALL,
        "delimiter" => Delimiter::ALL,
        "direction" => Direction::ALL,
        "duplicates" => Duplicates::ALL,
        "event_kind" => EventKind::ALL,
        "field_type" => FieldType::ALL,
        "filter" => Filter::ALL,
        "fit" => Fit::ALL,
        "format" => Format::ALL,
        "granularity" => Granularity::ALL,
        "ids" => Ids::ALL,
        "import_mode" => ImportMode::ALL,
        "ignored_reason" => IgnoredReason::ALL,
        "letters" => Letters::ALL,
        "locale" => Locale::ALL,
        "mapped_by" => MappedBy::ALL,
        "match_by" => MatchBy::ALL,
        "message_type" => MessageType::KNOWN,
        "mood" => crate::profile::Mood::ALL,
        "operator" => Operator::ALL,
        "period" => Preset::ALL,
        "provider" => Provider::ALL,
        "report_kind" => ReportKind::ALL,
        "show_format" => ShowFormat::ALL,
        "source" => Source::KNOWN,
        "status" => Status::ALL,
        "table_kind" => TableKind::ALL,
        "time_format" => TimeFormat::ALL,
        "time_unit" => TimeUnit::ALL,
        "skip_reason" => SkipReason::ALL,
        "unknown_columns" => UnknownColumns::ALL,
        "untracked" => Untracked::ALL,
        "weekday" => Weekday::ALL,
    };
    let component = |component: &Component| ComponentName {
        component: component.as_str(),
        report: component.report().as_str(),
        columns: log_columns(*component).iter().map(Column::as_str).collect(),
        filters: applicable_filters(*component, false).iter().map(Filter::as_str).collect(),
    };
    let shown = |locale: Locale| WORDS.iter().filter_map(move |(key, _)| Some((*key, word(key, locale)?)));
    Vocabulary {
        version: env!("CARGO_PKG_VERSION"),
        rules_version: RULES_VERSION,
        tzdb_version: Zone::utc().database_version().to_owned(),
        operations: OPERATIONS,
        kinds: ErrorKind::ALL.iter().map(|kind| kind.as_str()).collect(),
        codes: Code::ALL.iter().map(|code| CodeName { code: code.as_str(), kind: code.kind().as_str() }).collect(),
        labels,
        components: Component::ALL.iter().map(component).collect(),
        columns: BTreeMap::from([
            ("messages", MESSAGE_COLUMNS),
            ("events", EVENT_COLUMNS),
            ("channels", CHANNEL_COLUMNS),
            ("named", NAMED_COLUMNS),
        ]),
        row_fields: BTreeMap::from([
            ("messages", door::fields::<Message>()),
            ("events", door::fields::<ContactEvent>()),
            ("channels", door::fields::<Channel>()),
            ("named", door::fields::<Named>()),
        ]),
        request_fields: request_fields(),
        words: request.locale.map(|locale| shown(locale).collect()).unwrap_or_default(),
    }
}

/// Fields of the requests, under the names that `types.d.ts` gives them.
fn request_fields() -> BTreeMap<&'static str, Vec<String>> {
    macro_rules! fields {
        ($($name:literal => $request:ty,)*) => { BTreeMap::from([$(($name, door::fields::<$request>()),)*]) };
    }
    fields! {
        "BucketsRequest" => super::BucketsRequest,
        "ChoicesRequest" => super::ChoicesRequest,
        "ClassifyMessage" => super::ClassifyMessage,
        "ClassifyPolicy" => crate::classify::ClassifyPolicy,
        "ColumnOptions" => super::ColumnOptions,
        "CheckSegment" => super::CheckSegment,
        "ContactImportOptions" => crate::import::ContactImportOptions,
        "ReadContacts" => super::ReadContacts,
        "Connections" => super::Connections,
        "ContactsPage" => super::ContactsPage,
        "DatasetOptions" => super::DatasetOptionsRequest,
        "DatasetRequest" => super::DatasetRequest,
        "DayOf" => super::DayOf,
        "DeliveryStatus" => super::DeliveryStatus,
        "ExplainSegment" => super::ExplainSegment,
        "ExportContacts" => super::ExportContacts,
        "Facts" => crate::message::Facts,
        "Filters" => crate::report::Filters,
        "FindIn" => super::FindIn,
        "FoldMessages" => super::FoldMessages,
        "ImportOptions" => crate::import::ImportOptions,
        "ImportRequest" => super::ImportRequest,
        "JournalRequest" => super::JournalRequest,
        "LogsRequest" => super::LogsRequest,
        "PeriodPolicies" => crate::time::PeriodPolicy,
        "Policies" => super::PoliciesRequest,
        "EngagementPolicies" => crate::profile::EngagementPolicy,
        "ProfileOf" => super::ProfileOf,
        "ProfileRequest" => super::ProfileRequest,
        "ProviderWord" => super::ProviderWord,
        "ReadWebhooks" => super::ReadWebhooks,
        "ReportRequest" => super::ReportRequest,
        "ResolvePeriod" => super::ResolvePeriod,
        "SampleRequest" => super::SampleRequest,
        "SearchContacts" => super::SearchContacts,
        "SegmentPolicies" => SegmentPolicy,
        "SelectContacts" => super::SelectContacts,
        "ShowReportRequest" => super::ShowReportRequest,
        "ShowRequest" => super::ShowRequest,
        "Sort" => Sort,
        "StartOfDay" => super::StartOfDay,
        "StatusUpdate" => crate::message::StatusUpdate,
        "TableRequest" => super::TableRequest,
        "WebhookRequest" => super::WebhookRequest,
        "VocabularyRequest" => VocabularyRequest,
    }
}
