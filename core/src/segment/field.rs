//! What conditions, columns and sorting can speak of: every field of a contact, and its type (S1, C1).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::contact::{CustomType, custom_field_name};
use crate::error::{Code, Error, Result};
use crate::label::labels;

labels! { closed
    /// A field of a contact that conditions, columns and sorting can speak of (C1, S1).
    ContactField, "field" {
        /// The id.
        Id = "id",
        /// The name that is shown: the name, else first and last name, phone, e-mail or id; never missing (C3).
        ShownName = "shown_name",
        /// Name given by a channel or typed by a user.
        Name = "name",
        /// First name.
        FirstName = "first_name",
        /// Last name.
        LastName = "last_name",
        /// Phones.
        Phones = "phones",
        /// E-mail addresses.
        Emails = "emails",
        /// Language.
        Language = "language",
        /// Country.
        Country = "country",
        /// Locale.
        Locale = "locale",
        /// Address of the picture.
        Picture = "picture",
        /// Company.
        Company = "company",
        /// Department.
        Department = "department",
        /// Lifecycle stage.
        Lifecycle = "lifecycle",
        /// Tags.
        Tags = "tags",
        /// Lists.
        Lists = "lists",
        /// Channels on which the contact has an identity.
        Channels = "channels",
        /// Kinds of these channels.
        ChannelKinds = "channel_kinds",
        /// External ids on the channels.
        Identities = "identities",
        /// Channels on which there was a success (K8).
        ConnectedChannels = "connected_channels",
        /// Channels from which the contact unsubscribed.
        Unsubscribed = "unsubscribed",
        /// User or team that answers.
        Assignee = "assignee",
        /// User that answers; missing for a team.
        AssignedUser = "assigned_user",
        /// Team that answers; missing for a user.
        AssignedTeam = "assigned_team",
        /// `open` or `closed`; missing without a conversation.
        ConversationStatus = "conversation_status",
        /// Since when the conversation is open; missing where none is open.
        ConversationOpenedAt = "conversation_opened_at",
        /// When the last conversation was closed; missing while one is open.
        ConversationClosedAt = "conversation_closed_at",
        /// Why it was closed.
        CloseReason = "close_reason",
        /// Whether messages from the contact are ignored.
        Blocked = "blocked",
        /// Source of the contact (C6).
        Origin = "origin",
        /// File, app or campaign that it came with.
        OriginName = "origin_name",
        /// What the app says of it.
        OriginDetail = "origin_detail",
        /// Channel that it came through.
        OriginChannel = "origin_channel",
        /// User who added it.
        OriginUser = "origin_user",
        /// What other systems call it, as `system:id`.
        ForeignKeys = "foreign_keys",
        /// When the contact entered.
        CreatedAt = "created_at",
        /// Latest interaction.
        LastInteraction = "last_interaction",
        /// Latest incoming message.
        LastIncoming = "last_incoming",
        /// Latest outgoing message.
        LastOutgoing = "last_outgoing",
        /// Time since the latest incoming message.
        SinceLastIncoming = "since_last_incoming",
        /// Channel of the latest interaction.
        LastChannel = "last_channel",
    }
}

labels! { closed
    /// Type of a field, which decides the operators and values of its conditions.
    FieldType, "field type" {
        /// A text.
        Text = "text",
        /// Any number of texts.
        Texts = "texts",
        /// An id.
        Id = "id",
        /// Any number of ids.
        Ids = "ids",
        /// A number.
        Number = "number",
        /// True or false.
        Flag = "flag",
        /// A point in time.
        Instant = "instant",
        /// A length of time.
        Duration = "duration",
        /// A date without time and zone.
        Date = "date",
        /// A time of day.
        Time = "time",
    }
}

impl ContactField {
    /// The type.
    pub const fn field_type(self) -> FieldType {
        match self {
            Self::Phones | Self::Emails | Self::Tags | Self::Lists | Self::ChannelKinds | Self::Identities => {
                FieldType::Texts
            }
            Self::Channels | Self::ConnectedChannels | Self::Unsubscribed | Self::ForeignKeys => FieldType::Ids,
            Self::Id
            | Self::Assignee
            | Self::AssignedUser
            | Self::AssignedTeam
            | Self::OriginChannel
            | Self::OriginUser
            | Self::LastChannel => FieldType::Id,
            Self::Blocked => FieldType::Flag,
            Self::ConversationOpenedAt
            | Self::ConversationClosedAt
            | Self::CreatedAt
            | Self::LastInteraction
            | Self::LastIncoming
            | Self::LastOutgoing => FieldType::Instant,
            Self::SinceLastIncoming => FieldType::Duration,
            _ => FieldType::Text,
        }
    }
}

impl From<CustomType> for FieldType {
    fn from(value: CustomType) -> Self {
        match value {
            CustomType::Text | CustomType::List | CustomType::Email | CustomType::Url => Self::Text,
            CustomType::Checkbox => Self::Flag,
            CustomType::Number => Self::Number,
            CustomType::Date => Self::Date,
            CustomType::Time => Self::Time,
        }
    }
}

/// A field of a contact by name: one of the model's own, or a custom field as `custom.<name>`.
///
/// # Example
/// ```
/// use omnicontact::segment::{ContactField, FieldRef};
/// assert_eq!(FieldRef::parse("tags")?, FieldRef::Own(ContactField::Tags));
/// assert_eq!(FieldRef::parse("custom.plan")?, FieldRef::custom("plan"));
/// assert_eq!(FieldRef::parse("plan").unwrap_err().code().as_str(), "unknown_field");
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldRef {
    /// A field of the model.
    Own(ContactField),
    /// A custom field by its name.
    Custom(Box<str>),
}

impl FieldRef {
    /// What stands before the name of a custom field.
    pub const CUSTOM: &'static str = "custom.";

    /// A custom field.
    pub fn custom(name: impl Into<Box<str>>) -> Self {
        Self::Custom(name.into())
    }

    /// Reads a name.
    ///
    /// # Errors
    /// `unknown_field`; `invalid_custom_field` for a custom field without a name that one may have.
    pub fn parse(text: &str) -> Result<Self> {
        if let Some(name) = text.strip_prefix(Self::CUSTOM) {
            return Ok(Self::Custom(custom_field_name(name)?));
        }
        let found = ContactField::ALL.iter().find(|field| field.as_str() == text);
        found.copied().map(Self::Own).ok_or_else(|| {
            let shown: String = text.chars().take(60).collect();
            let allowed: Vec<String> = ContactField::ALL.iter().map(|field| format!("`{field}`")).collect();
            Error::new(Code::UnknownField, format!("unknown field `{shown}`"))
                .with_hint(format!("allowed: {}, and custom fields as `custom.<name>`", allowed.join(", ")))
        })
    }
}

impl From<ContactField> for FieldRef {
    fn from(value: ContactField) -> Self {
        Self::Own(value)
    }
}

impl fmt::Display for FieldRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(field) => f.write_str(field.as_str()),
            Self::Custom(name) => write!(f, "{}{name}", Self::CUSTOM),
        }
    }
}

impl Serialize for FieldRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FieldRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(Error::into_serde)
    }
}
