//! The same rows as columns, in whatever layout a host may have them.

use std::sync::Arc;

use omnicontact::dataset::{
    Codes, EventColumns, IdColumn, MessageColumns, NULL_TIME, TextColumn, TimeColumn, TimeUnit, Validity,
};
use omnicontact::{ContactEvent, ForeignId, Instant, Message, Status, StatusUpdate};

/// Small and repeatable dice.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ mixed >> 31) >> 33).unwrap() % sides
    }

    /// Chunks of a column, some of them empty.
    fn chunks<'v, T>(&mut self, values: &'v [T]) -> Vec<&'v [T]> {
        let mut chunks = Vec::new();
        let mut rest = values;
        while !rest.is_empty() {
            let len = if self.roll(2) == 0 { rest.len() } else { self.roll(rest.len() + 1) };
            let (chunk, after) = rest.split_at(len);
            chunks.push(chunk);
            rest = after;
        }
        chunks
    }

    /// Bits that start anywhere in their buffer, between others that say nothing.
    fn validity(&mut self, present: &[bool]) -> Option<Validity<'static>> {
        if self.roll(2) == 0 && present.iter().all(|present| *present) {
            return None;
        }
        let offset = self.roll(19);
        let mut bytes = vec![0_u8; (offset + present.len()).div_ceil(8) + self.roll(2)];
        for bit in 0..bytes.len() * 8 {
            let is_set = bit.checked_sub(offset).and_then(|row| present.get(row).copied());
            bytes[bit / 8] |= u8::from(is_set.unwrap_or_else(|| self.roll(2) == 0)) << (bit % 8);
        }
        Some(Validity::new(bytes, offset))
    }

    pub(crate) fn times(&mut self, values: &[Option<i64>]) -> TimeColumn<'static> {
        let whole = values.iter().flatten().all(|at| at % 1000 == 0);
        let unit = match self.roll(4) {
            0 if whole => TimeUnit::Seconds,
            1 => TimeUnit::Microseconds,
            2 if values.iter().flatten().all(|&at| at < i64::MAX / 2_000_000) => TimeUnit::Nanoseconds,
            _ => TimeUnit::Milliseconds,
        };
        let mut column = TimeColumn::new(unit);
        for chunk in self.chunks(values) {
            let by_bits = self.roll(2) == 0;
            let present: Vec<bool> = chunk.iter().map(Option::is_some).collect();
            let mut numbers = Vec::new();
            for value in chunk {
                numbers.push(match (value, unit) {
                    (Some(at), TimeUnit::Seconds) => at / 1000,
                    (Some(at), TimeUnit::Milliseconds) => *at,
                    // Cut to the millisecond.
                    (Some(at), TimeUnit::Microseconds) => at * 1000 + i64::try_from(self.roll(1000)).unwrap(),
                    (Some(at), TimeUnit::Nanoseconds) => at * 1_000_000 + i64::try_from(self.roll(1_000_000)).unwrap(),
                    (None, _) if by_bits => [i64::MAX, -1, NULL_TIME][self.roll(3)],
                    (None, _) => NULL_TIME,
                });
            }
            let validity = by_bits.then(|| self.validity(&present)).flatten();
            column = column.chunk_with(numbers, validity);
        }
        column
    }

    pub(crate) fn ids(&mut self, values: &[Option<ForeignId>]) -> IdColumn<'static> {
        if self.roll(8) == 0 {
            return IdColumn::rows(Arc::new(values.to_vec()));
        }
        let mut column = IdColumn::default();
        for chunk in self.chunks(values) {
            column = self.id_chunk(column, chunk);
        }
        column
    }

    fn id_chunk(&mut self, column: IdColumn<'static>, chunk: &[Option<ForeignId>]) -> IdColumn<'static> {
        let present: Vec<bool> = chunk.iter().map(Option::is_some).collect();
        let rubbish = self.roll(200);
        if self.roll(2) == 0 {
            let numbers: Option<Vec<i128>> = chunk.iter().map(|id| number(id.as_ref(), rubbish)).collect();
            if let Some(numbers) = numbers {
                let (signed, narrow, unsigned) = (cast::<i64>(&numbers), cast::<i32>(&numbers), cast::<u64>(&numbers));
                let validity = self.validity(&present);
                return match (self.roll(3), signed, narrow, unsigned) {
                    (0, _, Some(numbers), _) => column.i32_chunk(numbers, validity),
                    (1, _, _, Some(numbers)) => column.u64_chunk(numbers, validity),
                    (_, Some(numbers), _, _) => column.i64_chunk(numbers, validity),
                    _ => column,
                };
            }
            if let Some(bytes) = chunk.iter().map(|id| uuid(id.as_ref())).collect::<Option<Vec<_>>>() {
                let validity = self.validity(&present);
                return column.uuid_chunk(bytes, validity);
            }
            if let Some(texts) = chunk.iter().map(|id| text(id.as_ref())).collect::<Option<Vec<_>>>() {
                return column.text_chunk(Arc::new(texts));
            }
        }
        self.coded(column, chunk, &present)
    }

    /// A dictionary with entries that nobody uses, and some that come twice.
    fn coded(&mut self, column: IdColumn<'static>, chunk: &[Option<ForeignId>], present: &[bool]) -> IdColumn<'static> {
        let mut dictionary: Vec<ForeignId> = vec!["nobody uses this".into()];
        let mut codes = Vec::new();
        for id in chunk {
            let Some(id) = id else {
                codes.push([0, 100, 127][self.roll(3)]);
                continue;
            };
            let known = dictionary.iter().position(|known| known == id).filter(|_| self.roll(10) > 0);
            codes.push(known.unwrap_or(dictionary.len()));
            if known.is_none() {
                dictionary.push(id.clone());
            }
        }
        let validity = self.validity(present);
        let codes = match self.roll(6) {
            0 => Codes::U8(narrow(&codes).into()),
            1 => Codes::U16(narrow(&codes).into()),
            2 => Codes::U32(narrow(&codes).into()),
            3 => Codes::I8(narrow(&codes).into()),
            4 => Codes::I16(narrow(&codes).into()),
            _ => Codes::I32(narrow(&codes).into()),
        };
        column.coded_chunk(codes, validity, dictionary.into())
    }
}

fn narrow<T: TryFrom<usize>>(codes: &[usize]) -> Vec<T> {
    codes.iter().map(|&code| T::try_from(code).ok().unwrap()).collect()
}

fn number(id: Option<&ForeignId>, rubbish: usize) -> Option<i128> {
    match id {
        None => Some(i128::try_from(rubbish).unwrap()),
        Some(ForeignId::Int(number)) => Some(*number),
        Some(_) => None,
    }
}

fn cast<T: TryFrom<i128>>(numbers: &[i128]) -> Option<Vec<T>> {
    numbers.iter().map(|&number| T::try_from(number).ok()).collect()
}

fn uuid(id: Option<&ForeignId>) -> Option<[u8; 16]> {
    match id {
        None => Some([9; 16]),
        Some(ForeignId::Uuid(id)) => Some(*id.as_bytes()),
        Some(_) => None,
    }
}

#[expect(clippy::option_option, reason = "no text, or a column that is none of texts")]
fn text(id: Option<&ForeignId>) -> Option<Option<String>> {
    match id {
        None => Some(None),
        Some(ForeignId::Text(text)) => Some(Some(text.to_string())),
        Some(_) => None,
    }
}

/// Brings a history to what columns can say: one time a status, and the current status.
pub(crate) fn columnar(message: &mut Message) {
    let Some(history) = &message.delivery else { return };
    let mut kept: Vec<StatusUpdate> = Vec::new();
    for update in history {
        let of_failure = update.status == Status::Failed;
        let mut update = update.clone();
        // One pair of columns holds the error of the one failure.
        if !of_failure {
            (update.error_code, update.error) = (None, None);
        }
        let empty = |text: &Option<String>| text.as_deref() == Some("");
        if empty(&update.error_code) {
            update.error_code = None;
        }
        if empty(&update.error) {
            update.error = None;
        }
        // Only the current status can be without a time.
        let timeless = update.at.is_none() || update.status == Status::Pending;
        let has_timeless = kept.iter().any(|kept| kept.at.is_none());
        if kept.iter().all(|kept| kept.status != update.status) && !(timeless && has_timeless) {
            update.at = update.at.filter(|_| !timeless);
            kept.push(update);
        }
    }
    if kept.is_empty() {
        kept.push(StatusUpdate::new(Status::Pending, None));
    }
    message.delivery = Some(kept);
}

/// Brings a history to what a table of receipts can say, without status and time of acceptance.
pub(crate) fn receipts(message: &mut Message) {
    columnar(message);
    if let Some(history) = &mut message.delivery {
        history.retain(|update| update.at.is_some() && update.status != Status::Sent);
    }
    // Nothing is known of it: it is not tracked.
    message.delivery = message.delivery.take().filter(|history| !history.is_empty());
}

fn at(message: &Message, status: Status) -> Option<i64> {
    let history = message.delivery.as_ref()?;
    history.iter().find(|update| update.status == status).and_then(|update| update.at).map(Instant::as_millis)
}

fn labels<'m>(dice: &mut Dice, labels: impl Iterator<Item = Option<&'m str>>) -> IdColumn<'static> {
    let ids: Vec<Option<ForeignId>> = labels.map(|label| label.map(ForeignId::from)).collect();
    dice.ids(&ids)
}

/// A column; sometimes none where it would say nothing.
fn optional(dice: &mut Dice, ids: &[Option<ForeignId>]) -> Option<IdColumn<'static>> {
    (dice.roll(2) == 0 || ids.iter().any(Option::is_some)).then(|| dice.ids(ids))
}

fn texts(texts: Vec<Option<String>>) -> TextColumn<'static> {
    Arc::new(texts)
}

/// Messages without facts, with columnar histories; `tracked` says whether there is a column `status`.
pub(crate) fn message_columns(dice: &mut Dice, rows: &[Message], tracked: bool) -> MessageColumns<'static> {
    let sent_at: Vec<Option<i64>> = rows.iter().map(|row| Some(row.sent_at.as_millis())).collect();
    let contact: Vec<Option<ForeignId>> = rows.iter().map(|row| Some(row.contact.clone())).collect();
    let times = |dice: &mut Dice, status: Status| {
        let times: Vec<Option<i64>> = rows.iter().map(|row| at(row, status)).collect();
        (dice.roll(2) == 0 || times.iter().any(Option::is_some)).then(|| dice.times(&times))
    };
    let of = |dice: &mut Dice, id: fn(&Message) -> Option<ForeignId>| {
        optional(dice, &rows.iter().map(id).collect::<Vec<_>>())
    };
    let failure = |row: &Message, tell: fn(&StatusUpdate) -> Option<&String>| {
        let mut failures = row.delivery.iter().flatten().filter(|update| update.status == Status::Failed);
        failures.find_map(tell).map(|text| ForeignId::from(text.as_str()))
    };
    let time_columns = [Status::Sent, Status::Delivered, Status::Read, Status::Failed];
    let [accepted_at, delivered_at, read_at, failed_at] = time_columns.map(|status| times(dice, status));
    let direction = labels(dice, rows.iter().map(|row| Some(row.direction.as_str())));
    let mut columns = MessageColumns::new(dice.times(&sent_at), direction, dice.ids(&contact));
    columns.id = of(dice, |row| Some(row.id.clone()));
    columns.channel = of(dice, |row| row.channel.clone());
    columns.user = of(dice, |row| row.user.clone());
    columns.team = of(dice, |row| row.team.clone());
    columns.broadcast = of(dice, |row| row.broadcast.clone());
    columns.source = of(dice, |row| row.source.as_ref().map(|source| source.as_str().into()));
    columns.message_type = of(dice, |row| row.message_type.as_ref().map(|kind| kind.as_str().into()));
    columns.subtype = of(dice, |row| row.subtype.as_deref().map(ForeignId::from));
    let status = rows.iter().map(|row| {
        let timeless = row.delivery.iter().flatten().find(|update| update.at.is_none());
        timeless.map(|update| update.status.as_str())
    });
    columns.status = tracked.then(|| labels(dice, status));
    let accepted_at = accepted_at.filter(|_| tracked);
    (columns.accepted_at, columns.delivered_at) = (accepted_at, delivered_at);
    (columns.read_at, columns.failed_at) = (read_at, failed_at);
    columns.error_code =
        optional(dice, &rows.iter().map(|row| failure(row, |of| of.error_code.as_ref())).collect::<Vec<_>>());
    columns.error = optional(dice, &rows.iter().map(|row| failure(row, |of| of.error.as_ref())).collect::<Vec<_>>());
    columns.content = Some(texts(rows.iter().map(|row| row.content.clone()).collect()));
    columns
}

pub(crate) fn event_columns(dice: &mut Dice, rows: &[ContactEvent]) -> EventColumns<'static> {
    let at: Vec<Option<i64>> = rows.iter().map(|row| Some(row.at.as_millis())).collect();
    let contact: Vec<Option<ForeignId>> = rows.iter().map(|row| Some(row.contact.clone())).collect();
    let of = |dice: &mut Dice, id: fn(&ContactEvent) -> Option<ForeignId>| {
        optional(dice, &rows.iter().map(id).collect::<Vec<_>>())
    };
    let kind = labels(dice, rows.iter().map(|row| Some(row.kind.as_str())));
    let mut columns = EventColumns::new(dice.times(&at), kind, dice.ids(&contact));
    columns.sequence = of(dice, |row| row.sequence.map(ForeignId::from));
    columns.secondary = of(dice, |row| row.secondary.clone());
    columns.source = of(dice, |row| row.source.as_ref().map(|source| source.as_str().into()));
    columns.channel = of(dice, |row| row.channel.clone());
    columns.user = of(dice, |row| row.user.clone());
    columns.name = Some(texts(rows.iter().map(|row| row.name.clone()).collect()));
    columns
}
