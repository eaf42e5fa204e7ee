//! The message index: rows in order of time, one combination code a row, posting lists, failures by time.

use super::column::{IdColumn, NULL_TIME, TextColumn, TimeColumn, check_len};
use super::combo::{Combiner, Combo, ComboCodes};
use super::intern::{BLOCK, Dictionary, Lookup, NONE, Reader};
use super::order::{self, Order};
use super::posting::Postings;
use crate::directory::Directory;
use crate::error::{Code, Error, Result};
use crate::message::{Direction, MessageType, Source, Status};
use crate::time::Instant;

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

    fn check_lengths(&self) -> Result<usize> {
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
    /// Contact code by position.
    pub(crate) contacts: Vec<u32>,
    pub(crate) users: Option<Lookup<'a>>,
    pub(crate) by_user: Postings,
    pub(crate) by_team: Postings,
    pub(crate) by_broadcast: Postings,
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
    pub(crate) contacts: Dictionary,
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

/// Scratch of one block of rows.
struct Block {
    sent: Vec<i64>,
    times: [Vec<i64>; 4],
    codes: [Vec<u32>; 11],
    combos: Vec<u32>,
}

// Places in `Block::times`.
const ACCEPTED: usize = 0;
const DELIVERED: usize = 1;
const READ: usize = 2;
const FAILED: usize = 3;
// Places in `Block::codes`.
const DIRECTION: usize = 0;
const CHANNEL: usize = 1;
const SOURCE: usize = 2;
const TYPE: usize = 3;
const SUBTYPE: usize = 4;
const USER: usize = 5;
const TEAM: usize = 6;
const BROADCAST: usize = 7;
const STATUS: usize = 8;
const ERROR_CODE: usize = 9;
const ERROR: usize = 10;

/// Raw status of an incoming message in a combination.
const INCOMING: u32 = 15;
const ACCEPTED_FLAG: u32 = 8;

/// A closed label read from data: the dictionary code → the label, or the row that is wrong.
struct Labels<T> {
    dictionary: Dictionary,
    parsed: Vec<Option<T>>,
}

impl<T: Copy> Labels<T> {
    fn new() -> Self {
        Self { dictionary: Dictionary::default(), parsed: Vec::new() }
    }

    /// Parses what is new in the dictionary.
    fn refresh(&mut self, parse: impl Fn(&str) -> Result<T>) {
        for id in &self.dictionary.ids()[self.parsed.len()..] {
            self.parsed.push(parse(&id.to_text()).ok());
        }
    }
}

fn bad_label<T>(
    dictionary: &Dictionary,
    code: u32,
    name: &str,
    row: usize,
    parse: impl Fn(&str) -> Result<T>,
) -> Error {
    let word = dictionary.ids().get(code as usize).map(|id| id.to_text().into_owned());
    match word.map(|word| parse(&word)) {
        Some(Err(error)) => {
            let hint = error.hint().unwrap_or_default().to_owned();
            Error::new(Code::InvalidValue, error.message()).with_hint(hint)
        }
        _ => Error::new(Code::MissingValue, format!("`{name}` is missing")),
    }
    .at(name)
    .at_row(row)
}

impl<'a> MessageIndex<'a> {
    /// Checks every column and indexes it.
    #[expect(clippy::too_many_lines, reason = "one pass over a block, in the order of its stages")]
    pub(crate) fn build(columns: MessageColumns<'a>, untracked: Status, dicts: &mut Dictionaries) -> Result<Self> {
        let rows = columns.check_lengths()?;
        let mut directions = Labels::<Direction>::new();
        let mut statuses = Labels::<Status>::new();
        dicts.contacts.prepare(&columns.contact);
        let source_user = dicts.sources.intern(text(Source::User.as_str()));
        let source_broadcast = dicts.sources.intern(text(Source::Broadcast.as_str()));
        let source_unknown = dicts.sources.intern(text(Source::Unknown.as_str()));
        let type_session = dicts.types.intern(text(MessageType::Session.as_str()));

        let contact_reader = Reader::new(&columns.contact, "contact", &mut dicts.contacts);
        let direction_reader = Reader::new(&columns.direction, "direction", &mut directions.dictionary);
        let channel_reader = Reader::optional(columns.channel.as_ref(), "channel", &mut dicts.channels);
        let source_reader = Reader::optional(columns.source.as_ref(), "source", &mut dicts.sources);
        let type_reader = Reader::optional(columns.message_type.as_ref(), "type", &mut dicts.types);
        let subtype_reader = Reader::optional(columns.subtype.as_ref(), "subtype", &mut dicts.subtypes);
        let user_reader = Reader::optional(columns.user.as_ref(), "user", &mut dicts.users);
        let team_reader = Reader::optional(columns.team.as_ref(), "team", &mut dicts.teams);
        let broadcast_reader = Reader::optional(columns.broadcast.as_ref(), "broadcast", &mut dicts.broadcasts);
        let status_reader = Reader::optional(columns.status.as_ref(), "status", &mut statuses.dictionary);
        let error_code_reader = Reader::optional(columns.error_code.as_ref(), "error_code", &mut dicts.errors);
        let error_reader = Reader::optional(columns.error.as_ref(), "error", &mut dicts.errors);

        let tracks_acceptance = columns.status.is_some() || columns.accepted_at.is_some();
        let mut contacts = vec![NONE; rows];
        let mut codes = ComboCodes::with_capacity(rows);
        let mut combiner: Combiner<Combo, 5> = Combiner::new();
        let mut user_pairs = Vec::new();
        let mut team_pairs = Vec::new();
        let mut broadcast_pairs = Vec::new();
        let mut failures: Vec<Failure> = Vec::new();
        let mut earliest_failure = 0;
        let mut error_pairs: Combiner<(u32, u32), 2> = Combiner::new();
        let mut block = Block {
            sent: vec![0; BLOCK],
            times: std::array::from_fn(|_| vec![NULL_TIME; BLOCK]),
            codes: std::array::from_fn(|_| vec![NONE; BLOCK]),
            combos: vec![0; BLOCK],
        };

        let mut from = 0;
        while from < rows {
            let len = BLOCK.min(rows - from);
            let sent = &mut block.sent[..len];
            columns.sent_at.read(from, sent);
            check_times(sent, "sent_at", from, false)?;
            for (slot, (column, name)) in [
                (&columns.accepted_at, "accepted_at"),
                (&columns.delivered_at, "delivered_at"),
                (&columns.read_at, "read_at"),
                (&columns.failed_at, "failed_at"),
            ]
            .into_iter()
            .enumerate()
            {
                if let Some(column) = column {
                    let times = &mut block.times[slot][..len];
                    column.read(from, times);
                    check_times(times, name, from, true)?;
                }
            }
            contact_reader.read(from, &mut contacts[from..from + len], &mut dicts.contacts)?;
            direction_reader.read(from, &mut block.codes[DIRECTION][..len], &mut directions.dictionary)?;
            directions.refresh(Direction::parse);
            for (slot, reader, dictionary) in [
                (CHANNEL, &channel_reader, &mut dicts.channels),
                (SOURCE, &source_reader, &mut dicts.sources),
                (TYPE, &type_reader, &mut dicts.types),
                (SUBTYPE, &subtype_reader, &mut dicts.subtypes),
                (USER, &user_reader, &mut dicts.users),
                (TEAM, &team_reader, &mut dicts.teams),
                (BROADCAST, &broadcast_reader, &mut dicts.broadcasts),
                (STATUS, &status_reader, &mut statuses.dictionary),
            ] {
                if let Some(reader) = reader {
                    reader.read(from, &mut block.codes[slot][..len], dictionary)?;
                }
            }
            // Both share one dictionary.
            for (slot, reader) in [(ERROR_CODE, &error_code_reader), (ERROR, &error_reader)] {
                if let Some(reader) = reader {
                    reader.read(from, &mut block.codes[slot][..len], &mut dicts.errors)?;
                }
            }
            statuses.refresh(Status::parse);
            combiner.reserve([
                dicts.channels.len(),
                dicts.sources.len(),
                dicts.types.len(),
                dicts.subtypes.len(),
                INCOMING as usize + 1,
            ]);

            let sent = &block.sent[..len];
            for row in 0..len {
                if contacts[from + row] == NONE {
                    return Err(Error::new(Code::MissingValue, "`contact` is missing")
                        .at("contact")
                        .at_row(from + row));
                }
                let direction = block.codes[DIRECTION][row];
                let Some(Some(direction)) = directions.parsed.get(direction as usize) else {
                    let dictionary = &directions.dictionary;
                    return Err(bad_label(dictionary, direction, "direction", from + row, Direction::parse));
                };
                let channel = block.codes[CHANNEL][row];
                if *direction == Direction::Incoming {
                    block.combos[row] =
                        combiner.code([channel, NONE, NONE, NONE, INCOMING], || Combo::incoming(channel));
                    continue;
                }
                let at = sent[row];
                let stated = block.codes[STATUS][row];
                let stated = if stated == NONE {
                    None
                } else if let Some(Some(status)) = statuses.parsed.get(stated as usize) {
                    Some(*status)
                } else {
                    return Err(bad_label(&statuses.dictionary, stated, "status", from + row, Status::parse));
                };
                let times = [ACCEPTED, DELIVERED, READ, FAILED].map(|slot| block.times[slot][row]);
                let (status, accepted) = delivery(at, stated, times, tracks_acceptance, untracked);

                let (user, team, broadcast) =
                    (block.codes[USER][row], block.codes[TEAM][row], block.codes[BROADCAST][row]);
                let mut source = block.codes[SOURCE][row];
                if source == NONE {
                    // K1 on what is there.
                    source = match (broadcast, user) {
                        (NONE, NONE) => source_unknown,
                        (NONE, _) => source_user,
                        _ => source_broadcast,
                    };
                }
                let (message_type, subtype) = (block.codes[TYPE][row], block.codes[SUBTYPE][row]);
                let raw =
                    [channel, source, message_type, subtype, status as u32 | (u32::from(accepted) * ACCEPTED_FLAG)];
                block.combos[row] = combiner.code(raw, || {
                    // What has no type is a session, and a session has no subtype (K2, D9).
                    let (message_type, subtype) = if message_type == NONE || message_type == type_session {
                        (type_session, NONE)
                    } else {
                        (message_type, subtype)
                    };
                    Combo { outgoing: true, channel, source, message_type, subtype, status, accepted }
                });

                let position = row_number(from + row);
                if source == source_user {
                    if user != NONE {
                        user_pairs.push((user, position));
                    }
                    if team != NONE {
                        team_pairs.push((team, position));
                    }
                }
                if broadcast != NONE {
                    broadcast_pairs.push((broadcast, position));
                }
                if status == Status::Failed {
                    let failed_at = times[FAILED];
                    let (error_code, error) = (block.codes[ERROR_CODE][row], block.codes[ERROR][row]);
                    error_pairs.reserve([dicts.errors.len(), dicts.errors.len()]);
                    let failed_at = if failed_at == NULL_TIME { at } else { failed_at };
                    let by_user = source == source_user;
                    earliest_failure = earliest_failure.min(failed_at - at);
                    failures.push(Failure {
                        at: failed_at,
                        position,
                        combo: block.combos[row],
                        user: if by_user { user } else { NONE },
                        team: if by_user { team } else { NONE },
                        broadcast,
                        error: error_pairs.code([error_code, error], || (error_code, error)),
                    });
                }
            }
            codes.extend(&block.combos[..len]);
            from += len;
        }

        let order = Order::of(&columns.sent_at, columns.id.as_ref());
        if let Some(permutation) = order.permutation() {
            codes = codes.permuted(permutation);
            contacts = permutation.iter().map(|&row| contacts[row as usize]).collect();
            let inverse = order::inverse(permutation);
            for pairs in [&mut user_pairs, &mut team_pairs, &mut broadcast_pairs] {
                for pair in pairs.iter_mut() {
                    pair.1 = inverse[pair.1 as usize];
                }
                pairs.sort_unstable_by_key(|pair| pair.1);
            }
            for failure in &mut failures {
                failure.position = inverse[failure.position as usize];
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
        let users = columns.user.clone().map(|column| Lookup::new(column, "user", &mut dicts.users));
        Ok(Self {
            users,
            by_user: Postings::new(&user_pairs, dicts.users.len()),
            by_team: Postings::new(&team_pairs, dicts.teams.len()),
            by_broadcast: Postings::new(&broadcast_pairs, dicts.broadcasts.len()),
            combos: combiner.into_combos(),
            errors: error_pairs.into_combos(),
            columns,
            order,
            codes,
            contacts,
            failures,
            earliest_failure,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.contacts.len()
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
            + self.contacts.capacity() * 4
            + self.by_user.bytes()
            + self.by_team.bytes()
            + self.by_broadcast.bytes()
            + self.failures.capacity() * size_of::<Failure>()
            + self.order.bytes()
    }
}

fn text(word: &str) -> super::column::IdRef<'_> {
    super::column::IdRef::Text(word)
}

#[expect(clippy::cast_possible_truncation, reason = "lengths are checked to fit before any row is read")]
pub(crate) const fn row_number(row: usize) -> u32 {
    row as u32
}

/// Current status and whether the provider accepted the message, from what the columns say (K5, K6, D5, D11).
#[inline]
fn delivery(
    sent_at: i64,
    stated: Option<Status>,
    [accepted_at, delivered_at, read_at, failed_at]: [i64; 4],
    tracks_acceptance: bool,
    untracked: Status,
) -> (Status, bool) {
    let counted = |at: i64| at != NULL_TIME && at - sent_at <= STATUS_WINDOW;
    // A stated status without a time of its own is never too late (D11).
    let read = counted(read_at) || (stated == Some(Status::Read) && read_at == NULL_TIME);
    let delivered = counted(delivered_at) || (stated == Some(Status::Delivered) && delivered_at == NULL_TIME);
    let failed = counted(failed_at) || (stated == Some(Status::Failed) && failed_at == NULL_TIME);
    let sent = counted(accepted_at) || (stated == Some(Status::Sent) && accepted_at == NULL_TIME);
    let accepted = read | delivered | sent;
    if read {
        (Status::Read, true)
    } else if delivered {
        (Status::Delivered, true)
    } else if failed {
        (Status::Failed, accepted)
    } else if sent {
        (Status::Sent, true)
    } else {
        let silent = [accepted_at, delivered_at, read_at, failed_at].iter().all(|&at| at == NULL_TIME);
        if !tracks_acceptance || (silent && stated.is_none()) {
            (untracked, untracked == Status::Sent)
        } else {
            (Status::Pending, false)
        }
    }
}

/// Checks that instants lie in the years 1970 to 9999 (T5).
pub(crate) fn check_times(times: &[i64], name: &str, from: usize, nullable: bool) -> Result<()> {
    let range = Instant::MIN.as_millis()..=Instant::MAX.as_millis();
    let wrong = |at: i64| !(range.contains(&at) || (nullable && at == NULL_TIME));
    // The common case is checked without leaving the loop early, so that it runs on several rows at once.
    if !times.iter().fold(false, |found, &at| found | wrong(at)) {
        return Ok(());
    }
    let row = times.iter().position(|&at| wrong(at)).unwrap_or(0);
    let error = if times[row] == NULL_TIME {
        Error::new(Code::MissingValue, format!("`{name}` is missing"))
    } else {
        Error::new(Code::InstantOutOfRange, format!("`{}` is outside the years 1970 to 9999", times[row]))
            .with_hint("instants are milliseconds since 1970 in UTC, or say the column's unit")
    };
    Err(error.at(name).at_row(from + row))
}
