//! Shapes of what changes a workspace.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::super::error_data::ErrorData;
use crate::access::Actor;
use crate::contact::{ContactId, Origin, UndefinedFields};
use crate::counting::UnitPolicy;
use crate::error::Result;
use crate::import::ImportStop;
use crate::merge::CreatedAt;
use crate::message::Source;
use crate::time::Instant;
use crate::workspace::{self, BulkAction, Command, Event, Outcome, Settings};

/// [`Settings`] as plain data: what is left out takes the default policy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SettingsRequest {
    /// IANA name of the zone.
    pub zone: Box<str>,
    /// Country whose calling code national phones take.
    pub country: Option<Box<str>>,
    /// Policy: what is counted; `per_channel_identity`.
    pub unit: Option<UnitPolicy>,
    /// Policy: deletion releases units at once; false.
    pub release_on_delete: Option<bool>,
    /// Policy: when a survivor was created; `primary`.
    pub created_at: Option<CreatedAt>,
    /// Policy: the tag of the reset; `Borrar`.
    pub reset_tag: Option<Box<str>>,
    /// Policy: a late reset releases what its month should not have handed on; true.
    pub late_reset_releases: Option<bool>,
    /// Policy: the names of deleted contacts are blanked; false.
    pub erase_names: Option<bool>,
    /// Policy: what becomes of custom fields that nobody defined; `accept`.
    pub undefined_fields: Option<UndefinedFields>,
    /// Policy: how many milliseconds `at` may lie ahead of `now`; 600000.
    pub clock_tolerance: Option<u64>,
}

impl From<SettingsRequest> for Settings {
    fn from(request: SettingsRequest) -> Self {
        let mut settings = Self::new(request.zone);
        settings.country = request.country;
        settings.unit = request.unit.unwrap_or(settings.unit);
        settings.release_on_delete = request.release_on_delete.unwrap_or(settings.release_on_delete);
        settings.created_at = request.created_at.unwrap_or(settings.created_at);
        settings.reset_tag = request.reset_tag.unwrap_or(settings.reset_tag);
        settings.late_reset_releases = request.late_reset_releases.unwrap_or(settings.late_reset_releases);
        settings.erase_names = request.erase_names.unwrap_or(settings.erase_names);
        settings.undefined_fields = request.undefined_fields.unwrap_or(settings.undefined_fields);
        settings.clock_tolerance = request.clock_tolerance.unwrap_or(settings.clock_tolerance);
        settings
    }
}

/// Asks without saying more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoOptions {}

/// Asks for a new workspace.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenWorkspace {
    /// Now.
    pub at: Instant,
    /// Ten random bytes for its id, which its events bear; without them the id follows from the rest.
    pub random: Option<[u8; 10]>,
    /// Its settings, fixed for good.
    pub settings: SettingsRequest,
}

/// Stored events without what was erased.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ErasedEvents {
    /// The events, as many.
    pub events: Vec<Event>,
}

/// Takes from stored events what was erased (D35); all of them, from the first.
///
/// # Errors
/// As a replay.
pub fn erased_events(request: &ReplayWorkspace) -> Result<ErasedEvents> {
    Ok(ErasedEvents { events: workspace::erased_events(&request.events)? })
}

/// Stored events.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReplayWorkspace {
    /// The events, in order.
    pub events: Vec<Event>,
}

/// A command, with what the library must not find out by itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Execute {
    /// When it happened.
    pub at: Instant,
    /// The host's present: an `at` further ahead of it than `clock_tolerance` is an error (D34).
    pub now: Option<Instant>,
    /// Ten random bytes for the id of a new contact.
    pub random: [u8; 10],
    /// Who asks; without an actor the host itself does, and roles are not checked.
    pub actor: Option<Actor>,
    /// Where the command comes from; `user` with an actor, else `developer_api`.
    pub source: Option<Source>,
    /// The command.
    pub command: Command,
}

/// Contacts to import.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportContacts {
    /// When it happened.
    pub at: Instant,
    /// The host's present: an `at` further ahead of it than `clock_tolerance` is an error (D34).
    pub now: Option<Instant>,
    /// Ten random bytes; each row counts one on.
    pub random: [u8; 10],
    /// Who asks.
    pub actor: Option<Actor>,
    /// Where the command comes from.
    pub source: Option<Source>,
    /// Profiles; each is read by itself.
    pub rows: Vec<Box<RawValue>>,
    /// How they enter; source `contact_import` where absent.
    pub origin: Option<Origin>,
}

/// A selection of contacts, and what is done with each (S3).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkRequest {
    /// When it happened.
    pub at: Instant,
    /// The host's present: an `at` further ahead of it than `clock_tolerance` is an error (D34).
    pub now: Option<Instant>,
    /// Ten random bytes.
    pub random: [u8; 10],
    /// Who asks.
    pub actor: Option<Actor>,
    /// Where the command comes from.
    pub source: Option<Source>,
    /// The contacts.
    pub contacts: Vec<ContactId>,
    /// What is done with each, as a whole or not at all.
    pub action: BulkAction,
}

/// The answer for one item of many: its outcome, or `{kind: "error", error}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum BulkItem {
    /// What happened.
    Outcome(Outcome),
    /// What is wrong with it.
    Failed {
        /// `error`.
        kind: &'static str,
        /// The error.
        error: ErrorData,
    },
}

impl BulkItem {
    /// The path of an error names the item as it was given, whatever was left out before it.
    pub(super) fn of(answer: Result<Outcome>, row: usize) -> Self {
        match answer {
            Ok(outcome) => Self::Outcome(outcome),
            Err(error) => {
                let mut error = ErrorData::from(&error);
                if let Some((_, inside)) = error.path.strip_prefix("rows[").and_then(|rest| rest.split_once(']')) {
                    error.path = format!("rows[{row}]{inside}");
                }
                Self::Failed { kind: "error", error }
            }
        }
    }
}

/// The answers for many items, as far as the host let them be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BulkAnswer {
    /// One for each item that was reached, in order.
    pub items: Vec<BulkItem>,
    /// Why the items after these were not reached; none where all were.
    pub stopped: Option<ImportStop>,
    /// Number of the first event that was made; they are read with `events`.
    pub from: u64,
    /// Number of the last event; less than `from` where none was made.
    pub to: u64,
}

/// Says which events the host has stored.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forget {
    /// Number of the last event to forget.
    pub to: u64,
}

/// How many events were forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// Events.
    pub forgotten: usize,
}
