//! What a reader of one provider works with: what is known beside the payload, and where facts go.

use std::borrow::Cow;

use super::fact::{
    ContactEventFact, ContactEventKind, Fact, FactChannel, FactIdentity, IgnoredFact, IgnoredReason, MessageFact,
    StatusFact,
};
use super::shown::shown;
use super::tape::Node;
use super::value::Unit;
use super::webhook::{ReadOptions, Reading, Sender};
use crate::channel::ChannelKind;
use crate::classify::{self, DecidedBy, Provider, ProviderStatus, provider_status};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::message::{Direction, Facts, Source, Status};
use crate::time::Instant;

/// What is known beside the payload, and what was read so far.
pub(super) struct Context<'a> {
    pub(super) provider: Provider,
    pub(super) options: &'a ReadOptions,
    pub(super) channel: Option<ForeignId>,
    pub(super) received_at: Option<Instant>,
    pub(super) id: Option<&'a ForeignId>,
    pub(super) to: Option<&'a str>,
    pub(super) sender: &'a Sender,
    pub(super) reading: &'a mut Reading,
}

/// So much of a provider's name for something is kept.
const LONGEST_NAME: usize = 128;

/// A message on its way to become a fact.
pub(super) struct Draft {
    pub(super) id: ForeignId,
    pub(super) channel: FactChannel,
    pub(super) identity: FactIdentity,
    pub(super) at: Instant,
    pub(super) direction: Direction,
    pub(super) content: Option<String>,
    pub(super) facts: Facts,
    pub(super) user: Option<ForeignId>,
    pub(super) team: Option<ForeignId>,
    pub(super) broadcast: Option<ForeignId>,
    /// An ad led the person here.
    pub(super) is_from_ad: bool,
}

impl Draft {
    pub(super) fn new(
        id: impl Into<ForeignId>,
        channel: FactChannel,
        identity: FactIdentity,
        at: Instant,
        direction: Direction,
    ) -> Self {
        Self {
            id: id.into(),
            channel,
            identity,
            at,
            direction,
            content: None,
            facts: Facts::default(),
            user: None,
            team: None,
            broadcast: None,
            is_from_ad: false,
        }
    }

    pub(super) fn saying(mut self, content: Option<String>) -> Self {
        self.content = content;
        self
    }

    pub(super) fn with(mut self, facts: Facts) -> Self {
        self.facts = facts;
        self
    }

    /// Takes over what the host says of who sent it.
    pub(super) fn sent_by(mut self, sender: &Sender) -> Self {
        let Sender { user, team, broadcast, workflow, bot, ai_agent, integration, api } = sender;
        self.user.clone_from(user);
        self.team.clone_from(team);
        self.broadcast.clone_from(broadcast);
        self.facts.workflow.clone_from(workflow);
        self.facts.bot.clone_from(bot);
        self.facts.ai_agent.clone_from(ai_agent);
        self.facts.integration.clone_from(integration);
        self.facts.is_api = *api;
        self
    }
}

/// A channel without a name.
pub(super) fn channel(id: impl Into<ForeignId>, kind: ChannelKind) -> FactChannel {
    FactChannel { id: Some(id.into()), kind, name: None, service: None }
}

/// A person by the id on the channel.
pub(super) fn person(external: impl Into<String>) -> FactIdentity {
    FactIdentity { external: Some(external.into()), ..FactIdentity::default() }
}

impl Context<'_> {
    /// Notes an error; what else the payload holds goes on.
    pub(super) fn note(&mut self, outcome: Result<()>) {
        if let Err(error) = outcome {
            self.reading.tell(error);
        }
    }

    /// How much was read so far: facts and errors.
    pub(super) fn told(&self) -> usize {
        self.reading.facts.len() + self.reading.errors.len()
    }

    /// Reads each value of a list, each by itself.
    pub(super) fn each<'j>(
        &mut self,
        items: Result<impl Iterator<Item = Node<'j>>>,
        mut read: impl FnMut(&mut Self, Node<'j>) -> Result<()>,
    ) {
        match items {
            Err(error) => self.note(Err(error)),
            Ok(items) => {
                for item in items {
                    let outcome = if item.is_object() { read(self, item) } else { Err(item.wrong("an object")) };
                    self.note(outcome);
                }
            }
        }
    }

    /// The account that the host names, else one under the provider's own name: for payloads that do not name theirs.
    pub(super) fn account(&self, kind: ChannelKind) -> FactChannel {
        channel(self.channel.clone().unwrap_or_else(|| self.provider.as_str().into()), kind)
    }

    /// When the payload came, which the host must say where the payload does not.
    pub(super) fn arrival(&self) -> Result<Instant> {
        self.received_at.ok_or_else(|| {
            Error::new(Code::MissingValue, "the payload does not say when: `received_at` is missing")
                .with_hint("hand over when the payload was received")
                .at("received_at")
        })
    }

    pub(super) fn message(&mut self, draft: Draft) {
        let Draft { id, channel, identity, at, direction, content, facts, user, team, broadcast, is_from_ad } = draft;
        let mut fact = MessageFact {
            provider: self.provider,
            id,
            channel,
            identity,
            at,
            direction,
            source: None,
            message_type: None,
            subtype: None,
            decided_by: None,
            user,
            team,
            broadcast,
            content,
            facts,
        };
        match direction {
            Direction::Incoming => {
                fact.source = Some(if is_from_ad { Source::ClickToChatAds } else { Source::IncomingMessage });
            }
            Direction::Outgoing => {
                let policy = &self.options.classify;
                let has = (fact.broadcast.is_some(), fact.user.is_some());
                let (source, by_source) = classify::source(&fact.facts, has.0, has.1, policy);
                let (found, subtype, by_type) = classify::message_type(&fact.facts, Some(&fact.channel.kind), policy);
                fact.subtype = subtype.map(std::borrow::Cow::into_owned);
                fact.source = Some(source);
                fact.message_type = Some(found);
                fact.decided_by = Some(DecidedBy { source: by_source, message_type: by_type });
            }
        }
        self.reading.facts.push(Fact::Message(Box::new(fact)));
    }

    /// A status whose word is known to this library alone: an echo, an accepted send.
    pub(super) fn status_of(&mut self, draft: &Draft, status: Status, word: &str) {
        let mut fact = self.status_fact(draft.id.clone(), draft.channel.clone(), draft.identity.clone());
        fact.at = Some(draft.at);
        fact.status = Some(status);
        fact.word = word.into();
        self.reading.facts.push(Fact::Status(Box::new(fact)));
    }

    /// The provider did not take a message of ours (K5: failed).
    pub(super) fn refused(&mut self, draft: &Draft, error_code: Option<String>, error: Option<String>) {
        let mut fact = self.status_fact(draft.id.clone(), draft.channel.clone(), draft.identity.clone());
        fact.at = Some(draft.at);
        fact.status = Some(Status::Failed);
        fact.word = "error".into();
        fact.error_code = error_code;
        fact.error = error;
        self.push(Fact::Status(Box::new(fact)));
    }

    /// The id of a message that was refused: the host's own, as the provider gave it none.
    pub(super) fn refused_id(&self) -> Result<ForeignId> {
        self.id.cloned().ok_or_else(|| {
            Error::new(Code::MissingValue, "a message that was refused has no id: `id` is missing")
                .with_hint("hand over the id that the message has with you")
                .at("id")
        })
    }

    pub(super) fn status_fact(&self, id: ForeignId, channel: FactChannel, identity: FactIdentity) -> StatusFact {
        StatusFact {
            provider: self.provider,
            id,
            channel,
            identity,
            at: None,
            status: None,
            word: String::new(),
            error_code: None,
            error: None,
            pricing: None,
        }
    }

    /// Reads the status word of a fact (K7) and keeps the fact; a word that is not about delivery is ignored by name.
    pub(super) fn status(&mut self, mut fact: StatusFact, word: Node<'_>) -> Result<()> {
        let Some(text) = word.as_words() else { return Err(word.wrong("a status")) };
        // The word may be anything: the answer names those that are known, and does not repeat it.
        let read = provider_status(self.provider, &text).map_err(|error| {
            let words = format!("a status that {} is not known to send", self.provider);
            let error = Error::new(Code::InvalidValue, words).with_hint(error.hint().unwrap_or_default());
            error.at(word.path())
        })?;
        match read {
            ProviderStatus::NotDelivery => self.ignore(word, text, IgnoredReason::NotDelivery),
            ProviderStatus::NotAMessage | ProviderStatus::Status(_) => {
                fact.status = read.status();
                fact.word = text;
                self.reading.facts.push(Fact::Status(Box::new(fact)));
            }
        }
        Ok(())
    }

    /// Something that happened to a contact, at the given time or when the payload came.
    pub(super) fn event(
        &self,
        kind: ContactEventKind,
        channel: Option<FactChannel>,
        identity: FactIdentity,
        at: Option<Instant>,
    ) -> ContactEventFact {
        ContactEventFact {
            provider: self.provider,
            channel,
            identity,
            kind,
            at: at.or(self.received_at),
            source: None,
            user: None,
            detail: None,
        }
    }

    /// When something happened to a contact. A time in another unit is told (D29), and what happened stays: when it came
    /// is known, and it is in no row.
    pub(super) fn event_time(&mut self, node: Node<'_>, key: &str, unit: Unit) -> Result<Option<Instant>> {
        match node.need_time(key, unit) {
            Err(error) if error.code() == Code::TimeOutOfRange => {
                self.reading.tell(error);
                Ok(None)
            }
            outcome => outcome.map(Some),
        }
    }

    pub(super) fn keep(&mut self, fact: ContactEventFact) {
        self.push(Fact::ContactEvent(Box::new(fact)));
    }

    pub(super) fn ignore(&mut self, node: Node<'_>, name: impl Into<String>, reason: IgnoredReason) {
        let name = name.into();
        let name = match shown(&name, LONGEST_NAME) {
            Cow::Owned(shown) => shown,
            Cow::Borrowed(_) => name,
        };
        let fact = IgnoredFact { provider: self.provider, name, reason, path: node.path() };
        self.reading.facts.push(Fact::Ignored(Box::new(fact)));
    }

    pub(super) fn push(&mut self, fact: Fact) {
        self.reading.facts.push(fact);
    }
}
