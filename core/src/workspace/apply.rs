//! Events into state: the one way in which a workspace changes, live and in a replay.

use super::catalog::Shared;
use super::event::{Merged, Unmerged};
use super::external::External;
use super::{Body, Change, Event, Holder, NO_BOOK, Slot, UNKNOWN, Workspace};
use crate::contact::{Connection, Contact, ContactId, Identity};
use crate::counting::{CountReason, Counted, Month, Unit, UnitPolicy};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::merge::{MergeRecord, apply as merge, undo};
use crate::message::Direction;
use crate::time::Instant;

pub(super) fn misfit(what: &str) -> Error {
    Error::new(Code::InvalidEvent, format!("the event does not fit the workspace: {what}"))
}

impl Workspace {
    /// Lays one stored event over the state.
    ///
    /// # Errors
    /// `invalid_event` if its number does not follow, or it does not fit what came before. The workspace must not be
    /// used any further then: begin again from a snapshot.
    pub fn apply(&mut self, event: &Event) -> Result<()> {
        if event.sequence != self.sequence + 1 {
            let (wanted, got) = (self.sequence + 1, event.sequence);
            return Err(misfit(&format!("number `{got}` where `{wanted}` follows")));
        }
        self.ledger.roll(event.at, &self.zone);
        match &event.change {
            Change::Opened(_) => return Err(misfit("a workspace begins only once")),
            Change::Added { contact, reason, .. } => self.added(contact, event.at, *reason)?,
            Change::Connected { contact, channel, .. } => {
                let slot = self.place(*contact)?;
                let book = self.book_mut(channel).ok_or_else(|| misfit("too many channels"))?;
                let connection = Connection { channel: book.id.clone(), at: event.at };
                self.live_at(slot)?.connections.push(connection);
            }
            Change::Told { contact, channel, direction } => {
                let slot = self.place(*contact)?;
                let book = self.channels.get(channel).copied().unwrap_or(NO_BOOK);
                self.told(slot, *direction, event.at, channel, book)?;
            }
            Change::Edited { contact, edit } => {
                let slot = self.place(*contact)?;
                edit.apply(self.live_at(slot)?)?;
            }
            Change::IdentityAdded { contact, identity, reason } => {
                let slot = self.place(*contact)?;
                self.identity_added(slot, identity, event.at, *reason)?;
            }
            Change::IdentityRemoved { identity } => self.identity_removed(identity, event.at)?,
            Change::Merged(merged) => self.merged(merged, event)?,
            Change::Unmerged(undone) => self.unmerged(undone, event.at)?,
            Change::Deleted { contact, reset, .. } => {
                let slot = self.place(*contact)?;
                let reset = reset.filter(|_| self.settings.late_reset_releases);
                self.deleted(slot, reset)?;
            }
            Change::Refused { .. } => self.ledger.refuse(),
            Change::Dismissed(pair) => drop(self.dismissed.insert(*pair)),
            Change::LimitSet(limit) => self.ledger.set_limit(*limit),
            Change::ResetSet { mode, from } => self.schedule.set(*mode, *from),
            Change::ResetRun { month } => self.schedule.mark_done(*month),
            Change::TagDeleted { tag } => self.take_off(Shared::Tag(tag), event.sequence),
            Change::DepartmentDeleted { department } => self.take_off(Shared::Department(department), event.sequence),
            Change::CustomFieldSet(field) => self.field_set(field)?,
            Change::CustomFieldDeleted { name } => self.take_off(Shared::Custom(name), event.sequence),
            Change::ChannelSet(channel) => {
                let book = self.book_mut(&channel.id).ok_or_else(|| misfit("too many channels"))?;
                book.channel = Some((**channel).clone());
            }
        }
        self.sequence = event.sequence;
        Ok(())
    }

    fn place(&self, contact: ContactId) -> Result<u32> {
        self.index.get(&contact).copied().ok_or_else(|| misfit(&format!("no contact `{contact}`")))
    }

    /// The live contact in a slot, to be changed by the event that is being laid over the state.
    fn live_at(&mut self, slot: u32) -> Result<&mut Contact> {
        let now = self.sequence + 1;
        if let Some(slot) = self.slot_mut(slot) {
            slot.touched = now;
        }
        self.live_mut(slot).ok_or_else(|| misfit("the contact is deleted or merged away"))
    }

    fn hold(&mut self, identity: &Identity, holder: Holder) -> Result<()> {
        let book = self.book_mut(&identity.channel).ok_or_else(|| misfit("too many channels"))?;
        match book.holders.entry(External::new(identity.external())) {
            std::collections::hash_map::Entry::Occupied(_) => Err(misfit("an identity is held already")),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(holder);
                Ok(())
            }
        }
    }

    fn per_identity(&self) -> bool {
        self.ledger.policy() == UnitPolicy::PerChannelIdentity
    }

    fn added(&mut self, contact: &Contact, at: Instant, reason: CountReason) -> Result<()> {
        let slot = match self.index.get(&contact.id) {
            Some(&slot) if self.slot(slot).is_some_and(|slot| matches!(slot.body, Body::Deleted)) => slot,
            Some(_) => return Err(misfit("the contact is there already")),
            None => {
                let slot = u32::try_from(self.slots.len()).map_err(|_| misfit("too many contacts"))?;
                let body = Body::Deleted;
                self.slots.push(Slot {
                    id: contact.id,
                    added_at: at,
                    body,
                    merged_in: Vec::new(),
                    unit: None,
                    last_book: NO_BOOK,
                    touched: 0,
                });
                self.index.insert(contact.id, slot);
                slot
            }
        };
        // Contacts share the text of their channels' ids.
        let mut own_channels = Box::new(contact.clone());
        for identity in &mut own_channels.identities {
            let book = self.book_mut(&identity.channel).ok_or_else(|| misfit("too many channels"))?;
            identity.channel = book.id.clone();
        }
        let own = Unit::Contact(contact.id);
        let unit = match self.ledger.policy() {
            UnitPolicy::PerChannelIdentity if contact.identities.is_empty() => Some(self.ledger.gain(&own, at, reason)),
            UnitPolicy::PerContact => {
                let behind = contact.identities.iter().find_map(|identity| self.ledger.person_behind(at, identity));
                match behind.and_then(|person| self.ledger.take_gone(&Unit::Contact(person))) {
                    Some(counted) => {
                        self.ledger.hold(true);
                        Some(counted)
                    }
                    None => Some(self.ledger.gain(&own, at, reason)),
                }
            }
            UnitPolicy::MonthlyActive => {
                let behind = contact.identities.iter().find_map(|identity| self.ledger.person_behind(at, identity));
                behind.and_then(|person| self.ledger.take_gone(&Unit::Contact(person)))
            }
            UnitPolicy::PerChannelIdentity => None,
        };
        for identity in &contact.identities {
            let counted = self.count_identity(identity, at, reason);
            self.hold(identity, Holder { slot, connected: false, counted })?;
        }
        let now = self.sequence + 1;
        if let Some(place) = self.slot_mut(slot) {
            place.added_at = at;
            place.touched = now;
            place.unit = unit;
            place.last_book = NO_BOOK;
            place.merged_in.clear();
            place.body = Body::Live(own_channels);
        }
        Ok(())
    }

    fn count_identity(&mut self, identity: &Identity, at: Instant, reason: CountReason) -> Counted {
        if self.per_identity() {
            self.ledger.gain(&Unit::Identity(identity.clone()), at, reason)
        } else {
            self.ledger.later(at, reason)
        }
    }

    /// Notes a message of the next event; `book` is the channel's.
    pub(super) fn told(
        &mut self,
        slot: u32,
        direction: Direction,
        at: Instant,
        channel: &ForeignId,
        book: u32,
    ) -> Result<()> {
        let now = self.sequence + 1;
        let place = self.slots.get_mut(slot as usize).ok_or_else(|| misfit("no such place"))?;
        let Body::Live(contact) = &mut place.body else {
            return Err(misfit("the contact is deleted or merged away"));
        };
        place.touched = now;
        let is_late = contact.last_interaction.as_ref().is_some_and(|last| last.at > at);
        if place.last_book == book && book != NO_BOOK && !is_late {
            // The most frequent case by far: another message on the channel of the one before.
            contact.touch_again(direction, at);
        } else {
            let shared = self.books.get(book as usize).map_or(channel, |book| &book.id);
            contact.touch(direction, at, Some(shared));
            place.last_book = if is_late { NO_BOOK } else { book };
        }
        if is_late {
            let merged_in = self.slot(slot).map(|slot| slot.merged_in.clone()).unwrap_or_default();
            for secondary in merged_in {
                if let Some(Slot { body: Body::Merged { record, .. }, .. }) = self.slot_mut(secondary) {
                    record.note_late(direction, at, Some(channel));
                }
            }
        }
        if self.ledger.policy() == UnitPolicy::MonthlyActive {
            self.active(slot, at);
        }
        Ok(())
    }

    /// A contact is active once a month, also if it was before it was merged (N1, N2).
    fn active(&mut self, slot: u32, at: Instant) {
        let month = self.ledger.month().number();
        let is_active = |slot: &Slot| slot.unit.is_some_and(|counted| counted.month == month);
        if self.slot(slot).is_some_and(is_active) {
            return;
        }
        let tree = self.tree(slot);
        let counted_already = tree.iter().any(|slot| self.slot(*slot).is_some_and(is_active));
        let reason = if counted_already { CountReason::Unmerged } else { CountReason::IncomingMessage };
        if !counted_already {
            self.ledger.activate();
        }
        let counted = self.ledger.later(at, reason);
        if let Some(slot) = self.slot_mut(slot) {
            slot.unit = Some(counted);
        }
    }

    fn identity_added(&mut self, slot: u32, identity: &Identity, at: Instant, reason: CountReason) -> Result<()> {
        let contact = self.live_at(slot)?;
        let is_first = contact.identities.is_empty();
        contact.identities.push(identity.clone());
        let own = Unit::Contact(contact.id);
        let none = self.slot(slot).and_then(|slot| slot.unit).filter(|_| is_first && self.per_identity());
        let counted = match none {
            // The first identity takes the place of the pseudo-channel's unit (N1) …
            Some(none)
                if self.ledger.is_counted(none) && !self.ledger.is_known(at, &Unit::Identity(identity.clone())) =>
            {
                none
            }
            // … which stays in its month when that identity was counted there already (D20).
            Some(none) => {
                self.ledger.lose(own, none, None);
                self.count_identity(identity, at, reason)
            }
            None => self.count_identity(identity, at, reason),
        };
        if none.is_some()
            && let Some(slot) = self.slot_mut(slot)
        {
            slot.unit = None;
        }
        self.hold(identity, Holder { slot, connected: false, counted })
    }

    fn identity_removed(&mut self, identity: &Identity, at: Instant) -> Result<()> {
        let holder = self.take(identity).ok_or_else(|| misfit("nobody holds the identity"))?;
        self.live_at(holder.slot)?.identities.retain(|other| other != identity);
        if self.per_identity() {
            self.ledger.lose(Unit::Identity(identity.clone()), holder.counted, None);
        }
        self.settle(holder.slot, at, CountReason::IdentityRemoved);
        Ok(())
    }

    fn take(&mut self, identity: &Identity) -> Option<Holder> {
        self.book_mut(&identity.channel)?.holders.remove(identity.external().as_bytes())
    }

    /// A contact without identities has a unit of its own, one with identities has none (N1).
    fn settle(&mut self, slot: u32, at: Instant, reason: CountReason) {
        if !self.per_identity() {
            return;
        }
        let Some(contact) = self.live(slot) else { return };
        let (own, is_bare) = (Unit::Contact(contact.id), contact.identities.is_empty());
        let unit = match self.slot(slot).and_then(|slot| slot.unit) {
            None if is_bare => Some(self.ledger.gain(&own, at, reason)),
            Some(counted) if !is_bare => {
                self.ledger.lose(own, counted, None);
                None
            }
            unit => unit,
        };
        if let Some(slot) = self.slot_mut(slot) {
            slot.unit = unit;
        }
    }

    fn take_live(&mut self, slot: u32) -> Result<Box<Contact>> {
        let body = &mut self.slot_mut(slot).ok_or_else(|| misfit("no such place"))?.body;
        match std::mem::replace(body, Body::Deleted) {
            Body::Live(contact) => Ok(contact),
            other => {
                *body = other;
                Err(misfit("the contact is deleted or merged away"))
            }
        }
    }

    fn take_record(&mut self, slot: u32) -> Result<Box<MergeRecord>> {
        let body = &mut self.slot_mut(slot).ok_or_else(|| misfit("no such place"))?.body;
        match std::mem::replace(body, Body::Deleted) {
            Body::Merged { record, .. } => Ok(record),
            other => {
                *body = other;
                Err(misfit("the contact is not merged"))
            }
        }
    }

    fn merged(&mut self, merged: &Merged, event: &Event) -> Result<()> {
        let (primary, secondary) = (self.place(merged.primary)?, self.place(merged.secondary)?);
        if primary == secondary {
            return Err(misfit("a contact merged into itself"));
        }
        let (own, theirs) = (self.take_live(primary)?, self.take_live(secondary)?);
        for identity in &theirs.identities {
            if let Some(holder) = self.holder_mut(identity) {
                holder.slot = primary;
            }
        }
        let policy = self.settings.created_at;
        let (survivor, record) = merge(own, theirs, &merged.choices, policy, event.sequence, event.at)
            .map_err(|refusal| misfit(refusal.as_str()))?;
        let month = self.ledger.month().number();
        let mut before = UNKNOWN;
        if let Some(slot) = self.slot_mut(primary) {
            slot.body = Body::Live(Box::new(survivor));
            slot.last_book = NO_BOOK;
            slot.merged_in.push(secondary);
            before = slot.touched;
            slot.touched = event.sequence;
        }
        if let Some(slot) = self.slot_mut(secondary) {
            slot.body = Body::Merged { into: primary, month, before, record: Box::new(record) };
        }
        if self.ledger.policy() == UnitPolicy::PerContact {
            self.ledger.hold(false);
        }
        Ok(())
    }

    fn unmerged(&mut self, undone: &Unmerged, at: Instant) -> Result<()> {
        let (primary, secondary) = (self.place(undone.primary)?, self.place(undone.secondary)?);
        let Some(Slot { body: Body::Merged { into, month, before, record }, .. }) = self.slot(secondary) else {
            return Err(misfit("the contact is not merged"));
        };
        if *into != primary || record.merge != undone.merge {
            return Err(misfit("another merge is in force"));
        }
        let (month, before) = (*month, *before);
        let (own, theirs, touched) = if self.is_untouched(primary, record.merge) {
            // Nothing in between: both as they were, exactly (M8).
            let record = self.take_record(secondary)?;
            for identity in &record.secondary.identities {
                if let Some(holder) = self.holder_mut(identity) {
                    holder.slot = secondary;
                }
            }
            (record.primary, record.secondary, before)
        } else {
            let (own, theirs) = self.restored(primary, secondary, at)?;
            (own, theirs, self.sequence + 1)
        };
        let (this_month, per_contact) = (self.ledger.month().number(), self.ledger.policy() == UnitPolicy::PerContact);
        if let Some(slot) = self.slot_mut(primary) {
            slot.body = Body::Live(own);
            slot.last_book = NO_BOOK;
            slot.touched = touched;
            slot.merged_in.retain(|other| *other != secondary);
        }
        let returns_later = self.ledger.later(at, CountReason::Unmerged);
        if let Some(slot) = self.slot_mut(secondary) {
            // Its own `touched` stands: nothing changes a contact that is merged away.
            slot.body = Body::Live(theirs);
            slot.last_book = NO_BOOK;
            if per_contact && month < this_month {
                // The month began without it: it counts from the next one on.
                slot.unit = Some(returns_later);
            }
        }
        if per_contact {
            self.ledger.hold(true);
        }
        self.settle(primary, at, CountReason::Unmerged);
        self.settle(secondary, at, CountReason::Unmerged);
        self.undone.insert((undone.primary, undone.secondary));
        Ok(())
    }

    /// Whether a merge is the last thing that happened to its survivor: then no later merge is in it, no edit, message
    /// or identity came or went, and an undo gives back what the record holds.
    pub(super) fn is_untouched(&self, survivor: u32, merge: u64) -> bool {
        self.slot(survivor).is_some_and(|slot| slot.touched == merge)
    }

    /// Both contacts after an undo with something in between; the later merges are rewritten (D15).
    fn restored(&mut self, primary: u32, secondary: u32, at: Instant) -> Result<(Box<Contact>, Box<Contact>)> {
        let survivor = self.take_live(primary)?;
        let record = self.take_record(secondary)?;
        // The later merges are taken out of their places while they are rewritten.
        let merged_in = self.slot(primary).map(|slot| slot.merged_in.clone()).unwrap_or_default();
        let after: Vec<u32> = merged_in.into_iter().skip_while(|slot| *slot != secondary).skip(1).collect();
        let mut later = Vec::with_capacity(after.len());
        for slot in &after {
            if let Some(Slot { body: Body::Merged { into, month, .. }, .. }) = self.slots.get(*slot as usize) {
                let (into, month) = (*into, *month);
                later.push((into, month, self.take_record(*slot)?));
            }
        }
        let back = record.secondary.identities.clone();
        let mut rewritten: Vec<_> = later.iter_mut().map(|(_, _, record)| &mut **record).collect();
        let restored = undo(survivor, *record, &mut rewritten, |identity| {
            self.holder(identity).and_then(|holder| self.id_of(holder.slot))
        });
        let restored = restored.map_err(|refusal| misfit(refusal.as_str()))?;
        for (slot, (into, month, record)) in after.into_iter().zip(later) {
            if let Some(slot) = self.slot_mut(slot) {
                slot.body = Body::Merged { into, month, before: UNKNOWN, record };
            }
        }
        // Connections may have gone with the secondary (D19): what is known of the primary's is looked up again.
        for identity in &restored.primary.identities {
            if let Some(holder) = self.holder_mut(identity) {
                holder.connected = false;
            }
        }
        for identity in &back {
            let counted = if let Some(holder) = self.take(identity) {
                holder.counted
            } else {
                self.count_identity(identity, at, CountReason::Unmerged)
            };
            self.hold(identity, Holder { slot: secondary, connected: false, counted })?;
        }
        Ok((Box::new(restored.primary), Box::new(restored.secondary)))
    }

    fn deleted(&mut self, slot: u32, reset: Option<Month>) -> Result<()> {
        let contact = self.take_live(slot)?;
        for identity in &contact.identities {
            let holder = self.take(identity).ok_or_else(|| misfit("nobody holds the identity"))?;
            if self.per_identity() {
                self.ledger.lose(Unit::Identity(identity.clone()), holder.counted, reset);
            }
            self.ledger.remember(identity.clone(), contact.id);
        }
        let this_month = self.ledger.month().number();
        for (depth, at) in self.tree(slot).into_iter().enumerate() {
            let Some(place) = self.slots.get_mut(at as usize) else { continue };
            let merged_now = matches!(place.body, Body::Merged { month, .. } if month == this_month);
            let (unit, counted) = (Unit::Contact(place.id), place.unit.take());
            place.body = Body::Deleted;
            if at != slot {
                place.merged_in.clear();
            }
            let Some(counted) = counted else { continue };
            match self.ledger.policy() {
                UnitPolicy::PerChannelIdentity => self.ledger.lose(unit, counted, reset),
                UnitPolicy::PerContact if depth == 0 => self.ledger.lose(unit, counted, reset),
                // Merged in this month it was counted as well; earlier, the survivor's unit stands for both.
                UnitPolicy::PerContact if merged_now => self.ledger.lose_count(unit, counted, reset),
                UnitPolicy::PerContact => {}
                UnitPolicy::MonthlyActive => self.ledger.lose_active(unit, counted),
            }
        }
        if let Some(place) = self.slot_mut(slot) {
            place.merged_in.clear();
        }
        Ok(())
    }
}
