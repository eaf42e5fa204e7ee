//! Omnichannel contacts and messages: what a workspace pays for, merge and unmerge of contacts, classification of
//! messages, and the two reports that chat centers read every day.
//!
//! | to … | start at |
//! | --- | --- |
//! | compute a report over rows or columns | [`Dataset`], [`report::messages`], [`report::contacts`] |
//! | cut a large table into parts | [`Partial`] |
//! | say what is asked | [`ReportOptions`], [`PeriodSpec`], [`Filters`] |
//! | read files | [`import`], and [`sample`] for something to read |
//! | show or export a report | [`export`] |
//! | classify messages | [`classify`] |
//! | keep contacts, quota, merges and resets | [`workspace`], or the pure functions of [`merge`], [`counting`], [`reset`] |
//! | find, sort and show contacts | [`segment`] |
//! | check a role | [`access`] |
//!
//! Nothing here reads a clock, a file or the environment: the present is an argument. Every fallible function gives an
//! [`Error`] with a stable [`Code`], the path into the input, and a hint.

#![forbid(unsafe_code)]

pub mod access;
mod arrange;
mod channel;
pub mod classify;
mod contact;
pub mod counting;
pub mod dataset;
mod directory;
mod error;
mod event;
pub mod export;
mod id;
pub mod import;
mod label;
mod letters;
pub mod merge;
mod message;
pub mod profile;
mod refusal;
pub mod report;
pub mod reset;
pub mod sample;
pub mod segment;
mod time;
pub mod wire;
pub mod workspace;

pub use channel::{Channel, ChannelKind, Receipts};
pub use contact::{
    Assignee, ChannelState, CheckedProfile, Connection, Contact, ContactId, Conversation, CustomField, CustomFields,
    CustomType, CustomValue, Edit, Email, Field, FieldValue, ForeignKey, Identity, LastInteraction, Minute, Number,
    Origin, Phone, Profile, Subscription, SubscriptionStatus, UndefinedFields, Url, country, custom_field_name,
    language, locale, tag,
};
pub use dataset::{Dataset, DatasetOptions};
pub use directory::{Directory, Named};
pub use error::{Code, Error, ErrorKind, Result};
pub use event::{ContactEvent, EventKind};
pub use id::{ForeignId, foreign_uuid};
pub use label::{Labelled, Locale, WORDS, word};
pub use message::{Direction, Facts, Message, MessageType, Source, Status, StatusUpdate, UNSUBSCRIBED};
pub use refusal::Refusal;
pub use report::{
    Component, Filter, Filters, LogOptions, Partial, Report, ReportKind, ReportOptions, ReportPolicies,
    applicable_filters,
};
pub use time::{Buckets, Granularity, Instant, Period, PeriodPolicy, PeriodSpec, Preset, Weekday, Zone};

/// Version of the counting rules: it changes when any existing number would.
pub const RULES_VERSION: u32 = 2;

/// The walk through one month is a test.
#[cfg(doctest)]
#[doc = include_str!("../../docs/ONE_MONTH.md")]
struct OneMonth;

/// The README's code is a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
