//! Both reports, straight from the rules: loops over rows (P1 to P11).

use omnicontact::report::{Column, Key};
use omnicontact::{
    Buckets, Component, ContactEvent, Direction, EventKind, Filter, Filters, ForeignId, Message, ReportKind,
    ReportOptions, Result, Source, Status, word,
};

use super::answer::{Answer, Cell, Counts, Extra, Part};
use super::counts::{Frame, Item};
use super::lives::{Class, Life, life};
use super::workspace::Workspace;
use super::world::{World, shows};

/// The report.
pub(crate) fn report(given: &Workspace, kind: ReportKind, options: &ReportOptions) -> Result<Answer> {
    let world = World::new(given);
    let times: Vec<omnicontact::Instant> = match kind {
        ReportKind::Messages => world.messages.iter().map(|message| message.sent_at).collect(),
        ReportKind::Contacts => world.events.iter().map(|event| event.at).collect(),
    };
    let records = times.iter().min().copied().zip(times.iter().max().copied());
    let (zone, policy) = (&options.zone, &options.period_policy);
    let period = options.period.resolve(zone, options.now, records, policy)?;
    let previous = if options.compare { options.period.previous(zone, options.now, records, policy)? } else { None };
    let buckets = Buckets::new(&period, options.granularity, zone, policy)?;
    let frame = Frame {
        period: (period.start().as_millis(), period.end().as_millis()),
        previous: previous.map(|period| (period.start().as_millis(), period.end().as_millis())),
        buckets: (0..buckets.len())
            .map(|at| (buckets.keys()[at].clone(), buckets.start(at).as_millis(), buckets.end(at).as_millis()))
            .collect(),
        distinct: options.distinct_contacts,
    };
    let early = records.filter(|(first, _)| period.end() <= *first).map(|(first, _)| zone.day_of(first));
    let asked = |component: &Component| options.components.as_ref().is_none_or(|asked| asked.contains(component));
    let mut parts = Vec::new();
    for component in Component::of(kind).filter(asked) {
        let applied = applied(component, options.policies.added_has_channel);
        let wrong: Vec<Filter> = set(&options.filters).into_iter().filter(|filter| !applied.contains(filter)).collect();
        let ask = Ask { world: &world, options, frame: &frame, component };
        let part = if wrong.is_empty() {
            match kind {
                ReportKind::Messages => ask.messages(),
                ReportKind::Contacts => ask.contacts(),
            }
        } else {
            Some(Part::NotApplicable(wrong))
        };
        parts.push((component, part.unwrap_or(Part::NoData(early))));
    }
    Ok(Answer { start: frame.period.0, end: frame.period.1, previous: frame.previous, buckets: frame.buckets, parts })
}

/// P2, P3.
fn applied(component: Component, added_has_channel: bool) -> Vec<Filter> {
    use Component::{AddedBySource, AddedLog, ConnectedByChannel, ConnectedLog, IncomingByChannel, IncomingLog};
    match component {
        ConnectedByChannel | ConnectedLog => vec![Filter::Channel, Filter::User, Filter::Source, Filter::Contact],
        AddedBySource | AddedLog if added_has_channel => {
            vec![Filter::Channel, Filter::User, Filter::Source, Filter::Contact]
        }
        _ if component.report() == ReportKind::Contacts => vec![Filter::User, Filter::Source, Filter::Contact],
        IncomingByChannel | IncomingLog => vec![Filter::Channel, Filter::Contact],
        _ => Filter::ALL.to_vec(),
    }
}

/// An empty list is no filter (D6).
fn set(filters: &Filters) -> Vec<Filter> {
    let mut set = Vec::new();
    let mut add = |filter: Filter, is_set: bool| set.extend(is_set.then_some(filter));
    add(Filter::Channel, !filters.channel.is_empty());
    add(Filter::Contact, !filters.contact.is_empty() || !filters.contact_text.is_empty());
    add(Filter::Source, !filters.source.is_empty());
    add(Filter::Type, !filters.message_type.is_empty());
    add(Filter::Team, !filters.team.is_empty());
    add(Filter::User, !filters.user.is_empty());
    add(Filter::Broadcast, !filters.broadcast.is_empty());
    set
}

fn one_of<T: PartialEq>(wanted: &[T], found: Option<&T>) -> bool {
    wanted.is_empty() || found.is_some_and(|found| wanted.contains(found))
}

struct Ask<'a> {
    world: &'a World<'a>,
    options: &'a ReportOptions,
    frame: &'a Frame,
    component: Component,
}

/// An outgoing message, read.
struct Out<'a> {
    message: &'a Message,
    class: Class,
    life: Life,
}

impl Ask<'_> {
    fn word(&self, key: &str, otherwise: &str) -> String {
        word(key, self.options.locale).unwrap_or(otherwise).to_owned()
    }

    fn label(&self, key: &Key, group: &str) -> String {
        match key {
            Key::None => self.word("shown.none", ""),
            Key::Id(id) => self.world.channel_label(id),
            Key::Label(label) => self.word(&format!("{group}.{label}"), label),
            Key::Pair(_, subtype) => subtype.clone(),
        }
    }

    /// P10, D7.
    fn is_contact(&self, id: &ForeignId, name: Option<&str>) -> bool {
        let filters = &self.options.filters;
        if filters.contact.is_empty() && filters.contact_text.is_empty() {
            return true;
        }
        let survivor = self.world.survivor(id);
        filters.contact.iter().any(|wanted| self.world.survivor(wanted) == survivor)
            || shows(&filters.contact_text, name, id)
            || shows(&filters.contact_text, self.world.name(&survivor).as_deref(), &survivor)
    }

    fn messages(&self) -> Option<Part> {
        let wanted = |message: &&Message| {
            one_of(&self.options.filters.channel, message.channel.as_ref())
                && self.is_contact(&message.contact, self.world.name(&message.contact).as_deref())
        };
        let of = |direction: Direction| {
            self.world.messages.iter().filter(move |message| message.direction == direction).filter(wanted)
        };
        match self.component {
            Component::IncomingByChannel => {
                let items: Vec<Item> = of(Direction::Incoming).map(|message| self.item(message, by_channel)).collect();
                return self.counted(&items, "");
            }
            Component::IncomingLog => {
                let rows =
                    of(Direction::Incoming).map(|message| (message.sent_at.as_millis(), message, None)).collect();
                return self.message_log(rows);
            }
            _ => {}
        }
        let filters = &self.options.filters;
        let mut outs: Vec<Out<'_>> = of(Direction::Outgoing)
            .map(|message| Out {
                message,
                class: self.world.class(message),
                life: life(message, self.world.options().classify.untracked),
            })
            .filter(|out| {
                one_of(&filters.source, Some(&out.class.source.as_str().to_owned()))
                    && one_of(&filters.message_type, Some(&out.class.message_type.as_str().to_owned()))
                    && one_of(&filters.team, out.class.team.as_ref())
                    && one_of(&filters.user, out.class.user.as_ref())
                    && one_of(&filters.broadcast, out.message.broadcast.as_ref())
            })
            .collect();
        match self.component {
            Component::Delivery => return self.delivery(&outs),
            Component::FailedLog => {
                outs.retain(|out| out.life.status == Status::Failed);
                return self.message_log(outs.iter().map(|out| (out.life.failed_at, out.message, Some(out))).collect());
            }
            _ => outs.retain(|out| out.life.accepted || self.options.policies.count_all_attempts),
        }
        let items = |key: fn(&Out<'_>) -> Key| -> Vec<Item> {
            outs.iter().map(|out| self.item(out.message, |_| key(out))).collect()
        };
        match self.component {
            Component::OutgoingByChannel => self.counted(&items(|out| by_channel(out.message)), ""),
            Component::OutgoingBySource => {
                self.counted(&items(|out| Key::Label(out.class.source.to_string())), "source")
            }
            Component::OutgoingByType => {
                self.counted(&items(|out| Key::Label(out.class.message_type.to_string())), "type")
            }
            Component::OutgoingBySubtype => self.subtypes(&outs),
            _ => self.message_log(
                outs.iter().map(|out| (out.message.sent_at.as_millis(), out.message, Some(out))).collect(),
            ),
        }
    }

    fn item(&self, message: &Message, key: impl Fn(&Message) -> Key) -> Item {
        Item { key: key(message), at: message.sent_at.as_millis(), contact: self.world.survivor(&message.contact) }
    }

    fn counted(&self, items: &[Item], group: &str) -> Option<Part> {
        let found = self.frame.breakdown(items, &[], |key| self.label(key, group));
        (found.total != Some(0)).then_some(Part::Counts(found))
    }

    /// D8.
    fn subtypes(&self, outs: &[Out<'_>]) -> Option<Part> {
        let mut items = Vec::new();
        let mut without = 0;
        for out in outs {
            let class = &out.class;
            match &class.subtype {
                Some(subtype) => {
                    let key = Key::Pair(class.message_type.to_string(), subtype.clone());
                    items.push(self.item(out.message, |_| key.clone()));
                }
                None => without += u64::from(self.frame.holds(out.message.sent_at.as_millis())),
            }
        }
        let mut found = self.frame.breakdown(&items, &[], |key| self.label(key, ""));
        found.without_subtype = Some(without);
        (found.total != Some(0) || without > 0).then_some(Part::Counts(found))
    }

    /// P6.
    fn delivery(&self, outs: &[Out<'_>]) -> Option<Part> {
        let items: Vec<Item> = outs
            .iter()
            .map(|out| self.item(out.message, |_| Key::Label(out.life.status.as_str().to_owned())))
            .collect();
        let always: Vec<Key> = Status::ALL.iter().map(|status| Key::Label(status.as_str().to_owned())).collect();
        let mut found = self.frame.breakdown(&items, &always, |key| self.label(key, "status"));
        let now: Vec<&Out<'_>> = outs.iter().filter(|out| self.frame.holds(out.message.sent_at.as_millis())).collect();
        let count = |is: fn(&Life) -> bool| now.iter().filter(|out| is(&out.life)).count() as u64;
        let tells = |out: &Out<'_>| {
            self.world.channel_kind(out.message.channel.as_ref()).map(omnicontact::ChannelKind::receipts)
        };
        let untold = |is: fn(omnicontact::Receipts) -> bool| {
            now.iter().filter(|out| tells(out).is_some_and(|receipts| !is(receipts))).count() as u64
        };
        let mut failures: Vec<(Option<String>, Option<String>, u64)> = Vec::new();
        for out in now.iter().filter(|out| out.life.status == Status::Failed) {
            let (code, error) = (&out.life.code, &out.life.error);
            match failures.iter_mut().find(|failure| failure.0 == *code && failure.1 == *error) {
                Some(failure) => failure.2 += 1,
                None => failures.push((code.clone(), error.clone(), 1)),
            }
        }
        failures.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (&a.0, &a.1).cmp(&(&b.0, &b.1))));
        found.extra = Some(Extra {
            funnel: [count(|life| life.accepted), count(|life| life.delivered), count(|life| life.read)],
            failures,
            not_supported: [untold(|receipts| receipts.delivered), untold(|receipts| receipts.read)],
        });
        (found.total != Some(0)).then_some(Part::Counts(found))
    }

    /// P8: newest first, ties by message id, larger first.
    fn message_log(&self, rows: Vec<(i64, &Message, Option<&Out<'_>>)>) -> Option<Part> {
        let mut rows: Vec<_> = rows.into_iter().filter(|row| self.frame.holds(row.0)).collect();
        rows.sort_by(|a, b| (b.0, &b.1.id).cmp(&(a.0, &a.1.id)));
        let rows: Vec<super::answer::LogLine> = rows
            .into_iter()
            .map(|(at, message, out)| (Some(message.id.clone()), self.message_row(at, message, out)))
            .collect();
        (!rows.is_empty()).then_some(Part::Log(rows))
    }

    fn message_row(&self, at: i64, message: &Message, out: Option<&Out<'_>>) -> Vec<(Column, Cell)> {
        let contact = self.world.survivor(&message.contact);
        let columns: &[Column] = match self.component {
            Component::IncomingLog => {
                &[Column::Timestamp, Column::ContactId, Column::ContactName, Column::Channel, Column::Content]
            }
            Component::OutgoingLog => &[
                Column::Timestamp,
                Column::Source,
                Column::User,
                Column::ContactId,
                Column::ContactName,
                Column::DeliveredAt,
                Column::ReadAt,
                Column::Channel,
                Column::Type,
                Column::Subtype,
                Column::Content,
            ],
            _ => &[
                Column::Timestamp,
                Column::Source,
                Column::User,
                Column::ContactId,
                Column::ContactName,
                Column::Channel,
                Column::Type,
                Column::Subtype,
                Column::Content,
                Column::Error,
            ],
        };
        self.row(columns, |column| match (column, out) {
            (Column::Timestamp, _) => Cell::At(Some(at)),
            (Column::ContactId, _) => Cell::id(&contact),
            (Column::ContactName, _) => Cell::text(self.world.name(&contact).as_deref()),
            (Column::Channel, _) => self.channel_cell(message.channel.as_ref()),
            (Column::Source, Some(out)) => self.source_cell(&out.class.source),
            (Column::User, Some(out)) => self.user_cell(out.class.user.as_ref()),
            (Column::DeliveredAt, Some(out)) => Cell::At(out.life.delivered_at),
            (Column::ReadAt, Some(out)) => Cell::At(out.life.read_at),
            (Column::Type, Some(out)) => {
                let key = out.class.message_type.as_str();
                Cell::Is(Some((key.into(), self.word(&format!("type.{key}"), key))))
            }
            (Column::Subtype, Some(out)) => Cell::text(out.class.subtype.as_deref()),
            // A failure that has a code only is told by it.
            (Column::Error, Some(out)) => Cell::text(out.life.error.as_deref().or(out.life.code.as_deref())),
            _ => Cell::text(message.content.as_deref()),
        })
    }

    /// Only the columns that were asked for, in the order in which they were.
    fn row(&self, all: &[Column], cell: impl Fn(Column) -> Cell) -> Vec<(Column, Cell)> {
        let asked = self.options.logs.columns.as_deref();
        let columns = asked.unwrap_or(all).iter().filter(|column| all.contains(column));
        columns.map(|&column| (column, cell(column))).collect()
    }

    fn channel_cell(&self, id: Option<&ForeignId>) -> Cell {
        Cell::Is(id.map(|id| (id.clone(), self.world.channel_label(id))))
    }

    fn user_cell(&self, id: Option<&ForeignId>) -> Cell {
        Cell::Is(id.map(|id| (id.clone(), self.world.user_label(id))))
    }

    fn source_cell(&self, source: &Source) -> Cell {
        let key = source.as_str();
        Cell::Is(Some((key.into(), self.word(&format!("source.{key}"), key))))
    }

    fn contacts(&self) -> Option<Part> {
        let filters = &self.options.filters;
        let of = |kind: EventKind| -> Vec<&ContactEvent> {
            let all = self.world.events.iter().filter(move |event| event.kind == kind);
            all.filter(|event| {
                // A component that the channel filter does not apply to is never asked with one.
                one_of(&filters.channel, event.channel.as_ref())
                    && one_of(&filters.source, Some(&source_of(event).as_str().to_owned()))
                    && one_of(&filters.user, user_of(event))
                    && self.is_about(event)
            })
            .collect()
        };
        let items = |kind: EventKind, key: fn(&ContactEvent) -> Key| -> Vec<Item> {
            of(kind)
                .into_iter()
                .map(|event| Item {
                    key: key(event),
                    at: event.at.as_millis(),
                    contact: self.world.survivor(&event.contact),
                })
                .collect()
        };
        match self.component {
            Component::Overview => {
                let kinds = [EventKind::Added, EventKind::Deleted, EventKind::Merged];
                let rows: Vec<_> = kinds
                    .into_iter()
                    .flat_map(|kind| {
                        let key = Key::Label(kind.as_str().to_owned());
                        let items = items(kind, |event| Key::Label(event.kind.as_str().to_owned()));
                        self.frame.rows(&items, &[key], |key| self.label(key, "event"))
                    })
                    .collect();
                let found = Counts { total: None, rows, without_subtype: None, change: None, extra: None };
                found.rows.iter().any(|row| row.count > 0).then_some(Part::Counts(found))
            }
            Component::AddedBySource => {
                self.counted(&items(EventKind::Added, |event| Key::Label(source_of(event).to_string())), "source")
            }
            Component::ConnectedByChannel => {
                self.counted(&items(EventKind::Connected, |event| event.channel.clone().map_or(Key::None, Key::Id)), "")
            }
            Component::AddedLog => self.event_log(of(EventKind::Added)),
            Component::ConnectedLog => self.event_log(of(EventKind::Connected)),
            Component::DeletedLog => self.event_log(of(EventKind::Deleted)),
            _ => self.event_log(of(EventKind::Merged)),
        }
    }

    /// D7: by the name at the event or now; merged events are about the secondary, too.
    fn is_about(&self, event: &ContactEvent) -> bool {
        self.is_contact(&event.contact, self.world.event_name(event).as_deref())
            || self.is_contact(&event.contact, self.world.name(&event.contact).as_deref())
            || event.kind == EventKind::Merged
                && event.secondary.as_ref().is_some_and(|id| self.is_contact(id, self.world.name(id).as_deref()))
    }

    /// P8: newest first, ties by sequence, later first.
    fn event_log(&self, mut events: Vec<&ContactEvent>) -> Option<Part> {
        events.retain(|event| self.frame.holds(event.at.as_millis()));
        // Those without a sequence (D27) come last at their instant, in order of message ids as they stand, the larger first.
        events.reverse();
        events.sort_by_key(|event| std::cmp::Reverse((event.at, event.sequence)));
        let mut columns = vec![Column::Timestamp, Column::ContactId, Column::ContactName, Column::Source, Column::User];
        columns.extend((self.component == Component::ConnectedLog).then_some(Column::Channel));
        let row = |event: &&ContactEvent| {
            let id = event.sequence.map(ForeignId::from);
            let cells = self.row(&columns, |column| match column {
                Column::Timestamp => Cell::At(Some(event.at.as_millis())),
                Column::ContactId => Cell::id(&event.contact),
                Column::ContactName => Cell::text(self.world.event_name(event).as_deref()),
                Column::Source => self.source_cell(&source_of(event)),
                Column::User => self.user_cell(user_of(event)),
                _ => self.channel_cell(event.channel.as_ref()),
            });
            (id, cells)
        };
        (!events.is_empty()).then(|| Part::Log(events.iter().map(row).collect()))
    }
}

fn by_channel(message: &Message) -> Key {
    message.channel.clone().map_or(Key::None, Key::Id)
}

fn source_of(event: &ContactEvent) -> Source {
    event.source.clone().filter(|source| !source.as_str().is_empty()).unwrap_or(Source::Unknown)
}

/// A user counts only where the source is `user` (D9).
fn user_of(event: &ContactEvent) -> Option<&ForeignId> {
    event.user.as_ref().filter(|_| event.source == Some(Source::User))
}
