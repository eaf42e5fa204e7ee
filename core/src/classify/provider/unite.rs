//! From sorted facts to rows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::accounts;
use super::clash::Shared;
use super::fact::{Fact, FactChannel, FactIdentity, MessageFact, StatusFact, TAKEN_BACK};
use super::journal::JournalRows;
use super::people::{People, Scope, Settled};
use super::services;
use super::told::{channels, events, names, tellings};
use crate::arrange::{arrange, arrange_all};
use crate::channel::ChannelKind;
use crate::classify::fold::fill_facts;
use crate::classify::{ClassifyPolicy, Provider};
use crate::id::ForeignId;
use crate::message::{Direction, Facts, Message, MessageType, Source, Status, StatusUpdate};
use crate::time::Instant;

/// A thing of a provider, before it is known whether another one uses the same id.
pub(super) type Own = (Provider, ForeignId);

/// What is said of one message.
#[derive(Default)]
pub(super) struct Group<'f> {
    pub(super) messages: Vec<&'f MessageFact>,
    pub(super) statuses: Vec<&'f StatusFact>,
}

/// A row with the ids as their providers have them.
pub(super) struct Row<'f> {
    pub(super) provider: Provider,
    pub(super) message: Message,
    pub(super) kind: ChannelKind,
    pub(super) identity: FactIdentity,
    /// The earliest time that any payload gives the message: what watermarks go by.
    pub(super) earliest: Instant,
    pub(super) scope: Scope<'f>,
    pub(super) external: Option<String>,
}

/// `facts` are sorted and different from one another.
pub(super) fn rows(facts: Vec<&Fact>, policy: &ClassifyPolicy) -> JournalRows {
    let changed = services::resolved(&facts);
    if changed.is_empty() {
        return rows_of(&facts, policy);
    }
    let mut facts = facts;
    for (place, fact) in &changed {
        facts[*place] = fact;
    }
    arrange_all(&mut facts);
    facts.dedup();
    rows_of(&facts, policy)
}

fn rows_of(facts: &[&Fact], policy: &ClassifyPolicy) -> JournalRows {
    let people = people(facts);
    let mut unmatched = 0;
    let mut rows: Vec<Row<'_>> = Vec::new();
    for ((provider, id), group) in groups(facts) {
        match row(provider, id, &group, &people) {
            Found::Row(row) => rows.push(*row),
            Found::Nothing => {}
            Found::Unmatched => unmatched += group.statuses.len(),
        }
    }
    watermarks(facts, &people, &mut rows);
    let kinds = channels(facts);
    for row in &mut rows {
        if let Some(found) = row.message.channel.as_ref().and_then(|id| kinds.get(&(row.provider, id.clone()))) {
            row.kind = found.kind.clone();
        }
        if let Some(history) = &mut row.message.delivery {
            arrange(history, |a, b| {
                (a.at, a.status.rank(), &a.error_code, &a.error).cmp(&(b.at, b.status.rank(), &b.error_code, &b.error))
            });
            history.dedup();
        }
    }
    let mut events = events(facts, &people, &rows, policy);
    let names = names(facts, &people);
    let shared = Shared::of(&rows, &events, &kinds, &names);
    let mut found = JournalRows { unmatched, ..JournalRows::default() };
    found.tellings = tellings(&rows, &shared, policy);
    found.messages = rows.into_iter().map(|row| shared.message(row)).collect();
    arrange(&mut found.messages, |a, b| (a.sent_at, &a.id).cmp(&(b.sent_at, &b.id)));
    for (provider, event) in &mut events {
        event.contact = shared.contacts.name(*provider, &event.contact);
        event.channel = event.channel.take().map(|id| shared.channels.name(*provider, &id));
        event.user = event.user.take().map(|id| shared.users.name(*provider, &id));
    }
    found.events = events.into_iter().map(|(_, event)| event).collect();
    arrange(&mut found.events, |a, b| (a.at, &a.contact, a.kind).cmp(&(b.at, &b.contact, b.kind)));
    found.directory = shared.directory(kinds, names);
    found
}

pub(super) fn scope(provider: Provider, channel: &FactChannel) -> Scope<'_> {
    (provider, channel.id.as_ref())
}

fn people<'f>(facts: &[&'f Fact]) -> Settled<'f> {
    let mut people = People::default();
    for fact in facts {
        if let Fact::IdentityChange(change) = fact {
            for external in change.previous.iter().filter(|external| !change.current.contains(external)) {
                // A phone that stays while the user id changes does not end.
                if change.name != "user_id_update" || change.current.iter().any(|current| same_kind(current, external))
                {
                    people.end(scope(change.provider, &change.channel), external, change.at);
                }
            }
        }
    }
    for fact in facts {
        let (channel, provider, identity, at) = match fact {
            Fact::Message(fact) => (&fact.channel, fact.provider, &fact.identity, Some(fact.at)),
            Fact::Status(fact) => (&fact.channel, fact.provider, &fact.identity, fact.at),
            Fact::Watermark(fact) => (&fact.channel, fact.provider, &fact.identity, Some(fact.up_to)),
            Fact::ContactEvent(fact) => match &fact.channel {
                Some(channel) => (channel, fact.provider, &fact.identity, fact.at),
                None => continue,
            },
            Fact::IdentityChange(change) => {
                people.change(scope(change.provider, &change.channel), &change.previous, &change.current, change.at);
                continue;
            }
            Fact::Ignored(_) => continue,
        };
        if let (Some(external), Some(at)) = (&identity.external, at) {
            people.meet(scope(provider, channel), external, &identity.aliases, at);
        }
    }
    people.settle()
}

/// Whether two ids are both phones or both user ids.
fn same_kind(a: &str, b: &str) -> bool {
    let is_phone = |id: &str| id.bytes().all(|byte| byte.is_ascii_digit());
    is_phone(a) == is_phone(b)
}

/// What is said of each message. Facts are sorted by kind, provider and id: messages and statuses go side by side.
fn groups<'f>(facts: &[&'f Fact]) -> Vec<((Provider, Cow<'f, ForeignId>), Group<'f>)> {
    let messages = facts.iter().filter_map(|fact| match fact {
        Fact::Message(fact) => Some(&**fact),
        _ => None,
    });
    let statuses = facts.iter().filter_map(|fact| match fact {
        Fact::Status(fact) => Some(&**fact),
        _ => None,
    });
    let (mut messages, mut statuses) = (messages.peekable(), statuses.peekable());
    let mut groups = Vec::new();
    loop {
        let next = [
            messages.peek().map(|fact| (fact.provider, &fact.id)),
            statuses.peek().map(|fact| (fact.provider, &fact.id)),
        ];
        let Some(own) = next.into_iter().flatten().min() else { return groups };
        let mut group = Group::default();
        while let Some(fact) = messages.next_if(|fact| (fact.provider, &fact.id) == own) {
            group.messages.push(fact);
        }
        while let Some(fact) = statuses.next_if(|fact| (fact.provider, &fact.id) == own) {
            group.statuses.push(fact);
        }
        let said = ((own.0, Cow::Borrowed(own.1)), group);
        if accounts::are_several(own.0, &said.1) {
            groups.extend(accounts::apart(&said));
        } else {
            groups.push(said);
        }
    }
}

enum Found<'f> {
    Row(Box<Row<'f>>),
    /// No message, or none any more.
    Nothing,
    /// Statuses without anybody.
    Unmatched,
}

fn row<'f>(provider: Provider, id: Cow<'f, ForeignId>, group: &Group<'f>, people: &Settled<'f>) -> Found<'f> {
    if group.statuses.iter().any(|fact| fact.status.is_none() && fact.word == TAKEN_BACK) {
        return Found::Nothing;
    }
    let accepted = group.statuses.iter().any(|fact| fact.status.is_some_and(Status::proves_accepted));
    if !accepted && group.statuses.iter().any(|fact| fact.status.is_none()) {
        return Found::Nothing;
    }
    let Some(mut row) = (if group.messages.is_empty() {
        unseen(provider, id.into_owned(), group, people)
    } else {
        seen(provider, id.into_owned(), group, people)
    }) else {
        return Found::Unmatched;
    };
    if row.message.direction == Direction::Outgoing && !group.statuses.is_empty() {
        let updates = group.statuses.iter().filter_map(|fact| {
            Some(StatusUpdate {
                status: fact.status?,
                at: fact.at,
                error_code: fact.error_code.clone(),
                error: fact.error.clone(),
            })
        });
        row.message.delivery = Some(updates.collect());
    }
    Found::Row(Box::new(row))
}

/// The contact of a row: the product's id, else channel and person.
pub(super) fn contact_of<'f>(
    scope: Scope<'f>,
    identity: &'f FactIdentity,
    at: Instant,
    people: &Settled<'f>,
) -> Option<(ForeignId, Option<String>)> {
    let external = identity.external.as_deref().map(|external| people.person(scope, external, at).id());
    if let Some(contact) = &identity.contact {
        let external = Some(contact.to_text().into_owned());
        return Some((contact.clone(), external));
    }
    let external = external?;
    let channel = scope.1.map_or_else(|| scope.0.as_str().into(), ForeignId::to_text);
    let mut contact = String::with_capacity(channel.len() + 1 + external.len());
    for letter in channel.chars() {
        match letter {
            '%' => contact.push_str("%25"),
            '/' => contact.push_str("%2F"),
            other => contact.push(other),
        }
    }
    contact.push('/');
    contact.push_str(&external);
    Some((contact.into(), Some(external)))
}

/// A message that some payload told of. Our own record wins over an echo of it, field by field (K1).
fn seen<'f>(provider: Provider, id: ForeignId, group: &Group<'f>, people: &Settled<'f>) -> Option<Row<'f>> {
    let is_echo = |fact: &MessageFact| fact.facts.is_echo || fact.facts.is_phone_app_echo;
    let (echoes, records): (Vec<&MessageFact>, Vec<&MessageFact>) =
        group.messages.iter().partition(|fact| is_echo(fact));
    let best = if records.is_empty() { &echoes } else { &records };
    let earliest = group.messages.iter().map(|fact| fact.at).min()?;
    let at = best.iter().map(|fact| fact.at).min()?;
    let first = *best.iter().min_by_key(|fact| fact.at)?;
    let all = || best.iter().copied().chain(if records.is_empty() { [].iter() } else { echoes.iter() }.copied());
    let scope =
        scope(provider, all().map(|fact| &fact.channel).find(|channel| channel.id.is_some()).unwrap_or(&first.channel));
    let mut identity = first.identity.clone();
    let known = all().find_map(|fact| contact_of(scope, &fact.identity, fact.at, people).map(|found| (found, fact)));
    let ((contact, external), by) = known?;
    if identity.contact.is_none() && identity.external.is_none() {
        identity = by.identity.clone();
    }
    for known in all().map(|fact| &fact.identity) {
        for (kept, more) in [
            (&mut identity.name, &known.name),
            (&mut identity.phone, &known.phone),
            (&mut identity.email, &known.email),
        ] {
            if kept.is_none() {
                kept.clone_from(more);
            }
        }
    }
    let mut message = Message::new(id, at, first.direction, contact);
    message.channel = scope.1.cloned();
    message.content = all().find_map(|fact| fact.content.clone());
    if first.direction == Direction::Incoming {
        let is_ad = all().any(|fact| fact.source == Some(Source::ClickToChatAds));
        message.source = is_ad.then_some(Source::ClickToChatAds);
    } else {
        message.user = all().find_map(|fact| fact.user.clone());
        message.team = all().find_map(|fact| fact.team.clone());
        message.broadcast = all().find_map(|fact| fact.broadcast.clone());
        let mut facts = Facts::default();
        for fact in all() {
            fill_facts(&mut facts, &fact.facts);
        }
        if !records.is_empty() {
            facts.is_echo = false;
            facts.is_phone_app_echo = false;
            facts.app_id = None;
        }
        message.facts = Some(Box::new(facts)).filter(|facts| **facts != Facts::default());
    }
    let kind = all().map(|fact| &fact.channel.kind).find(|kind| is_known(kind)).unwrap_or(&first.channel.kind).clone();
    Some(Row { provider, message, kind, identity, earliest, scope, external })
}

pub(super) fn is_known(kind: &ChannelKind) -> bool {
    !matches!(kind, ChannelKind::Other(word) if &**word == "unknown")
}

/// A message that only its statuses tell of: to whom, and by the earliest of them when.
fn unseen<'f>(provider: Provider, id: ForeignId, group: &Group<'f>, people: &Settled<'f>) -> Option<Row<'f>> {
    let at = group.statuses.iter().filter_map(|fact| fact.at).min()?;
    let by = *group.statuses.iter().find(|fact| fact.identity.contact.is_some() || fact.identity.external.is_some())?;
    let scope = scope(provider, &by.channel);
    let (contact, external) = contact_of(scope, &by.identity, by.at.unwrap_or(at), people)?;
    let mut message = Message::new(id, at, Direction::Outgoing, contact);
    message.channel = scope.1.cloned();
    // Priced by message, and not for service: that is a template, whose name nobody told.
    let is_template = group.statuses.iter().filter_map(|fact| fact.pricing.as_ref()).any(|pricing| {
        let templates = ["marketing", "marketing_lite", "utility", "authentication", "authentication_international"];
        pricing.model.as_deref() == Some("PMP")
            && pricing.category.as_deref().is_some_and(|category| templates.contains(&category))
    });
    message.message_type = is_template.then_some(MessageType::WhatsappMessageTemplate);
    let identity = by.identity.clone();
    Some(Row { provider, message, kind: by.channel.kind.clone(), identity, earliest: at, scope, external })
}

/// Who read or got everything up to when, and when that was said.
fn watermarks<'f>(facts: &[&'f Fact], people: &Settled<'f>, rows: &mut [Row<'f>]) {
    type To<'f> = (Scope<'f>, String, u8);
    let mut marks: BTreeMap<To<'f>, Vec<(Instant, Instant)>> = BTreeMap::new();
    for fact in facts {
        if let Fact::Watermark(mark) = fact {
            let scope = scope(mark.provider, &mark.channel);
            let Some((_, Some(external))) = contact_of(scope, &mark.identity, mark.up_to, people) else { continue };
            marks.entry((scope, external, mark.status.rank())).or_default().push((mark.up_to, mark.at));
        }
    }
    // Of all marks at or behind an instant the earliest said counts: minima from the back.
    for marks in marks.values_mut() {
        arrange_all(marks);
        for place in (1..marks.len()).rev() {
            marks[place - 1].1 = marks[place - 1].1.min(marks[place].1);
        }
    }
    for row in rows.iter_mut().filter(|row| row.message.direction == Direction::Outgoing) {
        let history = row.message.delivery.as_deref().unwrap_or_default();
        let is_refused = history.iter().any(|update| update.status == Status::Failed)
            && !history.iter().any(|update| update.status.proves_accepted());
        let Some(external) = row.external.clone().filter(|_| !is_refused) else { continue };
        for status in [Status::Delivered, Status::Read] {
            let Some(marks) = marks.get(&(row.scope, external.clone(), status.rank())) else { continue };
            let place = marks.partition_point(|(up_to, _)| *up_to < row.earliest);
            if let Some((_, at)) = marks.get(place) {
                row.message.delivery.get_or_insert_default().push(StatusUpdate::new(status, Some(*at)));
            }
        }
    }
}
