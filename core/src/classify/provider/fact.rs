//! What payloads say, in one shape for every provider.

use serde::{Deserialize, Serialize};

use crate::channel::ChannelKind;
use crate::classify::{DecidedBy, Provider};
use crate::id::ForeignId;
use crate::label::labels;
use crate::message::{Direction, Facts, MessageType, Source, Status};
use crate::time::Instant;

/// One thing that a payload says; as data `{"fact": "message", …}`.
///
/// # Example
/// ```
/// use omnicontact::classify::provider::{self, Fact, Webhook};
/// let body = br#"{"update_id": 1, "message": {"message_id": 7, "date": 1751371200, "text": "hola",
///     "chat": {"id": 42, "type": "private"}, "from": {"id": 42, "is_bot": false, "first_name": "Ana"}}}"#;
/// let reading = provider::read(&Webhook::new(body), &Default::default());
/// let Fact::Message(message) = &reading.facts[0] else { panic!() };
/// assert_eq!((message.id.to_text().as_ref(), message.content.as_deref()), ("telegram/42/7", Some("hola")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fact {
    /// Somebody wrote.
    Message(Box<MessageFact>),
    /// What became of one message.
    Status(Box<StatusFact>),
    /// What became of every message up to an instant.
    Watermark(Box<WatermarkFact>),
    /// A person is called otherwise from now on.
    IdentityChange(Box<IdentityChangeFact>),
    /// Something else happened to a contact.
    ContactEvent(Box<ContactEventFact>),
    /// Something that is not ours to count, by its name.
    Ignored(Box<IgnoredFact>),
}

/// The channel that a fact came through.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FactChannel {
    /// The provider's id of the connected account; none where the payload does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ForeignId>,
    /// Its kind.
    pub kind: ChannelKind,
    /// Its name, where the payload has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What sends through the account where several may: Twilio's messaging service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ForeignId>,
}

/// The person that a fact is about, as the payload has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct FactIdentity {
    /// The external id on the channel (C4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<String>,
    /// Other external ids of the same person on that channel: a user id beside the phone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The product's own id of the contact, where a product sent the payload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ForeignId>,
    /// Name that the channel gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Phone, as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address, as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A message with its classification.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MessageFact {
    /// Who sent the payload.
    pub provider: Provider,
    /// The message's id at the provider; where that is unique in a chat only, with channel and chat before it.
    pub id: ForeignId,
    /// The channel.
    pub channel: FactChannel,
    /// The contact's side.
    pub identity: FactIdentity,
    /// When, UTC.
    pub at: Instant,
    /// Which way it went.
    pub direction: Direction,
    /// Where it came from: of an outgoing message by K1, of an incoming one by K8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Type of an outgoing message (K2).
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub message_type: Option<MessageType>,
    /// Subtype of an outgoing message (K3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtype: Option<String>,
    /// The rules that decided source and type; none for an incoming message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DecidedBy>,
    /// The user who sent it, as the payload has it (K4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<ForeignId>,
    /// The user's team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<ForeignId>,
    /// The broadcast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broadcast: Option<ForeignId>,
    /// Its text, caption or label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The raw facts, from which source and type followed.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub facts: Facts,
}

fn is_empty(facts: &Facts) -> bool {
    *facts == Facts::default()
}

/// The word of a status that says: this was a reaction taken back, and never a message (D40).
pub(super) const TAKEN_BACK: &str = "reaction_taken_back";

/// What became of one message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StatusFact {
    /// Who sent the payload.
    pub provider: Provider,
    /// The message's id, as in [`MessageFact::id`].
    pub id: ForeignId,
    /// The channel.
    pub channel: FactChannel,
    /// The contact's side.
    pub identity: FactIdentity,
    /// When it happened, UTC, where the payload says (D11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// The status (K7); none if the message was called back before it went, and is no message.
    pub status: Option<Status>,
    /// The provider's word for it.
    pub word: String,
    /// The provider's error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The provider's error text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What the provider charges for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pricing: Option<Pricing>,
}

/// What a provider charges for, in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Pricing {
    /// How: `PMP` by message, `CBP` by conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Why it may be free: `regular`, `free_customer_service`, `free_entry_point`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub price_type: Option<String>,
    /// Category: `marketing`, `utility`, `authentication`, `service` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Whether it is charged at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billable: Option<bool>,
}

/// A receipt for every message to somebody up to an instant, the instant included.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WatermarkFact {
    /// Who sent the payload.
    pub provider: Provider,
    /// The channel.
    pub channel: FactChannel,
    /// The contact's side.
    pub identity: FactIdentity,
    /// When the receipt was given, UTC.
    pub at: Instant,
    /// The last instant that it covers, UTC.
    pub up_to: Instant,
    /// `delivered` or `read`.
    pub status: Status,
}

/// A person is called otherwise from an instant on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct IdentityChangeFact {
    /// Who sent the payload.
    pub provider: Provider,
    /// The channel.
    pub channel: FactChannel,
    /// External ids up to then.
    pub previous: Vec<String>,
    /// External ids from then on.
    pub current: Vec<String>,
    /// When, UTC.
    pub at: Instant,
    /// The provider's name for it: `user_changed_number`.
    pub name: String,
}

labels! { open
    /// What else happened to a contact. Unknown kinds are kept under their own text.
    ContactEventKind {
        /// The product has the contact, since that instant.
        Created = "created",
        /// The profile was changed.
        Updated = "updated",
        /// The product deleted the contact.
        Deleted = "deleted",
        /// The person allows messages.
        Subscribed = "subscribed",
        /// The person wants no messages.
        Unsubscribed = "unsubscribed",
        /// The person came by a link or an ad, without a message.
        Referred = "referred",
        /// The person opened the chat, without a message.
        Opened = "opened",
        /// The person pressed a button that writes no message.
        ButtonPressed = "button_pressed",
        /// A conversation was opened.
        ConversationOpened = "conversation_opened",
        /// A conversation was closed.
        ConversationClosed = "conversation_closed",
        /// The contact was assigned, or not any more.
        Assigned = "assigned",
        /// A tag was added.
        Tagged = "tagged",
        /// A tag was taken off.
        Untagged = "untagged",
        /// The lifecycle stage was changed.
        Lifecycle = "lifecycle",
    }
}

/// Something else that happened to a contact.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ContactEventFact {
    /// Who sent the payload.
    pub provider: Provider,
    /// The channel, where the event has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<FactChannel>,
    /// The contact.
    pub identity: FactIdentity,
    /// What happened.
    pub kind: ContactEventKind,
    /// When, UTC, where the payload says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// Where it came from, where the payload says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The user who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<ForeignId>,
    /// The tag, the stage, the button, the ad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

labels! { closed
    /// Why something in a payload is not counted.
    IgnoredReason, "reason" {
        /// Approval, quality and category of templates.
        Template = "template",
        /// The account, its number, its limits, its settings.
        Account = "account",
        /// Posts, comments, ratings, leads, mentions, channel posts.
        Feed = "feed",
        /// Typing, seen by us, presence.
        Presence = "presence",
        /// A reaction to a message that has an id of its own already.
        Reaction = "reaction",
        /// A message that came before was edited or taken back; it still was one.
        Revision = "revision",
        /// Who answers: another app, a bot, nobody.
        Handover = "handover",
        /// A note among users, or a line that the product wrote by itself.
        Note = "note",
        /// Who is in a group, and other service lines.
        Group = "group",
        /// The provider tests the address.
        Verification = "verification",
        /// A status word that is not about delivery.
        NotDelivery = "not_delivery",
        /// Games, payments, inline queries, polls.
        Extra = "extra",
        /// The product's own lists: channels, users, tags.
        Catalogue = "catalogue",
        /// A kind that this version does not know.
        UnknownKind = "unknown_kind",
    }
}

/// Something that is not counted, by its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct IgnoredFact {
    /// Who sent the payload.
    pub provider: Provider,
    /// The provider's name for it.
    pub name: String,
    /// Why it is not counted.
    pub reason: IgnoredReason,
    /// Where it stands in the payload.
    pub path: String,
}

impl Fact {
    /// The label of the kind: `message`, `status`, `watermark`, `identity_change`, `contact_event`, `ignored`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Status(_) => "status",
            Self::Watermark(_) => "watermark",
            Self::IdentityChange(_) => "identity_change",
            Self::ContactEvent(_) => "contact_event",
            Self::Ignored(_) => "ignored",
        }
    }
}
