//! Coding: block by block, the columns of messages become combination codes, postings and failures.
//!
//! Every stage of a block is a short loop over plain slices, so that the compiler can work on several rows at once, and
//! the scratch of a block stays in the first-level cache.
#![expect(clippy::needless_bitwise_bool, reason = "both sides are cheap, and a jump between them is guessed wrong")]

use super::column::{NULL_TIME, TimeColumn};
use super::combo::{Combiner, Combo, ComboCodes};
use super::intern::{BLOCK, Dictionary, NONE, Reader};
use super::lanes::Lanes;
use super::messages::{Dictionaries, Failure, MessageColumns, STATUS_WINDOW, row_number};
use super::order::Watch;
use crate::error::{Code, Error, Result};
use crate::message::{Direction, MessageType, Source, Status};
use crate::time::Instant;

/// What coding finds, by row.
pub(crate) struct Coded {
    pub(crate) codes: ComboCodes,
    pub(crate) combos: Vec<Combo>,
    /// (user, row), (team, row), (broadcast, row), as far as filters see them; none where they are left for later.
    pub(crate) pairs: [Option<Vec<(u32, u32)>>; 3],
    /// With rows where positions will stand.
    pub(crate) failures: Vec<Failure>,
    pub(crate) errors: Vec<(u32, u32)>,
    /// Whether rows stand in the order of (time, id).
    pub(crate) sorted: bool,
}

/// Instants of one block of rows, where the host has them or read into scratch.
struct Times<'b> {
    sent: &'b [i64],
    /// Accepted, delivered, read, failed; none for a column that is absent.
    updates: [Option<Update<'b>>; 4],
}

/// Instants of one kind of update, in one block of rows.
struct Update<'b> {
    values: &'b [i64],
    /// -1 where there is a value.
    present: &'b [i8],
    name: &'static str,
}

/// Room for the instants of a block that do not lie in one piece.
struct Scratch {
    sent: (Vec<i64>, Vec<i8>),
    updates: [(Vec<i64>, Vec<i8>); 4],
}

/// Scratch of one block of rows.
struct Block {
    codes: [Vec<u32>; 11],
    /// 1 where outgoing.
    outgoing: Vec<u32>,
    /// First part of a raw combination: 0 for incoming messages, else the delivery (see [`Coder::deliveries`]).
    deliveries: Vec<u32>,
    combos: Vec<u32>,
}

// Places in `Times::updates`.
const DELIVERED: usize = 1;
const READ: usize = 2;
const FAILED: usize = 3;
// Places in `Block::codes`; 0 is the channel, 2 and 3 are type and subtype.
const SOURCE: usize = 1;
const USER: usize = 4;
const TEAM: usize = 5;
const BROADCAST: usize = 6;
const STATUS: usize = 7;
const ERROR_CODE: usize = 8;
const ERROR: usize = 9;
const DIRECTION: usize = 10;

/// Raw deliveries: incoming, eight of receipts, ten of (status, accepted).
const RECEIPTS: u32 = 1;
const STATED: u32 = RECEIPTS + 8;
const DELIVERIES: usize = 19;

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

impl<'b> Times<'b> {
    /// Reads the instants of a block, and checks those of messages: updates are checked where they are looked at.
    fn read(
        columns: &'b MessageColumns<'_>,
        scratch: &'b mut Scratch,
        from: usize,
        len: usize,
        lanes: Lanes,
    ) -> Result<Self> {
        let Scratch { sent, updates: [accepted, delivered, read, failed] } = scratch;
        let (sent, present) = columns.sent_at.block(from, &mut sent.0[..len], &mut sent.1[..len]);
        check_times(sent, present, "sent_at", from, false, lanes)?;
        let update = |column: &'b Option<TimeColumn<'_>>, scratch: &'b mut (Vec<i64>, Vec<i8>), name| {
            let (values, present) = column.as_ref()?.block(from, &mut scratch.0[..len], &mut scratch.1[..len]);
            Some(Update { values, present, name })
        };
        Ok(Self {
            sent,
            updates: [
                update(&columns.accepted_at, accepted, "accepted_at"),
                update(&columns.delivered_at, delivered, "delivered_at"),
                update(&columns.read_at, read, "read_at"),
                update(&columns.failed_at, failed, "failed_at"),
            ],
        })
    }
}

impl Update<'_> {
    /// The update's instant, [`NULL_TIME`] where there is none.
    fn at(&self, row: usize) -> i64 {
        if self.present[row] == 0 { NULL_TIME } else { self.values[row] }
    }

    /// Checks the instants (T5).
    fn check(&self, from: usize, lanes: Lanes) -> Result<()> {
        check_times(self.values, self.present, self.name, from, true, lanes)
    }
}

/// Reads the columns of messages block by block.
pub(crate) struct Coder<'c, 'a> {
    columns: &'c MessageColumns<'a>,
    untracked: Status,
    /// Whether the table says what was accepted (D5).
    tracks_acceptance: bool,
    directions: Labels<Direction>,
    statuses: Labels<Status>,
    direction: Reader<'c, 'a>,
    /// By their places in `Block::codes`; [`DIRECTION`] is not among them.
    readers: [Option<Reader<'c, 'a>>; 10],
    pub(crate) source_user: u32,
    source_broadcast: u32,
    source_unknown: u32,
    type_session: u32,
    /// Which raw deliveries are failures.
    failed: [bool; DELIVERIES],
    /// Columns by their places in `readers` that are checked only, and read where a row needs them.
    later: [bool; 10],
    lanes: Lanes,
}

impl<'c, 'a> Coder<'c, 'a> {
    pub(crate) fn new(
        columns: &'c MessageColumns<'a>,
        untracked: Status,
        dicts: &mut Dictionaries,
        on_demand: bool,
    ) -> Self {
        let mut directions = Labels::<Direction>::new();
        let mut statuses = Labels::<Status>::new();
        let source_user = dicts.sources.intern(text(Source::User.as_str()));
        let source_broadcast = dicts.sources.intern(text(Source::Broadcast.as_str()));
        let source_unknown = dicts.sources.intern(text(Source::Unknown.as_str()));
        let type_session = dicts.types.intern(text(MessageType::Session.as_str()));
        let coder = Self {
            untracked,
            tracks_acceptance: columns.status.is_some() || columns.accepted_at.is_some(),
            direction: Reader::new(&columns.direction, "direction", &mut directions.dictionary),
            readers: [
                Reader::optional(columns.channel.as_ref(), "channel", &mut dicts.channels),
                Reader::optional(columns.source.as_ref(), "source", &mut dicts.sources),
                Reader::optional(columns.message_type.as_ref(), "type", &mut dicts.types),
                Reader::optional(columns.subtype.as_ref(), "subtype", &mut dicts.subtypes),
                Reader::optional(columns.user.as_ref(), "user", &mut dicts.users),
                Reader::optional(columns.team.as_ref(), "team", &mut dicts.teams),
                Reader::optional(columns.broadcast.as_ref(), "broadcast", &mut dicts.broadcasts),
                Reader::optional(columns.status.as_ref(), "status", &mut statuses.dictionary),
                // Both share one dictionary.
                Reader::optional(columns.error_code.as_ref(), "error_code", &mut dicts.errors),
                Reader::optional(columns.error.as_ref(), "error", &mut dicts.errors),
            ],
            columns,
            directions,
            statuses,
            source_user,
            source_broadcast,
            source_unknown,
            type_session,
            failed: [false; DELIVERIES],
            later: [false; 10],
            lanes: Lanes::new(),
        };
        // Codes are read as well later as now; other ids get theirs here.
        let ready = |slot: usize| coder.readers[slot].as_ref().is_none_or(Reader::is_coded);
        let later = std::array::from_fn(|slot| match slot {
            USER | TEAM | BROADCAST => on_demand && ready(slot),
            ERROR_CODE | ERROR => ready(slot),
            _ => false,
        });
        let failed = std::array::from_fn(|raw| coder.meaning(row_number(raw)).0 == Status::Failed);
        Self { failed, later, ..coder }
    }

    pub(crate) fn run(mut self, rows: usize, dicts: &mut Dictionaries) -> Result<Coded> {
        let mut found = Coded {
            codes: ComboCodes::with_capacity(rows),
            combos: Vec::new(),
            pairs: [USER, TEAM, BROADCAST].map(|slot| (!self.later[slot]).then(Vec::new)),
            failures: Vec::new(),
            errors: Vec::new(),
            sorted: true,
        };
        let mut combiner: Combiner<Combo, 5> = Combiner::new();
        let mut error_pairs: Combiner<(u32, u32), 2> = Combiner::new();
        let mut watch = Watch::new(self.columns.id.as_ref());
        let mut block = Block {
            codes: std::array::from_fn(|_| vec![NONE; BLOCK]),
            outgoing: vec![0; BLOCK],
            deliveries: vec![0; BLOCK],
            combos: vec![0; BLOCK],
        };
        let columns = self.columns;
        let room = || (vec![NULL_TIME; BLOCK], vec![0; BLOCK]);
        let mut scratch = Scratch { sent: room(), updates: std::array::from_fn(|_| room()) };
        for from in (0..rows).step_by(BLOCK) {
            let len = BLOCK.min(rows - from);
            let times = Times::read(columns, &mut scratch, from, len, self.lanes)?;
            self.read(&mut block, from, len, dicts)?;
            watch.see(times.sent, from);
            self.deliveries(&mut block, &times, from)?;
            self.sources(&mut block, from, len);
            self.combine(&mut block, len, &mut combiner, dicts);
            found.codes.extend(&block.combos[..len]);
            self.post(&block, from, len, &mut found.pairs);
            self.fail(&block, &times, from, &mut error_pairs, &mut found.failures);
        }
        found.combos = combiner.into_combos();
        found.errors = error_pairs.into_combos();
        found.sorted = watch.is_sorted();
        Ok(found)
    }

    /// Reads and checks the columns of a block.
    fn read(&mut self, block: &mut Block, from: usize, len: usize, dicts: &mut Dictionaries) -> Result<()> {
        self.direction.read(from, &mut block.codes[DIRECTION][..len], &mut self.directions.dictionary)?;
        self.directions.refresh(Direction::parse);
        let dictionaries = [
            &mut dicts.channels,
            &mut dicts.sources,
            &mut dicts.types,
            &mut dicts.subtypes,
            &mut dicts.users,
            &mut dicts.teams,
            &mut dicts.broadcasts,
            &mut self.statuses.dictionary,
        ];
        let readers = self.readers.iter().zip(self.later);
        for (((reader, later), codes), dictionary) in readers.zip(&mut block.codes).zip(dictionaries) {
            match reader {
                Some(reader) if later => reader.check(from, &mut codes[..len], dictionary)?,
                Some(reader) => reader.read(from, &mut codes[..len], dictionary)?,
                None => {}
            }
        }
        for slot in [ERROR_CODE, ERROR] {
            let codes = &mut block.codes[slot][..len];
            match &self.readers[slot] {
                Some(reader) if self.later[slot] => reader.check(from, codes, &mut dicts.errors)?,
                Some(reader) => reader.read(from, codes, &mut dicts.errors)?,
                None => {}
            }
        }
        self.statuses.refresh(Status::parse);

        let known: Vec<Option<u32>> = self
            .directions
            .parsed
            .iter()
            .map(|direction| direction.map(|direction| u32::from(direction == Direction::Outgoing)))
            .collect();
        for (row, (outgoing, &code)) in block.outgoing.iter_mut().zip(&block.codes[DIRECTION][..len]).enumerate() {
            let Some(Some(direction)) = known.get(code as usize) else {
                let dictionary = &self.directions.dictionary;
                return Err(bad_label(dictionary, code, "direction", from + row, Direction::parse));
            };
            *outgoing = *direction;
        }
        Ok(())
    }

    /// The delivery of each row, as the first part of its raw combination.
    ///
    /// Most tables have times of receipts and nothing else. There the three comparisons of a row are the code, and what
    /// they mean is decided once for each combination.
    fn deliveries(&self, block: &mut Block, times: &Times<'_>, from: usize) -> Result<()> {
        let Times { sent, updates } = times;
        let len = sent.len();
        let Block { codes, outgoing, deliveries, .. } = block;
        let outgoing = &outgoing[..len];
        let deliveries = &mut deliveries[..len];
        if !self.tracks_acceptance {
            deliveries.fill(0);
            for (bit, place) in [READ, DELIVERED, FAILED].into_iter().enumerate() {
                let Some(update) = &updates[place] else { continue };
                let bits = self.lanes.receipts(sent, update.values, update.present, row_number(bit), deliveries);
                if bits >> SAFE_BITS != 0 {
                    update.check(from, self.lanes)?;
                }
            }
            for (delivery, outgoing) in deliveries.iter_mut().zip(outgoing) {
                *delivery = (RECEIPTS + *delivery) * outgoing;
            }
            return Ok(());
        }
        for update in updates.iter().flatten() {
            update.check(from, self.lanes)?;
        }
        for row in 0..len {
            if outgoing[row] == 0 {
                deliveries[row] = 0;
                continue;
            }
            let stated = codes[STATUS][row];
            let stated = match self.statuses.parsed.get(stated as usize) {
                _ if stated == NONE => None,
                Some(Some(status)) => Some(*status),
                _ => {
                    let dictionary = &self.statuses.dictionary;
                    return Err(bad_label(dictionary, stated, "status", from + row, Status::parse));
                }
            };
            let times = updates.each_ref().map(|update| update.as_ref().map_or(NULL_TIME, |update| update.at(row)));
            let (status, accepted) = delivery(sent[row], stated, times, true, self.untracked);
            deliveries[row] = STATED + status as u32 * 2 + u32::from(accepted);
        }
        Ok(())
    }

    /// Status and acceptance that a raw delivery stands for.
    fn meaning(&self, delivery: u32) -> (Status, bool) {
        if delivery >= STATED {
            let (status, accepted) = ((delivery - STATED) / 2, (delivery - STATED) % 2 == 1);
            let status = Status::ALL.iter().find(|each| **each as u32 == status).copied();
            return (status.unwrap_or(self.untracked), accepted);
        }
        // Instants that are within the window, and ones that are not.
        let receipts = delivery.saturating_sub(RECEIPTS);
        let at = |bit: u32| if receipts & bit != 0 { 0 } else { NULL_TIME };
        self::delivery(0, None, [NULL_TIME, at(2), at(1), at(4)], false, self.untracked)
    }

    /// Sources of outgoing rows that say none: K1 on what is there.
    fn sources(&self, block: &mut Block, from: usize, len: usize) {
        let (codes, outgoing) = (&mut block.codes, &block.outgoing[..len]);
        let [_, sources, ..] = codes;
        if self.readers[SOURCE].is_none() {
            // What was filled in for the block before.
            sources[..len].fill(NONE);
        }
        if !sources[..len].iter().zip(outgoing).fold(false, |found, (&code, &out)| found | (code == NONE) & (out == 1))
        {
            return;
        }
        for row in 0..len {
            if block.codes[SOURCE][row] == NONE && block.outgoing[row] == 1 {
                let (broadcast, user) = (self.code(block, BROADCAST, from, row), self.code(block, USER, from, row));
                block.codes[SOURCE][row] = match (broadcast, user) {
                    (NONE, NONE) => self.source_unknown,
                    (NONE, _) => self.source_user,
                    _ => self.source_broadcast,
                };
            }
        }
    }

    /// The code of one row of a block, whether the column was read or left for later.
    fn code(&self, block: &Block, slot: usize, from: usize, row: usize) -> u32 {
        match &self.readers[slot] {
            Some(reader) if self.later[slot] => reader.code(from + row),
            _ => block.codes[slot][row],
        }
    }

    /// One code for each row.
    fn combine(&self, block: &mut Block, len: usize, combiner: &mut Combiner<Combo, 5>, dicts: &Dictionaries) {
        let sizes = [&dicts.channels, &dicts.sources, &dicts.types, &dicts.subtypes].map(Dictionary::len);
        combiner.reserve([DELIVERIES, sizes[0], sizes[1], sizes[2], sizes[3]]);
        let Block { codes, deliveries, combos, .. } = block;
        let [channels, sources, types, subtypes, ..] = codes;
        let columns = [&deliveries[..len], &channels[..len], &sources[..len], &types[..len], &subtypes[..len]];
        combiner.combine(
            columns,
            &mut combos[..len],
            self.lanes,
            |[delivery, channel, source, message_type, subtype]| {
                if delivery == 0 {
                    return Combo::incoming(channel);
                }
                // What has no type is a session, and a session has no subtype (K2, D9).
                let (message_type, subtype) = if message_type == NONE || message_type == self.type_session {
                    (self.type_session, NONE)
                } else {
                    (message_type, subtype)
                };
                let (status, accepted) = self.meaning(delivery);
                Combo { outgoing: true, channel, source, message_type, subtype, status, accepted }
            },
        );
    }

    /// Rows by user, team and broadcast: outgoing ones, and users and teams only where the source is a user (D9).
    fn post(&self, block: &Block, from: usize, len: usize, pairs: &mut [Option<Vec<(u32, u32)>>; 3]) {
        for (slot, pairs) in [USER, TEAM, BROADCAST].into_iter().zip(pairs) {
            let (Some(pairs), true) = (pairs, self.readers[slot].is_some()) else { continue };
            // Every pair is written, and the place moves on where it counts: there is nothing to guess.
            let mut kept = pairs.len();
            pairs.resize(kept + len, (0, 0));
            let columns = block.codes[slot].iter().zip(&block.codes[SOURCE]).zip(&block.outgoing);
            for (row, ((&code, &source), &outgoing)) in columns.take(len).enumerate() {
                pairs[kept] = (code, row_number(from + row));
                let counts = (source == self.source_user) | (slot == BROADCAST);
                kept += usize::from((outgoing == 1) & (code != NONE) & counts);
            }
            pairs.truncate(kept);
        }
    }

    /// Messages that failed (D11).
    fn fail(
        &self,
        block: &Block,
        times: &Times<'_>,
        from: usize,
        errors: &mut Combiner<(u32, u32), 2>,
        failures: &mut Vec<Failure>,
    ) {
        for (row, (&delivery, &sent)) in block.deliveries.iter().zip(times.sent).enumerate() {
            if !self.failed.get(delivery as usize).is_some_and(|failed| *failed) {
                continue;
            }
            let at = times.updates[FAILED].as_ref().map_or(NULL_TIME, |update| update.at(row));
            let [code, error] = [ERROR_CODE, ERROR].map(|slot| self.code(block, slot, from, row));
            let by_user = block.codes[SOURCE][row] == self.source_user;
            let of_user = |slot: usize| if by_user { self.code(block, slot, from, row) } else { NONE };
            failures.push(Failure {
                at: if at == NULL_TIME { sent } else { at },
                position: row_number(from + row),
                combo: block.combos[row],
                user: of_user(USER),
                team: of_user(TEAM),
                broadcast: self.code(block, BROADCAST, from, row),
                error: errors.code([code, error], || (code, error)),
            });
        }
    }
}

fn text(word: &str) -> crate::id::IdRef<'_> {
    crate::id::IdRef::Text(word)
}

/// Current status and whether the provider accepted the message, from what the columns say (K5, K6, D5, D11).
#[inline]
pub(super) fn delivery(
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

/// Instants up to the year 6429 leave the bits above clear.
const SAFE_BITS: u32 = 47;

/// Checks that instants lie in the years 1970 to 9999 (T5); `present` is -1 where there is one.
pub(crate) fn check_times(
    times: &[i64],
    present: &[i8],
    name: &str,
    from: usize,
    nullable: bool,
    lanes: Lanes,
) -> Result<()> {
    if lanes.bits(times, present) >> SAFE_BITS == 0 && (nullable || lanes.whole(times, present)) {
        return Ok(());
    }
    let range = Instant::MIN.as_millis()..=Instant::MAX.as_millis();
    for (row, (&at, &present)) in times.iter().zip(present).enumerate() {
        let missing = at == NULL_TIME || present == 0;
        if if missing { nullable } else { range.contains(&at) } {
            continue;
        }
        let error = if missing {
            Error::new(Code::MissingValue, format!("`{name}` is missing"))
        } else {
            Error::new(Code::InstantOutOfRange, format!("`{at}` is outside the years 1970 to 9999"))
                .with_hint("instants are milliseconds since 1970 in UTC, or say the column's unit")
        };
        return Err(error.at(name).at_row(from + row));
    }
    Ok(())
}
