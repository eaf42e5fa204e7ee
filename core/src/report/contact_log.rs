//! The logs of the Contacts report (P8, P9).

use std::ops::Range;

use super::component::{Component, ReportKind};
use super::contacts::{ADDED, DELETED, Fold, MERGED, kind_of};
use super::count::{Selection, Tally};
use super::fold::coded;
use super::page::{Column, LogColumn, LogRows, LogValues, TextList};
use super::partial::{LogCounts, Question};
use super::select;
use crate::dataset::{EventCombo, IdRef, NONE};
use crate::event::EventKind;
use crate::id::ForeignId;
use crate::message::Source;

impl Fold<'_, '_> {
    pub(super) fn logs(
        &self,
        question: &Question,
        tally: &Tally,
        range: &Range<usize>,
        selection: &Selection,
    ) -> Vec<LogCounts> {
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
        let mut met = 0;
        let keep = |position: &usize| {
            shown_kind[self.index.codes.get(*position) as usize]
                && cursor.is_none_or(|cursor| {
                    cursor.lets_pass(times[*position], || self.tie(select::position(*position)), &mut met)
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
        let dicts = &data.dicts;
        let columns = &self.index.columns;
        let times = self.index.order.times(&columns.at);
        let rows: Vec<usize> = picks.iter().map(|&position| self.index.order.row(position)).collect();
        let at: Vec<i64> = picks.iter().map(|&position| times[position as usize]).collect();
        let codes = picks.iter().map(|&position| self.index.codes.get(position as usize));
        let combos: Vec<EventCombo> = codes.map(|code| self.index.combos[code as usize]).collect();
        let user_source = dicts.sources.code_of(IdRef::Text(Source::User.as_str()));
        let values = |column: Column| match column {
            Column::ContactId => {
                let id = |&row: &usize| columns.contact.get(row).unwrap_or_else(|| ForeignId::Text("".into()));
                LogValues::Ids(rows.iter().map(id).collect())
            }
            Column::ContactName => {
                // Deleted and merged show the name at the event; the others the current one (P9).
                let at_event = matches!(kind, EventKind::Deleted | EventKind::Merged);
                let codes: Vec<u32> = picks.iter().map(|&position| self.index.contacts[position as usize]).collect();
                let names = data.contact_names(&codes);
                LogValues::Texts(TextList::collect(picks.iter().zip(names).map(|(&position, name)| {
                    let snapshot = if at_event { self.snapshot(position) } else { None };
                    snapshot.or(name)
                })))
            }
            Column::Source => coded(combos.iter().map(|combo| combo.source), dicts.sources.ids(), &|_| None),
            Column::Channel => {
                coded(combos.iter().map(|combo| combo.channel), dicts.channels.ids(), &|code| data.names.channel(code))
            }
            Column::User => {
                let user = |(row, combo): (&usize, &EventCombo)| match &self.index.users {
                    Some(users) if Some(combo.source) == user_source => users.code(*row, &dicts.users),
                    _ => NONE,
                };
                coded(rows.iter().zip(&combos).map(user), dicts.users.ids(), &|code| data.names.user(code))
            }
            _ => LogValues::Times(at.clone()),
        };
        let columns = self.options.columns_of(component).into_iter();
        LogRows {
            tie: picks.iter().map(|&position| self.tie(position)).collect(),
            columns: columns.map(|name| LogColumn { name, values: values(name) }).collect(),
            at,
        }
    }
}
