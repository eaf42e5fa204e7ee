//! The Contacts report over a dataset (P2, P7, P8).

use std::ops::Range;

use super::breakdown::Key;
use super::component::{Component, ReportKind};
use super::count::{self, Selection, Slots, TRASH, Tally};
use super::fold::{self, Coding, ContactPlaces, Counts, entry, id_key, label_of};
use super::options::ReportOptions;
use super::page::{Column, Cursor, Entry, LogColumn, LogRows, LogValues, TextList};
use super::partial::{BreakdownCounts, LogCounts, Partial, Question};
use super::select::{self, CodeSet};
use crate::dataset::{Dataset, EventColumns, EventCombo, EventIndex, IdRef, NONE};
use crate::error::Result;
use crate::event::EventKind;
use crate::id::ForeignId;

/// The Contacts report of a dataset, as a partial that merges with those of other parts (P12).
///
/// # Errors
/// Those of [`ReportOptions`]: period, filters, cursor, limits; each with its path.
pub fn contacts_partial(data: &Dataset<'_>, options: &ReportOptions) -> Result<Partial> {
    let span = data.event_span();
    let (question, cursor) = fold::question(ReportKind::Contacts, options, span)?;
    let mut partial = Partial {
        span: span.map(|(first, last)| (first.as_millis(), last.as_millis())),
        breakdowns: Vec::new(),
        delivery: None,
        logs: Vec::new(),
        contacts: Vec::new(),
        question,
    };
    let empty;
    let index = match &data.events {
        Some(index) => index,
        None => {
            empty = Dataset::builder().event_columns(EventColumns::default()).build()?;
            let Some(index) = &empty.events else { return Ok(partial) };
            index
        }
    };
    Fold::new(data, index, options, cursor).run(&mut partial);
    Ok(partial)
}

const ADDED: u32 = TRASH + 1;
const DELETED: u32 = ADDED + 1;
const MERGED: u32 = DELETED + 1;
const SOURCES: u32 = MERGED + 1;

/// The kind of events that a log shows.
const fn kind_of(component: Component) -> Option<EventKind> {
    match component {
        Component::AddedLog => Some(EventKind::Added),
        Component::ConnectedLog => Some(EventKind::Connected),
        Component::DeletedLog => Some(EventKind::Deleted),
        Component::MergedLog => Some(EventKind::Merged),
        _ => None,
    }
}

struct Fold<'d, 'a> {
    data: &'d Dataset<'a>,
    index: &'d EventIndex<'a>,
    options: &'d ReportOptions,
    cursor: Option<Cursor>,
    contacts: Option<Vec<bool>>,
    needles: Vec<String>,
    /// For each combination: whether its events pass the filters that apply to their kind.
    passes: Vec<bool>,
    sources: u32,
    channels: u32,
}

impl<'d, 'a> Fold<'d, 'a> {
    fn new(
        data: &'d Dataset<'a>,
        index: &'d EventIndex<'a>,
        options: &'d ReportOptions,
        cursor: Option<Cursor>,
    ) -> Self {
        let filters = &options.filters;
        let channels = CodeSet::of_ids(&filters.channel, &data.dicts.channels);
        let sources = CodeSet::of_labels(&filters.source, &data.dicts.sources);
        let passes = |combo: &EventCombo| {
            let by_channel = match combo.kind {
                EventKind::Connected => true,
                EventKind::Added => options.policies.added_has_channel,
                _ => false,
            };
            sources.passes(combo.source) && (!by_channel || channels.passes(combo.channel))
        };
        Self {
            data,
            index,
            options,
            cursor,
            contacts: select::contacts(data, filters),
            needles: filters.contact_text.iter().map(|text| select::folded(text)).collect(),
            passes: index.combos.iter().map(passes).collect(),
            sources: select::position(data.dicts.sources.len()),
            channels: select::position(data.dicts.channels.len()),
        }
    }

    fn channel_slot(&self, code: u32) -> u32 {
        SOURCES + self.sources + if code == NONE { self.channels } else { code }
    }

    fn run(&self, partial: &mut Partial) {
        let question = &partial.question;
        let width = (SOURCES + self.sources + self.channels + 1) as usize;
        let times = self.index.order.times(&self.index.columns.at);
        let cuts = if question.edges.is_empty() { vec![0] } else { count::cuts(times, &question.edges) };
        let range = cuts[0]..cuts[cuts.len() - 1];
        let selection = self.selection(&range);
        let slots = self.slots();
        let mut tally = Tally::new(question.buckets(), width);
        count::count(&self.index.codes, &slots, &cuts, &selection, &mut tally);
        let previous = question.previous.map(|(start, end)| {
            let cuts = count::cuts(times, &[start, end]);
            let mut tally = Tally::new(1, width);
            count::count(&self.index.codes, &slots, &cuts, &self.selection(&(cuts[0]..cuts[1])), &mut tally);
            tally
        });
        let distinct = question.distinct.then(|| {
            count::distinct(&self.index.codes, &slots, width, range.clone(), &selection, |position| {
                self.data.survivors.of(self.index.contacts[position])
            })
        });
        let counts = Counts { tally: &tally, previous: previous.as_ref(), distinct: distinct.as_deref() };
        let mut places = ContactPlaces::default();
        let breakdowns = self.breakdowns(question, &counts, &mut places);
        let logs = self.logs(question, &tally, &range, &selection);
        partial.breakdowns = breakdowns;
        partial.logs = logs;
        partial.contacts = places.into_ids(self.data.dicts.contacts.ids());
    }

    fn selection(&self, range: &Range<usize>) -> Selection {
        let matches = self.contacts.as_ref().map(|set| move |position: usize| self.matches(set, position));
        select::event_positions(self.data, &self.options.filters, matches, range)
    }

    /// Whether an event passes the contact filter: by contact, for merges also by the secondary, and by the name
    /// that its log shows (D7).
    fn matches(&self, set: &[bool], position: usize) -> bool {
        let passes = |code: u32| set.get(code as usize).copied().unwrap_or(false);
        if passes(self.index.contacts[position]) {
            return true;
        }
        let at = select::position(position);
        let kind = self.index.kind(at);
        if kind == EventKind::Merged && self.index.secondary(at).is_some_and(passes) {
            return true;
        }
        if self.needles.is_empty() || !matches!(kind, EventKind::Deleted | EventKind::Merged) {
            return false;
        }
        self.snapshot(at)
            .map(select::folded)
            .is_some_and(|name| self.needles.iter().any(|needle| name.contains(needle.as_str())))
    }

    /// Name of the contact at the event.
    fn snapshot(&self, position: u32) -> Option<&str> {
        let name = self.index.columns.name.as_ref()?.get(self.index.order.row(position))?;
        (!name.is_empty()).then_some(name)
    }

    fn slots(&self) -> Vec<Slots<2>> {
        self.index
            .combos
            .iter()
            .zip(&self.passes)
            .map(|(combo, passes)| match combo.kind {
                _ if !passes => [TRASH, TRASH],
                EventKind::Added => [ADDED, SOURCES + combo.source],
                EventKind::Deleted => [DELETED, TRASH],
                EventKind::Merged => [MERGED, TRASH],
                EventKind::Connected => [self.channel_slot(combo.channel), TRASH],
                EventKind::Unmerged | EventKind::Refused => [TRASH, TRASH],
            })
            .collect()
    }

    fn breakdowns(&self, question: &Question, counts: &Counts<'_>, places: &mut ContactPlaces) -> Vec<BreakdownCounts> {
        let dicts = &self.data.dicts;
        let mut breakdowns = Vec::new();
        for component in Component::of(ReportKind::Contacts).filter(|component| question.computes(*component)) {
            let rows = match component {
                Component::Overview => {
                    [(ADDED, EventKind::Added), (DELETED, EventKind::Deleted), (MERGED, EventKind::Merged)]
                        .into_iter()
                        .filter_map(|(slot, kind)| {
                            counts.row(&[slot], places, || (Key::Label(kind.as_str().to_owned()), None))
                        })
                        .collect()
                }
                Component::AddedBySource => (0..self.sources)
                    .filter_map(|code| {
                        counts
                            .row(&[SOURCES + code], places, || (Key::Label(label_of(dicts.sources.ids(), code)), None))
                    })
                    .collect(),
                Component::ConnectedByChannel => (0..self.channels)
                    .chain([NONE])
                    .filter_map(|code| {
                        counts.row(&[self.channel_slot(code)], places, || {
                            (id_key(dicts.channels.ids(), code), self.data.names.channel(code).map(str::to_owned))
                        })
                    })
                    .collect(),
                _ => continue,
            };
            breakdowns.push(BreakdownCounts { component, rows, without: None });
        }
        breakdowns
    }

    fn logs(&self, question: &Question, tally: &Tally, range: &Range<usize>, selection: &Selection) -> Vec<LogCounts> {
        let mut logs = Vec::new();
        for component in Component::of(ReportKind::Contacts).filter(|component| question.computes(*component)) {
            let Some(kind) = kind_of(component) else { continue };
            let total = match kind {
                EventKind::Added => tally.total(ADDED),
                EventKind::Deleted => tally.total(DELETED),
                EventKind::Merged => tally.total(MERGED),
                _ => (0..self.channels).chain([NONE]).map(|code| tally.total(self.channel_slot(code))).sum(),
            };
            let picks = self.newest(component, kind, range, selection);
            logs.push(LogCounts { component, total, rows: self.rows(component, kind, &picks) });
        }
        logs
    }

    /// Sequence of the event at a position, as it orders events of the same instant.
    fn tie(&self, position: u32) -> ForeignId {
        let row = self.index.order.row(position);
        let sequence = self.index.columns.sequence.as_ref().and_then(|sequence| sequence.get(row));
        sequence.unwrap_or_else(|| ForeignId::from(row as u64))
    }

    /// Positions of the newest events of a kind, from the cursor on; one more than a page shows.
    fn newest(&self, component: Component, kind: EventKind, range: &Range<usize>, selection: &Selection) -> Vec<u32> {
        let times = self.index.order.times(&self.index.columns.at);
        let shown_kind: Vec<bool> =
            self.index.combos.iter().zip(&self.passes).map(|(combo, passes)| *passes && combo.kind == kind).collect();
        let cursor = self.cursor.as_ref().filter(|cursor| cursor.component == component);
        let end = cursor
            .map_or(range.end, |cursor| times.partition_point(|&at| at <= cursor.at).clamp(range.start, range.end));
        let keep = |position: &usize| {
            shown_kind[self.index.codes.get(*position) as usize]
                && cursor.is_none_or(|cursor| {
                    times[*position] != cursor.at || self.tie(select::position(*position)) < cursor.tie
                })
        };
        let limit = self.options.logs.limit + 1;
        match selection {
            Selection::All => (range.start..end).rev().filter(keep).map(select::position).take(limit).collect(),
            Selection::Positions(positions) => {
                let upto = positions.partition_point(|&position| (position as usize) < end);
                let chosen = positions[..upto].iter().rev().map(|&position| position as usize);
                chosen.filter(keep).map(select::position).take(limit).collect()
            }
        }
    }

    /// The rows of a log, column by column.
    fn rows(&self, component: Component, kind: EventKind, picks: &[u32]) -> LogRows {
        let data = self.data;
        let columns = &self.index.columns;
        let times = self.index.order.times(&columns.at);
        let combo = |position: u32| &self.index.combos[self.index.codes.get(position as usize) as usize];
        let contact = |position: u32| self.index.contacts[position as usize];
        let user_source = data.dicts.sources.code_of(IdRef::Text("user"));
        let coded = |code: &dyn Fn(u32) -> u32, entry: &dyn Fn(u32) -> Entry| {
            let mut coding = Coding::default();
            for &position in picks {
                let code = code(position);
                coding.push(code, || entry(code));
            }
            coding.into_values()
        };
        let values = |column: Column| match column {
            Column::ContactId => LogValues::Ids(
                picks.iter().map(|&position| data.dicts.contacts.ids()[contact(position) as usize].clone()).collect(),
            ),
            Column::ContactName => {
                // Deleted and merged show the name at the event; the others the current one (P9).
                let at_event = matches!(kind, EventKind::Deleted | EventKind::Merged);
                let codes: Vec<u32> = picks.iter().map(|&position| contact(position)).collect();
                let names = data.contact_names(&codes);
                LogValues::Texts(TextList::collect(picks.iter().zip(names).map(|(&position, name)| {
                    let snapshot = if at_event { self.snapshot(position) } else { None };
                    snapshot.or(name)
                })))
            }
            Column::Source => coded(&|p| combo(p).source, &|code| entry(data.dicts.sources.ids(), code, None)),
            Column::Channel => {
                coded(&|p| combo(p).channel, &|code| entry(data.dicts.channels.ids(), code, data.names.channel(code)))
            }
            Column::User => coded(
                &|p| {
                    let users = columns.user.as_ref().filter(|_| Some(combo(p).source) == user_source);
                    let id = users.and_then(|users| users.id(self.index.order.row(p)));
                    id.and_then(|id| data.dicts.users.code_of(id)).unwrap_or(NONE)
                },
                &|code| entry(data.dicts.users.ids(), code, data.names.user(code)),
            ),
            _ => LogValues::Times(picks.iter().map(|&position| times[position as usize]).collect()),
        };
        LogRows {
            at: picks.iter().map(|&position| times[position as usize]).collect(),
            tie: picks.iter().map(|&position| self.tie(position)).collect(),
            columns: self
                .options
                .columns_of(component)
                .into_iter()
                .map(|name| LogColumn { name, values: values(name) })
                .collect(),
        }
    }
}
