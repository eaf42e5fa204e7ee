//! Facts folded into rows, whatever their order and however often they come.

use std::collections::BTreeSet;

use serde::Serialize;

use super::fact::{Fact, IgnoredFact, IgnoredReason};
use super::unite;
use crate::arrange::arrange_all;
use crate::classify::{ClassifyPolicy, Provider};
use crate::contact::Identity;
use crate::directory::Directory;
use crate::event::ContactEvent;
use crate::message::{Direction, Message, Source};
use crate::time::Instant;

/// A set of facts. Its rows follow from the facts alone: order and repetition do not matter.
///
/// - One row a message id and provider. What different payloads say of it is united; our own record of a message wins
///   over the provider's echo of it (K1).
/// - Statuses and watermarks find their messages whenever either comes (K5); a watermark reaches the messages to that
///   person on that channel up to its instant that the provider took.
/// - A status of a message that no payload told of is proof of one: it makes a row, if it says to whom and when.
/// - A message that was called back before it went is no row (K7).
/// - Ids of a person that change, or come together, are one contact; see [`JournalRows::messages`].
///
/// # Example
/// ```
/// use omnicontact::classify::provider::{self, Journal, Webhook};
/// use omnicontact::classify::ClassifyPolicy;
/// let body = br#"{"object": "page", "entry": [{"id": "900", "time": 1, "messaging": [
///     {"sender": {"id": "900"}, "recipient": {"id": "42"}, "timestamp": 1751371200000,
///      "message": {"mid": "m1", "is_echo": true, "app_id": "77", "text": "hola"}},
///     {"sender": {"id": "42"}, "recipient": {"id": "900"}, "timestamp": 1751371260000,
///      "read": {"watermark": 1751371250000}}]}]}"#;
/// let mut journal = Journal::default();
/// for _ in 0..2 {
///     journal.extend(provider::read(&Webhook::new(body), &Default::default()).facts);
/// }
/// let rows = journal.rows(&ClassifyPolicy::default());
/// assert_eq!(rows.messages.len(), 1);
/// assert_eq!(rows.messages[0].contact, "900/42".into());
/// assert_eq!(rows.messages[0].delivery.as_ref().unwrap().len(), 2);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// Different facts in order, and behind them what came since.
    facts: Vec<Fact>,
    ordered: usize,
    ignored: BTreeSet<IgnoredKind>,
}

/// Something that a journal was told and does not count, by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct IgnoredKind {
    /// Who sent it.
    pub provider: Provider,
    /// Why it is not counted.
    pub reason: IgnoredReason,
    /// The provider's name for it.
    pub name: String,
}

/// So many facts may come before they are put in order.
const TAIL: usize = 4096;

/// What a message is to a workspace: for [`Told`](crate::workspace::Told).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Telling {
    /// When the message came, or went: at its first success where there was one (K8).
    pub at: Instant,
    /// The contact's identity, the same one however the person is called at the time.
    pub identity: Identity,
    /// Which way it went.
    pub direction: Direction,
    /// Its source (K1, K8).
    pub source: Source,
    /// Whether the provider took it.
    pub accepted: bool,
    /// Name that the channel gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Phone, as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address, as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// The rows of a journal, for a dataset and a workspace.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct JournalRows {
    /// Messages, by time and id.
    ///
    /// The contact is the product's own id where a product sent the payload, else `channel/id`: one person on two
    /// channels is two contacts (C7). The id is the one met first; one that was given to somebody else later bears
    /// `#2`. Ids that two providers use for different things have the provider's name before them.
    pub messages: Vec<Message>,
    /// Added and deleted events: what products say, and for people on bare channels their first message (C7).
    pub events: Vec<ContactEvent>,
    /// Names of contacts, kinds and names of channels.
    pub directory: Directory,
    /// What happened, in order, for a workspace; messages without a channel are not among it.
    pub tellings: Vec<Telling>,
    /// Statuses of messages that no payload told of, where it is not known to whom or when they went.
    pub unmatched: usize,
    /// What was told and is in no row, each name once.
    pub ignored: Vec<IgnoredKind>,
}

impl Journal {
    /// Adds a fact; one that is there already changes nothing. Of an ignored one the name is kept.
    pub fn add(&mut self, fact: Fact) {
        if let Fact::Ignored(fact) = fact {
            let IgnoredFact { provider, name, reason, .. } = *fact;
            self.ignored.insert(IgnoredKind { provider, reason, name });
            return;
        }
        self.facts.push(fact);
        // Doubling keeps the work small, and memory within twice what the different facts need.
        if self.facts.len() >= TAIL.max(self.ordered * 2) {
            self.settle();
        }
    }

    /// Puts the facts in order, each once.
    fn settle(&mut self) {
        if self.ordered < self.facts.len() {
            // A stable sort finds what is in order already.
            arrange_all(&mut self.facts);
            self.facts.dedup();
            self.ordered = self.facts.len();
        }
    }

    /// Number of different facts, ignored ones left out.
    pub fn len(&mut self) -> usize {
        self.settle();
        self.facts.len()
    }

    /// Whether there is no fact.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The rows. The policy decides the sources in events and tellings; messages keep the raw facts, for the dataset.
    pub fn rows(&self, policy: &ClassifyPolicy) -> JournalRows {
        let mut facts: Vec<&Fact> = self.facts.iter().collect();
        if self.ordered < facts.len() {
            arrange_all(&mut facts);
            facts.dedup();
        }
        let mut rows = unite::rows(facts, policy);
        rows.ignored = self.ignored.iter().cloned().collect();
        rows
    }
}

impl Extend<Fact> for Journal {
    fn extend<T: IntoIterator<Item = Fact>>(&mut self, facts: T) {
        facts.into_iter().for_each(|fact| self.add(fact));
    }
}
