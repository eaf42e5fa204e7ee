//! The logs of the Messages report (P8, P9, D9, D11).

use std::ops::Range;

use super::component::{Component, ReportKind};
use super::count::{Selection, Tally};
use super::fold::coded;
use super::messages::Fold;
use super::page::{Column, Cursor, LogColumn, LogRows, LogValues, TextList};
use super::partial::{LogCounts, Question};
use super::select;
use crate::dataset::{Combo, IdColumn, IdRef, NONE, NULL_TIME, STATUS_WINDOW, TimeColumn};
use crate::id::ForeignId;
use crate::message::Source;

impl<'d> Fold<'d, '_> {
    pub(super) fn logs(
        &self,
        question: &Question,
        tally: &Tally,
        range: &Range<usize>,
        selection: &Selection,
    ) -> Vec<LogCounts> {
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
        let mut met = 0;
        let keep = |position: &usize| {
            passes[self.index.codes.get(*position) as usize]
                && cursor.is_none_or(|cursor| {
                    cursor.lets_pass(times[*position], || self.tie(select::position(*position)), &mut met)
                })
        };
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
        let mut met = 0;
        let picks = passing()
            .filter(|failure| {
                cursor.is_none_or(|cursor| cursor.lets_pass(failure.at, || self.tie(failure.position), &mut met))
            })
            .take(self.options.logs.limit + 1)
            .map(|failure| (failure.at, failure.position))
            .collect();
        (passing().count() as u64, picks)
    }

    /// The rows of a log, column by column; wide columns are read for these rows only.
    fn rows(&self, component: Component, picks: &[(i64, u32)]) -> LogRows {
        let data = self.data;
        let dicts = &data.dicts;
        let columns = &self.index.columns;
        let rows: Vec<usize> = picks.iter().map(|pick| self.index.order.row(pick.1)).collect();
        let codes = picks.iter().map(|pick| self.index.codes.get(pick.1 as usize));
        let combos: Vec<Combo> = codes.map(|code| self.index.combos[code as usize]).collect();
        let recorded = picks.iter().map(|pick| self.index.contacts[pick.1 as usize]);
        let contacts: Vec<(u32, bool)> = recorded
            .map(|contact| {
                let survivor = data.survivors.of(contact);
                (survivor, survivor == contact)
            })
            .collect();
        let user_source = dicts.sources.code_of(IdRef::Text(Source::User.as_str()));
        let by = |code: fn(&Combo) -> u32, ids, name: &dyn Fn(u32) -> Option<&'d str>| {
            coded(combos.iter().map(code), ids, name)
        };
        let times = |column: Option<&TimeColumn<'_>>| {
            let sent = self.index.order.times(&columns.sent_at);
            let within = |(row, pick): (&usize, &(i64, u32))| {
                let at = column.and_then(|column| column.millis(*row));
                at.filter(|at| at - sent[pick.1 as usize] <= STATUS_WINDOW).unwrap_or(NULL_TIME)
            };
            LogValues::Times(rows.iter().zip(picks).map(within).collect())
        };
        let values = |column: Column| match column {
            Column::Timestamp => LogValues::Times(picks.iter().map(|pick| pick.0).collect()),
            Column::ContactId => {
                // The row's own id where nobody was merged: it is nearer than the dictionary.
                let id = |(row, &(code, own)): (&usize, &(u32, bool))| {
                    let given = if own { columns.contact.get(*row) } else { None };
                    given.unwrap_or_else(|| dicts.contacts.ids()[code as usize].clone())
                };
                LogValues::Ids(rows.iter().zip(&contacts).map(id).collect())
            }
            Column::ContactName => {
                let codes: Vec<u32> = contacts.iter().map(|contact| contact.0).collect();
                LogValues::Texts(TextList::collect(data.contact_names(&codes).into_iter()))
            }
            Column::Content => LogValues::Texts(match &columns.content {
                Some(content) => TextList::collect(rows.iter().map(|&row| content.get(row))),
                None => TextList::collect(rows.iter().map(|_| None)),
            }),
            Column::Source => by(|combo| combo.source, dicts.sources.ids(), &|_| None),
            Column::Channel => by(|combo| combo.channel, dicts.channels.ids(), &|code| data.names.channel(code)),
            Column::Type => by(|combo| combo.message_type, dicts.types.ids(), &|_| None),
            Column::Subtype => by(|combo| combo.subtype, dicts.subtypes.ids(), &|_| None),
            Column::User => {
                // A user on a row whose source is not `user` is ignored (D9).
                let user = |(row, combo): (&usize, &Combo)| match &self.index.users {
                    Some(users) if Some(combo.source) == user_source => users.code(*row, &dicts.users),
                    _ => NONE,
                };
                coded(rows.iter().zip(&combos).map(user), dicts.users.ids(), &|code| data.names.user(code))
            }
            Column::DeliveredAt => times(columns.delivered_at.as_ref()),
            Column::ReadAt => times(columns.read_at.as_ref()),
            Column::Error => {
                let code = |column: Option<&IdColumn<'_>>, row: usize| dicts.errors.code_of(column?.id(row)?);
                let error = |&row: &usize| {
                    let text = code(columns.error.as_ref(), row);
                    text.or_else(|| code(columns.error_code.as_ref(), row)).unwrap_or(NONE)
                };
                coded(rows.iter().map(error), dicts.errors.ids(), &|_| None)
            }
        };
        LogRows {
            at: picks.iter().map(|pick| pick.0).collect(),
            tie: picks.iter().map(|pick| self.tie(pick.1)).collect(),
            columns: self
                .options
                .columns_of(component)
                .into_iter()
                .map(|name| LogColumn { name, values: values(name) })
                .collect(),
        }
    }
}
