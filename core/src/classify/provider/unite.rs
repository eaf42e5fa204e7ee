//! From sorted facts to rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::fact::{ContactEventKind, Fact, FactChannel, FactIdentity, MessageFact, StatusFact};
use super::journal::{JournalRows, Telling};
use super::people::{People, Scope, Settled};
use crate::arrange::{arrange, arrange_all};
use crate::channel::{Channel, ChannelKind};
use crate::classify::{self, ClassifyPolicy, Provider};
use crate::contact::Identity;
use crate::directory::{Directory, Named};
use crate::event::{ContactEvent, EventKind};
use crate::id::ForeignId;
use crate::message::{Direction, Facts, Message, MessageType, Source, Status, StatusUpdate};
use crate::time::Instant;

/// A thing of a provider, before it is known whether another one uses the same id.
type Own = (Provider, ForeignId);

/// What is said of one message.
#[derive(Default)]
struct Group<'f> {
    messages: Vec<&'f MessageFact>,
    statuses: Vec<&'f StatusFact>,
}

/// A row with the ids as their providers have them.
struct Row<'f> {
    provider: Provider,
    message: Message,
    kind: ChannelKind,
    identity: FactIdentity,
    /// The earliest time that any payload gives the message: what watermarks go by.
    earliest: Instant,
    scope: Scope<'f>,
    external: Option<String>,
}

/// `facts` are sorted and different from one another.
pub(super) fn rows(facts: &[&Fact], policy: &ClassifyPolicy) -> JournalRows {
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

fn scope(provider: Provider, channel: &FactChannel) -> Scope<'_> {
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
fn groups<'f>(facts: &[&'f Fact]) -> Vec<((Provider, &'f ForeignId), Group<'f>)> {
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
        groups.push((own, group));
    }
}

enum Found<'f> {
    Row(Box<Row<'f>>),
    /// No message, or none any more.
    Nothing,
    /// Statuses without anybody.
    Unmatched,
}

fn row<'f>(provider: Provider, id: &'f ForeignId, group: &Group<'f>, people: &Settled<'f>) -> Found<'f> {
    let accepted = group.statuses.iter().any(|fact| fact.status.is_some_and(Status::proves_accepted));
    if !accepted && group.statuses.iter().any(|fact| fact.status.is_none()) {
        return Found::Nothing;
    }
    let Some(mut row) = (if group.messages.is_empty() {
        unseen(provider, id, group, people)
    } else {
        seen(provider, id, group, people)
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
fn contact_of<'f>(
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
fn seen<'f>(provider: Provider, id: &'f ForeignId, group: &Group<'f>, people: &Settled<'f>) -> Option<Row<'f>> {
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
    let mut message = Message::new(id.clone(), at, first.direction, contact);
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
            add(&mut facts, &fact.facts);
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

/// What is not known yet is taken over.
fn add(facts: &mut Facts, more: &Facts) {
    let Facts {
        is_echo,
        app_id,
        is_phone_app_echo,
        workflow,
        bot,
        ai_agent,
        integration,
        is_api,
        template_name,
        message_tag,
        other_type,
    } = more;
    facts.is_echo |= is_echo;
    facts.is_phone_app_echo |= is_phone_app_echo;
    facts.is_api |= is_api;
    for (kept, more) in [(&mut facts.workflow, workflow), (&mut facts.bot, bot), (&mut facts.ai_agent, ai_agent)] {
        if kept.is_none() {
            kept.clone_from(more);
        }
    }
    for (kept, more) in [
        (&mut facts.app_id, app_id),
        (&mut facts.integration, integration),
        (&mut facts.template_name, template_name),
        (&mut facts.message_tag, message_tag),
        (&mut facts.other_type, other_type),
    ] {
        if kept.is_none() {
            kept.clone_from(more);
        }
    }
}

fn is_known(kind: &ChannelKind) -> bool {
    !matches!(kind, ChannelKind::Other(word) if &**word == "unknown")
}

/// A message that only its statuses tell of: to whom, and by the earliest of them when.
fn unseen<'f>(provider: Provider, id: &'f ForeignId, group: &Group<'f>, people: &Settled<'f>) -> Option<Row<'f>> {
    let at = group.statuses.iter().filter_map(|fact| fact.at).min()?;
    let by = *group.statuses.iter().find(|fact| fact.identity.contact.is_some() || fact.identity.external.is_some())?;
    let scope = scope(provider, &by.channel);
    let (contact, external) = contact_of(scope, &by.identity, by.at.unwrap_or(at), people)?;
    let mut message = Message::new(id.clone(), at, Direction::Outgoing, contact);
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

fn channels(facts: &[&Fact]) -> BTreeMap<Own, Channel> {
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
fn names<'f>(facts: &[&'f Fact], people: &Settled<'f>) -> BTreeMap<Own, String> {
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
fn events<'f>(
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

/// Ids that more than one provider uses.
#[derive(Default)]
struct Clashes(HashMap<ForeignId, BTreeSet<Provider>>);

impl Clashes {
    fn note(&mut self, provider: Provider, id: Option<&ForeignId>) {
        if let Some(id) = id {
            self.0.entry(id.clone()).or_default().insert(provider);
        }
    }

    /// The id as it is shown: with the provider's name before it where another one uses it too.
    fn name(&self, provider: Provider, id: &ForeignId) -> ForeignId {
        match self.0.get(id) {
            Some(providers) if providers.len() > 1 => format!("{provider}:{id}").into(),
            _ => id.clone(),
        }
    }
}

#[derive(Default)]
struct Shared {
    messages: Clashes,
    contacts: Clashes,
    channels: Clashes,
    users: Clashes,
    teams: Clashes,
    broadcasts: Clashes,
}

impl Shared {
    fn of(
        rows: &[Row<'_>],
        events: &[(Provider, ContactEvent)],
        kinds: &BTreeMap<Own, Channel>,
        names: &BTreeMap<Own, String>,
    ) -> Self {
        let mut shared = Self::default();
        let mut providers = rows.iter().map(|row| row.provider).chain(kinds.keys().map(|(provider, _)| *provider));
        let first = providers.next();
        let more = events.iter().map(|(provider, _)| *provider).chain(names.keys().map(|(provider, _)| *provider));
        if providers.chain(more).all(|provider| Some(provider) == first) {
            // A provider by itself uses no id twice.
            return shared;
        }
        for Row { provider, message, .. } in rows {
            shared.messages.note(*provider, Some(&message.id));
            shared.contacts.note(*provider, Some(&message.contact));
            shared.users.note(*provider, message.user.as_ref());
            shared.teams.note(*provider, message.team.as_ref());
            shared.broadcasts.note(*provider, message.broadcast.as_ref());
        }
        for (provider, event) in events {
            shared.contacts.note(*provider, Some(&event.contact));
            shared.users.note(*provider, event.user.as_ref());
        }
        for (provider, id) in kinds.keys() {
            shared.channels.note(*provider, Some(id));
        }
        for (provider, id) in names.keys() {
            shared.contacts.note(*provider, Some(id));
        }
        shared
    }

    fn message(&self, row: Row<'_>) -> Message {
        let Row { provider, mut message, .. } = row;
        message.id = self.messages.name(provider, &message.id);
        message.contact = self.contacts.name(provider, &message.contact);
        message.channel = message.channel.map(|id| self.channels.name(provider, &id));
        message.user = message.user.map(|id| self.users.name(provider, &id));
        message.team = message.team.map(|id| self.teams.name(provider, &id));
        message.broadcast = message.broadcast.map(|id| self.broadcasts.name(provider, &id));
        message
    }

    fn directory(&self, kinds: BTreeMap<Own, Channel>, names: BTreeMap<Own, String>) -> Directory {
        let mut directory = Directory::default();
        for ((provider, id), mut channel) in kinds {
            channel.id = self.channels.name(provider, &id);
            directory.channels.push(channel);
        }
        for ((provider, id), name) in names {
            directory.contacts.push(Named::new(self.contacts.name(provider, &id), name));
        }
        arrange(&mut directory.channels, |a, b| a.id.cmp(&b.id));
        arrange(&mut directory.contacts, |a, b| a.id.cmp(&b.id));
        directory
    }
}

fn tellings(rows: &[Row<'_>], shared: &Shared, policy: &ClassifyPolicy) -> Vec<Telling> {
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
