//! What happened to contacts: immutable facts that reports count and that are never rewritten (P7, C9).

use serde::{Deserialize, Serialize};

use crate::id::ForeignId;
use crate::label::labels;
use crate::message::Source;
use crate::time::Instant;

labels! { closed
    /// Kind of a contact event.
    EventKind, "event kind" {
        /// The contact entered the workspace.
        Added = "added",
        /// The contact got its first success on a channel (K8).
        Connected = "connected",
        /// The contact was deleted.
        Deleted = "deleted",
        /// Another contact was merged into this one (M4).
        Merged = "merged",
        /// A contact that had been merged in was taken out again (M6).
        Unmerged = "unmerged",
        /// A new unit was refused at the quota (N4).
        Refused = "refused",
    }
}

/// An event of a contact, as a row.
///
/// # Example
/// ```
/// use omnicontact::{ContactEvent, EventKind, Instant, Source};
/// let at = Instant::from_millis(1_751_371_200_000)?;
/// let event = ContactEvent::new(EventKind::Connected, at, "contact-7")
///     .from_source(Source::IncomingMessage)
///     .through("wa-sales");
/// assert_eq!(event.kind, EventKind::Connected);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ContactEvent {
    /// Position in the log: orders events at the same instant; later is larger (P8). The row's position if the host has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// What happened.
    pub kind: EventKind,
    /// When, UTC.
    pub at: Instant,
    /// The contact; for merged and unmerged the primary.
    pub contact: ForeignId,
    /// Name of the contact at the event (P9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The secondary contact of merged and unmerged.
    #[serde(default, deserialize_with = "crate::id::present", skip_serializing_if = "Option::is_none")]
    pub secondary: Option<ForeignId>,
    /// Where the event came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Channel, for connected events (and added ones that came through one).
    #[serde(default, deserialize_with = "crate::id::present", skip_serializing_if = "Option::is_none")]
    pub channel: Option<ForeignId>,
    /// User; counts only where the source is `user` (D9).
    #[serde(default, deserialize_with = "crate::id::present", skip_serializing_if = "Option::is_none")]
    pub user: Option<ForeignId>,
}

impl ContactEvent {
    /// An event with nothing but the required fields.
    pub fn new(kind: EventKind, at: Instant, contact: impl Into<ForeignId>) -> Self {
        Self {
            sequence: None,
            kind,
            at,
            contact: contact.into(),
            name: None,
            secondary: None,
            source: None,
            channel: None,
            user: None,
        }
    }

    /// Sets the position in the log.
    pub fn numbered(mut self, sequence: u64) -> Self {
        self.sequence = Some(sequence);
        self
    }

    /// Sets the name at the event.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the secondary contact.
    pub fn with_secondary(mut self, secondary: impl Into<ForeignId>) -> Self {
        self.secondary = Some(secondary.into());
        self
    }

    /// Sets the source.
    pub fn from_source(mut self, source: Source) -> Self {
        self.source = Some(source);
        self
    }

    /// Sets the channel.
    pub fn through(mut self, channel: impl Into<ForeignId>) -> Self {
        self.channel = Some(channel.into());
        self
    }

    /// Sets source `user` and the user.
    pub fn by_user(mut self, user: impl Into<ForeignId>) -> Self {
        self.source = Some(Source::User);
        self.user = Some(user.into());
        self
    }
}
