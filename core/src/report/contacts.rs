//! The Contacts report over a dataset (P2, P7, P8).

use std::ops::Range;

use super::breakdown::Key;
use super::component::{Component, ReportKind};
use super::count::{self, Selection, Slots, TRASH, Tally};
use super::fold::{self, ContactPlaces, Counts, Extent, id_key, label_of};
use super::options::ReportOptions;
use super::page::{Column, Cursor};
use super::partial::{Alone, BreakdownCounts, Given, Partial, Question, ToldName};
use super::select::{self, CodeSet};
use crate::dataset::{Dataset, EventColumns, EventCombo, EventIndex, NONE};
use crate::error::Result;
use crate::event::EventKind;

/// The Contacts report of a dataset, as a partial that merges with those of other parts (P12).
///
/// # Errors
/// Those of [`ReportOptions`]: period, filters, cursor, limits; each with its path. `not_mergeable` at `period` for
/// `all_time`.
pub fn contacts_partial(data: &Dataset<'_>, options: &ReportOptions) -> Result<Partial> {
    folded(data, options, Extent::Part)
}

pub(super) fn folded(data: &Dataset<'_>, options: &ReportOptions, extent: Extent) -> Result<Partial> {
    extent.check(options)?;
    data.begin_report();
    let span = data.event_span();
    let (question, cursor) = fold::question(ReportKind::Contacts, options, span)?;
    let unnumbered = data.events.as_ref().is_some_and(|index| !index.numbered);
    let mut partial = Partial::empty(question, span);
    partial.alone = if data.derived > 0 { Some(Alone::Derived) } else { unnumbered.then_some(Alone::Unnumbered) };
    let empty;
    let index = if let Some(index) = &data.events {
        index
    } else {
        empty = Dataset::builder().event_columns(EventColumns::default()).build()?;
        let Some(index) = &empty.events else { return Ok(partial) };
        index
    };
    let fold = Fold::new(data, index, options, cursor, extent);
    options.check_cells(fold.width(), partial.question.buckets())?;
    fold.run(&mut partial);
    if extent == Extent::Part {
        fold.tell(&mut partial);
    }
    Ok(partial)
}

pub(super) const ADDED: u32 = TRASH + 1;
pub(super) const DELETED: u32 = ADDED + 1;
pub(super) const MERGED: u32 = DELETED + 1;
const SOURCES: u32 = MERGED + 1;

/// The kind of events that a log shows.
pub(super) const fn kind_of(component: Component) -> Option<EventKind> {
    match component {
        Component::AddedLog => Some(EventKind::Added),
        Component::ConnectedLog => Some(EventKind::Connected),
        Component::DeletedLog => Some(EventKind::Deleted),
        Component::MergedLog => Some(EventKind::Merged),
        _ => None,
    }
}

/// The kinds of events that a part shows.
const fn kinds_of(component: Component) -> &'static [EventKind] {
    match component {
        Component::AddedLog | Component::AddedBySource => &[EventKind::Added],
        Component::ConnectedLog | Component::ConnectedByChannel => &[EventKind::Connected],
        Component::DeletedLog => &[EventKind::Deleted],
        Component::MergedLog => &[EventKind::Merged],
        _ => &[EventKind::Added, EventKind::Deleted, EventKind::Merged],
    }
}

pub(super) struct Fold<'d, 'a> {
    pub(super) data: &'d Dataset<'a>,
    pub(super) index: &'d EventIndex<'a>,
    pub(super) options: &'d ReportOptions,
    pub(super) cursor: Option<Cursor>,
    pub(super) extent: Extent,
    contacts: Option<Vec<bool>>,
    among: Option<Vec<bool>>,
    needles: Vec<String>,
    /// For each combination: whether its events pass the filters that apply to their kind.
    pub(super) passes: Vec<bool>,
    sources: u32,
    pub(super) channels: u32,
}

impl<'d, 'a> Fold<'d, 'a> {
    fn new(
        data: &'d Dataset<'a>,
        index: &'d EventIndex<'a>,
        options: &'d ReportOptions,
        cursor: Option<Cursor>,
        extent: Extent,
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
            extent,
            contacts: select::named(data, filters),
            among: select::among(data, filters),
            needles: filters.contact_text.iter().map(|text| select::folded(text)).collect(),
            passes: index.combos.iter().map(passes).collect(),
            sources: select::position(data.dicts.sources.len()),
            channels: select::position(data.dicts.channels.len()),
        }
    }

    /// Slots of a bucket.
    fn width(&self) -> usize {
        (SOURCES + self.sources + self.channels + 1) as usize
    }

    pub(super) fn channel_slot(&self, code: u32) -> u32 {
        SOURCES + self.sources + if code == NONE { self.channels } else { code }
    }

    fn run(&self, partial: &mut Partial) {
        let question = &partial.question;
        let width = self.width();
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
            let contacts = self.data.contacts();
            count::distinct(&self.index.codes, &slots, width, range.clone(), &selection, |position| {
                contacts.survivors.of(contacts.of_events[position])
            })
        });
        let counts = Counts { tally: &tally, previous: previous.as_ref(), distinct: distinct.as_deref() };
        let mut places = ContactPlaces::default();
        let breakdowns = self.breakdowns(question, &counts, &mut places);
        let logs = self.logs(question, &tally, &range, &selection);
        partial.breakdowns = breakdowns;
        partial.logs = logs;
        partial.explain(|component| self.given(component, &range));
        if partial.question.distinct {
            partial.contacts = places.into_ids(self.data.contacts().dictionary.ids());
        }
    }

    /// What there is of the events that a part shows, whatever the filters.
    fn given(&self, component: Component, range: &Range<usize>) -> Given {
        let times = self.index.order.times(&self.index.columns.at);
        let mut found = Given::default();
        for kind in kinds_of(component) {
            let positions = self.index.by_kind.of(*kind as u32);
            let at = |position: &u32| times[*position as usize];
            let (Some(first), Some(last)) = (positions.first().map(at), positions.last().map(at)) else { continue };
            found.span = Some(found.span.map_or((first, last), |(f, l)| (f.min(first), l.max(last))));
            let next = positions.partition_point(|&position| (position as usize) < range.start);
            found.inside |= positions.get(next).is_some_and(|&position| (position as usize) < range.end);
        }
        found
    }

    /// What other parts have to know of this one, or it of them (P12).
    fn tell(&self, partial: &mut Partial) {
        let filters = &self.options.filters;
        let by_merges = filters.has_contact() || partial.question.distinct;
        let by_names = !filters.contact_text.is_empty();
        let shows = partial.question.log_limit > 0
            && partial.question.components.iter().any(|log| {
                partial.question.computes(*log) && self.options.columns_of(*log).contains(&Column::ContactName)
            });
        let names = if by_names || shows { self.data.told_names() } else { Vec::new() };
        let depends = by_merges && self.data.tells_merges() || by_names && !names.is_empty();
        if depends {
            partial.alone = partial.alone.or(Some(Alone::Contacts));
        }
        if by_merges {
            partial.known = self.data.given_merges();
        }
        partial.names = if shows { names.into_iter().map(ToldName::from).collect() } else { Vec::new() };
    }

    fn selection(&self, range: &Range<usize>) -> Selection {
        let narrows = self.contacts.is_some() || self.among.is_some();
        let matches = narrows.then_some(|position: usize| {
            self.contacts.as_ref().is_none_or(|set| self.matches(set, position))
                && self.among.as_ref().is_none_or(|set| self.is_of(set, position))
        });
        select::event_positions(self.data, &self.options.filters, matches, range)
    }

    /// Whether an event passes the contact filter: by contact, for merges also by the secondary, and by the name
    /// that its log shows (D7).
    fn matches(&self, set: &[bool], position: usize) -> bool {
        if self.is_of(set, position) {
            return true;
        }
        let at = select::position(position);
        let kind = self.index.kind(at);
        if self.needles.is_empty() || !matches!(kind, EventKind::Deleted | EventKind::Merged) {
            return false;
        }
        self.snapshot(at)
            .map(select::folded)
            .is_some_and(|name| self.needles.iter().any(|needle| name.contains(needle.as_str())))
    }

    /// Whether an event is of a contact of the set, for merges also by the secondary.
    fn is_of(&self, set: &[bool], position: usize) -> bool {
        let passes = |code: u32| set.get(code as usize).copied().unwrap_or(false);
        let contacts = self.data.contacts();
        if passes(contacts.of_events[position]) {
            return true;
        }
        let at = select::position(position);
        self.index.kind(at) == EventKind::Merged && contacts.secondary(at).is_some_and(passes)
    }

    /// Name of the contact at the event.
    pub(super) fn snapshot(&self, position: u32) -> Option<&str> {
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
}
