//! A workspace as the rules see it: folded messages, events in order, who became whom, and what they are called.

use std::collections::{HashMap, HashSet};

use omnicontact::classify::ClassifyPolicy;
use omnicontact::{
    ChannelKind, ContactEvent, DatasetOptions, Direction, EventKind, ForeignId, Instant, Message, Source,
};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::lives::{Class, class, fold, success};
use super::workspace::Workspace;

/// The workspace, read.
pub(crate) struct World<'a> {
    given: &'a Workspace,
    pub(crate) messages: Vec<Message>,
    /// With those that follow from messages; sequences are there for all of them.
    pub(crate) events: Vec<ContactEvent>,
    into: HashMap<ForeignId, ForeignId>,
}

impl<'a> World<'a> {
    pub(crate) fn new(given: &'a Workspace) -> Self {
        let mut events: Vec<ContactEvent> = Vec::new();
        for (row, event) in given.events.iter().enumerate() {
            let row = u64::try_from(row).unwrap();
            events.push(event.clone().numbered(event.sequence.unwrap_or(row)));
        }
        let mut into = HashMap::new();
        if let Some(pairs) = &given.merges {
            into.extend(pairs.iter().cloned());
        } else {
            let mut merges: Vec<&ContactEvent> = events.iter().collect();
            merges.sort_by_key(|event| event.sequence);
            for event in merges {
                let Some(secondary) = &event.secondary else { continue };
                if event.kind == EventKind::Merged {
                    into.insert(secondary.clone(), event.contact.clone());
                } else if event.kind == EventKind::Unmerged {
                    into.remove(secondary);
                }
            }
        }
        let mut world = Self { given, messages: fold(&given.messages), events, into };
        if given.options.derive_connections {
            // D27: they have no sequence, and stand by message id.
            let mut derived = world.connections();
            derived.sort_by(|(one, id), (other, by)| (one.at, id).cmp(&(other.at, by)));
            world.events.extend(derived.into_iter().map(|(event, _)| event));
        }
        world
    }

    pub(crate) fn options(&self) -> &DatasetOptions {
        &self.given.options
    }

    /// Who an id is now (M5).
    pub(crate) fn survivor(&self, id: &ForeignId) -> ForeignId {
        let mut id = id;
        while let Some(next) = self.into.get(id) {
            id = next;
        }
        id.clone()
    }

    /// P9: the current name, else the last snapshot.
    pub(crate) fn name(&self, id: &ForeignId) -> Option<String> {
        let known = self.given.directory.contacts.iter().find(|contact| contact.id == *id);
        if let Some(name) = known.and_then(|contact| contact.name.clone()).filter(|name| !name.is_empty()) {
            return Some(name);
        }
        let mut snapshots: Vec<(Instant, Option<u64>, &str)> = Vec::new();
        for event in &self.events {
            if let (true, Some(name)) = (event.contact == *id, event.name.as_deref().filter(|name| !name.is_empty())) {
                snapshots.push((event.at, event.sequence, name));
            }
        }
        snapshots.sort_unstable();
        snapshots.last().map(|snapshot| snapshot.2.to_owned())
    }

    /// P9 for a row of an event log: for deleted and merged the snapshot.
    pub(crate) fn event_name(&self, event: &ContactEvent) -> Option<String> {
        let snapshot = event.name.clone().filter(|name| !name.is_empty());
        let frozen = matches!(event.kind, EventKind::Deleted | EventKind::Merged);
        snapshot.filter(|_| frozen).or_else(|| self.name(&event.contact))
    }

    /// The channel's name, else its id; removed or not (C8).
    pub(crate) fn channel_label(&self, id: &ForeignId) -> String {
        let known = self.given.directory.channels.iter().find(|channel| channel.id == *id);
        let name = known.and_then(|channel| channel.name.clone()).filter(|name| !name.is_empty());
        name.unwrap_or_else(|| id.to_text().into_owned())
    }

    pub(crate) fn channel_kind(&self, id: Option<&ForeignId>) -> Option<&ChannelKind> {
        let id = id?;
        self.given.directory.channels.iter().find(|channel| channel.id == *id).map(|channel| &channel.kind)
    }

    /// The user's name; of a removed one the id (C8).
    pub(crate) fn user_label(&self, id: &ForeignId) -> String {
        let known = self.given.directory.users.iter().find(|user| user.id == *id && !user.removed);
        let name = known.and_then(|user| user.name.clone()).filter(|name| !name.is_empty());
        name.unwrap_or_else(|| id.to_text().into_owned())
    }

    pub(crate) fn class(&self, message: &Message) -> Class {
        class(message, self.channel_kind(message.channel.as_ref()), self.policy())
    }

    /// Whether the host says itself that the contact connected, in the life in which the instant lies.
    fn told(&self, contact: &ForeignId, channel: &ForeignId, at: i64) -> bool {
        let of_contact = |event: &&ContactEvent| event.contact == *contact;
        let deleted = |is_before: &dyn Fn(&ContactEvent) -> bool| {
            let deletions = self.events.iter().filter(|event| event.kind == EventKind::Deleted).filter(of_contact);
            deletions.filter(|event| is_before(event)).count()
        };
        let life = deleted(&|event| event.at.as_millis() < at);
        let mut told = self.events.iter().filter(|event| event.kind == EventKind::Connected).filter(of_contact);
        told.any(|told| {
            let is_before = |event: &ContactEvent| (event.at, event.sequence) < (told.at, told.sequence);
            told.channel.as_ref() == Some(channel) && deleted(&is_before) == life
        })
    }

    fn policy(&self) -> &ClassifyPolicy {
        &self.given.options.classify
    }

    /// First successes of contacts on channels (K8).
    fn connections(&self) -> Vec<(ContactEvent, ForeignId)> {
        let mut successes: Vec<(i64, bool, &Message)> = Vec::new();
        for message in &self.messages {
            if let (Some(at), true) = (success(message, self.policy().untracked), message.channel.is_some()) {
                successes.push((at, message.direction == Direction::Outgoing, message));
            }
        }
        successes.sort_by(|a, b| (a.0, a.1, &a.2.id).cmp(&(b.0, b.1, &b.2.id)));
        let mut events: Vec<&ContactEvent> = self.events.iter().collect();
        events.sort_by_key(|event| (event.at, event.sequence));
        let mut walk = Walk::default();
        let mut found = Vec::new();
        let mut next = 0;
        for (at, outgoing, message) in successes {
            while next < events.len() && events[next].at.as_millis() < at {
                walk.event(events[next]);
                next += 1;
            }
            let contact = walk.survivor(&message.contact);
            let channel = message.channel.clone().unwrap();
            if self.told(&contact, &channel, at)
                || walk.group(&contact).iter().any(|id| walk.connected.contains(&(id.clone(), channel.clone())))
            {
                continue;
            }
            walk.connected.insert((contact.clone(), channel.clone()));
            let class = self.class(message);
            let source = match &message.source {
                _ if outgoing => class.source,
                Some(source @ (Source::ClickToChatAds | Source::GrowthWidget)) => source.clone(),
                _ => Source::IncomingMessage,
            };
            let at = Instant::from_millis(at).unwrap();
            let mut event = ContactEvent::new(EventKind::Connected, at, contact).through(channel).from_source(source);
            event.user = class.user.filter(|_| outgoing);
            found.push((event, message.id.clone()));
        }
        found
    }
}

#[derive(Default)]
struct Walk {
    into: HashMap<ForeignId, ForeignId>,
    connected: HashSet<(ForeignId, ForeignId)>,
}

impl Walk {
    fn survivor(&self, id: &ForeignId) -> ForeignId {
        self.into.get(id).map_or_else(|| id.clone(), |next| self.survivor(next))
    }

    /// The contact with all that were merged into it.
    fn group(&self, contact: &ForeignId) -> Vec<ForeignId> {
        let mut group = vec![contact.clone()];
        group.extend(self.into.keys().filter(|id| self.survivor(id) == *contact).cloned());
        group
    }

    fn event(&mut self, event: &ContactEvent) {
        match (event.kind, &event.secondary) {
            (EventKind::Merged, Some(secondary)) => {
                self.into.insert(secondary.clone(), event.contact.clone());
            }
            (EventKind::Unmerged, Some(secondary)) => {
                self.into.remove(secondary);
            }
            (EventKind::Deleted, _) => {
                let group = self.group(&event.contact);
                self.connected.retain(|(contact, _)| !group.contains(contact));
            }
            _ => {}
        }
    }
}

/// Case and accents taken away (D7).
fn plain(text: &str) -> String {
    text.nfd().filter(|letter| !is_combining_mark(*letter)).collect::<String>().to_lowercase()
}

/// Whether any of the texts is in the name or in the id.
pub(crate) fn shows(needles: &[String], name: Option<&str>, id: &ForeignId) -> bool {
    let places = [plain(name.unwrap_or_default()), plain(&id.to_text())];
    needles.iter().any(|needle| places.iter().any(|place| place.contains(&plain(needle))))
}
