//! The Messages report over a dataset (P3, P5, P6, P8).

use std::ops::Range;

use super::breakdown::{FailureRow, Funnel, Key, NotSupported};
use super::component::{Component, Note, ReportKind};
use super::count::{self, Slots, TRASH, Tally};
use super::fold::{self, ContactPlaces, Counts, Extent, id_key, label_of};
use super::options::ReportOptions;
use super::page::Cursor;
use super::partial::{Alone, BreakdownCounts, Counted, DeliveryCounts, Given, Partial, Question};
use super::select::{self, CodeSet};
use crate::dataset::{Combo, Dataset, Failure, MessageIndex, NONE};
use crate::error::Result;
use crate::message::Status;

/// The Messages report of a dataset, as a partial that merges with those of other parts (P12).
///
/// # Errors
/// Those of [`ReportOptions`]: period, filters, cursor, limits; each with its path. `too_large` for more than
/// [`ReportOptions::max_cells`] counters; `not_mergeable` at `period` for `all_time`.
pub fn messages_partial(data: &Dataset<'_>, options: &ReportOptions) -> Result<Partial> {
    folded(data, options, Extent::Part)
}

pub(super) fn folded(data: &Dataset<'_>, options: &ReportOptions, extent: Extent) -> Result<Partial> {
    extent.check(options)?;
    data.begin_report();
    let span = data.message_span();
    let (question, cursor) = fold::question(ReportKind::Messages, options, span)?;
    let unnumbered = data.messages.as_ref().is_some_and(|index| index.columns.id.is_none() && index.len() > 0);
    let mut partial = Partial::empty(question, span);
    partial.alone = unnumbered.then_some(Alone::Unnumbered);
    if data.untyped_templates > 0 {
        partial.notes.push(Note::TemplatesWithoutChannels);
    }
    let empty;
    let index = if let Some(index) = &data.messages {
        index
    } else {
        empty = Dataset::builder().message_columns(crate::dataset::MessageColumns::default()).build()?;
        let Some(index) = &empty.messages else { return Ok(partial) };
        index
    };
    let mut fold = Fold::new(data, index, options, cursor);
    fold.edges = (partial.question.start, partial.question.end);
    options.check_cells(fold.layout.width, partial.question.buckets())?;
    fold.run(&mut partial);
    if extent == Extent::Part {
        let question = &partial.question;
        let shows = |log: &Component| log.is_log() && question.computes(*log) && question.log_limit > 0;
        let depends = options.filters.has_contact() || question.distinct || question.components.iter().any(shows);
        partial.known = if depends { data.known_contacts() } else { 0 };
    }
    Ok(partial)
}

/// Slots of the counters of a row (see [`count`]).
pub(super) struct Layout {
    pub(super) in_channel: u32,
    pub(super) out_channel: u32,
    source: u32,
    pair: u32,
    status: u32,
    width: usize,
    pub(super) channels: u32,
    sources: u32,
    /// Distinct (type, subtype) of the combinations.
    pairs: Vec<(u32, u32)>,
}

const STATUS_SLOTS: u32 = 10;

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
        let width = (status + STATUS_SLOTS) as usize;
        Self { in_channel, out_channel, source, pair, status, width, channels, sources, pairs }
    }

    fn channel(&self, base: u32, code: u32) -> u32 {
        base + if code == NONE { self.channels } else { code }
    }

    fn pair_of(&self, combo: &Combo) -> u32 {
        let place = self.pairs.binary_search(&(combo.message_type, combo.subtype)).unwrap_or(0);
        self.pair + select::position(place)
    }
}

pub(super) struct Fold<'d, 'a> {
    pub(super) data: &'d Dataset<'a>,
    pub(super) index: &'d MessageIndex<'a>,
    pub(super) options: &'d ReportOptions,
    pub(super) cursor: Option<Cursor>,
    pub(super) layout: Layout,
    /// First instant of the period, and the first after it.
    edges: (i64, i64),
    /// Contacts that pass the contact filter.
    contacts: Option<Vec<bool>>,
    /// For each combination: whether its messages pass the filters, as incoming and as outgoing ones.
    pub(super) incoming: Vec<bool>,
    pub(super) outgoing: Vec<bool>,
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
            edges: (0, 0),
            layout: Layout::new(&index.combos, data.dicts.channels.len(), data.dicts.sources.len()),
            contacts: select::contacts(data, filters),
            incoming: passes(false),
            outgoing: passes(true),
            users: CodeSet::of_ids(&filters.user, &data.dicts.users),
            teams: CodeSet::of_ids(&filters.team, &data.dicts.teams),
            broadcasts: CodeSet::of_broadcasts(&filters.broadcast, data),
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
        let by_combo = count::count(&self.index.codes, &slots, &cuts, &selection, &mut tally);
        let previous = question.previous.map(|(start, end)| {
            let cuts = count::cuts(times, &[start, end]);
            let range = cuts[0]..cuts[1];
            let selection = select::positions(self.data, &self.options.filters, self.contacts.as_deref(), &range);
            let mut tally = Tally::new(1, self.layout.width);
            count::count(&self.index.codes, &slots, &cuts, &selection, &mut tally);
            tally
        });
        let distinct = question.distinct.then(|| {
            let contacts = self.data.contacts();
            count::distinct(&self.index.codes, &slots, self.layout.width, range.clone(), &selection, |position| {
                contacts.survivors.of(contacts.of_messages[position])
            })
        });
        let counts = Counts { tally: &tally, previous: previous.as_ref(), distinct: distinct.as_deref() };
        let mut places = ContactPlaces::default();
        let breakdowns = self.breakdowns(question, &counts, &mut places);
        let delivery = question.computes(Component::Delivery).then(|| self.delivery(&tally, &by_combo, &range));
        let logs = self.logs(question, &tally, &range, &selection);
        partial.breakdowns = breakdowns;
        partial.delivery = delivery;
        partial.logs = logs;
        partial.explain(|component| self.given(component, &range));
        if partial.question.distinct {
            partial.contacts = places.into_ids(self.data.contacts().dictionary.ids());
        }
    }

    /// What there is of the messages that a part shows, whatever the filters.
    fn given(&self, component: Component, range: &Range<usize>) -> Given {
        if component == Component::FailedLog {
            let all = &self.index.failures;
            let (start, end) = self.edges;
            let next = all.partition_point(|failure| failure.at < start);
            return Given {
                span: all.first().zip(all.last()).map(|(first, last)| (first.at, last.at)),
                inside: all.get(next).is_some_and(|failure| failure.at < end),
            };
        }
        let all_attempts = self.options.policies.count_all_attempts || component == Component::Delivery;
        let is_incoming = matches!(component, Component::IncomingByChannel | Component::IncomingLog);
        let shown = |combo: &Combo| combo.outgoing != is_incoming && (is_incoming || all_attempts || combo.accepted);
        let shown: Vec<bool> = self.index.combos.iter().map(shown).collect();
        if !shown.contains(&true) {
            return Given::default();
        }
        let times = self.index.order.times(&self.index.columns.sent_at);
        let is_shown = |&position: &usize| shown[self.index.codes.get(position) as usize];
        let first = (0..times.len()).find(is_shown);
        let last = (0..times.len()).rev().find(is_shown);
        Given {
            span: first.zip(last).map(|(first, last)| (times[first], times[last])),
            inside: range.clone().any(|position| is_shown(&position)),
        }
    }

    /// Which counters each combination adds to.
    fn slots(&self, question: &Question) -> Vec<Slots<4>> {
        let layout = &self.layout;
        let incoming = question.computes(Component::IncomingByChannel) || question.computes(Component::IncomingLog);
        let all_attempts = self.options.policies.count_all_attempts;
        self.index
            .combos
            .iter()
            .enumerate()
            .map(|(code, combo)| {
                if self.incoming[code] && incoming {
                    return [layout.channel(layout.in_channel, combo.channel), TRASH, TRASH, TRASH];
                }
                if !self.outgoing[code] {
                    return [TRASH; 4];
                }
                let status = layout.status + combo.status as u32 * 2 + u32::from(combo.accepted);
                let mut slots = [TRASH, TRASH, TRASH, status];
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

    fn delivery(&self, tally: &Tally, by_combo: &[u64], range: &Range<usize>) -> DeliveryCounts {
        let layout = &self.layout;
        let status = |status: Status| {
            let slot = layout.status + status as u32 * 2;
            (tally.total(slot), tally.total(slot + 1))
        };
        let accepted = Status::ALL.iter().map(|&each| status(each).1).sum();
        let (_, read) = status(Status::Read);
        let (_, delivered) = status(Status::Delivered);
        let mut not_supported = NotSupported { delivered: 0, read: 0 };
        for ((combo, passes), rows) in self.index.combos.iter().zip(&self.outgoing).zip(by_combo) {
            if let (true, Some(kind)) = (*passes, self.data.names.channel_kind(combo.channel)) {
                let receipts = kind.receipts();
                not_supported.delivered += if receipts.delivered { 0 } else { *rows };
                not_supported.read += if receipts.read { 0 } else { *rows };
            }
        }
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
        DeliveryCounts { funnel: Funnel { sent: accepted, delivered: delivered + read, read }, not_supported, failures }
    }

    pub(super) fn passes(&self, failure: &Failure) -> bool {
        self.outgoing[failure.combo as usize]
            && self.users.passes(failure.user)
            && self.teams.passes(failure.team)
            && self.broadcasts.passes(failure.broadcast)
            && self
                .contacts
                .as_ref()
                .is_none_or(|set| set[self.data.contacts().of_messages[failure.position as usize] as usize])
    }
}
