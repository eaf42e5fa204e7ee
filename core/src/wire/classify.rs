//! Requests about single messages: classification, delivery, folding, connections (K).

use serde::{Deserialize, Serialize};

use crate::channel::ChannelKind;
use crate::classify::{self, ClassifyPolicy, Provider, ProviderStatus, Untracked};
use crate::error::Result;
use crate::event::ContactEvent;
use crate::message::{Message, StatusUpdate};
use crate::time::Instant;

/// Asks for source, type and subtype of an outgoing message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassifyMessage {
    /// The message.
    pub message: Message,
    /// Kind of its channel, where known.
    pub channel_kind: Option<ChannelKind>,
    /// Policies of classification.
    #[serde(default)]
    pub policy: ClassifyPolicy,
}

/// Asks for the current status of a message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryStatus {
    /// When the message was sent.
    pub sent_at: Instant,
    /// What was reported of it, in any order; null where the host tracks none.
    pub history: Option<Vec<StatusUpdate>>,
    /// What an untracked message counts as.
    #[serde(default)]
    pub untracked: Untracked,
}

/// Asks for one message per id.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoldMessages {
    /// Rows, later ones updating earlier ones.
    pub messages: Vec<Message>,
}

/// Messages, one per id.
#[derive(Debug, Clone, Serialize)]
pub struct FoldedMessages {
    /// The messages.
    pub messages: Vec<Message>,
    /// How many rows were folded into others.
    pub folded: usize,
}

/// Asks for the connected events that follow from messages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connections {
    /// The messages.
    pub messages: Vec<Message>,
    /// Events that the host has already.
    #[serde(default)]
    pub events: Vec<ContactEvent>,
    /// Policies of classification.
    #[serde(default)]
    pub policy: ClassifyPolicy,
}

/// Contact events.
#[derive(Debug, Clone, Serialize)]
pub struct Events {
    /// The events.
    pub events: Vec<ContactEvent>,
}

/// Asks what a provider's word for a status means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderWord {
    /// The provider.
    pub provider: Provider,
    /// Its word.
    pub word: String,
}

/// Source, type and subtype of an outgoing message, and which rule decided (K1 to K4).
pub fn classify_message(request: &ClassifyMessage) -> classify::Classification<'_> {
    classify::outgoing(&request.message, request.channel_kind.as_ref(), &request.policy)
}

/// The current status of a message (K5, K6).
pub fn delivery_status(request: &DeliveryStatus) -> classify::Delivery<'_> {
    classify::delivery(request.sent_at, request.history.as_deref(), request.untracked)
}

/// One message per id (D10).
pub fn fold_messages(request: FoldMessages) -> FoldedMessages {
    let folded = classify::fold_messages(request.messages);
    FoldedMessages { messages: folded.messages, folded: folded.folded }
}

/// The connected events that follow from messages (K8).
pub fn connections(request: &Connections) -> Events {
    Events { events: classify::connections(&request.messages, &request.events, &request.policy) }
}

/// What a provider's word for a status means (K7).
///
/// # Errors
/// Those of [`classify::provider_status`], at `word`.
pub fn provider_status(request: &ProviderWord) -> Result<ProviderStatus> {
    classify::provider_status(request.provider, &request.word).map_err(|error| error.at("word"))
}
