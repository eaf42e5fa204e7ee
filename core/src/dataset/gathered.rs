//! Message rows that a reader hands over one by one, kept as columns from the start: what most of them have in common
//! costs no memory of its own, and no row is ever made unless something is asked of it as a whole.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::builder::DatasetOptions;
use super::column::{Codes, IdColumn, NULL_TIME, Texts, TimeColumn};
use super::intern::BLOCK;
use super::messages::MessageColumns;
use super::rows::Coder;
use crate::channel::ChannelKind;
use crate::classify;
use crate::id::ForeignId;
use crate::message::{Direction, Facts, Message, MessageType, Source, StatusUpdate};
use crate::time::Instant;

/// Message rows as columns; the same dataset comes out of them as out of a list of [`Message`].
#[derive(Debug, Clone, Default)]
pub(crate) struct MessageRows {
    pub(crate) id: Keys,
    pub(crate) sent_at: Vec<i64>,
    pub(crate) outgoing: Vec<bool>,
    pub(crate) contact: Keys,
    pub(crate) channel: Coder,
    pub(crate) source: Coder,
    pub(crate) message_type: Coder,
    pub(crate) subtype: Coder,
    pub(crate) user: Coder,
    pub(crate) team: Coder,
    pub(crate) broadcast: Coder,
    pub(crate) content: TextList,
    /// Of the rows that have one, in order of the rows.
    pub(crate) delivery: Vec<(usize, Vec<StatusUpdate>)>,
    /// Of the rows that have some, in order of the rows.
    pub(crate) facts: Vec<(usize, Box<Facts>)>,
}

/// Ids of all rows: integers for as long as there are no others, then codes.
#[derive(Debug, Clone)]
pub(crate) enum Keys {
    Ints(Vec<i64>),
    Coded(Coder),
}

impl Default for Keys {
    fn default() -> Self {
        Self::Ints(Vec::new())
    }
}

impl Keys {
    pub(crate) fn push_int(&mut self, value: i64) {
        match self {
            Self::Ints(values) => values.push(value),
            Self::Coded(coder) => coder.push_int(value),
        }
    }

    pub(crate) fn push_text(&mut self, text: &str) {
        if let Self::Ints(values) = self {
            let mut coder = Coder::default();
            for &value in values.iter() {
                coder.push_int(value);
            }
            *self = Self::Coded(coder);
        }
        if let Self::Coded(coder) = self {
            coder.push(Some(text));
        }
    }

    pub(super) fn id(&self, row: usize) -> ForeignId {
        match self {
            Self::Ints(values) => values[row].into(),
            Self::Coded(coder) => coder.id(row).cloned().unwrap_or(ForeignId::Int(0)),
        }
    }

    /// Whether no id comes twice.
    fn are_unique(&self) -> bool {
        match self {
            Self::Ints(values) => {
                values.is_sorted_by(|one, next| one < next) || {
                    let mut seen = FxHashSet::default();
                    seen.reserve(values.len());
                    values.iter().all(|value| seen.insert(*value))
                }
            }
            Self::Coded(coder) => coder.distinct() == coder.len(),
        }
    }

    /// A small number for the id of each row, and how many there are.
    pub(super) fn numbers(&self) -> (Vec<u32>, usize) {
        match self {
            Self::Coded(coder) => (coder.codes().to_vec(), coder.distinct() + 1),
            Self::Ints(values) => {
                let low = values.iter().copied().min().unwrap_or(0);
                let high = values.iter().copied().max().unwrap_or(0);
                let span = high.abs_diff(low);
                if let (true, Ok(span)) = (span <= values.len() as u64 * 4 + 1024, usize::try_from(span)) {
                    let number = |value: &i64| u32::try_from(value.abs_diff(low)).unwrap_or(0);
                    return (values.iter().map(number).collect(), span + 1);
                }
                let mut known: FxHashMap<i64, u32> = FxHashMap::default();
                let number = |value: &i64| {
                    let next = u32::try_from(known.len()).unwrap_or(0);
                    *known.entry(*value).or_insert(next)
                };
                let numbers = values.iter().map(number).collect();
                (numbers, known.len())
            }
        }
    }

    fn into_column<'a>(self) -> IdColumn<'a> {
        match self {
            Self::Ints(values) => values.into(),
            Self::Coded(coder) => coder.into_column(),
        }
    }
}

/// Texts behind one another; a row without one differs from a row with an empty one.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextList {
    text: String,
    ends: Vec<usize>,
    empty: Vec<usize>,
}

impl TextList {
    pub(crate) fn push(&mut self, text: Option<&str>) {
        if text == Some("") {
            self.empty.push(self.ends.len());
        }
        self.text.push_str(text.unwrap_or_default());
        self.ends.push(self.text.len());
    }

    /// Texts of rows, one loop for all of them.
    fn look<'t>(&'t self, rows: &[usize], texts: &mut [Option<&'t str>]) {
        let ends = &self.ends[..];
        for (text, &row) in texts.iter_mut().zip(rows) {
            let Some(&end) = ends.get(row) else { continue };
            let start = if row == 0 { 0 } else { ends[row - 1] };
            *text = if start < end {
                self.text.get(start..end)
            } else {
                self.empty.binary_search(&row).is_ok().then_some("")
            };
        }
    }
}

impl Texts for TextList {
    fn len(&self) -> usize {
        self.ends.len()
    }

    fn get(&self, row: usize) -> Option<&str> {
        let mut text = [None];
        self.look(&[row], &mut text);
        text[0]
    }

    fn get_each<'t>(&'t self, rows: &[usize], into: &mut Vec<Option<&'t str>>) {
        let from = into.len();
        into.resize(from + rows.len(), None);
        self.look(rows, &mut into[from..]);
    }
}

/// What classification says about a row that has no facts depends on these alone.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
struct Given {
    source: u32,
    message_type: u32,
    subtype: u32,
    channel: u32,
    has_user: bool,
    has_broadcast: bool,
}

impl Given {
    /// A number that rows which differ seldom share.
    fn place(&self) -> usize {
        let codes =
            self.source.wrapping_add(self.message_type.wrapping_mul(13)).wrapping_add(self.subtype.wrapping_mul(17));
        (codes.wrapping_add(self.channel.wrapping_mul(11)) as usize)
            ^ usize::from(self.has_user) << 5
            ^ usize::from(self.has_broadcast) << 4
    }
}

impl MessageRows {
    /// Makes room for more rows like those that are there: they were read from `read` bytes, and `left` are left.
    pub(crate) fn expect(&mut self, read: usize, left: usize) {
        let more = |len: usize| {
            let wanted = (len as u64).saturating_mul(left as u64) / (read as u64).max(1);
            usize::try_from(wanted + wanted / 32).unwrap_or(0)
        };
        let rows = more(self.len());
        self.sent_at.reserve(rows);
        self.outgoing.reserve(rows);
        for keys in [&mut self.id, &mut self.contact] {
            match keys {
                Keys::Ints(values) => values.reserve(rows),
                Keys::Coded(coder) => coder.reserve(rows),
            }
        }
        let coders = [&mut self.channel, &mut self.source, &mut self.message_type, &mut self.subtype, &mut self.user];
        coders.into_iter().chain([&mut self.team, &mut self.broadcast]).for_each(|coder| coder.reserve(rows));
        self.content.ends.reserve(rows);
        self.content.text.reserve(more(self.content.text.len()));
    }

    pub(crate) fn len(&self) -> usize {
        self.sent_at.len()
    }

    /// Whether two rows are of the same message.
    pub(crate) fn have_repeats(&self) -> bool {
        !self.id.are_unique()
    }

    /// The contact of the first row.
    pub(crate) fn first_contact(&self) -> Option<ForeignId> {
        (self.len() > 0).then(|| self.contact.id(0))
    }

    /// A row as it was handed over; `content`, `delivery` and `facts` are left out.
    pub(super) fn bare(&self, row: usize) -> Message {
        let at = Instant::from_millis(self.sent_at[row]).unwrap_or(Instant::MIN);
        let direction = if self.outgoing[row] { Direction::Outgoing } else { Direction::Incoming };
        let mut message = Message::new(self.id.id(row), at, direction, self.contact.id(row));
        message.channel = self.channel.id(row).cloned();
        message.source = self.source.word(row).and_then(|word| Source::parse(word).ok());
        message.message_type = self.message_type.word(row).and_then(|word| MessageType::parse(word).ok());
        message.subtype = self.subtype.word(row).map(str::to_owned);
        message.user = self.user.id(row).cloned();
        message.team = self.team.id(row).cloned();
        message.broadcast = self.broadcast.id(row).cloned();
        message
    }

    /// All rows as a list, for what must see them as a whole.
    pub(crate) fn into_messages(mut self) -> Vec<Message> {
        let mut delivery = std::mem::take(&mut self.delivery).into_iter().peekable();
        let mut facts = std::mem::take(&mut self.facts).into_iter().peekable();
        let whole = |row| {
            let mut message = self.bare(row);
            message.content = self.content.get(row).map(str::to_owned);
            message.delivery = delivery.next_if(|(of, _)| *of == row).map(|(_, history)| history);
            message.facts = facts.next_if(|(of, _)| *of == row).map(|(_, facts)| facts);
            message
        };
        (0..self.len()).map(whole).collect()
    }

    /// The facts of a row.
    pub(super) fn facts_of(&self, row: usize) -> Option<Box<Facts>> {
        let place = self.facts.binary_search_by_key(&row, |(of, _)| *of).ok()?;
        Some(self.facts[place].1.clone())
    }

    /// The columns, with what classification says, and how many templates are on channels of no known kind.
    pub(crate) fn into_columns<'a>(
        self,
        kinds: &FxHashMap<ForeignId, ChannelKind>,
        options: &DatasetOptions,
    ) -> (MessageColumns<'a>, usize) {
        let ([source, message_type, subtype], untyped_templates) = self.classified(kinds, options);
        let rows = self.len();
        let untracked = classify::delivery(Instant::MIN, None, options.classify.untracked);
        let mut status = Coder::with_capacity(rows);
        status.push(Some(untracked.status.as_str()));
        status.fill(rows);
        let mut accepted_at = if untracked.accepted { self.sent_at.clone() } else { vec![NULL_TIME; rows] };
        let mut receipts = (!self.delivery.is_empty()).then(|| Receipts::of(rows));
        for (row, history) in &self.delivery {
            let at = Instant::from_millis(self.sent_at[*row]).unwrap_or(Instant::MIN);
            let delivery = classify::delivery(at, Some(history), options.classify.untracked);
            let accepted = delivery.sent_at.or_else(|| delivery.accepted.then_some(at));
            accepted_at[*row] = super::rows::time(accepted);
            status.set(*row, delivery.status.as_str());
            if let Some(receipts) = &mut receipts {
                receipts.delivered_at[*row] = super::rows::time(delivery.delivered_at);
                receipts.read_at[*row] = super::rows::time(delivery.read_at);
                receipts.failed_at[*row] = super::rows::time(delivery.failed_at);
                receipts.error_code.set(*row, delivery.error_code.unwrap_or_default());
                receipts.error.set(*row, delivery.error.unwrap_or_default());
            }
        }
        let directions = self.outgoing.iter().map(|&outgoing| u8::from(outgoing)).collect::<Vec<_>>();
        let labels = [Direction::Incoming, Direction::Outgoing].map(|direction| ForeignId::from(direction.as_str()));
        let mut columns = MessageColumns::new(
            TimeColumn::from(self.sent_at),
            IdColumn::coded(Codes::U8(directions.into()), labels),
            self.contact.into_column(),
        );
        columns.id = Some(self.id.into_column());
        columns.channel = Some(self.channel.into_column());
        columns.source = Some(source.into_column());
        columns.message_type = Some(message_type.into_column());
        columns.subtype = Some(subtype.into_column());
        columns.user = Some(self.user.into_column());
        columns.team = Some(self.team.into_column());
        columns.broadcast = Some(self.broadcast.into_column());
        columns.status = Some(status.into_column());
        columns.accepted_at = Some(TimeColumn::from(accepted_at));
        if let Some(receipts) = receipts {
            columns.delivered_at = Some(TimeColumn::from(receipts.delivered_at));
            columns.read_at = Some(TimeColumn::from(receipts.read_at));
            columns.failed_at = Some(TimeColumn::from(receipts.failed_at));
            columns.error_code = Some(receipts.error_code.into_column());
            columns.error = Some(receipts.error.into_column());
        }
        columns.content = Some(std::sync::Arc::new(self.content));
        (columns, untyped_templates)
    }

    /// Source, type and subtype of every row; rows that are alike are classified once.
    fn classified(&self, kinds: &FxHashMap<ForeignId, ChannelKind>, options: &DatasetOptions) -> ([Coder; 3], usize) {
        let mut classified = Classified {
            labels: [(); 3].map(|()| Coder::with_capacity(self.len())),
            known: FxHashMap::default(),
            lately: [None; 64],
            untyped_templates: 0,
        };
        let mut facts = &self.facts[..];
        for start in (0..self.len()).step_by(BLOCK) {
            let end = self.len().min(start + BLOCK);
            let (own, later) = facts.split_at(facts.partition_point(|(row, _)| *row < end));
            facts = later;
            classified.add(self, start..end, own, kinds, options);
        }
        (classified.labels, classified.untyped_templates)
    }
}

/// Classification of rows, and what it said of rows like them.
struct Classified {
    labels: [Coder; 3],
    known: FxHashMap<Given, [u32; 3]>,
    /// What was looked up lately, each at a place that its codes choose.
    lately: [Option<(Given, [u32; 3])>; 64],
    untyped_templates: usize,
}

impl Classified {
    /// Classifies some rows; `facts` are those of them.
    //
    // A call for each block: engines of WebAssembly exchange code for faster code between calls only.
    #[inline(never)]
    fn add(
        &mut self,
        rows: &MessageRows,
        block: Range<usize>,
        facts: &[(usize, Box<Facts>)],
        kinds: &FxHashMap<ForeignId, ChannelKind>,
        options: &DatasetOptions,
    ) {
        let mut facts = facts.iter().peekable();
        for row in block {
            let own = facts.next_if(|(of, _)| *of == row).map(|(_, facts)| &**facts);
            let codes = if rows.outgoing[row] { self.outgoing(rows, row, own, kinds, options) } else { [0; 3] };
            for (list, code) in self.labels.iter_mut().zip(codes) {
                list.push_code(code);
            }
        }
    }

    fn outgoing(
        &mut self,
        rows: &MessageRows,
        row: usize,
        own: Option<&Facts>,
        kinds: &FxHashMap<ForeignId, ChannelKind>,
        options: &DatasetOptions,
    ) -> [u32; 3] {
        let given = Given {
            source: rows.source.codes()[row],
            message_type: rows.message_type.codes()[row],
            subtype: rows.subtype.codes()[row],
            channel: rows.channel.codes()[row],
            has_user: rows.user.codes()[row] != 0,
            has_broadcast: rows.broadcast.codes()[row] != 0,
        };
        let place = given.place() % self.lately.len();
        if own.is_none() {
            if let Some((same, found)) = self.lately[place]
                && same == given
            {
                return found;
            }
            if let Some(found) = self.known.get(&given) {
                self.lately[place] = Some((given, *found));
                return *found;
            }
        }
        let mut message = rows.bare(row);
        message.facts = own.cloned().map(Box::new);
        let kind = message.channel.as_ref().and_then(|channel| kinds.get(channel));
        let found = classify::outgoing(&message, kind, &options.classify);
        self.untyped_templates += usize::from(classify::lacks_kind(&message, kind));
        let source = self.labels[0].code(found.source.as_ref().map(|source| source.as_str()));
        let message_type = self.labels[1].code(found.message_type.as_ref().map(|kind| kind.as_str()));
        let found = [source, message_type, self.labels[2].code(found.subtype.as_deref())];
        if own.is_none() {
            self.known.insert(given, found);
        }
        found
    }
}

/// What only rows with a history have.
struct Receipts {
    delivered_at: Vec<i64>,
    read_at: Vec<i64>,
    failed_at: Vec<i64>,
    error_code: Coder,
    error: Coder,
}

impl Receipts {
    fn of(rows: usize) -> Self {
        let times = || vec![NULL_TIME; rows];
        let coder = || {
            let mut coder = Coder::with_capacity(rows);
            coder.fill(rows);
            coder
        };
        Self { delivered_at: times(), read_at: times(), failed_at: times(), error_code: coder(), error: coder() }
    }
}
