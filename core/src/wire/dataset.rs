//! A dataset as plain data: rows, names, merges, options.

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::classify::ClassifyPolicy;
use crate::dataset::{Dataset, DatasetBuilder, DatasetOptions, Duplicates, Indexing};
use crate::directory::{Directory, Named};
use crate::error::Result;
use crate::event::ContactEvent;
use crate::id::ForeignId;
use crate::message::Message;
use crate::time::Instant;

/// What a dataset is made of, as plain data; everything may be absent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct DatasetRequest {
    /// Message rows.
    pub messages: Option<Vec<Message>>,
    /// Contact event rows.
    pub events: Option<Vec<ContactEvent>>,
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
    /// Who was merged into whom: pairs (merged-away id, the id it went into). Without it the events tell.
    pub merges: Option<Vec<(ForeignId, ForeignId)>>,
    /// How rows become a dataset.
    pub options: DatasetOptionsRequest,
}

/// [`DatasetOptions`] as plain data.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct DatasetOptionsRequest {
    /// Rows that share a message id.
    pub duplicates: Duplicates,
    /// Whether connected events are derived from message rows where the host gives none.
    pub derive_connections: bool,
    /// Policies of classification.
    pub classify: ClassifyPolicy,
    /// When indexes are made that not every report needs.
    pub index: Indexing,
}

impl Default for DatasetOptionsRequest {
    fn default() -> Self {
        let DatasetOptions { duplicates, classify, derive_connections, index } = DatasetOptions::default();
        Self { duplicates, derive_connections, classify, index }
    }
}

impl DatasetRequest {
    /// A builder with all of it, to which columns can be added.
    pub fn builder<'a>(self) -> DatasetBuilder<'a> {
        let Self { messages, events, contacts, channels, users, teams, broadcasts, merges, options } = self;
        let options = DatasetOptions::default()
            .duplicates(options.duplicates)
            .derive_connections(options.derive_connections)
            .classify(options.classify)
            .index(options.index);
        let mut builder =
            Dataset::builder().directory(Directory { contacts, channels, users, teams, broadcasts }).options(options);
        if let Some(rows) = messages {
            builder = builder.owned_messages(rows);
        }
        if let Some(rows) = events {
            builder = builder.owned_events(rows);
        }
        if let Some(pairs) = merges {
            builder = builder.merges(pairs);
        }
        builder
    }

    /// The dataset.
    ///
    /// # Errors
    /// Those of [`DatasetBuilder::build`].
    pub fn build<'a>(self) -> Result<Dataset<'a>> {
        self.builder().build()
    }
}

/// What a dataset holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DatasetFacts {
    /// Messages, after duplicates were folded.
    pub message_count: usize,
    /// Contact events, those derived from messages included.
    pub event_count: usize,
    /// Message rows that were folded into an earlier row of the same id.
    pub folded_count: usize,
    /// Tables all of whose instants lie before 1990 (D29).
    pub suspicious_times: Vec<&'static str>,
    /// Bytes that the index adds to the columns.
    pub index_bytes: usize,
    /// First and last message.
    pub message_span: Option<(Instant, Instant)>,
    /// First and last contact event.
    pub event_span: Option<(Instant, Instant)>,
}

/// What a dataset holds.
pub fn dataset_facts(data: &Dataset<'_>) -> DatasetFacts {
    DatasetFacts {
        message_count: data.message_count(),
        event_count: data.event_count(),
        folded_count: data.folded_count(),
        suspicious_times: data.suspicious_times(),
        index_bytes: data.index_bytes(),
        message_span: data.message_span(),
        event_span: data.event_span(),
    }
}
