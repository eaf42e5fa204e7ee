//! The logs of the Contacts report (P8, P9).

use std::ops::Range;

use super::component::{Component, ReportKind};
use super::contacts::{ADDED, DELETED, Fold, MERGED, kind_of};
use super::count::{Candidates, Selection, Tally};
use super::fold::{Extent, Shown, coded};
use super::page::{Column, LogColumn, LogRows, LogValues, TextList};
use super::partial::{LogCounts, Question};
use crate::dataset::{IdRef, NONE, is_own_id};
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
            let rows = self.rows(component, kind, &picks);
            logs.push(LogCounts::new(component, total, rows, self.options.logs.limit));
        }
        logs
    }

    /// Sequence of the event at a position, as it orders events of the same instant.
    fn tie(&self, position: u32) -> ForeignId {
        self.index.tie(self.index.order.row(position))
    }

    /// Positions of the newest events of a kind, from the cursor on; one more than a page shows.
    fn newest(&self, component: Component, kind: EventKind, range: &Range<usize>, selection: &Selection) -> Vec<u32> {
        let shown_kind: Vec<bool> =
            self.index.combos.iter().zip(&self.passes).map(|(combo, passes)| *passes && combo.kind == kind).collect();
        let shown = Shown {
            codes: &self.index.codes,
            passes: &shown_kind,
            times: self.index.order.times(&self.index.columns.at),
            limit: self.options.logs.limit + 1,
        };
        let candidates = match selection {
            Selection::All => Candidates::Listed(self.index.by_kind.of(kind as u32)).within(range),
            Selection::Positions(_) => Candidates::of(selection, range),
        };
        let cursor = self.cursor.as_ref().filter(|cursor| cursor.component == component);
        shown.newest(&candidates, cursor, |position| self.tie(position))
    }

    /// The rows of a log, column by column.
    fn rows(&self, component: Component, kind: EventKind, picks: &[u32]) -> LogRows {
        let data = self.data;
        let dicts = &data.dicts;
        let index = self.index;
        let columns = &index.columns;
        let times = index.order.times(&columns.at);
        let rows: Vec<usize> = picks.iter().map(|&position| index.order.row(position)).collect();
        let at: Vec<i64> = picks.iter().map(|&position| times[position as usize]).collect();
        let codes = index.codes.gather(picks);
        let combo = |code: u32| &index.combos[code as usize];
        let user_source = dicts.sources.code_of(IdRef::Text(Source::User.as_str()));
        let values = |column: Column| match column {
            Column::ContactId => LogValues::Ids(columns.contact.gather(&rows, |_| ForeignId::Text("".into()))),
            Column::ContactName => {
                let ids;
                // The last name in an event may be in another part.
                let known = data.coded_contacts().filter(|_| self.extent == Extent::Whole);
                let mut names: Vec<Option<&str>> = if let Some(known) = known {
                    let codes: Vec<u32> = picks.iter().map(|&position| known.of_events[position as usize]).collect();
                    known.names(&codes)
                } else {
                    ids = columns.contact.gather(&rows, |_| ForeignId::Text("".into()));
                    data.names_of(&ids)
                };
                // Deleted and merged show the name at the event; the others the current one (P9).
                if columns.name.is_some() && matches!(kind, EventKind::Deleted | EventKind::Merged) {
                    for (name, &position) in names.iter_mut().zip(picks) {
                        if let Some(at_event) = self.snapshot(position) {
                            let id = columns.contact.get(index.order.row(position));
                            *name = Some(at_event).filter(|name| !is_own_id(id.as_ref(), name));
                        }
                    }
                }
                LogValues::Texts(TextList::collect(&names))
            }
            Column::Source => coded(codes.iter().map(|&code| combo(code).source), dicts.sources.ids(), &|_| None),
            Column::Channel => coded(codes.iter().map(|&code| combo(code).channel), dicts.channels.ids(), &|code| {
                data.names.channel(code)
            }),
            Column::User => {
                let users = match &index.users {
                    Some(users) => users.gather(&rows, &dicts.users),
                    None => vec![NONE; rows.len()],
                };
                let user = |(user, &code): (u32, &u32)| {
                    if Some(combo(code).source) == user_source { user } else { NONE }
                };
                coded(users.into_iter().zip(&codes).map(user), dicts.users.ids(), &|code| data.names.user(code))
            }
            _ => LogValues::Times(at.clone()),
        };
        let mut chosen = self.options.columns_of(component);
        if self.extent == Extent::Part && chosen.contains(&Column::ContactName) && !chosen.contains(&Column::ContactId)
        {
            // Whose name it is, should another part tell it.
            chosen.push(Column::ContactId);
        }
        let columns = chosen.into_iter();
        LogRows {
            tie: self.ties(&rows),
            columns: columns.map(|name| LogColumn { name, values: values(name) }).collect(),
            at,
        }
    }

    fn ties(&self, rows: &[usize]) -> Vec<ForeignId> {
        rows.iter().map(|&row| self.index.tie(row)).collect()
    }
}
