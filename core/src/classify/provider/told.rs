//! What facts tell beside the rows: channels, names, contacts that came and went, what a workspace is told.

use std::collections::{BTreeMap, HashMap};

use super::clash::Shared;
use super::fact::{ContactEventKind, Fact, FactChannel};
use super::journal::Telling;
use super::people::Settled;
use super::unite::{Own, Row, contact_of, is_known, scope};
use crate::arrange::arrange;
use crate::channel::Channel;
use crate::classify::{self, ClassifyPolicy, Provider};
use crate::contact::Identity;
use crate::event::{ContactEvent, EventKind};
use crate::id::ForeignId;
use crate::message::{Direction, Source};
use crate::time::Instant;

/// Channels by what facts say of them, in whichever order.
pub(super) fn channels(facts: &[&Fact]) -> BTreeMap<Own, Channel> {
    let mut found: BTreeMap<Own, Channel> = BTreeMap::new();
    let mut last: Option<(Provider, &FactChannel)> = None;
    for fact in facts {
        let (provider, channel) = match fact {
            Fact::Message(fact) => (fact.provider, &fact.channel),
            Fact::Status(fact) => (fact.provider, &fact.channel),
            Fact::Watermark(fact) => (fact.provider, &fact.channel),
            Fact::IdentityChange(fact) => (fact.provider, &fact.channel),
            Fact::ContactEvent(fact) => match &fact.channel {
                Some(channel) => (fact.provider, channel),
                None => continue,
            },
            Fact::Ignored(_) => continue,
        };
        let Some(id) = &channel.id else { continue };
        // One after the other they are mostly the same.
        if last == Some((provider, channel)) {
            continue;
        }
        last = Some((provider, channel));
        let kept =
            found.entry((provider, id.clone())).or_insert_with(|| Channel::new(id.clone(), channel.kind.clone()));
        // A known kind over an unknown one, else the first of the labels; names likewise: no order can matter.
        if (!is_known(&channel.kind), &channel.kind) < (!is_known(&kept.kind), &kept.kind) {
            kept.kind = channel.kind.clone();
        }
        if channel.name.is_some() && (kept.name.is_none() || channel.name < kept.name) {
            kept.name.clone_from(&channel.name);
        }
    }
    found
}

/// The latest name of each contact.
pub(super) fn names<'f>(facts: &[&'f Fact], people: &Settled<'f>) -> BTreeMap<Own, String> {
    let mut found: BTreeMap<Own, (Instant, &str)> = BTreeMap::new();
    for fact in facts {
        let (scope, identity, at) = match fact {
            Fact::Message(fact) => (scope(fact.provider, &fact.channel), &fact.identity, fact.at),
            Fact::Status(fact) => {
                (scope(fact.provider, &fact.channel), &fact.identity, fact.at.unwrap_or(Instant::MIN))
            }
            Fact::ContactEvent(fact) => {
                let channel = fact.channel.as_ref().and_then(|channel| channel.id.as_ref());
                ((fact.provider, channel), &fact.identity, fact.at.unwrap_or(Instant::MIN))
            }
            _ => continue,
        };
        let (Some(name), Some((contact, _))) = (&identity.name, contact_of(scope, identity, at, people)) else {
            continue;
        };
        let name = (at, name.as_str());
        found.entry((scope.0, contact)).and_modify(|kept| *kept = name.max(*kept)).or_insert(name);
    }
    found.into_iter().map(|(contact, (_, name))| (contact, name.to_owned())).collect()
}

fn source_of(row: &Row<'_>, policy: &ClassifyPolicy) -> Source {
    match row.message.direction {
        Direction::Incoming => row.message.source.clone().unwrap_or(Source::IncomingMessage),
        Direction::Outgoing => {
            let found = classify::outgoing(&row.message, Some(&row.kind), policy);
            found.source.map_or(Source::Unknown, std::borrow::Cow::into_owned)
        }
    }
}

/// By time; at the same instant incoming before outgoing (D19).
fn order_of<'r>(row: &'r Row<'_>) -> (Instant, bool, &'r ForeignId) {
    (row.message.sent_at, row.message.direction == Direction::Outgoing, &row.message.id)
}

/// Added and deleted events.
pub(super) fn events<'f>(
    facts: &[&'f Fact],
    people: &Settled<'f>,
    rows: &[Row<'f>],
    policy: &ClassifyPolicy,
) -> Vec<(Provider, ContactEvent)> {
    let mut created: BTreeMap<Own, ContactEvent> = BTreeMap::new();
    let mut deleted: BTreeMap<Own, Instant> = BTreeMap::new();
    for fact in facts {
        let Fact::ContactEvent(fact) = fact else { continue };
        let channel = fact.channel.as_ref().and_then(|channel| channel.id.as_ref());
        let Some(at) = fact.at else { continue };
        let Some((contact, _)) = contact_of((fact.provider, channel), &fact.identity, at, people) else { continue };
        let own = (fact.provider, contact);
        match fact.kind {
            ContactEventKind::Created => {
                let mut event = ContactEvent::new(EventKind::Added, at, own.1.clone());
                event.name.clone_from(&fact.identity.name);
                event.source = Some(fact.source.clone().unwrap_or(Source::Unknown));
                event.user.clone_from(&fact.user);
                let kept = created.entry(own).or_insert_with(|| event.clone());
                let is_unknown = |event: &ContactEvent| event.source == Some(Source::Unknown);
                let order = (event.at, is_unknown(&event), &event.name, &event.user);
                if order < (kept.at, is_unknown(kept), &kept.name, &kept.user) {
                    *kept = event;
                }
            }
            ContactEventKind::Deleted => {
                // A delivery that is repeated may bear the time at which it came: the first one counts.
                deleted.entry(own).and_modify(|first| *first = at.min(*first)).or_insert(at);
            }
            _ => {}
        }
    }
    // C7: who writes, or is written to, on a bare channel for the first time is new.
    let mut firsts: HashMap<(Provider, &ForeignId), &Row<'f>> = HashMap::new();
    for row in rows.iter().filter(|row| row.identity.contact.is_none()) {
        let kept = firsts.entry((row.provider, &row.message.contact)).or_insert(row);
        if order_of(row) < order_of(kept) {
            *kept = row;
        }
    }
    for ((provider, contact), row) in firsts {
        created.entry((provider, contact.clone())).or_insert_with(|| {
            let source = source_of(row, policy);
            let mut event = ContactEvent::new(EventKind::Added, row.message.sent_at, row.message.contact.clone());
            event.name.clone_from(&row.identity.name);
            event.channel.clone_from(&row.message.channel);
            event.user = row.message.user.clone().filter(|_| source == Source::User);
            event.source = Some(source);
            event
        });
    }
    let added = created.into_iter().map(|((provider, _), event)| (provider, event));
    let deleted = deleted.into_iter().map(|((provider, contact), at)| {
        (provider, ContactEvent::new(EventKind::Deleted, at, contact).from_source(Source::Unknown))
    });
    added.chain(deleted).collect()
}

/// What happened, in order, for a workspace.
pub(super) fn tellings(rows: &[Row<'_>], shared: &Shared, policy: &ClassifyPolicy) -> Vec<Telling> {
    let mut found: Vec<(Telling, ForeignId)> = Vec::new();
    for row in rows {
        let (Some(channel), Some(external)) = (&row.message.channel, &row.external) else { continue };
        let channel = shared.channels.name(row.provider, channel);
        let Ok(identity) = Identity::new(channel, external.as_str()) else { continue };
        let delivery = classify::delivery(row.message.sent_at, row.message.delivery.as_deref(), policy.untracked);
        let is_incoming = row.message.direction == Direction::Incoming;
        let at = if is_incoming { None } else { delivery.first_success() };
        let telling = Telling {
            at: at.unwrap_or(row.message.sent_at),
            identity,
            direction: row.message.direction,
            source: source_of(row, policy),
            accepted: is_incoming || delivery.accepted,
            name: row.identity.name.clone(),
            phone: row.identity.phone.clone(),
            email: row.identity.email.clone(),
        };
        found.push((telling, shared.messages.name(row.provider, &row.message.id)));
    }
    // D19: incoming before outgoing.
    arrange(&mut found, |(a, a_id), (b, b_id)| {
        let is_ours = |telling: &Telling| telling.direction == Direction::Outgoing;
        (a.at, is_ours(a), a_id).cmp(&(b.at, is_ours(b), b_id))
    });
    found.into_iter().map(|(telling, _)| telling).collect()
}
