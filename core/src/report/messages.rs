//! The Messages report over a dataset (P3, P5, P6, P8).

use std::ops::Range;

use super::breakdown::{FailureRow, Funnel, Key, NotSupported};
use super::component::{Component, ReportKind};
use super::count::{self, Selection, Slots, TRASH, Tally};
use super::fold::{self, Coding, ContactPlaces, Counts, entry, id_key, label_of};
use super::options::ReportOptions;
use super::page::{Column, Cursor, LogColumn, LogRows, LogValues, TextList};
use super::partial::{BreakdownCounts, Counted, DeliveryCounts, LogCounts, Partial, Question};
use super::select::{self, CodeSet};
use crate::dataset::{Combo, Dataset, Failure, MessageIndex, NONE, NULL_TIME, STATUS_WINDOW};
use crate::error::Result;
use crate::id::ForeignId;
use crate::message::Status;

/// The Messages report of a dataset, as a partial that merges with those of other parts (P12).
///
/// # Errors
/// Those of [`ReportOptions`]: period, filters, cursor, limits; each with its path.
pub fn messages_partial(data: &Dataset<'_>, options: &ReportOptions) -> Result<Partial> {
    let span = data.message_span();
    let (question, cursor) = fold::question(ReportKind::Messages, options, span)?;
    let mut partial = Partial {
        span: span.map(|(first, last)| (first.as_millis(), last.as_millis())),
        breakdowns: Vec::new(),
        delivery: None,
        logs: Vec::new(),
        contacts: Vec::new(),
        question,
    };
    let empty;
    let index = match &data.messages {
        Some(index) => index,
        None => {
            empty = Dataset::builder().message_columns(crate::dataset::MessageColumns::default()).build()?;
            let Some(index) = &empty.messages else { return Ok(partial) };
            index
        }
    };
    Fold::new(data, index, options, cursor).run(&mut partial);
    Ok(partial)
}

/// Slots of the counters of a row (see [`count`]).
struct Layout {
    in_channel: u32,
    out_channel: u32,
    source: u32,
    pair: u32,
    status: u32,
    receipts: u32,
    width: usize,
    channels: u32,
    sources: u32,
    /// Distinct (type, subtype) of the combinations.
    pairs: Vec<(u32, u32)>,
}

const STATUS_SLOTS: u32 = 10;
const RECEIPT_SLOTS: u32 = 4;

impl Layout {
    fn new(combos: &[Combo], channels: usize, sources: usize) -> Self {
        let mut pairs: Vec<(u32, u32)> =
            combos.iter().filter(|combo| combo.outgoing).map(|combo| (combo.message_type, combo.subtype)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let (channels, sources) = (select::position(channels), select::position(sources));
        let in_channel = TRASH + 1;
        let out_channel = in_channel + channels + 1;
        let source = out_channel + channels + 1;
        let pair = source + sources;
        let status = pair + select::position(pairs.len());
        let receipts = status + STATUS_SLOTS;
        let width = (receipts + RECEIPT_SLOTS) as usize;
        Self { in_channel, out_channel, source, pair, status, receipts, width, channels, sources, pairs }
    }

    fn channel(&self, base: u32, code: u32) -> u32 {
        base + if code == NONE { self.channels } else { code }
    }

    fn pair_of(&self, combo: &Combo) -> u32 {
        let place = self.pairs.binary_search(&(combo.message_type, combo.subtype)).unwrap_or(0);
        self.pair + select::position(place)
    }
}

struct Fold<'d, 'a> {
    data: &'d Dataset<'a>,
    index: &'d MessageIndex<'a>,
    options: &'d ReportOptions,
    cursor: Option<Cursor>,
    layout: Layout,
    /// Contacts that pass the contact filter.
    contacts: Option<Vec<bool>>,
    /// For each combination: whether its messages pass the filters, as incoming and as outgoing ones.
    incoming: Vec<bool>,
    outgoing: Vec<bool>,
    users: CodeSet,
    teams: CodeSet,
    broadcasts: CodeSet,
}

impl<'d, 'a> Fold<'d, 'a> {
    fn new(
        data: &'d Dataset<'a>,
        index: &'d MessageIndex<'a>,
        options: &'d ReportOptions,
        cursor: Option<Cursor>,
    ) -> Self {
        let filters = &options.filters;
        let channels = CodeSet::of_ids(&filters.channel, &data.dicts.channels);
        let sources = CodeSet::of_labels(&filters.source, &data.dicts.sources);
        let types = CodeSet::of_labels(&filters.message_type, &data.dicts.types);
        let passes = |outgoing: bool| {
            index
                .combos
                .iter()
                .map(|combo| {
                    combo.outgoing == outgoing
                        && channels.passes(combo.channel)
                        && (!outgoing || (sources.passes(combo.source) && types.passes(combo.message_type)))
                })
                .collect()
        };
        Self {
            data,
            index,
            options,
            cursor,
            layout: Layout::new(&index.combos, data.dicts.channels.len(), data.dicts.sources.len()),
            contacts: select::contacts(data, filters),
            incoming: passes(false),
            outgoing: passes(true),
            users: CodeSet::of_ids(&filters.user, &data.dicts.users),
            teams: CodeSet::of_ids(&filters.team, &data.dicts.teams),
            broadcasts: CodeSet::of_ids(&filters.broadcast, &data.dicts.broadcasts),
        }
    }

    fn run(&self, partial: &mut Partial) {
        let question = &partial.question;
        let times = self.index.order.times(&self.index.columns.sent_at);
        let cuts = if question.edges.is_empty() { vec![0] } else { count::cuts(times, &question.edges) };
        let range = cuts[0]..cuts[cuts.len() - 1];
        let selection = select::positions(self.data, &self.options.filters, self.contacts.as_deref(), &range);

        let slots = self.slots(question);
        let mut tally = Tally::new(question.buckets(), self.layout.width);
        count::count(&self.index.codes, &slots, &cuts, &selection, &mut tally);
        let previous = question.previous.map(|(start, end)| {
            let cuts = count::cuts(times, &[start, end]);
            let range = cuts[0]..cuts[1];
            let selection = select::positions(self.data, &self.options.filters, self.contacts.as_deref(), &range);
            let mut tally = Tally::new(1, self.layout.width);
            count::count(&self.index.codes, &slots, &cuts, &selection, &mut tally);
            tally
        });
        let distinct = question.distinct.then(|| {
            count::distinct(&self.index.codes, &slots, self.layout.width, range.clone(), &selection, |position| {
                self.data.survivors.of(self.index.contacts[position])
            })
        });
        let counts = Counts { tally: &tally, previous: previous.as_ref(), distinct: distinct.as_deref() };
        let mut places = ContactPlaces::default();
        let breakdowns = self.breakdowns(question, &counts, &mut places);
        let delivery = question.computes(Component::Delivery).then(|| self.delivery(&tally, &range));
        let logs = self.logs(question, &tally, &range, &selection);
        partial.breakdowns = breakdowns;
        partial.delivery = delivery;
        partial.logs = logs;
        partial.contacts = places.into_ids(self.data.dicts.contacts.ids());
    }

    /// Which counters each combination adds to.
    fn slots(&self, question: &Question) -> Vec<Slots<5>> {
        let layout = &self.layout;
        let incoming = question.computes(Component::IncomingByChannel) || question.computes(Component::IncomingLog);
        let all_attempts = self.options.policies.count_all_attempts;
        self.index
            .combos
            .iter()
            .enumerate()
            .map(|(code, combo)| {
                if self.incoming[code] && incoming {
                    return [layout.channel(layout.in_channel, combo.channel), TRASH, TRASH, TRASH, TRASH];
                }
                if !self.outgoing[code] {
                    return [TRASH; 5];
                }
                let receipts = match self.data.names.channel_kind(combo.channel) {
                    Some(kind) => {
                        let receipts = kind.receipts();
                        u32::from(!receipts.delivered) | u32::from(!receipts.read) << 1
                    }
                    None => 0,
                };
                let status = layout.status + combo.status as u32 * 2 + u32::from(combo.accepted);
                let mut slots = [TRASH, TRASH, TRASH, status, layout.receipts + receipts];
                if combo.accepted || all_attempts {
                    slots[0] = layout.channel(layout.out_channel, combo.channel);
                    slots[1] = layout.source + combo.source;
                    slots[2] = layout.pair_of(combo);
                }
                slots
            })
            .collect()
    }

    fn breakdowns(&self, question: &Question, counts: &Counts<'_>, places: &mut ContactPlaces) -> Vec<BreakdownCounts> {
        let layout = &self.layout;
        let dicts = &self.data.dicts;
        let by_channel = |base: u32, places: &mut ContactPlaces| -> Vec<Counted> {
            (0..=layout.channels)
                .filter_map(|code| {
                    counts.row(&[base + code], places, || {
                        (id_key(dicts.channels.ids(), code), self.data.names.channel(code).map(str::to_owned))
                    })
                })
                .collect()
        };
        let mut breakdowns = Vec::new();
        for component in Component::of(ReportKind::Messages).filter(|component| question.computes(*component)) {
            let mut without = None;
            let rows = match component {
                Component::IncomingByChannel => by_channel(layout.in_channel, places),
                Component::OutgoingByChannel => by_channel(layout.out_channel, places),
                Component::OutgoingBySource => (0..layout.sources)
                    .filter_map(|code| {
                        counts.row(&[layout.source + code], places, || {
                            (Key::Label(label_of(dicts.sources.ids(), code)), None)
                        })
                    })
                    .collect(),
                Component::OutgoingByType => {
                    let mut types: Vec<u32> = layout.pairs.iter().map(|pair| pair.0).collect();
                    types.dedup();
                    types
                        .into_iter()
                        .filter_map(|kind| {
                            let slots: Vec<u32> = (layout.pair..)
                                .zip(&layout.pairs)
                                .filter_map(|(slot, pair)| (pair.0 == kind).then_some(slot))
                                .collect();
                            counts.row(&slots, places, || (Key::Label(label_of(dicts.types.ids(), kind)), None))
                        })
                        .collect()
                }
                Component::OutgoingBySubtype => {
                    let pairs = || (layout.pair..).zip(&layout.pairs);
                    without = Some(
                        pairs().filter(|(_, pair)| pair.1 == NONE).map(|(slot, _)| counts.tally.total(slot)).sum(),
                    );
                    pairs()
                        .filter(|(_, pair)| pair.1 != NONE)
                        .filter_map(|(slot, &(kind, subtype))| {
                            counts.row(&[slot], places, || {
                                let kind = label_of(dicts.types.ids(), kind);
                                (Key::Pair(kind, label_of(dicts.subtypes.ids(), subtype)), None)
                            })
                        })
                        .collect()
                }
                Component::Delivery => Status::ALL
                    .iter()
                    .filter_map(|status| {
                        let slot = layout.status + *status as u32 * 2;
                        counts.row(&[slot, slot + 1], places, || (Key::Label(status.as_str().to_owned()), None))
                    })
                    .collect(),
                _ => continue,
            };
            breakdowns.push(BreakdownCounts { component, rows, without });
        }
        breakdowns
    }

    fn delivery(&self, tally: &Tally, range: &Range<usize>) -> DeliveryCounts {
        let layout = &self.layout;
        let status = |status: Status| {
            let slot = layout.status + status as u32 * 2;
            (tally.total(slot), tally.total(slot + 1))
        };
        let accepted = Status::ALL.iter().map(|&each| status(each).1).sum();
        let (_, read) = status(Status::Read);
        let (_, delivered) = status(Status::Delivered);
        let without = |flag: u32| {
            (0..RECEIPT_SLOTS).filter(|bits| bits & flag != 0).map(|bits| tally.total(layout.receipts + bits)).sum()
        };
        let mut by_error = vec![0_u64; self.index.errors.len()];
        let (from, to) = (select::position(range.start), select::position(range.end));
        for failure in self.index.failures_of_messages(range) {
            if failure.position >= from && failure.position < to && self.passes(failure) {
                by_error[failure.error as usize] += 1;
            }
        }
        let errors = self.data.dicts.errors.ids();
        let text = |code: u32| errors.get(code as usize).map(|id| id.to_text().into_owned());
        let failures = by_error
            .iter()
            .zip(&self.index.errors)
            .filter(|(count, _)| **count > 0)
            .map(|(count, (code, error))| FailureRow::new(text(*code), text(*error), *count))
            .collect();
        DeliveryCounts {
            funnel: Funnel { sent: accepted, delivered: delivered + read, read },
            not_supported: NotSupported { delivered: without(1), read: without(2) },
            failures,
        }
    }

    fn passes(&self, failure: &Failure) -> bool {
        self.outgoing[failure.combo as usize]
            && self.users.passes(failure.user)
            && self.teams.passes(failure.team)
            && self.broadcasts.passes(failure.broadcast)
            && self.contacts.as_ref().is_none_or(|set| set[self.index.contacts[failure.position as usize] as usize])
    }

    fn logs(&self, question: &Question, tally: &Tally, range: &Range<usize>, selection: &Selection) -> Vec<LogCounts> {
        let mut logs = Vec::new();
        let total = |base: u32| (0..=self.layout.channels).map(|code| tally.total(base + code)).sum();
        let all_attempts = self.options.policies.count_all_attempts;
        for component in Component::of(ReportKind::Messages).filter(|component| question.computes(*component)) {
            let (total, picks) = match component {
                Component::IncomingLog => {
                    (total(self.layout.in_channel), self.newest(component, &self.incoming, range, selection))
                }
                Component::OutgoingLog => {
                    let counted: Vec<bool> = self
                        .outgoing
                        .iter()
                        .zip(&self.index.combos)
                        .map(|(passes, combo)| *passes && (combo.accepted || all_attempts))
                        .collect();
                    (total(self.layout.out_channel), self.newest(component, &counted, range, selection))
                }
                Component::FailedLog => self.newest_failures(question),
                _ => continue,
            };
            logs.push(LogCounts { component, total, rows: self.rows(component, &picks) });
        }
        logs
    }

    /// Message id at a position, as it orders rows of the same instant.
    fn tie(&self, position: u32) -> ForeignId {
        let row = self.index.order.row(position);
        match &self.index.columns.id {
            Some(ids) => ids.get(row).unwrap_or_else(|| ForeignId::from(row as u64)),
            None => ForeignId::from(row as u64),
        }
    }

    fn cursor_of(&self, component: Component) -> Option<&Cursor> {
        self.cursor.as_ref().filter(|cursor| cursor.component == component)
    }

    /// (time, position) of the newest rows whose combination passes, from the cursor on; one more than a page shows.
    fn newest(
        &self,
        component: Component,
        passes: &[bool],
        range: &Range<usize>,
        selection: &Selection,
    ) -> Vec<(i64, u32)> {
        let times = self.index.order.times(&self.index.columns.sent_at);
        let limit = self.options.logs.limit + 1;
        let cursor = self.cursor_of(component);
        let end = cursor
            .map_or(range.end, |cursor| times.partition_point(|&at| at <= cursor.at).clamp(range.start, range.end));
        let shown = |position: usize| {
            cursor.is_some_and(|cursor| {
                times[position] == cursor.at && self.tie(select::position(position)) >= cursor.tie
            })
        };
        let keep = |position: &usize| passes[self.index.codes.get(*position) as usize] && !shown(*position);
        let pick = |position: usize| (times[position], select::position(position));
        match selection {
            Selection::All => (range.start..end).rev().filter(keep).map(pick).take(limit).collect(),
            Selection::Positions(positions) => {
                let upto = positions.partition_point(|&position| (position as usize) < end);
                positions[..upto]
                    .iter()
                    .rev()
                    .map(|&position| position as usize)
                    .filter(keep)
                    .map(pick)
                    .take(limit)
                    .collect()
            }
        }
    }

    /// The failed log's rows by the time of failure (P8), and how many there are.
    fn newest_failures(&self, question: &Question) -> (u64, Vec<(i64, u32)>) {
        let all = &self.index.failures;
        let from = all.partition_point(|failure| failure.at < question.start);
        let to = all.partition_point(|failure| failure.at < question.end).max(from);
        let passing = || all[from..to].iter().rev().filter(|failure| self.passes(failure));
        let cursor = self.cursor_of(Component::FailedLog);
        let picks = passing()
            .filter(|failure| {
                cursor.is_none_or(|cursor| {
                    failure.at < cursor.at || (failure.at == cursor.at && self.tie(failure.position) < cursor.tie)
                })
            })
            .take(self.options.logs.limit + 1)
            .map(|failure| (failure.at, failure.position))
            .collect();
        (passing().count() as u64, picks)
    }

    /// The rows of a log, column by column; wide columns are read for these rows only.
    fn rows(&self, component: Component, picks: &[(i64, u32)]) -> LogRows {
        let data = self.data;
        let columns = &self.index.columns;
        let combo = |position: u32| &self.index.combos[self.index.codes.get(position as usize) as usize];
        let row = |position: u32| self.index.order.row(position);
        let survivor = |position: u32| data.survivors.of(self.index.contacts[position as usize]);
        let user_source = data.dicts.sources.code_of(crate::dataset::IdRef::Text("user"));
        let coded = |code: &dyn Fn(u32) -> u32, entry: &dyn Fn(u32) -> super::page::Entry| {
            let mut coding = Coding::default();
            for &(_, position) in picks {
                let code = code(position);
                coding.push(code, || entry(code));
            }
            coding.into_values()
        };
        let times = |column: &Option<crate::dataset::TimeColumn<'_>>| {
            let sent = self.index.order.times(&columns.sent_at);
            LogValues::Times(
                picks
                    .iter()
                    .map(|&(_, position)| {
                        let at = column.as_ref().and_then(|column| column.millis(row(position)));
                        at.filter(|at| at - sent[position as usize] <= STATUS_WINDOW).unwrap_or(NULL_TIME)
                    })
                    .collect(),
            )
        };
        let values = |column: Column| match column {
            Column::Timestamp => LogValues::Times(picks.iter().map(|pick| pick.0).collect()),
            Column::ContactId => LogValues::Ids(
                picks
                    .iter()
                    .map(|&(_, position)| data.dicts.contacts.ids()[survivor(position) as usize].clone())
                    .collect(),
            ),
            Column::ContactName => {
                let codes: Vec<u32> = picks.iter().map(|&(_, position)| survivor(position)).collect();
                LogValues::Texts(TextList::collect(data.contact_names(&codes).into_iter()))
            }
            Column::Content => LogValues::Texts(TextList::collect(
                picks.iter().map(|&(_, position)| columns.content.as_ref()?.get(row(position))),
            )),
            Column::Source => coded(&|p| combo(p).source, &|code| entry(data.dicts.sources.ids(), code, None)),
            Column::Channel => {
                coded(&|p| combo(p).channel, &|code| entry(data.dicts.channels.ids(), code, data.names.channel(code)))
            }
            Column::Type => coded(&|p| combo(p).message_type, &|code| entry(data.dicts.types.ids(), code, None)),
            Column::Subtype => coded(&|p| combo(p).subtype, &|code| entry(data.dicts.subtypes.ids(), code, None)),
            Column::User => coded(
                &|p| {
                    // A user on a row whose source is not `user` is ignored (D9).
                    let id = columns.user.as_ref().filter(|_| Some(combo(p).source) == user_source);
                    id.and_then(|users| users.id(row(p))).and_then(|id| data.dicts.users.code_of(id)).unwrap_or(NONE)
                },
                &|code| entry(data.dicts.users.ids(), code, data.names.user(code)),
            ),
            Column::DeliveredAt => times(&columns.delivered_at),
            Column::ReadAt => times(&columns.read_at),
            Column::Error => coded(
                &|p| {
                    let value = |column: &Option<crate::dataset::IdColumn<'_>>| {
                        let id = column.as_ref()?.id(row(p))?;
                        data.dicts.errors.code_of(id)
                    };
                    value(&columns.error).or_else(|| value(&columns.error_code)).unwrap_or(NONE)
                },
                &|code| entry(data.dicts.errors.ids(), code, None),
            ),
        };
        LogRows {
            at: picks.iter().map(|pick| pick.0).collect(),
            tie: picks.iter().map(|&(_, position)| self.tie(position)).collect(),
            columns: self
                .options
                .columns_of(component)
                .into_iter()
                .map(|name| LogColumn { name, values: values(name) })
                .collect(),
        }
    }
}
