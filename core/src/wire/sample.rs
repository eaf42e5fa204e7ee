//! Requests about samples.

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::directory::{Directory, Named};
use crate::error::Result;
use crate::event::ContactEvent;
use crate::message::Message;
use crate::sample::{SampleOptions, Workspace};
use crate::time::{Instant, Zone};

/// Asks for a made-up workspace; see [`SampleOptions`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SampleRequest {
    /// The same seed gives the same workspace.
    pub seed: Option<u64>,
    /// Contacts that enter the workspace.
    pub contacts: Option<u32>,
    /// Distinct messages left at the end.
    pub messages: Option<u64>,
    /// Local days before `end`.
    pub days: Option<u32>,
    /// When the sample ends.
    pub end: Option<Instant>,
    /// The workspace's time zone.
    pub zone: Option<String>,
}

/// The tables of a workspace, as a [`DatasetRequest`](super::DatasetRequest) reads them.
#[derive(Debug, Clone, Serialize)]
pub struct SampleTables {
    /// Messages; some rows update an earlier one.
    pub messages: Vec<Message>,
    /// Contact events.
    pub events: Vec<ContactEvent>,
    /// Contacts at the end.
    pub contacts: Vec<Named>,
    /// Channels.
    pub channels: Vec<Channel>,
    /// Users.
    pub users: Vec<Named>,
    /// Teams.
    pub teams: Vec<Named>,
    /// Broadcasts.
    pub broadcasts: Vec<Named>,
}

/// A made-up workspace: the same request gives the same rows on every machine.
///
/// # Errors
/// Those of [`Workspace::generate`]; `unknown_zone`.
pub fn sample(request: &SampleRequest) -> Result<SampleTables> {
    let mut options = SampleOptions::default();
    options.seed = request.seed.unwrap_or(options.seed);
    options.contacts = request.contacts.unwrap_or(options.contacts);
    options.messages = request.messages.unwrap_or(options.messages);
    options.days = request.days.unwrap_or(options.days);
    options.end = request.end.unwrap_or(options.end);
    if let Some(zone) = &request.zone {
        options.zone = Zone::new(zone)?;
    }
    let Workspace { messages, events, directory } = Workspace::generate(&options)?;
    let Directory { contacts, channels, users, teams, broadcasts } = directory;
    Ok(SampleTables { messages, events, contacts, channels, users, teams, broadcasts })
}
