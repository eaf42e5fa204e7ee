//! What an undo changes downstream: how the survivor, and every later merge into it, would be without the merge (M7, D15).

use std::hash::Hash;

use super::carry::carry;
use super::combine::{SHORT, SHORT_ORDERED, combine, custom_value, main_email, main_phone, single, strictest};
use super::crowd::{Crowd, Kind};
use super::record::MergeRecord;
use crate::arrange::arrange_all;
use crate::contact::{Connection, Contact, Subscription, SubscriptionStatus};
use crate::id::ForeignId;

/// A contact as it was with the merge, and as it would have been without: both hold only what differs, and what is
/// needed to lay the difference over the contact (records hold no more, either).
pub(crate) struct Shift {
    old: Box<Contact>,
    new: Box<Contact>,
    /// Whether fields that hold one value differ.
    is_single: bool,
}

impl Shift {
    pub(crate) fn of(record: &MergeRecord) -> Self {
        let old = Box::new(combine(&record.primary, &record.secondary, &record.choices, record.created_at));
        let mut shift = Self { old, new: record.primary.clone(), is_single: true };
        shift.is_single = shift.differs();
        shift
    }

    fn differs(&self) -> bool {
        !same_single(&self.old, &self.new)
    }

    /// Whether no later merge can be concerned: single values are the same, and nobody else brought what goes. Of
    /// identities each is one contact's.
    pub(crate) fn is_over(&self, crowd: Option<&Crowd>) -> bool {
        let (old, new) = (&*self.old, &*self.new);
        !self.is_single
            && ends(Kind::ForeignKey, &old.foreign_keys, &new.foreign_keys, crowd)
            && ends(Kind::Phone, &old.phones, &new.phones, crowd)
            && ends(Kind::Email, &old.emails, &new.emails, crowd)
            && ends(Kind::Tag, &old.tags, &new.tags, crowd)
            && ends(Kind::List, &old.lists, &new.lists, crowd)
            && channels(&old.connections, &new.connections, |one| &one.channel, Kind::Connection, crowd)
            && channels(&old.subscriptions, &new.subscriptions, |one| &one.channel, Kind::Subscription, crowd)
            && self.differing_names().iter().all(|name| crowd.is_some_and(|crowd| !crowd.is_shared(Kind::Custom, name)))
    }

    /// Lays the difference over a later merge, and passes on what is left of it after that one.
    pub(crate) fn pass(&mut self, next: &mut MergeRecord) {
        let (choices, policy) = (next.choices.clone(), next.created_at);
        let was = self.is_single.then(|| single(&next.primary, &next.secondary, &choices, policy));
        let names: Vec<Box<str>> = self.differing_names();
        let known = |name: &str| next.secondary.custom.contains_key(name) || choices.custom.contains_key(name);
        let names: Vec<Box<str>> = names.into_iter().filter(|name| known(name)).collect();
        let own_before: Vec<_> = names.iter().map(|name| next.primary.custom.get(name).cloned()).collect();
        carry(&self.old, &self.new, &mut next.primary);
        let (phone, email) = (main_phone(&next.secondary, &choices), main_email(&next.secondary, &choices));
        if let Some(was) = was {
            let is = single(&next.primary, &next.secondary, &choices, policy);
            (*self.old, *self.new) = (with_lists(was, &mut self.old), with_lists(is, &mut self.new));
            self.is_single = self.differs();
        }
        for (name, before) in names.into_iter().zip(own_before) {
            let written = |own| custom_value(own, next.secondary.custom.get(&name), choices.custom.get(&name));
            let (before, after) = (written(before.as_ref()), written(next.primary.custom.get(&name)));
            set(&mut self.old, &name, before);
            set(&mut self.new, &name, after);
        }
        let (old, new, theirs) = (&mut *self.old, &mut *self.new, &*next.secondary);
        unite(&mut old.foreign_keys, &mut new.foreign_keys, &theirs.foreign_keys, (None, SHORT), same);
        unite(&mut old.phones, &mut new.phones, &theirs.phones, (phone, SHORT_ORDERED), same);
        unite(&mut old.emails, &mut new.emails, &theirs.emails, (email, SHORT_ORDERED), same);
        unite(&mut old.tags, &mut new.tags, &theirs.tags, (None, SHORT), same);
        unite(&mut old.lists, &mut new.lists, &theirs.lists, (None, SHORT), same);
        unite(&mut old.identities, &mut new.identities, &theirs.identities, (None, SHORT), same);
        let on_one = |a: &Connection, b: &Connection| a.channel == b.channel;
        unite(&mut old.connections, &mut new.connections, &theirs.connections, (None, SHORT), on_one);
        subscribe(&mut old.subscriptions, &mut new.subscriptions, &theirs.subscriptions);
    }

    /// Lays the difference over the contact as it is now.
    pub(crate) fn lay(&self, now: &mut Contact) {
        carry(&self.old, &self.new, now);
    }

    /// Channels on which the contact is no longer connected.
    pub(crate) fn lost_channels(&self) -> Vec<ForeignId> {
        let lost = self.old.connections.iter().filter(|one| !self.new.is_connected(&one.channel));
        lost.map(|one| one.channel.clone()).collect()
    }

    fn differing_names(&self) -> Vec<Box<str>> {
        let names = self.old.custom.keys().chain(self.new.custom.keys());
        let mut names: Vec<Box<str>> =
            names.filter(|name| self.old.custom.get(*name) != self.new.custom.get(*name)).cloned().collect();
        arrange_all(&mut names);
        names.dedup();
        names
    }
}

fn same<T: PartialEq>(one: &T, other: &T) -> bool {
    one == other
}

/// A contact's single values, with the lists of another one.
fn with_lists(single: Contact, lists: &mut Contact) -> Contact {
    use std::mem::take;
    Contact {
        foreign_keys: take(&mut lists.foreign_keys),
        phones: take(&mut lists.phones),
        emails: take(&mut lists.emails),
        custom: take(&mut lists.custom),
        tags: take(&mut lists.tags),
        lists: take(&mut lists.lists),
        identities: take(&mut lists.identities),
        connections: take(&mut lists.connections),
        subscriptions: take(&mut lists.subscriptions),
        ..single
    }
}

fn same_single(old: &Contact, new: &Contact) -> bool {
    crate::contact::Field::TEXTS.iter().all(|field| old.plain(*field) == new.plain(*field))
        && old.assignee == new.assignee
        && old.conversation == new.conversation
        && old.origin == new.origin
        && old.created_at == new.created_at
        && old.blocked == new.blocked
        && old.last_interaction == new.last_interaction
        && old.last_incoming == new.last_incoming
        && old.last_outgoing == new.last_outgoing
}

/// Whether nobody else brought what differs. Lists that differ by their order only go on.
fn ends<T: PartialEq + Hash>(kind: Kind, old: &[T], new: &[T], crowd: Option<&Crowd>) -> bool {
    if old == new {
        return true;
    }
    let Some(crowd) = crowd else { return false };
    let kept = old.iter().filter(|item| new.contains(item));
    kept.eq(new) && old.iter().all(|item| new.contains(item) || !crowd.is_shared(kind, item))
}

fn channels<T: PartialEq>(
    old: &[T],
    new: &[T],
    channel: impl Fn(&T) -> &ForeignId,
    kind: Kind,
    crowd: Option<&Crowd>,
) -> bool {
    let is_shared = |item: &T| crowd.is_none_or(|crowd| crowd.is_shared(kind, channel(item)));
    old == new || old.iter().chain(new).all(|item| (old.contains(item) && new.contains(item)) || !is_shared(item))
}

fn set(contact: &mut Contact, name: &str, value: Option<crate::contact::CustomValue>) {
    match value {
        Some(value) => drop(contact.custom.insert(name.into(), value)),
        None => drop(contact.custom.remove(name)),
    }
}

/// Merges what the next secondary brings into both; nothing is left where they are the same then.
fn unite<T: Clone + PartialEq>(
    old: &mut Vec<T>,
    new: &mut Vec<T>,
    theirs: &[T],
    (main, short): (Option<T>, usize),
    same: impl Fn(&T, &T) -> bool,
) {
    if old == new {
        old.clear();
        new.clear();
        return;
    }
    // Of long lists only what differs can matter.
    let is_long = old.len() > short;
    let has = |list: &[T], item: &T| list.iter().any(|other| same(other, item));
    for item in theirs.iter().filter(|item| !is_long || has(old, item) || has(new, item)).cloned().collect::<Vec<_>>() {
        if !has(old, &item) {
            old.push(item.clone());
        }
        if !has(new, &item) {
            new.push(item);
        }
    }
    if let Some(main) = main {
        for list in [&mut *old, &mut *new] {
            match list.iter().position(|item| *item == main) {
                Some(at) => list[..=at].rotate_right(1),
                None => list.insert(0, main.clone()),
            }
        }
    }
    if old == new {
        old.clear();
        new.clear();
    }
}

/// The same for subscriptions, by channel: the most restrictive one.
fn subscribe(old: &mut Vec<Subscription>, new: &mut Vec<Subscription>, theirs: &[Subscription]) {
    if old == new {
        old.clear();
        new.clear();
        return;
    }
    let status = |list: &[Subscription], channel: &ForeignId| -> Option<SubscriptionStatus> {
        list.iter().find(|one| one.channel == *channel).map(|one| one.status)
    };
    let is_long = old.len() > SHORT;
    for entry in theirs {
        let channel = &entry.channel;
        if is_long && status(old, channel).is_none() && status(new, channel).is_none() {
            continue;
        }
        for list in [&mut *old, &mut *new] {
            let merged = strictest(status(list, channel), Some(entry.status)).unwrap_or(entry.status);
            match list.iter_mut().find(|one| one.channel == *channel) {
                Some(own) => own.status = merged,
                None => list.push(entry.clone()),
            }
        }
    }
}
