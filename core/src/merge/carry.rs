//! Three-way: what happened since `old` is laid over `new` (M7, D14).

use std::collections::BTreeMap;
use std::hash::Hash;

use rustc_hash::FxHashSet;

use crate::arrange::arrange_all;
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

fn list<T: Clone + Eq + Hash>(old: &Vec<T>, new: &Vec<T>, now: &mut Vec<T>) {
    if old == new {
        return;
    }
    if now == old {
        now.clone_from(new);
        return;
    }
    let gone: Vec<&T> = old.iter().filter(|item| !new.contains(item)).collect();
    if gone.len() > FEW {
        let gone: FxHashSet<&T> = gone.into_iter().collect();
        now.retain(|item| !gone.contains(item));
    } else {
        // What came last goes first, mostly.
        for item in gone {
            if let Some(at) = now.iter().rposition(|other| other == item) {
                now.remove(at);
            }
        }
    }
    for item in new {
        if !old.contains(item) && !now.contains(item) {
            now.push(item.clone());
        }
    }
    order(old, new, now);
}

/// Items that are looked for one by one.
const FEW: usize = 8;

/// Puts what both have in `new`'s order, where it stands in `old`'s still: what somebody moved to the front since stays
/// there. A main value that is the one that the merge put first gives way to the one before (M7, field by field).
fn order<T: Clone + Eq>(old: &[T], new: &[T], now: &mut [T]) {
    let place = |list: &[T], item: &T| list.iter().position(|other| other == item);
    let both: Vec<&T> = new.iter().filter(|item| old.contains(item)).collect();
    if both.is_empty() || old.iter().filter(|item| new.contains(item)).eq(both.iter().copied()) {
        return;
    }
    // The places of what both have, with the ranks in `old` and in `new`.
    let mut found: Vec<(usize, usize, usize)> = Vec::with_capacity(both.len());
    for item in both {
        if let (Some(at), Some(was), Some(is)) = (place(now, item), place(old, item), place(new, item)) {
            found.push((at, was, is));
        }
    }
    arrange_all(&mut found);
    let moved = (1..found.len()).rev().find(|row| found[row - 1].1 > found[*row].1).unwrap_or(0);
    let rest = &found[moved..];
    let mut by_rank: Vec<(usize, usize)> = rest.iter().map(|(at, _, is)| (*is, *at)).collect();
    arrange_all(&mut by_rank);
    let items: Vec<T> = by_rank.iter().map(|(_, at)| now[*at].clone()).collect();
    for ((at, ..), item) in rest.iter().zip(items) {
        now[*at] = item;
    }
    let is_as_written = moved > 0 && now.first() == old.first();
    if let Some(at) = new.first().filter(|_| is_as_written).and_then(|main| place(now, main)) {
        now[..=at].rotate_right(1);
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
