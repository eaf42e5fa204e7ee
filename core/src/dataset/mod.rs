//! The dataset: what every report reads. Columns stay where the host has them; an index is built over them once.

mod buffer;
mod builder;
mod coding;
mod column;
mod combo;
mod connecting;
mod contacts;
mod events;
mod gather;
mod gathered;
mod intern;
mod lanes;
mod messages;
mod names;
mod order;
mod posting;
mod rows;
mod survivors;

pub use buffer::{Buffer, Chunk, Validity};
pub use builder::{DatasetBuilder, DatasetOptions, Duplicates, Indexing};
pub use column::{Codes, IdColumn, IdRef, Ids, NULL_TIME, TextColumn, Texts, TimeColumn, TimeUnit};
pub use events::EventColumns;
pub use messages::MessageColumns;

pub(crate) use combo::{Combo, ComboCodes, EventCombo};
pub(crate) use contacts::{ContactNames, Contacts};
pub(crate) use events::EventIndex;
pub(crate) use gathered::MessageRows;
pub(crate) use intern::{Dictionary, NONE};
pub(crate) use messages::{Dictionaries, Failure, MessageIndex, STATUS_WINDOW};
pub(crate) use names::{Names, Offer};
pub(crate) use posting::intersect;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::id::ForeignId;
use crate::time::Instant;

/// Messages and contact events of a workspace, checked and indexed once, read by any number of reports and threads.
///
/// # Example
/// ```
/// use omnicontact::{Dataset, Direction, Instant, Message};
/// let at = Instant::from_millis(1_751_371_200_000)?;
/// let rows = vec![Message::new(1, at, Direction::Incoming, "ana").through("web")];
/// let data = Dataset::builder().messages(&rows).build()?;
/// assert_eq!(data.message_count(), 1);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug)]
pub struct Dataset<'a> {
    pub(crate) messages: Option<MessageIndex<'a>>,
    pub(crate) events: Option<EventIndex<'a>>,
    pub(crate) dicts: Dictionaries,
    contacts: OnceLock<Contacts>,
    /// The contacts' current names.
    table: Option<ContactNames<'a>>,
    pub(crate) names: Names,
    folded: usize,
    /// Connected events that were derived from messages.
    pub(crate) derived: usize,
    /// Whether a report has looked for names already.
    read: AtomicBool,
}

impl<'a> Dataset<'a> {
    /// Starts a dataset.
    pub fn builder() -> DatasetBuilder<'a> {
        DatasetBuilder::default()
    }

    /// Number of messages, after duplicates were folded.
    pub fn message_count(&self) -> usize {
        self.messages.as_ref().map_or(0, MessageIndex::len)
    }

    /// Number of contact events, those derived from messages included.
    pub fn event_count(&self) -> usize {
        self.events.as_ref().map_or(0, EventIndex::len)
    }

    /// Number of message rows that were folded into an earlier row of the same id (K5, D10).
    pub fn folded_count(&self) -> usize {
        self.folded
    }

    /// Bytes that the index adds to the host's columns; dictionaries and names are not counted.
    pub fn index_bytes(&self) -> usize {
        self.messages.as_ref().map_or(0, MessageIndex::bytes)
            + self.events.as_ref().map_or(0, EventIndex::bytes)
            + self.contacts.get().map_or(0, Contacts::bytes)
    }

    /// Instants of the first and the last message.
    pub fn message_span(&self) -> Option<(Instant, Instant)> {
        let index = self.messages.as_ref()?;
        span(index.order.times(&index.columns.sent_at))
    }

    /// Instants of the first and the last contact event.
    pub fn event_span(&self) -> Option<(Instant, Instant)> {
        let index = self.events.as_ref()?;
        span(index.order.times(&index.columns.at))
    }

    /// Says that a report begins. Without codes of contacts, their names may have to be looked for row by row: once is
    /// cheaper than the codes, twice is not.
    pub(crate) fn begin_report(&self) {
        let scans = self.table.as_ref().is_some_and(|table| !table.ascends);
        if scans && self.read.swap(true, Ordering::Relaxed) {
            self.contacts();
        }
    }

    /// The contacts' codes, made when first asked for.
    pub(crate) fn contacts(&self) -> &Contacts {
        self.contacts.get_or_init(|| {
            // They are left for later only where nothing can be wrong with them.
            Contacts::build(self.messages.as_ref(), self.events.as_ref(), self.table.as_ref(), None).unwrap_or_default()
        })
    }

    /// The contacts' codes, unless they were left for later: then nobody is merged.
    pub(crate) fn coded_contacts(&self) -> Option<&Contacts> {
        self.contacts.get()
    }

    /// Names of contacts by id, where they have no codes yet.
    pub(crate) fn names_of(&self, ids: &[ForeignId]) -> Vec<Option<&str>> {
        self.table.as_ref().map_or_else(|| vec![None; ids.len()], |table| table.of(ids))
    }
}

fn span(times: &[i64]) -> Option<(Instant, Instant)> {
    let (first, last) = (*times.first()?, *times.last()?);
    Some((Instant::from_millis(first).ok()?, Instant::from_millis(last).ok()?))
}
