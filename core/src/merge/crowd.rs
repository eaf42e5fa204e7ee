//! What the lists of a contact with many merged-in ones may hold, so that a further merge or an undo need not look
//! through them.

use std::hash::{BuildHasher, Hash, RandomState};

use rustc_hash::FxHashMap;

use super::choice::Choices;
use super::combine::{SHORT, main_email, main_phone};
use super::record::MergeRecord;
use crate::contact::Contact;

/// A list of a contact.
#[derive(Debug, Clone, Copy, Hash)]
pub(super) enum Kind {
    ForeignKey,
    Phone,
    Email,
    Tag,
    List,
    Identity,
    Connection,
    Subscription,
    Custom,
}

/// Items by their hashes, under a key of this process: they come from strangers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Crowd {
    hasher: RandomState,
    /// Of every item that the lists may hold, how many of the merges in force brought it. Never too few: what left the
    /// lists otherwise than by an undo stays here.
    brought: FxHashMap<u64, u32>,
}

impl Crowd {
    /// Whether a list of a contact is long.
    pub(crate) fn is_needed(contact: &Contact) -> bool {
        let Contact { foreign_keys, phones, emails, tags, lists, identities, connections, subscriptions, .. } = contact;
        let lens = [foreign_keys.len(), phones.len(), emails.len(), tags.len(), lists.len(), identities.len()];
        lens.into_iter().chain([connections.len(), subscriptions.len()]).any(|len| len > SHORT)
    }

    /// Of a survivor, and of the secondaries of the merges in force.
    pub(crate) fn of<'a>(survivor: &Contact, records: impl Iterator<Item = &'a MergeRecord>) -> Self {
        let mut crowd = Self::default();
        crowd.gains(survivor, usize::MAX);
        records.for_each(|record| crowd.brings(&record.secondary, &record.choices));
        crowd
    }

    pub(super) fn may_hold(&self, kind: Kind, item: &impl Hash) -> bool {
        self.brought.contains_key(&self.key(kind, item))
    }

    /// Whether another merge may have brought an item as well.
    pub(super) fn is_shared(&self, kind: Kind, item: &impl Hash) -> bool {
        self.brought.get(&self.key(kind, item)).is_some_and(|count| *count > 1)
    }

    pub(super) fn brings(&mut self, secondary: &Contact, choices: &Choices) {
        for key in self.brought_by(secondary, choices) {
            let count = self.brought.entry(key).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Takes note that a merge is undone.
    pub(crate) fn leaves(&mut self, record: &MergeRecord) {
        for key in self.brought_by(&record.secondary, &record.choices) {
            if let Some(count) = self.brought.get_mut(&key) {
                *count = count.saturating_sub(1);
            }
        }
    }

    /// What a merge may write: what the secondary has, and what was chosen.
    fn brought_by(&self, secondary: &Contact, choices: &Choices) -> Vec<u64> {
        let mut keys = Vec::new();
        self.each(secondary, usize::MAX, |key| keys.push(key));
        let names = secondary.custom.keys().chain(choices.custom.keys());
        keys.extend(names.map(|name| self.key(Kind::Custom, name)));
        keys.extend(main_phone(secondary, choices).map(|phone| self.key(Kind::Phone, &phone)));
        keys.extend(main_email(secondary, choices).map(|email| self.key(Kind::Email, &email)));
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Takes note of the first and the last items of every list, after up to that many came to one.
    pub(crate) fn gains(&mut self, survivor: &Contact, last: usize) {
        let mut keys = Vec::new();
        self.each(survivor, last, |key| keys.push(key));
        for key in keys {
            self.brought.entry(key).or_default();
        }
    }

    fn each(&self, contact: &Contact, last: usize, mut found: impl FnMut(u64)) {
        fn ends<T>(items: &[T], last: usize) -> impl Iterator<Item = &T> {
            let rest = items.len().saturating_sub(last);
            items[..rest.min(1)].iter().chain(&items[rest..])
        }
        let Contact { foreign_keys, phones, emails, tags, lists, identities, connections, subscriptions, .. } = contact;
        ends(foreign_keys, last).for_each(|item| found(self.key(Kind::ForeignKey, item)));
        ends(phones, last).for_each(|item| found(self.key(Kind::Phone, item)));
        ends(emails, last).for_each(|item| found(self.key(Kind::Email, item)));
        ends(tags, last).for_each(|item| found(self.key(Kind::Tag, item)));
        ends(lists, last).for_each(|item| found(self.key(Kind::List, item)));
        ends(identities, last).for_each(|item| found(self.key(Kind::Identity, item)));
        ends(connections, last).for_each(|item| found(self.key(Kind::Connection, &item.channel)));
        ends(subscriptions, last).for_each(|item| found(self.key(Kind::Subscription, &item.channel)));
    }

    fn key(&self, kind: Kind, item: &impl Hash) -> u64 {
        self.hasher.hash_one((kind, item))
    }
}
