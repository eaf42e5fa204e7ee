//! Connected events out of gathered rows (K8): the rows that can make one, and the events where nothing else happened.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::column::{Codes, IdColumn, NULL_TIME, TimeColumn};
use super::events::EventColumns;
use super::gathered::{Keys, MessageRows};
use super::intern::BLOCK;
use super::rows::Coder;
use crate::classify::{self, ClassifyPolicy, Untracked};
use crate::event::{ContactEvent, EventKind};
use crate::id::ForeignId;
use crate::message::{Message, Source};
use crate::time::Instant;

impl MessageRows {
    /// Rows that are enough to find every connection: of a contact to whom nothing happened, the first success on each
    /// channel; of the others all.
    pub(super) fn connecting(&self, events: &[ContactEvent], policy: &ClassifyPolicy) -> Vec<Message> {
        let mut eventful: FxHashSet<&ForeignId> = FxHashSet::default();
        for event in events {
            if matches!(event.kind, EventKind::Merged | EventKind::Unmerged | EventKind::Deleted) {
                eventful.extend(event.secondary.iter().chain([&event.contact]));
            }
        }
        let rows = self.first_successes(&self.successes(policy.untracked), &eventful);
        let whole = |row| {
            let mut message = self.bare(row);
            let history = self.delivery.binary_search_by_key(&row, |(of, _)| *of);
            message.delivery = history.ok().map(|place| self.delivery[place].1.clone());
            message.facts = self.facts_of(row);
            message
        };
        rows.into_iter().map(whole).collect()
    }

    /// The connected events, where nobody tells of any other event.
    pub(super) fn connected<'a>(&self, policy: &ClassifyPolicy) -> Option<EventColumns<'a>> {
        let successes = self.successes(policy.untracked);
        let mut rows = self.first_successes(&successes, &FxHashSet::default());
        if rows.is_empty() {
            return None;
        }
        // D27: by time, then message id; rows are mostly in order already.
        rows.sort_by(|&one, &other| {
            let by_time = successes[one].cmp(&successes[other]);
            by_time.then_with(|| self.id.id(one).cmp(&self.id.id(other))).then(one.cmp(&other))
        });
        let (mut source, mut users) = (Coder::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        let mut known: FxHashMap<(u32, bool, bool), (u32, bool)> = FxHashMap::default();
        for &row in &rows {
            let user = self.user.codes()[row];
            let (code, is_user) = if self.outgoing[row] {
                let facts = self.facts_of(row);
                let given = (self.source.codes()[row], user != 0, self.broadcast.codes()[row] != 0);
                if let (Some(found), None) = (known.get(&given), &facts) {
                    *found
                } else {
                    let has_facts = facts.is_some();
                    let mut message = self.bare(row);
                    message.facts = facts;
                    let (found, _) = classify::source_of(&message, policy);
                    let found = (source.code(Some(found.as_str())), *found == Source::User);
                    if !has_facts {
                        known.insert(given, found);
                    }
                    found
                }
            } else {
                let own = self.source.word(row).filter(|word| {
                    [Source::ClickToChatAds, Source::GrowthWidget].iter().any(|source| source.as_str() == *word)
                });
                (source.code(Some(own.unwrap_or(Source::IncomingMessage.as_str()))), false)
            };
            source.push_code(code);
            users.push(if is_user { user } else { 0 });
        }
        let kind =
            IdColumn::coded(Codes::U8(vec![0_u8; rows.len()].into()), [ForeignId::from(EventKind::Connected.as_str())]);
        let at: Vec<i64> = rows.iter().map(|&row| successes[row]).collect();
        let contact = match &self.contact {
            Keys::Ints(values) => rows.iter().map(|&row| values[row]).collect::<Vec<_>>().into(),
            Keys::Coded(coder) => coder.column_of(rows.iter().map(|&row| coder.codes()[row])),
        };
        let mut columns = EventColumns::new(TimeColumn::from(at), kind, contact);
        columns.source = Some(source.into_column());
        columns.channel = Some(self.channel.column_of(rows.iter().map(|&row| self.channel.codes()[row])));
        columns.user = Some(self.user.column_of(users.into_iter()));
        columns.derived = true;
        Some(columns)
    }

    /// Rows of the first success of each contact on each channel, and every success of the eventful ones, ascending.
    fn first_successes(&self, successes: &[i64], eventful: &FxHashSet<&ForeignId>) -> Vec<usize> {
        let (numbers, contacts) = self.contact.numbers();
        let channels = self.channel.distinct() + 1;
        let mut search = Search {
            rows: self,
            successes,
            eventful,
            numbers: &numbers,
            channels,
            first: First::new(contacts.saturating_mul(channels), self.len()),
            wanted: vec![false; self.len()],
            is_ordered: true,
            latest: i64::MIN,
            run: 0,
        };
        for start in (0..self.len()).step_by(BLOCK) {
            search.look(start..self.len().min(start + BLOCK));
        }
        let Search { wanted, .. } = search;
        let mut rows = Vec::new();
        for (block, start) in wanted.chunks(BLOCK).zip((0..).step_by(BLOCK)) {
            wanted_of(block, start, &mut rows);
        }
        rows
    }

    /// When each row succeeded; [`NULL_TIME`] where it did not.
    fn successes(&self, untracked: Untracked) -> Vec<i64> {
        let mut successes = self.sent_at.clone();
        if untracked == Untracked::Pending {
            for (at, &outgoing) in successes.iter_mut().zip(&self.outgoing) {
                if outgoing {
                    *at = NULL_TIME;
                }
            }
        }
        for (row, history) in &self.delivery {
            if !self.outgoing[*row] {
                continue;
            }
            let at = Instant::from_millis(self.sent_at[*row]).unwrap_or(Instant::MIN);
            let delivery = classify::delivery(at, Some(history), untracked);
            successes[*row] =
                if delivery.accepted { delivery.first_success().unwrap_or(at).as_millis() } else { NULL_TIME };
        }
        successes
    }
}

/// The search for first successes.
struct Search<'r> {
    rows: &'r MessageRows,
    successes: &'r [i64],
    eventful: &'r FxHashSet<&'r ForeignId>,
    /// Of the contact of each row.
    numbers: &'r [u32],
    channels: usize,
    first: First,
    wanted: Vec<bool>,
    /// As long as rows are in order of time: the latest instant, and the first row of it. What was found before that row
    /// is earlier, without a look at it.
    is_ordered: bool,
    latest: i64,
    run: usize,
}

impl Search<'_> {
    /// Looks at some rows.
    //
    // A call for each block: engines of WebAssembly exchange code for faster code between calls only.
    #[inline(never)]
    fn look(&mut self, block: Range<usize>) {
        let rows = self.rows;
        for row in block {
            let (at, channel) = (self.successes[row], rows.channel.codes()[row]);
            if at == NULL_TIME || channel == 0 {
                continue;
            }
            if at != self.latest {
                self.is_ordered &= at > self.latest;
                (self.latest, self.run) = (at, row);
            }
            if !self.eventful.is_empty() && self.eventful.contains(&rows.contact.id(row)) {
                self.wanted[row] = true;
                continue;
            }
            let kept = self.first.of(self.numbers[row] as usize * self.channels + channel as usize);
            let earlier = *kept as usize;
            if self.is_ordered && earlier < self.run {
                continue;
            }
            let order = |row: usize| (self.successes[row], rows.outgoing[row]);
            let is_first = *kept == u32::MAX
                || match order(row).cmp(&order(earlier)) {
                    std::cmp::Ordering::Equal => rows.id.id(row) < rows.id.id(earlier),
                    order => order.is_lt(),
                };
            if is_first {
                if *kept != u32::MAX {
                    self.wanted[earlier] = false;
                }
                self.wanted[row] = true;
                *kept = super::messages::row_number(row);
            }
        }
    }
}

/// Adds the rows of a block that are wanted; a call for each block, as [`Search::look`] is.
#[inline(never)]
fn wanted_of(block: &[bool], start: usize, out: &mut Vec<usize>) {
    for (row, wanted) in (start..).zip(block) {
        if *wanted {
            out.push(row);
        }
    }
}

/// The first row of each pair: a table where there are few pairs, else a map.
pub(super) enum First {
    Table(Vec<u32>),
    Map(FxHashMap<usize, u32>),
}

impl First {
    pub(super) fn new(pairs: usize, rows: usize) -> Self {
        if pairs <= rows.saturating_mul(8).saturating_add(1024) {
            Self::Table(vec![u32::MAX; pairs])
        } else {
            Self::Map(FxHashMap::default())
        }
    }

    /// The rows that were found, in no order.
    pub(super) fn into_rows(self) -> Vec<u32> {
        match self {
            Self::Table(table) => table.into_iter().filter(|row| *row != u32::MAX).collect(),
            Self::Map(map) => map.into_values().collect(),
        }
    }

    pub(super) fn of(&mut self, pair: usize) -> &mut u32 {
        match self {
            Self::Table(table) => &mut table[pair],
            Self::Map(map) => map.entry(pair).or_insert(u32::MAX),
        }
    }
}
