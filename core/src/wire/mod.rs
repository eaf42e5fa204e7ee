//! The border: requests and responses as plain data, one function an operation. Bindings know only this room,
//! [`Dataset`](crate::Dataset), [`Partial`](crate::Partial), [`WorkspaceHandle`] and tables.
//!
//! Every operation has three doors: typed (the functions here), [`call`] with a JSON value, [`call_text`] with JSON
//! text. Unknown keys are refused with the allowed ones named, and every error says where in the input it arose.
//! `types.d.ts` beside the shapes describes them for TypeScript; a test holds it against them.
//!
//! # Example
//! ```
//! use omnicontact::wire;
//! use serde_json::json;
//! let answer = wire::call(json!({
//!     "operation": "messages_report",
//!     "given": {"messages": [{"id": 1, "sent_at": 1_751_371_200_000_i64, "direction": "incoming", "contact": "ana"}]},
//!     "options": {"zone": "America/Guayaquil", "now": "2025-07-01T12:00:00Z", "period": "today"},
//! }))?;
//! assert_eq!(answer["components"][0]["outcome"]["total"], 1);
//!
//! let error = wire::call(json!({"operation": "day_of", "options": {"zone": "UTC", "att": 0}})).unwrap_err();
//! assert_eq!((error.code().as_str(), error.path()), ("unknown_key", "att"));
//! assert_eq!(error.hint(), Some("allowed: `zone`, `at`"));
//! # Ok::<(), omnicontact::Error>(())
//! ```

mod arrays;
mod classify;
mod columns;
mod contact;
mod contact_files;
mod counting;
mod dataset;
mod door;
mod error_data;
mod export;
mod files;
mod find;
mod input;
mod merge;
mod operation;
mod packed;
mod profile;
mod provider;
mod reader;
mod report;
mod rows;
mod sample;
mod scan;
mod shape;
mod time;
mod values;
mod vocabulary;
mod workspace;

pub use arrays::ArrayTable;
pub use classify::{
    ClassifyMessage, Connections, DeliveryStatus, Events, FoldMessages, FoldedMessages, ProviderWord, classify_message,
    connections, delivery_status, fold_messages, provider_status,
};
pub use columns::{
    CHANNEL_COLUMNS, ColumnOptions, EVENT_COLUMNS, HostTable, MESSAGE_COLUMNS, NAMED_COLUMNS, channels, contact_names,
    event_columns, message_columns, named,
};
pub use contact::{
    ChannelOfContact, CheckCustomValue, CheckFormat, CheckedCustomValue, CheckedText, ContactCard, ContactDescription,
    DescribeContact, EditContact, EditedContact, ForeignContactId, MintContactId, MintedId, NewContact, NormaliseEmail,
    NormalisePhone, NormalisedEmail, NormalisedPhone, TextFormat, check_custom_value, check_format, describe_contact,
    edit_contact, foreign_contact_id, mint_contact_id, new_contact, normalise_email, normalise_phone,
};
pub use contact_files::{
    ContactColumnsOf, ContactFile, ContactFileRequest, FileFormat, ImportContactFile, ImportedContactFile, ReadContact,
    ReadContactRows, ReadContacts, RowError, contact_columns, contact_file, read_contacts,
};
pub use counting::{
    Access, AddedContact, AdmitUnits, CheckAccess, ModeRequest, MonthOf, MonthUsage, Owner, QuotaMonth, RehearseReset,
    ResetSchedule, ScheduleReset, UnitLife, Usage, admit_units, check_access, month_of, month_usage, plan_reset,
    schedule_reset,
};
pub use dataset::{DatasetFacts, DatasetOptionsRequest, DatasetRequest, dataset_facts};
pub use error_data::ErrorData;
pub use export::{
    PartHead, ShowFormat, ShowReportRequest, ShowRequest, Shown, TableKind, TableRequest, about, empty_table, heads,
    log, show, show_data, table,
};
pub use files::{ImportRequest, ImportedRows, import_channels, import_events, import_messages, import_named};
pub use find::{
    CheckSegment, CheckedSegment, ContactsPage, ExplainSegment, ExportContacts, ExportedContacts, FindIn,
    SearchContacts, SelectContacts, Selected, ShownContacts, check_segment, contacts_page, explain_segment,
    export_contacts, search_contacts, select_contacts,
};
pub use input::DatasetInput;
pub use merge::{
    AppliedMerge, ApplyMerge, Held, OrRefusal, PlanMerge, ResolveIds, ResolvedIds, SuggestMerges, Suggestions,
    UndoMerge, UndoneMerge, apply_merge, plan_merge, resolve_ids, suggest_merges, undo_merge,
};
pub use operation::{OPERATIONS, call, call_text, read, read_text, write_text};
pub use packed::{PackedColumn, packed};
pub use profile::{
    HostSatisfaction, JudgeTexts, JudgedTexts, ProfileFigures, ProfileOf, ProfileRequest, ProfileSatisfaction,
    SatisfactionModelFacts, SatisfactionOrigin, judge_texts, profile_figures,
};
pub use provider::{
    JournalAnswer, JournalRequest, ReadWebhooks, WebhookReading, WebhookReadings, WebhookRequest, journal,
    read_webhooks,
};
pub use report::{Choices, ChoicesRequest, LogsRequest, PoliciesRequest, ReportRequest, choices, partial, report};
pub use sample::{SampleRequest, SampleTables, sample};
pub use time::{
    BucketList, BucketsRequest, DayOf, LocalDate, PeriodRequest, ResolvePeriod, ResolvedPeriod, Span, StartInstant,
    StartOfDay, buckets, day_of, resolve_period, start_of_day,
};
pub use values::{flag_values, id_values, local_times, text_values, time_texts, time_values};
pub use vocabulary::{CodeName, ComponentName, ContactFieldName, Vocabulary, VocabularyRequest, vocabulary};
pub use workspace::{
    AboutWorkspace, AccessOf, AdmitAt, BulkAnswer, BulkItem, BulkRequest, ChannelOfWorkspace, ChannelStates, ContactAt,
    ContactPage, ContactsRequest, DefinedFields, ErasedEvents, EventPage, EventsRequest, Execute, Forget, Forgotten,
    FoundContact, HolderOf, IdentityHolder, ImportContacts, ListedChannels, NoOptions, OpenWorkspace, PlanMergeOf,
    PlanResetOf, QuotaAt, Records, ReplayWorkspace, ReportTables, ReportTablesRequest, ResetAt, ResetStatus, Resolved,
    SettingsRequest, TagCounts, UnitList, WORKSPACE_CHANGES, WORKSPACE_READS, WorkspaceHandle, erased_events,
};
