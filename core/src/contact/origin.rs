//! How a contact entered (C6).

use serde::{Deserialize, Serialize};

use crate::id::ForeignId;
use crate::message::Source;

/// How a contact entered the workspace (C6).
///
/// # Example
/// ```
/// use omnicontact::{Origin, Source};
/// let origin = Origin::new(Source::ContactImport).with_name("customers.csv");
/// assert!(!origin.source.runs_automation(), "contacts added by import start nothing");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The source; any other text is kept as it came.
    pub source: Source,
    /// Name of the file, app or campaign.
    #[serde(default)]
    pub name: Option<Box<str>>,
    /// What the app says of it.
    #[serde(default)]
    pub detail: Option<Box<str>>,
    /// Channel of the message or campaign.
    #[serde(default)]
    pub channel: Option<ForeignId>,
    /// User who added it; counts only where the source is `user`.
    #[serde(default)]
    pub user: Option<ForeignId>,
}

impl Origin {
    /// An origin with nothing but its source.
    pub fn new(source: Source) -> Self {
        Self { source, name: None, detail: None, channel: None, user: None }
    }

    /// Sets the name of the file, app or campaign.
    pub fn with_name(mut self, name: impl Into<Box<str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the channel.
    pub fn through(mut self, channel: impl Into<ForeignId>) -> Self {
        self.channel = Some(channel.into());
        self
    }

    /// Sets the user.
    pub fn by(mut self, user: impl Into<ForeignId>) -> Self {
        self.user = Some(user.into());
        self
    }
}

impl Source {
    /// Whether a contact from here starts automations: not those added by hand, import or API (C7, D25).
    pub fn runs_automation(&self) -> bool {
        !matches!(self, Self::User | Self::ContactImport | Self::DeveloperApi)
    }
}
