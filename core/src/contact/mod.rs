//! The contact: its fields, formats, identities, subscriptions and shown name (C1 to C6).

mod codes;
mod custom;
mod edit;
mod email;
mod field;
mod format;
mod id;
mod identity;
mod name;
mod origin;
mod phone;
mod plan;
mod plans;
mod profile;
mod registry;
mod short;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use custom::{CustomType, CustomValue, Minute, Number, Url};
pub use edit::Edit;
pub use email::Email;
pub use field::{Field, FieldValue};
pub(crate) use format::is_blank;
pub use format::{country, custom_field_name, language, locale, tag};
pub use id::{ContactId, ForeignKey};
pub use identity::{ChannelState, Connection, Identity, Subscription, SubscriptionStatus};
pub use origin::Origin;
pub use phone::Phone;
pub use profile::{CheckedProfile, Profile};
pub use registry::{CustomField, CustomFields, UndefinedFields};
pub(crate) use short::Short;

use crate::channel::Channel;
use crate::id::ForeignId;
use crate::message::Direction;
use crate::time::Instant;

/// Who answers the contact (C1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// A user.
    User(ForeignId),
    /// A team.
    Team(ForeignId),
}

/// The contact's conversation (C1, M3): open since an instant, or closed with a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    /// Since when it is open, or was.
    pub opened_at: Instant,
    /// When it was closed; `None` while it is open.
    #[serde(default)]
    pub closed_at: Option<Instant>,
    /// Why it was closed.
    #[serde(default)]
    pub reason: Option<Box<str>>,
}

impl Conversation {
    /// A conversation open since an instant.
    pub fn open(at: Instant) -> Self {
        Self { opened_at: at, closed_at: None, reason: None }
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }
}

/// The latest interaction with the contact, and where it was (C1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastInteraction {
    /// When.
    pub at: Instant,
    /// Channel it went through.
    #[serde(default)]
    pub channel: Option<ForeignId>,
}

/// A contact (C1). Built from a [`Profile`], which checks the formats; changed by [`Edit`]s.
///
/// Lists keep the order in which values came; the first phone and the first e-mail are the main ones.
///
/// # Example
/// ```
/// use omnicontact::{ContactId, Instant, Origin, Profile, Source};
/// let at = Instant::from_millis(1_751_371_200_000)?;
/// let profile = Profile::named("Ana Pérez").phone("099 123 4567").tag("vip");
/// let contact = profile.check(Some("EC"))?.into_contact(ContactId::mint(at, [1; 10]), at, Origin::new(Source::User));
/// assert_eq!(contact.phones[0].as_str(), "+593991234567");
/// assert_eq!((&*contact.shown_name(), contact.initials().as_str()), ("Ana Pérez", "AP"));
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Contact {
    /// The id.
    pub id: ContactId,
    /// When the contact entered the workspace.
    pub created_at: Instant,
    /// How it entered (C6); contacts of one import share it.
    pub origin: Arc<Origin>,
    /// What other systems call it.
    #[serde(default)]
    pub foreign_keys: Vec<ForeignKey>,
    /// Name given by a channel or typed by a user.
    #[serde(default)]
    pub name: Option<Box<str>>,
    /// First name.
    #[serde(default)]
    pub first_name: Option<Box<str>>,
    /// Last name.
    #[serde(default)]
    pub last_name: Option<Box<str>>,
    /// Phones, the main one first.
    #[serde(default)]
    pub phones: Vec<Phone>,
    /// E-mail addresses, the main one first.
    #[serde(default)]
    pub emails: Vec<Email>,
    /// Language, ISO 639-1.
    #[serde(default)]
    pub language: Option<Box<str>>,
    /// Country, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub country: Option<Box<str>>,
    /// Locale, BCP 47.
    #[serde(default)]
    pub locale: Option<Box<str>>,
    /// Address of the picture.
    #[serde(default)]
    pub picture: Option<Box<str>>,
    /// Company.
    #[serde(default)]
    pub company: Option<Box<str>>,
    /// Department.
    #[serde(default)]
    pub department: Option<Box<str>>,
    /// Lifecycle stage.
    #[serde(default)]
    pub lifecycle: Option<Box<str>>,
    /// Custom fields by name.
    #[serde(default)]
    pub custom: BTreeMap<Box<str>, CustomValue>,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<Box<str>>,
    /// Lists the contact is on.
    #[serde(default)]
    pub lists: Vec<Box<str>>,
    /// Identities on channels.
    #[serde(default)]
    pub identities: Vec<Identity>,
    /// First successes on channels (K8).
    #[serde(default)]
    pub connections: Vec<Connection>,
    /// Subscriptions that somebody set, per channel.
    #[serde(default)]
    pub subscriptions: Vec<Subscription>,
    /// Who answers.
    #[serde(default)]
    pub assignee: Option<Assignee>,
    /// The conversation, open or the last one.
    #[serde(default)]
    pub conversation: Option<Conversation>,
    /// Whether messages from the contact are ignored.
    #[serde(default)]
    pub blocked: bool,
    /// Latest interaction.
    #[serde(default)]
    pub last_interaction: Option<LastInteraction>,
    /// Latest incoming message.
    #[serde(default)]
    pub last_incoming: Option<Instant>,
    /// Latest outgoing message.
    #[serde(default)]
    pub last_outgoing: Option<Instant>,
}

impl Contact {
    /// A contact with nothing but the required fields.
    pub fn new(id: ContactId, created_at: Instant, origin: impl Into<Arc<Origin>>) -> Self {
        Self {
            id,
            created_at,
            origin: origin.into(),
            foreign_keys: Vec::new(),
            name: None,
            first_name: None,
            last_name: None,
            phones: Vec::new(),
            emails: Vec::new(),
            language: None,
            country: None,
            locale: None,
            picture: None,
            company: None,
            department: None,
            lifecycle: None,
            custom: BTreeMap::new(),
            tags: Vec::new(),
            lists: Vec::new(),
            identities: Vec::new(),
            connections: Vec::new(),
            subscriptions: Vec::new(),
            assignee: None,
            conversation: None,
            blocked: false,
            last_interaction: None,
            last_incoming: None,
            last_outgoing: None,
        }
    }

    /// Channel of the latest interaction.
    pub fn last_channel(&self) -> Option<&ForeignId> {
        self.last_interaction.as_ref().and_then(|last| last.channel.as_ref())
    }

    /// State of a channel on this contact (C5): connected, could be opened by writing first, or not.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Channel, ChannelKind, ChannelState, Contact, ContactId, Instant, Origin, Phone, Source};
    /// let at = Instant::from_millis(0)?;
    /// let mut contact = Contact::new(ContactId::mint(at, [1; 10]), at, Origin::new(Source::User));
    /// let sms = Channel::new("sms", ChannelKind::Twilio);
    /// assert_eq!(contact.channel_state(&sms), ChannelState::Unavailable, "no phone is known");
    /// contact.phones.push(Phone::parse("+593991234567", None)?);
    /// assert_eq!(contact.channel_state(&sms), ChannelState::Inactive);
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn channel_state(&self, channel: &Channel) -> ChannelState {
        if self.is_connected(&channel.id) {
            return ChannelState::Active;
        }
        let known = self.identities.iter().any(|identity| identity.channel == channel.id)
            || if channel.kind.is_mail() { !self.emails.is_empty() } else { !self.phones.is_empty() };
        if channel.kind.can_open() && known && !channel.removed {
            return ChannelState::Inactive;
        }
        ChannelState::Unavailable
    }

    /// Whether there was a success on the channel (K8).
    pub fn is_connected(&self, channel: &ForeignId) -> bool {
        self.connections.iter().any(|connection| connection.channel == *channel)
    }

    /// Subscription on a channel; subscribed unless somebody said otherwise (C5).
    pub fn subscription(&self, channel: &ForeignId) -> SubscriptionStatus {
        let entry = self.subscriptions.iter().find(|entry| entry.channel == *channel);
        entry.map_or(SubscriptionStatus::Subscribed, |entry| entry.status)
    }

    /// As [`Contact::touch`], for a message that is not older than the last interaction and on the same channel.
    pub(crate) fn touch_again(&mut self, direction: Direction, at: Instant) {
        let side = match direction {
            Direction::Incoming => &mut self.last_incoming,
            Direction::Outgoing => &mut self.last_outgoing,
        };
        *side = (*side).max(Some(at));
        if let Some(last) = &mut self.last_interaction {
            last.at = last.at.max(at);
        }
    }

    /// Notes a message: the latest times only move forward, whatever the order in which messages are told.
    pub fn touch(&mut self, direction: Direction, at: Instant, channel: Option<&ForeignId>) {
        let side = match direction {
            Direction::Incoming => &mut self.last_incoming,
            Direction::Outgoing => &mut self.last_outgoing,
        };
        *side = (*side).max(Some(at));
        match &mut self.last_interaction {
            Some(last) if last.at > at => {}
            Some(last) => {
                last.at = at;
                if last.channel.as_ref() != channel {
                    last.channel = channel.cloned();
                }
            }
            last @ None => *last = Some(LastInteraction { at, channel: channel.cloned() }),
        }
    }
}
