//! Channels: one connected account each, its kind, and what the kind can tell (C4, C5, K7).

use serde::{Deserialize, Serialize};

use crate::id::ForeignId;
use crate::label::labels;

labels! { open
    /// Kind of a channel (C4). Unknown kinds are kept under their own text.
    ChannelKind {
        /// Facebook Messenger.
        Facebook = "facebook",
        /// Instagram messaging.
        Instagram = "instagram",
        /// WhatsApp, provider not said.
        Whatsapp = "whatsapp",
        /// WhatsApp Cloud API.
        WhatsappCloud = "whatsapp_cloud",
        /// WhatsApp through 360dialog.
        Whatsapp360dialog = "360dialog_whatsapp",
        /// WhatsApp through Twilio.
        TwilioWhatsapp = "twilio_whatsapp",
        /// WhatsApp through MessageBird.
        MessageBirdWhatsapp = "message_bird_whatsapp",
        /// WhatsApp through Vonage (Nexmo).
        NexmoWhatsapp = "nexmo_whatsapp",
        /// Telegram bot.
        Telegram = "telegram",
        /// Viber bot.
        Viber = "viber",
        /// LINE official account.
        Line = "line",
        /// WeChat official account.
        Wechat = "wechat",
        /// Twitter (X) direct messages.
        Twitter = "twitter",
        /// TikTok business messaging.
        Tiktok = "tiktok",
        /// SMS, provider not said.
        Sms = "sms",
        /// SMS through Twilio.
        Twilio = "twilio",
        /// SMS through MessageBird.
        MessageBird = "message_bird",
        /// SMS through Vonage (Nexmo).
        Nexmo = "nexmo",
        /// E-mail, provider not said.
        Email = "email",
        /// Gmail account.
        Gmail = "gmail",
        /// Any other mail server.
        OtherEmail = "other_email",
        /// Google Business Messages.
        GoogleBusiness = "google_business",
        /// RCS business messaging.
        Rcs = "rcs",
        /// Chat widget of a web site.
        WebChat = "web_chat",
        /// Voice calls.
        Voice = "voice",
        /// The host's own channel.
        Custom = "custom_channel",
    }
}

/// What a kind of channel can tell about a message that was sent (K7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipts {
    /// Whether the channel reports delivery to the device.
    pub delivered: bool,
    /// Whether the channel reports that the message was read.
    pub read: bool,
}

impl ChannelKind {
    /// Whether the provider is WhatsApp, whoever resells it (D13).
    ///
    /// # Example
    /// ```
    /// use omnicontact::ChannelKind;
    /// assert!(ChannelKind::TwilioWhatsapp.is_whatsapp());
    /// assert!(!ChannelKind::Twilio.is_whatsapp());
    /// ```
    pub fn is_whatsapp(&self) -> bool {
        matches!(
            self,
            Self::Whatsapp
                | Self::WhatsappCloud
                | Self::Whatsapp360dialog
                | Self::TwilioWhatsapp
                | Self::MessageBirdWhatsapp
                | Self::NexmoWhatsapp
        )
    }

    /// Which receipts the kind gives, so that 0 % and "not supported" differ (K7).
    ///
    /// A kind that is not known is taken to give both: its own data decides.
    pub fn receipts(&self) -> Receipts {
        let (delivered, read) = match self {
            // SMS has delivery reports and no read receipts; e-mail opens are tracked, delivery is known from bounces.
            Self::Sms | Self::Twilio | Self::MessageBird | Self::Nexmo => (true, false),
            Self::Instagram => (false, true),
            // Bots get no receipts there: acceptance is all that is known.
            Self::Telegram | Self::Line | Self::Wechat | Self::Twitter | Self::Voice => (false, false),
            _ => (true, true),
        };
        Receipts { delivered, read }
    }

    /// Whether messages are e-mails, so that an address is what opens the channel (C5).
    pub fn is_mail(&self) -> bool {
        matches!(self, Self::Email | Self::Gmail | Self::OtherEmail)
    }

    /// Whether a person can be written to first, given a phone or an e-mail (C5).
    pub fn can_open(&self) -> bool {
        self.is_whatsapp()
            || matches!(
                self,
                Self::Sms
                    | Self::Twilio
                    | Self::MessageBird
                    | Self::Nexmo
                    | Self::Email
                    | Self::Gmail
                    | Self::OtherEmail
                    | Self::Rcs
            )
    }
}

/// One connected account (two WhatsApp numbers are two channels).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Channel {
    /// The host's id.
    pub id: ForeignId,
    /// The kind, which decides template, tag and receipt rules.
    pub kind: ChannelKind,
    /// Name shown in reports; the id stands in where there is none.
    // Never left out: a snapshot has no names of fields.
    #[serde(default)]
    pub name: Option<String>,
    /// A removed channel is no filter choice; its data stays in every report (C8).
    #[serde(default)]
    pub removed: bool,
}

impl Channel {
    /// A channel without a name.
    pub fn new(id: impl Into<ForeignId>, kind: ChannelKind) -> Self {
        Self { id: id.into(), kind, name: None, removed: false }
    }

    /// Sets the shown name.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Marks the channel as removed (C8).
    pub fn removed(mut self) -> Self {
        self.removed = true;
        self
    }
}
