//! Classification of messages: source, type and subtype, delivery, repeated rows, first connections (K).
//!
//! Everything here is a pure function of rows and a [`ClassifyPolicy`]; what a host has classified itself always wins.

mod connection;
mod delivery;
mod fold;
mod lives;
mod message_type;
mod outgoing;
mod policy;
mod present;
pub mod provider;
mod provider_word;
mod rule;
mod source;

pub(crate) use connection::connecting;
pub use connection::connections;
pub use delivery::{Delivery, LATE_AFTER_MILLIS, Update, delivery, delivery_of};
pub use fold::{Folded, fold_messages, fold_slice};
pub(crate) use message_type::lacks_kind;
pub use message_type::{message_tag, message_type};
pub(crate) use outgoing::source_of;
pub use outgoing::{Classification, DecidedBy, outgoing};
pub use policy::{ClassifyPolicy, Untracked};
pub use provider_word::{Provider, ProviderStatus, provider_status};
pub use rule::Rule;
pub use source::source;
