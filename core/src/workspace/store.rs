//! Snapshots and replay: bytes with a version and a checksum, whole or refused.

use std::collections::HashMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::apply::misfit;
use super::erase::unhex;
use super::{Away, Body, Book, Card, Change, Event, Holder, NO_BOOK, Settings, Slot, UNKNOWN, Workspace};
use crate::arrange::arrange_all;
use crate::channel::Channel;
use crate::contact::{Contact, ContactId, CustomFields};
use crate::counting::{Counted, Ledger, StoredLedger, UnitPolicy};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::merge::{MergeRecord, Pair};
use crate::reset::Schedule;
use crate::time::{Instant, Zone};

/// Version of the snapshot format; another one is refused.
pub const SNAPSHOT_VERSION: u16 = 2;

const MAGIC: &[u8; 6] = b"omniws";
const HEADER: usize = MAGIC.len() + 2 + 8 + 8;

#[derive(Serialize, Deserialize)]
struct Stored<S, C> {
    settings: Settings,
    sequence: u64,
    slots: Vec<S>,
    channels: Vec<C>,
    ledger: StoredLedger,
    schedule: Schedule,
    fields: CustomFields,
    dismissed: Vec<Pair>,
    undone: Vec<(ContactId, ContactId)>,
}

type StoredIn = Stored<SlotIn, (ForeignId, Option<Channel>)>;

#[derive(Serialize)]
struct SlotOut<'a> {
    id: ContactId,
    added_at: Instant,
    merged_in: &'a [u32],
    unit: Option<Counted>,
    body: BodyOut<'a>,
}

#[derive(Deserialize)]
struct SlotIn {
    id: ContactId,
    added_at: Instant,
    merged_in: Vec<u32>,
    unit: Option<Counted>,
    body: BodyIn,
}

// A live contact comes with who brought each of its identities (none where it was the contact itself) and when it was
// counted, in their order.
#[derive(Serialize)]
enum BodyOut<'a> {
    Live(&'a Contact, Vec<(Option<u32>, Counted)>),
    Merged(u32, u32, &'a MergeRecord),
    Deleted,
}

#[derive(Deserialize)]
enum BodyIn {
    Live(Box<Contact>, Vec<(Option<u32>, Counted)>),
    Merged(u32, u32, MergeRecord),
    Deleted,
}

impl Workspace {
    /// The whole state as bytes, with version and checksum. Equal states give equal bytes.
    ///
    /// # Errors
    /// `half_command` between the stored events of one command; `internal`, never in practice.
    pub fn snapshot(&self) -> Result<Vec<u8>> {
        self.whole()?;
        let slots = self.slots.iter().zip(&self.cards).enumerate().map(|(at, (slot, card))| {
            let body = match &slot.body {
                Body::Live(contact) => {
                    let counted = contact.identities.iter().filter_map(|one| {
                        let holder = self.book(&one.channel)?.holders.get(one.key())?;
                        Some((Some(holder.slot).filter(|slot| *slot as usize != at), holder.counted))
                    });
                    BodyOut::Live(contact, counted.collect())
                }
                Body::Merged { into, away } => BodyOut::Merged(*into, away.month, &away.record),
                Body::Deleted => BodyOut::Deleted,
            };
            SlotOut { id: card.id, added_at: card.added_at, merged_in: &card.merged_in, unit: card.unit, body }
        });
        let mut undone: Vec<_> = self.undone.iter().copied().collect();
        arrange_all(&mut undone);
        let stored = Stored {
            settings: self.settings.clone(),
            sequence: self.sequence,
            slots: slots.collect(),
            channels: self.books.iter().map(|book| (&book.id, &book.channel)).collect(),
            ledger: self.ledger.store(),
            schedule: self.schedule.clone(),
            fields: self.fields.clone(),
            dismissed: self.dismissed.iter().copied().collect(),
            undone,
        };
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&SNAPSHOT_VERSION.to_le_bytes());
        bytes.extend_from_slice(&[0; 16]);
        let internal = |_| Error::new(Code::Internal, "the workspace cannot be written");
        let mut bytes = postcard::to_extend(&stored, bytes).map_err(internal)?;
        let (length, sum) = ((bytes.len() - HEADER) as u64, checksum(&bytes[HEADER..]));
        bytes[8..16].copy_from_slice(&length.to_le_bytes());
        bytes[16..24].copy_from_slice(&sum.to_le_bytes());
        Ok(bytes)
    }

    /// A workspace from a snapshot: whole, or not at all.
    ///
    /// # Errors
    /// `unsupported_version` for another version's bytes, `damaged` for bytes that are cut short, altered or no
    /// snapshot, `unknown_zone` if this build does not know the zone.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Code, Instant};
    /// use omnicontact::workspace::{Settings, Workspace};
    /// let (workspace, _) = Workspace::open(Settings::new("Etc/UTC"), Instant::MIN)?;
    /// let bytes = workspace.snapshot()?;
    /// assert_eq!(Workspace::restore(&bytes)?.snapshot()?, bytes);
    /// assert_eq!(Workspace::restore(&bytes[1..]).unwrap_err().code(), Code::Damaged);
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn restore(bytes: &[u8]) -> Result<Self> {
        let damaged = |why: &str| Error::new(Code::Damaged, format!("the snapshot is damaged: {why}"));
        let word =
            |from: usize| -> Option<u64> { Some(u64::from_le_bytes(bytes.get(from..from + 8)?.try_into().ok()?)) };
        let version = bytes.get(6..8).and_then(|two| two.try_into().ok()).map(u16::from_le_bytes);
        let (Some(version), Some(length), Some(sum)) = (version, word(8), word(16)) else {
            return Err(damaged("it is too short"));
        };
        if !bytes.starts_with(MAGIC) {
            return Err(damaged("it does not begin like one"));
        }
        if version != SNAPSHOT_VERSION {
            let message = format!("the snapshot has version `{version}`");
            return Err(Error::new(Code::UnsupportedVersion, message).with_hint(format!("{SNAPSHOT_VERSION}")));
        }
        let payload = &bytes[HEADER..];
        if payload.len() as u64 != length {
            return Err(damaged("its length is not what it says"));
        }
        if checksum(payload) != sum {
            return Err(damaged("its checksum is wrong"));
        }
        let (stored, rest): (StoredIn, &[u8]) =
            postcard::take_from_bytes(payload).map_err(|_| damaged("it cannot be read"))?;
        if !rest.is_empty() {
            return Err(damaged("something follows it"));
        }
        Self::rebuild(stored).ok_or_else(|| damaged("its parts do not fit"))?
    }

    /// Outer `None`: the parts contradict each other.
    fn rebuild(stored: StoredIn) -> Option<Result<Self>> {
        let zone = match Zone::new(&stored.settings.zone) {
            Ok(zone) => zone,
            Err(error) => return Some(Err(error)),
        };
        let count = stored.slots.len();
        let mut workspace = Self {
            ledger: Ledger::load(stored.ledger, &zone)?,
            zone,
            settings: stored.settings,
            sequence: stored.sequence,
            awaited: 0,
            slots: Vec::with_capacity(count),
            cards: Vec::with_capacity(count),
            index: FxHashMap::default(),
            books: Vec::with_capacity(stored.channels.len()),
            channels: FxHashMap::default(),
            schedule: stored.schedule,
            fields: stored.fields,
            dismissed: stored.dismissed.into_iter().collect(),
            undone: stored.undone.into_iter().collect(),
            crowds: FxHashMap::default(),
        };
        for (id, channel) in stored.channels {
            let at = u32::try_from(workspace.books.len()).ok()?;
            if workspace.channels.insert(id.clone(), at).is_some() {
                return None;
            }
            workspace.books.push(Book { id, channel, holders: HashMap::default() });
        }
        for (at, slot) in stored.slots.into_iter().enumerate() {
            let at = u32::try_from(at).ok()?;
            if workspace.index.insert(slot.id, at).is_some() {
                return None;
            }
            let body = match slot.body {
                BodyIn::Live(mut contact, counted) => {
                    if contact.id != slot.id || counted.len() != contact.identities.len() {
                        return None;
                    }
                    for (identity, (brought, counted)) in contact.identities.iter_mut().zip(counted) {
                        let book = workspace.book_mut(&identity.channel)?;
                        identity.channel = book.id.clone();
                        let holder = Holder { slot: brought.unwrap_or(at), connected: false, counted };
                        if book.holders.insert(identity.key().clone(), holder).is_some() {
                            return None;
                        }
                    }
                    Body::Live(contact)
                }
                BodyIn::Merged(into, month, record) => {
                    if record.secondary.id != slot.id || into as usize >= count {
                        return None;
                    }
                    Body::Merged { into, away: Box::new(Away { month, before: UNKNOWN, record }) }
                }
                BodyIn::Deleted => Body::Deleted,
            };
            let (id, added_at, merged_in, unit) = (slot.id, slot.added_at, slot.merged_in, slot.unit);
            workspace.slots.push(Slot { body, touched: UNKNOWN, last_book: NO_BOOK });
            workspace.cards.push(Card { id, added_at, merged_in, unit, own: 0 });
        }
        workspace.fits().then_some(Ok(workspace))
    }

    /// Whether what a snapshot says of merges, identities and units agrees: nobody is in two contacts or in a circle,
    /// whoever brought an identity is in its holder, and the books hold what is there. Counts what identities are whose.
    fn fits(&mut self) -> bool {
        if self.sequence > 1 << 53 {
            return false;
        }
        // Whom each one is in, found from the live ones inwards; in every list of merges each stands once.
        let count = self.slots.len();
        let mut roots: Vec<Option<u32>> = vec![None; count];
        let live = (0..count).filter(|at| matches!(self.slots[*at].body, Body::Live(_)));
        let mut walk: Vec<usize> = live.collect();
        for at in &walk {
            roots[*at] = u32::try_from(*at).ok();
        }
        while let Some(at) = walk.pop() {
            for secondary in &self.cards[at].merged_in {
                let inside = *secondary as usize;
                match self.slots.get(inside).map(|slot| &slot.body) {
                    Some(Body::Merged { into, away })
                        if *into as usize == at
                            && roots[inside].is_none()
                            && away.record.pair() == (self.cards[at].id, self.cards[inside].id) => {}
                    _ => return false,
                }
                roots[inside] = roots[at];
                walk.push(inside);
            }
        }
        for book in &self.books {
            for holder in book.holders.values() {
                // A live contact says of each of its identities who brought it.
                match self.cards.get_mut(holder.slot as usize) {
                    Some(card) => card.own += 1,
                    None => return false,
                }
            }
        }
        let is_held = |(at, slot): (usize, &Slot)| match &slot.body {
            Body::Live(contact) => contact.identities.iter().all(|identity| {
                let holder = self.book(&identity.channel).and_then(|book| book.holders.get(identity.key()));
                holder
                    .is_some_and(|holder| roots.get(holder.slot as usize).copied().flatten() == u32::try_from(at).ok())
            }),
            _ => true,
        };
        if !self.slots.iter().enumerate().all(is_held) {
            return false;
        }
        let mut units = 0_u64;
        for ((slot, card), root) in self.slots.iter().zip(&self.cards).zip(&roots) {
            let is_there = !matches!(slot.body, Body::Deleted);
            // Deleted ones keep nothing, and are in nobody.
            if is_there != root.is_some() || (!is_there && (card.unit.is_some() || !card.merged_in.is_empty())) {
                return false;
            }
            match self.settings.unit {
                _ if !is_there => {}
                UnitPolicy::PerChannelIdentity if card.unit.is_some() != (card.own == 0) => return false,
                UnitPolicy::PerChannelIdentity => units += u64::from(card.own.max(1)),
                UnitPolicy::PerContact if card.unit.is_none() => return false,
                UnitPolicy::PerContact => units += u64::from(matches!(slot.body, Body::Live(_))),
                UnitPolicy::MonthlyActive => {}
            }
        }
        self.ledger.holds(units, self.settings.unit, self.settings.release_on_delete)
    }

    /// The state of a rewritten event's snapshot, if it is one of this workspace after that event.
    pub(super) fn checkpoint(&self, state: &str, sequence: u64) -> Result<Self> {
        let unfit = || misfit("the state of a rewritten event is another one's");
        let bytes = unhex(state).ok_or_else(unfit)?;
        let workspace = Self::restore(&bytes)?;
        let fits = workspace.sequence == sequence && workspace.settings == self.settings;
        if fits { Ok(workspace) } else { Err(unfit()) }
    }

    /// The state that stored events give, the first of them `opened`.
    ///
    /// # Errors
    /// `invalid_event` with the position of the event that does not fit, `foreign_event` for one of another workspace,
    /// `half_command` where a command's last events are missing; `empty_input` without any.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Self> {
        let events: Vec<&Event> = events.into_iter().collect();
        let Some(first) = events.first() else {
            return Err(Error::new(Code::EmptyInput, "no event to begin with"));
        };
        let Change::Opened(settings) = &first.change else {
            return Err(Error::new(Code::InvalidEvent, "a workspace begins with `opened`").at("events[0]"));
        };
        if first.sequence != 1 || first.following != 0 {
            return Err(Error::new(Code::InvalidEvent, "the first event has number 1").at("events[0]"));
        }
        let mut workspace = Self::begin((**settings).clone(), first.at)?;
        if first.workspace != workspace.settings.id {
            return Err(Error::new(Code::ForeignEvent, "event `1` belongs to another workspace").at("events[0]"));
        }
        // What was rewritten before a checkpoint tells reports, and need not give the state any more.
        let is_checkpoint = |event: &&Event| matches!(event.change, Change::Erased { state: Some(_), .. });
        let checkpoint = events.iter().rposition(is_checkpoint);
        if let Some(event) = checkpoint.and_then(|row| events.get(row)) {
            workspace.sequence = event.sequence.saturating_sub(1);
        }
        let from = checkpoint.unwrap_or(1);
        for (row, event) in events.iter().enumerate().skip(from) {
            workspace.apply(event).map_err(|error| error.at_row(row).at("events"))?;
        }
        workspace.whole().map_err(|error| error.at_row(events.len() - 1).at("events"))?;
        Ok(workspace)
    }
}

/// CRC-64/XZ: every change within 64 neighbouring bits is noticed for certain, any other but once in 2^64.
fn checksum(bytes: &[u8]) -> u64 {
    const TABLE: [u64; 256] = {
        let mut table = [0; 256];
        let mut row = 0;
        while row < 256 {
            let mut value = row as u64;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 { (value >> 1) ^ 0xC96C_5795_D787_0F42 } else { value >> 1 };
                bit += 1;
            }
            table[row] = value;
            row += 1;
        }
        table
    };
    !bytes.iter().fold(!0, |sum, byte| TABLE[usize::from(sum.to_le_bytes()[0] ^ byte)] ^ (sum >> 8))
}
