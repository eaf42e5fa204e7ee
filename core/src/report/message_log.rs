//! The logs of the Messages report (P8, P9, D9, D11).

use std::ops::Range;

use super::component::{Component, ReportKind};
use super::count::{Candidates, Selection, Tally};
use super::fold::{Shown, coded};
use super::messages::Fold;
use super::page::{Column, Cursor, LogColumn, LogRows, LogValues, TextList};
use super::partial::{LogCounts, Question};
use crate::dataset::{Combo, Dictionary, Failure, IdRef, NONE, NULL_TIME, STATUS_WINDOW, TimeColumn};
use crate::id::ForeignId;
use crate::message::Source;

/// Rows of a log, newest first.
struct Picks {
    at: Vec<i64>,
    positions: Vec<u32>,
    combos: Vec<u32>,
    /// What the index knows of each row, where they are failures.
    failures: Vec<Failure>,
}

impl Picks {
    /// A column of what the combinations of the rows have in common.
    fn coded<'n>(
        &self,
        combos: &[Combo],
        code: impl Fn(&Combo) -> u32,
        dictionary: &Dictionary,
        name: &dyn Fn(u32) -> Option<&'n str>,
    ) -> LogValues {
        coded(self.combos.iter().map(|&each| code(&combos[each as usize])), dictionary.ids(), name)
    }
}

impl Fold<'_, '_> {
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
            let rows = self.rows(component, &picks);
            logs.push(LogCounts::new(component, total, rows, self.options.logs.limit));
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

    /// The newest rows whose combination passes, from the cursor on; one more than a page shows.
    fn newest(&self, component: Component, passes: &[bool], range: &Range<usize>, selection: &Selection) -> Picks {
        let times = self.index.order.times(&self.index.columns.sent_at);
        let tie = |position: u32| self.tie(position);
        let shown = Shown { codes: &self.index.codes, passes, times, limit: self.options.logs.limit + 1 };
        let positions = shown.newest(&Candidates::of(selection, range), self.cursor_of(component), tie);
        Picks {
            at: positions.iter().map(|&position| times[position as usize]).collect(),
            combos: self.index.codes.gather(&positions),
            positions,
            failures: Vec::new(),
        }
    }

    /// The failed log's rows by the time of failure (P8), and how many there are.
    fn newest_failures(&self, question: &Question) -> (u64, Picks) {
        let all = &self.index.failures;
        let from = all.partition_point(|failure| failure.at < question.start);
        let to = all.partition_point(|failure| failure.at < question.end).max(from);
        let limit = self.options.logs.limit + 1;
        let cursor = self.cursor_of(Component::FailedLog);
        let (mut met, mut total) = (0, 0);
        let mut failures: Vec<Failure> = Vec::with_capacity(limit.min(to - from));
        for failure in all[from..to].iter().rev() {
            if !self.passes(failure) {
                continue;
            }
            total += 1;
            let after = |cursor: &Cursor| cursor.lets_pass(failure.at, || self.tie(failure.position), &mut met);
            if failures.len() < limit && cursor.is_none_or(after) {
                failures.push(*failure);
            }
        }
        let picks = Picks {
            at: failures.iter().map(|failure| failure.at).collect(),
            combos: failures.iter().map(|failure| failure.combo).collect(),
            positions: failures.iter().map(|failure| failure.position).collect(),
            failures,
        };
        (total, picks)
    }

    /// The rows of a log, column by column; wide columns are read for these rows only.
    fn rows(&self, component: Component, picks: &Picks) -> LogRows {
        let data = self.data;
        let dicts = &data.dicts;
        let index = self.index;
        let columns = &index.columns;
        let rows: Vec<usize> = picks.positions.iter().map(|&position| index.order.row(position)).collect();
        // Contacts with a code: who they are now, and whether that is who the row names.
        let coded_contacts = data.coded_contacts();
        let contacts: Vec<u32> = coded_contacts.map_or_else(Vec::new, |known| {
            let code = |&position: &u32| known.survivors.of(known.of_messages[position as usize]);
            picks.positions.iter().map(code).collect()
        });
        let user_source = dicts.sources.code_of(IdRef::Text(Source::User.as_str()));
        let combos = &index.combos[..];
        let times = |column: Option<&TimeColumn<'_>>| {
            let mut times = column.map_or_else(|| vec![NULL_TIME; rows.len()], |column| column.gather(&rows));
            for (at, sent) in times.iter_mut().zip(&picks.at) {
                if *at != NULL_TIME && *at - sent > STATUS_WINDOW {
                    *at = NULL_TIME;
                }
            }
            LogValues::Times(times)
        };
        let values = |column: Column| match column {
            Column::Timestamp => LogValues::Times(picks.at.clone()),
            Column::ContactId => LogValues::Ids(match coded_contacts {
                None => columns.contact.gather(&rows, |_| ForeignId::Text("".into())),
                Some(known) => {
                    // The row's own id where nobody was merged: it is nearer than the dictionary.
                    let resolved = |place: usize| known.dictionary.ids()[contacts[place] as usize].clone();
                    let mut ids = columns.contact.gather(&rows, resolved);
                    if !known.survivors.is_empty() {
                        for (place, &position) in picks.positions.iter().enumerate() {
                            if known.of_messages[position as usize] != contacts[place] {
                                ids[place] = resolved(place);
                            }
                        }
                    }
                    ids
                }
            }),
            Column::ContactName => LogValues::Texts(match coded_contacts {
                None => {
                    let ids = columns.contact.gather(&rows, |_| ForeignId::Text("".into()));
                    TextList::collect(&data.names_of(&ids))
                }
                Some(known) => TextList::collect(&known.names(&contacts)),
            }),
            Column::Content => {
                let mut texts = Vec::with_capacity(rows.len());
                if let Some(content) = &columns.content {
                    content.get_each(&rows, &mut texts);
                }
                texts.resize(rows.len(), None);
                LogValues::Texts(TextList::collect(&texts))
            }
            Column::Source => picks.coded(combos, |combo| combo.source, &dicts.sources, &|_| None),
            Column::Channel => {
                picks.coded(combos, |combo| combo.channel, &dicts.channels, &|code| data.names.channel(code))
            }
            Column::Type => picks.coded(combos, |combo| combo.message_type, &dicts.types, &|_| None),
            Column::Subtype => picks.coded(combos, |combo| combo.subtype, &dicts.subtypes, &|_| None),
            Column::User => {
                let name = |code| data.names.user(code);
                if !picks.failures.is_empty() {
                    return coded(picks.failures.iter().map(|failure| failure.user), dicts.users.ids(), &name);
                }
                let users = match &index.users.lookup {
                    Some(users) => users.gather(&rows, &dicts.users),
                    None => vec![NONE; rows.len()],
                };
                // A user on a row whose source is not `user` is ignored (D9).
                let user = |(user, &code): (u32, &u32)| {
                    if Some(combos[code as usize].source) == user_source { user } else { NONE }
                };
                coded(users.into_iter().zip(&picks.combos).map(user), dicts.users.ids(), &name)
            }
            Column::DeliveredAt => times(columns.delivered_at.as_ref()),
            Column::ReadAt => times(columns.read_at.as_ref()),
            Column::Error => {
                let error = |failure: &Failure| {
                    let (code, text) = index.errors[failure.error as usize];
                    if text == NONE { code } else { text }
                };
                coded(picks.failures.iter().map(error), dicts.errors.ids(), &|_| None)
            }
        };
        LogRows {
            at: picks.at.clone(),
            tie: self.ties(&rows),
            columns: self
                .options
                .columns_of(component)
                .into_iter()
                .map(|name| LogColumn { name, values: values(name) })
                .collect(),
        }
    }

    fn ties(&self, rows: &[usize]) -> Vec<ForeignId> {
        let number = |place: usize| ForeignId::from(rows[place] as u64);
        match &self.index.columns.id {
            Some(ids) => ids.gather(rows, number),
            None => (0..rows.len()).map(number).collect(),
        }
    }
}
