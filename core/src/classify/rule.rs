//! Which rule decided, so that every classification can be explained.

use crate::label::labels;

labels! { closed
    /// The rule that decided a source or a type: the first that applied, in this order (K1, K2).
    ///
    /// # Example
    /// ```
    /// use omnicontact::classify::Rule;
    /// assert_eq!(Rule::PhoneAppEcho.as_str(), "phone_app_echo");
    /// assert_eq!(Rule::PhoneAppEcho.cites(), "K1");
    /// ```
    Rule, "classification rule" {
        /// The host gave the value itself.
        Ready = "ready",
        /// The provider says echo, and the app id is not ours.
        Echo = "echo",
        /// Written in the phone app that shares the number.
        PhoneAppEcho = "phone_app_echo",
        /// It belongs to a broadcast.
        Broadcast = "broadcast",
        /// A workflow sent it.
        Workflow = "workflow",
        /// A bot sent it.
        Bot = "bot",
        /// An AI agent sent it.
        AiAgent = "ai_agent",
        /// Zapier, Make, n8n or another integration sent it.
        Integration = "integration",
        /// It came through the developer API.
        DeveloperApi = "developer_api",
        /// A user sent it.
        User = "user",
        /// Nothing says where it came from.
        Unknown = "unknown",
        /// A template on a channel of the WhatsApp family.
        WhatsappTemplate = "whatsapp_template",
        /// A message tag on a channel that has them.
        MessageTag = "message_tag",
        /// A kind of its own: a Messenger template without a tag, a call.
        OtherKind = "other_kind",
        /// None of these: a session message.
        Session = "session",
    }
}

impl Rule {
    /// The number of the rule in the domain rules: `K1` for sources, `K2` for types, `D9` for ready values.
    pub const fn cites(self) -> &'static str {
        match self {
            Self::Ready => "D9",
            Self::WhatsappTemplate | Self::MessageTag | Self::OtherKind | Self::Session => "K2",
            _ => "K1",
        }
    }
}
