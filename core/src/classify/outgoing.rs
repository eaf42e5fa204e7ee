//! Source, type, subtype, user and team of a row: ready values first, then facts (K1 to K4, D9).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{ClassifyPolicy, Rule, message_type, present};
use crate::channel::ChannelKind;
use crate::id::ForeignId;
use crate::message::{Direction, Facts, Message, MessageType, Source};

static NO_FACTS: Facts = Facts {
    is_echo: false,
    app_id: None,
    is_phone_app_echo: false,
    workflow: None,
    bot: None,
    ai_agent: None,
    integration: None,
    is_api: false,
    template_name: None,
    message_tag: None,
    other_type: None,
};

/// How a message is classified, borrowed from its row where it can be. All empty for an incoming message.
///
/// # Example
/// ```
/// use omnicontact::classify::{self, ClassifyPolicy};
/// use omnicontact::{Direction, Instant, Message};
/// let at = Instant::from_millis(1_751_371_200_000)?;
/// let message = Message::new(1, at, Direction::Outgoing, "contact-7").by_user(7, None);
/// let found = classify::outgoing(&message, None, &ClassifyPolicy::default());
/// assert_eq!(found.user, Some(&7.into()));
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Classification<'a> {
    /// Where it came from (K1).
    pub source: Option<Cow<'a, Source>>,
    /// Its type (K2).
    #[serde(rename = "type")]
    pub message_type: Option<Cow<'a, MessageType>>,
    /// Its subtype (K3).
    pub subtype: Option<Cow<'a, str>>,
    /// The user, only where the source is `user` (K4).
    pub user: Option<&'a ForeignId>,
    /// The user's team when sending, only where the source is `user` (K4).
    pub team: Option<&'a ForeignId>,
    /// Which rules decided source and type.
    pub decided_by: Option<DecidedBy>,
}

/// Which rules decided source and type of a message.
///
/// # Example
/// ```
/// use omnicontact::classify::{DecidedBy, Rule};
/// let decided_by = DecidedBy { source: Rule::Ready, message_type: Rule::Session };
/// assert_eq!(serde_json::to_string(&decided_by)?, r#"{"source":"ready","type":"session"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecidedBy {
    /// The rule that decided the source.
    pub source: Rule,
    /// The rule that decided the type.
    #[serde(rename = "type")]
    pub message_type: Rule,
}

/// Classifies an outgoing message (K1 to K4); an incoming one has no source, type or subtype.
///
/// What the row brings ready wins and is kept as it came; only what is missing follows from the facts, broadcast and
/// user of the row. Two things are never kept (D9): the subtype of a session, and user and team where the source is
/// not `user`. An empty text is missing.
///
/// # Example
/// ```
/// use omnicontact::classify::{self, ClassifyPolicy, Rule};
/// use omnicontact::{ChannelKind, Direction, Facts, Instant, Message, MessageType, Source};
/// let at = Instant::from_millis(1_751_371_200_000)?;
/// let mut message = Message::new(1, at, Direction::Outgoing, "contact-7");
/// message.user = Some(7.into());
/// let facts = Facts { workflow: Some(3.into()), message_tag: Some("human_agent".into()), ..Facts::default() };
/// message = message.with_facts(facts);
/// let found = classify::outgoing(&message, Some(&ChannelKind::Facebook), &ClassifyPolicy::default());
/// assert_eq!(found.source.as_deref(), Some(&Source::Workflow));
/// assert_eq!(found.message_type.as_deref(), Some(&MessageType::FacebookMessageTag));
/// assert_eq!(found.subtype.as_deref(), Some("HUMAN_AGENT"));
/// assert_eq!(found.user, None);
/// assert_eq!(found.decided_by.unwrap().source, Rule::Workflow);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn outgoing<'a>(
    message: &'a Message,
    channel_kind: Option<&ChannelKind>,
    policy: &ClassifyPolicy,
) -> Classification<'a> {
    if message.direction == Direction::Incoming {
        return Classification::default();
    }
    let facts = message.facts.as_deref().unwrap_or(&NO_FACTS);
    let (source, source_rule) = source_of(message, policy);
    let ready_subtype = present::text(message.subtype.as_deref()).map(Cow::Borrowed);
    let ready_type = present::message_type(message.message_type.as_ref());
    let (message_type, found_subtype, type_rule) = if let Some(ready) = ready_type {
        (Cow::Borrowed(ready), message_type::subtype(ready, facts), Rule::Ready)
    } else {
        let (derived, subtype, rule) = message_type::message_type(facts, channel_kind, policy);
        (Cow::Owned(derived), subtype, rule)
    };
    // D9: a session has no subtype.
    let subtype = ready_subtype.or(found_subtype).filter(|_| *message_type != MessageType::Session);
    let is_user = *source == Source::User;
    Classification {
        subtype,
        user: present::id(message.user.as_ref()).filter(|_| is_user),
        team: present::id(message.team.as_ref()).filter(|_| is_user),
        source: Some(source),
        message_type: Some(message_type),
        decided_by: Some(DecidedBy { source: source_rule, message_type: type_rule }),
    }
}

/// The source of an outgoing row: the ready one, else by K1.
pub(crate) fn source_of<'a>(message: &'a Message, policy: &ClassifyPolicy) -> (Cow<'a, Source>, Rule) {
    if let Some(ready) = present::source(message.source.as_ref()) {
        return (Cow::Borrowed(ready), Rule::Ready);
    }
    let (source, rule) = super::source(
        message.facts.as_deref().unwrap_or(&NO_FACTS),
        present::id(message.broadcast.as_ref()).is_some(),
        present::id(message.user.as_ref()).is_some(),
        policy,
    );
    (Cow::Owned(source), rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Instant;

    fn row() -> Message {
        Message::new(1, Instant::MIN, Direction::Outgoing, "c")
    }

    fn classified<'a>(message: &'a Message, kind: &ChannelKind) -> Classification<'a> {
        outgoing(message, Some(kind), &ClassifyPolicy::default())
    }

    #[test]
    fn no_facts_are_the_default_facts() {
        assert_eq!(NO_FACTS, Facts::default());
    }

    #[test]
    fn an_incoming_message_has_nothing() {
        let mut message = row().by_user(7, Some(1.into())).of_type(MessageType::Session, None);
        message.direction = Direction::Incoming;
        assert_eq!(classified(&message, &ChannelKind::Facebook), Classification::default());
    }

    #[test]
    fn ready_values_win_over_facts_and_are_kept_as_they_came() {
        let mut message = row().from_source(Source::Other("Intern".into()));
        message.message_type = Some(MessageType::Other("poll".into()));
        message.subtype = Some("lunch".into());
        message.broadcast = Some(1.into());
        let facts = Facts { is_echo: true, template_name: Some("promo".into()), ..Facts::default() };
        message.facts = Some(Box::new(facts));
        let found = classified(&message, &ChannelKind::Whatsapp);
        assert_eq!(found.source.as_deref(), Some(&Source::Other("Intern".into())));
        assert_eq!(found.message_type.as_deref(), Some(&MessageType::Other("poll".into())));
        assert_eq!(found.subtype.as_deref(), Some("lunch"));
        assert_eq!(found.decided_by, Some(DecidedBy { source: Rule::Ready, message_type: Rule::Ready }));
    }

    #[test]
    fn a_ready_tag_is_kept_as_it_came() {
        let message = row().of_type(MessageType::FacebookMessageTag, Some("human_agent"));
        let policy = ClassifyPolicy::default().human_agent_as_session(true);
        let found = outgoing(&message, Some(&ChannelKind::Facebook), &policy);
        assert_eq!(found.subtype.as_deref(), Some("human_agent"));
        assert_eq!(found.message_type.as_deref(), Some(&MessageType::FacebookMessageTag));
    }

    #[test]
    fn a_session_drops_its_subtype_whoever_says_session() {
        let ready = row().of_type(MessageType::Session, Some("promo"));
        assert_eq!(classified(&ready, &ChannelKind::Whatsapp).subtype, None);
        let mut derived = row();
        derived.subtype = Some("promo".into());
        assert_eq!(classified(&derived, &ChannelKind::Telegram).subtype, None);
    }

    #[test]
    fn a_ready_type_takes_its_missing_subtype_from_the_facts() {
        let mut message = row().of_type(MessageType::WhatsappMessageTemplate, None);
        let facts =
            Facts { template_name: Some("promo".into()), message_tag: Some("human_agent".into()), ..Facts::default() };
        message.facts = Some(Box::new(facts));
        // The host knows the type, whatever the channel.
        assert_eq!(classified(&message, &ChannelKind::Custom).subtype.as_deref(), Some("promo"));
        message.message_type = Some(MessageType::FacebookMessageTag);
        assert_eq!(classified(&message, &ChannelKind::Custom).subtype.as_deref(), Some("HUMAN_AGENT"));
        message.message_type = Some(MessageType::Other("poll".into()));
        assert_eq!(classified(&message, &ChannelKind::Custom).subtype, None);
    }

    #[test]
    fn a_ready_subtype_wins_over_the_fact_of_a_derived_type() {
        let mut message = row();
        message.subtype = Some("promo_v2".into());
        message.facts = Some(Box::new(Facts { template_name: Some("promo".into()), ..Facts::default() }));
        let found = classified(&message, &ChannelKind::Whatsapp);
        assert_eq!(found.message_type.as_deref(), Some(&MessageType::WhatsappMessageTemplate));
        assert_eq!(found.subtype.as_deref(), Some("promo_v2"));
    }

    #[test]
    fn user_and_team_count_only_where_the_source_is_user() {
        let message = row().by_user(7, Some(1.into()));
        let found = classified(&message, &ChannelKind::Telegram);
        assert_eq!((found.user, found.team), (Some(&7.into()), Some(&1.into())));
        for source in Source::KNOWN.iter().filter(|source| **source != Source::User) {
            let message = row().by_user(7, Some(1.into())).from_source(source.clone());
            let found = classified(&message, &ChannelKind::Telegram);
            assert_eq!((found.user, found.team), (None, None), "{source}");
        }
    }

    #[test]
    fn a_row_with_a_user_alone_is_from_that_user() {
        let mut message = row();
        message.user = Some(7.into());
        let found = classified(&message, &ChannelKind::Telegram);
        assert_eq!(found.source.as_deref(), Some(&Source::User));
        assert_eq!(found.user, Some(&7.into()));
        message.broadcast = Some(9.into());
        let found = classified(&message, &ChannelKind::Telegram);
        assert_eq!((found.source.as_deref(), found.user), (Some(&Source::Broadcast), None));
    }

    #[test]
    fn empty_ready_values_are_missing() {
        let mut message = row().from_source(Source::Other("".into()));
        message.message_type = Some(MessageType::Other("".into()));
        message.subtype = Some(String::new());
        message.user = Some("".into());
        message.broadcast = Some("".into());
        let found = classified(&message, &ChannelKind::Whatsapp);
        assert_eq!(found.source.as_deref(), Some(&Source::Unknown));
        assert_eq!(found.message_type.as_deref(), Some(&MessageType::Session));
        assert_eq!((found.subtype, found.user), (None, None));
    }
}
