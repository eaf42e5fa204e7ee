//! Rows become columns once; texts stay where they are.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::column::{Codes, IdColumn, IdRef, Ids, NULL_TIME, TextColumn, Texts, TimeColumn};
use super::events::EventColumns;
use super::messages::MessageColumns;
use crate::event::ContactEvent;
use crate::id::ForeignId;
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

/// Labels of rows as dictionary codes; entry 0 is the missing one.
#[derive(Debug)]
pub(crate) struct Coder {
    codes: Vec<u32>,
    entries: Vec<ForeignId>,
    known: FxHashMap<Box<str>, u32>,
}

impl Coder {
    fn with_capacity(rows: usize) -> Self {
        Self { codes: Vec::with_capacity(rows), entries: vec![ForeignId::Text("".into())], known: FxHashMap::default() }
    }

    pub(crate) fn push(&mut self, word: Option<&str>) {
        let code = match word {
            None | Some("") => 0,
            Some(word) => {
                if let Some(code) = self.known.get(word) {
                    *code
                } else {
                    let code = u32::try_from(self.entries.len()).unwrap_or(0);
                    self.entries.push(word.into());
                    self.known.insert(word.into(), code);
                    code
                }
            }
        };
        self.codes.push(code);
    }

    fn into_column<'a>(self) -> IdColumn<'a> {
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
