//! The dataset: what every report reads. Columns stay where the host has them; an index is built over them once.

mod buffer;
mod builder;
mod coding;
mod column;
mod combo;
mod connecting;
mod contacts;
mod deriving;
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

pub use crate::id::IdRef;
pub use buffer::{Buffer, Chunk, Validity};
pub use builder::{DatasetBuilder, DatasetOptions, Duplicates, Indexing};
pub use column::{Codes, IdColumn, Ids, NULL_TIME, TextColumn, Texts, TimeColumn, TimeUnit};
pub use events::EventColumns;
pub use messages::MessageColumns;

pub(crate) use combo::{Combo, ComboCodes, EventCombo};
use contacts::last_names;
pub(crate) use contacts::{ContactNames, Contacts, is_own_id};
pub(crate) use events::{EventIndex, is_derived};
pub(crate) use gathered::MessageRows;
pub(crate) use intern::{Dictionary, NONE};
pub(crate) use messages::{Dictionaries, Failure, MessageIndex, STATUS_WINDOW};
pub(crate) use names::{Names, Offer};
pub(crate) use posting::intersect;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::arrange::arrange;
use crate::event::EventKind;
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
    /// Messages with a template whose channel has no known kind.
    pub(crate) untyped_templates: usize,
    /// Whether the host said who was merged into whom.
    merges_given: bool,
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

    /// Tables all of whose instants lie before 1990, as seconds do that are read as milliseconds: `messages`, `events` (D29).
    pub fn suspicious_times(&self) -> Vec<&'static str> {
        let is_old =
            |span: Option<(Instant, Instant)>| span.is_some_and(|(_, last)| last.as_millis() < SUSPICIOUS_BEFORE);
        [("messages", self.message_span()), ("events", self.event_span())]
            .into_iter()
            .filter_map(|(table, span)| is_old(span).then_some(table))
            .collect()
    }

    /// The last name in an event of every contact that has no current name, in order of contacts.
    pub(crate) fn told_names(&self) -> Vec<(ForeignId, (i64, ForeignId), &str)> {
        let Some((events, names)) = self.events.as_ref().and_then(|index| Some((index, index.columns.name.as_ref()?)))
        else {
            return Vec::new();
        };
        let contacts = self.contacts();
        let told: Vec<(usize, u32)> = last_names(names, events, &contacts.of_events, contacts.dictionary.len())
            .into_iter()
            .enumerate()
            .filter(|(_, position)| *position != NONE)
            .collect();
        let ids: Vec<ForeignId> = told.iter().map(|(code, _)| contacts.dictionary.ids()[*code].clone()).collect();
        let current = self.names_of(&ids);
        let times = events.order.times(&events.columns.at);
        let mut found: Vec<_> = ids
            .into_iter()
            .zip(told)
            .zip(current)
            .filter(|(_, current)| current.is_none())
            .filter_map(|((id, (_, position)), _)| {
                let row = events.order.row(position);
                // Where all are numbered the clock says nothing (M6).
                let at = if events.sequenced { 0 } else { times[position as usize] };
                Some((id, (at, events.tie(row)), names.get(row)?))
            })
            .collect();
        arrange(&mut found, |a, b| a.0.cmp(&b.0));
        found
    }

    /// Whether events tell of merges, and nothing else does.
    pub(crate) fn tells_merges(&self) -> bool {
        let merges = |index: &EventIndex<'_>| {
            index.columns.secondary.is_some()
                && index.combos.iter().any(|combo| matches!(combo.kind, EventKind::Merged | EventKind::Unmerged))
        };
        !self.merges_given && self.events.as_ref().is_some_and(merges)
    }

    /// The merges that the host said, as one number: the same on every machine.
    pub(crate) fn given_merges(&self) -> u64 {
        if self.merges_given { self.merges() } else { 0 }
    }

    fn merges(&self) -> u64 {
        let contacts = self.contacts();
        let ids = contacts.dictionary.ids();
        let pair = |(away, survivor): (u32, u32)| told(&[&ids[away as usize], &ids[survivor as usize]], "");
        contacts.survivors.pairs().map(pair).fold(0, u64::wrapping_add)
    }

    /// What is known about contacts beside the table of their names, as one number.
    pub(crate) fn known_contacts(&self) -> u64 {
        if !self.merges_given && self.events.is_none() {
            return 0;
        }
        self.told_names().iter().map(|(id, _, name)| told(&[id], name)).fold(self.merges(), u64::wrapping_add)
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

/// A fact about contacts as a number.
fn told(ids: &[&ForeignId], name: &str) -> u64 {
    let mut digest = DIGEST.digest();
    for id in ids {
        digest.update(id.to_text().as_bytes());
        digest.update(&[u8::from(matches!(id, ForeignId::Int(_))), 0]);
    }
    digest.update(name.as_bytes());
    // Sums of plain checksums would fit many other sums, too.
    u64::from(digest.finalize()).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

const DIGEST: crc::Crc<u32, crc::Table<1>> = crc::Crc::<u32, crc::Table<1>>::new(&crc::CRC_32_ISO_HDLC);

/// No messaging product is older: a table that ends before 1990 is one of seconds (D29).
pub(crate) const SUSPICIOUS_BEFORE: i64 = 631_152_000_000;

fn span(times: &[i64]) -> Option<(Instant, Instant)> {
    let (first, last) = (*times.first()?, *times.last()?);
    Some((Instant::from_millis(first).ok()?, Instant::from_millis(last).ok()?))
}
