//! What channels and products really send, as messages, statuses and contact events (K).
//!
//! [`read`] takes one payload: a webhook's body, an object of a product's API, or a message of ours with the answer to
//! it. It gives [`Fact`]s, one shape for every provider. A [`Journal`] folds facts, in any order and however often they
//! come, into the rows that a [`Dataset`](crate::Dataset) and a [`Workspace`](crate::workspace::Workspace) take.
//!
//! Nothing that counts is dropped: what is not ours to count is a fact too, [`Fact::Ignored`], by its name.

mod accounts;
mod chatwoot;
mod clash;
mod context;
mod fact;
mod journal;
mod line;
mod messenger;
mod people;
mod respond_io;
mod scan;
mod services;
mod shown;
mod tape;
mod telegram;
mod told;
mod twilio;
mod unite;
mod value;
mod viber;
mod webhook;
mod whatsapp;
mod zenvia;

pub use fact::{
    ContactEventFact, ContactEventKind, Fact, FactChannel, FactIdentity, IdentityChangeFact, IgnoredFact,
    IgnoredReason, MessageFact, Pricing, StatusFact, WatermarkFact,
};
pub use journal::{IgnoredKind, Journal, JournalRows, Telling};
pub use webhook::{ReadOptions, Reader, Reading, Sender, Webhook, read};
