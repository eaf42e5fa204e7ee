//! The message index: rows in order of time, one combination code a row, posting lists, failures by time.

use super::coding::{Coded, Coder};
use super::column::{IdColumn, TextColumn, TimeColumn, check_len};
use super::combo::{Combo, ComboCodes};
use super::intern::{Dictionary, NONE};
use super::order::{self, Order};
use super::posting::{Posted, Postings};
use crate::directory::Directory;
use crate::error::{Code, Error, Result};
use crate::message::Status;

/// Updates later than this after the message are ignored (K6): 30 days of 24 hours.
pub(crate) const STATUS_WINDOW: i64 = 30 * 24 * 3_600_000;

/// Columns of messages, as a host has them. Optional columns may be absent.
///
/// Labels (`direction`, `source`, `type`, `status`) are read as texts or dictionary codes. Delivery comes as a current
/// `status` and/or one time column a status. A row without any of them is not tracked (D5); so is, apart from its own
/// receipts, a row of a table that has neither `status` nor `accepted_at`.
///
/// # Example
/// ```
/// use omnicontact::dataset::{Codes, IdColumn, MessageColumns, TimeColumn};
/// let sent_at = vec![1_751_371_200_000_i64, 1_751_371_260_000];
/// let direction = vec![0_u8, 1];
/// let columns = MessageColumns::new(
///     TimeColumn::from(&sent_at),
///     IdColumn::coded(Codes::U8((&direction).into()), ["incoming", "outgoing"]),
///     IdColumn::from(vec![7_i64, 7]),
/// );
/// assert_eq!(columns.sent_at.len(), 2);
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are those of `Message`, one column each")]
pub struct MessageColumns<'a> {
    /// Message ids; the row's number where absent.
    pub id: Option<IdColumn<'a>>,
    pub sent_at: TimeColumn<'a>,
    pub direction: IdColumn<'a>,
    pub contact: IdColumn<'a>,
    pub channel: Option<IdColumn<'a>>,
    pub source: Option<IdColumn<'a>>,
    pub message_type: Option<IdColumn<'a>>,
    pub subtype: Option<IdColumn<'a>>,
    pub user: Option<IdColumn<'a>>,
    pub team: Option<IdColumn<'a>>,
    pub broadcast: Option<IdColumn<'a>>,
    /// The current status, as an update without a time unless its own time column has one.
    pub status: Option<IdColumn<'a>>,
    /// When the provider accepted the message (status `sent`).
    pub accepted_at: Option<TimeColumn<'a>>,
    pub delivered_at: Option<TimeColumn<'a>>,
    pub read_at: Option<TimeColumn<'a>>,
    pub failed_at: Option<TimeColumn<'a>>,
    pub error_code: Option<IdColumn<'a>>,
    pub error: Option<IdColumn<'a>>,
    pub content: Option<TextColumn<'a>>,
}

impl<'a> MessageColumns<'a> {
    /// The required columns.
    pub fn new(sent_at: TimeColumn<'a>, direction: IdColumn<'a>, contact: IdColumn<'a>) -> Self {
        Self { sent_at, direction, contact, ..Self::default() }
    }

    pub(super) fn check_lengths(&self) -> Result<usize> {
        let rows = self.sent_at.len();
        self.direction.check_len(rows, "direction")?;
        self.contact.check_len(rows, "contact")?;
        for (column, name) in [
            (&self.id, "id"),
            (&self.channel, "channel"),
            (&self.source, "source"),
            (&self.message_type, "type"),
            (&self.subtype, "subtype"),
            (&self.user, "user"),
            (&self.team, "team"),
            (&self.broadcast, "broadcast"),
            (&self.status, "status"),
            (&self.error_code, "error_code"),
            (&self.error, "error"),
        ] {
            if let Some(column) = column {
                column.check_len(rows, name)?;
            }
        }
        for (column, name) in [
            (&self.accepted_at, "accepted_at"),
            (&self.delivered_at, "delivered_at"),
            (&self.read_at, "read_at"),
            (&self.failed_at, "failed_at"),
        ] {
            if let Some(column) = column {
                check_len(column.len(), rows, name)?;
            }
        }
        if let Some(content) = &self.content {
            check_len(content.len(), rows, "content")?;
        }
        if u32::try_from(rows).is_err() || rows >= NONE as usize {
            return Err(Error::new(Code::TooLarge, format!("{rows} rows are too many for one dataset"))
                .with_hint("build a partial report for each part and merge them"));
        }
        Ok(rows)
    }
}

impl std::fmt::Debug for MessageColumns<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MessageColumns({} rows)", self.sent_at.len())
    }
}

/// A message whose current status is failed (D11), by the time of its failure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure {
    pub(crate) at: i64,
    pub(crate) position: u32,
    /// Combination, error and what filters ask for, so that a failure is judged without looking at its row.
    pub(crate) combo: u32,
    pub(crate) error: u32,
    pub(crate) user: u32,
    pub(crate) team: u32,
    pub(crate) broadcast: u32,
}

/// Messages, indexed. A position is a place in the order of (time, id); a row is a place in the host's columns.
#[derive(Debug)]
pub(crate) struct MessageIndex<'a> {
    pub(crate) columns: MessageColumns<'a>,
    pub(crate) order: Order,
    pub(crate) codes: ComboCodes,
    pub(crate) combos: Vec<Combo>,
    pub(crate) users: Posted<'a>,
    pub(crate) teams: Posted<'a>,
    pub(crate) broadcasts: Posted<'a>,
    /// Code of the source `user`: users and teams are those of its rows only (D9).
    user_source: u32,
    /// Ascending by (time of failure, message id).
    pub(crate) failures: Vec<Failure>,
    /// Earliest failure relative to its message, in milliseconds; below zero only where clocks disagree.
    earliest_failure: i64,
    /// Distinct (error code, error text) pairs, as codes of the error dictionary.
    pub(crate) errors: Vec<(u32, u32)>,
}

/// The dictionaries that messages and events share, and those of messages alone.
#[derive(Debug, Default)]
pub(crate) struct Dictionaries {
    pub(crate) channels: Dictionary,
    pub(crate) sources: Dictionary,
    pub(crate) types: Dictionary,
    pub(crate) subtypes: Dictionary,
    pub(crate) users: Dictionary,
    pub(crate) teams: Dictionary,
    pub(crate) broadcasts: Dictionary,
    pub(crate) errors: Dictionary,
}

impl Dictionaries {
    /// Gives everything that the directory names a code, so that filters can offer it before it occurs.
    pub(crate) fn list(&mut self, directory: &Directory) {
        for channel in &directory.channels {
            self.channels.intern(channel.id.as_ref());
        }
        for (dictionary, named) in [
            (&mut self.users, &directory.users),
            (&mut self.teams, &directory.teams),
            (&mut self.broadcasts, &directory.broadcasts),
        ] {
            for named in named {
                dictionary.intern(named.id.as_ref());
            }
        }
    }
}

impl<'a> MessageIndex<'a> {
    /// Checks every column and indexes it; what `on_demand` leaves for later, a report asks for.
    pub(crate) fn build(
        columns: MessageColumns<'a>,
        untracked: Status,
        dicts: &mut Dictionaries,
        on_demand: bool,
    ) -> Result<Self> {
        let rows = columns.check_lengths()?;
        let coder = Coder::new(&columns, untracked, dicts, on_demand);
        let user_source = coder.source_user;
        let Coded { mut codes, combos, mut pairs, mut failures, errors, sorted } = coder.run(rows, dicts)?;
        let order = Order::of(&columns.sent_at, columns.id.as_ref(), sorted);
        if let Some(permutation) = order.permutation() {
            codes = codes.permuted(permutation);
            if pairs.iter().flatten().any(|pairs| !pairs.is_empty()) {
                let inverse = order::inverse(permutation);
                for pairs in pairs.iter_mut().flatten() {
                    for pair in pairs.iter_mut() {
                        pair.1 = inverse[pair.1 as usize];
                    }
                    pairs.sort_unstable_by_key(|pair| pair.1);
                }
            }
            // Failures come in order of their rows.
            let positions = order::positions(permutation, failures.iter().map(|failure| failure.position));
            for (failure, position) in failures.iter_mut().zip(positions) {
                failure.position = position;
            }
        }
        // At the same instant the message id decides; it is looked up for those only.
        failures.sort_by(|a, b| {
            a.at.cmp(&b.at).then_with(|| {
                let row = |failure: &Failure| order.row(failure.position);
                match &columns.id {
                    Some(ids) => ids.id(row(a)).cmp(&ids.id(row(b))),
                    None => row(a).cmp(&row(b)),
                }
            })
        });
        let times = order.times(&columns.sent_at);
        let earliest = failures.iter().map(|failure| failure.at - times[failure.position as usize]).min();
        let [user, team, broadcast] = pairs;
        Ok(Self {
            users: Posted::new(columns.user.as_ref(), "user", user, &mut dicts.users),
            teams: Posted::new(columns.team.as_ref(), "team", team, &mut dicts.teams),
            broadcasts: Posted::new(columns.broadcast.as_ref(), "broadcast", broadcast, &mut dicts.broadcasts),
            user_source,
            combos,
            errors,
            columns,
            order,
            codes,
            failures,
            earliest_failure: earliest.unwrap_or(0).min(0),
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    /// Positions of the messages of each user.
    pub(crate) fn by_user(&self, users: &Dictionary) -> &Postings {
        self.users
            .postings(users, &self.order, &self.codes, |code| self.combos[code as usize].source == self.user_source)
    }

    /// Positions of the messages of each team.
    pub(crate) fn by_team(&self, teams: &Dictionary) -> &Postings {
        self.teams
            .postings(teams, &self.order, &self.codes, |code| self.combos[code as usize].source == self.user_source)
    }

    /// Positions of the messages of each broadcast.
    pub(crate) fn by_broadcast(&self, broadcasts: &Dictionary) -> &Postings {
        self.broadcasts.postings(broadcasts, &self.order, &self.codes, |code| self.combos[code as usize].outgoing)
    }

    /// Failures among which are all those of the messages at these positions.
    pub(crate) fn failures_of_messages(&self, range: &std::ops::Range<usize>) -> &[Failure] {
        let times = &self.order.times(&self.columns.sent_at)[range.clone()];
        let (Some(first), Some(last)) = (times.first(), times.last()) else { return &[] };
        let (first, last) = (first + self.earliest_failure, last + STATUS_WINDOW);
        let from = self.failures.partition_point(|failure| failure.at < first);
        let to = self.failures.partition_point(|failure| failure.at <= last);
        &self.failures[from..to]
    }

    /// Bytes that the index adds to the host's columns.
    pub(crate) fn bytes(&self) -> usize {
        self.codes.bytes()
            + [&self.users, &self.teams, &self.broadcasts].map(Posted::bytes).iter().sum::<usize>()
            + self.failures.capacity() * size_of::<Failure>()
            + self.order.bytes()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "lengths are checked to fit before any row is read")]
pub(crate) const fn row_number(row: usize) -> u32 {
    row as u32
}
