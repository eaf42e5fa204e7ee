//! Requests about webhooks: payloads to facts, facts to rows (K).

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::error_data::ErrorData;
use crate::channel::Channel;
use crate::classify::provider::{Fact, IgnoredKind, Journal, ReadOptions, Reader, Telling, Webhook};
use crate::classify::{ClassifyPolicy, Provider};
use crate::directory::Named;
use crate::error::{Code, Error};
use crate::event::ContactEvent;
use crate::id::ForeignId;
use crate::message::Message;
use crate::time::Instant;

/// A payload, with what the host knows beside it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookRequest {
    /// The body: JSON, or a text that holds JSON or a form.
    #[serde(default, deserialize_with = "present")]
    pub body: Option<Box<RawValue>>,
    /// The body as bytes, in its stead: what a binding hands over where bytes are no text, so that one place says so.
    #[serde(default)]
    pub bytes: Option<Vec<u8>>,
    /// Who sent it; recognised by its shape where absent.
    pub provider: Option<Provider>,
    /// The channel, where the payload does not name it.
    pub channel: Option<ForeignId>,
    /// When it came, where the payload does not say when.
    pub received_at: Option<Instant>,
}

/// Asks for the facts of payloads.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadWebhooks {
    /// The payloads.
    pub webhooks: Vec<WebhookRequest>,
    /// Policies of classification.
    #[serde(default)]
    pub policy: ClassifyPolicy,
}

/// What one payload says.
#[derive(Debug, Clone, Serialize)]
pub struct WebhookReading {
    /// The facts.
    pub facts: Vec<Fact>,
    /// What could not be read; paths start inside the payload.
    pub errors: Vec<ErrorData>,
}

/// What payloads say, one reading for each.
#[derive(Debug, Clone, Serialize)]
pub struct WebhookReadings {
    /// The readings, in the order of the payloads.
    pub readings: Vec<WebhookReading>,
}

/// Asks for the rows that follow from payloads and facts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JournalRequest {
    /// Payloads.
    pub webhooks: Vec<WebhookRequest>,
    /// Facts read before.
    pub facts: Vec<Fact>,
    /// Policies of classification.
    pub policy: ClassifyPolicy,
}

/// Rows, whatever the order of what they follow from.
#[derive(Debug, Clone, Serialize)]
pub struct JournalAnswer {
    /// Messages.
    pub messages: Vec<Message>,
    /// Added and deleted events.
    pub events: Vec<ContactEvent>,
    /// Names of contacts.
    pub contacts: Vec<Named>,
    /// Kinds and names of channels.
    pub channels: Vec<Channel>,
    /// What happened, in order, for a workspace.
    pub tellings: Vec<Telling>,
    /// Statuses of messages that no payload told of, to nobody named.
    pub unmatched: usize,
    /// What was told and is in no row, each name once.
    pub ignored: Vec<IgnoredKind>,
    /// What could not be read; paths start with `webhooks[n].body`.
    pub errors: Vec<ErrorData>,
}

/// A body that is there, if only as null.
fn present<'de, D: Deserializer<'de>>(given: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(given).map(Some)
}

impl WebhookRequest {
    /// The body as it came over the wire: a text is its own content.
    fn body(&self) -> Result<Cow<'_, [u8]>, Error> {
        match (&self.body, &self.bytes) {
            (Some(body), None) => {
                let raw = body.get();
                let text = raw.starts_with('"').then(|| serde_json::from_str::<String>(raw).ok()).flatten();
                Ok(text.map_or(Cow::Borrowed(raw.as_bytes()), |text| Cow::Owned(text.into_bytes())))
            }
            (None, Some(bytes)) => Ok(Cow::Borrowed(bytes)),
            (Some(_), Some(_)) => {
                Err(Error::new(Code::MalformedValue, "`body` and `bytes` are two bodies").at("bytes"))
            }
            (None, None) => Err(Error::new(Code::MissingOption, "`body` is missing").at("body")),
        }
    }
}

fn each(
    webhooks: &[WebhookRequest],
    policy: &ClassifyPolicy,
    mut take: impl FnMut(usize, Vec<Fact>, Vec<Error>),
) -> Result<(), Error> {
    let mut reader = Reader::new(ReadOptions::default().classify(policy.clone()));
    for (place, request) in webhooks.iter().enumerate() {
        let body = request.body().map_err(|error| error.at_row(place).at("webhooks"))?;
        let mut webhook = Webhook::new(&body);
        webhook.provider = request.provider;
        webhook.channel.clone_from(&request.channel);
        webhook.received_at = request.received_at;
        let reading = reader.read(&webhook);
        take(place, reading.facts, reading.errors);
    }
    Ok(())
}

/// The facts of payloads.
///
/// # Errors
/// `missing_option` for a payload without a body, `malformed_value` for one with two.
pub fn read_webhooks(request: &ReadWebhooks) -> Result<WebhookReadings, Error> {
    let mut readings = Vec::with_capacity(request.webhooks.len());
    each(&request.webhooks, &request.policy, |_, facts, errors| {
        readings.push(WebhookReading { facts, errors: errors.iter().map(ErrorData::from).collect() });
    })?;
    Ok(WebhookReadings { readings })
}

/// The rows that follow from payloads and facts.
///
/// # Errors
/// `missing_option` for a payload without a body, `malformed_value` for one with two.
pub fn journal(request: JournalRequest) -> Result<JournalAnswer, Error> {
    let mut journal = Journal::default();
    journal.extend(request.facts);
    let mut found = Vec::new();
    each(&request.webhooks, &request.policy, |place, facts, errors| {
        journal.extend(facts);
        let at = |error: Error| ErrorData::from(&error.at("body").at_row(place).at("webhooks"));
        found.extend(errors.into_iter().map(at));
    })?;
    let rows = journal.rows(&request.policy);
    Ok(JournalAnswer {
        messages: rows.messages,
        events: rows.events,
        contacts: rows.directory.contacts,
        channels: rows.directory.channels,
        tellings: rows.tellings,
        unmatched: rows.unmatched,
        ignored: rows.ignored,
        errors: found,
    })
}
