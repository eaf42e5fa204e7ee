//! Messages as rows: who wrote to whom, through which channel, and what became of it.

use serde::{Deserialize, Serialize};

use crate::id::ForeignId;
use crate::label::labels;
use crate::time::Instant;

labels! { closed
    /// Which way a message went.
    Direction, "direction" {
        /// From the contact to the workspace.
        Incoming = "incoming",
        /// From the workspace to the contact.
        Outgoing = "outgoing",
    }
}

labels! { closed
    /// Delivery status of an outgoing message (K5).
    Status, "status" {
        /// Not accepted by the provider yet.
        Pending = "pending",
        /// Accepted by the provider.
        Sent = "sent",
        /// Arrived on the contact's device.
        Delivered = "delivered",
        /// Read by the contact.
        Read = "read",
        /// Refused or undeliverable.
        Failed = "failed",
    }
}

impl Status {
    /// Which of two statuses of one message counts: read > delivered > failed > sent > pending (K5).
    ///
    /// # Example
    /// ```
    /// use omnicontact::Status;
    /// assert!(Status::Delivered.rank() > Status::Failed.rank());
    /// ```
    pub const fn rank(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Sent => 1,
            Self::Failed => 2,
            Self::Delivered => 3,
            Self::Read => 4,
        }
    }

    /// Whether the status proves that the provider accepted the message (P5).
    pub const fn proves_accepted(self) -> bool {
        matches!(self, Self::Sent | Self::Delivered | Self::Read)
    }
}

labels! { open
    /// Where a message or a contact came from (K1, K8, C6). Unknown sources are kept under their own text.
    Source {
        /// A user of the workspace.
        User = "user",
        /// A file of contacts.
        ContactImport = "contact_import",
        /// The developer API.
        DeveloperApi = "developer_api",
        /// A message from the contact.
        IncomingMessage = "incoming_message",
        /// A message sent elsewhere and echoed by the provider.
        EchoMessage = "echo_message",
        /// A broadcast.
        Broadcast = "broadcast",
        /// A workflow step.
        Workflow = "workflow",
        /// A bot.
        Bot = "bot",
        /// An AI agent.
        AiAgent = "ai_agent",
        /// Zapier.
        Zapier = "zapier",
        /// Make.
        Make = "make",
        /// n8n.
        N8n = "n8n",
        /// An ad that opens a chat.
        ClickToChatAds = "click_to_chat_ads",
        /// A growth widget.
        GrowthWidget = "growth_widget",
        /// Another app.
        App = "app",
        /// A campaign.
        Campaign = "campaign",
        /// The monthly reset.
        Reset = "reset",
        /// Nobody said.
        Unknown = "unknown",
    }
}

labels! { open
    /// Type of an outgoing message (K2). A kind outside the three keeps its own name, e.g. `messenger_template`.
    MessageType {
        /// A regular message.
        Session = "session",
        /// A Facebook message with a message tag.
        FacebookMessageTag = "facebook_message_tag",
        /// A WhatsApp template.
        WhatsappMessageTemplate = "whatsapp_message_template",
    }
}

/// Code of the failure of a message to an unsubscribed contact (D36).
pub const UNSUBSCRIBED: &str = "unsubscribed";

/// One entry of a message's delivery history. Entries may come late, twice and in any order (K5).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusUpdate {
    /// The status reported.
    pub status: Status,
    /// When it happened, UTC; an update without a time is never too late (D11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// The provider's error code, as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The provider's error text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl StatusUpdate {
    /// An update without error.
    pub fn new(status: Status, at: Option<Instant>) -> Self {
        Self { status, at, error_code: None, error: None }
    }
}

/// What a provider or product says about an outgoing message, for rows without a ready source or type (K1, K2).
///
/// Empty texts are missing (D13).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// The provider calls the message an echo.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_echo: bool,
    /// App id on the echo: ours means our own message, echoed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// Echo of the phone app that shares the number (coexistence).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_phone_app_echo: bool,
    /// Workflow that sent it.
    #[serde(deserialize_with = "crate::id::present", skip_serializing_if = "Option::is_none")]
    pub workflow: Option<ForeignId>,
    /// Bot that sent it.
    #[serde(deserialize_with = "crate::id::present", skip_serializing_if = "Option::is_none")]
    pub bot: Option<ForeignId>,
    /// AI agent that sent it.
    #[serde(deserialize_with = "crate::id::present", skip_serializing_if = "Option::is_none")]
    pub ai_agent: Option<ForeignId>,
    /// Integration that sent it: `zapier`, `make`, `n8n`, or any other by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration: Option<String>,
    /// Sent through the developer API.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_api: bool,
    /// Name of the template used, verbatim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_name: Option<String>,
    /// Message tag, as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_tag: Option<String>,
    /// A kind outside sessions, tags and WhatsApp templates, by its name: `messenger_template`, `call`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_type: Option<String>,
}

/// A message as a row. Rows become columns once, when a dataset is built.
///
/// # Example
/// ```
/// use omnicontact::{Direction, Instant, Message};
/// let at = Instant::from_millis(1_751_371_200_000)?;
/// let message = Message::new(1, at, Direction::Incoming, "contact-7").through("wa-sales");
/// assert_eq!(message.channel, Some("wa-sales".into()));
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Message {
    /// Id; a later row with the same id updates the earlier one (K5, D10).
    pub id: ForeignId,
    /// When it was sent or received, UTC.
    pub sent_at: Instant,
    /// Which way it went.
    pub direction: Direction,
    /// Contact that owned the identity when it happened (M5).
    pub contact: ForeignId,
    /// Channel it went through.
    #[serde(default, deserialize_with = "crate::id::present", skip_serializing_if = "Option::is_none")]
    pub channel: Option<ForeignId>,
    /// Source, if the host knows it; else it follows from `facts` (K1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Type, if the host knows it; else it follows from `facts` (K2).
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub message_type: Option<MessageType>,
    /// Subtype, if the host knows it; else it follows from `facts` (K3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtype: Option<String>,
    /// User who sent it; counts only where the source is `user` (K4, D9).
    #[serde(default, deserialize_with = "crate::id::present", skip_serializing_if = "Option::is_none")]
    pub user: Option<ForeignId>,
    /// The user's team when sending (K4).
    #[serde(default, deserialize_with = "crate::id::present", skip_serializing_if = "Option::is_none")]
    pub team: Option<ForeignId>,
    /// Broadcast it belongs to.
    #[serde(default, deserialize_with = "crate::id::present", skip_serializing_if = "Option::is_none")]
    pub broadcast: Option<ForeignId>,
    /// Delivery history; `None` where the host tracks none (D5), empty where nothing is known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Vec<StatusUpdate>>,
    /// Text shown in logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Raw facts, for what the host did not classify itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Box<Facts>>,
}

impl Message {
    /// A message with nothing but the required fields.
    pub fn new(
        id: impl Into<ForeignId>,
        sent_at: Instant,
        direction: Direction,
        contact: impl Into<ForeignId>,
    ) -> Self {
        Self {
            id: id.into(),
            sent_at,
            direction,
            contact: contact.into(),
            channel: None,
            source: None,
            message_type: None,
            subtype: None,
            user: None,
            team: None,
            broadcast: None,
            delivery: None,
            content: None,
            facts: None,
        }
    }

    /// Sets the channel.
    pub fn through(mut self, channel: impl Into<ForeignId>) -> Self {
        self.channel = Some(channel.into());
        self
    }

    /// Sets the source.
    pub fn from_source(mut self, source: Source) -> Self {
        self.source = Some(source);
        self
    }

    /// Sets type and subtype.
    pub fn of_type(mut self, message_type: MessageType, subtype: Option<&str>) -> Self {
        self.message_type = Some(message_type);
        self.subtype = subtype.map(str::to_owned);
        self
    }

    /// Sets source `user`, the user and the team.
    pub fn by_user(mut self, user: impl Into<ForeignId>, team: Option<ForeignId>) -> Self {
        self.source = Some(Source::User);
        self.user = Some(user.into());
        self.team = team;
        self
    }

    /// Says that it was for a contact who is unsubscribed: never accepted, with the failure [`UNSUBSCRIBED`] (D36).
    pub fn to_unsubscribed(mut self) -> Self {
        let mut failure = StatusUpdate::new(Status::Failed, Some(self.sent_at));
        failure.error_code = Some(UNSUBSCRIBED.to_owned());
        self.delivery = Some(vec![failure]);
        self
    }

    /// Adds an update to the delivery history.
    pub fn updated(mut self, update: StatusUpdate) -> Self {
        self.delivery.get_or_insert_with(Vec::new).push(update);
        self
    }

    /// Sets the broadcast.
    pub fn in_broadcast(mut self, broadcast: impl Into<ForeignId>) -> Self {
        self.broadcast = Some(broadcast.into());
        self
    }

    /// Sets the raw facts, from which source and type follow (K1, K2).
    pub fn with_facts(mut self, facts: Facts) -> Self {
        self.facts = Some(Box::new(facts));
        self
    }

    /// Sets the text.
    pub fn saying(mut self, content: impl Into<String>) -> Self {
        self.content = Some(content.into());
        self
    }
}
