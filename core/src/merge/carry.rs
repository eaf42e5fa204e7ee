//! Three-way: what happened since `old` is laid over `new` (M7, D14).

use std::collections::BTreeMap;

use crate::contact::{Contact, Field};

/// Gives `now` as it would be, had it begun as `new` and not as `old`: values that are still `old`'s become `new`'s,
/// values edited since stay; of lists, what was added since stays and what was removed since is gone.
///
/// Values are compared, not histories: changed away and back counts as untouched (D14).
pub(super) fn carry(old: &Contact, new: &Contact, now: &mut Contact) {
    for field in Field::TEXTS {
        value(old.plain(field), new.plain(field), now.plain_mut(field));
    }
    list(&old.phones, &new.phones, &mut now.phones);
    list(&old.emails, &new.emails, &mut now.emails);
    list(&old.tags, &new.tags, &mut now.tags);
    list(&old.lists, &new.lists, &mut now.lists);
    list(&old.foreign_keys, &new.foreign_keys, &mut now.foreign_keys);
    list(&old.identities, &new.identities, &mut now.identities);
    list(&old.connections, &new.connections, &mut now.connections);
    keyed(&old.subscriptions, &new.subscriptions, &mut now.subscriptions, |entry| &entry.channel);
    map(&old.custom, &new.custom, &mut now.custom);
    value(&old.assignee, &new.assignee, &mut now.assignee);
    value(&old.conversation, &new.conversation, &mut now.conversation);
    value(&old.origin, &new.origin, &mut now.origin);
    value(&old.created_at, &new.created_at, &mut now.created_at);
    value(&old.blocked, &new.blocked, &mut now.blocked);
    value(&old.last_interaction, &new.last_interaction, &mut now.last_interaction);
    value(&old.last_incoming, &new.last_incoming, &mut now.last_incoming);
    value(&old.last_outgoing, &new.last_outgoing, &mut now.last_outgoing);
}

fn value<T: Clone + PartialEq>(old: &T, new: &T, now: &mut T) {
    if now == old && old != new {
        now.clone_from(new);
    }
}

fn list<T: Clone + PartialEq>(old: &Vec<T>, new: &Vec<T>, now: &mut Vec<T>) {
    if old == new {
        return;
    }
    if now == old {
        now.clone_from(new);
        return;
    }
    now.retain(|item| new.contains(item) || !old.contains(item));
    for item in new {
        if !old.contains(item) && !now.contains(item) {
            now.push(item.clone());
        }
    }
}

fn map<V: Clone + PartialEq>(
    old: &BTreeMap<Box<str>, V>,
    new: &BTreeMap<Box<str>, V>,
    now: &mut BTreeMap<Box<str>, V>,
) {
    for name in old.keys().chain(new.keys()) {
        if now.get(name) != old.get(name) {
            continue;
        }
        match new.get(name) {
            Some(value) => now.insert(name.clone(), value.clone()),
            None => now.remove(name),
        };
    }
}

fn keyed<T: Clone + PartialEq, K: PartialEq>(old: &Vec<T>, new: &Vec<T>, now: &mut Vec<T>, key: impl Fn(&T) -> &K) {
    if old == new {
        return;
    }
    if now == old {
        now.clone_from(new);
        return;
    }
    let find = |list: &[T], wanted: &K| list.iter().find(|item| key(item) == wanted).cloned();
    for item in old.iter().chain(new) {
        let wanted = key(item);
        let current = find(now, wanted);
        if current != find(old, wanted) {
            continue;
        }
        match (now.iter().position(|item| key(item) == wanted), find(new, wanted)) {
            (Some(position), Some(value)) => now[position] = value,
            (Some(position), None) => drop(now.remove(position)),
            (None, Some(value)) => now.push(value),
            (None, None) => {}
        }
    }
}
