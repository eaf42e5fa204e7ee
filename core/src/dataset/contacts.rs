//! Contacts of a dataset: their codes by position, who they are now, what they are called (P9, P10).
//!
//! All of it is made at once: at the build, or when a report first asks for it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::column::{IdColumn, Ids, TextColumn, Texts};
use super::events::EventIndex;
use super::intern::{BLOCK, Dictionary, NONE, Reader};
use super::messages::{MessageIndex, row_number};
use super::order::Order;
use super::survivors::Survivors;
use crate::directory::Named;
use crate::error::{Code, Error, Result};
use crate::id::{ForeignId, IdRef};

/// Contact codes, and what they stand for.
#[derive(Debug, Default)]
pub(crate) struct Contacts {
    pub(crate) dictionary: Dictionary,
    /// Contact code by position.
    pub(crate) of_messages: Vec<u32>,
    pub(crate) of_events: Vec<u32>,
    /// Code of the secondary contact of an event by position; empty without that column.
    secondaries: Vec<u32>,
    pub(crate) survivors: Survivors,
    /// What is shown for a contact: its current name, else its last name in an event (P9). Codes are given in order of
    /// appearance, so that the names of busy contacts share cache lines.
    names: Packed,
}

impl Contacts {
    /// Gives every contact a code. `merges` are pairs (merged-away id, the id it went into); without them, events tell.
    pub(crate) fn build(
        messages: Option<&MessageIndex<'_>>,
        events: Option<&EventIndex<'_>>,
        table: Option<&ContactNames<'_>>,
        merges: Option<&[(ForeignId, ForeignId)]>,
    ) -> Result<Self> {
        let mut made = Self::default();
        let dictionary = &mut made.dictionary;
        if let Some(index) = messages {
            made.of_messages = coded(&index.columns.contact, "contact", &index.order, dictionary)
                .map_err(|error| error.at("messages"))?;
        }
        if let Some(index) = events {
            made.of_events = coded(&index.columns.contact, "contact", &index.order, dictionary)
                .map_err(|error| error.at("events"))?;
            if let Some(column) = &index.columns.secondary {
                made.secondaries =
                    coded(column, "secondary", &index.order, dictionary).map_err(|error| error.at("events"))?;
            }
        }
        made.survivors = match (merges, events) {
            (Some(pairs), _) => Survivors::from_pairs(pairs, dictionary)?,
            (None, Some(events)) => {
                Survivors::from_events(events, &made.of_events, &made.secondaries, &made.dictionary)?
            }
            (None, None) => Survivors::default(),
        };
        made.names = shown_names(&made.dictionary, table, events, &made.of_events);
        Ok(made)
    }

    /// Whether nothing can go wrong with them, and nobody is merged: they can be left for later.
    pub(crate) fn can_wait(messages: Option<&MessageIndex<'_>>, events: Option<&EventIndex<'_>>) -> bool {
        messages.is_none_or(|index| index.columns.contact.is_plain())
            && events.is_none_or(|index| {
                let columns = &index.columns;
                columns.contact.is_plain() && columns.secondary.is_none() && columns.name.is_none()
            })
    }

    /// The contact's current name, else its last name in an event (P9).
    pub(crate) fn name(&self, code: u32) -> Option<&str> {
        self.names.get(code)
    }

    /// The same for many contacts.
    pub(crate) fn names(&self, codes: &[u32]) -> Vec<Option<&str>> {
        self.names.get_each(codes)
    }

    /// Code of the secondary contact of the event at a position.
    pub(crate) fn secondary(&self, position: u32) -> Option<u32> {
        self.secondaries.get(position as usize).copied().filter(|&code| code != NONE)
    }

    /// Bytes of the codes by position.
    pub(crate) fn bytes(&self) -> usize {
        (self.of_messages.capacity() + self.of_events.capacity() + self.secondaries.capacity()) * 4
    }
}

/// Codes of a column by position. A contact must be there; a secondary one need not.
fn coded(column: &IdColumn<'_>, name: &'static str, order: &Order, dictionary: &mut Dictionary) -> Result<Vec<u32>> {
    dictionary.prepare(column);
    let rows = column.len();
    let reader = Reader::new(column, name, dictionary);
    let mut codes = Vec::with_capacity(rows);
    for from in (0..rows).step_by(BLOCK) {
        codes.resize(rows.min(from + BLOCK), NONE);
        let block = &mut codes[from..];
        reader.read(from, block, dictionary)?;
        if name == "contact" && block.contains(&NONE) {
            let row = from + block.iter().position(|&code| code == NONE).unwrap_or(0);
            return Err(Error::new(Code::MissingValue, "`contact` is missing").at(name).at_row(row));
        }
    }
    Ok(match order.permutation() {
        Some(permutation) => permutation.iter().map(|&row| codes[row as usize]).collect(),
        None => codes,
    })
}

/// Texts in order of code, packed: texts that are asked for often stand near each other. An empty text is a missing one.
#[derive(Debug, Default)]
struct Packed {
    /// End of each text, counted from the start of its group: four bytes a text, so that a million of them stay in a
    /// cache.
    ends: Vec<u32>,
    /// Where the texts of each group start.
    groups: Vec<usize>,
    bytes: String,
}

impl Packed {
    const GROUP: usize = 1024;

    fn get(&self, code: u32) -> Option<&str> {
        self.text(self.span(code))
    }

    /// Texts of many codes: all places first, then all texts, so that the memory behind either is read side by side.
    fn get_each(&self, codes: &[u32]) -> Vec<Option<&str>> {
        let spans: Vec<(usize, usize)> = codes.iter().map(|&code| self.span(code)).collect();
        spans.into_iter().map(|span| self.text(span)).collect()
    }

    /// First and last place of a text; the same for a code that there is not.
    fn span(&self, code: u32) -> (usize, usize) {
        let code = code as usize;
        let (Some(group), Some(end)) = (self.groups.get(code / Self::GROUP), self.ends.get(code)) else {
            return (0, 0);
        };
        let start = if code.is_multiple_of(Self::GROUP) { 0 } else { self.ends[code - 1] };
        (group + start as usize, group + *end as usize)
    }

    fn text(&self, (start, end): (usize, usize)) -> Option<&str> {
        if start == end { None } else { self.bytes.get(start..end) }
    }

    fn push(&mut self, text: &str) {
        if self.ends.len().is_multiple_of(Self::GROUP) {
            self.groups.push(self.bytes.len());
        }
        let group = self.groups.last().copied().unwrap_or(0);
        // A text that leaves four gigabytes behind its group is left out, which no name does.
        if let Ok(end) = u32::try_from(self.bytes.len() + text.len() - group) {
            self.bytes.push_str(text);
            self.ends.push(end);
        } else {
            self.ends.push(self.ends.last().copied().unwrap_or(0));
        }
    }
}

/// Whether a name is the contact's id, a UUID, which a workspace's events bear where there is no name: a log has none
/// then (C3, D41).
pub(crate) fn is_own_id(id: Option<&ForeignId>, name: &str) -> bool {
    let is_uuid = |text: &str| uuid::Uuid::try_parse(text).is_ok();
    name.len() == 36 && id.is_some_and(|id| *id.to_text() == *name) && is_uuid(name)
}

/// The name of each contact, by code.
fn shown_names(
    contacts: &Dictionary,
    table: Option<&ContactNames<'_>>,
    events: Option<&EventIndex<'_>>,
    of_events: &[u32],
) -> Packed {
    let codes = contacts.len();
    let mut snapshots = Vec::new();
    if let Some(events) = events
        && let Some(names) = &events.columns.name
    {
        snapshots = last_names(names, events, of_events, codes);
    }
    let snapshot = |code: usize| {
        let position = *snapshots.get(code).filter(|&&position| position != NONE)?;
        let name = events?.columns.name.as_ref()?.get(events?.order.row(position))?;
        // The last event said that there was none, whatever names of others came before it.
        (!is_own_id(contacts.ids().get(code), name)).then_some(name)
    };
    let mut rows = Vec::new();
    if let Some(table) = table {
        rows = vec![NONE; codes];
        let mut found = vec![NONE; BLOCK];
        for from in (0..table.ids.len()).step_by(BLOCK) {
            let found = &mut found[..BLOCK.min(table.ids.len() - from)];
            contacts.codes_of(&table.ids, from, found);
            for (row, &code) in (from..).zip(&*found) {
                if let Some(place) = rows.get_mut(code as usize) {
                    *place = row_number(row);
                }
            }
        }
    }
    let mut packed = Packed { ends: Vec::with_capacity(codes), ..Packed::default() };
    let mut block = Vec::with_capacity(BLOCK);
    let mut found = Vec::with_capacity(BLOCK);
    for from in (0..codes).step_by(BLOCK) {
        let to = codes.min(from + BLOCK);
        let row_of = |code: usize| rows.get(code).copied().filter(|&row| row != NONE);
        block.clear();
        block.extend((from..to).filter_map(row_of).map(|row| row as usize));
        found.clear();
        if let Some(table) = table {
            table.names.get_each(&block, &mut found);
        }
        let mut found = found.iter();
        for code in from..to {
            let current = row_of(code).and_then(|_| found.next().copied().flatten());
            let name = current.filter(|name| !name.is_empty()).or_else(|| snapshot(code));
            packed.push(name.unwrap_or_default());
        }
    }
    packed.bytes.shrink_to_fit();
    packed
}

/// Position of the last event that tells the contact's name, by code: the last by sequence where every one has one (M6),
/// else by time.
pub(super) fn last_names(
    names: &TextColumn<'_>,
    events: &EventIndex<'_>,
    of_events: &[u32],
    contacts: usize,
) -> Vec<u32> {
    let sequences = events.columns.sequence.as_ref().filter(|_| events.sequenced);
    let is_earlier = |position: u32, kept: u32| {
        sequences.is_some_and(|ids| ids.id(events.order.row(position)) < ids.id(events.order.row(kept)))
    };
    let mut found = vec![NONE; contacts];
    for (position, &contact) in (0_u32..).zip(of_events) {
        let kept = &mut found[contact as usize];
        if names.get(events.order.row(position)).is_some_and(|name| !name.is_empty())
            && (*kept == NONE || !is_earlier(position, *kept))
        {
            *kept = position;
        }
    }
    found
}

/// Contacts' current names, as columns.
#[derive(Clone)]
pub(crate) struct ContactNames<'a> {
    pub(crate) ids: IdColumn<'a>,
    pub(crate) names: TextColumn<'a>,
    /// Ids are integers in ascending order: a contact's row is found without a look at the others.
    pub(crate) ascends: bool,
}

struct NamedTexts<'a>(Arc<Cow<'a, [Named]>>);

impl Texts for NamedTexts<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn get(&self, row: usize) -> Option<&str> {
        self.0.get(row).and_then(|named| named.name.as_deref())
    }
}

struct NamedIds<'a>(Arc<Cow<'a, [Named]>>);

impl Ids for NamedIds<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn get(&self, row: usize) -> Option<IdRef<'_>> {
        self.0.get(row).map(|named| named.id.as_ref())
    }
}

impl<'a> ContactNames<'a> {
    pub(crate) fn new(ids: IdColumn<'a>, names: TextColumn<'a>) -> Self {
        Self { ascends: ids.ascends(), ids, names }
    }

    pub(crate) fn from_rows(contacts: Cow<'a, [Named]>) -> Self {
        let rows = Arc::new(contacts);
        Self::new(IdColumn::rows(Arc::new(NamedIds(Arc::clone(&rows)))), Arc::new(NamedTexts(rows)))
    }

    /// Names of some contacts by id, for a report before contacts have codes.
    pub(crate) fn of(&self, ids: &[ForeignId]) -> Vec<Option<&str>> {
        let rows = self.rows_of(ids);
        let known: Vec<usize> = rows.iter().filter(|&&row| row != NONE).map(|&row| row as usize).collect();
        let mut found = Vec::with_capacity(known.len());
        self.names.get_each(&known, &mut found);
        let mut found = found.into_iter();
        let name = |row: u32| if row == NONE { None } else { found.next().flatten().filter(|name| !name.is_empty()) };
        rows.into_iter().map(name).collect()
    }

    /// Rows of some contacts; the last one of each, as the codes have it.
    fn rows_of(&self, ids: &[ForeignId]) -> Vec<u32> {
        if self.ascends {
            return self.by_number(ids);
        }
        let mut wanted: FxHashMap<IdRef<'_>, u32> = ids.iter().map(|id| (id.as_ref(), NONE)).collect();
        for row in 0..self.ids.len() {
            if let Some(found) = self.ids.id(row).and_then(|id| wanted.get_mut(&id)) {
                *found = row_number(row);
            }
        }
        ids.iter().map(|id| wanted.get(&id.as_ref()).copied().unwrap_or(NONE)).collect()
    }

    /// The same in a table of ascending integers: often the id less the first one is the row.
    fn by_number(&self, ids: &[ForeignId]) -> Vec<u32> {
        let number = |row: usize| match self.ids.id(row) {
            Some(IdRef::Int(number)) => number,
            _ => i128::MAX,
        };
        let len = self.ids.len();
        let first = number(0);
        let row_of = |id: &ForeignId| {
            let ForeignId::Int(id) = id else { return NONE };
            let guess = usize::try_from(id.wrapping_sub(first)).ok().filter(|&row| row < len);
            if let Some(row) = guess
                && number(row) == *id
            {
                return row_number(row);
            }
            let (mut low, mut high) = (0, len);
            while low < high {
                let middle = low.midpoint(high);
                if number(middle) < *id { low = middle + 1 } else { high = middle }
            }
            if low < len && number(low) == *id { row_number(low) } else { NONE }
        };
        ids.iter().map(row_of).collect()
    }
}

impl fmt::Debug for ContactNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContactNames({} rows)", self.ids.len())
    }
}
