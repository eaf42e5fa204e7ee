//! Rows become columns once; texts stay where they are.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::column::{Codes, IdColumn, Ids, NULL_TIME, TextColumn, Texts, TimeColumn};
use super::events::EventColumns;
use super::messages::MessageColumns;
use crate::event::ContactEvent;
use crate::id::{ForeignId, IdRef};
use crate::message::{Direction, Message};

/// Rows that a host lends or hands over.
pub(crate) type Rows<'a, T> = Arc<Cow<'a, [T]>>;

/// One field of the rows, as a column.
struct Field<'a, T: Clone, F> {
    rows: Rows<'a, T>,
    get: F,
}

impl<T, F> Ids for Field<'_, T, F>
where
    T: Clone + Send + Sync,
    F: for<'r> Fn(&'r T) -> Option<IdRef<'r>> + Send + Sync,
{
    fn len(&self) -> usize {
        self.rows.len()
    }
    fn get(&self, row: usize) -> Option<IdRef<'_>> {
        self.rows.get(row).and_then(|row| (self.get)(row))
    }
}

/// A text of the rows, as a column.
struct TextField<'a, T: Clone, F> {
    rows: Rows<'a, T>,
    get: F,
}

impl<T, F> Texts for TextField<'_, T, F>
where
    T: Clone + Send + Sync,
    F: for<'r> Fn(&'r T) -> Option<&'r str> + Send + Sync,
{
    fn len(&self) -> usize {
        self.rows.len()
    }
    fn get(&self, row: usize) -> Option<&str> {
        self.rows.get(row).and_then(|row| (self.get)(row))
    }
}

fn ids<'a, T, F>(rows: &Rows<'a, T>, get: F) -> IdColumn<'a>
where
    T: Clone + Send + Sync + 'a,
    F: for<'r> Fn(&'r T) -> Option<IdRef<'r>> + Send + Sync + 'a,
{
    IdColumn::rows(Arc::new(Field { rows: Arc::clone(rows), get }))
}

fn texts<'a, T, F>(rows: &Rows<'a, T>, get: F) -> TextColumn<'a>
where
    T: Clone + Send + Sync + 'a,
    F: for<'r> Fn(&'r T) -> Option<&'r str> + Send + Sync + 'a,
{
    Arc::new(TextField { rows: Arc::clone(rows), get })
}

fn id(value: Option<&ForeignId>) -> Option<IdRef<'_>> {
    value.map(ForeignId::as_ref)
}

fn word(value: Option<&str>) -> Option<IdRef<'_>> {
    value.map(IdRef::Text)
}

/// Labels and ids of rows as dictionary codes; entry 0 is the missing one.
#[derive(Debug, Clone)]
pub(crate) struct Coder {
    codes: Vec<u32>,
    entries: Vec<ForeignId>,
    texts: FxHashMap<Box<str>, u32>,
    ints: FxHashMap<i64, u32>,
    /// Codes of words seen lately, each at a place that its letters choose; 0 where there was none.
    lately: Box<[u32; 32]>,
}

impl Default for Coder {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl Coder {
    pub(super) fn with_capacity(rows: usize) -> Self {
        Self {
            codes: Vec::with_capacity(rows),
            entries: vec![ForeignId::Text("".into())],
            texts: FxHashMap::default(),
            ints: FxHashMap::default(),
            lately: Box::new([0; 32]),
        }
    }

    /// The code of a word.
    pub(super) fn code(&mut self, word: Option<&str>) -> u32 {
        let Some(word) = word.filter(|word| !word.is_empty()) else { return 0 };
        let bytes = word.as_bytes();
        let place = usize::from(bytes[0]) + 3 * usize::from(bytes[bytes.len() - 1]) + 5 * bytes.len();
        let place = place % self.lately.len();
        let known = self.lately[place];
        if known != 0 && matches!(&self.entries[known as usize], ForeignId::Text(text) if **text == *word) {
            return known;
        }
        let code = self.code_of(word);
        self.lately[place] = code;
        code
    }

    fn code_of(&mut self, word: &str) -> u32 {
        if let Some(code) = self.texts.get(word) {
            return *code;
        }
        let code = u32::try_from(self.entries.len()).unwrap_or(0);
        self.entries.push(word.into());
        self.texts.insert(word.into(), code);
        code
    }

    pub(crate) fn push(&mut self, word: Option<&str>) {
        let code = self.code(word);
        self.codes.push(code);
    }

    pub(crate) fn push_int(&mut self, value: i64) {
        let next = u32::try_from(self.entries.len()).unwrap_or(0);
        let code = *self.ints.entry(value).or_insert(next);
        if code == next {
            self.entries.push(value.into());
        }
        self.codes.push(code);
    }

    pub(super) fn reserve(&mut self, rows: usize) {
        self.codes.reserve(rows);
    }

    pub(super) fn push_code(&mut self, code: u32) {
        self.codes.push(code);
    }

    /// Repeats the last code, or the missing one, up to a number of rows.
    pub(super) fn fill(&mut self, rows: usize) {
        let last = self.codes.last().copied().unwrap_or(0);
        self.codes.resize(rows, last);
    }

    /// Says another word of a row.
    pub(super) fn set(&mut self, row: usize, word: &str) {
        self.codes[row] = self.code(Some(word));
    }

    pub(super) fn codes(&self) -> &[u32] {
        &self.codes
    }

    pub(super) fn len(&self) -> usize {
        self.codes.len()
    }

    /// Number of entries beside the missing one.
    pub(super) fn distinct(&self) -> usize {
        self.entries.len() - 1
    }

    /// The id of a row, if it has one.
    pub(super) fn id(&self, row: usize) -> Option<&ForeignId> {
        let code = self.codes[row];
        (code != 0).then(|| &self.entries[code as usize])
    }

    /// The word of a row, if it has one.
    pub(super) fn word(&self, row: usize) -> Option<&str> {
        match self.id(row)? {
            ForeignId::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Some of its codes as a column.
    pub(super) fn column_of<'a>(&self, codes: impl Iterator<Item = u32>) -> IdColumn<'a> {
        IdColumn::coded(Codes::U32(codes.collect::<Vec<_>>().into()), self.entries.clone())
    }

    pub(super) fn into_column<'a>(self) -> IdColumn<'a> {
        IdColumn::coded(Codes::U32(self.codes.into()), self.entries)
    }
}

/// What classification says about the rows, as columns beside them.
#[derive(Debug)]
pub(crate) struct Derived {
    pub(crate) source: Coder,
    pub(crate) message_type: Coder,
    pub(crate) subtype: Coder,
    pub(crate) status: Coder,
    pub(crate) error_code: Coder,
    pub(crate) error: Coder,
    pub(crate) accepted_at: Vec<i64>,
    pub(crate) delivered_at: Vec<i64>,
    pub(crate) read_at: Vec<i64>,
    pub(crate) failed_at: Vec<i64>,
    /// Messages with a template whose channel has no known kind.
    pub(crate) untyped_templates: usize,
}

impl Derived {
    pub(crate) fn with_capacity(rows: usize) -> Self {
        let coder = || Coder::with_capacity(rows);
        let times = || Vec::with_capacity(rows);
        Self {
            source: coder(),
            message_type: coder(),
            subtype: coder(),
            status: coder(),
            error_code: coder(),
            error: coder(),
            accepted_at: times(),
            delivered_at: times(),
            read_at: times(),
            failed_at: times(),
            untyped_templates: 0,
        }
    }
}

/// Columns over message rows.
pub(crate) fn message_columns<'a>(rows: &Rows<'a, Message>, derived: Derived) -> MessageColumns<'a> {
    let sent_at: Vec<i64> = rows.iter().map(|message| message.sent_at.as_millis()).collect();
    let mut columns = MessageColumns::new(
        TimeColumn::from(sent_at),
        ids(rows, |message| word(Some(message.direction.as_str()))),
        ids(rows, |message| id(Some(&message.contact))),
    );
    columns.id = Some(ids(rows, |message| id(Some(&message.id))));
    columns.channel = Some(ids(rows, |message| id(message.channel.as_ref())));
    columns.source = Some(derived.source.into_column());
    columns.message_type = Some(derived.message_type.into_column());
    columns.subtype = Some(derived.subtype.into_column());
    columns.user = Some(ids(rows, |message| id(message.user.as_ref())));
    columns.team = Some(ids(rows, |message| id(message.team.as_ref())));
    columns.broadcast = Some(ids(rows, |message| id(message.broadcast.as_ref())));
    columns.status = Some(derived.status.into_column());
    columns.accepted_at = Some(TimeColumn::from(derived.accepted_at));
    columns.delivered_at = Some(TimeColumn::from(derived.delivered_at));
    columns.read_at = Some(TimeColumn::from(derived.read_at));
    columns.failed_at = Some(TimeColumn::from(derived.failed_at));
    columns.error_code = Some(derived.error_code.into_column());
    columns.error = Some(derived.error.into_column());
    columns.content = Some(texts(rows, |message| message.content.as_deref()));
    columns
}

/// Columns over event rows.
pub(crate) fn event_columns<'a>(rows: &Rows<'a, ContactEvent>) -> EventColumns<'a> {
    let at: Vec<i64> = rows.iter().map(|event| event.at.as_millis()).collect();
    let mut columns = EventColumns::new(
        TimeColumn::from(at),
        ids(rows, |event| word(Some(event.kind.as_str()))),
        ids(rows, |event| id(Some(&event.contact))),
    );
    if rows.iter().any(|event| event.sequence.is_some()) {
        columns.sequence = Some(ids(rows, |event| event.sequence.map(|sequence| IdRef::Int(sequence.into()))));
    }
    columns.name = Some(texts(rows, |event| event.name.as_deref()));
    columns.secondary = Some(ids(rows, |event| id(event.secondary.as_ref())));
    columns.source = Some(ids(rows, |event| word(event.source.as_ref().map(crate::message::Source::as_str))));
    columns.channel = Some(ids(rows, |event| id(event.channel.as_ref())));
    columns.user = Some(ids(rows, |event| id(event.user.as_ref())));
    columns
}

/// A missing instant as columns have it.
pub(crate) fn time(at: Option<crate::time::Instant>) -> i64 {
    at.map_or(NULL_TIME, crate::time::Instant::as_millis)
}

/// Whether a row is outgoing.
pub(crate) fn is_outgoing(message: &Message) -> bool {
    message.direction == Direction::Outgoing
}
