//! What happened in a workspace: the durable truth, numbered without gaps.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::channel::Channel;
use crate::contact::{Contact, ContactId, CustomField, Edit, Identity};
use crate::counting::{CountReason, Month};
use crate::event::{ContactEvent, EventKind};
use crate::id::ForeignId;
use crate::merge::{Choices, Pair};
use crate::message::{Direction, Source};
use crate::reset::ResetMode;
use crate::time::Instant;

use super::Settings;

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Number, from 1, without gaps; this and not the clock says what came first (M6).
    pub sequence: u64,
    /// The workspace that it happened in; nil in events that were stored before there were ids.
    #[serde(default)]
    pub workspace: Uuid,
    /// How many events of the same command follow: a command is stored as a whole or not at all.
    #[serde(default)]
    pub following: u32,
    /// When it happened; for deletions of a reset the last millisecond of the closed month (D21).
    pub at: Instant,
    /// What happened.
    pub change: Change,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Change {
    /// The workspace began; always the first event.
    Opened(Box<Settings>),
    /// A contact entered.
    Added {
        /// The contact as it entered.
        contact: Box<Contact>,
        /// Why its units were counted.
        reason: CountReason,
        /// Whether automations may start (C7, D25).
        automation: bool,
    },
    /// A contact got its first success on a channel (K8).
    Connected {
        /// The contact.
        contact: ContactId,
        /// Its name then.
        name: Box<str>,
        /// The channel.
        channel: ForeignId,
        /// The source of the message.
        source: Source,
        /// The user, if one sent it.
        user: Option<ForeignId>,
    },
    /// A message came or went.
    Told {
        /// Whose it is.
        contact: ContactId,
        /// The channel.
        channel: ForeignId,
        /// Which way it went.
        direction: Direction,
    },
    /// A contact was changed.
    Edited {
        /// The contact.
        contact: ContactId,
        /// The change, in its stored form.
        edit: Box<Edit>,
    },
    /// A contact got a further identity.
    IdentityAdded {
        /// The contact.
        contact: ContactId,
        /// The identity.
        identity: Box<Identity>,
        /// Why its unit was counted.
        reason: CountReason,
    },
    /// A contact lost an identity.
    IdentityRemoved {
        /// The identity.
        identity: Box<Identity>,
    },
    /// A contact was merged into another one (M4).
    Merged(Box<Merged>),
    /// A merged-in contact was taken out again (M6).
    Unmerged(Box<Unmerged>),
    /// A contact was deleted, with everything merged in (C9).
    Deleted {
        /// The contact.
        contact: ContactId,
        /// Its name then; none where the policy erases names.
        name: Option<Box<str>>,
        /// Where the deletion came from.
        source: Source,
        /// The user, if one did it.
        user: Option<ForeignId>,
        /// The month whose reset took it.
        reset: Option<Month>,
    },
    /// What was known of contacts, or of an identity that nobody held, is erased (D35).
    Erased {
        /// The contacts, all of them deleted.
        contacts: Vec<ContactId>,
        /// The key under which the month knows their identities.
        key: Uuid,
        /// Their identities, each hashed under the key.
        marks: Vec<Uuid>,
        /// In rewritten events whose own values do not give the state any more: the snapshot after this event, in hexadecimal.
        state: Option<Box<str>>,
    },
    /// New units did not fit the quota (N4).
    Refused {
        /// The identities, so that the host can admit them later.
        identities: Vec<Identity>,
        /// The contact that would have got them, if it is known.
        contact: Option<ContactId>,
        /// What was attempted.
        reason: CountReason,
        /// Where the attempt came from.
        source: Source,
    },
    /// Two contacts are no duplicates (M10).
    Dismissed(Pair),
    /// The limit was set.
    LimitSet(Option<u64>),
    /// A reset mode was accepted.
    ResetSet {
        /// The mode.
        mode: ResetMode,
        /// First month in force.
        from: Month,
    },
    /// The reset of a month began; its deletions follow.
    ResetRun {
        /// The month.
        month: Month,
    },
    /// A channel was described.
    ChannelSet(Box<Channel>),
    /// A tag was deleted: no contact carries it any more, nor any record of a merge.
    TagDeleted {
        /// The tag.
        tag: Box<str>,
    },
    /// A department was deleted: no contact is in it any more.
    DepartmentDeleted {
        /// The department.
        department: Box<str>,
    },
    /// A custom field was defined, or its options were changed.
    CustomFieldSet(Box<CustomField>),
    /// A custom field was deleted, with its values.
    CustomFieldDeleted {
        /// Its name.
        name: Box<str>,
    },
}

/// A merge of a pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merged {
    /// The contact that stays.
    pub primary: ContactId,
    /// The contact that was merged in.
    pub secondary: ContactId,
    /// Name of the primary after the merge.
    pub name: Box<str>,
    /// Where it came from.
    pub source: Source,
    /// The user, if one did it.
    pub user: Option<ForeignId>,
    /// What was chosen, in its stored form.
    pub choices: Choices,
    /// Whether the secondary's open conversation was closed with reason `merged` (M3).
    pub closed_conversation: bool,
    /// Always false: no automation runs (M4).
    pub automation: bool,
}

/// An undone merge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmerged {
    /// The merge, by the sequence number of its event.
    pub merge: u64,
    /// The contact that it was in.
    pub primary: ContactId,
    /// The contact that came back.
    pub secondary: ContactId,
    /// Name of the primary after the undo (D41).
    pub name: Box<str>,
    /// Where it came from.
    pub source: Source,
    /// The user, if one did it.
    pub user: Option<ForeignId>,
    /// Always false: no automation runs (M4).
    pub automation: bool,
}

impl Event {
    /// The event as a row of the Contacts report; `None` for those that it does not show.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{EventKind, Identity, Instant};
    /// use omnicontact::workspace::{Call, Command, Settings, Told, Workspace};
    /// let at = Instant::parse("2025-07-01T12:00:00Z")?;
    /// let (mut workspace, _) = Workspace::open(Settings::new("America/Guayaquil"), at)?;
    /// let told = Command::Tell(Told::incoming(Identity::new("wa", "593991234567")?).into());
    /// let reply = workspace.execute(&Call::new(at, [1; 10]), told)?;
    /// let rows: Vec<_> = reply.events.iter().filter_map(|event| event.to_row()).collect();
    /// assert_eq!([rows[0].kind, rows[1].kind], [EventKind::Added, EventKind::Connected]);
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn to_row(&self) -> Option<ContactEvent> {
        let row = |kind, contact: ContactId| ContactEvent::new(kind, self.at, contact).numbered(self.sequence);
        let with = |mut row: ContactEvent, name: Option<&str>, source: &Source, user: &Option<ForeignId>| {
            row.name = name.map(str::to_owned);
            row.source = Some(source.clone());
            row.user.clone_from(user);
            row
        };
        // Names that were erased are blank.
        let known = |name: &'_ str| Some(name).filter(|name| !name.is_empty()).map(str::to_owned);
        Some(match &self.change {
            Change::Added { contact, .. } => {
                let origin = &contact.origin;
                let mut added =
                    with(row(EventKind::Added, contact.id), Some(&contact.shown_name()), &origin.source, &origin.user);
                added.channel.clone_from(&origin.channel);
                added
            }
            Change::Connected { contact, name, channel, source, user } => {
                with(row(EventKind::Connected, *contact), known(name).as_deref(), source, user).through(channel.clone())
            }
            Change::Merged(merged) => with(
                row(EventKind::Merged, merged.primary),
                known(&merged.name).as_deref(),
                &merged.source,
                &merged.user,
            )
            .with_secondary(merged.secondary),
            Change::Unmerged(undone) => with(
                row(EventKind::Unmerged, undone.primary),
                known(&undone.name).as_deref(),
                &undone.source,
                &undone.user,
            )
            .with_secondary(undone.secondary),
            Change::Deleted { contact, name, source, user, .. } => {
                with(row(EventKind::Deleted, *contact), name.as_deref(), source, user)
            }
            Change::Refused { identities, contact, source, .. } => {
                // Nobody was made: the row shows who it was on the channel.
                let identity = identities.first();
                let who = contact.map(ForeignId::from).or_else(|| identity.map(|one| one.external().into()))?;
                let mut refused = ContactEvent::new(EventKind::Refused, self.at, who).numbered(self.sequence);
                refused.source = Some(source.clone());
                refused.channel = identity.map(|identity| identity.channel.clone());
                refused
            }
            _ => return None,
        })
    }
}
