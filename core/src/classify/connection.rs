//! When a contact first had success on a channel (K8, D19).

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use super::lives::{Lives, Pair};
use super::outgoing::source_of;
use super::{ClassifyPolicy, delivery, present};
use crate::arrange::arrange;
use crate::event::{ContactEvent, EventKind};
use crate::id::ForeignId;
use crate::message::{Direction, Message, Source};
use crate::time::Instant;

/// The Connected events that follow from messages where the host has none (K8): one for each contact and channel, at
/// the first success there.
///
/// A success is an incoming message at its own time, or an outgoing one that was accepted at least once, at the
/// earliest known time of sent, delivered or read (K5, K6); where none is known, or delivery is not tracked, at the
/// message's own time. One that only failed connects nothing. Messages without a channel connect nothing.
///
/// `messages` are rows with unique ids ([`fold_messages`](super::fold_messages)), in any order. `events` is the host's
/// log, in any order, ordered here by sequence where all have one (an event with an earlier time than one before it
/// counts as of that one's time, the deletions of a reset as of the next event's), else by time, then sequence, then
/// position: Connected events of the host count for the
/// whole life of the contact, up to its Deleted event, and none is derived beside them; a success after a Deleted
/// event connects anew, one at the same instant does not. After a Merged event the primary holds what the secondary
/// had connected, so a merge adds none; after Unmerged it no longer does (D19). A message under a merged-away id
/// belongs to the survivor.
///
/// The source is that of the message ([`outgoing`](super::outgoing)); for an incoming one `incoming_message`, or
/// `click_to_chat_ads` and `growth_widget` where the row says so. The user is there where the source is `user`. The
/// events have no name and no sequence, and are ordered by time, incoming first at the same instant, then message id.
///
/// # Example
/// ```
/// use omnicontact::classify::{self, ClassifyPolicy};
/// use omnicontact::{Direction, Instant, Message, Source, Status, StatusUpdate};
/// let at = |seconds: i64| Instant::from_millis(1_751_371_200_000 + seconds * 1000).unwrap();
/// let refused = Message::new(1, at(0), Direction::Outgoing, "contact-7")
///     .through("wa-sales")
///     .by_user(7, None)
///     .updated(StatusUpdate::new(Status::Failed, Some(at(1))));
/// let answered = Message::new(2, at(60), Direction::Incoming, "contact-7").through("wa-sales");
/// let found = classify::connections([&refused, &answered], &[], &ClassifyPolicy::default());
/// assert_eq!(found.len(), 1);
/// assert_eq!((found[0].at, found[0].source.as_ref()), (at(60), Some(&Source::IncomingMessage)));
/// ```
pub fn connections<'a>(
    messages: impl IntoIterator<Item = &'a Message>,
    events: &'a [ContactEvent],
    policy: &ClassifyPolicy,
) -> Vec<ContactEvent> {
    connecting(messages, events, policy).into_iter().map(|(event, _)| event).collect()
}

/// The same, each with the id of the message that it follows from.
pub(crate) fn connecting<'a>(
    messages: impl IntoIterator<Item = &'a Message>,
    events: &'a [ContactEvent],
    policy: &ClassifyPolicy,
) -> Vec<(ContactEvent, &'a ForeignId)> {
    let log = log(events);
    let hosted = hosted(&log);
    let successes = successes(messages, &log, policy);
    let mut walk =
        Walk { lives: Lives::default(), hosted, connected: FxHashSet::default(), seen: FxHashSet::default() };
    let mut found = Vec::new();
    let mut successes = successes.into_iter().peekable();
    for entry in log {
        while let Some(success) = successes.next_if(|s| s.at < entry.at || (entry.ends && s.at == entry.at)) {
            found.extend(walk.success(success, policy).map(|event| (event, &success.message.id)));
        }
        walk.event(entry.event);
    }
    for success in successes {
        found.extend(walk.success(success, policy).map(|event| (event, &success.message.id)));
    }
    found
}

/// A message that proves a connection, and when.
#[derive(Clone, Copy)]
struct Success<'a> {
    at: Instant,
    message: &'a Message,
    channel: &'a ForeignId,
    row: usize,
}

impl<'a> Success<'a> {
    fn of(message: &'a Message, row: usize, policy: &ClassifyPolicy) -> Option<Self> {
        let channel = present::id(message.channel.as_ref())?;
        let at = match message.direction {
            Direction::Incoming => message.sent_at,
            Direction::Outgoing => {
                let delivery = delivery(message.sent_at, message.delivery.as_deref(), policy.untracked);
                delivery.accepted.then(|| delivery.first_success().unwrap_or(message.sent_at))?
            }
        };
        Some(Self { at, message, channel, row })
    }

    /// D19: incoming before outgoing.
    fn order(&self) -> (Instant, Reverse<bool>, &'a ForeignId, usize) {
        (self.at, Reverse(self.message.direction == Direction::Incoming), &self.message.id, self.row)
    }
}

/// An event of the log, and when it happened among the messages.
struct Entry<'a> {
    event: &'a ContactEvent,
    at: Instant,
    /// What happened at the instant of a deletion or an undo was before it; a merge at that instant was before that.
    ends: bool,
}

/// The events that matter here, in the order of the log: by sequence where each of them has one (M6), else by time.
///
/// By sequence, an event whose clock lags behind happened when those before it had happened. The deletions of a reset
/// bear the end of the month that it closes (D21) and happened when it ran, which nobody tells: until the next event the
/// contact was there or gone for good, so that whatever came under its id came before.
fn log(events: &[ContactEvent]) -> Vec<Entry<'_>> {
    let mut log: Vec<(usize, &ContactEvent)> = events.iter().enumerate().filter(|(_, event)| matters(event)).collect();
    let is_numbered = !log.is_empty() && log.iter().all(|(_, event)| event.sequence.is_some());
    if is_numbered {
        log = events.iter().enumerate().filter(|(_, event)| event.sequence.is_some()).collect();
    }
    arrange(&mut log, |one, other| {
        let key = |(row, event): &(usize, &ContactEvent)| {
            let at = if is_numbered { Instant::MIN } else { event.at };
            (at, event.sequence.unwrap_or(*row as u64), *row)
        };
        key(one).cmp(&key(other))
    });
    let ends = |event: &ContactEvent| matches!(event.kind, EventKind::Deleted | EventKind::Unmerged);
    let entries = log.into_iter().map(|(_, event)| Entry { event, at: event.at, ends: ends(event) });
    let mut log: Vec<Entry<'_>> = entries.collect();
    if is_numbered {
        let is_reset =
            |entry: &Entry<'_>| entry.event.kind == EventKind::Deleted && entry.event.source == Some(Source::Reset);
        let mut now = Instant::MIN;
        for entry in log.iter_mut().filter(|entry| !is_reset(entry)) {
            now = now.max(entry.at);
            entry.at = now;
        }
        let mut next = Instant::MAX;
        for entry in log.iter_mut().rev() {
            if is_reset(entry) {
                entry.at = next;
            } else {
                next = entry.at;
            }
        }
        log.retain(|entry| matters(entry.event));
    }
    log
}

fn matters(event: &ContactEvent) -> bool {
    match event.kind {
        EventKind::Connected => present::id(event.channel.as_ref()).is_some(),
        EventKind::Deleted => true,
        EventKind::Merged | EventKind::Unmerged => event.secondary.is_some(),
        EventKind::Added | EventKind::Refused => false,
    }
}

/// The lives in which the host has a Connected event, whenever in that life.
fn hosted<'a>(log: &[Entry<'a>]) -> FxHashSet<Pair<'a>> {
    let mut lives = Lives::default();
    let mut hosted = FxHashSet::default();
    for Entry { event, .. } in log {
        match connected_channel(event) {
            Some(channel) => {
                let node = lives.node(&event.contact);
                hosted.insert(lives.pair(node, channel));
            }
            None => lives.apply(event),
        }
    }
    hosted
}

fn connected_channel(event: &ContactEvent) -> Option<&ForeignId> {
    event.channel.as_ref().filter(|_| event.kind == EventKind::Connected)
}

/// The successes that can matter, in order. Of a contact that was never merged or deleted only the first one on each
/// channel can; so a large table shrinks before it is sorted.
fn successes<'a>(
    messages: impl IntoIterator<Item = &'a Message>,
    log: &[Entry<'a>],
    policy: &ClassifyPolicy,
) -> Vec<Success<'a>> {
    let eventful: FxHashSet<&ForeignId> = log
        .iter()
        .map(|entry| entry.event)
        .filter(|event| event.kind != EventKind::Connected)
        .flat_map(|event| event.secondary.iter().chain([&event.contact]))
        .collect();
    let mut first: FxHashMap<(&ForeignId, &ForeignId), Success<'_>> = FxHashMap::default();
    let mut successes = Vec::new();
    for (row, message) in messages.into_iter().enumerate() {
        let Some(success) = Success::of(message, row, policy) else { continue };
        if eventful.contains(&message.contact) {
            successes.push(success);
            continue;
        }
        let kept = first.entry((&message.contact, success.channel)).or_insert(success);
        if success.order() < kept.order() {
            *kept = success;
        }
    }
    successes.extend(first.into_values());
    successes.sort_unstable_by(|a, b| a.order().cmp(&b.order()));
    successes
}

/// The state while log and successes are walked through in time.
struct Walk<'a> {
    lives: Lives<'a>,
    hosted: FxHashSet<Pair<'a>>,
    connected: FxHashSet<Pair<'a>>,
    /// Contacts known to hold a connection, so that each is worked out once.
    seen: FxHashSet<Pair<'a>>,
}

impl<'a> Walk<'a> {
    fn event(&mut self, event: &'a ContactEvent) {
        match connected_channel(event) {
            Some(channel) => {
                let node = self.lives.node(&event.contact);
                self.connected.insert(self.lives.pair(node, channel));
            }
            None => self.lives.apply(event),
        }
    }

    fn success(&mut self, success: Success<'a>, policy: &ClassifyPolicy) -> Option<ContactEvent> {
        let recorded = self.lives.node(&success.message.contact);
        let survivor = self.lives.survivor(recorded);
        if !self.seen.insert(self.lives.versioned(survivor, success.channel)) {
            return None;
        }
        let pair = |node| self.lives.pair(node, success.channel);
        if let Some(hosted) = [survivor, recorded].map(pair).into_iter().find(|pair| self.hosted.contains(pair)) {
            // The host's own event may come later than the message that proves it.
            self.connected.insert(hosted);
            return None;
        }
        // A connection that a merged-in contact brought stays that contact's, for when it is taken out again (D19).
        if self.lives.held(survivor).into_iter().map(pair).any(|pair| self.connected.contains(&pair)) {
            return None;
        }
        self.connected.insert(pair(survivor));
        Some(self.connected_event(success, survivor, policy))
    }

    fn connected_event(&self, success: Success<'a>, survivor: usize, policy: &ClassifyPolicy) -> ContactEvent {
        let message = success.message;
        let (source, user) = match message.direction {
            Direction::Incoming => (incoming_source(message), None),
            Direction::Outgoing => {
                let source = source_of(message, policy).0.into_owned();
                let user = present::id(message.user.as_ref()).filter(|_| source == Source::User).cloned();
                (source, user)
            }
        };
        let mut event = ContactEvent::new(EventKind::Connected, success.at, self.lives.id(survivor).clone())
            .from_source(source)
            .through(success.channel.clone());
        event.user = user;
        event
    }
}

/// An incoming message has no source (D9) but the ways that lead a person to write.
fn incoming_source(message: &Message) -> Source {
    match &message.source {
        Some(source @ (Source::ClickToChatAds | Source::GrowthWidget)) => source.clone(),
        _ => Source::IncomingMessage,
    }
}
