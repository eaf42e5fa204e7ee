//! Omnichannel contacts and messages: counting, merge and unmerge, and the two daily reports.

mod channel;
pub mod classify;
pub mod dataset;
mod directory;
mod error;
mod event;
mod id;
pub mod import;
mod label;
mod message;
pub mod report;
mod time;

pub use channel::{Channel, ChannelKind, Receipts};
pub use dataset::{Dataset, DatasetOptions};
pub use directory::{Directory, Named};
pub use error::{Code, Error, ErrorKind, Result};
pub use event::{ContactEvent, EventKind};
pub use id::{ForeignId, foreign_uuid};
pub use label::{Labelled, Locale, WORDS, word};
pub use message::{Direction, Facts, Message, MessageType, Source, Status, StatusUpdate};
pub use report::{
    Component, Filter, Filters, LogOptions, Partial, Report, ReportKind, ReportOptions, ReportPolicies,
    applicable_filters,
};
pub use time::{Buckets, Granularity, Instant, Period, PeriodPolicy, PeriodSpec, Preset, Weekday, Zone};

/// Version of the counting rules: it changes when any existing number would.
pub const RULES_VERSION: u32 = 1;
