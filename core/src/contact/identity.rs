//! Channel identities, connections, subscriptions, and the state of a channel on a contact (C4, C5, K8).

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::Short;
use super::format::shown;
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::label::labels;
use crate::time::Instant;

/// Who a contact is on one channel: the channel and the external id there (C4).
///
/// The external id is what the provider calls the person: a page-scoped id, a phone, an address, or a business-scoped
/// user id of WhatsApp without any phone. It is compared byte by byte.
///
/// # Example
/// ```
/// use omnicontact::Identity;
/// let identity = Identity::new("wa-sales", "593991234567")?;
/// assert_eq!(identity.external(), "593991234567");
/// assert!(Identity::new("wa-sales", "").is_err());
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The channel: one connected account.
    pub channel: ForeignId,
    external: Short,
}

impl Identity {
    /// An identity.
    ///
    /// # Errors
    /// `invalid_identity` if the external id is blank.
    pub fn new(channel: impl Into<ForeignId>, external: impl AsRef<str>) -> Result<Self> {
        let identity = Self { channel: channel.into(), external: external.as_ref().into() };
        identity.check()?;
        Ok(identity)
    }

    pub(crate) fn check(&self) -> Result<()> {
        let external = self.external.as_str();
        if external.trim().is_empty() || external.len() > 1024 {
            return Err(Error::new(
                Code::InvalidIdentity,
                format!("`{}` is no id on a channel", shown(external.trim())),
            )
            .with_hint("1 to 1024 bytes, not blank")
            .at("external"));
        }
        Ok(())
    }

    /// The id on the channel.
    pub fn external(&self) -> &str {
        self.external.as_str()
    }

    /// The id on the channel as a key.
    pub(crate) fn key(&self) -> &Short {
        &self.external
    }
}

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        // The external id is in place and nearly always differs: the channel is behind a pointer.
        self.external == other.external && self.channel == other.channel
    }
}

impl Hash for Identity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.external.hash(state);
        self.channel.hash(state);
    }
}

/// First success of a contact on a channel (K8).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// The channel.
    pub channel: ForeignId,
    /// When.
    pub at: Instant,
}

labels! { closed
    /// Whether the contact takes messages on a channel (C5).
    SubscriptionStatus, "subscription" {
        /// It does.
        Subscribed = "subscribed",
        /// It does not; the contact stays in the base.
        Unsubscribed = "unsubscribed",
    }
}

/// Subscription of a contact on one channel; without an entry it is subscribed (C5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// The channel.
    pub channel: ForeignId,
    /// Whether messages may go there.
    pub status: SubscriptionStatus,
}

labels! { closed
    /// State of a channel on a contact (C5).
    ChannelState, "channel state" {
        /// Connected.
        Active = "active",
        /// Could be opened by writing first.
        Inactive = "inactive",
        /// The person has to write first.
        Unavailable = "unavailable",
    }
}
