//! The named settings of classification, each with the default that the rules give it.

use serde::{Deserialize, Serialize};

use crate::label::labels;

labels! { closed
    /// What a message counts as whose host tracks no delivery (D5).
    ///
    /// # Example
    /// ```
    /// use omnicontact::classify::Untracked;
    /// assert_eq!(Untracked::default(), Untracked::Sent);
    /// assert_eq!(Untracked::parse("pending")?, Untracked::Pending);
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    Untracked, "untracked delivery" {
        /// As sent at its own time.
        Sent = "sent",
        /// As pending.
        Pending = "pending",
    }
}

impl Default for Untracked {
    /// [`Untracked::Sent`] (D5).
    fn default() -> Self {
        Self::Sent
    }
}

/// The settings of classification; the default is what the rules say (K1, K2, D5).
///
/// # Example
/// ```
/// use omnicontact::classify::ClassifyPolicy;
/// let policy = ClassifyPolicy::default().own_app_ids(["1234567890"]).instagram_tags(true);
/// assert_eq!(policy.own_app_ids, ["1234567890"]);
/// assert!(policy.instagram_tags && !policy.human_agent_as_session);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ClassifyPolicy {
    /// App ids of ours: an echo that bears one is our own message. Empty where unknown: every echo is an echo (D13).
    pub own_app_ids: Vec<String>,
    /// Whether a message tag on Instagram makes a `facebook_message_tag` too. Default: off (K2).
    pub instagram_tags: bool,
    /// Whether the tag `HUMAN_AGENT`, which products set by themselves, is taken as no tag. Default: off (K2).
    pub human_agent_as_session: bool,
    /// What a message without tracked delivery counts as. Default: sent (D5).
    pub untracked: Untracked,
}

impl ClassifyPolicy {
    /// Sets the app ids of ours (K1).
    pub fn own_app_ids<T: Into<String>>(mut self, ids: impl IntoIterator<Item = T>) -> Self {
        self.own_app_ids = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Sets whether Instagram has message tags (K2).
    pub fn instagram_tags(mut self, on: bool) -> Self {
        self.instagram_tags = on;
        self
    }

    /// Sets whether `HUMAN_AGENT` is taken as no tag (K2).
    pub fn human_agent_as_session(mut self, on: bool) -> Self {
        self.human_agent_as_session = on;
        self
    }

    /// Sets what a message without tracked delivery counts as (D5).
    pub fn untracked(mut self, untracked: Untracked) -> Self {
        self.untracked = untracked;
        self
    }
}
