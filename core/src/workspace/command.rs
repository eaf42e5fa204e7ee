//! What a host asks of a workspace, and what it is answered.

use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::channel::Channel;
use crate::classify::provider::Telling;
use crate::contact::{ContactId, CustomField, Edit, Identity, Origin, Profile, SubscriptionStatus};
use crate::counting::Month;
use crate::id::ForeignId;
use crate::merge::Choices;
use crate::message::{Direction, Source};
use crate::refusal::Refusal;
use crate::reset::ResetMode;
use crate::time::Instant;

/// When a command is given, by whom, with which randomness: what a library must not find out by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Call {
    /// When it happened; a message may be told of late.
    pub at: Instant,
    /// The host's present. An `at` that lies further ahead of it than `clock_tolerance` is an error (D34). Without it `at` is
    /// taken as it is, and one wrong instant in the future turns the quota month for good.
    #[serde(default)]
    pub now: Option<Instant>,
    /// Random bytes for the ids of new contacts.
    pub random: [u8; 10],
    /// Who asks; without an actor the host itself does, and roles are not checked.
    #[serde(default)]
    pub actor: Option<Actor>,
    /// Where the command comes from (M4).
    pub source: Source,
}

impl Call {
    /// A call of the host itself, source `developer_api`.
    pub fn new(at: Instant, random: [u8; 10]) -> Self {
        Self { at, now: None, random, actor: None, source: Source::DeveloperApi }
    }

    /// A call of a user, source `user`.
    pub fn by(mut self, actor: Actor) -> Self {
        self.actor = Some(actor);
        self.source = Source::User;
        self
    }

    /// Sets the host's present.
    pub fn on_clock(mut self, now: Instant) -> Self {
        self.now = Some(now);
        self
    }

    /// Sets the source.
    pub fn from_source(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    pub(super) fn user(&self) -> Option<ForeignId> {
        let actor = self.actor.as_ref().filter(|_| self.source == Source::User);
        actor.map(|actor| actor.user.clone())
    }
}

/// A message that came or went, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Told {
    /// The contact's identity on the channel.
    pub identity: Identity,
    /// Which way it went.
    pub direction: Direction,
    /// Where it came from (K8): `incoming_message`, or the source of the outgoing one.
    pub source: Source,
    /// For outgoing ones: whether the provider accepted it; tell it again when a pending one is accepted (K8).
    pub accepted: bool,
    /// For outgoing ones: the contact it is for; an identity that nobody holds is added to it.
    #[serde(default)]
    pub contact: Option<ContactId>,
    /// Name that the channel gives the person, for a new contact.
    #[serde(default)]
    pub name: Option<Box<str>>,
    /// Phone that the channel gives, for a new contact; one that is no phone is left out.
    #[serde(default)]
    pub phone: Option<Box<str>>,
    /// E-mail address that the channel gives, for a new contact; one that is none is left out.
    #[serde(default)]
    pub email: Option<Box<str>>,
}

impl Told {
    /// A message from the contact.
    pub fn incoming(identity: Identity) -> Self {
        Self::new(identity, Direction::Incoming, Source::IncomingMessage)
    }

    /// A message to the contact that the provider accepted.
    pub fn outgoing(identity: Identity, source: Source) -> Self {
        Self::new(identity, Direction::Outgoing, source)
    }

    fn new(identity: Identity, direction: Direction, source: Source) -> Self {
        Self { identity, direction, source, accepted: true, contact: None, name: None, phone: None, email: None }
    }

    /// The provider has not accepted it, or refused it.
    pub fn not_accepted(mut self) -> Self {
        self.accepted = false;
        self
    }

    /// Sets the contact that an outgoing message is for.
    pub fn to(mut self, contact: ContactId) -> Self {
        self.contact = Some(contact);
        self
    }

    /// Sets the name that the channel gives.
    pub fn named(mut self, name: impl Into<Box<str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the phone that the channel gives.
    pub fn with_phone(mut self, phone: impl Into<Box<str>>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Whether it is a success on the channel (K8).
    pub(super) fn is_success(&self) -> bool {
        self.direction == Direction::Incoming || self.accepted
    }
}

impl From<&Telling> for Told {
    /// A message that a journal of webhooks tells of.
    fn from(telling: &Telling) -> Self {
        let boxed = |text: &Option<String>| text.as_deref().map(Into::into);
        let mut told = Self::new(telling.identity.clone(), telling.direction, telling.source.clone());
        told.accepted = telling.accepted;
        told.name = boxed(&telling.name);
        told.phone = boxed(&telling.phone);
        told.email = boxed(&telling.email);
        told
    }
}

/// A command. Each one happens as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Command {
    /// Adds a contact (C6, C7).
    AddContact {
        /// What is known.
        profile: Box<Profile>,
        /// How it enters; the call's source decides where the origin says nothing else.
        #[serde(default)]
        origin: Option<Box<Origin>>,
    },
    /// Changes a contact.
    Edit {
        /// The contact; a merged-away id acts on the survivor.
        contact: ContactId,
        /// The changes, all or none.
        edits: Vec<Edit>,
    },
    /// Gives a contact a further identity (N4).
    AddIdentity {
        /// The contact.
        contact: ContactId,
        /// The identity.
        identity: Identity,
    },
    /// Takes an identity off whoever holds it.
    RemoveIdentity {
        /// The identity.
        identity: Identity,
    },
    /// Tells of a message.
    Tell(Box<Told>),
    /// Merges contacts into the primary, one after the other, all or none (M1).
    Merge {
        /// The contact that stays.
        primary: ContactId,
        /// The contacts that are merged in.
        secondaries: Vec<ContactId>,
        /// What was chosen.
        #[serde(default)]
        choices: Box<Choices>,
    },
    /// Takes a merged-in contact out again (M6).
    Unmerge {
        /// The contact that it is in.
        primary: ContactId,
        /// The contact that comes back.
        secondary: ContactId,
    },
    /// Deletes a contact with everything merged in (C9).
    Delete {
        /// The contact.
        contact: ContactId,
    },
    /// Deletes a contact with everything merged in, if it is not deleted yet, and leaves nothing of its values (D35); what
    /// the host has stored it rewrites with [`erased_events`](super::erased_events).
    Erase {
        /// The contact; a deleted one as well.
        contact: ContactId,
    },
    /// Leaves nothing of an identity that nobody holds: of somebody who was refused, and never became a contact (D35).
    EraseIdentity {
        /// The identity.
        identity: Identity,
    },
    /// Remembers that two contacts are no duplicates (M10).
    Dismiss {
        /// One.
        a: ContactId,
        /// The other.
        b: ContactId,
    },
    /// Sets the quota (N5).
    SetLimit {
        /// Units; `None` is no limit.
        limit: Option<u64>,
    },
    /// Asks for a reset mode (R3).
    SetReset {
        /// The mode.
        mode: ResetMode,
    },
    /// Runs the earliest reset that is due (R2).
    RunReset,
    /// Describes a channel, new or known.
    SetChannel {
        /// The channel.
        channel: Channel,
    },
    /// Deletes a tag: it is taken off every contact, and an unmerge does not bring it back (S5).
    DeleteTag {
        /// The tag.
        tag: Box<str>,
    },
    /// Deletes a department: nobody is in it any more (S5).
    DeleteDepartment {
        /// The department.
        department: Box<str>,
    },
    /// Defines a custom field, or changes the options of a list; the type stays as it is (C2).
    SetCustomField {
        /// The definition.
        field: CustomField,
    },
    /// Deletes a custom field, defined or not, with its values on every contact.
    DeleteCustomField {
        /// Its name.
        name: Box<str>,
    },
}

/// What the host must purge from its own store (C9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purge {
    /// The contact that was deleted.
    pub contact: ContactId,
    /// The contacts merged into it, however deep.
    pub merged: Vec<ContactId>,
    /// The identities that it held: their messages go too.
    pub identities: Vec<Identity>,
}

/// Answer to a command that is well formed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// The contact was added.
    Added {
        /// Its id.
        contact: ContactId,
    },
    /// A contact with that foreign key is there already; nothing was changed.
    Exists {
        /// The contact.
        contact: ContactId,
    },
    /// The contact was changed.
    Edited {
        /// The contact that was changed.
        contact: ContactId,
        /// The merged-away id that was given, if it was one (D18).
        given: Option<ContactId>,
    },
    /// The message was noted.
    Told {
        /// Whose it is.
        contact: ContactId,
        /// Whether the contact is new.
        is_new: bool,
        /// Whether this connected the contact on the channel (K8).
        connected: bool,
        /// For outgoing ones: whether the contact takes messages on the channel (C5).
        #[serde(default)]
        subscription: Option<SubscriptionStatus>,
        /// `unsubscribed` where the message must not go out: its row has this failure's code (D36).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<Box<str>>,
        /// The merged-away id that was given, if it was one (D18).
        given: Option<ContactId>,
    },
    /// The contacts were merged.
    Merged {
        /// The survivor.
        survivor: ContactId,
        /// The merges, by the sequence numbers of their events.
        merges: Vec<u64>,
    },
    /// They were one already (M9).
    AlreadyMerged {
        /// The survivor.
        survivor: ContactId,
    },
    /// The merge was undone.
    Unmerged {
        /// The primary.
        primary: ContactId,
        /// The contact that came back.
        secondary: ContactId,
    },
    /// Contacts were deleted.
    Deleted {
        /// What to purge.
        purge: Vec<Purge>,
    },
    /// What was known is erased: the host rewrites its stored events, and throws older snapshots away.
    Erased {
        /// What to purge; empty where nobody was there any more.
        purge: Vec<Purge>,
    },
    /// The reset of a month was run.
    ResetRun {
        /// The month.
        month: Month,
        /// What to purge.
        purge: Vec<Purge>,
    },
    /// A reset mode was accepted.
    ResetSet {
        /// First month in which it is in force.
        from: Month,
    },
    /// A tag, department or custom field was deleted.
    TakenOff {
        /// How many contacts had it; merged-away ones are not counted.
        contacts: u64,
    },
    /// It was done.
    Done,
    /// Nothing was to be done.
    Unchanged,
    /// It was refused; nothing was changed, save the count of refused attempts at the quota.
    Refused(Refusal),
}
