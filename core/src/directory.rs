//! The names that reports show: contacts, channels, users, teams, broadcasts (C8, P9).

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::id::ForeignId;

/// An id with the name that reports show for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Named {
    /// The host's id.
    pub id: ForeignId,
    /// The shown name; the id stands in where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A removed user, team or broadcast is shown by its id and is no filter choice (C8).
    #[serde(default)]
    pub removed: bool,
}

impl Named {
    /// An id with a name.
    pub fn new(id: impl Into<ForeignId>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: Some(name.into()), removed: false }
    }

    /// Marks it as removed (C8).
    pub fn removed(mut self) -> Self {
        self.removed = true;
        self
    }
}

/// Who and what the ids in rows stand for. Every list may be empty or incomplete: where a name is
/// missing, the id beside it is all there is.
///
/// # Example
/// ```
/// use omnicontact::{Channel, ChannelKind, Directory, Named};
/// let mut directory = Directory::default();
/// directory.channels.push(Channel::new("wa-sales", ChannelKind::WhatsappCloud).named("WhatsApp Sales"));
/// directory.users.push(Named::new(7, "Lucía"));
/// assert_eq!(directory.channels.len(), 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Directory {
    /// Contacts and their current names.
    pub contacts: Vec<Named>,
    /// Channels, with the kind that classification needs.
    pub channels: Vec<Channel>,
    /// Users.
    pub users: Vec<Named>,
    /// Teams.
    pub teams: Vec<Named>,
    /// Broadcasts.
    pub broadcasts: Vec<Named>,
}
