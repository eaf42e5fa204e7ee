//! What must hold of classification whatever comes in (K1 to K8, D10), and naive oracles written from the rules.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};

use omnicontact::classify::{self, ClassifyPolicy, Untracked, fold_messages};
use omnicontact::{
    ChannelKind, ContactEvent, Direction, EventKind, Facts, ForeignId, Instant, Message, MessageType, Source, Status,
    StatusUpdate,
};
use proptest::prelude::*;

const T0: i64 = 1_751_371_200_000;
const DAY: i64 = 86_400_000;

fn at(after: i64) -> Instant {
    Instant::from_millis(T0 + after).unwrap()
}

fn any_text() -> impl Strategy<Value = Option<String>> {
    prop_oneof![Just(None), Just(Some(String::new())), Just(Some("a".into())), Just(Some("b".into()))]
}

fn any_id() -> impl Strategy<Value = Option<ForeignId>> {
    prop_oneof![Just(None), Just(Some(ForeignId::from(""))), Just(Some(ForeignId::from("x"))), Just(Some(0.into()))]
}

fn any_update() -> impl Strategy<Value = StatusUpdate> {
    let times = prop_oneof![
        Just(None),
        (-3_i64..6).prop_map(Some),
        (30 * DAY - 2..30 * DAY + 3).prop_map(Some),
        Just(Some(90 * DAY)),
    ];
    (prop::sample::select(Status::ALL), times, any_text(), any_text()).prop_map(|(status, time, code, error)| {
        let mut update = StatusUpdate::new(status, time.map(at));
        update.error_code = code;
        update.error = error;
        update
    })
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let ids = (any_id(), any_id(), any_id());
    let texts = (any_text(), any_text(), any_text(), any_text(), any_text());
    (flags, ids, texts).prop_map(|((is_echo, is_phone_app_echo, is_api), (workflow, bot, ai_agent), texts)| Facts {
        is_echo,
        app_id: texts.0,
        is_phone_app_echo,
        workflow,
        bot,
        ai_agent,
        integration: texts.1,
        is_api,
        template_name: texts.2,
        message_tag: texts.3,
        other_type: texts.4,
    })
}

fn any_message() -> impl Strategy<Value = Message> {
    let source = prop::option::of(prop_oneof![
        Just(Source::Other("".into())),
        Just(Source::Other("Intern".into())),
        prop::sample::select(Source::KNOWN)
    ]);
    let message_type = prop::option::of(prop_oneof![
        Just(MessageType::Other("".into())),
        Just(MessageType::Other("poll".into())),
        prop::sample::select(MessageType::KNOWN)
    ]);
    let ids = (any_id(), any_id(), any_id(), any_id());
    let texts = (any_text(), any_text());
    let history = prop::option::of(prop::collection::vec(any_update(), 0..4));
    let head = (0_i64..4, 0_i64..3, prop::sample::select(Direction::ALL), 0_i64..3);
    let facts = prop::option::of(any_facts());
    (head, source, message_type, ids, texts, history, facts).prop_map(
        |(head, source, kind, ids, texts, history, facts)| {
            let mut message = Message::new(head.0, at(head.1), head.2, head.3);
            message.source = source;
            message.message_type = kind;
            (message.channel, message.user, message.team, message.broadcast) = ids;
            (message.subtype, message.content) = texts;
            message.delivery = history.map(distinct);
            message.facts = facts.map(Box::new);
            message
        },
    )
}

fn distinct(history: Vec<StatusUpdate>) -> Vec<StatusUpdate> {
    let mut kept: Vec<StatusUpdate> = Vec::new();
    for update in history {
        if !kept.contains(&update) {
            kept.push(update);
        }
    }
    kept
}

fn any_policy() -> impl Strategy<Value = ClassifyPolicy> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(ours, instagram, human)| {
        let ids: &[&str] = if ours { &["a"] } else { &[] };
        ClassifyPolicy::default()
            .own_app_ids(ids.iter().copied())
            .instagram_tags(instagram)
            .human_agent_as_session(human)
    })
}

/// A history, and the same one shuffled with some entries repeated.
fn shuffled_history() -> impl Strategy<Value = (Vec<StatusUpdate>, Vec<StatusUpdate>)> {
    prop::collection::vec(any_update(), 0..8).prop_flat_map(|history| {
        let longest = if history.is_empty() { 0 } else { 5 };
        let more = prop::collection::vec(prop::sample::select(with_one(&history)), 0..=longest);
        let mixed = more.prop_flat_map({
            let history = history.clone();
            move |more| Just([history.clone(), more].concat()).prop_shuffle()
        });
        (Just(history), mixed)
    })
}

fn with_one(history: &[StatusUpdate]) -> Vec<StatusUpdate> {
    if history.is_empty() { vec![StatusUpdate::new(Status::Pending, None)] } else { history.to_vec() }
}

proptest! {
    #[test]
    fn delivery_depends_neither_on_order_nor_on_repetition((history, mixed) in shuffled_history()) {
        let expected = classify::delivery(at(0), Some(&history), Untracked::Sent);
        prop_assert_eq!(classify::delivery(at(0), Some(&mixed), Untracked::Sent), expected);
    }

    #[test]
    fn delivery_of_united_rows_is_that_of_the_whole_history((history, mixed) in shuffled_history(), cut in 0_usize..14) {
        let cut = cut.min(mixed.len());
        let part = |updates: &[StatusUpdate]| {
            let mut row = Message::new(1, at(0), Direction::Outgoing, "c");
            row.delivery = Some(updates.to_vec());
            row
        };
        let folded = fold_messages([part(&mixed[..cut]), part(&mixed[cut..])]);
        let found = classify::delivery(at(0), folded.messages[0].delivery.as_deref(), Untracked::Sent);
        prop_assert_eq!(found, classify::delivery(at(0), Some(&history), Untracked::Sent));
    }

    #[test]
    fn delivery_is_what_the_rules_say(history in prop::collection::vec(any_update(), 0..8)) {
        let found = classify::delivery(at(0), Some(&history), Untracked::Sent);
        // K6, D11
        let counted: Vec<&StatusUpdate> =
            history.iter().filter(|u| u.at.is_none_or(|t| t.as_millis() - T0 <= 30 * DAY)).collect();
        let has = |status| counted.iter().any(|u| u.status == status);
        let time = |status| counted.iter().filter(|u| u.status == status).filter_map(|u| u.at).min();
        let order = [Status::Read, Status::Delivered, Status::Failed, Status::Sent];
        prop_assert_eq!(found.status, order.into_iter().find(|s| has(*s)).unwrap_or(Status::Pending));
        prop_assert_eq!(found.accepted, has(Status::Sent) || has(Status::Delivered) || has(Status::Read));
        prop_assert_eq!((found.sent_at, found.delivered_at), (time(Status::Sent), time(Status::Delivered)));
        prop_assert_eq!((found.read_at, found.failed_at), (time(Status::Read), time(Status::Failed)));
        let texts: Vec<(Instant, &str)> = counted
            .iter()
            .filter(|u| u.status == Status::Failed)
            .filter_map(|u| Some((u.at.unwrap_or(at(0)), u.error.as_deref().filter(|text| !text.is_empty())?)))
            .collect();
        prop_assert_eq!(found.error, texts.iter().min().map(|(_, text)| *text));
    }

    #[test]
    fn classification_is_total(message in any_message(), kind in prop::option::of(prop::sample::select(ChannelKind::KNOWN)), policy in any_policy()) {
        let found = classify::outgoing(&message, kind.as_ref(), &policy);
        prop_assert_eq!(&found, &classify::outgoing(&message, kind.as_ref(), &policy));
        if message.direction == Direction::Incoming {
            prop_assert_eq!(found, classify::Classification::default());
            return Ok(());
        }
        let (source, message_type) = (found.source.unwrap(), found.message_type.unwrap());
        prop_assert!(!source.as_str().is_empty() && !message_type.as_str().is_empty());
        prop_assert!(found.decided_by.is_some());
        prop_assert!(found.subtype.as_deref() != Some(""));
        prop_assert!(*message_type != MessageType::Session || found.subtype.is_none());
        prop_assert!(*source == Source::User || (found.user.is_none() && found.team.is_none()));
        if let Some(ready) = message.source.as_ref().filter(|source| !source.as_str().is_empty()) {
            prop_assert_eq!(&*source, ready);
        }
    }

    #[test]
    fn a_source_is_the_first_of_the_list_that_applies(facts in any_facts(), broadcast: bool, user: bool, policy in any_policy()) {
        let named = |id: &Option<ForeignId>| id.as_ref().is_some_and(|id| *id != ForeignId::from(""));
        let text = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        let ours = text(&facts.app_id) && policy.own_app_ids.contains(facts.app_id.as_ref().unwrap());
        let other = facts.integration.clone().unwrap_or_default();
        let list = [
            ((facts.is_echo && !ours) || facts.is_phone_app_echo, "echo_message"),
            (broadcast, "broadcast"),
            (named(&facts.workflow), "workflow"),
            (named(&facts.bot), "bot"),
            (named(&facts.ai_agent), "ai_agent"),
            (text(&facts.integration), other.as_str()),
            (facts.is_api, "developer_api"),
            (user, "user"),
            (true, "unknown"),
        ];
        let expected = list.iter().find(|(applies, _)| *applies).unwrap().1;
        let found = classify::source(&facts, broadcast, user, &policy).0;
        prop_assert_eq!(found.as_str(), expected);
    }

    #[test]
    fn fold_does_not_depend_on_repetition(rows in prop::collection::vec(any_message(), 0..8)) {
        let once = fold_messages(rows.clone());
        let twice = fold_messages([rows.clone(), rows.clone()].concat());
        prop_assert_eq!(&once.messages, &twice.messages);
        prop_assert_eq!(once.messages.len() + once.folded, rows.len());
        let again = fold_messages(once.messages.clone());
        prop_assert_eq!((&again.messages, again.folded), (&once.messages, 0));
        let mut firsts: Vec<&ForeignId> = Vec::new();
        for row in &rows {
            if !firsts.contains(&&row.id) {
                firsts.push(&row.id);
            }
        }
        prop_assert_eq!(once.messages.iter().map(|row| &row.id).collect::<Vec<_>>(), firsts);
    }

    #[test]
    fn echo_rows_may_come_first_or_last(rows in prop::collection::vec(any_message(), 0..8)) {
        let is_echo = |row: &Message| match row.source.as_ref().filter(|source| !source.as_str().is_empty()) {
            Some(source) => *source == Source::EchoMessage,
            None => row.facts.as_ref().is_some_and(|facts| facts.is_echo || facts.is_phone_app_echo),
        };
        let (echoes, others): (Vec<_>, Vec<_>) = rows.clone().into_iter().partition(is_echo);
        let first = normal(fold_messages([echoes.clone(), others.clone()].concat()).messages);
        let last = normal(fold_messages([others, echoes].concat()).messages);
        prop_assert_eq!(&first, &last);
        prop_assert_eq!(first, normal(fold_messages(rows).messages));
    }

    #[test]
    fn connections_are_what_a_naive_walk_finds(
        messages in prop::collection::vec(any_success(), 0..14),
        events in prop::collection::vec(any_event(), 0..8),
    ) {
        let found: Vec<(i64, ForeignId, ForeignId)> =
            classify::connections(&messages, &events, &ClassifyPolicy::default())
                .into_iter()
                .map(|event| (event.at.as_millis() - T0, event.contact, event.channel.unwrap()))
                .collect();
        prop_assert_eq!(found, naive_connections(&messages, &events));
    }
}

/// Messages by id, the order within a history being nobody's business.
fn normal(mut messages: Vec<Message>) -> Vec<Message> {
    messages.sort_by(|a, b| a.id.cmp(&b.id));
    for message in &mut messages {
        if let Some(history) = &mut message.delivery {
            *history = distinct(history.clone());
            history.sort_by_key(|u| (u.at, u.status, u.error.clone(), u.error_code.clone()));
        }
    }
    messages
}

fn any_success() -> impl Strategy<Value = Message> {
    (0_i64..40, 0_i64..12, 0_i64..4, 0_i64..2, prop::sample::select(Direction::ALL)).prop_map(
        |(id, time, contact, channel, direction)| Message::new(id, at(time), direction, contact).through(channel),
    )
}

fn any_event() -> impl Strategy<Value = ContactEvent> {
    (prop::sample::select(EventKind::ALL), 0_i64..12, 0_i64..4, 0_i64..4, 0_i64..2).prop_map(
        |(kind, time, contact, secondary, channel)| {
            let event = ContactEvent::new(kind, at(time), contact);
            match kind {
                EventKind::Connected => event.through(channel),
                EventKind::Merged | EventKind::Unmerged => event.with_secondary(secondary),
                _ => event,
            }
        },
    )
}

/// Who is merged into whom, and how often each contact has been deleted.
#[derive(Clone, Default)]
struct Naive {
    into: BTreeMap<ForeignId, ForeignId>,
    deaths: BTreeMap<ForeignId, usize>,
}

impl Naive {
    fn top(&self, id: &ForeignId) -> ForeignId {
        self.into.get(id).map_or_else(|| id.clone(), |next| self.top(next))
    }

    fn is_under(&self, id: &ForeignId, above: &ForeignId) -> bool {
        id == above || self.into.get(id).is_some_and(|next| self.is_under(next, above))
    }

    fn life(&self, id: &ForeignId) -> (ForeignId, usize) {
        (id.clone(), self.deaths.get(id).copied().unwrap_or(0))
    }

    fn take(&mut self, event: &ContactEvent) {
        match (event.kind, &event.secondary) {
            (EventKind::Merged, Some(secondary)) if self.top(secondary) != self.top(&event.contact) => {
                self.into.insert(self.top(secondary), event.contact.clone());
            }
            (EventKind::Unmerged, Some(secondary)) => {
                self.into.remove(secondary);
            }
            (EventKind::Deleted, _) => {
                let everybody: Vec<ForeignId> = (0..4).map(ForeignId::from).collect();
                let gone: Vec<_> = everybody.into_iter().filter(|id| self.is_under(id, &event.contact)).collect();
                for id in gone {
                    *self.deaths.entry(id.clone()).or_default() += 1;
                    self.into.remove(&id);
                }
            }
            _ => {}
        }
    }
}

enum Step<'a> {
    Event(&'a ContactEvent),
    Message(&'a Message),
}

fn naive_connections(messages: &[Message], events: &[ContactEvent]) -> Vec<(i64, ForeignId, ForeignId)> {
    let mut log: Vec<&ContactEvent> = events.iter().collect();
    log.sort_by_key(|event| event.at);
    let mut rows: Vec<&Message> = messages.iter().collect();
    rows.sort_by(|a, b| (a.sent_at, a.direction, &a.id).cmp(&(b.sent_at, b.direction, &b.id)));
    let mut steps = Vec::new();
    for time in (0..12).map(at) {
        let now: Vec<&ContactEvent> = log.iter().copied().filter(|event| event.at == time).collect();
        let ends = |event: &&ContactEvent| matches!(event.kind, EventKind::Deleted | EventKind::Unmerged);
        let split = now.iter().position(ends).unwrap_or(now.len());
        steps.extend(now[..split].iter().map(|event| Step::Event(event)));
        steps.extend(rows.iter().filter(|row| row.sent_at == time).map(|row| Step::Message(row)));
        steps.extend(now[split..].iter().map(|event| Step::Event(event)));
    }
    let mut hosted = BTreeSet::new();
    let mut state = Naive::default();
    for event in &log {
        state.take(event);
        if event.kind == EventKind::Connected {
            hosted.insert((state.life(&event.contact), event.channel.clone().unwrap()));
        }
    }
    let (mut state, mut connected, mut found) = (Naive::default(), BTreeSet::new(), Vec::new());
    for step in steps {
        let row = match step {
            Step::Event(event) => {
                state.take(event);
                if event.kind == EventKind::Connected {
                    connected.insert((state.life(&event.contact), event.channel.clone().unwrap()));
                }
                continue;
            }
            Step::Message(row) => row,
        };
        let (top, channel) = (state.top(&row.contact), row.channel.clone().unwrap());
        let own = [&top, &row.contact].map(|id| (state.life(id), channel.clone()));
        if let Some(own) = own.into_iter().find(|pair| hosted.contains(pair)) {
            connected.insert(own);
        } else if !(0..4)
            .map(ForeignId::from)
            .any(|id| state.is_under(&id, &top) && connected.contains(&(state.life(&id), channel.clone())))
        {
            connected.insert((state.life(&top), channel.clone()));
            found.push((row.sent_at.as_millis() - T0, top, channel));
        }
    }
    found
}
