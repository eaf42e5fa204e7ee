//! The words of the contract as lists, so that a binding can be compared with them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::columns::{CHANNEL_COLUMNS, EVENT_COLUMNS, MESSAGE_COLUMNS, NAMED_COLUMNS};
use super::contact::TextFormat;
use super::contact_files::FileFormat;
use super::door;
use super::export::{ShowFormat, TableKind};
use super::operation::OPERATIONS;
use super::workspace::{WORKSPACE_CHANGES, WORKSPACE_READS};
use crate::RULES_VERSION;
use crate::access::{Action, Restriction, Role};
use crate::channel::{Channel, ChannelKind};
use crate::classify::provider::{ContactEventKind, IgnoredReason};
use crate::classify::{Provider, Untracked};
use crate::contact::{ChannelState, CustomType, Edit, Field, SubscriptionStatus, UndefinedFields};
use crate::counting::{CountReason, UnitPolicy};
use crate::dataset::{Duplicates, Indexing};
use crate::directory::Named;
use crate::error::{Code, ErrorKind};
use crate::event::{ContactEvent, EventKind};
use crate::export::ChartKind;
use crate::export::csv::{CsvDelimiter, CsvHeader, CsvValues};
use crate::import::{
    Delimiter, Format, Ids, ImportMode, MappedBy, MatchBy, RowOutcome, SkipReason, TimeFormat, UnknownColumns,
};
use crate::label::{Locale, WORDS, word};
use crate::merge::{CreatedAt, Side, Taken};
use crate::message::{Direction, Message, MessageType, Source, Status};
use crate::refusal::Refusal;
use crate::report::{Column, Component, Filter, ReportKind, applicable_filters, log_columns};
use crate::reset::ResetMode;
use crate::segment::{ContactField, FieldType, Fit, Letters, Operator, SegmentPolicy, Sort, TimeUnit};
use crate::time::{Granularity, Preset, Weekday, Zone};
use crate::workspace::{BulkAction, Change, Command, Outcome};

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

/// A field of contacts, as segments speak of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ContactFieldName {
    /// The field.
    pub field: &'static str,
    /// Its type, which says what operators fit.
    #[serde(rename = "type")]
    pub field_type: &'static str,
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
    /// Operations of [`WorkspaceHandle`](super::WorkspaceHandle) that only read.
    pub workspace_reads: &'static [&'static str],
    /// Operations of [`WorkspaceHandle`](super::WorkspaceHandle) that change something.
    pub workspace_changes: &'static [&'static str],
    /// Kinds of errors.
    pub kinds: Vec<&'static str>,
    /// Codes of errors.
    pub codes: Vec<CodeName>,
    /// Sets of labels by name.
    pub labels: BTreeMap<&'static str, Vec<String>>,
    /// Parts of the reports.
    pub components: Vec<ComponentName>,
    /// Fields of contacts, with their types.
    pub contact_fields: Vec<ContactFieldName>,
    /// Operators that fit fields of a type.
    pub operators: BTreeMap<&'static str, Vec<&'static str>>,
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
#[expect(clippy::too_many_lines, reason = "a list, one line a set of labels")]
pub fn vocabulary(request: &VocabularyRequest) -> Vocabulary {
    macro_rules! labels {
        ($($name:literal => $set:expr,)*) => {
            BTreeMap::from([$(($name, $set.iter().map(|label| label.as_str().to_owned()).collect()),)*])
        };
    }
    let labels: BTreeMap<&str, Vec<String>> = labels! {
        "action" => Action::ALL,
        "channel_kind" => ChannelKind::KNOWN,
        "channel_state" => ChannelState::ALL,
        "chart_kind" => ChartKind::ALL,
        "column" => Column::ALL,
        "component" => Component::ALL,
        "contact_event_kind" => ContactEventKind::KNOWN,
        "count_reason" => CountReason::ALL,
        "created_at" => CreatedAt::ALL,
        "contact_field" => ContactField::ALL,
        "csv_delimiter" => CsvDelimiter::ALL,
        "csv_header" => CsvHeader::ALL,
        "csv_values" => CsvValues::ALL,
        "custom_type" => CustomType::ALL,
        "delimiter" => Delimiter::ALL,
        "direction" => Direction::ALL,
        "duplicates" => Duplicates::ALL,
        "indexing" => Indexing::ALL,
        "event_kind" => EventKind::ALL,
        "field" => Field::ALL,
        "file_format" => FileFormat::ALL,
        "field_type" => FieldType::ALL,
        "filter" => Filter::ALL,
        "fit" => Fit::ALL,
        "format" => Format::ALL,
        "granularity" => Granularity::ALL,
        "ids" => Ids::ALL,
        "ignored_reason" => IgnoredReason::ALL,
        "import_mode" => ImportMode::ALL,
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
        "reset_mode" => ResetMode::ALL,
        "restriction" => Restriction::ALL,
        "role" => Role::ALL,
        "satisfaction_origin" => super::SatisfactionOrigin::ALL,
        "show_format" => ShowFormat::ALL,
        "side" => Side::ALL,
        "source" => Source::KNOWN,
        "status" => Status::ALL,
        "subscription_status" => SubscriptionStatus::ALL,
        "table_kind" => TableKind::ALL,
        "unknown_reason" => crate::profile::UnknownReason::ALL,
        "taken" => Taken::ALL,
        "text_format" => TextFormat::ALL,
        "time_format" => TimeFormat::ALL,
        "undefined_fields" => UndefinedFields::ALL,
        "unit_policy" => UnitPolicy::ALL,
        "time_unit" => TimeUnit::ALL,
        "skip_reason" => SkipReason::ALL,
        "unknown_columns" => UnknownColumns::ALL,
        "untracked" => Untracked::ALL,
        "weekday" => Weekday::ALL,
    };
    let labels = labels.into_iter().chain([
        ("bulk_action_kind", door::variants::<BulkAction>(None)),
        ("change_kind", door::variants::<Change>(None)),
        ("command_kind", door::variants::<Command>(None)),
        ("edit_kind", door::variants::<Edit>(None)),
        ("outcome_kind", door::variants::<Outcome>(Some("kind"))),
        ("refusal_kind", door::variants::<Refusal>(Some("refusal"))),
        ("row_outcome", RowOutcome::KINDS.iter().map(ToString::to_string).collect()),
    ]);
    let labels = labels.collect();
    let component = |component: &Component| ComponentName {
        component: component.as_str(),
        report: component.report().as_str(),
        columns: log_columns(*component).iter().map(Column::as_str).collect(),
        filters: applicable_filters(*component, false).iter().map(Filter::as_str).collect(),
    };
    let named =
        |field: &ContactField| ContactFieldName { field: field.as_str(), field_type: field.field_type().as_str() };
    let fitting = |of: &FieldType| (of.as_str(), Operator::of(*of).iter().map(Operator::as_str).collect());
    let shown = |locale: Locale| WORDS.iter().filter_map(move |(key, _)| Some((*key, word(key, locale)?)));
    Vocabulary {
        version: env!("CARGO_PKG_VERSION"),
        rules_version: RULES_VERSION,
        tzdb_version: Zone::utc().database_version().to_owned(),
        operations: OPERATIONS,
        workspace_reads: WORKSPACE_READS,
        workspace_changes: WORKSPACE_CHANGES,
        kinds: ErrorKind::ALL.iter().map(|kind| kind.as_str()).collect(),
        codes: Code::ALL.iter().map(|code| CodeName { code: code.as_str(), kind: code.kind().as_str() }).collect(),
        labels,
        components: Component::ALL.iter().map(component).collect(),
        contact_fields: ContactField::ALL.iter().map(named).collect(),
        operators: FieldType::ALL.iter().map(fitting).collect(),
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
#[expect(clippy::too_many_lines, reason = "a list, one line a request")]
fn request_fields() -> BTreeMap<&'static str, Vec<String>> {
    macro_rules! fields {
        ($($name:literal => $request:ty,)*) => { BTreeMap::from([$(($name, door::fields::<$request>()),)*]) };
    }
    fields! {
        "AccessOf" => super::AccessOf,
        "Actor" => crate::access::Actor,
        "AddedContact" => super::AddedContact,
        "AdmitAt" => super::AdmitAt,
        "AdmitUnits" => super::AdmitUnits,
        "ApplyMerge" => super::ApplyMerge,
        "BucketsRequest" => super::BucketsRequest,
        "CheckAccess" => super::CheckAccess,
        "CheckCustomValue" => super::CheckCustomValue,
        "CheckFormat" => super::CheckFormat,
        "MergeChoices" => crate::merge::Choices,
        "ChoicesRequest" => super::ChoicesRequest,
        "ClassifyMessage" => super::ClassifyMessage,
        "ClassifyPolicy" => crate::classify::ClassifyPolicy,
        "ColumnOptions" => super::ColumnOptions,
        "CheckSegment" => super::CheckSegment,
        "ContactImportOptions" => crate::import::ContactImportOptions,
        "ReadContacts" => super::ReadContacts,
        "ImportContactFile" => super::ImportContactFile,
        "ContactFileRequest" => super::ContactFileRequest,
        "Connections" => super::Connections,
        "Contact" => crate::contact::Contact,
        "ContactAt" => super::ContactAt,
        "ContactsRequest" => super::ContactsRequest,
        "Conversation" => crate::contact::Conversation,
        "ContactsPage" => super::ContactsPage,
        "DatasetOptions" => super::DatasetOptionsRequest,
        "DatasetRequest" => super::DatasetRequest,
        "DayOf" => super::DayOf,
        "DeliveryStatus" => super::DeliveryStatus,
        "DescribeContact" => super::DescribeContact,
        "EditContact" => super::EditContact,
        "CustomField" => crate::contact::CustomField,
        "BulkRequest" => super::BulkRequest,
        "EventsRequest" => super::EventsRequest,
        "Execute" => super::Execute,
        "Facts" => crate::message::Facts,
        "Filters" => crate::report::Filters,
        "ForeignContactId" => super::ForeignContactId,
        "ForeignKey" => crate::contact::ForeignKey,
        "Forget" => super::Forget,
        "ExplainSegment" => super::ExplainSegment,
        "ExportContacts" => super::ExportContacts,
        "FindIn" => super::FindIn,
        "FoldMessages" => super::FoldMessages,
        "Held" => super::Held,
        "HolderOf" => super::HolderOf,
        "Identity" => crate::contact::Identity,
        "ImportContacts" => super::ImportContacts,
        "ImportOptions" => crate::import::ImportOptions,
        "ImportRequest" => super::ImportRequest,
        "JournalRequest" => super::JournalRequest,
        "LogsRequest" => super::LogsRequest,
        "MergeRecord" => crate::merge::MergeRecord,
        "MintContactId" => super::MintContactId,
        "ModeRequest" => super::ModeRequest,
        "MonthOf" => super::MonthOf,
        "MonthUsage" => super::MonthUsage,
        "NewContact" => super::NewContact,
        "NormaliseEmail" => super::NormaliseEmail,
        "NormalisePhone" => super::NormalisePhone,
        "OpenWorkspace" => super::OpenWorkspace,
        "Origin" => crate::contact::Origin,
        "Owner" => super::Owner,
        "PeriodPolicies" => crate::time::PeriodPolicy,
        "PlanMerge" => super::PlanMerge,
        "PlanMergeOf" => super::PlanMergeOf,
        "PlanResetOf" => super::PlanResetOf,
        "Policies" => super::PoliciesRequest,
        "Profile" => crate::contact::Profile,
        "EngagementPolicies" => crate::profile::EngagementPolicy,
        "ProfileOf" => super::ProfileOf,
        "HostSatisfaction" => super::HostSatisfaction,
        "JudgeTexts" => super::JudgeTexts,
        "ProfileRequest" => super::ProfileRequest,
        "ProviderWord" => super::ProviderWord,
        "ReadWebhooks" => super::ReadWebhooks,
        "QuotaAt" => super::QuotaAt,
        "RehearseReset" => super::RehearseReset,
        "ReplayWorkspace" => super::ReplayWorkspace,
        "ReportRequest" => super::ReportRequest,
        "ReportTablesRequest" => super::ReportTablesRequest,
        "ResetAt" => super::ResetAt,
        "ResolveIds" => super::ResolveIds,
        "ResolvePeriod" => super::ResolvePeriod,
        "SampleRequest" => super::SampleRequest,
        "ScheduleReset" => super::ScheduleReset,
        "SettingsRequest" => super::SettingsRequest,
        "SearchContacts" => super::SearchContacts,
        "SegmentPolicies" => SegmentPolicy,
        "SelectContacts" => super::SelectContacts,
        "ShowReportRequest" => super::ShowReportRequest,
        "ShowRequest" => super::ShowRequest,
        "Sort" => Sort,
        "StartOfDay" => super::StartOfDay,
        "SuggestMerges" => super::SuggestMerges,
        "Told" => crate::workspace::Told,
        "UndoMerge" => super::UndoMerge,
        "UnitLife" => super::UnitLife,
        "WorkspaceEvent" => crate::workspace::Event,
        "StatusUpdate" => crate::message::StatusUpdate,
        "TableRequest" => super::TableRequest,
        "WebhookRequest" => super::WebhookRequest,
        "VocabularyRequest" => VocabularyRequest,
    }
}
