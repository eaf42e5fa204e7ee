//! The words of providers and products for a delivery status (K7).

use serde::Serialize;

use crate::error::{Code, Error};
use crate::label::labels;
use crate::message::Status;

labels! { closed
    /// Whose words a status is written in.
    ///
    /// # Example
    /// ```
    /// use omnicontact::classify::Provider;
    /// assert_eq!(Provider::parse("twilio")?, Provider::Twilio);
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    Provider, "provider" {
        /// Twilio, any channel.
        Twilio = "twilio",
        /// WhatsApp Cloud API and those who pass its words on.
        Whatsapp = "whatsapp",
        /// Messenger Platform: names of its receipts.
        Messenger = "messenger",
        /// Instagram messaging: names of its receipts.
        Instagram = "instagram",
        /// Telegram bots, which get no receipts: a message that was taken is sent.
        Telegram = "telegram",
        /// Viber bots.
        Viber = "viber",
        /// LINE official accounts, which get no receipts: a message that was taken is sent.
        Line = "line",
        /// respond.io.
        RespondIo = "respond_io",
        /// Chatwoot: words, or the numbers of its database.
        Chatwoot = "chatwoot",
        /// Zenvia.
        Zenvia = "zenvia",
    }
}

/// What a provider's status word means here; as data `{"outcome": "status", "status": "sent"}`.
///
/// # Example
/// ```
/// use omnicontact::classify::ProviderStatus;
/// let outcome = serde_json::to_string(&ProviderStatus::NotAMessage)?;
/// assert_eq!(outcome, r#"{"outcome":"not_a_message"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "outcome", content = "status", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProviderStatus {
    /// An update of the delivery.
    Status(Status),
    /// The message never was one: it was called back before it went. It is no row.
    NotAMessage,
    /// The word says nothing about the delivery of an outgoing message; the update can be left out.
    NotDelivery,
}

impl ProviderStatus {
    /// The status, if the word is one.
    ///
    /// # Example
    /// ```
    /// use omnicontact::Status;
    /// use omnicontact::classify::ProviderStatus;
    /// assert_eq!(ProviderStatus::Status(Status::Sent).status(), Some(Status::Sent));
    /// assert_eq!(ProviderStatus::NotAMessage.status(), None);
    /// ```
    pub const fn status(self) -> Option<Status> {
        match self {
            Self::Status(status) => Some(status),
            Self::NotAMessage | Self::NotDelivery => None,
        }
    }
}

/// Reads a provider's word for a delivery status (K7), upper or lower case.
///
/// Played (a voice message) and clicked imply read; verified and partly delivered are delivered. WhatsApp sends no
/// `delivered` where it coincides with `read`: none is invented.
///
/// # Errors
/// `unknown_label` for a word that the provider does not use; the hint names those that it does.
///
/// # Example
/// ```
/// use omnicontact::classify::{Provider, ProviderStatus, provider_status};
/// use omnicontact::{Code, Status};
/// let read = |word| provider_status(Provider::Twilio, word);
/// assert_eq!(read("queued")?, ProviderStatus::Status(Status::Pending));
/// assert_eq!(read("undelivered")?, ProviderStatus::Status(Status::Failed));
/// assert_eq!(read("canceled")?, ProviderStatus::NotAMessage);
/// assert_eq!(read("teleported").unwrap_err().code(), Code::UnknownLabel);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn provider_status(provider: Provider, word: &str) -> crate::Result<ProviderStatus> {
    let words = words(provider);
    words.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, status)| *status).ok_or_else(|| {
        Error::new(Code::UnknownLabel, format!("unknown {provider} status `{word}`"))
            .with_allowed(words.iter().map(|(known, _)| *known))
    })
}

type Words = &'static [(&'static str, ProviderStatus)];

const PENDING: ProviderStatus = ProviderStatus::Status(Status::Pending);
const SENT: ProviderStatus = ProviderStatus::Status(Status::Sent);
const DELIVERED: ProviderStatus = ProviderStatus::Status(Status::Delivered);
const READ: ProviderStatus = ProviderStatus::Status(Status::Read);
const FAILED: ProviderStatus = ProviderStatus::Status(Status::Failed);

const TWILIO: Words = &[
    ("accepted", PENDING),
    ("scheduled", PENDING),
    ("queued", PENDING),
    ("sending", PENDING),
    ("sent", SENT),
    ("delivered", DELIVERED),
    ("partially_delivered", DELIVERED),
    ("read", READ),
    ("undelivered", FAILED),
    ("failed", FAILED),
    ("canceled", ProviderStatus::NotAMessage),
    // Of incoming messages.
    ("receiving", ProviderStatus::NotDelivery),
    ("received", ProviderStatus::NotDelivery),
];

const WHATSAPP: Words = &[
    // Of the answer to a send: taken over, not yet sent.
    ("accepted", PENDING),
    ("held_for_quality_assessment", PENDING),
    ("paused", PENDING),
    ("sent", SENT),
    ("delivered", DELIVERED),
    ("read", READ),
    ("played", READ),
    ("failed", FAILED),
    // The customer took back a message of their own.
    ("deleted", ProviderStatus::NotDelivery),
    ("warning", ProviderStatus::NotDelivery),
];

const MESSENGER: Words = &[
    ("sent", SENT),
    ("delivery", DELIVERED),
    ("delivered", DELIVERED),
    ("message_deliveries", DELIVERED),
    ("read", READ),
    ("message_reads", READ),
    ("failed", FAILED),
];

const ACCEPTED: Words = &[("sent", SENT), ("failed", FAILED)];

const VIBER: Words = &[("sent", SENT), ("delivered", DELIVERED), ("seen", READ), ("failed", FAILED)];

const RESPOND_IO: Words =
    &[("pending", PENDING), ("sent", SENT), ("delivered", DELIVERED), ("read", READ), ("failed", FAILED)];

const CHATWOOT: Words = &[
    ("sent", SENT),
    ("delivered", DELIVERED),
    ("read", READ),
    ("failed", FAILED),
    ("0", SENT),
    ("1", DELIVERED),
    ("2", READ),
    ("3", FAILED),
];

const ZENVIA: Words = &[
    ("sent", SENT),
    ("delivered", DELIVERED),
    ("verified", DELIVERED),
    ("read", READ),
    ("clicked", READ),
    ("rejected", FAILED),
    ("not_delivered", FAILED),
    // The user took back a message of their own.
    ("deleted", ProviderStatus::NotDelivery),
];

fn words(provider: Provider) -> Words {
    match provider {
        Provider::Twilio => TWILIO,
        Provider::Whatsapp => WHATSAPP,
        Provider::Messenger | Provider::Instagram => MESSENGER,
        Provider::Telegram | Provider::Line => ACCEPTED,
        Provider::Viber => VIBER,
        Provider::RespondIo => RESPOND_IO,
        Provider::Chatwoot => CHATWOOT,
        Provider::Zenvia => ZENVIA,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(provider: Provider, word: &str) -> Option<Status> {
        provider_status(provider, word).unwrap().status()
    }

    fn status_or_none(provider: Provider, word: &str) -> Option<Status> {
        provider_status(provider, word).ok()?.status()
    }

    #[test]
    fn twilio_words_map_as_the_rule_says() {
        for word in ["accepted", "scheduled", "queued", "sending"] {
            assert_eq!(status(Provider::Twilio, word), Some(Status::Pending), "{word}");
        }
        for word in ["undelivered", "failed"] {
            assert_eq!(status(Provider::Twilio, word), Some(Status::Failed), "{word}");
        }
        assert_eq!(provider_status(Provider::Twilio, "canceled").unwrap(), ProviderStatus::NotAMessage);
        assert_eq!(provider_status(Provider::Twilio, "received").unwrap(), ProviderStatus::NotDelivery);
    }

    #[test]
    fn every_provider_knows_the_common_words() {
        for provider in Provider::ALL {
            assert_eq!(status(*provider, "sent"), Some(Status::Sent), "{provider}");
            assert_eq!(
                status_or_none(*provider, "FAILED").or(status_or_none(*provider, "rejected")),
                Some(Status::Failed),
                "{provider}"
            );
            let has_receipts = !matches!(provider, Provider::Telegram | Provider::Line);
            assert_eq!(status_or_none(*provider, "delivered"), has_receipts.then_some(Status::Delivered), "{provider}");
            let read = if *provider == Provider::Viber { "Seen" } else { "READ" };
            assert_eq!(status_or_none(*provider, read), has_receipts.then_some(Status::Read), "{provider}");
        }
    }

    #[test]
    fn numbers_are_chatwoots_only() {
        assert_eq!(status(Provider::Chatwoot, "0"), Some(Status::Sent));
        assert_eq!(status(Provider::Chatwoot, "3"), Some(Status::Failed));
        assert!(provider_status(Provider::Twilio, "0").is_err());
    }

    #[test]
    fn an_unknown_word_is_refused_with_the_allowed_ones() {
        for word in ["", "pending", "enviado", " sent"] {
            let error = provider_status(Provider::Zenvia, word).unwrap_err();
            assert_eq!(error.code(), Code::UnknownLabel);
            assert!(error.hint().unwrap().contains("`not_delivered`"), "{word}");
        }
    }

    #[test]
    fn no_word_stands_twice() {
        for provider in Provider::ALL {
            let mut seen = std::collections::BTreeSet::new();
            assert!(words(*provider).iter().all(|(word, _)| seen.insert(*word)), "{provider}");
        }
    }
}
